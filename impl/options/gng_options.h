/* SPDX-License-Identifier: Apache-2.0 */
/* gng_options.h - the options of a verb: `gonogo VERB [--NAME [VALUE]]... [WORD]...`. */
#ifndef GNG_OPTIONS_H
#define GNG_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* exit statuses, docs/CLI.md */
enum { GNG_OPTIONS_USAGE = 2, GNG_OPTIONS_HARNESS = 99 };

/* The val of --help; those of others begin behind it. */
enum { GNG_OPTIONS_HELP = 256, GNG_OPTIONS_OWN };

struct gng_options {
	const char *verb, *help;    /* "xdp"; what --help prints */
	const struct option *known; /* of getopt_long(3) */
	/* set takes one, whose value is optarg, into order; false if it cannot be taken */
	bool (*set)(void *order, int option);
	bool stops; /* at the first other word: what follows may be another command's */
};

/*
 * gng_options_read hands the options on and returns -1, and argv[optind] is the first of the other
 * words; or the exit status: 0 after --help, GNG_OPTIONS_HARNESS if that cannot be written, or that
 * of gng_options_refuse.
 */
int gng_options_read(const struct gng_options *options, void *order, int argc, char **argv);

/* gng_options_refuse writes one sentence, "gonogo: xdp: what 'word'; gonogo xdp --help", and
 * returns GNG_OPTIONS_USAGE. */
int gng_options_refuse(const struct gng_options *options, const char *what, const char *word);

/* gng_options_refuse_value writes "gonogo: xdp: --seed does not take 'x'; gonogo xdp --help", of
 * the option whose val this is and of optarg, and returns GNG_OPTIONS_USAGE. */
int gng_options_refuse_value(const char *verb, const struct option *known, int option);

/* gng_options_number reads a decimal number from least to most; false for any other text. */
bool gng_options_number(uint64_t *number, const char *text, uint64_t least, uint64_t most);

#ifdef __cplusplus
}
#endif

#endif /* GNG_OPTIONS_H */
