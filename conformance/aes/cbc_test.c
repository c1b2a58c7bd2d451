/* SPDX-License-Identifier: Apache-2.0 */
/* cbc_test.c - AES-CBC: SP 800-38A appendix F.2, NIST CAVP; whole blocks only. */
#include "variant.h"

/* check_case runs a case both ways, whatever its section: NIST's two sections differ in data. */
static void check_case(struct gng_vec_case *one, void *arg)
{
	size_t key_len, iv_len, len, cipher_len;
	const uint8_t *key_bytes = suite_bytes(one, "key", &key_len);
	const uint8_t *iv = suite_bytes(one, "iv", &iv_len);
	const uint8_t *plain = suite_bytes(one, "plaintext", &len);
	const uint8_t *cipher = suite_bytes(one, "ciphertext", &cipher_len);
	struct gng_aes_key key;
	uint8_t out[256];

	gng_vec_skip(one, "ENCRYPT");
	gng_vec_skip(one, "DECRYPT");
	assert_int_equal(iv_len, 16);
	assert_int_equal(len, cipher_len);
	assert_in_range(len, 16, sizeof(out));
	assert_int_equal(aes_init_with(&key, arg, key_bytes, key_len), GNG_OK);
	assert_int_equal(gng_aes_cbc_encrypt(&key, iv, out, plain, len), GNG_OK);
	check_same(gng_vec_here(one), len, out, cipher);
	assert_int_equal(gng_aes_cbc_decrypt(&key, iv, out, cipher, len), GNG_OK);
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
		snprintf(path, sizeof(path), "aes/CBC%s%d.rsp", kind, bits);
		suite_vectors(path, check_case, (void *)variant);
	}
}

static void cbc_encrypts_sp800_38a(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/sp800-38a-cbc.vec", check_case, (void *)variant);
}

static void cbc_agrees_with_nist_gfsbox(void **state)
{
	(void)state;
	check_sizes("GFSbox");
}

static void cbc_agrees_with_nist_keysbox(void **state)
{
	(void)state;
	check_sizes("KeySbox");
}

static void cbc_agrees_with_nist_varkey(void **state)
{
	(void)state;
	check_sizes("VarKey");
}

static void cbc_agrees_with_nist_vartxt(void **state)
{
	(void)state;
	check_sizes("VarTxt");
}

static void cbc_agrees_with_nist_mmt(void **state)
{
	(void)state;
	check_sizes("MMT");
}

static void cbc_refuses_a_partial_block(void **state)
{
	struct gng_aes_key key;
	uint8_t in[64] = {0}, out[64], iv[16] = {0};

	(void)state;
	assert_int_equal(gng_aes_init(&key, in, 16), GNG_OK);
	memset(out, 0xaa, sizeof(out));
	for (size_t len = 1; len < sizeof(in); len++) {
		if (len % 16 == 0)
			continue;
		assert_int_equal(gng_aes_cbc_encrypt(&key, iv, out, in, len), GNG_EINVAL);
		assert_int_equal(gng_aes_cbc_decrypt(&key, iv, out, in, len), GNG_EINVAL);
	}
	for (size_t i = 0; i < sizeof(out); i++)
		assert_int_equal(out[i], 0xaa);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(cbc_encrypts_sp800_38a, "C1.cbc.kat"),
	TEST_EACH_VARIANT(cbc_agrees_with_nist_gfsbox, "C1.cbc.kat"),
	TEST_EACH_VARIANT(cbc_agrees_with_nist_keysbox, "C1.cbc.kat"),
	TEST_EACH_VARIANT(cbc_agrees_with_nist_varkey, "C1.cbc.kat"),
	TEST_EACH_VARIANT(cbc_agrees_with_nist_vartxt, "C1.cbc.kat"),
	TEST_EACH_VARIANT(cbc_agrees_with_nist_mmt, "C1.cbc.kat"),
	TEST(cbc_refuses_a_partial_block, "C1.cbc.whole-blocks"),
	{0},
};
