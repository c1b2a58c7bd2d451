/* SPDX-License-Identifier: Apache-2.0 */
/* soak_read.c - what the file of a soak says, or why it cannot be believed. */
#include "av_soak_near.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* reading is the state within one file: the counts of the segment that is being read. */
struct reading {
	struct av_soak *soak;
	const char *name;
	struct gng_why *why;
	struct {
		uint64_t num, misses, causes[GNG_AV_NUM_CAUSES];
		struct gng_hist *hist;
	} segment[2];				  /* video, audio */
	struct gng_av_near near[GNG_AV_NUM_NEAR]; /* of the segment, too */
};

static enum gng_status wrong(const struct reading *reading, const char *what)
{
	return gng_why_set(reading->why, GNG_EFORMAT, 0, "av.soak", "%s:%llu: %s", reading->name,
			   (unsigned long long)reading->soak->lines + 1, what);
}

/* ---- counts ---- */

/* get_causes reads the counts of all causes, and their sum. */
static bool get_causes(uint64_t causes[GNG_AV_NUM_CAUSES], uint64_t *sum, json_t *object)
{
	size_t known = 0;

	*sum = 0;
	for (int cause = GNG_AV_KEPT + 1; cause < GNG_AV_NUM_CAUSES; cause++) {
		const char *name = gng_av_cause_name((enum gng_av_cause)cause);

		causes[cause] = 0;
		if (!json_object_get(object, name))
			continue;
		if (!av_soak_count(&causes[cause], object, name))
			return false;
		*sum += causes[cause];
		known++;
	}
	return known == json_object_size(object);
}

/* add_growth adds what is new in this line to the sums of the file. */
static bool add_growth(struct reading *reading, int which, const uint64_t *causes, uint64_t num,
		       uint64_t misses)
{
	struct av_soak_side *side = which ? &reading->soak->audio : &reading->soak->video;

	if (num < reading->segment[which].num || misses < reading->segment[which].misses)
		return false;
	for (int cause = 0; cause < GNG_AV_NUM_CAUSES; cause++)
		if (causes[cause] < reading->segment[which].causes[cause])
			return false;
	for (int cause = 0; cause < GNG_AV_NUM_CAUSES; cause++)
		side->causes[cause] += causes[cause] - reading->segment[which].causes[cause];
	side->num += num - reading->segment[which].num;
	side->misses += misses - reading->segment[which].misses;
	reading->segment[which].num = num;
	reading->segment[which].misses = misses;
	memcpy(reading->segment[which].causes, causes, sizeof(reading->segment[which].causes));
	return true;
}

static enum gng_status read_side(struct reading *reading, int which, json_t *object)
{
	uint64_t num, misses, sum, causes[GNG_AV_NUM_CAUSES] = {0};
	const char *text = json_string_value(json_object_get(object, "hist"));
	struct gng_hist *hist = NULL;

	if (!av_soak_count(&num, object, "n") || !av_soak_count(&misses, object, "misses") ||
	    !get_causes(causes, &sum, json_object_get(object, "causes")) || !text)
		return wrong(reading, "a minute without its counts");
	if (sum != misses || misses > num)
		return wrong(reading, "the causes are not as many as the misses");
	if (gng_hist_decode(&hist, text, strlen(text), NULL) != GNG_OK || hist->total != num) {
		gng_hist_close(hist);
		return wrong(reading, "a histogram that is none, or not of so many");
	}
	gng_hist_close(reading->segment[which].hist);
	reading->segment[which].hist = hist;
	if (!add_growth(reading, which, causes, num, misses))
		return wrong(reading, "a count is smaller than in the minute before");
	return GNG_OK;
}

/* read_near reads the events of a line; files of older versions have none. */
static enum gng_status read_near(struct reading *reading, json_t *object)
{
	const uint64_t num[2] = {reading->segment[0].num, reading->segment[1].num};
	const uint64_t misses[2] = {reading->segment[0].misses, reading->segment[1].misses};

