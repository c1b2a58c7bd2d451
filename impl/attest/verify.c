/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify.c - a sign-off of somebody else, checked offline: signatures, then files, then the
 * verdict made again. A payload is parsed only when its signatures hold.
 */
#include <stdlib.h>
#include <string.h>

#include "attest_bundle.h"
#include "attest_key.h"
#include "attest_statement.h"

struct check {
	const struct gng_attest_policy *policy;
	size_t threshold;
	struct gng_attest_result *result;
	struct evidence evidence;
	struct bundle bundle;
	const json_t *predicate; /* of the signoff/v1 statement */
	struct gng_why *why;
};

/* ---- the policy ---- */

static size_t num_distinct(const struct gng_attest_policy *policy)
{
	size_t num = 0;

	for (size_t i = 0; i < policy->num_keys; i++)
		num += !attest_key_is_repeated(policy->keys, i);
	return num;
}

static enum gng_status check_policy(struct check *check)
{
	const struct gng_attest_policy *policy = check->policy;
	const size_t num = policy->num_keys <= GNG_ATTEST_MAX_KEYS ? num_distinct(policy) : 0;

	check->threshold = policy->threshold ? policy->threshold : 1;
	if (policy->num_keys > GNG_ATTEST_MAX_KEYS)
		return gng_why_set(check->why, GNG_EINVAL, 0, "attest.verify",
				   "more than %d keys are given", GNG_ATTEST_MAX_KEYS);
	if (policy->threshold > num)
		return gng_why_set(check->why, GNG_EINVAL, 0, "attest.verify",
				   "%zu signatures are demanded, and %zu different keys are given",
				   policy->threshold, num);
	if (policy->commit && (strlen(policy->commit) < 7 || strlen(policy->commit) > 64 ||
			       policy->commit[strspn(policy->commit, "0123456789abcdef")] != '\0'))
		return gng_why_set(check->why, GNG_EINVAL, 0, "attest.verify",
				   "'%.64s' is no commit: 7 to 64 lower-case hex digits",
				   policy->commit);
	return GNG_OK;
}

/* ---- choosing statements ---- */

static bool is_enough(const struct check *check, const struct bundle_statement *statement)
{
	return check->policy->num_keys == 0 || statement->num_signers >= check->threshold;
}

static enum gng_status no_statement(const struct check *check, const char *what, const char *type)
{
	const struct bundle *bundle = &check->bundle;
	const enum gng_status status = check->policy->num_keys ? GNG_EAUTH : GNG_EFORMAT;

	for (size_t i = 0; i < bundle->num_statements; i++)
		if (strcmp(bundle->statements[i].type, type) == 0)
			return gng_why_set(check->why, status, 0, "attest.verify",
					   "%s: the %s statement is signed by %zu of the keys "
					   "given, and %zu are demanded",
					   GNG_ATTEST_BUNDLE, what,
					   bundle->statements[i].num_signers, check->threshold);
	return gng_why_set(check->why, status, 0, "attest.verify", "%s: it has no %s statement%s%s",
			   GNG_ATTEST_BUNDLE, what, bundle->num_ignored ? ": " : "",
			   bundle->ignored);
}

/* use notes who signed a statement that the verdict rests on. */
static void use(struct check *check, const struct bundle_statement *statement)
{
	struct gng_attest_result *result = check->result;

	result->is_signed = result->is_signed && statement->is_sealed;
	for (size_t k = 0; k < check->policy->num_keys; k++)
		result->signed_by[k] = result->signed_by[k] && statement->signed_by[k];
	result->num_statements++;
}

/* choose_signoff prefers a statement about these very files: a bundle may hold others. */
static enum gng_status choose_signoff(struct check *check)
{
	const struct bundle_statement *chosen = NULL;

	for (size_t i = 0; i < check->bundle.num_statements; i++) {
		const struct bundle_statement *one = &check->bundle.statements[i];
		const json_t *files =
			json_object_get(json_object_get(one->json, "predicate"), "files");

		if (strcmp(one->type, STATEMENT_SIGNOFF) != 0 || !is_enough(check, one))
			continue;
		if (!chosen || json_equal(files, check->evidence.files))
			chosen = one;
		if (json_equal(files, check->evidence.files))
			break;
	}
	if (!chosen)
		return no_statement(check, "signoff", STATEMENT_SIGNOFF);
	check->predicate = json_object_get(chosen->json, "predicate");
	use(check, chosen);
	return GNG_OK;
}

