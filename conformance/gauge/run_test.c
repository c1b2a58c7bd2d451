/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - the runner against programs that lie, hang, crash, flood and stay behind. */
#include "trap.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run_passes_a_counted_assertion(void **state)
{
	(void)state;
	trap_expect(TRAP_PASSES, GNG_PASS, NULL);
}

static void run_fails_a_test_that_asserts_nothing(void **state)
{
	(void)state;
	trap_expect("printf 'assertions\\t0\\ncases\\t0\\t0\\nend\\tok\\n' >&3", GNG_FAIL,
		    "asserted nothing");
}

static void run_fails_a_test_that_executed_fewer_vectors_than_declared(void **state)
{
	(void)state;
	trap_expect("printf 'assertions\\t9\\ncases\\t9\\t10\\nend\\tok\\n' >&3", GNG_FAIL,
		    "9 vectors executed, 10 declared");
}

static void run_fails_a_silent_exit_0(void **state)
{
	(void)state;
	trap_expect("exit 0", GNG_FAIL, "exit status 0 without the end of its report");
}

/* CMocka's exit status is its number of failures: 256 of them exit 0. */
static void run_fails_256_failures_that_exit_0(void **state)
{
	(void)state;
	trap_expect("printf 'assertions\\t1\\ncases\\t0\\t0\\nend\\tfailed\\n' >&3\nexit 0",
		    GNG_FAIL, "did not say why");
}

/* libFuzzer exits 77 on a crash, which CTest can take for a skip. */
static void run_fails_exit_77_without_a_skip_in_the_report(void **state)
{
	(void)state;
	trap_expect("exit 77", GNG_FAIL, "exit status 77 without the end");
	trap_expect(TRAP_PASSES "exit 77", GNG_FAIL, "exit status 77 contradicts");
}

#define SKIPS "printf 'skip\\tno such device\\tbuy one\\nend\\tok\\n' >&3; "

static void check_remedy(const char *body, enum gng_verdict verdict, const char *remedy)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	trap_set(&trap, body);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_int_equal(records[0].verdict, verdict);
	if (remedy)
		assert_string_equal(records[0].remedy, remedy);
	else
		assert_null(records[0].remedy);
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* What would let it run is of use to who lacks it, and not to who broke it. */
static void run_keeps_the_remedy_of_a_skip_and_of_no_failure(void **state)
{
	(void)state;
	check_remedy(SKIPS "exit 77", GNG_SKIP, "buy one");
	check_remedy(SKIPS "exit 5", GNG_FAIL, NULL);
	check_remedy(TRAP_PASSES, GNG_PASS, NULL);
}

static void run_skips_only_with_a_reason(void **state)
{
	(void)state;
	trap_expect(SKIPS "exit 77", GNG_SKIP, "no such device");
	trap_expect("printf 'skip\\t\\t\\nend\\tok\\n' >&3; exit 77", GNG_FAIL,
		    "skipped without a reason");
}

static void run_calls_a_corrupt_file_an_error(void **state)
{
	struct gng_tally tally = {.overall = GNG_NO_GO};

	(void)state;
	trap_expect(
		"printf 'corrupt\\tx.vec:3: no value\\nfailed\\tx_test.c:7\\nend\\tfailed\\n' >&3; "
		"exit 1",
		GNG_ERROR, "x.vec:3: no value");
	assert_int_equal(gng_tally_exit(&tally), 1);
	tally.num_corrupt = 1;
	assert_int_equal(gng_tally_exit(&tally), 99);
}

static void run_keeps_an_inconclusive_test_inconclusive(void **state)
{
	(void)state;
	trap_expect("printf 'inconclusive\\ttoo noisy\\t\\nassertions\\t1\\nend\\tok\\n' >&3",
		    GNG_INCONCLUSIVE, "too noisy");
}

#define SAYS_WHY                               \
	"echo '[  ERROR   ] --- 0x1 != 0x2'\n" \
	"echo '[   LINE   ] --- conformance/trap/one_test.c:7: error: Failure!'\n"

