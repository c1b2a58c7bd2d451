/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - what the verbs share: opening the tree, options, the last run, JSON. */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include <gng_cli.h>
#include <gng_gauge.h>
#include <gng_term.h>

#include <jansson.h>

/* cli_session is the tree, its plan and the records of the last run, if there was one. */
struct cli_session {
	struct gng_home *home;
	struct gng_plan *plan;
	struct gng_record *last;
	size_t num_last;
	char *last_dir;
};

/*
 * cli_session_open reads tree and plan (builds as in gng_plan_open), and the last run of kind
 * "check" under out (NULL: the tree's own). Returns 0, or an exit status after saying why.
 * cli_session_close is allowed after a failure too.
 */
int cli_session_open(struct cli_session *session, const char *builds, const char *out);
void cli_session_close(struct cli_session *session);

/* cli_last_of returns the last record of a test, or NULL. */
const struct gng_record *cli_last_of(const struct cli_session *session,
				     const struct gng_test *test);

/* cli_fail says why->text on stderr and returns the exit status for a library's failure. */
int cli_fail(const struct gng_why *why);

/* cli_number reads a whole number in [lo, hi]; else it says what option wants: false. */
bool cli_number(unsigned int *number, const char *option, const char *text, unsigned int lo,
		unsigned int hi);

/* cli_bad_option says which option is unknown or lacks its value: GNG_CLI_USAGE. */
int cli_bad_option(const char *verb, char **argv, int answer);

/* cli_help prints the help text of one of gonogo's own verbs: GNG_CLI_GO. */
int cli_help(const char *verb);

/* cli_summary writes what the program gonogo-<verb> is for; false if it has no man page: then it is
 * no verb, but a part of one. home may be NULL. */
bool cli_summary(char *text, size_t cap, const struct gng_home *home, const char *verb);

/* cli_print_json writes and releases value: GNG_CLI_GO, or GNG_CLI_HARNESS if it cannot. */
int cli_print_json(json_t *value);

/* cli_own_dir writes the folder of this program; false if /proc does not say. */
bool cli_own_dir(char *dir, size_t cap);

#endif /* CLI_H */
