/* SPDX-License-Identifier: Apache-2.0 */
/*
 * describe_test.c - descriptions of sessions by GStreamer's own library (gst_sdp_message) of what
 * its payloaders send: ours reads them, and what ours writes of that, GStreamer reads back as the
 * same stream. RFC 8866; the elements that send and receive are the real ones, without a socket.
 */
/* requires: gstreamer-1.0 gstreamer-sdp-1.0 gst-launch-1.0 gst-good gst-bad ffmpeg */
#include "peer_video.h"

#include "peer_gst.h"
#include <gst/sdp/sdp.h>

#define SEND_S 20
#define PORT 5004

/* sender is a payloader at work, and what we must read of it. */
struct sender {
	enum gng_rtp_codec codec;
	uint8_t num_channels;
	uint32_t rate;
	const char *depayloader, *words;
};

#define SOUND "audiotestsrc num-buffers=3 ! audioconvert ! audio/x-raw,rate=48000,channels="

static const struct sender senders[] = {
	{GNG_RTP_H264, 0, 90000, "rtph264depay",
	 "filesrc location=source.h264 ! h264parse ! rtph264pay name=pay pt=96 ! fakesink"},
	{GNG_RTP_L16, 2, 48000, "rtpL16depay",
	 SOUND "2,format=S16BE ! rtpL16pay name=pay pt=96 ! fakesink"},
	{GNG_RTP_L24, 1, 48000, "rtpL24depay",
	 SOUND "1,format=S24BE ! rtpL24pay name=pay pt=96 ! fakesink"},
	{GNG_RTP_OPUS, 2, 48000, "rtpopusdepay",
	 SOUND "1 ! opusenc ! rtpopuspay name=pay pt=96 ! fakesink"},
};

/* What must come back of a stream: all that a receiver needs to know of these four codecs. */
static const char *const fields[] = {
	"media",   "clock-rate",	 "encoding-name",    "encoding-params",
	"payload", "packetization-mode", "profile-level-id", "sprop-parameter-sets"};

/* ---- GStreamer's side ---- */

/* caps_sent runs a pipeline to its end and returns what its payloader says of the stream (caller:
 * gst_caps_unref). */
