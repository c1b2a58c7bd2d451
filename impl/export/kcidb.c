/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kcidb.c - a report for the kernel tests' common database: kcidb-io, schema 5.3. The processor
 * stays out of "path" (it stands in the environment), so that laboratories compare by path.
 */
#include "gng_export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define MAJOR 5
#define MINOR 3
#define EXCERPT_CAP 16384 /* log_excerpt: maxLength */

/* text is a JSON string: what is no UTF-8 is replaced, and an excerpt is cut. */
static json_t *text(const char *string)
{
	char *copy = strndup(string ? string : "", EXCERPT_CAP);
	json_t *json = copy ? json_string(copy) : NULL;

	for (char *c = copy; !json && c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	if (!json && copy)
		json = json_string(copy);
	free(copy);
	return json;
}

/* id_of joins origin:run:rest; the origin stands first, as each id of the schema must. */
static json_t *id_of(const struct gng_export_run *run, const char *rest)
{
	char *id = NULL;
	json_t *json;

	if (asprintf(&id, "%s:%s%s%s", run->origin, run->id, *rest ? ":" : "", rest) < 0)
		return NULL;
	json = text(id);
	free(id);
	return json;
}

static bool is_hash(const char *commit)
{
	return strlen(commit) == 40 && commit[strspn(commit, "0123456789abcdef")] == '\0';
}

static json_t *checkout_json(const struct gng_export_run *run)
{
	json_t *json =
		json_pack("{so ss so ss sb}", "id", id_of(run, ""), "origin", run->origin,
			  "comment", text(run->state), "start_time", run->started, "valid", true);

	if (is_hash(run->commit))
		json_object_set_new(json, "git_commit_hash", text(run->commit));
	/* "" says that no patch was applied; of changed files the hash is not known */
	if (is_hash(run->commit) && strcmp(run->state, "clean tree") == 0)
		json_object_set_new(json, "patchset_hash", json_string(""));
	return json;
}

static const char *build_of(const struct gng_record *record)
{
	return *record->test->build ? record->test->build : "none";
}

static json_t *build_json(const struct gng_export_run *run, const char *name)
{
	return json_pack("{so so ss ss ss}", "checkout_id", id_of(run, ""), "id", id_of(run, name),
			 "origin", run->origin, "architecture", "x86_64", "config_name", name);
}

static json_t *builds_json(const struct gng_export_run *run)
{
	json_t *list = json_array(), *known = json_object();

	for (size_t i = 0; i < run->num_records; i++) {
		const char *name = build_of(&run->records[i]);

		if (json_object_get(known, name))
			continue;
		json_object_set_new(known, name, json_true());
		json_array_append_new(list, build_json(run, name));
	}
	json_decref(known);
	return list;
}

/* status_of: DONE ranks below PASS and would vanish in a summary, so INCONCLUSIVE is ERROR. */
static const char *status_of(enum gng_verdict verdict)
{
	static const char *const names[GNG_NUM_VERDICTS] = {
		[GNG_PASS] = "PASS",	[GNG_FAIL] = "FAIL", [GNG_ERROR] = "ERROR",
		[GNG_MISSING] = "MISS", [GNG_SKIP] = "SKIP", [GNG_INCONCLUSIVE] = "ERROR",
	};

	return verdict < GNG_NUM_VERDICTS ? names[verdict] : "ERROR";
}

static json_t *figures_json(const struct gng_record *record)
{
	json_t *list = json_array();

	for (size_t i = 0; i < record->num_figures; i++) {
		const struct gng_measure *measure = &record->figures[i].measure;

		if (isfinite(measure->value))
			json_array_append_new(
				list, json_pack("{so sf so}", "name", text(measure->name), "value",
						measure->value, "unit", text(measure->unit)));
	}
	return list;
}

/* The schema has one number a test, for tests that were executed; all figures are in "misc". */
static void add_number(json_t *json, const struct gng_record *record)
{
	const struct gng_measure *measure;

	if (record->num_figures == 0 || record->verdict == GNG_SKIP ||
	    record->verdict == GNG_MISSING)
		return;
	measure = &record->figures[0].measure;
	if (isfinite(measure->value))
		json_object_set_new(
			json, "number",
			json_pack("{sf so}", "value", measure->value, "unit", text(measure->unit)));
}

static json_t *misc_json(const struct gng_record *record)
{
	return json_pack("{ss ss so so sI sI so}", "verdict", gng_verdict_name(record->verdict),
			 "variant", record->test->variant, "requirements",
			 text(record->test->requirements), "remedy", text(record->remedy),
			 "assertions", (json_int_t)record->assertions, "cases",
			 (json_int_t)record->cases, "figures", figures_json(record));
}

static json_t *test_json(const struct gng_export_run *run, const struct gng_record *record)
{
	const struct gng_test *test = record->test;
	char *key = NULL;
	json_t *json;

	if (asprintf(&key, "%s%s%s:%s", test->id, *test->variant ? "@" : "", test->variant,
		     build_of(record)) < 0)
		return NULL;
	json = json_pack("{so so ss ss ss so so}", "build_id", id_of(run, build_of(record)), "id",
			 id_of(run, key), "origin", run->origin, "path", test->id, "status",
			 status_of(record->verdict), "misc", misc_json(record), "environment",
			 json_pack("{so}", "comment", text(run->machine)));
	free(key);
	if (!json)
		return NULL;
	if (*record->started)
		json_object_set_new(json, "start_time", text(record->started));
	if (isfinite(record->seconds))
		json_object_set_new(json, "duration", json_real(record->seconds));
	if (record->reason)
		json_object_set_new(json, "log_excerpt", text(record->reason));
	add_number(json, record);
	return json;
}

char *gng_export_kcidb(const struct gng_export_run *run)
{
	json_t *tests = json_array(), *json;
	bool ok = true;
	char *out;

	for (size_t i = 0; i < run->num_records && ok; i++)
		ok = json_array_append_new(tests, test_json(run, &run->records[i])) == 0;
	json = json_pack("{s{si si} s[o] so so}", "version", "major", MAJOR, "minor", MINOR,
			 "checkouts", checkout_json(run), "builds", builds_json(run), "tests",
			 tests);
	out = ok && json ? json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) : NULL;
	json_decref(json);
	return out;
}
