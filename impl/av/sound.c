/* SPDX-License-Identifier: Apache-2.0 */
/* sound.c - the threads that send and receive sound: L16, a packet a millisecond, or Opus, a packet
 * each five. */
#include "av_run.h"

#include <sys/socket.h>

/* ---- out ---- */

/* gathered is a frame of Opus in the making. */
struct gathered {
	uint32_t first;
	size_t num;
	int16_t samples[AV_OPUS_SAMPLES];
};

/* send_payload sends what a packet carries; what is not sent is missed, and so counted. */
static void send_payload(struct av_run *run, struct gng_rtp_packet *packet, uint32_t number)
{
	struct av_datagram datagram;
	enum gng_status status;

	packet->ssrc = AV_SSRC_AUDIO;
	packet->timestamp = number * AV_AUDIO_FRAMES;
	status = gng_rtp_write(datagram.bytes, sizeof(datagram.bytes), &datagram.len, packet, NULL);
	if (status == GNG_OK && !run->options->clear)
		status = gng_rtp_srtp_protect(&run->audio_out, datagram.bytes,
					      sizeof(datagram.bytes), &datagram.len, NULL);
	if (status != GNG_OK)
		return;
	av_tap_keep(&run->tap_audio, datagram.bytes, datagram.len, 5006);
	if (send(run->audio_out_fd, datagram.bytes, datagram.len, 0) >= 0)
		atomic_fetch_add_explicit(&run->sent, 1, memory_order_relaxed);
}

static void send_l16(struct av_run *run, const struct av_period *period)
{
	struct gng_rtp_packet packet = {.payload_type = AV_TYPE_AUDIO,
					.seq = (uint16_t)period->number};
	uint8_t payload[sizeof(period->samples)];

	packet.payload = payload;
	if (gng_rtp_l16_write(payload, sizeof(payload), &packet.payload_len, period->samples,
			      AV_AUDIO_SAMPLES, NULL) == GNG_OK)
		send_payload(run, &packet, period->number);
}

/* The mark of the right side is no sound that a lossy coder keeps: the tone goes there too. */
static void gather(struct gathered *frame, const struct av_period *period)
{
	int16_t *to = frame->samples + frame->num * AV_AUDIO_SAMPLES;

	for (size_t i = 0; i < AV_AUDIO_FRAMES; i++)
		to[2 * i] = to[2 * i + 1] = period->samples[2 * i];
	frame->num++;
}

/* A frame begins at a multiple of five; one that lacks a period is given up. */
static void send_opus(struct av_run *run, struct gathered *frame, const struct av_period *period)
{
	struct gng_rtp_packet packet = {.payload_type = AV_TYPE_OPUS,
					.seq = (uint16_t)(period->number / AV_OPUS_PERIODS)};
	uint8_t payload[AV_MAX_PAYLOAD];

	if (period->number % AV_OPUS_PERIODS == 0)
		*frame = (struct gathered){.first = period->number};
	if (period->number != frame->first + frame->num)
		return;
	gather(frame, period);
	packet.payload = payload;
	if (frame->num == AV_OPUS_PERIODS &&
	    run->sound.module->sound_encode(run->sound_out, frame->samples, payload,
					    sizeof(payload), &packet.payload_len) == 0)
		send_payload(run, &packet, frame->first);
}

void *av_audio_out(void *arg)
{
	struct av_run *run = arg;
	struct gathered frame = {.first = 1}; /* 1: no period fits until a frame begins */
	struct av_period period;

	av_take_class(run, AV_AUDIO_OUT);
	while (!av_ending(run)) {
		sem_wait(&run->pcm_ready);
		if (!av_ring_pop(&run->pcm, &period))
			continue;
		if (run->sound_out)
			send_opus(run, &frame, &period);
		else
			send_l16(run, &period);
	}
	return NULL;
}

/* ---- back ---- */

/* heard is what a packet of sound holds: num periods from number on. */
struct heard {
	uint32_t number, num;
};

static bool take_l16(struct heard *heard, const struct gng_rtp_packet *packet)
{
	int16_t samples[AV_AUDIO_SAMPLES];
	size_t num = 0;

	heard->num = 1;
	return packet->payload_type == AV_TYPE_AUDIO &&
	       gng_rtp_l16_read(samples, AV_AUDIO_SAMPLES, &num, packet->payload,
				packet->payload_len, AV_AUDIO_CHANNELS, NULL) == GNG_OK &&
	       num == AV_AUDIO_SAMPLES && av_read_sound(&heard->number, samples) &&
	       heard->number * AV_AUDIO_FRAMES == packet->timestamp;
}

/* The number is not in the sound, so it is continued from the time stamp; that it is the tone is
 * heard, but in the safe state, and but for what a microphone hears. */
