/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the arguments, the order and the exit status of `gonogo fuzz`. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "farm_report.h"

#define EXIT_USAGE 2
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99
#define MAX_JOBS 256

static const char usage[] =
	"usage: gonogo fuzz [TARGET...] [--time S] [--jobs N] [--engine E] [--merge S]\n"
	"                   [--minimise S] [--fuzzers DIR] [--out D] [--keep] [--coverage]\n"
	"                   [--json]\n"
	"       gonogo fuzz [TARGET...] --rate [--time S] [--json]\n"
	"       gonogo fuzz --list [--engine E] [--fuzzers DIR]\n"
	"\n"
	"Runs each fuzzer for S seconds as N processes on one corpus. Crashes of one cause are\n"
	"one finding, with a minimised reproducer. A run that was killed goes on where it was.\n"
	"TARGET is a subsystem, aes.gcm, or the name of a fuzzer.\n"
	"\n"
	"  --time S       seconds of each fuzzer; 60 otherwise, with --rate 1\n"
	"  --jobs N       processes; as many as there are processors otherwise\n"
	"  --engine E     libfuzzer or afl\n"
	"  --merge S      seconds between two merges of the corpus; 300 otherwise\n"
	"  --minimise S   seconds for each reproducer; 10 otherwise\n"
	"  --fuzzers DIR  fuzzers of another tree: every program whose name ends in _fuzz\n"
	"  --out D        where corpora and crashes are kept; out/fuzz otherwise\n"
	"  --keep         add the reproducers to fuzz/<subsystem>/<stem>.seeds\n"
	"  --coverage     write D/coverage/index.html: what the corpora reach\n"
	"  --rate         speed as a share of a fuzzer that does nothing\n"
	"  --list         name the fuzzers and run nothing\n"
	"  --json         write JSON to standard output instead of text\n"
	"\n"
	"Exit status: 0 nothing was found, 1 a crash, 2 usage, 3 stopped before the end,\n"
	"4 there is no fuzzer, 99 the harness itself broke.\n";

static volatile int stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* run is one call of the command. */
struct run {
	struct farm_options options;
	struct farm_choice choice;
	struct gng_home *home;
	struct farm_targets targets;
	struct gng_term term;
	char out[FARM_PATH], folder[FARM_PATH];
	int lock_fd;
	json_t *results, *totals;
	size_t num_failed, num_broken, num_done;
};

/* ---- arguments ---- */

enum word {
	TIME = 256,
	JOBS,
	MERGE,
	MINIMISE,
	ENGINE,
	FUZZERS,
	OUT,
	KEEP,
	COVERAGE,
	RATE,
	LIST,
	JSON
};

static const struct option long_options[] = {
	{"time", required_argument, NULL, TIME},
	{"jobs", required_argument, NULL, JOBS},
	{"merge", required_argument, NULL, MERGE},
	{"minimise", required_argument, NULL, MINIMISE},
	{"engine", required_argument, NULL, ENGINE},
	{"fuzzers", required_argument, NULL, FUZZERS},
	{"out", required_argument, NULL, OUT},
	{"keep", no_argument, NULL, KEEP},
	{"coverage", no_argument, NULL, COVERAGE},
	{"rate", no_argument, NULL, RATE},
	{"list", no_argument, NULL, LIST},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static bool number(double *value, const char *name, const char *text, double lo, double hi)
{
	char *end;

	*value = strtod(text, &end);
	if (end != text && !*end && *value >= lo && *value <= hi)
		return true;
	gng_term_error("%s wants a number from %g to %g, not '%s'", name, lo, hi, text);
	return false;
}

static bool take_value(struct run *run, int option, const char *text)
{
	double value;

	switch (option) {
	case TIME:
		return number(&run->options.time_s, "--time", text, 0, 1e8);
	case MERGE:
		return number(&run->options.merge_s, "--merge", text, 1, 1e8);
	case MINIMISE:
		return number(&run->options.minimise_s, "--minimise", text, 1, 1e6);
	case JOBS:
		if (!number(&value, "--jobs", text, 1, MAX_JOBS))
			return false;
		run->options.num_jobs = (unsigned int)value;
		return true;
	case ENGINE:
		run->options.engine = run->choice.engine = text;
		if (strcmp(text, "libfuzzer") == 0 || strcmp(text, "afl") == 0)
			return true;
		gng_term_error("--engine is libfuzzer or afl, not '%s'", text);
		return false;
	case FUZZERS:
		run->choice.folder = text;
		return true;
	default:
		run->options.out = text;
		return true;
	}
}

static void take_switch(struct run *run, int option)
{
	run->options.keep |= option == KEEP;
	run->options.coverage |= option == COVERAGE;
	run->options.rate |= option == RATE;
	run->options.list |= option == LIST;
	run->options.json |= option == JSON;
}

static unsigned int processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned int)CPU_COUNT(&set) : 1;
}

