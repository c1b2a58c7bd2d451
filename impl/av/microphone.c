/* SPDX-License-Identifier: Apache-2.0 */
/* microphone.c - sound of an ALSA device at the pace of our ticks. */
#include "av_capture.h"
#include "av_pace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Behind a gap a reserve is gathered anew; what came of a faster clock is dropped down to it. */
int av_sync_step(struct av_sync *sync, uint32_t num_waiting)
{
	if (num_waiting == 0)
		sync->flowing = false;
	else if (num_waiting >= AV_SYNC_RESERVE)
		sync->flowing = true;
	if (!sync->flowing)
		return -1;
	return num_waiting > 3 * AV_SYNC_RESERVE ? (int)(num_waiting - AV_SYNC_RESERVE) : 0;
}

/* A thread that is late may take what was captured behind its tick. */
void av_source_age(struct gng_av_source *source, uint64_t stamp_ns, uint64_t tick_ns)
{
	if (stamp_ns == 0 || stamp_ns > av_now())
		source->unstamped++;
	else
		gng_hist_record(source->age, tick_ns > stamp_ns ? tick_ns - stamp_ns : 1);
}

enum gng_status av_microphone_open(struct av_microphone *microphone, struct gng_av_source *source,
				   const char *device, struct gng_why *why)
{
	enum gng_status status;

	*microphone = (struct av_microphone){.source = source};
	status = av_load(&microphone->loaded, "asound2", why);
	if (status != GNG_OK)
		return status;
	snprintf(source->name, sizeof(source->name), "%s", device);
	microphone->capture = microphone->loaded.module->capture_open(device, source->format,
								      sizeof(source->format));
	if (!microphone->capture)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "av.microphone",
				   "%s cannot be captured at 48 kHz in 16 or 32 bits: %s; arecord "
				   "-L lists what can",
				   device, source->format);
	source->used = true;
	return GNG_OK;
}

void av_microphone_close(struct av_microphone *microphone)
{
	if (microphone->capture)
		microphone->loaded.module->capture_close(microphone->capture);
	microphone->capture = NULL;
	av_unload(&microphone->loaded);
}

/* note_age: the period ends as many frames before the newest one, which the driver stamped, as
 * are left. */
static void note_age(struct gng_av_source *source, const struct av_captured *captured,
		     uint64_t tick_ns)
{
	const uint64_t before = captured->num_frames * AV_SECOND / AV_AUDIO_RATE;

	av_source_age(source, captured->stamp_ns > before ? captured->stamp_ns - before : 0,
		      tick_ns);
}

/* take_one reads one period of what captured says is there, and makes it smaller. */
static int take_one(struct av_microphone *microphone, int16_t *samples,
		    struct av_captured *captured)
{
	const int answer = microphone->loaded.module->capture_take(microphone->capture, samples);

	if (answer == 0)
		captured->num_frames -= AV_CAPTURE_FRAMES;
	return answer;
}

/* take_newest drops and takes as the synchroniser says; 1 for none. */
static int take_newest(struct av_microphone *microphone, int16_t *samples, uint64_t tick_ns)
{
	struct gng_av_source *source = microphone->source;
	struct av_captured captured;
	int answer = microphone->loaded.module->capture_look(microphone->capture, &captured);
	int drop;

	if (answer < 0)
		return answer;
	source->overruns += captured.overran;
	drop = av_sync_step(&microphone->sync, captured.num_frames / AV_CAPTURE_FRAMES);
	for (int i = 0; i < drop && answer == 0; i++) {
		answer = take_one(microphone, samples, &captured);
		source->dropped += answer == 0;
	}
	if (drop < 0 || answer != 0)
		return drop < 0 ? 1 : answer;
	answer = take_one(microphone, samples, &captured);
	if (answer == 0)
		note_age(source, &captured, tick_ns);
	return answer;
}

int av_microphone_take(struct av_microphone *microphone, int16_t samples[AV_AUDIO_SAMPLES],
		       uint64_t tick_ns)
{
	int16_t captured[AV_AUDIO_SAMPLES];
	const int answer = take_newest(microphone, captured, tick_ns);

	for (size_t i = 0; i < AV_AUDIO_FRAMES; i++)
		samples[2 * i] = answer == 0 ? captured[2 * i] : 0;
	microphone->source->taken += answer == 0;
	microphone->source->empty += answer != 0 && microphone->source->taken > 0;
	return answer < 0 ? -answer : 0;
}
