/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xdp_parse.h - the headers of a frame: Ethernet with up to two tags of IEEE 802.1Q, IPv4 (RFC
 * 791), IPv6 and its extension headers (RFC 8200), the ports of TCP and UDP. One text for the
 * kernel, where the verifier proves that no byte behind the frame is read, and for this machine,
 * where fuzzers look for what it does with hostile frames.
 */
#ifndef XDP_PARSE_H
#define XDP_PARSE_H

#include <linux/types.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#define XDP_MAX_TAGS 2
#define XDP_MAX_EXTENSIONS 6

enum xdp_parsed {
	XDP_PARSED,	     /* the flow is known */
	XDP_NOT_IP,	     /* ARP and the like */
	XDP_SHORT_FRAME,     /* it ends within Ethernet's header or a tag */
	XDP_SHORT_NETWORK,   /* within the header of IP or an extension */
	XDP_BAD_NETWORK,     /* a version, a length or a total length that cannot be */
	XDP_SHORT_TRANSPORT, /* within the header of TCP or UDP, or a UDP length that cannot be */
	XDP_TOO_DEEP,	     /* more extension headers than XDP_MAX_EXTENSIONS */
	XDP_NUM_PARSED
};

/* xdp_flow is who speaks to whom; addresses and ports in network order. The ports are 0 for what
 * has none, and in a fragment that is not the first. */
struct xdp_flow {
	__u32 source[4], dest[4]; /* IPv4: only [0] is written */
	__u16 source_port, dest_port;
	__u8 version, protocol, fragment, pad;
	__u32 payload; /* bytes from the start of the frame to behind the last header read */
};

/* The headers by their wire layout: a program for the kernel includes no header of the C library.
 * Fields are in network order, and may lie on any address. */
struct xdp_ether {
	__u8 dest[6], source[6];
	__u16 type;
} __attribute__((packed));

struct xdp_tag {
	__u16 control, type;
} __attribute__((packed));

struct xdp_ipv4 {
	__u8 version_words, service;
	__u16 len, id, fragment;
	__u8 ttl, protocol;
	__u16 sum;
	__u32 source, dest;
} __attribute__((packed));

struct xdp_ipv6 {
	__u32 version_class;
	__u16 len;
	__u8 next, hops;
	__u32 source[4], dest[4];
} __attribute__((packed));

struct xdp_extension {
	__u8 next, len;
	__u16 fragment;
	__u32 rest;
} __attribute__((packed));

struct xdp_ports {
	__u16 source, dest, len, sum; /* of UDP; TCP has the same two at the start */
} __attribute__((packed));

#define XDP_NET16(x) ((__u16)__builtin_bswap16((__u16)(x)))

enum { /* IEEE 802 and IANA numbers */
       XDP_ETHER_IPV4 = 0x0800,
       XDP_ETHER_IPV6 = 0x86dd,
       XDP_ETHER_TAG = 0x8100,
       XDP_ETHER_OUTER_TAG = 0x88a8,
       XDP_IP_HOPOPTS = 0,
       XDP_IP_TCP = 6,
       XDP_IP_UDP = 17,
       XDP_IP_ROUTING = 43,
       XDP_IP_FRAGMENT = 44,
       XDP_IP_DSTOPTS = 60,
};

#define XDP_TCP_LEN 20
#define XDP_UDP_LEN 8

/* xdp_parse_ports reads what stands behind the network's header, room bytes by the packet's own
 * account: a frame may be longer, for Ethernet pads it. */
static __always_inline enum xdp_parsed xdp_parse_ports(struct xdp_flow *flow, const __u8 *data,
						       const __u8 *at, const __u8 *end, __u32 room)
{
	const struct xdp_ports *ports = (const struct xdp_ports *)at;
	const __u32 len = flow->protocol == XDP_IP_TCP ? XDP_TCP_LEN : XDP_UDP_LEN;

	flow->source_port = flow->dest_port = 0;
	flow->payload = (__u32)(at - data);
	if (flow->fragment > 1 || (flow->protocol != XDP_IP_TCP && flow->protocol != XDP_IP_UDP))
		return XDP_PARSED;
	if (at + XDP_UDP_LEN > end || room < len)
		return XDP_SHORT_TRANSPORT;
	if (flow->protocol == XDP_IP_TCP && at + XDP_TCP_LEN > end)
		return XDP_SHORT_TRANSPORT;
	if (flow->protocol == XDP_IP_UDP && flow->fragment == 0 &&
	    (XDP_NET16(ports->len) < XDP_UDP_LEN || XDP_NET16(ports->len) > room))
		return XDP_SHORT_TRANSPORT;
	flow->source_port = ports->source;
	flow->dest_port = ports->dest;
	flow->payload += len;
	return XDP_PARSED;
}

