/* SPDX-License-Identifier: Apache-2.0 */
/* buckets_test.c - the buckets cover all values without a gap, and are narrow. */
#include "../suite.h"

#include <gng_octave.h>

static void each_bucket_begins_where_the_last_one_ends(void **state)
{
	(void)state;
	assert_int_equal(gng_octave_bucket(0), 0);
	for (unsigned int i = 0; i + 1 < GNG_OCTAVE_NUM_BUCKETS; i++) {
		const uint64_t highest = gng_octave_highest(i);

		assert_int_equal(gng_octave_bucket(highest), i);
		assert_int_equal(gng_octave_bucket(highest + 1), i + 1);
	}
	assert_int_equal(gng_octave_bucket(UINT64_MAX), GNG_OCTAVE_NUM_BUCKETS - 1);
}

static void no_bucket_is_wider_than_a_sixteenth(void **state)
{
	(void)state;
	for (unsigned int i = 1; i < GNG_OCTAVE_NUM_BUCKETS; i++) {
		const uint64_t lowest = gng_octave_highest(i - 1) + 1;

		assert_true((gng_octave_highest(i) - lowest) * 16 <= lowest);
	}
}

const struct suite_test suite_tests[] = {
	TEST(each_bucket_begins_where_the_last_one_ends, "B3.octave.buckets"),
	TEST(no_bucket_is_wider_than_a_sixteenth, "B3.octave.buckets"),
	{0},
};
