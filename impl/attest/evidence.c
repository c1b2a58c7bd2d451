/* SPDX-License-Identifier: Apache-2.0 */
/* evidence.c - reads what a run left, and judges it again by the gauge's own rules. */
#include "attest_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALE 1.0 /* a sign-off asks for the limit itself */

const char *evidence_fact(const struct evidence *evidence, const char *group, const char *name)
{
	const json_t *facts = json_object_get(evidence->summary, "machine");

	for (size_t i = 0; i < json_array_size(facts); i++) {
		const json_t *fact = json_array_get(facts, i);
		const char *its_group = json_string_value(json_object_get(fact, "group"));
		const char *its_name = json_string_value(json_object_get(fact, "name"));
		const char *value = json_string_value(json_object_get(fact, "value"));

		if (its_group && its_name && value && strcmp(its_group, group) == 0 &&
		    strcmp(its_name, name) == 0)
			return value;
	}
	return ATTEST_ABSENT;
}

/* ---- reading ---- */

static bool marks_changed(const struct gng_plan *plan, const bool *required, const bool *named,
			  size_t *at)
{
	for (*at = 0; *at < plan->num_tests; ++*at)
		if (plan->tests[*at].required != required[*at] ||
		    plan->tests[*at].named != named[*at])
			return true;
	return false;
}

/* apply_profile marks the plan anew and compares with the marks that plan.json states. */
static enum gng_status apply_profile(struct evidence *evidence, const char *name, char *text)
{
	struct gng_plan *plan = evidence->plan;
	const size_t num_tests = plan->num_tests;
	bool *marks = calloc(2 * plan->num_tests + 1, sizeof(*marks));
	enum gng_status status;
	size_t at;

	if (!marks)
		return evidence_bad(evidence, NULL, "no memory");
	for (size_t i = 0; i < plan->num_tests; i++) {
		marks[i] = plan->tests[i].required;
		marks[plan->num_tests + i] = plan->tests[i].named;
	}
	status = gng_profile_apply_text(&evidence->profile, plan, name, text, evidence->why);
	/* a profile that wants a planned system adds its tests, which a true plan has already */
	if (status == GNG_OK && plan->num_tests != num_tests)
		status = evidence_bad(evidence, "plan.json",
				      "it lacks %zu planned tests that the profile wants",
				      plan->num_tests - num_tests);
	if (status == GNG_OK && marks_changed(plan, marks, marks + plan->num_tests, &at))
		status = evidence_bad(evidence, "plan.json",
				      "what it says of %.120s is not what the profile requires",
				      plan->tests[at].id);
	free(marks);
	return status == GNG_EINVAL ? GNG_EFORMAT : status;
}

static enum gng_status read_profile(struct evidence *evidence)
{
	const char *name = json_string_value(json_object_get(evidence->summary, "profile"));
	char file[64], *path, *text = NULL;
	enum gng_status status;
	size_t len = 0;

	if (!name || strlen(name) > 31 || strchr(name, '/'))
		return evidence_bad(evidence, "summary.json", "it names no profile");
	snprintf(file, sizeof(file), "%s.profile", name);
	path = evidence_path(evidence, file);
	if (path)
		text = attest_text(&len, path);
	free(path);
	if (!text || strlen(text) != len)
		status = evidence_bad(evidence, file, "it is missing, or no text");
	else
		status = apply_profile(evidence, name, text);
	free(text);
	return status;
}

static enum gng_status read_records(struct evidence *evidence)
{
	char *path = evidence_path(evidence, "records.jsonl");
	size_t num_strangers = 0;
	enum gng_status status;

	if (!path)
		return evidence_bad(evidence, NULL, "no memory");
	status = gng_records_read(&evidence->records, &evidence->num_records, &num_strangers,
				  evidence->plan, path, evidence->why);
	free(path);
	if (status == GNG_OK && num_strangers)
		return evidence_bad(evidence, "records.jsonl",
				    "%zu records are of tests that the plan does not have",
				    num_strangers);
	return status == GNG_OK ? GNG_OK : GNG_EFORMAT;
}

enum gng_status evidence_read(struct evidence *evidence)
{
	enum gng_status status = evidence_json(evidence, &evidence->summary, "summary.json");

	if (status == GNG_OK)
		status = evidence_plan(evidence);
	if (status == GNG_OK)
		status = read_profile(evidence);
	if (status == GNG_OK)
		status = evidence_floors(evidence);
	return status == GNG_OK ? read_records(evidence) : status;
}

