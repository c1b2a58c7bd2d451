/* SPDX-License-Identifier: Apache-2.0 */
/* explore_main.c - `gonogo rtos explore`: which system, how far, and what was found. */
#include "rtos_explore.h"
#include "rtos_verbs.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define EXIT_NO_GO 1
#define EXIT_USAGE 2
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99

static const char usage[] =
	"usage: gonogo rtos explore [--config NAME] [--max-states N] [--seconds S]\n"
	"                           [--resume FILE] [--save FILE] [--json] [--list]\n"
	"\n"
	"Goes through every state of a small system whose tasks and interrupts do anything at\n"
	"any time, on the compiled kernel itself, and checks what must hold after each step.\n"
	"\n"
	"  --config NAME    which system (default standard)\n"
	"  --list           the systems\n"
	"  --max-states N   stop at N states (default 4000000)\n"
	"  --seconds S      stop after S seconds\n"
	"  --save FILE      keep an unfinished search there\n"
	"  --resume FILE    go on with it\n"
	"  --json           one JSON object\n"
	"\n"
	"Exit: 0 all states hold, 1 one does not (its shortest trace is printed), 3 not all "
	"seen.\n";

struct options {
	const struct world_config *config;
	const char *save, *resume;
	uint32_t max_states;
	double seconds;
	bool json;
};

static const struct world_config *config_named(const char *name)
{
	const struct world_config *config = world_configs;

	while (config->name && strcmp(config->name, name) != 0)
		config++;
	return config->name ? config : NULL;
}

static int list(void)
{
	for (const struct world_config *config = world_configs; config->name; config++)
		printf("%-10s %s\n", config->name, config->about);
	return 0;
}

static bool number(double *value, const char *text, double max)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && *end == '\0' && *value > 0 && *value <= max;
}

static bool take_option(struct options *options, int option)
{
	double value = 0;

	switch (option) {
	case 'c':
		options->config = config_named(optarg);
		return options->config != NULL;
	case 'm':
		options->max_states = number(&value, optarg, UINT32_MAX / 2) ? (uint32_t)value : 0;
		return options->max_states > 1;
	case 's':
		return number(&options->seconds, optarg, 1e9);
	case 'w':
		options->save = optarg;
		return true;
	case 'r':
		options->resume = optarg;
		return true;
	case 'j':
		options->json = true;
		return true;
	default:
		return false;
	}
}

static void report(const struct options *options, const struct explore *explore, bool is_whole,
		   double seconds)
{
	const char *state = explore->wrong ? "VIOLATED" : is_whole ? "EXHAUSTED" : "UNFINISHED";

	if (options->json) {
		printf("{\"config\":\"%s\",\"state\":\"%s\",\"states\":%" PRIu32
		       ",\"expanded\":%" PRIu32 ",\"transitions\":%" PRIu64
		       ",\"seconds\":%.3f,\"violation\":%s%s%s}\n",
		       explore->config->name, state, explore->num, explore->num_expanded,
		       explore->num_transitions, seconds, explore->wrong ? "\"" : "",
		       explore->wrong ? explore->wrong : "null", explore->wrong ? "\"" : "");
		return;
	}
	printf("%s: %s\n", explore->config->name, explore->config->about);
	printf("%s: %" PRIu32 " states, %" PRIu32 " expanded, %" PRIu64 " transitions, %.1f s\n",
	       state, explore->num, explore->num_expanded, explore->num_transitions, seconds);
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int explore_with(const struct options *options, struct explore *explore)
{
	const double start = now_s();
	struct gng_why why;
	bool is_whole;

	if (options->resume && explore_load(explore, options->resume, &why) != GNG_OK) {
		fprintf(stderr, "gonogo rtos: %s\n", why.text);
		return EXIT_USAGE;
	}
	is_whole = explore_run(explore, options->seconds);
	report(options, explore, is_whole, now_s() - start);
	if (explore->wrong) {
		FILE *out = options->json ? stderr : stdout;

		fprintf(out, "wrong: %s\n", explore->wrong);
		explore_trace(out, explore);
		return EXIT_NO_GO;
	}
	if (!is_whole && options->save && explore_save(explore, options->save, &why) != GNG_OK) {
		fprintf(stderr, "gonogo rtos: %s\n", why.text);
		return EXIT_HARNESS;
	}
	return is_whole ? 0 : EXIT_INCOMPLETE;
}

int rtos_explore_main(int argc, char **argv)
{
	static const struct option names[] = {{"config", required_argument, NULL, 'c'},
					      {"max-states", required_argument, NULL, 'm'},
					      {"seconds", required_argument, NULL, 's'},
					      {"save", required_argument, NULL, 'w'},
					      {"resume", required_argument, NULL, 'r'},
					      {"json", no_argument, NULL, 'j'},
					      {"list", no_argument, NULL, 'l'},
					      {"help", no_argument, NULL, 'h'},
					      {0}};
	struct options options = {
		.config = config_named("standard"), .max_states = 4000000, .seconds = 1e9};
	struct explore *explore;
	struct gng_why why;
	int option, code;

	while ((option = getopt_long(argc, argv, "", names, NULL)) >= 0) {
		if (option == 'l')
			return list();
		if (option == 'h')
			return fputs(usage, stdout) < 0;
		if (take_option(&options, option))
			continue;
		fprintf(stderr, "gonogo rtos: %s: see gonogo rtos explore --help\n",
			optarg ? optarg : "an option is wrong");
		return EXIT_USAGE;
	}
	if (optind < argc) {
		fprintf(stderr, "gonogo rtos: '%s' is no option: see gonogo rtos explore --help\n",
			argv[optind]);
		return EXIT_USAGE;
	}
	if (explore_open(&explore, options.config, options.max_states, &why) != GNG_OK) {
		fprintf(stderr, "gonogo rtos: %s\n", why.text);
		return EXIT_HARNESS;
	}
	code = explore_with(&options, explore);
	explore_close(explore);
	return code;
}
