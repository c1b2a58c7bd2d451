/* SPDX-License-Identifier: Apache-2.0 */
/* workshop.c - plants, builds, judges and removes bugs in a copy of the tree. */
#include "mutants_workshop.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* ---- programs and files ---- */

/* run_program runs argv with its output in <folder>/log, and returns its exit status. */
static int run_program(const struct workshop *workshop, const char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	char *log;
	pid_t pid;

	if (asprintf(&log, "%s/log", workshop->folder) < 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0)
		waitpid(pid, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	free(log);
	return status;
}

static char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	long end;

	if (!file)
		return NULL;
	if (fseek(file, 0, SEEK_END) == 0 && (end = ftell(file)) >= 0) {
		rewind(file);
		text = calloc(1, (size_t)end + 1);
		*len = text ? fread(text, 1, (size_t)end, file) : 0;
	}
	fclose(file);
	return text;
}

static enum gng_status write_file(const char *path, const char *text, struct gng_why *why)
{
	FILE *file = fopen(path, "we");
	const bool written = file && fputs(text, file) >= 0;

	if ((file && fclose(file) != 0) || !written)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.workshop", "%s: %s", path,
				   strerror(errno));
	return GNG_OK;
}

static char *join(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* ---- the copy ---- */

static enum gng_status copy_tree(const struct workshop *workshop, const char *source,
				 struct gng_why *why)
{
	static const char *const parts[] = {"CMakeLists.txt", "cmake", "ci",	  "docs",   "impl",
					    "conformance",    "fuzz",  "hwtests", "vectors"};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		char *path = join(source, parts[i]);
		const char *argv[] = {"cp", "-a", path, workshop->source, NULL};
		const int status = path ? run_program(workshop, argv) : -1;

		free(path);
		if (status != 0)
			return gng_why_set(why, GNG_ESYS, 0, "mutants.workshop",
					   "%s/%s cannot be copied to %s: mutants need a source "
					   "tree and room for it",
					   source, parts[i], workshop->source);
	}
	return GNG_OK;
}

static enum gng_status configure(const struct workshop *workshop, struct gng_why *why)
{
	/* without -g: line numbers alone would make an equivalent mutant's object differ */
	const char *argv[] = {"cmake",
			      "-S",
			      workshop->source,
			      "-B",
			      workshop->build,
			      "-G",
			      "Ninja",
			      "-DCMAKE_BUILD_TYPE=None",
			      "-DGNG_BUILD=release",
			      "-DCMAKE_C_FLAGS=-O2 -w",
			      NULL};

	if (run_program(workshop, argv) != 0)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.workshop",
				   "cmake cannot configure the copy: see %s/log", workshop->folder);
	return GNG_OK;
}

enum gng_status workshop_open(struct workshop *workshop, const struct gng_home *home,
			      struct gng_why *why)
{
	const char *tmp = getenv("TMPDIR");
	enum gng_status status;

	*workshop = (struct workshop){0};
	if (asprintf(&workshop->folder, "%s/gonogo-mutants-XXXXXX", tmp ? tmp : "/tmp") < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "mutants.workshop", "no memory");
	if (!mkdtemp(workshop->folder))
		return gng_why_set(why, GNG_ESYS, errno, "mutants.workshop", "%s: %s",
				   workshop->folder, strerror(errno));
	workshop->source = join(workshop->folder, "tree");
	workshop->build = join(workshop->folder, "build");
	if (!workshop->source || !workshop->build || mkdir(workshop->source, 0777) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.workshop", "%s: %s",
				   workshop->folder, strerror(errno));
	status = copy_tree(workshop, home->source, why);
	if (status == GNG_OK)
		status = configure(workshop, why);
	if (status == GNG_OK)
		status = gng_home_open(&workshop->home, workshop->build, why);
	if (status == GNG_OK)
		status = gng_plan_open(&workshop->plan, workshop->home, NULL, why);
	return status;
}

void workshop_close(struct workshop *workshop)
{
	const char *argv[] = {"rm", "-rf", workshop->folder, NULL};

	gng_plan_close(workshop->plan);
	gng_home_close(workshop->home);
	if (workshop->source)
		run_program(workshop, argv);
	free(workshop->folder);
	free(workshop->source);
	free(workshop->build);
	*workshop = (struct workshop){0};
}

/* ---- build and run ---- */

static const struct gng_test *select_test(struct workshop *workshop,
					  const struct gng_mutant *mutant, struct gng_why *why)
{
	const struct gng_test *found =
		gng_plan_find(workshop->plan, mutant->test, mutant->variant, NULL);

	if (!found)
		gng_why_set(why, GNG_EFORMAT, 0, "mutants.workshop",
			    "%s: no test %s%s%s is planned", mutant->where, mutant->test,
			    *mutant->variant ? ", variant " : "", mutant->variant);
	for (size_t i = 0; i < workshop->plan->num_tests; i++)
		workshop->plan->tests[i].selected = &workshop->plan->tests[i] == found;
	return found;
}