static GstCaps *caps_sent(const struct sender *sender)
{
	GstElement *line = gst_parse_launch(sender->words, NULL);
	GstBus *bus = gst_element_get_bus(line);
	GstElement *pay = gst_bin_get_by_name(GST_BIN(line), "pay");
	GstPad *pad = gst_element_get_static_pad(pay, "src");
	GstMessage *message;
	GstCaps *caps;

	gst_element_set_state(line, GST_STATE_PLAYING);
	message = gst_bus_timed_pop_filtered(bus, SEND_S * GST_SECOND,
					     GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
	assert_true(message && GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS);
	caps = gst_pad_get_current_caps(pad);
	assert_non_null(caps);
	gst_element_set_state(line, GST_STATE_NULL);
	gst_message_unref(message);
	gst_object_unref(pad);
	gst_object_unref(pay);
	gst_object_unref(bus);
	gst_object_unref(line);
	return caps;
}

/* describe is GStreamer's text of a stream (caller: g_free). */
static char *describe(const GstCaps *caps)
{
	GstSDPMessage *message;
	GstSDPMedia *media;
	char *text;

	gst_sdp_message_new(&message);
	gst_sdp_message_set_version(message, "0");
	gst_sdp_message_set_origin(message, "-", "1", "1", "IN", "IP4", "127.0.0.1");
	gst_sdp_message_set_session_name(message, "theirs");
	gst_sdp_message_set_connection(message, "IN", "IP4", "127.0.0.1", 0, 0);
	gst_sdp_message_add_time(message, "0", "0", NULL);
	gst_sdp_media_new(&media);
	gst_sdp_media_set_proto(media, "RTP/AVP");
	gst_sdp_media_set_port_info(media, PORT, 1);
	assert_int_equal(gst_sdp_media_set_media_from_caps(caps, media), GST_SDP_OK);
	gst_sdp_message_add_media(message, media);
	text = gst_sdp_message_as_text(message);
	gst_sdp_media_free(media);
	gst_sdp_message_free(message);
	return text;
}

/* caps_read is what GStreamer reads out of a text (caller: gst_caps_unref). */
static GstCaps *caps_read(const char *text)
{
	GstSDPMessage *message;
	const GstSDPMedia *media;
	GstCaps *caps;

	assert_int_equal(gst_sdp_message_new_from_text(text, &message), GST_SDP_OK);
	assert_int_equal(gst_sdp_message_medias_len(message), 1);
	media = gst_sdp_message_get_media(message, 0);
	assert_int_equal(gst_sdp_media_get_port(media), PORT);
	caps = gst_sdp_media_get_caps_from_media(media, 96);
	assert_non_null(caps);
	gst_structure_set_name(gst_caps_get_structure(caps, 0), "application/x-rtp");
	gst_sdp_message_free(message);
	return caps;
}

/* has_same compares a field, where none is a value, too. */
static bool has_same(const GstCaps *a, const GstCaps *b, const char *field)
{
	const GValue *x = gst_structure_get_value(gst_caps_get_structure(a, 0), field);
	const GValue *y = gst_structure_get_value(gst_caps_get_structure(b, 0), field);

	return x && y ? gst_value_compare(x, y) == GST_VALUE_EQUAL : !x && !y;
}

/* is_taken asks the depayloader itself. */
static bool is_taken(const char *depayloader, GstCaps *caps)
{
	GstElement *element = gst_element_factory_make(depayloader, NULL);
	GstPad *pad;
	bool taken;

	assert_non_null(element);
	pad = gst_element_get_static_pad(element, "sink");
	taken = gst_pad_query_accept_caps(pad, caps);
	gst_object_unref(pad);
	gst_object_unref(element);
	return taken;
}

/* ---- both ---- */

/* read_theirs is our reader; the text is in the failure, that it can be seen. */
static void read_theirs(struct gng_rtp_media *media, const struct sender *sender, const char *text)
{
	struct gng_why why = {0};
	size_t num;

	if (gng_rtp_sdp_read(media, 1, &num, text, strlen(text), &why) != GNG_OK)
		suite_fail("%s: %s", why.text, text);
	assert_int_equal(num, 1);
	assert_int_equal(media->codec, sender->codec);
	assert_int_equal(media->port, PORT);
	assert_int_equal(media->payload_type, 96);
	assert_int_equal(media->rate, sender->rate);
	assert_int_equal(media->num_channels, sender->num_channels);
}

/* fields_that_come_back writes the medium and counts what GStreamer reads as it had said it. */
static size_t fields_that_come_back(const struct gng_rtp_media *media, const GstCaps *sent,
				    const char *depayloader)
{
	char ours[2000];
	GstCaps *back;
	size_t len, num = 0;

	assert_int_equal(gng_rtp_sdp_write(ours, sizeof(ours), &len, "127.0.0.1", media, 1, NULL),
			 GNG_OK);
	back = caps_read(ours);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		num += has_same(back, sent, fields[i]);
	assert_true(is_taken(depayloader, back));
	gst_caps_unref(back);
	return num;
}

static void descriptions_go_there_and_back(void **state)
{
	char expected[100], got[100], *version;
	struct peer_units units;
	struct gng_rtp_media media;
	size_t num = 0;

	(void)state;
	peer_video_make(&units);
	assert_int_equal(chdir(command_folder()), 0); /* filesrc */
	gst_init(NULL, NULL);
	version = gst_version_string();
	for (size_t i = 0; i < COUNT_OF(senders); i++) {
		GstCaps *sent = caps_sent(&senders[i]);
		char *text = describe(sent);

		read_theirs(&media, &senders[i], text);
		if (media.codec == GNG_RTP_H264) {
			assert_int_equal(media.sps_len, units.list[1].len);
			assert_memory_equal(media.sps, units.list[1].bytes, media.sps_len);
			assert_int_equal(media.pps_len, units.list[2].len);
			assert_memory_equal(media.pps, units.list[2].bytes, media.pps_len);
		}
		num += fields_that_come_back(&media, sent, senders[i].depayloader);
		g_free(text);
		gst_caps_unref(sent);
	}
	snprintf(expected, sizeof(expected), "SDP of %zu payloaders, %zu fields come back",
		 COUNT_OF(senders), COUNT_OF(senders) * COUNT_OF(fields));
	snprintf(got, sizeof(got), "SDP of %zu payloaders, %zu fields come back", COUNT_OF(senders),
		 num);
	peer_row(version, expected, got);
	g_free(version);
	peer_units_fini(&units);
	gst_deinit();
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(descriptions_go_there_and_back, "T3.rtp.peers T3.rtp.sdp"),
	{0},
};
