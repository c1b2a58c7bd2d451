/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - the real `gonogo` from outside: exit status, sentences, dispatch, JSON. */
#include "fixture.h"

#include <jansson.h>

#include <gng_cli.h>

static void usage_errors_exit_2_with_one_sentence(void **state)
{
	static const struct {
		const char *arguments, *sentence;
	} cases[] = {
		{"", "gonogo: a verb is missing; gonogo --help lists them\n"},
		{"chekc", "gonogo: no verb is called 'chekc'; the nearest is 'check'\n"},
		{"hell0", "gonogo: no verb is called 'hell0'; the nearest is 'hello'\n"},
		{"qqqqqqqqqq",
		 "gonogo: no verb is called 'qqqqqqqqqq'; gonogo --help lists them\n"},
		{"../gonogo-hello", "gonogo: no verb is called '../gonogo-hello'"},
		{"mirror", "gonogo: 'mirror' is not built here: libglass is not installed; "
			   "apt-get install libglass-dev\n"},
		{"--frobnicate", "gonogo: unknown option '--frobnicate'; gonogo --help lists verbs "
				 "and options\n"},
		{"check --frobnicate", "gonogo: check: unknown option '--frobnicate'; gonogo help "
				       "check lists them\n"},
		{"check --jobs", "gonogo: check: --jobs wants a value; gonogo help check\n"},
		{"check --jobs two",
		 "gonogo: check: --jobs wants a whole number from 1 to 64, not 'two'\n"},
		{"check --jobs 0",
		 "gonogo: check: --jobs wants a whole number from 1 to 64, not '0'\n"},
		{"check --repeat -3",
		 "gonogo: check: --repeat wants a whole number from 1 to 1000000, "
		 "not '-3'\n"},
		{"check dmeo", "dmeo"},
		{"list dmeo", "dmeo"},
		{"show", "gonogo: show: it wants one test or requirement; gonogo help show\n"},
		{"show conformance.demo.all.pases", "conformance.demo.all.passes"},
		{"doctor now", "gonogo: doctor: it takes no argument 'now'; gonogo help doctor\n"},
	};

	(void)state;
	fixture_open();
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *said;

		assert_int_equal(fixture_run(cases[i].arguments), 2);
		fixture_expect("stderr", cases[i].sentence);
		said = fixture_read("stderr");
		assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
		free(said);
		said = fixture_read("stdout");
		assert_string_equal(said, "");
		free(said);
	}
}

static void a_broken_tree_is_a_fault_of_the_harness(void **state)
{
	(void)state;
	fixture_open();
	fixture_file("build/gonogo.facts", "nonsense\n");
	assert_int_equal(fixture_run("check"), 99);
	fixture_expect("stderr", "gonogo.facts:1: ");
}

/* What a test needs is a file of the tree, too: the others are run, and the end is 99. */
static void a_corrupt_vector_is_a_fault_of_the_harness(void **state)
{
	(void)state;
	fixture_open();
	fixture_file("build/tests/conformance.demo.all",
		     "#!/bin/sh\n"
		     "[ \"$1\" = --list ] && { printf 'passes\\t0\\tH1.demo.pass\\n"
		     "fails\\t0\\tH1.demo.fail\\nskips\\t0\\tH1.demo.pass\\n"
		     "hangs\\t0\\t\\nbegins\\t0\\t\\nis_slow\\t2\\t\\n'; exit; }\n"
		     "[ $2 = passes ] && { printf 'assertions\\t1\\nend\\tok\\n' >&3; exit; }\n"
		     "printf 'corrupt\\tvectors/demo/x.vec:3: no value\\nend\\tfailed\\n' >&3\n"
		     "exit 1\n");
	assert_int_equal(fixture_run("check demo.all.passes demo.all.fails"), 99);
	fixture_expect("stdout", "vectors/demo/x.vec:3: no value");
	fixture_expect("stdout", "2 planned = 1 PASS + 0 FAIL + 1 ERROR");
}

/* A file of limits is read before a test begins. */
static void a_corrupt_budget_is_a_fault_of_the_harness(void **state)
{
	char *said;

	(void)state;
	fixture_open();
	fixture_file("source/hwtests/demo/all_hw.c", fixture_table);
	fixture_file("source/hwtests/demo/all.budget", "passes 3\n");
	fixture_file("build/tests/hwtests.demo.all", fixture_script);
	assert_int_equal(chmod(fixture_path("build/tests/hwtests.demo.all"), 0755), 0);
	assert_int_equal(fixture_run("check demo.all.passes"), 99);
	fixture_expect("stderr", "hwtests/demo/all.budget:1: ");
	said = fixture_read("stdout");
	assert_string_equal(said, "");
	free(said);
}

