/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - known work in the place of a frame: the sender's thread does as much as a frame takes
 * until it is sent, then a thread of the receiver's class on its CPU does the rest. */
#include "av_run.h"

/* sort_in puts a value in its place among num sorted ones. */
static void sort_in(uint64_t *values, size_t num, uint64_t value)
{
	for (; num > 0 && values[num - 1] > value; num--)
		values[num] = values[num - 1];
	values[num] = value;
}

/*
 * aim makes both parts of the work as long as those of frames: the lower quartiles of the first
 * second, which are near what a frame takes, and seldom above its median, which known work must not
 * be. Nothing is aimed at if no frame came.
 */
static void aim(struct av_run *run)
{
	uint64_t sent[AV_FPS] = {0}, presented[AV_FPS] = {0};
	size_t num = 0;

	for (uint32_t number = 0; number < AV_FPS; number++) {
		struct av_frame_slot *slot = &run->frames[number];
		const uint64_t tick = av_frame_tick(run, number);

		if (atomic_load_explicit(&slot->back, memory_order_acquire) != number + 1 ||
		    slot->got.presented_ns <= slot->sent.sent_ns || slot->sent.sent_ns <= tick)
			continue;
		sort_in(sent, num, slot->sent.sent_ns - tick);
		sort_in(presented, num++, slot->got.presented_ns - tick);
	}
	if (presented[num / 4] <= sent[num / 4])
		return;
	av_control_aim(&run->control[0], sent[num / 4]);
	av_control_aim(&run->control[1], presented[num / 4] - sent[num / 4]);
}

void av_known_work(struct av_run *run, uint64_t tick_ns)
{
	struct av_known known = {.tick_ns = tick_ns};

	if (run->control[0].aim_ns == 0)
		aim(run);
	if (run->control[0].aim_ns == 0)
		return;
	av_sleep_until(tick_ns);
	known.given_up = av_now() >= tick_ns + AV_FRAME_NS; /* as a frame would be */
	if (!known.given_up)
		(void)av_control_work(&run->control[0]);
	av_ring_push(&run->knowns, &known);
	sem_post(&run->known_ready);
}

void *av_known_back(void *arg)
{
	struct av_run *run = arg;
	struct av_known known;

	av_take_class(run, AV_KNOWN_BACK);
	while (!av_ending(run)) {
		uint64_t took;

		sem_wait(&run->known_ready);
		if (!av_ring_pop(&run->knowns, &known))
			continue;
		if (!known.given_up)
			(void)av_control_work(&run->control[1]);
		took = av_now() - known.tick_ns;
		if (known.given_up)
			took += run->control[0].aim_ns + run->control[1].aim_ns;
		av_ring_push(&run->controls, &took);
	}
	return NULL;
}
