/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_aes.h - the AES block cipher and its modes ECB, CBC, CTR, GCM and GMAC.
 * Spec: FIPS 197; SP 800-38A (ECB, CBC, CTR); SP 800-38D (GCM, GMAC); RFC 5652 section 6.3
 * (padding).
 *
 * Every call obeys these rules, so the comments below repeat none of them:
 *
 * - Lengths are bytes. A buffer of length 0 may be NULL. GNG_EINVAL for a NULL buffer with a
 *   length above 0, for a NULL context, and for a key or operation that is zeroed or wiped.
 * - out == in is allowed exactly. Any other overlap of out with in, or of out with the
 *   aad, nonce, iv, counter block or tag, is GNG_EINVAL. So is an overlap of a tag that is
 *   written with any input. Limits are checked before overlaps (GNG_ELIMIT wins).
 * - A call that returns GNG_EINVAL or GNG_ELIMIT has written nothing, *out_len excepted (0),
 *   and leaves a streaming operation as it was. An _init that fails leaves *key zeroed.
 * - Every pointer is borrowed until the call returns, but a streaming operation keeps its key
 *   until it is finished. Nothing allocates.
 * - A key is immutable once initialised, and threads may share it. An operation belongs to
 *   one thread at a time. Both may be moved in memory (an operation's key may not, meanwhile).
 */
#ifndef GNG_AES_H
#define GNG_AES_H

#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_AES_BLOCK 16
#define GNG_AES_MAX_TAG 16

struct gng_aes_variant;

/* gng_aes_key is an expanded key in the form of its variant. gng_aes_fini wipes it. */
struct gng_aes_key {
	const struct gng_aes_variant *variant; /* pinned by _init; NULL when zeroed */
	uint32_t rounds;		       /* 10, 12 or 14: FIPS 197 section 5 */
	uint8_t enc[15][GNG_AES_BLOCK];
	uint8_t dec[15][GNG_AES_BLOCK];
};
GNG_STATIC_ASSERT(__alignof__(struct gng_aes_key) <= 8, "cgo aligns Go storage to 8");

/*
 * gng_aes_init expands key_bytes[0..key_len) and pins the fastest variant whose features are
 * all in gng_cpu_caps(). GNG_EINVAL unless key_len is 16, 24 or 32.
 */
GNG_MUST enum gng_status gng_aes_init(struct gng_aes_key *key, const uint8_t *key_bytes,
				      size_t key_len);

/* gng_aes_fini wipes the key. Safe on NULL and on a zeroed key. */
void gng_aes_fini(struct gng_aes_key *key);

/* gng_aes_variant_name returns the name of the variant that key pinned ("aesni"), or NULL for a
 * zeroed key. Static storage. */
const char *gng_aes_variant_name(const struct gng_aes_key *key);

/*
 * gng_aes_ecb_encrypt and gng_aes_ecb_decrypt map in[0..len) to out[0..len) block by block
 * (SP 800-38A section 6.1). GNG_EINVAL unless len is a multiple of GNG_AES_BLOCK.
 */
GNG_MUST enum gng_status gng_aes_ecb_encrypt(const struct gng_aes_key *key, uint8_t *out,
					     const uint8_t *in, size_t len);
GNG_MUST enum gng_status gng_aes_ecb_decrypt(const struct gng_aes_key *key, uint8_t *out,
					     const uint8_t *in, size_t len);

/*
 * gng_aes_cbc_encrypt and gng_aes_cbc_decrypt chain from iv[0..16), which they leave alone
 * (SP 800-38A section 6.2). GNG_EINVAL unless len is a multiple of GNG_AES_BLOCK. For
 * encryption the iv must be unpredictable (SP 800-38A appendix C): that is the caller's duty.
 */
GNG_MUST enum gng_status gng_aes_cbc_encrypt(const struct gng_aes_key *key,
					     const uint8_t iv[GNG_AES_BLOCK], uint8_t *out,
					     const uint8_t *in, size_t len);
GNG_MUST enum gng_status gng_aes_cbc_decrypt(const struct gng_aes_key *key,
					     const uint8_t iv[GNG_AES_BLOCK], uint8_t *out,
					     const uint8_t *in, size_t len);

/* gng_aes_cbc_item is one message of a batch: in[0..len) to out[0..len), chained from iv. */
struct gng_aes_cbc_item {
	const uint8_t *iv; /* 16 bytes */
	const uint8_t *in;
	uint8_t *out;
	size_t len; /* a multiple of GNG_AES_BLOCK, may be 0 */
};

/*
 * gng_aes_cbc_encrypt_batch encrypts each of items[0..num_items) as gng_aes_cbc_encrypt would,
 * up to 16 side by side: one chain alone is bound by the latency of AES. GNG_EINVAL, with
 * nothing written, if any item breaks a rule, or if its out overlaps the in, iv or out of
 * another.
 */
GNG_MUST enum gng_status gng_aes_cbc_encrypt_batch(const struct gng_aes_key *key,
						   const struct gng_aes_cbc_item *items,
						   size_t num_items);

/*
 * gng_aes_cbc_pkcs7_encrypt appends 1 to 16 bytes of padding (RFC 5652 section 6.3) and
 * encrypts in[0..len). *out_len becomes len - len % 16 + 16. GNG_EINVAL if out_cap is less.
 */
GNG_MUST enum gng_status gng_aes_cbc_pkcs7_encrypt(const struct gng_aes_key *key,
						   const uint8_t iv[GNG_AES_BLOCK], uint8_t *out,
						   size_t out_cap, size_t *out_len,
						   const uint8_t *in, size_t len);

/*
 * gng_aes_cbc_pkcs7_decrypt decrypts in[0..len) and sets *out_len to the length without the
 * padding, which is checked in constant time. GNG_EINVAL if out_cap < len, whatever the
 * padding, so that the capacity tells nothing. GNG_EAUTH, one error for every ciphertext that
 * encryption cannot have made: a len that is 0 or no multiple of 16, or any bad padding; then
 * *out_len is 0 and out[0..len) is wiped (not touched if the len was bad).
 *
 * CBC does not authenticate: who can submit ciphertexts and see this status can decrypt
 * (Vaudenay's padding oracle). Verify a MAC over iv and ciphertext first, or use GCM.
 */
GNG_MUST enum gng_status gng_aes_cbc_pkcs7_decrypt(const struct gng_aes_key *key,
						   const uint8_t iv[GNG_AES_BLOCK], uint8_t *out,
						   size_t out_cap, size_t *out_len,
						   const uint8_t *in, size_t len);

/*
 * gng_aes_ctr_crypt XORs in[0..len) with the cipher of counter_block, counter_block + 1, ...
 * (SP 800-38A section 6.5); any len. The standard incrementing function of appendix B.1 takes
 * the m = 128 low bits, so all of the block is one big-endian number, as in the examples of
 * appendix F.5 and in OpenSSL. RFC 3686, with m = 32 from 1 and at most 2^32 - 1 blocks, never
 * carries out of its low 32 bits and is the same. 2^128 blocks, so every size_t, are distinct.
 */
GNG_MUST enum gng_status gng_aes_ctr_crypt(const struct gng_aes_key *key,
					   const uint8_t counter_block[GNG_AES_BLOCK], uint8_t *out,
					   const uint8_t *in, size_t len);

/*
 * gng_aes_part is a piece of a message that lies in several places: in[0..len) goes to out[0..len).
 * The parts of a list are one message, cut anywhere. out == in is allowed exactly, part by part. An
 * out may overlap no other part's out or in, no other argument, and not the list itself.
 */
struct gng_aes_part {
	const uint8_t *in;
	uint8_t *out;
	size_t len; /* may be 0 */
};

/* gng_aes_ctr_crypt_parts is gng_aes_ctr_crypt of parts[0..num_parts). GNG_ELIMIT if they exceed
 * 2^64 - 1 bytes. */
GNG_MUST enum gng_status gng_aes_ctr_crypt_parts(const struct gng_aes_key *key,
						 const uint8_t counter_block[GNG_AES_BLOCK],
						 const struct gng_aes_part *parts,
						 size_t num_parts);

/* gng_aes_ctr is a CTR operation in progress. gng_aes_ctr_fini wipes it. */
struct gng_aes_ctr {
	const struct gng_aes_key *key;
	uint64_t done; /* bytes so far */
	uint8_t counter[GNG_AES_BLOCK];
	uint8_t keystream[GNG_AES_BLOCK]; /* of the block that is part used */
};
GNG_STATIC_ASSERT(__alignof__(struct gng_aes_ctr) <= 8, "cgo aligns Go storage to 8");

/* gng_aes_ctr_begin starts at counter_block. Nothing is left of an earlier operation. */
GNG_MUST enum gng_status gng_aes_ctr_begin(struct gng_aes_ctr *op, const struct gng_aes_key *key,
					   const uint8_t counter_block[GNG_AES_BLOCK]);

/*
 * gng_aes_ctr_update continues; any chunking gives the bytes of gng_aes_ctr_crypt. GNG_ELIMIT
 * if all chunks together exceed 2^64 - 1 bytes: so no counter block is ever used twice.
 */
GNG_MUST enum gng_status gng_aes_ctr_update(struct gng_aes_ctr *op, uint8_t *out, const uint8_t *in,
					    size_t len);

/* gng_aes_ctr_fini wipes the operation. Safe on NULL and on a zeroed one. */
void gng_aes_ctr_fini(struct gng_aes_ctr *op);

/* gng_aes_cbc is a CBC operation in progress. gng_aes_cbc_fini wipes it. */
struct gng_aes_cbc {
	const struct gng_aes_key *key;
	uint32_t decrypts;    /* 1 after gng_aes_cbc_begin_decrypt */
	uint32_t pending_len; /* 0..15 */
	uint8_t iv[GNG_AES_BLOCK];
	uint8_t pending[GNG_AES_BLOCK]; /* input that does not fill a block yet */
};
GNG_STATIC_ASSERT(__alignof__(struct gng_aes_cbc) <= 8, "cgo aligns Go storage to 8");

/* gng_aes_cbc_begin_encrypt and gng_aes_cbc_begin_decrypt fix the direction of op. */
GNG_MUST enum gng_status gng_aes_cbc_begin_encrypt(struct gng_aes_cbc *op,
						   const struct gng_aes_key *key,
						   const uint8_t iv[GNG_AES_BLOCK]);
GNG_MUST enum gng_status gng_aes_cbc_begin_decrypt(struct gng_aes_cbc *op,
						   const struct gng_aes_key *key,
						   const uint8_t iv[GNG_AES_BLOCK]);

/*
 * gng_aes_cbc_update takes all of in[0..len), any len, and writes the blocks that are now
 * whole: *out_len = (held + len) rounded down to 16, where held is the 0 to 15 bytes kept from
 * before. GNG_EINVAL if out_cap is less. out == in is allowed here too, whatever is held.
 */
GNG_MUST enum gng_status gng_aes_cbc_update(struct gng_aes_cbc *op, uint8_t *out, size_t out_cap,
					    size_t *out_len, const uint8_t *in, size_t len);

/*
 * gng_aes_cbc_finish wipes op and ends it. GNG_EINVAL if the chunks did not add up to whole
 * blocks: op is left as it was, and the missing bytes may follow.
 */
GNG_MUST enum gng_status gng_aes_cbc_finish(struct gng_aes_cbc *op);

/* gng_aes_cbc_fini wipes the operation. Safe on NULL and on a zeroed one. */
void gng_aes_cbc_fini(struct gng_aes_cbc *op);

#define GNG_AES_GHASH_POWERS 32

/* gng_aes_gcm_key is an AES key, the powers of its hash key and a fixed tag length. */
struct gng_aes_gcm_key {
	struct gng_aes_key aes; /* without the schedule for decryption; variant: NULL when zeroed */
	uint64_t tag_len;
	/* in the form of the variant; three zeros, so that a vector of four fits behind any */
	uint8_t ghash[GNG_AES_GHASH_POWERS + 3][GNG_AES_BLOCK];
	uint8_t ghash_sum[GNG_AES_GHASH_POWERS][GNG_AES_BLOCK / 2];
};
GNG_STATIC_ASSERT(__alignof__(struct gng_aes_gcm_key) <= 8, "cgo aligns Go storage to 8");

/*
 * gng_aes_gcm_init expands key_bytes[0..key_len) and fixes the tag length, for an attacker who
 * may choose the length of a tag chooses the shortest. GNG_EINVAL unless key_len is 16, 24 or 32
 * and tag_len 16, 15, 14, 13 or 12 (SP 800-38D section 5.2.1.2).
 */
GNG_MUST enum gng_status gng_aes_gcm_init(struct gng_aes_gcm_key *key, const uint8_t *key_bytes,
					  size_t key_len, size_t tag_len);

/*
 * gng_aes_gcm_init_short_tag is gng_aes_gcm_init for a tag_len of 8 or 4, and no other. SP
 * 800-38D appendix C bounds the length of messages and the number of failed opens for these:
 * the caller must keep to it.
 */
GNG_MUST enum gng_status gng_aes_gcm_init_short_tag(struct gng_aes_gcm_key *key,
						    const uint8_t *key_bytes, size_t key_len,
						    size_t tag_len);

/* gng_aes_gcm_key_fini wipes the key. Safe on NULL and on a zeroed key. */
void gng_aes_gcm_key_fini(struct gng_aes_gcm_key *key);

/*
 * gng_aes_gcm_seal encrypts in[0..len) to out[0..len) and writes tag[0..key->tag_len) over
 * aad[0..aad_len) and the ciphertext (SP 800-38D section 7.1). One nonce seals one message per
 * key: a second reveals the hash key. 12 bytes is the fast and recommended nonce_len; others
 * pass through GHASH. GNG_EINVAL for nonce_len 0. GNG_ELIMIT if len > 2^36 - 32 (2^39 - 256
 * bits), or aad_len or nonce_len >= 2^61 (2^64 bits).
 */
GNG_MUST enum gng_status gng_aes_gcm_seal(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
					  size_t nonce_len, const uint8_t *aad, size_t aad_len,
					  uint8_t *out, const uint8_t *in, size_t len,
					  uint8_t *tag);

/*
 * gng_aes_gcm_open decrypts in[0..len) to out[0..len) and compares tag[0..key->tag_len) in
 * constant time (SP 800-38D section 7.2). GNG_EAUTH if it differs: out[0..len) is then wiped.
 * Other errors as gng_aes_gcm_seal.
 */
GNG_MUST enum gng_status gng_aes_gcm_open(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
					  size_t nonce_len, const uint8_t *aad, size_t aad_len,
					  uint8_t *out, const uint8_t *in, size_t len,
					  const uint8_t *tag);

/* gng_aes_gmac writes the tag of aad alone: GCM without text (SP 800-38D section 3). Errors
 * and the duty of fresh nonces as gng_aes_gcm_seal. */
GNG_MUST enum gng_status gng_aes_gmac(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				      size_t nonce_len, const uint8_t *aad, size_t aad_len,
				      uint8_t *tag);

/* gng_aes_gmac_verify returns GNG_EAUTH unless tag[0..key->tag_len) is that of gng_aes_gmac. */
GNG_MUST enum gng_status gng_aes_gmac_verify(const struct gng_aes_gcm_key *key,
					     const uint8_t *nonce, size_t nonce_len,
					     const uint8_t *aad, size_t aad_len,
					     const uint8_t *tag);

/* gng_aes_data is a piece of additional data that lies in several places. */
struct gng_aes_data {
	const uint8_t *bytes;
	size_t len; /* may be 0 */
};

/*
 * gng_aes_gcm_seal_parts and gng_aes_gcm_open_parts are gng_aes_gcm_seal and _open of data[0..
 * num_data), one behind the other, as additional data, and of parts[0..num_parts) as text. A bad
 * tag wipes the out of every part. One part and at most one piece of data are as fast as the plain
 * call; a cut inside a block costs a few blocks.
 */
GNG_MUST enum gng_status gng_aes_gcm_seal_parts(const struct gng_aes_gcm_key *key,
						const uint8_t *nonce, size_t nonce_len,
						const struct gng_aes_data *data, size_t num_data,
						const struct gng_aes_part *parts, size_t num_parts,
						uint8_t *tag);
GNG_MUST enum gng_status gng_aes_gcm_open_parts(const struct gng_aes_gcm_key *key,
						const uint8_t *nonce, size_t nonce_len,
						const struct gng_aes_data *data, size_t num_data,
						const struct gng_aes_part *parts, size_t num_parts,
						const uint8_t *tag);

/*
 * gng_aes_gcm_item is one message of a batch, as the arguments of gng_aes_gcm_seal or _open; its
 * nonce has 12 bytes. Items may have keys of their own.
 */
struct gng_aes_gcm_item {
	const struct gng_aes_gcm_key *key;
	const uint8_t *nonce, *aad, *in;
	size_t aad_len, len;
	uint8_t *out;
	uint8_t *tag;		/* written by seal, read by open */
	enum gng_status status; /* written by open: GNG_OK or GNG_EAUTH */
};

/*
 * gng_aes_gcm_seal_batch seals each of items[0..num_items) as gng_aes_gcm_seal would. Neighbours
 * with one key and similar lengths go side by side, which pays for messages up to about 2 KiB.
 * GNG_EINVAL or GNG_ELIMIT, with nothing written, if any item breaks a rule, or if its out or tag
 * overlaps a buffer of another. Whether they do is seen in one pass where the items lie in the
 * order of memory, or their outputs do and lie apart from all inputs; else pairs are compared.
 */
GNG_MUST enum gng_status gng_aes_gcm_seal_batch(const struct gng_aes_gcm_item *items,
						size_t num_items);

/*
 * gng_aes_gcm_open_batch opens each of items[0..num_items) as gng_aes_gcm_open would. GNG_EAUTH if
 * any tag differs: the status of each item tells which, and the out of those is wiped; the others
 * are good. GNG_EINVAL or GNG_ELIMIT as gng_aes_gcm_seal_batch, with no status written.
 */
GNG_MUST enum gng_status gng_aes_gcm_open_batch(struct gng_aes_gcm_item *items, size_t num_items);

/* gng_aes_gcm is a GCM operation in progress. gng_aes_gcm_fini wipes it. */
struct gng_aes_gcm {
	const struct gng_aes_gcm_key *key;
	uint64_t aad_len;  /* bytes so far */
	uint64_t text_len; /* bytes so far */
	uint32_t state;
	uint8_t tag_mask[GNG_AES_BLOCK];  /* the cipher of J0 (SP 800-38D section 7.1) */
	uint8_t counter[GNG_AES_BLOCK];	  /* of the next block */
	uint8_t hash[GNG_AES_BLOCK];	  /* GHASH of the whole blocks so far */
	uint8_t keystream[GNG_AES_BLOCK]; /* of the block that is part used */
	uint8_t pending[GNG_AES_BLOCK];	  /* aad or ciphertext that does not fill a block yet */
};
GNG_STATIC_ASSERT(__alignof__(struct gng_aes_gcm) <= 8, "cgo aligns Go storage to 8");

/*
 * gng_aes_gcm_begin starts one message. The calls then go
 *
 *	begin, aad*, encrypt*,             finish_seal
 *	begin, aad*, decrypt_unverified*,  finish_open
 *
 * with any chunking; a chunk of 0 bytes is checked like any other and changes nothing. Every
 * other order is GNG_EINVAL:
 * aad after text, encrypt mixed with decrypt, finish_seal after decrypt (it would compute the
 * tag of a forgery), and any call but begin and fini after a finish. Errors of nonce and
 * nonce_len as gng_aes_gcm_seal.
 */
GNG_MUST enum gng_status gng_aes_gcm_begin(struct gng_aes_gcm *op,
					   const struct gng_aes_gcm_key *key, const uint8_t *nonce,
					   size_t nonce_len);

/* gng_aes_gcm_aad adds aad[0..len). GNG_ELIMIT if all of it reaches 2^61 bytes. */
GNG_MUST enum gng_status gng_aes_gcm_aad(struct gng_aes_gcm *op, const uint8_t *aad, size_t len);

/* gng_aes_gcm_encrypt encrypts in[0..len) to out[0..len). GNG_ELIMIT if all text exceeds
 * 2^36 - 32 bytes. */
GNG_MUST enum gng_status gng_aes_gcm_encrypt(struct gng_aes_gcm *op, uint8_t *out,
					     const uint8_t *in, size_t len);

/*
 * gng_aes_gcm_decrypt_unverified decrypts in[0..len) to out[0..len). Nobody has vouched for
 * these bytes: hold them back until gng_aes_gcm_finish_open is GNG_OK, and wipe them if it is
 * not. GNG_ELIMIT as gng_aes_gcm_encrypt.
 */
GNG_MUST enum gng_status gng_aes_gcm_decrypt_unverified(struct gng_aes_gcm *op, uint8_t *out,
							const uint8_t *in, size_t len);

/* gng_aes_gcm_finish_seal writes tag[0..key->tag_len), wipes op and ends it. */
GNG_MUST enum gng_status gng_aes_gcm_finish_seal(struct gng_aes_gcm *op, uint8_t *tag);

/* gng_aes_gcm_finish_open compares tag[0..key->tag_len) in constant time, wipes op and ends
 * it. GNG_EAUTH if the tag differs. */
GNG_MUST enum gng_status gng_aes_gcm_finish_open(struct gng_aes_gcm *op, const uint8_t *tag);

/* gng_aes_gcm_fini wipes the operation, finished or not. Safe on NULL and on a zeroed one. */
void gng_aes_gcm_fini(struct gng_aes_gcm *op);

#ifdef __cplusplus
}
#endif

#endif /* GNG_AES_H */
