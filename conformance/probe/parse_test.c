/* SPDX-License-Identifier: Apache-2.0 */
/* parse_test.c - a test's report: every word, every way to break one, bounded. */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum gng_status parse(struct gng_probe_report *report, const char *text, struct gng_why *why)
{
	return gng_probe_parse(report, text, strlen(text), why);
}

static void parse_reads_every_word(void **state)
{
	struct gng_probe_report report;

	(void)state;
	assert_int_equal(parse(&report,
			       "measure\tseal\t2.5\tratio\t7\t2\t3\t0\t\t1\t2\t3\t4\t5\n"
			       "measure\tp99\t8\tus\t100\tnan\tinf\t0.99\tHIST\n"
			       "note\tpeer\tOpenSSL\nskip\tno GPU\tbuy one\nassertions\t12\n"
			       "cases\t3\t4\nend\tok\n",
			       NULL),
			 GNG_OK);
	assert_int_equal(report.num_measures, 2);
	assert_int_equal(report.measures[0].num_blocks, 5);
	assert_true(report.measures[0].blocks[4] == 5 && report.measures[0].value == 2.5);
	assert_null(report.measures[0].hist);
	assert_string_equal(report.measures[1].hist, "HIST");
	assert_true(isnan(report.measures[1].lo) && isinf(report.measures[1].hi));
	assert_string_equal(report.notes[0].value, "OpenSSL");
	assert_string_equal(report.skip, "no GPU");
	assert_string_equal(report.remedy, "buy one");
	assert_int_equal(report.assertions, 12);
	assert_int_equal(report.cases, 3);
	assert_int_equal(report.cases_declared, 4);
	assert_int_equal(report.end, GNG_PROBE_END_OK);
	gng_probe_report_fini(&report);
}

static const struct {
	const char *text, *what;
} broken[] = {
	{"end\tperhaps\n", "line 1"},
	{"assertions\t1\nend\tok\nend\tok\n", "line 3"},
	{"end\tok\nassertions\t1\n", "line 2"},
	{"assertions\t-1\n", "no number"},
	{"assertions\t1x\n", "no number"},
	{"assertions\n", "wrong number of fields"},
	{"assertions\t1\t2\n", "wrong number of fields"},
	{"assertions\t99999999999999999999999\n", "no number"},
	{"cases\t1\tx\n", "no number"},
	{"verdict\tPASS\n", "unknown word"},
	{"skip\ta\tb\nskip\ta\tb\n", "twice"},
	{"measure\t\t1\tus\t1\t1\t1\t0\t\n", "name or figure"},
	{"measure\tx\tone\tus\t1\t1\t1\t0\t\n", "name or figure"},
	{"measure\tx\t1\tus\t1\t1\t1\t0\t\t1\t2\t3\t4\t5\t6\n", "too many fields"},
	{"measure\tx\t1\tus\t1\t1\t1\t0\t\tblock\n", "no number"},
	{"measure\tx\t1\ta unit that is much too long\t1\t1\t1\t0\t\n", "name or figure"},
	{"end\tok", "cut"},
	{"\n", "unknown word"},
};

static void parse_refuses_each_broken_line_by_its_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct gng_probe_report report;
		struct gng_why why = {0};

		if (parse(&report, broken[i].text, &why) != GNG_EFORMAT)
			fail_msg("accepted: %s", broken[i].text);
		if (!strstr(why.text, broken[i].what))
			fail_msg("'%s' for: %s", why.text, broken[i].text);
		assert_int_equal(why.status, GNG_EFORMAT);
		gng_probe_report_fini(&report);
	}
}

static void parse_refuses_a_nul_byte(void **state)
{
	struct gng_probe_report report;

	(void)state;
	/* what stands before it would do as a report */
	assert_int_equal(gng_probe_parse(&report, "end\tok\n\0end\tfailed\n", 19, NULL),
			 GNG_EFORMAT);
	gng_probe_report_fini(&report);
}

static void parse_takes_an_empty_report_as_one_without_end(void **state)
{
	struct gng_probe_report report;

	(void)state;
	assert_int_equal(gng_probe_parse(&report, "", 0, NULL), GNG_OK);
	assert_int_equal(report.end, GNG_PROBE_NO_END);
	gng_probe_report_fini(&report);
}

const struct suite_test suite_tests[] = {
	TEST(parse_reads_every_word, "H1.probe.report"),
	TEST(parse_refuses_each_broken_line_by_its_number, "H1.probe.report"),
	TEST(parse_refuses_a_nul_byte, "H1.probe.report"),
	TEST(parse_takes_an_empty_report_as_one_without_end, "H1.probe.report"),
	{0},
};
