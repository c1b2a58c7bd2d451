/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open.c - makes an arena. The order is the point: reserve and align, bind before the first touch
 * (afterwards mbind changes a policy and no page), advise, touch, collapse what is left, and then
 * believe nothing but the proof.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mem_proof.h"
#include "mem_room.h"

#define GUARD ((size_t)4096)
#define PAGE ((size_t)4096)

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif
#define BIND 2 /* MPOL_BIND, linux/mempolicy.h */

struct gng_mem {
	struct gng_mem_request request; /* len is rounded up */
	uint8_t *base;
	uint8_t *mapped; /* with the guards; for hugetlb they are mappings of their own */
	size_t mapped_len;
	struct gng_mem_proof proof;
};

/* ---- reservation ---- */

/*
 * reserve finds an aligned place with a guard on both sides. All is PROT_NONE, so the guards cost
 * no memory. Older kernels place a mapping of 4 MiB on any page: of that only half could be huge.
 */
static enum gng_status reserve(struct gng_mem *mem, struct gng_why *why)
{
	const size_t all = mem->request.len + 2 * GNG_MEM_HUGE;
	uint8_t *at =
		mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint8_t *from, *to;

	if (at == MAP_FAILED)
		return gng_why_set(why, GNG_ENOMEM, errno, "mem.open",
				   "%zu MiB of address space: %s: ulimit -v", all >> 20,
				   strerror(errno));
	mem->base = (uint8_t *)(((uintptr_t)at + GUARD + GNG_MEM_HUGE - 1) & ~(GNG_MEM_HUGE - 1));
	from = mem->base - GUARD;
	to = mem->base + mem->request.len + GUARD;
	if (from > at)
		munmap(at, (size_t)(from - at));
	if (to < at + all)
		munmap(to, (size_t)(at + all - to));
	mem->mapped = from;
	mem->mapped_len = (size_t)(to - from);
	return GNG_OK;
}

static enum gng_status map_huge(struct gng_mem *mem, struct gng_why *why)
{
	const int flags =
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB | 21 << MAP_HUGE_SHIFT;

	if (mmap(mem->base, mem->request.len, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED)
		return GNG_OK;
	return gng_why_set(why, GNG_ENOMEM, errno, "mem.open",
			   "the pool has no %zu free pages of 2 MiB: raise "
			   "/proc/sys/vm/nr_hugepages, or nr_overcommit_hugepages",
			   mem->request.len / GNG_MEM_HUGE);
}

static enum gng_status map_small(struct gng_mem *mem, struct gng_why *why)
{
	const int advice = mem->request.backend == GNG_MEM_THP ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;

	if (mprotect(mem->base, mem->request.len, PROT_READ | PROT_WRITE) != 0)
		return gng_why_set(why, GNG_ENOMEM, errno, "mem.open", "%zu MiB: %s",
				   mem->request.len >> 20, strerror(errno));
	/* EINVAL: a kernel without THP; the proof then says "absent" */
	madvise(mem->base, mem->request.len, advice);
	return GNG_OK;
}

/* ---- placement ---- */

static enum gng_status bind_node(struct gng_mem *mem, struct gng_why *why)
{
	unsigned long mask = 1UL << (mem->request.node & 63);

	if (mem->request.node < 0)
		return GNG_OK;
	/* maxnode counts one more than there are bits: mbind(2), BUGS */
	if (syscall(SYS_mbind, mem->base, mem->request.len, BIND, &mask, 65UL, 0) == 0)
		return GNG_OK;
	if (errno == EINVAL)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "mem.open",
				   "this machine has no memory on node %d: ls "
				   "/sys/devices/system/node",
				   mem->request.node);
	return gng_why_set(why, GNG_ESYS, errno, "mem.open", "mbind to node %d: %s",
			   mem->request.node, strerror(errno));
}

/*
 * touch faults all pages in. MADV_POPULATE_WRITE reports what a store would die of by SIGBUS.
 */
static enum gng_status touch(struct gng_mem *mem, struct gng_why *why)
{
	if (madvise(mem->base, mem->request.len, MADV_POPULATE_WRITE) == 0)
		return GNG_OK;
	if (errno == EINVAL) { /* a kernel before 5.14 */
		for (size_t at = 0; at < mem->request.len; at += PAGE)
			((volatile uint8_t *)mem->base)[at] = 0;
		return GNG_OK;
	}
	return gng_why_set(why, GNG_ENOMEM, errno, "mem.open",
			   "%zu MiB cannot be faulted in%s: %s: free memory, or ask for less",
			   mem->request.len >> 20, mem->request.node < 0 ? "" : " on that node",
			   strerror(errno));
}

