/* SPDX-License-Identifier: Apache-2.0 */
/* blame.c - which part of a frame's way took most of the time, and why. */
#include "gng_av.h"

const char *gng_av_cause_name(enum gng_av_cause cause)
{
	static const char *const names[GNG_AV_NUM_CAUSES] = {
		"kept",	   "lost",    "skipped", "failed",  "woken",	"preempted",
		"stopped", "encoder", "sender",	 "network", "receiver", "decoder",
	};

	return (unsigned int)cause < GNG_AV_NUM_CAUSES ? names[cause] : "?";
}

static uint64_t between(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

/* A stage that is slow by its own work has used the CPU for most of it. */
static enum gng_av_cause blame_encode(const struct gng_av_frame *frame)
{
	const uint64_t wall = between(frame->wake_ns, frame->encoded_ns);

	if (frame->encode_cpu_ns * 2 >= wall)
		return GNG_AV_ENCODER;
	return frame->out_switches ? GNG_AV_PREEMPTED : GNG_AV_STOPPED;
}

static enum gng_av_cause blame_largest(const struct gng_av_frame *frame)
{
	const struct {
		uint64_t took_ns;
		enum gng_av_cause cause;
	} parts[] = {
		{between(frame->tick_ns, frame->wake_ns), GNG_AV_WOKEN},
		{between(frame->wake_ns, frame->encoded_ns), blame_encode(frame)},
		{between(frame->encoded_ns, frame->sent_ns),
		 frame->out_switches ? GNG_AV_PREEMPTED : GNG_AV_SENDER},
		{between(frame->sent_ns, frame->arrived_ns), GNG_AV_NETWORK},
		{between(frame->arrived_ns, frame->complete_ns), GNG_AV_RECEIVER},
		{between(frame->complete_ns, frame->presented_ns),
		 frame->back_switches ? GNG_AV_PREEMPTED : GNG_AV_DECODER},
	};
	size_t largest = 0;

	for (size_t i = 1; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].took_ns > parts[largest].took_ns)
			largest = i;
	return parts[largest].cause;
}

enum gng_av_cause gng_av_blame(const struct gng_av_frame *frame, uint64_t budget_ns)
{
	if (frame->skipped)
		return GNG_AV_SKIPPED;
	if (frame->failed || frame->wrong)
		return GNG_AV_FAILED;
	if (frame->presented_ns == 0 || frame->damaged)
		return GNG_AV_LOST;
	if (between(frame->tick_ns, frame->presented_ns) <= budget_ns)
		return GNG_AV_KEPT;
	return blame_largest(frame);
}
