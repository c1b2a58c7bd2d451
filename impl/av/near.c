/* SPDX-License-Identifier: Apache-2.0 */
/* near.c - deadlines missed near an event, beside those of quiet times. */
#include "av_near.h"

#define APART_NS (AV_NEAR_NS / 10)

const char *gng_av_near_name(enum gng_av_near_kind kind)
{
	static const char *const names[GNG_AV_NUM_NEAR] = {"clock",  "module", "usb",
							   "memory", "stroke", "quiet"};

	return (unsigned int)kind < GNG_AV_NUM_NEAR ? names[kind] : "?";
}

/* Of a storm each event is counted, and one in 10 ms kept: those between are near it anyway. */
void av_near_event(struct av_near *near, enum gng_av_near_kind kind, uint64_t at_ns)
{
	const uint32_t num = near->num_events[kind];

	near->counts[kind].events++;
	if (num > 0 && at_ns < near->events[kind][(num - 1) % AV_NEAR_EVENTS] + APART_NS)
		return;
	near->events[kind][num % AV_NEAR_EVENTS] = at_ns;
	near->num_events[kind]++;
}

static bool is_near(const struct av_near *near, int kind, uint64_t tick_ns)
{
	const uint32_t num = near->num_events[kind];

	for (uint32_t i = num > AV_NEAR_EVENTS ? num - AV_NEAR_EVENTS : 0; i < num; i++) {
		const uint64_t at = near->events[kind][i % AV_NEAR_EVENTS];

		if (tick_ns <= at + AV_NEAR_NS && at <= tick_ns + AV_NEAR_NS)
			return true;
	}
	return false;
}

static void count(struct gng_av_near *counts, int side, bool missed)
{
	counts->num[side]++;
	counts->missed[side] += missed;
}

static void settle_one(struct av_near *near, int side)
{
	struct av_outcomes *outcomes = &near->sides[side];
	const uint64_t tick = outcomes->waiting[outcomes->first].tick_ns;
	const bool missed = outcomes->waiting[outcomes->first].missed;
	bool quiet = true;

	outcomes->first = (outcomes->first + 1) % AV_NEAR_WAITING;
	outcomes->num--;
	for (int kind = 0; kind < GNG_AV_QUIET; kind++) {
		if (!is_near(near, kind, tick))
			continue;
		quiet = quiet && kind == GNG_AV_STROKE; /* some machines have them all the time */
		count(&near->counts[kind], side, missed);
	}
	if (quiet)
		count(&near->counts[GNG_AV_QUIET], side, missed);
}

void av_near_outcome(struct av_near *near, int side, uint64_t tick_ns, bool missed)
{
	struct av_outcomes *outcomes = &near->sides[side];
	uint32_t at;

	if (outcomes->num == AV_NEAR_WAITING)
		settle_one(near, side);
	at = (outcomes->first + outcomes->num) % AV_NEAR_WAITING;
	outcomes->waiting[at].tick_ns = tick_ns;
	outcomes->waiting[at].missed = missed;
	outcomes->num++;
}

void av_near_settle(struct av_near *near, uint64_t before_ns)
{
	for (int side = 0; side < 2; side++) {
		struct av_outcomes *outcomes = &near->sides[side];

		while (outcomes->num > 0 && outcomes->waiting[outcomes->first].tick_ns < before_ns)
			settle_one(near, side);
	}
}
