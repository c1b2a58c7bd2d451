/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dissect_test.c - tshark reads the same of sound frames: those of the vectors, and each of them
 * with bytes changed. The capture lies in a folder of its own, which goes when the test ends.
 */
/* requires: tshark */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_frame.h>

#define MAX_FRAMES 4000
#define NUM_CHANGED 60 /* variants of each frame */

enum column {
	SERVICE_VLAN,
	VLAN,
	VERSION,
	OFFSET4,
	OFFSET6,
	UDP_SOURCE,
	UDP_DEST,
	TCP_SOURCE,
	TCP_DEST,
	TCP_LEN,
	UDP_SUM,
	TCP_SUM,
	MALFORMED,
	NUM_COLUMNS
};

static const char fields[] = "-e ieee8021ad.id -e vlan.id -e ip.version -e ip.frag_offset "
			     "-e ipv6.fraghdr.offset -e udp.srcport -e udp.dstport -e tcp.srcport "
			     "-e tcp.dstport -e tcp.len -e udp.checksum.status "
			     "-e tcp.checksum.status -e _ws.malformed";

/* Their checksum.status: bad, good, unverified, not present, illegal. */
static const enum gng_frame_sum sums[] = {GNG_FRAME_SUM_BAD, GNG_FRAME_SUM_GOOD, GNG_FRAME_SUM_NONE,
					  GNG_FRAME_SUM_NONE, GNG_FRAME_SUM_BAD};

struct told {
	struct gng_frame frame;
	enum gng_frame_sum sum;
	bool is_service; /* its outermost tag */
};

static struct {
	char folder[40], path[60];
	FILE *file;
	size_t num, num_malformed;
	struct told told[MAX_FRAMES];
	uint32_t random;
} capture;

static void put_le32(uint32_t value)
{
	assert_int_equal(fwrite(&value, 1, 4, capture.file), 4); /* x86-64 is little-endian */
}

/* open_capture begins a pcap of link type 1, Ethernet. */
static void open_capture(void)
{
	static const uint32_t head[] = {0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1};

	capture.random = 1;
	strcpy(capture.folder, P_tmpdir "/gonogo-frame-XXXXXX");
	assert_non_null(mkdtemp(capture.folder));
	snprintf(capture.path, sizeof(capture.path), "%s/x.pcap", capture.folder);
	capture.file = fopen(capture.path, "wb");
	assert_non_null(capture.file);
	for (size_t i = 0; i < COUNT_OF(head); i++)
		put_le32(head[i]);
}

static void put_frame(const uint8_t *bytes, size_t len)
{
	struct told *told = &capture.told[capture.num];
	struct gng_frame_fault fault;

	if (gng_frame_read(&told->frame, &fault, bytes, len) != GNG_OK || !told->frame.version)
		return;
	assert_true(++capture.num < MAX_FRAMES);
	told->sum = gng_frame_check_sum(&told->frame, bytes);
	told->is_service = bytes[12] == 0x88;
	put_le32(0);
	put_le32(0);
	put_le32((uint32_t)len);
	put_le32((uint32_t)len);
	assert_int_equal(fwrite(bytes, 1, len, capture.file), len);
}

static size_t random_below(size_t end)
{
	capture.random = capture.random * 1664525u + 1013904223u;
	return (capture.random >> 8) % end;
}

static void put_changed(struct gng_vec_case *one, void *arg)
{
	static const char *const names[] = {"name",  "at",	   "clause",	  "tags",
					    "vlan",  "version",	   "protocol",	  "fragment",
					    "ports", "payload_at", "payload_len", "sum"};
	uint8_t changed[2000];
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "frame", &len);
	const char *expect;

	(void)arg;
	assert_int_equal(gng_vec_text(one, &expect, "expect", NULL), GNG_OK);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		gng_vec_skip(one, names[i]);
	if (strcmp(expect, "sound") != 0)
		return;
	put_frame(bytes, len);
	for (int i = 0; i < NUM_CHANGED && len > 14 && len <= sizeof(changed); i++) {
		memcpy(changed, bytes, len);
		changed[14 + random_below(len - 14)] = (uint8_t)random_below(256);
		put_frame(changed, len);
	}
}

