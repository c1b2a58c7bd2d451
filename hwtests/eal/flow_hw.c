/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_hw.c - from a port to the start of work on a thread that polls (article 4.4): a frame every
 * 10 us, and the same load in bursts of 64, which is printed beside it.
 */
/* requires: jansson */
#include "../suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "../../conformance/eal/runtime.h"

static double us_of(const json_t *row, const char *quantile)
{
	return (double)json_integer_value(json_object_get(row, quantile)) * 1e-3;
}

/* run_flow prints the way to the start, and returns its row. */
static json_t *run_flow(int num, const char *pace)
{
	json_t *run, *flow, *found;
	json_int_t done, full;

	if (command("nice -n -15 timeout 60 gonogo-eal run --frames %d --launch cpu-poll --pace "
		    "%s "
		    "--json -- --no-pci --no-huge -m 64 --no-telemetry -l 0 --vdev "
		    "net_null0,size=64 "
		    "--file-prefix=gonogo-l%d",
		    num, pace, (int)getpid()) != 0)
		suite_fail("%s", command_err);
	run = command_json();
	flow = json_object_get(run, "flow");
	done = json_integer_value(json_object_get(flow, "done"));
	full = json_integer_value(json_object_get(json_object_get(flow, "dropped"), "full"));
	assert_in_range(done + full, num, num + 63);
	assert_true(done > 0);
	found = json_incref(command_named(json_object_get(flow, "rows"), "row", "to-start"));
	assert_int_equal(json_integer_value(json_object_get(found, "n")), done);
	printf("%s: %lld dropped, P50 %.2f us, P99 %.2f us, P99.99 %.2f us\n", pace,
	       (long long)full, us_of(found, "p50_ns"), us_of(found, "p99_ns"),
	       us_of(found, "p9999_ns"));
	json_decref(run);
	return found;
}

/* What is counted, at any load: the figures come after it. */
static void each_launched_frame_has_its_row(void **state)
{
	(void)state;
	if (!runtime_has_two_cpus())
		return;
	runtime_own();
	json_decref(run_flow(2000, "1/10"));
	json_decref(run_flow(2000, "64/640"));
}

static void steady_flow_start_p50(void **state)
{
	struct gng_measure figure = {
		.name = "steady_flow_start_p50", .unit = "us", .n = 50000, .quantile = 0.5};
	json_t *steady;

	(void)state;
	if (!runtime_has_two_cpus())
		return;
	runtime_own();
	steady = run_flow(50000, "1/10");
	json_decref(run_flow(50000, "64/640"));
	figure.value = us_of(steady, "p50_ns");
	figure.lo = figure.value;
	figure.hi = us_of(steady, "p90_ns");
	gng_probe_measure(&figure);
	json_decref(steady);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(each_launched_frame_has_its_row, "D4.dpdk.flow"),
	TEST_SLOW(steady_flow_start_p50, "D4.dpdk.flow"),
	{0},
};
