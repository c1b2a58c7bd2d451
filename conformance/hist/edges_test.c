/* SPDX-License-Identifier: Apache-2.0 */
/* edges_test.c - the ends of ranges, where made mutants showed that nobody had looked. */
#include "../suite.h"

#include <hist_layout.h>
#include <hist_payload.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct gng_hist *open_hist(uint64_t lowest, uint64_t highest, int digits)
{
	struct gng_hist *hist = NULL;

	assert_int_equal(gng_hist_open(&hist, lowest, highest, digits), GNG_OK);
	return hist;
}

static void layout_ends_where_it_no_longer_fits_63_bits(void **state)
{
	const uint64_t most = INT64_MAX / 2;
	uint32_t num_counts;

	(void)state;
	assert_int_equal(gng_hist_size(&num_counts, most, 2 * most, 0), GNG_OK);
	assert_int_equal(gng_hist_size(&num_counts, most + 1, INT64_MAX, 0), GNG_EINVAL);
	assert_int_equal(gng_hist_size(&num_counts, UINT64_C(1) << 44, INT64_MAX, 5), GNG_OK);
	assert_int_equal(gng_hist_size(&num_counts, UINT64_C(1) << 45, INT64_MAX, 5), GNG_EINVAL);
	assert_int_equal(gng_hist_size(&num_counts, UINT64_C(1) << 44, INT64_MAX - 1, 5), GNG_OK);
}

static void reset_forgets_the_smallest_sample(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 1);

	(void)state;
	gng_hist_record(hist, 3);
	gng_hist_reset(hist);
	gng_hist_record(hist, 5);
	assert_int_equal(gng_hist_min(hist), 5);
	gng_hist_close(hist);
}

static void no_sample_and_one_sample_are_counted_as_such(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 1);

	(void)state;
	assert_true(gng_hist_record_n(hist, 20, 1));
	assert_true(gng_hist_record_n(hist, 900, 0));
	assert_true(gng_hist_record_n(hist, 1, 0));
	assert_int_equal(hist->total, 1);
	assert_int_equal(gng_hist_min(hist), 20);
	assert_int_equal(gng_hist_max(hist), 20);
	gng_hist_close(hist);
}

static void quantiles_of_two_samples_are_both(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2);

	(void)state;
	gng_hist_record(hist, 7);
	gng_hist_record(hist, 70);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0), 7);
	assert_int_equal(gng_hist_value_at_quantile(hist, -3), 7);
	assert_int_equal(gng_hist_value_at_quantile(hist, (double)NAN), 7);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.5), 7);
	assert_int_equal(gng_hist_value_at_quantile(hist, 1), 70);
	gng_hist_close(hist);
}

/* 2^60 samples are more than a double can count: the largest is still the largest. */
static void quantile_1_is_the_largest_of_any_number(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2);

	(void)state;
	assert_true(gng_hist_record_n(hist, 7, UINT64_C(1) << 60));
	gng_hist_record(hist, 70);
	assert_int_equal(gng_hist_value_at_quantile(hist, 1), 70);
	assert_int_equal(gng_hist_value_at_quantile(hist, 2), 70);
	assert_int_equal(gng_hist_value_at_quantile(hist, (double)INFINITY), 70);
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.5), 7);
	gng_hist_close(hist);
}

/* The bounds of a quantile count what is in the very first bucket, too. */
static void quantile_bounds_know_the_value_0(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2);
	uint64_t lo = 9, hi = 9;

	(void)state;
	gng_hist_record_n(hist, 0, 100);
	gng_hist_record(hist, 900);
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, 0.9, &lo, &hi), GNG_OK);
	assert_int_equal(lo, 0);
	assert_int_equal(hi, 0);
	gng_hist_close(hist);
}

/* Only the last bucket holds clamped samples; the others end where they end. */
static void clamped_samples_change_no_other_bucket(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 1), *other = open_hist(1, 1000, 2);
	const uint64_t over = hist_hi(hist, hist->num_counts - 1) + 1;

	(void)state;
	gng_hist_record_n(hist, 100, 3);
	assert_false(gng_hist_record(hist, over));
	assert_int_equal(gng_hist_value_at_quantile(hist, 0.5), 103);
	assert_int_equal(gng_hist_count_at(hist, over), 1);
	assert_int_equal(gng_hist_count_at(hist, over - 1), 1);
	assert_int_equal(gng_hist_count_above(hist, 0), 4);
	assert_true(gng_hist_mean(hist) > 100); /* walks to the very last bucket */
	assert_int_equal(gng_hist_merge(other, hist), GNG_OK);
	assert_int_equal(other->total, 4);
	assert_int_equal(gng_hist_max(other), over);
	gng_hist_close(hist);
	gng_hist_close(other);
}

