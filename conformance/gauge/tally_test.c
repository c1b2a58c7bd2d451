/* SPDX-License-Identifier: Apache-2.0 */
/* tally_test.c - the verdict rules of ARCHITECTURE.md, over every combination of verdicts. */
#include "../suite.h"

#include <string.h>

#include <gng_gauge.h>

#define NUM_TESTS 3
static char *const ids[NUM_TESTS] = {"conformance.aes.ecb.a", "conformance.aes.ecb.b",
				     "conformance.aes.ecb.c"};

struct ledger {
	struct gng_test tests[NUM_TESTS];
	struct gng_plan plan;
	struct gng_record records[NUM_TESTS];
	struct gng_tally tally;
};

static void ledger_init(struct ledger *ledger)
{
	static char none[] = "";

	memset(ledger, 0, sizeof(*ledger));
	for (size_t i = 0; i < NUM_TESTS; i++) {
		ledger->tests[i].id = ids[i];
		ledger->tests[i].variant = none;
		ledger->tests[i].build = "release";
		ledger->tests[i].selected = ledger->tests[i].required = true;
		ledger->records[i].test = &ledger->tests[i];
	}
	ledger->plan.num_tests = NUM_TESTS;
	ledger->plan.tests = ledger->tests;
}

static enum gng_overall judged(struct ledger *ledger, size_t num_records, bool lenient)
{
	assert_int_equal(gng_tally_records(&ledger->tally, &ledger->plan, ledger->records,
					   num_records, lenient, NULL),
			 GNG_OK);
	return ledger->tally.overall;
}

static bool any(const struct ledger *ledger, enum gng_verdict verdict)
{
	for (size_t i = 0; i < NUM_TESTS; i++)
		if (ledger->records[i].verdict == verdict)
			return true;
	return false;
}

/* The table of ARCHITECTURE.md as it is written there, and one line that it implies: where
 * nothing passed, nothing was shown. */
static enum gng_overall by_the_table(const struct ledger *ledger, bool named, bool lenient)
{
	if (any(ledger, GNG_FAIL) || any(ledger, GNG_ERROR) || (named && any(ledger, GNG_SKIP)))
		return GNG_NO_GO;
	if (any(ledger, GNG_MISSING) || (!lenient && any(ledger, GNG_INCONCLUSIVE)))
		return GNG_INCOMPLETE;
	return any(ledger, GNG_PASS) ? GNG_GO : GNG_INCOMPLETE;
}

static void verdict_follows_the_table_for_every_combination(void **state)
{
	enum { ALL = GNG_NUM_VERDICTS * GNG_NUM_VERDICTS * GNG_NUM_VERDICTS };
	struct ledger ledger;

	(void)state;
	for (unsigned int i = 0; i < ALL * 4; i++) {
		const bool named = i / ALL & 1, lenient = i / ALL & 2;

		ledger_init(&ledger);
		for (unsigned int t = 0, rest = i; t < NUM_TESTS; t++, rest /= GNG_NUM_VERDICTS) {
			ledger.records[t].verdict = rest % GNG_NUM_VERDICTS;
			ledger.tests[t].named = named;
		}
		assert_int_equal(judged(&ledger, NUM_TESTS, lenient),
				 by_the_table(&ledger, named, lenient));
		if (ledger.tally.overall == GNG_NO_GO)
			assert_non_null(ledger.tally.decisive);
		if (ledger.tally.overall == GNG_GO)
			assert_null(ledger.tally.decisive);
	}
}

static void ledger_balances(void **state)
{
	struct ledger ledger;
	size_t sum = 0, required = 0;

	(void)state;
	ledger_init(&ledger);
	ledger.records[0].verdict = GNG_SKIP;
	ledger.tests[1].required = false;
	judged(&ledger, 2, false);
	assert_int_equal(ledger.tally.planned, 3);
	assert_int_equal(ledger.tally.required, 1);
	for (size_t i = 0; i < GNG_NUM_VERDICTS; i++) {
		sum += ledger.tally.count[i];
		required += ledger.tally.count_required[i];
	}
	assert_int_equal(sum, ledger.tally.planned);
	assert_int_equal(required, ledger.tally.required);
	assert_int_equal(ledger.tally.count[GNG_MISSING], 1);
}

static void skip_decides_only_where_the_profile_names_the_test(void **state)
{
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger);
	ledger.records[0].verdict = GNG_SKIP;
	assert_int_equal(judged(&ledger, 3, false), GNG_GO);
	assert_int_equal(ledger.tally.required, 2);
	assert_int_equal(ledger.tally.count_required[GNG_SKIP], 0);
	ledger.tests[0].named = true;
	assert_int_equal(judged(&ledger, 3, false), GNG_NO_GO);
	assert_int_equal(ledger.tally.required, 3);
}

