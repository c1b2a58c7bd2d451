/* SPDX-License-Identifier: Apache-2.0 */
/* made.c - a run of made mutants: choose them, judge them, say what survived. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mutants_campaign.h"
#include "mutants_files.h"

#define CHANGED_LIMIT 60 /* mutants of a change that a gate can judge within a minute here */

struct made {
	const struct campaign_options *options;
	struct gng_term term;
	struct gng_home *home;
	struct gng_plan *plan;
	struct workshop workshop; /* opened for the first mutant that is to be judged */
	struct source *sources;
	size_t num_sources;
	struct made_counts counts;
	size_t num_reported; /* sources */
	double start_s, judging_s;
	size_t num_judged_now;
	struct made_lists lists;
	struct gng_term_progress progress;
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_stopped(const struct made *made)
{
	return made->options->stop && *made->options->stop;
}

/* ---- choosing ---- */

static bool has_judges(const struct gng_plan *plan, const char *subsystem)
{
	for (size_t i = 0; i < plan->num_tests; i++)
		if (strcmp(plan->tests[i].subsystem, subsystem) == 0 && !plan->tests[i].cannot)
			return true;
	return false;
}

static enum gng_status open_sources(struct made *made, struct gng_why *why)
{
	const struct gng_plan *plan = made->plan;
	const char *wanted = made->options->subsystem;
	enum gng_status status = GNG_OK;

	made->sources = calloc(plan->num_subsystems + 1, sizeof(*made->sources));
	if (!made->sources)
		return mutants_no_memory(why);
	for (size_t i = 0; i < plan->num_subsystems && status == GNG_OK; i++) {
		const char *name = plan->subsystems[i].name;

		if (strcmp(wanted, "*") == 0 ? !has_judges(plan, name) : strcmp(wanted, name) != 0)
			continue;
		status = source_open(&made->sources[made->num_sources], made->home->source, plan,
				     name, why);
		made->num_sources += status == GNG_OK;
	}
	if (status == GNG_OK && made->num_sources == 0)
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.made",
				     "there is no subsystem '%s': gonogo list names them", wanted);
	return status;
}

static size_t num_chosen(const struct made *made)
{
	size_t num = 0;

	for (size_t i = 0; i < made->num_sources; i++)
		num += source_num_chosen(&made->sources[i]);
	return num;
}

static enum gng_status keep_changed(struct made *made, struct gng_why *why)
{
	char *diff = NULL, *untracked = NULL;
	enum gng_status status;

	if (!made->options->base)
		return GNG_OK;
	status = source_diff(&diff, &untracked, made->home->source, made->options->base, why);
	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < made->num_sources; i++)
		source_keep_changed(&made->sources[i], diff, untracked);
	free(diff);
	free(untracked);
	return GNG_OK;
}

static enum gng_status read_explained(const struct made *made, struct explained *explained,
				      struct source *source, struct gng_why *why)
{
	char *name = mutants_format("conformance/%s/survivors.tsv", source->subsystem);
	char *path = name ? mutants_format("%s/%s", made->home->source, name) : NULL;
	size_t len;
	char *text = path ? mutants_read(path, &len) : NULL;
	enum gng_status status = name ? explained_parse(explained, name, text ? text : "", why)
				      : mutants_no_memory(why);

	free(name);
	free(path);
	free(text);
	if (status != GNG_OK)
		return status;
	status = explained_apply(explained, source, why);
	if (status != GNG_OK)
		explained_fini(explained);
	return status;
}

/* keep_explained: what a row is of is chosen here; the row itself is read again when it is judged.
 */
static enum gng_status keep_explained(struct made *made, struct gng_why *why)
{
	if (!made->options->explained)
		return GNG_OK;
	for (size_t i = 0; i < made->num_sources; i++) {
		struct source *source = &made->sources[i];
		struct explained explained;
		const enum gng_status status = read_explained(made, &explained, source, why);

		if (status != GNG_OK)
			return status;
		source_keep_explained(source);
		for (size_t j = 0; j < source->num_mutants; j++)
			source->mutants[j].explanation = NULL;
		explained_fini(&explained);
	}
	return GNG_OK;
}

