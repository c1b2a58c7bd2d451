/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the arguments and the exit status of `gonogo flame`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_term.h>

#include "flame_record.h"

#define EXIT_USAGE 2
#define EXIT_INCOMPLETE 3
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99

static const char usage[] =
	"usage: gonogo flame [-o FILE] [--folded] -- COMMAND [ARGUMENT...]\n"
	"       gonogo flame [-o FILE] [--folded] --from FILE\n"
	"\n"
	"Runs the command under perf (sampled by cpu-clock, 499 Hz) and draws "
	"where its time "
	"went:\n"
	"an SVG with a box for each function, on its caller, as wide as its "
	"share.\n"
	"\n"
	"  -o FILE      where the picture goes; flame.svg otherwise, - is stdout\n"
	"  --folded     write the stacks instead, one a line: frame;frame;frame samples\n"
	"  --from FILE  draw what `perf script -F comm,ip,sym,dso` wrote, and run "
	"nothing\n"
	"\n"
	"Exit status: 0 the file was written, 2 usage, 3 perf is absent or not "
	"allowed, 4 there\n"
	"was no sample, 99 the harness itself broke.\n";

struct options {
	const char *out, *from;
	bool folded;
	char **command;
};

static bool read_arguments(struct options *options, int argc, char **argv)
{
	options->out = "flame.svg";
	for (int i = 1; i < argc; i += 2) {
		if (strcmp(argv[i], "--folded") == 0) {
			options->folded = true;
			i--;
			continue;
		}
		const char **value = strcmp(argv[i], "-o") == 0	      ? &options->out
				     : strcmp(argv[i], "--from") == 0 ? &options->from
								      : NULL;

		if (strcmp(argv[i], "--") == 0) {
			options->command = &argv[i + 1];
			break;
		}
		if (!value || i + 1 >= argc) {
			gng_term_error("'%s': unknown, or without its value; gonogo flame --help "
				       "lists the options",
				       argv[i]);
			return false;
		}
		*value = argv[i + 1];
	}
	if (!options->from == (options->command && *options->command))
		return true;
	gng_term_error("name one command behind --, or samples with --from: gonogo flame -- "
		       "gonogo bench aes");
	return false;
}

/* ---- input ---- */

static enum gng_status read_file(char **text, size_t *len, const char *path, struct gng_why *why)
{
	FILE *file = fopen(path, "re");
	size_t cap = 0;
	ssize_t got;

	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "flame.read", "%s: %s", path,
				   strerror(errno));
	got = getdelim(text, &cap, '\0', file);
	*len = got > 0 ? (size_t)got : 0;
	fclose(file);
	return GNG_OK;
}

static enum gng_status gather(char **folded, const struct options *options, struct gng_why *why)
{
	char *text = NULL;
	size_t len = 0;
	int command = 0;
	enum gng_status status;

	status = options->from ? read_file(&text, &len, options->from, why)
			       : flame_record(&text, &len, &command, options->command, why);
	if (status == GNG_OK && command != 0)
		gng_term_error("%s did not end with status 0; its samples are drawn all the same",
			       options->command[0]);
	if (status == GNG_OK)
		status = gng_flame_fold(folded, text, len, why);
	free(text);
	return status;
}

/* ---- output ---- */

static enum gng_status write_to(FILE *out, const struct options *options, const char *folded,
				struct gng_why *why)
{
	if (!options->folded)
		return gng_flame_svg(out, folded, why);
	fputs(folded, out);
	return GNG_OK;
}

/* put writes beside the file and renames: a picture that exists is replaced whole or not. */
static enum gng_status put(const struct options *options, const char *folded, struct gng_why *why)
{
	const char *path = options->out;
	char *beside = NULL;
	enum gng_status status = GNG_OK;
	FILE *out;

	if (asprintf(&beside, "%s.gonogo-%ld", path, (long)getpid()) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "flame.write", "no memory");
	out = fopen(beside, "we");
	if (out)
		status = write_to(out, options, folded, why);
	if (!out || ((fclose(out) != 0 || (status == GNG_OK && rename(beside, path) != 0)) &&
		     status == GNG_OK))
		status = gng_why_set(why, GNG_ESYS, errno, "flame.write",
				     "%s cannot be written: %s", path, strerror(errno));
	if (status != GNG_OK)
		unlink(beside);
	free(beside);
	return status;
}

/* show writes to a file and says its name, or to stdout and says nothing else. */
static enum gng_status show(const struct options *options, const char *folded, struct gng_why *why)
{
	enum gng_status status;

	if (strcmp(options->out, "-") != 0) {
		status = put(options, folded, why);
		if (status == GNG_OK)
			printf("%s\n", options->out);
		return status;
	}
	status = write_to(stdout, options, folded, why);
	if (status == GNG_OK && fflush(stdout) != 0)
		status = gng_why_set(why, GNG_ESYS, errno, "flame.write",
				     "stdout cannot be written: %s", strerror(errno));
	return status;
}

static int exit_of(enum gng_status status)
{
	return status == GNG_EUNSUPPORTED || status == GNG_EPERM ? EXIT_INCOMPLETE : EXIT_HARNESS;
}

int gng_flame_main(int argc, char **argv)
{
	struct options options = {.out = NULL};
	struct gng_why why = {0};
	enum gng_status status;
	char *folded = NULL;

	gng_term_verb("flame");
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return 0;
	}
	if (!read_arguments(&options, argc, argv))
		return EXIT_USAGE;
	status = gather(&folded, &options, &why);
	if (status == GNG_OK && !*folded) {
		gng_term_error("no sample was taken: the command must use the CPU for longer");
		free(folded);
		return EXIT_NOTHING;
	}
	if (status == GNG_OK)
		status = show(&options, folded, &why);
	free(folded);
	if (status != GNG_OK) {
		gng_term_error("%s", why.text);
		return exit_of(status);
	}
	return 0;
}
