/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - reading the history: sign-offs, and each figure over all of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history_private.h"

static const char *text(sqlite3_stmt *statement, int column)
{
	const char *value = (const char *)sqlite3_column_text(statement, column);

	return value ? value : "";
}

static enum gng_status finish(const struct gng_history *history, sqlite3_stmt *statement, int code,
			      struct gng_why *why)
{
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || code == SQLITE_ROW ? GNG_OK
							 : history_fail(history, code, why);
}

enum gng_status gng_history_each(struct gng_history *history,
				 bool (*each)(void *context, const struct gng_history_signoff *row),
				 void *context, struct gng_why *why)
{
	static const char sql[] =
		"SELECT id, started, verdict, grade, profile, commit_id, state, planned, passed,"
		" failed, skipped, seconds FROM signoff ORDER BY started, id";
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(history->db, sql, -1, &statement, NULL);
	bool more = code == SQLITE_OK;

	while (more && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct gng_history_signoff row = {
			.id = text(statement, 0),
			.started = text(statement, 1),
			.verdict = text(statement, 2),
			.grade = text(statement, 3),
			.profile = text(statement, 4),
			.commit = text(statement, 5),
			.state = text(statement, 6),
			.planned = sqlite3_column_int64(statement, 7),
			.passed = sqlite3_column_int64(statement, 8),
			.failed = sqlite3_column_int64(statement, 9),
			.skipped = sqlite3_column_int64(statement, 10),
			.seconds = sqlite3_column_double(statement, 11),
		};

		more = each(context, &row);
	}
	return finish(history, statement, code, why);
}

/* ---- trends ---- */

/* folding gathers the rows of one figure, which come one after the other. */
struct folding {
	struct gng_history_trend trend;
	char *key[5]; /* id, variant, build, name, unit */
};

static bool is_same(const struct folding *folding, sqlite3_stmt *statement)
{
	for (int i = 0; i < 5; i++)
		if (!folding->key[i] || strcmp(folding->key[i], text(statement, i)) != 0)
			return false;
	return true;
}

static void forget(struct folding *folding)
{
	for (int i = 0; i < 5; i++)
		free(folding->key[i]);
	memset(folding, 0, sizeof(*folding));
}

static bool begin(struct folding *folding, sqlite3_stmt *statement)
{
	forget(folding);
	for (int i = 0; i < 5; i++)
		if (!(folding->key[i] = strdup(text(statement, i))))
			return false;
	folding->trend = (struct gng_history_trend){
		.id = folding->key[0],
		.variant = folding->key[1],
		.build = folding->key[2],
		.name = folding->key[3],
		.unit = folding->key[4],
		.first = sqlite3_column_double(statement, 6),
		.least = INFINITY,
		.most = -INFINITY,
		.previous = NAN,
		.last = NAN,
	};
	return true;
}

static void fold(struct folding *folding, sqlite3_stmt *statement)
{
	struct gng_history_trend *trend = &folding->trend;
	const double value = sqlite3_column_double(statement, 6);

	trend->sense = sqlite3_column_int(statement, 5);
	trend->is_current = sqlite3_column_int(statement, 7);
	trend->previous = trend->last;
	trend->last = value;
	trend->least = fmin(trend->least, value);
	trend->most = fmax(trend->most, value);
	trend->num++;
}

enum gng_status gng_history_trends(struct gng_history *history, const char *prefix,
				   bool (*each)(void *context,
						const struct gng_history_trend *trend),
				   void *context, struct gng_why *why)
{
	static const char sql[] = "SELECT f.id, variant, build, name, unit, sense, value, signoff ="
				  " (SELECT id FROM signoff ORDER BY started DESC, id DESC LIMIT 1)"
				  " FROM figure f JOIN signoff s ON s.id = f.signoff"
				  " WHERE substr(f.id, 1, length(?1)) = ?1"
				  " ORDER BY f.id, variant, build, name, unit, started, s.id";
	struct folding folding = {0};
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(history->db, sql, -1, &statement, NULL);
	bool more = code == SQLITE_OK;

	if (more)
		sqlite3_bind_text(statement, 1, prefix, -1, SQLITE_TRANSIENT);
	while (more && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		if (!is_same(&folding, statement)) {
			more = folding.trend.num == 0 || each(context, &folding.trend);
			if (!more || !begin(&folding, statement))
				break;
		}
		fold(&folding, statement);
	}
	if (more && code == SQLITE_DONE && folding.trend.num)
		each(context, &folding.trend);
	forget(&folding);
	return finish(history, statement, code, why);
}
