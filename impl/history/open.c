/* SPDX-License-Identifier: Apache-2.0 */
/* open.c - opening the history: a file that is damaged or foreign is never written to. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "history_private.h"

#define APPLICATION 0x676e6731 /* "gng1", the application_id of SQLite's header */
#define VERSION 1
#define BUSY_MS 10000
#define MAX_ASIDE 1000

static const char schema[] =
	"BEGIN IMMEDIATE;"
	"PRAGMA application_id = 1735288625;"
	"PRAGMA user_version = 1;"
	"CREATE TABLE signoff (id TEXT PRIMARY KEY NOT NULL, started TEXT NOT NULL,"
	" verdict TEXT NOT NULL, grade TEXT NOT NULL, profile TEXT NOT NULL,"
	" commit_id TEXT NOT NULL, state TEXT NOT NULL, version TEXT NOT NULL,"
	" plan_sha256 TEXT NOT NULL, seconds REAL NOT NULL, planned INTEGER NOT NULL,"
	" passed INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL) STRICT;"
	"CREATE TABLE figure (signoff TEXT NOT NULL REFERENCES signoff(id), id TEXT NOT NULL,"
	" variant TEXT NOT NULL, build TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,"
	" sense INTEGER NOT NULL, value REAL NOT NULL, lo REAL, hi REAL, bound REAL,"
	" verdict TEXT, PRIMARY KEY (id, variant, build, name, signoff)) STRICT, WITHOUT ROWID;"
	"COMMIT;";

enum gng_status history_fail(const struct gng_history *history, int code, struct gng_why *why)
{
	const bool damaged =
		code == SQLITE_CORRUPT || code == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT;

	return gng_why_set(why, damaged ? GNG_EFORMAT : GNG_ESYS, 0, "history", "%s: %s",
			   history->path,
			   damaged ? "the history is damaged; nothing was written to it"
				   : sqlite3_errmsg(history->db));
}

/* number returns the integer that a pragma answers; -1 on error, with *code. */
static long long number(sqlite3 *db, const char *sql, int *code)
{
	sqlite3_stmt *statement = NULL;
	long long value = -1;

	*code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (*code == SQLITE_OK)
		*code = sqlite3_step(statement);
	if (*code == SQLITE_ROW) {
		value = sqlite3_column_int64(statement, 0);
		*code = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return value;
}

static enum gng_status check_pages(struct gng_history *history, struct gng_why *why)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(history->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	const char *said = NULL;
	bool ok;

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		said = (const char *)sqlite3_column_text(statement, 0);
	ok = said && strcmp(said, "ok") == 0;
	sqlite3_finalize(statement);
	if (ok)
		return GNG_OK;
	return history_fail(history, code == SQLITE_ROW ? SQLITE_CORRUPT : code, why);
}

static enum gng_status check(struct gng_history *history, bool writable, struct gng_why *why)
{
	int code;
	const long long application = number(history->db, "PRAGMA application_id", &code);
	const long long version =
		code == SQLITE_OK ? number(history->db, "PRAGMA user_version", &code) : -1;
	const long long tables =
		code == SQLITE_OK ? number(history->db, "SELECT count(*) FROM sqlite_master", &code)
				  : -1;

	if (code != SQLITE_OK)
		return history_fail(history, code, why);
	if (application == 0 && version == 0 && tables == 0 && writable) {
		code = sqlite3_exec(history->db, schema, NULL, NULL, NULL);
		return code == SQLITE_OK ? GNG_OK : history_fail(history, code, why);
	}
	if (application != APPLICATION || version != VERSION)
		return gng_why_set(why, GNG_EFORMAT, 0, "history",
				   "%s: it is no history of this version of gonogo: move it away",
				   history->path);
	return check_pages(history, why);
}

/* find tells a history that nobody began from one that cannot be reached. */
static enum gng_status find(const char *path, struct gng_why *why)
{
	struct stat file;

	if (stat(path, &file) == 0)
		return GNG_OK;
	if (errno == ENOENT && lstat(path, &file) != 0)
		return gng_why_set(why, GNG_EINVAL, errno, "history",
				   "%s: there is no history yet: gonogo signoff begins one", path);
	return gng_why_set(why, GNG_ESYS, errno, "history",
			   "%s: the history cannot be reached: %s: correct the link or the folder",
			   path, strerror(errno));
}

enum gng_status gng_history_open(struct gng_history **history, const char *path, bool writable,
				 struct gng_why *why)
{
	struct gng_history *made = calloc(1, sizeof(*made));
	const int flags =
		writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
	enum gng_status status;
	int code;

	*history = NULL;
	if (!made || !(made->path = strdup(path))) {
		free(made);
		return gng_why_set(why, GNG_ENOMEM, 0, "history", "no memory");
	}
	status = writable ? GNG_OK : find(path, why);
	if (status != GNG_OK) {
		gng_history_close(made);
		return status;
	}
	code = sqlite3_open_v2(path, &made->db, flags, NULL);
	sqlite3_busy_timeout(made->db, BUSY_MS);
	status = code == SQLITE_OK ? check(made, writable, why) : history_fail(made, code, why);
	if (status == GNG_OK)
		*history = made;
	else
		gng_history_close(made);
	return status;
}

void gng_history_close(struct gng_history *history)
{
	if (!history)
		return;
	sqlite3_close(history->db);
	free(history->path);
	free(history);
}

/* move_to never replaces: a link fails where a name is taken. */
static bool move_to(const char *from, const char *to)
{
	return link(from, to) == 0 && unlink(from) == 0;
}

enum gng_status gng_history_set_aside(char *aside, size_t cap, const char *path,
				      struct gng_why *why)
{
	char journal[4096], journal_aside[4096];

	for (int i = 1; i < MAX_ASIDE; i++) {
		snprintf(aside, cap, "%s.damaged-%d", path, i);
		if (move_to(path, aside)) {
			/* the journal belongs to the damaged pages, not to the next history */
			snprintf(journal, sizeof(journal), "%.3900s-journal", path);
			snprintf(journal_aside, sizeof(journal_aside), "%.3900s-journal", aside);
			if (access(journal, F_OK) == 0 && !move_to(journal, journal_aside))
				break;
			return GNG_OK;
		}
		if (errno != EEXIST)
			break;
	}
	return gng_why_set(why, GNG_ESYS, errno, "history",
			   "%s is damaged and cannot be set aside: %s", path, strerror(errno));
}
