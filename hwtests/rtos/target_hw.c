/* SPDX-License-Identifier: Apache-2.0 */
/* target_hw.c - the ports on four boards of QEMU: registers, interrupts, faults, a million
 * switches. */
/* requires: arm-none-eabi-gcc qemu-system-arm */
#include "qemu.h"

static void on_all_boards(const char *name)
{
	static struct bare_run run;

	for (size_t i = 0; i < COUNT_OF(qemu_boards); i++)
		qemu_passes(&run, &qemu_boards[i], name, true);
}

static void registers_survive_preemption_and_nested_interrupts(void **state)
{
	(void)state;
	on_all_boards("registers");
}

static void a_million_switches_lose_nothing(void **state)
{
	static struct bare_run run;

	(void)state;
	qemu_passes(&run, &qemu_boards[0], "million", true);
}

static void a_hard_fault_is_reported(void **state)
{
	(void)state;
	on_all_boards("hardfault");
}

static void a_stack_overflow_is_caught(void **state)
{
	(void)state;
	on_all_boards("overflow");
}

static void the_nrf_timer_ticks_and_sleeps(void **state)
{
	static struct bare_run run;

	(void)state;
	qemu_passes(&run, &qemu_boards[0], "nrf", true);
}

static void the_example_controls_and_logs_its_fault(void **state)
{
	static struct bare_run run;

	(void)state;
	on_all_boards("control");
	qemu_passes(&run, &qemu_boards[0], "control", true);
	assert_non_null(strstr(run.output, "# fault: no sample"));
}

/* The judge itself: an image that ends with 0 after too few lines does not pass. */
static void an_exit_code_alone_is_no_success(void **state)
{
	static struct bare_run run;
	char path[4096];

	(void)state;
	qemu_image(path, "cortex-m3", "hardfault");
	qemu_run(&run, "microbit", path, true); /* a v7-M image on a v6-M processor */
	assert_true(run.is_late || !WIFEXITED(run.status) || WEXITSTATUS(run.status) != 0 ||
		    bare_lines(run.output, "ok ") != 4);
}

const struct suite_test suite_tests[] = {
	TEST_COUNTS(registers_survive_preemption_and_nested_interrupts,
		    "K3.rtos.ports K3.port.nested"),
	TEST_COUNTS(a_million_switches_lose_nothing, "K3.port.million"),
	TEST_COUNTS(a_hard_fault_is_reported, "K3.port.fault"),
	TEST_COUNTS(a_stack_overflow_is_caught, "K3.port.overflow"),
	TEST_COUNTS(the_nrf_timer_ticks_and_sleeps, "K3.port.nrf K3.time.tickless"),
	TEST_COUNTS(the_example_controls_and_logs_its_fault, "K3.example"),
	TEST_COUNTS(an_exit_code_alone_is_no_success, "K3.port.contract"),
	{0},
};
