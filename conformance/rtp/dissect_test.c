/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dissect_test.c - tshark reads a capture of ours, every field as we meant it. The capture lies in
 * a folder of its own, which goes when the test ends.
 */
/* requires: tshark */
#include "../suite.h"

#include <gng_rtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct capture {
	char folder[32], path[48];
	FILE *file;
};

static void put_le32(FILE *file, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
				 (uint8_t)(value >> 24)};

	assert_int_equal(fwrite(bytes, 1, 4, file), 4);
}

/* open_capture begins a pcap of link type 101, raw IP. */
static void open_capture(struct capture *capture)
{
	strcpy(capture->folder, P_tmpdir "/gonogo-rtp-XXXXXX");
	assert_non_null(mkdtemp(capture->folder));
	snprintf(capture->path, sizeof(capture->path), "%s/x.pcap", capture->folder);
	capture->file = fopen(capture->path, "wb");
	assert_non_null(capture->file);
	put_le32(capture->file, 0xa1b2c3d4);
	put_le32(capture->file, 0x00040002);
	put_le32(capture->file, 0);
	put_le32(capture->file, 0);
	put_le32(capture->file, 65535);
	put_le32(capture->file, 101);
}

static void put_datagram(struct capture *capture, uint16_t port, const uint8_t *bytes, size_t len)
{
	const size_t udp_len = 8 + len, ip_len = 20 + udp_len;
	const uint8_t head[28] = {0x45,
				  0,
				  (uint8_t)(ip_len >> 8),
				  (uint8_t)ip_len,
				  0,
				  0,
				  0,
				  0,
				  64,
				  17,
				  0,
				  0,
				  127,
				  0,
				  0,
				  1,
				  127,
				  0,
				  0,
				  1,
				  (uint8_t)(port >> 8),
				  (uint8_t)port,
				  (uint8_t)(port >> 8),
				  (uint8_t)port,
				  (uint8_t)(udp_len >> 8),
				  (uint8_t)udp_len,
				  0,
				  0};

	put_le32(capture->file, 0);
	put_le32(capture->file, 0);
	put_le32(capture->file, (uint32_t)ip_len);
	put_le32(capture->file, (uint32_t)ip_len);
	assert_int_equal(fwrite(head, 1, sizeof(head), capture->file), sizeof(head));
	assert_int_equal(fwrite(bytes, 1, len, capture->file), len);
}