/* split cuts a line into columns, in place. */
static void split(const char *columns[NUM_COLUMNS], char *line)
{
	line[strcspn(line, "\n")] = '\0';
	for (size_t i = 0; i < NUM_COLUMNS; i++) {
		columns[i] = line ? strsep(&line, ",") : NULL;
		if (!columns[i])
			suite_fail("tshark prints %zu columns", i);
	}
}

static void same(size_t i, const char *what, const char *theirs, size_t ours)
{
	char *end;

	if (!*theirs || strtoul(theirs, &end, 0) != ours || *end)
		suite_fail("frame %zu: %s: tshark says '%s', we %zu", i + 1, what, theirs, ours);
}

static void compare_transport(size_t i, const struct told *told, const char *const *columns)
{
	const bool is_udp = told->frame.protocol == GNG_FRAME_UDP;
	const char *sum = columns[is_udp ? UDP_SUM : TCP_SUM];

	same(i, "source port", columns[is_udp ? UDP_SOURCE : TCP_SOURCE], told->frame.ports[0]);
	same(i, "destination port", columns[is_udp ? UDP_DEST : TCP_DEST], told->frame.ports[1]);
	if (!is_udp && !told->frame.is_fragment)
		same(i, "segment", columns[TCP_LEN], told->frame.payload_len);
	if (told->frame.is_routed)
		return;
	if (*sum < '0' || *sum > '4' || sums[*sum - '0'] != told->sum)
		suite_fail("frame %zu: checksum: tshark says '%s', we %d", i + 1, sum, told->sum);
}

static void compare(size_t i, const struct told *told, const char *const *columns)
{
	const struct gng_frame *frame = &told->frame;

	if (*columns[MALFORMED]) { /* it reads further headers, and within those that we step over
				    */
		capture.num_malformed++;
		return;
	}
	same(i, "version", columns[VERSION], frame->version);
	if (frame->num_tags)
		same(i, "VLAN", columns[told->is_service ? SERVICE_VLAN : VLAN],
		     frame->tags[0] & 0xfffu);
	if (frame->fragment_offset)
		same(i, "fragment", columns[frame->version == 4 ? OFFSET4 : OFFSET6],
		     frame->fragment_offset / 8);
	if (frame->has_ports)
		compare_transport(i, told, columns);
}

static void compare_all(void)
{
	const char *columns[NUM_COLUMNS];
	char command[1000], line[400];
	size_t num = 0;
	FILE *pipe;

	snprintf(command, sizeof(command),
		 "HOME=%s timeout 60 tshark -n -r %s -o ip.defragment:FALSE "
		 "-o ipv6.defragment:FALSE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE "
		 "-E separator=, -E occurrence=f -T fields %s 2>/dev/null",
		 capture.folder, capture.path, fields);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	for (; fgets(line, sizeof(line), pipe); num++) {
		assert_true(num < capture.num);
		split(columns, line);
		compare(num, &capture.told[num], columns);
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(num, capture.num);
}

static void remove_capture(void)
{
	(void)unlink(capture.path);
	(void)rmdir(capture.folder);
}

static void tshark_reads_the_same(void **state)
{
	(void)state;
	atexit(remove_capture); /* an assertion leaves the test by a jump */
	open_capture();
	suite_vectors("frame/frames.vec", put_changed, NULL);
	assert_int_equal(fclose(capture.file), 0);
	compare_all();
	assert_in_range(capture.num_malformed, 0, capture.num / 10);
	assert_true(capture.num > 500);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(tshark_reads_the_same, "D1.dpdk.parsers"),
	{0},
};
