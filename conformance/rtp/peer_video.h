/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer_video.h - a stream of H.264 that x264 makes through FFmpeg, in our packets, and put together
 * again from a peer's.
 */
#ifndef CONFORMANCE_RTP_PEER_VIDEO_H
#define CONFORMANCE_RTP_PEER_VIDEO_H

#include "peer.h"

#define PEER_MAX_UNITS 1024
#define PEER_FRAMES 40
#define PEER_TYPE 96
#define PEER_MAX_PAYLOAD 900
#define PEER_DELIMITER 9 /* H.264 table 7-1 */

/* peer_units are the NAL units of a byte stream; peer_units_fini frees it. */
struct peer_units {
	uint8_t *bytes;
	size_t len, num;
	struct gng_rtp_unit list[PEER_MAX_UNITS];
};

static inline bool peer_starts(const struct peer_units *units, size_t at)
{
	const uint8_t *in = units->bytes + at;

	return at + 3 < units->len && in[0] == 0 && in[1] == 0 && in[2] == 1;
}

/* peer_split finds units a byte at a time; zeros ahead of a start code are no part of one. */
static inline void peer_split(struct peer_units *units)
{
	size_t begin = 0;

	units->num = 0;
	for (size_t at = 0; at <= units->len; at++) {
		size_t end = at;

		if (at < units->len && !peer_starts(units, at))
			continue;
		while (end > begin && units->bytes[end - 1] == 0)
			end--;
		assert_true(units->num < PEER_MAX_UNITS);
		if (begin > 0)
			units->list[units->num++] =
				(struct gng_rtp_unit){units->bytes + begin, end - begin};
		begin = at + 3;
	}
}

static inline void peer_units_read(struct peer_units *units, const char *name)
{
	units->bytes = peer_file(name, &units->len);
	peer_split(units);
}

static inline void peer_units_fini(struct peer_units *units)
{
	free(units->bytes);
}

/* peer_video_make writes source.h264, four slices a picture behind a delimiter, and want.yuv. */
static inline void peer_video_make(struct peer_units *units)
{
	if (command("ffmpeg -v error -f lavfi -i testsrc2=size=320x240:rate=30 -frames:v %d "
		    "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline "
		    "-pix_fmt yuv420p -threads 1 -g 20 -x264-params "
		    "slices=4:repeat-headers=1:aud=1:bitrate=400:vbv-maxrate=400:vbv-bufsize=40 "
		    "-f h264 source.h264 && ffmpeg -v error -f h264 -i source.h264 "
		    "-fps_mode passthrough -f rawvideo want.yuv",
		    PEER_FRAMES) != 0)
		suite_fail("FFmpeg makes no H.264: %s", command_err);
	peer_units_read(units, "source.h264");
	assert_true(units->num > 5 * PEER_FRAMES);
}

static inline bool peer_begins_picture(const struct peer_units *units, size_t i)
{
	return i == units->num || (units->list[i].bytes[0] & 0x1f) == PEER_DELIMITER;
}

static inline void peer_put(struct peer_packets *packets, struct gng_rtp_packet *packet)
{
	struct peer_packet *to = &packets->list[packets->num];

	assert_true(++packets->num < PEER_MAX_PACKETS);
	assert_int_equal(gng_rtp_write(to->bytes, sizeof(to->bytes), &to->len, packet, NULL),
			 GNG_OK);
	packet->seq++;
}

