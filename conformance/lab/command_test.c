/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo lab`: its words, its JSON, and how it refuses. */
/* needs: gauge */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

static void the_cases_of_the_tree_are_listed(void **state)
{
	json_t *answer;

	(void)state;
	assert_int_equal(command("gonogo-lab list"), 0);
	assert_non_null(strstr(command_out, "lab-boot"));
	assert_int_equal(command("gonogo-lab list --json"), 0);
	answer = command_json();
	assert_true(json_is_array(answer));
	assert_true(json_is_string(json_object_get(json_array_get(answer, 0), "case")));
	json_decref(answer);
}

static const struct command_refusal refused[] = {
	{"", "'list' or 'run CASE'", 2},
	{"walk", "'walk'", 2},
	{"run", "wants the name of a case", 2},
	{"list more", "no further word", 2},
	{"run no-such", "there is no case 'no-such'", 2},
	{"--colour", "--colour", 2},
	{"run lab-boot --kernel", "--kernel", 2},
	{"run lab-boot --kernel 9.9-rt", "no chosen case boots such a kernel", 4},
	{"run lab-boot --out /dev/null/x", "/dev/null/x", 99},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	command_refuses("gonogo-lab", refused, COUNT_OF(refused));
}

static void without_kernels_a_run_is_incomplete(void **state)
{
	(void)state;
	setenv("GNG_LAB_KERNELS", "/nonexistent", 1);
	assert_int_equal(command("gonogo-lab run lab-boot --kernel 6.1-cloud --out ."), 3);
	assert_non_null(strstr(command_out, "SKIP"));
	assert_non_null(strstr(command_out, "ci/setup lab"));
}

const struct suite_test suite_tests[] = {
	TEST(the_cases_of_the_tree_are_listed, "H1.lab.command"),
	TEST(a_wrong_word_is_named, "H1.lab.command"),
	TEST(without_kernels_a_run_is_incomplete, "H1.lab.command"),
	{0},
};
