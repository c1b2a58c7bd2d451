/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo lab`: its words, its JSON, and how it refuses. */
/* needs: gauge */
/* requires: jansson */
#include "../suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* run returns the exit status of gonogo-lab with arguments; *text gets its output. */
static int run(char text[16384], const char *arguments)
{
	char command[4096];
	size_t len;
	FILE *out;
	int status;

	snprintf(command, sizeof(command), "%s/gonogo-lab %s 2>&1", getenv("GNG_BUILD_DIR"),
		 arguments);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(text, 1, 16383, out);
	text[len] = '\0';
	status = pclose(out);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void the_cases_of_the_tree_are_listed(void **state)
{
	char text[16384];
	json_t *answer;

	(void)state;
	assert_int_equal(run(text, "list"), 0);
	assert_non_null(strstr(text, "lab-boot"));
	assert_int_equal(run(text, "list --json"), 0);
	answer = json_loads(text, 0, NULL);
	assert_true(json_is_array(answer));
	assert_true(json_is_string(json_object_get(json_array_get(answer, 0), "case")));
	json_decref(answer);
}

static const struct {
	const char *arguments, *words;
	int status;
} refused[] = {
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
	char text[16384];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		const int status = run(text, refused[i].arguments);

		if (status != refused[i].status || !strstr(text, refused[i].words))
			suite_fail("lab %s: exit status %d, '%s'", refused[i].arguments, status,
				   text);
		assert_int_equal(status, refused[i].status);
	}
}

static void without_kernels_a_run_is_incomplete(void **state)
{
	char text[16384];

	(void)state;
	setenv("GNG_LAB_KERNELS", "/nonexistent", 1);
	assert_int_equal(run(text, "run lab-boot --kernel 6.1-cloud --out ."), 3);
	assert_non_null(strstr(text, "SKIP"));
	assert_non_null(strstr(text, "ci/setup lab"));
}

const struct suite_test suite_tests[] = {
	TEST(the_cases_of_the_tree_are_listed, "H1.lab.command"),
	TEST(a_wrong_word_is_named, "H1.lab.command"),
	TEST(without_kernels_a_run_is_incomplete, "H1.lab.command"),
	{0},
};
