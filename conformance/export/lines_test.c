/* SPDX-License-Identifier: Apache-2.0 */
/* lines_test.c - LAVA's signals and OpenMetrics text: their grammar, and no gap as a pass. */
#include "run.h"

#include <regex.h>

static void each_line_matches(const char *text, const char *pattern)
{
	char line[1024];
	regex_t regex;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		gng_probe_assertion();
		if (regexec(&regex, line, 0, NULL, 0) != 0)
			suite_fail("'%s' does not match", line);
	}
	regfree(&regex);
}

#define SIGNAL                                                 \
	"^<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=[A-Za-z0-9_.-]+ " \
	"RESULT=(pass|fail|skip|unknown)( UNITS=[^ <>]+)?( MEASUREMENT=[-+.e0-9]+)?>$"

static void lava_signals_are_words_on_a_line(void **state)
{
	const char *text;

	(void)state;
	run_init();
	text = run_text(gng_export_lava);
	each_line_matches(text, SIGNAL);
	run_has(text, "TEST_CASE_ID=conformance.aes.gcm.test_0.vaes512.release RESULT=pass>\n");
	run_has(text, ".test_0.vaes512.release.seal_p99 RESULT=pass UNITS=ns MEASUREMENT=751.5>\n");
	run_has(text, ".seal_p999 RESULT=fail UNITS=B___cycle MEASUREMENT=1e-09>\n");
	assert_null(strstr(text, "unknown RESULT")); /* a figure that is no number */
}

static void lava_calls_no_gap_a_pass(void **state)
{
	static const char *const want[GNG_NUM_VERDICTS] = {
		[GNG_PASS] = "pass",	[GNG_FAIL] = "fail", [GNG_ERROR] = "fail",
		[GNG_MISSING] = "fail", [GNG_SKIP] = "skip", [GNG_INCONCLUSIVE] = "unknown"};
	char line[160];
	const char *text;

	(void)state;
	run_init();
	text = run_text(gng_export_lava);
	for (int v = GNG_FAIL; v < GNG_NUM_VERDICTS; v++) {
		snprintf(line, sizeof(line), "conformance.aes.gcm.test_%d%s RESULT=%s>\n", v,
			 v == GNG_MISSING ? "" : ".release", want[v]);
		run_has(text, line);
	}
	run_has(text, "TEST_CASE_ID=gonogo.verdict RESULT=fail>\n");
	run_all.overall = GNG_INCOMPLETE;
	run_has(run_text(gng_export_lava), "TEST_CASE_ID=gonogo.verdict RESULT=unknown>\n");
	run_all.overall = GNG_GO;
	run_has(run_text(gng_export_lava), "TEST_CASE_ID=gonogo.verdict RESULT=pass>\n");
}

#define LABEL "[a-z]+=\"([^\\\"]|\\\\[\\\"n])*\""
#define METRICS                                                                           \
	"^(# (TYPE|HELP|UNIT) gonogo_[a-z_]+ .+|# EOF|gonogo_[a-z_]+\\{" LABEL "(," LABEL \
	")*\\} [-+.e0-9]+)$"

static void openmetrics_lines_keep_the_grammar(void **state)
{
	const char *text;

	(void)state;
	run_init();
	run_tests[GNG_FAIL].id = (char *)"a\"b\\c\nd\377";
	text = run_text(gng_export_openmetrics);
	each_line_matches(text, METRICS);
	run_has(text, "gonogo_test_passed{id=\"a\\\"b\\\\c\\nd?\",variant=\"\",");
	run_has(text, "gonogo_figure{id=\"conformance.aes.gcm.test_0\",variant=\"vaes512\","
		      "build=\"release\",figure=\"seal_p99\",unit=\"ns\"} 751.5\n");
	assert_string_equal(text + strlen(text) - 6, "# EOF\n");
	assert_null(strstr(text, "nan"));
}

static void openmetrics_counts_each_verdict_once(void **state)
{
	const char *text;
	char line[80];

	(void)state;
	run_init();
	text = run_text(gng_export_openmetrics);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		snprintf(line, sizeof(line), "gonogo_records{verdict=\"%s\"} 1\n",
			 gng_verdict_name((enum gng_verdict)v));
		run_has(text, line);
		snprintf(line, sizeof(line), "verdict=\"%s\"} %d\n",
			 gng_verdict_name((enum gng_verdict)v), v == GNG_PASS);
		run_has(text, line);
	}
	run_has(text,
		"gonogo_go{run=\"signoff-1\",commit=\"" RUN_COMMIT "\",verdict=\"NO-GO\"} 0\n");
}

const struct suite_test suite_tests[] = {
	TEST(lava_signals_are_words_on_a_line, "H1.export.lava"),
	TEST(lava_calls_no_gap_a_pass, "H1.export.gaps"),
	TEST(openmetrics_lines_keep_the_grammar, "H1.export.openmetrics"),
	TEST(openmetrics_counts_each_verdict_once, "H1.export.gaps"),
	{0},
};
