/* SPDX-License-Identifier: Apache-2.0 */
/* findings_test.c - ledger, reasons, failures and verdict, as design/report-mock shows them. */
#include "../suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

static struct gng_test tests[] = {
	{.id = "conformance.aes.gcm.a", .suite = "conformance", .variant = "", .build = "release"},
	{.id = "conformance.aes.overlap.refuses_a_shifted_output",
	 .suite = "conformance",
	 .variant = "vaes512",
	 .build = "release"},
	{.id = "hwtests.launch.rx_hw.p99", .suite = "hwtests", .variant = "", .build = "release"},
	{.id = "fuzz.aes.ecb.replay", .suite = "fuzz", .variant = "", .build = "asan"},
	{.id = "hwtests.uvm.map.b", .suite = "hwtests", .variant = "", .build = "release"},
	{.id = "hwtests.uvm.map.c", .suite = "hwtests", .variant = "", .build = "release"},
};

static struct gng_figure slow_figure = {
	.measure =
		{.name = "rx_to_launch_p99", .value = 9.41, .unit = "us", .lo = 9.36, .hi = 9.47},
	.judged = true,
	.budget = {.metric = "rx_to_launch_p99", .limit = 8, .unit = "us"},
	.verdict = GNG_FAIL,
};

static const struct gng_record records[] = {
	{.test = &tests[0], .verdict = GNG_PASS},
	{.test = &tests[1],
	 .verdict = GNG_FAIL,
	 .reason = "conformance/aes/overlap_test.c:71: out = in + 16, len = 512 expected "
		   "GNG_EINVAL, got GNG_OK",
	 .repro = "gonogo check conformance.aes.overlap.refuses_a_shifted_output --variants "
		  "vaes512"},
	{.test = &tests[2], .verdict = GNG_INCONCLUSIVE, .reason = "noise floor is too high"},
	{.test = &tests[3],
	 .verdict = GNG_ERROR,
	 .reason = "the program is absent",
	 .remedy = "ninja -C build"},
	{.test = &tests[4],
	 .verdict = GNG_SKIP,
	 .reason = "no NVIDIA GPU",
	 .remedy = "use another machine"},
	{.test = &tests[5],
	 .verdict = GNG_SKIP,
	 .reason = "no NVIDIA GPU",
	 .remedy = "use another machine"},
};

static char *text;
static size_t text_len;

static struct gng_term begin(void)
{
	return (struct gng_term){.out = open_memstream(&text, &text_len)};
}

static void expect(struct gng_term *term, const char *expected)
{
	fclose(term->out);
	assert_string_equal(text, expected);
	free(text);
}

static struct gng_tally tally_of(void)
{
	struct gng_tally tally = {.planned = COUNT_OF(records), .overall = GNG_NO_GO};

	for (size_t i = 0; i < COUNT_OF(records); i++)
		tally.count[records[i].verdict]++;
	tally.decisive = &records[1];
	return tally;
}

static void the_ledger_sums_by_suite(void **state)
{
	struct gng_tally tally = tally_of();
	struct gng_term term = begin();

	(void)state;
	tally.required = 1068;
	tally.count_required[GNG_PASS] = 1068;
	gng_term_ledger(&term, &tally, records, COUNT_OF(records));
	expect(&term,
	       " suite          planned   PASS   FAIL  ERROR  MISSING   SKIP  INCONCLUSIVE\n"
	       " -------------------------------------------------------------------------\n"
	       " conformance          2      1      1      0        0      0             0\n"
	       " fuzz                 1      0      0      1        0      0             0\n"
	       " hwtests              3      0      0      0        0      2             1\n"
	       " -------------------------------------------------------------------------\n"
	       " all                  6      1      1      1        0      2             1\n"
	       " required         1,068  1,068      0      0        0      0             0\n");
}

static void reasons_are_counted_with_their_remedy(void **state)
{
	struct gng_term term = begin();

	(void)state;
	gng_term_not_run(&term, records, COUNT_OF(records), ", none of them required here");
	expect(&term, "Not run: 2 tests, none of them required here\n"
		      "    2  no NVIDIA GPU                                 use another machine\n"
		      "Inconclusive: 1 test\n"
		      "    1  noise floor is too high\n");
	term = begin();
	gng_term_not_run(&term, records, 2, "");
	expect(&term, "");
}

