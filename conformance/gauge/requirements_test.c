/* SPDX-License-Identifier: Apache-2.0 */
/* requirements_test.c - every requirement has a test, and every id that a test names exists. */
#include "tree.h"

static const struct gng_requirement *find(const struct gng_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->num_requirements; i++)
		if (strcmp(plan->requirements[i].id, id) == 0)
			return &plan->requirements[i];
	fail_msg("the plan has no requirement %s", id);
	return NULL;
}

static void requirements_count_their_tests(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	assert_int_equal(plan->num_requirements, 3);
	assert_int_equal(find(plan, "C1.kat")->num_tests, 8);
	assert_int_equal(find(plan, "C1.fast")->num_tests, 2);
	assert_string_equal(find(plan, "C1.kat")->clause, "FIPS 197 C");
	assert_string_equal(find(plan, "C1.kat")->text, "ECB encrypts.");
	assert_string_equal(find(plan, "B1.load")->subsystem, "bpf");
	tree_close(plan, home);
}

/* A plan of the asan build has no hardware test, and the requirement is tested all the same. */
static void requirements_do_not_depend_on_the_builds_asked_for(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "asan");
	assert_int_equal(find(plan, "C1.fast")->num_tests, 0);
	tree_close(plan, home);
}

static void requirements_refuse_an_unknown_id(void **state)
{
	(void)state;
	tree_plant();
	tree_write("conformance/xdp/drop_test.c",
		   "suite_tests[] = {\n\tTEST(drops,\n\t     \"C1.kat C1.fats\"),\n{0}};\n");
	tree_refuses(GNG_EFORMAT, "conformance/xdp/drop_test.c:2: requirement 'C1.fats' has no row "
				  "in a requirements.tsv: is it 'C1.fast'?");
	tree_write("conformance/xdp/drop_test.c", "suite_tests[] = {TEST(drops, \"\"),{0}};\n");
	tree_write("fuzz/aes/ecb.seeds", "# cases: 0\n# requirements: C1.kta\n");
	tree_refuses(GNG_EFORMAT, "fuzz/aes/ecb.seeds:2: requirement 'C1.kta' has no row");
	tree_write("fuzz/aes/ecb.seeds", "# requirements: C1.kat C1.kat\n");
	tree_refuses(GNG_EFORMAT, "fuzz/aes/ecb.seeds:1: requirement 'C1.kat' stands twice");
}

static void requirements_refuse_a_row_without_a_test(void **state)
{
	(void)state;
	tree_plant();
	tree_write("impl/xdp/requirements.tsv", "# drops\n\nB3.drop\tproject\tIt drops.\n");
	tree_refuses(GNG_EFORMAT, "impl/xdp/requirements.tsv:3: no test names 'B3.drop'");
}

static void row_refused(const char *text, const char *part)
{
	tree_write("impl/xdp/requirements.tsv", text);
	tree_refuses(GNG_EFORMAT, part);
}

static void requirements_refuse_a_malformed_row(void **state)
{
	(void)state;
	tree_plant();
	row_refused("B3.a\tproject\n", "impl/xdp/requirements.tsv:1: a row is: id, tab, clause");
	row_refused("B3.a\t\ttext\n", "impl/xdp/requirements.tsv:1: a row is: id, tab, clause");
	row_refused("\n\nB3.a\tc\ttext\tmore\n", "impl/xdp/requirements.tsv:3: a row has three");
	row_refused("drop\tc\ttext\n", "impl/xdp/requirements.tsv:1: an id begins with its system");
	row_refused("B3.\tc\ttext\n", "impl/xdp/requirements.tsv:1: an id begins with its system");
	row_refused("B3.a b\tc\tt\n", "impl/xdp/requirements.tsv:1: an id begins with its system");
	row_refused("C1.kat\tc\ttext\n", "impl/xdp/requirements.tsv:1: the id stands twice");
	row_refused("B3.a\tc\tt\303\244xt\n",
		    "impl/xdp/requirements.tsv:1: a byte is no printable");
}

static void ids_begin_with_a_letter_a_number_and_a_dot(void **state)
{
	static const char *const good[] = {"A0.b", "Z99.x_-9.Y", "C1..", "C10.a.b"};
	static const char *const bad[] = {"C1",	   "C1.",    "C.a",  "1.a",  "c1.a",
					  "C1a.b", "C1.a/b", "@1.a", "[1.a", "C1.a+"};
	char row[64];

	(void)state;
	tree_plant();
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		snprintf(row, sizeof(row), "%s\tclause\ttext\n", bad[i]);
		row_refused(row, "impl/xdp/requirements.tsv:1: an id begins with its system");
	}
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		snprintf(row, sizeof(row), "#\n%s\tclause\ttext\n", good[i]);
		row_refused(row, "impl/xdp/requirements.tsv:2: no test names");
	}
}

/* A third of the name may be wrong: more is no typing error. */
static void guess_is_offered_only_for_a_near_id(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = NULL;
	struct gng_why why = {0};

	(void)state;
	tree_plant();
	tree_write("conformance/xdp/drop_test.c",
		   "suite_tests[] = {TEST(drops, \"C1.xxx\"),{0}};\n");
	assert_int_equal(gng_home_open(&home, tree_path("build"), &why), GNG_OK);
	assert_int_equal(gng_plan_open(&plan, home, "all", &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "requirement 'C1.xxx' has no row in a requirements.tsv"));
	assert_null(strstr(why.text, "is it"));
	tree_write("conformance/xdp/drop_test.c",
		   "suite_tests[] = {TEST(drops, \"C1.kxx\"),{0}};\n");
	assert_int_equal(gng_plan_open(&plan, home, "all", &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "has no row in a requirements.tsv: is it 'C1.kat'?"));
	gng_home_close(home);
}

const struct suite_test suite_tests[] = {
	TEST(requirements_count_their_tests, "H1.plan.requirements"),
	TEST(requirements_do_not_depend_on_the_builds_asked_for, "H1.plan.requirements"),
	TEST(requirements_refuse_an_unknown_id, "H1.plan.requirements"),
	TEST(requirements_refuse_a_row_without_a_test, "H1.plan.requirements"),
	TEST(requirements_refuse_a_malformed_row, "H1.plan.refusals"),
	TEST(ids_begin_with_a_letter_a_number_and_a_dot, "H1.plan.refusals"),
	TEST(guess_is_offered_only_for_a_near_id, "H1.plan.requirements"),
	{0},
};
