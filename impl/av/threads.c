/* SPDX-License-Identifier: Apache-2.0 */
/* threads.c - the threads of a run: their classes, their begin and their end. */
#include "av_run.h"

#include <string.h>

/*
 * The sound comes first, for its budget is the least; what only waits for packets comes before what
 * works for milliseconds. No thread spins, so none meets the kernel's guard against starvation.
 * The witness works for microseconds, and what it stamps late would be told of other ticks.
 */
static const struct {
	void *(*main)(void *arg);
	int priority;
	unsigned int turn; /* of the CPUs */
	const char *name;
} kinds[AV_NUM_THREADS] = {
	[AV_AUDIO_IN] = {av_audio_in, 85, 0, "av-audio-in"},
	[AV_AUDIO_OUT] = {av_audio_out, 84, 0, "av-audio-out"},
	[AV_AUDIO_BACK] = {av_audio_back, 84, 0, "av-audio-back"},
	[AV_AUDIO_PLAY] = {av_audio_play, 83, 0, "av-audio-play"},
	[AV_VIDEO_OUT] = {av_video_out, 80, 1, "av-video-out"},
	[AV_VIDEO_BACK] = {av_video_back, 81, 2, "av-video-back"},
	[AV_GUARD] = {av_guard, 86, 3, "av-guard"},
	[AV_WEATHER] = {av_weather, 82, 1, "av-weather"},
	[AV_WITNESS] = {av_witness, 87, 3, "av-witness"},
};

void av_take_class(struct av_run *run, enum av_thread_id id)
{
	pthread_setname_np(pthread_self(), kinds[id].name);
	if (run->fifo && !av_enter_fifo(kinds[id].priority, kinds[id].turn))
		atomic_store(&run->class_failed, true);
}

enum gng_status av_run_start(struct av_run *run, struct gng_why *why)
{
	run->start_ns = av_now() + AV_SECOND / 10;
	for (int id = 0; id < AV_NUM_THREADS; id++) {
		int error;

		if (id == AV_WEATHER && !run->options->weather)
			continue;
		error = pthread_create(&run->threads[id], NULL, kinds[id].main, run);
		if (error)
			return gng_why_set(why, GNG_ESYS, error, "av.run",
					   "a thread cannot be started: %s", strerror(error));
		run->running[id] = true;
	}
	return GNG_OK;
}

void av_run_end(struct av_run *run)
{
	atomic_store(&run->ending, true);
	sem_post(&run->pcm_ready);
	for (int id = 0; id < AV_NUM_THREADS; id++)
		if (run->running[id])
			pthread_join(run->threads[id], NULL);
	memset(run->running, 0, sizeof(run->running));
}