static bool take_opus(struct av_run *run, struct heard *heard, const struct gng_rtp_packet *packet)
{
	int16_t samples[AV_OPUS_SAMPLES];
	uint32_t duration = 0;
	const uint32_t ahead = packet->timestamp - heard->number * AV_AUDIO_FRAMES;

	if (packet->payload_type != AV_TYPE_OPUS ||
	    gng_rtp_opus_duration(&duration, packet->payload, packet->payload_len, NULL) !=
		    GNG_OK ||
	    duration != AV_OPUS_SAMPLES / AV_AUDIO_CHANNELS ||
	    run->sound.module->sound_decode(run->sound_back, packet->payload, packet->payload_len,
					    samples) != 0)
		return false;
	heard->number += (uint32_t)((int32_t)ahead / AV_AUDIO_FRAMES);
	heard->num = AV_OPUS_PERIODS;
	return av_hears_tone(samples, AV_OPUS_SAMPLES) || atomic_load(&run->stop.tripped) ||
	       run->microphone.capture;
}

/* take returns false for what is no sound of this run. */
static bool take(struct av_run *run, struct heard *heard, uint8_t *bytes, size_t len)
{
	struct gng_rtp_packet packet;

	if (!run->options->clear &&
	    gng_rtp_srtp_unprotect(&run->audio_back, bytes, &len, NULL) != GNG_OK)
		return false;
	if (gng_rtp_read(&packet, bytes, len, NULL) != GNG_OK)
		return false;
	return run->sound_back ? take_opus(run, heard, &packet) : take_l16(heard, &packet);
}

/* A coder that looks ahead gives its sound later by as much, which no stamp shows. */
static void publish(struct av_run *run, uint32_t number, uint64_t arrived_ns)
{
	struct av_period_slot *slot = &run->periods[number % AV_NUM_PERIODS];

	slot->arrived_ns = arrived_ns;
	slot->received_ns = av_now() + run->lookahead_ns;
	atomic_store_explicit(&run->play[number % AV_PLAY_SLOTS], number + 1, memory_order_release);
	atomic_store_explicit(&slot->back, number + 1, memory_order_release);
}

void *av_audio_back(void *arg)
{
	struct av_run *run = arg;
	uint8_t bytes[AV_MAX_DATAGRAM];
	struct heard heard = {0};
	uint64_t arrived;

	av_take_class(run, AV_AUDIO_BACK);
	while (!av_ending(run)) {
		const size_t len =
			av_wire_receive(run->audio_back_fd, bytes, sizeof(bytes), &arrived);

		if (len == 0)
			continue;
		if (!take(run, &heard, bytes, len)) {
			atomic_fetch_add(&run->refused, 1);
			continue;
		}
		for (uint32_t i = 0; i < heard.num; i++)
			publish(run, heard.number + i, arrived);
	}
	return NULL;
}

/* ---- the coder ---- */

/* prime lets both coders hear the tone before the first tick: a first frame is half its look-ahead,
 * which is silence. */
static bool prime(struct av_run *run)
{
	const struct av_mark mark = {0};
	struct gathered frame = {0};
	struct av_period period;
	uint8_t bytes[AV_MAX_PAYLOAD];
	int16_t back[AV_OPUS_SAMPLES];
	bool good = true;
	size_t len;

	av_draw_sound(period.samples, &mark);
	for (unsigned int i = 0; i < AV_OPUS_PERIODS; i++)
		gather(&frame, &period);
	for (int i = 0; i < 4 && good; i++)
		good = run->sound.module->sound_encode(run->sound_out, frame.samples, bytes,
						       sizeof(bytes), &len) == 0 &&
		       run->sound.module->sound_decode(run->sound_back, bytes, len, back) == 0;
	return good;
}

enum gng_status av_sound_open(struct av_run *run, struct gng_why *why)
{
	uint32_t lookahead = 0;
	enum gng_status status;

	run->audio_budget_ns = run->options->opus ? GNG_AV_OPUS_BUDGET_NS : GNG_AV_AUDIO_BUDGET_NS;
	if (!run->options->opus)
		return GNG_OK;
	status = av_load(&run->sound, "opus", why);
	if (status != GNG_OK)
		return status;
	run->sound_out = run->sound.module->sound_open(&lookahead);
	run->sound_back = run->sound.module->sound_open(&lookahead);
	if (!run->sound_out || !run->sound_back || !prime(run))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "av.sound",
				   "libopus does not give a coder of 48 kHz");
	run->lookahead_ns = lookahead * AV_SECOND / AV_AUDIO_RATE;
	return GNG_OK;
}

void av_sound_close(struct av_run *run)
{
	if (run->sound_out)
		run->sound.module->sound_close(run->sound_out);
	if (run->sound_back)
		run->sound.module->sound_close(run->sound_back);
	av_unload(&run->sound);
}
