/* SPDX-License-Identifier: Apache-2.0 */
/* guard_test.c - what the guard of a test sees to: its descriptors, its report however it comes,
 * its folder and its time. */
#include "trap.h"

#include <time.h>

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The first number behind the report's is free for the guard to take, or not. */
static void test_inherits_no_descriptor(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "ls /dev/fd/ >&2; for fd in 4 5 6 40; do [ -e /dev/fd/$fd ] && exit 1; "
			"done\n" TRAP_PASSES);
	for (int fd = 4; fd <= 6; fd++)
		close(fd);
	trap_springs(&trap, GNG_PASS, NULL);
	assert_int_equal(dup2(STDERR_FILENO, 4), 4);
	trap_springs(&trap, GNG_PASS, NULL);
	assert_int_equal(dup2(STDERR_FILENO, 40), 40);
	trap_springs(&trap, GNG_PASS, NULL);
	close(4);
	close(40);
	trap_remove(&trap);
}

static void report_may_come_byte_by_byte(void **state)
{
	(void)state;
	trap_expect("printf a >&3; sleep 0.2; printf s >&3; sleep 0.2\n"
		    "printf 'sertions\\t1\\ncases\\t0\\t0\\nend\\tok\\n' >&3\n",
		    GNG_PASS, NULL);
}

/* It is killed for that, though it would go on long behind its deadline. */
static void report_without_end_is_stopped(void **state)
{
	const double start_s = now_s();
	struct trap trap;

	(void)state;
	trap_set(&trap, "yes 'note\\ta\\tb' | head -c 20000000 >&3\nexec sleep 30\n");
	trap.options.timeout_s = 20;
	trap_springs(&trap, GNG_FAIL, "printed more than 16 MiB, killed");
	assert_true(now_s() - start_s < 20);
	trap_remove(&trap);
}

/* What is left behind by each of many tests would fill the disk before the run ends. */
static void folder_is_removed_before_the_next_test(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "set -- \"${TMPDIR%/*}\"/gonogo-test-*; echo \"$@\"; [ $# = 1 ] || exit 1\n"
			"mkdir -p \"$TMPDIR/a/b\"; : >\"$TMPDIR/a/b/c\"\n" TRAP_PASSES);
	trap.options.num_repeat = 3;
	trap_springs(&trap, GNG_PASS, NULL);
	trap_remove(&trap);
}

/* Whose parent has left becomes the guard's child, and ends as the test does not. */
static void orphan_that_ends_is_not_the_test(void **state)
{
	(void)state;
	trap_expect("(sh -c 'exit 3' &)\nsleep 0.6\n" TRAP_PASSES, GNG_PASS, NULL);
	trap_expect("(sh -c 'exit 0' &)\nsleep 0.6\n" TRAP_PASSES "exit 3\n", GNG_FAIL,
		    "exit status 3 contradicts its report");
}

static void record_says_how_long_the_test_took(void **state)
{
	struct gng_record *records;
	const double start_s = now_s();
	size_t num_records;
	struct trap trap;

	(void)state;
	trap_set(&trap, "sleep 0.7\n" TRAP_PASSES);
	assert_int_equal(gng_run(&records, &num_records, &trap.options, NULL), GNG_OK);
	assert_true(records[0].seconds >= 0.7);
	assert_true(records[0].seconds <= now_s() - start_s);
	gng_records_free(records, num_records);
	trap_remove(&trap);
}

/* ---- a run that is stopped ---- */

static volatile int stop;

static void stop_then(void *context, const struct gng_test *running, size_t done, size_t total)
{
	const struct trap *trap = context;
	char path[8192];

	(void)running;
	(void)done;
	(void)total;
	snprintf(path, sizeof(path), "%s/second", trap->folder);
	stop = access(path, F_OK) == 0;
}

/* Nobody knows what the attempt that was stopped would have been. */
static void attempt_that_is_stopped_is_worse_than_no_answer(void **state)
{
	struct trap trap;

	(void)state;
	trap_set(&trap, "cd \"${0%/*}/..\"\n"
			"if [ -e first ]; then : >second; exec sleep 30; fi\n: >first\n"
			"printf 'inconclusive\\ttoo noisy\\t\\n' >&3\n" TRAP_PASSES);
	trap.options.num_repeat = 2;
	trap.options.stop = &stop;
	trap.options.on_wait = stop_then;
	trap.options.context = &trap;
	trap_springs(&trap, GNG_MISSING, "the run was stopped before this test ended");
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(test_inherits_no_descriptor, "H1.run.isolation"),
	TEST(report_may_come_byte_by_byte, "H1.run.cross-check"),
	TEST(report_without_end_is_stopped, "H1.run.isolation"),
	TEST(folder_is_removed_before_the_next_test, "H1.run.isolation"),
	TEST(orphan_that_ends_is_not_the_test, "H1.run.isolation"),
	TEST(record_says_how_long_the_test_took, "H1.run.records"),
	TEST(attempt_that_is_stopped_is_worse_than_no_answer, "H1.run.repeat"),
	{0},
};
