/* SPDX-License-Identifier: Apache-2.0 */
/* ctr_test.c - AES-CTR: SP 800-38A appendix F.5, RFC 3686; the carry of appendix B.1. */
#include "variant.h"

static void check_case(struct gng_vec_case *one, void *arg)
{
	size_t key_len, iv_len, len, cipher_len;
	const uint8_t *key_bytes = suite_bytes(one, "key", &key_len);
	const uint8_t *iv = suite_bytes(one, "iv", &iv_len);
	const uint8_t *plain = suite_bytes(one, "plaintext", &len);
	const uint8_t *cipher = suite_bytes(one, "ciphertext", &cipher_len);
	struct gng_aes_key key;
	uint8_t out[64];

	gng_vec_skip(one, "ENCRYPT");
	assert_int_equal(iv_len, 16);
	assert_int_equal(len, cipher_len);
	assert_in_range(len, 1, sizeof(out));
	assert_int_equal(aes_init_with(&key, arg, key_bytes, key_len), GNG_OK);
	assert_int_equal(gng_aes_ctr_crypt(&key, iv, out, plain, len), GNG_OK);
	check_same(gng_vec_here(one), len, out, cipher);
	assert_int_equal(gng_aes_ctr_crypt(&key, iv, out, cipher, len), GNG_OK);
	check_same(gng_vec_here(one), len, out, plain);
}

static void ctr_agrees_with_sp800_38a(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/sp800-38a-ctr.vec", check_case, (void *)variant);
}

static void ctr_agrees_with_rfc3686(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	suite_vectors("aes/aes-128-ctr.txt", check_case, (void *)variant);
	suite_vectors("aes/aes-192-ctr.txt", check_case, (void *)variant);
	suite_vectors("aes/aes-256-ctr.txt", check_case, (void *)variant);
}

static void add_one(uint8_t counter[16])
{
	for (int i = 15; i >= 0 && ++counter[i] == 0;)
		i--;
}

/* slow_ctr is section 6.5 word for word: one block at a time by ECB. */
static void slow_ctr(const struct gng_aes_key *key, const uint8_t start[16], uint8_t *out,
		     const uint8_t *in, size_t len)
{
	uint8_t counter[16], stream[16];

	memcpy(counter, start, sizeof(counter));
	for (size_t i = 0; i < len; i++) {
		if (i % 16 == 0) {
			assert_int_equal(gng_aes_ecb_encrypt(key, stream, counter, 16), GNG_OK);
			add_one(counter);
		}
		out[i] = in[i] ^ stream[i % 16];
	}
}

/* A carry out of the low 8, 16, 32, 64, 96 and 128 bits, at each of 80 places in the message:
 * wide code adds to many counters at once, and each lane can lose its carry. */
static void ctr_carries_through_all_of_the_block(void **state)
{
	const struct gng_aes_variant *variant;
	struct subject s;
	uint8_t in[81 * 16], got[sizeof(in)],
		want[sizeof(in)]; /* the widest loop takes 64 blocks */

	(void)state;
	if (variant_skips(&variant))
		return;
	subject_init(&s, variant, 16);
	fill(in, sizeof(in), 7);
	for (size_t ones = 1; ones <= 16; ones++) {
		for (unsigned int before = 0; before < 80; before++) {
			uint8_t start[16];

			memset(start, 0x5a, sizeof(start));
			memset(start + 16 - ones, 0xff, ones);
			start[15] = (uint8_t)(0xff - before);
			slow_ctr(&s.key, start, want, in, sizeof(in));
			assert_int_equal(gng_aes_ctr_crypt(&s.key, start, got, in, sizeof(in)),
					 GNG_OK);
			check_same("ctr_crypt", sizeof(in), got, want);
		}
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(ctr_agrees_with_sp800_38a, "C1.ctr.kat"),
	TEST_EACH_VARIANT(ctr_agrees_with_rfc3686, "C1.ctr.kat"),
	TEST_EACH_VARIANT(ctr_carries_through_all_of_the_block, "C1.ctr.carry"),
	{0},
};
