/* SPDX-License-Identifier: Apache-2.0 */
/* judge_test.c - the selftest's own count: what it says of too few, too many and lying cases. */
#include "../suite.h"

#include <string.h>

#include <gng_selftest.h>

#define NUM 3

/* judged returns NUM held results as they are after a good run of two traps and a control. */
static struct gng_selftest judged(struct gng_selftest_result results[NUM])
{
	static const char *const names[NUM] = {"hang", "record-cut", "honest-test"};
	struct gng_selftest selftest = {.declared = NUM, .num_results = NUM, .results = results};

	memset(results, 0, NUM * sizeof(*results));
	for (size_t i = 0; i < NUM; i++) {
		results[i].name = names[i];
		results[i].gate = "nanny: deadline";
		results[i].control = i == NUM - 1;
	}
	return selftest;
}

static void expect(struct gng_selftest *selftest, enum gng_overall overall, const char *part)
{
	gng_selftest_judge(selftest);
	assert_int_equal(selftest->overall, overall);
	if (!strstr(selftest->statement, part))
		suite_fail("'%s' does not say '%s'", selftest->statement, part);
}

static void judge_goes_when_all_held(void **state)
{
	struct gng_selftest_result results[NUM];
	struct gng_selftest selftest = judged(results);

	(void)state;
	expect(&selftest, GNG_GO, "2 traps came out red and 1 controls green");
	assert_int_equal(selftest.num_held, 3);
	results[0].state = GNG_SELFTEST_SKIPPED;
	expect(&selftest, GNG_GO, "1 traps came out red and 1 controls green");
	assert_int_equal(selftest.num_skipped, 1);
}

static void judge_names_the_gate_that_lied(void **state)
{
	struct gng_selftest_result results[NUM];
	struct gng_selftest selftest = judged(results);

	(void)state;
	results[0].state = GNG_SELFTEST_LIED;
	expect(&selftest, GNG_NO_GO, "1 of 3 gates lied: hang at the gate \"nanny: deadline\"");
	results[0].state = GNG_SELFTEST_HELD;
	results[2].state = GNG_SELFTEST_LIED; /* a control that is red is a lie too */
	expect(&selftest, GNG_NO_GO, "honest-test");
}

static void judge_refuses_fewer_or_more_than_declared(void **state)
{
	struct gng_selftest_result results[NUM];
	struct gng_selftest selftest = judged(results);

	(void)state;
	selftest.declared = NUM + 1;
	expect(&selftest, GNG_INCOMPLETE, "3 of 4 declared cases were executed");
	selftest.declared = NUM - 1;
	expect(&selftest, GNG_INCOMPLETE, "3 of 2 declared cases were executed");
	selftest.declared = NUM;
	results[1].name = results[0].name;
	expect(&selftest, GNG_INCOMPLETE, "hang was executed twice");
}

static void judge_refuses_a_run_without_a_trap(void **state)
{
	struct gng_selftest_result results[NUM];
	struct gng_selftest selftest = judged(results);

	(void)state;
	results[0].state = results[1].state = GNG_SELFTEST_SKIPPED;
	expect(&selftest, GNG_INCOMPLETE, "No trap was executed");
}

const struct suite_test suite_tests[] = {
	TEST(judge_goes_when_all_held, "H1.selftest.count"),
	TEST(judge_names_the_gate_that_lied, "H1.selftest.names"),
	TEST(judge_refuses_fewer_or_more_than_declared, "H1.selftest.count"),
	TEST(judge_refuses_a_run_without_a_trap, "H1.selftest.count"),
	{0},
};
