/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_frame.h - reads Ethernet frames from bytes that nobody vouches for, and sorts them by rules.
 *
 * Ethernet (IEEE 802.3) with up to four VLAN tags (IEEE 802.1Q), IPv4 (RFC 791) with options and
 * fragments, IPv6 (RFC 8200) with extension headers, UDP (RFC 768) and TCP (RFC 9293). Functions
 * are pure: nothing is allocated, kept or written but what the caller hands over, and the time is
 * bounded by the length of the frame.
 */
#ifndef GNG_FRAME_H
#define GNG_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_FRAME_MAX_TAGS 4
#define GNG_FRAME_MAX_HEADERS 8 /* extension headers of an IPv6 packet */

/* gng_frame_error is the first rule that a frame breaks. */
enum gng_frame_error {
	GNG_FRAME_SOUND,
	GNG_FRAME_CUT,	     /* the frame or packet ends inside of a header, or before its length */
	GNG_FRAME_TYPE,	     /* Length/Type from 1501 to 1535, which has no meaning */
	GNG_FRAME_TAGS,	     /* more than GNG_FRAME_MAX_TAGS */
	GNG_FRAME_VERSION,   /* the IP version is not that of the EtherType */
	GNG_FRAME_HEADER,    /* a header that says it is shorter than the shortest */
	GNG_FRAME_LENGTH,    /* a length that does not cover its own header */
	GNG_FRAME_SUM,	     /* the checksum of an IPv4 header */
	GNG_FRAME_OPTION,    /* an option that is too short for itself or ends behind its header */
	GNG_FRAME_FRAGMENT,  /* its length is no multiple of 8, or it ends behind 65,535 */
	GNG_FRAME_ORDER,     /* hop-by-hop options that are not the first extension header */
	GNG_FRAME_HEADERS,   /* more than GNG_FRAME_MAX_HEADERS */
	GNG_FRAME_JUMBOGRAM, /* a packet longer than 65,535, which no Ethernet frame holds */
	GNG_FRAME_NUM_ERRORS
};

/* gng_frame_fault: offset is from the begin of the frame, of the field that is wrong. */
struct gng_frame_fault {
	enum gng_frame_error error;
	size_t offset;
	const char *clause; /* static, never NULL after a refusal */
};

const char *gng_frame_error_name(enum gng_frame_error error); /* "cut": words of the JSON */
const char *gng_frame_error_text(enum gng_frame_error error); /* a part of a sentence */

enum {
	GNG_FRAME_TCP = 6,
	GNG_FRAME_UDP = 17,
	GNG_FRAME_NO_NEXT = 59, /* RFC 8200 4.7; also of what is neither IPv4 nor IPv6 */
};

/* gng_frame is what a frame says. Offsets count from its begin. */
struct gng_frame {
	uint16_t type; /* EtherType behind the tags; a frame with a length (LLC) has 0 */
	uint8_t num_tags;
	uint8_t version;   /* 4, 6, or 0 for another protocol */
	uint8_t protocol;  /* of what stands at transport_at */
	bool is_fragment;  /* a part of a packet; an atomic one (RFC 6946) is none */
	bool has_more;	   /* further fragments follow */
	bool has_ports;	   /* UDP or TCP, and not behind the first fragment */
	bool is_routed;	   /* by a routing header: the destination is another one */
	uint16_t ports[2]; /* source, destination */
	uint8_t tcp_flags;
	uint16_t tags[GNG_FRAME_MAX_TAGS]; /* tag control information, outermost first */
	uint32_t fragment_offset;	   /* bytes */
	size_t network_at, transport_at;
	size_t payload_at, payload_len; /* without the padding of the frame */
};

/*
 * gng_frame_read reads bytes[0..len), a frame without its check sequence. GNG_EFORMAT and *fault
 * for the first rule that is broken, from the outermost header inwards; *frame then has nothing.
 * Of a fragment behind the first only the network header is read. bytes may be NULL if len is 0.
 */
GNG_MUST enum gng_status gng_frame_read(struct gng_frame *frame, struct gng_frame_fault *fault,
					const void *bytes, size_t len);

enum gng_frame_sum {
	GNG_FRAME_SUM_NONE, /* no checksum, not all of the packet, or a routed one */
	GNG_FRAME_SUM_GOOD,
	GNG_FRAME_SUM_BAD
};

/* gng_frame_check_sum judges the checksum of UDP or TCP (RFC 1071), which costs time by the byte.
 * Only for a frame that gng_frame_read accepted, with the same bytes. */
enum gng_frame_sum gng_frame_check_sum(const struct gng_frame *frame, const void *bytes);

/* ---- the filter stage ---- */

#define GNG_FRAME_MAX_RULES 64

/* gng_frame_rule: what it does not name, it does not ask for. */
struct gng_frame_rule {
	bool accept;
	uint8_t version;  /* 4, 6, or 0: any */
	uint8_t protocol; /* 0: any */
	bool has_vlan;	  /* of the outermost tag */
	uint16_t vlan;
	uint16_t ports[2][2];  /* source, destination: lowest, highest; highest 0: any */
	uint8_t prefix_len[2]; /* bits of the source, destination; 0: any */
	uint8_t prefix[2][16]; /* of version's length; the bits behind the prefix are 0 */
};

/* gng_frame_filter counts what each rule matched; the last count is of what none did, and is
 * dropped, unless there is no rule at all. */
struct gng_frame_filter {
	size_t num_rules;
	struct gng_frame_rule rules[GNG_FRAME_MAX_RULES];
	uint64_t num_matched[GNG_FRAME_MAX_RULES + 1];
};

/*
 * gng_frame_filter_add reads one rule and appends it: "accept" or "drop", then any of "ip4", "ip6",
 * "udp", "tcp", "vlan N", "sport N[-M]", "dport N[-M]", "src A[/N]", "dst A[/N]", with blanks
 * between. GNG_EFORMAT names the word that is none; GNG_ELIMIT behind GNG_FRAME_MAX_RULES. On
 * failure the filter is as it was.
 */
GNG_MUST enum gng_status gng_frame_filter_add(struct gng_frame_filter *filter, const char *text,
					      struct gng_why *why);

/* gng_frame_filter_match returns whether the first rule that matches accepts, and counts it. Only
 * for a frame that gng_frame_read accepted, with the same bytes. */
bool gng_frame_filter_match(struct gng_frame_filter *filter, const struct gng_frame *frame,
			    const void *bytes);

#ifdef __cplusplus
}
#endif

#endif /* GNG_FRAME_H */
