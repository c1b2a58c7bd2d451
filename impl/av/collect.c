/* SPDX-License-Identifier: Apache-2.0 */
/* collect.c - frames that are over become figures, misses with their cause, and advice for the
 * controller. */
#include "av_run.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define JUDGE_NS (AV_SECOND / 20) /* behind its tick a frame is told to the controller */

/* ---- the result ---- */

const char *gng_av_row_name(enum gng_av_row row)
{
	static const char *const names[GNG_AV_NUM_ROWS] = {
		"audio tick to PCM queue",   "H.264 done to RTP packets",
		"send to driver (drv_xmit)", "video tick to wake",
		"draw and encode",	     "parity and SRTP",
		"send calls of a frame",     "sent to received whole",
		"decode and read",	     "video tick to presented",
		"audio tick to received",    "H.264 to RTP, CPU time",
		"control: known work",	     "control: wake",
	};

	return (unsigned int)row < GNG_AV_NUM_ROWS ? names[row] : "?";
}

enum gng_status av_result_open(struct gng_av_result *result, struct gng_why *why)
{
	memset(result, 0, sizeof(*result));
	for (int row = 0; row < GNG_AV_NUM_ROWS; row++)
		if (gng_hist_open(&result->rows[row], 1, 10 * AV_SECOND, 2) != GNG_OK) {
			gng_av_result_fini(result);
			return gng_why_set(why, GNG_ENOMEM, 0, "av.result", "no memory");
		}
	if (gng_hist_open(&result->microphone.age, 1, 10 * AV_SECOND, 2) != GNG_OK ||
	    gng_hist_open(&result->camera.age, 1, 10 * AV_SECOND, 2) != GNG_OK) {
		gng_av_result_fini(result);
		return gng_why_set(why, GNG_ENOMEM, 0, "av.result", "no memory");
	}
	return GNG_OK;
}

void gng_av_result_fini(struct gng_av_result *result)
{
	for (int row = 0; row < GNG_AV_NUM_ROWS; row++)
		gng_hist_close(result->rows[row]);
	gng_hist_close(result->microphone.age);
	gng_hist_close(result->camera.age);
	free(result->points);
	memset(result, 0, sizeof(*result));
}

void av_note(struct gng_av_result *result, const char *format, ...)
{
	va_list arguments;

	if (result->num_notes >= GNG_AV_NUM_NOTES)
		return;
	va_start(arguments, format);
	vsnprintf(result->notes[result->num_notes++], sizeof(result->notes[0]), format, arguments);
	va_end(arguments);
}

static void record(struct gng_av_result *result, enum gng_av_row row, uint64_t from_ns,
		   uint64_t to_ns)
{
	if (from_ns != 0 && to_ns >= from_ns)
		gng_hist_record(result->rows[row], to_ns - from_ns);
}

static void count(struct gng_av_side *side, uint64_t *burst, enum gng_av_cause cause)
{
	side->num++;
	side->causes[cause]++;
	*burst = cause == GNG_AV_KEPT ? 0 : *burst + 1;
	side->misses += cause != GNG_AV_KEPT;
	if (*burst > side->max_burst)
		side->max_burst = *burst;
}

/* ---- video ---- */

/* join makes one frame of both halves; false while the sender's is not there. */
static bool join(struct gng_av_frame *frame, struct av_run *run, uint32_t number, bool *back)
{
	struct av_frame_slot *slot = &run->frames[number % AV_NUM_FRAMES];

	if (atomic_load_explicit(&slot->out, memory_order_acquire) != number + 1)
		return false;
	*frame = slot->sent;
	*back = atomic_load_explicit(&slot->back, memory_order_acquire) == number + 1;
	if (*back) {
		frame->arrived_ns = slot->got.arrived_ns;
		frame->complete_ns = slot->got.complete_ns;
		frame->presented_ns = slot->got.presented_ns;
		frame->damaged = slot->got.damaged;
		frame->wrong = slot->got.wrong;
		frame->back_switches = slot->got.back_switches;
	}
	return true;
}

/* What never came counts as long as it was waited for, and so does what came later than that. */
static uint64_t at_most_lost(uint64_t latency_ns)
{
	return latency_ns < GNG_AV_LOST_NS ? latency_ns : GNG_AV_LOST_NS;
}

/* latency_of is that of the whole way. */
static uint64_t latency_of(const struct gng_av_frame *frame)
{
	return frame->presented_ns > frame->tick_ns && !frame->wrong
		       ? at_most_lost(frame->presented_ns - frame->tick_ns)
		       : GNG_AV_LOST_NS;
}

