/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chase_hw.c - dependent reads of 1 GiB: a proven arena of huge pages against one of small pages,
 * in five interleaved blocks. Each load gives the address of the next, so nothing hides the walk
 * of the page table.
 */
/* needs: clock */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <gng_clock.h>
#include <gng_mem.h>

#define LEN ((size_t)1 << 30)
#define STEP ((size_t)64) /* one line a node: no two nodes share one */
#define NUM_NODES (LEN / STEP)
#define NUM_READS 1000000
#define NUM_TRIES 4

/*
 * next_node is one step of a linear congruence of full period modulo NUM_NODES, a power of two
 * (Hull and Dobell 1962: an odd increment, and a multiplier of the form 4k + 1): one cycle through
 * all nodes, that is written in the order of memory.
 */
static size_t next_node(size_t node)
{
	return (node * 22695477u + 12345u) % NUM_NODES;
}

static void link_nodes(uint8_t *base)
{
	for (size_t i = 0; i < NUM_NODES; i++)
		*(void **)(base + i * STEP) = base + next_node(i) * STEP;
}

static double read_ns(void *base)
{
	const uint64_t start = gng_clock_start();
	void **at = base;

	for (int i = 0; i < NUM_READS; i++)
		at = *at;
	__asm__ volatile("" : : "r"(at));
	return (double)(gng_clock_stop() - start) / NUM_READS;
}

/* best_ns is the quickest of some tries: what else used the CPU or the memory only adds. */
static double best_ns(void *base)
{
	double best = read_ns(base);

	for (int i = 1; i < NUM_TRIES; i++) {
		const double ns = read_ns(base);

		best = ns < best ? ns : best;
	}
	return best;
}

static struct gng_mem *open_arena(enum gng_mem_backend backend)
{
	const struct gng_mem_request request = {
		.len = LEN, .node = GNG_MEM_ANY_NODE, .backend = backend, .mode = GNG_MEM_STRICT};
	struct gng_mem *mem;
	struct gng_why why;

	if (gng_mem_open(&mem, &request, &why) == GNG_OK)
		return mem;
	gng_probe_skip(why.text, "free 2 GiB of memory and let it be compacted");
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(struct gng_mem *huge, struct gng_mem *small)
{
	struct gng_measure ratio = {.name = "huge_pages_speed_up_dependent_reads",
				    .unit = "ratio",
				    .n = NUM_READS,
				    .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	read_ns(gng_mem_base(huge));
	read_ns(gng_mem_base(small));
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		ratio.blocks[i] = sorted[i] =
			read_ns(gng_mem_base(small)) / read_ns(gng_mem_base(huge));
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), by_size);
	ratio.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	ratio.lo = sorted[0];
	ratio.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&ratio);
}

static void huge_pages_speed_up_dependent_reads(void **state)
{
	struct gng_mem *huge, *small = NULL;

	(void)state;
	huge = open_arena(GNG_MEM_THP);
	if (huge)
		small = open_arena(GNG_MEM_SMALL);
	if (small) {
		link_nodes(gng_mem_base(huge));
		link_nodes(gng_mem_base(small));
		assert_int_equal(gng_mem_proved(huge)->huge_len, LEN);
		measure(huge, small);
	}
	gng_mem_close(small);
	gng_mem_close(huge);
}

const struct suite_test suite_tests[] = {
	TEST(huge_pages_speed_up_dependent_reads, "D3.mem.speed"),
	{0},
};
