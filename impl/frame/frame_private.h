/* SPDX-License-Identifier: Apache-2.0 */
/* frame_private.h - network order, refusals, and the readers of each layer. */
#ifndef FRAME_PRIVATE_H
#define FRAME_PRIVATE_H

#include "gng_frame.h"

#define RFC_IPV4 "RFC 791 3.1"
#define RFC_IPV6 "RFC 8200 3"

enum { FRAME_END_OF_OPTIONS = 0, FRAME_NO_OPERATION = 1 };

/* frame_reading is a frame that is being read: end is where its packet ends, which is where its
 * bytes end until a length has been read. */
struct frame_reading {
	struct gng_frame *frame;
	struct gng_frame_fault *fault;
	const uint8_t *bytes;
	size_t at, end;
};

static inline uint16_t frame_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline bool frame_refuse(struct frame_reading *reading, enum gng_frame_error error,
				size_t offset, const char *clause)
{
	*reading->fault = (struct gng_frame_fault){error, offset, clause};
	return false;
}

/* frame_has refuses a header of len bytes that does not fit; the offset is where the bytes end. */
static inline bool frame_has(struct frame_reading *reading, size_t len, const char *clause)
{
	if (len <= reading->end - reading->at)
		return true;
	return frame_refuse(reading, GNG_FRAME_CUT, reading->end, clause);
}

/*
 * frame_fragment notes a fragment at offset (bytes), whose data is from at to the packet's end,
 * and refuses one that cannot be a part of a packet. field is where its offset stands, length
 * where the packet's length does.
 */
bool frame_fragment(struct frame_reading *reading, uint32_t offset, bool more, size_t field,
		    size_t length);

/* frame_options walks the options of IPv4 or TCP, bytes[at..end): both have the same form. */
bool frame_options(struct frame_reading *reading, size_t at, size_t end, const char *clause);

bool frame_ipv4(struct frame_reading *reading);
bool frame_ipv6(struct frame_reading *reading);

/* frame_transport reads what protocol says at reading->at. */
bool frame_transport(struct frame_reading *reading);

/* frame_add adds bytes[0..len) to a sum of RFC 1071; all but the last piece have an even len. */
uint64_t frame_add(uint64_t sum, const uint8_t *bytes, size_t len);
uint16_t frame_fold(uint64_t sum);

#endif /* FRAME_PRIVATE_H */
