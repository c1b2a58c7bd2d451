/* SPDX-License-Identifier: Apache-2.0 */
/* ipv6.c - the header of IPv6 and its extension headers: RFC 8200, RFC 4302, RFC 2675. */
#include "frame_private.h"

enum {
	HEADER_LEN = 40,
	HOP_BY_HOP = 0,
	ROUTING = 43,
	FRAGMENT = 44,
	AUTHENTICATION = 51,
	DESTINATION = 60,
	MOBILITY = 135,
	HOST_IDENTITY = 139,
	SHIM6 = 140,
	PAD1 = 0,
};

static const char *clause_of(uint8_t header)
{
	switch (header) {
	case HOP_BY_HOP:
		return "RFC 8200 4.3";
	case ROUTING:
		return "RFC 8200 4.4";
	case FRAGMENT:
		return "RFC 8200 4.5";
	case DESTINATION:
		return "RFC 8200 4.6";
	case AUTHENTICATION:
		return "RFC 4302 2.2";
	case MOBILITY:
	case HOST_IDENTITY:
	case SHIM6:
		return "RFC 6564 4";
	default:
		return NULL;
	}
}

static bool check_options(struct frame_reading *reading, size_t at, size_t end)
{
	while (at < end) {
		if (reading->bytes[at] == PAD1) {
			at++;
			continue;
		}
		if (at + 1 == end)
			return frame_refuse(reading, GNG_FRAME_OPTION, at, "RFC 8200 4.2");
		if (reading->bytes[at + 1] > end - at - 2)
			return frame_refuse(reading, GNG_FRAME_OPTION, at + 1, "RFC 8200 4.2");
		at += 2u + reading->bytes[at + 1];
	}
	return true;
}

/* length_of returns the bytes of the extension header; its length field counts units behind the
 * first 8 bytes, of 8 bytes or, in an authentication header, of 4. A fragment header has none. */
static size_t length_of(uint8_t header, const uint8_t *bytes)
{
	if (header == FRAGMENT)
		return 8;
	if (header == AUTHENTICATION)
		return (bytes[1] + 2u) * 4u;
	return (bytes[1] + 1u) * 8u;
}

static bool read_fragment(struct frame_reading *reading, size_t at)
{
	const uint16_t field = frame_u16(reading->bytes + at + 2);

	return frame_fragment(reading, field & 0xfff8u, field & 1, at + 2,
			      reading->frame->network_at + 4);
}

/* read_extension reads one that is whole at least in its first 8 bytes, and steps over it. */
static bool read_extension(struct frame_reading *reading, uint8_t header)
{
	const size_t at = reading->at;
	const size_t len = length_of(header, reading->bytes + at);

	if (header == AUTHENTICATION && len % 8) /* RFC 4302 2.2: IPv6 wants multiples of 8 */
		return frame_refuse(reading, GNG_FRAME_HEADER, at + 1, clause_of(header));
	if (!frame_has(reading, len, clause_of(header)))
		return false;
	reading->at += len;
	if (header == FRAGMENT)
		return read_fragment(reading, at);
	if (header == ROUTING && reading->bytes[at + 3] != 0)
		reading->frame->is_routed = true;
	return (header != HOP_BY_HOP && header != DESTINATION) ||
	       check_options(reading, at + 2, reading->at);
}

/* read_extensions ends at a fragment behind the first: what follows there is no header. */
static bool read_extensions(struct frame_reading *reading)
{
	struct gng_frame *frame = reading->frame;
	size_t field = frame->network_at + 6; /* where the type of the next header stands */
	const char *clause;

	for (int i = 0; frame->fragment_offset == 0 && (clause = clause_of(frame->protocol)); i++) {
		const size_t at = reading->at;

		if (i == GNG_FRAME_MAX_HEADERS)
			return frame_refuse(reading, GNG_FRAME_HEADERS, field, "RFC 8883 3");
		if (frame->protocol == HOP_BY_HOP && i > 0)
			return frame_refuse(reading, GNG_FRAME_ORDER, field, "RFC 8200 4.1");
		if (!frame_has(reading, 8, clause) || !read_extension(reading, frame->protocol))
			return false;
		frame->protocol = reading->bytes[at];
		field = at;
	}
	return true;
}

bool frame_ipv6(struct frame_reading *reading)
{
	const size_t at = reading->at;
	const uint8_t *header = reading->bytes + at;
	size_t len;

	if (!frame_has(reading, HEADER_LEN, RFC_IPV6))
		return false;
	if (header[0] >> 4 != 6)
		return frame_refuse(reading, GNG_FRAME_VERSION, at, RFC_IPV6);
	len = frame_u16(header + 4);
	if (len == 0 && header[6] == HOP_BY_HOP)
		return frame_refuse(reading, GNG_FRAME_JUMBOGRAM, at + 4, "RFC 2675 3");
	if (!frame_has(reading, HEADER_LEN + len, RFC_IPV6))
		return false;
	reading->frame->version = 6;
	reading->frame->protocol = header[6];
	reading->at = at + HEADER_LEN;
	reading->end = reading->at + len;
	return read_extensions(reading);
}
