/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo mem prove`: words, JSON, refusals. */
/* requires: jansson */
#include <jansson.h>

#include "../command.h"

static void it_says_what_was_granted(void **state)
{
	json_t *answer;
	int status;

	(void)state;
	assert_int_equal(command("gonogo-mem prove --size 4M --backend small"), 0);
	assert_non_null(strstr(command_out, "as requested"));
	status = command("gonogo-mem prove --size 4M --json");
	answer = command_json();
	assert_true(json_is_object(answer));
	assert_int_equal(json_integer_value(json_object_get(answer, "len")), 4 << 20);
	assert_int_equal(status == 0,
			 *json_string_value(json_object_get(answer, "shortfall")) == '\0');
	json_decref(answer);
}

static const struct command_refusal refused[] = {
	{"", "'prove'", 2},
	{"disprove --size 1M", "'disprove'", 2},
	{"prove", "--size SIZE", 2},
	{"prove --size", "--size", 2},
	{"prove --size 0", "'0'", 2},
	{"prove --size -1", "'-1'", 2},
	{"prove --size 1T", "'1T'", 2},
	{"prove --size 99999999999999999999G", "'99999999999999999999G'", 2},
	{"prove --size 18446744073709551615", "quarter", 2},
	{"prove --size 1M --node x", "'x'", 2},
	{"prove --size 1M --node 64", "'64'", 2},
	{"prove --size 1M --backend swap", "'swap'", 2},
	{"prove --size 1M --colour", "--colour", 2},
	{"prove --size 1M --node 63", "node 63", 3},
	{"prove --size 1024G --backend hugetlb", "", 3},
};

static void a_wrong_word_is_named(void **state)
{
	(void)state;
	command_refuses("gonogo-mem", refused, COUNT_OF(refused));
}

const struct suite_test suite_tests[] = {
	TEST(it_says_what_was_granted, "D3.mem.command"),
	TEST(a_wrong_word_is_named, "D3.mem.command"),
	{0},
};