static void run_fails_a_crash_by_its_signal(void **state)
{
	(void)state;
	trap_expect("kill -SEGV $$", GNG_FAIL, "killed by SIGSEGV");
	trap_expect(TRAP_PASSES "kill -ABRT $$", GNG_FAIL, "killed by SIGABRT");
	/* what ends by abort() may have said why; another signal comes from elsewhere */
	trap_expect(SAYS_WHY "kill -ABRT $$", GNG_FAIL, "one_test.c:7: 0x1 != 0x2");
	trap_expect(SAYS_WHY "kill -SEGV $$", GNG_FAIL, "killed by SIGSEGV");
}

static void run_names_the_sanitizers_finding(void **state)
{
	(void)state;
	trap_expect("echo 'SUMMARY: AddressSanitizer: heap-buffer-overflow a.c:3 in f'; exit 86",
		    GNG_FAIL, "heap-buffer-overflow a.c:3");
}

static void run_names_the_failed_assertion(void **state)
{
	(void)state;
	trap_expect(SAYS_WHY "printf 'assertions\\t1\\nend\\tfailed\\n' >&3; exit 1", GNG_FAIL,
		    "conformance/trap/one_test.c:7: 0x1 != 0x2");
	trap_expect("echo; echo 'ERROR: too many cooks'\n"
		    "echo '[  ERROR   ] --- [   LINE   ] --- conformance/x/y_test.c:9: error: "
		    "Failure!'\n"
		    "printf 'assertions\\t1\\nend\\tfailed\\n' >&3; exit 1",
		    GNG_FAIL, "conformance/x/y_test.c:9: too many cooks");
}

static void run_errs_on_a_report_it_cannot_read(void **state)
{
	(void)state;
	trap_expect("printf 'asertions\\t1\\nend\\tok\\n' >&3", GNG_ERROR, "line 1");
}

static void run_kills_a_test_that_hangs(void **state)
{
	const double start_s = now_s();
	struct trap trap;

	(void)state;
	trap_set(&trap, "trap '' TERM INT HUP; while :; do sleep 1; done");
	trap.options.timeout_s = 1;
	trap_springs(&trap, GNG_FAIL, "still running after 1 s");
	trap_remove(&trap);
	assert_true(now_s() - start_s < 8);
}

/* The deadline of a run counts for the tests that have none of their own. */
static void run_gives_each_test_its_own_deadline(void **state)
{
	static const unsigned int own_s[] = {1}, none_s[] = {0};
	struct trap trap;

	(void)state;
	trap_set(&trap, "sleep 100");
	trap.options.timeouts_s = own_s;
	trap_springs(&trap, GNG_FAIL, "still running after 1 s");
	trap.options.timeouts_s = none_s;
	trap.options.timeout_s = 2;
	trap_springs(&trap, GNG_FAIL, "still running after 2 s");
	trap_remove(&trap);
}

static void run_stops_output_without_end(void **state)
{
	struct trap trap;
	char log[8192];
	struct stat info;

	(void)state;
	trap_set(&trap, "yes");
	trap_springs(&trap, GNG_FAIL, "printed more than 16 MiB");
	snprintf(log, sizeof(log), "%s/logs/conformance.trap.one.springs.release.log", trap.folder);
	assert_int_equal(stat(log, &info), 0);
	assert_in_range(info.st_size, 1 << 20, 16 << 20);
	trap_remove(&trap);
}

/* alive_with looks for a process by an argument. The brackets keep grep from finding itself. */
static bool alive_with(const char *mark)
{
	char command[256];

	snprintf(command, sizeof(command), "grep -qs '[%c]%s' /proc/[0-9]*/cmdline", mark[0],
		 mark + 1);
	return system(command) == 0;
}

/* A helper that ends with its test, only a moment later, is none that is left behind. On a busy
 * machine the moment may pass: one of five must be in time. */
static void expect_a_moment(void)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;
	bool passed = false;

	trap_set(&trap, "(sleep 0.02 >/dev/null 2>&1 3>&- &)\n" TRAP_PASSES);
	for (size_t i = 0; i < 5 && !passed; i++) {
		assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
		passed = records[0].verdict == GNG_PASS;
		gng_records_free(records, num_records);
	}
	assert_true(passed);
	trap_remove(&trap);
}

