/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latency_hw.c - instructions between an interrupt and its handler, and bytes of the image. Under
 * -icount they are the same in each run; they are no cycles, and no time.
 */
/* requires: gcc qemu-system-x86_64 */
#include "../suite.h"

#include "../../conformance/x86/pc.h"

static struct bare_run first, again;

static void report(const char *metric, double value, const char *unit, uint64_t n)
{
	struct gng_measure measure = {.value = value, .n = n, .lo = value, .hi = value};

	snprintf(measure.name, sizeof(measure.name), "%s", metric);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	gng_probe_measure(&measure);
}

/* The histogram of 256 interrupts at several places of a workload, the same in three runs. */
static void interrupt_to_handler_worst(void **state)
{
	char path[4096];

	(void)state;
	assert_true(pc_image(path, &pc_setups[0], "latency"));
	pc_run(&first, &pc_setups[0], path, PC_COUNTED);
	bare_judge(&first, "latency", PC_SUCCESS);
	for (int i = 0; i < 2; i++) {
		pc_run(&again, &pc_setups[0], path, PC_COUNTED);
		assert_string_equal(again.output, first.output);
	}
	assert_true(bare_lines(first.output, "# late ") >= 5);
	report("interrupt_to_handler_worst", bare_figure(&first, "interrupt_to_handler_worst"),
	       "insns", 256);
}

/* What the build measured: the largest image of cases, with the kernel that it is about. */
static void text_of_the_largest_image(void **state)
{
	char path[4096], text[64] = "";
	FILE *file;

	(void)state;
	bare_image(path, "x86", "gcc/sizes");
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_int_equal(strncmp(text, "text ", 5), 0);
	report("text_of_the_largest_image", strtod(text + 5, NULL), "bytes", 1);
}

const struct suite_test suite_tests[] = {
	TEST_COUNTS(interrupt_to_handler_worst, "K1.x86.latency"),
	TEST_COUNTS(text_of_the_largest_image, "K1.x86.footprint"),
	{0},
};
