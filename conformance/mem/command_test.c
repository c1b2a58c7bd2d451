/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo mem prove`: words, JSON, refusals. */
/* requires: jansson */
#include "../suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static int run(char text[4096], const char *arguments)
{
	char command[4096];
	size_t len;
	FILE *out;
	int status;

	snprintf(command, sizeof(command), "%s/gonogo-mem %s 2>&1", getenv("GNG_BUILD_DIR"),
		 arguments);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(text, 1, 4095, out);
	text[len] = '\0';
	status = pclose(out);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void it_says_what_was_granted(void **state)
{
	char text[4096];
	json_t *answer;
	int status;

	(void)state;
	assert_int_equal(run(text, "prove --size 4M --backend small"), 0);
	assert_non_null(strstr(text, "as requested"));
	status = run(text, "prove --size 4M --json");
	answer = json_loads(text, 0, NULL);
	assert_true(json_is_object(answer));
	assert_int_equal(json_integer_value(json_object_get(answer, "len")), 4 << 20);
	assert_int_equal(status == 0,
			 *json_string_value(json_object_get(answer, "shortfall")) == '\0');
	json_decref(answer);
}

static const struct {
	const char *arguments, *words;
	int status;
} refused[] = {
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
	char text[4096];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const int status = run(text, refused[i].arguments);

		if (status != refused[i].status || !strstr(text, refused[i].words))
			suite_fail("mem %s: exit status %d, '%s'", refused[i].arguments, status,
				   text);
		assert_int_equal(status, refused[i].status);
	}
}

const struct suite_test suite_tests[] = {
	TEST(it_says_what_was_granted, "D3.mem.command"),
	TEST(a_wrong_word_is_named, "D3.mem.command"),
	{0},
};
