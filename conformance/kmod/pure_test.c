/* SPDX-License-Identifier: Apache-2.0 */
/* pure_test.c - the KUnit tests of what the driver decides without a device, in the debug kernel.
 */
/* needs: gauge lab sysfile */
#include "guest.h"

#include "../bare.h"

#define RESULTS "/sys/kernel/debug/kunit/gonogo_edu/results"
#define NUM_CASES 4 /* of gonogo_edu_kunit.c */

/* without_indent makes the lines of a suite, which KTAP puts behind four spaces, those of a run;
 * the suite's own line, which has none, goes. */
static void without_indent(struct bare_run *run, const char *text)
{
	size_t len = 0;

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const size_t whole = strcspn(line, "\n") + 1;

		if (strncmp(line, "    ", 4) != 0 || whole - 4 >= sizeof(run->output) - len)
			continue;
		memcpy(run->output + len, line + 4, whole - 4);
		len += whole - 4;
	}
	run->output[len] = '\0';
}

static void each_case_of_kunit_passes(void **state)
{
	struct bare_run run = {0};
	char *text;

	(void)state;
	if (!in_debug_kernel() ||
	    !module_load("kmod", "gonogo_edu_kunit", "", "gonogo lab run kmod-debug"))
		return;
	text = gng_sysfile_text("", RESULTS);
	assert_non_null(text);
	without_indent(&run, text);
	bare_judge(&run, text, 0);
	assert_int_equal(bare_planned(run.output), NUM_CASES);
	assert_non_null(strstr(text, "\nok 1 gonogo_edu\n"));
	free(text);
	module_unload("gonogo_edu_kunit");
}

GUEST_PASSES(a_guest_passes_kunit, "6.1-debug", "pure.each_case_of_kunit_passes",
	     "append: kunit.enable=1\n")

const struct suite_test suite_tests[] = {
	TEST(each_case_of_kunit_passes, "K8.kmod.debug"),
	TEST_SLOW(a_guest_passes_kunit, "K8.kmod.debug"),
	{0},
};
