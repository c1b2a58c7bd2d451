/* SPDX-License-Identifier: Apache-2.0 */
/* traces_test.c - what a test sees of its runner, what its record keeps, and what is left over. */
#include "trap.h"

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#include <gng_journal.h>

#include "gauge_nanny.h"

static size_t num_entries(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	size_t num = 0;

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		num += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(dir);
	return num;
}

/* run_one runs the trap, and returns its record, which the caller frees. */
static struct gng_record *run_one(struct trap *trap)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;

	assert_int_equal(gng_run(&records, &num_records, &trap->options, NULL), GNG_OK);
	assert_int_equal(num_records, 1);
	return records;
}

static void run_leaves_no_descriptor_and_no_folder(void **state)
{
	const char *tmp = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	size_t num_open, num_folders;
	struct trap trap;

	(void)state;
	trap_set(&trap, "mkdir -p a/b; touch a/b/c; ln -s / a/root\n" TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL);
	num_open = num_entries("/proc/self/fd", "");
	num_folders = num_entries(tmp, "gonogo-test-");
	for (size_t i = 0; i < 3; i++)
		trap_springs(&trap, GNG_PASS, NULL);
	assert_int_equal(num_entries("/proc/self/fd", ""), num_open);
	assert_int_equal(num_entries(tmp, "gonogo-test-"), num_folders);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nor a process, be it a dead one */
	assert_int_equal(errno, ECHILD);
	trap_remove(&trap);
}

