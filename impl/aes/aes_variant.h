/* SPDX-License-Identifier: Apache-2.0 */
/* aes_variant.h - the contract every AES variant meets. Private to impl/aes and its suites. */
#ifndef AES_VARIANT_H
#define AES_VARIANT_H

#include "gng_aes.h"

/* aes_gcm_message is one message. aad_len and len do not stand side by side, where a compiler would
 * read both at once: docs/adr/0009. */
struct aes_gcm_message {
	const uint8_t *nonce;
	size_t nonce_len;
	const uint8_t *aad;
	size_t aad_len;
	const uint8_t *in;
	size_t len;
	uint8_t *out;
};

#define AES_LANES_MAX 4

#define AES_STREAMS_MAX 16

/* aes_cbc_streams is CBC encryptions side by side. */
struct aes_cbc_streams {
	uint8_t iv[AES_STREAMS_MAX][GNG_AES_BLOCK];
	const uint8_t *in[AES_STREAMS_MAX];
	uint8_t *out[AES_STREAMS_MAX];
};

/*
 * gng_aes_variant is one instruction set's way to do AES. Every function works on whole
 * blocks, num_blocks >= 0, with out == in or disjoint; the callers have checked that. Nothing
 * here keeps state, so keys and operations may move between threads. What a variant writes
 * into key->enc, key->dec, key->ghash and key->ghash_sum only the same variant reads.
 */
struct gng_aes_variant {
	const char *name;
	uint32_t needs; /* gng_cpu bits, all required */

	/* expand fills key->enc; key->rounds is set. key_len is 16, 24 or 32. */
	void (*expand)(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len);

	/* invert fills key->dec from key->enc. NULL if decryption goes without. */
	void (*invert)(struct gng_aes_key *key);

	void (*ecb_encrypt)(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			    size_t num_blocks);
	void (*ecb_decrypt)(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			    size_t num_blocks);

	/* The CBC functions leave in iv the last block of ciphertext. */
	void (*cbc_encrypt)(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
			    const uint8_t *in, size_t num_blocks);
	void (*cbc_decrypt)(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
			    const uint8_t *in, size_t num_blocks);

	/* ctr leaves in counter the block after the last: all 128 bits count. */
	void (*ctr)(const struct gng_aes_key *key, uint8_t counter[16], uint8_t *out,
		    const uint8_t *in, size_t num_blocks);

	/* ghash_init writes each byte of key->ghash and key->ghash_sum; key->aes is expanded. */
	void (*ghash_init)(struct gng_aes_gcm_key *key);

	/* ghash folds blocks into hash, whose bytes are in the order of SP 800-38D. */
	void (*ghash)(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
		      size_t num_blocks);

	/* The GCM functions crypt by GCTR from counter, of which the low 32 bits count (inc32 of
	 * SP 800-38D section 6.2), and fold the ciphertext into hash. */
	void (*gcm_encrypt)(const struct gng_aes_gcm_key *key, uint8_t counter[16],
			    uint8_t hash[16], uint8_t *out, const uint8_t *in, size_t num_blocks);
	void (*gcm_decrypt)(const struct gng_aes_gcm_key *key, uint8_t counter[16],
			    uint8_t hash[16], uint8_t *out, const uint8_t *in, size_t num_blocks);

	/* ---- optional: NULL where a variant gains nothing over the functions above ---- */

	/* gcm_seal and gcm_open crypt a whole message whose nonce has 12 bytes, any len, and write
	 * its tag, or set all bits of same[h] where half h of the tag is right, else none. Wiping
	 * is the caller's. */
	void (*gcm_seal)(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *message,
			 uint8_t *tag);
	void (*gcm_open)(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *message,
			 const uint8_t *tag, uint64_t same[2]);

	/* gcm_seal_lanes does num_lanes items of one key side by side. They have as many blocks of
	 * text, and of data, as each other, and out and tag touch nothing of another.
	 * gcm_open_lanes sets all bits of same[l][h] where half h of the tag of items[l] is right,
	 * else none; wiping is the caller's. Text beyond max_lane_len is faster alone. */
	size_t num_lanes, max_lane_len;
	void (*gcm_seal_lanes)(const struct gng_aes_gcm_key *key,
			       const struct gng_aes_gcm_item *const items[]);
	void (*gcm_open_lanes)(const struct gng_aes_gcm_key *key,
			       const struct gng_aes_gcm_item *const items[],
			       uint64_t same[AES_LANES_MAX][2]);

	/* cbc_encrypt_streams encrypts num_blocks of each of num_streams, moves in and out behind
	 * them, and leaves in iv the last blocks. Streams are apart, or repeat another one exactly.
	 */
	size_t num_streams;
	void (*cbc_encrypt_streams)(const struct gng_aes_key *key, struct aes_cbc_streams *streams,
				    size_t num_blocks);
};

/* aes_variants lists the variants of this build, fastest first, portable last. */
extern const struct gng_aes_variant *const aes_variants[];
extern const size_t aes_num_variants;

/* aes_variant_named returns the variant of that name, or NULL. Whether this CPU has what it
 * needs is the caller's to ask. */
const struct gng_aes_variant *aes_variant_named(const char *name);

/* aes_init_with is gng_aes_init with a variant of the caller's choice, not NULL. */
GNG_MUST enum gng_status aes_init_with(struct gng_aes_key *key,
				       const struct gng_aes_variant *variant,
				       const uint8_t *key_bytes, size_t key_len);

/* aes_gcm_init_with is gng_aes_gcm_init with a variant of the caller's choice, not NULL. It
 * takes short tags too: 16, 15, 14, 13, 12, 8 and 4. */
GNG_MUST enum gng_status aes_gcm_init_with(struct gng_aes_gcm_key *key,
					   const struct gng_aes_variant *variant,
					   const uint8_t *key_bytes, size_t key_len,
					   size_t tag_len);

extern const struct gng_aes_variant aes_variant_vaes512, aes_variant_vaes256, aes_variant_aesni,
	aes_variant_portable;

#endif /* AES_VARIANT_H */
