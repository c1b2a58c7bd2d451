/* SPDX-License-Identifier: Apache-2.0 */
/* worst_tell.c - the frames that took longest, for people and for programs. */
#include "av_report.h"

/* between is 0 where one of both moments never came. */
static uint64_t between(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns && to_ns > from_ns ? to_ns - from_ns : 0;
}

static double ms(uint64_t ns)
{
	return (double)ns / 1e6;
}

void av_worst_say(char *text, size_t cap, const struct gng_av_worst *worst)
{
	const struct gng_av_frame *frame = &worst->frame;
	char stroke[64] = "", waited[64] = "";

	if (worst->stroke_ns)
		snprintf(stroke, sizeof(stroke), "; a thread that does nothing woke %.1f ms late",
			 ms(worst->stroke_ns));
	if (worst->waited_ns)
		snprintf(waited, sizeof(waited), "; waited %.1f ms for a CPU%s%s",
			 ms(worst->waited_ns), *worst->culprit ? " that was had by " : "",
			 worst->culprit);
	snprintf(text, cap,
		 "frame %u: %.1f ms, %s: wake %.1f, encode %.1f (CPU %.1f, %u bytes, %u faults), "
		 "decode %.1f; %u + %u switches%s%s",
		 frame->number, ms(worst->latency_ns), gng_av_cause_name(worst->cause),
		 ms(between(frame->tick_ns, frame->wake_ns)),
		 ms(between(frame->wake_ns, frame->encoded_ns)), ms(frame->encode_cpu_ns),
		 frame->bytes, frame->faults, ms(between(frame->complete_ns, frame->presented_ns)),
		 frame->out_switches, frame->back_switches, waited, stroke);
}

void av_worst_print(FILE *out, const struct gng_av_result *result)
{
	char text[300];

	if (result->num_worst == 0 || result->worst[0].cause == GNG_AV_KEPT)
		return;
	fputs("\n missed frames that took longest:\n", out);
	for (size_t i = 0; i < result->num_worst; i++)
		if (result->worst[i].cause != GNG_AV_KEPT) {
			av_worst_say(text, sizeof(text), &result->worst[i]);
			fprintf(out, "  %s\n", text);
		}
}

static json_t *one_json(const struct gng_av_worst *worst)
{
	const struct gng_av_frame *frame = &worst->frame;

	return json_pack("{s:I,s:I,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:s}", "frame",
			 (json_int_t)frame->number, "latency_ns", (json_int_t)worst->latency_ns,
			 "cause", gng_av_cause_name(worst->cause), "wake_ns",
			 (json_int_t)between(frame->tick_ns, frame->wake_ns), "encode_ns",
			 (json_int_t)between(frame->wake_ns, frame->encoded_ns), "encode_cpu_ns",
			 (json_int_t)frame->encode_cpu_ns, "bytes", (json_int_t)frame->bytes,
			 "faults", (json_int_t)frame->faults, "decode_ns",
			 (json_int_t)between(frame->complete_ns, frame->presented_ns), "switches",
			 (json_int_t)frame->out_switches + (json_int_t)frame->back_switches,
			 "stroke_ns", (json_int_t)worst->stroke_ns, "waited_ns",
			 (json_int_t)worst->waited_ns, "culprit", worst->culprit);
}

json_t *av_worst_json(const struct gng_av_result *result)
{
	json_t *all = json_array();

	for (size_t i = 0; i < result->num_worst; i++)
		json_array_append_new(all, one_json(&result->worst[i]));
	return all;
}

void av_waits_print(FILE *out, const struct gng_av_waits *waits)
{
	fprintf(out, "\n waits of 1 ms or more for a CPU, by %s: %llu",
		waits->told ? "the scheduler" : "late wakes", (unsigned long long)waits->num);
	if (waits->num > 0)
		fprintf(out, "; the longest %.1f ms, of %s", ms(waits->longest_ns), waits->thread);
	if (*waits->culprit)
		fprintf(out, ", while %s had it", waits->culprit);
	fputc('\n', out);
}

json_t *av_waits_json(const struct gng_av_waits *waits)
{
	return json_pack("{s:b,s:I,s:I,s:s,s:s}", "told", waits->told, "n", (json_int_t)waits->num,
			 "longest_ns", (json_int_t)waits->longest_ns, "thread", waits->thread,
			 "culprit", waits->culprit);
}