/* leave makes a folder as a process that notes it and dies before it can remove it. */
static void leave(const char *path)
{
	struct gng_journal *journal;
	const pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(gng_journal_open(&journal, NULL) == GNG_OK &&
				      gng_journal_note(journal, GNG_JOURNAL_FOLDER, path, NULL) ==
					      GNG_OK &&
				      mkdir(path, 0777) == 0
			      ? 0
			      : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void what_a_dead_process_noted_is_undone_after_a_test(void **state)
{
	char path[8192], journal[8192];
	struct stat about;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	snprintf(journal, sizeof(journal), "%s/journal", trap.folder);
	snprintf(path, sizeof(path), "%s/gonogo-left", trap.folder);
	assert_int_equal(setenv("GNG_JOURNAL", journal, 1), 0);
	leave(path);
	assert_int_equal(stat(path, &about), 0);
	trap_springs(&trap, GNG_PASS, NULL);
	assert_int_equal(stat(path, &about), -1);
	assert_int_equal(errno, ENOENT);
	unsetenv("GNG_JOURNAL");
	trap_remove(&trap);
}

static void assert_line(const char *text, const char *name, const char *value, const char *after)
{
	char line[9000];

	snprintf(line, sizeof(line), "\n%s=%s%s\n", name, value, after);
	if (!strstr(text, line))
		fail_msg("no line '%s' in: %s", line + 1, text);
}

static void test_sees_this_environment(void **state)
{
	const int own = fcntl(1, F_DUPFD, 60); /* without O_CLOEXEC, as a library may open one */
	struct trap trap;
	char *env, *folder;

	(void)state;
	assert_true(own >= 60);
	trap_set(&trap, "{ echo; env; echo \"limits=$(ulimit -c) $(ulimit -f)\"; echo \"args=$*\"\n"
			"echo \"mode=$(stat -c %a .)\"; echo \"umask=$(umask)\"\n"
			"echo \"high=$(ls /proc/$$/fd | grep -c '^[6-9][0-9]$')\"\n"
			"for i in $$ $PPID; do set -- $(cat /proc/$i/stat); echo \"group=$(($1 - "
			"$5))\"; done\n"
			"echo \"core=$(grep -c 'core file size  *0  *0 ' /proc/$$/limits)\"\n"
			"echo \"in=$(readlink /proc/self/fd/0)\"; } >\"$0.env\"\n" TRAP_PASSES);
	trap_springs(&trap, GNG_PASS, NULL);
	env = trap_text(&trap, "tests/conformance.trap.one.env");
	folder = strstr(env, "\nTMPDIR=");
	assert_non_null(folder);
	close(own);
	folder = strndup(folder + 8, strcspn(folder + 8, "\n"));
	assert_non_null(strstr(folder, "/gonogo-test-"));
	assert_line(env, "PWD", folder, "");
	assert_line(env, "HOME", folder, "");
	assert_line(env, "GNG_OUT", folder, "/out");
	assert_line(env, "GNG_VECTORS", trap.folder, "/vectors");
	assert_line(env, "GNG_SEEDS", trap.folder, "/fuzz/trap/one.seeds");
	assert_line(env, "GNG_BUILD_DIR", trap.folder, "");
	assert_line(env, "GNG_RUN_UNDER", "", "");
	assert_line(env, "GNG_RUNNER", "1", "");
	assert_line(env, "LC_ALL", "C", "");
	assert_line(env, "TZ", "UTC", "");
	assert_line(env, "ASAN_OPTIONS", "exitcode=86", ":detect_stack_use_after_return=1");
	assert_line(env, "UBSAN_OPTIONS", "print_stacktrace=1", ":halt_on_error=1:exitcode=86");
	assert_line(env, "MSAN_OPTIONS", "exitcode=86:halt_on_error=1", "");
	assert_line(env, "limits", "0 8388608", ""); /* no core, files up to 4 GiB */
	assert_line(env, "args", "--run springs", "");
	assert_line(env, "core", "1", "");
	/* Ctrl-C is for the runner: neither the test nor its guard is in its group */
	assert_non_null(strstr(env, "\ngroup=0\ngroup=0\n"));
	assert_line(env, "high", "0", "");
	assert_line(env, "mode", "755", "");
	assert_line(env, "in", "/dev/null", "");
	free(folder);
	free(env);
	trap_remove(&trap);
}

/* The nanny waits for signals that she blocks, and her test is to get them. A shell unblocks all by
 * itself, so that a program is asked which is started in its place. */
static void test_blocks_no_signal(void **state)
{
	struct gng_record *records;
	struct trap trap;
	char *log;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap.build.run_under = "grep -- ^SigBlk: /proc/self/status";
	records = run_one(&trap);
	log = trap_text(&trap, records->log);
	if (!strstr(log, "SigBlk:\t0000000000000000\n"))
		fail_msg("%s", log);
	free(log);
	gng_records_free(records, 1);
	trap_remove(&trap);
}

static void variant_and_run_under_are_passed_on(void **state)
{
	struct trap trap;
	char *args;

	(void)state;
	trap_set(&trap, "echo \"$MARK $GNG_RUN_UNDER $*\" >\"$0.args\"\n" TRAP_PASSES);
	trap.build.run_under = "env  MARK=seen";
	trap.test.variant = "portable";
	trap_write(&trap, "tests/conformance.trap.one.list", "", 0644);
	trap_springs(&trap, GNG_PASS, NULL);
	args = trap_text(&trap, "tests/conformance.trap.one.args");
	assert_string_equal(args, "seen env  MARK=seen --run springs --variant portable\n");
	free(args);
	trap_remove(&trap);
}

/* Valgrind, say, takes 20 times as long; and a call has room for 27 words before the test's. */
static void run_under_has_more_time_and_so_many_words(void **state)
{
	struct gng_record *records;
	struct gng_why why = {0};
	struct trap trap;
	char under[256] = "env";
	size_t num_records;

	(void)state;
	trap_set(&trap, "sleep 1.2; [ $A = 26 ] || exit 9\n" TRAP_PASSES);
	trap.test.variant = "portable";
	trap.options.timeout_s = 1;
	trap_springs(&trap, GNG_FAIL, "still running after 1 s");
	for (int i = 1; i <= 26; i++)
		snprintf(under + strlen(under), 8, " A=%d", i);
	trap.build.run_under = under;
	trap_springs(&trap, GNG_PASS, NULL);
	strcat(under, " A=27");
	assert_int_equal(gng_run(&records, &num_records, &trap.options, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "more than 27 words"));
	trap_remove(&trap);
}

static unsigned int mode_of(const struct trap *trap, const char *name)
{
	struct stat about;
	char path[8192];

	snprintf(path, sizeof(path), "%s/%s", trap->folder, name);
	assert_int_equal(stat(path, &about), 0);
	return about.st_mode & 07777;
}

static void record_tells_when_how_long_and_how_again(void **state)
{
	const time_t before = time(NULL);
	struct gng_record *record;
	struct tm when = {0};
	unsigned int ms;
	struct trap trap;
	char *log, end;
	mode_t mask;

	(void)state;
	trap_set(&trap, "echo said; echo too >&2; sleep 0.3\n" TRAP_PASSES);
	trap.test.variant = "portable";
	record = run_one(&trap);
	assert_int_equal(record->verdict, GNG_PASS);
	assert_int_equal(record->attempt, 1);
	assert_true(record->seconds >= 0.3 && record->seconds < 20);
	assert_int_equal(sscanf(record->started, "%4d-%2d-%2dT%2d:%2d:%2d.%3u%c", &when.tm_year,
				&when.tm_mon, &when.tm_mday, &when.tm_hour, &when.tm_min,
				&when.tm_sec, &ms, &end),
			 8);
	assert_int_equal(strlen(record->started), 24);
	assert_int_equal(end, 'Z');
	assert_true(ms < 1000);
	when.tm_year -= 1900;
	when.tm_mon -= 1;
	assert_in_range(timegm(&when), before, time(NULL));
	assert_string_equal(record->log, "logs/conformance.trap.one.springs@portable.release.log");
	log = trap_text(&trap, record->log);
	assert_string_equal(log, "said\ntoo\n");
	umask(mask = umask(0));
	assert_int_equal(mode_of(&trap, record->log), 0666 & ~mask);
	assert_int_equal(mode_of(&trap, "records.jsonl"), 0666 & ~mask);
	assert_int_equal(mode_of(&trap, "logs"), 0777 & ~mask);
	assert_string_equal(record->repro,
			    "gonogo check conformance.trap.one.springs --variants portable");
	free(log);
	gng_records_free(record, 1);
	trap_remove(&trap);
}

static void repro_names_a_slow_test_and_another_build(void **state)
{
	struct gng_build builds[2];
	struct gng_record *record;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\n[ \"$1\" = --list ] && { printf 'springs\\t2\\tH1\\n'; exit 0; "
		   "}\n" TRAP_PASSES,
		   0755);
	builds[0] = builds[1] = trap.build;
	builds[1].name = "asan";
	trap.home.builds = builds;
	trap.home.num_builds = 2;
	trap.test.build = "asan";
	trap.test.flags = GNG_TEST_SLOW;
	trap.options.slow = true;
	record = run_one(&trap);
	assert_int_equal(record->verdict, GNG_PASS);
	assert_string_equal(record->repro,
			    "gonogo check --slow conformance.trap.one.springs --builds asan");
	gng_records_free(record, 1);
	trap_remove(&trap);
}

/* Each build has its own programs: what one says is none of the other's business. */
static void test_runs_the_program_of_its_build(void **state)
{
	struct gng_build builds[2];
	struct gng_test tests[2];
	struct gng_record *records;
	size_t num_records;
	struct trap trap, other;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	trap_set(&other, "exit 5");
	builds[0] = trap.build;
	builds[1] = other.build;
	builds[1].name = "asan";
	trap.home.builds = builds;
	trap.home.num_builds = 2;
	tests[0] = tests[1] = trap.test;
	tests[0].build = "asan";
	trap.plan = (struct gng_plan){.num_tests = 2, .tests = tests};
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_int_equal(num_records, 2);
	assert_string_equal(gng_verdict_name(records[0].verdict), "FAIL");
	assert_string_equal(gng_verdict_name(records[1].verdict), "PASS");
	gng_records_free(records, num_records);
	/* and its own table: an old program is found in the second build, too */
	trap_write(&other, "tests/conformance.trap.one", "#!/bin/sh\n", 0755);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "ERROR");
	assert_non_null(strstr(records[0].reason, "older than its source"));
	assert_string_equal(gng_verdict_name(records[1].verdict), "PASS");
	gng_records_free(records, num_records);
	trap_remove(&other);
	trap_remove(&trap);
}

/* Each attempt says what stands in its line of a file. */
#define SKIPS "printf 'skip\\tnone\\tbuy\\nend\\tok\\n' >&3; exit 77"
#define NOISY "printf 'inconclusive\\tnoisy\\t\\nassertions\\t1\\nend\\tok\\n' >&3"

static void check_repeat(const char *first, const char *second, enum gng_verdict verdict)
{
	struct gng_record *record;
	struct trap trap;
	char body[1024];

	snprintf(body, sizeof(body), "[ -e \"$0.n\" ] && { %s\nexit; }\ntouch \"$0.n\"\n%s", second,
		 first);
	trap_set(&trap, body);
	trap.options.num_repeat = 2;
	record = run_one(&trap);
	assert_string_equal(gng_verdict_name(record->verdict), gng_verdict_name(verdict));
	assert_int_equal(record->attempt, 2);
	gng_records_free(record, 1);
	trap_remove(&trap);
}

static void worst_attempt_is_reported_in_either_order(void **state)
{
	static const struct {
		const char *body;
		enum gng_verdict verdict;
	} rows[] = {{TRAP_PASSES, GNG_PASS},
		    {SKIPS, GNG_SKIP},
		    {NOISY, GNG_INCONCLUSIVE},
		    {"exit 5", GNG_FAIL},
		    {"echo lie >&3", GNG_ERROR}};

	(void)state;
	for (size_t i = 0; i + 1 < COUNT_OF(rows); i++) {
		check_repeat(rows[i].body, rows[i + 1].body, rows[i + 1].verdict);
		check_repeat(rows[i + 1].body, rows[i].body, rows[i + 1].verdict);
	}
}

static void report_of_many_lines_arrives_whole(void **state)
{
	struct gng_record *record;
	struct trap trap;

	(void)state;
	trap_set(&trap,
		 "i=100; while [ $i -lt 350 ]; do "
		 "printf 'note\\tk%d\\t%0100d\\n' $i $i; i=$((i + 1)); done >&3\n" TRAP_PASSES);
	record = run_one(&trap);
	assert_int_equal(record->verdict, GNG_PASS);
	assert_int_equal(record->num_notes, 250);
	for (size_t i = 0; i < 250; i++) {
		char key[8];

		snprintf(key, sizeof(key), "k%zu", i + 100);
		assert_string_equal(record->notes[i].key, key);
		assert_int_equal(strlen(record->notes[i].value), 100);
		assert_string_equal(record->notes[i].value + 97, key + 1);
	}
	gng_records_free(record, 1);
	trap_remove(&trap);
}

/* ---- budgets ---- */

static double floor_of_seven(const void *context, double quantile)
{
	(void)context;
	return 7 * quantile;
}

/* The noise is noted beside each figure that has a quantile, and beside no other. */
static void floor_is_noted_at_each_quantile(void **state)
{
	static const char *const quantiles[] = {"0", "0.5", "1"};
	const struct gng_floor floor = {floor_of_seven, NULL};
	char body[512] = "printf '";
	struct gng_record *record;
	struct trap trap;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(quantiles); i++)
		snprintf(body + strlen(body), 64,
			 "measure\\tm%zu\\t9\\tus\\t1\\tnan\\tnan\\t%s\\t\\n", i, quantiles[i]);
	strcat(body, "' >&3\n" TRAP_PASSES);
	trap_set(&trap, body);
	trap.options.floor = &floor;
	record = run_one(&trap);
	assert_int_equal(record->verdict, GNG_PASS);
	assert_int_equal(record->num_figures, 3);
	assert_true(isnan(record->figures[0].floor_ns));
	assert_true(record->figures[1].floor_ns == 3.5);
	assert_true(record->figures[2].floor_ns == 7);
	gng_records_free(record, 1);
	trap_remove(&trap);
}

