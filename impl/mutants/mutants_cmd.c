/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_cmd.c - `gonogo mutants`: bugs planted by hand, or made from the source. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mutants_campaign.h"
#include "mutants_isolate.h"

static const char usage_text[] =
	"usage: gonogo mutants [SUBSYSTEM] [--json]\n"
	"       gonogo mutants [SUBSYSTEM] --source [--changed BASE] [--json]\n"
	"                      [--resume | --fresh] [--limit N] [--jobs N]\n"
	"  --source        make the mutants from the C source in impl/SUBSYSTEM\n"
	"  --changed BASE  only on lines changed since the git revision BASE\n"
	"  --resume        go on with an earlier run; an error if there is none\n"
	"  --fresh         forget the outcomes of earlier runs\n"
	"  --limit N       judge N of the mutants, evenly spread\n"
	"  --jobs N        judge N at once, 1 to 16; two a CPU if not given\n"
	"  --unshielded    run mutants with all that this user may do: they may do anything\n";

static volatile int stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* number reads 1 to max; 0 for anything else. */
static size_t number(const char *text, size_t max)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	return *text >= '0' && *text <= '9' && !*end && value <= max ? value : 0;
}

static bool take_option(struct campaign_options *options, int option)
{
	switch (option) {
	case 'j':
		return options->json = true;
	case 's':
		return options->source = true;
	case 'c':
		options->base = optarg;
		return options->source = true;
	case 'r':
		return options->resume = true;
	case 'f':
		return options->fresh = true;
	case 'l':
		return (options->limit = number(optarg, 1000000)) > 0;
	case 'u':
		return options->unshielded = true;
	case 'n':
		return (options->num_jobs = (unsigned int)number(optarg, POOL_MAX_JOBS)) > 0;
	default:
		return false;
	}
}

static bool take_arguments(struct campaign_options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{"json", no_argument, NULL, 'j'},
		{"source", no_argument, NULL, 's'},
		{"changed", required_argument, NULL, 'c'},
		{"resume", no_argument, NULL, 'r'},
		{"fresh", no_argument, NULL, 'f'},
		{"limit", required_argument, NULL, 'l'},
		{"jobs", required_argument, NULL, 'n'},
		{"unshielded", no_argument, NULL, 'u'},
		{0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (!take_option(options, option))
			return false;
	if (argc - optind > 1 || (argc > optind && strchr(argv[optind], '/')))
		return false;
	if (argc > optind)
		options->subsystem = argv[optind];
	if (options->resume && options->fresh)
		return false;
	return options->source ||
	       (!options->resume && !options->fresh && !options->limit && !options->num_jobs);
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

	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage_text, stdout) < 0;
	if (!take_arguments(&options, argc, argv)) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	if (options.num_jobs == 0)
		options.num_jobs = two_a_cpu();
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return options.unshielded ? run(&options) : run_shielded(&options);
}
