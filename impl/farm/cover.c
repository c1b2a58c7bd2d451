/* SPDX-License-Identifier: Apache-2.0 */
/* cover.c - what the corpora reach, by llvm-cov: a report, never a gate. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "farm_report.h"

#define RUN_S 300

/* words is an argument list that grows. */
struct words {
	size_t num, cap;
	char **all; /* ended by NULL */
};

static bool add(struct words *words, const char *text)
{
	if (words->num + 2 > words->cap) {
		const size_t cap = words->cap ? 2 * words->cap : 32;
		char **grown = reallocarray(words->all, cap, sizeof(*grown));

		if (!grown)
			return false;
		words->all = grown;
		words->cap = cap;
	}
	words->all[words->num] = strdup(text);
	if (!words->all[words->num])
		return false;
	words->all[++words->num] = NULL;
	return true;
}

static void fini(struct words *words)
{
	for (size_t i = 0; i < words->num; i++)
		free(words->all[i]);
	free(words->all);
	memset(words, 0, sizeof(*words));
}

/* run_to runs a tool; its output goes to *text (caller frees) if text is not NULL. */
static enum gng_status run_to(char **text, const struct words *words, const char *const *env,
			      const struct farm_options *options, struct gng_why *why)
{
	struct farm_child child = {0};
	enum gng_status status =
		farm_child_start(&child, (const char *const *)words->all, env, NULL, why);
	char *line;

	if (status != GNG_OK) {
		farm_child_fini(&child);
		return status;
	}
	child.deadline_s = farm_now() + RUN_S;
	farm_child_wait(&child, options->stop);
	line = farm_child_line(&child);
	if (child.status != 0)
		status = gng_why_set(why, GNG_ESYS, 0, "farm.cover", "%s failed: %s", words->all[0],
				     line ? line : "");
	else if (text)
		*text = strndup(child.tail, child.len);
	free(line);
	farm_child_fini(&child);
	return status;
}

/* ---- the steps ---- */

static enum gng_status check_tools(const struct farm_targets *targets, struct gng_why *why)
{
	static const char *const tools[] = {"llvm-profdata", "llvm-cov"};

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (!farm_has(tools[i]))
			return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.cover",
					   "no coverage, %s is not installed: ci/setup fuzz",
					   tools[i]);
	for (size_t i = 0; i < targets->num; i++)
		if (!*targets->all[i].coverage)
			return gng_why_set(why, GNG_EUNSUPPORTED, 0, "farm.cover",
					   "no coverage, %s has no build with counters: "
					   "ci/build fuzzcov",
					   targets->all[i].name);
	return GNG_OK;
}

/* replay runs seeds and corpus once; the counters go to <folder>/raw/. */
static enum gng_status replay(const struct farm_target *target, const char *folder,
			      const struct farm_options *options, struct gng_why *why)
{
	char corpus[FARM_PATH], seeds[FARM_PATH], profile[FARM_PATH];
	/* all of a corpus, with all that is done with an input (fuzz/suite.h) */
	const char *env[] = {profile, "GONOGO_FUZZ_ALL=1", NULL};
	struct words words = {0};
	enum gng_status status = GNG_OK;

	farm_path(corpus, "%s/corpus", target->dir);
	farm_path(seeds, "%s/seeds", target->dir);
	farm_path(profile, "LLVM_PROFILE_FILE=%s/raw/%s.profraw", folder, target->name);
	if (!add(&words, target->coverage) || !add(&words, "-runs=0") ||
	    !add(&words, "-error_exitcode=1") || !add(&words, "-timeout=60") ||
	    !add(&words, corpus) || !add(&words, seeds))
		status = gng_why_set(why, GNG_ENOMEM, 0, "farm.cover", "no memory");
	if (status == GNG_OK)
		status = run_to(NULL, &words, env, options, why);
	fini(&words);
	return status;
}

static enum gng_status join(const char *folder, const struct farm_options *options,
			    struct gng_why *why)
{
	char path[FARM_PATH];
	struct words words = {0};
	glob_t files = {0};
	enum gng_status status = GNG_OK;
	bool ok = add(&words, "llvm-profdata") && add(&words, "merge") && add(&words, "-sparse") &&
		  add(&words, "-o");