static void check_budget(const char *value, double scale, enum gng_verdict verdict,
			 const char *reason)
{
	struct gng_budget budgets[] = {
		{.metric = "springs", .limit = 8, .unit = "us", .machine = "lab"},
		{.metric = "springs", .limit = 4, .unit = "us", .machine = "*"},
	};
	struct gng_record *record;
	struct trap trap;
	char body[512];

	snprintf(body, sizeof(body),
		 "printf 'measure\\tother\\t99\\tus\\t1\\tnan\\tnan\\t0\\t\\n%s' >&3\n" TRAP_PASSES,
		 value);
	trap_set(&trap, body);
	trap.test.num_budgets = COUNT_OF(budgets);
	trap.test.budgets = budgets;
	trap.options.budget_scale = scale;
	record = run_one(&trap);
	assert_string_equal(gng_verdict_name(record->verdict), gng_verdict_name(verdict));
	if (reason)
		assert_string_equal(record->reason, reason);
	assert_false(record->figures[0].judged);
	if (record->num_figures > 1) {
		assert_true(record->figures[1].judged);
		assert_true(record->figures[1].budget.limit == 4);
		assert_int_equal(record->figures[1].verdict, verdict);
		assert_true(isnan(record->figures[1].floor_ns));
	}
	gng_records_free(record, 1);
	trap_remove(&trap);
}

