/* SPDX-License-Identifier: Apache-2.0 */
/* figures_test.c - buckets, quantiles, and which windows may be compared. */
#include "../suite.h"

#include <string.h>

#include <gng_schedlat.h>

/* A bucket's longest wait is its own, the next nanosecond the next one's, and none is wider than a
 * sixteenth. */
static void buckets_have_no_gap_and_six_percent(void **state)
{
	uint64_t first = 0;

	(void)state;
	for (unsigned int i = 0; i + 1 < GNG_SCHEDLAT_NUM_BUCKETS; i++) {
		const uint64_t last = gng_schedlat_bucket_ns(i);

		assert_int_equal(gng_schedlat_bucket_of(first), i);
		assert_int_equal(gng_schedlat_bucket_of(last), i);
		assert_int_equal(gng_schedlat_bucket_of(last + 1), i + 1);
		assert_true((last - first) * 16 <= first);
		first = last + 1;
	}
	assert_int_equal(gng_schedlat_bucket_of(UINT64_MAX), GNG_SCHEDLAT_NUM_BUCKETS - 1);
	/* by hand: 5 ms has its highest bit at 22, so buckets are 2^18 ns wide there */
	assert_int_equal(gng_schedlat_bucket_ns(gng_schedlat_bucket_of(5000000)), 5242879);
}

static void add(struct gng_schedlat_hist *hist, uint64_t ns, uint64_t num)
{
	hist->counts[gng_schedlat_bucket_of(ns)] += num;
	hist->total += num;
}

static void quantiles_are_those_of_the_ranks(void **state)
{
	struct gng_schedlat_hist hist = {0};

	(void)state;
	assert_int_equal(gng_schedlat_quantile(&hist, 0.5), 0);
	add(&hist, 1, 50);
	add(&hist, 8, 49);
	add(&hist, 15, 1);
	assert_int_equal(gng_schedlat_quantile(&hist, 0.50), 1);
	assert_int_equal(gng_schedlat_quantile(&hist, 0.51), 8);
	assert_int_equal(gng_schedlat_quantile(&hist, 0.99), 8);
	assert_int_equal(gng_schedlat_quantile(&hist, 1.0), 15);
}

/* By hand: n*0.99 + 1.96 sqrt(n*0.99*0.01) is at most n from n = 1.96^2 * 0.99 / 0.01 = 380.3 on.
 */
static void a_p99_wants_381_samples(void **state)
{
	struct gng_schedlat_hist hist = {0};
	struct gng_schedlat_p99 p99;

	(void)state;
	assert_false(gng_schedlat_p99_of(&hist).enough);
	add(&hist, 3, 380);
	assert_false(gng_schedlat_p99_of(&hist).enough);
	add(&hist, 3, 1);
	p99 = gng_schedlat_p99_of(&hist);
	assert_true(p99.enough);
	assert_int_equal(p99.p99_ns, 3);
	assert_int_equal(p99.lo_ns, 3);
	assert_int_equal(p99.hi_ns, 3);
}

static struct gng_schedlat_p99 window(uint64_t ns, uint64_t num)
{
	struct gng_schedlat_hist hist = {0};

	add(&hist, ns, num);
	return gng_schedlat_p99_of(&hist);
}

static void a_trend_is_told_only_between_windows_with_enough_samples(void **state)
{
	const struct gng_schedlat_p99 low = window(1000, 1000), high = window(2000, 1000);
	const struct gng_schedlat_p99 thin = window(4000, 100);
	struct gng_schedlat_hist hist = {0};
	struct gng_schedlat_p99 wide;

	(void)state;
	assert_int_equal(gng_schedlat_trend_of(&low, &high), 1);
	assert_int_equal(gng_schedlat_trend_of(&high, &low), -1);
	assert_int_equal(gng_schedlat_trend_of(&low, &low), 0);
	assert_int_equal(gng_schedlat_trend_of(&low, &thin), 0);
	assert_int_equal(gng_schedlat_trend_of(&thin, &low), 0);
	/* ten of a thousand lie high: the P99 may be either, so it is not above */
	add(&hist, 1000, 990);
	add(&hist, 2000, 10);
	wide = gng_schedlat_p99_of(&hist);
	assert_true(wide.lo_ns < wide.hi_ns);
	assert_int_equal(gng_schedlat_trend_of(&low, &wide), 0);
}

/* ---- blame ---- */

static struct gng_schedlat_wait blame(const struct gng_schedlat_switch *switches, size_t num)
{
	struct gng_schedlat_wait wait = {.from_ns = 1000, .until_ns = 9000, .cpu = 1, .thread = 5};

	assert_int_equal(gng_schedlat_blame(&wait, switches, num, NULL), GNG_OK);
	assert_true(wait.held_ns <= wait.until_ns - wait.from_ns);
	return wait;
}

