/* SPDX-License-Identifier: Apache-2.0 */
/* command_test.c - `gonogo selftest` whole: every trap red, every control green, table, JSON. */
/* requires: jansson */
#include "fixture.h"

#include <dirent.h>

#include <jansson.h>

static size_t num_entries(const char *name)
{
	DIR *dir = opendir(fixture_path(name));
	size_t num = 0;

	assert_non_null(dir);
	while (readdir(dir))
		num++;
	closedir(dir);
	return num - 2; /* . and .. */
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "?";
}

static int number_of(const json_t *json, const char *key)
{
	return (int)json_integer_value(json_object_get(json, key));
}

static json_t *run_json(int status)
{
	static const char *const words[] = {"--json", NULL};
	json_error_t error;
	json_t *json;
	char *text;

	assert_int_equal(fixture_run(words), status);
	text = fixture_read("stdout");
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	free(text);
	assert_non_null(json);
	return json;
}

/* expect_case holds one case against the verdict and reason it must have. A skip is none. */
static void expect_case(const json_t *one)
{
	const char *state = text_of(one, "state"), *name = text_of(one, "trap");

	if (strcmp(state, "SKIP") == 0) {
		assert_string_not_equal(text_of(one, "reason"), "");
		assert_string_not_equal(text_of(one, "remedy"), "");
		return;
	}
	if (strcmp(state, "ok") != 0)
		suite_fail("%s: %s", name, text_of(one, "complaint"));
	assert_string_equal(text_of(one, "got"), text_of(one, "expected"));
	assert_string_equal(text_of(one, "got_overall"), text_of(one, "expected_overall"));
	if (json_is_true(json_object_get(one, "control"))) {
		assert_string_equal(text_of(one, "got"), "PASS");
	} else {
		assert_string_not_equal(text_of(one, "got"), "PASS");
		assert_string_not_equal(text_of(one, "got_overall"), "GO");
		assert_string_not_equal(text_of(one, "reason"), "");
	}
}

static void every_trap_comes_out_red_and_every_control_green(void **state)
{
	const int declared = GNG_SELFTEST_NUM_TRAPS + GNG_SELFTEST_NUM_CONTROLS;
	json_t *json, *cases, *one;
	size_t i;

	(void)state;
	fixture_open();
	json = run_json(0);
	cases = json_object_get(json, "traps");
	json_array_foreach(cases, i, one) expect_case(one);
	assert_int_equal(json_array_size(cases), declared);
	assert_int_equal(number_of(json, "declared"), declared);
	assert_int_equal(number_of(json, "held") + number_of(json, "skipped"), declared);
	assert_int_equal(number_of(json, "lied"), 0);
	/* only what clang, UBSan and gonogo mutants are needed for may be absent */
	assert_in_range(number_of(json, "skipped"), 0, 3);
	assert_string_equal(text_of(json, "verdict"), "GO");
	json_decref(json);
	assert_int_equal(num_entries("tmp"), 0); /* nothing is left behind */
}

static void table_shows_trap_expected_and_got(void **state)
{
	static const char *const words[] = {"asserts-nothing", "test-id-twice", NULL};

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run(words), 0);
	fixture_expect("stdout", " trap             expected         got\n");
	fixture_expect("stdout", " asserts-nothing  FAIL      NO-GO  FAIL   NO-GO  ok\n");
	fixture_expect("stdout", " test-id-twice    ERROR     NO-GO  ERROR  NO-GO  ok\n");
	fixture_expect("stdout", "2 traps came out red and 0 controls green");
	fixture_expect("stdout", "\n2 held, 0 lied, 0 skipped\n");
	assert_int_equal(num_entries("tmp"), 0);
}

static void list_names_each_trap_once(void **state)
{
	static const char *const words[] = {"--list", NULL};
	size_t lines = 1; /* the first; the others follow a newline */
	char *text;

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run(words), 0);
	text = fixture_read("stdout");
	for (const char *at = text; *at; at++)
		lines += *at == '\n' && at[1] != ' ' && at[1];
	free(text);
	assert_int_equal(lines, GNG_SELFTEST_NUM_TRAPS + GNG_SELFTEST_NUM_CONTROLS);
	fixture_expect("stdout", "\nhang                  FAIL          nanny: deadline\n"
				 "      a test never ends");
	fixture_expect("stdout", "\nhonest-test           PASS          ");
}

static void usage_errors_exit_2_with_one_sentence(void **state)
{
	static const char *const option[] = {"--frob", NULL}, *const trap[] = {"hangs", NULL};
	static const char *const honest[] = {"honest-test", NULL};

	(void)state;
	fixture_open();
	assert_int_equal(fixture_run(option), 2);
	fixture_expect("stderr", "gonogo: selftest: unknown option '--frob'");
	assert_int_equal(fixture_run(trap), 2);
	fixture_expect("stderr",
		       "gonogo: selftest: no trap is called 'hangs'; gonogo selftest --list\n");
	setenv("GNG_FUZZ_CANARY", "1", 1);
	assert_int_equal(fixture_run(honest), 2);
	fixture_expect("stderr", "gonogo: selftest: GNG_FUZZ_CANARY is set already: unset it");
	unsetenv("GNG_FUZZ_CANARY");
	assert_int_equal(fixture_run(honest), 3); /* a control alone proves nothing */
	fixture_expect("stdout", "No trap was executed");
}

static void an_interrupted_run_is_incomplete(void **state)
{
	const volatile int stop = 1;
	const struct gng_selftest_options options = {.dir = fixture_build_dir(), .stop = &stop};
	struct gng_selftest selftest;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_selftest_run(&selftest, &options, &why), GNG_OK);
	assert_int_equal(selftest.num_results, 0);
	assert_int_equal(selftest.overall, GNG_INCOMPLETE);
	assert_non_null(strstr(selftest.statement, "0 of 37 declared cases were executed"));
	gng_selftest_fini(&selftest);
}

const struct suite_test suite_tests[] = {
	TEST(every_trap_comes_out_red_and_every_control_green,
	     "H1.selftest.red H1.selftest.green H1.selftest.count H1.selftest.command"),
	TEST(table_shows_trap_expected_and_got, "H1.selftest.command"),
	TEST(list_names_each_trap_once, "H1.selftest.command"),
	TEST(usage_errors_exit_2_with_one_sentence, "H1.selftest.command"),
	TEST(an_interrupted_run_is_incomplete, "H1.selftest.count"),
	{0},
};
