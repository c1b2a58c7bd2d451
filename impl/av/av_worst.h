/* SPDX-License-Identifier: Apache-2.0 */
/* av_worst.h - the frames of a run that took longest, and what delayed threads while they were
 * under way. */
#ifndef AV_WORST_H
#define AV_WORST_H

#include "gng_av.h"

#define AV_STROKE_NS UINT64_C(1000000) /* a wake so late is a stroke of the machine */
#define AV_NUM_DELAYS 64u /* of the last ones of a kind, for frames that are told later */

/* av_delay_kind: the control of sound woke late, or a thread of video waited for a CPU. */
enum av_delay_kind { AV_STROKE, AV_WAIT, AV_NUM_DELAY_KINDS };

/* av_delay is one of either; who had the CPU is known of waits only. */
struct av_delay {
	uint64_t begin_ns, long_ns;
	char who[16];
};

/* av_worst is the list of a result, and the last delays. */
struct av_worst {
	struct gng_av_result *result;
	uint32_t num[AV_NUM_DELAY_KINDS];
	struct av_delay last[AV_NUM_DELAY_KINDS][AV_NUM_DELAYS];
};

/* av_worst_frame puts a frame in its place among the longest, if it is one of them. */
void av_worst_frame(struct av_worst *list, const struct gng_av_frame *frame, uint64_t latency_ns,
		    enum gng_av_cause cause);

/* av_worst_delay tells a delay to the frames that it overlaps, now and later. */
void av_worst_delay(struct av_worst *list, enum av_delay_kind kind, const struct av_delay *delay);

#endif /* AV_WORST_H */
