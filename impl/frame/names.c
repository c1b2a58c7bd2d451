/* SPDX-License-Identifier: Apache-2.0 */
/* names.c - words for what is wrong with a frame. */
#include "gng_frame.h"

static const struct {
	const char *name, *text;
} words[GNG_FRAME_NUM_ERRORS] = {
	[GNG_FRAME_SOUND] = {"sound", "nothing is wrong"},
	[GNG_FRAME_CUT] = {"cut", "the bytes end before what the header says"},
	[GNG_FRAME_TYPE] = {"type", "neither a length nor an EtherType"},
	[GNG_FRAME_TAGS] = {"tags", "more than four VLAN tags"},
	[GNG_FRAME_VERSION] = {"version", "not the version that the EtherType says"},
	[GNG_FRAME_HEADER] = {"header", "an impossible length of a header"},
	[GNG_FRAME_LENGTH] = {"length", "a length that does not cover its own header"},
	[GNG_FRAME_SUM] = {"sum", "the checksum of the header is wrong"},
	[GNG_FRAME_OPTION] = {"option", "an option ends behind its header, or before itself"},
	[GNG_FRAME_FRAGMENT] = {"fragment", "a fragment that is part of no packet"},
	[GNG_FRAME_ORDER] = {"order", "hop-by-hop options are not the first extension header"},
	[GNG_FRAME_HEADERS] = {"headers", "more than eight extension headers"},
	[GNG_FRAME_JUMBOGRAM] = {"jumbogram", "a packet longer than 65,535 bytes"},
};

const char *gng_frame_error_name(enum gng_frame_error error)
{
	return (size_t)error < GNG_FRAME_NUM_ERRORS ? words[error].name : "?";
}

const char *gng_frame_error_text(enum gng_frame_error error)
{
	return (size_t)error < GNG_FRAME_NUM_ERRORS ? words[error].text : "?";
}
