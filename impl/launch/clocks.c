/* SPDX-License-Identifier: Apache-2.0 */
/* clocks.c - the device's clock against the TSC: comparisons by pings, and stamps translated. */
#include "launch_ring.h"

#include <math.h>

#define NUM_PINGS 100
#define PING_NS UINT64_C(2000000000)
#define NOMINAL_ERROR 1e-4 /* of a crystal that nobody measured: 100 ppm */

/* ping is a packet of no bytes. */
static enum gng_status ping(struct gng_launch *launch, struct gng_launch_done *done,
			    struct gng_why *why)
{
	const uint64_t end = gng_clock_start() + gng_clock_ns_to_cycles(&launch->rate, PING_NS);
	enum gng_status status = gng_launch_submit(launch, launch->packets, 0, 0, why);
	bool found = false;

	while (status == GNG_OK && !found) {
		status = gng_launch_poll(launch, done, &found, why);
		if (status == GNG_OK && !found && gng_clock_start() > end)
			status = gng_why_set(why, GNG_ESYS, 0, "launch.compare",
					     "%s does not answer a ping within 2 s",
					     launch->info.device);
	}
	return status;
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		const uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* learn_tick: the clock of some devices moves in steps, of which all differences are multiples. */
static void learn_tick(struct gng_launch *launch, uint64_t ticks)
{
	if (launch->last_ticks && ticks > launch->last_ticks)
		launch->tick = common_divisor(launch->tick, ticks - launch->last_ticks);
	launch->last_ticks = ticks;
}

static double cycles_of_tick(const struct gng_launch *launch)
{
	return launch->own_clock ? launch->rate.hz / launch->ticks_hz : 1;
}

/* narrow: the stamp was taken between t1 and t4, so what the TSC was at clock->ticks lies so far
 * from them as the stamp lies from clock->ticks. */
static void narrow(struct launch_clock *clock, const struct gng_launch *launch,
		   const struct gng_launch_done *done)
{
	const int64_t ticks = (int64_t)(done->device_t3 - clock->ticks);
	const int64_t shift = (int64_t)llround((double)ticks * cycles_of_tick(launch));
	const uint64_t lo = done->t1 - (uint64_t)shift, hi = done->t4 - (uint64_t)shift;

	if (lo > clock->lo)
		clock->lo = lo;
	if (hi < clock->hi)
		clock->hi = hi;
}

static enum gng_status compare(struct launch_clock *clock, struct gng_launch *launch,
			       struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	struct gng_launch_done done;

	*clock = (struct launch_clock){0, 0, UINT64_MAX};
	for (int i = 0; i < NUM_PINGS && status == GNG_OK; i++) {
		status = ping(launch, &done, why);
		if (status != GNG_OK)
			break;
		learn_tick(launch, done.device_t3);
		if (i == 0)
			clock->ticks = done.device_t3;
		narrow(clock, launch, &done);
	}
	if (launch->own_clock) /* a stamp is rounded down by less than a step */
		clock->lo -= (uint64_t)((double)launch->tick * cycles_of_tick(launch));
	return status;
}

enum gng_status gng_launch_compare(struct gng_launch *launch, struct gng_why *why)
{
	struct launch_clock clock;
	enum gng_status status = GNG_OK, after = GNG_OK;

	if (launch->submitted != launch->polled)
		return gng_why_set(why, GNG_EINVAL, 0, "launch.compare",
				   "packets are under way: poll until there are none");
	if (launch->backend->pinging)
		status = launch->backend->pinging(launch, true, why);
	if (status == GNG_OK)
		status = compare(&clock, launch, why);
	if (status == GNG_OK && launch->backend->pinging)
		after = launch->backend->pinging(launch, false, why);
	if (status != GNG_OK || after != GNG_OK)
		return status != GNG_OK ? status : after;
	launch->clocks[0] = launch->clocks[1];
	launch->clocks[1] = clock;
	launch->num_clocks += launch->num_clocks < 2;
	return GNG_OK;
}

/* ---- stamps ---- */

static double half_of(const struct launch_clock *clock)
{
	return (double)(clock->hi - clock->lo) / 2;
}

static uint64_t middle_of(const struct launch_clock *clock)
{
	return clock->lo + (clock->hi - clock->lo) / 2;
}

/* own_t3 reads a device's clock by the line through the middles of both comparisons; *half is what
 * their bounds leave open at that place of the line, and one step of the clock. */
static double own_t3(double *half, const struct gng_launch *launch, uint64_t ticks)
{
	const struct launch_clock *a = &launch->clocks[0], *b = &launch->clocks[1];
	const double rate = cycles_of_tick(launch), from_b = (double)(int64_t)(ticks - b->ticks);
	double share;

	*half = half_of(b) + (double)launch->tick * rate;
	if (launch->num_clocks < 2 || a->ticks >= b->ticks) {
		*half += fabs(from_b) * rate * NOMINAL_ERROR;
		return from_b * rate;
	}
	share = 1 + from_b / (double)(b->ticks - a->ticks); /* 0 at a, 1 at b */
	*half = half_of(a) * fabs(1 - share) + half_of(b) * fabs(share) +
		(double)launch->tick * rate;
	return (share - 1) * (double)(middle_of(b) - middle_of(a));
}

/* tsc_t3: both clocks are TSCs of one machine, which the kernel found in step. The comparison can
 * contradict that; it cannot improve on it. */
static double tsc_t3(double *half, bool *sound, const struct gng_launch *launch, uint64_t ticks)
{
	const struct launch_clock *b = &launch->clocks[1];

	*half = fmax((double)(int64_t)(b->hi - b->ticks), (double)(int64_t)(b->ticks - b->lo));
	*sound = *sound && b->lo <= b->ticks && b->ticks <= b->hi;
	return (double)(int64_t)(ticks - middle_of(b));
}

void gng_launch_t3(struct gng_launch_interval *t3, const struct gng_launch *launch,
		   const struct gng_launch_done *done)
{
	const struct launch_clock *b = &launch->clocks[1];
	double half, likely, lo, hi;
	const double earliest = (double)(int64_t)(done->t1 - middle_of(b));
	const double latest = (double)(int64_t)(done->t4 - middle_of(b));
	bool sound = b->lo <= b->hi;

	likely = launch->own_clock ? own_t3(&half, launch, done->device_t3)
				   : tsc_t3(&half, &sound, launch, done->device_t3);
	lo = fmax(likely - half, earliest);
	hi = fmin(likely + half, latest);
	if (!sound || lo > hi) {
		*t3 = (struct gng_launch_interval){.lo = done->t1, .hi = done->t4};
		t3->likely = done->t1 + (done->t4 - done->t1) / 2;
		return;
	}
	likely = fmin(fmax(likely, lo), hi);
	t3->lo = middle_of(b) + (uint64_t)(int64_t)floor(lo);
	t3->likely = middle_of(b) + (uint64_t)(int64_t)llround(likely);
	t3->hi = middle_of(b) + (uint64_t)(int64_t)ceil(hi);
	t3->sound = true;
}
