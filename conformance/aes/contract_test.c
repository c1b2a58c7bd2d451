/* SPDX-License-Identifier: Apache-2.0 */
/* contract_test.c - NULL and zeroed arguments: fine with length 0, GNG_EINVAL above it. */
#include "variant.h"

static struct subject s;
static uint8_t buf[48];
static size_t len;

#define REFUSED(call) assert_int_equal(call, GNG_EINVAL)
#define ACCEPTED(call) assert_int_equal(call, GNG_OK)

static void set_up(void)
{
	subject_init(&s, aes_variant_named("portable"), 16);
	fill(buf, sizeof(buf), 1);
}

static void modes_take_null_buffers_of_no_length(void **state)
{
	(void)state;
	set_up();
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		run_mode(&modes[m], &s, NULL, NULL, 0);
		gng_probe_assertion();
	}
	ACCEPTED(gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 0, NULL, NULL, 0, s.tag));
	ACCEPTED(gng_aes_gcm_open(&s.gcm, s.nonce, 12, NULL, 0, NULL, NULL, 0, s.tag));
	ACCEPTED(gng_aes_gmac(&s.gcm, s.nonce, 12, NULL, 0, s.tag));
	ACCEPTED(gng_aes_gmac_verify(&s.gcm, s.nonce, 12, NULL, 0, s.tag));
	ACCEPTED(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, buf, 16, &len, NULL, 0));
	assert_int_equal(len, 16);
}

static void modes_refuse_null_buffers_with_a_length(void **state)
{
	(void)state;
	set_up();
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		REFUSED(modes[m].crypt(&s, NULL, buf, 16));
		REFUSED(modes[m].crypt(&s, buf, NULL, 16));
	}
	REFUSED(gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 1, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gcm_open(&s.gcm, s.nonce, 12, NULL, 1, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gmac(&s.gcm, s.nonce, 12, NULL, 1, s.tag));
	REFUSED(gng_aes_gmac_verify(&s.gcm, s.nonce, 12, NULL, 1, s.tag));
	REFUSED(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, NULL, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, buf, 48, &len, NULL, 16));
	REFUSED(gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, NULL, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, buf, 48, &len, NULL, 16));
}

