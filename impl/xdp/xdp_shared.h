/* SPDX-License-Identifier: Apache-2.0 */
/* xdp_shared.h - what the programs in the kernel and their user both know. */
#ifndef XDP_SHARED_H
#define XDP_SHARED_H

#include <linux/types.h>

#include <gng_octave.h>

#define XDP_MAX_RULES 4096    /* number 0 is what no rule speaks of */
#define XDP_SAMPLE_EVERY 1024 /* a power of two */
#define XDP_MAGIC 0x676f6e6f  /* of a frame that carries a stamp */

/* xdp_count numbers the counters, which each CPU has for itself. */
enum xdp_count {
	XDP_PASSED,
	XDP_DROPPED,
	XDP_MALFORMED, /* dropped, because it is no packet that anybody could read */
	XDP_ECHOED,
	XDP_ARRIVED, /* with a stamp */
	XDP_FOREIGN, /* without one: passed on */
	XDP_RAN_A,   /* frames that the first of two reloaded programs had */
	XDP_RAN_B,
	XDP_MISSED, /* frames that came while no program stood there */
	XDP_NUM_COUNTS
};

/* xdp_constants are set before loading: the verifier drops what they rule out. */
struct xdp_constants {
	__u32 tuple_mask; /* slots of each table of tuples, less one; 0: there are no tuples */
	__u32 have_prefixes, drop_others;
};

/* xdp_key4 and xdp_key6 are five-tuples, addresses and ports in network order. They are compared
 * by words, and have no gaps. */
struct xdp_key4 {
	__u32 source, dest;
	__u16 source_port, dest_port;
	__u32 protocol;
} __attribute__((aligned(8)));

struct xdp_key6 {
	__u32 source[4], dest[4];
	__u16 source_port, dest_port;
	__u32 protocol;
} __attribute__((aligned(8)));

struct xdp_prefix4 {
	__u32 bits, address;
};

struct xdp_prefix6 {
	__u32 bits, address[4];
};

struct xdp_rule {
	__u32 number; /* from 1 */
	__u16 drop;
	__u16 bits; /* of a prefix: a look-up finds shorter ones, too */
};

/* xdp_stamp is what a stamped frame of UDP carries behind its headers. */
struct xdp_stamp {
	__u32 magic, number;
	__u64 at_ns; /* CLOCK_MONOTONIC when it was sent */
};

#define XDP_STAMP_OFF 42 /* Ethernet, IPv4 without options, UDP */

struct xdp_hist {
	__u64 counts[GNG_OCTAVE_NUM_BUCKETS];
};

struct xdp_sample {
	__u64 at_ns, latency_ns;
	__u32 number, cpu;
};

/* xdp_control is mapped by the user. */
struct xdp_control {
	__u32 slot;   /* of the program array: one that no compiler knows */
	__u32 choice; /* 0 or 1: which of two does the work */
};

#endif /* XDP_SHARED_H */