/* require finds the statement that the evidence gives; ought is taken. */
static enum gng_status require(struct check *check, const char *what, const char *type,
			       json_t *ought)
{
	bool is_there = false;

	for (size_t i = 0; i < check->bundle.num_statements; i++) {
		const struct bundle_statement *one = &check->bundle.statements[i];

		if (strcmp(one->type, type) != 0 || !is_enough(check, one))
			continue;
		is_there = true;
		if (!json_equal(one->json, ought))
			continue;
		json_decref(ought);
		use(check, one);
		return GNG_OK;
	}
	json_decref(ought);
	if (!is_there)
		return no_statement(check, what, type);
	return evidence_bad(&check->evidence, GNG_ATTEST_BUNDLE,
			    "the %s statement is not what the files give", what);
}

/* ---- files ---- */

static enum gng_status check_files(struct check *check)
{
	json_t *stated = json_object_get(check->predicate, "files"), *hex;
	const char *name;

	json_object_foreach(stated, name, hex)
	{
		const json_t *is = json_object_get(check->evidence.files, name);

		if (!is)
			return evidence_bad(&check->evidence, name,
					    "it is missing, and it was signed");
		if (!json_equal(is, hex))
			return evidence_bad(&check->evidence, name,
					    "it is not the file that was signed: its SHA-256 is "
					    "%.12s...",
					    json_string_value(is));
	}
	json_object_foreach(check->evidence.files, name, hex)
	{
		if (!json_object_get(stated, name))
			return evidence_bad(&check->evidence, name,
					    "it was not there when the sign-off was signed");
	}
	return GNG_OK;
}

/* ---- the predicate ---- */

static enum gng_status check_derived(struct check *check)
{
	json_t *ought = statement_derived(&check->evidence), *value;
	enum gng_status status = GNG_OK;
	const char *key;

	json_object_foreach(ought, key, value)
	{
		if (status == GNG_OK && !json_equal(value, json_object_get(check->predicate, key)))
			status = evidence_bad(&check->evidence, GNG_ATTEST_BUNDLE,
					      "the %s of the signoff statement is not what the "
					      "files give",
					      key);
	}
	json_decref(ought);
	return status;
}

/* check_subject: whoever reads subjects only must find this commit, plan and records. */
static enum gng_status check_subject(struct check *check)
{
	json_t *predicate = json_incref((json_t *)check->predicate);

	check->result->num_statements--; /* it was counted when it was chosen */
	return require(
		check, "signoff", STATEMENT_SIGNOFF,
		statement_make(statement_subject(&check->evidence), STATEMENT_SIGNOFF, predicate));
}

static enum gng_status check_statements(struct check *check)
{
	struct evidence *evidence = &check->evidence;
	enum gng_status status = check_derived(check);

	if (status == GNG_OK)
		status = check_subject(check);
	if (status == GNG_OK)
		status = require(check, "test-result", STATEMENT_TEST_RESULT,
				 statement_test_result(evidence));
	if (status == GNG_OK)
		status = require(check, "provenance", STATEMENT_PROVENANCE,
				 statement_provenance(evidence, check->predicate));
	return status;
}

/* ---- reviews ---- */

/* A review says when it was made, so only its time is taken from it. */
static bool is_review(const struct check *check, const json_t *json)
{
	const char *now = json_string_value(
		json_object_get(json_object_get(json, "predicate"), "timeCreated"));
	json_t *ought = statement_review(&check->evidence, now ? now : "");
	const bool same = now && json_equal(json, ought);

	json_decref(ought);
	return same;
}

static void note_reviews(struct check *check)
{
	for (size_t i = 0; i < check->bundle.num_statements; i++) {
		const struct bundle_statement *one = &check->bundle.statements[i];

		if (strcmp(one->type, STATEMENT_SVR) != 0 || !is_review(check, one->json))
			continue;
		for (size_t k = 0; k < check->policy->num_keys; k++)
			check->result->reviewed_by[k] |= one->signed_by[k];
	}
}

