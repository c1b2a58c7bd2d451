/* SPDX-License-Identifier: Apache-2.0 */
/* workshop.c - plants, builds, judges and removes bugs in a copy of the tree. */
#include "mutants_workshop.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mutants_files.h"

/* run_program runs argv with its output in the log, and returns its exit status. */
static int run_program(const struct workshop *workshop, const char *const *argv)
{
	char *log = mutants_format("%s/%s", workshop->folder, workshop->log);
	const int status = log ? mutants_run(argv, NULL, log) : -1;

	free(log);
	return status;
}

#define PATIENCE_S 1800 /* for a test of unchanged source, on a machine that is busy */

static char *join(const char *folder, const char *name)
{
	return mutants_format("%s/%s", folder, name);
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

const char *workshop_launcher(void)
{
	static const char *launcher;
	const char *argv[] = {"ccache", "--version", NULL};

	if (!launcher)
		launcher = getenv("CMAKE_C_COMPILER_LAUNCHER");
	if (!launcher) {
		char *text = mutants_capture(argv, NULL);

		launcher = text ? argv[0] : "";
		free(text);
	}
	return launcher;
}

enum gng_status workshop_configure(const struct workshop *workshop, const char *build,
				   const char *compiler, const char *flags, struct gng_why *why)
{
	char *with = mutants_format("-DCMAKE_C_COMPILER=%s", compiler);
	char *setting = mutants_format("-DCMAKE_C_FLAGS=%s -w", flags);
	char *only = mutants_format("-DGNG_ONLY=%s", workshop->only);
	char *launcher = mutants_format("-DCMAKE_C_COMPILER_LAUNCHER=%s", workshop_launcher());
	const char *argv[] = {"cmake",
			      "-S",
			      workshop->source,
			      "-B",
			      build,
			      "-G",
			      "Ninja",
			      "-DCMAKE_BUILD_TYPE=None",
			      "-DGNG_BUILD=release",
			      setting,
			      with,
			      only,
			      launcher,
			      NULL};
	char *made = join(build, "build.ninja");
	int status = 0;

	if (!made || access(made, F_OK) != 0) /* a second subsystem finds it configured */
		status = setting && with && only && launcher ? run_program(workshop, argv) : -1;
	free(made);
	free(setting);
	free(with);
	free(only);
	free(launcher);
	if (status != 0)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.workshop",
				   "cmake cannot configure the copy: see %s/log", workshop->folder);
	return GNG_OK;
}

/* start_keeper: it dies with this process, also by kill -9, and then the folder is a leftover. */
static pid_t start_keeper(const char *folder)
{
	const pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || chdir(folder) != 0)
		_exit(1);
	for (;;)
		pause();
}

static void end_keeper(const struct workshop *workshop)
{
	if (workshop->keeper <= 0)
		return;
	kill(workshop->keeper, SIGKILL);
	while (waitpid(workshop->keeper, NULL, 0) < 0 && errno == EINTR)
		;
}

/* make_named tries a name that is the same each time, as /tmp is each time empty behind the shield:
 * ccache(1) then finds what an earlier run compiled. */
static bool make_named(char *template)
{
	char *end = template + strlen(template) - strlen("XXXXXX");

	memcpy(end, "shared", strlen("shared"));
	if (mkdir(template, 0700) == 0)
		return true;
	memcpy(end, "XXXXXX", strlen("XXXXXX"));
	return false;
}

