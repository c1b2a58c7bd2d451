/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wide_test.c - the wide loops against OpenSSL where no published vector reaches: around every
 * boundary of a batch to 64 KiB, data of every length, long messages, random cases.
 */
/* requires: libcrypto */
#include "evp.h"

#define KIB 1024
#define MAX_LEN (64 * KIB + 32)

/* near are the distances from a boundary where a loop can be one too early or too late. */
static const int near[] = {-17, -16, -15, -1, 0, 1, 15, 16, 17};

static void check_len(struct subject *s, struct evp *evp, const struct mode *mode, size_t len)
{
	static uint8_t in[MAX_LEN], got[MAX_LEN], want[MAX_LEN + 16];
	uint8_t tag[16];

	fill(in, len, len);
	run_mode(mode, s, got, in, len);
	evp_crypt(evp, s, want, tag, in, len);
	check_same(mode->name, len, got, want);
	if (evp->gcm && evp->encrypts)
		check_same("tag", 16, s->tag, tag);
}

/* A batch has 128, 256 or 512 bytes. The portable variant has no wide loop and is slow. */
static void check_boundaries(const struct gng_aes_variant *variant, size_t pair, size_t step)
{
	const struct mode *mode = mode_named(pairs[pair].mode);
	struct subject s;
	struct evp evp;

	subject_init(&s, variant, 16 + 8 * (pair % 3));
	evp_open(&evp, pairs[pair].evp, 16 + 8 * (pair % 3), pairs[pair].encrypts);
	for (size_t boundary = 2 * KIB; boundary <= 64 * KIB; boundary += step)
		for (size_t i = 0; i < COUNT_OF(near); i++) {
			const size_t len = boundary + (size_t)near[i];

			if (len % mode->unit == 0)
				check_len(&s, &evp, mode, len);
		}
	EVP_CIPHER_CTX_free(evp.ctx);
}

static void boundaries_agree_with_openssl(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	for (size_t pair = 0; pair < COUNT_OF(pairs); pair++)
		check_boundaries(variant, pair, variant->needs ? 512 : 16 * KIB);
}

/* ---- GCM with data and nonce of any length ---- */

struct gcm_case {
	size_t key_len, nonce_len, aad_len, len;
	uint8_t key_bytes[32], nonce[64];
	const uint8_t *aad, *in;
};

static void evp_gcm_seal(EVP_CIPHER_CTX *ctx, const struct gcm_case *c, uint8_t *out,
			 uint8_t tag[16])
{
	int n = 0;

	assert_int_equal(EVP_EncryptInit_ex(ctx, cipher_of("GCM", c->key_len), NULL, NULL, NULL),
			 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)c->nonce_len, NULL),
			 1);
	assert_int_equal(EVP_EncryptInit_ex(ctx, NULL, NULL, c->key_bytes, c->nonce), 1);
	if (c->aad_len > 0)
		assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, c->aad, (int)c->aad_len), 1);
	if (c->len > 0)
		assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, c->in, (int)c->len), 1);
	assert_int_equal(EVP_EncryptFinal_ex(ctx, out + c->len, &n), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
}

static void check_gcm(const struct gng_aes_variant *variant, EVP_CIPHER_CTX *ctx,
		      const struct gcm_case *c)
{
	static uint8_t got[8 * KIB], want[8 * KIB + 16], back[8 * KIB];
	uint8_t tag[16], want_tag[16];
	struct gng_aes_gcm_key key;

	evp_gcm_seal(ctx, c, want, want_tag);
	assert_int_equal(aes_gcm_init_with(&key, variant, c->key_bytes, c->key_len, 16), GNG_OK);
	assert_int_equal(gng_aes_gcm_seal(&key, c->nonce, c->nonce_len, c->aad, c->aad_len, got,
					  c->in, c->len, tag),
			 GNG_OK);
	check_same("ciphertext", c->len, got, want);
	check_same("tag", 16, tag, want_tag);
	assert_int_equal(gng_aes_gcm_open(&key, c->nonce, c->nonce_len, c->aad, c->aad_len, back,
					  got, c->len, tag),
			 GNG_OK);
	check_same("text", c->len, back, c->in);
	gng_aes_gcm_key_fini(&key);
}

