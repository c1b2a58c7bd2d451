/* SPDX-License-Identifier: Apache-2.0 */
/* main_test.c - the frame of a command that reads one file: arguments, limits, statuses. */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include <gng_filearg.h>

static size_t seen_len;
static bool seen_json;

static int answer(const char *path, const uint8_t *bytes, size_t len, bool json)
{
	seen_len = len;
	seen_json = json;
	return strcmp(path, "file") == 0 && len && bytes[0] == 'x' ? 41 : 42;
}

static struct gng_filearg command = {"demo", "usage: demo", "give one", 5, false, answer};

static int run(const char *first, const char *second)
{
	char *argv[] = {(char *)"demo", (char *)first, (char *)second, NULL};

	seen_len = SIZE_MAX;
	return gng_filearg_main(&command, first ? second ? 3 : 2 : 1, argv);
}

static void write_file(const char *text)
{
	FILE *file = fopen("file", "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void one_file_and_json_are_taken(void **state)
{
	(void)state;
	write_file("xy");
	assert_int_equal(run("file", NULL), 41);
	assert_false(seen_json);
	assert_int_equal(run("--json", "file"), 41);
	assert_true(seen_json);
	assert_int_equal(seen_len, 2);
	assert_int_equal(run("--help", NULL), GNG_FILEARG_OK);
}

static void other_arguments_are_refused(void **state)
{
	(void)state;
	assert_int_equal(run(NULL, NULL), GNG_FILEARG_USAGE);
	assert_int_equal(run("--xml", "file"), GNG_FILEARG_USAGE);
	assert_int_equal(run("file", "file"), GNG_FILEARG_USAGE);
	assert_int_equal(run("absent", NULL), GNG_FILEARG_HARNESS);
	assert_int_equal(run("/", NULL), GNG_FILEARG_HARNESS);
	assert_true(seen_len == SIZE_MAX);
}

static void a_file_beyond_the_limit_is_refused_or_cut(void **state)
{
	(void)state;
	write_file("xyzab");
	assert_int_equal(run("file", NULL), 41);
	write_file("xyzabc");
	assert_int_equal(run("file", NULL), GNG_FILEARG_HARNESS);
	command.cuts = true;
	assert_int_equal(run("file", NULL), 41);
	assert_int_equal(seen_len, 5);
}

const struct suite_test suite_tests[] = {
	TEST(one_file_and_json_are_taken, "H1.filearg.arguments"),
	TEST(other_arguments_are_refused, "H1.filearg.arguments"),
	TEST(a_file_beyond_the_limit_is_refused_or_cut, "H1.filearg.limit"),
	{0},
};
