/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bounds_test.c - exact binomial bounds: published sample sizes, and sums of probabilities
 * computed term by term as the oracle.
 */
#include "../suite.h"

#include <gng_hist.h>
#include <math.h>

/* at_most sums the binomial probabilities of 0 to k events, the plain way. */
static double at_most(uint64_t k, uint64_t n, double p)
{
	long double term = (long double)n * log1pl(-(long double)p), sum = 0;

	for (uint64_t i = 0; i <= k; i++) {
		sum += expl(term);
		term += logl((long double)(n - i)) - logl((long double)(i + 1)) +
			logl((long double)p) - log1pl(-(long double)p);
	}
	return (double)sum;
}

/* Exact sizes at 95 %: with 0 misses ln 0.05 / ln q; the others from the oracle below. */
static void samples_needed_are_the_published_sizes(void **state)
{
	static const struct {
		double q;
		uint64_t num_misses, num_samples;
	} rows[] = {
		{0.999, 0, 2995},   {0.9999, 0, 29956},	 {0.9999, 1, 47437}, {0.9999, 2, 62956},
		{0.9999, 3, 77535}, {0.9999, 5, 105128}, {0.95, 0, 59},	     {0.99, 0, 299},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(gng_hist_samples_needed(rows[i].q, rows[i].num_misses, 0.95),
				 rows[i].num_samples);
	/* 1 - 0.999999 is not exactly 1e-6 in floating point: one sample of slack */
	assert_in_range(gng_hist_samples_needed(0.999999, 0, 0.95), 2995731, 2995733);
}

static void samples_needed_are_the_smallest_that_suffice(void **state)
{
	static const double quantiles[] = {0.5, 0.9, 0.99, 0.999}, confidences[] = {0.5, 0.9, 0.99};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(quantiles); i++)
		for (size_t j = 0; j < COUNT_OF(confidences); j++)
			for (uint64_t k = 0; k < 8; k++) {
				const double p = 1 - quantiles[i], rest = 1 - confidences[j];
				const uint64_t n =
					gng_hist_samples_needed(quantiles[i], k, confidences[j]);

				assert_true(at_most(k, n, p) <= rest + 1e-12);
				assert_true(n == k + 1 || at_most(k, n - 1, p) > rest - 1e-12);
			}
}

static void samples_needed_refuses_what_is_no_probability(void **state)
{
	(void)state;
	assert_true(gng_hist_samples_needed(1, 0, 0.95) == GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed(0, 0, 0.95) == GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed(0.5, 0, 1) == GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed((double)NAN, 0, 0.95) == GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed(0.5, UINT64_MAX, 0.95) == GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed(1 - 1e-16, 0, 0.95) == GNG_HIST_INFINITE);
	/* with so many misses at least one sample more, which is over 2^53 */
	assert_true(gng_hist_samples_needed(1e-20, UINT64_C(1) << 53, 0.5) == GNG_HIST_INFINITE);
}

/* At the bound, as few misses as seen have exactly the remaining probability. */
static void miss_bound_is_clopper_pearson(void **state)
{
	static const uint64_t rows[][2] = {{1, 10}, {3, 50},   {15, 39891}, {20, 39828},
					   {9, 10}, {50, 100}, {1, 1000000}};
	static const double confidences[] = {0.5, 0.95, 0.999};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		for (size_t j = 0; j < COUNT_OF(confidences); j++) {
			const double p =
				gng_hist_miss_bound(rows[i][0], rows[i][1], confidences[j]);

			assert_true(fabs(at_most(rows[i][0], rows[i][1], p) -
					 (1 - confidences[j])) < 1e-8);
		}
}

/* Without a miss the bound is 1 - 0.05^(1/n), near 3 / n: 72 hours at 60 frames a second
 * without a miss prove 1.93e-7. */
static void miss_bound_without_a_miss_is_the_rule_of_three(void **state)
{
	(void)state;
	assert_true(fabs(gng_hist_miss_bound(0, 10, 0.95) - 0.25886555) < 1e-8);
	assert_true(fabs(gng_hist_miss_bound(0, 15552000, 0.95) * 15552000 - 2.99573) < 1e-5);
	assert_true(gng_hist_miss_bound(0, 2995, 0.95) <= 0.001);
	assert_true(gng_hist_miss_bound(0, 2994, 0.95) > 0.001);
	assert_true(gng_hist_miss_bound(0, 0, 0.95) == 1);
	assert_true(gng_hist_miss_bound(5, 5, 0.95) == 1);
	assert_true(gng_hist_miss_bound(1, 10, 1) == 1);
	assert_true(gng_hist_miss_bound(1, 10, (double)NAN) == 1);
}

/* ladder is a histogram of the values 1 to n, so that a bound is also a rank. */
static struct gng_hist *ladder(uint64_t n)
{
	struct gng_hist *hist = NULL;

	assert_int_equal(gng_hist_open(&hist, 1, 200000, 5), GNG_OK);
	for (uint64_t value = 1; value <= n; value++)
		assert_true(gng_hist_record(hist, value));
	return hist;
}

