/* SPDX-License-Identifier: Apache-2.0 */
/* explore_main.c - `gonogo rtos explore`: which system, how far, and what was found. */
#include "rtos_explore.h"
#include "rtos_verbs.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gng_options.h>

#define EXIT_NO_GO 1
#define EXIT_USAGE 2
#define EXIT_INCOMPLETE 3
#define EXIT_HARNESS 99

static const char help[] =
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
	"seen.";

struct options {
	const struct world_config *config;
	const char *save, *resume;
	uint32_t max_states;
	double seconds;
	bool json, list;
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

enum { CONFIG = GNG_OPTIONS_OWN, MAX_STATES, SECONDS, SAVE, RESUME, JSON, LIST };

static const struct option known[] = {
	{"config", required_argument, NULL, CONFIG},
	{"max-states", required_argument, NULL, MAX_STATES},
	{"seconds", required_argument, NULL, SECONDS},
	{"save", required_argument, NULL, SAVE},
	{"resume", required_argument, NULL, RESUME},
	{"json", no_argument, NULL, JSON},
	{"list", no_argument, NULL, LIST},
	{"help", no_argument, NULL, GNG_OPTIONS_HELP},
	{0},
};

static bool take_option(void *order, int option)
{
	struct options *options = order;
	double value = 0;

	switch (option) {
	case CONFIG:
		options->config = config_named(optarg);
		return options->config != NULL;
	case MAX_STATES:
		options->max_states = number(&value, optarg, UINT32_MAX / 2) ? (uint32_t)value : 0;
		return options->max_states > 1;
	case SECONDS:
		return number(&options->seconds, optarg, 1e9);
	case SAVE:
		options->save = optarg;
		return true;
	case RESUME:
		options->resume = optarg;
		return true;
	case LIST:
		return options->list = true;
	default:
		return options->json = true;
	}
}

static const struct gng_options command = {
	.verb = "rtos", .help = help, .known = known, .set = take_option};

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
		fprintf(stderr, "gonogo: rtos: %s\n", why.text);
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
		fprintf(stderr, "gonogo: rtos: %s\n", why.text);
		return EXIT_HARNESS;
	}
	return is_whole ? 0 : EXIT_INCOMPLETE;
}

int rtos_explore_main(int argc, char **argv)
{
	struct options options = {
		.config = config_named("standard"), .max_states = 4000000, .seconds = 1e9};
	int code = gng_options_read(&command, &options, argc, argv);
	struct explore *explore;
	struct gng_why why;

	if (code != -1)
		return code;
	if (optind < argc)
		return gng_options_refuse(&command, "it wants no word like", argv[optind]);
	if (options.list)
		return list();
	if (explore_open(&explore, options.config, options.max_states, &why) != GNG_OK) {
		fprintf(stderr, "gonogo: rtos: %s\n", why.text);
		return EXIT_HARNESS;
	}
	code = explore_with(&options, explore);
	explore_close(explore);
	return code;
}
