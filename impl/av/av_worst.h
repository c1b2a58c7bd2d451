/* SPDX-License-Identifier: Apache-2.0 */
/* av_worst.h - the frames of a run that took longest, and how late the control of sound woke while
 * they were under way. */
#ifndef AV_WORST_H
#define AV_WORST_H

#include "gng_av.h"

#define AV_STROKE_NS UINT64_C(1000000) /* a wake so late is a stroke of the machine */
#define AV_NUM_STROKES 64u	       /* of the last ones, for frames that are told later */

/* av_strokes are the last strokes, and the list that they are told to. */
struct av_strokes {
	struct gng_av_result *result;
	uint32_t num;
	struct {
		uint64_t tick_ns, late_ns;
	} last[AV_NUM_STROKES];
};

/* av_worst_frame puts a frame in its place among the longest, if it is one of them. */
void av_worst_frame(struct av_strokes *strokes, const struct gng_av_frame *frame,
		    uint64_t latency_ns, enum gng_av_cause cause);

/* av_worst_stroke notes that the wake due at tick_ns was late by late_ns. */
void av_worst_stroke(struct av_strokes *strokes, uint64_t tick_ns, uint64_t late_ns);

#endif /* AV_WORST_H */
