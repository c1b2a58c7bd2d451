/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_cmd.c - `gonogo mutants`: bugs planted by hand, or made from the source. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_options.h>

#include "mutants_campaign.h"
#include "mutants_isolate.h"

static const char help[] =
	"usage: gonogo mutants [SUBSYSTEM] [--json]\n"
	"       gonogo mutants [SUBSYSTEM] --source [--changed BASE] [--json]\n"
	"                      [--explained] [--resume | --fresh] [--limit N] [--jobs N]\n"
	"  --source        make the mutants from the C source in impl/SUBSYSTEM\n"
	"  --changed BASE  only on lines changed since the git revision BASE\n"
	"  --explained     only those that conformance/SUBSYSTEM/survivors.tsv explains\n"
	"  --resume        go on with an earlier run; an error if there is none\n"
	"  --fresh         forget the outcomes of earlier runs\n"
	"  --limit N       judge N of the mutants, evenly spread\n"
	"  --jobs N        judge N at once, 1 to 16; two a CPU if not given\n"
	"  --unshielded    run mutants with all that this user may do: they may do anything";

static volatile int stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* number reads 1 to max; 0 for anything else. */
static size_t number(const char *text, size_t max)
{
	uint64_t value;

	return gng_options_number(&value, text, 1, max) ? (size_t)value : 0;
}

enum { JSON = GNG_OPTIONS_OWN, SOURCE, CHANGED, EXPLAINED, RESUME, FRESH, LIMIT, JOBS, UNSHIELDED };

static const struct option known[] = {
	{"json", no_argument, NULL, JSON},
	{"source", no_argument, NULL, SOURCE},
	{"changed", required_argument, NULL, CHANGED},
	{"explained", no_argument, NULL, EXPLAINED},
	{"resume", no_argument, NULL, RESUME},
	{"fresh", no_argument, NULL, FRESH},
	{"limit", required_argument, NULL, LIMIT},
	{"jobs", required_argument, NULL, JOBS},
	{"unshielded", no_argument, NULL, UNSHIELDED},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool take_option(void *order, int option)
{
	struct campaign_options *options = order;

	switch (option) {
	case JSON:
		return options->json = true;
	case SOURCE:
		return options->source = true;
	case CHANGED:
		options->base = optarg;
		return options->source = true;
	case EXPLAINED:
		return options->explained = options->source = true;
	case RESUME:
		return options->resume = true;
	case FRESH:
		return options->fresh = true;
	case LIMIT:
		return (options->limit = number(optarg, 1000000)) > 0;
	case UNSHIELDED:
		return options->unshielded = true;
	default:
		return (options->num_jobs = (unsigned int)number(optarg, POOL_MAX_JOBS)) > 0;
	}
}

static const struct gng_options command = {
	.verb = "mutants", .help = help, .known = known, .set = take_option};

/* parse returns -1 to go on, else the exit status. */
static int parse(struct campaign_options *options, int argc, char **argv)
{
	const int status = gng_options_read(&command, options, argc, argv);

	if (status != -1)
		return status;
	if (argc - optind > 1)
		return gng_options_refuse(&command, "it wants one subsystem, and no further",
					  argv[optind + 1]);
	if (argc > optind && strchr(argv[optind], '/'))
		return gng_options_refuse(&command, "it wants the name of a subsystem, not",
					  argv[optind]);
	if (argc > optind)
		options->subsystem = argv[optind];
	if (options->resume && options->fresh)
		return gng_options_refuse(&command, "it wants one of the two, not",
					  "--resume --fresh");
	if (!options->source &&
	    (options->resume || options->fresh || options->limit || options->num_jobs))
		return gng_options_refuse(&command,
					  "it wants --source beside --resume, --fresh, --limit and",
					  "--jobs");
	return -1;
}

static int run(void *context)
{
	const struct campaign_options *options = context;

	return options->source ? made_run(options) : planted_run(options);
}

static int run_shielded(struct campaign_options *options)
{
	struct gng_home *home;
	struct gng_why why;
	int status;

	if (gng_home_open(&home, options->build, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return EXIT_HARNESS;
	}
	if (isolate_run(&status, home, run, options, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		status = EXIT_HARNESS;
	}
	gng_home_close(home);
	return status;
}

/* two_a_cpu: tests wait, some for a deadline. */
static unsigned int two_a_cpu(void)
{
	const long num = 2 * sysconf(_SC_NPROCESSORS_ONLN);

	return num < 2 ? 2 : num > POOL_MAX_JOBS ? POOL_MAX_JOBS : (unsigned int)num;
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = stop};
	struct campaign_options options = {.subsystem = "*", .stop = &stopped};
	int status;

	gng_term_verb("mutants");
	status = parse(&options, argc, argv);
	if (status != -1)
		return status;
	if (options.num_jobs == 0)
		options.num_jobs = two_a_cpu();
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return options.unshielded ? run(&options) : run_shielded(&options);
}
