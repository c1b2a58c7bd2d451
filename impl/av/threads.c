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
	[AV_VIDEO_OUT] = {av_video_out, 80, AV_SENDER_TURN, "av-video-out"},
	[AV_VIDEO_BACK] = {av_video_back, 81, 2, "av-video-back"},
	[AV_GUARD] = {av_guard, 86, 2, "av-guard"},
	[AV_WEATHER] = {av_weather, 82, 1, "av-weather"},
	[AV_WITNESS] = {av_witness, 87, 2, "av-witness"},
	[AV_KNOWN_BACK] = {av_known_back, 81, 2, "av-known-back"},
	[AV_PULSE] = {av_pulse, 88, 0, "av-pulse"},
};

/* wait_for waits, signals or not. */
static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore) != 0)
		;
}

void av_take_class(struct av_run *run, enum av_thread_id id)
{
	pthread_setname_np(pthread_self(), kinds[id].name);
	if (run->fifo && !av_enter_fifo(kinds[id].priority, kinds[id].turn))
		atomic_store(&run->class_failed, true);
	sem_post(&run->ready);
	wait_for(&run->go);
}

static bool is_wanted(const struct av_run *run, int id)
{
	return id == AV_WEATHER	     ? run->options->weather != NULL
	       : id == AV_KNOWN_BACK ? run->options->control
				     : true;
}

/* A thread is of the default class until it has run for the first time, which takes long beside
 * load: so the first tick comes when each has its own. */
static void let_go(struct av_run *run)
{
	for (int id = 0; id < AV_NUM_THREADS; id++)
		if (run->running[id])
			wait_for(&run->ready);
	run->start_ns = av_now() + AV_SECOND / 10;
	for (int id = 0; id < AV_NUM_THREADS; id++)
		if (run->running[id])
			sem_post(&run->go);
}

enum gng_status av_run_start(struct av_run *run, struct gng_why *why)
{
	int error = 0;

	for (int id = 0; id < AV_NUM_THREADS && error == 0; id++) {
		if (!is_wanted(run, id))
			continue;
		error = pthread_create(&run->threads[id], NULL, kinds[id].main, run);
		run->running[id] = error == 0;
	}
	atomic_store(&run->ending, error != 0);
	let_go(run);
	if (error)
		return gng_why_set(why, GNG_ESYS, error, "av.run", "a thread cannot be started: %s",
				   strerror(error));
	return GNG_OK;
}

void av_run_end(struct av_run *run)
{
	atomic_store(&run->ending, true);
	sem_post(&run->pcm_ready);
	sem_post(&run->known_ready);
	for (int id = 0; id < AV_NUM_THREADS; id++)
		if (run->running[id])
			pthread_join(run->threads[id], NULL);
	memset(run->running, 0, sizeof(run->running));
}
