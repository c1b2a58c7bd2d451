/* SPDX-License-Identifier: Apache-2.0 */
/* probe_clock.c - the article's ways to use the time-stamp counter, executed literally. */
#include "claims_probe.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_clock.h>

#define REFERENCE_NS 100000000 /* of the calibration that others are compared with */
#define NUM_METHOD_RUNS 5
#define BLOCK 500 /* intervals that nothing disturbs now and then */

static uint64_t bare_rdtsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uint64_t)hi << 32 | lo;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * median_of_intervals is the method: num short intervals by clock and counter, their median. Each
 * has some reads more in it. The clock counts whole nanoseconds, so rates of intervals of one
 * length are few and far apart, and the true one may be among them by luck. *length is that of an
 * interval in ns, in the quickest block of them.
 */
static double median_of_intervals(double *hz, size_t num, int more_reads, uint64_t *length)
{
	uint64_t ns = now_ns(CLOCK_MONOTONIC), cycles = bare_rdtsc(), block = ns;
	size_t used = 0;

	*length = UINT64_MAX;
	for (size_t i = 1; i <= num; i++) {
		const uint64_t next_ns = now_ns(CLOCK_MONOTONIC), next = bare_rdtsc();

		if (next_ns > ns)
			hz[used++] = (double)(next - cycles) * 1e9 / (double)(next_ns - ns);
		for (int read = 0; read < more_reads; read++)
			bare_rdtsc();
		ns = next_ns;
		cycles = next;
		if (i % BLOCK != 0)
			continue;
		*length = (ns - block) / BLOCK < *length ? (ns - block) / BLOCK : *length;
		block = ns;
	}
	qsort(hz, used, sizeof(hz[0]), by_value);
	return used ? hz[used / 2] : 0;
}

static double ends_apart(uint64_t duration_ns)
{
	const uint64_t ns = now_ns(CLOCK_MONOTONIC), cycles = bare_rdtsc();
	uint64_t next_ns, next;

	do {
		next_ns = now_ns(CLOCK_MONOTONIC);
		next = bare_rdtsc();
	} while (next_ns - ns < duration_ns);
	return (double)(next - cycles) * 1e9 / (double)(next_ns - ns);
}

/* report_errors turns rates into a figure: the error against gng_clock_calibrate in ppm, those from
 * the lo-th to the hi-th least as its bounds. */
static void report_errors(struct claims_finding *finding, double hz[NUM_METHOD_RUNS], int lo,
			  int hi, const struct gng_clock_rate *rate, const char *what)
{
	const int middle = (lo + hi) / 2;

	for (int i = 0; i < NUM_METHOD_RUNS; i++)
		hz[i] = fabs(hz[i] / rate->hz - 1) * 1e6;
	qsort(hz, NUM_METHOD_RUNS, sizeof(hz[0]), by_value);
	claims_find_figure(finding, hz[middle], hz[lo], hz[hi],
			   "%s: off by %.4g ppm (%.4g to %.4g in %d runs) from a calibration that "
			   "is within %.3g ppm",
			   what, hz[middle], hz[0], hz[NUM_METHOD_RUNS - 1], NUM_METHOD_RUNS,
			   rate->error_ppm);
}

static bool lacks_reference(struct claims_finding *finding, struct gng_clock_rate *rate)
{
	struct gng_why why;

	if (gng_clock_calibrate(rate, REFERENCE_NS, &why) == GNG_OK)
		return false;
	claims_find(finding, CLAIMS_ABSENT, "%s", why.text);
	return true;
}

/* median_method: with = the number of intervals. It must do at each length, so the worst two count:
 * one may be a disturbed run. */
static void median_method(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const size_t num = strtoul(claim->with, NULL, 10);
	struct gng_clock_rate rate;
	double hz[NUM_METHOD_RUNS], *intervals;
	uint64_t lengths[NUM_METHOD_RUNS];
	char what[80];

	if (lacks_reference(finding, &rate))
		return;
	intervals = num >= BLOCK && num <= 10000000 ? malloc(num * sizeof(*intervals)) : NULL;
	if (!intervals) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' is no number of intervals",
			    claim->with);
		return;
	}
	for (int i = 0; i < NUM_METHOD_RUNS; i++)
		hz[i] = median_of_intervals(intervals, num, 2 * i, &lengths[i]);
	free(intervals);
	snprintf(what, sizeof(what),
		 "medians of intervals, five lengths of %" PRIu64 " to %" PRIu64 " ns", lengths[0],
		 lengths[NUM_METHOD_RUNS - 1]);
	report_errors(finding, hz, NUM_METHOD_RUNS - 2, NUM_METHOD_RUNS - 1, &rate, what);
}

/* ends_method: with = milliseconds between two readings. */
static void ends_method(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const unsigned long ms = strtoul(claim->with, NULL, 10);
	struct gng_clock_rate rate;
	double hz[NUM_METHOD_RUNS];

	if (ms < 1 || ms > 1000) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' is no 1 to 1000 ms", claim->with);
		return;
	}
	if (lacks_reference(finding, &rate))
		return;
	for (int i = 0; i < NUM_METHOD_RUNS; i++)
		hz[i] = ends_apart(ms * 1000000);
	report_errors(finding, hz, 1, NUM_METHOD_RUNS - 2, &rate,
		      "two readings of CLOCK_MONOTONIC and rdtsc");
}

/* core_ratio: whether a TSC cycle is a core cycle. */
static void core_ratio(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	double samples[CLAIMS_NUM_SAMPLES];

	(void)claim;
	for (int i = 0; i < CLAIMS_NUM_SAMPLES; i++)
		samples[i] = gng_clock_core_ratio();
	if (samples[0] <= 0) {
		claims_find(finding, CLAIMS_ABSENT, "this machine has no time-stamp counter");
		return;
	}
	claims_figure_of(finding, samples, "TSC cycles in one core cycle, by dependent imul");
}

/* work is a chain of multiplications that a later instruction need not wait for. */
static inline void work(void)
{
	uint32_t x = 3;

	__asm__ volatile(".rept 200\n\timul %[x], %[x]\n\t.endr" : [x] "+r"(x) : : "cc");
}

static uint64_t time_bare(void)
{
	const uint64_t first = bare_rdtsc();

	work();
	return bare_rdtsc() - first;
}

static uint64_t time_fenced(void)
{
	const uint64_t first = gng_clock_start();

	work();
	return gng_clock_stop() - first;
}

static uint64_t best_of(uint64_t (*timed)(void))
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 2000; i++) {
		const uint64_t cycles = timed();

		if (cycles < best)
			best = cycles;
	}
	return best;
}

/* ordered: with = "rdtsc" or "fenced"; whether a pair of such reads sees all that lies between. */
static void ordered(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const double whole = 200 * 3 * gng_clock_core_ratio();
	const bool bare = strcmp(claim->with, "rdtsc") == 0;
	const double seen = (double)best_of(bare ? time_bare : time_fenced);

	if (whole <= 0) {
		claims_find(finding, CLAIMS_ABSENT, "this machine has no time-stamp counter");
		return;
	}
	claims_find_truth(finding, seen >= 0.9 * whole,
			  "200 dependent imul take %.0f TSC cycles; a pair of %s saw %.0f", whole,
			  bare ? "bare rdtsc" : "fenced reads", seen);
}

const struct claims_probe claims_probes_clock[] = {
	{"clock_median_method", true, median_method},
	{"clock_ends_method", true, ends_method},
	{"clock_core_ratio", true, core_ratio},
	{"clock_ordered", false, ordered},
	{0},
};
