/* SPDX-License-Identifier: Apache-2.0 */
/* call_test.c - the call of a test: what surrounds it, what it may say, and what one leaves that
 * cannot be made. */
#include "trap.h"

#include <dirent.h>

static size_t num_in(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	size_t num = 0;

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		num += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(dir);
	return num;
}

/* 28 words and those of the test are too many. */
static void call_that_cannot_be_made_leaves_nothing(void **state)
{
	const char *tmp = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	struct gng_record *records = NULL;
	struct gng_why why = {0};
	struct trap trap;
	char under[256] = "env";
	size_t num_records, num_open, num_folders;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	for (int i = 0; i < 27; i++)
		strcat(under, " A=1");
	trap.build.run_under = under;
	num_open = num_in("/proc/self/fd", "");
	num_folders = num_in(tmp, "gonogo-test-");
	assert_int_equal(gng_run(&records, &num_records, &trap.options, &why), GNG_EINVAL);
	assert_int_equal(why.sys_errno, 0);
	assert_null(records);
	assert_int_equal(num_in("/proc/self/fd", ""), num_open);
	assert_int_equal(num_in(tmp, "gonogo-test-"), num_folders);
	trap_remove(&trap);
}

/* A runner may itself run under one, or in an environment that somebody prepared. */
static void call_sets_what_its_caller_had_set_otherwise(void **state)
{
	static const char *const names[] = {
		"GNG_RUNNER",	"LC_ALL",	 "TZ",	      "ASAN_OPTIONS",  "UBSAN_OPTIONS",
		"MSAN_OPTIONS", "GNG_VECTORS",	 "GNG_SEEDS", "GNG_BUILD_DIR", "HOME",
		"GNG_OUT",	"GNG_RUN_UNDER", "GNG_RUN"};
	struct trap trap;

	(void)state;
	trap_set(&trap, "env | grep '=other$' && exit 9\n" TRAP_PASSES);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_int_equal(setenv(names[i], "other", 1), 0);
	trap_springs(&trap, GNG_PASS, NULL);
	trap_remove(&trap);
}

static void report_without_end_is_stopped(void **state)
{
	(void)state;
	trap_expect("yes >&3", GNG_FAIL, "printed more than");
}

const struct suite_test suite_tests[] = {
	TEST(call_that_cannot_be_made_leaves_nothing, "H1.run.isolation"),
	TEST(call_sets_what_its_caller_had_set_otherwise, "H1.run.isolation"),
	TEST(report_without_end_is_stopped, "H1.run.isolation"),
	{0},
};
