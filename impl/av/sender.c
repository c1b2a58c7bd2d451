/* SPDX-License-Identifier: Apache-2.0 */
/* sender.c - the thread that draws, encodes, packs, protects and sends a picture at each tick. */
#include "av_run.h"

#define MAX_FAILURES 3 /* in a row, before the run is broken */

/* sending is what the thread remembers from frame to frame. */
struct sending {
	struct av_run *run;
	uint8_t rung;
	bool restart, faulted;
	unsigned int failures;
	uint32_t num_refused;
	int64_t num_encoded;
	uint64_t cpu_ns; /* CPU time of the thread when the encoder was done */
};

/* film lays the number over what the camera shows; before its first picture that is what lay there.
 */
static void film(struct av_run *run, struct av_picture *picture, const struct av_mark *mark)
{
	const int error = av_camera_take(&run->camera, picture, mark->time_us * 1000);

	if (error)
		atomic_store(&run->camera_gone, error);
	av_draw_mark(picture, mark);
}

static void draw(struct av_run *run, struct av_picture *picture, struct gng_av_frame *frame)
{
	const struct gng_qos_rung *rung = gng_qos_rung_at(frame->rung);
	const size_t luma = (size_t)rung->width * rung->height;
	const struct av_mark mark = {
		.number = frame->number, .time_us = frame->tick_ns / 1000, .safe = frame->safe};

	*picture = (struct av_picture){
		.planes = {run->planes, run->planes + luma, run->planes + luma + luma / 4},
		.strides = {rung->width, rung->width / 2, rung->width / 2},
		.width = rung->width,
		.height = rung->height};
	if (run->camera.fd < 0 || frame->safe)
		av_draw(picture, &run->canvas[frame->rung], &mark);
	else
		film(run, picture, &mark);
}

/* stand_still is the planted fault. The frame that it was meant for may have been given up. */
static void stand_still(struct sending *sending, uint32_t number)
{
	const struct gng_av_options *options = sending->run->options;

	if (options->fault_ns == 0 || sending->faulted || number < options->fault_frame)
		return;
	sending->faulted = true;
	av_sleep_until(av_now() + options->fault_ns);
}

/* is_refused says whether the planted fault is that the encoder refuses this picture. */
static bool is_refused(struct sending *sending, uint32_t number)
{
	const struct gng_av_options *options = sending->run->options;

	if (sending->num_refused >= options->fault_refusals || number < options->fault_frame)
		return false;
	sending->num_refused++;
	return true;
}

/* work_clock is the CPU time of the encoder: of one with threads that of the whole process, which
 * has little else to do meanwhile. */
static uint64_t work_clock(const struct av_run *run)
{
	return av_clock(run->options->threads > 1 ? CLOCK_PROCESS_CPUTIME_ID
						  : CLOCK_THREAD_CPUTIME_ID);
}

/* encode draws and encodes; false if the encoder refused. */
static bool encode(struct sending *sending, struct gng_av_frame *frame, struct av_encoded *unit)
{
	struct av_run *run = sending->run;
	const bool idr = atomic_exchange(&run->want_idr, false) || sending->restart;
	const uint64_t cpu = work_clock(run);
	struct av_picture picture;

	draw(run, &picture, frame);
	stand_still(sending, frame->number);
	frame->failed =
		is_refused(sending, frame->number) ||
		run->encoders.loaded.module->encode(run->encoders.rung[frame->rung], &picture,
						    sending->num_encoded++, idr, unit) != 0;
	frame->encode_cpu_ns = work_clock(run) - cpu;
	sending->cpu_ns = av_clock(CLOCK_THREAD_CPUTIME_ID);
	frame->encoded_ns = av_now();	  /* reading the CPU clock is no part of packing */
	sending->restart = frame->failed; /* what follows must not refer to a picture unsent */
	sending->failures = frame->failed ? sending->failures + 1 : 0;
	return !frame->failed;
}

static bool pack(struct sending *sending, struct gng_av_frame *frame, const struct av_encoded *unit)
{
	struct av_run *run = sending->run;
	enum gng_status status =
		av_outlet_pack(run->outlet, unit, frame->number * (AV_CLOCK_RATE / AV_FPS), NULL);

	frame->packed_ns = av_now();
	frame->pack_cpu_ns = av_clock(CLOCK_THREAD_CPUTIME_ID) - sending->cpu_ns;
	if (status == GNG_OK)
		status = av_outlet_protect(run->outlet, atomic_load(&run->group), NULL);
	frame->sealed_ns = av_now();
	return status == GNG_OK;
}

static void transmit(struct av_run *run, struct gng_av_frame *frame)
{
	for (size_t i = 0; i < run->outlet->num_packets; i++) {
		av_tap_keep(&run->tap_video, run->outlet->packets[i].bytes,
			    run->outlet->packets[i].len, 5004);
		av_wire_send(run, &run->outlet->packets[i]);
	}
	frame->sent_ns = av_now();
}

/* publish gives the sender's half of a frame to the collector. */
static void publish(struct av_run *run, const struct gng_av_frame *frame)
{
	struct av_frame_slot *slot = &run->frames[frame->number % AV_NUM_FRAMES];

	slot->sent = *frame;
	atomic_store_explicit(&slot->out, frame->number + 1, memory_order_release);
}

/* ---- frames ---- */

static void one_frame(struct sending *sending, struct gng_av_frame *frame)
{
	struct av_run *run = sending->run;
	const uint32_t switches = av_switches(), faults = av_faults();
	struct av_encoded unit = {0};

	if (frame->rung != sending->rung) {
		sending->rung = frame->rung;
		sending->restart = true;
	}
	if (encode(sending, frame, &unit) && pack(sending, frame, &unit))
		transmit(run, frame);
	frame->out_switches = av_switches() - switches;
	frame->faults = av_faults() - faults;
	frame->bytes = (uint32_t)unit.len;
	if (sending->failures >= MAX_FAILURES)
		atomic_store(&run->broken, -1);
}

AV_HOT void *av_video_out(void *arg)
{
	struct av_run *run = arg;
	struct sending sending = {.run = run, .rung = atomic_load(&run->rung), .restart = true};

	av_take_class(run, AV_VIDEO_OUT);
	for (uint32_t number = 0; !av_ending(run); number++) {
		struct gng_av_frame frame = {.number = number, .rung = atomic_load(&run->rung)};

		frame.tick_ns = av_frame_tick(run, number);
		frame.idle = !av_frame_due(run, number, frame.rung);
		if (frame.idle) {
			publish(run, &frame);
			if (av_is_control(run, number))
				av_known_work(run, frame.tick_ns);
			continue;
		}
		av_sleep_until(frame.tick_ns);
		frame.wake_ns = av_now();
		frame.safe = atomic_load(&run->stop.tripped);
		/* Late by a whole frame: this one is given up, so that the next is in time. */
		frame.skipped = frame.wake_ns >= frame.tick_ns + AV_FRAME_NS;
		if (!frame.skipped)
			one_frame(&sending, &frame);
		publish(run, &frame);
		av_wire_stamps(run);
	}
	av_sleep_until(av_now() + AV_SECOND / 50);
	av_wire_stamps(run);
	return NULL;
}