static void other_verbs_become_their_program(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("hello --json you"), 7);
	fixture_expect("stdout", "hello --json you\n");
	assert_int_equal(fixture_run("help hello"), 7);
	fixture_expect("stdout", "hello --help\n");
	mkdir(fixture_path("build/gonogo-x"), 0777); /* a verb is a name, not a way to one */
	assert_int_equal(fixture_run("x/../gonogo-hello"), 2);
	mkdir(fixture_path("libexec"), 0777);
	mkdir(fixture_path("libexec/gonogo"), 0777);
	fixture_file("libexec/gonogo/gonogo-far", "#!/bin/sh\necho far\n");
	chmod(fixture_path("libexec/gonogo/gonogo-far"), 0755);
	assert_int_equal(fixture_run("far"), 0);
	fixture_expect("stdout", "far\n");
}

static void help_lists_own_and_other_verbs(void **state)
{
	static const char *const verbs[] = {"check", "list", "show", "doctor"};
	char arguments[64], begin[64], *text;

	(void)state;
	fixture_open();
	fixture_file("source/man/gonogo-hello.1",
		     ".Sh NAME\n.Nm gonogo-hello\n.Nd greet\n.Sh MORE\n");
	fixture_file("build/gonogo-module.so", "a part of hello\n");
	chmod(fixture_path("build/gonogo-module.so"), 0755);
	assert_int_equal(fixture_run("--help"), 0);
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		fixture_expect("stdout", verbs[i]);
	fixture_expect("stdout", "  hello      greet\n");
	text = fixture_read("stdout");
	assert_null(strstr(text, "module"));
	free(text);
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		snprintf(arguments, sizeof(arguments), "%s --help", verbs[i]);
		snprintf(begin, sizeof(begin), "usage: gonogo %s", verbs[i]);
		assert_int_equal(fixture_run(arguments), 0);
		fixture_expect("stdout", begin);
		snprintf(arguments, sizeof(arguments), "help %s", verbs[i]);
		assert_int_equal(fixture_run(arguments), 0);
		fixture_expect("stdout", begin);
	}
}

static void version_names_the_commit_of_the_sources(void **state)
{
	char command[PATH_MAX], commit[64] = "";
	FILE *git;

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("--version"), 0);
	fixture_expect("stdout", "gonogo ");
	snprintf(command, sizeof(command), "git -C '%s/..' rev-parse --short=12 HEAD 2>/dev/null",
		 getenv("GNG_VECTORS") ? getenv("GNG_VECTORS") : ".");
	git = popen(command, "r");
	assert_non_null(git);
	if (!fgets(commit, sizeof(commit), git))
		*commit = '\0';
	pclose(git);
	commit[strcspn(commit, "\n")] = '\0';
	if (*commit)
		fixture_expect("stdout", commit);
}

static json_t *json_of(const char *name)
{
	char *text = fixture_read(name);
	json_error_t error;
	json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!value)
		print_error("line %d: %s:\n%s\n", error.line, error.text, text);
	free(text);
	assert_non_null(value);
	return value;
}

static void check_json_has_the_promised_members(void **state)
{
	const char *verdict, *profile, *grade, *id, *of_record;
	json_t *value, *counts, *records, *first;
	int planned;

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.passes demo.all.fails demo.all.skips --json"),
			 1);
	value = json_of("stdout");
	assert_int_equal(json_unpack(value, "{s:s,s:s,s:s,s:i,s:o,s:o}", "verdict", &verdict,
				     "profile", &profile, "grade", &grade, "planned", &planned,
				     "counts", &counts, "records", &records),
			 0);
	assert_string_equal(verdict, "NO-GO");
	assert_int_equal(planned, 3);
	assert_int_equal(json_array_size(records), 3);
	assert_int_equal(json_integer_value(json_object_get(counts, "PASS")), 1);
	assert_int_equal(json_integer_value(json_object_get(counts, "FAIL")), 1);
	assert_int_equal(json_integer_value(json_object_get(counts, "SKIP")), 1);
	assert_int_equal(json_integer_value(json_object_get(counts, "MISSING")), 0);
	first = json_array_get(records, 0);
	assert_int_equal(json_unpack(first, "{s:s,s:s}", "id", &id, "verdict", &of_record), 0);
	assert_string_equal(id, "conformance.demo.all.fails");
	assert_string_equal(of_record, "FAIL");
	json_decref(value);
}

