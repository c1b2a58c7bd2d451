/* SPDX-License-Identifier: Apache-2.0 */
/* predicate.c - signoff/v1: what of the predicate follows from the evidence. */
#include "attest_statement.h"

#include <string.h>

static json_t *key_json(const struct gng_test *test)
{
	char key[320];

	statement_key(key, test);
	return json_string(key);
}

/* required_json lists what decided, so that whoever wants a PASS of each comes to our verdict. A
 * skip that the profile forgives is in gonogo_notRun of the test-result. */
static json_t *required_json(const struct evidence *evidence)
{
	const struct gng_plan *plan = evidence->plan;
	json_t *list = json_array();
	size_t hint = 0;

	for (size_t i = 0; i < plan->num_tests; i++) {
		const struct gng_test *test = &plan->tests[i];
		const struct gng_record *record = statement_record(evidence, test, &hint);

		if (test->selected &&
		    gng_test_decides(test, record ? record->verdict : GNG_MISSING))
			json_array_append_new(list, key_json(test));
	}
	return list;
}

static json_t *budgets_json(const struct gng_plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->num_tests; i++)
		for (size_t b = 0; b < plan->tests[i].num_budgets; b++) {
			const struct gng_budget *budget = &plan->tests[i].budgets[b];

			json_array_append_new(
				list,
				json_pack("{so ss ss sf ss ss}", "id", key_json(&plan->tests[i]),
					  "metric", budget->metric, "sense",
					  budget->at_least ? ">=" : "<=", "limit", budget->limit,
					  "unit", budget->unit, "machine", budget->machine));
		}
	return list;
}

static json_t *histograms_json(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; i < evidence->num_records; i++)
		for (size_t f = 0; f < evidence->records[i].num_figures; f++) {
			const struct gng_measure *measure =
				&evidence->records[i].figures[f].measure;

			if (measure->hist)
				json_array_append_new(
					list, json_pack("{so ss ss ss}", "id",
							key_json(evidence->records[i].test), "name",
							measure->name, "unit", measure->unit,
							"hist", measure->hist));
		}
	return list;
}

/* A sign-off runs each test once, so this list is empty: that it was not run again is stated. */
static json_t *retries_json(const struct evidence *evidence)
{
	json_t *list = json_array();

	for (size_t i = 0; i < evidence->num_records; i++)
		if (evidence->records[i].attempt > 1)
			json_array_append_new(list, json_pack("{so si}", "id",
							      key_json(evidence->records[i].test),
							      "attempts",
							      (int)evidence->records[i].attempt));
	return list;
}

static json_t *profile_json(const struct evidence *evidence)
{
	const struct gng_profile *profile = &evidence->profile;
	char file[64];
	const char *hex;

	snprintf(file, sizeof(file), "%s.profile", profile->name);
	hex = json_string_value(json_object_get(evidence->files, file));
	return json_pack("{ss ss ss ss ss}", "name", profile->name, "title", profile->title,
			 "grade", profile->grade, "machine", profile->machine, "sha256",
			 hex ? hex : ATTEST_ABSENT);
}

static void copy_members(json_t *to, const json_t *from)
{
	static const char *const keys[] = {
		"id",	  "started",  "seconds",	"version", "command",
		"item",	  "machine",  "floor_before",	"planned", "floor_after",
		"counts", "previous", "counts_required"};
	json_t *value;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		value = json_object_get(from, keys[i]);
		if (value && !json_is_null(value))
			json_object_set(to, keys[i], value);
		else
			json_object_set_new(to, keys[i], json_string(ATTEST_ABSENT));
	}
}

json_t *statement_derived(const struct evidence *evidence)
{
	json_t *json = json_pack(
		"{ss ss so ss so so so so so ss sO}", "verdict",
		gng_overall_name(evidence->tally.overall), "grade", evidence->grade, "virtualized",
		evidence->is_virtual || evidence->is_bare ? json_boolean(evidence->is_virtual)
							  : json_string(ATTEST_ABSENT),
		"plan_sha256", evidence->plan->sha256, "profile", profile_json(evidence),
		"required", required_json(evidence), "budgets", budgets_json(evidence->plan),
		"histograms", histograms_json(evidence), "retries", retries_json(evidence), "seeds",
		ATTEST_ABSENT, "files", evidence->files);

	if (json)
		copy_members(json, evidence->summary);
	return json;
}
