/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cuda_test.c - frames that go to the back ends of CUDA, on the model of libcuda: DPDK's buffers
 * are memory of the device then. And what a run says where CUDA is absent, a stub, too old, or
 * fails in the middle. What passes here says nothing about a GPU.
 */
/* needs: launch */
/* requires: jansson */
#include <glob.h>

#include <jansson.h>

#include "../launch/model.h"
#include "runtime.h"

#define RUN                                                                                  \
	"timeout 60 gonogo-eal run --frames 2000 --time 30 --json --launch %s --pace %s -- " \
	"--no-pci --no-huge -m 64 --no-telemetry -l 0 --vdev net_null0,size=64 "             \
	"--file-prefix=gonogo-c%d"

static void check_nothing_is_left(void)
{
	assert_int_equal(command("test ! -d run/dpdk || ls run/dpdk"), 0);
	assert_string_equal(command_out, "");
}

/* ---- on the model ---- */

static json_int_t number(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_integer(value))
		suite_fail("the output has no number '%s': %s", name, command_out);
	return json_integer_value(value);
}

static void check_flow(const json_t *run, const char *backend)
{
	const json_t *flow = json_object_get(run, "flow"), *start;
	const json_int_t num = number(flow, "done");

	assert_string_equal(json_string_value(json_object_get(flow, "backend")), backend);
	assert_string_equal(json_string_value(json_object_get(flow, "device")),
			    "model: no GPU at all");
	assert_true(num > 0);
	assert_int_equal(number(flow, "launched"), num);
	assert_int_equal(number(flow, "wrong") + number(flow, "lost"), 0);
	assert_int_equal(number(flow, "unsound") + number(flow, "not_kept"), 0);
	assert_int_equal(number(json_object_get(flow, "dropped"), "memory"), 0);
	start = command_named(json_object_get(flow, "rows"), "row", "to-start");
	assert_int_equal(number(start, "n"), num);
	assert_true(number(flow, "bound_ns") > 0); /* the device has a clock of its own */
	assert_int_equal(number(flow, "cpu"), 0);  /* -l 0 */
	assert_true(number(flow, "cpu_node") >= -1);
	assert_int_equal(number(json_object_get(flow, "path"), "node"),
			 -1); /* the model has none */
}

static void frames_go_to_each_back_end(void **state)
{
	static const char *const backends[] = {"cuda-launch", "cuda-graph", "cuda-persistent"};
	static const char *const paces[] = {"1/50", "64/3200"};

	(void)state;
	if (!runtime_has_two_cpus() || !model_build(""))
		return;
	runtime_own();
	setenv("LD_LIBRARY_PATH", command_folder(), 1);
	for (size_t i = 0; i < COUNT_OF(backends) * COUNT_OF(paces); i++) {
		json_t *run;

		if (command(RUN, backends[i / 2], paces[i % 2], (int)getpid()) != 0)
			suite_fail("%s: %s", backends[i / 2], command_err);
		run = command_json();
		check_flow(run, backends[i / 2]);
		json_decref(run);
		check_nothing_is_left();
	}
}

/* ---- what cannot be launched ---- */

static const struct {
	const char *backend, *name, *value, *words;
} refused[] = {
	{"cuda-launch", "MODEL_VERSION", "11020", "too old: it has CUDA 11.2"},
	{"cuda-launch", "MODEL_FAIL", "cuInit:100:1", "no GPU is seen"},
	{"cuda-graph", "MODEL_FAIL", "cuMemHostRegister:2:1", "ulimit -l"},
	{"cuda-launch", "MODEL_FAIL", "cuLaunchKernel:719:400", "CUDA_ERROR_LAUNCH_FAILED 719"},
	{"cuda-graph", "MODEL_FAIL", "cuGraphLaunch:719:400", "CUDA_ERROR_LAUNCH_FAILED 719"},
	{"cuda-persistent", "MODEL_DIES", "400", "CUDA_ERROR_LAUNCH_FAILED 719"},
};

/* check_refused: one line with the reason, exit status 1, and nothing is left. */
static void check_refused(const char *backend, const char *words)
{
	const int status = command(RUN, backend, "1/50", (int)getpid());

	printf("%s: expected '%s', got %s", backend, words, command_err);
	if (status != 1 || !strstr(command_err, words) || *command_out)
		suite_fail("%s: exit status %d: %s%s", backend, status, command_err, command_out);
	check_nothing_is_left();
}

static void each_failure_has_its_reason(void **state)
{
	(void)state;
	if (!runtime_has_two_cpus() || !model_build(""))
		return;
	runtime_own();
	setenv("LD_LIBRARY_PATH", command_folder(), 1);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		setenv(refused[i].name, refused[i].value, 1);
		check_refused(refused[i].backend, refused[i].words);
		unsetenv(refused[i].name);
	}
}

/* In place of the machine's own libcuda a file that is none, and the one that a toolkit links with.
 */
static void no_driver_and_a_stub_are_told(void **state)
{
	glob_t found = {0};

	(void)state;
	if (!runtime_has_two_cpus())
		return;
	runtime_own();
	setenv("LD_LIBRARY_PATH", command_folder(), 1);
	command_text("libcuda.so.1", "no library\n");
	check_refused("cuda-launch", "install the driver");
	if (glob("/usr/local/cuda*/lib*/stubs/libcuda.so", 0, NULL, &found) == 0 ||
	    glob("/usr/lib/*/stubs/libcuda.so", 0, NULL, &found) == 0) {
		assert_int_equal(command("ln -sf '%s' libcuda.so.1", found.gl_pathv[0]), 0);
		check_refused("cuda-graph", "the stub that the toolkit links with");
	}
	globfree(&found);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(frames_go_to_each_back_end, "D4.dpdk.flow D4.launch.back-ends"),
	TEST_SLOW(each_failure_has_its_reason, "D4.dpdk.flow D4.launch.reasons"),
	TEST_SLOW(no_driver_and_a_stub_are_told, "D4.dpdk.flow D4.launch.absent"),
	{0},
};
