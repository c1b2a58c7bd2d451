/* SPDX-License-Identifier: Apache-2.0 */
/* rows_test.c - sign-offs and figures as rows, trends over them, and files that are no history. */
/* requires: sqlite3 */
#include "archive.h"

#include <sqlite3.h>

struct seen {
	size_t num;
	char last_id[32], last_verdict[16];
	long long passed, failed, skipped;
};

static bool see(void *context, const struct gng_history_signoff *row)
{
	struct seen *seen = context;

	assert_true(strcmp(row->id, seen->last_id) > 0); /* oldest first */
	snprintf(seen->last_id, sizeof(seen->last_id), "%s", row->id);
	snprintf(seen->last_verdict, sizeof(seen->last_verdict), "%s", row->verdict);
	seen->passed = row->passed;
	seen->failed = row->failed;
	seen->skipped = row->skipped;
	seen->num++;
	return true;
}

static struct seen see_all(struct gng_history *history)
{
	struct seen seen = {.num = 0};

	assert_int_equal(gng_history_each(history, see, &seen, NULL), GNG_OK);
	return seen;
}

static void signoff_is_one_row_once(void **state)
{
	struct gng_history *history;
	struct seen seen;

	(void)state;
	archive_open();
	history = archive_history();
	archive_add(history, archive_run(2, "NO-GO", 3, 8));
	archive_add(history, archive_run(1, "GO", 3, 8));
	archive_add(history, archive_run(2, "GO", 9, 9)); /* the first word stands */
	gng_history_close(history);
	history = archive_history();
	seen = see_all(history);
	assert_int_equal(seen.num, 2);
	assert_string_equal(seen.last_id, "run-02");
	assert_string_equal(seen.last_verdict, "NO-GO");
	assert_int_equal(seen.passed, 5);
	assert_int_equal(seen.failed, 3);
	assert_int_equal(seen.skipped, 2);
	gng_history_close(history);
}

/* ---- trends ---- */

struct trends {
	size_t num;
	struct gng_history_trend ratio, latency;
};

static bool see_trend(void *context, const struct gng_history_trend *trend)
{
	struct trends *trends = context;

	trends->num++;
	if (strcmp(trend->name, "seal") == 0)
		trends->ratio = *trend;
	else
		trends->latency = *trend;
	return true;
}

static struct trends trends_of(struct gng_history *history, const char *prefix)
{
	struct trends trends = {.num = 0};

	assert_int_equal(gng_history_trends(history, prefix, see_trend, &trends, NULL), GNG_OK);
	return trends;
}

static void trend_has_first_previous_and_last(void **state)
{
	struct gng_history *history;
	struct trends trends;

	(void)state;
	archive_open();
	history = archive_history();
	archive_add(history, archive_run(3, "GO", 4, 7));
	archive_add(history, archive_run(1, "GO", 2, 9));
	archive_add(history, archive_run(2, "GO", 6, 8));
	trends = trends_of(history, "");
	assert_int_equal(trends.num, 2);
	assert_int_equal(trends.ratio.num, 3);
	assert_true(trends.ratio.first == 2 && trends.ratio.previous == 6 &&
		    trends.ratio.last == 4);
	assert_true(trends.ratio.least == 2 && trends.ratio.most == 6);
	assert_int_equal(trends.ratio.sense, 1);
	assert_true(trends.ratio.is_current);
	assert_true(trends.latency.first == 9 && trends.latency.last == 7);
	assert_int_equal(trends.latency.sense, -1);
	assert_int_equal(trends_of(history, "hwtests.a.c").num, 1);
	assert_int_equal(trends_of(history, "%").num, 0); /* a prefix is no pattern */
	gng_history_close(history);
}

static void summary_that_is_none_adds_nothing(void **state)
{
	struct gng_history *history;
	struct gng_why why = {0};

	(void)state;
	archive_open();
	history = archive_history();
	mkdir(archive_path("bad"), 0777);
	assert_int_equal(gng_history_add(history, archive_path("bad"), &why), GNG_EFORMAT);
	archive_write("bad/summary.json", "{\"id\":");
	assert_int_equal(gng_history_add(history, archive_path("bad"), &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "bad/summary.json"));
	assert_int_equal(see_all(history).num, 0);
	gng_history_close(history);
}

