/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gstreamer_test.c - GStreamer's rtpulpfecdec makes our lost packets again from our repairs.
 *
 * It wants repairs that share SSRC and sequence numbers with the packets and come behind them, an
 * rtpstorage ahead of it, and to be told of a loss once the repair is there. A jitter buffer tells
 * it by its own clock: over a socket, for 13 of 205 losses. Here the test tells it, and no time
 * decides.
 */
/* requires: gstreamer-1.0 gst-good */
/* needs: rtp aes */
#include "../rtp/peer_gst.h"
#include "sources.h"

#include <stdio.h>

#define REPAIR_TYPE 122
#define MEDIA_TYPE 96
#define MAX_LEN 200
#define FIRST 65500 /* sequence numbers wrap within the longest group */
#define WINDOW 48

static struct sources all;

/* what came out of the decoder: how many, and the last one */
static struct {
	size_t num, len;
	uint8_t bytes[MAX_LEN];
} out;

static struct {
	GstElement *storage, *decoder;
	GstPad *into, *from;
	uint32_t ssrc;
} peer;

/* ---- two elements between two pads of ours ---- */

static GstFlowReturn take(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
	(void)pad;
	(void)parent;
	out.num++;
	out.len = gst_buffer_extract(buffer, 0, out.bytes, sizeof(out.bytes));
	gst_buffer_unref(buffer);
	return GST_FLOW_OK;
}

/* any is what a pad needs to take new caps when it has some. */
static GstStaticPadTemplate any =
	GST_STATIC_PAD_TEMPLATE("from", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void begin(void)
{
	GstPad *pad;

	gst_init(NULL, NULL);
	peer.storage = gst_element_factory_make("rtpstorage", NULL);
	peer.decoder = gst_element_factory_make("rtpulpfecdec", NULL);
	assert_true(peer.storage && peer.decoder);
	g_object_set(peer.storage, "size-time", (guint64)GST_SECOND, NULL);
	g_object_set(peer.decoder, "pt", REPAIR_TYPE, NULL);
	peer.into = gst_pad_new("into", GST_PAD_SRC);
	peer.from = gst_pad_new_from_static_template(&any, "from");
	gst_pad_set_chain_function(peer.from, take);
	assert_true(gst_element_link(peer.storage, peer.decoder));
	pad = gst_element_get_static_pad(peer.storage, "sink");
	assert_int_equal(gst_pad_link(peer.into, pad), GST_PAD_LINK_OK);
	gst_object_unref(pad);
	pad = gst_element_get_static_pad(peer.decoder, "src");
	assert_int_equal(gst_pad_link(pad, peer.from), GST_PAD_LINK_OK);
	gst_object_unref(pad);
	assert_true(gst_pad_set_active(peer.from, TRUE) && gst_pad_set_active(peer.into, TRUE));
	gst_element_set_state(peer.decoder, GST_STATE_PLAYING);
	gst_element_set_state(peer.storage, GST_STATE_PLAYING);
	assert_true(gst_pad_push_event(peer.into, gst_event_new_stream_start("ours")));
}

static void end(void)
{
	gst_element_set_state(peer.storage, GST_STATE_NULL);
	gst_element_set_state(peer.decoder, GST_STATE_NULL);
	gst_object_unref(peer.into);
	gst_object_unref(peer.storage);
	gst_object_unref(peer.decoder);
	gst_object_unref(peer.from);
	gst_deinit();
}

/* ---- what it is sent ---- */

/* new_stream makes num packets under an SSRC of their own, so that it remembers none of them. */
static void new_stream(size_t num)
{
	GstSegment segment;
	GstCaps *caps;

	make_sources(&all, FIRST, num, 1);
	peer.ssrc++;
	for (size_t i = 0; i < num; i++) {
		const uint32_t ssrc = GUINT32_TO_BE(peer.ssrc);

		memcpy(all.bytes[i] + 8, &ssrc, sizeof(ssrc));
		all.bytes[i][1] = (uint8_t)((all.bytes[i][1] & 0x80) | MEDIA_TYPE);
	}
	caps = gst_caps_new_simple("application/x-rtp", "payload", G_TYPE_INT, MEDIA_TYPE, "ssrc",
				   G_TYPE_UINT, peer.ssrc, NULL);
	assert_true(gst_pad_push_event(peer.into, gst_event_new_caps(caps)));
	gst_caps_unref(caps);
	gst_segment_init(&segment, GST_FORMAT_TIME);
	assert_true(gst_pad_push_event(peer.into, gst_event_new_segment(&segment)));
}

static void push(const uint8_t *bytes, size_t len)
{
	GstBuffer *buffer = gst_buffer_new_allocate(NULL, len, NULL);

	gst_buffer_fill(buffer, 0, bytes, len);
	assert_int_equal(gst_pad_push(peer.into, buffer), GST_FLOW_OK);
}

static bool is_lost(uint64_t lost, size_t i)
{
	return lost >> i & 1;
}

static void push_sources(uint64_t lost)
{
	for (size_t i = 0; i < all.num; i++)
		if (!is_lost(lost, i))
			push(all.bytes[i], all.list[i].len);
}

/* push_repair sends our repair of every stride-th packet from first on, ahead sequence numbers
 * behind the last one. */
static void push_repair(size_t first, size_t stride, size_t ahead)
{
	struct gng_fec_source covered[WINDOW];
	uint8_t payload[MAX_LEN], bytes[MAX_LEN];
	size_t num = 0, len;
	struct gng_rtp_packet packet = {.payload_type = REPAIR_TYPE,
					.seq = (uint16_t)(FIRST + all.num + ahead),
					.ssrc = peer.ssrc,
					.payload = payload};

	for (size_t i = first; i < all.num; i += stride)
		covered[num++] = all.list[i];
	assert_int_equal(gng_fec_protect(payload, sizeof(payload), &packet.payload_len,
					 GNG_FEC_ULPFEC, covered, num, NULL),
			 GNG_OK);
	assert_int_equal(gng_rtp_write(bytes, sizeof(bytes), &len, &packet, NULL), GNG_OK);
	push(bytes, len);
}

/* tell_loss says what a jitter buffer would, and returns whether packet i came out for it. Its
 * sequence number is a new one: the decoder numbers again all that it lets through. */
static bool tell_loss(size_t i)
{
	const size_t before = out.num;
	GstStructure *lost =
		gst_structure_new("GstRTPPacketLost", "seqnum", G_TYPE_UINT,
				  (guint)(uint16_t)(FIRST + i), "timestamp", G_TYPE_UINT64,
				  (guint64)0, "duration", G_TYPE_UINT64, (guint64)0, NULL);

	gst_pad_push_event(peer.into, gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, lost));
	return out.num == before + 1 && out.len == all.list[i].len &&
	       memcmp(out.bytes, all.bytes[i], 2) == 0 &&
	       memcmp(out.bytes + 4, all.bytes[i] + 4, out.len - 4) == 0;
}

