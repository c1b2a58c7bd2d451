/* SPDX-License-Identifier: Apache-2.0 */
/* statistics_test.c - Welch's t, croppings and verdicts on samples whose answer is known. */
#include "../suite.h"

#include <math.h>
#include <string.h>

#include <gng_timing.h>

#define NUM_SAMPLES 200000

static void add_all(struct gng_timing_welch *welch, unsigned int class_of, const double *x,
		    size_t num)
{
	for (size_t i = 0; i < num; i++)
		gng_timing_welch_add(welch, class_of, x[i]);
}

/* Means 3 and 5, variances 2.5 and 5/3: t = -2 / sqrt(2.5 / 5 + 5 / 3 / 4) = -2.0889319. */
static void t_of_known_samples(void **state)
{
	const double a[] = {1, 2, 3, 4, 5}, b[] = {3.5, 4.5, 5.5, 6.5};
	struct gng_timing_welch welch = {0}, swapped = {0};

	(void)state;
	add_all(&welch, 0, a, COUNT_OF(a));
	add_all(&welch, 1, b, COUNT_OF(b));
	add_all(&swapped, 1, a, COUNT_OF(a));
	add_all(&swapped, 0, b, COUNT_OF(b));
	assert_true(fabs(welch.mean[0] - 3) < 1e-12 && fabs(welch.mean[1] - 5) < 1e-12);
	assert_true(fabs(gng_timing_welch_t(&welch) + 2 / sqrt(2.5 / 5 + 5.0 / 3 / 4)) < 1e-12);
	assert_true(fabs(gng_timing_welch_t(&swapped) + gng_timing_welch_t(&welch)) < 1e-12);
}

/* A sum of squares would lose every digit of this variance: the mean is 1e9, its square 1e18. */
static void t_survives_a_large_mean(void **state)
{
	const double a[] = {1e9 + 1, 1e9 + 2, 1e9 + 3}, b[] = {1e9 + 4, 1e9 + 5, 1e9 + 6};
	struct gng_timing_welch welch = {0};

	(void)state;
	add_all(&welch, 0, a, 3);
	add_all(&welch, 1, b, 3);
	assert_true(fabs(gng_timing_welch_t(&welch) + 3 / sqrt(2.0 / 3)) < 1e-6);
}

static void t_without_variance_is_zero_or_infinite(void **state)
{
	const double a[] = {7, 7, 7}, b[] = {8, 8, 8};
	struct gng_timing_welch same = {0}, apart = {0}, few = {0};

	(void)state;
	add_all(&same, 0, a, 3);
	add_all(&same, 1, a, 3);
	add_all(&apart, 0, a, 3);
	add_all(&apart, 1, b, 3);
	add_all(&few, 0, a, 3);
	add_all(&few, 1, b, 1);
	assert_true(gng_timing_welch_t(&same) == 0);
	assert_true(isinf(gng_timing_welch_t(&apart)) && gng_timing_welch_t(&apart) < 0);
	assert_true(gng_timing_welch_t(&few) == 0);
}

static void croppings_follow_the_percentiles(void **state)
{
	static uint64_t cycles[1024];
	struct gng_timing_test test;

	(void)state;
	for (size_t i = 0; i < 1024; i++)
		cycles[i] = 1023 - i;
	assert_int_equal(gng_timing_init(&test, cycles, 0), GNG_EINVAL);
	assert_int_equal(gng_timing_init(&test, cycles, 1024), GNG_OK);
	assert_true(test.limits[7] == 992);   /* 1 - 1/32 of 1024 */
	assert_true(test.limits[15] == 1023); /* 1 - 1/1024 of 1024 */
	for (size_t i = 1; i < GNG_TIMING_NUM_CROPS; i++)
		assert_true(test.limits[i] > test.limits[i - 1]);
}

static void a_cropping_leaves_out_its_limit_and_above(void **state)
{
	struct gng_timing_test test = {0};

	(void)state;
	for (size_t i = 0; i < GNG_TIMING_NUM_CROPS; i++)
		test.limits[i] = 10 * (double)(i + 1);
	gng_timing_add(&test, 0, 9);
	gng_timing_add(&test, 1, 10);
	gng_timing_add(&test, 1, 5000);
	assert_int_equal(test.cropped[0].n[0], 1);
	assert_int_equal(test.cropped[0].n[1], 0);
	assert_int_equal(test.cropped[1].n[1], 1);
	assert_int_equal(test.cropped[GNG_TIMING_NUM_CROPS - 1].n[1], 1);
	assert_int_equal(test.all.n[1], 2);
}

