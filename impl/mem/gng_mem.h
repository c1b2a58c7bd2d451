/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_mem.h - arenas of huge pages on a NUMA node, with a proof of what the kernel granted.
 *
 * madvise(MADV_HUGEPAGE) returns 0 where it changes nothing, mbind after the first touch returns
 * 0 and moves nothing, and get_mempolicy repeats what was asked. So nothing here is taken from a
 * request: pages are counted in /proc/self/smaps (AnonHugePages, Private_Hugetlb: proc(5)) and
 * their nodes asked of move_pages(2) without nodes. kpageflags is no proof, for its THP flag stays
 * after a huge mapping is split.
 */
#ifndef GNG_MEM_H
#define GNG_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_MEM_HUGE ((size_t)2 << 20) /* of a PMD mapping on x86-64 with 4 KiB pages */
#define GNG_MEM_MAX_NODES 64
#define GNG_MEM_ANY_NODE (-1)

enum gng_mem_backend {
	GNG_MEM_THP,	 /* transparent huge pages: no privilege, no reservation */
	GNG_MEM_HUGETLB, /* pages of the pool; its surplus (nr_overcommit_hugepages) counts too */
	GNG_MEM_SMALL	 /* 4 KiB pages, kept small: what the others are compared with */
};

enum gng_mem_mode {
	GNG_MEM_BEST,  /* take what is granted; the proof says what it is */
	GNG_MEM_STRICT /* fail unless every byte is as requested */
};

/* gng_mem_request: node is bound before the first touch; GNG_MEM_ANY_NODE leaves it open. */
struct gng_mem_request {
	size_t len; /* bytes; rounded up to whole pages of the backend */
	int node;
	enum gng_mem_backend backend;
	enum gng_mem_mode mode;
};

/* gng_mem_proof is what the kernel says of a range at one moment. */
struct gng_mem_proof {
	size_t len;	    /* of the range */
	size_t present_len; /* bytes that are in memory */
	size_t huge_len;    /* bytes that a PMD maps */
	size_t num_vmas;
	bool exact; /* false: a VMA reaches beyond the range, and huge_len is an upper bound */
	size_t node_len[GNG_MEM_MAX_NODES]; /* present bytes on each node */
	char thp[16];			    /* "always", "madvise", "never", or "absent" */
	char shortfall[192]; /* "" or the first way in which it is not as requested */
};

struct gng_mem;

/*
 * gng_mem_open maps len bytes, aligned to GNG_MEM_HUGE, binds, touches and proves them, so that
 * later touches neither fault nor fail. A guard page stands on both sides. The caller closes
 * *mem. GNG_EINVAL for a length of 0 or a node that no machine has; GNG_EUNSUPPORTED if this one
 * lacks the node; GNG_ENOMEM if there is not as much memory (or pool); GNG_ELIMIT if STRICT and
 * the proof has a shortfall. On failure *mem is untouched and why says what to change.
 */
GNG_MUST enum gng_status gng_mem_open(struct gng_mem **mem, const struct gng_mem_request *request,
				      struct gng_why *why);
void gng_mem_close(struct gng_mem *mem);

void *gng_mem_base(const struct gng_mem *mem);
size_t gng_mem_len(const struct gng_mem *mem);

/* gng_mem_proved returns the proof of the moment of opening. */
const struct gng_mem_proof *gng_mem_proved(const struct gng_mem *mem);

/* gng_mem_prove proves the arena anew: huge pages may have been split or moved since. GNG_ESYS if
 * /proc cannot be read. */
GNG_MUST enum gng_status gng_mem_prove(struct gng_mem_proof *proof, const struct gng_mem *mem,
				       struct gng_why *why);

/* gng_mem_prove_range proves any memory of this process; its shortfall is always "". GNG_EINVAL if
 * base or len are not of whole 4 KiB pages. */
GNG_MUST enum gng_status gng_mem_prove_range(struct gng_mem_proof *proof, const void *base,
					     size_t len, struct gng_why *why);

/* ---- allocation inside an arena, without a system call ---- */

/* gng_mem_bump hands out pieces one after the other; all are given back together. */
struct gng_mem_bump {
	uint8_t *base;
	size_t len, used;
};

void gng_mem_bump_init(struct gng_mem_bump *bump, const struct gng_mem *mem);

/* gng_mem_bump_take returns len bytes aligned to align (a power of two), or NULL if they do not
 * fit; then nothing changes. The bytes are what the last user left. */
void *gng_mem_bump_take(struct gng_mem_bump *bump, size_t len, size_t align);
void gng_mem_bump_reset(struct gng_mem_bump *bump);

/* gng_mem_pool hands out blocks of one size. It is not thread-safe: one pool a thread. */
struct gng_mem_pool {
	uint8_t *base;
	size_t block_len, num_blocks, num_free;
	uint32_t *next; /* of the free list, kept apart from the blocks */
	uint32_t first;
};

/*
 * gng_mem_pool_init divides len bytes at base into blocks of block_len, and keeps its list in the
 * first bytes of them: no block shares a line of 64 bytes with it. GNG_EINVAL for a base or
 * block_len that is no multiple of 64; GNG_ELIMIT if not even one block fits.
 */
GNG_MUST enum gng_status gng_mem_pool_init(struct gng_mem_pool *pool, void *base, size_t len,
					   size_t block_len, struct gng_why *why);
void *gng_mem_pool_take(struct gng_mem_pool *pool); /* NULL if none is free */

/* gng_mem_pool_give takes a block back. GNG_EINVAL for a pointer that is no block of this pool, or
 * one that is free already: nothing changes. */
GNG_MUST enum gng_status gng_mem_pool_give(struct gng_mem_pool *pool, void *block,
					   struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_MEM_H */
