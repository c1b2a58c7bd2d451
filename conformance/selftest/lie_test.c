/* SPDX-License-Identifier: Apache-2.0 */
/* lie_test.c - the selftest itself goes red: traps are spoiled until a gate cannot catch them. */
#include "fixture.h"

#define LIST                                                                   \
	"#!/bin/sh\n"                                                          \
	"[ \"$1\" = --list ] && {\n"                                           \
	" printf 'triple_fault\\t0\\t\\ninsmod_returns_0\\t0\\t\\n'; exit 0\n" \
	"}\n"

static const char *const insmod[] = {"insmod-returns-0", "asserts-nothing", NULL};

/* To the selftest a gate that lets a lie through looks like this: the program says PASS with all
 * that belongs to it, and the record agrees. */
static void a_lie_that_comes_out_green_is_named_with_its_gate(void **state)
{
	(void)state;
	fixture_open();
	fixture_trap("conformance.trap.guest",
		     LIST "[ -z \"$GNG_RUNNER\" ] ||\n"
			  "printf 'assertions\\t1\\ncases\\t12\\t12\\nend\\tok\\n' >&3\n");
	assert_int_equal(fixture_run(insmod), 1);
	fixture_expect("stdout", "\nLIED  insmod-returns-0\n"
				 "      gate: judge: executed against declared vectors\n");
	fixture_expect("stdout", "the lie came out PASS, not FAIL: without a reason\n");
	fixture_expect("stdout", "NO-GO   selftest   2 of 2 cases in ");
	fixture_expect("stdout", "1 of 2 gates lied: insmod-returns-0");
	fixture_expect("stdout", "\n1 held, 1 lied, 0 skipped\n");
}

static void a_red_for_another_reason_is_no_catch(void **state)
{
	(void)state;
	fixture_open();
	fixture_trap("conformance.trap.guest",
		     LIST "[ -z \"$GNG_RUNNER\" ] || printf 'failed\\tbad luck\\nassertions\\t1\\n"
			  "cases\\t12\\t12\\nend\\tfailed\\n' >&3\n");
	assert_int_equal(fixture_run(insmod), 1);
	fixture_expect("stdout", "the reason 'bad luck' lacks '0 vectors executed, 12 declared'");
}

static void a_trap_that_does_not_spring_is_no_proof(void **state)
{
	(void)state;
	fixture_open();
	fixture_trap("conformance.trap.guest", LIST "exit 3\n");
	assert_int_equal(fixture_run(insmod), 1);
	fixture_expect("stdout", "the trap does not spring: alone it exits 3, not 0");
}

static void a_trap_whose_program_is_gone_is_a_lie(void **state)
{
	(void)state;
	fixture_open();
	fixture_trap("conformance.trap.guest", NULL);
	assert_int_equal(fixture_run(insmod), 1);
	fixture_expect("stdout", "its program is gone:");
}

static void a_control_that_is_red_is_a_lie(void **state)
{
	static const char *const words[] = {"honest-test", "insmod-returns-0", NULL};

	(void)state;
	fixture_open();
	fixture_trap("conformance.trap.suite", "#!/bin/sh\nexit 0\n");
	assert_int_equal(fixture_run(words), 1);
	fixture_expect("stdout", "\nLIED  honest-test\n");
	fixture_expect("stdout", "it came out ERROR, not PASS:");
	fixture_expect("stdout", "\n1 held, 1 lied, 0 skipped\n");
}

static void a_folder_without_traps_is_a_fault_of_the_harness(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(rename(fixture_path("traps"), "away"), 0);
	assert_int_equal(fixture_run(insmod), 99);
	fixture_expect("stderr", "the folder of the trap programs: No such file or directory");
}

const struct suite_test suite_tests[] = {
	TEST(a_lie_that_comes_out_green_is_named_with_its_gate, "H1.selftest.names"),
	TEST(a_red_for_another_reason_is_no_catch, "H1.selftest.names"),
	TEST(a_trap_that_does_not_spring_is_no_proof, "H1.selftest.sprung"),
	TEST(a_trap_whose_program_is_gone_is_a_lie, "H1.selftest.sprung"),
	TEST(a_control_that_is_red_is_a_lie, "H1.selftest.green"),
	TEST(a_folder_without_traps_is_a_fault_of_the_harness, "H1.selftest.sprung"),
	{0},
};
