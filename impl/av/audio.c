/* SPDX-License-Identifier: Apache-2.0 */
/* audio.c - the four threads of sound: capture, send, receive, play, a millisecond at a time. */
#include "av_run.h"

#include <string.h>
#include <sys/socket.h>

#define PLAY_DELAY_NS GNG_AV_AUDIO_BUDGET_NS

static struct av_period_slot *slot_of(struct av_run *run, uint32_t number)
{
	return &run->periods[number % AV_NUM_PERIODS];
}

static void capture(struct av_run *run, uint32_t number)
{
	struct av_period_slot *slot = slot_of(run, number);
	struct av_period period = {.number = number};
	const struct av_mark mark = {.number = number, .safe = atomic_load(&run->stop.tripped)};

	slot->wake_ns = av_now();
	slot->sent_ns = slot->arrived_ns = slot->received_ns = 0;
	av_draw_sound(period.samples, &mark);
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

static enum gng_status send_period(struct av_run *run, const struct av_period *period)
{
	struct gng_rtp_packet packet = {.payload_type = AV_TYPE_AUDIO,
					.ssrc = AV_SSRC_AUDIO,
					.seq = (uint16_t)period->number,
					.timestamp = period->number * AV_AUDIO_FRAMES};
	uint8_t payload[sizeof(period->samples)];
	struct av_datagram datagram;
	enum gng_status status = gng_rtp_l16_write(payload, sizeof(payload), &packet.payload_len,
						   period->samples, AV_AUDIO_SAMPLES, NULL);

	packet.payload = payload;
	if (status == GNG_OK)
		status = gng_rtp_write(datagram.bytes, sizeof(datagram.bytes), &datagram.len,
				       &packet, NULL);
	if (status == GNG_OK && !run->options->clear)
		status = gng_rtp_srtp_protect(&run->audio_out, datagram.bytes,
					      sizeof(datagram.bytes), &datagram.len, NULL);
	if (status != GNG_OK)
		return status;
	av_tap_keep(&run->tap_audio, datagram.bytes, datagram.len, 5006);
	if (send(run->audio_out_fd, datagram.bytes, datagram.len, 0) >= 0)
		atomic_fetch_add_explicit(&run->sent, 1, memory_order_relaxed);
	return GNG_OK;
}

void *av_audio_out(void *arg)
{
	struct av_run *run = arg;
	struct av_period period;

	av_take_class(run, AV_AUDIO_OUT);
	while (!av_ending(run)) {
		sem_wait(&run->pcm_ready);
		if (av_ring_pop(&run->pcm, &period))
			(void)send_period(run, &period); /* what is not sent is missed and lost */
	}
	return NULL;
}

/* take returns false for what is no sound of this run. */
static bool take(struct av_run *run, uint8_t *bytes, size_t len, uint32_t *number)
{
	int16_t samples[AV_AUDIO_SAMPLES];
	struct gng_rtp_packet packet;
	size_t num = 0;

	if (!run->options->clear &&
	    gng_rtp_srtp_unprotect(&run->audio_back, bytes, &len, NULL) != GNG_OK)
		return false;
	return gng_rtp_read(&packet, bytes, len, NULL) == GNG_OK &&
	       packet.payload_type == AV_TYPE_AUDIO &&
	       gng_rtp_l16_read(samples, AV_AUDIO_SAMPLES, &num, packet.payload, packet.payload_len,
				AV_AUDIO_CHANNELS, NULL) == GNG_OK &&
	       num == AV_AUDIO_SAMPLES && av_read_sound(number, samples) &&
	       *number * AV_AUDIO_FRAMES == packet.timestamp;
}

void *av_audio_back(void *arg)
{
	struct av_run *run = arg;
	uint8_t bytes[AV_MAX_DATAGRAM];
	uint64_t arrived;
	uint32_t number;

	av_take_class(run, AV_AUDIO_BACK);
	while (!av_ending(run)) {
		const size_t len =
			av_wire_receive(run->audio_back_fd, bytes, sizeof(bytes), &arrived);
		struct av_period_slot *slot;

		if (len == 0)
			continue;
		if (!take(run, bytes, len, &number)) {
			atomic_fetch_add(&run->refused, 1);
			continue;
		}
		slot = slot_of(run, number);
		slot->arrived_ns = arrived;
		slot->received_ns = av_now();
		atomic_store_explicit(&run->play[number % AV_PLAY_SLOTS], number + 1,
				      memory_order_release);
		atomic_store_explicit(&slot->back, number + 1, memory_order_release);
	}
	return NULL;
}

/* The presentation of sound: each period is due a budget behind its tick, there or not. */
void *av_audio_play(void *arg)
{
	struct av_run *run = arg;

	av_take_class(run, AV_AUDIO_PLAY);
	for (uint32_t number = 0; !av_ending(run); number++) {
		av_sleep_until(av_period_tick(run, number) + PLAY_DELAY_NS);
		if (av_ending(run))
			break;
		if (atomic_load_explicit(&run->play[number % AV_PLAY_SLOTS],
					 memory_order_acquire) != number + 1)
			atomic_fetch_add_explicit(&run->underruns, 1, memory_order_relaxed);
	}
	return NULL;
}