enum gng_status workshop_open(struct workshop *workshop, const struct gng_home *home,
			      const char *only, struct gng_why *why)
{
	const char *tmp = getenv("TMPDIR");
	enum gng_status status;

	*workshop = (struct workshop){.log = "log"};
	if (asprintf(&workshop->folder, "%s/gonogo-mutants-XXXXXX", tmp ? tmp : "/tmp") < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "mutants.workshop", "no memory");
	if (!make_named(workshop->folder) && !mkdtemp(workshop->folder))
		return gng_why_set(why, GNG_ESYS, errno, "mutants.workshop", "%s: %s",
				   workshop->folder, strerror(errno));
	workshop->keeper = start_keeper(workshop->folder);
	workshop->source = join(workshop->folder, "tree");
	workshop->build = join(workshop->folder, "build");
	workshop->only = strdup(only);
	workshop->out = strdup(home->out);
	if (!workshop->source || !workshop->build || !workshop->only || !workshop->out ||
	    mkdir(workshop->source, 0777) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "mutants.workshop", "%s: %s",
				   workshop->folder, strerror(errno));
	status = copy_tree(workshop, home->source, why);
	if (status == GNG_OK)
		/* without -g: line numbers alone would make an equivalent mutant's object differ */
		status = workshop_configure(workshop, workshop->build, "cc", "-O2", why);
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
	for (size_t i = 0; i < workshop->num_proofs; i++) {
		free(workshop->proofs[i].key);
		free(workshop->proofs[i].object);
	}
	free(workshop->proofs);
	end_keeper(workshop);
	if (workshop->source)
		run_program(workshop, argv);
	free(workshop->folder);
	free(workshop->only);
	free(workshop->source);
	free(workshop->build);
	free(workshop->out);
	free(workshop->costs_s);
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

char *workshop_target(const struct gng_test *test)
{
	if (strcmp(test->suite, "fuzz") == 0) /* OSS-Fuzz allows no dot in the name of a fuzzer */
		return mutants_format("%s_%s_fuzz", test->subsystem, test->stem);
	return mutants_format("%s.%s.%s", test->suite, test->subsystem, test->stem);
}

enum gng_status workshop_make(const struct workshop *workshop, const char *build,
			      const char *const *targets, const char *what, struct gng_why *why)
{
	const char *argv[WORKSHOP_MAX_TARGETS + 6] = {"env", "GNG_GATES=off", "ninja", "-C", build};

	for (size_t i = 0; i < WORKSHOP_MAX_TARGETS && targets[i]; i++)
		argv[i + 5] = targets[i];
	if (run_program(workshop, argv) != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, "mutants.workshop",
				   "%s does not compile: see %s/log", what, workshop->folder);
	return GNG_OK;
}

static enum gng_status build_program(const struct workshop *workshop, const struct gng_test *test,
				     const char *what, struct gng_why *why)
{
	char *target = workshop_target(test);
	const char *targets[] = {target, NULL};
	const enum gng_status status =
		target ? workshop_make(workshop, workshop->build, targets, what, why)
		       : mutants_no_memory(why);

	free(target);
	return status;
}

/* What one execution of the selected test gave. */
struct execution {
	enum gng_verdict verdict;
	double seconds;
	char reason[256];
};

static enum gng_status run_selected(struct workshop *workshop, struct execution *execution,
				    unsigned int timeout_s, struct gng_why *why)
{
	const struct gng_run_options options = {
		.home = workshop->home,
		.plan = workshop->plan,
		.dir = workshop->folder,
		.num_jobs = 1,
		.num_repeat = 1,
		.timeout_s = timeout_s,
		.slow = true,
		.budget_scale = 0.9,
	};
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	status = gng_run(&records, &num_records, &options, why);
	if (status != GNG_OK)
		return status;
	execution->verdict = records[0].verdict;
	execution->seconds = records[0].seconds;
	snprintf(execution->reason, sizeof(execution->reason), "%s",
		 records[0].reason ? records[0].reason : "");
	gng_records_free(records, num_records);
	return GNG_OK;
}

/* object_of returns the object that CMake makes of a file of impl/, or NULL for another. */
static char *object_of(const struct workshop *workshop, const char *file)
{
	char subsystem[64], base[128];

	if (sscanf(file, "impl/%63[^/]/%127[^/]", subsystem, base) != 2 || !strstr(base, ".c"))
		return NULL;
	return mutants_format("%s/impl/%s/CMakeFiles/gng_%s.dir/%s.o", workshop->build, subsystem,
			      subsystem, base);
}

static char *proof_key(const struct gng_mutant *mutant)
{
	return mutants_format("%s %s %s", mutant->test, mutant->variant, mutant->file);
}

static const struct workshop_proof *find_proof(const struct workshop *workshop,
					       const struct gng_mutant *mutant)
{
	const struct workshop_proof *found = NULL;
	char *key = proof_key(mutant);

	for (size_t i = 0; key && i < workshop->num_proofs; i++)
		if (strcmp(workshop->proofs[i].key, key) == 0)
			found = &workshop->proofs[i];
	free(key);
	return found;
}

static enum gng_status keep_proof(struct workshop *workshop, const struct gng_mutant *mutant,
				  const struct execution *execution, struct gng_why *why)
{
	struct workshop_proof *grown =
		realloc(workshop->proofs, (workshop->num_proofs + 1) * sizeof(*grown));
	char *object = object_of(workshop, mutant->file);

	if (grown) {
		workshop->proofs = grown;
		grown += workshop->num_proofs;
		*grown = (struct workshop_proof){.key = proof_key(mutant),
						 .unreached = execution->verdict == GNG_SKIP,
						 .seconds = execution->seconds};
		grown->object = object ? mutants_read(object, &grown->object_len) : NULL;
		workshop->num_proofs += grown->key != NULL;
	}
	free(object);
	return grown && grown->key ? GNG_OK : mutants_no_memory(why);
}

static enum gng_status prove(struct workshop *workshop, const struct gng_mutant *mutant,
			     struct gng_why *why)
{
	const struct gng_test *test = select_test(workshop, mutant, why);
	struct execution execution = {.verdict = GNG_ERROR};
	enum gng_status status;

	if (!test)
		return GNG_EFORMAT;
	status = test->cannot ? GNG_OK : build_program(workshop, test, "the unchanged tree", why);
	if (status == GNG_OK)
		status = run_selected(workshop, &execution, PATIENCE_S, why);
	if (status == GNG_OK && execution.verdict != GNG_PASS && execution.verdict != GNG_SKIP)
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.workshop",
				     "%s fails without any mutant: %s", mutant->test,
				     execution.reason);
	return status == GNG_OK ? keep_proof(workshop, mutant, &execution, why) : status;
}

