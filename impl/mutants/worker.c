/* SPDX-License-Identifier: Apache-2.0 */
/* worker.c - judges one mutant: reached, different, killed; the likely killers run first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "mutants_files.h"
#include "mutants_isolate.h"
#include "mutants_worker.h"

#define FAST_S 0.1 /* a test under it costs less than linking another program */

/* is_compiled: a header may be for another build only, as that with MemorySanitizer. */
static bool is_compiled(const struct subject *subject, const char *file)
{
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; i < subject->num_compiles; i++)
		if (subject_compiles(subject, i, file))
			return true;
	return !dot || strcmp(dot, ".h") != 0;
}

/* is_reached: some test executes the statement, or nobody can tell. */
static bool is_reached(struct worker *worker, const struct source_mutant *mutant)
{
	worker->knows_hits = coverage_of(worker->coverage, worker->hits, mutant->file->name,
					 &mutant->file->statements, mutant->statement);
	if (!is_compiled(worker->subject, mutant->file->name))
		return false;
	return !worker->knows_hits || memchr(worker->hits, 1, worker->coverage->num_tests);
}

/* ---- a program ---- */

/* What the tests of a program, fast or slow, that reach the mutant took on unchanged source. */
struct batch {
	size_t program;
	const bool *except; /* [program]: all others, and not just one; NULL: that one */
	size_t num;
	bool fast;
	double all_s; /* CPU time of all */
	double cpu_s; /* of the longest */
};

static bool is_in(const struct worker *worker, const struct batch *batch,
		  const struct subject_test *test)
{
	const bool is_of =
		batch->except ? !batch->except[test->program] : test->program == batch->program;

	return is_of && (test->cpu_s < FAST_S) == batch->fast &&
	       (!worker->knows_hits || worker->hits[test->number]);
}

static struct batch batch_of(const struct worker *worker, size_t program, const bool *except,
			     bool fast)
{
	const struct subject *subject = worker->subject;
	struct batch batch = {.program = program, .except = except, .fast = fast};

	for (size_t i = 0; i < subject->num_tests; i++) {
		const struct subject_test *test = &subject->tests[i];

		if (!is_in(worker, &batch, test))
			continue;
		batch.num++;
		batch.all_s += test->cpu_s;
		batch.cpu_s = fmax(batch.cpu_s, test->cpu_s);
	}
	return batch;
}

static void select_batch(const struct worker *worker, const struct batch *batch)
{
	const struct subject *subject = worker->subject;
	struct gng_plan *plan = subject->workshop->plan;

	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].selected = false;
	for (size_t i = 0; i < subject->num_tests; i++)
		if (is_in(worker, batch, &subject->tests[i]))
			subject->tests[i].test->selected = true;
}

/* limit_cpu is for processes that begin from now on. The kernel counts whole seconds. */
static void limit_cpu(rlim_t seconds)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CPU, &limit) != 0)
		return;
	limit.rlim_cur = seconds < limit.rlim_max ? seconds : limit.rlim_max;
	setrlimit(RLIMIT_CPU, &limit);
}

/* is_red: what `make check` would not forgive. */
static bool is_red(enum gng_verdict verdict)
{
	return verdict == GNG_FAIL || verdict == GNG_ERROR;
}

/* name_killer keeps the first test that is red, and its program in *program. */
static void name_killer(const struct worker *worker, struct source_mutant *mutant, size_t *program,
			const struct gng_record *record)
{
	const struct subject *subject = worker->subject;

	mutant->killer = mutants_format("%s%s%s", record->test->id,
					*record->test->variant ? " " : "", record->test->variant);
	for (size_t i = 0; i < subject->num_tests; i++)
		if (subject->tests[i].test == record->test)
			*program = subject->tests[i].program;
}

/*
 * run_batch ends a loop without end by its CPU time. The deadline alone would be slow and,
 * on a machine where others work, would kill mutants that no test has noticed.
 */
