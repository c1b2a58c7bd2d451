/* SPDX-License-Identifier: Apache-2.0 */
/* check_test.c - claims: the comparison of a record is computed, and wrong arithmetic is found. */
#include "../suite.h"

#include <string.h>

#include <claims_check.h>

static struct gng_claims_number numbers[] = {
	{"a", 2, "", false},
	{"b", 3, "", false},
	{"long_name", 10, "", false},
	{"zero", 0, "", false},
};

static bool holds(const char *text)
{
	struct claims_sides sides;
	struct gng_why why = {0};
	bool result = false;

	if (claims_check(&result, &sides, text, numbers, COUNT_OF(numbers), &why) != GNG_OK)
		suite_fail("%s: %s", text, why.text);
	return result;
}

static void check_computes_with_the_usual_precedence(void **state)
{
	static const char *const right[] = {
		"a + b * long_name == 32",  "(a + b) * long_name == 50", "long_name - b - a == 5",
		"long_name / a / 5 == 1",   "long_name - (b - a) == 9",	 "2 + 3 * 4 - 10 / 5 == 12",
		"0.1 + 0.2 == 0.3",	    "a < b and b < long_name",	 "a > b or b > a",
		"a > b and a > b or b > a", "b > a or a > b and a > b",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(right); i++)
		if (!holds(right[i]))
			suite_fail("%s does not hold", right[i]);
	assert_true(holds(right[0]));
}

static void check_finds_wrong_arithmetic(void **state)
{
	static const char *const wrong[] = {
		"a + b == 6",
		"a * b == 5",
		"a == b",
		"a != 2",
		"b < a",
		"b <= a",
		"a >= b",
		"a > 2",
		"a < 2",
		"a < b and b < a",
		"a > b or b < a",
		"(a > b or b > a) and a > b",
		"1048576 * 10 / 12.3 / 1000 <= 2 * 3.82",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		if (holds(wrong[i]))
			suite_fail("%s holds", wrong[i]);
	assert_false(holds(wrong[0]));
}

/* The sides of the comparison that decided become the evidence. */
static void check_tells_the_comparison_that_decided(void **state)
{
	struct claims_sides sides;
	bool result;

	(void)state;
	assert_int_equal(claims_check(&result, &sides, "a < b and b + 1 < a * 1 and a == 2",
				      numbers, COUNT_OF(numbers), NULL),
			 GNG_OK);
	assert_false(result);
	assert_true(sides.left == 4 && sides.right == 2);
	assert_string_equal(sides.operator, "<");
	assert_int_equal(
		claims_check(&result, &sides, "a < b and a <= 2", numbers, COUNT_OF(numbers), NULL),
		GNG_OK);
	assert_true(sides.left == 2 && sides.right == 2 && sides.holds);
	assert_string_equal(sides.operator, "<=");
}

static void check_refuses_what_cannot_be_computed(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{"", "where a value is due"},
		{"a +", "where a value is due"},
		{"a b", "an operator is missing"},
		{"a < c", "no number of that name"},
		{"a_ < 1", "no number of that name"},
		{"lon < 1", "no number of that name"},
		{"(a < b", "'(' without ')'"},
		{"a < b)", "')' without '('"},
		{"a + b", "no comparison"},
		{"a < b < 3", "join comparisons"},
		{"(a < b) + 1 == 2", "join comparisons"},
		{"a and b", "join comparisons"},
		{"a / zero == 1", "division by zero"},
		{"a / (b - 3) == 1", "division by zero"},
		{"-1 < a", "no number of that name"},
		{"0x10 < a", "12.5"},
		{"1.2.3 < a", "12.5"},
		{"a ^ b == 8", "an operator is missing"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct claims_sides sides;
		struct gng_why why = {0};
		bool result;

		assert_int_equal(claims_check(&result, &sides, bad[i].text, numbers,
					      COUNT_OF(numbers), &why),
				 GNG_EFORMAT);
		if (!strstr(why.text, bad[i].part))
			suite_fail("'%s' says '%s'", bad[i].text, why.text);
	}
}

static void check_bounds_its_depth(void **state)
{
	struct claims_sides sides;
	struct gng_why why = {0};
	char deep[4096];
	bool result;

	(void)state;
	memset(deep, '(', 1000);
	strcpy(deep + 1000, "a < b");
	assert_int_equal(claims_check(&result, &sides, deep, numbers, COUNT_OF(numbers), &why),
			 GNG_EFORMAT);
	assert_non_null(strstr(why.text, "more than 32"));
	memset(deep, '(', 30);
	strcpy(deep + 30, "a < b");
	memset(deep + 35, ')', 30);
	deep[65] = '\0';
	assert_true(holds(deep));
}

const struct suite_test suite_tests[] = {
	TEST(check_computes_with_the_usual_precedence, "H2.claims.check"),
	TEST(check_finds_wrong_arithmetic, "H2.claims.check"),
	TEST(check_tells_the_comparison_that_decided, "H2.claims.check"),
	TEST(check_refuses_what_cannot_be_computed, "H2.claims.check H2.claims.refusals"),
	TEST(check_bounds_its_depth, "H2.claims.check"),
	{0},
};
