/* SPDX-License-Identifier: Apache-2.0 */
/* record_test.c - recording, merging and asking, against a sorted array. */
#include "../suite.h"

#include <hist_layout.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_US UINT64_C(3600000000)
#define NUM_VALUES 5000

static struct gng_hist *open_hist(int digits)
{
	struct gng_hist *hist = NULL;

	assert_int_equal(gng_hist_open(&hist, 1, HOUR_US, digits), GNG_OK);
	return hist;
}

static uint64_t random_bits(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* random_value spreads over all magnitudes up to an hour. */
static uint64_t random_value(uint64_t *seed)
{
	return random_bits(seed) % (HOUR_US >> random_bits(seed) % 32);
}

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void fill(uint64_t *values, struct gng_hist *hist, uint64_t seed)
{
	for (size_t i = 0; i < NUM_VALUES; i++) {
		values[i] = random_value(&seed);
		assert_true(gng_hist_record(hist, values[i]));
	}
	qsort(values, NUM_VALUES, sizeof(values[0]), by_size);
}

/* The sample of rank r of the sorted array lies in the bucket whose end is answered. */
static void check_ranks(const struct gng_hist *hist, const uint64_t *sorted)
{
	size_t num_wrong = 0;

	for (size_t rank = 1; rank <= NUM_VALUES; rank++) {
		const double q = (double)rank / NUM_VALUES;
		const uint64_t hi = hist_hi(hist, hist_index(hist, sorted[rank - 1]));
		const uint64_t max = sorted[NUM_VALUES - 1];

		num_wrong += gng_hist_value_at_quantile(hist, q) != (hi < max ? hi : max);
	}
	assert_int_equal(num_wrong, 0);
}

static void quantiles_are_those_of_the_sorted_array(void **state)
{
	static uint64_t values[NUM_VALUES];

	(void)state;
	for (int digits = 1; digits <= 5; digits++) {
		struct gng_hist *hist = open_hist(digits);

		fill(values, hist, 77 + (uint64_t)digits);
		check_ranks(hist, values);
		assert_int_equal(gng_hist_min(hist), values[0]);
		assert_int_equal(gng_hist_max(hist), values[NUM_VALUES - 1]);
		assert_int_equal(gng_hist_value_at_quantile(hist, -1),
				 gng_hist_value_at_quantile(hist, 1.0 / NUM_VALUES));
		assert_int_equal(gng_hist_value_at_quantile(hist, 2), values[NUM_VALUES - 1]);
		gng_hist_close(hist);
	}
}

/* 0.999 as a double is not 999 / 1000, and the rank must still be 999. */
static void quantile_of_a_decimal_is_its_rank(void **state)
{
	struct gng_hist *hist = open_hist(5);

	(void)state;
	for (uint64_t value = 1; value <= 100000; value++)
		gng_hist_record(hist, value);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.9), 90000);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.99), 99000);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.999), 99900);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.9999), 99990);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.07), 7000);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.5000014), 50001);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.00001), 1);
	gng_hist_close(hist);
}

static void counts_and_buckets_are_those_of_the_array(void **state)
{
	static uint64_t values[NUM_VALUES];
	struct gng_hist *hist = open_hist(2);
	struct gng_hist_bucket bucket = {0};
	size_t at = 0, num_wrong = 0;

	(void)state;
	fill(values, hist, 4711);
	while (gng_hist_next(hist, &bucket)) {
		const size_t before = at;

		while (at < NUM_VALUES && values[at] >= bucket.lo && values[at] <= bucket.hi)
			at++;
		num_wrong += at - before != bucket.count || bucket.cumulative != at ||
			     gng_hist_count_at(hist, bucket.lo) != bucket.count ||
			     gng_hist_count_at(hist, bucket.hi) != bucket.count ||
			     gng_hist_count_above(hist, bucket.lo) != NUM_VALUES - at;
	}
	assert_int_equal(num_wrong, 0);
	assert_int_equal(at, NUM_VALUES);
	gng_hist_close(hist);
}

/* HdrHistogram_py test_hdrhistogram.py, test_mean_stddev */
static void mean_is_of_the_middles_of_buckets(void **state)
{
	struct gng_hist *hist = open_hist(3);

	(void)state;
	assert_true(gng_hist_mean(hist) == 0);
	assert_true(gng_hist_record_n(hist, 1000, 2));
	assert_true(gng_hist_record_n(hist, 3000, 2));
	assert_true(gng_hist_mean(hist) == 2000.75); /* of 1000.5 and 3001 */
	gng_hist_close(hist);
}