static enum gng_status run_batch(const struct worker *worker, struct source_mutant *mutant,
				 struct batch *batch, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	const struct subject_pace pace = {.timeout_s = SUBJECT_PATIENCE_S,
					  .timeouts_s = subject->patience_s,
					  .num_jobs = SUBJECT_JOBS,
					  .costs_s = batch->except ? subject->workshop->costs_s
								   : subject->cheap};
	struct gng_record *records;
	enum gng_status status;
	size_t num_records;

	limit_cpu((rlim_t)ceil(0.5 + 4 * batch->cpu_s));
	status = subject_run(subject, &records, &num_records, worker->folder, &pace, NULL, why);
	limit_cpu(RLIM_INFINITY);
	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < num_records && !mutant->killer; i++)
		if (is_red(records[i].verdict))
			name_killer(worker, mutant, &batch->program, &records[i]);
	gng_records_free(records, num_records);
	if (mutant->killer)
		mutant->outcome = SOURCE_KILLED;
	return GNG_OK;
}

/* ---- all programs ---- */

#define LINK_S 0.1    /* of CPU time */
#define FILE_WEIGHT 8 /* a mutant of the same file says more of the next one than another's */

/*
 * promise is the likelihood of a kill for what it costs to try: who tries the most promising first
 * spends least until the mutant is dead.
 */
static double promise(const struct worker *worker, const struct batch *batch, bool is_made)
{
	const struct worker_trials *own = &worker->of_file[batch->program];
	const struct worker_trials *all = &worker->of_all[batch->program];
	const double kills = FILE_WEIGHT * (double)own->kills + (double)all->kills;
	const double num = FILE_WEIGHT * (double)own->num + (double)all->num;

	return (kills + 1) / (num + 2) / (batch->all_s + (is_made ? 0 : LINK_S));
}

/* next_batch returns the most promising one of the programs that were not tried; num is 0 if none
 * is left. */
static struct batch next_batch(const struct worker *worker, const bool *tried, const bool *made,
			       bool fast)
{
	struct batch best = {0};
	double most = 0;

	for (size_t i = 0; i < worker->subject->num_test_programs; i++) {
		const struct batch batch = batch_of(worker, i, NULL, fast);
		const double value =
			batch.num > 0 && !tried[i] ? promise(worker, &batch, made[i]) : 0;

		if (value > most) {
			most = value;
			best = batch;
		}
	}
	return best;
}

static void learn(const struct worker *worker, size_t program, bool kills)
{
	atomic_fetch_add(&worker->of_file[program].num, 1);
	atomic_fetch_add(&worker->of_file[program].kills, kills);
	atomic_fetch_add(&worker->of_all[program].num, 1);
	atomic_fetch_add(&worker->of_all[program].kills, kills);
}

/* make_program puts a program in the folder: with the changed objects, if it has any of them. */
static enum gng_status make_program(const struct worker *worker, size_t program,
				    struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (worker_links(worker, program)) {
		worker->unchanged[program] = false;
		return worker_link(worker, program, why);
	}
	if (worker->unchanged[program])
		return GNG_OK;
	status = program < worker->subject->num_test_programs
			 ? worker_link(worker, program, why)
			 : worker_unchanged(worker, program, why);
	worker->unchanged[program] = status == GNG_OK;
	return status;
}

/* make_batch makes the programs of a batch, and marks them in uses[program]. */
static enum gng_status make_batch(const struct worker *worker, const struct batch *batch,
				  bool *uses, bool *made, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < subject->num_tests && status == GNG_OK; i++) {
		const size_t program = subject->tests[i].program;

		if (!is_in(worker, batch, &subject->tests[i]))
			continue;
		uses[program] = true;
		if (!made[program])
			status = make_program(worker, program, why);
		made[program] = true;
	}
	return status;
}

/* try_batch marks in tried[program] what it has run, and in made[program] what it has made. */
static enum gng_status try_batch(const struct worker *worker, struct source_mutant *mutant,
				 struct batch *batch, bool *tried, bool *made, struct gng_why *why)
{
	const size_t num = worker->subject->num_test_programs;
	bool *uses = calloc(num + 1, sizeof(*uses));
	enum gng_status status =
		uses ? make_batch(worker, batch, uses, made, why) : mutants_no_memory(why);

