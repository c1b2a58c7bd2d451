/* SPDX-License-Identifier: Apache-2.0 */
/* filter_frames.c - writes frames byte by byte, by the figures of RFC 791, 768, 9293 and 8200. */
#include "filter_frames.h"

#include <string.h>

#define ETHERNET 14
#define PAYLOAD 8
#define TCP_PROTOCOL 6
#define UDP_PROTOCOL 17

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* put_transport writes ports and, for UDP, the length; it returns the whole length. */
static size_t put_transport(uint8_t *at, const struct gng_xdp_flow *flow)
{
	const size_t header = flow->protocol == TCP_PROTOCOL ? 20 : 8;

	put16(at, flow->source_port);
	put16(at + 2, flow->dest_port);
	if (flow->protocol == TCP_PROTOCOL)
		at[12] = 5 << 4; /* words of its header */
	else
		put16(at + 4, (unsigned int)header + PAYLOAD);
	return header + PAYLOAD;
}

/* put4 writes IPv4 with words of options. */
static size_t put4(uint8_t *at, const struct gng_xdp_flow *flow, unsigned int options)
{
	const unsigned int header = 20 + 4 * options;
	const size_t len = header + put_transport(at + header, flow);

	at[0] = (uint8_t)(0x40 | header / 4);
	put16(at + 2, (unsigned int)len);
	at[8] = 64;
	at[9] = flow->protocol;
	memcpy(at + 12, flow->source, 4);
	memcpy(at + 16, flow->dest, 4);
	memset(at + 20, 1, (size_t)4 * options); /* no operation */
	return len;
}

/* put6 writes IPv6 with num extension headers of one kind. */
static size_t put6(uint8_t *at, const struct gng_xdp_flow *flow, unsigned int kind,
		   unsigned int num)
{
	uint8_t *next = at + 6, *behind = at + 40;
	size_t len;

	at[0] = 0x60;
	at[7] = 64;
	memcpy(at + 8, flow->source, 16);
	memcpy(at + 24, flow->dest, 16);
	for (unsigned int i = 0; i < num; i++) {
		*next = (uint8_t)kind;
		memset(behind, 0, 8);
		next = behind;
		behind += 8;
	}
	*next = flow->protocol;
	len = (size_t)(behind - at) + put_transport(behind, flow);
	put16(at + 4, (unsigned int)len - 40);
	return len;
}

static size_t put_ethernet(uint8_t *frame, unsigned int type)
{
	memset(frame, 2, 12);
	put16(frame + 12, type);
	return ETHERNET;
}

size_t frame_make(uint8_t frame[FRAME_CAP], const struct gng_xdp_flow *flow)
{
	memset(frame, 0, FRAME_CAP);
	if (flow->version == 4) {
		const size_t at = put_ethernet(frame, 0x0800);

		return at + put4(frame + at, flow, 0);
	}
	put_ethernet(frame, 0x86dd);
	return ETHERNET + put6(frame + ETHERNET, flow, 0, 0);
}

static size_t tagged(uint8_t *frame, const struct gng_xdp_flow *flow, unsigned int num)
{
	put_ethernet(frame, num > 1 ? 0x88a8 : 0x8100);
	for (unsigned int i = 0; i < num; i++) {
		put16(frame + ETHERNET + 4 * i, 5); /* of this network */
		put16(frame + ETHERNET + 4 * i + 2, i + 1 < num ? 0x8100 : 0x0800);
	}
	return ETHERNET + 4 * num + put4(frame + ETHERNET + 4 * num, flow, 0);
}

static size_t extended(uint8_t *frame, unsigned int kind, unsigned int num)
{
	const struct gng_xdp_flow flow = {.version = 6, .protocol = UDP_PROTOCOL};

	put_ethernet(frame, 0x86dd);
	return ETHERNET + put6(frame + ETHERNET, &flow, kind, num);
}

/* lied changes one byte of a sound frame. */
static size_t lied(uint8_t *frame, size_t len, size_t at, uint8_t value)
{
	frame[at] = value;
	return len;
}

size_t frame_named(uint8_t frame[FRAME_CAP], size_t which)
{
	struct gng_xdp_flow flow = {.version = 4, .protocol = UDP_PROTOCOL, .source_port = 9};
	const size_t plain = frame_make(frame, &flow);

	switch (which) {
	case 0:
		return plain;
	case 1:
		flow.protocol = TCP_PROTOCOL;
		return frame_make(frame, &flow);
	case 2:
		return tagged(frame, &flow, 1);
	case 3:
		return tagged(frame, &flow, 2);
	case 4:
		return tagged(frame, &flow, 3); /* one more than is looked into: no IP */
	case 5:
		return ETHERNET + put4(frame + ETHERNET, &flow, 10);
	case 6:
		return extended(frame, 0, 3);
	case 7:
		return extended(frame, 60, 7); /* too deep */
	case 8:
		return extended(frame, 44, 1);
	case 9:
		return lied(frame, plain, ETHERNET, 0x44); /* a header of 16 bytes */
	case 10:
		return lied(frame, plain, ETHERNET, 0x55); /* version 5 */
	case 11:
		return lied(frame, plain, ETHERNET + 3, 19); /* shorter than its header */
	case 12:
		return lied(frame, plain, ETHERNET + 2, 1); /* longer than the frame */
	case 13:
		return lied(frame, plain, ETHERNET + 25, 7); /* UDP shorter than its header */
	case 14:
		return lied(frame, plain, ETHERNET + 25, 17); /* longer than its packet */
	default:
		return lied(frame, plain, ETHERNET + 7, 3); /* the middle of a packet */
	}
}
