/* SPDX-License-Identifier: Apache-2.0 */
/* say_flow.c - the rows of a flow from port to launch, and where each frame went. */
#include <inttypes.h>
#include <stdio.h>

#include "eal_run.h"

static const double quantiles[] = {0.5, 0.9, 0.99, 0.999, 0.9999, 1};

#define NUM_QUANTILES (sizeof(quantiles) / sizeof(quantiles[0]))

static uint64_t ns_at(const struct gng_eal_flow *flow, size_t row, size_t quantile)
{
	return gng_clock_cycles_to_ns(
		&flow->rate, gng_hist_value_at_quantile(flow->rows[row], quantiles[quantile]));
}

/* say_path says how the device is reached; nothing of a thread of this machine. */
static void say_path(const struct gng_eal_flow *flow, const struct gng_launch_path *path)
{
	char words[GNG_LAUNCH_PATH_CAP];

	if (!*path->address)
		return;
	printf("%s; the loop on CPU %d, node %d\n", gng_launch_path_words(words, path), flow->cpu,
	       flow->node);
	if (gng_launch_path_is_far(path, flow->node))
		printf("each launch crosses from node %d to %d: name a CPU of node %d by EAL's "
		       "-l\n",
		       flow->node, path->node, path->node);
}

static void say_text(const struct gng_eal_run *run)
{
	const struct gng_eal_flow *flow = run->flow;
	const struct gng_launch_info *info = gng_launch_info(flow->launch);

	printf("launch by %s (%s)", gng_launch_name(info->backend), info->device);
	if (flow->pace_frames)
		printf(", %" PRIu32 " frames every %" PRIu64 " us", flow->pace_frames,
		       flow->pace_ns / 1000);
	puts("");
	say_path(flow, &info->path);
	printf("%-10s %10s %9s %9s %9s %9s %9s %9s ns\n", "way", "frames", "P50", "P90", "P99",
	       "P99.9", "P99.99", "max");
	for (size_t i = 0; i < GNG_EAL_NUM_ROWS; i++) {
		if (!flow->rows[i]->total)
			continue;
		printf("%-10s %10" PRIu64, gng_eal_row_name((enum gng_eal_row)i),
		       flow->rows[i]->total);
		for (size_t q = 0; q < NUM_QUANTILES; q++)
			printf(" %9" PRIu64, ns_at(flow, i, q));
		puts("");
	}
	printf("launched %" PRIu64 ", done %" PRIu64 " (%" PRIu64 " with a wrong sum); dropped:",
	       flow->launched, flow->done, flow->wrong);
	for (size_t i = 0; i < GNG_EAL_NUM_DROPS; i++)
		printf(" %" PRIu64 " %s", flow->dropped[i],
		       gng_eal_drop_name((enum gng_eal_drop)i));
	printf("; lost without a reason: %" PRIu64 "\n", gng_eal_lost(run));
	printf("the start is known to +-%" PRIu64 " ns",
	       gng_clock_cycles_to_ns(&flow->rate, flow->bound_cycles));
	if (flow->unsound || flow->not_kept)
		printf("; of %" PRIu64 " not at all, and %" PRIu64 " are in no row", flow->unsound,
		       flow->not_kept);
	puts("");
}

static void say_json(const struct gng_eal_run *run)
{
	const struct gng_eal_flow *flow = run->flow;
	const struct gng_launch_info *info = gng_launch_info(flow->launch);
	static const char *const names[] = {"p50", "p90", "p99", "p999", "p9999", "max"};

	printf(",\"flow\":{\"backend\":\"%s\",\"device\":\"%s\",\"pace_frames\":%" PRIu32
	       ",\"pace_ns\":%" PRIu64 ",\"launched\":%" PRIu64 ",\"done\":%" PRIu64
	       ",\"wrong\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"unsound\":%" PRIu64
	       ",\"not_kept\":%" PRIu64 ",\"bound_ns\":%" PRIu64 ",\"dropped\":{",
	       gng_launch_name(info->backend), info->device, flow->pace_frames, flow->pace_ns,
	       flow->launched, flow->done, flow->wrong, gng_eal_lost(run), flow->unsound,
	       flow->not_kept, gng_clock_cycles_to_ns(&flow->rate, flow->bound_cycles));
	for (size_t i = 0; i < GNG_EAL_NUM_DROPS; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "", gng_eal_drop_name((enum gng_eal_drop)i),
		       flow->dropped[i]);
	printf("},\"cpu\":%d,\"cpu_node\":%d,\"path\":{", flow->cpu, flow->node);
	gng_launch_path_json(stdout, &info->path);
	printf("},\"rows\":[");
	for (size_t i = 0; i < GNG_EAL_NUM_ROWS; i++) {
		printf("%s{\"row\":\"%s\",\"n\":%" PRIu64, i ? "," : "",
		       gng_eal_row_name((enum gng_eal_row)i), flow->rows[i]->total);
		for (size_t q = 0; q < NUM_QUANTILES; q++)
			printf(",\"%s_ns\":%" PRIu64, names[q], ns_at(flow, i, q));
		putchar('}');
	}
	printf("]}");
}

void eal_run_say_flow(const struct gng_eal_run *run, bool json)
{
	if (json)
		say_json(run);
	else
		say_text(run);
}
