/* SPDX-License-Identifier: Apache-2.0 */
/*
 * start_bench.c - `PROGRAM --bench`: all back ends that this machine has, interleaved, for `gonogo
 * bench launch`. A GPU that is absent is an absent peer, with the reason.
 */
/* Bytes per core cycle, in which rows are, are here those of one packet until its work starts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_bench.h>

#include "start.h"

int suite_bench(int argc, char **argv);

static const struct {
	enum gng_launch_backend ours, theirs;
	const char *metric, *label;
} rows[] = {
	{GNG_LAUNCH_CPU_POLL, GNG_LAUNCH_CPU_FUTEX, "cpu_poll_vs_futex", "start"},
	{GNG_LAUNCH_CUDA_PERSISTENT, GNG_LAUNCH_CUDA_LAUNCH, "doorbell_vs_launch", "start"},
	{GNG_LAUNCH_CUDA_PERSISTENT, GNG_LAUNCH_CUDA_GRAPH, "doorbell_vs_graph", "start"},
};

#define NUM_ROWS (sizeof(rows) / sizeof(rows[0]))

static void say(enum gng_bench_word word, const char *text, const char *reason, const char *remedy)
{
	struct gng_bench_line line = {.word = word, .number = NUM_ROWS};

	snprintf(line.text, sizeof(line.text), "%s", text);
	snprintf(line.reason, sizeof(line.reason), "%s", reason);
	snprintf(line.remedy, sizeof(line.remedy), "%s", remedy);
	gng_bench_line_write(stdout, &line);
}

static struct gng_bench_latency latency_of(const struct start_side *side)
{
	return (struct gng_bench_latency){
		(double)gng_hist_value_at_quantile(side->all.start, 0.5),
		(double)gng_hist_value_at_quantile(side->all.start, 0.99),
		(double)gng_hist_value_at_quantile(side->all.start, 0.999)};
}

static void say_row(const struct start_race *race, size_t i, double core_hz)
{
	const struct start_side *ours = &race->sides[rows[i].ours];
	const struct start_side *theirs = &race->sides[rows[i].theirs];
	struct gng_bench_line line = {.word = GNG_BENCH_ROW};
	struct gng_bench_row *row = &line.row;
	double speed[2][GNG_BENCH_NUM_BLOCKS];

	for (size_t block = 0; block < GNG_BENCH_NUM_BLOCKS; block++) {
		speed[0][block] = 1 / fmax(ours->p50[block], 1);
		speed[1][block] = 1 / fmax(theirs->p50[block], 1);
	}
	if (gng_bench_compare(&row->ratio, speed[0], speed[1], GNG_BENCH_NUM_BLOCKS, 1) != GNG_OK)
		return;
	snprintf(row->metric, sizeof(row->metric), "%s", rows[i].metric);
	snprintf(row->label, sizeof(row->label), "%s", rows[i].label);
	snprintf(row->variant, sizeof(row->variant), "%.15s", gng_launch_name(rows[i].ours));
	snprintf(row->peer, sizeof(row->peer), "%s", gng_launch_name(rows[i].theirs));
	snprintf(row->title, sizeof(row->title), "%s", gng_launch_name(rows[i].theirs));
	row->size = race->len;
	row->our_latency = latency_of(ours);
	row->their_latency = latency_of(theirs);
	row->core_hz = core_hz;
	row->ours_gb_per_s = (double)race->len / fmax(row->our_latency.p50, 1);
	row->theirs_gb_per_s = (double)race->len / fmax(row->their_latency.p50, 1);
	row->ours = row->ours_gb_per_s * 1e9 / core_hz;
	row->theirs = row->theirs_gb_per_s * 1e9 / core_hz;
	row->our_allocations = row->their_allocations = 0;
	gng_bench_line_write(stdout, &line);
}

static void say_side(const struct start_side *side)
{
	const struct gng_launch_series *all = &side->all;
	const struct gng_launch_info *info = gng_launch_info(side->launch);
	char text[256];

	snprintf(text, sizeof(text),
		 "%s: start p50 %llu ns (%llu..%llu), p99 %llu; the launch returned after %llu, "
		 "done after %llu (p50); %s",
		 gng_launch_name(info->backend),
		 (unsigned long long)gng_hist_value_at_quantile(all->start, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(all->start_lo, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(all->start_hi, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(all->start, 0.99),
		 (unsigned long long)gng_hist_value_at_quantile(all->submit, 0.5),
		 (unsigned long long)gng_hist_value_at_quantile(all->done, 0.5), info->device);
	say(GNG_BENCH_NOTE, "", text, "");
}

/* read_len takes --size; the other options of bench have no sense here, and are passed over. */
static size_t read_len(int argc, char **argv)
{
	size_t len = START_LEN;

	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--size") == 0)
			len = strtoul(argv[i + 1], NULL, 10);
	return len;
}

/* is_wanted: a run of other modes has no use for this one. */
static bool is_wanted(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--mode") == 0)
			return strcmp(argv[i + 1], "start") == 0;
	return true;
}

static void say_all(const struct start_race *race)
{
	const double ratio = gng_clock_core_ratio();

	for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++)
		if (!race->sides[i].launch)
			say(GNG_BENCH_ABSENT, gng_launch_name((enum gng_launch_backend)i),
			    race->sides[i].why.text,
			    "a machine with an NVIDIA GPU and its driver (docs/LABS.md)");
	for (size_t i = 0; i < NUM_ROWS; i++)
		if (race->sides[rows[i].ours].launch && race->sides[rows[i].theirs].launch)
			say_row(race, i,
				race->sides[rows[i].ours].all.rate.hz / (ratio > 0 ? ratio : 1));
	for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++)
		if (race->sides[i].launch)
			say_side(&race->sides[i]);
}

int suite_bench(int argc, char **argv)
{
	struct start_race race;
	struct gng_why why;
	bool ok = true;
	size_t len = read_len(argc, argv);

	if (!is_wanted(argc, argv) || len > START_MAX_LEN) {
		say(GNG_BENCH_END, "", "", "");
		return 0;
	}
	say(GNG_BENCH_PLAN, "", "", "");
	say(GNG_BENCH_CASE, "start", "", "");
	if (!start_open(&race, (1u << GNG_LAUNCH_NUM_BACKENDS) - 1, &why)) {
		say(GNG_BENCH_FAIL, "", why.text, "");
		return 1;
	}
	race.len = len;
	ok = start_run(&race, &why);
	if (ok)
		say_all(&race);
	else
		say(GNG_BENCH_FAIL, "", why.text, "");
	say(GNG_BENCH_END, "", "", "");
	start_close(&race);
	return ok ? 0 : 1;
}
