/* SPDX-License-Identifier: Apache-2.0 */
/* audio.c - the threads that capture and play sound, a millisecond at a time. */
#include "av_run.h"

static struct av_period_slot *slot_of(struct av_run *run, uint32_t number)
{
	return &run->periods[number % AV_NUM_PERIODS];
}

static void listen(struct av_run *run, struct av_period *period)
{
	const int error = av_microphone_take(&run->microphone, period->samples,
					     av_period_tick(run, period->number));

	if (error)
		atomic_store(&run->microphone_gone, error);
}

static void capture(struct av_run *run, uint32_t number)
{
	struct av_period_slot *slot = slot_of(run, number);
	struct av_period period = {.number = number};
	const struct av_mark mark = {.number = number, .safe = atomic_load(&run->stop.tripped)};

	slot->wake_ns = av_now();
	slot->sent_ns = slot->arrived_ns = slot->received_ns = 0;
	av_draw_sound(period.samples, &mark);
	if (run->microphone.capture && !mark.safe)
		listen(run, &period);
	av_ring_push(&run->pcm, &period);
	slot->queued_ns = av_now();
	sem_post(&run->pcm_ready);
	atomic_store_explicit(&slot->out, number + 1, memory_order_release);
}

void *av_audio_in(void *arg)
{
	struct av_run *run = arg;

	av_take_class(run, AV_AUDIO_IN);
	for (uint32_t number = 0; !av_ending(run); number++) {
		av_sleep_until(av_period_tick(run, number));
		capture(run, number);
	}
	sem_post(&run->pcm_ready); /* so that the sender sees the end */
	return NULL;
}

/* The presentation of sound: each period is due a budget behind its tick, there or not. */
void *av_audio_play(void *arg)
{
	struct av_run *run = arg;

	av_take_class(run, AV_AUDIO_PLAY);
	for (uint32_t number = 0; !av_ending(run); number++) {
		av_sleep_until(av_period_tick(run, number) + run->audio_budget_ns);
		if (av_ending(run))
			break;
		if (atomic_load_explicit(&run->play[number % AV_PLAY_SLOTS],
					 memory_order_acquire) != number + 1)
			atomic_fetch_add_explicit(&run->underruns, 1, memory_order_relaxed);
	}
	return NULL;
}