static void record_frame(struct av_collector *collector, const struct gng_av_frame *frame)
{
	struct gng_av_result *result = collector->result;

	record(result, GNG_AV_WAKE, frame->tick_ns, frame->wake_ns);
	record(result, GNG_AV_ENCODE, frame->wake_ns, frame->encoded_ns);
	record(result, GNG_AV_PACKETISE, frame->encoded_ns, frame->packed_ns);
	record(result, GNG_AV_SEAL, frame->packed_ns, frame->sealed_ns);
	record(result, GNG_AV_SEND, frame->sealed_ns, frame->sent_ns);
	record(result, GNG_AV_TRANSIT, frame->sent_ns, frame->complete_ns);
	record(result, GNG_AV_DECODE, frame->complete_ns, frame->presented_ns);
	if (frame->packed_ns)
		gng_hist_record(result->rows[GNG_AV_PACK_CPU], frame->pack_cpu_ns);
}

static void finish_frame(struct av_collector *collector, const struct gng_av_frame *frame)
{
	const enum gng_av_cause cause = gng_av_blame(frame, GNG_AV_VIDEO_BUDGET_NS);
	const uint64_t latency = latency_of(frame);

	record_frame(collector, frame);
	collector->rung = frame->rung;
	gng_hist_record(collector->result->rows[GNG_AV_VIDEO], latency);
	gng_hist_record(collector->recent, latency);
	collector->point.misses += cause != GNG_AV_KEPT;
	count(&collector->result->video, &collector->video_burst, cause);
	av_worst_frame(&collector->worst, frame, latency, cause);
	av_near_outcome(collector->near, 0, frame->tick_ns, cause != GNG_AV_KEPT);
}

/* is_over says whether nothing can change about frame number any more. */
static bool is_over(const struct av_collector *collector, uint32_t number, uint64_t now_ns)
{
	return now_ns > av_frame_tick(collector->run, number) + GNG_AV_LOST_NS;
}

/* A tick that the rung has no picture for is passed over; one that the sender never published
 * counts as skipped. */
static bool take_frame(struct av_collector *collector, uint64_t now_ns, bool final)
{
	struct av_run *run = collector->run;
	const uint32_t number = collector->next_frame;
	const uint64_t tick = av_frame_tick(run, number);
	struct gng_av_frame frame;
	bool back = false;
	const bool out = join(&frame, run, number, &back);

	if (!out && !final && !is_over(collector, number, now_ns))
		return false;
	if (!out)
		frame = (struct gng_av_frame){.number = number, .tick_ns = tick, .skipped = true};
	if (frame.idle)
		return true;
	if (!back && !frame.skipped && !frame.failed && !final &&
	    !is_over(collector, number, now_ns))
		return false;
	finish_frame(collector, &frame);
	return true;
}

/* ---- audio ---- */

static enum gng_av_cause blame_period(const struct av_period_slot *slot, uint64_t tick, bool back,
				      uint64_t budget_ns)
{
	const uint64_t woken = slot->wake_ns - tick, queued = slot->queued_ns - slot->wake_ns;
	uint64_t sent, received;

	if (!back)
		return GNG_AV_LOST;
	if (slot->received_ns - tick <= budget_ns)
		return GNG_AV_KEPT;
	sent = slot->arrived_ns > slot->queued_ns ? slot->arrived_ns - slot->queued_ns : 0;
	received = slot->received_ns - slot->arrived_ns;
	if (woken >= queued && woken >= sent && woken >= received)
		return GNG_AV_WOKEN;
	if (queued >= sent && queued >= received)
		return GNG_AV_STOPPED;
	return sent >= received ? GNG_AV_SENDER : GNG_AV_RECEIVER;
}

static bool take_period(struct av_collector *collector, uint64_t now_ns, bool final)
{
	struct av_run *run = collector->run;
	struct gng_av_result *result = collector->result;
	const uint32_t number = collector->next_period;
	const uint64_t tick = av_period_tick(run, number);
	struct av_period_slot *slot = &run->periods[number % AV_NUM_PERIODS];
	const bool over = final || now_ns > tick + GNG_AV_LOST_NS;
	const bool out = atomic_load_explicit(&slot->out, memory_order_acquire) == number + 1;
	const bool back = atomic_load_explicit(&slot->back, memory_order_acquire) == number + 1;
	enum gng_av_cause cause;
	uint64_t latency;

	if ((!out || !back) && !over)
		return false;
	if (out)
		record(result, GNG_AV_PCM_QUEUE, tick, slot->queued_ns);
	latency = out && back ? at_most_lost(slot->received_ns - tick) : GNG_AV_LOST_NS;
	gng_hist_record(result->rows[GNG_AV_AUDIO], latency);
	if (latency > collector->point.audio_max_ns)
		collector->point.audio_max_ns = latency;
	cause = out ? blame_period(slot, tick, back, run->audio_budget_ns) : GNG_AV_WOKEN;
	count(&result->audio, &collector->audio_burst, cause);
	av_near_outcome(collector->near, 1, tick, cause != GNG_AV_KEPT);
	return true;
}

