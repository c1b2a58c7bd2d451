/* SPDX-License-Identifier: Apache-2.0 */
/*
 * goroutines_test.c - goroutines that change threads between raw system calls, on the model: what
 * one thread did holds for all, because all have one memory. libc is not asked, so what preloads a
 * library would see nothing of these calls.
 */
/* requires: go */
#include "../cgo/golang.h"

#include <ftw.h>

static int remove_entry(const char *path, const struct stat *entry, int kind, struct FTW *where)
{
	(void)entry;
	(void)kind;
	(void)where;
	return remove(path);
}

#define TRIES 5 /* whether the runtime moves any of them is its own affair */

/* run_once returns how many goroutines changed their thread; -1 if the test was skipped. */
static int run_once(struct golang *go, const char *program)
{
	char command[PATH_MAX + 64];
	const char *const words[] = {command, "model", "--driver", "595.45.04",
				     "--",    program, NULL};
	const char *threads;
	char line[256];
	int status, num = 0, moved = 0;

	snprintf(command, sizeof(command), "%s/gonogo-uvm", go->build);
	status = golang_run(go, NULL, words);
	if (status == 3) {
		gng_probe_skip(go->said, "Linux 5.19 or newer, outside of a sandbox");
		return -1;
	}
	if (status != 0)
		suite_fail("exit status %d: %s", status, golang_complaint(go, line));
	threads = strstr(go->said, " threads");
	while (threads && threads > go->said && threads[-1] >= '0' && threads[-1] <= '9')
		threads--;
	assert_true(threads && sscanf(threads, "%d threads, %d moved", &num, &moved) == 2);
	assert_true(num > 1);
	gng_probe_note("threads", threads);
	return moved;
}

static void run(struct golang *go, const char *program)
{
	int moved = 0;

	for (int i = 0; i < TRIES && moved == 0; i++)
		moved = run_once(go, program);
	assert_true(moved != 0); /* else nothing migrated, and nothing was shown */
}

static void goroutines_may_change_threads_on_the_model(void **state)
{
	char folder[PATH_MAX], program[PATH_MAX + 64];
	struct golang go;

	(void)state;
	if (!golang_open(&go))
		return;
	snprintf(folder, sizeof(folder), "%s/gonogo-uvm-XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir);
	assert_non_null(mkdtemp(folder));
	snprintf(program, sizeof(program), "%s/goroutines", folder);
	golang_build(&go, "conformance/uvm/goroutines", program, "", "");
	run(&go, program);
	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	golang_close(&go);
}

const struct suite_test suite_tests[] = {
	TEST(goroutines_may_change_threads_on_the_model, "D2.uvm.context D2.uvm.model"),
	{0},
};
