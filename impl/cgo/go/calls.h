/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calls.h - the calls of hot paths, with handles as numbers. To Go a pointer to an incomplete
 * struct is one that cgo must box and check: 8 bytes allocated for each call, and some 10 ns.
 */
#ifndef GONOGO_CALLS_H
#define GONOGO_CALLS_H

#include <gng_cgo.h>

static inline enum gng_status gonogo_seal(uintptr_t aead, uint8_t *out, const uint8_t *in,
					  size_t len, const uint8_t *nonce, const uint8_t *aad,
					  size_t aad_len)
{
	return gng_cgo_aead_seal((const struct gng_cgo_aead *)aead, out, in, len, nonce,
				 GNG_CGO_NONCE, aad, aad_len);
}

static inline enum gng_status gonogo_unseal(uintptr_t aead, uint8_t *out, const uint8_t *in,
					    size_t len, const uint8_t *nonce, const uint8_t *aad,
					    size_t aad_len)
{
	return gng_cgo_aead_unseal((const struct gng_cgo_aead *)aead, out, in, len, nonce,
				   GNG_CGO_NONCE, aad, aad_len);
}

static inline enum gng_status gonogo_batch(uintptr_t aead, int seals, uint8_t *arena,
					   size_t arena_len, struct gng_cgo_item *items,
					   size_t num_items)
{
	return (seals ? gng_cgo_aead_seal_batch : gng_cgo_aead_unseal_batch)(
		(const struct gng_cgo_aead *)aead, arena, arena_len, items, num_items);
}

static inline enum gng_status gonogo_block(uintptr_t block, int encrypts, uint8_t *out,
					   const uint8_t *in, size_t len)
{
	return (encrypts ? gng_cgo_block_encrypt : gng_cgo_block_decrypt)(
		(const struct gng_cgo_block *)block, out, in, len);
}

static inline enum gng_status gonogo_stream(uintptr_t stream, uint8_t *out, const uint8_t *in,
					    size_t len)
{
	return gng_cgo_stream_crypt((struct gng_cgo_stream *)stream, out, in, len);
}

static inline enum gng_status gonogo_seal_many(uintptr_t aead, uint8_t *out, const uint8_t *in,
					       size_t len, const uint8_t *nonce, uint64_t num)
{
	return gng_cgo_seal_many((const struct gng_cgo_aead *)aead, out, in, len, nonce,
				 GNG_CGO_NONCE, num);
}

/* gonogo_view returns both by value: an out-parameter in Go would escape to the heap. */
struct gonogo_view {
	uint8_t *bytes;
	size_t len;
};

static inline struct gonogo_view gonogo_view(uintptr_t der)
{
	struct gonogo_view view;

	view.bytes = (uint8_t *)gng_evp_der_view((const struct gng_evp_der *)der, &view.len);
	return view;
}

static inline enum gng_status gonogo_dup(uintptr_t der, uint8_t **bytes, size_t *len,
					 struct gng_why *why)
{
	return gng_evp_der_dup((const struct gng_evp_der *)der, bytes, len, why);
}

static inline enum gng_status gonogo_fingerprint(uintptr_t der, uint8_t *sha256,
						 struct gng_why *why)
{
	return gng_evp_der_fingerprint((const struct gng_evp_der *)der, sha256, why);
}

static inline void gonogo_close_aead(uintptr_t aead)
{
	gng_cgo_aead_close((struct gng_cgo_aead *)aead);
}

static inline void gonogo_close_block(uintptr_t block)
{
	gng_cgo_block_close((struct gng_cgo_block *)block);
}

static inline void gonogo_close_stream(uintptr_t stream)
{
	gng_cgo_stream_close((struct gng_cgo_stream *)stream);
}

static inline void gonogo_close_der(uintptr_t der)
{
	gng_evp_der_close((struct gng_evp_der *)der);
}

#endif /* GONOGO_CALLS_H */