/* ---- what held threads up ---- */

static void take_wakes(struct av_collector *collector)
{
	struct av_wake wake;

	while (av_ring_pop(&collector->run->pulses, &wake)) {
		gng_hist_record(collector->result->rows[GNG_AV_PULSE], wake.late_ns);
		if (wake.late_ns < AV_STROKE_NS)
			continue;
		av_near_event(collector->near, GNG_AV_STROKE, wake.tick_ns);
		av_worst_delay(
			&collector->worst, AV_STROKE,
			&(struct av_delay){.begin_ns = wake.tick_ns, .long_ns = wake.late_ns});
	}
}

/* take_wait counts a wait; of a thread of video it is one of the picture's delays. */
static void take_wait(struct av_collector *collector, const struct av_wait *wait)
{
	struct av_delay delay = {.begin_ns = wait->from_ns,
				 .long_ns = wait->until_ns - wait->from_ns};

	if (!av_waits_count(&collector->result->waits, wait))
		return;
	memcpy(delay.who, wait->culprit, sizeof(delay.who));
	av_worst_delay(&collector->worst, AV_WAIT, &delay);
	gng_qos_wait(&collector->qos, delay.long_ns);
}

static void take_waits(struct av_collector *collector)
{
	struct av_wait wait;

	while (av_waits_next(collector->run, &wait))
		if (wait.until_ns >= collector->run->start_ns) /* before, no thread had its class */
			take_wait(collector, &wait);
}

/* take_own_wake is what is known where the scheduler is not asked: the sender woke late. */
static void take_own_wake(struct av_collector *collector, const struct gng_av_frame *frame)
{
	const struct av_wait wait = {
		.from_ns = frame->tick_ns, .until_ns = frame->wake_ns, .thread = "av-video-out"};

	if (!collector->run->waits && frame->wake_ns >= frame->tick_ns + AV_WAIT_NS)
		take_wait(collector, &wait);
}

/* ---- the controller ---- */

/* load_of is what a frame says of load. Where packets are being lost, a frame that was not shown
 * says only what its sender took: to lower the picture would be no answer to loss. */
static uint64_t load_of(const struct gng_av_frame *frame, bool back, bool lossy)
{
	if (back && frame->presented_ns > frame->tick_ns)
		return frame->presented_ns - frame->tick_ns;
	if (lossy && frame->sent_ns > frame->tick_ns)
		return frame->sent_ns - frame->tick_ns;
	return UINT64_MAX;
}

static void judge_frames(struct av_collector *collector, uint64_t now_ns, bool lossy)
{
	struct av_run *run = collector->run;

	for (; av_frame_tick(run, collector->next_judged) + JUDGE_NS < now_ns;
	     collector->next_judged++) {
		struct gng_av_frame frame = {0};
		bool back = false;

		if (!join(&frame, run, collector->next_judged, &back))
			frame = (struct gng_av_frame){0};
		if (frame.idle)
			continue;
		gng_qos_frame(&collector->qos, load_of(&frame, back, lossy));
		take_own_wake(collector, &frame);
	}
}

static void control(struct av_collector *collector, uint64_t now_ns)
{
	struct av_run *run = collector->run;
	const uint64_t span = atomic_load(&run->span), lost = atomic_load(&run->lost);
	const uint64_t recovered = atomic_load(&run->recovered);
	const uint8_t before = collector->qos.decision.rung;

	judge_frames(collector, now_ns, lost + recovered > collector->last_lost);
	gng_qos_packets(&collector->qos, (uint32_t)(span - collector->last_span),
			(uint32_t)(lost + recovered - collector->last_lost));
	collector->last_span = span;
	collector->last_lost = lost + recovered;
	if (!gng_qos_tick(&collector->qos, now_ns))
		return;
	if (collector->qos.decision.rung != before) {
		collector->result->num_switches++;
		collector->result->switch_reason = collector->qos.decision.reason;
	}
	atomic_store(&run->group, collector->qos.decision.group);
	atomic_store(&run->rung, collector->qos.decision.rung);
}

/* ---- the whole ---- */

