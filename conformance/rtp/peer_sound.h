/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_sound.h - L16, L24 and Opus in our packets, and the payloads of a peer's packets in one
 * piece.
 */
#ifndef CONFORMANCE_RTP_PEER_SOUND_H
#define CONFORMANCE_RTP_PEER_SOUND_H

#include "peer.h"

#define PEER_SOUND_TYPE 97
#define PEER_PERIODS 100
#define PEER_SAMPLES 192 /* of a packet: left and right of 2 ms */

/* peer_sound is a medium, and its payloads one behind the other. */
struct peer_sound {
	struct gng_rtp_media media;
	uint8_t bytes[1 << 17];
	size_t len;
};

static inline void peer_sound_init(struct peer_sound *sound, enum gng_rtp_codec codec)
{
	sound->media = (struct gng_rtp_media){.codec = codec,
					      .payload_type = PEER_SOUND_TYPE,
					      .num_channels = 2,
					      .rate = 48000,
					      .packet_us = codec == GNG_RTP_OPUS ? 0 : 2000};
	sound->len = 0;
}

/* peer_sound_put sends one payload to packets and keeps it. */
static inline void peer_sound_put(struct peer_sound *sound, struct peer_packets *packets,
				  struct gng_rtp_packet *packet, uint32_t num_samples)
{
	struct peer_packet *to = &packets->list[packets->num];

	assert_true(++packets->num < PEER_MAX_PACKETS);
	assert_true(sound->len + packet->payload_len <= sizeof(sound->bytes));
	memcpy(sound->bytes + sound->len, packet->payload, packet->payload_len);
	sound->len += packet->payload_len;
	packet->marker = packet->seq == 65500;
	assert_int_equal(gng_rtp_write(to->bytes, sizeof(to->bytes), &to->len, packet, NULL),
			 GNG_OK);
	packet->seq++;
	packet->timestamp += num_samples;
}

/* peer_sound_linear makes packets of L16 or L24; every sample differs from its neighbours. */
static inline void peer_sound_linear(struct peer_sound *sound, struct peer_packets *packets)
{
	uint8_t payload[3 * PEER_SAMPLES];
	struct gng_rtp_packet packet = {.payload_type = PEER_SOUND_TYPE,
					.ssrc = PEER_SSRC,
					.seq = 65500,
					.payload = payload};
	int16_t small[PEER_SAMPLES];
	int32_t large[PEER_SAMPLES];

	packets->num = 0;
	for (int i = 0; i < PEER_PERIODS; i++) {
		enum gng_status status;

		for (int j = 0; j < PEER_SAMPLES; j++) {
			small[j] = (int16_t)((i * PEER_SAMPLES + j) * 7919);
			large[j] = (i * PEER_SAMPLES + j) * 104729 % 0x800000;
		}
		status = sound->media.codec == GNG_RTP_L16
				 ? gng_rtp_l16_write(payload, sizeof(payload), &packet.payload_len,
						     small, PEER_SAMPLES, NULL)
				 : gng_rtp_l24_write(payload, sizeof(payload), &packet.payload_len,
						     large, PEER_SAMPLES, NULL);
		assert_int_equal(status, GNG_OK);
		peer_sound_put(sound, packets, &packet, PEER_SAMPLES / 2);
	}
}

/* peer_sound_opus makes packets of Opus frames from libopus through FFmpeg; the list of frames has
 * the size of each in its fifth column. */
static inline void peer_sound_opus(struct peer_sound *sound, struct peer_packets *packets)
{
	struct gng_rtp_packet packet = {
		.payload_type = PEER_SOUND_TYPE, .ssrc = PEER_SSRC, .seq = 65500};
	size_t len, at = 0, size;
	uint8_t *bytes;
	char *list, *line, *rest;

	if (command("ffmpeg -v error -f lavfi -i sine=frequency=440:sample_rate=48000:duration=1 "
		    "-ac 2 -c:a libopus -b:a 96k -frame_duration 10 -f ogg source.ogg && "
		    "ffmpeg -v error -i source.ogg -map 0 -c copy -f data opus.bin -map 0 -c copy "
		    "-f framecrc "
		    "opus.list") != 0)
		suite_fail("FFmpeg makes no Opus: %s", command_err);
	bytes = peer_file("opus.bin", &len);
	list = rest = command_read("opus.list");
	packets->num = 0;
	while ((line = strsep(&rest, "\n"))) {
		uint32_t num_samples;

		if (sscanf(line, "0,%*[^,],%*[^,],%*[^,],%zu,", &size) != 1)
			continue;
		packet.payload = bytes + at;
		packet.payload_len = size;
		at += size;
		assert_true(at <= len);
		assert_int_equal(gng_rtp_opus_duration(&num_samples, packet.payload, size, NULL),
				 GNG_OK);
		peer_sound_put(sound, packets, &packet, num_samples);
	}
	assert_int_equal(at, len);
	assert_true(packets->num >= 99);
	free(bytes);
	free(list);
}

static inline void peer_sound_make(struct peer_sound *sound, struct peer_packets *packets,
				   enum gng_rtp_codec codec)
{
	peer_sound_init(sound, codec);
	if (codec == GNG_RTP_OPUS)
		peer_sound_opus(sound, packets);
	else
		peer_sound_linear(sound, packets);
}

/* peer_sound_join appends the payloads of a peer's packets, each read by the rules of its codec. */
static inline void peer_sound_join(struct peer_sound *sound, const struct peer_packets *packets)
{
	struct gng_rtp_packet packet = {0};
	static int32_t samples[PEER_MAX_LEN];
	uint32_t num_samples;
	size_t num;

	for (size_t i = 0; i < packets->num; i++) {
		enum gng_status status;

		peer_read(&packet, packets, i);
		if (sound->media.codec == GNG_RTP_OPUS)
			status = gng_rtp_opus_duration(&num_samples, packet.payload,
						       packet.payload_len, NULL);
		else if (sound->media.codec == GNG_RTP_L16)
			status = gng_rtp_l16_read((int16_t *)samples, PEER_MAX_LEN, &num,
						  packet.payload, packet.payload_len, 2, NULL);
		else
			status = gng_rtp_l24_read(samples, PEER_MAX_LEN, &num, packet.payload,
						  packet.payload_len, 2, NULL);
		assert_int_equal(status, GNG_OK);
		assert_true(sound->len + packet.payload_len <= sizeof(sound->bytes));
		memcpy(sound->bytes + sound->len, packet.payload, packet.payload_len);
		sound->len += packet.payload_len;
	}
}

#endif /* CONFORMANCE_RTP_PEER_SOUND_H */
