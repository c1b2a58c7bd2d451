/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variant.h - the variant under test, and every mode behind one signature, so that a property
 * (overlap, guard pages, agreement) is written once and holds for all of them.
 */
#ifndef CONFORMANCE_AES_VARIANT_H
#define CONFORMANCE_AES_VARIANT_H

#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_aes.h>

#include <aes_variant.h>

/* variant_skips returns false with *variant set, or says why this machine cannot run it. By
 * hand, without --variant, it is the portable one. */
static inline bool variant_skips(const struct gng_aes_variant **variant)
{
	const uint32_t caps = gng_cpu_caps();
	char reason[64];

	*variant = aes_variant_named(suite_variant ? suite_variant : "portable");
	if (!*variant)
		suite_fail("no variant '%s': it and impl/aes/CMakeLists.txt must agree",
			   suite_variant);
	if (((*variant)->needs & ~caps) == 0)
		return false;
	snprintf(reason, sizeof(reason), "this CPU lacks what '%s' needs", (*variant)->name);
	gng_probe_skip(reason, "run on a CPU that has AES-NI and PCLMULQDQ, without GNG_CPU");
	return true;
}

/* fill writes bytes that depend on seed alone (splitmix64). */
static inline void fill(void *p, size_t len, uint64_t seed)
{
	uint8_t *bytes = p;

	for (size_t i = 0; i < len; i += 8) {
		uint64_t z = seed + (i / 8 + 1) * UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		z ^= z >> 31;
		memcpy(bytes + i, &z, len - i < 8 ? len - i : 8);
	}
}

#define SUBJECT_AAD_LEN 21 /* not whole blocks */

/* subject is what every mode needs. The pointers let a test place iv, nonce, aad and tag. */
struct subject {
	struct gng_aes_key key;
	struct gng_aes_gcm_key gcm;
	const uint8_t *iv, *nonce, *aad; /* 16, 12 and SUBJECT_AAD_LEN bytes */
	uint8_t *tag;			 /* written by seal, read by open */
	uint8_t own[16 + 12 + SUBJECT_AAD_LEN + 16];
};

static inline void subject_init(struct subject *s, const struct gng_aes_variant *variant,
				size_t key_len)
{
	uint8_t key_bytes[32];

	fill(key_bytes, sizeof(key_bytes), key_len);
	fill(s->own, sizeof(s->own), 1);
	s->iv = s->own;
	s->nonce = s->iv + 16;
	s->aad = s->nonce + 12;
	s->tag = s->own + 16 + 12 + SUBJECT_AAD_LEN;
	assert_int_equal(aes_init_with(&s->key, variant, key_bytes, key_len), GNG_OK);
	assert_int_equal(aes_gcm_init_with(&s->gcm, variant, key_bytes, key_len, 16), GNG_OK);
}

/* ---- the modes: each maps in[0..len) to out[0..len) in one call ---- */

struct mode {
	const char *name;
	size_t unit; /* len is a multiple of it */
	enum gng_status (*crypt)(struct subject *s, uint8_t *out, const uint8_t *in, size_t len);
	bool opens; /* needs subject_tag first */
};

static inline enum gng_status mode_ecb_encrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gng_aes_ecb_encrypt(&s->key, out, in, len);
}

static inline enum gng_status mode_ecb_decrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gng_aes_ecb_decrypt(&s->key, out, in, len);
}

static inline enum gng_status mode_cbc_encrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gng_aes_cbc_encrypt(&s->key, s->iv, out, in, len);
}

static inline enum gng_status mode_cbc_decrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gng_aes_cbc_decrypt(&s->key, s->iv, out, in, len);
}

static inline enum gng_status mode_ctr(struct subject *s, uint8_t *out, const uint8_t *in,
				       size_t len)
{
	return gng_aes_ctr_crypt(&s->key, s->iv, out, in, len);
}

static inline enum gng_status mode_gcm_seal(struct subject *s, uint8_t *out, const uint8_t *in,
					    size_t len)
{
	return gng_aes_gcm_seal(&s->gcm, s->nonce, 12, s->aad, SUBJECT_AAD_LEN, out, in, len,
				s->tag);
}

static inline enum gng_status mode_gcm_open(struct subject *s, uint8_t *out, const uint8_t *in,
					    size_t len)
{
	return gng_aes_gcm_open(&s->gcm, s->nonce, 12, s->aad, SUBJECT_AAD_LEN, out, in, len,
				s->tag);
}

/* The streaming modes run one chunk and give up the operation; a refusal must leave it as it
 * was, byte for byte. */
