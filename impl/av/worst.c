/* SPDX-License-Identifier: Apache-2.0 */
/* worst.c - the frames that took longest. */
#include "av_worst.h"

#include <string.h>

/* A frame that was given up was under way until then, however long it counts. */
static uint64_t end_of(const struct gng_av_worst *worst)
{
	return worst->frame.skipped && worst->frame.wake_ns
		       ? worst->frame.wake_ns
		       : worst->frame.tick_ns + worst->latency_ns;
}

/* meet tells a frame of a delay that overlaps it; the longest of a kind stays. */
static void meet(struct gng_av_worst *worst, enum av_delay_kind kind, const struct av_delay *delay)
{
	const uint64_t begin = worst->frame.tick_ns, end = end_of(worst);
	uint64_t *longest = kind == AV_STROKE ? &worst->stroke_ns : &worst->waited_ns;

	if (delay->begin_ns >= end || delay->begin_ns + delay->long_ns <= begin ||
	    delay->long_ns <= *longest)
		return;
	*longest = delay->long_ns;
	if (kind == AV_WAIT)
		memcpy(worst->culprit, delay->who, sizeof(worst->culprit));
}

static void meet_all(struct gng_av_worst *worst, const struct av_worst *list)
{
	for (int kind = 0; kind < AV_NUM_DELAY_KINDS; kind++)
		for (uint32_t i = 0; i < list->num[kind] && i < AV_NUM_DELAYS; i++)
			meet(worst, (enum av_delay_kind)kind, &list->last[kind][i]);
}

void av_worst_frame(struct av_worst *list, const struct gng_av_frame *frame, uint64_t latency_ns,
		    enum gng_av_cause cause)
{
	struct gng_av_result *result = list->result;
	struct gng_av_worst worst = {.frame = *frame, .latency_ns = latency_ns, .cause = cause};
	size_t at = result->num_worst;

	while (at > 0 && result->worst[at - 1].latency_ns < latency_ns)
		at--;
	if (at == GNG_AV_NUM_WORST)
		return;
	if (result->num_worst < GNG_AV_NUM_WORST)
		result->num_worst++;
	meet_all(&worst, list);
	memmove(&result->worst[at + 1], &result->worst[at],
		(result->num_worst - at - 1) * sizeof(worst));
	result->worst[at] = worst;
}

void av_worst_delay(struct av_worst *list, enum av_delay_kind kind, const struct av_delay *delay)
{
	struct gng_av_result *result = list->result;

	list->last[kind][list->num[kind]++ % AV_NUM_DELAYS] = *delay;
	for (size_t i = 0; i < result->num_worst; i++)
		meet(&result->worst[i], kind, delay);
}