/* read_arguments returns -1 to go on, else the exit status. */
static int read_arguments(struct run *run, int argc, char **argv)
{
	int option;

	run->options = (struct farm_options){.time_s = -1,
					     .merge_s = 300,
					     .minimise_s = 10,
					     .num_jobs = processors(),
					     .engine = "libfuzzer",
					     .stop = &stop};
	run->choice.engine = "libfuzzer";
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (option == '?' || option == ':') {
			gng_term_error("'%s': unknown, or without its value; gonogo fuzz --help "
				       "lists the options",
				       argv[optind > 1 ? optind - 1 : 0]);
			return EXIT_USAGE;
		}
		if (option <= OUT && !take_value(run, option, optarg))
			return EXIT_USAGE;
		take_switch(run, option);
	}
	run->choice.names = argv + optind;
	run->choice.num_names = (size_t)(argc - optind);
	run->choice.yardstick = run->options.rate || run->options.list;
	if (run->options.time_s < 0)
		run->options.time_s = run->options.rate ? 1 : 60;
	return -1;
}

/* ---- the campaigns ---- */

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	if (why->status == GNG_EINVAL)
		return EXIT_USAGE;
	return why->status == GNG_EUNSUPPORTED ? EXIT_NOTHING : EXIT_HARNESS;
}

/* lock: two campaigns on one corpus would take each other's files for leftovers. */
static enum gng_status lock(struct run *run, struct gng_why *why)
{
	char path[FARM_PATH];
	enum gng_status status = farm_make_dir(run->out, why);

	farm_path(path, "%s/.lock", run->out);
	run->lock_fd = status == GNG_OK ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
	if (status == GNG_OK && run->lock_fd < 0)
		status = gng_why_set(why, GNG_ESYS, errno, "farm.lock", "%s cannot be opened: %s",
				     path, strerror(errno));
	if (status == GNG_OK && flock(run->lock_fd, LOCK_EX | LOCK_NB) != 0)
		status = gng_why_set(
			why, GNG_EPERM, errno, "farm.lock",
			"%s is used by another gonogo fuzz: wait for it, or give --out", run->out);
	return status;
}

static void run_one(struct run *run, size_t i)
{
	struct farm_campaign campaign = {.options = &run->options,
					 .target = &run->targets.all[i],
					 .term = &run->term,
					 .at = i + 1,
					 .num_targets = run->targets.num};
	struct gng_why why = {0};

	farm_campaign_run(&campaign);
	if (run->options.keep && !campaign.is_broken && farm_keep(&campaign, &why) != GNG_OK) {
		campaign.is_broken = true;
		snprintf(campaign.broken, sizeof(campaign.broken), "%s", why.text);
	}
	run->num_failed += strcmp(farm_verdict(&campaign), "PASS") != 0;
	run->num_broken += campaign.is_broken && campaign.num_findings == 0;
	run->num_done += !stop;
	farm_line(&campaign);
	json_array_append_new(run->results, farm_report_json(&campaign));
	farm_campaign_fini(&campaign);
}

