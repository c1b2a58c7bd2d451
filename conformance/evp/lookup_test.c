/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup_test.c - when EVP asks OpenSSL's registry of algorithms: once the default properties of a
 * library context name a provider that does not exist, whoever asks is told that there is none.
 */
#include "../suite.h"

#include <string.h>

#include <gng_evp.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#define LEN 64

static const uint8_t key[16] = {1}, iv[16] = {2}, in[LEN] = {3};
static uint8_t out[LEN], again[LEN];

/* A library context of its own, which is the thread's while a test runs. */
static OSSL_LIB_CTX *own, *before;

static void enter(void)
{
	own = OSSL_LIB_CTX_new();
	assert_non_null(own);
	before = OSSL_LIB_CTX_set0_default(own);
}

static void leave(void)
{
	OSSL_LIB_CTX_set0_default(before);
	OSSL_LIB_CTX_free(own);
}

static void empty_the_registry(void)
{
	assert_int_equal(EVP_set_default_properties(own, "provider=nobody"), 1);
}

/* init is the article's call, on a context that is new. */
static int init(EVP_CIPHER_CTX *context)
{
	EVP_CIPHER_CTX_reset(context);
	return EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv);
}

static void an_init_by_name_asks_the_registry(void **state)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	struct gng_why why = {0};

	(void)state;
	enter();
	assert_int_equal(init(context), 1);
	empty_the_registry();
	assert_int_equal(init(context), 0);
	assert_int_equal(gng_evp_fresh_encrypt(GNG_EVP_CBC, key, 16, iv, out, in, LEN, &why),
			 GNG_ESYS);
	assert_non_null(strstr(why.text, "unsupported"));
	EVP_CIPHER_CTX_free(context);
	leave();
}

static void an_operation_asks_nobody(void **state)
{
	struct gng_evp *evp = NULL;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	int len = 0;

	(void)state;
	enter();
	assert_int_equal(gng_evp_open(&evp, GNG_EVP_CBC, key, 16, NULL), GNG_OK);
	assert_int_equal(gng_evp_encrypt(evp, iv, out, in, LEN, NULL), GNG_OK);
	assert_int_equal(init(context), 1);
	empty_the_registry();
	assert_int_equal(EVP_EncryptUpdate(context, again, &len, in, LEN), 1);
	assert_int_equal(len, LEN);
	assert_memory_equal(out, again, LEN);
	assert_int_equal(gng_evp_encrypt(evp, iv, again, in, LEN, NULL), GNG_OK);
	assert_memory_equal(out, again, LEN);
	EVP_CIPHER_CTX_free(context);
	gng_evp_close(evp);
	leave();
}

const struct suite_test suite_tests[] = {
	TEST(an_init_by_name_asks_the_registry, "C2.evp.lookup"),
	TEST(an_operation_asks_nobody, "C2.evp.lookup"),
	{0},
};
