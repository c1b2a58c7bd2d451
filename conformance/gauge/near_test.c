/* SPDX-License-Identifier: Apache-2.0 */
/* near_test.c - names that are nearly the right one, and text that is nearly a test, in a plan. */
#include "tree.h"

#include "gauge_plan.h"
#include "gauge_scan.h"
#include "gauge_text.h"

static void nearest_may_be_longer_than_what_was_wanted(void **state)
{
	struct gauge_nearest nearest;

	(void)state;
	gauge_nearest_init(&nearest, "abcdef");
	gauge_nearest_try(&nearest, "xxxxxx", 6);
	assert_int_equal(nearest.edits, 6);
	gauge_nearest_try(&nearest, "abcdefg", 7);
	assert_string_equal(nearest.best, "abcdefg");
	assert_int_equal(nearest.edits, 1);
	gauge_nearest_try(&nearest, "abcde", 5); /* as near, and later */
	assert_string_equal(nearest.best, "abcdefg");
}

static size_t num_selected(const char *variants)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, NULL);
	size_t num = 0;

	assert_int_equal(gng_plan_select(plan, NULL, 0, variants, NULL), GNG_OK);
	for (size_t i = 0; i < plan->num_tests; i++)
		num += plan->tests[i].selected;
	tree_close(plan, home);
	return num;
}

/* Names of one length, and one that begins like another. */
static void variant_is_selected_by_its_whole_name(void **state)
{
	(void)state;
	tree_plant();
	tree_write("impl/aes/CMakeLists.txt",
		   "gng_subsystem(aes NEEDS base VARIANTS vaes vaes256 vaes512)\n");
	assert_int_equal(num_selected("vaes512"), 1);
	assert_int_equal(num_selected("vaes"), 1);
	assert_int_equal(num_selected("vaes,vaes256"), 2);
	assert_int_equal(num_selected("vaes512,vaes256,vaes"), 3);
}

static void each_selector_must_select_something(void **state)
{
	static const char *const first[] = {"nothing", "aes"}, *const last[] = {"aes", "nothing"};
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_why why = {0};

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	assert_int_equal(gng_plan_select(plan, first, 2, NULL, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "no test is called 'nothing'"));
	assert_int_equal(gng_plan_select(plan, last, 2, NULL, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "no test is called 'nothing'"));
	assert_int_equal(why.sys_errno, 0);
	assert_true(plan->tests[0].selected);
	/* a guess may be an id as a whole */
	assert_int_equal(gng_plan_select(plan, &(const char *){"xdp.drop.dropz"}, 1, NULL, &why),
			 GNG_EINVAL);
	assert_non_null(strstr(why.text, "did you mean 'xdp.drop.drops'?"));
	tree_close(plan, home);
}

static void slow_test_is_marked_by_either_of_its_names(void **state)
{
	static const char *const names[] = {"conformance.aes.ecb.ecb_soaks", "aes.ecb.ecb_soaks"};

	(void)state;
	tree_plant();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct gng_home *home = NULL;
		struct gng_plan *plan = tree_open(&home, NULL);
		struct gng_profile profile;
		char text[128];

		snprintf(text, sizeof(text), "title a\ngrade lab\nname %s\n", names[i]);
		assert_int_equal(gng_profile_apply_text(&profile, plan, "x", text, NULL), GNG_OK);
		for (size_t t = 0; t < plan->num_tests; t++)
			assert_int_equal(plan->tests[t].named,
					 strcmp(plan->tests[t].function, "ecb_soaks") == 0);
		tree_close(plan, home);
	}
}

/* What is linked to every program is needed by every program. */
static void missing_probe_excuses_every_test(void **state)
{
	static const char *const always[] = {"probe", "vec"};
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	char line[64];

	(void)state;
	tree_plant();
	for (size_t i = 0; i < COUNT_OF(always); i++) {
		snprintf(line, sizeof(line), "missing\t%s\tit is gone: bring it\n", always[i]);
		tree_facts("build", "release", line);
		plan = tree_open(&home, "release");
		assert_true(plan->num_tests > 0);
		for (size_t t = 0; t < plan->num_tests; t++) {
			assert_non_null(plan->tests[t].cannot);
			assert_string_equal(plan->tests[t].remedy, "bring it");
		}
		tree_close(plan, home);
	}
}

