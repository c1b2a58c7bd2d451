/* SPDX-License-Identifier: Apache-2.0 */
/* probe_samples.c - core cycles of a piece of work, and a figure from several of them. */
#include "claims_probe.h"

#include <stdlib.h>

#include <gng_clock.h>

#define NUM_TRIES 12 /* the best of them is the one that nothing disturbed */

double claims_core_cycles(claims_work work, void *context)
{
	const double ratio = gng_clock_core_ratio();
	const uint64_t cost = gng_clock_read_cost();
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < NUM_TRIES; i++) {
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		work(context);
		cycles = gng_clock_stop() - first;
		if (cycles < best)
			best = cycles;
	}
	if (ratio <= 0)
		return 0;
	return (double)(best > cost ? best - cost : 0) / ratio;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void claims_figure_of(struct claims_finding *finding, double samples[CLAIMS_NUM_SAMPLES],
		      const char *what)
{
	double value, lo, hi;

	qsort(samples, CLAIMS_NUM_SAMPLES, sizeof(samples[0]), by_value);
	value = samples[CLAIMS_NUM_SAMPLES / 2];
	lo = samples[CLAIMS_NUM_SAMPLES / 4];
	hi = samples[CLAIMS_NUM_SAMPLES - 1 - CLAIMS_NUM_SAMPLES / 4];
	claims_find_figure(finding, value, lo, hi, "%s: %.4g (%.4g to %.4g)", what, value, lo, hi);
}
