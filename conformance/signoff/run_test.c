/* SPDX-License-Identifier: Apache-2.0 */
/* run_test.c - the sign-off around its page: noise floor, summary, the run before, the kill. */
/* requires: jansson */
#include "sheet.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <jansson.h>

#define WAIT_S 20

extern char **environ;

/* ---- noise floor ---- */

/* quiet makes a floor of which half_ns is the P50 and worst_ns the P99 and all above. */
static void floor_of(struct gng_noise *noise, uint64_t half_ns, uint64_t worst_ns)
{
	memset(noise, 0, sizeof(*noise));
	assert_int_equal(gng_hist_open(&noise->hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(noise->hist, half_ns, 600);
	gng_hist_record_n(noise->hist, worst_ns, 400);
}

static void floor_is_the_worse_of_before_and_after(void **state)
{
	struct gng_noise before, after;
	struct gng_signoff signoff = {.id = ""};

	(void)state;
	assert_true(isnan(gng_signoff_floor_ns(&signoff, 0.99)));
	floor_of(&before, 40, 900);
	floor_of(&after, 60, 500);
	signoff.before = &before;
	assert_true(gng_signoff_floor_ns(&signoff, 0.5) == 40);
	signoff.after = &after;
	assert_true(gng_signoff_floor_ns(&signoff, 0.5) == 60);
	assert_true(gng_signoff_floor_ns(&signoff, 0.99) == 900);
	signoff.before = NULL;
	assert_true(gng_signoff_floor_ns(&signoff, 0.99) == 500);
	gng_noise_fini(&before);
	gng_noise_fini(&after);
}

/* judged_after judges the sheet's latency, 4 us of 8, by a floor with that P99. */
static enum gng_verdict judged_after(struct sheet *sheet, enum gng_verdict before,
				     uint64_t floor_ns, size_t changed)
{
	struct gng_record *record = &sheet->records[SHEET_LATENCY];
	struct gng_noise after;

	floor_of(&after, 40, floor_ns);
	sheet->signoff.after = &after;
	sheet->figures[0].verdict = record->verdict = before;
	free(record->reason);
	record->reason = before == GNG_PASS ? NULL : strdup("before");
	assert_int_equal(gng_signoff_rejudge(sheet->records, SHEET_TESTS, &sheet->signoff),
			 changed);
	assert_true(sheet->figures[0].floor_ns == (double)floor_ns);
	gng_noise_fini(&after);
	sheet->signoff.after = NULL;
	return record->verdict;
}

static void worse_floor_makes_a_latency_inconclusive(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	assert_int_equal(judged_after(&sheet, GNG_PASS, 1900, 0), GNG_PASS);
	assert_int_equal(judged_after(&sheet, GNG_PASS, 2100, 1), GNG_INCONCLUSIVE);
	assert_int_equal(sheet.figures[0].verdict, GNG_INCONCLUSIVE);
	assert_non_null(strstr(sheet.records[SHEET_LATENCY].reason, "this machine alone takes"));
	assert_null(strstr(sheet.records[SHEET_LATENCY].reason, " ns"));
	assert_int_equal(judged_after(&sheet, GNG_FAIL, 2100, 1), GNG_INCONCLUSIVE);
	assert_int_equal(sheet.records[SHEET_RATIO].verdict, GNG_PASS);
	free(sheet.records[SHEET_LATENCY].reason);
	sheet_fini(&sheet);
}

static void worse_floor_excuses_no_failed_assertion(void **state)
{
	struct gng_noise after;
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	floor_of(&after, 40, 90000);
	sheet.signoff.after = &after;
	sheet_spoil(&sheet, SHEET_LATENCY, GNG_FAIL, "rx_hw.c:7: 3 is not 4");
	sheet.figures[0].verdict = GNG_PASS;
	assert_int_equal(gng_signoff_rejudge(sheet.records, SHEET_TESTS, &sheet.signoff), 0);
	assert_int_equal(sheet.records[SHEET_LATENCY].verdict, GNG_FAIL);
	gng_noise_fini(&after);
	sheet_fini(&sheet);
}

/* ---- summary ---- */

static void summary_has_the_documented_keys(void **state)
{
	static const char *const keys[] = {"verdict", "profile", "grade",   "planned",
					   "counts",  "records", "machine", "item"};
	struct sheet sheet;
	char *text;
	json_t *json;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_PLAIN, GNG_FAIL, "a \377 byte");
	sheet_write(&sheet);
	text = gng_signoff_summary(&sheet.signoff);
	json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		assert_non_null(json_object_get(json, keys[i]));
	assert_string_equal(json_string_value(json_object_get(json, "verdict")), "NO-GO");
	assert_int_equal(json_integer_value(json_object_get(json, "planned")), SHEET_TESTS);
	assert_int_equal(json_array_size(json_object_get(json, "records")), SHEET_TESTS);
	json_t *counts = json_object_get(json, "counts");
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		assert_int_equal(json_integer_value(json_object_get(
					 counts, gng_verdict_name((enum gng_verdict)v))),
				 sheet.tally.count[v]);
	json_decref(json);
	free(text);
	sheet_fini(&sheet);
}

/* ---- the run before ---- */

struct archive {
	char out[4096];
};

static void archive_make(struct archive *archive)
{
	const char *tmp = getenv("TMPDIR");
	char path[5000];

	snprintf(archive->out, sizeof(archive->out), "%s/gonogo-archive-XXXXXX",
		 tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(archive->out));
	snprintf(path, sizeof(path), "%s/runs", archive->out);
	assert_int_equal(mkdir(path, 0777), 0);
}

static void archive_remove(const struct archive *archive)
{
	char command[5000];

	snprintf(command, sizeof(command), "rm -rf '%s'", archive->out);
	assert_int_equal(system(command), 0);
}

static FILE *archive_file(const struct archive *archive, const char *run, const char *name)
{
	char path[6000];
	FILE *file;

	snprintf(path, sizeof(path), "%s/runs/%s", archive->out, run);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/runs/%s/%s", archive->out, run, name);
	file = fopen(path, "we");
	assert_non_null(file);
	return file;
}

/* archive_run keeps the sheet as a finished run. */
static void archive_run(const struct archive *archive, const char *run, struct sheet *sheet)
{
	FILE *file = archive_file(archive, run, "summary.json");
	char *text;

	sheet_write(sheet);
	text = gng_signoff_summary(&sheet->signoff);
	fputs(text, file);
	free(text);
	assert_int_equal(fclose(file), 0);
	file = archive_file(archive, run, "records.jsonl");
	for (size_t i = 0; i < SHEET_TESTS; i++) {
		text = gng_record_json(&sheet->records[i]);
		fprintf(file, "%s\n", text);
		free(text);
	}
	assert_int_equal(fclose(file), 0);
}

static void previous_is_the_newest_complete_run(void **state)
{
	struct gng_signoff_previous *previous;
	struct archive archive;
	struct sheet sheet;

	(void)state;
	archive_make(&archive);
	sheet_init(&sheet);
	gng_signoff_previous_read(&previous, archive.out, &sheet.plan);
	assert_null(previous);
	archive_run(&archive, "signoff-20260101T000000.000Z-1", &sheet);
	sheet_spoil(&sheet, SHEET_PLAIN, GNG_FAIL, "x");
	archive_run(&archive, "signoff-20260202T000000.000Z-1", &sheet);
	assert_int_equal(fclose(archive_file(&archive, "signoff-20260303T000000.000Z-1", "x")), 0);
	/* one that was stopped has no verdict of what it did not come to */
	sheet_spoil(&sheet, SHEET_FUZZ, GNG_MISSING, "the run was stopped before this test began");
	archive_run(&archive, "signoff-20260404T000000.000Z-1", &sheet);
	gng_signoff_previous_read(&previous, archive.out, &sheet.plan);
	assert_non_null(previous);
	assert_string_equal(previous->id, "signoff-20260202T000000.000Z-1");
	assert_string_equal(previous->verdict, "NO-GO");
	assert_string_equal(previous->commit, "4f1c9ae2d07b");
	assert_int_equal(previous->num_records, SHEET_TESTS);
	assert_string_equal(gng_machine_get(&previous->machine, "Run", "host"), "bench-07");
	gng_signoff_previous_free(previous);
	sheet_fini(&sheet);
	archive_remove(&archive);
}

static void page_lists_what_changed_since(void **state)
{
	struct gng_signoff_previous *previous;
	struct archive archive;
	struct sheet sheet;

	(void)state;
	archive_make(&archive);
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_FUZZ, GNG_FAIL, "x");
	archive_run(&archive, "signoff-20260101T000000.000Z-1", &sheet);
	gng_signoff_previous_read(&previous, archive.out, &sheet.plan);
	assert_non_null(previous);
	sheet_spoil(&sheet, SHEET_FUZZ, GNG_PASS, NULL);
	sheet_ratio(&sheet, 6.0, 2.8);
	sheet.facts[0].value = "Another CPU";
	sheet.signoff.previous = previous;
	sheet_write(&sheet);
	sheet_says(&sheet, "Verdicts that changed (1)");
	sheet_says(&sheet, "Figures that moved (1 of 2)");
	sheet_says(&sheet, "+100&nbsp;% better");
	sheet_says(&sheet, "<td>A CPU</td><td><b>Another CPU</b></td>");
	sheet_says(&sheet, "<span class=\"chg\">Another CPU</span>");
	sheet_says(&sheet, "NO-GO, 2026-11-20");
	gng_signoff_previous_free(previous);
	sheet_fini(&sheet);
	archive_remove(&archive);
}

