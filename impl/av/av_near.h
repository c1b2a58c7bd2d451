/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_near.h - what happened to the machine during a run, and how many deadlines were missed near
 * it: events with their time, and outcomes of ticks, which are told apart by the events around
 * them.
 */
#ifndef AV_NEAR_H
#define AV_NEAR_H

#include "gng_av.h"

#define AV_NEAR_NS UINT64_C(100000000) /* so close, before or behind */
#define AV_NEAR_EVENTS 256u	       /* kept of each kind, 10 ms apart at least */
#define AV_NEAR_WAITING 4096u	       /* outcomes that wait for what happens behind them */

/* av_outcomes is a ring of what became of ticks. */
struct av_outcomes {
	uint32_t first, num;
	struct {
		uint64_t tick_ns;
		bool missed;
	} waiting[AV_NEAR_WAITING];
};

/* av_near belongs to one thread; sides are the frames and the periods of sound. */
struct av_near {
	struct gng_av_near *counts; /* GNG_AV_NUM_NEAR, the caller's */
	uint32_t num_events[GNG_AV_QUIET];
	uint64_t events[GNG_AV_QUIET][AV_NEAR_EVENTS];
	struct av_outcomes sides[2];
};

/* av_near_event notes that something happened at at_ns; events of a kind come in their order. */
void av_near_event(struct av_near *near, enum gng_av_near_kind kind, uint64_t at_ns);

/* av_near_outcome notes a tick of side 0 or 1; the oldest is settled if too many wait. */
void av_near_outcome(struct av_near *near, int side, uint64_t tick_ns, bool missed);

/* av_near_settle counts the outcomes of all ticks before before_ns: of each kind that is near, and
 * as quiet where that is none, or strokes only. */
void av_near_settle(struct av_near *near, uint64_t before_ns);

/* ---- who notices: witness.c ---- */

/* av_event is what the witness tells. */
struct av_event {
	uint64_t at_ns;
	enum gng_av_near_kind kind;
};

/* av_uevent_kind returns what a message of the kernel's device model is about
 * (NETLINK_KOBJECT_UEVENT: words that end in 0, "SUBSYSTEM=usb"); GNG_AV_QUIET for nothing that is
 * watched. */
enum gng_av_near_kind av_uevent_kind(const char *bytes, size_t len);

/* av_pressure is how long some task stood still for want of memory by the last look, if it said. */
struct av_pressure {
	bool known;
	uint64_t us;
};

/*
 * av_pressure_is_short takes the text of a file of pressure stall information
 * (Documentation/accounting/psi.rst), and says whether some task stood still for 2 ms since the
 * text before. One that does not say is no pressure, and nor is the first one behind it.
 */
bool av_pressure_is_short(struct av_pressure *pressure, const char *text);

#endif /* AV_NEAR_H */
