/* SPDX-License-Identifier: Apache-2.0 */
/* check.c - `gonogo check`: select, run, and say what failed, last and with its command. */
#include "check.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAX_DEFAULT_JOBS 16
#define DEFAULT_COST_S 0.02
#define BUDGET_SCALE 0.9 /* the ratio rule of make check */

struct check_options {
	const char *variants, *builds, *junit, *ktap, *out;
	unsigned int num_jobs, num_repeat, timeout_s;
	bool failed, slow, json;
	char **selectors;
	size_t num_selectors;
};

/* ---- options ---- */

enum { VARIANTS = 256, BUILDS, JOBS, REPEAT, FAILED, TIMEOUT, SLOW, JSON, JUNIT, KTAP, OUT };

static const struct option long_options[] = {
	{"variants", required_argument, NULL, VARIANTS},
	{"builds", required_argument, NULL, BUILDS},
	{"jobs", required_argument, NULL, JOBS},
	{"repeat", required_argument, NULL, REPEAT},
	{"failed", no_argument, NULL, FAILED},
	{"timeout", required_argument, NULL, TIMEOUT},
	{"slow", no_argument, NULL, SLOW},
	{"json", no_argument, NULL, JSON},
	{"junit", required_argument, NULL, JUNIT},
	{"ktap", required_argument, NULL, KTAP},
	{"out", required_argument, NULL, OUT},
	{0},
};

static bool set_text(struct check_options *options, int option)
{
	switch (option) {
	case VARIANTS:
		options->variants = strcmp(optarg, "all") == 0 ? NULL : optarg;
		return true;
	case BUILDS:
		for (char *c = optarg; *c; c++) /* the plan wants spaces, people type commas */
			*c = *c == ',' ? ' ' : *c;
		options->builds = optarg;
		return true;
	case JUNIT:
		options->junit = optarg;
		return true;
	case KTAP:
		options->ktap = optarg;
		return true;
	default:
		options->out = optarg;
		return true;
	}
}

static bool set_option(struct check_options *options, int option)
{
	switch (option) {
	case JOBS:
		return cli_number(&options->num_jobs, "--jobs", optarg, 1, 64);
	case REPEAT:
		return cli_number(&options->num_repeat, "--repeat", optarg, 1, 1000000);
	case TIMEOUT:
		return cli_number(&options->timeout_s, "--timeout", optarg, 1, 7 * 86400);
	case FAILED:
		return options->failed = true;
	case SLOW:
		return options->slow = true;
	case JSON:
		return options->json = true;
	default:
		return set_text(options, option);
	}
}

/* default_jobs: three fifths of the time of conformance tests is waiting, so each CPU has three of
 * them. Hardware tests run alone. */
static unsigned int default_jobs(void)
{
	cpu_set_t cpus;
	unsigned int num = 1;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		num = (unsigned int)CPU_COUNT(&cpus);
	return num > MAX_DEFAULT_JOBS / 3 ? MAX_DEFAULT_JOBS : 3 * num;
}

static int parse(struct check_options *options, int argc, char **argv)
{
	int option;

	options->num_jobs = default_jobs();
	options->num_repeat = 1;
	optind = 0; /* glibc: begin anew, also with '+' */
	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1 ||
	       optind < argc) {
		if (option == -1) { /* a selector among the options */
			options->selectors[options->num_selectors++] = argv[optind++];
			continue;
		}
		if (option == '?' || option == ':')
			return cli_bad_option("check", argv, option);
		if (!set_option(options, option))
			return GNG_CLI_USAGE;
	}
	return 0;
}

/* ---- selection ---- */

static bool was_bad(const struct cli_session *session, const struct gng_test *test)
{
	const struct gng_record *last = cli_last_of(session, test);

	return last && (last->verdict == GNG_FAIL || last->verdict == GNG_ERROR ||
			last->verdict == GNG_MISSING);
}

