/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `gonogo hwmap`: this machine for a laboratory, as text, JSON, CTest or tags. */
#include "gng_hwmap.h"

#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_HARNESS = 99 };

static const char help[] =
	"usage: gonogo hwmap [--json | --ctest | --tags] [--root DIR]\n"
	"\n"
	"Shows this machine as a laboratory's resource, with what profiles may need\n"
	"of it and what to do where it lacks that. It changes nothing.\n"
	"\n"
	"  --json      all of it as one JSON object\n"
	"  --ctest     a resource specification: ctest --resource-spec-file\n"
	"  --tags      device tags, one a line (LAVA, labgrid)\n"
	"  --root DIR  read /proc and /sys of DIR, a copy of another machine's\n"
	"\n"
	"Exit status: 0 shown, 2 usage, 99 it could not be read or written.";

struct options {
	const char *form, *root; /* form NULL: text */
	bool help;
};

/* take_option returns how many words it took, or 0 with a message. */
static int take_option(struct options *options, char **words, int num)
{
	static const char *const forms[] = {"--json", "--ctest", "--tags"};

	if (strcmp(words[0], "--root") == 0 && num > 1) {
		options->root = words[1];
		return 2;
	}
	options->help |= strcmp(words[0], "--help") == 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcmp(words[0], forms[i]) != 0)
			continue;
		if (options->form) {
			gng_term_error("%s and %s exclude each other: choose one", options->form,
				       forms[i]);
			return 0;
		}
		options->form = forms[i];
		return 1;
	}
	if (!options->help)
		gng_term_error("unknown option '%s', or its value is missing; gonogo hwmap "
			       "--help",
			       words[0]);
	return options->help;
}

static void text(const struct gng_hwmap *map)
{
	struct gng_term term;
	char evidence[160];

	gng_term_init(&term, stdout);
	printf("%s, %zu CPUs, Linux %s\n\n", *map->cpu_model ? map->cpu_model : "unknown CPU",
	       map->num_cpus, map->kernel);
	for (int need = 0; need < GNG_HWMAP_NUM_NEEDS; need++) {
		const bool has = gng_hwmap_has(map, (enum gng_hwmap_need)need, evidence);

		fputs("  ", stdout);
		gng_term_say(&term, has ? GNG_TERM_GOOD : GNG_TERM_DOUBT, "%s",
			     has ? "has  " : "lacks");
		printf("  %-16s %s\n", gng_hwmap_need_name((enum gng_hwmap_need)need), evidence);
		if (!has)
			printf("         remedy: %s\n",
			       gng_hwmap_remedy((enum gng_hwmap_need)need));
	}
}

static bool show(const struct gng_hwmap *map, const char *form)
{
	char *json;

	if (!form) {
		text(map);
	} else if (strcmp(form, "--tags") == 0) {
		gng_hwmap_tags(stdout, map);
	} else {
		json = strcmp(form, "--ctest") == 0 ? gng_hwmap_ctest(map) : gng_hwmap_json(map);
		if (json)
			puts(json);
		free(json);
		if (!json)
			return false;
	}
	return fflush(stdout) == 0 && !ferror(stdout);
}

static int run(const struct options *options)
{
	struct gng_hwmap *map = malloc(sizeof(*map));
	struct gng_why why = {0};
	bool shown;

	if (!map || gng_hwmap_read(map, options->root, &why) != GNG_OK) {
		gng_term_error("%s", map ? why.text : "no memory");
		free(map);
		return EXIT_HARNESS;
	}
	shown = show(map, options->form);
	gng_hwmap_fini(map);
	free(map);
	if (shown)
		return EXIT_OK;
	gng_term_error("the output cannot be written: free space, or mend the pipe");
	return EXIT_HARNESS;
}

int gng_hwmap_main(int argc, char **argv)
{
	struct options options = {.root = ""};
	int taken;

	gng_term_verb("hwmap");
	for (int i = 1; i < argc; i += taken) {
		taken = take_option(&options, argv + i, argc - i);
		if (taken == 0)
			return EXIT_USAGE;
	}
	if (options.help)
		return puts(help) == EOF ? EXIT_HARNESS : EXIT_OK;
	return run(&options);
}