static void run_finds_and_kills_a_daemon(void **state)
{
	char body[256], mark[32];

	(void)state;
	snprintf(mark, sizeof(mark), "3%d.5", (int)getpid());
	expect_a_moment();
	snprintf(body, sizeof(body), "(setsid sleep %s >/dev/null 2>&1 3>&- &)\n" TRAP_PASSES,
		 mark);
	trap_expect(body, GNG_FAIL, "left 1 process running behind it");
	for (double end_s = now_s() + 3; alive_with(mark) && now_s() < end_s;)
		usleep(20000);
	assert_false(alive_with(mark));
}

static void run_says_when_the_program_is_not_built(void **state)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap.test.stem = "two";
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "MISSING");
	assert_string_equal(records[0].reason, "conformance.trap.two is not built");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

static void run_errs_on_a_program_that_cannot_be_started(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	/* it lists its test, and is no program any more when it is to run */
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\nprintf 'springs\\t0\\tH1\\n'\nrm -f \"$0\"\n"
		   "printf '#!/nonexistent/sh\\n' >\"$0\"; chmod 755 \"$0\"\n",
		   0755);
	trap_springs(&trap, GNG_ERROR, "cannot be started: No such file or directory");
	trap_remove(&trap);
}

static void run_errs_when_program_and_plan_differ(void **state)
{
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap.test.function = "renamed";
	trap_springs(&trap, GNG_ERROR, "conformance/trap/one_test.c:7");
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(records[0].remedy, "make");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

static void run_skips_what_cannot_be_built_here(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap.test.cannot = "libbpf is not installed";
	trap_springs(&trap, GNG_SKIP, "libbpf is not installed");
	trap.test.stem = "two"; /* nor is its program built */
	trap_springs(&trap, GNG_SKIP, "libbpf is not installed");
	trap.test.cannot = NULL;
	trap.test.broken = "x_test.c:3: a name stands twice";
	trap_springs(&trap, GNG_ERROR, "x_test.c:3: a name stands twice");
	trap_remove(&trap);
}

static void run_skips_slow_tests_unless_asked(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\n[ \"$1\" = --list ] && { printf 'springs\\t2\\tH1\\n'; exit 0; "
		   "}\n" TRAP_PASSES,
		   0755);
	trap.test.flags = GNG_TEST_SLOW;
	trap_springs(&trap, GNG_SKIP, "slow");
	trap.options.slow = true;
	trap_springs(&trap, GNG_PASS, NULL);
	trap_remove(&trap);
}

static void run_reports_the_worst_of_repeated_attempts(void **state)
{
	struct trap trap;

	(void)state;
	/* passes, then fails once, then passes */
	trap_set(&trap, "n=$(cat \"$0.n\" 2>/dev/null || echo 0)\n"
			"echo $((n + 1)) > \"$0.n\"\n[ \"$n\" = 1 ] && exit 5\n" TRAP_PASSES);
	trap.options.num_repeat = 3;
	trap_springs(&trap, GNG_FAIL, "exit status 5");
	trap_remove(&trap);
}

static void run_refuses_to_judge_what_it_cannot_record(void **state)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	struct gng_why why = {0};
	struct trap trap;
	char path[8192];

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(symlink("/dev/full", path), 0);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOSPC);
	assert_non_null(strstr(why.text, "records.jsonl cannot be written: No space left"));
	trap_remove(&trap);
}

static void run_calls_the_rest_missing_when_it_is_stopped(void **state)
{
	static volatile int stop;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	stop = 1;
	trap.options.stop = &stop;
	trap_springs(&trap, GNG_MISSING, "the run was stopped before this test began");
	trap_remove(&trap);
}

/* Killed by SIGKILL the runner cannot clean up: her parent's death tells the nanny to. */
static void run_killed_half_way_leaves_no_process_and_no_record(void **state)
{
	char body[256], mark[32], path[8192];
	struct trap trap;
	struct stat info;
	pid_t runner;

	(void)state;
	snprintf(mark, sizeof(mark), "4%d.5", (int)getpid());
	/* one that left the group of its test */
	snprintf(body, sizeof(body), "setsid sleep %s &\nexec sleep 100", mark);
	trap_set(&trap, body);
	runner = fork();
	if (runner == 0) {
		struct gng_record *records;
		size_t num_records;

		_exit(gng_run(&records, &num_records, &trap.options, NULL) == GNG_OK);
	}
	for (double end_s = now_s() + 5; !alive_with(mark) && now_s() < end_s;)
		usleep(20000);
	assert_true(alive_with(mark));
	kill(runner, SIGKILL);
	waitpid(runner, NULL, 0);
	for (double end_s = now_s() + 5; alive_with(mark) && now_s() < end_s;)
		usleep(20000);
	assert_false(alive_with(mark));
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 0);
	trap_remove(&trap);
}

