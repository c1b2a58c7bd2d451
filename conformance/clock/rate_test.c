/* SPDX-License-Identifier: Apache-2.0 */
/* rate_test.c - the arithmetic of calibration, conversion and offsets. */
#include "../suite.h"

#include <clock_pair.h>
#include <math.h>

#define PICO UINT64_C(1000000000000)

/* 2.6 GHz for 50 ms, read within 100 cycles at the first end and 60 at the second. */
static const struct clock_pair exact_pairs[2] = {
	{1000, 1100, 500},
	{1020 + UINT64_C(130000000), 1080 + UINT64_C(130000000), 500 + 50000000},
};

static void rate_is_taken_between_the_middles(void **state)
{
	struct gng_clock_rate rate;

	(void)state;
	assert_true(clock_rate_from_pairs(&rate, exact_pairs));
	assert_true(fabs(rate.hz - 2.6e9) < 1e-3);
	assert_int_equal(rate.milli_hz, UINT64_C(2600000000000));
	assert_int_equal(rate.elapsed_ns, 50000000);
	assert_int_equal(rate.width_cycles[0], 100);
	assert_int_equal(rate.width_cycles[1], 60);
}

/* Half of each width and 2 cycles of rounding in 130,000,000, and 1 ns in 50,000,000. */
static void rate_bound_adds_both_ends_and_the_granularity(void **state)
{
	struct gng_clock_rate rate;

	(void)state;
	assert_true(clock_rate_from_pairs(&rate, exact_pairs));
	assert_true(fabs(rate.error_ppm - (82 / 130.0 + 1 / 50.0)) < 1e-9);
}

/* The clock may have been read at any point between the two TSC reads. */
static void rate_bound_covers_every_place_of_the_reading(void **state)
{
	(void)state;
	for (uint64_t first = 0; first <= 200; first += 20)
		for (uint64_t last = 0; last <= 200; last += 20) {
			/* a reading at `first` cycles into the first window, `last` into the other
			 */
			const struct clock_pair pairs[2] = {
				{10000 - first, 10200 - first, 1000},
				{10000 + 26000000 - last, 10200 + 26000000 - last, 1000 + 10000000},
			};
			struct gng_clock_rate rate;

			assert_true(clock_rate_from_pairs(&rate, pairs));
			assert_true(fabs(rate.hz / 2.6e9 - 1) * 1e6 <= rate.error_ppm);
		}
}

static void rate_refuses_clocks_that_stand_still(void **state)
{
	struct clock_pair pairs[2] = {exact_pairs[0], exact_pairs[1]};
	struct gng_clock_rate rate;

	(void)state;
	pairs[1].raw_ns = pairs[0].raw_ns;
	assert_false(clock_rate_from_pairs(&rate, pairs));
	pairs[1] = exact_pairs[0];
	pairs[1].raw_ns += 1000;
	assert_false(clock_rate_from_pairs(&rate, pairs));
	pairs[1] = exact_pairs[1];
	pairs[1].raw_ns = pairs[0].raw_ns - 1;
	assert_false(clock_rate_from_pairs(&rate, pairs));
	pairs[1].raw_ns = pairs[0].raw_ns + 1; /* 130,000,000 cycles in 1 ns */
	assert_false(clock_rate_from_pairs(&rate, pairs));
}

static uint64_t random_bits(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* The oracle multiplies back: q is x * mul / div rounded down if and only if
 * q * div <= x * mul < (q + 1) * div. */
static void check_scaled(uint64_t q, uint64_t x, uint64_t mul, uint64_t div)
{
	const unsigned __int128 product = (unsigned __int128)x * mul;

	if (q == UINT64_MAX) {
		assert_true(product >= (unsigned __int128)UINT64_MAX * div);
		return;
	}
	assert_true((unsigned __int128)q * div <= product);
	assert_true(product < ((unsigned __int128)q + 1) * div);
}

static void check_conversions(uint64_t milli_hz, uint64_t x)
{
	const struct gng_clock_rate rate = {.milli_hz = milli_hz};

	check_scaled(gng_clock_cycles_to_ns(&rate, x), x, PICO, milli_hz);
	check_scaled(gng_clock_ns_to_cycles(&rate, x), x, milli_hz, PICO);
}

static void conversion_is_exact_for_random_values(void **state)
{
	uint64_t seed = 0x9e3779b97f4a7c15;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const uint64_t x = random_bits(&seed) >> (random_bits(&seed) % 64);

		check_conversions(1 + random_bits(&seed) % UINT64_C(10000000000000), x);
	}
}

static void conversion_is_exact_at_the_extremes(void **state)
{
	static const uint64_t rates[] = {1,	   999999999999,  PICO,
					 PICO + 1, 2599998140003, UINT64_C(17179869184000)};
	static const uint64_t values[] = {
		0, 1, 2, UINT32_MAX, UINT64_C(1) << 53, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rates); i++)
		for (size_t j = 0; j < COUNT_OF(values); j++)
			check_conversions(rates[i], values[j]);
}

/* 2^64 cycles at 2.6 GHz are 225 years: cycles * 1e9 overflows 64 bits after 7 seconds. */
static void conversion_knows_225_years(void **state)
{
	const struct gng_clock_rate rate = {.milli_hz = UINT64_C(2600000000000)};

	(void)state;
	assert_int_equal(gng_clock_cycles_to_ns(&rate, UINT64_MAX), UINT64_C(7094901566811366005));
	assert_int_equal(gng_clock_cycles_to_ns(&rate, UINT64_C(26000000000)), 10000000000);
	assert_int_equal(gng_clock_ns_to_cycles(&rate, 10000000000), UINT64_C(26000000000));
	assert_int_equal(gng_clock_ns_to_cycles(&rate, UINT64_MAX), UINT64_MAX);
}

static void offset_is_taken_from_the_middle_of_the_round(void **state)
{
	static const struct {
		uint64_t sent, replied, received;
		int64_t cycles;
		uint64_t bound;
		bool in_sync;
	} rows[] = {
		{1000, 1350, 1700, 0, 351, true},
		{1000, 1400, 1700, 50, 351, true},
		{1000, 1000, 1700, -350, 351, true},
		{1000, 1702, 1700, 352, 351, false},
		{1000, 998, 1700, -352, 351, false},
		{1000, UINT64_C(1) << 40, 1700, (INT64_C(1) << 40) - 1350, 351, false},
		{UINT64_C(1) << 40, 1000, (UINT64_C(1) << 40) + 100, 950 - (INT64_C(1) << 40), 51,
		 false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_clock_offset offset = {0};

		clock_offset_from_round(&offset, rows[i].sent, rows[i].replied, rows[i].received);
		assert_true(offset.cycles == rows[i].cycles);
		assert_int_equal(offset.bound_cycles, rows[i].bound);
		assert_int_equal(offset.in_sync, rows[i].in_sync);
	}
}

const struct suite_test suite_tests[] = {
	TEST(rate_is_taken_between_the_middles, "D5.clock.calibration"),
	TEST(rate_bound_adds_both_ends_and_the_granularity, "D5.clock.bound"),
	TEST(rate_bound_covers_every_place_of_the_reading, "D5.clock.bound"),
	TEST(rate_refuses_clocks_that_stand_still, "D5.clock.calibration"),
	TEST(conversion_is_exact_for_random_values, "D5.clock.conversion"),
	TEST(conversion_is_exact_at_the_extremes, "D5.clock.conversion"),
	TEST(conversion_knows_225_years, "D5.clock.conversion"),
	TEST(offset_is_taken_from_the_middle_of_the_round, "D5.clock.offset"),
	{0},
};
