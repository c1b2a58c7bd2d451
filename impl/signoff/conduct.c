/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conduct.c - one sign-off in order: the page that says INCOMPLETE, the floor, the tests, the
 * floor again, the verdict. Whatever kills it on the way leaves that first page.
 */
#include "signoff_conduct.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_term.h>

#define BUDGET_SCALE 1.0 /* a sign-off asks for the limit itself, check for 0.9 of it */

double conduct_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool is_stopped(const struct conduct *conduct)
{
	return conduct->options->stop && *conduct->options->stop;
}

/* ---- opening ---- */

static enum gng_status open_plan(struct conduct *conduct)
{
	struct gng_why *why = &conduct->why;
	enum gng_status status = gng_home_open(&conduct->home, NULL, why);

	if (status == GNG_OK)
		status =
			gng_plan_open(&conduct->plan, conduct->home, conduct->options->builds, why);
	if (status == GNG_OK)
		status = gng_profile_apply(&conduct->profile, conduct->plan, conduct->home,
					   conduct->options->profile, why);
	return status;
}

static enum gng_status open_machine(struct conduct *conduct)
{
	const struct gng_home *home = conduct->home;
	const char *compiler = home->num_builds ? home->builds[0].compiler : NULL;
	enum gng_status status = gng_machine_read(&conduct->machine, "", compiler, &conduct->why);

	if (status == GNG_OK)
		gng_signoff_item_read(&conduct->item, home->source);
	return status;
}

static void fill_signoff(struct conduct *conduct)
{
	const char *slash = strrchr(conduct->rundir.path, '/');

	snprintf(conduct->id, sizeof(conduct->id), "%.127s",
		 slash ? slash + 1 : conduct->rundir.path);
	conduct->signoff = (struct gng_signoff){
		.id = conduct->id,
		.command = conduct->options->command,
		.version = GNG_VERSION,
		.started = conduct->started,
		.grade = gng_signoff_grade(&conduct->profile, &conduct->machine),
		.profile = &conduct->profile,
		.plan = conduct->plan,
		.machine = &conduct->machine,
		.item = &conduct->item,
		.previous = conduct->previous,
	};
}

static enum gng_status write_page(struct conduct *conduct)
{
	char *path = conduct_path(conduct, "index.html");
	enum gng_status status;

	if (!path)
		return gng_why_set(&conduct->why, GNG_ENOMEM, 0, "signoff.run", "no memory");
	status = gng_signoff_report_write(path, &conduct->signoff, &conduct->why);
	free(path);
	return status;
}

static enum gng_status write_plan(struct conduct *conduct)
{
	char *path = conduct_path(conduct, "plan.json");
	enum gng_status status;

	if (!path)
		return gng_why_set(&conduct->why, GNG_ENOMEM, 0, "signoff.run", "no memory");
	status = gng_plan_write(conduct->plan, path, &conduct->why);
	free(path);
	return status;
}

static const char *out_of(const struct conduct *conduct)
{
	return conduct->options->out ? conduct->options->out : conduct->home->out;
}

/* open_run takes the lock and switches the link to a page that decides nothing. The earlier
 * sign-off is read first: old runs are removed when a new one begins. */
static enum gng_status open_run(struct conduct *conduct)
{
	const char *out = out_of(conduct);
	const time_t now = time(NULL);
	enum gng_status status;
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(conduct->started, sizeof(conduct->started), "%Y-%m-%dT%H:%M:%SZ", &utc);
	gng_signoff_previous_read(&conduct->previous, out, conduct->plan);
	status = gng_rundir_open(&conduct->rundir, out, "signoff", &conduct->why);
	if (status != GNG_OK)
		return status;
	fill_signoff(conduct);
	status = write_page(conduct);
	return status == GNG_OK ? write_plan(conduct) : status;
}

/* ---- noise floor ---- */

/* measure_floor goes on without a floor: latencies are then INCONCLUSIVE, and say so. */
static void measure_floor(struct conduct *conduct, const char *when, struct gng_noise *noise,
			  const struct gng_noise **known)
{
	struct gng_why why = {0};

	if (is_stopped(conduct))
		return;
	if (gng_noise_measure(noise, conduct->options->floor_ns, &why) == GNG_OK) {
		*known = noise;
		conduct_say_floor(conduct, when, noise);
		return;
	}
	fprintf(conduct->out, "floor   %s: not measured: %s\n", when, why.text);
}

static double floor_at(const void *context, double quantile)
{
	return gng_signoff_floor_ns(context, quantile);
}

/* ---- the tests ---- */

struct watch {
	const struct conduct *conduct;
	struct gng_term term;
	struct gng_term_progress progress;
};

static void draw(struct watch *watch, const struct gng_test *running, size_t done, size_t total)
{
	char name[64] = "";

	if (running)
		snprintf(name, sizeof(name), "%s.%s %s", running->subsystem, running->stem,
			 running->variant);
	gng_term_progress_draw(&watch->progress, conduct_now_s(), done, total,
			       total ? (double)done / (double)total : 0, name);
}

static void on_record(void *context, const struct gng_record *record, size_t done, size_t total)
{
	draw(context, record->test, done, total);
}

static void on_wait(void *context, const struct gng_test *running, size_t done, size_t total)
{
	draw(context, running, done, total);
}

