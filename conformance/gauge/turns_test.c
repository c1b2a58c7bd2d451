/* SPDX-License-Identifier: Apache-2.0 */
/* turns_test.c - which tests run at once, in which order, and which in one build only. */
#include "trap.h"

#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#define CROWD 5

struct crowd {
	struct trap trap;
	struct gng_test tests[CROWD];
	size_t last_done, num_told, num_waits;
};

static void told(void *context, const struct gng_record *record, size_t done, size_t total)
{
	struct crowd *crowd = context;

	assert_non_null(record->test);
	assert_int_equal(done, crowd->last_done + 1);
	assert_int_equal(total, CROWD);
	crowd->last_done = done;
	crowd->num_told++;
}

static void waits(void *context, const struct gng_test *running, size_t done, size_t total)
{
	struct crowd *crowd = context;

	assert_non_null(running);
	assert_int_equal(done, crowd->last_done);
	assert_int_equal(total, CROWD);
	crowd->num_waits++;
}

/* "await CONDITION" gives it five seconds. */
#define AWAIT "await() { i=0; until $1 || [ $i -ge 50 ]; do i=$((i + 1)); sleep 0.1; done; }\n"

/*
 * crowd_run runs three tests, a hardware test that measures and one that counts, which took costs_s
 * the last time. Each writes down how many of the three it saw at work. Who belongs to a crowd
 * waits until it is complete, and leaves when all have looked: a busy machine only takes longer.
 */
static char *crowd_run(struct crowd *crowd, unsigned int num_jobs, const double *costs_s)
{
	static const char script[] =
		"#!/bin/sh\n"
		"[ \"$1\" = --list ] && { printf "
		"'t0\\t0\\tH1\\nt1\\t0\\tH1\\nt2\\t0\\tH1\\n'; exit 0; }\n" AWAIT
		"complete() { set -- at.*; [ $# -ge $crowd ]; }\n"
		"seen_by_all() { [ \"$(wc -l <seen)\" -ge $looks ]; }\n"
		"own=$2; cd \"${0%/*}\"; read -r crowd looks <expected\n"
		": >\"at.$own\"; sleep 0.3; await complete; set -- at.*\n"
		"echo \"$own $#\" >>seen; await seen_by_all; rm \"at.$own\"\n" TRAP_PASSES;
	static const char hardware[] =
		"#!/bin/sh\n"
		"[ \"$1\" = --list ] && { printf 'h0\\t0\\tH1\\nh1\\t16\\tH1\\n'; exit 0; }\n" AWAIT
		"complete() { set -- at.*; [ -e \"$1\" ] || set --; [ $# -ge $crowd ]; }\n"
		"own=$2; cd \"${0%/*}\"; read -r crowd looks <expected\n"
		"[ $own$crowd = h13 ] || crowd=0; sleep 0.2; await complete\n"
		"set -- at.*; [ -e \"$1\" ] || set --; echo \"$own $#\" >>seen\n" TRAP_PASSES;
	static char *const functions[CROWD] = {"t0", "t1", "t2", "h0", "h1"};
	static char *const ids[CROWD] = {"conformance.trap.one.t0", "conformance.trap.one.t1",
					 "conformance.trap.one.t2", "hwtests.trap.one.h0",
					 "hwtests.trap.one.h1"};
	struct gng_record *records;
	size_t num_records;

	trap_set(&crowd->trap, "");
	trap_write(&crowd->trap, "tests/conformance.trap.one", script, 0755);
	trap_write(&crowd->trap, "tests/hwtests.trap.one", hardware, 0755);
	trap_write(&crowd->trap, "tests/expected", num_jobs == 1 ? "1 1\n" : "3 4\n", 0644);
	for (size_t i = 0; i < CROWD; i++) {
		crowd->tests[i] = crowd->trap.test;
		crowd->tests[i].id = ids[i];
		crowd->tests[i].function = functions[i];
		if (i >= 3)
			crowd->tests[i].suite = "hwtests";
		if (i == 4)
			crowd->tests[i].flags = GNG_TEST_COUNTS;
	}
	crowd->trap.plan = (struct gng_plan){.num_tests = CROWD, .tests = crowd->tests};
	crowd->trap.options.num_jobs = num_jobs;
	crowd->trap.options.costs_s = costs_s;
	crowd->trap.options.on_record = told;
	crowd->trap.options.on_wait = waits;
	crowd->trap.options.context = crowd;
	assert_int_equal(gng_run(&records, &num_records, &crowd->trap.options, NULL), GNG_OK);
	assert_int_equal(num_records, CROWD);
	for (size_t i = 0; i < CROWD; i++) {
		assert_ptr_equal(records[i].test, &crowd->tests[i]);
		assert_string_equal(gng_verdict_name(records[i].verdict), "PASS");
	}
	gng_records_free(records, num_records);
	assert_int_equal(crowd->num_told, CROWD);
	assert_true(crowd->num_waits > 0);
	return trap_text(&crowd->trap, "tests/seen");
}

static void as_many_tests_run_at_once_as_there_are_jobs(void **state)
{
	static const double costs_s[CROWD] = {2, 3, 2, 9, 1};
	struct crowd one = {0}, four = {0};
	char *seen;

	(void)state;
	seen = crowd_run(&one, 1, costs_s); /* the longest first, of equals the plan's first */
	assert_string_equal(seen, "t1 1\nt0 1\nt2 1\nh1 0\nh0 0\n");
	free(seen);
	trap_remove(&one.trap);
	seen = crowd_run(&four, 4, NULL);
	assert_non_null(strstr(seen, "t0 3\n"));
	assert_non_null(strstr(seen, "h1 3\n"));
	assert_non_null(strstr(seen, "h0 0\n")); /* what measures runs alone */
	free(seen);
	trap_remove(&four.trap);
}