/* ---- the kill ---- */

/* program_path is gonogo-signoff of the build that this test belongs to. */
static void program_path(char path[PATH_MAX + 32])
{
	char own[PATH_MAX] = "";

	assert_true(readlink("/proc/self/exe", own, sizeof(own) - 1) > 0);
	for (int i = 0; i < 2; i++)
		*strrchr(own, '/') = '\0';
	snprintf(path, PATH_MAX + 32, "%s/gonogo-signoff", own);
}

static pid_t start_signoff(const struct archive *archive)
{
	char path[PATH_MAX + 32];
	char *argv[] = {path, "--out", (char *)archive->out, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	program_path(path);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	assert_int_equal(posix_spawn(&pid, path, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* wait_for waits until path exists; false if the process ends before, or takes too long. */
static bool wait_for(const char *path, pid_t pid)
{
	const struct timespec moment = {0, 5000000};
	siginfo_t ended = {.si_pid = 0};

	for (int i = 0; i < WAIT_S * 200; i++) {
		if (access(path, R_OK) == 0)
			return true;
		if (waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		    ended.si_pid == pid)
			return false;
		nanosleep(&moment, NULL);
	}
	return false;
}

static void killed_run_leaves_incomplete(void **state)
{
	struct archive archive;
	char path[5000], *page;
	int status;
	pid_t pid;

	(void)state;
	archive_make(&archive);
	pid = start_signoff(&archive);
	snprintf(path, sizeof(path), "%s/signoff/plan.json", archive.out); /* after the page */
	const bool began = wait_for(path, pid);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	snprintf(path, sizeof(path), "%s/signoff/index.html", archive.out);
	page = began ? sheet_read(path) : strdup("");
	archive_remove(&archive);
	assert_true(began);
	assert_true(WIFSIGNALED(status));
	assert_non_null(strstr(page, "<title>INCOMPLETE: "));
	assert_non_null(strstr(page, "This sign-off has not ended."));
	assert_null(strstr(page, "<h1 class=\"plate go\">"));
	free(page);
}

const struct suite_test suite_tests[] = {
	TEST(floor_is_the_worse_of_before_and_after, "H1.signoff.floor"),
	TEST(worse_floor_makes_a_latency_inconclusive, "H1.signoff.floor"),
	TEST(worse_floor_excuses_no_failed_assertion, "H1.signoff.floor"),
	TEST(summary_has_the_documented_keys, "H1.signoff.summary"),
	TEST(previous_is_the_newest_complete_run, "H1.signoff.previous"),
	TEST(page_lists_what_changed_since, "H1.report.since H1.signoff.previous"),
	TEST(killed_run_leaves_incomplete, "H1.signoff.killed"),
	{0},
};
