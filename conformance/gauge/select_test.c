/* SPDX-License-Identifier: Apache-2.0 */
/* select_test.c - a selector is a prefix that ends at a dot; a typing error gets a guess. */
#include "tree.h"

#include "gauge_plan.h"

static size_t selected(const struct gng_plan *plan)
{
	size_t num = 0;

	for (size_t i = 0; i < plan->num_tests; i++)
		num += plan->tests[i].selected;
	return num;
}

/* selects expects that num of the planted tests are selected, all with prefix in their id. */
static void selects(const char *selector, const char *variants, size_t num, const char *prefix)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, "all");
	struct gng_why why = {0};

	if (gng_plan_select(plan, &selector, selector != NULL, variants, &why) != GNG_OK)
		fail_msg("%s", why.text);
	assert_int_equal(selected(plan), num);
	for (size_t i = 0; i < plan->num_tests; i++)
		if (plan->tests[i].selected)
			assert_non_null(strstr(plan->tests[i].id, prefix));
	tree_close(plan, home);
}

static void select_takes_prefixes_that_end_at_a_dot(void **state)
{
	(void)state;
	tree_plant();
	selects(NULL, NULL, 16, "");
	selects("conformance", NULL, 12, "conformance.");
	selects("conformance.aes", NULL, 8, "conformance.aes.");
	selects("aes", NULL, 12, ".aes.");
	selects("aes.ecb", NULL, 10, ".aes.ecb.");
	selects("aes.ecb.ecb_soaks", NULL, 2, "conformance.aes.ecb.ecb_soaks");
	selects("fuzz.aes.ecb.replay", NULL, 2, "fuzz.aes.ecb.replay");
}

static void select_keeps_the_variants_that_are_named(void **state)
{
	(void)state;
	tree_plant();
	selects(NULL, "aesni", 2, "ecb_encrypts");
	selects("aes", "aesni,portable", 4, "ecb_encrypts");
	selects("aes.ecb", "all", 10, "aes.ecb");
	selects("bpf", "portable", 0, "");
}

static void select_narrows_what_is_selected(void **state)
{
	const char *first[] = {"aes", "xdp"}, *then[] = {"conformance"};
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_plant();
	plan = tree_open(&home, "all");
	assert_int_equal(gng_plan_select(plan, first, 2, NULL, NULL), GNG_OK);
	assert_int_equal(selected(plan), 14);
	assert_int_equal(gng_plan_select(plan, then, 1, NULL, NULL), GNG_OK);
	assert_int_equal(selected(plan), 10);
	tree_close(plan, home);
}

static void refuses(const char *selector, const char *variants, const char *sentence)
{
	const char *both[] = {"aes", selector};
	struct gng_home *home = NULL;
	struct gng_plan *plan = tree_open(&home, "all");
	struct gng_why why = {0};

	assert_int_equal(gng_plan_select(plan, both, 2, variants, &why), GNG_EINVAL);
	assert_string_equal(why.text, sentence);
	assert_int_equal(why.sys_errno, 0);
	assert_int_equal(selected(plan), plan->num_tests);
	tree_close(plan, home);
}

static void select_guesses_what_a_typing_error_meant(void **state)
{
	(void)state;
	tree_plant();
	refuses("ase", NULL, "no test is called 'ase': did you mean 'aes'? (gonogo list)");
	refuses("ae", NULL, "no test is called 'ae': did you mean 'aes'? (gonogo list)");
	refuses("aes.", NULL, "no test is called 'aes.': did you mean 'aes'? (gonogo list)");
	refuses("", NULL, "no test is called '': did you mean 'aes'? (gonogo list)");
	refuses("conformance.aes.ebc", NULL,
		"no test is called 'conformance.aes.ebc': did you mean 'conformance.aes.ecb'? "
		"(gonogo list)");
	refuses("conformance.aes.ecb.ecb_encrypt", NULL,
		"no test is called 'conformance.aes.ecb.ecb_encrypt': did you mean "
		"'conformance.aes.ecb.ecb_encrypts'? (gonogo list)");
	refuses("aes", "aesni,portabel",
		"no variant is called 'portabel': did you mean 'portable'?");
	refuses("aes", "", "no variant is called '': did you mean 'aesni'?");
}

static size_t edits_between(const char *wanted, const char *candidate)
{
	struct gauge_nearest nearest;

	gauge_nearest_init(&nearest, wanted);
	gauge_nearest_try(&nearest, candidate, strlen(candidate));
	return nearest.edits;
}

static void nearest_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(edits_between("kitten", "sitting"), 3);
	assert_int_equal(edits_between("aes", "aes"), 0);
	assert_int_equal(edits_between("aes", "ase"), 1);
	assert_int_equal(edits_between("ca", "abc"), 3); /* no substring is edited twice */
	assert_int_equal(edits_between("", "abc"), 3);
	assert_int_equal(edits_between("abc", "b"), 2);
}

const struct suite_test suite_tests[] = {
	TEST(select_takes_prefixes_that_end_at_a_dot, "H1.select.prefix"),
	TEST(select_keeps_the_variants_that_are_named, "H1.select.prefix"),
	TEST(select_narrows_what_is_selected, "H1.select.prefix"),
	TEST(select_guesses_what_a_typing_error_meant, "H1.select.guess"),
	TEST(nearest_counts_edits, "H1.select.guess"),
	{0},
};
