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

const struct suite_test suite_tests[] = {
	TEST(requirements_count_their_tests, "H1.plan.requirements"),
	TEST(requirements_do_not_depend_on_the_builds_asked_for, "H1.plan.requirements"),
	TEST(requirements_refuse_an_unknown_id, "H1.plan.requirements"),
	TEST(requirements_refuse_a_row_without_a_test, "H1.plan.requirements"),
	TEST(requirements_refuse_a_malformed_row, "H1.plan.refusals"),
	{0},
};
