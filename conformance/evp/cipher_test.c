/* SPDX-License-Identifier: Apache-2.0 */
/* cipher_test.c - AES through EVP: the bytes of our own, without allocations, refusals. */
/* needs: aes */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_aes.h>
#include <gng_evp.h>

#include "counted.h"

#define MAX_LEN 1200

static uint8_t key[32], iv[16], in[MAX_LEN], ours[MAX_LEN], theirs[MAX_LEN];

static void fill(uint8_t *bytes, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
}

static void set_up(void)
{
	fill(key, sizeof(key), 1);
	fill(iv, sizeof(iv), 2);
	fill(in, sizeof(in), 3);
}

static struct gng_evp *opened(enum gng_evp_mode mode, size_t key_len)
{
	struct gng_evp *evp = NULL;

	assert_int_equal(gng_evp_open(&evp, mode, key, key_len, NULL), GNG_OK);
	return evp;
}

static void compare_text(enum gng_evp_mode mode, size_t key_len, size_t len)
{
	struct gng_evp *evp = opened(mode, key_len);
	struct gng_aes_key aes;

	assert_int_equal(gng_aes_init(&aes, key, key_len), GNG_OK);
	assert_int_equal(mode == GNG_EVP_CBC ? gng_aes_cbc_encrypt(&aes, iv, ours, in, len)
					     : gng_aes_ctr_crypt(&aes, iv, ours, in, len),
			 GNG_OK);
	assert_int_equal(gng_evp_encrypt(evp, iv, theirs, in, len, NULL), GNG_OK);
	assert_memory_equal(ours, theirs, len);
	memset(theirs, 0, len);
	assert_int_equal(gng_evp_fresh_encrypt(mode, key, key_len, iv, theirs, in, len, NULL),
			 GNG_OK);
	assert_memory_equal(ours, theirs, len);
	assert_int_equal(gng_evp_decrypt(evp, iv, theirs, theirs, len, NULL), GNG_OK);
	assert_memory_equal(in, theirs, len);
	gng_aes_fini(&aes);
	gng_evp_close(evp);
}

static void cbc_and_ctr_are_ours(void **state)
{
	(void)state;
	set_up();
	for (size_t key_len = 16; key_len <= 32; key_len += 8)
		for (size_t len = 0; len <= MAX_LEN; len += 16 + len / 16 * 4) {
			compare_text(GNG_EVP_CBC, key_len, len / 16 * 16);
			compare_text(GNG_EVP_CTR, key_len, len);
			compare_text(GNG_EVP_CTR, key_len, len > 3 ? len - 3 : len);
		}
}

static void gcm_is_ours(void **state)
{
	struct gng_evp *evp;
	struct gng_aes_gcm_key gcm;
	uint8_t tag[16], our_tag[16];

	(void)state;
	set_up();
	evp = opened(GNG_EVP_GCM, 32);
	assert_int_equal(gng_aes_gcm_init(&gcm, key, 32, 16), GNG_OK);
	for (size_t len = 0; len < 600; len += 7) {
		assert_int_equal(
			gng_aes_gcm_seal(&gcm, iv, 12, key, len % 33, ours, in, len, our_tag),
			GNG_OK);
		assert_int_equal(gng_evp_seal(evp, iv, key, len % 33, theirs, in, len, tag, NULL),
				 GNG_OK);
		assert_memory_equal(ours, theirs, len);
		assert_memory_equal(our_tag, tag, sizeof(tag));
		assert_int_equal(
			gng_evp_unseal(evp, iv, key, len % 33, theirs, theirs, len, tag, NULL),
			GNG_OK);
		assert_memory_equal(in, theirs, len);
	}
	gng_aes_gcm_key_fini(&gcm);
	gng_evp_close(evp);
}

static void a_forgery_leaves_no_plaintext(void **state)
{
	static const uint8_t zeros[100];
	struct gng_why why = {0};
	struct gng_evp *evp;
	uint8_t tag[16];

	(void)state;
	set_up();
	evp = opened(GNG_EVP_GCM, 16);
	assert_int_equal(gng_evp_seal(evp, iv, NULL, 0, theirs, in, 100, tag, NULL), GNG_OK);
	tag[15] ^= 1;
	memset(ours, 0xaa, 100);
	assert_int_equal(gng_evp_unseal(evp, iv, NULL, 0, ours, theirs, 100, tag, &why), GNG_EAUTH);
	assert_memory_equal(ours, zeros, 100);
	assert_non_null(strstr(why.text, "does not verify"));
	tag[15] ^= 1;
	assert_int_equal(gng_evp_unseal(evp, iv, NULL, 0, ours, theirs, 100, tag, &why), GNG_OK);
	gng_evp_close(evp);
}

