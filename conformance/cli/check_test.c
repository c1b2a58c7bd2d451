/* SPDX-License-Identifier: Apache-2.0 */
/* check_test.c - `gonogo check` from outside: what runs, what is said last, what it returns. */
#include "fixture.h"

#include <sched.h>
#include <signal.h>
#include <time.h>

static void a_passing_run_ends_in_the_line_that_scripts_read(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.passes demo.all.skips"), 0);
	fixture_expect("stdout", " demo         tests     time\n"
				 " ---------------------------\n"
				 " all         1 SKIP");
	fixture_expect("stdout",
		       "Not run: 1 test\n"
		       "    1  no such device                                plug it in\n");
	fixture_expect_end("stdout",
			   "2 planned = 1 PASS + 0 FAIL + 0 ERROR + 0 MISSING + 1 SKIP + 0 "
			   "INCONCLUSIVE\n1 passed, 0 failed, 1 skipped\n");
}

/* Three fifths of the time of conformance tests are waiting. */
static void each_cpu_has_three_jobs(void **state)
{
	cpu_set_t before, one;

	(void)state;
	fixture_open();
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	for (int i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &before))
			CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(fixture_run("check demo.all.passes"), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	fixture_expect("stdout", "1 tests, 3 jobs\n");
}

static void a_failure_is_repeated_last_with_its_command(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.passes demo.all.fails"), 1);
	fixture_expect("stdout", "FAIL  conformance.demo.all.fails\n"
				 "      all_test.c:7: 1 is not 2\n");
	fixture_expect("stdout", "      again:\n"
				 "        gonogo check conformance.demo.all.fails\n\n"
				 "2 planned = 1 PASS + 1 FAIL");
	fixture_expect_end("stdout", "\n1 passed, 1 failed, 0 skipped\n");
}

static void only_the_failed_run_again(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check --failed"), 4);
	fixture_expect("stderr", "holds no records; run gonogo check first\n");
	assert_int_equal(fixture_run("check demo.all.passes demo.all.fails"), 1);
	assert_int_equal(fixture_run("check --failed"), 1);
	fixture_expect_end("stdout", "\n0 passed, 1 failed, 0 skipped\n");
	assert_int_equal(fixture_run("check demo.all.passes"), 0);
	assert_int_equal(fixture_run("check --failed"), 4);
	fixture_expect("stderr",
		       "gonogo: check: nothing selected: no such test failed in the last run\n");
}

static void a_slow_test_is_skipped_and_names_its_command(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.is_slow demo.all.passes"), 0);
	fixture_expect("stdout", "gonogo check --slow conformance.demo.all.is_slow");
	fixture_expect_end("stdout", "\n1 passed, 0 failed, 1 skipped\n");
	assert_int_equal(fixture_run("check --slow demo.all.is_slow"), 0);
	fixture_expect_end("stdout", "\n1 passed, 0 failed, 0 skipped\n");
}

static void a_run_in_which_nothing_ran_is_no_go(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.skips"), 4);
	fixture_expect("stderr", "gonogo: check: nothing ran: ");
	fixture_expect_end("stdout", "\n0 passed, 0 failed, 1 skipped\n");
}

static void a_test_that_hangs_fails_at_its_deadline(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.hangs --timeout 1"), 1);
	fixture_expect_end("stdout", "\n0 passed, 1 failed, 0 skipped\n");
}

static void projections_are_written_where_asked(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.passes --junit j.xml --ktap k.txt"), 0);
	fixture_expect("j.xml", "<testsuite");
	fixture_expect("k.txt", "KTAP version 1\n");
	assert_int_equal(fixture_run("check demo.all.passes --junit no/such/folder.xml"), 99);
	fixture_expect("stderr", "no/such/folder.xml");
}

static void runs_are_kept_where_out_says(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.passes --out kept"), 0);
	fixture_expect("kept/check/records.jsonl", "conformance.demo.all.passes");
	assert_int_equal(access(fixture_path("out"), F_OK), -1);
}