/* Each slow test has a command of its own; two hundred of them are no two hundred reasons. */
static void slow_tests_are_one_reason(void **state)
{
	static struct gng_test one = {.id = "conformance.a.b.c", .flags = GNG_TEST_SLOW},
			       other = {.id = "conformance.a.b.d", .flags = GNG_TEST_SLOW};
	const struct gng_record slow[] = {{.test = &one,
					   .verdict = GNG_SKIP,
					   .reason = (char *)"marked slow",
					   .remedy = (char *)"gonogo check --slow one"},
					  {.test = &other,
					   .verdict = GNG_SKIP,
					   .reason = (char *)"marked slow",
					   .remedy = (char *)"gonogo check --slow other"}};
	struct gng_term term = begin();

	(void)state;
	gng_term_not_run(&term, slow, COUNT_OF(slow), "");
	expect(&term, "Not run: 2 tests\n"
		      "    2  marked slow                                   gonogo check --slow\n");
	term = begin();
	gng_term_not_run(&term, slow, 1, "");
	expect(&term,
	       "Not run: 1 test\n"
	       "    1  marked slow                                   gonogo check --slow one\n");
}

/* Among hundreds of gaps those are read that keep the verdict from GO. */
static void what_a_profile_names_comes_first(void **state)
{
	static struct gng_test named = {.id = "hwtests.a.b.c", .required = true, .named = true},
			       other = {.id = "hwtests.a.b.d", .required = true};
	const struct gng_record gaps[] = {
		{.test = &other, .verdict = GNG_SKIP, .reason = (char *)"a guest"},
		{.test = &other, .verdict = GNG_SKIP, .reason = (char *)"a guest"},
		{.test = &other, .verdict = GNG_SKIP, .reason = (char *)"no card"},
		{.test = &named, .verdict = GNG_SKIP, .reason = (char *)"no card"},
	};
	struct gng_term term = begin();

	(void)state;
	gng_term_not_run(&term, gaps, COUNT_OF(gaps), ", one of them required");
	expect(&term, "Not run: 4 tests, one of them required\n"
		      " required\n"
		      "    1  no card\n"
		      " optional\n"
		      "    2  a guest\n"
		      "    1  no card\n");
}

static void failures_name_place_remedy_and_command(void **state)
{
	struct gng_term term = begin();

	(void)state;
	gng_term_failures(&term, records, COUNT_OF(records));
	expect(&term, "FAIL  conformance.aes.overlap.refuses_a_shifted_output  vaes512\n"
		      "      conformance/aes/overlap_test.c:71: out = in + 16, len = 512 expected\n"
		      "      GNG_EINVAL, got GNG_OK\n"
		      "      again:\n"
		      "        gonogo check conformance.aes.overlap.refuses_a_shifted_output \\\n"
		      "          --variants vaes512\n"
		      "ERROR  fuzz.aes.ecb.replay  asan\n"
		      "      the program is absent\n"
		      "      remedy: ninja -C build\n");
}

static void a_figure_out_of_limit_is_shown_with_it(void **state)
{
	const struct gng_record record = {.test = &tests[2],
					  .verdict = GNG_FAIL,
					  .num_figures = 1,
					  .figures = &slow_figure,
					  .log = "logs/x.log"};
	struct gng_term term = begin();

	(void)state;
	gng_term_finding(&term, &record);
	expect(&term,
	       "FAIL  hwtests.launch.rx_hw.p99\n"
	       "      rx_to_launch_p99 is 9.41 us (95 %: 9.36 to 9.47), the limit is <= 8 us\n"
	       "      log: logs/x.log\n");
}

/* The value of all samples, 3.1, would contradict the verdict. */
static void a_ratio_out_of_limit_is_shown_as_it_was_judged(void **state)
{
	struct gng_figure ratio = {.measure = {.name = "seal_vs_evp",
					       .unit = "ratio",
					       .value = 3.1,
					       .lo = 3,
					       .hi = 3.2},
				   .budget = {.metric = "seal_vs_evp",
					      .at_least = true,
					      .limit = 2.8,
					      .unit = "ratio"},
				   .judged = true,
				   .verdict = GNG_FAIL};
	static const double blocks[] = {2.5, 2.1, 2.7, 2.4, 2.2};
	const struct gng_record record = {.test = &tests[2],
					  .verdict = GNG_FAIL,
					  .num_figures = 1,
					  .figures = &ratio,
					  .log = "logs/x.log"};
	struct gng_term term = begin();

	(void)state;
	memcpy(ratio.measure.blocks, blocks, sizeof(blocks));
	ratio.measure.num_blocks = COUNT_OF(blocks);
	gng_term_finding(&term, &record);
	expect(&term,
	       "FAIL  hwtests.launch.rx_hw.p99\n"
	       "      seal_vs_evp is 2.4 ratio (the median of 5 blocks), the limit is >= 2.8\n"
	       "      ratio\n"
	       "      log: logs/x.log\n");
}

