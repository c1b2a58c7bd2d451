/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ffmpeg_test.c - FFmpeg receives us by our session description and we receive it by its own, over
 * loopback: H.264 unit for unit and picture for picture, sound byte for byte.
 */
/* requires: ffmpeg */
#include "peer_sound.h"
#include "peer_video.h"

static struct peer_packets packets;
static struct peer_units source, got;
static struct peer_sound sound, want;

static char *version(void)
{
	return peer_version("ffmpeg -version");
}

/* send_all gives the packets to a peer that waits for them, and says the end. */
static void send_all(const struct peer_link *link, pid_t child)
{
	peer_ready(link, child);
	for (size_t i = 0; i < packets.num; i++)
		peer_send(link, child, packets.list[i].bytes, packets.list[i].len);
	peer_bye(link, child);
	if (command_finish(child) != 0)
		suite_fail("FFmpeg failed: %s", command_err);
}

static void ffmpeg_receives_our_h264(void **state)
{
	struct gng_rtp_media media = {
		.codec = GNG_RTP_H264, .payload_type = PEER_TYPE, .rate = 90000};
	struct peer_link link;
	char *name = version();

	(void)state;
	peer_video_make(&source);
	peer_pack(&packets, &source);
	peer_yield(&link);
	media.port = link.port;
	peer_sdp(&media);
	send_all(&link,
		 command_begin("timeout 60 ffmpeg -v error -protocol_whitelist file,udp,rtp -i "
			       "ours.sdp -map 0:v -c copy -f h264 got.h264 -map 0:v -fps_mode "
			       "passthrough -f rawvideo got.yuv"));
	peer_units_read(&got, "got.h264");
	peer_units_row(name, &source, &got);
	peer_pictures_row(name, "got.yuv");
	peer_units_fini(&got);
	peer_units_fini(&source);
	peer_close(&link);
	free(name);
}

/* read_theirs checks FFmpeg's description of one medium. */
static void read_theirs(struct gng_rtp_media *media, enum gng_rtp_codec codec, uint16_t port)
{
	char *text = command_read("theirs.sdp");
	struct gng_why why = {0};
	size_t num;

	if (gng_rtp_sdp_read(media, 1, &num, text, strlen(text), &why) != GNG_OK)
		suite_fail("%s: %s", why.text, text);
	assert_int_equal(num, 1);
	assert_int_equal(media->codec, codec);
	assert_int_equal(media->port, port);
	free(text);
}

static void we_receive_h264_of_ffmpeg(void **state)
{
	struct gng_rtp_media media;
	struct peer_link link;
	char *name = version(), words[400];

	(void)state;
	peer_video_make(&source);
	peer_listen(&link);
	snprintf(words, sizeof(words),
		 "timeout 60 ffmpeg -v error -f h264 -i source.h264 -c copy -rtpflags send_bye -f "
		 "rtp -sdp_file "
		 "theirs.sdp 'rtp://127.0.0.1:%u?pkt_size=1000'",
		 link.port);
	peer_collect(&packets, &link, command_begin(words));
	assert_int_equal(packets.num_byes, 1);
	read_theirs(&media, GNG_RTP_H264, link.port);
	assert_int_equal(source.list[1].len, media.sps_len);
	assert_memory_equal(source.list[1].bytes, media.sps, media.sps_len);
	peer_unpack(&got, &packets);
	peer_units_row(name, &source, &got);
	peer_units_fini(&got);
	peer_units_fini(&source);
	peer_close(&link);
	free(name);
}

static void check_our_sound(enum gng_rtp_codec codec)
{
	struct peer_link link;
	char *name = version();

	peer_sound_make(&sound, &packets, codec);
	peer_yield(&link);
	sound.media.port = link.port;
	peer_sdp(&sound.media);
	send_all(&link, command_begin("timeout 60 ffmpeg -v error -y -protocol_whitelist "
				      "file,udp,rtp -i ours.sdp -map 0 -c copy -f data got.raw"));
	peer_bytes_row(name, "payloads", "got.raw", sound.bytes, sound.len);
	peer_close(&link);
	free(name);
}

static void ffmpeg_receives_our_l16(void **state)
{
	(void)state;
	check_our_sound(GNG_RTP_L16);
}

static void ffmpeg_receives_our_l24(void **state)
{
	(void)state;
	check_our_sound(GNG_RTP_L24);
}

static void ffmpeg_receives_our_opus(void **state)
{
	(void)state;
	check_our_sound(GNG_RTP_OPUS);
}

/* check_their_sound lets FFmpeg encode once into a file and once into RTP. */
static void check_their_sound(enum gng_rtp_codec codec, const char *encoder)
{
	struct gng_rtp_media media;
	struct peer_link link;
	char *name = version(), words[600];

	peer_sound_init(&sound, codec);
	peer_listen(&link);
	snprintf(words, sizeof(words),
		 "timeout 60 ffmpeg -v error -y -f lavfi -i "
		 "sine=frequency=440:sample_rate=48000:duration=0.3 -ac 2 -map 0 -c:a %s -f data "
		 "want.raw "
		 "-map 0 -ac 2 -c:a %s -rtpflags send_bye -payload_type 97 -f rtp -sdp_file "
		 "theirs.sdp "
		 "'rtp://127.0.0.1:%u?pkt_size=1000'",
		 encoder, encoder, link.port);
	peer_collect(&packets, &link, command_begin(words));
	assert_int_equal(packets.num_byes, 1);
	read_theirs(&media, codec, link.port);
	assert_int_equal(media.rate, 48000);
	assert_int_equal(media.num_channels, 2);
	peer_sound_join(&sound, &packets);
	command_write("got.raw", sound.bytes, sound.len);
	free(command_out);
	command_out = (char *)peer_file("want.raw", &want.len);
	peer_bytes_row(name, "payloads", "got.raw", (uint8_t *)command_out, want.len);
	peer_close(&link);
	free(name);
}

static void we_receive_l16_of_ffmpeg(void **state)
{
	(void)state;
	check_their_sound(GNG_RTP_L16, "pcm_s16be");
}

static void we_receive_l24_of_ffmpeg(void **state)
{
	(void)state;
	check_their_sound(GNG_RTP_L24, "pcm_s24be");
}

static void we_receive_opus_of_ffmpeg(void **state)
{
	(void)state;
	check_their_sound(GNG_RTP_OPUS, "libopus -b:a 96k");
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(ffmpeg_receives_our_h264, "T3.rtp.peers"),
	TEST_SLOW(we_receive_h264_of_ffmpeg, "T3.rtp.peers"),
	TEST_SLOW(ffmpeg_receives_our_l16, "T3.rtp.peers"),
	TEST_SLOW(ffmpeg_receives_our_l24, "T3.rtp.peers"),
	TEST_SLOW(ffmpeg_receives_our_opus, "T3.rtp.peers"),
	TEST_SLOW(we_receive_l16_of_ffmpeg, "T3.rtp.peers"),
	TEST_SLOW(we_receive_l24_of_ffmpeg, "T3.rtp.peers"),
	TEST_SLOW(we_receive_opus_of_ffmpeg, "T3.rtp.peers"),
	{0},
};
