/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo rtos`: exit statuses, JSON, and refusals in one sentence. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char output[8192];

/* run starts gonogo-rtos with arguments that need no quoting, and returns its exit status. */
static int run(const char *arguments)
{
	char path[4096], command[5000];
	const ssize_t end = readlink("/proc/self/exe", path, sizeof(path) - 1);
	size_t len;
	FILE *out;

	assert_true(end > 0);
	path[end] = '\0';
	*strrchr(path, '/') = '\0'; /* tests/ stands beside the program */
	snprintf(command, sizeof(command), "exec '%s/../gonogo-rtos' %s 2>&1", path, arguments);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(output, 1, sizeof(output) - 1, out);
	output[len] = '\0';
	return WEXITSTATUS(pclose(out));
}

static void explore_exhausts_and_says_so(void **state)
{
	(void)state;
	assert_int_equal(run("explore --config small --json"), 0);
	assert_non_null(strstr(output, "\"state\":\"EXHAUSTED\",\"states\":3036,"));
	assert_non_null(strstr(output, "\"violation\":null}"));
	assert_int_equal(run("explore --list"), 0);
	assert_non_null(strstr(output, "standard"));
}

static void an_unfinished_search_is_exit_3_and_goes_on(void **state)
{
	(void)state;
	assert_int_equal(run("explore --config small --max-states 900 --save search.saved"), 3);
	assert_non_null(strstr(output, "UNFINISHED: 900 states"));
	assert_int_equal(run("explore --config small --resume search.saved"), 0);
	assert_non_null(strstr(output, "EXHAUSTED: 3036 states"));
	unlink("search.saved");
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
		if (run(wrong[i]) != 2)
			suite_fail("'%s' is not refused", wrong[i]);
		assert_true(strlen(output) > 20);
	}
	assert_int_equal(run("--help"), 0);
	assert_int_equal(run("explore --help"), 0);
	assert_int_equal(run("audit --help"), 0);
}

const struct suite_test suite_tests[] = {
	TEST(explore_exhausts_and_says_so, "K3.verb"),
	TEST(an_unfinished_search_is_exit_3_and_goes_on, "K3.verb"),
	TEST(wrong_command_lines_are_refused_in_a_sentence, "K3.verb"),
	{0},
};