	farm_path(path, "%s/all.profdata", folder);
	ok = ok && add(&words, path);
	farm_path(path, "%s/raw/*.profraw", folder);
	if (glob(path, 0, NULL, &files) == 0)
		for (size_t i = 0; i < files.gl_pathc && ok; i++)
			ok = add(&words, files.gl_pathv[i]);
	globfree(&files);
	if (!ok)
		status = gng_why_set(why, GNG_ENOMEM, 0, "farm.cover", "no memory");
	if (status == GNG_OK)
		status = run_to(NULL, &words, NULL, options, why);
	fini(&words);
	return status;
}

/* cov runs llvm-cov VERB over all programs. */
static enum gng_status cov(char **text, const char *verb, const char *option,
			   const struct farm_targets *targets, const char *folder,
			   const struct farm_options *options, struct gng_why *why)
{
	char profile[FARM_PATH], output[FARM_PATH];
	struct words words = {0};
	enum gng_status status = GNG_OK;
	bool ok;

	farm_path(profile, "-instr-profile=%s/all.profdata", folder);
	farm_path(output, "-output-dir=%s", folder);
	ok = add(&words, "llvm-cov") && add(&words, verb) && add(&words, option) &&
	     add(&words, profile) && add(&words, "-ignore-filename-regex=^fuzz/|/fuzz/") &&
	     (text || add(&words, output)) && add(&words, targets->all[0].coverage);
	for (size_t i = 1; i < targets->num && ok; i++)
		ok = add(&words, "-object") && add(&words, targets->all[i].coverage);
	if (!ok)
		status = gng_why_set(why, GNG_ENOMEM, 0, "farm.cover", "no memory");
	if (status == GNG_OK)
		status = run_to(text, &words, NULL, options, why);
	fini(&words);
	return status;
}

/* read_totals takes data[0].totals of `llvm-cov export -summary-only`. */
static enum gng_status read_totals(json_t **totals, const char *text, struct gng_why *why)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_DISABLE_EOF_CHECK, &error), *found;

	found = json_object_get(json_array_get(json_object_get(json, "data"), 0), "totals");
	*totals = json_incref(found);
	json_decref(json);
	return found ? GNG_OK
		     : gng_why_set(why, GNG_EFORMAT, 0, "farm.cover",
				   "llvm-cov export said no totals");
}

static enum gng_status write_report(json_t **totals, const struct farm_targets *targets,
				    const char *folder, const struct farm_options *options,
				    struct gng_why *why)
{
	char path[FARM_PATH], *text = NULL;
	enum gng_status status = cov(NULL, "show", "-format=html", targets, folder, options, why);

	if (status == GNG_OK)
		status = cov(&text, "report", "-use-color=0", targets, folder, options, why);
	farm_path(path, "%s/summary.txt", folder);
	if (status == GNG_OK)
		status = farm_write(path, text, strlen(text), why);
	free(text);
	text = NULL;
	if (status == GNG_OK)
		status = cov(&text, "export", "-summary-only", targets, folder, options, why);
	if (status == GNG_OK)
		status = read_totals(totals, text, why);
	free(text);
	return status;
}

enum gng_status farm_cover(json_t **totals, const struct farm_targets *targets,
			   const struct farm_options *options, struct gng_why *why)
{
	char folder[FARM_PATH], raw[FARM_PATH];
	enum gng_status status = check_tools(targets, why);

	farm_path(folder, "%s/coverage", options->out);
	farm_path(raw, "%s/raw", folder);
	if (status == GNG_OK) {
		farm_remove(folder);
		status = farm_make_dir(raw, why);
	}
	for (size_t i = 0; i < targets->num && status == GNG_OK; i++)
		status = replay(&targets->all[i], folder, options, why);
	if (status == GNG_OK)
		status = join(folder, options, why);
	if (status == GNG_OK)
		status = write_report(totals, targets, folder, options, why);
	farm_remove(raw);
	return status;
}