void evidence_close(struct evidence *evidence)
{
	gng_records_free(evidence->records, evidence->num_records);
	gng_plan_close(evidence->plan);
	for (size_t i = 0; i < evidence->num_builds; i++)
		free(evidence->builds[i]);
	free(evidence->builds);
	for (int i = 0; i < 2; i++)
		gng_hist_close(evidence->floors[i]);
	json_decref(evidence->files);
	json_decref(evidence->summary);
	memset(evidence, 0, sizeof(*evidence));
}

/* ---- judging ---- */

static double floor_at(const void *context, double quantile)
{
	(void)quantile; /* a figure has one */
	return *(const double *)context;
}

static const struct gng_budget *budget_of(const struct gng_test *test,
					  const struct gng_budget *stated)
{
	for (size_t i = 0; i < test->num_budgets; i++) {
		const struct gng_budget *one = &test->budgets[i];

		if (strcmp(one->machine, stated->machine) == 0 &&
		    strcmp(one->metric, stated->metric) == 0 && one->limit == stated->limit &&
		    one->at_least == stated->at_least)
			return one;
	}
	return NULL;
}

/* judge_figure returns NULL, or what is wrong with a figure. */
static const char *judge_figure(const struct evidence *evidence, const struct gng_record *record,
				const struct gng_figure *figure)
{
	const struct gng_budget *budget = budget_of(record->test, &figure->budget);
	const struct gng_floor floor = {.at = floor_at, .context = &figure->floor_ns};
	char reason[256];
	enum gng_verdict verdict;

	if (!budget)
		return "a figure is judged by a limit that the plan does not have";
	if (!evidence_floor_fits(evidence, figure, record->verdict))
		return "the noise floor of a figure is not what was measured before and after";
	verdict = gng_budget_judge(reason, budget, &figure->measure, SCALE,
				   isfinite(figure->floor_ns) ? &floor : NULL);
	if (verdict != figure->verdict)
		return "the verdict of a figure does not follow from what was measured";
	if (record->verdict == GNG_PASS && verdict != GNG_PASS)
		return "it is PASS and one of its figures is not";
	return NULL;
}

static const char *judge_record(const struct evidence *evidence, const struct gng_record *record)
{
	const char *wrong = NULL;
	size_t num_judged = 0;

	for (size_t i = 0; i < record->num_figures && !wrong; i++) {
		if (!record->figures[i].judged)
			continue;
		num_judged++;
		wrong = judge_figure(evidence, record, &record->figures[i]);
	}
	if (wrong || record->verdict != GNG_PASS)
		return wrong;
	if (record->assertions == 0 && record->cases == 0)
		return "it is PASS and asserted nothing";
	if (record->test->cannot || record->test->broken)
		return "it is PASS and the plan says that it cannot run";
	for (size_t i = 0; i < record->test->num_budgets; i++)
		if (num_judged == 0 && strcmp(record->test->budgets[i].machine, "*") == 0)
			return "it is PASS and its budget was not judged";
	return NULL;
}

static void judge_grade(struct evidence *evidence)
{
	const char *fact = evidence_fact(evidence, "Firmware", "virtualised");
	const char *features = evidence_fact(evidence, "Processor", "features");

	/* Whoever states "no" and lists the CPUID bit of a hypervisor is not believed. */
	evidence->is_virtual = strncmp(fact, "yes", 3) == 0 || strstr(features, "hypervisor");
	evidence->is_bare = strcmp(fact, "no") == 0 && !evidence->is_virtual;
	snprintf(evidence->grade, sizeof(evidence->grade), "%s",
		 evidence->is_bare ? evidence->profile.grade : "functional");
}

enum gng_status evidence_judge(struct evidence *evidence)
{
	enum gng_status status;

	for (size_t i = 0; i < evidence->num_records; i++) {
		const char *wrong = judge_record(evidence, &evidence->records[i]);

		if (wrong)
			return evidence_bad(evidence, "records.jsonl", "line %zu, %.100s: %s",
					    i + 1, evidence->records[i].test->id, wrong);
	}
	status = gng_tally_records(&evidence->tally, evidence->plan, evidence->records,
				   evidence->num_records, false, evidence->why);
	if (status != GNG_OK)
		return GNG_EFORMAT;
	judge_grade(evidence);
	return evidence_project(evidence);
}
