/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.c - from records to GO or NO-GO (ARCHITECTURE.md, verdict rules). The ledger is by
 * key, not by count: a record too many must not make up for one that is missing.
 */
#include "gng_gauge.h"

#include <stdlib.h>
#include <string.h>

#include "gauge_text.h"

const char *gng_verdict_name(enum gng_verdict verdict)
{
	static const char *const names[GNG_NUM_VERDICTS] = {
		"PASS", "FAIL", "ERROR", "MISSING", "SKIP", "INCONCLUSIVE",
	};

	return verdict < GNG_NUM_VERDICTS ? names[verdict] : "?";
}

const char *gng_overall_name(enum gng_overall overall)
{
	switch (overall) {
	case GNG_GO:
		return "GO";
	case GNG_NO_GO:
		return "NO-GO";
	case GNG_INCOMPLETE:
		return "INCOMPLETE";
	}
	return "?";
}

static enum gng_status refuse(struct gng_why *why, const struct gng_test *test, const char *what)
{
	return gng_why_set(why, GNG_EINVAL, 0, "gauge.tally", "the record of %s%s%s (%s) %s",
			   test->id, *test->variant ? " " : "", test->variant, test->build, what);
}

static enum gng_status place(const struct gng_record **placed, const struct gng_plan *plan,
			     const struct gng_record *record, struct gng_why *why)
{
	const struct gng_test *test = record->test;
	const struct gng_test *planned = gng_plan_find(plan, test->id, test->variant, test->build);

	if (!planned || !planned->selected)
		return refuse(why, test, "answers no selected test of the plan");
	if (record->verdict >= GNG_NUM_VERDICTS)
		return refuse(why, test, "has no verdict");
	if (placed[planned - plan->tests])
		return refuse(why, test, "is there twice");
	placed[planned - plan->tests] = record;
	return GNG_OK;
}

/* weight orders what keeps a deciding test from GO; 0 for what does not. */
static int weight(enum gng_verdict verdict, bool lenient)
{
	switch (verdict) {
	case GNG_FAIL:
		return 5;
	case GNG_ERROR:
		return 4;
	case GNG_SKIP:
		return 3; /* named, else it would not decide */
	case GNG_MISSING:
		return 2;
	case GNG_INCONCLUSIVE:
		return lenient ? 0 : 1;
	default:
		return 0;
	}
}

int gng_tally_exit(const struct gng_tally *tally)
{
	return tally->num_corrupt > 0 ? GNG_EXIT_HARNESS : (int)tally->overall;
}

bool gng_test_decides(const struct gng_test *test, enum gng_verdict verdict)
{
	return test->required && (verdict != GNG_SKIP || test->named);
}

static int count(struct gng_tally *tally, const struct gng_test *test,
		 const struct gng_record *record, bool lenient)
{
	const enum gng_verdict verdict = record ? record->verdict : GNG_MISSING;

	tally->planned++;
	tally->count[verdict]++;
	tally->num_corrupt += record && record->corrupt;
	if (!gng_test_decides(test, verdict))
		return 0;
	tally->required++;
	tally->count_required[verdict]++;
	return weight(verdict, lenient);
}

static void judge(struct gng_tally *tally, const struct gng_plan *plan,
		  const struct gng_record *const *placed, bool lenient)
{
	int heaviest = 0, this;

	for (size_t i = 0; i < plan->num_tests; i++) {
		if (!plan->tests[i].selected)
			continue;
		this = count(tally, &plan->tests[i], placed[i], lenient);
		if (this > heaviest) {
			heaviest = this;
			tally->decisive = placed[i];
		}
	}
	if (heaviest >= 3)
		tally->overall = GNG_NO_GO;
	else if (heaviest > 0 || tally->count_required[GNG_PASS] == 0)
		tally->overall = GNG_INCOMPLETE; /* nothing passed: nothing was shown */
	else
		tally->overall = GNG_GO;
}

enum gng_status gng_tally_records(struct gng_tally *tally, const struct gng_plan *plan,
				  const struct gng_record *records, size_t num_records,
				  bool lenient, struct gng_why *why)
{
	const struct gng_record **placed;
	enum gng_status status = GNG_OK;

	placed = calloc(plan->num_tests + 1, sizeof(const struct gng_record *));
	if (!placed)
		return gauge_no_memory(why);
	for (size_t i = 0; i < num_records && status == GNG_OK; i++)
		status = place(placed, plan, &records[i], why);
	if (status == GNG_OK) {
		memset(tally, 0, sizeof(*tally));
		judge(tally, plan, placed, lenient);
	}
	free(placed);
	return status;
}