static void the_statement_says_what_decided(void **state)
{
	struct gng_tally tally = tally_of();
	char said[512];

	(void)state;
	assert_string_equal(
		gng_term_statement(said, &tally),
		"2 of 6 tests failed: conformance.aes.overlap.refuses_a_shifted_output "
		"(vaes512): conformance/aes/overlap_test.c:71: out = in + 16, len = 512 "
		"expected GNG_EINVAL, got GNG_OK.");
	tally = (struct gng_tally){.planned = 1284, .required = 1068, .overall = GNG_GO};
	tally.count_required[GNG_PASS] = 1068;
	assert_string_equal(gng_term_statement(said, &tally), "All 1,068 required tests passed.");
	tally.overall = GNG_INCOMPLETE;
	tally.count_required[GNG_PASS] = 1065;
	assert_string_equal(gng_term_statement(said, &tally),
			    "No required test failed, but 3 of 1,068 have no PASS.");
	tally = (struct gng_tally){.planned = 2, .overall = GNG_GO, .count = {[GNG_PASS] = 1}};
	assert_string_equal(gng_term_statement(said, &tally), "No test of 2 tests failed.");
}

static void a_skip_that_a_profile_names_is_said(void **state)
{
	struct gng_tally tally = {.planned = 9, .required = 9, .overall = GNG_NO_GO};
	char said[512];

	(void)state;
	tally.count_required[GNG_PASS] = 7;
	tally.count_required[GNG_SKIP] = 2;
	tally.decisive = &records[4];
	assert_string_equal(gng_term_statement(said, &tally),
			    "2 of 9 required tests did not run though the profile names them: "
			    "hwtests.uvm.map.b: no NVIDIA GPU.");
}

static void the_verdict_block_names_grade_profile_and_exit(void **state)
{
	struct gng_tally tally = {.planned = 3, .required = 3, .overall = GNG_GO};
	struct gng_term term = begin();

	(void)state;
	tally.count_required[GNG_PASS] = 3;
	gng_term_verdict(&term, &tally, "functional", "here", "A virtual machine is never lab.");
	expect(&term, "  GO   grade functional   profile here   exit 0\n"
		      "       All 3 required tests passed.\n"
		      "       A virtual machine is never lab.\n");
}

static void the_last_line_counts_every_planned_test(void **state)
{
	struct gng_tally tally = {
		.planned = 21,
		.count = {[GNG_PASS] = 6,
			  [GNG_FAIL] = 5,
			  [GNG_ERROR] = 4,
			  [GNG_MISSING] = 3,
			  [GNG_SKIP] = 2,
			  [GNG_INCONCLUSIVE] = 1},
	};
	struct gng_term term = begin();

	(void)state;
	gng_term_planned(term.out, &tally);
	gng_term_last_line(term.out, &tally);
	expect(&term, "21 planned = 6 PASS + 5 FAIL + 4 ERROR + 3 MISSING + 2 SKIP + 1 "
		      "INCONCLUSIVE\n6 passed, 12 failed, 3 skipped\n");
}

const struct suite_test suite_tests[] = {
	TEST(the_ledger_sums_by_suite, "H1.term.ledger"),
	TEST(what_a_profile_names_comes_first, "H1.term.reasons"),
	TEST(slow_tests_are_one_reason, "H1.term.reasons"),
	TEST(reasons_are_counted_with_their_remedy, "H1.term.reasons"),
	TEST(failures_name_place_remedy_and_command, "H1.term.failures"),
	TEST(a_figure_out_of_limit_is_shown_with_it, "H1.term.failures"),
	TEST(a_ratio_out_of_limit_is_shown_as_it_was_judged, "H1.term.failures"),
	TEST(the_statement_says_what_decided, "H1.term.verdict"),
	TEST(a_skip_that_a_profile_names_is_said, "H1.term.verdict"),
	TEST(the_verdict_block_names_grade_profile_and_exit, "H1.term.verdict"),
	TEST(the_last_line_counts_every_planned_test, "H1.term.last-line"),
	{0},
};