static void run_keeps_output_that_comes_byte_by_byte(void **state)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	struct trap trap;
	char path[2 * PATH_MAX], text[64] = "";
	FILE *log;

	(void)state;
	trap_set(&trap, "printf a; sleep 0.1; printf b; sleep 0.1; echo c\n" TRAP_PASSES);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_non_null(records[0].log);
	snprintf(path, sizeof(path), "%s/%s", trap.folder, records[0].log);
	log = fopen(path, "re");
	assert_non_null(log);
	assert_non_null(fgets(text, sizeof(text), log));
	assert_string_equal(text, "abc\n");
	fclose(log);
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* 4 GiB, in the 512 bytes by which the shell counts (POSIX ulimit), whatever the runner has. */
static void run_limits_the_files_of_a_test(void **state)
{
	struct rlimit own;
	struct trap trap;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &own), 0);
	own.rlim_cur = 1 << 30;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &own), 0);
	trap_set(&trap, "[ \"$(ulimit -f)\" = 8388608 ] || exit 1\n" TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL);
	trap_remove(&trap);
}

static void run_names_the_file_of_records_that_it_cannot_make(void **state)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	struct gng_why why = {0};
	struct trap trap;
	char path[2 * PATH_MAX];

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, EISDIR);
	assert_non_null(strstr(why.text, "/records.jsonl: Is a directory"));
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(run_passes_a_counted_assertion, "H1.run.counted"),
	TEST(run_fails_a_test_that_asserts_nothing, "H1.run.counted"),
	TEST(run_fails_a_test_that_executed_fewer_vectors_than_declared, "H1.run.counted"),
	TEST(run_fails_a_silent_exit_0, "H1.run.cross-check"),
	TEST(run_fails_256_failures_that_exit_0, "H1.run.cross-check"),
	TEST(run_fails_exit_77_without_a_skip_in_the_report, "H1.run.cross-check"),
	TEST(run_keeps_the_remedy_of_a_skip_and_of_no_failure, "H1.run.reasons"),
	TEST(run_skips_only_with_a_reason, "H1.run.reasons"),
	TEST(run_calls_a_corrupt_file_an_error, "H1.run.reasons"),
	TEST(run_keeps_an_inconclusive_test_inconclusive, "H1.run.reasons"),
	TEST(run_fails_a_crash_by_its_signal, "H1.run.isolation"),
	TEST(run_names_the_sanitizers_finding, "H1.run.reasons"),
	TEST(run_names_the_failed_assertion, "H1.run.reasons"),
	TEST(run_errs_on_a_report_it_cannot_read, "H1.run.cross-check"),
	TEST(run_kills_a_test_that_hangs, "H1.run.isolation"),
	TEST(run_gives_each_test_its_own_deadline, "H1.run.isolation"),
	TEST(run_stops_output_without_end, "H1.run.isolation"),
	TEST(run_finds_and_kills_a_daemon, "H1.run.isolation"),
	TEST(run_says_when_the_program_is_not_built, "H1.run.plan"),
	TEST(run_errs_on_a_program_that_cannot_be_started, "H1.run.plan"),
	TEST(run_errs_when_program_and_plan_differ, "H1.run.plan"),
	TEST(run_skips_what_cannot_be_built_here, "H1.run.reasons"),
	TEST(run_skips_slow_tests_unless_asked, "H1.run.reasons"),
	TEST(run_reports_the_worst_of_repeated_attempts, "H1.run.repeat"),
	TEST(run_refuses_to_judge_what_it_cannot_record, "H1.run.records"),
	TEST(run_names_the_file_of_records_that_it_cannot_make, "H1.run.records"),
	TEST(run_keeps_output_that_comes_byte_by_byte, "H1.run.records"),
	TEST(run_limits_the_files_of_a_test, "H1.run.isolation"),
	TEST(run_calls_the_rest_missing_when_it_is_stopped, "H1.run.killed"),
	TEST(run_killed_half_way_leaves_no_process_and_no_record, "H1.run.killed"),
	{0},
};
