/* SPDX-License-Identifier: Apache-2.0 */
/* sdp_test.c - session descriptions: a text by hand, every codec back, and each line broken. */
#include "../suite.h"

#include <gng_rtp.h>
#include <stdio.h>
#include <string.h>

static const char by_hand[] = "v=0\r\n"
			      "o=- 0 0 IN IP4 127.0.0.1\r\n"
			      "s=gonogo\r\n"
			      "c=IN IP4 127.0.0.1\r\n"
			      "t=0 0\r\n"
			      "m=video 5004 RTP/AVP 96\r\n"
			      "a=rtpmap:96 H264/90000\r\n"
			      "a=fmtp:96 packetization-mode=1;profile-level-id=42c01f;"
			      "sprop-parameter-sets=Z0LAH9o=,aM4=\r\n"
			      "m=audio 5006 RTP/AVP 97\r\n"
			      "a=rtpmap:97 L24/48000/2\r\n"
			      "a=ptime:0.125\r\n"
			      "m=audio 5008 RTP/AVP 98\r\n"
			      "a=rtpmap:98 opus/48000/2\r\n";

static void media_by_hand(struct gng_rtp_media media[3])
{
	static const uint8_t sps[] = {0x67, 0x42, 0xc0, 0x1f, 0xda}, pps[] = {0x68, 0xce};

	memset(media, 0, 3 * sizeof(media[0]));
	media[0] = (struct gng_rtp_media){
		.codec = GNG_RTP_H264,
		.port = 5004,
		.payload_type = 96,
		.rate = 90000,
		.sps_len = sizeof(sps),
		.pps_len = sizeof(pps),
	};
	memcpy(media[0].sps, sps, sizeof(sps));
	memcpy(media[0].pps, pps, sizeof(pps));
	media[1] = (struct gng_rtp_media){GNG_RTP_L24, 5006, 97, 2, 48000, 125, 0, 0, {0}, {0}};
	media[2] = (struct gng_rtp_media){GNG_RTP_OPUS, 5008, 98, 2, 48000, 0, 0, 0, {0}, {0}};
}

static void check_media(const struct gng_rtp_media *got, const struct gng_rtp_media *want)
{
	assert_int_equal(got->codec, want->codec);
	assert_int_equal(got->port, want->port);
	assert_int_equal(got->payload_type, want->payload_type);
	assert_int_equal(got->num_channels, want->num_channels);
	assert_int_equal(got->rate, want->rate);
	assert_int_equal(got->packet_us, want->packet_us);
	assert_int_equal(got->sps_len, want->sps_len);
	assert_memory_equal(got->sps, want->sps, want->sps_len);
	assert_int_equal(got->pps_len, want->pps_len);
	assert_memory_equal(got->pps, want->pps, want->pps_len);
}

static void the_text_is_that_by_hand(void **state)
{
	struct gng_rtp_media media[3], back[3];
	char text[1000];
	size_t len, num;

	(void)state;
	media_by_hand(media);
	assert_int_equal(gng_rtp_sdp_write(text, sizeof(text), &len, "127.0.0.1", media, 3, NULL),
			 GNG_OK);
	assert_string_equal(text, by_hand);
	assert_int_equal(len, strlen(by_hand));
	assert_int_equal(gng_rtp_sdp_read(back, 3, &num, by_hand, len, NULL), GNG_OK);
	assert_int_equal(num, 3);
	for (size_t i = 0; i < 3; i++)
		check_media(&back[i], &media[i]);
	assert_int_equal(gng_rtp_sdp_read(back, 2, &num, by_hand, len, NULL), GNG_ELIMIT);
	for (size_t cap = 1; cap <= len; cap++)
		assert_int_equal(gng_rtp_sdp_write(text, cap, &num, "127.0.0.1", media, 3, NULL),
				 GNG_EINVAL);
}

/* Every length of a parameter set, for the padding of base64. */
static void sets_of_every_length_come_back(void **state)
{
	struct gng_rtp_media media[3], back[1];
	char text[2000];
	size_t len, num;

	(void)state;
	media_by_hand(media);
	for (size_t i = 0; i < GNG_RTP_H264_MAX_SET; i++)
		media[0].sps[i] = (uint8_t)(i * 37), media[0].pps[i] = (uint8_t)(255 - i);
	for (size_t i = 1; i <= GNG_RTP_H264_MAX_SET; i++) {
		media[0].sps_len = i;
		media[0].pps_len = GNG_RTP_H264_MAX_SET + 1 - i;
		assert_int_equal(gng_rtp_sdp_write(text, sizeof(text), &len, "::1", media, 1, NULL),
				 GNG_OK);
		assert_int_equal(gng_rtp_sdp_read(back, 1, &num, text, len, NULL), GNG_OK);
		check_media(back, media);
	}
}

static void texts_of_others_are_read(void **state)
{
	/* line feeds alone, an unknown attribute, mono without a count, parameters spaced out */
	static const char text[] = "v=0\no=x\ns=y\na=tool:z\nm=audio 6000 RTP/AVP 100\n"
				   "a=recvonly\na=rtpmap:100 l16/44100\na=ptime:20\n"
				   "m=video 6002 RTP/AVP 101\na=rtpmap:101 H264/90000\n"
				   "a=fmtp:101 sprop-parameter-sets=Z0LAH9o=,aM4=; "
				   "packetization-mode=1";
	struct gng_rtp_media media[2];
	size_t num;

	(void)state;
	assert_int_equal(gng_rtp_sdp_read(media, 2, &num, text, strlen(text), NULL), GNG_OK);
	assert_int_equal(num, 2);
	assert_int_equal(media[0].codec, GNG_RTP_L16);
	assert_int_equal(media[0].num_channels, 1);
	assert_int_equal(media[0].packet_us, 20000);
	assert_int_equal(media[1].sps_len, 5);
}

