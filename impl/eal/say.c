/* SPDX-License-Identifier: Apache-2.0 */
/* say.c - what a run of the poll loop found, as a table or as JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "eal_run.h"

static double each(uint64_t sum, uint64_t num)
{
	return num ? (double)sum / (double)num : 0;
}

static bool took_part(const struct gng_eal_run *run, size_t stage)
{
	return (stage != GNG_EAL_PARSE || run->parse) && (stage != GNG_EAL_FILTER || run->filter) &&
	       (stage != GNG_EAL_HISTOGRAM || run->histogram) &&
	       stage != (run->flow ? GNG_EAL_SEND : GNG_EAL_LAUNCH);
}

static void say_stages(const struct gng_eal_run *run)
{
	printf("%-10s %14s %14s %12s %12s\n", "stage", "in", "out", "dropped", "cycles each");
	for (size_t i = 0; i < GNG_EAL_NUM_STAGES; i++)
		if (took_part(run, i))
			printf("%-10s %14" PRIu64 " %14" PRIu64 " %12" PRIu64 " %12.1f\n",
			       gng_eal_stage_name((enum gng_eal_stage)i), run->in[i], run->out[i],
			       run->in[i] - run->out[i], each(run->cycles[i], run->in[i]));
	printf("%-10s %14" PRIu64 " %41.1f\n", "all", run->in[GNG_EAL_RECEIVE],
	       each(run->busy_cycles, run->in[GNG_EAL_RECEIVE]));
}

static void say_rules(const struct gng_frame_filter *filter)
{
	for (size_t i = 0; i <= filter->num_rules; i++)
		printf("  rule %-8zu %12" PRIu64 "%s\n", i + 1, filter->num_matched[i],
		       i == filter->num_rules ? " matched none" : "");
}

static void say_text(const struct gng_eal_run *run)
{
	say_stages(run);
	printf("%" PRIu64 " polls, %.1f %% empty, %.3f s; lost by the ports: %" PRIu64
	       " missed, %" PRIu64 " without a buffer; %s pages\n",
	       run->polls, 100 * each(run->empty_polls, run->polls), (double)run->elapsed_ns * 1e-9,
	       run->missed, run->no_buffer, run->huge_pages ? "huge" : "small");
	for (size_t i = 0; i < GNG_FRAME_NUM_ERRORS; i++)
		if (run->refused[i])
			printf("  refused: %-10s %12" PRIu64 "  %s\n",
			       gng_frame_error_name((enum gng_frame_error)i), run->refused[i],
			       gng_frame_error_text((enum gng_frame_error)i));
	if (run->filter)
		say_rules(run->filter);
	for (size_t i = 0; run->histogram && i < GNG_EAL_NUM_LENGTHS; i++)
		if (run->lengths[i])
			printf("  shorter than %6u bytes %12" PRIu64 "\n", 1u << i,
			       run->lengths[i]);
	if (run->flow)
		eal_run_say_flow(run, false);
}

static void say_json(const struct gng_eal_run *run)
{
	const char *comma = "";

	printf("{\"elapsed_ns\":%" PRIu64 ",\"polls\":%" PRIu64 ",\"empty_polls\":%" PRIu64
	       ",\"cycles_per_frame\":%.2f,\"bytes\":%" PRIu64 ",\"missed\":%" PRIu64
	       ",\"no_buffer\":%" PRIu64 ",\"huge_pages\":%s,\"stages\":[",
	       run->elapsed_ns, run->polls, run->empty_polls,
	       each(run->busy_cycles, run->in[GNG_EAL_RECEIVE]), run->bytes, run->missed,
	       run->no_buffer, run->huge_pages ? "true" : "false");
	for (size_t i = 0; i < GNG_EAL_NUM_STAGES; i++) {
		if (!took_part(run, i))
			continue;
		printf("%s{\"stage\":\"%s\",\"in\":%" PRIu64 ",\"out\":%" PRIu64
		       ",\"dropped\":%" PRIu64 ",\"cycles_per_frame\":%.2f}",
		       comma, gng_eal_stage_name((enum gng_eal_stage)i), run->in[i], run->out[i],
		       run->in[i] - run->out[i], each(run->cycles[i], run->in[i]));
		comma = ",";
	}
	printf("],\"refused\":{");
	comma = "";
	for (size_t i = 1; i < GNG_FRAME_NUM_ERRORS; i++, comma = ",")
		printf("%s\"%s\":%" PRIu64, comma, gng_frame_error_name((enum gng_frame_error)i),
		       run->refused[i]);
	printf("},\"rules\":[");
	for (size_t i = 0; run->filter && i <= run->filter->num_rules; i++)
		printf("%s%" PRIu64, i ? "," : "", run->filter->num_matched[i]);
	printf("],\"lengths\":[");
	for (size_t i = 0; i < GNG_EAL_NUM_LENGTHS; i++)
		printf("%s%" PRIu64, i ? "," : "", run->lengths[i]);
	putchar(']');
	if (run->flow)
		eal_run_say_flow(run, true);
	puts("}");
}

void eal_run_say(const struct gng_eal_run *run, bool json)
{
	if (json)
		say_json(run);
	else
		say_text(run);
}
