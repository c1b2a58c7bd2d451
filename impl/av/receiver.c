/* SPDX-License-Identifier: Apache-2.0 */
/* receiver.c - the thread that takes packets, decodes what they make, and reads which picture it
 * is; and the guard that sees a deadline pass. */
#include "av_run.h"

/* receiving is what the thread remembers from frame to frame. */
struct receiving {
	struct av_run *run;
	void *decoder;
	bool astray; /* a picture is missing to which the next ones refer */
	uint64_t arrived_ns;
	uint32_t switches;
	uint32_t number, timestamp; /* of the last unit: time stamps wrap after 13 hours */
};

/* has_idr looks for a unit of type 5 (H.264 table 7-1) in a byte stream. */
static bool has_idr(const struct av_unit *unit)
{
	for (size_t i = 0; i + 3 < unit->len; i++)
		if (unit->bytes[i] == 0 && unit->bytes[i + 1] == 0 && unit->bytes[i + 2] == 1 &&
		    (unit->bytes[i + 3] & 31) == 5)
			return true;
	return false;
}

/* show decodes and reads the number; false if there is no picture. */
static bool show(struct receiving *receiving, const struct av_unit *unit, struct av_mark *mark)
{
	struct av_picture picture;

	return receiving->run->decoder.module->decode(receiving->decoder, unit->bytes, unit->len,
						      &picture) == 0 &&
	       av_read_mark(mark, &picture);
}

/* number_of continues the numbers of frames from the last unit's. */
static uint32_t number_of(struct receiving *receiving, uint32_t timestamp)
{
	const int32_t ahead = (int32_t)(timestamp - receiving->timestamp);

	receiving->number += (uint32_t)(ahead / (int32_t)(AV_CLOCK_RATE / AV_FPS));
	receiving->timestamp = timestamp;
	return receiving->number;
}

/* A damaged unit, or one behind it that is no IDR picture, is not decoded: what it would show was
 * never sent. */
static void present(struct receiving *receiving, const struct av_unit *unit)
{
	struct av_run *run = receiving->run;
	const uint32_t number = number_of(receiving, unit->timestamp);
	struct av_frame_slot *slot = &run->frames[number % AV_NUM_FRAMES];
	struct gng_av_frame got = {.number = number, .arrived_ns = receiving->arrived_ns};
	struct av_mark mark = {0};
	const uint32_t switches = av_switches();

	got.complete_ns = av_now();
	receiving->astray |= unit->damaged;
	if (receiving->astray && !unit->damaged && has_idr(unit))
		receiving->astray = false;
	got.damaged = receiving->astray;
	if (!got.damaged && show(receiving, unit, &mark)) {
		got.presented_ns = av_now();
		got.wrong = mark.number != number;
	}
	if (got.presented_ns == 0) {
		receiving->astray = true;
		atomic_store(&run->want_idr, true);
	}
	got.back_switches = av_switches() - switches + receiving->switches;
	slot->got = got;
	atomic_store_explicit(&slot->back, number + 1, memory_order_release);
}

static void tell_counts(struct av_run *run)
{
	const struct av_intake_counts *counts = &run->intake->counts;

	atomic_store_explicit(&run->span, counts->span, memory_order_relaxed);
	atomic_store_explicit(&run->lost, counts->lost, memory_order_relaxed);
	atomic_store_explicit(&run->recovered, counts->recovered, memory_order_relaxed);
	atomic_store_explicit(&run->taken, counts->datagrams, memory_order_relaxed);
}

void *av_video_back(void *arg)
{
	struct av_run *run = arg;
	struct receiving receiving = {.run = run, .decoder = run->decoder.module->decoder_open()};
	uint8_t bytes[AV_MAX_DATAGRAM];
	struct av_unit unit;

	if (!receiving.decoder)
		atomic_store(&run->broken, -1);
	av_take_class(run, AV_VIDEO_BACK);
	while (receiving.decoder && !av_ending(run)) {
		uint64_t arrived;
		const size_t len = av_wire_receive(run->video_back, bytes, sizeof(bytes), &arrived);

		if (len > 0) {
			receiving.arrived_ns = arrived;
			av_intake_push(run->intake, bytes, len, av_now());
		}
		while (av_intake_next(run->intake, &unit, av_now()))
			present(&receiving, &unit);
		tell_counts(run);
	}
	if (receiving.decoder)
		run->decoder.module->decoder_close(receiving.decoder);
	return NULL;
}

/* is_kept says whether frame number is presented, and rightly, or is none. */
static bool is_kept(struct av_run *run, uint32_t number)
{
	struct av_frame_slot *slot = &run->frames[number % AV_NUM_FRAMES];

	if (atomic_load_explicit(&slot->out, memory_order_acquire) == number + 1 && slot->sent.idle)
		return true;
	return atomic_load_explicit(&slot->back, memory_order_acquire) == number + 1 &&
	       slot->got.presented_ns != 0 && !slot->got.wrong;
}

/* The guard wakes at the deadline of each frame, before anybody counts what was late, and trips the
 * stop. */
void *av_guard(void *arg)
{
	struct av_run *run = arg;

	av_take_class(run, AV_GUARD);
	for (uint32_t number = 0; !av_ending(run); number++) {
		const uint64_t deadline = av_frame_tick(run, number) + GNG_AV_VIDEO_BUDGET_NS;

		av_sleep_until(deadline);
		if (!av_ending(run) && !is_kept(run, number))
			av_stop_miss(&run->stop, number, deadline, av_now());
	}
	return NULL;
}