static void report(const char *name, size_t count)
{
	struct gng_measure measure = {.value = (double)count,
				      .unit = "calls",
				      .n = 1,
				      .lo = (double)count,
				      .hi = (double)count};

	snprintf(measure.name, sizeof(measure.name), "%s", name);
	gng_probe_measure(&measure);
}

static void a_kept_context_allocates_nothing(void **state)
{
	struct gng_evp *cbc, *gcm;
	uint8_t tag[16];
	size_t before;

	(void)state;
	set_up();
	assert_int_equal(gng_evp_fresh_encrypt(GNG_EVP_CBC, key, 16, iv, theirs, in, 1024, NULL),
			 GNG_OK);
	report("allocations_first_use", counted);
	assert_true(counted > 100); /* the counter counts: the provider is loaded here */
	before = counted;
	assert_int_equal(gng_evp_fresh_encrypt(GNG_EVP_CBC, key, 16, iv, theirs, in, 1024, NULL),
			 GNG_OK);
	report("allocations_fresh_context", counted - before);
	assert_true(counted > before);
	cbc = opened(GNG_EVP_CBC, 16);
	gcm = opened(GNG_EVP_GCM, 16);
	before = counted;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(gng_evp_encrypt(cbc, iv, theirs, in, 1024, NULL), GNG_OK);
		assert_int_equal(gng_evp_seal(gcm, iv, key, 13, theirs, in, 1024, tag, NULL),
				 GNG_OK);
	}
	report("allocations_kept_context", counted - before);
	assert_int_equal(counted - before, 0);
	gng_evp_close(cbc);
	gng_evp_close(gcm);
}

#define REFUSED(call) assert_int_equal(call, GNG_EINVAL)

static void bad_arguments_are_refused(void **state)
{
	struct gng_evp *cbc, *gcm, *none = NULL;
	uint8_t before[MAX_LEN];
	struct gng_why why = {0};

	(void)state;
	set_up();
	memcpy(before, in, sizeof(in));
	cbc = opened(GNG_EVP_CBC, 16);
	gcm = opened(GNG_EVP_GCM, 16);
	REFUSED(gng_evp_open(&none, (enum gng_evp_mode)0, key, 16, &why));
	REFUSED(gng_evp_open(&none, (enum gng_evp_mode)4, key, 16, NULL));
	REFUSED(gng_evp_open(&none, GNG_EVP_CBC, key, 15, NULL));
	REFUSED(gng_evp_open(&none, GNG_EVP_CBC, NULL, 16, NULL));
	REFUSED(gng_evp_open(NULL, GNG_EVP_CBC, key, 16, NULL));
	assert_null(none);
	assert_non_null(strstr(why.text, "16, 24 or 32"));
	REFUSED(gng_evp_encrypt(NULL, iv, in, in, 16, NULL));
	REFUSED(gng_evp_encrypt(gcm, iv, in, in, 16, NULL));
	REFUSED(gng_evp_encrypt(cbc, NULL, in, in, 16, NULL));
	REFUSED(gng_evp_encrypt(cbc, iv, in, in, 17, NULL));
	REFUSED(gng_evp_encrypt(cbc, iv, in + 1, in, 32, NULL));
	REFUSED(gng_evp_decrypt(cbc, iv, NULL, in, 16, NULL));
	REFUSED(gng_evp_seal(cbc, iv, NULL, 0, in, in, 16, ours, NULL));
	REFUSED(gng_evp_seal(gcm, iv, NULL, 1, in, in, 16, ours, NULL));
	REFUSED(gng_evp_seal(gcm, NULL, NULL, 0, in, in, 16, ours, NULL));
	REFUSED(gng_evp_seal(gcm, iv, NULL, 0, in, in + 16, 17, ours, NULL));
	REFUSED(gng_evp_unseal(gcm, iv, NULL, 0, in, in, 16, NULL, NULL));
	REFUSED(gng_evp_fresh_encrypt(GNG_EVP_GCM, key, 16, iv, in, in, 16, NULL));
	REFUSED(gng_evp_fresh_encrypt(GNG_EVP_CTR, key, 20, iv, in, in, 16, NULL));
	assert_memory_equal(before, in, sizeof(in));
	gng_evp_close(cbc);
	gng_evp_close(gcm);
	gng_evp_close(NULL);
}

const struct suite_test suite_tests[] = {
	TEST(cbc_and_ctr_are_ours, "C2.evp.modes"),
	TEST(gcm_is_ours, "C2.evp.modes"),
	TEST(a_forgery_leaves_no_plaintext, "C2.evp.forgery"),
	TEST(a_kept_context_allocates_nothing, "C2.evp.allocations"),
	TEST(bad_arguments_are_refused, "C2.evp.arguments"),
	{0},
};
