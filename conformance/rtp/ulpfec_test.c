/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ulpfec_test.c - each packet that a repair of GStreamer's rtpulpfecenc protects comes back from it
 * byte for byte, wherever it is lost. Those repairs share SSRC and sequence numbers with the
 * packets.
 */
/* requires: gst-launch-1.0 gst-good gst-bad ffmpeg */
/* needs: fec */
#include "peer_video.h"

#include <gng_fec.h>

#define REPAIR_TYPE 122

static struct peer_packets packets;
static struct peer_units source;

static char *version(void)
{
	return peer_version("gst-launch-1.0 --version");
}

static bool is_repair(const struct peer_packet *packet)
{
	return (packet->bytes[1] & 0x7f) == REPAIR_TYPE;
}

/* find returns the source with a sequence number, or NULL. */
static const struct peer_packet *find(uint16_t seq)
{
	for (size_t i = 0; i < packets.num; i++)
		if ((packets.list[i].bytes[2] << 8 | packets.list[i].bytes[3]) == seq &&
		    !is_repair(&packets.list[i]))
			return &packets.list[i];
	return NULL;
}

/* lose drops each source of a repair in turn, and counts those that came back byte for byte. */
static size_t lose(const struct gng_fec_repair *repair, size_t *num_sources)
{
	struct gng_fec_source there[GNG_FEC_MAX_SOURCES];
	const struct peer_packet *all[GNG_FEC_MAX_SOURCES];
	size_t num = 0, same = 0;

	for (size_t i = 0; i < gng_fec_window(GNG_FEC_ULPFEC); i++)
		if (gng_fec_protects(repair, (uint16_t)(repair->base + i))) {
			all[num] = find((uint16_t)(repair->base + i));
			assert_non_null(all[num++]);
		}
	for (size_t lost = 0; lost < num; lost++) {
		uint8_t out[PEER_MAX_LEN];
		size_t len, n = 0;

		for (size_t i = 0; i < num; i++)
			if (i != lost)
				there[n++] = (struct gng_fec_source){all[i]->bytes, all[i]->len};
		if (gng_fec_recover(out, sizeof(out), &len, repair, there, n, NULL) == GNG_OK &&
		    len == all[lost]->len && memcmp(out, all[lost]->bytes, len) == 0)
			same++;
	}
	*num_sources += num;
	return same;
}

static void our_decoder_recovers_from_gstreamer(void **state)
{
	struct peer_link link;
	struct gng_rtp_packet packet = {0};
	struct gng_fec_repair repair;
	char *name = version(), words[500], expected[80], text[80];
	size_t num = 0, same = 0, repairs = 0;

	(void)state;
	peer_video_make(&source);
	peer_listen(&link);
	snprintf(words, sizeof(words),
		 "timeout 60 gst-launch-1.0 -q filesrc location=source.h264 ! h264parse ! "
		 "video/x-h264,stream-format=byte-stream,alignment=au ! rtph264pay pt=96 mtu=1000 "
		 "! rtpulpfecenc pt=%d percentage=50 percentage-important=50 ! udpsink "
		 "host=127.0.0.1 port=%u sync=false",
		 REPAIR_TYPE, link.port);
	peer_collect(&packets, &link, command_begin(words));
	for (size_t i = 0; i < packets.num; i++) {
		peer_read(&packet, &packets, i);
		if (!is_repair(&packets.list[i]))
			continue;
		assert_int_equal(gng_fec_read(&repair, GNG_FEC_ULPFEC, packet.ssrc, packet.payload,
					      packet.payload_len, NULL),
				 GNG_OK);
		same += lose(&repair, &num);
		repairs++;
	}
	assert_true(repairs > 50 && num > repairs);
	snprintf(expected, sizeof(expected), "%zu lost packets, %zu recovered", num, num);
	snprintf(text, sizeof(text), "%zu lost packets, %zu recovered", num, same);
	peer_row(name, expected, text);
	peer_units_fini(&source);
	peer_close(&link);
	free(name);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(our_decoder_recovers_from_gstreamer, "T3.rtp.peers"),
	{0},
};
