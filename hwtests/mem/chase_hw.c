/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chase_hw.c - dependent reads of 1 GiB: a proven arena of huge pages against one of small pages,
 * in five interleaved blocks. Each load gives the address of the next, so nothing hides the walk
 * of the page table.
 */
/* needs: clock */
#include "../suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <gng_clock.h>
#include <gng_mem.h>

#define LEN ((size_t)1 << 30)
#define STEP ((size_t)64) /* one line a node: no two nodes share one */
#define NUM_NODES (LEN / STEP)
#define NUM_READS 50000 /* a turn: some 5 ms */
#define NUM_TURNS 40

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

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* read_cycles follows NUM_READS links from *at on, and leaves the last one there. */
static double read_cycles(void ***at)
{
	const uint64_t start = gng_clock_start();

	for (int i = 0; i < NUM_READS; i++)
		*at = **at;
	__asm__ volatile("" : : "r"(*at));
	return (double)(gng_clock_stop() - start);
}

/*
 * block takes turns of some milliseconds, so that what others do to the memory meets both sides,
 * and compares the quickest quarter of each.
 */
static double block(void ***huge, void ***small)
{
	double on_huge[NUM_TURNS], on_small[NUM_TURNS], sum_huge = 0, sum_small = 0;

	for (int i = 0; i < NUM_TURNS; i++) {
		on_huge[i] = read_cycles(huge);
		on_small[i] = read_cycles(small);
	}
	qsort(on_huge, NUM_TURNS, sizeof(on_huge[0]), by_size);
	qsort(on_small, NUM_TURNS, sizeof(on_small[0]), by_size);
	for (int i = 0; i < NUM_TURNS / 4; i++) {
		sum_huge += on_huge[i];
		sum_small += on_small[i];
	}
	return sum_small / sum_huge;
}

/* arena is opened and linked by a thread of its own: memory that this machine has not had for long
 * takes seconds to come, and two CPUs fetch twice as much. */
struct arena {
	enum gng_mem_backend backend;
	struct gng_mem *mem; /* NULL: why says why */
	struct gng_why why;
};

static void *open_arena(void *arg)
{
	struct arena *arena = arg;
	const struct gng_mem_request request = {.len = LEN,
						.node = GNG_MEM_ANY_NODE,
						.backend = arena->backend,
						.mode = GNG_MEM_STRICT};

	if (gng_mem_open(&arena->mem, &request, &arena->why) == GNG_OK)
		link_nodes(gng_mem_base(arena->mem));
	return NULL;
}

static void measure(struct gng_mem *huge, struct gng_mem *small)
{
	struct gng_measure ratio = {.name = "huge_pages_speed_up_dependent_reads",
				    .unit = "ratio",
				    .n = (uint64_t)NUM_READS * NUM_TURNS,
				    .num_blocks = GNG_PROBE_NUM_BLOCKS};
	void **at_huge = gng_mem_base(huge), **at_small = gng_mem_base(small);
	double sorted[GNG_PROBE_NUM_BLOCKS];

	for (int i = 0; i < 4; i++) { /* the first turns fill the caches of the page tables */
		read_cycles(&at_huge);
		read_cycles(&at_small);
	}
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		ratio.blocks[i] = sorted[i] = block(&at_huge, &at_small);
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), by_size);
	ratio.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	ratio.lo = sorted[0];
	ratio.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&ratio);
}

static void huge_pages_speed_up_dependent_reads(void **state)
{
	struct arena huge = {.backend = GNG_MEM_THP}, small = {.backend = GNG_MEM_SMALL};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, open_arena, &small), 0);
	open_arena(&huge);
	pthread_join(thread, NULL);
	if (huge.mem && small.mem) {
		assert_int_equal(gng_mem_proved(huge.mem)->huge_len, LEN);
		measure(huge.mem, small.mem);
	} else {
		gng_probe_skip(huge.mem ? small.why.text : huge.why.text,
			       "free 2 GiB of memory and let it be compacted");
	}
	gng_mem_close(small.mem);
	gng_mem_close(huge.mem);
}

const struct suite_test suite_tests[] = {
	TEST(huge_pages_speed_up_dependent_reads, "D3.mem.speed"),
	{0},
};