/* sample keeps each subsystem's share of the limit, and says so. */
static void sample(struct made *made)
{
	const size_t num = num_chosen(made);
	size_t limit = made->options->limit, kept = 0;

	if (limit == 0 && made->options->base)
		limit = CHANGED_LIMIT;
	if (limit == 0 || num <= limit)
		return;
	for (size_t i = 0; i < made->num_sources; i++) {
		const size_t has = source_num_chosen(&made->sources[i]);

		if (has > 0) /* one at least: a small change is a change */
			kept += source_sample(&made->sources[i],
					      has * limit / num ? has * limit / num : 1);
	}
	fprintf(made->term.out,
		"%zu of %zu mutants are judged, evenly spread and always the same ones: --limit "
		"%zu "
		"judges all\n",
		kept, num, num);
}

/* ---- judging ---- */

static void show_progress(void *context, const struct source_mutant *mutant, size_t done,
			  size_t total)
{
	struct made *made = context;

	made->num_judged_now++;
	gng_term_progress_draw(&made->progress, now_s(), done, total, (double)done / (double)total,
			       mutant->id);
}

/* take_state continues or begins the file of outcomes at path. */
static enum gng_status take_state(const struct made *made, struct source *source, const char *path,
				  struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	bool fits = false;
	size_t num = 0;

	if (status == GNG_OK && !made->options->fresh)
		num = state_read(&fits, source, path);
	if (status == GNG_OK && made->options->resume && !fits)
		status = gng_why_set(why, GNG_EINVAL, 0, "mutants.made",
				     "%s has no outcomes of this source: leave out --resume", path);
	if (status == GNG_OK && num > 0)
		fprintf(made->term.out, "%s: %zu outcomes are known from %s\n", source->subsystem,
			num, path);
	if (status == GNG_OK && num == 0) /* also where a kill cut the first outcome */
		status = state_begin(source, path, why);
	return status;
}

/* open_state returns the file of outcomes open in *fd, and a lock on it in *lock_fd. */
static enum gng_status open_state(const struct made *made, int *fd, int *lock_fd,
				  struct source *source, struct gng_why *why)
{
	char *folder = mutants_format("%s/mutants", made->home->out);
	char *path = folder ? mutants_format("%s/%s.state", folder, source->subsystem) : NULL;
	enum gng_status status = path ? mutants_make_folder(folder, why) : mutants_no_memory(why);

	if (status == GNG_OK)
		status = state_lock(lock_fd, path, why);
	if (status == GNG_OK)
		status = take_state(made, source, path, why);
	if (status == GNG_OK)
		*fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (status == GNG_OK && *fd < 0)
		status = gng_why_set(why, GNG_ESYS, errno, "mutants.made", "%s: %s", path,
				     strerror(errno));
	free(folder);
	free(path);
	return status;
}

static size_t num_with(const struct source *source, enum source_outcome outcome)
{
	size_t num = 0;

	for (size_t i = 0; i < source->num_mutants; i++)
		num += source->mutants[i].chosen && source->mutants[i].outcome == outcome;
	return num;
}

/* judge_due lets the workers judge what is due in a subject that is open. */
static enum gng_status judge_due(struct made *made, const struct pool *pool, struct gng_why *why)
{
	const double start_s = now_s();
	size_t num_errors = 0;
	enum gng_status status;

	fprintf(made->term.out,
		"%s: %zu mutants, %zu tests of %zu programs%s, ready after %.1f s\n",
		pool->source->subsystem, num_with(pool->source, pool->due),
		pool->subject->num_tests, pool->subject->num_test_programs,
		pool->subject->sanitized ? " with sanitizers" : "", start_s - made->start_s);
	fflush(made->term.out);
	gng_term_progress_begin(&made->progress, &made->term, start_s);
	status = pool_run(pool, &num_errors, why);
	gng_term_progress_erase(&made->progress);
	made->judging_s += now_s() - start_s;
	if (num_errors > 0)
		gng_term_error("%s", why->text);
	return status;
}

/* judged_here lists the subsystems of this run for CMake (caller frees). */
static char *judged_here(const struct made *made)
{
	char *list = strdup("");

	for (size_t i = 0; i < made->num_sources && list; i++) {
		char *longer = mutants_format("%s%s%s", list, *list ? ";" : "",
					      made->sources[i].subsystem);

		free(list);
		list = longer;
	}
	return list;
}

/* need_workshop makes the copy, and checks that nobody edited what it copied. */
static enum gng_status need_workshop(struct made *made, const struct source *source,
				     struct gng_why *why)
{
	char *only = made->workshop.folder ? NULL : judged_here(made);
	enum gng_status status = GNG_OK;
	char key[sizeof(source->key)];