static void check_only_figure(void)
{
	struct gng_budget budget = {.metric = "springs", .limit = 4, .unit = "us", .machine = "*"};
	struct gng_record *record;
	struct trap trap;

	trap_set(&trap,
		 "printf 'measure\\tsprings\\t3\\tus\\t1\\tnan\\tnan\\t0\\t\\n' >&3\n" TRAP_PASSES);
	trap.test.num_budgets = 1;
	trap.test.budgets = &budget;
	record = run_one(&trap);
	assert_string_equal(gng_verdict_name(record->verdict), "PASS");
	assert_true(record->figures[0].judged);
	gng_records_free(record, 1);
	trap_remove(&trap);
}

static void budget_limits_the_figure_of_its_name(void **state)
{
	(void)state;
	check_budget("measure\\tsprings\\t4\\tus\\t1\\tnan\\tnan\\t0\\t\\n", 1, GNG_PASS, NULL);
	check_budget("measure\\tsprings\\t5\\tus\\t1\\tnan\\tnan\\t0\\t\\n", 1, GNG_FAIL,
		     "springs takes 5 us (95 %: 5 to 5); the limit is <= 4");
	check_budget("measure\\tsprings\\t5\\tus\\t1\\t3\\t6\\t0\\t\\n", 1, GNG_INCONCLUSIVE, NULL);
	check_budget("", 1, GNG_FAIL, "it measured no springs, which its budget limits");
	check_only_figure();
}

