/* SPDX-License-Identifier: Apache-2.0 */
/* soak_tell.c - what happened to the machine during a soak, for people and for programs. */
#include "av_soak_near.h"

#include <time.h>

#include "av_pace.h"
#include "av_report.h"

/* stamp writes the time of a line in UTC, "2026-11-27T20:14:54Z". */
static const char *stamp(char text[32], uint64_t at_ns)
{
	const time_t seconds = (time_t)(at_ns / AV_SECOND);
	struct tm parts;

	if (!gmtime_r(&seconds, &parts) || strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		snprintf(text, 32, "%llu s", (unsigned long long)(at_ns / AV_SECOND));
	return text;
}

static void print_bad(FILE *out, const struct av_soak_bad *bad)
{
	char text[32];

	fprintf(out, "  until %s: video %llu, audio %llu missed", stamp(text, bad->at_ns),
		(unsigned long long)bad->missed[0], (unsigned long long)bad->missed[1]);
	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		if (bad->causes[cause])
			fprintf(out, "; %s %llu", gng_av_cause_name((enum gng_av_cause)cause),
				(unsigned long long)bad->causes[cause]);
	for (int kind = 0; kind < GNG_AV_QUIET; kind++)
		if (bad->events[kind])
			fprintf(out, "; event %s %llu",
				gng_av_near_name((enum gng_av_near_kind)kind),
				(unsigned long long)bad->events[kind]);
	fputc('\n', out);
}

void av_soak_print_near(FILE *out, const struct av_soak *soak)
{
	av_near_print(out, soak->near, (const uint64_t[2]){soak->video.num, soak->audio.num},
		      (const uint64_t[2]){soak->video.misses, soak->audio.misses});
	if (soak->minutes_unwatched)
		fprintf(out, " %llu lines are of a version that watched for no events\n",
			(unsigned long long)soak->minutes_unwatched);
	if (soak->num_worst)
		fprintf(out, " lines with most misses, %zu of %llu:\n", soak->num_worst,
			(unsigned long long)soak->minutes_missed);
	for (size_t i = 0; i < soak->num_worst; i++)
		print_bad(out, &soak->worst[i]);
}

static json_t *bad_json(const struct av_soak_bad *bad)
{
	json_t *causes = json_object(), *events = json_object();
	char text[32];

	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++)
		if (bad->causes[cause])
			json_object_set_new(causes, gng_av_cause_name((enum gng_av_cause)cause),
					    json_integer((json_int_t)bad->causes[cause]));
	for (int kind = 0; kind < GNG_AV_QUIET; kind++)
		if (bad->events[kind])
			json_object_set_new(events, gng_av_near_name((enum gng_av_near_kind)kind),
					    json_integer((json_int_t)bad->events[kind]));
	return json_pack("{s:s,s:I,s:I,s:o,s:o}", "until", stamp(text, bad->at_ns), "video_misses",
			 (json_int_t)bad->missed[0], "audio_misses", (json_int_t)bad->missed[1],
			 "causes", causes, "events", events);
}

json_t *av_soak_worst_json(const struct av_soak *soak)
{
	json_t *all = json_array();

	for (size_t i = 0; i < soak->num_worst; i++)
		json_array_append_new(all, bad_json(&soak->worst[i]));
	return all;
}
