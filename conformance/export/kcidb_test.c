/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kcidb_test.c - the report keeps the rules of kcidb-io's schema 5.3 (kcidb_io/schema/v05_03.py),
 * transcribed here: keys, patterns, types, and how verdicts map.
 */
/* requires: jansson */
#include "run.h"

#include <regex.h>

#include <jansson.h>

#define ID "^[a-z0-9_]+:"
#define TIME "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}([.][0-9]+)?Z$"

/* rule is a key of an object: its type, a pattern of a string, and whether it must be there. */
struct rule {
	const char *key;
	json_type type;
	const char *pattern;
	bool required;
};

static const struct rule checkout_rules[] = {
	{"id", JSON_STRING, ID, true},
	{"origin", JSON_STRING, "^[a-z0-9_]+$", true},
	{"git_commit_hash", JSON_STRING, "^[0-9a-f]{40}$", false},
	{"patchset_hash", JSON_STRING, "^([0-9a-f]{64})?$", false},
	{"comment", JSON_STRING, NULL, false},
	{"start_time", JSON_STRING, TIME, false},
	{"valid", JSON_TRUE, NULL, false},
	{0},
};

static const struct rule build_rules[] = {
	{"checkout_id", JSON_STRING, ID, true},
	{"id", JSON_STRING, ID, true},
	{"origin", JSON_STRING, "^[a-z0-9_]+$", true},
	{"architecture", JSON_STRING, "^[a-z0-9_]*$", false},
	{"config_name", JSON_STRING, NULL, false},
	{0},
};

static const struct rule test_rules[] = {
	{"build_id", JSON_STRING, ID, true},
	{"id", JSON_STRING, ID, true},
	{"origin", JSON_STRING, "^[a-z0-9_]+$", true},
	{"path", JSON_STRING, "^([a-zA-Z0-9_-]+([.][a-zA-Z0-9_-]+)*)?$", false},
	{"status", JSON_STRING, "^(FAIL|ERROR|MISS|PASS|DONE|SKIP)$", false},
	{"start_time", JSON_STRING, TIME, false},
	{"duration", JSON_REAL, NULL, false},
	{"log_excerpt", JSON_STRING, NULL, false},
	{"number", JSON_OBJECT, NULL, false},
	{"environment", JSON_OBJECT, NULL, false},
	{"misc", JSON_OBJECT, NULL, false},
	{0},
};

static const struct rule number_rules[] = {
	{"value", JSON_REAL, NULL, true},
	{"unit", JSON_STRING, NULL, false},
	{0},
};

static void matches(const char *key, const json_t *value, const char *pattern)
{
	regex_t regex;
	int answer;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	answer = regexec(&regex, json_string_value(value), 0, NULL, 0);
	regfree(&regex);
	if (answer != 0)
		suite_fail("%s '%s' does not match %s", key, json_string_value(value), pattern);
}

/* keeps checks an object whose schema allows no other properties, and no null anywhere. */
static void keeps(const json_t *object, const struct rule *rules)
{
	size_t known = 0;

	assert_true(json_is_object(object));
	for (const struct rule *rule = rules; rule->key; rule++) {
		const json_t *value = json_object_get(object, rule->key);

		known += value != NULL;
		if (!value && rule->required)
			suite_fail("the required '%s' is absent", rule->key);
		if (value && json_typeof(value) != rule->type)
			suite_fail("'%s' is of another type", rule->key);
		if (value && rule->pattern)
			matches(rule->key, value, rule->pattern);
	}
	if (known != json_object_size(object))
		suite_fail("an object has %zu keys, of which the schema knows %zu",
			   json_object_size(object), known);
	gng_probe_assertion();
}

static json_t *report(void)
{
	char *text = gng_export_kcidb(&run_all);
	json_t *json;

	assert_non_null(text);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	assert_non_null(json);
	return json;
}

static const json_t *test_of(const json_t *json, enum gng_verdict verdict)
{
	return json_array_get(json_object_get(json, "tests"), verdict);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "(absent)";
}

