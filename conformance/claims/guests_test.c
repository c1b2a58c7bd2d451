/* SPDX-License-Identifier: Apache-2.0 */
/* guests_test.c - claims that a slow test or a guest of the lab judges: run if asked for, and
 * else not called impossible here. */
/* needs: gauge */
/* requires: jansson */
#include "../suite.h"

#include <claims_guest.h>
#include <gng_gauge.h>

#include "record.h"

#define SLOW_TEST "conformance.claims.guests.a_guest_judges_a_claim"
#define GUESTS_TEST "conformance.rtconf.effects.without_isolcpus_others_come_everywhere"

static struct gng_claims_judgement judge(const char *with)
{
	char line[200];
	const char *lines[] = {"probe = test_shows", line};

	snprintf(line, sizeof(line), "with = %s", with);
	return record_judge("/", lines, 2);
}

/* This machine can run them: it was not asked to. */
static void what_was_not_run_is_not_called_impossible(void **state)
{
	struct gng_claims_judgement judgement = judge(SLOW_TEST);

	(void)state;
	assert_int_equal(judgement.verdict, GNG_CLAIMS_INCONCLUSIVE);
	assert_non_null(
		strstr(judgement.evidence, "was not run: it is slow, gonogo claims --slow"));
	judgement = judge(GUESTS_TEST);
	if (strstr(judgement.evidence, "has no program here"))
		return; /* a build of this subsystem alone */
	assert_int_equal(judgement.verdict, GNG_CLAIMS_INCONCLUSIVE);
	assert_non_null(strstr(judgement.evidence, "gonogo lab run rtconf-plain"));
}

/* After half an hour of a slow test nobody wants to repeat it to learn why. */
static void a_test_that_fails_judges_nobody_and_says_why(void **state)
{
	struct gng_test test = {.id = "a.b.c.d", .flags = GNG_TEST_SLOW};
	struct gng_record record = {
		.test = &test, .verdict = GNG_FAIL, .reason = "9 of 29956 frames were late"};
	struct claims_finding finding;

	(void)state;
	claims_test_judge(&finding, &record);
	assert_int_equal(finding.kind, CLAIMS_DOUBT);
	assert_string_equal(finding.said,
			    "a.b.c.d is FAIL: 9 of 29956 frames were late: gonogo check it --slow");
	test.flags = 0;
	record.verdict = GNG_ERROR;
	record.reason = NULL;
	claims_test_judge(&finding, &record);
	assert_int_equal(finding.kind, CLAIMS_DOUBT);
	assert_string_equal(finding.said, "a.b.c.d is ERROR: no reason is told: gonogo check it");
}

static void only_a_remedy_of_the_lab_names_cases(void **state)
{
	char cases[32];

	(void)state;
	assert_true(claims_guest_cases(cases, sizeof(cases), "gonogo lab run mem-nodes eal-uio"));
	assert_string_equal(cases, "mem-nodes eal-uio");
	assert_true(claims_guest_cases(cases, sizeof(cases), "gonogo lab run mem-nodes: a pool"));
	assert_string_equal(cases, "mem-nodes");
	/* nothing of it reaches a shell as more than words */
	assert_true(claims_guest_cases(cases, sizeof(cases), "gonogo lab run mem-swap; reboot"));
	assert_string_equal(cases, "mem-swap");
	assert_false(claims_guest_cases(cases, sizeof(cases), "gonogo lab run $(reboot)"));
	assert_false(claims_guest_cases(cases, sizeof(cases), "root, or gonogo lab run mem-swap"));
	assert_false(claims_guest_cases(cases, 8, "gonogo lab run mem-nodes"));
	assert_false(claims_guest_cases(cases, sizeof(cases), NULL));
}

static enum claims_finding_kind judge_said(const char *text, const char *evidence)
{
	struct claims_finding finding;
	json_t *said = json_loads(text, JSON_DECODE_ANY, NULL);

	claims_guest_judge(&finding, "a.b.c.d", said, false);
	json_decref(said);
	if (!strstr(finding.said, evidence))
		suite_fail("%s: %s", evidence, finding.said);
	gng_probe_assertion();
	return finding.kind;
}

#define BOOT(kernel, records)                                              \
	"{\"release\":\"" kernel                                           \
	"\",\"cannot\":null,\"records\":[{\"id\":\"a.b.c.e\",\"verdict\":" \
	"\"FAIL\"}," records "]}"
#define RECORD(verdict) \
	"{\"id\":\"a.b.c.d\",\"verdict\":\"" verdict "\",\"reason\":\"why\",\"assertions\":7}"

static void what_all_guests_say_is_judged(void **state)
{
	(void)state;
	assert_int_equal(
		judge_said("{\"boots\":[" BOOT("6.1", RECORD("PASS")) "," BOOT("6.12",
									       RECORD("SKIP")) "]}",
			   "a.b.c.d passes in 1 guest, the last of Linux 6.1: 7 assertions"),
		CLAIMS_FAILS);
	/* one guest in which it fails is enough to doubt */
	assert_int_equal(judge_said("{\"boots\":[" BOOT("6.1", RECORD("PASS")) "," BOOT(
					    "6.12", RECORD("FAIL")) "]}",
				    "a.b.c.d is FAIL in a guest of Linux 6.12"),
			 CLAIMS_DOUBT);
	assert_int_equal(judge_said("{\"boots\":[" BOOT("6.1", RECORD("SKIP")) "]}", "why"),
			 CLAIMS_ABSENT);
	assert_int_equal(
		judge_said("{\"boots\":[{\"cannot\":\"no QEMU\",\"records\":[]}]}", "no QEMU"),
		CLAIMS_ABSENT);
	assert_int_equal(judge_said("{\"boots\":7}", "did not run"), CLAIMS_ABSENT);
	assert_int_equal(judge_said("not json", "did not run"), CLAIMS_ABSENT);
}

static void a_guest_judges_a_claim(void **state)
{
	struct gng_claims_judgement judgement;

	(void)state;
	claims_test_run_slow(true);
	judgement = judge(GUESTS_TEST);
	claims_test_run_slow(false);
	if (judgement.verdict == GNG_CLAIMS_NOT_MEASURABLE_HERE) {
		gng_probe_skip("no guest can be booted here", "ci/setup lab, then make");
		return;
	}
	if (judgement.verdict != GNG_CLAIMS_CONFIRMED)
		suite_fail("%s: %s", gng_claims_verdict_name(judgement.verdict),
			   judgement.evidence);
	assert_non_null(strstr(judgement.evidence, "in 2 guests"));
}

const struct suite_test suite_tests[] = {
	TEST(what_was_not_run_is_not_called_impossible, "H2.claims.verdict"),
	TEST(a_test_that_fails_judges_nobody_and_says_why, "H2.claims.verdict"),
	TEST(only_a_remedy_of_the_lab_names_cases, "H2.claims.probes"),
	TEST(what_all_guests_say_is_judged, "H2.claims.probes"),
	TEST_SLOW(a_guest_judges_a_claim, "H2.claims.probes"),
	{0},
};
