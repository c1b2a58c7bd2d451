/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency.c - percentiles of single calls. Contestants take turns in bursts, so that a neighbour
 * holds up all alike; a burst, not a call, because the first call after another's finds cold
 * branches and tables, and callers come in runs too.
 */
#include "gng_bench.h"

#include <stdlib.h>

#define BURST 50
#define LEAST_CALLS 1000

static void burst(double *ns, const struct gng_bench_match *match, size_t who, uint64_t cost,
		  size_t num)
{
	const struct gng_bench_contestant *contestant = &match->contestants[who];

	for (size_t i = 0; i < num; i++) {
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		contestant->work(contestant->state);
		cycles = gng_clock_stop() - first;
		cycles = cycles > cost ? cycles - cost : 0;
		ns[i] = (double)cycles / match->rate->hz * 1e9;
	}
}

/* rank is the sample that share of all do not exceed; ns is sorted. */
static double rank(const double *ns, size_t num, size_t per_mille)
{
	return ns[(num * per_mille + 999) / 1000 - 1];
}

enum gng_status gng_bench_latencies(struct gng_bench_latency *latencies,
				    const struct gng_bench_match *match, size_t num_calls,
				    struct gng_why *why)
{
	const size_t num_bursts = (num_calls + BURST - 1) / BURST, num = num_bursts * BURST;
	const uint64_t cost = gng_clock_read_cost();
	enum gng_status status = gng_bench_check(match, why);
	double *ns;

	if (status != GNG_OK)
		return status;
	if (num_calls < LEAST_CALLS)
		return gng_why_set(why, GNG_EINVAL, 0, "bench.latency",
				   "a thousandth needs 1,000 calls");
	ns = calloc(num * match->num_contestants, sizeof(*ns));
	if (!ns)
		return gng_why_set(why, GNG_ENOMEM, 0, "bench.latency", "no memory");
	for (size_t i = 0; i < num_bursts; i++)
		for (size_t who = 0; who < match->num_contestants; who++)
			if (!match->contestants[who].time_ns)
				burst(&ns[who * num + i * BURST], match, who, cost, BURST);
	for (size_t who = 0; who < match->num_contestants; who++) {
		double *own = &ns[who * num];

		gng_bench_median(own, num); /* sorts */
		latencies[who] = (struct gng_bench_latency){
			rank(own, num, 500), rank(own, num, 990), rank(own, num, 999)};
	}
	free(ns);
	return GNG_OK;
}
