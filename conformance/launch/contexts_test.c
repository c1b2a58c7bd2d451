/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contexts_test.c - goroutines that change threads between calls of CUDA, on the model of libcuda:
 * the context that one thread set is not in the next, and gng_launch sets it for each call.
 */
/* requires: go */
#include "model.h"

#include "../cgo/golang.h"

static void a_context_does_not_follow_a_goroutine(void **state)
{
	char program[PATH_MAX + 64], line[256];
	const char *words[3] = {program};
	unsigned int locked, once, each, library;
	struct golang go;
	int status;

	(void)state;
	if (!golang_open(&go))
		return;
	if (!golang_is_here("%s/impl/launch/libgng_launch.a", go.build)) {
		gng_probe_skip("the archives of the build are not here",
			       "run it in the build tree");
		return;
	}
	if (go.asan) {
		gng_probe_skip("the library is linked with C's own runtime of ASan here",
			       "gonogo check --builds release");
		return;
	}
	words[1] = model_build("");
	if (!words[1])
		return;
	snprintf(program, sizeof(program), "%s/contexts", command_folder());
	golang_build(&go, "conformance/launch/contexts", program, "launch hist clock base",
		     "-ldl -lz -lm");
	status = golang_run(&go, NULL, words);
	if (status != 0)
		suite_fail("exit status %d: %s", status, golang_complaint(&go, line));
	assert_int_equal(sscanf(strstr(go.said, "refused:") ? strstr(go.said, "refused:") : "",
				"refused: %u locked, %u set once, %u set each time, %u by the "
				"library",
				&locked, &once, &each, &library),
			 4);
	assert_int_equal(locked, 0);
	assert_true(once > 0);
	assert_int_equal(each, 0);
	assert_int_equal(library, 0);
	gng_probe_note("goroutines", go.said);
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(a_context_does_not_follow_a_goroutine, "D4.launch.threads"),
	{0},
};
