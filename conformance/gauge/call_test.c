/* SPDX-License-Identifier: Apache-2.0 */
/* call_test.c - the call of a test: what surrounds it, what it may say, and what one leaves that
 * cannot be made. */
#include "trap.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

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

/* A fuzzer's name has no dot, and its program another name than a test's. */
static void fuzzer_is_called_by_its_own_name(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "tests/trap_one_fuzz",
		   "#!/bin/sh\n[ \"$1\" = --list ] && { printf 'springs\\t0\\tH1\\n'; exit 0; "
		   "}\n" TRAP_PASSES,
		   0755);
	trap.test.suite = "fuzz";
	trap.test.id = "fuzz.trap.one.springs";
	trap_springs(&trap, GNG_PASS, NULL);
	trap_remove(&trap);
}

static void program_with_more_tests_than_its_source_is_to_be_made(void **state)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\nprintf 'springs\\t0\\tH1\\nother\\t0\\tH1\\n'\n", 0755);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "ERROR");
	assert_string_equal(records[0].reason,
			    "conformance/trap/one_test.c: the program has 2 tests, its source 1");
	assert_string_equal(records[0].remedy, "make");
	gng_records_free(records, num_records);
	trap.test.stem = "two"; /* which is not there at all */
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "MISSING");
	assert_string_equal(records[0].remedy, "make");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* Who cannot say what tests it has is not believed what it says of one. */
static void program_that_cannot_list_its_tests_is_an_error(void **state)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\n[ \"$1\" = --list ] && exit 3\n" TRAP_PASSES, 0755);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "ERROR");
	assert_string_equal(records[0].reason, "conformance.trap.one --list fails");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* An empty table is one: it lacks the test. */
static void program_that_lists_no_test_is_older_than_its_source(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\n[ \"$1\" = --list ] && exit 0\n" TRAP_PASSES, 0755);
	trap_springs(&trap, GNG_ERROR, "the program's own table does not have this test");
	trap_remove(&trap);
}

/* While a test runs its folder is noted, so that a runner that is killed leaves none. */
static void folder_of_a_test_is_in_the_journal(void **state)
{
	struct trap trap;
	char journal[8192];

	(void)state;
	trap_set(&trap, "grep -qr \"$TMPDIR\" \"$GNG_JOURNAL\" || exit 9\n" TRAP_PASSES);
	snprintf(journal, sizeof(journal), "%s/journal", trap.folder);
	assert_int_equal(setenv("GNG_JOURNAL", journal, 1), 0);
	trap_springs(&trap, GNG_PASS, NULL);
	unsetenv("GNG_JOURNAL");
	trap_remove(&trap);
}

/* As on a disk of which nothing is left to this user: the cause is told as the system names it. */
static void record_that_is_too_large_is_named_with_its_cause(void **state)
{
	struct gng_record *records = NULL;
	struct gng_why why = {0};
	struct rlimit old, none;
	struct trap trap;
	size_t num_records;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap.test.cannot = "no test is called"; /* only the record is written */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = old;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, &why), GNG_ESYS);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(why.sys_errno, EFBIG);
	assert_non_null(strstr(why.text, "File too large"));
	trap_remove(&trap);
}

static volatile int stop_now;

static void stop_soon(void *context, const struct gng_test *running, size_t done, size_t total)
{
	(void)context;
	(void)running;
	(void)done;
	(void)total;
	stop_now = 1;
}

/* Those that are at work end at once, all of them. */
static void stopped_run_does_not_wait_for_its_tests(void **state)
{
	struct gng_test tests[2];
	struct gng_record *records;
	struct timespec start, end;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, "exec sleep 50");
	tests[0] = tests[1] = trap.test;
	tests[0].variant = "one";
	tests[1].variant = "two";
	trap.plan = (struct gng_plan){.num_tests = 2, .tests = tests};
	trap.options.num_jobs = 2;
	trap.options.timeout_s = 100;
	trap.options.on_wait = stop_soon;
	trap.options.stop = &stop_now;
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - start.tv_sec < 40);
	for (size_t i = 0; i < 2; i++) {
		assert_string_equal(gng_verdict_name(records[i].verdict), "MISSING");
		assert_non_null(strstr(records[i].reason, "before this test ended"));
	}
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* ---- records ---- */

#define FOREIGN                                                                                    \
	"{\"schema\":\"gonogo/record/1\",\"id\":\"conformance.trap.one.springs\","                 \
	"\"variant\":\"\",\"build\":\"release\",\"verdict\":\"PASS\",\"measurements\":[{\"name\":" \
	"\"m\",\"blocks\":[1,2,3,4,5,6,7,8]}],\"notes\":{\"a\":1}}\n"

/* What another program wrote may have more blocks than there is room for. */
static void blocks_beyond_five_are_left_out(void **state)
{
	struct gng_record *records;
	size_t num_records, num_strangers;
	char path[8192];
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "records.jsonl", FOREIGN, 0644);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(
		gng_records_read(&records, &num_records, &num_strangers, &trap.plan, path, NULL),
		GNG_OK);
	assert_int_equal(num_records, 1);
	assert_int_equal(records[0].figures[0].measure.num_blocks, 5);
	assert_true(records[0].figures[0].measure.blocks[4] == 5);
	assert_string_equal(records[0].notes[0].value, "");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

