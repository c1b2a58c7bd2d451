/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contexts_test.c - goroutines that change threads between calls of CUDA, on the model of libcuda:
 * the context that one thread set is not in the next, and gng_launch sets it for each call.
 */
/* requires: go */
#include "model.h"

#include "../cgo/golang.h"

/* build leaves the program in the folder of commands, linked with this build's archives. */
static void build(struct golang *go)
{
	char flags[5 * PATH_MAX], libraries[5 * PATH_MAX], program[PATH_MAX + 64];
	char source[PATH_MAX + 64];
	const char *const words[] = {"env",
				     "CGO_ENABLED=1",
				     "GOPROXY=off",
				     "GOFLAGS=-mod=mod",
				     "GOTOOLCHAIN=local",
				     flags,
				     libraries,
				     "go",
				     "build",
				     "-o",
				     program,
				     ".",
				     NULL};

	snprintf(flags, sizeof(flags),
		 "CGO_CFLAGS=-I%s/impl/launch -I%s/impl/base -I%s/impl/clock -I%s/impl/hist",
		 go->source, go->source, go->source, go->source);
	snprintf(libraries, sizeof(libraries),
		 "CGO_LDFLAGS=%s/impl/launch/libgng_launch.a %s/impl/hist/libgng_hist.a "
		 "%s/impl/clock/libgng_clock.a %s/impl/base/libgng_base.a -ldl -lz -lm",
		 go->build, go->build, go->build, go->build);
	snprintf(program, sizeof(program), "%s/contexts", command_folder());
	snprintf(source, sizeof(source), "%s/conformance/launch/contexts", go->source);
	if (golang_run(go, source, words) != 0)
		suite_fail("go build: %.300s", go->said);
}

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
	build(&go);
	snprintf(program, sizeof(program), "%s/contexts", command_folder());
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