/* cannot_by opens the plan of a build with that fact, and says why its test of xdp cannot run. */
static const char *cannot_by(const char *fact, char reason[64])
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	const struct gng_test *test;

	tree_facts("build", "release", fact);
	plan = tree_open(&home, "release");
	test = gng_plan_find(plan, "conformance.xdp.drop.drops", NULL, NULL);
	assert_non_null(test);
	snprintf(reason, 64, "%s", test->cannot ? test->cannot : "");
	tree_close(plan, home);
	return reason;
}

/* The only fact is the first one, and a program uses what stands in any of its lines. */
static void missing_test_or_need_excuses_one_program(void **state)
{
	char reason[64];

	(void)state;
	tree_plant();
	assert_string_equal(
		cannot_by("missing\tconformance.xdp.drop\tit is gone: bring it\n", reason),
		"it is gone");
	assert_string_equal(cannot_by("missing\taes\tit is gone: bring it\n", reason), "");
	tree_write("conformance/xdp/drop_test.c",
		   "/* one */\n/* two */\n/* needs: aes */\n"
		   "const struct suite_test suite_tests[] = {TEST(drops, \"\"), {0}};\n");
	assert_string_equal(cannot_by("missing\taes\tit is gone: bring it\n", reason),
			    "it is gone");
}

static void replay_of_seeds_stands_where_they_name_requirements(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	const struct gng_test *test;

	(void)state;
	tree_plant();
	tree_write("fuzz/aes/ecb.seeds", "# cases: 1\n# requirements:\tC1.kat\nempty =\n");
	plan = tree_open(&home, NULL);
	test = gng_plan_find(plan, "fuzz.aes.ecb.replay", NULL, NULL);
	assert_int_equal(test->line, 2);
	assert_string_equal(test->requirements, "C1.kat");
	tree_close(plan, home);
}

/* What is nearly the line of requirements, or of needs, is neither. */
static void lines_that_are_nearly_read_are_not(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	tree_write("fuzz/aes/ecb.seeds", "# requirements; C1.fast\n# requirements:C1.kat\n");
	tree_write("conformance/xdp/drop_test.c", "/* needs:nothing */\n"
						  "suite_tests[] = {TEST(drops, \"\"), {0}};\n");
	plan = tree_open(&home, NULL);
	assert_string_equal(gng_plan_find(plan, "fuzz.aes.ecb.replay", NULL, NULL)->requirements,
			    "C1.kat");
	tree_close(plan, home);
	tree_write("fuzz/aes/ecb.seeds", "# requirements; C1.fast\n");
	tree_refuses(GNG_EFORMAT, "fuzz/aes/ecb.seeds:1: has no line");
}

/* A test of what is planned has the place of its row, and is named once however often it is. */
static void planned_test_stands_once_at_its_row(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_why why = {0};
	char text[] = "title a\ngrade lab\nsystem Q7\nsystem Q7 Q7\n";
	size_t num = 0;

	(void)state;
	tree_plant();
	tree_write("docs/planned/air.tsv",
		   "Q7.fly\tproject\tIt flies.\nQ7.land\tproject\tIt lands.\n"
		   "Q7.-x.y-z\tproject\tOdd.\n");
	plan = tree_open(&home, NULL);
	if (gng_profile_apply_text(&profile, plan, "x", text, &why) != GNG_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < plan->num_tests; i++) {
		const struct gng_test *test = &plan->tests[i];

		if (!(test->flags & GNG_TEST_PLANNED))
			continue;
		num++;
		assert_string_equal(test->file, "docs/planned/air.tsv");
		assert_string_equal(test->subsystem, "air");
		if (test->line == 3)
			assert_string_equal(test->id, "planned.air.Q7._x_y_z");
		else
			assert_int_equal(test->line,
					 strcmp(test->requirements, "Q7.fly") == 0 ? 1 : 2);
		assert_string_equal(test->function, strrchr(test->id, '.') + 1);
	}
	assert_int_equal(num, 3);
	tree_close(plan, home);
}