	if (!object)
		reading->soak->minutes_unwatched++;
	else if (!av_soak_take_near(reading->soak->near, reading->near, object, num, misses))
		return wrong(reading, "what is near an event is no part of what was counted");
	return GNG_OK;
}

static enum gng_status read_minute(struct reading *reading, json_t *object, uint64_t at_ns)
{
	const struct av_soak before = *reading->soak;
	enum gng_status status;

	if (reading->soak->segments == 0)
		return wrong(reading, "a minute ahead of any begin");
	status = read_side(reading, 0, json_object_get(object, "video"));
	if (status == GNG_OK)
		status = read_side(reading, 1, json_object_get(object, "audio"));
	if (status == GNG_OK)
		status = read_near(reading, json_object_get(object, "near"));
	reading->soak->minutes++;
	av_soak_note_bad(reading->soak, &before, at_ns);
	return status;
}

/* ---- segments ---- */

/* merge adds the last histogram of a segment to the sum. */
static enum gng_status merge(struct gng_hist **sum, struct gng_hist **last)
{
	enum gng_status status = GNG_OK;

	if (*last && *sum) {
		status = gng_hist_merge(*sum, *last);
		gng_hist_close(*last);
	} else if (*last) {
		*sum = *last;
	}
	*last = NULL;
	return status;
}

static enum gng_status end_segment(struct reading *reading)
{
	enum gng_status status = merge(&reading->soak->video.hist, &reading->segment[0].hist);

	if (status == GNG_OK)
		status = merge(&reading->soak->audio.hist, &reading->segment[1].hist);
	memset(reading->segment, 0, sizeof(reading->segment));
	memset(reading->near, 0, sizeof(reading->near));
	return status == GNG_OK ? GNG_OK : wrong(reading, "more samples than can be counted");
}

/* get_text copies a string that fits; false otherwise. */
static bool get_text(char *to, size_t cap, json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (!text || strlen(text) >= cap)
		return false;
	snprintf(to, cap, "%s", text);
	return true;
}

static enum gng_status read_begin(struct reading *reading, json_t *object, uint64_t at_ns)
{
	struct av_soak *soak = reading->soak;
	char id[sizeof(soak->id)], config[AV_SOAK_CONFIG], boot[sizeof(soak->boot)];

	if (!get_text(id, sizeof(id), object, "soak") ||
	    !get_text(config, sizeof(config), object, "config") ||
	    !get_text(boot, sizeof(boot), object, "boot"))
		return wrong(reading, "a begin without soak, config or boot");
	if (soak->segments > 0 && (strcmp(id, soak->id) != 0 || strcmp(config, soak->config) != 0))
		return wrong(reading, "a begin of another soak");
	if (soak->segments > 0) {
		soak->num_gaps++;
		soak->gap_ns += at_ns > soak->last_ns ? at_ns - soak->last_ns : 0;
	}
	soak->boots += strcmp(boot, soak->boot) != 0;
	memcpy(soak->id, id, sizeof(id));
	memcpy(soak->config, config, sizeof(config));
	memcpy(soak->boot, boot, sizeof(boot));
	soak->segments++;
	return end_segment(reading);
}

/* ---- lines ---- */

static enum gng_status read_object(struct reading *reading, json_t *object)
{
	const char *kind = json_string_value(json_object_get(object, "kind"));
	uint64_t at_ns;
	enum gng_status status;

	if (!kind || !av_soak_count(&at_ns, object, "at_ns"))
		return wrong(reading, "no JSON object with a kind and a time");
	if (strcmp(kind, "begin") == 0)
		status = read_begin(reading, object, at_ns);
	else if (strcmp(kind, "minute") == 0)
		status = read_minute(reading, object, at_ns);
	else
		status = wrong(reading, "a line that is neither begin nor minute");
	if (status == GNG_OK)
		reading->soak->last_ns = at_ns;
	return status;
}

