/* SPDX-License-Identifier: Apache-2.0 */
/* aes_portable.h - what the files of the portable variant share. */
#ifndef AES_PORTABLE_H
#define AES_PORTABLE_H

#include "aes_private.h"

/* aes_load_le and aes_load_be read 8 bytes, whatever the machine's own order. */
static inline uint64_t aes_load_le(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

static inline void aes_store_le(uint8_t *p, uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	memcpy(p, &x, 8);
}

static inline uint64_t aes_load_be(const uint8_t *p)
{
	return __builtin_bswap64(aes_load_le(p));
}

static inline void aes_store_be(uint8_t *p, uint64_t x)
{
	aes_store_le(p, __builtin_bswap64(x));
}

/* The entries of aes_variant_portable that other files of the variant call too. */
void aes_portable_ghash_init(struct gng_aes_gcm_key *key);
void aes_portable_ghash(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			size_t num_blocks);
void aes_portable_expand(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len);
void aes_portable_encrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			  size_t num_blocks);
void aes_portable_decrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			  size_t num_blocks);

#endif /* AES_PORTABLE_H */