static void empty_and_reset_histograms_answer_zero(void **state)
{
	struct gng_hist *hist = open_hist(3);
	struct gng_hist_bucket bucket = {0};

	(void)state;
	assert_false(gng_hist_record(hist, UINT64_MAX));
	gng_hist_reset(hist);
	assert_int_equal(hist->total, 0);
	assert_int_equal(hist->num_clamped, 0);
	assert_int_equal(gng_hist_min(hist), 0);
	assert_int_equal(gng_hist_max(hist), 0);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.5), 0);
	assert_int_equal(gng_hist_count_above(hist, 0), 0);
	assert_false(gng_hist_next(hist, &bucket));
	gng_hist_record(hist, 5);
	assert_int_equal(gng_hist_min(hist), 5);
	gng_hist_close(hist);
}

static void merging_equals_recording_together(void **state)
{
	static uint64_t values[NUM_VALUES];
	struct gng_hist *a = open_hist(3), *b = open_hist(3), *both = open_hist(3);
	uint64_t seed = 99;

	(void)state;
	fill(values, both, 1);
	for (size_t i = 0; i < NUM_VALUES; i++)
		gng_hist_record(random_bits(&seed) % 3 ? a : b, values[i]);
	assert_int_equal(gng_hist_merge(a, b), GNG_OK);
	assert_int_equal(a->total, both->total);
	assert_int_equal(gng_hist_min(a), gng_hist_min(both));
	assert_int_equal(gng_hist_max(a), gng_hist_max(both));
	assert_memory_equal(a->counts, both->counts, a->num_counts * sizeof(a->counts[0]));
	gng_hist_close(a);
	gng_hist_close(b);
	gng_hist_close(both);
}

/* A coarser histogram merged into a finer one must not make latencies look smaller. */
static void merging_other_layouts_errs_upwards(void **state)
{
	struct gng_hist *fine = open_hist(3), *coarse = open_hist(1);

	(void)state;
	gng_hist_record(coarse, 1001);
	gng_hist_record(coarse, 1000000);
	assert_int_equal(gng_hist_merge(fine, coarse), GNG_OK);
	assert_int_equal(fine->total, 2);
	assert_int_equal(gng_hist_value_at_quantile(fine, 0.5), 1023);
	assert_int_equal(gng_hist_max(fine), 1000000);
	gng_hist_close(fine);
	gng_hist_close(coarse);
}

static void totals_never_wrap(void **state)
{
	struct gng_hist *hist = open_hist(3), *more = open_hist(3);

	(void)state;
	assert_true(gng_hist_record_n(hist, 7, INT64_MAX - 1));
	assert_false(gng_hist_record_n(hist, 8, 2));
	assert_int_equal(gng_hist_count_at(hist, 8), 0);
	assert_true(gng_hist_record(hist, 8));
	assert_false(gng_hist_record(hist, 9));
	assert_false(gng_hist_record_corrected(hist, 100, 10));
	assert_true(gng_hist_record_n(hist, 9, 0));
	assert_int_equal(hist->total, INT64_MAX);
	assert_true(gng_hist_record(more, 10));
	assert_int_equal(gng_hist_merge(hist, more), GNG_ELIMIT);
	assert_int_equal(gng_hist_count_at(hist, 10), 0);
	gng_hist_close(hist);
	gng_hist_close(more);
}

/* What is over the range is never lost: it counts as large as it was. */
static void clamped_samples_stay_the_largest(void **state)
{
	struct gng_hist *hist = open_hist(3), *other = open_hist(3);

	(void)state;
	assert_true(gng_hist_record_n(hist, 10, 999));
	assert_false(gng_hist_record(hist, HOUR_US * 1000));
	assert_int_equal(hist->total, 1000);
	assert_int_equal(hist->num_clamped, 1);
	assert_int_equal(gng_hist_value_at_quantile(hist, 1), HOUR_US * 1000);
	assert_int_equal(gng_hist_count_at(hist, HOUR_US * 1000), 1);
	assert_int_equal(gng_hist_count_above(hist, HOUR_US), 1);
	assert_int_equal(gng_hist_merge(other, hist), GNG_OK);
	assert_int_equal(other->num_clamped, 1);
	assert_int_equal(gng_hist_max(other), HOUR_US * 1000);
	gng_hist_close(hist);
	gng_hist_close(other);
}

