/* SPDX-License-Identifier: Apache-2.0 */
/* explore.c - the search: every operation and every interrupt, in every state, at every place. */
#include "rtos_explore.h"

#include <stdlib.h>
#include <time.h>

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* settle takes the state that a step led to; false if the search is to end. */
static bool settle(struct explore *explore, uint32_t parent, struct explore_step step)
{
	struct explore_snapshot snapshot;
	const char *wrong = world_check(explore->config);
	bool is_new, added;

	explore->num_transitions++;
	world_normalise(explore->config);
	explore_pack(&snapshot);
	added = explore_add(explore, &snapshot, parent, step, &is_new);
	if (!wrong || !added)
		return added;
	if (!is_new) { /* the trace ends in the last state: give the faulty one a number */
		explore->parents[explore->num - 1] = parent;
		explore->steps[explore->num - 1] = step;
	}
	explore->wrong = wrong;
	return false;
}

/* expand_inside lets each interrupt come at each place of one operation. */
static bool expand_inside(struct explore *explore, uint32_t parent,
			  const struct explore_snapshot *from, uint8_t op, unsigned int num_places)
{
	struct explore_step step = {.op = op};

	for (uint8_t i = 0; i < WORLD_NUM_INTERRUPTS; i++) {
		if (!(explore->config->interrupts >> i & 1))
			continue;
		step.interrupt = i;
		for (step.at = 0; step.at < num_places; step.at++) {
			explore_unpack(from);
			explore_do(explore->config, step);
			if (!settle(explore, parent, step))
				return false;
		}
	}
	return true;
}

static bool expand_op(struct explore *explore, uint32_t parent, const struct explore_snapshot *from,
		      uint8_t op)
{
	const struct explore_step step = {op, EXPLORE_NO_INTERRUPT, 0};
	unsigned int num_places;

	explore_unpack(from);
	if (!explore_do(explore->config, step))
		return true;
	num_places = world_places();
	return settle(explore, parent, step) &&
	       expand_inside(explore, parent, from, op, num_places);
}

static bool expand(struct explore *explore, uint32_t parent)
{
	struct explore_snapshot from;

	explore_get(explore, parent, &from);
	for (uint8_t i = 0; i < WORLD_NUM_INTERRUPTS; i++) {
		const struct explore_step step = {EXPLORE_NO_OP, i, 0};

		if (!(explore->config->interrupts >> i & 1))
			continue;
		explore_unpack(&from);
		explore_do(explore->config, step);
		if (!settle(explore, parent, step))
			return false;
	}
	for (uint8_t op = 0; op < explore->config->num_ops; op++)
		if (!expand_op(explore, parent, &from, op))
			return false;
	return true;
}

enum gng_status explore_open(struct explore **explore, const struct world_config *config,
			     uint32_t cap, struct gng_why *why)
{
	struct explore *one = calloc(1, sizeof(*one));
	bool is_new;

	*explore = one;
	if (!one)
		return gng_why_set(why, GNG_ENOMEM, 0, "rtos.explore", "no memory");
	one->config = config;
	one->cap = cap;
	for (one->table_cap = 1024; one->table_cap / 2 < cap; one->table_cap *= 2)
		;
	one->hashes = malloc(cap * sizeof(one->hashes[0]));
	one->parents = malloc(cap * sizeof(one->parents[0]));
	one->steps = malloc(cap * sizeof(one->steps[0]));
	one->queued = malloc(cap * sizeof(struct explore_queued *));
	one->table = calloc(one->table_cap, sizeof(one->table[0]));
	world_init(config);
	world_normalise(config);
	explore_pack(&one->root);
	if (one->hashes && one->parents && one->steps && one->queued && one->table &&
	    explore_add(one, &one->root, 0, (struct explore_step){0}, &is_new))
		return GNG_OK;
	explore_close(one);
	*explore = NULL;
	return gng_why_set(why, GNG_ENOMEM, 0, "rtos.explore",
			   "no memory for %u states: ask for "
			   "fewer with --max-states",
			   cap);
}

void explore_close(struct explore *explore)
{
	if (!explore)
		return;
	for (uint32_t i = explore->num_expanded; explore->queued && i < explore->num; i++)
		free(explore->queued[i]);
	free(explore->hashes);
	free(explore->parents);
	free(explore->steps);
	free(explore->queued);
	free(explore->table);
	free(explore);
}

bool explore_run(struct explore *explore, double seconds)
{
	const double end = now_s() + seconds;

	while (explore->num_expanded < explore->num) {
		const uint32_t number = explore->num_expanded;

		if (!expand(explore, number))
			return false; /* the state stays queued, to be expanded whole another time
				       */
		free(explore->queued[number]);
		explore->queued[number] = NULL;
		explore->num_expanded++;
		if (number % 256 == 0 && now_s() > end)
			return false;
	}
	return true;
}

/* ---- the trace ---- */

static void print_state(FILE *out, const struct world_config *config)
{
	fprintf(out, "  ");
	for (unsigned int i = 0; i < config->num_tasks; i++) {
		const struct gng_rtos_task *task = &world.tasks[i];

		fprintf(out, " %s%u:%u%s%c", task == rtos.current ? ">" : "", i, task->prio,
			task->prio != task->base ? "^" : "", "srw"[task->state]);
	}
	fprintf(out, "\n");
}

static void print_step(FILE *out, const struct explore *explore, struct explore_step step)
{
	const size_t self = rtos.current ? (size_t)(rtos.current - world.tasks) : 0;
	char text[80];

	if (step.op == EXPLORE_NO_OP) {
		fprintf(out, "%-44s", world_interrupt_name((enum world_interrupt)step.interrupt));
		return;
	}
	world_text(text, sizeof(text), &explore->config->ops[step.op]);
	fprintf(out, "task %zu: %-36s", self, text);
	if (step.interrupt != EXPLORE_NO_INTERRUPT)
		fprintf(out, " [%s at place %u]",
			world_interrupt_name((enum world_interrupt)step.interrupt), step.at);
}

void explore_trace(FILE *out, struct explore *explore)
{
	struct explore_step path[256];
	uint32_t number = explore->num - 1;
	size_t len = 0;

	for (; number > 0 && len < sizeof(path) / sizeof(path[0]); len++) {
		path[len] = explore->steps[number];
		number = explore->parents[number];
	}
	explore_unpack(&explore->root);
	fprintf(out,
		"%zu steps; n:p is task n at priority p (^ inherited), > runs, r ready, "
		"w waits, s stopped\n",
		len);
	while (len-- > 0) {
		print_step(out, explore, path[len]);
		explore_do(explore->config, path[len]);
		print_state(out, explore->config);
		world_normalise(explore->config);
	}
}
