/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - the test program's side: facts become lines on descriptor 3. */
#include "gng_probe.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a process has told so far. One process runs one test, so this is its only state. */
static struct {
	uint64_t assertions, cases, cases_declared;
	unsigned int num_peers;
	bool skipped, failed, corrupt;
} told;

static int report_fd(void)
{
	/* the runner says so: an inherited descriptor 3 of a shell must not be written to */
	return getenv("GNG_RUNNER") ? GNG_PROBE_FD : STDERR_FILENO;
}

static void line(const char *format, ...) GNG_PRINTF(1, 2);
static void line(const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		abort(); /* no memory to report with: the runner sees a missing end */
	for (ssize_t done = 0, n; done < len; done += n) {
		n = write(report_fd(), text + done, (size_t)(len - done));
		if (n < 0)
			break; /* runner gone: it has its own record of that */
	}
	free(text);
}

/* field returns text with the two bytes that structure a line made harmless. */
static char *field(const char *text)
{
	char *copy = strdup(text ? text : "");

	if (!copy)
		abort();
	for (char *c = copy; *c; c++)
		if (*c == '\t' || *c == '\n')
			*c = ' ';
	return copy;
}

static void two_fields(const char *word, const char *a, const char *b)
{
	char *first = field(a), *second = field(b);

	line("%s\t%s\t%s\n", word, first, second);
	free(first);
	free(second);
}

void gng_probe_assertion(void)
{
	told.assertions++;
}

void gng_probe_cases(uint64_t executed, uint64_t declared)
{
	told.cases += executed;
	told.cases_declared += declared;
}

void gng_probe_measure(const struct gng_measure *measure)
{
	char *name = field(measure->name), *unit = field(measure->unit);
	char *hist = field(measure->hist);

	line("measure\t%s\t%.17g\t%s\t%" PRIu64 "\t%.17g\t%.17g\t%.17g\t%s", name, measure->value,
	     unit, measure->n, measure->lo, measure->hi, measure->quantile, hist);
	for (size_t i = 0; i < measure->num_blocks; i++)
		line("\t%.17g", measure->blocks[i]);
	line("\n");
	free(name);
	free(unit);
	free(hist);
}

void gng_probe_note(const char *key, const char *value)
{
	two_fields("note", key, value);
}

/* peer_note numbers its key from the second row on: a record has each key once. */
static void peer_note(const char *key, const char *value)
{
	char numbered[32];

	if (told.num_peers > 1)
		snprintf(numbered, sizeof(numbered), "%s %u", key, told.num_peers);
	else
		snprintf(numbered, sizeof(numbered), "%s", key);
	gng_probe_note(numbered, value);
}

void gng_probe_peer(const char *peer, const char *expected, const char *got)
{
	told.num_peers++;
	peer_note("peer", peer);
	peer_note("expected", expected);
	peer_note("got", got);
}

void gng_probe_skip(const char *reason, const char *remedy)
{
	told.skipped = true;
	two_fields("skip", reason, remedy);
}

void gng_probe_inconclusive(const char *reason, const char *remedy)
{
	two_fields("inconclusive", reason, remedy);
}

/* tell_once: what was found first is the cause of what follows. */
static void tell_once(bool *done, const char *word, const char *reason)
{
	char *text = field(reason);

	if (!*done)
		line("%s\t%s\n", word, text);
	*done = true;
	free(text);
}

void gng_probe_failed(const char *reason)
{
	tell_once(&told.failed, "failed", reason);
}

void gng_probe_corrupt(const char *reason)
{
	tell_once(&told.corrupt, "corrupt", reason);
}

int gng_probe_end(bool ok)
{
	line("assertions\t%" PRIu64 "\n", told.assertions);
	line("cases\t%" PRIu64 "\t%" PRIu64 "\n", told.cases, told.cases_declared);
	line("end\t%s\n", ok ? "ok" : "failed");
	if (!ok)
		return 1;
	return told.skipped ? GNG_PROBE_EXIT_SKIP : 0;
}
