/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differential_test.c - every mode gives the bytes of OpenSSL's EVP for every length from 0 to
 * 2048, which crosses the wide loops that no published vector reaches (NIST's GCM cases end at
 * 51 bytes).
 */
/* requires: libcrypto */
#include "evp.h"

#define MAX_LEN 2048

static void check_pair(struct subject *s, size_t key_len, size_t pair)
{
	static uint8_t in[MAX_LEN], got[MAX_LEN], want[MAX_LEN + 16];
	const struct mode *mode = mode_named(pairs[pair].mode);
	uint8_t tag[16];
	struct evp evp;

	fill(in, sizeof(in), pair);
	evp_open(&evp, pairs[pair].evp, key_len, pairs[pair].encrypts);
	for (size_t len = 0; len <= MAX_LEN; len += mode->unit) {
		run_mode(mode, s, got, in, len);
		if (len > 0) { /* EVP_CipherUpdate of 0 bytes is refused by some ciphers */
			evp_crypt(&evp, s, want, tag, in, len);
			check_same(mode->name, len, got, want);
		}
		if (len > 0 && evp.gcm && evp.encrypts)
			check_same("tag", 16, s->tag, tag);
	}
	EVP_CIPHER_CTX_free(evp.ctx);
}

static void check_key_len(size_t key_len)
{
	const struct gng_aes_variant *variant;
	struct subject s;

	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, key_len);
	for (size_t pair = 0; pair < COUNT_OF(pairs); pair++)
		check_pair(&s, key_len, pair);
}

static void modes_agree_with_openssl_128(void **state)
{
	(void)state;
	check_key_len(16);
}

static void modes_agree_with_openssl_192(void **state)
{
	(void)state;
	check_key_len(24);
}

static void modes_agree_with_openssl_256(void **state)
{
	(void)state;
	check_key_len(32);
}

/* Nonces of 1 to 128 bytes, the most that OpenSSL takes, with data of every length to 300. */
static void gmac_agrees_with_openssl_for_every_nonce_and_data(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t bytes[300], tag[16], want[16], key_bytes[32];
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(bytes, sizeof(bytes), 1);
	fill(key_bytes, sizeof(key_bytes), 16);
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		const size_t nonce_len = len % 128 + 1;
		EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
		int n;

		assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_gcm(), NULL, NULL, NULL), 1);
		assert_int_equal(
			EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce_len, NULL), 1);
		assert_int_equal(EVP_EncryptInit_ex(ctx, NULL, NULL, key_bytes, bytes), 1);
		if (len > 0)
			assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, bytes, (int)len), 1);
		assert_int_equal(EVP_EncryptFinal_ex(ctx, want, &n), 1);
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, want), 1);
		EVP_CIPHER_CTX_free(ctx);
		assert_int_equal(gng_aes_gmac(&s.gcm, bytes, nonce_len, bytes, len, tag), GNG_OK);
		check_same("gmac", 16, tag, want);
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(modes_agree_with_openssl_128, "C1.variants.agree"),
	TEST_EACH_VARIANT(modes_agree_with_openssl_192, "C1.variants.agree"),
	TEST_EACH_VARIANT(modes_agree_with_openssl_256, "C1.variants.agree"),
	TEST_EACH_VARIANT(gmac_agrees_with_openssl_for_every_nonce_and_data,
			  "C1.gcm.gmac C1.gcm.nonce-length"),
	{0},
};
