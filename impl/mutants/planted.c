/* SPDX-License-Identifier: Apache-2.0 */
/* planted.c - plants each bug of the .mutants files and requires its death. Zero executed
 * mutants is an error: a gate that ran nothing proved nothing. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mutants_campaign.h"
#include "mutants_files.h"

struct campaign {
	const struct campaign_options *options;
	const struct gng_term *term;
	struct workshop workshop;
	size_t executed, killed, equivalent, unreached, broken;
	json_t *survivors;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_stopped(const struct campaign *campaign)
{
	return campaign->options->stop && *campaign->options->stop;
}

/* ---- one mutant ---- */

static void keep_survivor(struct campaign *campaign, const struct gng_mutant *mutant, size_t line)
{
	char *diff;

	if (asprintf(&diff, "-%s+%s", mutant->old_text,
		     mutant->new_text ? mutant->new_text : "\n") < 0)
		return;
	json_array_append_new(campaign->survivors,
			      json_pack("{s:s, s:I, s:s, s:s, s:s}", "file", mutant->file, "line",
					(json_int_t)line, "diff", diff, "mutant", mutant->name,
					"test", mutant->test));
	free(diff);
}

static const char *count_outcome(struct campaign *campaign, enum workshop_outcome outcome,
				 const struct gng_mutant *mutant, size_t line)
{
	switch (outcome) {
	case WORKSHOP_KILLED:
		campaign->executed++;
		campaign->killed++;
		return "killed";
	case WORKSHOP_SURVIVED:
		campaign->executed++;
		keep_survivor(campaign, mutant, line);
		return "SURVIVED";
	case WORKSHOP_EQUIVALENT:
		campaign->equivalent++;
		return "EQUIVALENT";
	default:
		campaign->unreached++;
		return "unreached";
	}
}

static void try_mutant(struct campaign *campaign, const struct gng_mutant *mutant)
{
	enum workshop_outcome outcome = WORKSHOP_UNREACHED;
	const double start_s = now_s();
	enum gng_term_tone tone;
	enum gng_status status;
	struct gng_why why = {0};
	bool unreached = false;
	const char *word;
	size_t line = 0;

	status = workshop_proves(&campaign->workshop, &unreached, mutant, &why);
	if (status == GNG_OK && !unreached)
		status = workshop_judge(&campaign->workshop, &outcome, &line, mutant, &why);
	if (status != GNG_OK) {
		campaign->broken++;
		gng_term_say(campaign->term, GNG_TERM_BAD, "ERROR       ");
		fprintf(campaign->term->out, "%s\n", why.text);
		return;
	}
	word = count_outcome(campaign, outcome, mutant, line);
	tone = outcome == WORKSHOP_KILLED ? GNG_TERM_GOOD : GNG_TERM_BAD;
	gng_term_say(campaign->term, outcome == WORKSHOP_UNREACHED ? GNG_TERM_DIM : tone, "%-11s ",
		     word);
	fprintf(campaign->term->out, "%-44s %5.1f s  %s:%zu\n", mutant->name, now_s() - start_s,
		mutant->file, line);
	fflush(campaign->term->out);
}

/* file is what one .mutants file says. */
struct file {
	struct gng_mutant *mutants;
	size_t num;
};

static bool read_file(struct file *file, const char *path)
{
	struct gng_why why = {0};
	size_t len;
	char *text = mutants_read(path, &len);
	bool ok;

	ok = text && gng_mutants_parse(&file->mutants, &file->num, path, text, &why) == GNG_OK;
	if (!ok)
		gng_term_error("%s%s", text ? "" : path,
			       text ? why.text : ": is no file that can be read");
	free(text);
	return ok;
}

static void files_free(struct file *files, size_t num)
{
	for (size_t i = 0; i < num; i++)
		gng_mutants_free(files[i].mutants, files[i].num);
	free(files);
}

/* read_files reads all before a mutant is tried: what is corrupt is told at once. NULL, with each
 * such file told, if one is. */
static struct file *read_files(const glob_t *paths)
{
	struct file *files = calloc(paths->gl_pathc, sizeof(*files));
	bool ok = files != NULL;

	if (!files)
		gng_term_error("no memory for %zu files", paths->gl_pathc);
	for (size_t i = 0; files && i < paths->gl_pathc; i++)
		ok &= read_file(&files[i], paths->gl_pathv[i]);
	if (ok)
		return files;
	files_free(files, files ? paths->gl_pathc : 0);
	return NULL;
}

static void try_file(struct campaign *campaign, const struct file *file)
{
	for (size_t i = 0; i < file->num && !is_stopped(campaign); i++)
		try_mutant(campaign, &file->mutants[i]);
}

/* ---- all of them ---- */

/* find_files lists the .mutants files of one subsystem, or of all ("*"). */
static bool find_files(glob_t *files, const char *source, const char *subsystem)
{
	char pattern[4096];

	snprintf(pattern, sizeof(pattern), "%s/{conformance,fuzz,hwtests}/%s/*.mutants", source,
		 subsystem);
	return glob(pattern, GLOB_BRACE, NULL, files) == 0;
}

static void print_json(const struct campaign *campaign)
{
	json_t *json = json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:O}", "executed", (json_int_t)campaign->executed,
		"killed", (json_int_t)campaign->killed, "equivalent",
		(json_int_t)campaign->equivalent, "unreached", (json_int_t)campaign->unreached,
		"errors", (json_int_t)campaign->broken, "survivors", campaign->survivors);

	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

static int conclude(const struct campaign *campaign)
{
	const size_t failed =
		json_array_size(campaign->survivors) + campaign->equivalent + campaign->broken;

	if (campaign->options->json)
		print_json(campaign);
	fprintf(campaign->term->out,
		"\n%zu mutants executed: %zu killed, %zu survived; %zu equivalent, %zu unreached, "
		"%zu not judged\n",
		campaign->executed, campaign->killed, json_array_size(campaign->survivors),
		campaign->equivalent, campaign->unreached, campaign->broken);
	if (is_stopped(campaign))
		return GNG_INCOMPLETE;
	if (campaign->executed == 0) {
		gng_term_error("no mutant was executed: nothing is proved");
		return EXIT_NOTHING;
	}
	return failed > 0 ? GNG_NO_GO : GNG_GO;
}

int planted_run(const struct campaign_options *options)
{
	struct gng_term term;
	struct campaign campaign = {.options = options, .term = &term, .survivors = json_array()};
	struct gng_home *home = NULL;
	struct gng_why why = {0};
	struct file *files = NULL;
	glob_t paths = {0};
	int code = EXIT_HARNESS;

	gng_term_init(&term, options->json ? stderr : stdout);
	if (gng_home_open(&home, options->build, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
	} else if (!find_files(&paths, home->source, options->subsystem)) {
		gng_term_error("no .mutants file for '%s' under %s", options->subsystem,
			       home->source);
		code = EXIT_NOTHING;
	} else if ((files = read_files(&paths)) &&
		   workshop_open(&campaign.workshop, home, "", &why) != GNG_OK) {
		gng_term_error("%s", why.text);
	} else if (files) {
		for (size_t i = 0; i < paths.gl_pathc && !is_stopped(&campaign); i++)
			try_file(&campaign, &files[i]);
		code = conclude(&campaign);
	}
	workshop_close(&campaign.workshop);
	files_free(files, files ? paths.gl_pathc : 0);
	globfree(&paths);
	gng_home_close(home);
	json_decref(campaign.survivors);
	return code;
}