/* The oracle is the definition: one record for each request that was never sent. */
static void check_corrected(struct gng_hist *fast, struct gng_hist *slow, uint64_t value,
			    uint64_t interval)
{
	gng_hist_reset(fast);
	gng_hist_reset(slow);
	gng_hist_record_corrected(fast, value, interval);
	gng_hist_record(slow, value);
	for (uint64_t missing = value; missing >= 2 * interval; missing -= interval)
		gng_hist_record(slow, missing - interval);
	assert_int_equal(fast->total, slow->total);
	assert_int_equal(fast->num_clamped, slow->num_clamped);
	assert_int_equal(gng_hist_min(fast), gng_hist_min(slow));
	assert_int_equal(gng_hist_max(fast), gng_hist_max(slow));
	assert_memory_equal(fast->counts, slow->counts, fast->num_counts * sizeof(fast->counts[0]));
}

static void correction_equals_one_record_for_each_missing_request(void **state)
{
	static const uint64_t rows[][2] = {
		{0, 10},
		{9, 10},
		{10, 10},
		{19, 10},
		{20, 10},
		{21, 10},
		{5000, 1},
		{100000, 7},
		{100000000, 10000},
		{99999, 3},
		{HOUR_US, 9999999},
		{HOUR_US * 3, 1000003},
		{HOUR_US * 100, 100000007},
	};
	struct gng_hist *fast = open_hist(3), *slow = open_hist(3);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		check_corrected(fast, slow, rows[i][0], rows[i][1]);
	gng_hist_close(fast);
	gng_hist_close(slow);
}

/* An hour of nanoseconds at an interval of 1 ns: 3.6e12 samples, some thousand buckets. */
static void correction_takes_time_by_buckets(void **state)
{
	struct gng_hist *hist = NULL;

	(void)state;
	assert_int_equal(gng_hist_open(&hist, 1, HOUR_US * 1000, 3), GNG_OK);
	assert_true(gng_hist_record_corrected(hist, HOUR_US * 1000, 1));
	assert_int_equal(hist->total, HOUR_US * 1000);
	assert_int_equal(gng_hist_min(hist), 1);
	assert_true(gng_hist_record_corrected(hist, 17, 0));
	assert_int_equal(hist->total, HOUR_US * 1000 + 1);
	gng_hist_close(hist);
}

/* HdrHistogram_py test_hdrhistogram.py, check_percentiles: load_corrected_histogram */
static void correction_gives_the_published_percentiles(void **state)
{
	static const double rows[][2] = {{0.30, 1000},	   {0.50, 1000},     {0.75, 50000000},
					 {0.90, 80000000}, {0.99, 98000000}, {0.99999, 100000000}};
	struct gng_hist *hist = open_hist(3);

	(void)state;
	for (int i = 0; i < 10000; i++)
		gng_hist_record_corrected(hist, 1000, 10000);
	gng_hist_record_corrected(hist, 100000000, 10000);
	assert_int_equal(hist->total, 20000);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_true(fabs((double)gng_hist_value_at_quantile(hist, rows[i][0]) -
				 rows[i][1]) < rows[i][1] * 0.001);
	gng_hist_close(hist);
}

const struct suite_test suite_tests[] = {
	TEST(quantiles_are_those_of_the_sorted_array, "H3.hist.quantile"),
	TEST(quantile_of_a_decimal_is_its_rank, "H3.hist.quantile"),
	TEST(counts_and_buckets_are_those_of_the_array, "H3.hist.buckets"),
	TEST(mean_is_of_the_middles_of_buckets, "H3.hist.buckets"),
	TEST(empty_and_reset_histograms_answer_zero, "H3.hist.buckets"),
	TEST(merging_equals_recording_together, "H3.hist.merge"),
	TEST(merging_other_layouts_errs_upwards, "H3.hist.merge"),
	TEST(totals_never_wrap, "H3.hist.clamp"),
	TEST(clamped_samples_stay_the_largest, "H3.hist.clamp"),
	TEST(correction_equals_one_record_for_each_missing_request, "H3.hist.omission"),
	TEST(correction_takes_time_by_buckets, "H3.hist.omission"),
	TEST(correction_gives_the_published_percentiles, "H3.hist.omission"),
	{0},
};
