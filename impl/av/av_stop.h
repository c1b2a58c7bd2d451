/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_stop.h - the protective stop: at the n-th missed deadline it trips, once, and stays tripped.
 * Tripping is one atomic store, so that a real-time thread may do it; log and hook follow from a
 * thread that has time.
 */
#ifndef AV_STOP_H
#define AV_STOP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <gng_base.h>

struct av_stop {
	uint32_t limit; /* misses that trip it; 0: never */
	_Atomic uint32_t misses;
	_Atomic bool tripped; /* the safe state: read by the senders */
	_Atomic uint64_t trips;
	uint64_t frame, deadline_ns, tripped_ns; /* of the miss that tripped it */
	bool acted;
};

void av_stop_init(struct av_stop *stop, uint32_t limit);

/* av_stop_miss counts a missed deadline, seen at now_ns, and returns whether it tripped the stop.
 * One thread calls it. */
bool av_stop_miss(struct av_stop *stop, uint64_t frame, uint64_t deadline_ns, uint64_t now_ns);

/*
 * av_stop_act appends one line to the file log (may be NULL), on the disk when it returns, and
 * starts hook (may be NULL) with the frame's number as its argument and waits for its end, at most
 * 2 s. It does so once for a stop that tripped, and else does nothing. GNG_ESYS where log or hook
 * failed: the stop stays tripped.
 */
GNG_MUST enum gng_status av_stop_act(struct av_stop *stop, const char *log, const char *hook,
				     struct gng_why *why);

#endif /* AV_STOP_H */