	if (!made->workshop.folder)
		status = only ? workshop_open(&made->workshop, made->home, only, why)
			      : mutants_no_memory(why);
	free(only);
	if (status != GNG_OK)
		return status;
	source_key(key, made->workshop.source, made->plan, source->subsystem);
	if (strcmp(key, source->key) != 0)
		return gng_why_set(why, GNG_ESYS, 0, "mutants.made",
				   "the source of %s changed while it was copied: run again",
				   source->subsystem);
	return GNG_OK;
}

/* trust_reasons: a gate takes a reason for one that also the sanitizers would confirm. The state
 * keeps its doubt, and a run of the whole subsystem tries it. */
static void trust_reasons(struct source *source)
{
	for (size_t i = 0; i < source->num_mutants; i++)
		if (source->mutants[i].outcome == SOURCE_DOUBTFUL && source->mutants[i].explanation)
			source->mutants[i].outcome = SOURCE_SURVIVED;
}

/* judge_plainly judges where no sanitizer watches; is_last if none will. */
static enum gng_status judge_plainly(struct made *made, struct pool *pool, bool is_last,
				     const struct subject_scope *scope, struct coverage *coverage,
				     struct gng_why *why)
{
	const volatile int *stop = made->options->stop;
	struct subject subject;
	char *missing = NULL;
	enum gng_status status = subject_open(&subject, &made->workshop, scope, false, why);

	subject.is_last = is_last;
	if (status == GNG_OK)
		status = worker_prove(&subject, stop, why);
	if (status == GNG_OK)
		status = subject_cover(coverage, &missing, &subject, stop, why);
	if (missing)
		fprintf(made->term.out, "%s\n", missing);
	if (is_last)
		fputs("clang is not installed: no survivor is tried with sanitizers\n",
		      made->term.out);
	pool->subject = &subject;
	if (status == GNG_OK && !is_stopped(made) && num_with(pool->source, SOURCE_UNKNOWN) > 0)
		status = judge_due(made, pool, why);
	free(missing);
	subject_close(&subject);
	return status;
}

/* judge_sanitized judges with sanitizers what survived without. */
static enum gng_status judge_sanitized(struct made *made, struct pool *pool,
				       struct subject_scope *scope, struct gng_why *why)
{
	struct subject subject;
	enum gng_status status;

	pool->subject = &subject;
	pool->due = scope->due = SOURCE_DOUBTFUL;
	scope->coverage = pool->coverage;
	status = subject_open(&subject, &made->workshop, scope, true, why);
	subject.is_last = true;
	if (status == GNG_OK)
		status = worker_prove(&subject, made->options->stop, why);
	if (status == GNG_OK)
		status = judge_due(made, pool, why);
	subject_close(&subject);
	return status;
}

static enum gng_status judge_in_subjects(struct made *made, struct source *source, int state_fd,
					 struct gng_why *why)
{
	const volatile int *stop = made->options->stop;
	struct coverage coverage = {0};
	struct subject_scope scope = {.source = source, .due = SOURCE_UNKNOWN};
	struct pool pool = {.coverage = &coverage,
			    .source = source,
			    .due = SOURCE_UNKNOWN,
			    .num_jobs = made->options->num_jobs,
			    .state_fd = state_fd,
			    .stop = stop,
			    .on_outcome = show_progress,
			    .context = made};
	const bool can_sanitize = subject_can_sanitize();
	const pid_t ahead = can_sanitize ? subject_begin_ahead(&made->workshop, &scope) : 0;
	enum gng_status status = judge_plainly(made, &pool, !can_sanitize, &scope, &coverage, why);
	bool doubtful;

	if (made->options->base)
		trust_reasons(source);
	doubtful = status == GNG_OK && !is_stopped(made) && num_with(source, SOURCE_DOUBTFUL) > 0;
	subject_end_ahead(ahead, doubtful, stop);
	if (doubtful && !is_stopped(made))
		status = judge_sanitized(made, &pool, &scope, why);
	coverage_fini(&coverage);
	return status;
}

static void report(struct made *made, const struct source *source)
{
	struct made_counts counts = {.unscored = made->options->explained};

	made_count(&counts, source);
	made_count(&made->counts, source);
	made->num_reported++;
	made_print_survivors(&made->term, source);
	made_print_unreached(&made->term, source);
	made_print_counts(&made->term, source->subsystem, &counts);
	made_add_json(&made->lists, source);
}

static enum gng_status judge_source(struct made *made, struct source *source, struct gng_why *why)
{
	struct explained explained;
	enum gng_status status = read_explained(made, &explained, source, why);
	int state_fd = -1, lock_fd = -1;