/* peer_pack makes our packets of the stream, across the wrap of sequence numbers. */
static inline void peer_pack(struct peer_packets *packets, const struct peer_units *units)
{
	static struct gng_rtp_h264_pack pack;
	uint8_t payload[PEER_MAX_PAYLOAD];
	struct gng_rtp_packet packet = {
		.payload_type = PEER_TYPE, .ssrc = PEER_SSRC, .seq = 65500, .payload = payload};
	size_t first = 0;

	packets->num = 0;
	assert_int_equal(gng_rtp_h264_pack_init(&pack, sizeof(payload), NULL), GNG_OK);
	for (size_t i = 1; i <= units->num; i++) {
		const uint8_t *from = units->list[first].bytes - 3;

		if (!peer_begins_picture(units, i))
			continue;
		assert_int_equal(gng_rtp_h264_pack_begin(&pack, from,
							 (size_t)(units->list[i - 1].bytes - from) +
								 units->list[i - 1].len,
							 NULL),
				 GNG_OK);
		while (gng_rtp_h264_pack_next(&pack, payload, &packet.payload_len, &packet.marker))
			peer_put(packets, &packet);
		packet.timestamp += 3000;
		first = i;
	}
}

static inline void peer_append(struct peer_units *got, const struct gng_rtp_h264_unpack *unpack)
{
	assert_false(unpack->damaged);
	got->bytes = realloc(got->bytes, got->len + unpack->out_len);
	assert_non_null(got->bytes);
	memcpy(got->bytes + got->len, unpack->out, unpack->out_len);
	got->len += unpack->out_len;
}

/* peer_unpack puts a peer's packets of H.264 together (caller: peer_units_fini). */
static inline void peer_unpack(struct peer_units *got, const struct peer_packets *packets)
{
	static uint8_t out[1 << 20];
	struct gng_rtp_h264_unpack unpack;
	struct gng_rtp_packet packet = {0};
	struct gng_why why = {0};

	got->bytes = NULL;
	got->len = 0;
	gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
	for (size_t i = 0; i < packets->num; i++) {
		enum gng_rtp_h264_event event = GNG_RTP_H264_HELD;

		peer_read(&packet, packets, i);
		while (event == GNG_RTP_H264_HELD) {
			if (gng_rtp_h264_unpack_push(&unpack, &event, &packet, &why) != GNG_OK)
				suite_fail("packet %zu: %s", i, why.text);
			if (event != GNG_RTP_H264_MORE)
				peer_append(got, &unpack);
		}
	}
	peer_split(got);
}

/* ---- the table ---- */

/* peer_units_row compares unit for unit. */
static inline void peer_units_row(const char *peer, const struct peer_units *want,
				  const struct peer_units *got)
{
	char expected[80], text[80];
	size_t same = 0;

	while (same < want->num && same < got->num && want->list[same].len == got->list[same].len &&
	       memcmp(want->list[same].bytes, got->list[same].bytes, want->list[same].len) == 0)
		same++;
	snprintf(expected, sizeof(expected), "%zu units, %zu identical", want->num, want->num);
	snprintf(text, sizeof(text), "%zu units, %zu identical", got->num, same);
	peer_row(peer, expected, text);
}

/* peer_bytes_row compares a file that a peer wrote with what it should be. */
static inline void peer_bytes_row(const char *peer, const char *what, const char *got,
				  const uint8_t *want, size_t want_len)
{
	char expected[120], text[120];
	size_t len, same = 0;
	uint8_t *bytes = peer_file(got, &len);

	while (same < want_len && same < len && want[same] == bytes[same])
		same++;
	free(bytes);
	snprintf(expected, sizeof(expected), "%s: %zu bytes, %zu identical", what, want_len,
		 want_len);
	snprintf(text, sizeof(text), "%s: %zu bytes, %zu identical", what, len, same);
	peer_row(peer, expected, text);
}

/* peer_pictures_row compares decoded pictures byte for byte with FFmpeg's of the source. */
static inline void peer_pictures_row(const char *peer, const char *got)
{
	size_t len;
	uint8_t *want = peer_file("want.yuv", &len);

	assert_int_equal(len, PEER_FRAMES * 320 * 240 * 3 / 2);
	peer_bytes_row(peer, "decoded pictures", got, want, len);
	free(want);
}

#endif /* CONFORMANCE_RTP_PEER_VIDEO_H */