/* check_fields runs tshark over the capture, removes it, and compares what was printed. */
static void check_fields(struct capture *capture, const char *arguments, const char *want)
{
	char command[600], got[2000];
	FILE *pipe;
	size_t len;

	assert_int_equal(fclose(capture->file), 0);
	snprintf(command, sizeof(command),
		 "HOME=%s timeout 60 tshark -n -r %s -E separator=, -T fields %s 2>/dev/null",
		 capture->folder, capture->path, arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(got, 1, sizeof(got) - 1, pipe);
	got[len] = '\0';
	(void)pclose(pipe);
	(void)unlink(capture->path);
	(void)rmdir(capture->folder);
	assert_string_equal(got, want);
}

static void put_packet(struct capture *capture, const struct gng_rtp_packet *packet, uint16_t port)
{
	uint8_t out[200];
	size_t len;

	assert_int_equal(gng_rtp_write(out, sizeof(out), &len, packet, NULL), GNG_OK);
	put_datagram(capture, port, out, len);
}

static void tshark_reads_our_packets(void **state)
{
	static const uint8_t ext[4] = {1, 2, 3, 4};
	struct gng_rtp_packet packet = {
		.marker = true,
		.payload_type = 97,
		.seq = 4711,
		.timestamp = 123456789,
		.ssrc = 0xcafebabe,
		.num_csrc = 1,
		.csrc = {7},
		.has_ext = true,
		.ext_profile = 0x1234,
		.ext = ext,
		.ext_len = 4,
		.payload = ext,
		.payload_len = 3,
		.pad_len = 5,
	};
	struct capture capture;

	(void)state;
	open_capture(&capture);
	put_packet(&capture, &packet, 5004);
	check_fields(&capture,
		     "-d udp.port==5004,rtp -e rtp.version -e rtp.marker -e rtp.p_type -e rtp.seq "
		     "-e rtp.timestamp -e rtp.ssrc -e rtp.csrc.item -e rtp.ext.profile "
		     "-e rtp.payload -e rtp.padding.count",
		     "2,1,97,4711,123456789,0xcafebabe,0x00000007,0x1234,010203,5\n");
}

static void tshark_reads_our_compounds(void **state)
{
	struct gng_rtp_report report = {
		.ssrc = 0x11223344,
		.has_sender = true,
		.num_blocks = 1,
		.sender = {0x0000000100000002, 3, 4, 5},
	};
	uint8_t out[200];
	struct capture capture;
	size_t len = 0;

	(void)state;
	report.blocks[0].ssrc = 0x55667788;
	report.blocks[0].fraction_lost = 64;
	report.blocks[0].lost = 9;
	report.blocks[0].highest_seq = 0x10005;
	report.blocks[0].jitter = 77;
	assert_int_equal(gng_rtp_report_write(out, sizeof(out), &len, &report, NULL), GNG_OK);
	assert_int_equal(gng_rtp_cname_write(out, sizeof(out), &len, 0x11223344, "a@b", NULL),
			 GNG_OK);
	assert_int_equal(gng_rtp_bye_write(out, sizeof(out), &len, 0x11223344, NULL), GNG_OK);
	open_capture(&capture);
	put_datagram(&capture, 5005, out, len);
	check_fields(&capture,
		     "-d udp.port==5005,rtcp -E aggregator=+ -e rtcp.pt -e rtcp.timestamp.rtp "
		     "-e rtcp.sender.packetcount -e rtcp.sender.octetcount -e rtcp.ssrc.fraction "
		     "-e rtcp.ssrc.cum_nr -e rtcp.ssrc.ext_high -e rtcp.ssrc.jitter "
		     "-e rtcp.sdes.text -e rtcp.length_check",
		     "200+202+203,3,4,5,64,9,65541,77,a@b,1\n");
}

/* An SPS and a PPS share a STAP-A; an IDR slice of 40 bytes takes three FU-A. */
static void tshark_reads_our_h264(void **state)
{
	static struct gng_rtp_h264_pack pack;
	/* an SPS of Baseline 3.1 with 1280x720 and its PPS, written bit by bit from H.264 7.3.2 */
	uint8_t au[80] = {0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0xda, 0x01, 0x40, 0x16, 0xe4,
			  0, 0, 1, 0x68, 0xce, 0x3c, 0x80, 0,	 0,    1,    0x65, 0x88};
	struct gng_rtp_packet packet = {.payload_type = 96, .timestamp = 1, .ssrc = 2};
	uint8_t payload[20];
	struct capture capture;

	(void)state;
	memset(au + 24, 0x55, 40);
	packet.payload = payload;
	assert_int_equal(gng_rtp_h264_pack_init(&pack, sizeof(payload), NULL), GNG_OK);
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, au, 64, NULL), GNG_OK);
	open_capture(&capture);
	while (gng_rtp_h264_pack_next(&pack, payload, &packet.payload_len, &packet.marker)) {
		put_packet(&capture, &packet, 5004);
		packet.seq++;
	}
	check_fields(&capture,
		     "-d udp.port==5004,rtp -d rtp.pt==96,h264 -E aggregator=+ -e rtp.marker "
		     "-e h264.nal_unit_hdr -e h264.start.bit -e h264.end.bit",
		     "0,24+7+8,,\n0,28,1,0\n0,28,0,0\n1,28,0,1\n");
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(tshark_reads_our_packets, "T3.rtp.dissect"),
	TEST_SLOW(tshark_reads_our_compounds, "T3.rtp.dissect"),
	TEST_SLOW(tshark_reads_our_h264, "T3.rtp.dissect"),
	{0},
};
