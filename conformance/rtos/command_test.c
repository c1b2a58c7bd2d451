/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo rtos`: exit statuses, JSON, and refusals in one sentence. */
#include "../command.h"

static void explore_exhausts_and_says_so(void **state)
{
	(void)state;
	assert_int_equal(command("gonogo-rtos explore --config small --json"), 0);
	assert_non_null(strstr(command_out, "\"state\":\"EXHAUSTED\",\"states\":3036,"));
	assert_non_null(strstr(command_out, "\"violation\":null}"));
	assert_int_equal(command("gonogo-rtos explore --list"), 0);
	assert_non_null(strstr(command_out, "standard"));
}

static void an_unfinished_search_is_exit_3_and_goes_on(void **state)
{
	(void)state;
	assert_int_equal(
		command("gonogo-rtos explore --config small --max-states 900 --save search.saved"),
		3);
	assert_non_null(strstr(command_out, "UNFINISHED: 900 states"));
	assert_int_equal(command("gonogo-rtos explore --config small --resume search.saved"), 0);
	assert_non_null(strstr(command_out, "EXHAUSTED: 3036 states"));
}

static void wrong_command_lines_are_refused_in_a_sentence(void **state)
{
	static const char *const wrong[] = {
		"",
		"nonsense",
		"explore --config nonsense",
		"explore --max-states 1",
		"explore --max-states x",
		"explore --seconds -1",
		"explore --nonsense",
		"explore more",
		"explore --resume no/such/file",
		"audit",
		"audit --nonsense",
		"audit no/such/file",
		"audit /proc/self/exe",
		"audit /dev/null",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		if (command("gonogo-rtos %s", wrong[i]) != 2)
			suite_fail("'%s' is not refused", wrong[i]);
		assert_true(strlen(command_err) > 20);
	}
	assert_int_equal(command("gonogo-rtos --help"), 0);
	assert_int_equal(command("gonogo-rtos explore --help"), 0);
	assert_int_equal(command("gonogo-rtos audit --help"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(explore_exhausts_and_says_so, "K3.verb"),
	TEST(an_unfinished_search_is_exit_3_and_goes_on, "K3.verb"),
	TEST(wrong_command_lines_are_refused_in_a_sentence, "K3.verb"),
	{0},
};
