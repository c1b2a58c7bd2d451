/* SPDX-License-Identifier: Apache-2.0 */
/* fromgo_test.c - DPDK started from a Go program, inside init() and inside main(): fromgo/main.go
 * names the claims. */
/* requires: go */
#include "../cgo/golang.h"
#include "runtime.h"

static const char *const claims[] = {"a-failure-has-its-reason",
				     "it-starts",
				     "threads-stay-as-they-were",
				     "new-threads-are-as-the-first",
				     "rte-malloc",
				     "the-loop-ran-beside-the-collector",
				     "no-frame-was-lost",
				     "the-collector-moves-no-object",
				     "memory-of-dpdk-is-left-alone",
				     "a-second-start-is-refused"};

static void remove_program(void)
{
	char path[64];

	snprintf(path, sizeof(path), P_tmpdir "/gonogo-fromgo-%d", (int)getpid());
	unlink(path);
}

static const char *const slice_claims[] = {"a-slice-is-an-argv", "it-runs-after-a-collection",
					   "it-ends", "nothing-is-left"};

static void judge(const char *where, const char *const *names, size_t num)
{
	char program[64], helper[PATH_MAX + 32], want[100];
	const char *const words[] = {program, helper, where, NULL};
	struct golang go;
	int status;

	if (!golang_open(&go))
		return;
	if (go.asan) {
		gng_probe_skip("DPDK is not instrumented for Go's -asan",
			       "gonogo check --builds release");
		return;
	}
	snprintf(program, sizeof(program), P_tmpdir "/gonogo-fromgo-%d", (int)getpid());
	snprintf(helper, sizeof(helper), "%s/gonogo-eal", go.build);
	atexit(remove_program);
	golang_build(&go, "conformance/eal/fromgo", program,
		     "eal dpdk sysfile frame launch hist clock base",
		     "-lz -lm -ldl -lrte_eal -lrte_ethdev -lrte_mempool -lrte_mbuf");
	runtime_own();
	status = golang_run(&go, NULL, words);
	for (size_t i = 0; i < num; i++) {
		snprintf(want, sizeof(want), "ok %s\n", names[i]);
		if (!strstr(go.said, want))
			suite_fail("%s: %s does not hold: %s", where, names[i], go.said);
		gng_probe_assertion();
	}
	assert_int_equal(status, 0);
	golang_close(&go);
}

static void started_inside_main_it_leaves_the_runtime_alone(void **state)
{
	(void)state;
	judge("main", claims, COUNT_OF(claims));
}

static void started_inside_init_it_does_too(void **state)
{
	(void)state;
	judge("init", claims, COUNT_OF(claims));
}

/* cgocheck=2 ends a program in which C gets a Go pointer that it may not have. */
static void a_slice_of_c_strings_is_an_argv(void **state)
{
	(void)state;
	setenv("GODEBUG", "cgocheck=2", 1);
	judge("slice", slice_claims, COUNT_OF(slice_claims));
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(a_slice_of_c_strings_is_an_argv, "D1.dpdk.from-go"),
	TEST_SLOW(started_inside_main_it_leaves_the_runtime_alone, "D1.dpdk.from-go"),
	TEST_SLOW(started_inside_init_it_does_too, "D1.dpdk.from-go"),
	{0},
};