static enum gng_status run_tests(struct conduct *conduct)
{
	struct watch watch = {.conduct = conduct};
	const struct gng_floor floor = {.at = floor_at, .context = &conduct->signoff};
	double *const costs_s = gng_run_costs(conduct->plan, out_of(conduct));
	const struct gng_run_options run_options = {
		.home = conduct->home,
		.plan = conduct->plan,
		.dir = conduct->rundir.path,
		.num_jobs = conduct->options->num_jobs,
		.costs_s = costs_s,
		.num_repeat = 1,
		.slow = conduct->options->slow,
		.budget_scale = BUDGET_SCALE,
		.machine = *conduct->profile.machine ? conduct->profile.machine : NULL,
		.floor = conduct->signoff.before ? &floor : NULL,
		.on_record = on_record,
		.on_wait = on_wait,
		.context = &watch,
		.stop = conduct->options->stop,
	};
	const double start_s = conduct_now_s();
	enum gng_status status;
	char took[GNG_TERM_FIGURE_CAP], count[GNG_TERM_FIGURE_CAP];

	gng_term_init(&watch.term, conduct->out);
	gng_term_progress_begin(&watch.progress, &watch.term, start_s);
	status = gng_run(&conduct->records, &conduct->num_records, &run_options, &conduct->why);
	gng_term_progress_erase(&watch.progress);
	free(costs_s);
	fprintf(conduct->out, "run     %s tests in %s%s\n",
		gng_term_count(count, conduct->num_records),
		gng_term_duration(took, conduct_now_s() - start_s),
		is_stopped(conduct) ? ", stopped" : "");
	fflush(conduct->out);
	return status;
}

/* ---- the verdict ---- */

/* gather_aside comes after signing: what takes minutes on a slow machine can change no verdict. */
static void gather_aside(struct conduct *conduct)
{
	const char *out = out_of(conduct);
	const double start_s = conduct_now_s();

	if (is_stopped(conduct))
		return;
	aside_gather(&conduct->aside, &conduct->signoff, conduct->home, out,
		     conduct->options->stop);
	conduct->signoff.aside = &conduct->aside;
	conduct_say_aside(conduct, conduct_now_s() - start_s);
}

static enum gng_status judge(struct conduct *conduct)
{
	enum gng_status status;

	gng_signoff_rejudge(conduct->records, conduct->num_records, &conduct->signoff);
	status = conduct_write_records(conduct);
	if (status != GNG_OK)
		return status;
	status = gng_tally_records(&conduct->tally, conduct->plan, conduct->records,
				   conduct->num_records, false, &conduct->why);
	if (status != GNG_OK)
		return status;
	conduct->signoff.records = conduct->records;
	conduct->signoff.num_records = conduct->num_records;
	conduct->signoff.tally = &conduct->tally;
	conduct->signoff.seconds = conduct_now_s() - conduct->start_s;
	status = conduct_write_results(conduct);
	if (status == GNG_OK)
		status = conduct_attest(conduct);
	if (status != GNG_OK)
		return status;
	gather_aside(conduct);
	/* The page is last: a GO on it means that all it rests on is on the disk. */
	return write_page(conduct);
}

static enum gng_status run_signoff(struct conduct *conduct)
{
	enum gng_status status = open_run(conduct);

	if (status != GNG_OK)
		return status;
	conduct_say_plan(conduct);
	measure_floor(conduct, "before", &conduct->before, &conduct->signoff.before);
	status = run_tests(conduct);
	if (status != GNG_OK)
		return status;
	measure_floor(conduct, "after", &conduct->after, &conduct->signoff.after);
	return judge(conduct);
}

static void close_all(struct conduct *conduct)
{
	gng_signoff_previous_free(conduct->previous);
	conduct_close_keys(conduct);
	aside_fini(&conduct->aside);
	gng_records_free(conduct->records, conduct->num_records);
	if (conduct->signoff.before)
		gng_noise_fini(&conduct->before);
	if (conduct->signoff.after)
		gng_noise_fini(&conduct->after);
	gng_machine_fini(&conduct->machine);
	if (conduct->rundir.path)
		gng_rundir_close(&conduct->rundir);
	if (conduct->plan)
		gng_plan_close(conduct->plan);
	if (conduct->home)
		gng_home_close(conduct->home);
}

static int fail(const struct conduct *conduct)
{
	gng_term_error("%s", conduct->why.text);
	return conduct->why.status == GNG_EINVAL ? CONDUCT_USAGE : CONDUCT_HARNESS;
}

static int answer(struct conduct *conduct)
{
	char *summary;

	conduct_keep_history(conduct);
	if (!conduct->options->json) {
		conduct_say_verdict(conduct);
		return gng_tally_exit(&conduct->tally);
	}
	summary = gng_signoff_summary(&conduct->signoff);
	if (!summary || puts(summary) == EOF || fflush(stdout) != 0) {
		free(summary);
		gng_term_error("the JSON could not be written");
		return CONDUCT_HARNESS;
	}
	free(summary);
	return gng_tally_exit(&conduct->tally);
}

int conduct(const struct conduct_options *options)
{
	struct conduct conduct = {.options = options, .out = options->json ? stderr : stdout};
	int status;

	conduct.start_s = conduct_now_s();
	if (conduct_open_keys(&conduct) != GNG_OK || open_plan(&conduct) != GNG_OK ||
	    open_machine(&conduct) != GNG_OK || run_signoff(&conduct) != GNG_OK)
		status = fail(&conduct);
	else
		status = answer(&conduct);
	close_all(&conduct);
	return status;
}
