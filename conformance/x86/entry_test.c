/* SPDX-License-Identifier: Apache-2.0 */
/* entry_test.c - interrupts and exceptions on the bare machine: what they leave as it was, and on
 * which stack they run. */
/* requires: gcc qemu-system-x86_64 */
#include "pc.h"

static struct bare_run run;

static void an_interrupt_leaves_everything_as_it_was(void **state)
{
	(void)state;
	pc_passes(&run, "entry", NULL);
}

static void exceptions_arrive_with_their_error_codes_and_stacks(void **state)
{
	(void)state;
	pc_passes(&run, "faults", NULL);
}

/* The judge itself: a triple fault ends QEMU with 0, and no output keeps a plan. */
static void a_triple_fault_is_no_success(void **state)
{
	char path[4096];

	(void)state;
	assert_true(pc_image(path, &pc_setups[0], "triple"));
	pc_run(&run, &pc_setups[0], path, NULL);
	assert_false(run.is_late);
	assert_true(WIFEXITED(run.status));
	assert_int_equal(WEXITSTATUS(run.status), 0);
	assert_non_null(strstr(run.output, "ok 1"));
	assert_false(bare_passed(&run, PC_SUCCESS));
	assert_false(bare_passed(&run, 0));
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(an_interrupt_leaves_everything_as_it_was, "K1.x86.entry K1.x86.gates"),
	TEST_ONCE(exceptions_arrive_with_their_error_codes_and_stacks, "K1.x86.stack K1.x86.gates"),
	TEST_ONCE(a_triple_fault_is_no_success, "K1.x86.contract"),
	{0},
};
