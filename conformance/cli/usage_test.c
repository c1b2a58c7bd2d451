/* SPDX-License-Identifier: Apache-2.0 */
/* usage_test.c - each verb that the command lists refuses a wrong word alike: status 2 and one
 * sentence, which begins with the verb. */
#include "../command.h"

#define EXIT_USAGE 2
#define EXIT_NOT_BUILT 3 /* what DPDK itself has to do, without DPDK */
#define LEAST_VERBS 20	 /* of the whole build; gonogo mutants builds some */

/* check_refusal runs words behind gonogo, whose first is the verb. */
static void check_refusal(const char *words)
{
	const size_t len = strcspn(words, " ");
	const int status = command("gonogo %s --no-such-option", words);
	char begin[64];

	if (status == EXIT_NOT_BUILT && strncmp(words, "dpdk ", 5) == 0)
		return;
	snprintf(begin, sizeof(begin), "gonogo: %.*s: ", (int)len, words);
	if (status != EXIT_USAGE || strncmp(command_err, begin, strlen(begin)) != 0 ||
	    strchr(command_err, '\n') != command_err + strlen(command_err) - 1 || *command_out)
		suite_fail("gonogo %s: status %d, '%s' and '%s' are no sentence that begins '%s'",
			   words, status, command_out, command_err, begin);
	gng_probe_assertion();
}

/* next_verb returns the verb that the next line of help lists, "  NAME  what it is for" (static);
 * NULL behind the last. */
static const char *next_verb(char **rest)
{
	static char name[32];
	char *line;

	while ((line = strsep(rest, "\n")))
		if (strncmp(line, "  ", 2) == 0 && sscanf(line + 2, "%31[a-z] ", name) == 1)
			return name;
	return NULL;
}

static void each_verb_that_is_listed_names_itself(void **state)
{
	char *help, *rest;
	unsigned int num = 0;
	const char *verb;

	(void)state;
	assert_int_equal(command("gonogo --help"), 0);
	help = rest = strdup(command_out);
	assert_non_null(help);
	for (; (verb = next_verb(&rest)); num++)
		check_refusal(verb);
	free(help);
	assert_true(num >= 4);
	if (num < LEAST_VERBS)
		gng_probe_note("verbs", "a part of the tree is built");
}

/* Where a second word says what to do, its options are read in another place. */
static void each_second_word_names_its_verb(void **state)
{
	static const char *const words[] = {
		"av run",	"av soak",     "bpf load",    "dpdk clean", "dpdk preflight",
		"dpdk run",	"dpdk start",  "key export",  "key new",    "lab list",
		"lab run",	"mem prove",   "rt audit",    "rt run",	    "rtos audit",
		"rtos explore", "uvm handles", "uvm layouts", "uvm model",  "uvm probe",
	};
	char program[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		snprintf(program, sizeof(program), "command -v gonogo-%.*s",
			 (int)strcspn(words[i], " "), words[i]);
		if (command("%s", program) == 0)
			check_refusal(words[i]);
	}
	assert_true(command("test ! -e --no-such-option") == 0); /* no key was made of it */
}

/* check_script runs a script of ci/ of this tree. */
static void check_script(const char *name)
{
	char begin[64];

	assert_int_equal(command("\"$GNG_VECTORS/../ci/%s\" --help", name), 0);
	snprintf(begin, sizeof(begin), "usage: ci/%s", name);
	command_says(command_out, begin);
	assert_string_equal(command_err, "");
	assert_int_equal(command("\"$GNG_VECTORS/../ci/%s\" --no-such-option", name), EXIT_USAGE);
	command_says(command_err, "--no-such-option'");
	command_says(command_err, begin);
	assert_string_equal(command_out, "");
}

/* What builds the tree does nothing before it has understood its words. */
static void scripts_of_ci_tell_how_they_are_called(void **state)
{
	static const char *const names[] = {"build",	    "debug-kernel", "fuzz-preflight",
					    "habits",	    "headers",	    "kernels",
					    "launch-alone", "peers",	    "setup"};

	(void)state;
	if (command("test -e \"$GNG_VECTORS/../ci/usage\"") != 0) {
		gng_probe_skip("an installed tree has no ci/", "run it in the source tree");
		return;
	}
	for (size_t i = 0; i < COUNT_OF(names); i++)
		check_script(names[i]);
	assert_int_equal(command("\"$GNG_VECTORS/../ci/build\" nonsense"), EXIT_USAGE);
	command_says(command_err,
		     "build: there is no preset 'nonsense': it is one of release asan ");
	assert_int_equal(command("\"$GNG_VECTORS/../ci/build\" -- gonogo"), EXIT_USAGE);
	command_says(command_err, "build: it wants a preset: one of release asan ");
}

const struct suite_test suite_tests[] = {
	TEST(each_verb_that_is_listed_names_itself, "H1.cli.exit"),
	TEST(each_second_word_names_its_verb, "H1.cli.exit"),
	TEST(scripts_of_ci_tell_how_they_are_called, "H1.cli.exit"),
	{0},
};