/* What is the same in every build is planned for the first, and each program knows of it. */
static void a_program_may_have_tests_of_another_build(void **state)
{
	struct gng_build builds[2];
	struct gng_test tests[3];
	struct gng_record *records;
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, "");
	trap_write(&trap, "tests/conformance.trap.one",
		   "#!/bin/sh\n[ \"$1\" = --list ] && { printf "
		   "'once\\t32\\tH1\\nsprings\\t0\\tH1\\n'; exit 0; }\n" TRAP_PASSES,
		   0755);
	builds[0] = builds[1] = trap.build;
	builds[1].name = "asan";
	trap.home.builds = builds;
	trap.home.num_builds = 2;
	tests[0] = tests[1] = tests[2] = trap.test;
	tests[0].function = "once";
	tests[0].flags = GNG_TEST_ONCE;
	tests[1].build = "asan";
	trap.plan = (struct gng_plan){.num_tests = 3, .tests = tests};
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_int_equal(num_records, 3);
	for (size_t i = 0; i < num_records; i++)
		assert_string_equal(gng_verdict_name(records[i].verdict), "PASS");
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* copies makes a plan of num tests, which are the trap's. */
static struct gng_test *copies(struct trap *trap, size_t num)
{
	struct gng_test *tests = calloc(num, sizeof(*tests));

	assert_non_null(tests);
	for (size_t i = 0; i < num; i++)
		tests[i] = trap->test;
	trap->plan = (struct gng_plan){.num_tests = num, .tests = tests};
	trap->options.num_jobs = (unsigned int)num;
	return tests;
}

static void each_program_of_a_plan_is_asked(void **state)
{
	struct gng_record *records;
	size_t num_records;
	struct gng_test *tests;
	struct trap trap;

	(void)state;
	trap_set(&trap, TRAP_PASSES);
	tests = copies(&trap, 2);
	tests[1].stem = "two";
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_string_equal(gng_verdict_name(records[0].verdict), "PASS");
	assert_string_equal(records[1].reason, "conformance.trap.two is not built");
	gng_records_free(records, num_records);
	free(tests);
	trap_remove(&trap);
}

/* num_children counts the processes of this one: each test has one that watches it. */
static size_t num_children(void)
{
	FILE *file = fopen("/proc/thread-self/children", "r");
	size_t num = 0;
	int pid;

	assert_non_null(file);
	while (fscanf(file, "%d", &pid) == 1)
		num++;
	fclose(file);
	return num;
}

struct full_room {
	struct trap trap;
	size_t before, most;
};

/* let_go is told when the runner waits, and then it has begun all that there is room for: none of
 * them ends before this lets it. */
static void let_go(void *context, const struct gng_test *running, size_t done, size_t total)
{
	struct full_room *room = context;
	const size_t num = num_children() - room->before;

	(void)running;
	(void)done;
	(void)total;
	room->most = num > room->most ? num : room->most;
	trap_write(&room->trap, "tests/go", "", 0644);
}

/* There is room for 64 at once, however many are wanted. */
static void no_more_run_at_once_than_there_is_room_for(void **state)
{
	struct full_room room = {0};
	struct gng_record *records;
	size_t num_records;
	struct gng_test *tests;

	(void)state;
	if (access("/proc/thread-self/children", R_OK) != 0) {
		gng_probe_skip("this kernel lists nobody's children", "CONFIG_PROC_CHILDREN=y");
		return;
	}
	trap_set(&room.trap, "cd \"${0%/*}\"; until [ -e go ]; do sleep 0.05; done\n" TRAP_PASSES);
	tests = copies(&room.trap, 66);
	room.before = num_children();
	room.trap.options.on_wait = let_go;
	room.trap.options.context = &room;
	assert_int_equal(gng_run(&records, &num_records, &room.trap.options, NULL), GNG_OK);
	for (size_t i = 0; i < num_records; i++)
		if (records[i].verdict != GNG_PASS)
			fail_msg("%s", records[i].reason);
	assert_int_equal(room.most, 64);
	gng_records_free(records, num_records);
	free(tests);
	trap_remove(&room.trap);
}

/* The first that ends cannot be recorded; the other would go on for twelve seconds. */
static void what_still_runs_at_an_error_is_ended(void **state)
{
	struct gng_record *records = NULL;
	const time_t begin = time(NULL);
	struct gng_test *tests;
	size_t num_records;
	char path[8192];
	struct trap trap;

	(void)state;
	trap_set(&trap, "mkdir \"$0.first\" || sleep 12\n" TRAP_PASSES);
	tests = copies(&trap, 2);
	snprintf(path, sizeof(path), "%s/records.jsonl", trap.folder);
	assert_int_equal(symlink("/dev/full", path), 0);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_ESYS);
	assert_true(time(NULL) - begin < 10);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	free(tests);
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(as_many_tests_run_at_once_as_there_are_jobs, "H1.run.isolation"),
	TEST(no_more_run_at_once_than_there_is_room_for, "H1.run.isolation"),
	TEST(what_still_runs_at_an_error_is_ended, "H1.run.isolation"),
	TEST(each_program_of_a_plan_is_asked, "H1.run.plan"),
	TEST(a_program_may_have_tests_of_another_build, "H1.run.plan"),
	{0},
};
