/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start.h - a race of back ends: blocks of launches that take turns, so that what a machine does
 * to one it does to all. Packets lie in an arena of proven huge pages where there are some.
 */
#ifndef HWTESTS_LAUNCH_START_H
#define HWTESTS_LAUNCH_START_H

#include <stdbool.h>

#include <gng_launch.h>
#include <gng_mem.h>
#include <gng_probe.h>

#define START_LEN 64 /* bytes of a packet: the shortest frame of Ethernet */
#define START_ARENA (8u << 20)
#define START_MAX_LEN (START_ARENA / 8)
#define START_BLOCK 2000     /* launches of one back end in one block */
#define START_SLOW_BLOCK 200 /* of one that sleeps: some milliseconds each on a busy machine */

struct start_side {
	struct gng_launch *launch; /* NULL: it is absent */
	struct gng_why why;	   /* then, why */
	struct gng_launch_series all;
	double p50[GNG_PROBE_NUM_BLOCKS]; /* of each block, in ns */
};

struct start_race {
	struct gng_mem *mem;
	size_t len; /* bytes of a packet; START_LEN if nobody says otherwise */
	struct start_side sides[GNG_LAUNCH_NUM_BACKENDS];
};

/* start_num returns how many launches of a back end are in one block. */
static inline uint64_t start_num(enum gng_launch_backend backend)
{
	return backend == GNG_LAUNCH_CPU_FUTEX ? START_SLOW_BLOCK : START_BLOCK;
}

/* start_open opens the back ends whose bits are set; one that cannot be opened is absent. False
 * without memory for packets: why tells. */
bool start_open(struct start_race *race, unsigned int backends, struct gng_why *why);

/* start_run runs all blocks. False if a back end failed, which why tells. */
bool start_run(struct start_race *race, struct gng_why *why);
void start_close(struct start_race *race);

#endif /* HWTESTS_LAUNCH_START_H */