static void report_keeps_the_rules_of_the_schema(void **state)
{
	const json_t *list;
	json_t *json;

	(void)state;
	run_init();
	json = report();
	assert_int_equal(json_object_size(json), 4);
	list = json_object_get(json, "version");
	assert_int_equal(json_integer_value(json_object_get(list, "major")), 5);
	assert_int_equal(json_integer_value(json_object_get(list, "minor")), 3);
	list = json_object_get(json, "checkouts");
	assert_int_equal(json_array_size(list), 1);
	keeps(json_array_get(list, 0), checkout_rules);
	list = json_object_get(json, "builds");
	assert_int_equal(json_array_size(list), 2); /* release, and none */
	for (size_t i = 0; i < json_array_size(list); i++)
		keeps(json_array_get(list, i), build_rules);
	list = json_object_get(json, "tests");
	assert_int_equal(json_array_size(list), GNG_NUM_VERDICTS);
	for (size_t i = 0; i < json_array_size(list); i++)
		keeps(json_array_get(list, i), test_rules);
	keeps(json_object_get(test_of(json, GNG_PASS), "number"), number_rules);
	json_decref(json);
}

static void no_gap_becomes_a_pass(void **state)
{
	static const char *const want[GNG_NUM_VERDICTS] = {
		[GNG_PASS] = "PASS",	[GNG_FAIL] = "FAIL", [GNG_ERROR] = "ERROR",
		[GNG_MISSING] = "MISS", [GNG_SKIP] = "SKIP", [GNG_INCONCLUSIVE] = "ERROR"};
	json_t *json;

	(void)state;
	run_init();
	json = report();
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		assert_string_equal(text_of(test_of(json, (enum gng_verdict)v), "status"), want[v]);
	json_decref(json);
}

/* Laboratories compare by path: the variant stands in the id and in misc. */
static void path_has_no_variant_and_ids_are_unique(void **state)
{
	json_t *json, *ids = json_object();

	(void)state;
	run_init();
	json = report();
	assert_string_equal(text_of(test_of(json, GNG_PASS), "path"), "conformance.aes.gcm.test_0");
	assert_string_equal(text_of(test_of(json, GNG_PASS), "id"),
			    "lab_7:signoff-1:conformance.aes.gcm.test_0@vaes512:release");
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		json_object_set_new(ids, text_of(test_of(json, (enum gng_verdict)v), "id"),
				    json_true());
	assert_int_equal(json_object_size(ids), GNG_NUM_VERDICTS);
	json_decref(ids);
	json_decref(json);
}

/* A commit that is not known, or a tree with changes, claims nothing. */
static void dirty_tree_claims_no_patchset(void **state)
{
	json_t *json;
	const json_t *checkout;

	(void)state;
	run_init();
	json = report();
	checkout = json_array_get(json_object_get(json, "checkouts"), 0);
	assert_string_equal(text_of(checkout, "git_commit_hash"), RUN_COMMIT);
	assert_string_equal(text_of(checkout, "patchset_hash"), "");
	json_decref(json);
	run_all.state = "dirty: 3 changed files";
	json = report();
	checkout = json_array_get(json_object_get(json, "checkouts"), 0);
	assert_null(json_object_get(checkout, "patchset_hash"));
	json_decref(json);
	run_all.commit = "absent";
	json = report();
	keeps(json_array_get(json_object_get(json, "checkouts"), 0), checkout_rules);
	json_decref(json);
}

static void strange_bytes_and_long_reasons_are_cut(void **state)
{
	char *reason = malloc(40000);
	json_t *json;

	(void)state;
	run_init();
	assert_non_null(reason);
	memset(reason, 'x', 39999);
	reason[39999] = '\0';
	run_records[GNG_FAIL].reason = reason;
	run_records[GNG_ERROR].reason = (char *)"a \377 byte";
	json = report();
	assert_int_equal(strlen(text_of(test_of(json, GNG_FAIL), "log_excerpt")), 16384);
	assert_string_equal(text_of(test_of(json, GNG_ERROR), "log_excerpt"), "a ? byte");
	json_decref(json);
	free(reason);
}

const struct suite_test suite_tests[] = {
	TEST(report_keeps_the_rules_of_the_schema, "H1.export.kcidb"),
	TEST(no_gap_becomes_a_pass, "H1.export.gaps"),
	TEST(path_has_no_variant_and_ids_are_unique, "H1.export.kcidb"),
	TEST(dirty_tree_claims_no_patchset, "H1.export.kcidb"),
	TEST(strange_bytes_and_long_reasons_are_cut, "H1.export.kcidb"),
	{0},
};
