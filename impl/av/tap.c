/* SPDX-License-Identifier: Apache-2.0 */
/* tap.c - what was sent, as a pcap file of IPv4 packets (LINKTYPE_IPV4, 228) with nanoseconds. */
#include "av_run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAGIC_NS 0xa1b23c4du
#define LINKTYPE_IPV4 228
#define HEADERS 28 /* IPv4 and UDP */

/* tap_record stands before each datagram in the memory of a tap. */
struct tap_record {
	uint64_t at_ns;
	uint32_t len;
	uint16_t port;
};

void av_tap_keep(struct av_tap *tap, const uint8_t *bytes, size_t len, uint16_t port)
{
	const struct tap_record record = {av_clock(CLOCK_REALTIME), (uint32_t)len, port};

	if (!tap->bytes)
		return;
	if (tap->cap - tap->len < sizeof(record) + len) {
		tap->left_out++;
		return;
	}
	memcpy(tap->bytes + tap->len, &record, sizeof(record));
	memcpy(tap->bytes + tap->len + sizeof(record), bytes, len);
	tap->len += sizeof(record) + len;
}

static void put16(uint8_t *to, size_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

/* The sum of a header of IPv4, RFC 1071. */
static uint16_t sum_of(const uint8_t *header)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void write_record(FILE *file, const struct tap_record *record, const uint8_t *bytes)
{
	const size_t len = HEADERS + record->len;
	const uint32_t times[4] = {(uint32_t)(record->at_ns / AV_SECOND),
				   (uint32_t)(record->at_ns % AV_SECOND), (uint32_t)len,
				   (uint32_t)len};
	uint8_t headers[HEADERS] = {0x45, 0, 0,	  0, 0, 0, 0x40, 0, 64, 17,
				    0,	  0, 127, 0, 0, 1, 127,	 0, 0,	1};

	put16(headers + 2, len);
	put16(headers + 10, sum_of(headers));
	put16(headers + 20, record->port);
	put16(headers + 22, record->port);
	put16(headers + 24, 8 + record->len); /* the sum of UDP is 0: not computed (RFC 768) */
	fwrite(times, sizeof(times), 1, file);
	fwrite(headers, sizeof(headers), 1, file);
	fwrite(bytes, record->len, 1, file);
}

/* next reads the record at *at without moving on; false at the end. */
static bool next(struct tap_record *record, const struct av_tap *tap, size_t at)
{
	if (at >= tap->len)
		return false;
	memcpy(record, tap->bytes + at, sizeof(*record));
	return true;
}

enum gng_status av_tap_write(const char *path, const struct av_tap *video,
			     const struct av_tap *audio, struct gng_why *why)
{
	const struct av_tap *taps[2] = {video, audio};
	const uint32_t header[6] = {MAGIC_NS, 2 | 4 << 16, 0, 0, 65535, LINKTYPE_IPV4};
	struct tap_record records[2];
	size_t at[2] = {0, 0};
	FILE *file = fopen(path, "wbe");
	bool good;

	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "av.tap", "%s: cannot be written", path);
	fwrite(header, sizeof(header), 1, file);
	for (;;) {
		const bool has_video = next(&records[0], taps[0], at[0]);
		const bool has_audio = next(&records[1], taps[1], at[1]);
		const int first = !has_video || (has_audio && records[1].at_ns < records[0].at_ns);

		if (!has_video && !has_audio)
			break;
		at[first] += sizeof(records[0]);
		write_record(file, &records[first], taps[first]->bytes + at[first]);
		at[first] += records[first].len;
	}
	good = !ferror(file);
	if (fclose(file) != 0 || !good)
		return gng_why_set(why, GNG_ESYS, errno, "av.tap", "%s: cannot be written", path);
	return GNG_OK;
}