static void modes_refuse_null_iv_nonce_tag_and_length(void **state)
{
	struct gng_aes_ctr ctr;
	struct gng_aes_cbc cbc;
	struct gng_aes_gcm gcm;

	(void)state;
	set_up();
	REFUSED(gng_aes_cbc_encrypt(&s.key, NULL, buf, buf, 16));
	REFUSED(gng_aes_cbc_decrypt(&s.key, NULL, buf, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_encrypt(&s.key, NULL, buf, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_decrypt(&s.key, NULL, buf, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_encrypt(&s.key, s.iv, buf, 48, NULL, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_decrypt(&s.key, s.iv, buf, 48, NULL, buf, 16));
	REFUSED(gng_aes_ctr_crypt(&s.key, NULL, buf, buf, 16));
	REFUSED(gng_aes_ctr_begin(&ctr, &s.key, NULL));
	REFUSED(gng_aes_cbc_begin_encrypt(&cbc, &s.key, NULL));
	REFUSED(gng_aes_cbc_begin_decrypt(&cbc, &s.key, NULL));
	ACCEPTED(gng_aes_cbc_begin_encrypt(&cbc, &s.key, s.iv));
	REFUSED(gng_aes_cbc_update(&cbc, buf, 48, NULL, buf, 16));
	REFUSED(gng_aes_gcm_seal(&s.gcm, NULL, 12, NULL, 0, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gcm_open(&s.gcm, NULL, 12, NULL, 0, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gcm_seal(&s.gcm, s.nonce, 12, NULL, 0, buf, buf, 16, NULL));
	REFUSED(gng_aes_gcm_open(&s.gcm, s.nonce, 12, NULL, 0, buf, buf, 16, NULL));
	REFUSED(gng_aes_gmac(&s.gcm, s.nonce, 12, NULL, 0, NULL));
	REFUSED(gng_aes_gmac_verify(&s.gcm, s.nonce, 12, NULL, 0, NULL));
	REFUSED(gng_aes_gcm_begin(&gcm, &s.gcm, NULL, 12));
	ACCEPTED(gng_aes_gcm_begin(&gcm, &s.gcm, s.nonce, 12));
	REFUSED(gng_aes_gcm_finish_seal(&gcm, NULL));
	REFUSED(gng_aes_gcm_finish_open(&gcm, NULL));
}

/* A key that is wiped, and no key at all. */
static void check_key(struct gng_aes_key *key, struct gng_aes_gcm_key *gcm_key)
{
	struct gng_aes_ctr ctr;
	struct gng_aes_cbc cbc;
	struct gng_aes_gcm gcm;

	REFUSED(gng_aes_ecb_encrypt(key, buf, buf, 16));
	REFUSED(gng_aes_ecb_decrypt(key, buf, buf, 16));
	REFUSED(gng_aes_ecb_encrypt(key, buf, buf, 0));
	REFUSED(gng_aes_cbc_encrypt(key, s.iv, buf, buf, 16));
	REFUSED(gng_aes_cbc_decrypt(key, s.iv, buf, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_encrypt(key, s.iv, buf, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_pkcs7_decrypt(key, s.iv, buf, 48, &len, buf, 16));
	REFUSED(gng_aes_ctr_crypt(key, s.iv, buf, buf, 16));
	REFUSED(gng_aes_ctr_begin(&ctr, key, s.iv));
	REFUSED(gng_aes_cbc_begin_encrypt(&cbc, key, s.iv));
	REFUSED(gng_aes_cbc_begin_decrypt(&cbc, key, s.iv));
	REFUSED(gng_aes_gcm_seal(gcm_key, s.nonce, 12, NULL, 0, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gcm_open(gcm_key, s.nonce, 12, NULL, 0, buf, buf, 16, s.tag));
	REFUSED(gng_aes_gmac(gcm_key, s.nonce, 12, NULL, 0, s.tag));
	REFUSED(gng_aes_gmac_verify(gcm_key, s.nonce, 12, NULL, 0, s.tag));
	REFUSED(gng_aes_gcm_begin(&gcm, gcm_key, s.nonce, 12));
	assert_null(gng_aes_variant_name(key));
	gng_aes_fini(key);
	gng_aes_gcm_key_fini(gcm_key);
}

static void modes_refuse_keys_that_are_wiped_or_null(void **state)
{
	(void)state;
	set_up();
	gng_aes_fini(&s.key);
	gng_aes_gcm_key_fini(&s.gcm);
	check_key(&s.key, &s.gcm);
	check_key(NULL, NULL);
}

static void check_operation(struct gng_aes_ctr *ctr, struct gng_aes_cbc *cbc,
			    struct gng_aes_gcm *gcm)
{
	REFUSED(gng_aes_ctr_update(ctr, buf, buf, 16));
	REFUSED(gng_aes_cbc_update(cbc, buf, 48, &len, buf, 16));
	REFUSED(gng_aes_cbc_finish(cbc));
	REFUSED(gng_aes_gcm_aad(gcm, buf, 16));
	REFUSED(gng_aes_gcm_encrypt(gcm, buf, buf, 16));
	REFUSED(gng_aes_gcm_decrypt_unverified(gcm, buf, buf, 16));
	REFUSED(gng_aes_gcm_finish_seal(gcm, buf));
	REFUSED(gng_aes_gcm_finish_open(gcm, buf));
	gng_aes_ctr_fini(ctr);
	gng_aes_cbc_fini(cbc);
	gng_aes_gcm_fini(gcm);
}

static void streams_refuse_operations_that_are_zeroed_or_null(void **state)
{
	struct gng_aes_ctr ctr = {0};
	struct gng_aes_cbc cbc = {0};
	struct gng_aes_gcm gcm = {0};

	(void)state;
	set_up();
	check_operation(&ctr, &cbc, &gcm);
	check_operation(NULL, NULL, NULL);
}

static void init_refuses_null(void **state)
{
	struct gng_aes_gcm_key gcm;
	struct gng_aes_key key;

	(void)state;
	REFUSED(gng_aes_init(&key, NULL, 16));
	REFUSED(gng_aes_init(NULL, buf, 16));
	REFUSED(gng_aes_gcm_init(&gcm, NULL, 16, 16));
	REFUSED(gng_aes_gcm_init(NULL, buf, 16, 16));
	REFUSED(gng_aes_gcm_init_short_tag(&gcm, NULL, 16, 8));
	REFUSED(gng_aes_gcm_init_short_tag(NULL, buf, 16, 8));
	assert_null(gng_aes_variant_name(NULL));
}

const struct suite_test suite_tests[] = {
	TEST(modes_take_null_buffers_of_no_length, "C1.null.contracts"),
	TEST(modes_refuse_null_buffers_with_a_length, "C1.null.contracts"),
	TEST(modes_refuse_null_iv_nonce_tag_and_length, "C1.null.contracts"),
	TEST(modes_refuse_keys_that_are_wiped_or_null, "C1.null.contracts"),
	TEST(streams_refuse_operations_that_are_zeroed_or_null, "C1.null.contracts"),
	TEST(init_refuses_null, "C1.null.contracts"),
	{0},
};