/* Texts just under a batch leave no power of the hash key for the block of lengths. */
static void data_of_every_length_agrees_with_openssl(void **state)
{
	static const size_t lens[] = {0,   1,	2,   15,  16,  17,  31,	 32,  33,
				      47,  48,	49,  63,  64,  65,  80,	 240, 241,
				      255, 256, 496, 500, 511, 512, 513, 1009};
	static uint8_t aad[64 * KIB], in[KIB];
	const struct gng_aes_variant *variant;
	struct gcm_case c = {.key_len = 16, .nonce_len = 12, .aad = aad, .in = in};
	EVP_CIPHER_CTX *ctx;

	(void)state;
	if (variant_skips(&variant))
		return;
	ctx = EVP_CIPHER_CTX_new();
	fill(aad, sizeof(aad), 1);
	fill(in, sizeof(in), 2);
	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		c.len = lens[i];
		for (c.aad_len = 0; c.aad_len <= 300; c.aad_len++)
			check_gcm(variant, ctx, &c);
		for (c.aad_len = 64 * KIB - 3; c.aad_len <= 64 * KIB; c.aad_len++)
			check_gcm(variant, ctx, &c);
	}
	EVP_CIPHER_CTX_free(ctx);
}

/* ---- random cases ---- */

/* next is splitmix64: the same cases on every machine. */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Half of the texts are short, because that is where the paths branch. */
static void check_random(size_t num_cases)
{
	static uint8_t aad[512], in[4 * KIB];
	const struct gng_aes_variant *variant;
	struct gcm_case c = {.aad = aad, .in = in};
	uint64_t seed = 20261124;
	EVP_CIPHER_CTX *ctx;

	if (variant_skips(&variant))
		return;
	ctx = EVP_CIPHER_CTX_new();
	fill(aad, sizeof(aad), 3);
	fill(in, sizeof(in), 4);
	for (size_t i = 0; i < num_cases; i++) {
		const uint64_t r = next(&seed);

		c.key_len = 16 + 8 * (r % 3);
		c.nonce_len = r & 8 ? 12 : 1 + (r >> 8) % 64;
		c.aad_len = (r >> 16) % sizeof(aad);
		c.len = (r >> 32) % (r & 16 ? 130 : sizeof(in));
		fill(c.key_bytes, sizeof(c.key_bytes), r);
		fill(c.nonce, sizeof(c.nonce), ~r);
		check_gcm(variant, ctx, &c);
	}
	EVP_CIPHER_CTX_free(ctx);
}

static void random_cases_agree_with_openssl(void **state)
{
	(void)state;
	check_random(suite_variant && strcmp(suite_variant, "portable") != 0 ? 100000 : 10000);
}

static void a_million_random_cases_agree_with_openssl(void **state)
{
	(void)state;
	check_random(1000000);
}

/* ---- long messages ---- */

static void check_long(size_t len)
{
	const struct gng_aes_variant *variant;
	uint8_t tag[16], want_tag[16];
	uint8_t *in, *out;
	struct subject s;
	struct evp evp;

	if (variant_skips(&variant))
		return;
	in = calloc(1, len);
	out = malloc(len + 16);
	assert_true(in && out);
	subject_init(&s, variant, 32);
	evp_open(&evp, "GCM", 32, true);
	evp_crypt(&evp, &s, out, want_tag, in, len);
	assert_int_equal(
		gng_aes_gcm_seal(&s.gcm, s.nonce, 12, s.aad, SUBJECT_AAD_LEN, in, in, len, tag),
		GNG_OK);
	check_same("ciphertext", len, in, out);
	check_same("tag", 16, tag, want_tag);
	EVP_CIPHER_CTX_free(evp.ctx);
	free(in);
	free(out);
}

static void a_message_of_1536_kib_agrees_with_openssl(void **state)
{
	(void)state;
	check_long(1536 * KIB);
}

/* 600 MiB are more than 2^32 bits: a length field of 32 bits would wrap. */
static void a_message_beyond_2_32_bits_agrees_with_openssl(void **state)
{
	(void)state;
	check_long((size_t)600 * KIB * KIB);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(boundaries_agree_with_openssl, "C1.variants.agree"),
	TEST_EACH_VARIANT(data_of_every_length_agrees_with_openssl, "C1.variants.agree"),
	TEST_EACH_VARIANT(random_cases_agree_with_openssl, "C1.variants.agree"),
	TEST_SLOW_EACH_VARIANT(a_million_random_cases_agree_with_openssl, "C1.variants.agree"),
	TEST_EACH_VARIANT(a_message_of_1536_kib_agrees_with_openssl, "C1.variants.agree"),
	TEST_SLOW_EACH_VARIANT(a_message_beyond_2_32_bits_agrees_with_openssl, "C1.variants.agree"),
	{0},
};
