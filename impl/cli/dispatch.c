/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.c - `gonogo VERB` runs an own verb or becomes the program gonogo-VERB, as git
 * does, so that gonogo itself links no x264 and no DPDK.
 */
#include "cli.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commit.h"

#define PREFIX "gonogo-"
#define MAX_VERBS 64

static const struct own_verb {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
} own_verbs[] = {
	{"check", "run tests and say what failed", gng_cli_check},
	{"list", "subsystems, tests and requirements, and what can run here", gng_cli_list},
	{"show", "one test or requirement: source, last result, log", gng_cli_show},
	{"doctor", "this machine: what works, what does not, and the remedy", gng_cli_doctor},
};

#define NUM_OWN (sizeof(own_verbs) / sizeof(own_verbs[0]))

static const struct own_verb *own_verb(const char *name)
{
	for (size_t i = 0; i < NUM_OWN; i++)
		if (strcmp(own_verbs[i].name, name) == 0)
			return &own_verbs[i];
	return NULL;
}

/* ---- programs beside this one ---- */

static const char *const places[] = {".", "../libexec/gonogo"};

struct programs {
	size_t num;
	char *verbs[MAX_VERBS];
};

static void add_program(struct programs *programs, const char *name)
{
	const char *verb = name + strlen(PREFIX);

	for (size_t i = 0; i < programs->num; i++)
		if (strcmp(programs->verbs[i], verb) == 0)
			return;
	if (programs->num < MAX_VERBS && (programs->verbs[programs->num] = strdup(verb)))
		programs->num++;
}

static void scan_place(struct programs *programs, const char *path)
{
	DIR *dir = opendir(path);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 &&
		    faccessat(dirfd(dir), entry->d_name, X_OK, 0) == 0)
			add_program(programs, entry->d_name);
	if (dir)
		closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void programs_open(struct programs *programs)
{
	char dir[PATH_MAX], path[PATH_MAX + 32];

	memset(programs, 0, sizeof(*programs));
	if (!cli_own_dir(dir, sizeof(dir)))
		return;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, places[i]);
		scan_place(programs, path);
	}
	qsort(programs->verbs, programs->num, sizeof(programs->verbs[0]), by_name);
}

static void programs_close(struct programs *programs)
{
	for (size_t i = 0; i < programs->num; i++)
		free(programs->verbs[i]);
}

/* become returns only if no program gonogo-<verb> could be executed. */
static int become(const char *verb, char **argv)
{
	char dir[PATH_MAX], path[2 * PATH_MAX];

	if (!cli_own_dir(dir, sizeof(dir)) || strchr(verb, '/'))
		return ENOENT;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s/" PREFIX "%s", dir, places[i], verb);
		execv(path, argv);
		if (errno != ENOENT)
			return errno;
	}
	return ENOENT;
}

/* ---- answers ---- */

static int version(void)
{
	printf("gonogo %s%s%s\n", CLI_VERSION, *CLI_COMMIT ? " commit " : "", CLI_COMMIT);
	return GNG_CLI_GO;
}

/* print_programs prints those that have a man page: modules and parts have none. */
static void print_programs(void)
{
	struct programs programs;
	struct gng_home *home = NULL;
	char summary[256];

	if (gng_home_open(&home, NULL, NULL) != GNG_OK)
		home = NULL;
	programs_open(&programs);
	for (size_t i = 0; i < programs.num; i++)
		if (cli_summary(summary, sizeof(summary), home, programs.verbs[i]))
			printf("  %-10s %s\n", programs.verbs[i], summary);
	programs_close(&programs);
	if (home)
		gng_home_close(home);
}

static int usage(void)
{
	puts("gonogo - a go/no-go gauge for the C beneath Go programs\n\n"
	     "usage: gonogo VERB [ARGUMENT...]\n"
	     "       gonogo --version | --help | help VERB\n");
	for (size_t i = 0; i < NUM_OWN; i++)
		printf("  %-10s %s\n", own_verbs[i].name, own_verbs[i].summary);
	print_programs();
	puts("\ngonogo help VERB says more.\n\nExit status: 0 GO, 1 NO-GO, 2 usage, 3 incomplete, "
	     "4 nothing selected,\n"
	     "99 the harness itself broke.");
	return GNG_CLI_GO;
}

/* why_not_built says what keeps the subsystem of that name from being built, if it is one. */
static bool why_not_built(const char *verb)
{
	struct gng_home *home;
	bool said = false;

	if (gng_home_open(&home, NULL, NULL) != GNG_OK)
		return false;
	for (size_t i = 0; i < home->builds[0].num_missing && !said; i++) {
		const struct gng_missing *missing = &home->builds[0].missing[i];

		said = strcmp(missing->what, verb) == 0;
		if (said)
			gng_term_error("'%s' is not built here: %s; %s", verb, missing->reason,
				       missing->remedy);
	}
	gng_home_close(home);
	return said;
}

static int unknown_verb(const char *verb)
{
	const char *names[NUM_OWN + MAX_VERBS], *nearest;
	struct programs programs;
	size_t num = 0;

	if (why_not_built(verb))
		return GNG_CLI_USAGE;
	programs_open(&programs);
	for (size_t i = 0; i < NUM_OWN; i++)
		names[num++] = own_verbs[i].name;
	for (size_t i = 0; i < programs.num; i++)
		names[num++] = programs.verbs[i];
	nearest = gng_cli_nearest(verb, names, num);
	if (nearest)
		gng_term_error("no verb is called '%s'; the nearest is '%s'", verb, nearest);
	else
		gng_term_error("no verb is called '%s'; gonogo --help lists them", verb);
	programs_close(&programs);
	return GNG_CLI_USAGE;
}

static int run_verb(const char *verb, int argc, char **argv)
{
	const struct own_verb *own = own_verb(verb);
	int error;

	if (own && argc > 1 && strcmp(argv[1], "--help") == 0)
		return cli_help(verb);
	if (own) {
		gng_term_verb(own->name);
		return own->run(argc, argv);
	}
	error = become(verb, argv);
	if (error == ENOENT)
		return unknown_verb(verb);
	gng_term_error(PREFIX "%s cannot be executed: %s", verb, strerror(error));
	return GNG_CLI_HARNESS;
}

static int help_of(const char *verb)
{
	char name[NAME_MAX], help[] = "--help";
	char *argv[] = {name, help, NULL};

	if (own_verb(verb))
		return cli_help(verb);
	snprintf(name, sizeof(name), "%s", verb);
	return run_verb(name, 2, argv);
}

int gng_cli_main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "--version") == 0)
		return version();
	if (strcmp(verb, "--help") == 0 || (argc == 2 && strcmp(verb, "help") == 0))
		return usage();
	if (strcmp(verb, "help") == 0)
		return help_of(argv[2]);
	if (argc < 2) {
		gng_term_error("a verb is missing; gonogo --help lists them");
		return GNG_CLI_USAGE;
	}
	if (*verb == '-') {
		gng_term_error("unknown option '%s'; gonogo --help lists verbs and options", verb);
		return GNG_CLI_USAGE;
	}
	return run_verb(verb, argc - 1, argv + 1);
}
