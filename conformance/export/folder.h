/* SPDX-License-Identifier: Apache-2.0 */
/* folder.h - the folder of a sign-off: records that the gauge wrote, a summary that fits them. */
#ifndef CONFORMANCE_EXPORT_FOLDER_H
#define CONFORMANCE_EXPORT_FOLDER_H

#include "../suite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_gauge.h>

#define FOLDER_SUMMARY                                                                     \
	"{\"id\":\"signoff-1\",\"profile\":\"here\",\"started\":\"2026-11-27T03:18:43Z\"," \
	"\"verdict\":\"GO\",\"item\":{\"commit\":\"absent\",\"state\":\"absent\"}}\n"

static char folder_root[PATH_MAX / 2];

static inline const char *folder_path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder_root, name);
	return path;
}

static inline int folder_shell(const char *format, const char *words)
{
	char command[3 * PATH_MAX];
	const char *build = getenv("GNG_BUILD_DIR");
	int status;

	assert_non_null(build);
	snprintf(command, sizeof(command), format, folder_root, build, words);
	status = system(command);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static inline void folder_write(const char *name, const char *text)
{
	FILE *file = fopen(folder_path(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void folder_remove(void)
{
	folder_shell("rm -rf '%s' # %s%s", "");
}

/* folder_record is a line of records.jsonl about a test of this tree. */
static inline void folder_record(FILE *out, const char *id, const char *build,
				 enum gng_verdict verdict)
{
	struct gng_test test = {.id = (char *)id,
				.variant = (char *)"",
				.build = build,
				.requirements = (char *)"H1.export.command"};
	struct gng_figure figure = {.measure = {.name = "took", .value = 1.5, .unit = "ms"}};
	const struct gng_record record = {.test = &test,
					  .verdict = verdict,
					  .seconds = 0.25,
					  .assertions = 3,
					  .started = "2026-11-27T03:18:44.000Z",
					  .figures = &figure,
					  .num_figures = 1,
					  .attempt = 1};
	char *line = gng_record_json(&record);

	assert_non_null(line);
	fprintf(out, "%s\n", line);
	free(line);
}

/* folder_make makes check/ with two records and a summary. */
static inline void folder_make(void)
{
	const char *tmp = getenv("TMPDIR"), *build;
	struct gng_home *home = NULL;
	FILE *out;

	assert_int_equal(gng_home_open(&home, getenv("GNG_BUILD_DIR"), NULL), GNG_OK);
	build = home->builds[0].name;
	snprintf(folder_root, sizeof(folder_root), "%s/gonogo-export-XXXXXX", tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(folder_root));
	atexit(folder_remove);
	assert_int_equal(folder_shell("cd '%s' && mkdir check # %s%s", ""), 0);
	out = fopen(folder_path("check/records.jsonl"), "we");
	assert_non_null(out);
	folder_record(out, "conformance.export.command.wrong_words_are_refused", build, GNG_PASS);
	folder_record(out, "conformance.export.lines.lava_calls_no_gap_a_pass", build, GNG_FAIL);
	assert_int_equal(fclose(out), 0);
	gng_home_close(home);
	folder_write("check/summary.json", FOLDER_SUMMARY);
}

/* folder_export runs the command on check/; words come last. */
static inline int folder_export(const char *words)
{
	return folder_shell("cd '%s' && '%s/gonogo-export' check %s >stdout 2>stderr", words);
}

static inline const char *folder_output(const char *name)
{
	static char text[1 << 20];
	FILE *file = fopen(folder_path(name), "r");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

#endif /* CONFORMANCE_EXPORT_FOLDER_H */
