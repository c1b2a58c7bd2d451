/* SPDX-License-Identifier: Apache-2.0 */
/*
 * home.c - finds the source tree and its builds: gonogo.facts, which cmake/gng.cmake
 * writes into each build folder and `make install` into <prefix>/libexec/gonogo.
 */
#include "gng_gauge.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gauge_text.h"

#define FACTS "gonogo.facts"

/* facts is one file while it is read. */
struct facts {
	const char *file;
	int line;
	char *source; /* as written: relative in an installed tree */
	struct gng_build *build;
	struct gng_why *why;
};

static enum gng_status bad(const struct facts *facts, const char *what)
{
	return gng_why_set(facts->why, GNG_EFORMAT, 0, "gauge.home",
			   "%s:%d: %s: configure this build again", facts->file, facts->line, what);
}

/* ---- one line ---- */

static enum gng_status set(const struct facts *facts, char **kept, const char *value)
{
	if (*kept)
		return bad(facts, "the word stands twice");
	*kept = strdup(value);
	return *kept ? GNG_OK : gauge_no_memory(facts->why);
}

static enum gng_status add_missing(const struct facts *facts, char *what)
{
	struct gng_build *build = facts->build;
	char *reason = strchr(what, '\t'), *remedy;
	struct gng_missing *grown;

	if (!reason)
		return bad(facts, "'missing' needs a name and a reason");
	*reason++ = '\0';
	remedy = strstr(reason, ": ");
	if (remedy) {
		*remedy = '\0';
		remedy += 2;
	}
	grown = gauge_grow(build->missing, build->num_missing, sizeof(*grown));
	if (!grown)
		return gauge_no_memory(facts->why);
	build->missing = grown;
	grown += build->num_missing++;
	grown->what = strdup(what);
	grown->reason = strdup(reason);
	grown->remedy = strdup(remedy ? remedy : "");
	if (!grown->what || !grown->reason || !grown->remedy)
		return gauge_no_memory(facts->why);
	return GNG_OK;
}

static enum gng_status read_line(struct facts *facts, char *line)
{
	struct gng_build *build = facts->build;
	char *word = strsep(&line, "\t");
	char *value = line ? line : word + strlen(word);

	if (!gauge_is_plain(value))
		return bad(facts, "a byte is no printable ASCII");
	if (strcmp(word, "missing") == 0)
		return add_missing(facts, value);
	if (strcmp(word, "run-under") == 0)
		return set(facts, &build->run_under, value);
	if (strcmp(word, "compiler") == 0)
		return set(facts, &build->compiler, value);
	if (strcmp(word, "linker") == 0)
		return set(facts, &build->linker, value);
	if (strcmp(word, "source") == 0)
		return set(facts, &facts->source, value);
	if (strcmp(word, "build") != 0)
		return bad(facts, "the first word is none of build, source, compiler, linker,"
				  " run-under and missing");
	if (!gauge_is_name(value))
		return bad(facts, "the name of a build has characters beyond a-z, 0-9 and '_'");
	return set(facts, &build->name, value);
}

static enum gng_status read_lines(struct facts *facts, char *text)
{
	enum gng_status status = GNG_OK;
	char *rest = text, *line;

	for (line = gauge_next_line(&rest); line && status == GNG_OK;
	     line = gauge_next_line(&rest)) {
		facts->line++;
		if (*line)
			status = read_line(facts, line);
	}
	if (status == GNG_OK && (!facts->build->name || !facts->source))
		status = bad(facts, "'build' or 'source' is missing");
	if (status == GNG_OK && !facts->build->run_under)
		status = set(facts, &facts->build->run_under, "");
	if (status == GNG_OK && !facts->build->compiler)
		status = set(facts, &facts->build->compiler, "");
	if (status == GNG_OK && !facts->build->linker)
		status = set(facts, &facts->build->linker, "");
	return status;
}

/* ---- a folder's facts ---- */

static enum gng_status no_folder(struct gng_why *why, const char *path, const char *what)
{
	return gng_why_set(why, GNG_ESYS, errno, "gauge.home", "%s: %s: %s", path, what,
			   strerror(errno));
}

/* resolve turns a source relative to the facts' folder into an absolute path. */
static enum gng_status resolve(char **source, const char *dir, const char *written,
			       struct gng_why *why)
{
	char *joined = *written == '/' ? strdup(written) : gauge_format("%s/%s", dir, written);
	enum gng_status status = GNG_OK;

	if (!joined)
		return gauge_no_memory(why);
	*source = realpath(joined, NULL);
	if (!*source)
		status = no_folder(why, joined,
				   "the source tree of this build is gone, configure it again");
	free(joined);
	return status;
}

/* load reads dir's facts into *build and *source (both the caller's, also on failure). */
static enum gng_status load(struct gng_build *build, char **source, bool *installed,
			    const char *dir, struct gng_why *why)
{
	char *path = gauge_format("%s/" FACTS, dir), *text = NULL;
	struct facts facts = {.file = path, .build = build, .why = why};
	enum gng_status status;

	*source = NULL;
	if (!path)
		return gauge_no_memory(why);
	status = gauge_read(&text, path, why);
	if (status == GNG_OK)
		status = read_lines(&facts, text);
	if (status == GNG_OK) {
		*installed = *facts.source != '/';
		status = resolve(source, dir, facts.source, why);
	}
	if (status == GNG_OK) {
		build->dir = realpath(dir, NULL);
		if (!build->dir)
			status = no_folder(why, dir, "the build folder");
	}
	free(facts.source);
	free(text);
	free(path);
	return status;
}

