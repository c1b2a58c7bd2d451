/* SPDX-License-Identifier: Apache-2.0 */
/* agree_test.c - every variant gives the bytes of the portable one, for every length. */
#include "variant.h"

#define MAX_LEN 1200 /* nine loops of 128 bytes, with every tail */

static void check_key_len(const struct gng_aes_variant *variant, size_t key_len)
{
	uint8_t in[MAX_LEN], got[MAX_LEN], want[MAX_LEN];
	struct subject s, portable;

	subject_init(&s, variant, key_len);
	subject_init(&portable, aes_variant_named("portable"), key_len);
	fill(in, sizeof(in), key_len);
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		for (size_t len = 0; len <= MAX_LEN; len += modes[m].unit) {
			run_mode(&modes[m], &portable, want, in, len);
			run_mode(&modes[m], &s, got, in, len);
			check_same(modes[m].name, len, got, want);
			check_same("tag", 16, s.tag, portable.tag);
		}
	}
}

/* other sets *variant to the i-th that this CPU has and that is not the portable one. It counts
 * as skipped if there is none: to compare portable with itself would prove nothing. */
static bool other(const struct gng_aes_variant **variant, size_t i)
{
	size_t num = 0;

	for (size_t k = 0; k + 1 < aes_num_variants; k++) {
		*variant = aes_variants[k];
		if (((*variant)->needs & ~gng_cpu_caps()) == 0 && num++ == i)
			return true;
	}
	if (num == 0)
		gng_probe_skip("this CPU has only the portable variant",
			       "run on a CPU that has AES-NI and PCLMULQDQ, without GNG_CPU");
	return false;
}

static void variants_agree_128(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	for (size_t i = 0; other(&variant, i); i++)
		check_key_len(variant, 16);
}

static void variants_agree_192(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	for (size_t i = 0; other(&variant, i); i++)
		check_key_len(variant, 24);
}

static void variants_agree_256(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	for (size_t i = 0; other(&variant, i); i++)
		check_key_len(variant, 32);
}

static void check_data_and_nonce(const struct gng_aes_variant *variant)
{
	uint8_t bytes[600], got[16], want[16];
	struct subject s, portable;

	subject_init(&s, variant, 16);
	subject_init(&portable, aes_variant_named("portable"), 16);
	fill(bytes, sizeof(bytes), 1);
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		assert_int_equal(gng_aes_gmac(&portable.gcm, bytes, len, bytes, 600 - len, want),
				 GNG_OK);
		assert_int_equal(gng_aes_gmac(&s.gcm, bytes, len, bytes, 600 - len, got), GNG_OK);
		check_same("gmac", 16, got, want);
	}
}

/* Additional data and nonces of every length. */
static void variants_agree_on_data_and_nonce(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	for (size_t i = 0; other(&variant, i); i++)
		check_data_and_nonce(variant);
}

#define LONG ((1 << 20) + 17)
static uint8_t long_in[LONG], long_got[LONG], long_want[LONG];

static void check_long(const struct gng_aes_variant *variant)
{
	struct subject s, portable;

	subject_init(&s, variant, 32);
	subject_init(&portable, aes_variant_named("portable"), 32);
	fill(long_in, LONG, 1);
	for (size_t m = 0; m < COUNT_OF(modes); m++) {
		const size_t whole = LONG / modes[m].unit * modes[m].unit;

		run_mode(&modes[m], &portable, long_want, long_in, whole);
		run_mode(&modes[m], &s, long_got, long_in, whole);
		check_same(modes[m].name, whole, long_got, long_want);
		check_same("tag", 16, s.tag, portable.tag);
	}
}

/* A counter, a power or a length that is right for 1200 bytes may not be so for a megabyte. */
static void variants_agree_on_a_long_message(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	for (size_t i = 0; other(&variant, i); i++)
		check_long(variant);
}

const struct suite_test suite_tests[] = {
	TEST(variants_agree_128, "C1.variants.agree"),
	TEST(variants_agree_192, "C1.variants.agree"),
	TEST(variants_agree_256, "C1.variants.agree"),
	TEST(variants_agree_on_data_and_nonce, "C1.variants.agree"),
	TEST(variants_agree_on_a_long_message, "C1.variants.agree"),
	{0},
};