/* planted has n samples a class, standard error sqrt(2 / 2) = 1 and so t = shift. */
static enum gng_timing_verdict planted(double shift, uint64_t n, uint64_t min_samples)
{
	struct gng_timing_test test = {0};
	struct gng_timing_result result;
	const double m2 = (double)n * (double)(n - 1) / 2;

	test.all = (struct gng_timing_welch){{n, n}, {100 + shift, 100}, {m2, m2}};
	gng_timing_judge(&result, &test, min_samples);
	assert_true(fabs(result.t - shift) < 1e-9);
	return result.verdict;
}

static void verdicts_turn_at_the_thresholds(void **state)
{
	(void)state;
	assert_int_equal(planted(4.4, 1000, 1000), GNG_TIMING_PASS);
	assert_int_equal(planted(4.6, 1000, 1000), GNG_TIMING_INCONCLUSIVE);
	assert_int_equal(planted(-9.9, 1000, 1000), GNG_TIMING_INCONCLUSIVE);
	assert_int_equal(planted(-10.1, 1000, 1000), GNG_TIMING_FAIL);
	assert_string_equal(gng_timing_verdict_name(planted(10.1, 1000, 1000)), "FAIL");
}

static void too_few_samples_are_inconclusive(void **state)
{
	(void)state;
	assert_int_equal(planted(0, 999, 1000), GNG_TIMING_INCONCLUSIVE);
	assert_int_equal(planted(50, 999, 1000), GNG_TIMING_INCONCLUSIVE);
	assert_int_equal(planted(50, 1000, 1000), GNG_TIMING_FAIL);
}

/* ---- synthetic times: a body of 200 to 231 cycles, and an interrupt in one of 64 ---- */

static uint64_t next(uint64_t *random)
{
	*random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *random >> 33;
}

static uint64_t synthetic(uint64_t *random)
{
	const uint64_t body = 200 + next(random) % 32;

	return next(random) % 64 == 0 ? body + next(random) % 100000 : body;
}

/* run_synthetic judges samples of which class 1 takes shift more. */
static struct gng_timing_result run_synthetic(uint64_t seed, uint64_t shift)
{
	struct gng_timing_result result;
	struct gng_timing_test test;
	uint64_t first[2000];

	for (size_t i = 0; i < COUNT_OF(first); i++)
		first[i] = synthetic(&seed);
	assert_int_equal(gng_timing_init(&test, first, COUNT_OF(first)), GNG_OK);
	for (size_t i = 0; i < NUM_SAMPLES; i++) {
		const unsigned int class_of = next(&seed) & 1;

		gng_timing_add(&test, class_of, synthetic(&seed) + class_of * shift);
	}
	gng_timing_judge(&result, &test, GNG_TIMING_MIN_SAMPLES);
	return result;
}

static void two_equal_classes_pass(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		const struct gng_timing_result result = run_synthetic(seed, 0);

		assert_int_equal(result.verdict, GNG_TIMING_PASS);
		assert_true(fabs(result.t) < GNG_TIMING_T_DOUBT);
	}
}

/* The tail's deviation of 7000 cycles hides 1 cycle from a test of all samples. */
static void a_shift_of_one_cycle_below_the_tail_is_found(void **state)
{
	const struct gng_timing_result result = run_synthetic(1, 1);

	(void)state;
	assert_int_equal(result.verdict, GNG_TIMING_FAIL);
	assert_true(result.t < 0 && result.shift_cycles < -0.5 && result.shift_cycles > -1.5);
	assert_true(result.percentile < 1);
	assert_true(result.n[0] >= GNG_TIMING_MIN_SAMPLES && result.n[0] < NUM_SAMPLES / 2 + 2000);
}

const struct suite_test suite_tests[] = {
	TEST(t_of_known_samples, "H3.timing.welch"),
	TEST(t_survives_a_large_mean, "H3.timing.welch"),
	TEST(t_without_variance_is_zero_or_infinite, "H3.timing.welch"),
	TEST(croppings_follow_the_percentiles, "H3.timing.crop"),
	TEST(a_cropping_leaves_out_its_limit_and_above, "H3.timing.crop"),
	TEST(verdicts_turn_at_the_thresholds, "H3.timing.verdict"),
	TEST(too_few_samples_are_inconclusive, "H3.timing.verdict"),
	TEST(two_equal_classes_pass, "H3.timing.same"),
	TEST(a_shift_of_one_cycle_below_the_tail_is_found, "H3.timing.shift"),
	{0},
};
