/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.c - in-toto Statement v1 with test-result v0.1, SLSA provenance v1 and SVR v0.2:
 * all that follows from the evidence, so that a verifier can make the same again.
 */
#include "attest_statement.h"

#include <string.h>
#include <time.h>

json_t *statement_make(json_t *subject, const char *type, json_t *predicate)
{
	return json_pack("{ss so ss so}", "_type", STATEMENT_TYPE, "subject", subject,
			 "predicateType", type, "predicate", predicate);
}

void statement_key(char text[320], const struct gng_test *test)
{
	snprintf(text, 320, "%.200s%s%.40s%s [%.40s]", test->id, *test->variant ? " (" : "",
		 test->variant, *test->variant ? ")" : "", test->build);
}

void statement_now(char text[32])
{
	const time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* ---- subject ---- */

static const char *item_text(const struct evidence *evidence, const char *key)
{
	const json_t *item = json_object_get(evidence->summary, "item");
	const char *text = json_string_value(json_object_get(item, key));

	return text ? text : ATTEST_ABSENT;
}

static const char *digest_of(const struct evidence *evidence, const char *file)
{
	const char *hex = json_string_value(json_object_get(evidence->files, file));

	return hex ? hex : "";
}

static json_t *resource(const struct evidence *evidence, const char *file)
{
	return json_pack("{ss s{ss}}", "name", file, "digest", "sha256", digest_of(evidence, file));
}

json_t *statement_subject(const struct evidence *evidence)
{
	json_t *list = json_array();
	const char *commit = item_text(evidence, "commit");

	if (strcmp(commit, ATTEST_ABSENT) != 0)
		json_array_append_new(list, json_pack("{ss s{ss ss}}", "name", "source", "digest",
						      "gitCommit", commit, "gitTree",
						      item_text(evidence, "tree")));
	json_array_append_new(list, resource(evidence, "plan.json"));
	json_array_append_new(list, resource(evidence, "records.jsonl"));
	return list;
}

/* ---- test-result ---- */

/* An optional gap is a warning; a required test without PASS has made the verdict no GO. */
static const char *result_of(const struct gng_tally *tally)
{
	if (tally->overall != GNG_GO)
		return "FAILED";
	return tally->count[GNG_PASS] == tally->planned ? "PASSED" : "WARNED";
}

const struct gng_record *statement_record(const struct evidence *evidence,
					  const struct gng_test *test, size_t *hint)
{
	/* records stand in the plan's order, so the next one is nearly always the right one */
	for (size_t i = 0; i < evidence->num_records; i++) {
		const size_t at = (*hint + i) % evidence->num_records;

		if (evidence->records[at].test == test) {
			*hint = at + 1;
			return &evidence->records[at];
		}
	}
	return NULL;
}

struct lists {
	json_t *passed, *warned, *failed, *not_run;
};

static void list_test(struct lists *lists, const struct gng_test *test,
		      const struct gng_record *record)
{
	const enum gng_verdict verdict = record ? record->verdict : GNG_MISSING;
	char key[320];

	statement_key(key, test);
	if (verdict == GNG_PASS)
		json_array_append_new(lists->passed, json_string(key));
	else if (verdict == GNG_FAIL || verdict == GNG_ERROR)
		json_array_append_new(lists->failed, json_string(key));
	else
		json_array_append_new(
			lists->not_run,
			json_pack("{ss ss ss sb}", "id", key, "status", gng_verdict_name(verdict),
				  "reason",
				  record && record->reason ? record->reason : ATTEST_ABSENT,
				  "required", gng_test_decides(test, verdict)));
	if (verdict == GNG_INCONCLUSIVE)
		json_array_append_new(lists->warned, json_string(key));
}

static json_t *configuration(const struct evidence *evidence)
{
	char profile[64];

	snprintf(profile, sizeof(profile), "%s.profile", evidence->profile.name);
	return json_pack("[o o]", resource(evidence, "plan.json"), resource(evidence, profile));
}

json_t *statement_test_result(const struct evidence *evidence)
{
	struct lists lists = {json_array(), json_array(), json_array(), json_array()};
	size_t hint = 0;

	for (size_t i = 0; i < evidence->plan->num_tests; i++) {
		const struct gng_test *test = &evidence->plan->tests[i];

		if (test->selected)
			list_test(&lists, test, statement_record(evidence, test, &hint));
	}
	return statement_make(statement_subject(evidence), STATEMENT_TEST_RESULT,
			      json_pack("{ss so so so so so}", "result",
					result_of(&evidence->tally), "configuration",
					configuration(evidence), "passedTests", lists.passed,
					"warnedTests", lists.warned, "failedTests", lists.failed,
					"gonogo_notRun", lists.not_run));
}

/* ---- provenance ---- */

static json_t *descriptors(const json_t *files)
{
	json_t *list = json_array(), *hex;
	const char *name;

	json_object_foreach((json_t *)files, name, hex)
	{
		json_array_append_new(
			list, json_pack("{ss s{sO}}", "name", name, "digest", "sha256", hex));
	}
	return list;
}

/* append takes the members of more, and more itself. */
static void append(json_t *list, json_t *more)
{
	json_array_extend(list, more);
	json_decref(more);
}

static json_t *dependencies(const struct evidence *evidence, const json_t *predicate)
{
	json_t *list = descriptors(json_object_get(predicate, "vectors"));
	const char *commit = item_text(evidence, "commit");

	append(list, descriptors(json_object_get(predicate, "corpora")));
	if (strcmp(commit, ATTEST_ABSENT) != 0)
		json_array_append_new(list, json_pack("{ss s{ss}}", "name", "source", "digest",
						      "gitCommit", commit));
	return list;
}

/* copy returns a new reference to a member, or to the text "absent". */
static json_t *copy(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return value ? json_incref(value) : json_string(ATTEST_ABSENT);
}

static json_t *details(const struct evidence *evidence, const json_t *predicate)
{
	const json_t *summary = evidence->summary;

	return json_pack("{s{ss s{so}} s{so so so} so}", "builder", "id",
			 STATEMENT_BASE "/builder/v1", "version", "gonogo",
			 copy(summary, "version"), "metadata", "invocationId", copy(summary, "id"),
			 "startedOn", copy(summary, "started"), "finishedOn",
			 copy(predicate, "finished"), "byproducts", descriptors(evidence->files));
}

json_t *statement_provenance(const struct evidence *evidence, const json_t *predicate)
{
	json_t *definition =
		json_pack("{ss s{so so} s{so} so}", "buildType", STATEMENT_BASE "/build/v1",
			  "externalParameters", "profile", json_string(evidence->profile.name),
			  "command", copy(evidence->summary, "command"), "internalParameters",
			  "builds", copy(predicate, "builds"), "resolvedDependencies",
			  dependencies(evidence, predicate));
	json_t *subject = descriptors(json_object_get(predicate, "programs"));

	/* A run whose programs are unknown is still a run: in-toto forbids an empty subject. */
	if (json_array_size(subject) == 0)
		append(subject, statement_subject(evidence));
	return statement_make(subject, STATEMENT_PROVENANCE,
			      json_pack("{so so}", "buildDefinition", definition, "runDetails",
					details(evidence, predicate)));
}

/* ---- review ---- */

json_t *statement_review(const struct evidence *evidence, const char *now)
{
	json_t *properties = json_array();
	char profile[64];

	snprintf(profile, sizeof(profile), "%s.profile", evidence->profile.name);
	json_array_append_new(properties, json_sprintf("GONOGO_VERDICT_%s",
						       gng_overall_name(evidence->tally.overall)));
	json_array_append_new(properties, json_sprintf("GONOGO_GRADE_%s", evidence->grade));
	json_array_append_new(properties, json_string("GONOGO_RECOMPUTED"));
	return statement_make(statement_subject(evidence), STATEMENT_SVR,
			      json_pack("{s{ss s[o]} ss so}", "verifier", "id",
					STATEMENT_BASE "/verify/v1", "policies",
					resource(evidence, profile), "timeCreated", now,
					"properties", properties));
}
