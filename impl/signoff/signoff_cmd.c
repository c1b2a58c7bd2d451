/* SPDX-License-Identifier: Apache-2.0 */
/* signoff_cmd.c - `gonogo signoff`: judge this machine and write the report (docs/CLI.md). */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

#include "signoff_conduct.h"

#define DEFAULT_FLOOR_NS UINT64_C(2000000000)
#define DEFAULT_FLOOR_NS UINT64_C(2000000000)
#define DEFAULT_JOBS 2

static const char help[] =
	"usage: gonogo signoff [OPTION...]\n"
	"\n"
	"Plans, measures the noise floor, runs every suite, judges, and writes the report.\n"
	"\n"
	"  --profile P    what is required: impl/signoff/P.profile (default: here)\n"
	"  --slow         also the tests marked slow\n"
	"  --jobs N       conformance tests side by side (default: 2)\n"
	"  --builds LIST  release, asan, ...; all: every build (default: release)\n"
	"  --floor S      seconds of each noise floor, before and after (default: 2)\n"
	"  --key FILE     sign the statements with this private key; may be given 16 times\n"
	"  --out DIR      keep runs in DIR (default: out/ of the tree, or GNG_OUT)\n"
	"  --json         one JSON object on stdout, text on stderr\n"
	"\n"
	"The report is DIR/signoff/index.html. Exit status: 0 GO, 1 NO-GO, 2 usage,\n"
	"3 INCOMPLETE (also after Ctrl-C), 99 the harness failed.";

enum { PROFILE = 256, FLOOR, KEY, OUT, BUILDS, JOBS, SLOW, JSON, HELP };

static const struct option long_options[] = {
	{"profile", required_argument, NULL, PROFILE},
	{"floor", required_argument, NULL, FLOOR},
	{"key", required_argument, NULL, KEY},
	{"out", required_argument, NULL, OUT},
	{"builds", required_argument, NULL, BUILDS},
	{"jobs", required_argument, NULL, JOBS},
	{"slow", no_argument, NULL, SLOW},
	{"json", no_argument, NULL, JSON},
	{"help", no_argument, NULL, HELP},
	{0},
};

static volatile int stop;

/* The first signal ends the run in order, a second one at once. */
static void on_signal(int number)
{
	stop = 1;
	signal(number, SIG_DFL);
}

static bool set_jobs(struct conduct_options *options)
{
	char *end;
	const unsigned long jobs = strtoul(optarg, &end, 10);

	if (end == optarg || *end || *optarg == '-' || jobs < 1 || jobs > 64) {
		gng_term_error("--jobs wants a whole number from 1 to 64, not '%s'", optarg);
		return false;
	}
	options->num_jobs = (unsigned int)jobs;
	return true;
}

static bool set_floor(struct conduct_options *options)
{
	char *end;
	const double seconds = strtod(optarg, &end);

	if (end == optarg || *end || !(seconds >= 0.1 && seconds <= 3600)) {
		gng_term_error("--floor wants seconds from 0.1 to 3600, not '%s'", optarg);
		return false;
	}
	options->floor_ns = (uint64_t)(seconds * 1e9);
	return true;
}

static bool add_key(struct conduct_options *options)
{
	if (options->num_keys == GNG_ATTEST_MAX_KEYS) {
		gng_term_error("more than %d keys are given", GNG_ATTEST_MAX_KEYS);
		return false;
	}
	options->key_files[options->num_keys++] = optarg;
	return true;
}

static bool set_option(struct conduct_options *options, int option)
{
	switch (option) {
	case PROFILE:
		options->profile = optarg;
		return true;
	case FLOOR:
		return set_floor(options);
	case KEY:
		return add_key(options);
	case OUT:
		options->out = optarg;
		return true;
	case BUILDS:
		for (char *c = optarg; *c; c++)
			*c = *c == ',' ? ' ' : *c;
		options->builds = optarg;
		return true;
	case JOBS:
		return set_jobs(options);
	case SLOW:
		return options->slow = true;
	default:
		return options->json = true;
	}
}

/* parse returns -1 to go on, else the exit status. */
static int parse(struct conduct_options *options, int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", long_options, NULL)) != -1) {
		if (option == HELP)
			return puts(help) == EOF ? CONDUCT_HARNESS : 0;
		if (option == '?' || option == ':') {
			gng_term_error(option == ':' ? "%s wants a value; gonogo signoff --help"
						     : "unknown option '%s'; gonogo signoff "
						       "--help lists them",
				       argv[optind - 1]);
			return CONDUCT_USAGE;
		}
		if (!set_option(options, option))
			return CONDUCT_USAGE;
	}
	if (optind == argc)
		return -1;
	gng_term_error("it takes no '%s': a profile says what is required; gonogo signoff "
		       "--help",
		       argv[optind]);
	return CONDUCT_USAGE;
}

/* command_line is what was typed, to be copied: arguments with a blank are quoted. */
static char *command_line(int argc, char **argv)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	fputs("gonogo signoff", out);
	for (int i = 1; i < argc; i++)
		fprintf(out, strpbrk(argv[i], " \t'\"$") ? " '%s'" : " %s", argv[i]);
	return fclose(out) == 0 ? text : NULL;
}

int main(int argc, char **argv)
{
	char *command = command_line(argc, argv);
	struct conduct_options options = {.profile = "here",
					  .num_jobs = DEFAULT_JOBS,
					  .floor_ns = DEFAULT_FLOOR_NS,
					  .command = command ? command : "gonogo signoff",
					  .stop = &stop};
	int status;

	gng_term_verb("signoff");
	status = parse(&options, argc, argv);
	if (status == -1) {
		signal(SIGINT, on_signal);
		signal(SIGTERM, on_signal);
		signal(SIGHUP, on_signal);
		status = conduct(&options);
	}
	free(command);
	return status;
}
