/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtos_explore.h - breadth-first search through all states of a world: the compiled kernel itself
 * runs, its memory is the state. No model stands between that could differ from it.
 */
#ifndef RTOS_EXPLORE_H
#define RTOS_EXPLORE_H

#include <stdio.h>

#include <gng_base.h>

#include "rtos_world.h"

/* explore_step is what leads from a state to the next. */
struct explore_step {
	uint8_t op;	   /* index of the configuration's operations, EXPLORE_NO_OP: none */
	uint8_t interrupt; /* enum world_interrupt, EXPLORE_NO_INTERRUPT: none */
	uint16_t at;	   /* where inside of op it comes */
};

#define EXPLORE_NO_OP 0xff
#define EXPLORE_NO_INTERRUPT 0xff

/* The words of a state: kernel and world in one. */
#define EXPLORE_WORDS ((sizeof(struct rtos_kernel) + sizeof(struct world) + 15) / 8)

struct explore_snapshot {
	uint64_t words[EXPLORE_WORDS];
};

/* explore_queued is the state of a number that is not yet expanded, as its differences to the
 * first state: len pairs of index and word. */
struct explore_queued {
	uint32_t len;
	uint64_t pairs[];
};

struct explore {
	const struct world_config *config;
	struct explore_snapshot root;
	uint64_t *hashes;  /* by number, in the order of discovery */
	uint32_t *parents; /* by number */
	struct explore_step *steps;
	struct explore_queued **queued; /* by number; NULL once it was expanded */
	uint32_t *table;		/* numbers + 1 by hash, 0: free */
	uint32_t num, cap, table_cap, num_expanded;
	uint64_t num_transitions, memory;
	const char *wrong; /* what did not hold after the last state, or NULL */
};

/* explore_open begins at the first state of a configuration; cap bounds the number of states.
 * GNG_ENOMEM. explore_close frees all. */
GNG_MUST enum gng_status explore_open(struct explore **explore, const struct world_config *config,
				      uint32_t cap, struct gng_why *why);
void explore_close(struct explore *explore);

/* explore_run expands states until none is left (true), or until cap, a fault or the time in
 * seconds ends it (false). */
bool explore_run(struct explore *explore, double seconds);

/* explore_trace prints the shortest way to the last state. */
void explore_trace(FILE *out, struct explore *explore);

/* explore_save and explore_load keep an unfinished search in a file. */
GNG_MUST enum gng_status explore_save(const struct explore *explore, const char *path,
				      struct gng_why *why);
GNG_MUST enum gng_status explore_load(struct explore *explore, const char *path,
				      struct gng_why *why);

/* ---- states: explore_state.c ---- */

/* explore_pack takes the present state in a form that is the same in each process; explore_unpack
 * makes it the present one. */
void explore_pack(struct explore_snapshot *snapshot);
void explore_unpack(const struct explore_snapshot *snapshot);
uint64_t explore_hash(const struct explore_snapshot *snapshot, const struct explore_snapshot *root);

/* explore_add numbers a new state; false if there is no memory or no number left. is_new says
 * whether it was. */
bool explore_add(struct explore *explore, const struct explore_snapshot *snapshot, uint32_t parent,
		 struct explore_step step, bool *is_new);

/* explore_get fetches the state of a number that is queued. */
void explore_get(const struct explore *explore, uint32_t number, struct explore_snapshot *snapshot);

/* explore_do does a step in the present state; false if it makes no sense there. */
bool explore_do(const struct world_config *config, struct explore_step step);

/* explore_put_hash puts a number into the table. */
void explore_put_hash(struct explore *explore, uint32_t number);

#endif /* RTOS_EXPLORE_H */
