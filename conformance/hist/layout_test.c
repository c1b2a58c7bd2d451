/* SPDX-License-Identifier: Apache-2.0 */
/* layout_test.c - the log-linear layout: facts of HdrHistogram's own tests, and precision. */
#include "../suite.h"

#include <hist_layout.h>
#include <stdlib.h>

#define HOUR_US UINT64_C(3600000000)

static struct gng_hist *open_hist(uint64_t lowest, uint64_t highest, int digits)
{
	struct gng_hist *hist = NULL;

	assert_int_equal(gng_hist_open(&hist, lowest, highest, digits), GNG_OK);
	return hist;
}

/* HdrHistogram_py test_hdrhistogram.py, test_basic: 22 buckets of 1024, and one more half */
static void layout_has_the_published_size(void **state)
{
	static const struct {
		uint64_t lowest, highest;
		int digits;
		uint32_t num_counts;
	} rows[] = {
		{1, HOUR_US, 3, 23552},
		{1, 2048, 3, 3072}, /* highest on the boundary of a bucket takes one more */
		{1, 2047, 3, 2048},
		{1, 1000, 4, 32768},
		{1, 1000, 0, 11},
		{1, 2, 0, 3},
		{20000, UINT64_C(3600000000000), 2, 2816},
	};
	uint32_t num_counts = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(
			gng_hist_size(&num_counts, rows[i].lowest, rows[i].highest, rows[i].digits),
			GNG_OK);
		assert_int_equal(num_counts, rows[i].num_counts);
	}
}

/* the same, test_highest_equivalent_value and test_scaled_highest_equiv_value */
static void buckets_end_where_published(void **state)
{
	static const uint64_t rows[][2] = {
		{8180, 8183},
		{8191, 8191},
		{8193, 8199},
		{9995, 9999},
		{10007, 10007},
		{10008, 10015},
		{8180 * 1024, 8183 * 1024 + 1023},
		{8191 * 1024, 8191 * 1024 + 1023},
		{8193 * 1024, 8199 * 1024 + 1023},
		{10008 * 1024, 10015 * 1024 + 1023},
	};
	struct gng_hist *hist = open_hist(1, HOUR_US, 3);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		assert_int_equal(hist_hi(hist, hist_index(hist, rows[i][0])), rows[i][1]);
	gng_hist_close(hist);
}

/* the same, test_out_of_range_values */
static void range_ends_where_published(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 4);

	(void)state;
	assert_true(gng_hist_record(hist, 32767));
	assert_int_equal(hist->num_clamped, 0);
	assert_false(gng_hist_record(hist, 32768));
	assert_int_equal(hist->num_clamped, 1);
	gng_hist_close(hist);
}

/* check_tiling proves that the buckets cover every value once, in order. */
static void check_tiling(const struct gng_hist *hist)
{
	uint64_t next = 0;
	size_t num_wrong = 0;

	for (uint32_t i = 0; i < hist->num_counts; i++) {
		const uint64_t lo = hist_lo(hist, i), hi = hist_hi(hist, i);

		num_wrong += lo != next || hist_index(hist, lo) != i || hist_index(hist, hi) != i;
		next = hi + 1;
	}
	assert_int_equal(num_wrong, 0);
	assert_true(next > hist->highest);
	assert_int_equal(hist_index(hist, next), hist->num_counts);
}

static void buckets_tile_the_range(void **state)
{
	static const uint64_t lowests[] = {1, 2, 3, 1000, 1024};

	(void)state;
	for (int digits = 0; digits <= 4; digits++)
		for (size_t i = 0; i < COUNT_OF(lowests); i++) {
			struct gng_hist *hist = open_hist(lowests[i], UINT64_C(1) << 40, digits);

			check_tiling(hist);
			gng_hist_close(hist);
		}
}

