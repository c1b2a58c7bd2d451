/* SPDX-License-Identifier: Apache-2.0 */
/* aes_private.h - checks of the contracts that gng_aes.h states. Private to impl/aes. */
#ifndef AES_PRIVATE_H
#define AES_PRIVATE_H

#include "aes_variant.h"

#if __STDC_HOSTED__
#include <string.h>
#else /* what compilers demand of a freestanding environment anyhow, without its header */
void *memcpy(void *to, const void *from, size_t len);
void *memset(void *p, int byte, size_t len);
#endif

/* aes_present: a buffer of length 0 may be NULL. */
static inline bool aes_present(const void *p, size_t len)
{
	return p || len == 0;
}

/* aes_overlap tells whether a[0..a_len) and b[0..b_len) share a byte. No sum of an address and
 * a length appears, so nothing overflows. */
static inline bool aes_overlap(const void *a, size_t a_len, const void *b, size_t b_len)
{
	const uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

	if (a_len == 0 || b_len == 0)
		return false;
	return x <= y ? y - x < a_len : x - y < b_len;
}

/* aes_overlap_but_equal allows the exact overlap, out == in. */
static inline bool aes_overlap_but_equal(const void *out, size_t out_len, const void *in,
					 size_t in_len)
{
	return out != in && aes_overlap(out, out_len, in, in_len);
}

static inline bool aes_key_ready(const struct gng_aes_key *key)
{
	return key && key->variant;
}

/* aes_init_forward is aes_init_with for a key that will only encrypt blocks, as all of GCM does:
 * the schedule for decryption is a tenth of the work of a new GCM key. Each byte of *key is
 * written, once; a key that is refused is as it was. */
enum gng_status aes_init_forward(struct gng_aes_key *key, const struct gng_aes_variant *variant,
				 const uint8_t *key_bytes, size_t key_len);

/* aes_ctr_run is gng_aes_ctr_update without a check. */
void aes_ctr_run(struct gng_aes_ctr *op, uint8_t *out, const uint8_t *in, size_t len);

/* aes_best_variant is the first variant whose needs this CPU and GNG_CPU grant. */
const struct gng_aes_variant *aes_best_variant(void);

#endif /* AES_PRIVATE_H */