static enum gng_status build_program(const struct workshop *workshop, const struct gng_test *test,
				     const char *what, struct gng_why *why)
{
	const bool fuzz = strcmp(test->suite, "fuzz") == 0;
	const char *argv[] = {"ninja", "-C", workshop->build, NULL, NULL};
	char *target;
	int status;

	if ((fuzz ? asprintf(&target, "%s_%s_fuzz", test->subsystem, test->stem)
		  : asprintf(&target, "%s.%s.%s", test->suite, test->subsystem, test->stem)) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "mutants.workshop", "no memory");
	argv[3] = target;
	status = run_program(workshop, argv);
	free(target);
	if (status != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.workshop",
				   "%s does not compile: see %s/log", what, workshop->folder);
	return GNG_OK;
}

static enum gng_status run_selected(struct workshop *workshop, enum gng_verdict *verdict,
				    char reason[256], struct gng_why *why)
{
	const struct gng_run_options options = {
		.home = workshop->home,
		.plan = workshop->plan,
		.dir = workshop->folder,
		.num_jobs = 1,
		.num_repeat = 1,
		.slow = true,
		.budget_scale = 0.9,
	};
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	status = gng_run(&records, &num_records, &options, why);
	if (status != GNG_OK)
		return status;
	*verdict = records[0].verdict;
	snprintf(reason, 256, "%s", records[0].reason ? records[0].reason : "");
	gng_records_free(records, num_records);
	return GNG_OK;
}

enum gng_status workshop_proves(struct workshop *workshop, bool *unreached,
				const struct gng_mutant *mutant, struct gng_why *why)
{
	const struct gng_test *test = select_test(workshop, mutant, why);
	enum gng_verdict verdict = GNG_ERROR;
	enum gng_status status;
	char reason[256];

	if (!test)
		return GNG_EFORMAT;
	status = test->cannot ? GNG_OK : build_program(workshop, test, "the unchanged tree", why);
	if (status == GNG_OK)
		status = run_selected(workshop, &verdict, reason, why);
	*unreached = verdict == GNG_SKIP;
	if (status == GNG_OK && verdict != GNG_PASS && verdict != GNG_SKIP)
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.workshop",
				     "%s fails without any mutant: %s", mutant->test, reason);
	return status;
}

/* object_of returns the object that CMake makes of a file of impl/, or NULL for another. */
static char *object_of(const struct workshop *workshop, const char *file)
{
	char subsystem[64], base[128], *path;

	if (sscanf(file, "impl/%63[^/]/%127[^/]", subsystem, base) != 2 || !strstr(base, ".c"))
		return NULL;
	return asprintf(&path, "%s/impl/%s/CMakeFiles/gng_%s.dir/%s.o", workshop->build, subsystem,
			subsystem, base) < 0
		       ? NULL
		       : path;
}

static enum gng_status judge_planted(struct workshop *workshop, enum workshop_outcome *outcome,
				     const struct gng_mutant *mutant, const struct gng_test *test,
				     struct gng_why *why)
{
	char *object = object_of(workshop, mutant->file);
	size_t before_len = 0, after_len = 0;
	char *before = object ? read_file(object, &before_len) : NULL, *after = NULL;
	enum gng_verdict verdict = GNG_ERROR;
	enum gng_status status;
	char reason[256];

	status = build_program(workshop, test, mutant->where, why);
	if (status == GNG_OK && before)
		after = read_file(object, &after_len);
	if (after && before_len == after_len && memcmp(before, after, after_len) == 0) {
		*outcome = WORKSHOP_EQUIVALENT;
	} else if (status == GNG_OK) {
		status = run_selected(workshop, &verdict, reason, why);
		*outcome = verdict == GNG_PASS ? WORKSHOP_SURVIVED : WORKSHOP_KILLED;
	}
	if (status == GNG_OK && (verdict == GNG_MISSING || verdict == GNG_SKIP))
		status =
			gng_why_set(why, GNG_EINVAL, 0, "mutants.workshop", "%s: %s is %s: %s",
				    mutant->where, mutant->test, gng_verdict_name(verdict), reason);
	free(object);
	free(before);
	free(after);
	return status;
}

enum gng_status workshop_judge(struct workshop *workshop, enum workshop_outcome *outcome,
			       size_t *line, const struct gng_mutant *mutant, struct gng_why *why)
{
	const struct gng_test *test = select_test(workshop, mutant, why);
	char *path = join(workshop->source, mutant->file);
	size_t len = 0;
	char *source = path ? read_file(path, &len) : NULL, *mutated = NULL;
	enum gng_status status = test ? GNG_OK : GNG_EFORMAT, restored;

	if (status == GNG_OK && !source)
		status = gng_why_set(why, GNG_EFORMAT, 0, "mutants.workshop",
				     "%s: there is no file %s", mutant->where, mutant->file);
	if (status == GNG_OK)
		status = gng_mutant_apply(&mutated, line, mutant, source, why);
	if (status == GNG_OK)
		status = write_file(path, mutated, why);
	if (status == GNG_OK)
		status = judge_planted(workshop, outcome, mutant, test, why);
	if (mutated) {
		restored = write_file(path, source, why);
		status = status == GNG_OK ? restored : status;
	}
	free(path);
	free(source);
	free(mutated);
	return status;
}