static void merging_one_layout_keeps_the_smallest_sample(void **state)
{
	struct gng_hist *a = open_hist(1, 100000, 3), *b = open_hist(1, 100000, 3);

	(void)state;
	gng_hist_record(b, 5001); /* its bucket is [5000, 5003] */
	gng_hist_record(b, 90000);
	assert_int_equal(gng_hist_merge(a, b), GNG_OK);
	assert_int_equal(gng_hist_min(a), 5001);
	gng_hist_reset(b);
	gng_hist_record(b, 6001);
	assert_int_equal(gng_hist_merge(a, b), GNG_OK);
	assert_int_equal(gng_hist_min(a), 5001);
	assert_int_equal(gng_hist_max(a), 90000);
	gng_hist_close(a);
	gng_hist_close(b);
}

/* Layouts of one length that differ in one respect are still two layouts. */
static void merging_tells_layouts_apart(void **state)
{
	struct gng_hist *into = open_hist(1, 2047, 3), *unit = open_hist(2, 4095, 3);
	struct gng_hist *fine = open_hist(1, 31, 1);
	struct gng_hist *coarse = open_hist(1, (UINT64_C(1) << 32) - 1 - (UINT64_C(1) << 31), 0);

	(void)state;
	assert_int_equal(into->num_counts, unit->num_counts);
	gng_hist_record(unit, 4000);
	assert_int_equal(gng_hist_merge(into, unit), GNG_OK);
	assert_int_equal(into->num_clamped, 1);
	gng_hist_record(coarse, 0);
	gng_hist_record(coarse, 20);
	if (fine->num_counts != coarse->num_counts)
		fail_msg("%u and %u", fine->num_counts, coarse->num_counts);
	assert_int_equal(gng_hist_merge(fine, coarse), GNG_OK);
	assert_int_equal(fine->total, 2);
	assert_int_equal(gng_hist_count_at(fine, 20), 1);
	assert_int_equal(fine->num_clamped, 0);
	gng_hist_close(into);
	gng_hist_close(unit);
	gng_hist_close(fine);
	gng_hist_close(coarse);
}

/* All missing samples in the first bucket: the smallest is still known. */
static void correction_knows_its_smallest_sample(void **state)
{
	struct gng_hist *hist = open_hist(1000, 1000000, 1);

	(void)state;
	assert_true(gng_hist_record_corrected(hist, 100, 10));
	assert_int_equal(hist->total, 10);
	assert_int_equal(gng_hist_min(hist), 10);
	gng_hist_reset(hist);
	assert_true(gng_hist_record(hist, 4));
	assert_true(gng_hist_record_corrected(hist, 100, 10));
	assert_int_equal(gng_hist_min(hist), 4);
	gng_hist_close(hist);
}

/* Every value from the interval to far over the range is one sample. */
static void correction_over_the_range_splits_at_its_end(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 1);
	const uint32_t last = hist->num_counts - 1;
	const uint64_t end = hist_hi(hist, last), width = end - hist_lo(hist, last) + 1;

	(void)state;
	assert_false(gng_hist_record_corrected(hist, end + 500, 1));
	assert_int_equal(hist->total, end + 500);
	assert_int_equal(hist->num_clamped, 500);
	assert_int_equal(hist->counts[last], width + 500);
	gng_hist_close(hist);
}

static void payload_is_as_short_as_it_can_be(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2);
	uint8_t payload[128];

	(void)state;
	/* an empty histogram has one count, a zero */
	assert_int_equal(hist_payload_write(payload, hist), HIST_HEADER_LEN + 1);
	assert_int_equal(payload[HIST_HEADER_LEN], 0);
	/* 64 zeros are -64, the largest run in one byte */
	gng_hist_record(hist, 64);
	assert_int_equal(hist_payload_write(payload, hist), HIST_HEADER_LEN + 2);
	assert_int_equal(payload[HIST_HEADER_LEN], 0x7f);
	/* the largest count takes nine bytes */
	gng_hist_reset(hist);
	assert_true(gng_hist_record_n(hist, 0, INT64_MAX));
	assert_int_equal(hist_payload_write(payload, hist), HIST_HEADER_LEN + 9);
	gng_hist_close(hist);
}

