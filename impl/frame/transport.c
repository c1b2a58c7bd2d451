/* SPDX-License-Identifier: Apache-2.0 */
/* transport.c - the headers of UDP and TCP, and their checksums: RFC 768, RFC 9293, RFC 1071. */
#include "frame_private.h"

#define RFC_UDP "RFC 768"
#define RFC_TCP "RFC 9293 3.1"

enum { UDP_LEN = 8, TCP_LEN = 20 };

static void take_ports(struct frame_reading *reading)
{
	struct gng_frame *frame = reading->frame;

	frame->has_ports = true;
	frame->ports[0] = frame_u16(reading->bytes + reading->at);
	frame->ports[1] = frame_u16(reading->bytes + reading->at + 2);
}

/* A first fragment holds less than its length says. */
static bool read_udp(struct frame_reading *reading)
{
	size_t len;

	if (!frame_has(reading, UDP_LEN, RFC_UDP))
		return false;
	len = frame_u16(reading->bytes + reading->at + 4);
	if (len < UDP_LEN)
		return frame_refuse(reading, GNG_FRAME_LENGTH, reading->at + 4, RFC_UDP);
	if (!reading->frame->has_more) {
		if (!frame_has(reading, len, RFC_UDP))
			return false;
		reading->end = reading->at + len;
	}
	take_ports(reading);
	reading->at += UDP_LEN;
	return true;
}

static bool read_tcp(struct frame_reading *reading)
{
	const size_t at = reading->at;
	size_t len;

	if (!frame_has(reading, TCP_LEN, RFC_TCP))
		return false;
	len = (reading->bytes[at + 12] >> 4) * 4u;
	if (len < TCP_LEN)
		return frame_refuse(reading, GNG_FRAME_HEADER, at + 12, RFC_TCP);
	if (!frame_has(reading, len, RFC_TCP) ||
	    !frame_options(reading, at + TCP_LEN, at + len, RFC_TCP))
		return false;
	take_ports(reading);
	reading->frame->tcp_flags = reading->bytes[at + 13];
	reading->at += len;
	return true;
}

bool frame_transport(struct frame_reading *reading)
{
	if (reading->frame->protocol == GNG_FRAME_UDP)
		return read_udp(reading);
	return reading->frame->protocol != GNG_FRAME_TCP || read_tcp(reading);
}

uint64_t frame_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	for (; at + 1 < len; at += 2)
		sum += frame_u16(bytes + at);
	return at < len ? sum + ((uint64_t)bytes[at] << 8) : sum;
}

uint16_t frame_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The pseudo header is made of both addresses, the length and the protocol (RFC 8200 8.1). */
static uint64_t pseudo_header(const struct gng_frame *frame, const uint8_t *bytes, size_t len)
{
	const bool is_4 = frame->version == 4;
	const uint64_t sum = (uint64_t)len + frame->protocol;

	return frame_add(sum, bytes + frame->network_at + (is_4 ? 12 : 8), is_4 ? 8 : 32);
}

enum gng_frame_sum gng_frame_check_sum(const struct gng_frame *frame, const void *bytes)
{
	const uint8_t *at = (const uint8_t *)bytes + frame->transport_at;
	const size_t len = frame->payload_at + frame->payload_len - frame->transport_at;

	if (!frame->has_ports || frame->is_fragment || frame->is_routed)
		return GNG_FRAME_SUM_NONE;
	if (frame->protocol == GNG_FRAME_UDP && frame_u16(at + 6) == 0)
		return frame->version == 4 ? GNG_FRAME_SUM_NONE : GNG_FRAME_SUM_BAD;
	if (frame_fold(frame_add(pseudo_header(frame, bytes, len), at, len)) != 0xffff)
		return GNG_FRAME_SUM_BAD;
	return GNG_FRAME_SUM_GOOD;
}
