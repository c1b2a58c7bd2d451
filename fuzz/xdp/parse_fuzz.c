/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse_fuzz.c - the parser of the filter agrees with a second one, written as the RFCs tell it
 * and not as the verifier wants it: by a cursor that knows how much is left.
 */
/* bundle: 64 */
#include "../suite.h"

#include <gng_xdp.h>

/* cursor is what of a frame is not read yet. */
struct cursor {
	const uint8_t *at;
	size_t left;
};

/* take moves the cursor behind len bytes and returns where they are; NULL if they are not there. */
static const uint8_t *take(struct cursor *cursor, size_t len)
{
	const uint8_t *at = cursor->at;

	if (cursor->left < len)
		return NULL;
	cursor->at += len;
	cursor->left -= len;
	return at;
}

static unsigned int number16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

struct answer {
	enum gng_xdp_parsed parsed;
	struct gng_xdp_flow flow;
	size_t payload;
	bool fragment;
};

/* transport reads what is left of the packet; within says where the cursor's frame began. */
static enum gng_xdp_parsed transport(struct answer *answer, struct cursor *cursor, bool later,
				     bool first)
{
	const bool tcp = answer->flow.protocol == 6, udp = answer->flow.protocol == 17;
	const uint8_t *ports;

	answer->fragment = later || first;
	if (later || (!tcp && !udp))
		return GNG_XDP_PARSED;
	ports = take(cursor, tcp ? 20 : 8);
	if (!ports)
		return GNG_XDP_SHORT_TRANSPORT;
	if (udp && !first && (number16(ports + 4) < 8 || number16(ports + 4) - 8 > cursor->left))
		return GNG_XDP_SHORT_TRANSPORT;
	answer->flow.source_port = (uint16_t)number16(ports);
	answer->flow.dest_port = (uint16_t)number16(ports + 2);
	return GNG_XDP_PARSED;
}

static enum gng_xdp_parsed version4(struct answer *answer, struct cursor *cursor)
{
	const uint8_t *ip = take(cursor, 20);
	size_t header, total;

	if (!ip)
		return GNG_XDP_SHORT_NETWORK;
	header = (size_t)(ip[0] & 15) * 4;
	total = number16(ip + 2);
	if (ip[0] >> 4 != 4 || header < 20 || total < header)
		return GNG_XDP_BAD_NETWORK;
	if (total - 20 > cursor->left || !take(cursor, header - 20))
		return GNG_XDP_SHORT_NETWORK;
	cursor->left = total - header; /* what follows pads the frame */
	answer->flow.version = 4;
	answer->flow.protocol = ip[9];
	memcpy(answer->flow.source, ip + 12, 4);
	memcpy(answer->flow.dest, ip + 16, 4);
	return transport(answer, cursor, (number16(ip + 6) & 0x1fff) != 0,
			 (number16(ip + 6) & 0x2000) != 0);
}

static bool is_extension(unsigned int next)
{
	return next == 0 || next == 43 || next == 44 || next == 60;
}

static enum gng_xdp_parsed version6(struct answer *answer, struct cursor *cursor)
{
	const uint8_t *ip = take(cursor, 40);
	bool later = false, first = false;
	unsigned int next, depth = 0;

	if (!ip)
		return GNG_XDP_SHORT_NETWORK;
	if (ip[0] >> 4 != 6)
		return GNG_XDP_BAD_NETWORK;
	if (number16(ip + 4) > cursor->left)
		return GNG_XDP_SHORT_NETWORK;
	cursor->left = number16(ip + 4);
	answer->flow.version = 6;
	memcpy(answer->flow.source, ip + 8, 16);
	memcpy(answer->flow.dest, ip + 24, 16);
	for (next = ip[6]; is_extension(next) && !later; depth++) {
		const unsigned int kind = next;
		const uint8_t *extension = take(cursor, 8);

		if (depth == 6)
			return GNG_XDP_TOO_DEEP;
		if (!extension)
			return GNG_XDP_SHORT_NETWORK;
		next = extension[0];
		if (kind == 44) {
			later = number16(extension + 2) >> 3 != 0;
			first = !later && (extension[3] & 1) != 0;
		} else if (!take(cursor, (size_t)extension[1] * 8)) {
			return GNG_XDP_SHORT_NETWORK;
		}
	}
	answer->flow.protocol = (uint8_t)next;
	return transport(answer, cursor, later, first);
}

static enum gng_xdp_parsed frame(struct answer *answer, struct cursor *cursor)
{
	const uint8_t *ethernet = take(cursor, 14);
	unsigned int type;

	if (!ethernet)
		return GNG_XDP_SHORT_FRAME;
	type = number16(ethernet + 12);
	for (int i = 0; i < 2 && (type == 0x8100 || type == 0x88a8); i++) {
		const uint8_t *tag = take(cursor, 4);

		if (!tag)
			return GNG_XDP_SHORT_FRAME;
		type = number16(tag + 2);
	}
	if (type == 0x0800)
		return version4(answer, cursor);
	return type == 0x86dd ? version6(answer, cursor) : GNG_XDP_NOT_IP;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct answer ours = {0}, theirs = {0};
	struct cursor cursor = {data, size};

	ours.parsed = gng_xdp_parse(&ours.flow, &ours.payload, &ours.fragment, data, size);
	theirs.parsed = frame(&theirs, &cursor);
	fuzz_check(ours.parsed == theirs.parsed, "the verdict", "of a frame");
	if (ours.parsed != GNG_XDP_PARSED)
		return 0;
	theirs.payload = (size_t)(cursor.at - data);
	fuzz_check(memcmp(&ours.flow, &theirs.flow, sizeof(ours.flow)) == 0, "the flow",
		   "of a frame");
	fuzz_check(ours.payload == theirs.payload && ours.payload <= size, "the payload",
		   "of a frame");
	fuzz_check(ours.fragment == theirs.fragment, "the fragment", "of a frame");
	return 0;
}
