/* SPDX-License-Identifier: Apache-2.0 */
/* stats_test.c - medians, blocks and the bootstrap interval on samples with known answers. */
#include "../suite.h"

#include <math.h>
#include <string.h>

#include <gng_bench.h>

#include "bench_random.h"

#define NUM_ROUNDS 205

static void median_is_the_middle_or_the_mean_of_two(void **state)
{
	double odd[] = {9, 1, 5}, even[] = {4, 1, 3, 2}, one[] = {7};

	(void)state;
	assert_true(gng_bench_median(odd, 3) == 5);
	assert_true(gng_bench_median(even, 4) == 2.5);
	assert_true(gng_bench_median(one, 1) == 7);
	assert_true(isnan(gng_bench_median(odd, 0)));
}

static void ratio_is_the_median_of_paired_rounds(void **state)
{
	/* Each round has a speed of its own, which cancels: 2, 3, 4, 5, 6. The medians of the
	 * columns would give 400 / 100 too, so the last round has theirs out of order. */
	const double ours[] = {2, 30, 400, 5000, 6 * 50}, theirs[] = {1, 10, 100, 1000, 50};
	struct gng_bench_ratio ratio;

	(void)state;
	assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 5, 1), GNG_OK);
	assert_true(ratio.median == 4);
	assert_int_equal(ratio.n, 5);
	assert_true(ratio.lo >= 2 && ratio.hi <= 6 && ratio.lo <= 4 && ratio.hi >= 4);
}

static void blocks_follow_the_order_of_time(void **state)
{
	double ours[20], theirs[20];
	struct gng_bench_ratio ratio;

	(void)state;
	for (int i = 0; i < 20; i++) {
		ours[i] = i / 4 + 1; /* rounds 0..3 have ratio 1, 4..7 have 2, ... */
		theirs[i] = 1;
	}
	ours[0] = 50; /* one slice that was preempted does not move its block */
	assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 20, 1), GNG_OK);
	for (int i = 0; i < GNG_BENCH_NUM_BLOCKS; i++)
		assert_true(ratio.blocks[i] == i + 1);
}

/* noisy fills pairs whose true median ratio is truth: symmetric noise of 10 % and, in one
 * round of eight, a slice that took up to five times as long on either side. */
static void noisy(double *ours, double *theirs, double truth, uint64_t *random)
{
	for (int i = 0; i < NUM_ROUNDS; i++) {
		const double unit = (double)(bench_random(random) >> 11) * 0x1p-53;
		const double slow = 1 + (double)bench_random_below(random, 400) / 100;

		theirs[i] = 1;
		ours[i] = truth * (0.9 + 0.2 * unit);
		if (bench_random_below(random, 16) == 0)
			ours[i] /= slow;
		if (bench_random_below(random, 16) == 0)
			ours[i] *= slow;
	}
}

static void interval_covers_the_truth_in_about_95_of_100(void **state)
{
	double ours[NUM_ROUNDS], theirs[NUM_ROUNDS];
	struct gng_bench_ratio ratio;
	uint64_t random = 42;
	int covered = 0;

	(void)state;
	for (unsigned int seed = 0; seed < 400; seed++) {
		noisy(ours, theirs, 1.7, &random);
		assert_int_equal(gng_bench_compare(&ratio, ours, theirs, NUM_ROUNDS, seed), GNG_OK);
		covered += ratio.lo <= 1.7 && 1.7 <= ratio.hi;
		assert_true(ratio.hi - ratio.lo < 0.1);
	}
	/* 380 of 400 expected, standard deviation 4.4 */
	assert_in_range(covered, 362, 396);
}

static void equal_seeds_give_equal_intervals(void **state)
{
	double ours[NUM_ROUNDS], theirs[NUM_ROUNDS];
	struct gng_bench_ratio ratio, again, other;
	uint64_t random = 7;

	(void)state;
	memset(&ratio, 0, sizeof(ratio));
	memset(&again, 0, sizeof(again));
	noisy(ours, theirs, 1, &random);
	assert_int_equal(gng_bench_compare(&ratio, ours, theirs, NUM_ROUNDS, 5), GNG_OK);
	assert_int_equal(gng_bench_compare(&again, ours, theirs, NUM_ROUNDS, 5), GNG_OK);
	assert_memory_equal(&ratio, &again, sizeof(ratio));
	assert_int_equal(gng_bench_compare(&other, ours, theirs, NUM_ROUNDS, 6), GNG_OK);
	assert_true(other.median == ratio.median);
	assert_true(other.lo != ratio.lo || other.hi != ratio.hi);
}

static void refuses_what_is_no_speed(void **state)
{
	double ours[] = {1, 1, 1, 1, 1}, theirs[] = {1, 1, 1, 1, 1};
	static const double bad[] = {0, -1, NAN, INFINITY};
	struct gng_bench_ratio ratio;

	(void)state;
	assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 5, 1), GNG_OK);
	assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 4, 1), GNG_EINVAL);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		theirs[3] = bad[i];
		assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 5, 1), GNG_EINVAL);
		theirs[3] = 1;
		ours[4] = bad[i];
		assert_int_equal(gng_bench_compare(&ratio, ours, theirs, 5, 1), GNG_EINVAL);
		ours[4] = 1;
	}
}

const struct suite_test suite_tests[] = {
	TEST(median_is_the_middle_or_the_mean_of_two, "H1.bench.stats"),
	TEST(ratio_is_the_median_of_paired_rounds, "H1.bench.stats"),
	TEST(blocks_follow_the_order_of_time, "H1.bench.stats"),
	TEST(interval_covers_the_truth_in_about_95_of_100, "H1.bench.stats"),
	TEST(equal_seeds_give_equal_intervals, "H1.bench.stats"),
	TEST(refuses_what_is_no_speed, "H1.bench.stats"),
	{0},
};
