/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo flame`: arguments, files, and perf itself where it is allowed. */
#include "../suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_flame.h>

static char folder[64], out[96], samples[96];

static void remove_folder(void)
{
	unlink(out);
	unlink(samples);
	rmdir(folder);
	*folder = '\0';
}

static void make_folder(const char *text)
{
	FILE *file;

	if (*folder)
		remove_folder();
	snprintf(folder, sizeof(folder), "%s/gonogo-flame-test-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(folder));
	atexit(remove_folder);
	snprintf(out, sizeof(out), "%s/out.svg", folder);
	snprintf(samples, sizeof(samples), "%s/samples", folder);
	file = fopen(samples, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool holds(const char *path, const char *part)
{
	char *text = NULL;
	size_t cap = 0;
	FILE *file = fopen(path, "r");
	bool found;

	if (!file)
		return false;
	found = getdelim(&text, &cap, '\0', file) > 0 && strstr(text, part);
	free(text);
	fclose(file);
	return found;
}

static int run_all(const char *first, const char *second, const char *third, const char *fourth,
		   const char *fifth)
{
	char *argv[] = {
		(char *)"flame", (char *)first, (char *)second, (char *)third, (char *)fourth,
		(char *)fifth,	 NULL};
	int argc = 1;

	while (argv[argc])
		argc++;
	return gng_flame_main(argc, argv);
}

static int run(const char *first, const char *second, const char *third, const char *fourth)
{
	return run_all(first, second, third, fourth, NULL);
}

static void recorded_samples_become_a_file(void **state)
{
	(void)state;
	make_folder("a\n\t 1 hot (x)\n\n");
	assert_int_equal(run("-o", out, "--from", samples), 0);
	assert_true(holds(out, "<title>hot: 1 samples, 100.0 %</title>"));
}

static void stacks_are_written_folded_if_asked_for(void **state)
{
	(void)state;
	make_folder("a\n\t 1 hot (x)\n\t 2 main (x)\n\na\n\t 1 hot (x)\n\t 2 main (x)\n\n");
	assert_int_equal(run_all("-o", out, "--folded", "--from", samples), 0);
	assert_true(holds(out, "a;main;hot 2\n"));
	assert_false(holds(out, "<svg"));
}

static void a_file_that_exists_survives_a_failure(void **state)
{
	(void)state;
	make_folder("a\n\t 1 hot (x)\n\n");
	assert_int_equal(run("-o", out, "--from", samples), 0);
	assert_int_equal(truncate(samples, 0), 0);
	assert_int_equal(run("-o", out, "--from", samples), 4);
	assert_true(holds(out, "</svg>"));
	assert_int_equal(run("-o", "/nonexistent/out.svg", "--from", samples), 4);
	make_folder("a\n\t zz\n");
	assert_int_equal(run("-o", out, "--from", samples), 99);
	assert_int_equal(access(out, F_OK), -1);
}

static void a_wrong_command_line_is_exit_2(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, NULL, NULL, NULL), 2);
	assert_int_equal(run("--", NULL, NULL, NULL), 2);
	assert_int_equal(run("-o", NULL, NULL, NULL), 2);
	assert_int_equal(run("--form", "x", NULL, NULL), 2);
	assert_int_equal(run("--from", "x", "--", "true"), 2);
}

static void without_perf_it_is_exit_3(void **state)
{
	(void)state;
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(run("-o", "/nonexistent/out.svg", "--", "true"), 3);
}

/* This program itself, counting: the real perf where there is one that may sample. */
static void a_busy_command_is_recorded(void **state)
{
	char *argv[] = {(char *)"flame",
			(char *)"-o",
			out,
			(char *)"--",
			(char *)"/bin/sh",
			(char *)"-c",
			(char *)"i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done",
			NULL};
	int code;

	(void)state;
	make_folder("");
	code = gng_flame_main(7, argv);
	if (code == 3) {
		gng_probe_skip("perf is not installed, or may not sample",
			       "apt-get install linux-perf, and run as root");
		return;
	}
	assert_int_equal(code, 0);
	assert_true(holds(out, "<title>sh: "));
}

const struct suite_test suite_tests[] = {
	TEST(recorded_samples_become_a_file, "C4.flame.command"),
	TEST(stacks_are_written_folded_if_asked_for, "C4.flame.command"),
	TEST(a_file_that_exists_survives_a_failure, "C4.flame.command"),
	TEST(a_wrong_command_line_is_exit_2, "C4.flame.command"),
	TEST(without_perf_it_is_exit_3, "C4.flame.command"),
	TEST(a_busy_command_is_recorded, "C4.flame.command"),
	{0},
};
