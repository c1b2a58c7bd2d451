/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - reads the options of a verb, and refuses what is none by its name. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "gng_options.h"

int gng_options_refuse(const struct gng_options *options, const char *what, const char *word)
{
	fprintf(stderr, "gonogo: %s: %s '%s'; gonogo %s --help\n", options->verb, what, word,
		options->verb);
	return GNG_OPTIONS_USAGE;
}

int gng_options_refuse_value(const char *verb, const struct option *known, int option)
{
	while (known->name && known->val != option)
		known++;
	fprintf(stderr, "gonogo: %s: --%s does not take '%s'; gonogo %s --help\n", verb,
		known->name ? known->name : "?", optarg, verb);
	return GNG_OPTIONS_USAGE;
}

/* take returns -1 to go on. */
static int take(const struct gng_options *options, void *order, int option, char **argv)
{
	switch (option) {
	case GNG_OPTIONS_HELP:
		return puts(options->help) == EOF ? GNG_OPTIONS_HARNESS : 0;
	case '?':
		return gng_options_refuse(options, "unknown option", argv[optind - 1]);
	case ':':
		return gng_options_refuse(options, "a value is missing behind", argv[optind - 1]);
	default:
		return options->set(order, option)
			       ? -1
			       : gng_options_refuse_value(options->verb, options->known, option);
	}
}

int gng_options_read(const struct gng_options *options, void *order, int argc, char **argv)
{
	const char *none = options->stops ? "+:" : ":"; /* of one letter */
	int option, status = -1;

	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while (status == -1 && (option = getopt_long(argc, argv, none, options->known, NULL)) != -1)
		status = take(options, order, option, argv);
	return status;
}

bool gng_options_number(uint64_t *number, const char *text, uint64_t least, uint64_t most)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *number >= least && *number <= most;
}