static void list_json_says_what_can_run(void **state)
{
	json_t *value, *tests, *test;
	const char *name, *suite, *id;
	int runnable = -1;

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("list --json"), 0);
	value = json_of("stdout");
	assert_int_equal(json_unpack(value, "{s:[{s:s,s:[{s:s,s:o}]}]}", "subsystems", "name",
				     &name, "suites", "suite", &suite, "tests", &tests),
			 0);
	assert_string_equal(name, "demo");
	assert_string_equal(suite, "conformance");
	assert_int_equal(json_array_size(tests), 6);
	test = json_array_get(tests, 4);
	assert_int_equal(
		json_unpack(test, "{s:s,s:b,s:n}", "id", &id, "runnable", &runnable, "reason"), 0);
	assert_string_equal(id, "conformance.demo.all.passes");
	assert_true(runnable);
	json_decref(value);
}

static void list_tells_why_a_test_was_skipped(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("check demo.all.skips demo.all.passes"), 0);
	assert_int_equal(fixture_run("list demo"), 0);
	fixture_expect("stdout", " yes  conformance.demo.all.passes  H1.demo.pass\n");
	fixture_expect("stdout", " no   conformance.demo.all.skips  H1.demo.pass\n"
				 "      no such device\n      remedy: plug it in\n");
}

static void show_prints_requirement_source_and_last_result(void **state)
{
	(void)state;
	fixture_open();
	assert_int_equal(fixture_run("show conformance.demo.all.passes"), 0);
	fixture_expect("stdout", "H1.demo.pass  (demo 1)\n  It passes.\n");
	fixture_expect("stdout", "source  conformance/demo/all_test.c:8\n");
	fixture_expect("stdout", "    3  static void passes(void **state)\n");
	fixture_expect("stdout", "the_body_of_passes();\n");
	fixture_expect("stdout", "last    no record in ");
	assert_int_equal(fixture_run("check demo.all.fails"), 1);
	assert_int_equal(fixture_run("show conformance.demo.all.fails"), 0);
	fixture_expect("stdout", "FAIL  conformance.demo.all.fails\n");
	fixture_expect("stdout", "       | the log of the failure\n");
	fixture_expect("stdout", "again   gonogo check conformance.demo.all.fails\n");
	assert_int_equal(fixture_run("show H1.demo.pass"), 0);
	fixture_expect("stdout", "  conformance.demo.all.passes\n  conformance.demo.all.skips\n");
}

static void the_nearest_name_has_the_fewest_typing_errors(void **state)
{
	static const char *const names[] = {"check", "list", "show", "doctor", "vectors"};
	static const char *const subsystems[] = {"av", "aes"};
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{"chekc", "check"},
		{"chck", "check"},
		{"lits", "list"},
		{"docotr", "doctor"},
		{"vector", "vectors"},
		{"shwo", "show"},
		{"xyzzy", NULL},
		{"", NULL},
		{"a_name_that_is_longer_than_sixty_three_characters_is_not_a_typing_error", NULL},
	};
	const char *nearest;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		nearest = gng_cli_nearest(cases[i].word, names, COUNT_OF(names));

		if (cases[i].nearest)
			assert_string_equal(nearest ? nearest : "none", cases[i].nearest);
		else
			assert_null(nearest);
	}
	/* two neighbours exchanged are one error, and a word of three letters forgives no more */
	nearest = gng_cli_nearest("ase", subsystems, COUNT_OF(subsystems));
	assert_string_equal(nearest ? nearest : "none", "aes");
}

const struct suite_test suite_tests[] = {
	TEST(usage_errors_exit_2_with_one_sentence, "H1.cli.exit"),
	TEST(a_broken_tree_is_a_fault_of_the_harness, "H1.cli.exit"),
	TEST(a_corrupt_vector_is_a_fault_of_the_harness, "H1.cli.exit"),
	TEST(a_corrupt_budget_is_a_fault_of_the_harness, "H1.cli.exit"),
	TEST(other_verbs_become_their_program, "H1.cli.dispatch"),
	TEST(help_lists_own_and_other_verbs, "H1.cli.dispatch"),
	TEST(version_names_the_commit_of_the_sources, "H1.cli.version"),
	TEST(check_json_has_the_promised_members, "H1.cli.json"),
	TEST(list_json_says_what_can_run, "H1.cli.json H1.cli.list"),
	TEST(list_tells_why_a_test_was_skipped, "H1.cli.list"),
	TEST(show_prints_requirement_source_and_last_result, "H1.cli.show"),
	TEST(the_nearest_name_has_the_fewest_typing_errors, "H1.cli.nearest"),
	{0},
};