#define HEAD "v=0\nm=audio 6000 RTP/AVP 97\n"

static void each_broken_line_is_refused_and_named(void **state)
{
	static const struct {
		const char *text, *where;
		enum gng_status want;
	} rows[] = {
		{"", "line 0", GNG_EFORMAT},
		{"v=1\n", "line 1", GNG_EFORMAT},
		{"v=0\nx\n", "line 2", GNG_EFORMAT},
		{"v=0\ns=no medium\n", "line 2", GNG_EFORMAT},
		{"v=0\nm=text 6000 RTP/AVP 97\n", "line 2", GNG_EUNSUPPORTED},
		{"v=0\nm=audio 0 RTP/AVP 97\n", "line 2", GNG_EFORMAT},
		{"v=0\nm=audio 65536 RTP/AVP 97\n", "line 2", GNG_EFORMAT},
		{"v=0\nm=audio 6000 RTP/SAVP 97\n", "line 2", GNG_EUNSUPPORTED},
		{"v=0\nm=audio 6000 RTP/AVP 10\n", "line 2", GNG_EUNSUPPORTED},
		{"v=0\nm=audio 6000 RTP/AVP 128\n", "line 2", GNG_EFORMAT},
		{"v=0\nm=audio 6000 RTP/AVP 97 98\n", "line 2", GNG_EUNSUPPORTED},
		{HEAD, "line 2", GNG_EFORMAT},
		{HEAD "m=audio 6002 RTP/AVP 98\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:98 L16/48000\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 G722/8000\n", "line 3", GNG_EUNSUPPORTED},
		{HEAD "a=rtpmap:97 H264/90000\n", "line 3", GNG_EUNSUPPORTED},
		{HEAD "a=rtpmap:97 L16\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 L16/0\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 L16/48000/256\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 opus/48000\n", "line 3", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 L16/48000\na=ptime:x\n", "line 4", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 L16/48000\na=ptime:1.x\n", "line 4", GNG_EFORMAT},
		{HEAD "a=rtpmap:97 L16/48000\na=ptime:99999999\n", "line 4", GNG_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_rtp_media media[2];
		struct gng_why why = {0};
		size_t num;

		const enum gng_status got =
			gng_rtp_sdp_read(media, 2, &num, rows[i].text, strlen(rows[i].text), &why);

		if (got != rows[i].want)
			suite_fail("row %zu: %s", i, why.text);
		assert_non_null(strstr(why.text, rows[i].where));
	}
}

static void bad_base64_is_refused(void **state)
{
	static const char *const sets[] = {"Z0LAH9o,aM4=",  "Z0LAH9p=,aM4=", "Z0L=H9o=,aM4=",
					   "Z0LAH9o=",	    "Z0LAH9o=,a===", "Z0LAH9o=,",
					   "Z0LAH9o=,aM4!", "Z0LAH9o=,aM5="};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		struct gng_rtp_media media;
		char text[200];
		size_t num;

		snprintf(text, sizeof(text),
			 "v=0\nm=video 6000 RTP/AVP 97\na=rtpmap:97 H264/90000\n"
			 "a=fmtp:97 sprop-parameter-sets=%s\n",
			 sets[i]);
		assert_int_equal(gng_rtp_sdp_read(&media, 1, &num, text, strlen(text), NULL),
				 GNG_EFORMAT);
	}
}

static void media_that_break_a_rule_are_not_written(void **state)
{
	struct gng_rtp_media media[3];
	char text[1000];
	size_t len;

	(void)state;
	for (int i = 0; i < 9; i++) {
		media_by_hand(media);
		media[0].port = i == 0 ? 0 : 5004;
		media[0].payload_type = i == 1 ? 95 : 96;
		media[0].rate = i == 2 ? 48000 : 90000;
		media[0].pps_len = i == 3 ? 0 : 2;
		media[0].num_channels = i == 4;
		media[1].num_channels = i == 5 ? 0 : 2;
		media[1].packet_us = i == 6 ? 1000001 : 125;
		media[2].num_channels = i == 7 ? 1 : 2;
		assert_int_equal(gng_rtp_sdp_write(text, sizeof(text), &len,
						   i == 8 ? "localhost" : "::1", media, 3, NULL),
				 GNG_EINVAL);
	}
	assert_int_equal(gng_rtp_sdp_write(text, sizeof(text), &len, "::1", media, 0, NULL),
			 GNG_EINVAL);
}

const struct suite_test suite_tests[] = {
	TEST(the_text_is_that_by_hand, "T3.rtp.sdp"),
	TEST(sets_of_every_length_come_back, "T3.rtp.sdp"),
	TEST(texts_of_others_are_read, "T3.rtp.sdp"),
	TEST(each_broken_line_is_refused_and_named, "T3.rtp.sdp"),
	TEST(bad_base64_is_refused, "T3.rtp.sdp"),
	TEST(media_that_break_a_rule_are_not_written, "T3.rtp.sdp"),
	{0},
};