	if (status == GNG_OK) {
		select_batch(worker, batch);
		status = run_batch(worker, mutant, batch, why);
	}
	/* of what was ended because another killed nothing is known */
	for (size_t i = 0; i < num && status == GNG_OK; i++)
		if (uses[i] && (!mutant->killer || i == batch->program))
			learn(worker, i, mutant->killer != NULL);
	for (size_t i = 0; i < num && uses; i++)
		tried[i] = tried[i] || uses[i];
	free(uses);
	return status;
}

/* Programs that are tried one after the other. Then all others run at once, since their tests
 * mostly wait: one by one, a survivor of gauge took 11 s for 1.9 s of CPU time. */
#define NUM_ALONE 4

static enum gng_status run_programs(struct worker *worker, struct source_mutant *mutant, bool fast,
				    bool *made, struct gng_why *why)
{
	bool *tried = calloc(worker->subject->num_test_programs + 1, sizeof(*tried));
	enum gng_status status = tried ? GNG_OK : mutants_no_memory(why);

	for (size_t num = 0; status == GNG_OK && !mutant->killer; num++) {
		struct batch batch = num < NUM_ALONE ? next_batch(worker, tried, made, fast)
						     : batch_of(worker, 0, tried, fast);

		if (batch.num == 0)
			break;
		status = try_batch(worker, mutant, &batch, tried, made, why);
	}
	free(tried);
	return status;
}

/* make_commands makes the subsystem's own commands, which its tests may call. */
static enum gng_status make_commands(const struct worker *worker, struct gng_why *why)
{
	const struct subject *subject = worker->subject;
	enum gng_status status = GNG_OK;

	for (size_t i = subject->num_test_programs; i < subject->num_programs && status == GNG_OK;
	     i++)
		status = make_program(worker, i, why);
	return status;
}

static enum gng_status run_tests(struct worker *worker, struct source_mutant *mutant,
				 struct gng_why *why)
{
	bool *made = calloc(worker->subject->num_test_programs + 1, sizeof(*made));
	enum gng_status status = made ? make_commands(worker, why) : mutants_no_memory(why);

	if (status == GNG_OK)
		status = run_programs(worker, mutant, true, made, why);
	if (status == GNG_OK && !mutant->killer)
		status = run_programs(worker, mutant, false, made, why);
	free(made);
	return status;
}

enum gng_status worker_prove(struct subject *subject, const volatile int *stop, struct gng_why *why)
{
	struct worker worker;
	enum gng_status status = worker_open(&worker, subject, NULL, "0", why);

	if (status == GNG_OK)
		status = worker_make_all(&worker, why);
	if (status == GNG_OK)
		status = subject_baseline(subject, worker.folder, stop, why);
	for (size_t i = 0; i < subject->num_compiles && status == GNG_OK; i++) {
		subject->compiles[i].base = worker.objects[i].base;
		subject->compiles[i].base_len = worker.objects[i].base_len;
		worker.objects[i].base = NULL;
	}
	worker_close(&worker);
	return status;
}

enum gng_status worker_judge(struct worker *worker, struct source_mutant *mutant,
			     struct gng_why *why)
{
	bool same = false, stillborn = false;
	enum source_outcome before;
	enum gng_status status;

	if (!is_reached(worker, mutant)) {
		mutant->outcome = SOURCE_UNREACHED;
		return GNG_OK;
	}
	status = worker_compile(worker, &same, &stillborn, mutant, why);
	if (status != GNG_OK)
		return status;
	if (same || stillborn) { /* what survived without sanitizers survives with them */
		mutant->outcome = worker->subject->sanitized ? SOURCE_SURVIVED
				  : stillborn		     ? SOURCE_STILLBORN
							     : SOURCE_EQUIVALENT;
		return GNG_OK;
	}
	before = mutant->outcome;
	status = run_tests(worker, mutant, why);
	if (status == GNG_OK && !mutant->killer)
		mutant->outcome = worker->subject->is_last ? SOURCE_SURVIVED : SOURCE_DOUBTFUL;
	if (status == GNG_OK && mutant->killer && !isolate_has_room(worker->folder)) {
		mutant->outcome = before;
		free(mutant->killer);
		mutant->killer = NULL;
		return gng_why_set(why, GNG_ESYS, 0, "mutants.worker",
				   "the file system of %s is full, and a test that fails there "
				   "proves nothing: free memory, or let fewer --jobs run",
				   worker->folder);
	}
	return status;
}
