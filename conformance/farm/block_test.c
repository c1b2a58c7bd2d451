/* SPDX-License-Identifier: Apache-2.0 */
/* block_test.c - the memory that a fuzzer hands to a reader: what is in it, and that both ends are
 * watched at every length. */
#include "../suite.h"

#include <string.h>

#include "../../fuzz/block.h"

static void a_copy_is_the_input_and_a_nul(void **state)
{
	uint8_t input[6000];

	(void)state;
	memset(input, 'x', sizeof(input));
	for (size_t len = 0; len < sizeof(input); len = len * 2 + 1) {
		const char *text = fuzz_copy(input, len);

		assert_int_equal(strlen(text), len);
		assert_memory_equal(text, input, len);
	}
	assert_int_equal(strlen(fuzz_copy(input, 3)), 3);
}

static void both_ends_are_watched(void **state)
{
	(void)state;
#ifdef FUZZ_BLOCK_IS_KEPT
	static const size_t lens[] = {1, 0, 7, 8, 9, 64, 4096, 63, 4104, 5000, 2, 6001, 5001};
	static struct fuzz_block block;

	for (size_t i = 0; i < COUNT_OF(lens); i++) {
		const size_t len = lens[i];
		uint8_t *bytes = fuzz_block_of(&block, len);

		for (size_t at = 0; at < len; at++)
			if (__asan_address_is_poisoned(bytes + at))
				suite_fail("byte %zu of %zu may not be used", at, len);
		for (size_t at = 1; at <= 8; at++) {
			assert_true(__asan_address_is_poisoned(bytes - at));
			assert_true(__asan_address_is_poisoned(bytes + len + at - 1));
		}
	}
#else
	gng_probe_skip("without AddressSanitizer each input has a block of its own",
		       "gonogo check --builds asan conformance.farm.block");
#endif
}

const struct suite_test suite_tests[] = {
	TEST(a_copy_is_the_input_and_a_nul, "H1.fuzz.block"),
	TEST(both_ends_are_watched, "H1.fuzz.block"),
	{0},
};