static inline enum gng_status mode_ctr_update(struct subject *s, uint8_t *out, const uint8_t *in,
					      size_t len)
{
	struct gng_aes_ctr op, before;
	enum gng_status status;

	assert_int_equal(gng_aes_ctr_begin(&op, &s->key, s->iv), GNG_OK);
	before = op;
	status = gng_aes_ctr_update(&op, out, in, len);
	if (status != GNG_OK)
		assert_memory_equal(&op, &before, sizeof(op));
	gng_aes_ctr_fini(&op);
	return status;
}

static inline enum gng_status cbc_update(struct subject *s, uint8_t *out, const uint8_t *in,
					 size_t len, bool decrypts)
{
	struct gng_aes_cbc op, before;
	enum gng_status status = decrypts ? gng_aes_cbc_begin_decrypt(&op, &s->key, s->iv)
					  : gng_aes_cbc_begin_encrypt(&op, &s->key, s->iv);
	size_t out_len = 1;

	assert_int_equal(status, GNG_OK);
	before = op;
	status = gng_aes_cbc_update(&op, out, len, &out_len, in, len);
	assert_int_equal(out_len, status == GNG_OK ? len : 0);
	if (status != GNG_OK)
		assert_memory_equal(&op, &before, sizeof(op));
	gng_aes_cbc_fini(&op);
	return status;
}

static inline enum gng_status mode_cbc_update_encrypt(struct subject *s, uint8_t *out,
						      const uint8_t *in, size_t len)
{
	return cbc_update(s, out, in, len, false);
}

static inline enum gng_status mode_cbc_update_decrypt(struct subject *s, uint8_t *out,
						      const uint8_t *in, size_t len)
{
	return cbc_update(s, out, in, len, true);
}

static inline enum gng_status gcm_stream(struct subject *s, uint8_t *out, const uint8_t *in,
					 size_t len, bool decrypts)
{
	struct gng_aes_gcm op, before;
	enum gng_status status;

	assert_int_equal(gng_aes_gcm_begin(&op, &s->gcm, s->nonce, 12), GNG_OK);
	assert_int_equal(gng_aes_gcm_aad(&op, s->aad, SUBJECT_AAD_LEN), GNG_OK);
	before = op;
	status = decrypts ? gng_aes_gcm_decrypt_unverified(&op, out, in, len)
			  : gng_aes_gcm_encrypt(&op, out, in, len);
	if (status != GNG_OK)
		assert_memory_equal(&op, &before, sizeof(op));
	gng_aes_gcm_fini(&op);
	return status;
}

static inline enum gng_status mode_gcm_encrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gcm_stream(s, out, in, len, false);
}

static inline enum gng_status mode_gcm_decrypt(struct subject *s, uint8_t *out, const uint8_t *in,
					       size_t len)
{
	return gcm_stream(s, out, in, len, true);
}

/* ---- the same in several parts: cut behind a third, and one byte further ---- */

#define NUM_PARTS 3

static inline void cut(struct gng_aes_part parts[NUM_PARTS], uint8_t *out, const uint8_t *in,
		       size_t len)
{
	const size_t ends[NUM_PARTS] = {len / 3, len / 3 + (len > 0), len};

	for (size_t i = 0, at = 0; i < NUM_PARTS; at = ends[i++])
		parts[i] = (struct gng_aes_part){in ? in + at : NULL, out ? out + at : NULL,
						 ends[i] - at};
}

static inline enum gng_status mode_ctr_parts(struct subject *s, uint8_t *out, const uint8_t *in,
					     size_t len)
{
	struct gng_aes_part parts[NUM_PARTS];

	cut(parts, out, in, len);
	return gng_aes_ctr_crypt_parts(&s->key, s->iv, parts, NUM_PARTS);
}

static inline enum gng_status mode_gcm_seal_parts(struct subject *s, uint8_t *out,
						  const uint8_t *in, size_t len)
{
	const struct gng_aes_data data[] = {{s->aad, 5}, {s->aad + 5, SUBJECT_AAD_LEN - 5}};
	struct gng_aes_part parts[NUM_PARTS];

	cut(parts, out, in, len);
	return gng_aes_gcm_seal_parts(&s->gcm, s->nonce, 12, data, 2, parts, NUM_PARTS, s->tag);
}

static inline enum gng_status mode_gcm_open_parts(struct subject *s, uint8_t *out,
						  const uint8_t *in, size_t len)
{
	const struct gng_aes_data data[] = {{s->aad, 17}, {s->aad + 17, SUBJECT_AAD_LEN - 17}};
	struct gng_aes_part parts[NUM_PARTS];

	cut(parts, out, in, len);
	return gng_aes_gcm_open_parts(&s->gcm, s->nonce, 12, data, 2, parts, NUM_PARTS, s->tag);
}