enum gng_status av_collector_init(struct av_collector *collector, struct av_run *run,
				  struct gng_av_result *result, struct gng_why *why)
{
	/* A second without frames is no overload, and a control wants frames of one kind. */
	const struct gng_qos_config config = {
		.policy = run->options->control ? GNG_QOS_HOLD : run->options->policy,
		.first_rung = run->options->rung,
		.top_rung = run->options->rung,
		.kbps = run->options->kbps,
		.budget_ns = GNG_AV_VIDEO_BUDGET_NS};

	memset(collector, 0, sizeof(*collector));
	collector->run = run;
	collector->rung = run->options->rung;
	collector->result = collector->worst.result = result;
	collector->near = calloc(1, sizeof(*collector->near));
	if (!collector->near)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.collect", "no memory");
	collector->near->counts = result->near;
	if (gng_hist_open(&collector->recent, 1, 10 * AV_SECOND, 2) != GNG_OK)
		return gng_why_set(why, GNG_ENOMEM, 0, "av.collect", "no memory");
	return gng_qos_init(&collector->qos, &config, run->start_ns, why);
}

void av_collector_fini(struct av_collector *collector)
{
	gng_hist_close(collector->recent);
	free(collector->near);
}

/* add_point ends a fifth of a second of the plot; without memory the plot is shorter. */
static void add_point(struct av_collector *collector, uint64_t now_ns)
{
	struct gng_av_result *result = collector->result;
	struct gng_av_point *point = &collector->point;

	if (result->num_points == result->cap_points && result->cap_points < 100000) {
		const size_t cap = result->cap_points ? 2 * result->cap_points : 1024;
		struct gng_av_point *points = realloc(result->points, cap * sizeof(*points));

		if (points) {
			result->points = points;
			result->cap_points = cap;
		}
	}
	point->at_ns = now_ns - collector->run->start_ns;
	point->rung = collector->rung;
	point->video_p50_ns = gng_hist_value_at_quantile(collector->recent, 0.5);
	point->video_max_ns = gng_hist_max(collector->recent);
	if (result->num_points < result->cap_points && collector->recent->total > 0)
		result->points[result->num_points++] = *point;
	*point = (struct gng_av_point){0};
	gng_hist_reset(collector->recent);
}

static void take_samples(struct av_collector *collector)
{
	uint64_t sample;

	while (av_ring_pop(&collector->run->samples, &sample))
		gng_hist_record(collector->result->rows[GNG_AV_DRV_XMIT], sample);
	while (av_ring_pop(&collector->run->controls, &sample))
		gng_hist_record(collector->result->rows[GNG_AV_CONTROL], sample);
}

/* Events come first: then each tick that is settled has all that was told before it. */
static void take_events(struct av_collector *collector, uint64_t now_ns, bool final)
{
	struct av_event event;

	while (av_ring_pop(&collector->run->events, &event))
		av_near_event(collector->near, event.kind, event.at_ns);
	av_near_settle(collector->near, final ? UINT64_MAX : now_ns - 2 * AV_NEAR_NS);
}

static void take_counts(struct av_collector *collector)
{
	struct gng_av_result *result = collector->result;
	struct av_run *run = collector->run;

	result->overruns = atomic_load(&run->pcm.dropped);
	result->underruns = atomic_load(&run->underruns);
	result->datagrams_sent = atomic_load(&run->sent);
	result->datagrams_taken = atomic_load(&run->taken);
	result->datagrams_refused = atomic_load(&run->refused);
	result->packets_lost = atomic_load(&run->lost);
	result->packets_recovered = atomic_load(&run->recovered);
	result->last_rung = collector->qos.decision.rung;
	result->trips = atomic_load(&run->stop.trips);
	result->tripped = atomic_load(&run->stop.tripped);
	if (result->tripped) {
		result->trip_frame = run->stop.frame;
		result->trip_ns = run->stop.tripped_ns - run->stop.deadline_ns;
	}
}

void av_collect(struct av_collector *collector, uint64_t now_ns, uint64_t last_ns, bool final)
{
	struct av_run *run = collector->run;

	while (av_frame_tick(run, collector->next_frame) < last_ns &&
	       take_frame(collector, now_ns, final))
		collector->next_frame++;
	while (av_period_tick(run, collector->next_period) < last_ns &&
	       take_period(collector, now_ns, final))
		collector->next_period++;
	take_samples(collector);
	take_wakes(collector);
	take_waits(collector);
	take_events(collector, now_ns, final);
	if (!final)
		control(collector, now_ns);
	add_point(collector, now_ns);
	take_counts(collector);
}
