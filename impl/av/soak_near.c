/* SPDX-License-Identifier: Apache-2.0 */
/* soak_near.c - events of a soak summed up over its lines, and the lines with most misses. */
#include "av_soak_near.h"

#include <string.h>

bool av_soak_count(uint64_t *count, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	*count = json_is_integer(value) ? (uint64_t)json_integer_value(value) : 0;
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* ---- events ---- */

/* take_kind reads the counts of one kind, and says whether they can be so. */
static bool take_kind(struct gng_av_near *near, const struct gng_av_near *last, json_t *object,
		      const uint64_t num[2], const uint64_t misses[2])
{
	bool good = av_soak_count(&near->events, object, "events") &&
		    av_soak_count(&near->num[0], object, "video_n") &&
		    av_soak_count(&near->missed[0], object, "video_misses") &&
		    av_soak_count(&near->num[1], object, "audio_n") &&
		    av_soak_count(&near->missed[1], object, "audio_misses") &&
		    near->events >= last->events;

	for (int side = 0; side < 2; side++)
		good = good && near->num[side] <= num[side] && near->missed[side] <= misses[side] &&
		       near->missed[side] <= near->num[side] &&
		       near->num[side] >= last->num[side] &&
		       near->missed[side] >= last->missed[side];
	return good;
}

static void add_kind(struct gng_av_near *sum, const struct gng_av_near *now,
		     const struct gng_av_near *last)
{
	sum->events += now->events - last->events;
	for (int side = 0; side < 2; side++) {
		sum->num[side] += now->num[side] - last->num[side];
		sum->missed[side] += now->missed[side] - last->missed[side];
	}
}

bool av_soak_take_near(struct gng_av_near sum[GNG_AV_NUM_NEAR],
		       struct gng_av_near last[GNG_AV_NUM_NEAR], json_t *object,
		       const uint64_t num[2], const uint64_t misses[2])
{
	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++) {
		json_t *one =
			json_object_get(object, gng_av_near_name((enum gng_av_near_kind)kind));
		struct gng_av_near now;

		if (!one && kind == GNG_AV_STROKE) /* files of older versions have none */
			continue;
		if (!take_kind(&now, &last[kind], one, num, misses))
			return false;
		add_kind(&sum[kind], &now, &last[kind]);
		last[kind] = now;
	}
	return true;
}

/* ---- the worst lines ---- */

static uint64_t misses_of(const struct av_soak_bad *bad)
{
	return bad->missed[0] + bad->missed[1];
}

/* keep puts a line in its place among the worst, behind those that are as bad. */
static void keep(struct av_soak *soak, const struct av_soak_bad *bad)
{
	size_t at = soak->num_worst;

	while (at > 0 && misses_of(&soak->worst[at - 1]) < misses_of(bad))
		at--;
	if (at == AV_SOAK_WORST)
		return;
	if (soak->num_worst < AV_SOAK_WORST)
		soak->num_worst++;
	memmove(&soak->worst[at + 1], &soak->worst[at],
		(soak->num_worst - at - 1) * sizeof(soak->worst[0]));
	soak->worst[at] = *bad;
}

void av_soak_note_bad(struct av_soak *soak, const struct av_soak *before, uint64_t at_ns)
{
	struct av_soak_bad bad = {
		.at_ns = at_ns,
		.missed = {soak->video.misses - before->video.misses,
			   soak->audio.misses - before->audio.misses},
	};

	if (misses_of(&bad) == 0)
		return;
	soak->minutes_missed++;
	for (int cause = 0; cause < GNG_AV_NUM_CAUSES; cause++)
		bad.causes[cause] = soak->video.causes[cause] - before->video.causes[cause] +
				    soak->audio.causes[cause] - before->audio.causes[cause];
	for (int kind = 0; kind < GNG_AV_QUIET; kind++)
		bad.events[kind] = soak->near[kind].events - before->near[kind].events;
	keep(soak, &bad);
}

void av_soak_add_near(struct av_soak *into, const struct av_soak *from)
{
	static const struct gng_av_near none;

	for (int kind = 0; kind < GNG_AV_NUM_NEAR; kind++)
		add_kind(&into->near[kind], &from->near[kind], &none);
	into->minutes_unwatched += from->minutes_unwatched;
	for (size_t i = 0; i < from->num_worst; i++)
		keep(into, &from->worst[i]);
}
