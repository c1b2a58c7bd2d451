/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo bpfjit`: what it says, how it repeats, and how it refuses. */
/* requires: jansson */
#include "../suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <gng_bpf.h>

/* run returns the exit status of gonogo-bpfjit with arguments; *text gets its output. */
static int run(char text[65536], const char *arguments)
{
	char command[4096];
	size_t len;
	FILE *out;
	int status;

	snprintf(command, sizeof(command), "%s/gonogo-bpfjit %s 2>&1", getenv("GNG_BUILD_DIR"),
		 arguments);
	out = popen(command, "r");
	assert_non_null(out);
	len = fread(text, 1, 65535, out);
	text[len] = '\0';
	status = pclose(out);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void it_counts_what_it_compared(void **state)
{
	static char text[65536];
	json_t *answer;
	int status;

	(void)state;
	status = run(text, "--count 100 --seed 7 --kinds jumps,calls --json");
	if (status == 3)
		return gng_probe_skip(text, "root");
	assert_int_equal(status, 0);
	answer = json_loads(text, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(answer, "verdict")), "GO");
	assert_string_equal(json_string_value(json_object_get(answer, "kinds")), "jumps,calls");
	assert_int_equal(json_integer_value(json_object_get(answer, "programs")), 100);
	assert_int_equal(json_integer_value(json_object_get(answer, "runs")), 200);
	assert_int_equal(json_integer_value(json_object_get(answer, "refused")), 0);
	assert_true(json_is_null(json_object_get(answer, "differs")));
	json_decref(answer);
}

/* The listing is the program: assembled, it is as long and ends in an exit of RFC 9669. */
static void a_listing_is_a_program(void **state)
{
	static char text[65536], again[65536];
	struct gng_bpf_code code;

	(void)state;
	assert_int_equal(run(text, "--seed 3 --kinds none --list"), 0);
	assert_int_equal(run(again, "--seed 3 --kinds none --list"), 0);
	assert_string_equal(text, again);
	assert_int_equal(run(again, "--seed 4 --kinds none --list"), 0);
	assert_string_not_equal(text, again);
	assert_int_equal(gng_bpf_assemble(&code, "listing", text, NULL), GNG_OK);
	assert_in_range(code.num_insns, 20, 1024);
	assert_int_equal(code.insns[code.num_insns - 1].code, 0x95);
	gng_bpf_code_fini(&code);
}

static const struct {
	const char *arguments, *words;
} refused[] = {
	{"more", "'more'"},
	{"--colour", "--colour"},
	{"--time", "--time"},
	{"--time 0", "'0'"},
	{"--time 1s", "'1s'"},
	{"--time 86401", "'86401'"},
	{"--count 0", "'0'"},
	{"--seed -1", "'-1'"},
	{"--kinds jump", "'jump'"},
	{"--kinds jumps,", "'jumps,'"},
	{"--kinds none,v4", "'none,v4'"},
	{"--kinds ''", "''"},
};

static void a_wrong_word_is_named(void **state)
{
	static char text[65536];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (run(text, refused[i].arguments) != 2 || !strstr(text, refused[i].words))
			suite_fail("gonogo bpfjit %s: %s", refused[i].arguments, text);
		gng_probe_assertion();
	}
	assert_int_equal(run(text, "--help"), 0);
	assert_non_null(strstr(text, "usage: gonogo bpfjit"));
}

const struct suite_test suite_tests[] = {
	TEST(it_counts_what_it_compared, "B1.bpf.jit-command"),
	TEST(a_listing_is_a_program, "B1.bpf.jit-command"),
	TEST(a_wrong_word_is_named, "B1.bpf.jit-command"),
	{0},
};
