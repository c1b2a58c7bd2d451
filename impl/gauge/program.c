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

/* listing is one program, asked by --list for its table. */
struct listing {
	const struct gng_test *first; /* of its tests, in the plan's order */
	char *path, *table;	      /* NULL: memory ran out; --list failed */
	int output_fd;
	struct nanny nanny; /* her result_fd is -1 if she could not be started */
};

/* listing_start goes on without a leak check: what is printed is a constant, and the check is half
 * the time of an instrumented program that does nothing. */
static void listing_start(struct listing *listing, const struct gng_home *home)
{
	char *seeds = program_seeds(home, listing->first);
	const char *const env[] = {"GNG_RUNNER=1", "ASAN_OPTIONS=detect_leaks=0", seeds, NULL};
	char *const argv[] = {listing->path, "--list", NULL};
	const struct nanny_task task = {
		.argv = argv,
		.cwd = "/",
		.env = env,
		.timeout_s = LIST_TIMEOUT_S,
		.output_fd = listing->output_fd = memfd_create("list", MFD_CLOEXEC),
	};

	if (!listing->path || !seeds || task.output_fd < 0 ||
	    nanny_start(&listing->nanny, &task, NULL) != GNG_OK)
		listing->nanny.result_fd = -1;
	free(seeds);
}

static void listing_finish(struct listing *listing)
{
	const struct nanny *nanny = &listing->nanny;
	struct nanny_result result = {.wait_status = -1};
	off_t len;

	if (nanny->result_fd >= 0) {
		if (read(nanny->result_fd, &result, sizeof(result)) != sizeof(result))
			result.wait_status = -1;
		close(nanny->result_fd);
		waitpid(nanny->pid, NULL, 0);
	}
	len = lseek(listing->output_fd, 0, SEEK_END);
	if (result.wait_status == 0 && len >= 0)
		listing->table = calloc(1, (size_t)len + 1);
	if (listing->table && pread(listing->output_fd, listing->table, (size_t)len, 0) != len)
		*listing->table = '\0';
	if (listing->output_fd >= 0)
		close(listing->output_fd);
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

/* is_asked tells whether the program of a record's test must have it in its table. */
static bool is_asked(const struct gng_record *record, const char *build)
{
	const struct gng_test *test = record->test;

	return !test->cannot && !test->broken && strcmp(test->build, build) == 0;
}

/* find_programs lists the programs of one build; records are sorted by id, so those of one program
 * are neighbours once the other builds are passed over. */
static size_t find_programs(struct listing *listings, const char *build,
			    const struct gng_record *records, size_t num_records,
			    const struct gng_home *home)
{
	size_t num = 0;

	for (size_t i = 0; i < num_records; i++) {
		const struct gng_test *test = records[i].test;

		if (!is_asked(&records[i], build) ||
		    (num > 0 && same_program(listings[num - 1].first, test)))
			continue;
		listings[num++] = (struct listing){.first = test, .path = program_path(home, test)};
	}
	return num;
}

/* ask starts as many at once as there are jobs, and waits for the one that began first. */
static void ask(struct listing *listings, size_t num, const struct gng_run_options *options)
{
	const size_t at_once = options->num_jobs ? options->num_jobs : 1;

	for (size_t i = 0; i < num + at_once; i++) {
		if (i >= at_once && i - at_once < num)
			listing_finish(&listings[i - at_once]);
		if (i < num)
			listing_start(&listings[i], options->home);
	}
}

static void check_build(const char *build, struct gng_record *records, size_t num_records,
			const struct gng_run_options *options)
{
	struct listing *listings = calloc(num_records + 1, sizeof(*listings)), *at = listings;
	const size_t num =
		listings ? find_programs(listings, build, records, num_records, options->home) : 0;

	ask(listings, num, options);
	for (size_t i = 0; i < num_records && num > 0; i++) {
		if (!is_asked(&records[i], build))
			continue;
		if (!same_program(at->first, records[i].test))
			at++;
		if (at->path)
			judge_program(&records[i], options, at->path, at->table);
	}
	for (size_t i = 0; i < num; i++) {
		free(listings[i].path);
		free(listings[i].table);
	}
	free(listings);
}

void program_check_tables(struct gng_record *records, size_t num_records,
			  const struct gng_run_options *options)
{
	for (size_t i = 0; i < options->home->num_builds; i++)
		check_build(options->home->builds[i].name, records, num_records, options);
}
