/* SPDX-License-Identifier: Apache-2.0 */
/* evp.h - OpenSSL's EVP as the oracle of every mode. */
#ifndef CONFORMANCE_AES_EVP_H
#define CONFORMANCE_AES_EVP_H

#include "variant.h"

#include <openssl/evp.h>

/* evp is a context per cipher, opened once: EVP's set-up costs more than the bytes. */
struct evp {
	EVP_CIPHER_CTX *ctx;
	bool encrypts, gcm;
};

static inline const EVP_CIPHER *cipher_of(const char *name, size_t key_len)
{
	char full[32];
	const EVP_CIPHER *cipher;

	snprintf(full, sizeof(full), "AES-%zu-%s", 8 * key_len, name);
	cipher = EVP_get_cipherbyname(full);
	assert_non_null(cipher);
	return cipher;
}

static inline void evp_open(struct evp *evp, const char *name, size_t key_len, bool encrypts)
{
	uint8_t key_bytes[32];

	fill(key_bytes, sizeof(key_bytes), key_len); /* as subject_init does */
	evp->ctx = EVP_CIPHER_CTX_new();
	evp->encrypts = encrypts;
	evp->gcm = strcmp(name, "GCM") == 0;
	assert_non_null(evp->ctx);
	assert_int_equal(EVP_CipherInit_ex(evp->ctx, cipher_of(name, key_len), NULL, key_bytes,
					   NULL, encrypts),
			 1);
	assert_int_equal(EVP_CIPHER_CTX_set_padding(evp->ctx, 0), 1);
}

static inline void evp_crypt(struct evp *evp, const struct subject *s, uint8_t *out,
			     uint8_t tag[16], const uint8_t *in, size_t len)
{
	int n = 0;

	assert_int_equal(
		EVP_CipherInit_ex(evp->ctx, NULL, NULL, NULL, evp->gcm ? s->nonce : s->iv, -1), 1);
	if (evp->gcm)
		assert_int_equal(EVP_CipherUpdate(evp->ctx, NULL, &n, s->aad, SUBJECT_AAD_LEN), 1);
	assert_int_equal(EVP_CipherUpdate(evp->ctx, out, &n, in, (int)len), 1);
	assert_int_equal(n, len);
	if (!evp->gcm || !evp->encrypts)
		return;
	assert_int_equal(EVP_CipherFinal_ex(evp->ctx, out + len, &n), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(evp->ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
}

static const struct {
	const char *mode, *evp;
	bool encrypts;
} pairs[] = {
	{"ecb_encrypt", "ECB", true},	 {"ecb_decrypt", "ECB", false},
	{"cbc_encrypt", "CBC", true},	 {"cbc_decrypt", "CBC", false},
	{"ctr_crypt", "CTR", true},	 {"gcm_seal", "GCM", true},
	{"gcm_open", "GCM", false},	 {"ctr_crypt_parts", "CTR", true},
	{"gcm_seal_parts", "GCM", true}, {"gcm_open_parts", "GCM", false},
};

static inline const struct mode *mode_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(modes); i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	suite_fail("no mode %s", name);
}

#endif /* CONFORMANCE_AES_EVP_H */