/* ---- all builds ---- */

static enum gng_status check_build(const struct gng_home *home, const struct gng_build *build,
				   const char *source, struct gng_why *why)
{
	if (strcmp(source, home->source) != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "gauge.home",
				   "%s/" FACTS ": is a build of %s, not of %s: remove that folder",
				   build->dir, source, home->source);
	for (size_t i = 0; i + 1 < home->num_builds; i++)
		if (strcmp(home->builds[i].name, build->name) == 0)
			return gng_why_set(why, GNG_EFORMAT, 0, "gauge.home",
					   "%s/" FACTS ": build '%s' exists already in %s: "
					   "configure one of them with another GNG_BUILD",
					   build->dir, build->name, home->builds[i].dir);
	return GNG_OK;
}

static enum gng_status add_build(struct gng_home *home, bool *installed, const char *dir,
				 struct gng_why *why)
{
	struct gng_build *grown = gauge_grow(home->builds, home->num_builds, sizeof(*grown));
	enum gng_status status;
	char *source;

	if (!grown)
		return gauge_no_memory(why);
	home->builds = grown;
	grown += home->num_builds++;
	status = load(grown, &source, installed, dir, why);
	if (status == GNG_OK && !home->source) {
		home->source = source;
		return GNG_OK;
	}
	if (status == GNG_OK)
		status = check_build(home, grown, source, why);
	free(source);
	return status;
}

static enum gng_status add_builds_below(struct gng_home *home, struct gng_why *why)
{
	const char *dir = home->builds[0].dir;
	enum gng_status status;
	struct gauge_names list;
	bool installed;
	char *below;

	status = gauge_list(&list, dir, "", why);
	for (size_t i = 0; i < list.num && status == GNG_OK; i++) {
		below = gauge_format("%s/%s/" FACTS, dir, list.names[i]);
		if (!below)
			status = gauge_no_memory(why);
		else if (access(below, F_OK) == 0) {
			*strrchr(below, '/') = '\0';
			status = add_build(home, &installed, below, why);
		}
		free(below);
	}
	gauge_list_fini(&list);
	return status;
}

/* ---- where runs are kept ---- */

static enum gng_status set_out(struct gng_home *home, bool installed, struct gng_why *why)
{
	const char *wanted = getenv("GNG_OUT");
	char here[PATH_MAX];

	if (!wanted || !*wanted)
		wanted = installed || access(home->source, W_OK) != 0 ? "out" : NULL;
	if (!wanted)
		home->out = gauge_format("%s/out", home->source);
	else if (*wanted == '/')
		home->out = strdup(wanted);
	else if (!getcwd(here, sizeof(here)))
		return no_folder(why, ".", "the current folder");
	else
		home->out = gauge_format("%s/%s", here, wanted);
	return home->out ? GNG_OK : gauge_no_memory(why);
}

/* own_folder returns the folder of this program's facts (caller frees), or NULL. */
static char *own_folder(void)
{
	char program[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *facts;
	bool beside;

	if (len <= 0)
		return NULL;
	program[len] = '\0';
	*strrchr(program, '/') = '\0';
	facts = gauge_format("%s/" FACTS, program);
	beside = facts && access(facts, F_OK) == 0;
	free(facts);
	return gauge_format("%s%s", program, beside ? "" : "/../libexec/gonogo");
}

static enum gng_status open_in(struct gng_home *home, const char *dir, struct gng_why *why)
{
	enum gng_status status;
	bool installed = false;

	status = add_build(home, &installed, dir, why);
	if (status == GNG_OK)
		status = add_builds_below(home, why);
	return status == GNG_OK ? set_out(home, installed, why) : status;
}

enum gng_status gng_home_open(struct gng_home **home, const char *dir, struct gng_why *why)
{
	struct gng_home *made = calloc(1, sizeof(*made));
	char *own = dir ? NULL : own_folder();
	enum gng_status status;

	if (!made || (!dir && !own))
		status = gauge_no_memory(why);
	else
		status = open_in(made, dir ? dir : own, why);
	free(own);
	if (status == GNG_OK)
		*home = made;
	else
		gng_home_close(made);
	return status;
}

static void build_fini(struct gng_build *build)
{
	for (size_t i = 0; i < build->num_missing; i++) {
		free(build->missing[i].what);
		free(build->missing[i].reason);
		free(build->missing[i].remedy);
	}
	free(build->missing);
	free(build->name);
	free(build->dir);
	free(build->compiler);
	free(build->linker);
	free(build->run_under);
}

void gng_home_close(struct gng_home *home)
{
	if (!home)
		return;
	for (size_t i = 0; i < home->num_builds; i++)
		build_fini(&home->builds[i]);
	free(home->builds);
	free(home->source);
	free(home->out);
	free(home);
}