/* ---- the tests ---- */

static void row(size_t num, size_t same)
{
	char *version = gst_version_string(), want[80], got[80];

	snprintf(want, sizeof(want), "%zu lost packets, %zu recovered", num, num);
	snprintf(got, sizeof(got), "%zu lost packets, %zu recovered", num, same);
	gng_probe_peer(version, want, got);
	assert_string_equal(want, got);
	g_free(version);
}

/* Up to 16 packets make the short mask, more the long one. */
static void gstreamer_recovers_each_packet_of_each_group(void **state)
{
	size_t num = 0, same = 0;

	(void)state;
	begin();
	for (size_t len = 1; len <= WINDOW; len++)
		for (size_t i = 0; i < len; i++) {
			new_stream(len);
			push_sources(UINT64_C(1) << i);
			push_repair(0, 1, 0);
			same += tell_loss(i);
			num++;
		}
	row(num, same);
	assert_int_equal(num, WINDOW * (WINDOW + 1) / 2);
	end();
}

/* Repairs of the even packets and of the odd ones have masks with holes. Of two repairs without any
 * packet its storage gives the last one only (rtp_storage_stream_get_packets_for_recovery), so that
 * groups begin at 4. */
static void gstreamer_recovers_two_from_interleaved_repairs(void **state)
{
	size_t num = 0, same = 0;

	(void)state;
	begin();
	for (size_t len = 4; len <= WINDOW; len += 2)
		for (size_t even = 0; even < len; even += 2) {
			const size_t odd = len - 1 - even;

			new_stream(len);
			push_sources(UINT64_C(1) << even | UINT64_C(1) << odd);
			push_repair(0, 2, 0);
			push_repair(1, 2, 1);
			same += tell_loss(even);
			same += tell_loss(odd);
			num += 2;
		}
	row(num, same);
	assert_int_equal(num, 598);
	end();
}

/* What one parity cannot tell apart, it does not give. */
static void gstreamer_recovers_none_of_two_under_one_repair(void **state)
{
	size_t before;

	(void)state;
	begin();
	new_stream(10);
	push_sources(UINT64_C(1) << 3 | UINT64_C(1) << 7);
	push_repair(0, 1, 0);
	before = out.num;
	assert_false(tell_loss(3));
	assert_false(tell_loss(7));
	assert_int_equal(out.num, before);
	end();
}

const struct suite_test suite_tests[] = {
	TEST(gstreamer_recovers_each_packet_of_each_group, "T3.fec.peer"),
	TEST(gstreamer_recovers_two_from_interleaved_repairs, "T3.fec.peer"),
	TEST(gstreamer_recovers_none_of_two_under_one_repair, "T3.fec.peer"),
	{0},
};