static int select_tests(struct cli_session *session, const struct check_options *options)
{
	struct gng_plan *plan = session->plan;
	struct gng_why why = {0};
	size_t num = 0;

	if ((options->num_selectors || options->variants) &&
	    gng_plan_select(plan, (const char *const *)options->selectors, options->num_selectors,
			    options->variants, &why) != GNG_OK)
		return cli_fail(&why);
	for (size_t i = 0; i < plan->num_tests; i++) {
		struct gng_test *test = &plan->tests[i];

		if (options->failed && !was_bad(session, test))
			test->selected = false;
		test->required = test->selected; /* check has no profile: all of it counts */
		num += test->selected;
	}
	if (num)
		return 0;
	if (options->failed && !session->num_last)
		gng_term_error("--failed: %s holds no records; run gonogo check first",
			       session->last_dir);
	else
		gng_term_error(options->failed ? "nothing selected: no such test failed in the last"
						 " run"
					       : "nothing selected: gonogo list shows the tests");
	return GNG_CLI_NOTHING;
}

/* ---- the run ---- */

static volatile int stop;

/* on_interrupt: the first signal ends the run in order, a second one at once. */
static void on_interrupt(int signal_number)
{
	stop = 1;
	signal(signal_number, SIG_DFL);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct watch {
	const struct cli_session *session;
	const struct gng_term *term;
	struct gng_term_progress progress;
	double *costs_s; /* by the test's place in the plan */
	double total_s, done_s;
	double last_s; /* when the last test ended */
	bool quiet;
};

static double cost_of(const struct watch *watch, const struct gng_test *test)
{
	return watch->costs_s ? watch->costs_s[test - watch->session->plan->tests] : 0;
}

/* estimate takes each test's time in earlier runs; what runs for the first time is short. */
static void estimate(struct watch *watch, const struct check_options *options)
{
	const struct gng_plan *plan = watch->session->plan;
	const char *out = options->out ? options->out : watch->session->home->out;

	watch->costs_s = gng_run_costs(plan, out);
	for (size_t i = 0; watch->costs_s && i < plan->num_tests; i++) {
		const struct gng_test *test = &plan->tests[i];
		const bool runs = test->selected && !test->cannot &&
				  (options->slow || !(test->flags & GNG_TEST_SLOW));
		const double cost_s = watch->costs_s[i] > 0 ? watch->costs_s[i] : DEFAULT_COST_S;

		watch->costs_s[i] = runs ? cost_s * options->num_repeat : 0;
		watch->total_s += watch->costs_s[i];
	}
}

static void draw(struct watch *watch, const struct gng_test *running, size_t done, size_t total)
{
	const double now = now_s();
	double share = 0, begun_s = 0;
	char name[64] = "";

	if (watch->quiet)
		return;
	/* what runs counts up to its cost: else the estimate would grow during a long test */
	if (running)
		begun_s = fmin(now - watch->last_s, cost_of(watch, running));
	if (watch->total_s > 0)
		share = (watch->done_s + begun_s) / watch->total_s;
	if (running)
		snprintf(name, sizeof(name), "%s.%s %s", running->subsystem, running->stem,
			 running->variant);
	gng_term_progress_draw(&watch->progress, now, done, total, share, name);
}

static void on_record(void *context, const struct gng_record *record, size_t done, size_t total)
{
	struct watch *watch = context;

	watch->done_s += cost_of(watch, record->test);
	watch->last_s = now_s();
	if (!watch->quiet && (record->verdict == GNG_FAIL || record->verdict == GNG_ERROR)) {
		gng_term_progress_erase(&watch->progress);
		gng_term_say(watch->term, gng_term_verdict_tone(record->verdict), "%s",
			     gng_verdict_name(record->verdict));
		fprintf(watch->term->out, "  %s %s\n", record->test->id, record->test->variant);
		fflush(watch->term->out);
	}
	draw(watch, NULL, done, total);
}

static void on_wait(void *context, const struct gng_test *running, size_t done, size_t total)
{
	draw(context, running, done, total);
}

static enum gng_status run(struct check_result *result, struct gng_record **records,
			   const struct cli_session *session, const struct check_options *options,
			   const struct gng_rundir *rundir, const struct gng_term *term,
			   struct gng_why *why)
{
	struct watch watch = {.session = session, .term = term, .quiet = options->json};
	const double start_s = watch.last_s = now_s();
	struct gng_run_options run_options = {
		.home = session->home,
		.plan = session->plan,
		.dir = rundir->path,
		.num_jobs = options->num_jobs,
		.timeout_s = options->timeout_s,
		.num_repeat = options->num_repeat,
		.slow = options->slow,
		.budget_scale = BUDGET_SCALE,
		.on_record = on_record,
		.on_wait = on_wait,
		.context = &watch,
		.stop = &stop,
	};
	enum gng_status status;

	signal(SIGINT, on_interrupt);
	signal(SIGTERM, on_interrupt);
	estimate(&watch, options);
	run_options.costs_s = watch.costs_s;
	gng_term_progress_begin(&watch.progress, term, start_s);
	status = gng_run(records, &result->num_records, &run_options, why);
	gng_term_progress_erase(&watch.progress);
	result->records = *records;
	result->wall_s = now_s() - start_s;
	free(watch.costs_s);
	return status;
}

/* ---- what came of it ---- */

static int exit_status(const struct gng_tally *tally)
{
	if (tally->count[GNG_SKIP] == tally->planned) {
		gng_term_error(
			"nothing ran: every selected test was skipped, for the reasons above");
		return GNG_CLI_NOTHING;
	}
	return gng_tally_exit(tally);
}

static void report(const struct gng_term *term, const struct check_result *result)
{
	check_tables(term, result);
	fputc('\n', term->out);
	gng_term_not_run(term, result->records, result->num_records, "");
	gng_term_failures(term, result->records, result->num_records);
	fputc('\n', term->out);
	gng_term_planned(term->out, &result->tally);
	gng_term_last_line(term->out, &result->tally);
	fflush(term->out);
}

static enum gng_status project(const struct check_result *result,
			       const struct check_options *options, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (options->junit)
		status = gng_junit_write(options->junit, result->records, result->num_records, why);
	if (status == GNG_OK && options->ktap)
		status = gng_ktap_write(options->ktap, result->records, result->num_records, why);
	return status;
}

static int judge(struct check_result *result, const struct check_options *options,
		 const struct gng_term *term)
{
	struct gng_why why = {0};

	if (gng_tally_records(&result->tally, result->plan, result->records, result->num_records,
			      true, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return GNG_CLI_HARNESS;
	}
	if (project(result, options, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return GNG_CLI_HARNESS;
	}
	if (options->json && !check_json(result)) {
		gng_term_error("the JSON could not be written: %s", strerror(errno));
		return GNG_CLI_HARNESS;
	}
	if (!options->json)
		report(term, result);
	return exit_status(&result->tally);
}

static void say_what(const struct gng_term *term, const struct cli_session *session,
		     const struct check_options *options)
{
	const char *what = options->num_selectors == 1 ? options->selectors[0] : "check";

	if (options->json)
		return;
	check_heading(term, session->plan, what, options->num_jobs);
	fflush(term->out);
}

static int check(struct cli_session *session, const struct check_options *options)
{
	const char *out = options->out ? options->out : session->home->out;
	struct check_result result = {.plan = session->plan};
	struct gng_record *records = NULL;
	struct gng_rundir rundir;
	struct gng_why why = {0};
	struct gng_term term;
	int answer;

	gng_term_init(&term, stdout);
	if (gng_rundir_open(&rundir, out, "check", &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return GNG_CLI_HARNESS;
	}
	say_what(&term, session, options);
	if (run(&result, &records, session, options, &rundir, &term, &why) == GNG_OK) {
		answer = judge(&result, options, &term);
	} else {
		gng_term_error("%s", why.text);
		answer = GNG_CLI_HARNESS;
	}
	gng_records_free(records, result.num_records);
	gng_rundir_close(&rundir);
	return answer;
}

int gng_cli_check(int argc, char **argv)
{
	char **selectors = calloc((size_t)argc + 1, sizeof(*selectors));
	struct check_options options = {.selectors = selectors};
	struct cli_session session = {0};
	int answer;

	if (!selectors) {
		gng_term_error("no memory");
		return GNG_CLI_HARNESS;
	}
	answer = parse(&options, argc, argv);
	if (answer == 0)
		answer = cli_session_open(&session, options.builds, options.out);
	if (answer == 0)
		answer = select_tests(&session, &options);
	if (answer == 0)
		answer = check(&session, &options);
	cli_session_close(&session);
	free(selectors);
	return answer;
}