/* ---- the answer ---- */

static void set(char *to, size_t cap, const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	snprintf(to, cap, "%s", text ? text : ATTEST_ABSENT);
}

static void fill(struct check *check)
{
	struct gng_attest_result *result = check->result;
	const struct evidence *evidence = &check->evidence;
	const json_t *item = json_object_get(evidence->summary, "item");
	const json_t *tree = json_object_get(check->predicate, "tree");

	result->overall = evidence->tally.overall;
	result->tally = evidence->tally;
	result->tally.decisive = NULL;
	snprintf(result->grade, sizeof(result->grade), "%s", evidence->grade);
	snprintf(result->profile, sizeof(result->profile), "%s", evidence->profile.name);
	set(result->id, sizeof(result->id), evidence->summary, "id");
	set(result->started, sizeof(result->started), evidence->summary, "started");
	set(result->commit, sizeof(result->commit), item, "commit");
	set(result->state, sizeof(result->state), item, "state");
	/* only git's own word for it makes a tree clean */
	result->is_dirty = !json_is_false(json_object_get(tree, "dirty")) ||
			   strcmp(result->state, "clean tree") != 0;
	for (size_t k = 0; k < check->policy->num_keys; k++)
		result->num_signers +=
			result->signed_by[k] && !attest_key_is_repeated(check->policy->keys, k);
	result->num_ignored = check->bundle.num_ignored;
	memcpy(result->ignored, check->bundle.ignored, sizeof(result->ignored));
}

static enum gng_status check_commit(const struct check *check)
{
	const char *wanted = check->policy->commit;
	const struct gng_attest_result *result = check->result;

	if (!wanted)
		return GNG_OK;
	if (strncmp(result->commit, wanted, strlen(wanted)) != 0)
		return evidence_bad(&check->evidence, NULL,
				    "it is the sign-off of commit %.12s, not of %.12s",
				    result->commit, wanted);
	if (result->is_dirty)
		return evidence_bad(
			&check->evidence, NULL,
			"it is the sign-off of a changed tree (%s), not of commit %.12s",
			result->state, wanted);
	return GNG_OK;
}

static enum gng_status read_bundle(struct check *check)
{
	char *path = evidence_path(&check->evidence, GNG_ATTEST_BUNDLE), *text = NULL;
	enum gng_status status;
	size_t len = 0;

	if (path)
		text = attest_text(&len, path);
	free(path);
	if (!text)
		return evidence_bad(&check->evidence, GNG_ATTEST_BUNDLE,
				    "it is missing, or cannot be read");
	status = bundle_read(&check->bundle, text, len, check->policy, check->why);
	free(text);
	return status;
}

static enum gng_status run(struct check *check)
{
	enum gng_status status = evidence_list(&check->evidence, check->evidence.dir, check->why);

	if (status == GNG_OK)
		status = read_bundle(check);
	if (status == GNG_OK)
		status = choose_signoff(check);
	if (status == GNG_OK)
		status = check_files(check);
	if (status == GNG_OK)
		status = evidence_read(&check->evidence);
	if (status == GNG_OK)
		status = evidence_judge(&check->evidence);
	if (status == GNG_OK)
		status = check_statements(check);
	if (status != GNG_OK)
		return status;
	note_reviews(check);
	fill(check);
	return check_commit(check);
}

enum gng_status gng_attest_verify(struct gng_attest_result *result, const char *dir,
				  const struct gng_attest_policy *policy, struct gng_why *why)
{
	struct check check = {.policy = policy, .result = result, .why = why};
	enum gng_status status = check_policy(&check);

	if (status != GNG_OK)
		return status;
	memset(result, 0, sizeof(*result));
	result->is_signed = true;
	for (size_t k = 0; k < policy->num_keys; k++)
		result->signed_by[k] = true;
	check.evidence.dir = dir;
	status = run(&check);
	bundle_fini(&check.bundle);
	evidence_close(&check.evidence);
	return status;
}