static void verdict_needs_a_record_of_each_test(void **state)
{
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger);
	assert_int_equal(judged(&ledger, 3, false), GNG_GO);
	assert_int_equal(judged(&ledger, 2, true), GNG_INCOMPLETE);
	assert_null(ledger.tally.decisive);
	assert_int_equal(judged(&ledger, 0, false), GNG_INCOMPLETE);
	ledger.tests[2].selected = false;
	assert_int_equal(judged(&ledger, 2, false), GNG_GO);
}

static void verdict_looks_at_required_tests_only(void **state)
{
	struct ledger ledger;

	(void)state;
	ledger_init(&ledger);
	ledger.tests[1].required = false;
	ledger.records[1].verdict = GNG_FAIL;
	assert_int_equal(judged(&ledger, 3, false), GNG_GO);
	assert_int_equal(ledger.tally.count[GNG_FAIL], 1);
	assert_int_equal(ledger.tally.count_required[GNG_FAIL], 0);
	ledger.tests[0].required = ledger.tests[2].required = false;
	assert_int_equal(judged(&ledger, 3, false), GNG_INCOMPLETE); /* requires nothing */
}

static void decisive_is_the_worst_required_record(void **state)
{
	static const enum gng_verdict worst_first[] = {GNG_FAIL, GNG_ERROR, GNG_SKIP, GNG_MISSING,
						       GNG_INCONCLUSIVE};
	struct ledger ledger;

	(void)state;
	for (size_t i = 0; i + 1 < COUNT_OF(worst_first); i++) {
		ledger_init(&ledger);
		ledger.tests[0].named = true;
		ledger.tests[1].named = true;
		ledger.records[0].verdict = worst_first[i + 1];
		ledger.records[1].verdict = worst_first[i];
		judged(&ledger, 3, false);
		assert_ptr_equal(ledger.tally.decisive, &ledger.records[1]);
	}
}

static void refuses(struct ledger *ledger, size_t num_records, const char *part)
{
	struct gng_why why = {0};

	ledger->tally.planned = 77;
	assert_int_equal(gng_tally_records(&ledger->tally, &ledger->plan, ledger->records,
					   num_records, false, &why),
			 GNG_EINVAL);
	assert_int_equal(ledger->tally.planned, 77); /* untouched */
	assert_int_equal(why.sys_errno, 0);
	assert_non_null(strstr(why.text, part));
}

static void ledger_refuses_a_record_that_answers_no_test(void **state)
{
	struct ledger ledger;
	struct gng_test stranger;

	(void)state;
	ledger_init(&ledger);
	ledger.records[1].test = &ledger.tests[0];
	refuses(&ledger, 2, "the record of conformance.aes.ecb.a (release) is there twice");
	ledger.records[1].test = &stranger;
	stranger = ledger.tests[1];
	assert_int_equal(judged(&ledger, 2, false), GNG_INCOMPLETE); /* the key counts */
	stranger.build = "asan";
	refuses(&ledger, 2, "the record of conformance.aes.ecb.b (asan) answers no selected test");
	ledger.records[1].test = &ledger.tests[1];
	ledger.tests[1].selected = false;
	refuses(&ledger, 2, "answers no selected test");
	ledger.tests[1].selected = true;
	ledger.records[1].verdict = GNG_NUM_VERDICTS;
	refuses(&ledger, 2, "has no verdict");
}

static void verdicts_have_names(void **state)
{
	(void)state;
	assert_string_equal(gng_verdict_name(GNG_PASS), "PASS");
	assert_string_equal(gng_verdict_name(GNG_INCONCLUSIVE), "INCONCLUSIVE");
	assert_string_equal(gng_verdict_name(GNG_NUM_VERDICTS), "?");
	assert_string_equal(gng_verdict_name((enum gng_verdict) - 1), "?");
	assert_string_equal(gng_overall_name(GNG_GO), "GO");
	assert_string_equal(gng_overall_name(GNG_NO_GO), "NO-GO");
	assert_string_equal(gng_overall_name(GNG_INCOMPLETE), "INCOMPLETE");
	assert_string_equal(gng_overall_name((enum gng_overall)2), "?");
}

const struct suite_test suite_tests[] = {
	TEST(verdict_follows_the_table_for_every_combination, "H1.verdict.table"),
	TEST(verdict_needs_a_record_of_each_test, "H1.verdict.table"),
	TEST(skip_decides_only_where_the_profile_names_the_test, "H1.verdict.table"),
	TEST(verdict_looks_at_required_tests_only, "H1.verdict.table"),
	TEST(decisive_is_the_worst_required_record, "H1.verdict.decisive"),
	TEST(ledger_balances, "H1.verdict.ledger"),
	TEST(ledger_refuses_a_record_that_answers_no_test, "H1.verdict.ledger"),
	TEST(verdicts_have_names, "H1.verdict.table"),
	{0},
};
