/* SPDX-License-Identifier: Apache-2.0 */
/* calibrate.c - reads the TSC and CLOCK_MONOTONIC_RAW together, twice. */
#include "clock_pair.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S UINT64_C(1000000000)
#define MIN_DURATION_NS UINT64_C(1000000)
#define MAX_DURATION_NS (60 * NS_PER_S)

/*
 * Thirty-two readings an end take about 2 us and dodge interrupts. Against a 10 s regression,
 * 50 ms then has a median error of 0.008 ppm; one reading an end has 0.29 ppm, and the median
 * of 100,000 intervals of one clock read has 3,345 ppm, as it measures rounding.
 */
#define NUM_TRIES 32

static bool raw_ns(uint64_t *ns)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC_RAW, &now) != 0)
		return false;
	*ns = (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
	return true;
}

/* narrowest takes the reading whose ends are closest of NUM_TRIES. */
static bool narrowest(struct clock_pair *best)
{
	for (int i = 0; i < NUM_TRIES; i++) {
		struct clock_pair pair;

		pair.first = gng_clock_start();
		if (!raw_ns(&pair.raw_ns))
			return false;
		pair.last = gng_clock_stop();
		if (i == 0 || pair.last - pair.first < best->last - best->first)
			*best = pair;
	}
	return true;
}

static void sleep_until(uint64_t deadline_raw_ns)
{
	uint64_t now;

	/* nanosleep counts another clock than RAW, and a signal may end it early */
	while (raw_ns(&now) && now < deadline_raw_ns) {
		const uint64_t left = deadline_raw_ns - now;
		const struct timespec nap = {(time_t)(left / NS_PER_S), (long)(left % NS_PER_S)};

		nanosleep(&nap, NULL);
	}
}

static bool read_both_ends(struct clock_pair pairs[2], uint64_t duration_ns)
{
	if (!narrowest(&pairs[0]))
		return false;
	sleep_until(pairs[0].raw_ns + duration_ns);
	return narrowest(&pairs[1]);
}

static enum gng_status measure(struct gng_clock_rate *rate, uint64_t duration_ns,
			       struct gng_why *why)
{
	struct clock_pair pairs[2];

	if (!read_both_ends(pairs, duration_ns))
		return gng_why_set(why, GNG_ESYS, errno, "clock.calibrate",
				   "CLOCK_MONOTONIC_RAW cannot be read");
	if (!clock_rate_from_pairs(rate, pairs))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "clock.calibrate",
				   "the TSC did not advance with CLOCK_MONOTONIC_RAW: use a "
				   "machine or a hypervisor with an invariant TSC");
	rate->num_tries = NUM_TRIES;
	gng_clock_invariant(rate->clocksource);
	return GNG_OK;
}

/* pin keeps the thread on its CPU: two TSCs may differ by some 50 cycles, 0.4 ppm of 50 ms. */
static enum gng_status pin(cpu_set_t *before, struct gng_why *why)
{
	cpu_set_t here;
	const int cpu = sched_getcpu();

	if (cpu < 0 || sched_getaffinity(0, sizeof(*before), before) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "clock.calibrate",
				   "the CPUs of this thread cannot be read");
	CPU_ZERO(&here);
	CPU_SET(cpu, &here);
	/* a cpuset may have changed since: then calibrate unpinned, which is only less sharp */
	sched_setaffinity(0, sizeof(here), &here);
	return GNG_OK;
}

enum gng_status gng_clock_calibrate(struct gng_clock_rate *rate, uint64_t duration_ns,
				    struct gng_why *why)
{
	cpu_set_t before;
	enum gng_status status;

	if (duration_ns < MIN_DURATION_NS || duration_ns > MAX_DURATION_NS)
		return gng_why_set(why, GNG_EINVAL, 0, "clock.calibrate",
				   "a calibration lasts 1 ms to 60 s");
#if defined(__x86_64__) || defined(__i386__)
	if (!(gng_cpu_detect() & GNG_CPU_RDTSCP))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "clock.calibrate",
				   "this CPU lacks RDTSCP: the end of an interval cannot be "
				   "ordered");
#endif
	memset(rate, 0, sizeof(*rate));
	status = pin(&before, why);
	if (status != GNG_OK)
		return status;
	status = measure(rate, duration_ns, why);
	sched_setaffinity(0, sizeof(before), &before);
	return status;
}