static uint64_t upper(uint64_t n, double q)
{
	struct gng_hist *hist = ladder(n);
	uint64_t lo, hi;

	assert_int_equal(gng_hist_quantile_bounds(hist, q, 0.95, &lo, &hi), GNG_OK);
	gng_hist_close(hist);
	return hi;
}

static void quantile_bound_is_infinite_with_too_few_samples(void **state)
{
	(void)state;
	assert_true(upper(0, 0.5) == GNG_HIST_INFINITE);
	assert_true(upper(2994, 0.999) == GNG_HIST_INFINITE);
	assert_int_equal(upper(2995, 0.999), 2995);
	assert_true(upper(29955, 0.9999) == GNG_HIST_INFINITE);
	assert_int_equal(upper(29956, 0.9999), 29956);
	assert_int_equal(upper(47436, 0.9999), 47436);
	assert_int_equal(upper(47437, 0.9999), 47436);
	/* of 100,000 samples the fifth largest bounds the quantile 0.9999 */
	assert_int_equal(upper(100000, 0.9999), 99996);
}

/* Both ranks are the tightest that keep the confidence, by the plain sums. */
static void check_tightest(uint64_t n, double q, double confidence)
{
	struct gng_hist *hist = ladder(n);
	uint64_t lo, hi;

	assert_int_equal(gng_hist_quantile_bounds(hist, q, confidence, &lo, &hi), GNG_OK);
	gng_hist_close(hist);
	/* P(X_(hi) >= quantile) = P(at most hi - 1 below) = 1 - P(at most n - hi above) */
	if (hi == GNG_HIST_INFINITE) {
		assert_true(at_most(0, n, 1 - q) > 1 - confidence - 1e-12);
	} else {
		assert_true(at_most(n - hi, n, 1 - q) <= 1 - confidence + 1e-12);
		assert_true(at_most(n - hi + 1, n, 1 - q) > 1 - confidence - 1e-12);
	}
	/* P(X_(lo) <= quantile) = P(at least lo at or below) = P(at most n - lo above) */
	if (lo > 0)
		assert_true(at_most(n - lo, n, 1 - q) >= confidence - 1e-12);
	if (lo < n)
		assert_true(at_most(n - lo - 1, n, 1 - q) < confidence + 1e-12);
}

static void quantile_bounds_are_the_tightest_ranks(void **state)
{
	static const uint64_t sizes[] = {1, 2, 10, 59, 100, 1001};
	static const double quantiles[] = {0.01, 0.5, 0.9, 0.99}, confidences[] = {0.5, 0.9, 0.975};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		for (size_t j = 0; j < COUNT_OF(quantiles); j++)
			for (size_t k = 0; k < COUNT_OF(confidences); k++)
				check_tightest(sizes[i], quantiles[j], confidences[k]);
}

static void quantile_bounds_work_for_a_billion_samples(void **state)
{
	struct gng_hist *hist = NULL;
	uint64_t lo, hi;

	(void)state;
	assert_int_equal(gng_hist_open(&hist, 1, 200000, 5), GNG_OK);
	for (uint64_t value = 1; value <= 100000; value++)
		assert_true(gng_hist_record_n(hist, value, 10000));
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, 0.95, &lo, &hi), GNG_OK);
	/* 1.645 * sqrt(1e9 / 4) = 26,009 ranks, that is 3 values, about the middle */
	assert_in_range(lo, 49996, 49998);
	assert_in_range(hi, 50002, 50004);
	gng_hist_close(hist);
}

static void quantile_bounds_refuse_what_is_no_probability(void **state)
{
	struct gng_hist *hist = ladder(10);
	static const double bad[] = {0, 1, -0.5, 1.5};
	uint64_t lo, hi;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		assert_int_equal(gng_hist_quantile_bounds(hist, bad[i], 0.95, &lo, &hi),
				 GNG_EINVAL);
		assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, bad[i], &lo, &hi), GNG_EINVAL);
	}
	gng_hist_close(hist);
}

const struct suite_test suite_tests[] = {
	TEST(samples_needed_are_the_published_sizes, "H3.hist.sample-size"),
	TEST(samples_needed_are_the_smallest_that_suffice, "H3.hist.sample-size"),
	TEST(samples_needed_refuses_what_is_no_probability, "H3.hist.sample-size"),
	TEST(miss_bound_is_clopper_pearson, "H3.hist.miss-bound"),
	TEST(miss_bound_without_a_miss_is_the_rule_of_three, "H3.hist.miss-bound"),
	TEST(quantile_bound_is_infinite_with_too_few_samples, "H3.hist.quantile-bounds"),
	TEST(quantile_bounds_are_the_tightest_ranks, "H3.hist.quantile-bounds"),
	TEST(quantile_bounds_work_for_a_billion_samples, "H3.hist.quantile-bounds"),
	TEST(quantile_bounds_refuse_what_is_no_probability, "H3.hist.quantile-bounds"),
	{0},
};
