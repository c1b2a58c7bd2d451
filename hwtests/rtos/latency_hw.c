/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency_hw.c - latencies in instructions under -icount on the microbit, the same in three runs.
 * They are no cycles: an exception's stacking and wait states count nothing here.
 */
/* requires: arm-none-eabi-gcc qemu-system-arm */
#include "qemu.h"

#include <math.h>

/* figure_of runs an image three times; all must say the same. */
static double figure_of(const char *image, const char *name)
{
	static struct bare_run first, again;

	qemu_passes(&first, &qemu_boards[0], image, true);
	for (int i = 0; i < 2; i++) {
		qemu_passes(&again, &qemu_boards[0], image, true);
		assert_string_equal(first.output, again.output);
	}
	return bare_figure(&first, name);
}

static void report(const char *metric, double value, const char *unit)
{
	struct gng_measure measure = {.value = value, .n = 3, .lo = value, .hi = value};

	snprintf(measure.name, sizeof(measure.name), "%s", metric);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	gng_probe_measure(&measure);
}

/* The longest time that the workload of two tasks keeps an interrupt waiting. */
static void interrupt_to_handler_worst(void **state)
{
	(void)state;
	report("interrupt_to_handler_worst", figure_of("workload", "worst"), "insns");
}

static void interrupt_to_task_worst(void **state)
{
	(void)state;
	report("interrupt_to_task_worst", figure_of("to_task", "worst"), "insns");
}

static void workload_iterations(void **state)
{
	(void)state;
	report("workload_iterations", figure_of("workload", "iterations"), "loops");
}

static void quiet_interrupt_to_handler(void **state)
{
	(void)state;
	report("quiet_interrupt_to_handler", figure_of("latency", "interrupt_to_handler"), "insns");
}

static void quiet_interrupt_to_task(void **state)
{
	(void)state;
	report("quiet_interrupt_to_task", figure_of("latency", "interrupt_to_task"), "insns");
}

static void context_switch(void **state)
{
	(void)state;
	report("context_switch", figure_of("latency", "switch_by_yield"), "insns");
}

static void mutex_hand_over(void **state)
{
	(void)state;
	report("mutex_hand_over", figure_of("latency", "mutex_hand_over"), "insns");
}

/* What the build measured: see `build`. */
static double size_of(const char *word)
{
	char path[4096], text[256] = "", *at;
	FILE *file;

	qemu_image(path, "cortex-m0", "footprint");
	strcpy(strrchr(path, '/'), "/sizes");
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	at = strstr(text, word);
	assert_non_null(at);
	return strtod(at + strlen(word), NULL);
}

static void rom_of_two_tasks(void **state)
{
	(void)state;
	report("rom_of_two_tasks", size_of("rom "), "bytes");
}

static void ram_of_the_kernel(void **state)
{
	(void)state;
	report("ram_of_the_kernel", size_of("ram "), "bytes");
}

const struct suite_test suite_tests[] = {
	TEST_COUNTS(interrupt_to_handler_worst, "K3.latency.critical"),
	TEST_COUNTS(interrupt_to_task_worst, "K3.latency.task"),
	TEST_COUNTS(workload_iterations, "K3.latency.throughput"),
	TEST_COUNTS(quiet_interrupt_to_handler, "K3.latency.quiet"),
	TEST_COUNTS(quiet_interrupt_to_task, "K3.latency.quiet"),
	TEST_COUNTS(context_switch, "K3.latency.switch"),
	TEST_COUNTS(mutex_hand_over, "K3.latency.mutex"),
	TEST_COUNTS(rom_of_two_tasks, "K3.rtos.footprint"),
	TEST_COUNTS(ram_of_the_kernel, "K3.rtos.footprint"),
	{0},
};