/* ---- a batch: messages of a block each, and one of what is left, which has s->tag ---- */

#define NUM_BLOCKS_APART 4 /* all of them side by side, so that they are what was done last */

/* moved is pointer + at: a NULL that a test hands in must reach the library as one. */
static inline uint8_t *moved(const uint8_t *pointer, size_t at)
{
	return pointer ? (uint8_t *)(pointer + at) : NULL;
}

static inline enum gng_status mode_gcm_seal_batch(struct subject *s, uint8_t *out,
						  const uint8_t *in, size_t len)
{
	const size_t apart = len / 16 < NUM_BLOCKS_APART ? len / 16 : NUM_BLOCKS_APART;
	struct gng_aes_gcm_item items[NUM_BLOCKS_APART + 1];
	uint8_t tags[NUM_BLOCKS_APART][16];
	size_t at = len - 16 * apart;

	items[0] = (struct gng_aes_gcm_item){.key = &s->gcm,
					     .nonce = s->nonce,
					     .aad = s->aad,
					     .aad_len = SUBJECT_AAD_LEN,
					     .in = at ? in : NULL,
					     .out = at ? out : NULL,
					     .len = at,
					     .tag = s->tag};
	for (size_t i = 0; i < apart; i++, at += 16)
		items[1 + i] = (struct gng_aes_gcm_item){.key = &s->gcm,
							 .nonce = s->nonce,
							 .aad = s->aad,
							 .aad_len = SUBJECT_AAD_LEN,
							 .in = moved(in, at),
							 .out = moved(out, at),
							 .len = 16,
							 .tag = tags[i]};
	return gng_aes_gcm_seal_batch(items, 1 + apart);
}

static const struct mode modes[] = {
	{"ecb_encrypt", 16, mode_ecb_encrypt, false},
	{"ecb_decrypt", 16, mode_ecb_decrypt, false},
	{"cbc_encrypt", 16, mode_cbc_encrypt, false},
	{"cbc_decrypt", 16, mode_cbc_decrypt, false},
	{"ctr_crypt", 1, mode_ctr, false},
	{"gcm_seal", 1, mode_gcm_seal, false},
	{"gcm_open", 1, mode_gcm_open, true},
	{"ctr_update", 1, mode_ctr_update, false},
	{"cbc_update encrypting", 16, mode_cbc_update_encrypt, false},
	{"cbc_update decrypting", 16, mode_cbc_update_decrypt, false},
	{"gcm_encrypt", 1, mode_gcm_encrypt, false},
	{"gcm_decrypt_unverified", 1, mode_gcm_decrypt, false},
	{"ctr_crypt_parts", 1, mode_ctr_parts, false},
	{"gcm_seal_parts", 1, mode_gcm_seal_parts, false},
	{"gcm_open_parts", 1, mode_gcm_open_parts, true},
	{"gcm_seal_batch", 1, mode_gcm_seal_batch, false},
};

/* subject_tag computes s->tag for the ciphertext in[0..len), so that gcm_open accepts it. */
static inline void subject_tag(struct subject *s, const uint8_t *in, size_t len)
{
	uint8_t *text = malloc(len ? len : 1);

	assert_non_null(text);
	assert_int_equal(mode_gcm_decrypt(s, text, in, len), GNG_OK);
	assert_int_equal(mode_gcm_seal(s, text, text, len), GNG_OK);
	free(text);
}

/* run_mode crypts, and on any failure says which mode and length. */
static inline void run_mode(const struct mode *mode, struct subject *s, uint8_t *out,
			    const uint8_t *in, size_t len)
{
	enum gng_status status;

	if (mode->opens)
		subject_tag(s, in, len);
	status = mode->crypt(s, out, in, len);
	if (status != GNG_OK)
		suite_fail("%s of %zu bytes: %s", mode->name, len, gng_status_name(status));
}

static inline void check_same(const char *what, size_t len, const uint8_t *got, const uint8_t *want)
{
	gng_probe_assertion();
	if (memcmp(got, want, len) == 0)
		return;
	for (size_t i = 0; i < len; i++)
		if (got[i] != want[i])
			suite_fail("%s of %zu bytes: byte %zu is %02x, not %02x", what, len, i,
				   got[i], want[i]);
}

#endif /* CONFORMANCE_AES_VARIANT_H */
