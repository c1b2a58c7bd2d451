/* SPDX-License-Identifier: Apache-2.0 */
/* timers_test.c - the hook of the timer, interrupt controllers and timers on the bare machine, and
 * what becomes of the article's own handler there. */
/* requires: gcc qemu-system-x86_64 */
#include "pc.h"

static struct bare_run run;

static void the_hook_runs_once_a_tick(void **state)
{
	(void)state;
	pc_passes(&run, "timers", PC_EXACT);
}

static void the_tsc_deadline_fires(void **state)
{
	static const char words[] = "the_tsc_deadline_fires # SKIP ";
	char path[4096], *reason;

	(void)state;
	assert_true(pc_image(path, &pc_setups[0], "deadline"));
	pc_run(&run, &pc_setups[0], path, PC_EXACT);
	bare_judge(&run, "deadline", PC_SUCCESS);
	reason = strstr(run.output, words);
	if (!reason)
		return;
	reason += strlen(words);
	*strchrnul(reason, '\n') = '\0';
	gng_probe_skip(reason, "run it in an emulator whose processor has it; TCG has none");
}

static double figure(const char *name)
{
	return bare_figure(&run, name);
}

/* As printed: one tick, and then no more: interrupts stay off, the PIC waits for its end, 8 of 15
 * integer registers are lost, and of the frame four words and what aligned it stay on the stack. */
static void the_handler_of_the_article_ticks_once(void **state)
{
	char path[4096];

	(void)state;
	assert_true(pc_image(path, &pc_setups[0], "article"));
	pc_run(&run, &pc_setups[0], path, PC_EXACT);
	bare_judge(&run, "article", PC_SUCCESS);
	assert_int_equal(figure("article_ticks"), 1);
	assert_int_equal(figure("article_interrupts_on"), 0);
	assert_int_equal(figure("article_in_service"), 1);
	assert_int_equal(figure("article_stack_lost"), 40);
	assert_int_equal(figure("article_integer_registers_lost"), 8);
	assert_int_equal(figure("article_vector_registers_lost"), 16);
	assert_int_equal(figure("article_direction_flag"), 1);
}

const struct suite_test suite_tests[] = {
	TEST_ONCE(the_hook_runs_once_a_tick, "K1.x86.timer"),
	TEST_ONCE(the_tsc_deadline_fires, "K1.x86.deadline"),
	TEST_ONCE(the_handler_of_the_article_ticks_once, "K1.x86.timer"),
	{0},
};