static void the_culprit_ran_longest_within_the_wait(void **state)
{
	/* 6 until 500, 7 until 2000, 8 until 5000, 7 until 6500, 9 until 9000: 7 held 1000 + 1500
	 */
	static const struct gng_schedlat_switch switches[] = {
		{.at_ns = 500, .previous = 6, .comm = "six"},
		{.at_ns = 2000, .previous = 7, .comm = "seven"},
		{.at_ns = 5000, .previous = 8, .comm = "eight"},
		{.at_ns = 6500, .previous = 7, .comm = "seven"},
		{.at_ns = 9000, .previous = 9, .comm = "nine"},
	};
	struct gng_schedlat_wait wait = blame(switches, COUNT_OF(switches));

	(void)state;
	assert_int_equal(wait.culprit, 8);
	assert_int_equal(wait.held_ns, 3000);
	assert_string_equal(wait.culprit_comm, "eight");
	wait = blame(&switches[4], 1); /* nothing else is on record: it ran all the time */
	assert_int_equal(wait.culprit, 9);
	assert_int_equal(wait.held_ns, 8000);
}

/* Who has the CPU yet is on no record: it had it since the last one, and may have had it before. */
static void who_has_the_cpu_yet_may_be_the_culprit(void **state)
{
	static const struct gng_schedlat_switch switches[] = {
		{.at_ns = 1000, .previous = 6, .comm = "six"},
		{.at_ns = 4000, .previous = 7, .comm = "seven"},
		{.at_ns = 6900, .previous = 8, .comm = "eight"},
	};
	struct gng_schedlat_wait wait = {.from_ns = 1000, .until_ns = 9000};
	const struct gng_schedlat_switch eight = {.previous = 8, .comm = "eight"};
	const struct gng_schedlat_switch nine = {.previous = 9, .comm = "nine"};

	(void)state;
	assert_int_equal(gng_schedlat_blame(&wait, switches, 3, &eight), GNG_OK);
	assert_int_equal(wait.culprit, 8);
	assert_int_equal(wait.held_ns, 5000);
	assert_string_equal(wait.culprit_comm, "eight");
	assert_int_equal(gng_schedlat_blame(&wait, switches, 3, &nine), GNG_OK);
	assert_int_equal(wait.culprit, 7);
	assert_int_equal(wait.held_ns, 3000);
	assert_int_equal(gng_schedlat_blame(&wait, switches, 1, &nine), GNG_OK);
	assert_int_equal(wait.culprit, 9);
	assert_int_equal(wait.held_ns, 8000);
	assert_string_equal(wait.culprit_comm, "nine");
}

/* 263 and 7 share a place: that of 7, which ran longer, is not lost to 263. */
static void two_threads_of_one_place_are_told_apart(void **state)
{
	static const struct gng_schedlat_switch switches[] = {
		{.at_ns = 1000, .previous = 6, .comm = "six"},
		{.at_ns = 4000, .previous = 7, .comm = "seven"},
		{.at_ns = 6000, .previous = 263, .comm = "other"},
		{.at_ns = 6500, .previous = 9, .comm = "nine"},
		{.at_ns = 9000, .previous = 7, .comm = "seven"},
	};
	const struct gng_schedlat_wait wait = blame(switches, COUNT_OF(switches));

	(void)state;
	assert_int_equal(wait.culprit, 7);
	assert_int_equal(wait.held_ns, 5500);
}

static void an_idle_cpu_has_no_culprit(void **state)
{
	static const struct gng_schedlat_switch idle[] = {
		{.at_ns = 9000, .previous = 0, .comm = "swapper"}};
	const struct gng_schedlat_wait wait = blame(idle, 1);

	(void)state;
	assert_int_equal(wait.culprit, 0);
	assert_string_equal(wait.culprit_comm, "");
	assert_int_equal(blame(NULL, 0).culprit, 0);
}

/* Of 3000 switches within the wait 2048 are there, and of the oldest of those it is not known when
 * its run began: nobody is blamed for what nobody saw. */
static void what_was_overwritten_is_nobodys(void **state)
{
	static struct gng_schedlat_switch switches[3000];
	struct gng_schedlat_wait wait;

	(void)state;
	for (uint32_t i = 0; i < COUNT_OF(switches); i++)
		switches[i] =
			(struct gng_schedlat_switch){.at_ns = 2001 + 2 * i, .previous = i + 1};
	wait = blame(switches, COUNT_OF(switches));
	assert_int_equal(wait.held_ns, 2);
	assert_true(wait.culprit > COUNT_OF(switches) - 2047);
	switches[0].previous = 3000; /* its run of 1001 ns ended long ago */
	wait = blame(switches, COUNT_OF(switches));
	assert_int_equal(wait.held_ns, 2);
}

const struct suite_test suite_tests[] = {
	TEST(buckets_have_no_gap_and_six_percent, "T4.schedlat.latency"),
	TEST(quantiles_are_those_of_the_ranks, "T4.schedlat.latency"),
	TEST(a_p99_wants_381_samples, "T4.schedlat.trend"),
	TEST(a_trend_is_told_only_between_windows_with_enough_samples, "T4.schedlat.trend"),
	TEST(the_culprit_ran_longest_within_the_wait, "T4.schedlat.recorder"),
	TEST(who_has_the_cpu_yet_may_be_the_culprit, "T4.schedlat.recorder"),
	TEST(two_threads_of_one_place_are_told_apart, "T4.schedlat.recorder"),
	TEST(an_idle_cpu_has_no_culprit, "T4.schedlat.recorder"),
	TEST(what_was_overwritten_is_nobodys, "T4.schedlat.recorder"),
	{0},
};
