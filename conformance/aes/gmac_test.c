/* SPDX-License-Identifier: Apache-2.0 */
/* gmac_test.c - GMAC, GCM without text (SP 800-38D section 3): NIST's cases of PTlen 0. */
#include "variant.h"

static uint64_t num_checked;

static void check_case(struct gng_vec_case *one, void *arg)
{
	static const char *const stated[] = {"Keylen", "IVlen", "AADlen", "Taglen", "PT", "CT"};
	size_t key_len, nonce_len, aad_len, tag_len;
	const uint8_t *key_bytes = suite_bytes(one, "key", &key_len);
	const uint8_t *nonce = suite_bytes(one, "iv", &nonce_len);
	const uint8_t *aad = suite_bytes(one, "aad", &aad_len);
	const uint8_t *want = suite_bytes(one, "tag", &tag_len);
	struct gng_aes_gcm_key key;
	uint8_t tag[GNG_AES_MAX_TAG];

	for (size_t i = 0; i < COUNT_OF(stated); i++)
		gng_vec_skip(one, stated[i]); /* gcm_test.c checks them */
	if (suite_int(one, "PTlen") != 0)
		return;
	assert_int_equal(aes_gcm_init_with(&key, arg, key_bytes, key_len, tag_len), GNG_OK);
	assert_int_equal(gng_aes_gmac(&key, nonce, nonce_len, aad, aad_len, tag), GNG_OK);
	check_same(gng_vec_here(one), tag_len, tag, want);
	assert_int_equal(gng_aes_gmac_verify(&key, nonce, nonce_len, aad, aad_len, want), GNG_OK);
	num_checked++;
}

static void gmac_agrees_with_nist(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/gcmEncryptExtIV128.rsp", check_case, (void *)variant);
	suite_vectors("aes/gcmEncryptExtIV256.rsp", check_case, (void *)variant);
	assert_int_equal(num_checked, 2 * 1575); /* of 5 lengths of text, one is 0 */
}

/* Each bit of each tag length, for a comparison that stops early or leaves bytes out. */
static void gmac_verifies_only_the_right_tag(void **state)
{
	static const size_t tag_lens[] = {16, 15, 14, 13, 12, 8, 4};
	const struct gng_aes_variant *variant;
	uint8_t bytes[64], tag[GNG_AES_MAX_TAG];

	(void)state;
	if (variant_skips(&variant))
		return;
	fill(bytes, sizeof(bytes), 3);
	for (size_t i = 0; i < COUNT_OF(tag_lens); i++) {
		struct gng_aes_gcm_key key;

		assert_int_equal(aes_gcm_init_with(&key, variant, bytes, 16, tag_lens[i]), GNG_OK);
		assert_int_equal(gng_aes_gmac(&key, bytes, 12, bytes, 37, tag), GNG_OK);
		for (size_t bit = 0; bit < 8 * tag_lens[i]; bit++) {
			tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(gng_aes_gmac_verify(&key, bytes, 12, bytes, 37, tag),
					 GNG_EAUTH);
			tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_int_equal(gng_aes_gmac_verify(&key, bytes, 12, bytes, 37, tag), GNG_OK);
		assert_int_equal(gng_aes_gmac_verify(&key, bytes, 12, bytes, 36, tag), GNG_EAUTH);
	}
}

/* The same for GCM: a flipped bit anywhere in tag, text, additional data or nonce. */
static void gcm_opens_only_the_right_tag(void **state)
{
	const struct gng_aes_variant *variant;
	uint8_t message[16 + 40 + 20 + 12], out[40];
	uint8_t *const tag = message, *const text = tag + 16, *const aad = text + 40;
	uint8_t *const nonce = aad + 20;
	struct subject s;

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 32);
	fill(message, sizeof(message), 5);
	assert_int_equal(gng_aes_gcm_seal(&s.gcm, nonce, 12, aad, 20, text, text, 40, tag), GNG_OK);
	for (size_t bit = 0; bit < 8 * sizeof(message); bit++) {
		message[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(gng_aes_gcm_open(&s.gcm, nonce, 12, aad, 20, out, text, 40, tag),
				 GNG_EAUTH);
		message[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(gng_aes_gcm_open(&s.gcm, nonce, 12, aad, 20, out, text, 40, tag), GNG_OK);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(gmac_agrees_with_nist, "C1.gcm.gmac"),
	TEST_EACH_VARIANT(gmac_verifies_only_the_right_tag, "C1.gcm.gmac C1.gcm.tag-compare"),
	TEST_EACH_VARIANT(gcm_opens_only_the_right_tag, "C1.gcm.tag-compare"),
	{0},
};