enum gng_status workshop_proves(struct workshop *workshop, bool *unreached,
				const struct gng_mutant *mutant, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (!find_proof(workshop, mutant))
		status = prove(workshop, mutant, why);
	if (status == GNG_OK)
		*unreached = find_proof(workshop, mutant)->unreached;
	return status;
}

static enum gng_status judge_planted(struct workshop *workshop, enum workshop_outcome *outcome,
				     const struct gng_mutant *mutant, const struct gng_test *test,
				     struct gng_why *why)
{
	const struct workshop_proof *proof = find_proof(workshop, mutant);
	char *object = object_of(workshop, mutant->file), *after = NULL;
	struct execution execution = {.verdict = GNG_ERROR};
	size_t after_len = 0;
	enum gng_status status;

	status = build_program(workshop, test, mutant->where, why);
	if (status == GNG_OK && object && proof->object)
		after = mutants_read(object, &after_len);
	if (after && proof->object_len == after_len &&
	    memcmp(proof->object, after, after_len) == 0) {
		*outcome = WORKSHOP_EQUIVALENT;
	} else if (status == GNG_OK) {
		/* on a busy machine a deadline of its own time would kill what nobody noticed */
		status = run_selected(workshop, &execution,
				      20 + (unsigned int)(10 * proof->seconds), why);
		*outcome = execution.verdict == GNG_PASS ? WORKSHOP_SURVIVED : WORKSHOP_KILLED;
	}
	if (status == GNG_OK && execution.verdict >= GNG_MISSING) /* or SKIP, INCONCLUSIVE */
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.workshop", "%s: %s is %s: %s",
				     mutant->where, mutant->test,
				     gng_verdict_name(execution.verdict), execution.reason);
	free(object);
	free(after);
	return status;
}

enum gng_status workshop_judge(struct workshop *workshop, enum workshop_outcome *outcome,
			       size_t *line, const struct gng_mutant *mutant, struct gng_why *why)
{
	const struct gng_test *test = select_test(workshop, mutant, why);
	char *path = join(workshop->source, mutant->file);
	size_t len = 0;
	char *source = path ? mutants_read(path, &len) : NULL, *mutated = NULL;
	enum gng_status status = test ? GNG_OK : GNG_EFORMAT, restored;

	if (status == GNG_OK && !source)
		status = gng_why_set(why, GNG_EFORMAT, 0, "mutants.workshop",
				     "%s: there is no file %s", mutant->where, mutant->file);
	if (status == GNG_OK)
		status = gng_mutant_apply(&mutated, line, mutant, source, why);
	if (status == GNG_OK)
		status = mutants_write(path, mutated, why);
	if (status == GNG_OK)
		status = judge_planted(workshop, outcome, mutant, test, why);
	if (mutated) {
		restored = mutants_write(path, source, why);
		status = status == GNG_OK ? restored : status;
	}
	free(path);
	free(source);
	free(mutated);
	return status;
}
