/* SPDX-License-Identifier: Apache-2.0 */
/* signing.c - the end of a sign-off: its statements, signed, and its line in the history. */
#include "signoff_conduct.h"

#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum gng_status conduct_open_keys(struct conduct *conduct)
{
	const struct conduct_options *options = conduct->options;
	enum gng_status status = GNG_OK;
	size_t len = 0;

	while (conduct->num_keys < options->num_keys) {
		struct gng_attest_key **key = &conduct->keys[conduct->num_keys];

		status = gng_attest_key_open(key, options->key_files[conduct->num_keys], true,
					     &conduct->why);
		if (status != GNG_OK)
			return status;
		len += (size_t)snprintf(conduct->signers + len, sizeof(conduct->signers) - len,
					"%s%.8s (%s)", len ? ", " : "", gng_attest_key_id(*key),
					gng_attest_key_algorithm(*key));
		conduct->num_keys++;
	}
	return GNG_OK;
}

void conduct_close_keys(struct conduct *conduct)
{
	while (conduct->num_keys)
		gng_attest_key_close(conduct->keys[--conduct->num_keys]);
}

enum gng_status conduct_attest(struct conduct *conduct)
{
	const enum gng_status status =
		gng_attest_write(conduct->rundir.path, conduct->home,
				 (const struct gng_attest_key *const *)conduct->keys,
				 conduct->num_keys, &conduct->why);

	if (status == GNG_OK && conduct->num_keys)
		conduct->signoff.signers = conduct->signers;
	/* a sign-off whose evidence is unsound is the harness's fault, not the caller's */
	if (status == GNG_EINVAL)
		conduct->why.status = GNG_EFORMAT;
	return status;
}

/* ---- history ---- */

/* The history is a program of its own: without SQLite there is a sign-off all the same. */
void conduct_keep_history(const struct conduct *conduct)
{
	char program[PATH_MAX], *out = NULL;
	char *argv[] = {program, "--add", conduct->rundir.path, "--out", NULL, NULL};
	int status = 0;
	pid_t pid;

	if (!aside_program(program, sizeof(program), "gonogo-history"))
		return;
	out = strdup(conduct->rundir.path); /* <out>/runs/<run> */
	for (int i = 0; out && i < 2; i++) {
		char *slash = strrchr(out, '/');

		if (slash)
			*slash = '\0';
	}
	argv[4] = out;
	if (!out || posix_spawn(&pid, program, NULL, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0)
		fputs("history this sign-off is not in the history\n", conduct->out);
	free(out);
}
