/* SPDX-License-Identifier: Apache-2.0 */
/* record_hw.c - what recording one sample costs, in core cycles. */
/* needs: clock */
#include "../suite.h"

#include <gng_clock.h>
#include <gng_hist.h>

#define NUM_VALUES 4096
#define NUM_ROUNDS 100

/* spread values over all magnitudes up to 100 ms, so that neither the branch predictor nor
 * one cache line makes the array look free */
static void spread(uint64_t values[NUM_VALUES])
{
	uint64_t seed = 88172645463325252;

	for (size_t i = 0; i < NUM_VALUES; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		values[i] = seed % (UINT64_C(100000000) >> seed / 64 % 24);
	}
}

static void record_core_cycles(void **state)
{
	struct gng_measure measure = {.name = "record_core_cycles", .unit = "cycles"};
	static uint64_t values[NUM_VALUES];
	struct gng_hist *hist = NULL;
	double ratio = gng_clock_core_ratio();
	uint64_t best = UINT64_MAX;

	(void)state;
	if (ratio <= 0) {
		gng_probe_skip("no core cycles can be counted here", "run on x86");
		return;
	}
	spread(values);
	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(3600000000000), 3), GNG_OK);
	for (int round = 0; round < NUM_ROUNDS; round++) {
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		for (size_t i = 0; i < NUM_VALUES; i++)
			gng_hist_record(hist, values[i]);
		cycles = gng_clock_stop() - first;
		best = cycles < best ? cycles : best;
	}
	assert_int_equal(hist->total, NUM_VALUES * NUM_ROUNDS);
	gng_hist_close(hist);
	measure.value = (double)best / NUM_VALUES / ratio;
	measure.n = NUM_ROUNDS;
	measure.lo = measure.hi = measure.value;
	gng_probe_measure(&measure);
}

const struct suite_test suite_tests[] = {
	TEST(record_core_cycles, "H3.hist.record-cost"),
	{0},
};
