/* SPDX-License-Identifier: Apache-2.0 */
/* node_test.c - who launches runs on a CPU of the GPU's NUMA node: in a guest with two of them
 * (gonogo lab run mem-nodes), for a machine with one has no other. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <launch_ring.h>

#define LEN 4096

static bool has_node(int node)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d", node);
	return access(path, F_OK) == 0;
}

static bool is_on(int cpu, int node)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/node%d", cpu, node);
	return access(path, F_OK) == 0;
}

static void a_cpu_is_picked_on_its_node(void **state)
{
	(void)state;
	for (int node = 0; has_node(node); node++) {
		const int cpu = launch_pick_cpu(node, -1);

		if (cpu >= 0 && !is_on(cpu, node))
			suite_fail("CPU %d is not on node %d", cpu, node);
		assert_int_not_equal(launch_pick_cpu(node, cpu), cpu >= 0 ? cpu : -2);
	}
	assert_true(launch_pick_cpu(-1, -1) >= 0);
	assert_int_equal(launch_pick_cpu(63, -1), -1);
}

/* caller_of measures a series for a GPU of a node, whose work is done by a CPU of the other one. */
static int caller_of(int node, int worker)
{
	const struct gng_launch_plan plan = {.num = 10, .len = 64, .cpu = GNG_LAUNCH_ANY_CPU};
	uint8_t *packets = aligned_alloc(64, LEN);
	const struct gng_launch_request request = {.backend = GNG_LAUNCH_CPU_POLL,
						   .packets = packets,
						   .packets_len = LEN,
						   .cpu = worker};
	struct gng_launch_series series;
	struct gng_launch *launch;
	struct gng_why why;
	int cpu;

	assert_non_null(packets);
	memset(packets, 1, LEN);
	if (gng_launch_open(&launch, &request, &why) != GNG_OK)
		suite_fail("%s", why.text);
	launch->info.path.node = node;
	if (gng_launch_measure(&series, launch, &plan, &why) != GNG_OK)
		suite_fail("%s", why.text);
	cpu = series.cpu;
	gng_launch_series_fini(&series);
	gng_launch_close(launch);
	free(packets);
	return cpu;
}

static void the_caller_runs_on_the_node_of_the_gpu(void **state)
{
	(void)state;
	if (!has_node(1)) {
		gng_probe_skip("this machine has one NUMA node", "gonogo lab run mem-nodes");
		return;
	}
	for (int node = 0; node < 2; node++) {
		const int worker = launch_pick_cpu(1 - node, -1);
		const int caller = caller_of(node, worker);

		printf("GPU on node %d, work on CPU %d: the caller is on CPU %d\n", node, worker,
		       caller);
		assert_true(is_on(caller, node));
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_cpu_is_picked_on_its_node, "D4.launch.path"),
	TEST(the_caller_runs_on_the_node_of_the_gpu, "D4.launch.path"),
	{0},
};
