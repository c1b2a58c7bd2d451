/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - the test program of a planned test: where it is, how it is called, its table. */
#include "gauge_program.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gauge_judge.h"
#include "gauge_text.h"

#define LIST_TIMEOUT_S 20 /* --list of an instrumented program under load: about 0.1 s */

const struct gng_build *program_build(const struct gng_home *home, const struct gng_test *test)
{
	for (size_t i = 0; i < home->num_builds; i++)
		if (strcmp(home->builds[i].name, test->build) == 0)
			return &home->builds[i];
	return &home->builds[0];
}

char *program_path(const struct gng_home *home, const struct gng_test *test)
{
	const struct gng_build *build = program_build(home, test);

	if (strcmp(test->suite, "fuzz") == 0) /* OSS-Fuzz allows no dot in a fuzzer's name */
		return gauge_format("%s/tests/%s_%s_fuzz", build->dir, test->subsystem, test->stem);
	return gauge_format("%s/tests/%s.%s.%s", build->dir, test->suite, test->subsystem,
			    test->stem);
}

char *program_seeds(const struct gng_home *home, const struct gng_test *test)
{
	return gauge_format("GNG_SEEDS=%s/fuzz/%s/%s.seeds", home->source, test->subsystem,
			    test->stem);
}

static bool same_source(const struct gng_test *a, const struct gng_test *b)
{
	return strcmp(a->stem, b->stem) == 0 && strcmp(a->subsystem, b->subsystem) == 0 &&
	       strcmp(a->suite, b->suite) == 0;
}

static bool same_program(const struct gng_test *a, const struct gng_test *b)
{
	return same_source(a, b) && strcmp(a->build, b->build) == 0;
}

/* ---- the program's table ---- */

/* run_list returns what PROGRAM --list prints, or NULL. */
static char *run_list(const char *path, const char *seeds)
{
	const char *const env[] = {"GNG_RUNNER=1", seeds, NULL};
	char *const argv[] = {(char *)path, "--list", NULL};
	const struct nanny_task task = {
		.argv = argv,
		.cwd = "/",
		.env = env,
		.timeout_s = LIST_TIMEOUT_S,
		.output_fd = memfd_create("list", MFD_CLOEXEC),
	};
	struct nanny_result result = {.wait_status = -1};
	struct nanny nanny;
	char *text = NULL;
	off_t len;

	if (task.output_fd < 0 || nanny_start(&nanny, &task, NULL) != GNG_OK)
		return NULL;
	if (read(nanny.result_fd, &result, sizeof(result)) != sizeof(result))
		result.wait_status = -1;
	close(nanny.result_fd);
	waitpid(nanny.pid, NULL, 0);
	len = lseek(task.output_fd, 0, SEEK_END);
	if (result.wait_status == 0 && len >= 0)
		text = calloc(1, (size_t)len + 1);
	if (text && pread(task.output_fd, text, (size_t)len, 0) != len)
		*text = '\0';
	close(task.output_fd);
	return text;
}

/* table_has looks for "function TAB flags TAB requirements". */
static bool table_has(const char *table, const struct gng_test *test)
{
	char *row = gauge_format("%s\t%u\t%s", test->function, test->flags, test->requirements);
	bool found = false;

	if (!row)
		return false;
	for (const char *line = table; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, row, strlen(row)) == 0 && line[strlen(row)] == '\n')
			found = true;
	free(row);
	return found;
}

static size_t num_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

/* num_planned counts the distinct functions that the plan has for the programs of test's source:
 * each build has them all, also those that are planned for one build. */
static size_t num_planned(const struct gng_plan *plan, const struct gng_test *test)
{
	const char *last = "";
	size_t planned = 0;

	for (size_t i = 0; i < plan->num_tests; i++) {
		const struct gng_test *other = &plan->tests[i];

		if (!same_source(test, other))
			continue;
		planned += strcmp(last, other->function) != 0;
		last = other->function;
	}
	return planned;
}

static void judge_program(struct gng_record *record, const struct gng_run_options *options,
			  const char *path, const char *table)
{
	const struct gng_test *test = record->test;

	if (access(path, X_OK) != 0) {
		judge_say(record, GNG_MISSING, "%s is not built", strrchr(path, '/') + 1);
		record->remedy = strdup("make");
	} else if (!table) {
		judge_say(record, GNG_ERROR, "%s --list fails", strrchr(path, '/') + 1);
	} else if (!table_has(table, test)) {
		judge_say(record, GNG_ERROR,
			  "%s:%d: the program's own table does not have this test: it is older "
			  "than its source",
			  test->file, test->line);
		record->remedy = strdup("make");
	} else if (num_lines(table) != num_planned(options->plan, test)) {
		judge_say(record, GNG_ERROR, "%s: the program has %zu tests, its source %zu",
			  test->file, num_lines(table), num_planned(options->plan, test));
		record->remedy = strdup("make");
	}
}

/* check_build checks the programs of one build; records are sorted by id, so those of one
 * program are neighbours once the other builds are passed over. */
static void check_build(const char *build, struct gng_record *records, size_t num_records,
			const struct gng_run_options *options)
{
	const struct gng_test *last = NULL;
	char *path = NULL, *seeds = NULL, *table = NULL;

	for (size_t i = 0; i < num_records; i++) {
		const struct gng_test *test = records[i].test;

		if (test->cannot || test->broken || strcmp(test->build, build) != 0)
			continue;
		if (!last || !same_program(last, test)) {
			free(path);
			free(seeds);
			free(table);
			path = program_path(options->home, test);
			seeds = program_seeds(options->home, test);
			table = path && seeds ? run_list(path, seeds) : NULL;
			last = test;
		}
		if (path)
			judge_program(&records[i], options, path, table);
	}
	free(path);
	free(seeds);
	free(table);
}

void program_check_tables(struct gng_record *records, size_t num_records,
			  const struct gng_run_options *options)
{
	for (size_t i = 0; i < options->home->num_builds; i++)
		check_build(options->home->builds[i].name, records, num_records, options);
}
