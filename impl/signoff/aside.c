/* SPDX-License-Identifier: Apache-2.0 */
/* aside.c - gathers what the page shows beside the sign-off; nothing of it is signed. */
#include "signoff_aside.h"

#include <glob.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define CLAIMS_S 180 /* measured: 40 s alone: tests judge many of them */
#define HISTORY_S 10
#define MAX_TABLES 8u
#define MAX_JSON ((size_t)64 << 20)
#define FLAME_S 20 /* four runs of a test of at most 1.5 s, and perf's own work */

/* ---- which tests are sampled ---- */

/* margin is how far a passed ratio stays from its limit, as a factor; INFINITY if it is none. */
static double margin(const struct gng_record *record)
{
	double least = INFINITY;

	if (record->verdict != GNG_PASS)
		return INFINITY;
	for (size_t i = 0; i < record->num_figures; i++) {
		const struct gng_figure *figure = &record->figures[i];
		const double value = figure->measure.value, limit = figure->budget.limit;

		if (figure->judged && strcmp(figure->measure.unit, "ratio") == 0 && value > 0 &&
		    limit > 0)
			least = fmin(least,
				     figure->budget.at_least ? value / limit : limit / value);
	}
	return least;
}

size_t aside_pick(const struct gng_test *tests[ASIDE_MAX_FLAMES], const struct gng_signoff *signoff)
{
	double least[ASIDE_MAX_FLAMES];
	size_t num = 0, at;

	for (size_t i = 0; i < signoff->num_records; i++) {
		const struct gng_record *record = &signoff->records[i];
		const double is = margin(record);

		for (at = 0; at < num; at++)
			if (strcmp(tests[at]->subsystem, record->test->subsystem) == 0)
				break;
		if (!isfinite(is) || at == ASIDE_MAX_FLAMES || (at < num && least[at] <= is))
			continue;
		tests[at] = record->test;
		least[at] = is;
		num += at == num;
	}
	return num;
}

/* ---- flame graphs ---- */

static const char *folder_of(const struct gng_home *home, const char *build)
{
	for (size_t i = 0; i < home->num_builds; i++)
		if (strcmp(home->builds[i].name, build) == 0)
			return home->builds[i].dir;
	return NULL;
}

/* The test runs four times: one run of a ratio takes half a second, 250 samples. Its verdict
 * beside perf is none, so its status is not asked for. */
static void sample(struct aside_flame *flame, char *program, char *test, const volatile int *stop)
{
	static char again[] = "for i in 1 2 3 4; do \"$0\" --run \"$1\" --variant \"$2\" "
			      ">/dev/null 2>&1; done; exit 0";
	static char once[] =
		"for i in 1 2 3 4; do \"$0\" --run \"$1\" >/dev/null 2>&1; done; exit 0";
	const bool varies = *flame->test->variant != '\0';
	char path[PATH_MAX];
	char *argv[] = {path,
			(char *)"-o",
			(char *)"-",
			(char *)"--folded",
			(char *)"--",
			(char *)"/bin/sh",
			(char *)"-c",
			varies ? again : once,
			program,
			test,
			varies ? (char *)flame->test->variant : NULL,
			NULL};
	int code;

	if (!aside_program(path, sizeof(path), "gonogo-flame")) {
		snprintf(flame->why, sizeof(flame->why), "gonogo-flame is not built here");
		return;
	}
	flame->folded = aside_run(argv, FLAME_S, stop, &code, flame->why, sizeof(flame->why));
	if (code == 0)
		return;
	free(flame->folded);
	flame->folded = NULL;
}

static void gather_flames(struct gng_signoff_aside *aside, const struct gng_signoff *signoff,
			  const struct gng_home *home, const volatile int *stop)
{
	const struct gng_test *tests[ASIDE_MAX_FLAMES];
	const size_t num = aside_pick(tests, signoff);

	for (size_t i = 0; i < num; i++) {
		const char *folder = folder_of(home, tests[i]->build);
		char *program;

		if (!folder || asprintf(&program, "%s/tests/%s.%s.%s", folder, tests[i]->suite,
					tests[i]->subsystem, tests[i]->stem) < 0)
			continue;
		aside->flames[aside->num_flames].test = tests[i];
		sample(&aside->flames[aside->num_flames++], program, tests[i]->function, stop);
		free(program);
	}
}

/* ---- other programs ---- */

static json_t *ask(const char *name, const char *option, const char *value, unsigned int seconds,
		   const volatile int *stop)
{
	char path[PATH_MAX], complaint[256], *said;
	char *argv[] = {path, (char *)"--json", (char *)option, (char *)value, NULL};
	json_t *json;
	int code;

	if (!aside_program(path, sizeof(path), name))
		return NULL;
	said = aside_run(argv, seconds, stop, &code, complaint, sizeof(complaint));
	json = said && code == 0 ? json_loads(said, 0, NULL) : NULL;
	free(said);
	return json;
}

json_t *aside_json(const char *path)
{
	json_t *json;
	FILE *file;

	if (gng_sysfile_open(&file, path, MAX_JSON, NULL) != GNG_OK)
		return NULL;
	json = json_loadf(file, 0, NULL);
	fclose(file);
	return json;
}

/* kept reads what somebody keeps beside the runs; a file that is no JSON is not there. */
static json_t *kept(const char *out, const char *name)
{
	json_t *json;
	char *path;

	if (asprintf(&path, "%s/%s", out, name) < 0)
		return NULL;
	json = aside_json(path);
	free(path);
	return json;
}

/* kept_tables reads those that are whole, by name. */
static json_t *kept_tables(const char *out)
{
	json_t *tables = json_array();
	glob_t found = {0};
	char *pattern;

	if (asprintf(&pattern, "%s/lab/*.table.json", out) < 0)
		return tables;
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc && i < MAX_TABLES; i++) {
			json_t *table = aside_json(found.gl_pathv[i]);

			if (json_is_array(json_object_get(table, "rows")))
				json_array_append(tables, table);
			json_decref(table);
		}
	globfree(&found);
	free(pattern);
	return tables;
}

void aside_gather(struct gng_signoff_aside *aside, const struct gng_signoff *signoff,
		  const struct gng_home *home, const char *out, const volatile int *stop)
{
	memset(aside, 0, sizeof(*aside));
	aside->claims = ask("gonogo-claims", NULL, NULL, CLAIMS_S, stop);
	aside->history = ask("gonogo-history", "--out", out, HISTORY_S, stop);
	aside->mutants = kept(out, "mutants.json");
	aside->fuzz = kept(out, "fuzz.json");
	aside->tables = kept_tables(out);
	gather_flames(aside, signoff, home, stop);
}

void aside_fini(struct gng_signoff_aside *aside)
{
	json_decref(aside->claims);
	json_decref(aside->history);
	json_decref(aside->mutants);
	json_decref(aside->fuzz);
	json_decref(aside->tables);
	for (size_t i = 0; i < aside->num_flames; i++)
		free(aside->flames[i].folded);
	memset(aside, 0, sizeof(*aside));
}