/* This program stands in no build's folder of its own: its home would be an installed one. */
static void home_of_a_program_is_where_it_stands(void **state)
{
	struct gng_home *home = NULL;
	char program[PATH_MAX] = "", want[2 * PATH_MAX];
	struct gng_why why = {0};

	(void)state;
	assert_true(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
	*strrchr(program, '/') = '\0';
	snprintf(want, sizeof(want), "%s/../libexec/gonogo/gonogo.facts: cannot be opened",
		 program);
	assert_int_equal(gng_home_open(&home, NULL, &why), GNG_ESYS);
	want[sizeof(why.text) / 2] = '\0'; /* a sentence has an end, and a folder may be deep */
	assert_memory_equal(why.text, want, strlen(want));
}

static void profile_of_what_is_present_marks_each_of_16_tests(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;
	char text[] = "title a\ngrade lab\npresent\n";
	size_t num = 0;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	assert_int_equal(plan->num_tests, 16); /* as many as there is room for */
	assert_int_equal(gng_profile_apply_text(&profile, plan, "x", text, NULL), GNG_OK);
	for (size_t i = 0; i < plan->num_tests; i++)
		num += plan->tests[i].required;
	assert_int_equal(num, 11);
	tree_close(plan, home);
}

static void text_that_cannot_be_read_has_no_errno_of_its_own(void **state)
{
	char *text = NULL;
	struct gng_why why = {.sys_errno = 7};
	FILE *file;

	(void)state;
	tree_make();
	tree_write("a", "");
	file = fopen(tree_path("a"), "we");
	assert_true(file && fwrite("x\0y", 1, 3, file) == 3 && fclose(file) == 0);
	assert_int_equal(gauge_read(&text, tree_path("a"), &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	why.sys_errno = 7;
	assert_int_equal(gauge_read(&text, tree_folder, &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	tree_write("a", "1"); /* one byte is text as well */
	assert_int_equal(gauge_read(&text, tree_path("a"), &why), GNG_OK);
	assert_string_equal(text, "1");
	free(text);
}

#define YES "suite_tests[] = {TEST(yes, \"R\"), {0}};\n"
#define NO "suite_tests[] = {TEST(no, \"R\"), {0}};"

/* Within a directive a comment may go on, and what only looks like one does not. */
static void directive_ends_at_its_line(void **state)
{
	static const char *const texts[] = {
		"#define A b / c\n" YES,
		"#define A b / c /* \n */ " NO "\n" YES,
		"#define A b / c // " NO "\n" YES,
		"#define A aba x \\\n " NO "\n" YES,
		"#define A \"/*\" '/' \"\\\"\" " NO "\n" YES,
		"#define A \\b\n" YES,
		"#define A b / * /* */ " NO "\n" YES,
		"#define A // b \\\n " NO "\n" YES,
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct gauge_table table;
		struct gng_why why = {0};

		if (gauge_scan(&table, "x", texts[i], &why) != GNG_OK)
			fail_msg("%s: %s", texts[i], why.text);
		assert_int_equal(table.num, 1);
		assert_string_equal(table.entries[0].function, "yes");
		gauge_table_fini(&table);
	}
}

/* An escape before the end of the text has nothing behind it. */
static void string_ends_where_the_text_does(void **state)
{
	static const char *const ends[] = {"\"\\", "\"a\\", "'\\", "#a \"\\",
					   "#\\",  "#/",    "/",   "\""};
	struct gauge_table table;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		char *text = strdup(ends[i]); /* with its own end, which a sanitizer watches */

		assert_int_equal(gauge_scan(&table, "x", text, NULL), GNG_EFORMAT);
		free(text);
	}
}

const struct suite_test suite_tests[] = {
	TEST(nearest_may_be_longer_than_what_was_wanted, "H1.select.guess"),
	TEST(variant_is_selected_by_its_whole_name, "H1.plan.keys"),
	TEST(each_selector_must_select_something, "H1.select.guess"),
	TEST(slow_test_is_marked_by_either_of_its_names, "H1.profile.marks"),
	TEST(missing_probe_excuses_every_test, "H1.plan.cannot"),
	TEST(missing_test_or_need_excuses_one_program, "H1.plan.cannot"),
	TEST(replay_of_seeds_stands_where_they_name_requirements, "H1.plan.text"),
	TEST(lines_that_are_nearly_read_are_not, "H1.plan.text"),
	TEST(planned_test_stands_once_at_its_row, "H1.profile.system"),
	TEST(home_of_a_program_is_where_it_stands, "H1.home.facts"),
	TEST(profile_of_what_is_present_marks_each_of_16_tests, "H1.profile.marks"),
	TEST(text_that_cannot_be_read_has_no_errno_of_its_own, "H1.plan.refusals"),
	TEST(directive_ends_at_its_line, "H1.plan.text"),
	TEST(string_ends_where_the_text_does, "H1.plan.text"),
	{0},
};
