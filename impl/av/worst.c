/* SPDX-License-Identifier: Apache-2.0 */
/* worst.c - the frames that took longest. */
#include "av_worst.h"

#include <string.h>

/* meet tells a frame of a stroke that overlaps it. */
static void meet(struct gng_av_worst *worst, uint64_t tick_ns, uint64_t late_ns)
{
	const uint64_t begin = worst->frame.tick_ns, end = begin + worst->latency_ns;

	if (tick_ns < end && tick_ns + late_ns > begin && late_ns > worst->stroke_ns)
		worst->stroke_ns = late_ns;
}

void av_worst_frame(struct av_strokes *strokes, const struct gng_av_frame *frame,
		    uint64_t latency_ns, enum gng_av_cause cause)
{
	struct gng_av_result *result = strokes->result;
	struct gng_av_worst worst = {.frame = *frame, .latency_ns = latency_ns, .cause = cause};
	size_t at = result->num_worst;

	while (at > 0 && result->worst[at - 1].latency_ns < latency_ns)
		at--;
	if (at == GNG_AV_NUM_WORST)
		return;
	if (result->num_worst < GNG_AV_NUM_WORST)
		result->num_worst++;
	for (uint32_t i = 0; i < strokes->num && i < AV_NUM_STROKES; i++)
		meet(&worst, strokes->last[i].tick_ns, strokes->last[i].late_ns);
	memmove(&result->worst[at + 1], &result->worst[at],
		(result->num_worst - at - 1) * sizeof(worst));
	result->worst[at] = worst;
}

void av_worst_stroke(struct av_strokes *strokes, uint64_t tick_ns, uint64_t late_ns)
{
	struct gng_av_result *result = strokes->result;
	const uint32_t at = strokes->num++ % AV_NUM_STROKES;

	strokes->last[at].tick_ns = tick_ns;
	strokes->last[at].late_ns = late_ns;
	for (size_t i = 0; i < result->num_worst; i++)
		meet(&result->worst[i], tick_ns, late_ns);
}
