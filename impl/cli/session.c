/* SPDX-License-Identifier: Apache-2.0 */
/* session.c - opening the tree for a verb, and failing in one sentence. */
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_fail(const struct gng_why *why)
{
	gng_term_error("%s", why->text);
	return why->status == GNG_EINVAL ? GNG_CLI_USAGE : GNG_CLI_HARNESS;
}

/* read_last is lenient: an unreadable last run only costs estimates and --failed. */
static void read_last(struct cli_session *session, const char *out)
{
	size_t strangers;
	char *path;

	if (asprintf(&session->last_dir, "%s/check", out ? out : session->home->out) < 0) {
		session->last_dir = NULL;
		return;
	}
	if (asprintf(&path, "%s/records.jsonl", session->last_dir) < 0)
		return;
	if (access(path, R_OK) == 0 &&
	    gng_records_read(&session->last, &session->num_last, &strangers, session->plan, path,
			     NULL) != GNG_OK)
		session->last = NULL, session->num_last = 0;
	free(path);
}

int cli_session_open(struct cli_session *session, const char *builds, const char *out)
{
	struct gng_why why = {0};

	memset(session, 0, sizeof(*session));
	if (gng_home_open(&session->home, NULL, &why) != GNG_OK)
		return cli_fail(&why);
	if (gng_plan_open(&session->plan, session->home, builds, &why) != GNG_OK)
		return cli_fail(&why);
	read_last(session, out);
	return 0;
}

void cli_session_close(struct cli_session *session)
{
	gng_records_free(session->last, session->num_last);
	if (session->plan)
		gng_plan_close(session->plan);
	if (session->home)
		gng_home_close(session->home);
	free(session->last_dir);
	memset(session, 0, sizeof(*session));
}

const struct gng_record *cli_last_of(const struct cli_session *session, const struct gng_test *test)
{
	for (size_t i = 0; i < session->num_last; i++)
		if (session->last[i].test == test)
			return &session->last[i];
	return NULL;
}

bool cli_number(unsigned int *number, const char *option, const char *text, unsigned int lo,
		unsigned int hi)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || value < lo || value > hi) {
		gng_term_error("%s wants a whole number from %u to %u, not '%s'", option, lo, hi,
			       text);
		return false;
	}
	*number = (unsigned int)value;
	return true;
}

int cli_bad_option(const char *verb, char **argv, int answer)
{
	const char *option = argv[optind - 1];

	if (answer == ':')
		gng_term_error("%s wants a value; gonogo help %s", option, verb);
	else
		gng_term_error("unknown option '%s'; gonogo help %s lists them", option, verb);
	return GNG_CLI_USAGE;
}

int cli_print_json(json_t *value)
{
	const bool ok = value && json_dumpf(value, stdout, JSON_INDENT(1)) == 0 &&
			putchar('\n') != EOF && fflush(stdout) == 0;

	json_decref(value);
	if (ok)
		return GNG_CLI_GO;
	gng_term_error("the JSON could not be written: %s", value ? strerror(errno) : "no memory");
	return GNG_CLI_HARNESS;
}

bool cli_own_dir(char *dir, size_t cap)
{
	const ssize_t len = readlink("/proc/self/exe", dir, cap - 1);
	char *slash;

	if (len <= 0)
		return false;
	dir[len] = '\0';
	slash = strrchr(dir, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return true;
}