/* read_line checks the chain before it believes a word. line[0..len) is without its end. */
static enum gng_status read_line(struct reading *reading, const char *line, size_t len)
{
	char *json, *again = NULL;
	json_t *object;
	enum gng_status status;

	if (len < AV_SOAK_HASH + 1 || len > AV_SOAK_MAX_LINE || line[AV_SOAK_HASH - 1] != ' ')
		return wrong(reading, "no line of a soak");
	json = strndup(line + AV_SOAK_HASH, len - AV_SOAK_HASH);
	if (!json)
		return gng_why_set(reading->why, GNG_ENOMEM, 0, "av.soak", "no memory");
	status = av_soak_line(&again, reading->soak->hash, json, reading->why);
	if (status == GNG_OK && (strlen(again) != len + 1 || memcmp(again, line, len) != 0))
		status = wrong(reading, "its hash is not that of the line: somebody changed it, "
					"or one before it");
	free(again);
	object = status == GNG_OK ? json_loads(json, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (status == GNG_OK)
		status = read_object(reading, object);
	json_decref(object);
	free(json);
	reading->soak->lines += status == GNG_OK;
	return status;
}

enum gng_status av_soak_read(struct av_soak *soak, const char *name, const char *text, size_t len,
			     struct gng_why *why)
{
	struct reading reading = {.soak = soak, .name = name, .why = why};
	enum gng_status status = GNG_OK;
	const char *end;

	memset(soak, 0, sizeof(*soak));
	memcpy(soak->hash, ZEROS, sizeof(soak->hash));
	while (status == GNG_OK && soak->good_len < len &&
	       (end = memchr(text + soak->good_len, '\n', len - soak->good_len))) {
		const size_t line_len = (size_t)(end - text) - soak->good_len;

		status = read_line(&reading, text + soak->good_len, line_len);
		soak->good_len += status == GNG_OK ? line_len + 1 : 0;
	}
	soak->torn = len - soak->good_len;
	if (status == GNG_OK)
		status = end_segment(&reading);
	gng_hist_close(reading.segment[0].hist);
	gng_hist_close(reading.segment[1].hist);
	if (status != GNG_OK)
		av_soak_fini(soak);
	return status;
}

void av_soak_fini(struct av_soak *soak)
{
	gng_hist_close(soak->video.hist);
	gng_hist_close(soak->audio.hist);
	soak->video.hist = soak->audio.hist = NULL;
}

/* ---- pooling ---- */

static enum gng_status add_side(struct av_soak_side *into, const struct av_soak_side *from)
{
	into->num += from->num;
	into->misses += from->misses;
	for (int cause = 0; cause < GNG_AV_NUM_CAUSES; cause++)
		into->causes[cause] += from->causes[cause];
	return into->hist && from->hist ? gng_hist_merge(into->hist, from->hist) : GNG_OK;
}

enum gng_status av_soak_add(struct av_soak *into, const struct av_soak *from, struct gng_why *why)
{
	enum gng_status status;

	if (strcmp(into->config, from->config) != 0)
		return gng_why_set(why, GNG_EINVAL, 0, "av.soak",
				   "soaks of different configurations are no sample of one thing: "
				   "%.60s / %.60s",
				   into->config, from->config);
	into->minutes += from->minutes;
	into->minutes_missed += from->minutes_missed;
	into->segments += from->segments;
	into->boots += from->boots;
	into->num_gaps += from->num_gaps;
	into->gap_ns += from->gap_ns;
	into->torn += from->torn;
	av_soak_add_near(into, from);
	status = add_side(&into->video, &from->video);
	if (status == GNG_OK)
		status = add_side(&into->audio, &from->audio);
	return status == GNG_OK
		       ? GNG_OK
		       : gng_why_set(why, status, 0, "av.soak", "more samples than can be counted");
}