/* A bucket is at most one unit wide, or narrower than 10^-digits of its values. */
static void buckets_keep_their_digits(void **state)
{
	static const uint64_t scale[] = {1, 10, 100, 1000, 10000, 100000};

	(void)state;
	for (int digits = 1; digits <= 5; digits++) {
		struct gng_hist *hist = open_hist(1, UINT64_C(1) << 31, digits);
		size_t num_wide = 0;

		for (uint32_t i = 0; i < hist->num_counts; i++) {
			const uint64_t lo = hist_lo(hist, i), width = hist_hi(hist, i) - lo + 1;

			num_wide += width > 1 && width * scale[digits] > lo;
		}
		assert_int_equal(num_wide, 0);
		gng_hist_close(hist);
	}
}

static void largest_range_is_recorded(void **state)
{
	struct gng_hist *hist = open_hist(1, INT64_MAX, 4);

	(void)state;
	assert_true(gng_hist_record(hist, INT64_MAX));
	assert_true(gng_hist_record(hist, 0));
	assert_int_equal(gng_hist_value_at_quantile(hist, 1), INT64_MAX);
	assert_false(gng_hist_record(hist, UINT64_MAX));
	assert_int_equal(gng_hist_max(hist), UINT64_MAX);
	assert_int_equal(gng_hist_value_at_quantile(hist, 1), UINT64_MAX);
	gng_hist_close(hist);
}

static void bad_layouts_are_refused(void **state)
{
	static const struct {
		uint64_t lowest, highest;
		int digits;
		enum gng_status status;
	} rows[] = {
		{0, 1000, 3, GNG_EINVAL},
		{1, 1, 3, GNG_EINVAL},
		{1000, 1999, 3, GNG_EINVAL},
		{1, 1000, -1, GNG_EINVAL},
		{1, 1000, 6, GNG_EINVAL},
		{1, UINT64_C(1) << 63, 3, GNG_EINVAL},
		{UINT64_C(1) << 63, UINT64_MAX, 3, GNG_EINVAL},
		{UINT64_C(1) << 61, INT64_MAX, 3, GNG_EINVAL}, /* no room for the figures */
		{1, INT64_MAX, 5, GNG_ELIMIT},
	};
	struct gng_hist *hist, caller;
	uint64_t counts[11];
	uint32_t num_counts;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(
			gng_hist_size(&num_counts, rows[i].lowest, rows[i].highest, rows[i].digits),
			rows[i].status);
		assert_int_equal(
			gng_hist_open(&hist, rows[i].lowest, rows[i].highest, rows[i].digits),
			rows[i].status);
	}
	assert_int_equal(gng_hist_init(&caller, counts, 10, 1, 1000, 0), GNG_EINVAL);
	assert_int_equal(gng_hist_init(&caller, counts, 11, 1, 1000, 0), GNG_OK);
}

static void caller_storage_works_like_the_heap(void **state)
{
	static uint64_t counts[23552];
	struct gng_hist caller, *heap = open_hist(1, HOUR_US, 3);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(counts); i++)
		counts[i] = i; /* init must not trust what it finds */
	assert_int_equal(gng_hist_init(&caller, counts, COUNT_OF(counts), 1, HOUR_US, 3), GNG_OK);
	for (uint64_t value = 1; value < HOUR_US; value = value * 3 + 1) {
		assert_true(gng_hist_record(&caller, value));
		assert_true(gng_hist_record(heap, value));
	}
	assert_int_equal(caller.total, heap->total);
	assert_memory_equal(caller.counts, heap->counts, sizeof(counts));
	gng_hist_close(heap);
	gng_hist_close(NULL);
}

const struct suite_test suite_tests[] = {
	TEST(layout_has_the_published_size, "H3.hist.layout"),
	TEST(buckets_end_where_published, "H3.hist.layout"),
	TEST(range_ends_where_published, "H3.hist.layout H3.hist.clamp"),
	TEST(buckets_tile_the_range, "H3.hist.layout"),
	TEST(buckets_keep_their_digits, "H3.hist.layout"),
	TEST(largest_range_is_recorded, "H3.hist.clamp"),
	TEST(bad_layouts_are_refused, "H3.hist.ownership"),
	TEST(caller_storage_works_like_the_heap, "H3.hist.ownership"),
	{0},
};
