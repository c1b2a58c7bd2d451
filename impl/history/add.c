/* SPDX-License-Identifier: Apache-2.0 */
/* add.c - a sign-off's summary as rows: all of them, or none. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "history_private.h"

struct adding {
	struct gng_history *history;
	const json_t *summary;
	const char *id;
	struct gng_why *why;
};

static const char *text(const json_t *json, const char *key)
{
	const char *value = json_string_value(json_object_get(json, key));

	return value ? value : "absent";
}

static void bind_text(sqlite3_stmt *statement, int at, const char *value)
{
	sqlite3_bind_text(statement, at, value, -1, SQLITE_TRANSIENT);
}

static void bind_number(sqlite3_stmt *statement, int at, const json_t *value)
{
	if (json_is_number(value))
		sqlite3_bind_double(statement, at, json_number_value(value));
	else
		sqlite3_bind_null(statement, at);
}

/* run executes a statement that gives no rows, and frees it. */
static enum gng_status run(const struct adding *adding, sqlite3_stmt *statement)
{
	const int code = sqlite3_step(statement);

	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? GNG_OK : history_fail(adding->history, code, adding->why);
}

static enum gng_status prepare(const struct adding *adding, sqlite3_stmt **statement,
			       const char *sql)
{
	const int code = sqlite3_prepare_v2(adding->history->db, sql, -1, statement, NULL);

	return code == SQLITE_OK ? GNG_OK : history_fail(adding->history, code, adding->why);
}

static enum gng_status execute(const struct adding *adding, const char *sql)
{
	const int code = sqlite3_exec(adding->history->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? GNG_OK : history_fail(adding->history, code, adding->why);
}

/* ---- figures ---- */

/* sense_of: a limit says which way is better, and so does a latency's quantile. */
static int sense_of(const json_t *figure)
{
	const char *budget = text(figure, "budget");

	if (strcmp(budget, ">=") == 0)
		return 1;
	if (strcmp(budget, "<=") == 0)
		return -1;
	return json_number_value(json_object_get(figure, "quantile")) > 0 ? -1 : 0;
}

static enum gng_status add_figure(const struct adding *adding, const json_t *record,
				  const json_t *figure)
{
	static const char sql[] = "INSERT OR IGNORE INTO figure VALUES (?,?,?,?,?,?,?,?,?,?,?,?)";
	const json_t *value = json_object_get(figure, "value");
	sqlite3_stmt *statement;
	enum gng_status status;

	if (!json_is_number(value)) /* a figure without a number has no trend */
		return GNG_OK;
	status = prepare(adding, &statement, sql);
	if (status != GNG_OK)
		return status;
	bind_text(statement, 1, adding->id);
	bind_text(statement, 2, text(record, "id"));
	bind_text(statement, 3, text(record, "variant"));
	bind_text(statement, 4, text(record, "build"));
	bind_text(statement, 5, text(figure, "name"));
	bind_text(statement, 6, text(figure, "unit"));
	sqlite3_bind_int(statement, 7, sense_of(figure));
	bind_number(statement, 8, value);
	bind_number(statement, 9, json_object_get(figure, "lo"));
	bind_number(statement, 10, json_object_get(figure, "hi"));
	bind_number(statement, 11, json_object_get(figure, "limit"));
	if (json_object_get(figure, "verdict"))
		bind_text(statement, 12, text(figure, "verdict"));
	return run(adding, statement);
}

static enum gng_status add_figures(const struct adding *adding)
{
	const json_t *records = json_object_get(adding->summary, "records");
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);
		const json_t *figures = json_object_get(record, "measurements");

		for (size_t f = 0; f < json_array_size(figures) && status == GNG_OK; f++)
			status = add_figure(adding, record, json_array_get(figures, f));
	}
	return status;
}

/* ---- the sign-off ---- */

static long long count(const struct adding *adding, const char *const *verdicts)
{
	const json_t *counts = json_object_get(adding->summary, "counts");
	long long num = 0;

	for (; *verdicts; verdicts++)
		num += json_integer_value(json_object_get(counts, *verdicts));
	return num;
}

static enum gng_status add_row(const struct adding *adding)
{
	static const char *const passed[] = {"PASS", NULL},
				 *const failed[] = {"FAIL", "ERROR", "MISSING", NULL},
				 *const skipped[] = {"SKIP", "INCONCLUSIVE", NULL};
	static const char *const keys[] = {"started", "verdict", "grade", "profile"};
	const json_t *item = json_object_get(adding->summary, "item");
	sqlite3_stmt *statement;
	enum gng_status status =
		prepare(adding, &statement,
			"INSERT OR IGNORE INTO signoff VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)");

	if (status != GNG_OK)
		return status;
	bind_text(statement, 1, adding->id);
	for (int i = 0; i < 4; i++)
		bind_text(statement, 2 + i, text(adding->summary, keys[i]));
	bind_text(statement, 6, text(item, "commit"));
	bind_text(statement, 7, text(item, "state"));
	bind_text(statement, 8, text(adding->summary, "version"));
	bind_text(statement, 9, text(adding->summary, "plan_sha256"));
	sqlite3_bind_double(statement, 10,
			    json_number_value(json_object_get(adding->summary, "seconds")));
	sqlite3_bind_int64(statement, 11,
			   json_integer_value(json_object_get(adding->summary, "planned")));
	sqlite3_bind_int64(statement, 12, count(adding, passed));
	sqlite3_bind_int64(statement, 13, count(adding, failed));
	sqlite3_bind_int64(statement, 14, count(adding, skipped));
	return run(adding, statement);
}

static enum gng_status add(const struct adding *adding)
{
	enum gng_status status = execute(adding, "BEGIN IMMEDIATE");

	if (status != GNG_OK)
		return status;
	status = add_row(adding);
	/* a sign-off that is there keeps the figures that it has */
	if (status == GNG_OK && sqlite3_changes(adding->history->db) == 1)
		status = add_figures(adding);
	if (status == GNG_OK)
		status = execute(adding, "COMMIT");
	if (status != GNG_OK)
		sqlite3_exec(adding->history->db, "ROLLBACK", NULL, NULL, NULL);
	return status;
}

enum gng_status gng_history_add(struct gng_history *history, const char *dir, struct gng_why *why)
{
	struct adding adding = {.history = history, .why = why};
	json_t *summary = NULL;
	enum gng_status status;
	char *path;

	if (asprintf(&path, "%s/summary.json", dir) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "history", "no memory");
	summary = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	adding.summary = summary;
	adding.id = json_string_value(json_object_get(summary, "id"));
	if (!adding.id || !json_is_string(json_object_get(summary, "verdict")))
		status = gng_why_set(why, GNG_EFORMAT, 0, "history",
				     "%s: it is no summary of a sign-off", path);
	else
		status = add(&adding);
	json_decref(summary);
	free(path);
	return status;
}