static int code_of(const struct run *run)
{
	if (run->num_failed > run->num_broken)
		return GNG_NO_GO;
	if (run->num_broken > 0)
		return EXIT_HARNESS;
	return stop ? GNG_INCOMPLETE : GNG_GO;
}

static void print_json(const struct run *run, int code)
{
	const char *verdict = code == GNG_GO ? "GO" : code == GNG_NO_GO ? "NO-GO" : "INCOMPLETE";
	json_t *json = json_pack("{s:s, s:s, s:i, s:O, s:O}", "verdict", verdict, "engine",
				 run->options.engine, "jobs", (int)run->options.num_jobs, "fuzzers",
				 run->results, "coverage", run->totals);

	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(json);
}

static void say_coverage(const struct run *run)
{
	const json_t *lines = json_object_get(run->totals, "lines");

	fprintf(run->term.out, "cover   %.1f %% of %lld lines: %s/coverage/index.html\n",
		json_number_value(json_object_get(lines, "percent")),
		(long long)json_integer_value(json_object_get(lines, "count")), run->out);
}

static int run_campaigns(struct run *run)
{
	struct gng_why why = {0};
	int code;

	if (lock(run, &why) != GNG_OK)
		return fail(&why);
	if (run->options.rate)
		return farm_rate(&run->targets, &run->options, &run->term, run->options.time_s);
	run->results = json_array();
	run->totals = json_null();
	for (size_t i = 0; i < run->targets.num && !stop; i++)
		run_one(run, i);
	code = code_of(run);
	if (run->options.coverage && !stop) {
		if (farm_cover(&run->totals, &run->targets, &run->options, &why) == GNG_OK)
			say_coverage(run);
		else if (code == GNG_GO)
			code = fail(&why);
		else
			fail(&why);
	}
	if (run->options.json)
		print_json(run, code);
	json_decref(run->results);
	json_decref(run->totals);
	return code;
}

/* guarded is the process that does it all. */
static int guarded(void *context)
{
	const struct sigaction action = {.sa_handler = on_signal};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	return run_campaigns(context);
}

/* ---- the call ---- */

/* place makes absolute what children see from other folders. */
static enum gng_status place(struct run *run, struct gng_why *why)
{
	char here[PATH_MAX];

	if (!getcwd(here, sizeof(here)))
		return gng_why_set(why, GNG_ESYS, errno, "farm.main", "the current folder: %s",
				   strerror(errno));
	if (!run->options.out)
		farm_path(run->out, "%s/fuzz", run->home->out);
	else
		farm_path(run->out, "%s%s%s", *run->options.out == '/' ? "" : here,
			  *run->options.out == '/' ? "" : "/", run->options.out);
	if (run->choice.folder) {
		farm_path(run->folder, "%s%s%s", *run->choice.folder == '/' ? "" : here,
			  *run->choice.folder == '/' ? "" : "/", run->choice.folder);
		run->choice.folder = run->folder;
	}
	run->options.out = run->choice.out = run->out;
	return GNG_OK;
}

static int list(const struct run *run)
{
	for (size_t i = 0; i < run->targets.num; i++)
		puts(run->targets.all[i].name);
	return 0;
}

int gng_farm_main(int argc, char **argv)
{
	struct run *run = calloc(1, sizeof(*run)); /* large */
	struct gng_why why = {0};
	int code = EXIT_HARNESS;

	gng_term_verb("fuzz");
	if (!run)
		return EXIT_HARNESS;
	run->lock_fd = -1;
	code = read_arguments(run, argc, argv);
	if (code < 0) {
		gng_term_init(&run->term, run->options.json ? stderr : stdout);
		if (gng_home_open(&run->home, NULL, &why) != GNG_OK || place(run, &why) != GNG_OK ||
		    farm_targets_open(&run->targets, run->home, &run->choice, &why) != GNG_OK)
			code = fail(&why);
		else
			code = run->options.list ? list(run) : farm_guard(guarded, run);
	}
	farm_targets_close(&run->targets);
	gng_home_close(run->home);
	free(run);
	return code;
}
