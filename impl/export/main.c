/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - `gonogo export`: a finished sign-off for KCIDB, LAVA or Prometheus, on stdout. */
#include "gng_export.h"

#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_INCOMPLETE = 3, EXIT_HARNESS = 99 };

static const char help[] =
	"usage: gonogo export --format kcidb|lava|openmetrics [--origin NAME] [DIR]\n"
	"\n"
	"Writes a finished sign-off to standard output as other laboratories read it.\n"
	"DIR is its folder (default: out/signoff of the tree).\n"
	"\n"
	"  --format F     kcidb: JSON of kcidb-io, schema 5.3; lava: signals of LAVA's\n"
	"                 test shell; openmetrics: text for Prometheus\n"
	"  --origin NAME  who reports to KCIDB, [a-z0-9_]+ (default: gonogo)\n"
	"\n"
	"Exit status: 0 written, whatever the verdict; 2 usage, 3 no sign-off was\n"
	"finished there, 99 a file is corrupt or cannot be written.";

struct options {
	const char *format, *origin, *dir;
	bool help;
};

static int refuse(const char *format, const char *word)
{
	gng_term_error(format, word);
	return 0;
}

static bool is_format(const char *text)
{
	return strcmp(text, "kcidb") == 0 || strcmp(text, "lava") == 0 ||
	       strcmp(text, "openmetrics") == 0;
}

/* take returns how many words it took, or 0 with a message. */
static int take(struct options *options, char **words, int num)
{
	if (strcmp(words[0], "--help") == 0)
		return options->help = true;
	if (*words[0] != '-') {
		if (options->dir)
			return refuse("one folder at a time, not '%s' too", words[0]);
		options->dir = words[0];
		return 1;
	}
	if (num < 2 || (strcmp(words[0], "--format") != 0 && strcmp(words[0], "--origin") != 0))
		return refuse("unknown option '%s', or its value is missing; gonogo export "
			      "--help",
			      words[0]);
	if (words[0][2] == 'f') {
		options->format = words[1];
		return is_format(words[1])
			       ? 2
			       : refuse("no format is called '%s': there are kcidb, lava "
					"and openmetrics",
					words[1]);
	}
	options->origin = words[1];
	return gng_export_is_origin(words[1])
		       ? 2
		       : refuse("an origin has only a-z, 0-9 and '_', not '%s'", words[1]);
}

static bool write_run(const struct options *options, const struct gng_export *export)
{
	struct gng_export_run run = *gng_export_view(export);
	char *json;

	if (options->origin)
		run.origin = options->origin;
	if (strcmp(options->format, "kcidb") == 0) {
		json = gng_export_kcidb(&run);
		if (!json)
			return false;
		puts(json);
		free(json);
	} else if (strcmp(options->format, "lava") == 0) {
		gng_export_lava(stdout, &run);
	} else {
		gng_export_openmetrics(stdout, &run);
	}
	return fflush(stdout) == 0 && !ferror(stdout);
}

static int fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_ESYS ? EXIT_INCOMPLETE : EXIT_HARNESS;
}

static int run_in(const struct options *options, const struct gng_home *home)
{
	struct gng_export *export = NULL;
	struct gng_why why = {0};
	char *dir = NULL;
	bool written;

	if (asprintf(&dir, "%s/signoff", home->out) < 0)
		return EXIT_HARNESS;
	if (gng_export_open(&export, home, options->dir ? options->dir : dir, &why) != GNG_OK) {
		free(dir);
		return fail(&why);
	}
	free(dir);
	written = write_run(options, export);
	gng_export_close(export);
	if (written)
		return EXIT_OK;
	gng_term_error("the output cannot be written: free space, or mend the pipe");
	return EXIT_HARNESS;
}

int gng_export_main(int argc, char **argv)
{
	struct options options = {0};
	struct gng_home *home = NULL;
	struct gng_why why = {0};
	int taken, answer;

	gng_term_verb("export");
	for (int i = 1; i < argc; i += taken) {
		taken = take(&options, argv + i, argc - i);
		if (taken == 0)
			return EXIT_USAGE;
	}
	if (options.help)
		return puts(help) == EOF ? EXIT_HARNESS : EXIT_OK;
	if (!options.format) {
		gng_term_error("say --format kcidb, lava or openmetrics");
		return EXIT_USAGE;
	}
	if (gng_home_open(&home, NULL, &why) != GNG_OK) {
		gng_term_error("%s", why.text);
		return EXIT_HARNESS;
	}
	answer = run_in(&options, home);
	gng_home_close(home);
	return answer;
}
