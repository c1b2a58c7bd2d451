/* SPDX-License-Identifier: Apache-2.0 */
/* replay_test.c - the Go fuzzers: their seeds pass, and each finds the bug planted for it. */
/* requires: go */
#include "golang.h"

#define NUM_SEEDS 3
#define SECONDS "60"

static const char *const fuzzers[] = {"FuzzAEAD",     "FuzzStream",	"FuzzView",
				      "FuzzCallback", "FuzzConcurrent", NULL};

/* The asan build sees both sides: Go's -asan and the instrumented C libraries. */
static void seeds_pass_on_both_sides(void **state)
{
	char folder[PATH_MAX + 32];
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	snprintf(folder, sizeof(folder), "%s/fuzz/cgo/targets", go.source);
	assert_int_equal(chdir(folder), 0); /* the seeds lie there */
	golang_pass(&go, "targets.test", fuzzers);
}

/* A bug that a seed finds shows nothing: INITED is what the engine says behind the seeds. */

/* fuzz runs ci/gofuzz of the build fuzz; it returns the exit status. */
static int fuzz(struct golang *go, const char *target, int seed, const char *planted)
{
	char script[PATH_MAX + 32], build[PATH_MAX + 32], number[16];
	const char *const words[] = {"/bin/sh", script, build,	 SECONDS,
				     target,	number, planted, NULL};

	snprintf(script, sizeof(script), "%s/ci/gofuzz", go->source);
	snprintf(build, sizeof(build), "%s/fuzz", go->build);
	snprintf(number, sizeof(number), "%d", seed);
	return golang_run(go, NULL, words);
}

static void find_planted(const char *target)
{
	struct golang go;

	if (!golang_open(&go))
		return;
	if (go.asan || !golang_is_here("%s/fuzz/fuzzers.facts", go.build)) {
		gng_probe_skip("the libraries of the build fuzz are not here",
			       "ci/build fuzz, then gonogo check --slow --builds release");
		return;
	}
	for (int seed = 1; seed <= NUM_SEEDS; seed++) {
		gng_probe_assertion();
		if (fuzz(&go, target, seed, "-planted") != 1 ||
		    !strstr(go.said, "AddressSanitizer") || !strstr(go.said, "INITED"))
			suite_fail("%s, seed %d: the planted bug was not found in " SECONDS " s",
				   target, seed);
	}
	golang_close(&go);
}

static void aead_finds_its_planted_bug(void **state)
{
	(void)state;
	find_planted("aead");
}

static void stream_finds_its_planted_bug(void **state)
{
	(void)state;
	find_planted("stream");
}

static void view_finds_its_planted_bug(void **state)
{
	(void)state;
	find_planted("view");
}

static void callback_finds_its_planted_bug(void **state)
{
	(void)state;
	find_planted("callback");
}

static void concurrent_finds_its_planted_bug(void **state)
{
	(void)state;
	find_planted("concurrent");
}

/* The farm finds their seeds, minds their timeouts and takes no collection for a leak. */
static void the_farm_runs_them_all(void **state)
{
	static const char *const targets[] = {"aead", "stream", "view", "callback", "concurrent"};
	char program[PATH_MAX + 32], folder[] = P_tmpdir "/gonogo-go-XXXXXX", line[64];
	const char *const words[] = {program,  "fuzz", "cgo",	"--time", "4",
				     "--jobs", "1",    "--out", folder,	  NULL};
	const char *const clean[] = {"rm", "-r", "--", folder, NULL};
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	if (go.asan || !golang_is_here("%s/fuzz/tests/cgo_go-aead_fuzz", go.build)) {
		gng_probe_skip("the Go fuzzers were not built",
			       "ci/build fuzz, then gonogo check --slow --builds release");
		return;
	}
	assert_non_null(mkdtemp(folder));
	snprintf(program, sizeof(program), "%s/gonogo", go.build);
	assert_int_equal(golang_run(&go, NULL, words), 0);
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		const char *found;

		snprintf(line, sizeof(line), "cgo_go-%s_fuzz ", targets[i]);
		found = strstr(go.said, line);
		if (!found || strncmp(found + strcspn(found, "\n") - 4, "PASS", 4) != 0)
			suite_fail("%s did not pass", line);
		gng_probe_assertion();
	}
	assert_int_equal(golang_run(&go, NULL, clean), 0);
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST(seeds_pass_on_both_sides, "C3.fuzz.replay"),
	TEST_SLOW(the_farm_runs_them_all, "C3.fuzz.replay"),
	TEST_SLOW(aead_finds_its_planted_bug, "C3.fuzz.planted"),
	TEST_SLOW(stream_finds_its_planted_bug, "C3.fuzz.planted"),
	TEST_SLOW(view_finds_its_planted_bug, "C3.fuzz.planted"),
	TEST_SLOW(callback_finds_its_planted_bug, "C3.fuzz.planted"),
	TEST_SLOW(concurrent_finds_its_planted_bug, "C3.fuzz.planted"),
	{0},
};
