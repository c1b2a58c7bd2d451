/* SPDX-License-Identifier: Apache-2.0 */
/* alone_test.c - ci/launch-alone: the race of launches with a C compiler and nothing else. */
/* requires: jansson */
#include <jansson.h>

#include "source.h"

#include <gng_launch.h>

/* check_line reads one line: it ran with figures in order, or it did not, with a reason. */
static bool check_line(json_t *line)
{
	const char *verdict = json_string_value(json_object_get(line, "verdict"));
	json_t *start = json_object_get(line, "start_ns");

	assert_non_null(verdict);
	if (strcmp(verdict, "NOT RUN") == 0) {
		assert_true(strlen(json_string_value(json_object_get(line, "reason"))) > 0);
		return false;
	}
	assert_string_equal(verdict, "RAN");
	assert_int_equal(json_integer_value(json_object_get(line, "n")),
			 strcmp(json_string_value(json_object_get(line, "backend")), "cpu-futex")
				 ? 10000
				 : 1000);
	assert_true(json_integer_value(json_object_get(start, "p50")) <=
		    json_integer_value(json_object_get(start, "p99")));
	return true;
}

static void it_tells_what_ran_and_what_did_not(void **state)
{
	const char *source = source_folder("ci/launch-alone");
	bool all = true;
	char *at, *end;
	int status;

	(void)state;
	if (!source)
		return;
	status = command("env -u CFLAGS '%s/ci/launch-alone' built && test -x built/launch-alone",
			 source);
	if (status != 0 && status != 3)
		suite_fail("exit status %d: %s", status, command_err);
	at = command_out;
	for (int i = 0; i < GNG_LAUNCH_NUM_BACKENDS; i++, at = end + 1) {
		json_t *line;

		end = strchr(at, '\n');
		assert_non_null(end);
		*end = '\0';
		line = json_loads(at, 0, NULL);
		assert_true(json_is_object(line));
		assert_string_equal(json_string_value(json_object_get(line, "backend")),
				    gng_launch_name((enum gng_launch_backend)i));
		all = check_line(line) && all;
		json_decref(line);
	}
	assert_int_equal(status, all ? 0 : 3);
}

const struct suite_test suite_tests[] = {
	TEST_SLOW(it_tells_what_ran_and_what_did_not, "D4.launch.absent D4.launch.back-ends"),
	{0},
};