/* The last run may be one of a single test. */
static void what_took_longest_in_any_run_goes_first(void **state)
{
	static const char record[] =
		"{\"schema\":\"gonogo/record/1\",\"id\":\"conformance.demo.all.passes\","
		"\"variant\":\"\",\"build\":\"release\",\"verdict\":\"PASS\",\"seconds\":9}\n";
	char *records, *first, *second;

	(void)state;
	fixture_open();
	fixture_file("out/runs/check-20260101T000000.000Z-1/.gonogo-run", "gonogo\n");
	fixture_file("out/runs/check-20260101T000000.000Z-1/records.jsonl", record);
	assert_int_equal(fixture_run("check demo.all.begins"), 0);
	assert_int_equal(fixture_run("check demo.all.begins demo.all.passes --jobs 1"), 0);
	records = fixture_read("out/check/records.jsonl");
	first = strstr(records, "\"id\":\"conformance.demo.all.passes\"");
	second = strstr(records, "\"id\":\"conformance.demo.all.begins\"");
	assert_true(first && second && first < second);
	free(records);
}

static void wait_for_text(const char *name, const char *text)
{
	const struct timespec pause = {.tv_nsec = 20000000};

	for (int i = 0; i < 500; i++) {
		char *held = fixture_read(name);
		const bool found = strstr(held, text) != NULL;

		free(held);
		if (found)
			return;
		nanosleep(&pause, NULL);
	}
	fail_msg("%s never held \"%s\"", name, text);
}

static pid_t start_check(void)
{
	char command[2 * PATH_MAX], out[2 * PATH_MAX];
	const pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid)
		return pid;
	snprintf(command, sizeof(command), "%s/build/gonogo", fixture);
	snprintf(out, sizeof(out), "%s/out", fixture);
	setenv("GNG_OUT", out, 1);
	if (!freopen(fixture_path("stdout"), "w", stdout))
		_exit(98);
	execl(command, command, "check", "demo.all.begins", "demo.all.hangs", "demo.all.passes",
	      "--jobs", "1", NULL);
	_exit(97);
}

static void an_interrupted_run_accounts_for_every_test(void **state)
{
	int status = 0;
	pid_t pid;

	(void)state;
	fixture_open();
	pid = start_check();
	wait_for_text("out/check/records.jsonl", "conformance.demo.all.begins");
	assert_int_equal(kill(pid, SIGINT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	fixture_expect("stdout", "3 planned = 1 PASS + 0 FAIL + 0 ERROR + 2 MISSING");
	fixture_expect_end("stdout", "\n1 passed, 2 failed, 0 skipped\n");
}

static void the_real_tree_has_a_plan(void **state)
{
	char command[4 * PATH_MAX];

	(void)state;
	fixture_open();
	snprintf(command, sizeof(command), "%s/gonogo list cli >%s/real 2>%s/real.error",
		 fixture_build_dir(), fixture, fixture);
	assert_int_equal(system(command), 0);
	fixture_expect("real",
		       " yes  conformance.cli.check.the_real_tree_has_a_plan  H1.cli.list\n");
}

const struct suite_test suite_tests[] = {
	TEST(a_passing_run_ends_in_the_line_that_scripts_read, "H1.cli.check"),
	TEST(each_cpu_has_three_jobs, "H1.cli.check"),
	TEST(a_failure_is_repeated_last_with_its_command, "H1.cli.check-failed"),
	TEST(only_the_failed_run_again, "H1.cli.check-failed"),
	TEST(a_slow_test_is_skipped_and_names_its_command, "H1.cli.check"),
	TEST(a_run_in_which_nothing_ran_is_no_go, "H1.cli.check"),
	TEST(a_test_that_hangs_fails_at_its_deadline, "H1.cli.check"),
	TEST(projections_are_written_where_asked, "H1.cli.check"),
	TEST(runs_are_kept_where_out_says, "H1.cli.check"),
	TEST(what_took_longest_in_any_run_goes_first, "H1.cli.check"),
	TEST(an_interrupted_run_accounts_for_every_test, "H1.cli.interrupt"),
	TEST(the_real_tree_has_a_plan, "H1.cli.list"),
	{0},
};
