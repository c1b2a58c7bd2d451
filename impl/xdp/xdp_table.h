/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xdp_table.h - where the rule of a five-tuple stands: a table with open addressing (Knuth, The Art
 * of Computer Programming, volume 3, 6.4) in an array map. The compiler of the kernel reads an
 * array without a call; a hash map takes four, which cost 30 ns in place of 6 where each return is
 * slow.
 */
#ifndef XDP_TABLE_H
#define XDP_TABLE_H

#include "xdp_parse.h"
#include "xdp_shared.h"

/* A key is at most so far behind its first slot. With four slots for each rule that is allowed, ten
 * are the most that 4095 rules were seen to need. */
#define XDP_TABLE_REACH 32
#define XDP_TABLE_MIN_SLOTS 64
#define XDP_TABLE_SPARE 4

/* A slot whose rule has number 0 is empty; the number is written last, and read first. */
struct xdp_slot4 {
	struct xdp_key4 key;
	struct xdp_rule rule;
	__u64 pad; /* to half a cache line */
};

struct xdp_slot6 {
	struct xdp_key6 key;
	struct xdp_rule rule;
	__u64 pad[2];
};

static __always_inline __u64 xdp_stir(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull; /* 2^64 over the golden ratio */
	return hash ^ hash >> 32;
}

/* xdp_first_slot is that of a key of num words of 64 bits, before it is cut to the table. */
static __always_inline __u32 xdp_first_slot(const void *key, int num)
{
	const __u64 *words = (const __u64 *)key;
	__u64 hash = 0;

	for (int i = 0; i < num; i++)
		hash = xdp_stir(hash, words[i]);
	return (__u32)hash;
}

static __always_inline int xdp_same(const void *one, const void *other, int num)
{
	const __u64 *a = (const __u64 *)one, *b = (const __u64 *)other;
	__u64 differing = 0;

	for (int i = 0; i < num; i++)
		differing |= a[i] ^ b[i];
	return differing == 0;
}

#define XDP_WORDS(key) ((int)(sizeof(key) / sizeof(__u64)))

#endif /* XDP_TABLE_H */
