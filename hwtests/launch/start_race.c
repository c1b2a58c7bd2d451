/* SPDX-License-Identifier: Apache-2.0 */
/* start_race.c - opens back ends side by side and lets them take turns. */
#include "start.h"

#include <stdio.h>

static enum gng_status open_memory(struct start_race *race, struct gng_why *why)
{
	const struct gng_mem_request request = {
		.len = START_ARENA, .node = GNG_MEM_ANY_NODE, .mode = GNG_MEM_BEST};
	enum gng_status status = gng_mem_open(&race->mem, &request, why);
	uint32_t *words;

	if (status != GNG_OK)
		return status;
	words = gng_mem_base(race->mem);
	for (size_t i = 0; i < START_ARENA / sizeof(*words); i++)
		words[i] = (uint32_t)i * 2654435761u;
	return GNG_OK;
}

bool start_open(struct start_race *race, unsigned int backends, struct gng_why *why)
{
	*race = (struct start_race){.len = START_LEN};
	if (open_memory(race, why) != GNG_OK)
		return false;
	for (unsigned int i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++) {
		/* a part of the arena for each: CUDA registers no page twice */
		const size_t part = START_ARENA / 8;
		const struct gng_launch_request request = {
			.backend = (enum gng_launch_backend)i,
			.packets = (uint8_t *)gng_mem_base(race->mem) + i * part,
			.packets_len = part,
			.cpu = GNG_LAUNCH_ANY_CPU};
		struct start_side *side = &race->sides[i];

		snprintf(side->why.text, sizeof(side->why.text), "it was not asked for");
		if (backends >> i & 1 &&
		    gng_launch_open(&side->launch, &request, &side->why) != GNG_OK)
			side->launch = NULL;
	}
	return true;
}

/* add_up joins a block to all that was before. */
static enum gng_status add_up(struct gng_launch_series *all, struct gng_launch_series *block)
{
	enum gng_status status = GNG_OK;

	if (!all->start) {
		*all = *block;
		block->start = block->start_lo = block->start_hi = NULL;
		block->submit = block->done = NULL;
		return GNG_OK;
	}
	all->num += block->num;
	all->num_unsound += block->num_unsound;
	all->device_tick = block->device_tick;
	if (block->bound_ns > all->bound_ns)
		all->bound_ns = block->bound_ns;
	if (gng_hist_merge(all->start, block->start) != GNG_OK ||
	    gng_hist_merge(all->start_lo, block->start_lo) != GNG_OK ||
	    gng_hist_merge(all->start_hi, block->start_hi) != GNG_OK ||
	    gng_hist_merge(all->submit, block->submit) != GNG_OK ||
	    gng_hist_merge(all->done, block->done) != GNG_OK)
		status = GNG_ELIMIT;
	return status;
}

static enum gng_status run_block(struct start_side *side, size_t len, size_t block,
				 struct gng_why *why)
{
	const struct gng_launch_plan plan = {
		.num = start_num(gng_launch_info(side->launch)->backend),
		.len = len,
		.cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch_series series;
	enum gng_status status = gng_launch_measure(&series, side->launch, &plan, why);

	if (status != GNG_OK)
		return status;
	side->p50[block] = (double)gng_hist_value_at_quantile(series.start, 0.5);
	status = add_up(&side->all, &series);
	gng_launch_series_fini(&series);
	return status;
}

bool start_run(struct start_race *race, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t block = 0; block < GNG_PROBE_NUM_BLOCKS; block++)
		for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS && status == GNG_OK; i++)
			if (race->sides[i].launch)
				status = run_block(&race->sides[i], race->len, block, why);
	return status == GNG_OK;
}

void start_close(struct start_race *race)
{
	for (size_t i = GNG_LAUNCH_NUM_BACKENDS; i-- > 0;) {
		gng_launch_series_fini(&race->sides[i].all);
		gng_launch_close(race->sides[i].launch);
	}
	gng_mem_close(race->mem);
}
