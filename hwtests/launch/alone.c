/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alone.c - the race of start_hw.c as a program of its own, which ci/launch-alone builds where
 * there is a C compiler and nothing else. One line of JSON for each back end: what was measured,
 * or why it was not. Exit status 0: all ran; 3: one could not; 1: one failed.
 */
#include <stdio.h>

#include "start.h"

static void print_absent(enum gng_launch_backend backend, const struct gng_why *why)
{
	printf("{\"backend\":\"%s\",\"verdict\":\"NOT RUN\",\"reason\":\"",
	       gng_launch_name(backend));
	for (const char *at = why->text; *at; at++)
		printf(*at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
	puts("\"}");
}

static void print_quantiles(const char *name, const struct gng_hist *hist)
{
	printf(",\"%s_ns\":{\"p50\":%llu,\"p99\":%llu,\"p999\":%llu,\"max\":%llu,\"mean\":%.1f}",
	       name, (unsigned long long)gng_hist_value_at_quantile(hist, 0.5),
	       (unsigned long long)gng_hist_value_at_quantile(hist, 0.99),
	       (unsigned long long)gng_hist_value_at_quantile(hist, 0.999),
	       (unsigned long long)gng_hist_max(hist), gng_hist_mean(hist));
}

static void print_side(const struct start_side *side)
{
	const struct gng_launch_info *info = gng_launch_info(side->launch);
	const struct gng_launch_series *all = &side->all;

	printf("{\"backend\":\"%s\",\"verdict\":\"RAN\",\"device\":\"%s\",\"driver\":%d,"
	       "\"capability\":%d,\"ptx\":%zu,\"n\":%llu,\"unsound\":%llu,\"bound_ns\":%llu,"
	       "\"device_tick\":%llu,\"caller_cpu\":%d",
	       gng_launch_name(info->backend), info->device, info->driver_version, info->capability,
	       info->text, (unsigned long long)all->num, (unsigned long long)all->num_unsound,
	       (unsigned long long)all->bound_ns, (unsigned long long)all->device_tick, all->cpu);
	print_quantiles("start", all->start);
	print_quantiles("start_at_least", all->start_lo);
	print_quantiles("start_at_most", all->start_hi);
	print_quantiles("submit", all->submit);
	print_quantiles("done", all->done);
	putchar(',');
	gng_launch_path_json(stdout, &info->path);
	printf(",\"block_p50_ns\":[");
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		printf("%s%.0f", i ? "," : "", side->p50[i]);
	puts("]}");
}

int main(void)
{
	static struct start_race race;
	struct gng_why why;
	int status = 0;

	if (!start_open(&race, (1u << GNG_LAUNCH_NUM_BACKENDS) - 1, &why) ||
	    !start_run(&race, &why)) {
		fprintf(stderr, "launch-alone: %s\n", why.text);
		return 1;
	}
	for (size_t i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++)
		if (race.sides[i].launch) {
			print_side(&race.sides[i]);
		} else {
			print_absent((enum gng_launch_backend)i, &race.sides[i].why);
			status = 3;
		}
	start_close(&race);
	return status;
}
