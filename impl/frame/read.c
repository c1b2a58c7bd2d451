/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - the Ethernet header with its tags, and the order of the layers: IEEE 802.3, 802.1Q. */
#include "frame_private.h"

#define CLAUSE_TYPE "IEEE 802.3 3.2.6"
#define CLAUSE_TAG "IEEE 802.1Q 9"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_SERVICE_VLAN = 0x88a8,
	MAX_LENGTH = 1500, /* of an LLC frame */
	MIN_TYPE = 1536,
};

static bool is_tag(uint16_t type)
{
	return type == TYPE_VLAN || type == TYPE_SERVICE_VLAN;
}

/* read_tags leaves reading->at behind the last Length/Type field. */
static bool read_tags(struct frame_reading *reading)
{
	struct gng_frame *frame = reading->frame;

	while (is_tag(frame_u16(reading->bytes + reading->at - 2))) {
		if (!frame_has(reading, 4, CLAUSE_TAG))
			return false;
		if (frame->num_tags == GNG_FRAME_MAX_TAGS)
			return frame_refuse(reading, GNG_FRAME_TAGS, reading->at - 2, CLAUSE_TAG);
		frame->tags[frame->num_tags++] = frame_u16(reading->bytes + reading->at);
		reading->at += 4;
	}
	return true;
}

/* A length may be shorter than what is there: the frame is padded to the shortest. */
static bool read_type(struct frame_reading *reading)
{
	const uint16_t type = frame_u16(reading->bytes + reading->at - 2);

	if (type >= MIN_TYPE) {
		reading->frame->type = type;
		return true;
	}
	if (type > MAX_LENGTH)
		return frame_refuse(reading, GNG_FRAME_TYPE, reading->at - 2, CLAUSE_TYPE);
	if (!frame_has(reading, type, CLAUSE_TYPE))
		return false;
	reading->end = reading->at + type;
	return true;
}

static bool read_link(struct frame_reading *reading)
{
	if (!frame_has(reading, 14, "IEEE 802.3 3.1.1"))
		return false;
	reading->at = 14;
	if (!read_tags(reading) || !read_type(reading))
		return false;
	reading->frame->network_at = reading->at;
	return true;
}

bool frame_fragment(struct frame_reading *reading, uint32_t offset, bool more, size_t field,
		    size_t length)
{
	const char *clause = reading->frame->version == 4 ? RFC_IPV4 : "RFC 8200 4.5";
	const size_t len = reading->end - reading->at;

	reading->frame->is_fragment = more || offset;
	reading->frame->has_more = more;
	reading->frame->fragment_offset = offset;
	if (more && len % 8)
		return frame_refuse(reading, GNG_FRAME_FRAGMENT, length, clause);
	if (offset + len > UINT16_MAX)
		return frame_refuse(reading, GNG_FRAME_FRAGMENT, field, clause);
	return true;
}

static bool read_network(struct frame_reading *reading)
{
	if (reading->frame->type == TYPE_IPV4)
		return frame_ipv4(reading);
	return reading->frame->type != TYPE_IPV6 || frame_ipv6(reading);
}

static bool read_all(struct frame_reading *reading)
{
	struct gng_frame *frame = reading->frame;

	if (!read_link(reading) || !read_network(reading))
		return false;
	frame->transport_at = reading->at;
	if (frame->version && frame->fragment_offset == 0 && !frame_transport(reading))
		return false;
	frame->payload_at = reading->at;
	frame->payload_len = reading->end - reading->at;
	return true;
}

enum gng_status gng_frame_read(struct gng_frame *frame, struct gng_frame_fault *fault,
			       const void *bytes, size_t len)
{
	struct frame_reading reading = {frame, fault, bytes, 0, len};

	*frame = (struct gng_frame){.protocol = GNG_FRAME_NO_NEXT};
	*fault = (struct gng_frame_fault){.error = GNG_FRAME_SOUND};
	if (read_all(&reading))
		return GNG_OK;
	*frame = (struct gng_frame){.protocol = GNG_FRAME_NO_NEXT};
	return GNG_EFORMAT;
}