static void figures_have_twelve_digits(void **state)
{
	struct gng_test test = {.id = "a", .variant = "", .build = "b", .requirements = ""};
	struct gng_figure figure = {.measure = {.name = "m", .value = 2.0 / 3, .unit = "s"}};
	const struct gng_record record = {.test = &test, .num_figures = 1, .figures = &figure};
	char *line = gng_record_json(&record);

	(void)state;
	assert_non_null(strstr(line, "\"value\":0.666666666667,"));
	free(line);
}

/* A guard that somebody ends says nothing of its test: that is no test that was killed. */
static void guard_that_is_ended_is_an_error(void **state)
{
	(void)state;
	trap_expect("kill -TERM $PPID; sleep 10\n", GNG_ERROR,
		    "the runner lost the process that guards this test");
}

/* move_away frees a low descriptor, and put_back has it as it was. */
static int move_away(int fd)
{
	const int high = fcntl(fd, F_DUPFD_CLOEXEC, 100);

	close(fd);
	return high;
}

static void put_back(int high, int fd)
{
	if (high >= 0) {
		dup2(high, fd);
		close(high);
	} else {
		close(fd);
	}
}

static char *reason_of(struct trap *trap, enum gng_verdict *verdict)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	char *reason = NULL;

	if (gng_run(&records, &num_records, &trap->options, NULL) != GNG_OK)
		return NULL;
	*verdict = records[0].verdict;
	reason = strdup(records[0].reason ? records[0].reason : "");
	gng_records_free(records, num_records);
	return reason;
}

/* Pipes then have the numbers that a test is given: 0 to 3. */
static void call_works_where_low_descriptors_are_free(void **state)
{
	enum gng_verdict verdicts[2] = {GNG_MISSING, GNG_MISSING};
	char *reasons[2];
	bool left_open;
	struct trap trap;
	int high[2];

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	high[0] = move_away(0);
	high[1] = move_away(3);
	reasons[0] = reason_of(&trap, &verdicts[0]);
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\nprintf 'springs\\t0\\tH1\\n'\nrm -f \"$0\"\n"
		   "printf '#!/nonexistent/sh\\n' >\"$0\"; chmod 755 \"$0\"\n",
		   0755);
	reasons[1] = reason_of(&trap, &verdicts[1]);
	left_open = fcntl(0, F_GETFD) >= 0 || fcntl(3, F_GETFD) >= 0;
	put_back(high[0], 0);
	put_back(high[1], 3);
	assert_false(left_open);
	assert_string_equal(reasons[0], "");
	assert_int_equal(verdicts[0], GNG_PASS);
	assert_string_equal(reasons[1],
			    "the test program cannot be started: No such file or directory");
	assert_int_equal(verdicts[1], GNG_ERROR);
	free(reasons[0]);
	free(reasons[1]);
	trap_remove(&trap);
}

static void records_of_an_older_run_are_replaced(void **state)
{
	struct gng_record *records;
	size_t num_records, num_strangers;
	char path[8192], old[8192];
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	memset(old, 'x', sizeof(old) - 1);
	old[sizeof(old) - 1] = '\0';
	trap_write(&trap, "records.jsonl", old, 0644);
	trap_springs(&trap, GNG_PASS, NULL);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(
		gng_records_read(&records, &num_records, &num_strangers, &trap.plan, path, NULL),
		GNG_OK);
	assert_int_equal(num_records, 1);
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(fuzzer_is_called_by_its_own_name, "H1.run.plan"),
	TEST(program_with_more_tests_than_its_source_is_to_be_made, "H1.run.plan"),
	TEST(program_that_lists_no_test_is_older_than_its_source, "H1.run.plan"),
	TEST(program_that_cannot_list_its_tests_is_an_error, "H1.run.plan"),
	TEST(folder_of_a_test_is_in_the_journal, "H1.run.isolation"),
	TEST(record_that_is_too_large_is_named_with_its_cause, "H1.run.records"),
	TEST(stopped_run_does_not_wait_for_its_tests, "H1.run.killed"),
	TEST(blocks_beyond_five_are_left_out, "H1.run.records"),
	TEST(figures_have_twelve_digits, "H1.run.records"),
	TEST(call_that_cannot_be_made_leaves_nothing, "H1.run.isolation"),
	TEST(call_sets_what_its_caller_had_set_otherwise, "H1.run.isolation"),
	TEST(report_without_end_is_stopped, "H1.run.isolation"),
	TEST(guard_that_is_ended_is_an_error, "H1.run.isolation"),
	TEST(call_works_where_low_descriptors_are_free, "H1.run.isolation"),
	TEST(records_of_an_older_run_are_replaced, "H1.run.records"),
	{0},
};