static void decoded_empty_histogram_is_empty(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2), *again;
	char *text = (char *)hist;

	(void)state;
	assert_int_equal(gng_hist_encode(&text, hist, NULL), GNG_OK);
	assert_int_equal(gng_hist_decode(&again, text, strlen(text), NULL), GNG_OK);
	assert_int_equal(gng_hist_max(again), 0);
	assert_int_equal(gng_hist_min(again), 0);
	assert_true(gng_hist_mean(again) == 0);
	free(text);
	gng_hist_close(hist);
	gng_hist_close(again);
}

static void base64_knows_its_lengths(void **state)
{
	(void)state;
	assert_int_equal(hist_base64_len(0), 0);
	assert_int_equal(hist_base64_len(1), 4);
	assert_int_equal(hist_base64_len(3), 4);
	assert_int_equal(hist_base64_len(4), 8);
	assert_int_equal(hist_base64_cap(3), 0);
	assert_int_equal(hist_base64_cap(4), 3);
	assert_int_equal(hist_base64_cap(400), 300);
}

static void base64_writes_no_byte_too_many(void **state)
{
	uint8_t bytes[8];
	size_t len;

	(void)state;
	for (size_t i = 1; i <= 3; i++) {
		char text[8];

		memset(bytes, 0xaa, sizeof(bytes));
		hist_base64_write(text, (const uint8_t *)"foo", i);
		assert_true(hist_base64_read(bytes, &len, text, 4));
		assert_int_equal(bytes[i], 0xaa);
	}
}

static void sample_sizes_end_at_2_to_the_53(void **state)
{
	const double p = ldexp(1, -51); /* 3 / p is between 2^52 and 2^53 */

	(void)state;
	assert_true(gng_hist_samples_needed(1 - p, 0, 0.95) < GNG_HIST_INFINITE);
	assert_true(gng_hist_samples_needed(1 - p / 2, 0, 0.95) == GNG_HIST_INFINITE);
}

/* One sample is as likely over the median as under it. */
static void quantile_bounds_take_a_probability_that_just_suffices(void **state)
{
	struct gng_hist *hist = open_hist(1, 1000, 2);
	uint64_t lo, hi;

	(void)state;
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, 0.5, &lo, &hi), GNG_OK);
	assert_int_equal(lo, 0);
	gng_hist_record(hist, 9);
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, 0.5, &lo, &hi), GNG_OK);
	assert_int_equal(lo, 9);
	assert_int_equal(hi, 9);
	assert_int_equal(gng_hist_quantile_bounds(hist, 0.5, 0.6, &lo, &hi), GNG_OK);
	assert_int_equal(lo, 0);
	assert_true(hi == GNG_HIST_INFINITE);
	gng_hist_close(hist);
}

const struct suite_test suite_tests[] = {
	TEST(layout_ends_where_it_no_longer_fits_63_bits, "H3.hist.ownership"),
	TEST(reset_forgets_the_smallest_sample, "H3.hist.buckets"),
	TEST(no_sample_and_one_sample_are_counted_as_such, "H3.hist.buckets"),
	TEST(quantiles_of_two_samples_are_both, "H3.hist.quantile"),
	TEST(quantile_1_is_the_largest_of_any_number, "H3.hist.quantile"),
	TEST(quantile_bounds_know_the_value_0, "H3.hist.quantile-bounds"),
	TEST(clamped_samples_change_no_other_bucket, "H3.hist.clamp"),
	TEST(merging_one_layout_keeps_the_smallest_sample, "H3.hist.merge"),
	TEST(merging_tells_layouts_apart, "H3.hist.merge"),
	TEST(correction_knows_its_smallest_sample, "H3.hist.omission"),
	TEST(correction_over_the_range_splits_at_its_end, "H3.hist.omission"),
	TEST(payload_is_as_short_as_it_can_be, "H3.hist.v2"),
	TEST(decoded_empty_histogram_is_empty, "H3.hist.v2"),
	TEST(base64_knows_its_lengths, "H3.hist.base64"),
	TEST(base64_writes_no_byte_too_many, "H3.hist.base64"),
	TEST(sample_sizes_end_at_2_to_the_53, "H3.hist.sample-size"),
	TEST(quantile_bounds_take_a_probability_that_just_suffices, "H3.hist.quantile-bounds"),
	{0},
};