/* collapse asks for what touching did not give, even where transparent_hugepage is "never". */
static void collapse(struct gng_mem *mem)
{
	if (mem->request.backend == GNG_MEM_THP)
		madvise(mem->base, mem->request.len, MADV_COLLAPSE);
}

/* ---- the whole ---- */

static enum gng_status check_request(const struct gng_mem_request *request, struct gng_why *why)
{
	if (request->len == 0 || request->len > SIZE_MAX / 4)
		return gng_why_set(why, GNG_EINVAL, 0, "mem.open",
				   "an arena has at least one byte and at most a quarter of the "
				   "address space");
	if (request->node < GNG_MEM_ANY_NODE || request->node >= GNG_MEM_MAX_NODES)
		return gng_why_set(why, GNG_EINVAL, 0, "mem.open",
				   "node %d: nodes are 0 to %d, or -1 for any", request->node,
				   GNG_MEM_MAX_NODES - 1);
	return GNG_OK;
}

static enum gng_status prove(struct gng_mem *mem, struct gng_why *why)
{
	enum gng_status status = gng_mem_prove(&mem->proof, mem, why);

	if (status == GNG_OK && *mem->proof.shortfall && mem->request.mode == GNG_MEM_STRICT)
		return gng_why_set(why, GNG_ELIMIT, 0, "mem.open", "%s", mem->proof.shortfall);
	return status;
}

static enum gng_status make(struct gng_mem *mem, struct gng_why *why)
{
	enum gng_status status = reserve(mem, why);

	/* pages of the pool are reserved by mmap itself */
	if (status == GNG_OK && mem->request.backend != GNG_MEM_HUGETLB)
		status = mem_room_check(mem->request.len, mem->request.node, why);
	if (status == GNG_OK)
		status = mem->request.backend == GNG_MEM_HUGETLB ? map_huge(mem, why)
								 : map_small(mem, why);
	if (status == GNG_OK)
		status = bind_node(mem, why);
	if (status == GNG_OK)
		status = touch(mem, why);
	if (status != GNG_OK)
		return status;
	collapse(mem);
	return prove(mem, why);
}

enum gng_status gng_mem_open(struct gng_mem **mem, const struct gng_mem_request *request,
			     struct gng_why *why)
{
	const size_t unit = request->backend == GNG_MEM_SMALL ? PAGE : GNG_MEM_HUGE;
	enum gng_status status = check_request(request, why);
	struct gng_mem *made;

	if (status != GNG_OK)
		return status;
	made = calloc(1, sizeof(*made));
	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, "mem.open", "no memory");
	made->request = *request;
	made->request.len = (request->len + unit - 1) & ~(unit - 1);
	status = make(made, why);
	if (status == GNG_OK)
		*mem = made;
	else
		gng_mem_close(made);
	return status;
}

void gng_mem_close(struct gng_mem *mem)
{
	if (!mem)
		return;
	if (mem->mapped)
		munmap(mem->base, mem->request.len); /* whole huge pages first, then the guards */
	if (mem->mapped)
		munmap(mem->mapped, mem->mapped_len);
	free(mem);
}

void *gng_mem_base(const struct gng_mem *mem)
{
	return mem->base;
}

size_t gng_mem_len(const struct gng_mem *mem)
{
	return mem->request.len;
}

const struct gng_mem_proof *gng_mem_proved(const struct gng_mem *mem)
{
	return &mem->proof;
}

static enum gng_status prove_and_judge(struct gng_mem_proof *proof, const struct gng_mem *mem,
				       struct gng_why *why)
{
	enum gng_status status = gng_mem_prove_range(proof, mem->base, mem->request.len, why);

	if (status == GNG_OK)
		mem_judge(proof, &mem->request);
	return status;
}

enum gng_status gng_mem_prove(struct gng_mem_proof *proof, const struct gng_mem *mem,
			      struct gng_why *why)
{
	enum gng_status status = prove_and_judge(proof, mem, why);
	int tries;

	if (status != GNG_OK || !*proof->shortfall)
		return status;
	for (tries = mem_tries(); --tries > 0 && status == GNG_OK && *proof->shortfall;) {
		mem_nodes_settle(mem->base, mem->request.len);
		status = prove_and_judge(proof, mem, why);
	}
	return status;
}