/* Her answer comes in pieces of what is free in the runner's buffer of 4096 bytes: the last one
 * here has a single byte. */
static void report_that_ends_one_byte_behind_a_buffer_arrives_whole(void **state)
{
	static const char word[] = "note\tlength\t";
	const size_t len = 4097 - sizeof(struct nanny_result) - strlen(word) - 1;
	char body[256];
	struct gng_record *records;
	struct trap trap;

	(void)state;
	snprintf(body, sizeof(body),
		 "printf 'assertions\\t1\\ncases\\t0\\t0\\nend\\tok\\n' >$$\n"
		 "{ printf 'note\\tlength\\t%%0*d\\n' $((%zu - $(wc -c <$$))) 0; cat $$; } >&3\n",
		 len);
	trap_set(&trap, body);
	records = run_one(&trap);
	if (records->verdict != GNG_PASS)
		fail_msg("%s", records->reason);
	assert_int_equal(records->num_notes, 1);
	gng_records_free(records, 1);
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(run_leaves_no_descriptor_and_no_folder, "H1.run.isolation"),
	TEST(what_a_dead_process_noted_is_undone_after_a_test, "H1.run.isolation"),
	TEST(test_sees_this_environment, "H1.run.isolation"),
	TEST(test_blocks_no_signal, "H1.run.isolation"),
	TEST(variant_and_run_under_are_passed_on, "H1.run.plan"),
	TEST(run_under_has_more_time_and_so_many_words, "H1.run.plan"),
	TEST(record_tells_when_how_long_and_how_again, "H1.run.records"),
	TEST(repro_names_a_slow_test_and_another_build, "H1.run.records"),
	TEST(test_runs_the_program_of_its_build, "H1.run.plan"),
	TEST(worst_attempt_is_reported_in_either_order, "H1.run.repeat"),
	TEST(budget_limits_the_figure_of_its_name, "H1.budget.file"),
	TEST(floor_is_noted_at_each_quantile, "H1.run.records"),
	TEST(report_of_many_lines_arrives_whole, "H1.run.records"),
	TEST(report_that_ends_one_byte_behind_a_buffer_arrives_whole, "H1.run.records"),
	{0},
};