/* A figure that cannot be stored takes its sign-off along. */
static void signoff_is_added_whole_or_not_at_all(void **state)
{
	struct gng_history *history;
	sqlite3 *db;

	(void)state;
	archive_open();
	history = archive_history();
	assert_int_equal(sqlite3_open(archive_path(GNG_HISTORY_FILE), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "CREATE TRIGGER t BEFORE INSERT ON figure WHEN NEW.name = "
				      "'rx' BEGIN SELECT RAISE(ABORT, 'full'); END",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	assert_int_not_equal(gng_history_add(history, archive_run(1, "GO", 1, 1), NULL), GNG_OK);
	assert_int_equal(see_all(history).num, 0);
	assert_int_equal(trends_of(history, "").num, 0);
	gng_history_close(history);
}

/* ---- files that are no history ---- */

static char *bytes_of(const char *name, size_t *len)
{
	FILE *file = fopen(archive_path(name), "re");
	char *bytes = calloc(1, 1 << 20);

	assert_non_null(file);
	*len = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	return bytes;
}

static void refuses(const char *says)
{
	struct gng_history *history;
	struct gng_why why = {0};
	char *before, *after;
	size_t len, len_after;

	before = bytes_of(GNG_HISTORY_FILE, &len);
	for (int writable = 0; writable < 2; writable++) {
		assert_int_equal(
			gng_history_open(&history, archive_path(GNG_HISTORY_FILE), writable, &why),
			GNG_EFORMAT);
		assert_null(history);
		if (!strstr(why.text, says))
			fail_msg("'%s' does not say '%s'", why.text, says);
	}
	after = bytes_of(GNG_HISTORY_FILE, &len_after);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
	free(before);
	free(after);
}

static void damaged_history_is_not_written_to(void **state)
{
	struct gng_history *history;
	char *bytes;
	size_t len;
	FILE *file;

	(void)state;
	archive_open();
	history = archive_history();
	for (int day = 1; day < 29; day++)
		archive_add(history, archive_run(day, "GO", day, day));
	gng_history_close(history);
	bytes = bytes_of(GNG_HISTORY_FILE, &len);
	assert_true(len > 8192);
	memset(bytes + 4096, 0xee, len - 4096); /* all pages but the first */
	file = fopen(archive_path(GNG_HISTORY_FILE), "we");
	fwrite(bytes, 1, len, file);
	fclose(file);
	free(bytes);
	refuses("damaged");
	archive_write(GNG_HISTORY_FILE, "this is my diary, and long enough to be read as a page");
	refuses("damaged");
}

static void foreign_database_is_refused(void **state)
{
	sqlite3 *db;

	(void)state;
	archive_open();
	assert_int_equal(sqlite3_open(archive_path(GNG_HISTORY_FILE), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE diary (text)", NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	refuses("no history of this version");
}

static void damaged_history_is_kept_under_a_free_name(void **state)
{
	char aside[PATH_MAX];
	struct gng_why why = {0};
	char *bytes;
	size_t len;

	(void)state;
	archive_open();
	for (int i = 1; i < 3; i++) {
		archive_write(GNG_HISTORY_FILE, i == 1 ? "one" : "two");
		assert_int_equal(gng_history_set_aside(aside, sizeof(aside),
						       archive_path(GNG_HISTORY_FILE), &why),
				 GNG_OK);
		assert_int_not_equal(access(archive_path(GNG_HISTORY_FILE), F_OK), 0);
	}
	bytes = bytes_of(GNG_HISTORY_FILE ".damaged-1", &len);
	assert_string_equal(bytes, "one");
	free(bytes);
	bytes = bytes_of(GNG_HISTORY_FILE ".damaged-2", &len);
	assert_string_equal(bytes, "two");
	free(bytes);
}

static void history_to_be_read_must_exist(void **state)
{
	struct gng_history *history;
	struct gng_why why = {0};

	(void)state;
	archive_open();
	assert_int_equal(gng_history_open(&history, archive_path("none"), false, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "no history yet"));
	assert_int_not_equal(access(archive_path("none"), F_OK), 0);
}

const struct suite_test suite_tests[] = {
	TEST(signoff_is_one_row_once, "H1.history.rows"),
	TEST(trend_has_first_previous_and_last, "H1.history.trend"),
	TEST(summary_that_is_none_adds_nothing, "H1.history.rows"),
	TEST(signoff_is_added_whole_or_not_at_all, "H1.history.rows"),
	TEST(damaged_history_is_not_written_to, "H1.history.damaged"),
	TEST(foreign_database_is_refused, "H1.history.damaged"),
	TEST(damaged_history_is_kept_under_a_free_name, "H1.history.damaged"),
	TEST(history_to_be_read_must_exist, "H1.history.rows"),
	{0},
};