static __always_inline enum xdp_parsed xdp_parse_ipv4(struct xdp_flow *flow, const __u8 *data,
						      const __u8 *at, const __u8 *end)
{
	const struct xdp_ipv4 *ip = (const struct xdp_ipv4 *)at;
	__u32 len, total;

	if (at + sizeof(*ip) > end)
		return XDP_SHORT_NETWORK;
	len = (__u32)(ip->version_words & 15) * 4;
	total = XDP_NET16(ip->len);
	if (ip->version_words >> 4 != 4 || len < sizeof(*ip) || total < len)
		return XDP_BAD_NETWORK;
	if (at + len > end || total > (__u64)(end - at))
		return XDP_SHORT_NETWORK;
	flow->version = 4;
	flow->protocol = ip->protocol;
	flow->source[0] = ip->source;
	flow->dest[0] = ip->dest;
	flow->fragment = XDP_NET16(ip->fragment) & 0x1fff ? 2 : XDP_NET16(ip->fragment) >> 13 & 1;
	return xdp_parse_ports(flow, data, at + len, end, total - len);
}

static __always_inline int xdp_is_extension(__u8 next)
{
	return next == XDP_IP_HOPOPTS || next == XDP_IP_ROUTING || next == XDP_IP_DSTOPTS ||
	       next == XDP_IP_FRAGMENT;
}

static __always_inline enum xdp_parsed xdp_parse_ipv6(struct xdp_flow *flow, const __u8 *data,
						      const __u8 *at, const __u8 *end)
{
	const struct xdp_ipv6 *ip = (const struct xdp_ipv6 *)at;
	__u32 room;
	__u8 next;

	if (at + sizeof(*ip) > end)
		return XDP_SHORT_NETWORK;
	if (*at >> 4 != 6)
		return XDP_BAD_NETWORK;
	room = XDP_NET16(ip->len);
	at += sizeof(*ip);
	if (room > (__u64)(end - at))
		return XDP_SHORT_NETWORK;
	flow->version = 6;
	flow->fragment = 0;
	for (int i = 0; i < 4; i++) {
		flow->source[i] = ip->source[i];
		flow->dest[i] = ip->dest[i];
	}
	next = ip->next;
	for (int i = 0; i < XDP_MAX_EXTENSIONS && xdp_is_extension(next); i++) {
		const struct xdp_extension *extension = (const struct xdp_extension *)at;
		__u32 len;

		if (at + sizeof(*extension) > end)
			return XDP_SHORT_NETWORK;
		len = next == XDP_IP_FRAGMENT ? 8 : ((__u32)extension->len + 1) * 8;
		if (room < len)
			return XDP_SHORT_NETWORK;
		if (next == XDP_IP_FRAGMENT)
			flow->fragment = XDP_NET16(extension->fragment) >> 3
						 ? 2
						 : XDP_NET16(extension->fragment) & 1;
		next = extension->next;
		room -= len;
		at += len;
		if (flow->fragment > 1) /* what follows is the middle of something */
			break;
	}
	flow->protocol = next;
	if (flow->fragment < 2 && xdp_is_extension(next))
		return XDP_TOO_DEEP;
	return xdp_parse_ports(flow, data, at, end, room);
}

/* xdp_parse fills *flow when it returns XDP_PARSED, and reads only data[0..end). */
static __always_inline enum xdp_parsed xdp_parse(struct xdp_flow *flow, const void *data,
						 const void *end)
{
	const struct xdp_ether *ether = (const struct xdp_ether *)data;
	const __u8 *at = (const __u8 *)data + sizeof(*ether);
	__u16 type;

	if ((const void *)at > end)
		return XDP_SHORT_FRAME;
	type = XDP_NET16(ether->type);
	for (int i = 0; i < XDP_MAX_TAGS && (type == XDP_ETHER_TAG || type == XDP_ETHER_OUTER_TAG);
	     i++) {
		const struct xdp_tag *tag = (const struct xdp_tag *)at;

		at += sizeof(*tag);
		if ((const void *)at > end)
			return XDP_SHORT_FRAME;
		type = XDP_NET16(tag->type);
	}
	if (type == XDP_ETHER_IPV4)
		return xdp_parse_ipv4(flow, (const __u8 *)data, at, (const __u8 *)end);
	if (type == XDP_ETHER_IPV6)
		return xdp_parse_ipv6(flow, (const __u8 *)data, at, (const __u8 *)end);
	return XDP_NOT_IP;
}

#endif /* XDP_PARSE_H */