	if (status != GNG_OK)
		return status;
	status = open_state(made, &state_fd, &lock_fd, source, why);
	if (status == GNG_OK &&
	    num_with(source, SOURCE_UNKNOWN) + num_with(source, SOURCE_DOUBTFUL) > 0) {
		status = need_workshop(made, source, why);
		if (status == GNG_OK)
			status = judge_in_subjects(made, source, state_fd, why);
	}
	if (state_fd >= 0)
		close(state_fd);
	if (lock_fd >= 0)
		close(lock_fd);
	if (status == GNG_OK) {
		report(made, source);
		if (!is_stopped(made))
			status = explained_check(&explained, source, why);
	}
	explained_fini(&explained);
	return status;
}

/* ---- the run ---- */

static double per_minute(const struct made *made)
{
	return made->judging_s > 0 ? 60 * (double)made->num_judged_now / made->judging_s : 0;
}

static void print_json(const struct made *made)
{
	json_t *json = made_json(&made->counts);

	json_object_set_new(json, "mutants_per_minute", json_real(per_minute(made)));
	json_object_set(json, "survivors", made->lists.survivors);
	json_object_set(json, "explained_survivors", made->lists.explained);
	json_object_set(json, "unreached_lines", made->lists.unreached);
	json_dumpf(json, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(json);
}

/* verdict: a gate that executed nothing, or left mutants out, proved nothing. */
static int verdict(const struct made *made)
{
	const struct made_counts *counts = &made->counts;

	if (is_stopped(made))
		return GNG_INCOMPLETE;
	if (counts->survived > counts->explained)
		return GNG_NO_GO;
	if (counts->judged < counts->chosen) {
		gng_term_error("%zu mutants could not be judged", counts->chosen - counts->judged);
		return EXIT_HARNESS;
	}
	if (counts->executed > 0)
		return GNG_GO;
	if (counts->chosen == 0 && made->options->base)
		gng_term_error("no mutant stands on a line of impl/ that changed since %s",
			       made->options->base);
	else
		gng_term_error("no mutant was executed: nothing is proved");
	return EXIT_NOTHING;
}

static int conclude(const struct made *made)
{
	if (made->options->json)
		print_json(made);
	if (made->num_reported > 1)
		made_print_counts(&made->term, "all", &made->counts);
	if (made->num_judged_now > 0)
		fprintf(made->term.out, "%.0f mutants a minute\n", per_minute(made));
	return verdict(made);
}

static enum gng_status prepare(struct made *made, struct gng_why *why)
{
	enum gng_status status = gng_home_open(&made->home, made->options->build, why);

	if (status == GNG_OK)
		status = gng_plan_open(&made->plan, made->home, NULL, why);
	if (status == GNG_OK)
		status = open_sources(made, why);
	if (status == GNG_OK)
		status = keep_changed(made, why);
	if (status == GNG_OK)
		status = keep_explained(made, why);
	return status;
}

int made_run(const struct campaign_options *options)
{
	struct made *made = calloc(1, sizeof(*made));
	struct gng_why why = {0};
	enum gng_status status;
	int code;

	if (!made)
		return EXIT_HARNESS;
	made->options = options;
	made->counts.unscored = options->explained;
	made->start_s = now_s();
	made->lists = (struct made_lists){json_array(), json_array(), json_array()};
	gng_term_init(&made->term, options->json ? stderr : stdout);
	status = prepare(made, &why);
	if (status == GNG_OK)
		sample(made);
	for (size_t i = 0; i < made->num_sources && status == GNG_OK && !is_stopped(made); i++)
		if (source_num_chosen(&made->sources[i]) > 0)
			status = judge_source(made, &made->sources[i], &why);
	if (status != GNG_OK)
		gng_term_error("%s", why.text);
	if (status == GNG_OK)
		code = conclude(made);
	else if (status == GNG_EFORMAT)
		code = GNG_NO_GO; /* an explanation that explains nothing */
	else if (status == GNG_EINVAL && !made->workshop.folder)
		code = EXIT_USAGE; /* later, it is a test that fails without any mutant */
	else
		code = EXIT_HARNESS;
	for (size_t i = 0; i < made->num_sources; i++)
		source_close(&made->sources[i]);
	free(made->sources);
	workshop_close(&made->workshop);
	gng_plan_close(made->plan);
	gng_home_close(made->home);
	json_decref(made->lists.survivors);
	json_decref(made->lists.explained);
	json_decref(made->lists.unreached);
	free(made);
	return code;
}
