/* SPDX-License-Identifier: Apache-2.0 */
/* ecb_test.c - AES-ECB: FIPS 197 appendix C, SP 800-38A appendix F.1, NIST CAVP; contracts. */
#include "variant.h"

/* check_case runs a case both ways, whatever its section: NIST's two sections differ in data. */
static void check_case(struct gng_vec_case *one, void *arg)
{
	size_t key_len, len, cipher_len;
	const uint8_t *key_bytes = suite_bytes(one, "key", &key_len);
	const uint8_t *plain = suite_bytes(one, "plaintext", &len);
	const uint8_t *cipher = suite_bytes(one, "ciphertext", &cipher_len);
	struct gng_aes_key key;
	uint8_t out[256];

	gng_vec_skip(one, "ENCRYPT");
	gng_vec_skip(one, "DECRYPT");
	assert_int_equal(len, cipher_len);
	assert_in_range(len, 16, sizeof(out));
	assert_int_equal(aes_init_with(&key, arg, key_bytes, key_len), GNG_OK);
	assert_int_equal(gng_aes_ecb_encrypt(&key, out, plain, len), GNG_OK);
	check_same(gng_vec_here(one), len, out, cipher);
	assert_int_equal(gng_aes_ecb_decrypt(&key, out, cipher, len), GNG_OK);
	check_same(gng_vec_here(one), len, out, plain);
	gng_aes_fini(&key);
}

static void check_sizes(const char *kind)
{
	const struct gng_aes_variant *variant;
	char path[64];

	if (variant_skips(&variant))
		return;
	for (int bits = 128; bits <= 256; bits += 64) {
		snprintf(path, sizeof(path), "aes/ECB%s%d.rsp", kind, bits);
		suite_vectors(path, check_case, (void *)variant);
	}
}

static void ecb_encrypts_fips197(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/fips197.vec", check_case, (void *)variant);
}

static void ecb_encrypts_sp800_38a(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/sp800-38a-ecb.vec", check_case, (void *)variant);
}

static void ecb_agrees_with_nist_gfsbox(void **state)
{
	(void)state;
	check_sizes("GFSbox");
}

static void ecb_agrees_with_nist_keysbox(void **state)
{
	(void)state;
	check_sizes("KeySbox");
}

static void ecb_agrees_with_nist_varkey(void **state)
{
	(void)state;
	check_sizes("VarKey");
}

static void ecb_agrees_with_nist_vartxt(void **state)
{
	(void)state;
	check_sizes("VarTxt");
}

static void ecb_agrees_with_nist_mmt(void **state)
{
	(void)state;
	check_sizes("MMT");
}

static void ecb_refuses_a_partial_block(void **state)
{
	struct gng_aes_key key;
	uint8_t in[64] = {0}, out[64];

	(void)state;
	assert_int_equal(gng_aes_init(&key, in, 16), GNG_OK);
	memset(out, 0xaa, sizeof(out));
	for (size_t len = 1; len < sizeof(in); len++) {
		if (len % 16 == 0)
			continue;
		assert_int_equal(gng_aes_ecb_encrypt(&key, out, in, len), GNG_EINVAL);
		assert_int_equal(gng_aes_ecb_decrypt(&key, out, in, len), GNG_EINVAL);
	}
	for (size_t i = 0; i < sizeof(out); i++)
		assert_int_equal(out[i], 0xaa);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(ecb_encrypts_fips197, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_encrypts_sp800_38a, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_agrees_with_nist_gfsbox, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_agrees_with_nist_keysbox, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_agrees_with_nist_varkey, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_agrees_with_nist_vartxt, "C1.ecb.kat"),
	TEST_EACH_VARIANT(ecb_agrees_with_nist_mmt, "C1.ecb.kat"),
	TEST(ecb_refuses_a_partial_block, "C1.ecb.whole-blocks"),
	{0},
};
