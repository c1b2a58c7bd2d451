/* SPDX-License-Identifier: Apache-2.0 */
/* ipv4.c - the header of IPv4 and its options: RFC 791 3.1, RFC 1122 3.2.1.2. */
#include "frame_private.h"

enum { HEADER_LEN = 20, LOOSE_ROUTE = 131, STRICT_ROUTE = 137 };

bool frame_options(struct frame_reading *reading, size_t at, size_t end, const char *clause)
{
	while (at < end && reading->bytes[at] != FRAME_END_OF_OPTIONS) {
		size_t len = 1;

		if (reading->bytes[at] != FRAME_NO_OPERATION) {
			if (at + 1 == end)
				return frame_refuse(reading, GNG_FRAME_OPTION, at, clause);
			len = reading->bytes[at + 1];
			if (len < 2 || len > end - at)
				return frame_refuse(reading, GNG_FRAME_OPTION, at + 1, clause);
		}
		at += len;
	}
	return true;
}

/* has_route says whether sound options hold a source route. */
static bool has_route(const uint8_t *bytes, size_t at, size_t end)
{
	for (; at < end && bytes[at] != FRAME_END_OF_OPTIONS;
	     at += bytes[at] == FRAME_NO_OPERATION ? 1 : bytes[at + 1])
		if (bytes[at] == LOOSE_ROUTE || bytes[at] == STRICT_ROUTE)
			return true;
	return false;
}

/* check_lengths sets reading->end to the packet's end. */
static bool check_lengths(struct frame_reading *reading, size_t header_len)
{
	const size_t at = reading->at;
	const size_t total_len = frame_u16(reading->bytes + at + 2);

	if (header_len < HEADER_LEN)
		return frame_refuse(reading, GNG_FRAME_HEADER, at, RFC_IPV4);
	if (total_len < header_len)
		return frame_refuse(reading, GNG_FRAME_LENGTH, at + 2, RFC_IPV4);
	if (!frame_has(reading, total_len, RFC_IPV4))
		return false;
	reading->end = at + total_len;
	return true;
}

bool frame_ipv4(struct frame_reading *reading)
{
	const size_t at = reading->at;
	const uint8_t *header = reading->bytes + at;
	size_t header_len;
	uint16_t field;

	if (!frame_has(reading, HEADER_LEN, RFC_IPV4))
		return false;
	if (header[0] >> 4 != 4)
		return frame_refuse(reading, GNG_FRAME_VERSION, at, RFC_IPV4);
	header_len = (header[0] & 15u) * 4u;
	if (!check_lengths(reading, header_len))
		return false;
	if (frame_fold(frame_add(0, header, header_len)) != 0xffff)
		return frame_refuse(reading, GNG_FRAME_SUM, at + 10, "RFC 1122 3.2.1.2");
	if (!frame_options(reading, at + HEADER_LEN, at + header_len, RFC_IPV4))
		return false;
	reading->frame->is_routed = has_route(reading->bytes, at + HEADER_LEN, at + header_len);
	reading->frame->version = 4;
	reading->frame->protocol = header[9];
	reading->at = at + header_len;
	field = frame_u16(header + 6);
	return frame_fragment(reading, (field & 0x1fffu) * 8u, field & 0x2000, at + 6, at + 2);
}
