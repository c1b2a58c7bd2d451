/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_test.c - fuzz/suite.c, the main of every fuzzer without an engine: a replay that did
 * not execute each declared seed must not pass.
 */
#include "../suite.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define main fuzz_main
int fuzz_main(int argc, char **argv);
#include "../../fuzz/suite.c"
#undef main

/* The fuzzer: it says what it was given, and finds its bug in "bad". */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	printf("[%.*s]", (int)size, (const char *)data);
	fflush(stdout);
	fuzz_check(size != 3 || memcmp(data, "bad", 3) != 0, "found it", "test");
	return 0;
}

static char said[8192];
static char folder[40]; /* empty while there is none */

static char *path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_seeds(const char *text)
{
	FILE *file;

	if (folder[0] == '\0') {
		snprintf(folder, sizeof(folder), "%s/gonogo-replay-XXXXXX", P_tmpdir);
		assert_non_null(mkdtemp(folder));
	}
	file = fopen(path_of("x.seeds"), "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void remove_seeds(void)
{
	unlink(path_of("x.seeds"));
	unlink(path_of("one"));
	assert_int_equal(rmdir(folder), 0);
	folder[0] = '\0';
}

static void child(int out, char *verb, char *argument)
{
	char program[] = "x_y_fuzz";
	char *argv[] = {program, verb, argument, NULL};
	int status;

	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	unsetenv("GNG_RUNNER"); /* facts go to stderr, not into this test's own */
	setenv("GNG_SEEDS", path_of("x.seeds"), 1);
	status = fuzz_main(argument ? 3 : 2, argv);
	fflush(stdout);
	_exit(status); /* and not CMocka's way out */
}

/* run_main returns the exit status of the fuzzer's main, or 128 + the signal, as a shell. */
static int run_main(char *verb, char *argument)
{
	int fds[2], status;
	size_t len = 0;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		child(fds[1], verb, argument);
	close(fds[1]);
	for (ssize_t n; (n = read(fds[0], said + len, sizeof(said) - 1 - len)) > 0;)
		len += (size_t)n;
	said[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void check_said(const char *what)
{
	gng_probe_assertion();
	if (!strstr(said, what))
		suite_fail("'%s' is not in: %s", what, said);
}

static void replay_executes_each_seed(void **state)
{
	char run[] = "--run", name[] = "replay", list_verb[] = "--list";

	(void)state;
	write_seeds("# requirements: A.b C.d\n# cases: 3\none = 6F6e65\nempty =\n\ntwo=74776f\n");
	assert_int_equal(run_main(run, name), 0);
	check_said("[one]");
	check_said("[]");
	check_said("[two]");
	check_said("\ncases\t3\t3\nend\tok\n");
	assert_int_equal(run_main(list_verb, NULL), 0);
	assert_string_equal(said, "replay\t0\tA.b C.d\n");
	remove_seeds();
}

static const struct {
	const char *seeds, *reason;
} broken[] = {
	{"# cases: 2\none = 6f\n", "x.seeds:2: 1 seeds, '# cases:' says 2"},
	{"# cases: 1\none = 6f\ntwo = 6f\n", "x.seeds:3: 2 seeds, '# cases:' says 1"},
	{"one = 6f\n", "x.seeds:1: no line '# cases: N'"},
	{"# cases: x\none = 6f\n", "x.seeds:1: '# cases:' is not followed by a number"},
	{"# cases: 1\n# cases: 1\none = 6f\n", "x.seeds:2: '# cases:' stands twice"},
	{"# cases: 1\none = 6f6\n", "x.seeds:2: an odd number of hex digits"},
	{"# cases: 1\none = 6g\n", "x.seeds:2: not hex"},
	{"# cases: 1\none 6f\n", "x.seeds:2: write name = hex"},
	{"# cases: 1\n../one = 6f\n", "x.seeds:2: write name = hex"},
};

static void replay_fails_for_broken_seeds(void **state)
{
	char run[] = "--run", name[] = "replay";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		write_seeds(broken[i].seeds);
		assert_int_equal(run_main(run, name), 1);
		check_said(broken[i].reason);
		check_said("end\tfailed\n");
	}
	remove_seeds();
}

static void replay_of_a_crash_ends_without_an_end(void **state)
{
	char run[] = "--run", name[] = "replay";

	(void)state;
	write_seeds("# cases: 2\none = 626164\ntwo = 6f\n");
	assert_int_not_equal(run_main(run, name), 0);
	check_said("seed one, 3 bytes\n");
	check_said("fuzz: found it (test)");
	assert_null(strstr(said, "end\t"));
	remove_seeds();
}

static void replay_fails_without_seeds(void **state)
{
	char run[] = "--run", name[] = "replay";

	(void)state;
	write_seeds("");
	unlink(path_of("x.seeds"));
	assert_int_equal(run_main(run, name), 1);
	check_said("x.seeds:0: cannot be read: give --seeds FILE or set GNG_SEEDS");
	check_said("end\tfailed\n");
	remove_seeds();
}

static void unpack_writes_one_file_a_seed(void **state)
{
	char unpack[] = "--unpack", one[64];

	(void)state;
	write_seeds("# cases: 1\none = 6f6e65\n");
	assert_int_equal(run_main(unpack, folder), 0);
	snprintf(one, sizeof(one), "%s", path_of("one"));
	assert_int_equal(run_main(one, NULL), 0);
	check_said("[one]");
	check_said("/one: holds\n");
	remove_seeds();
}

static void replay_refuses_other_arguments(void **state)
{
	char run[] = "--run", other[] = "other", unknown[] = "--unknown";

	(void)state;
	write_seeds("# cases: 0\n");
	assert_int_equal(run_main(run, other), 2);
	assert_int_equal(run_main(run, NULL), 2);
	assert_int_equal(run_main(unknown, NULL), 2);
	remove_seeds();
}

const struct suite_test suite_tests[] = {
	TEST(replay_executes_each_seed, "H1.vec.replay"),
	TEST(replay_fails_for_broken_seeds, "H1.vec.replay"),
	TEST(replay_of_a_crash_ends_without_an_end, "H1.vec.replay"),
	TEST(replay_fails_without_seeds, "H1.vec.replay"),
	TEST(unpack_writes_one_file_a_seed, "H1.vec.replay"),
	TEST(replay_refuses_other_arguments, "H1.vec.replay"),
	{0},
};
