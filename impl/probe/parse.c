/* SPDX-License-Identifier: Apache-2.0 */
/* parse.c - the runner's side: the lines that a test wrote become a report, or an error. */
#include "gng_probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS (9 + GNG_PROBE_NUM_BLOCKS) /* of the longest word, measure */
#define MAX_MEASURES 4096 /* a test that reports more is broken, and must not eat memory */
#define MAX_NOTES 256

struct parser {
	struct gng_probe_report *report;
	size_t line;
	char *fields[MAX_FIELDS]; /* of the current line; fields[0] is its word */
	size_t num_fields;
	struct gng_why *why;
};

static enum gng_status bad(const struct parser *parser, const char *what)
{
	return gng_why_set(parser->why, GNG_EFORMAT, 0, "probe.parse",
			   "line %zu of the test's report: %s", parser->line, what);
}

static bool to_count(const char *text, uint64_t *count)
{
	char *end;

	errno = 0;
	*count = strtoull(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *text != '-';
}

static bool to_figure(const char *text, double *figure)
{
	char *end;

	*figure = strtod(text, &end);
	return end != text && *end == '\0';
}

static bool to_name(char *name, size_t cap, const char *text)
{
	const size_t len = strlen(text);

	if (len == 0 || len >= cap)
		return false;
	memcpy(name, text, len + 1);
	return true;
}

static enum gng_status keep(const struct parser *parser, char **kept, size_t field)
{
	if (*kept)
		return bad(parser, "the word stands twice");
	*kept = strdup(parser->fields[field]);
	return *kept ? GNG_OK : gng_why_set(parser->why, GNG_ENOMEM, 0, "probe.parse", "no memory");
}

static enum gng_status parse_measure(struct parser *parser)
{
	struct gng_probe_report *report = parser->report;
	struct gng_measure *measure, *grown;
	char *const *f = parser->fields;

	if (report->num_measures == MAX_MEASURES)
		return bad(parser, "more than 4096 measures");
	grown = realloc(report->measures, (report->num_measures + 1) * sizeof(*grown));
	if (!grown)
		return gng_why_set(parser->why, GNG_ENOMEM, 0, "probe.parse", "no memory");
	report->measures = grown;
	measure = &grown[report->num_measures];
	memset(measure, 0, sizeof(*measure));
	if (!to_name(measure->name, sizeof(measure->name), f[1]) ||
	    !to_figure(f[2], &measure->value) ||
	    !to_name(measure->unit, sizeof(measure->unit), f[3]) || !to_count(f[4], &measure->n) ||
	    !to_figure(f[5], &measure->lo) || !to_figure(f[6], &measure->hi) ||
	    !to_figure(f[7], &measure->quantile))
		return bad(parser, "a measure's name or figure cannot be read");
	for (size_t i = 9; i < parser->num_fields; i++)
		if (!to_figure(f[i], &measure->blocks[measure->num_blocks++]))
			return bad(parser, "a block of a measure is no number");
	report->num_measures++;
	if (*f[8]) {
		measure->hist = strdup(f[8]);
		if (!measure->hist)
			return gng_why_set(parser->why, GNG_ENOMEM, 0, "probe.parse", "no memory");
	}
	return GNG_OK;
}

static enum gng_status parse_note(struct parser *parser)
{
	struct gng_probe_report *report = parser->report;
	struct gng_probe_note *grown;

	if (report->num_notes == MAX_NOTES)
		return bad(parser, "more than 256 notes");
	grown = realloc(report->notes, (report->num_notes + 1) * sizeof(*grown));
	if (!grown)
		return gng_why_set(parser->why, GNG_ENOMEM, 0, "probe.parse", "no memory");
	report->notes = grown;
	grown[report->num_notes].key = strdup(parser->fields[1]);
	grown[report->num_notes].value = strdup(parser->fields[2]);
	report->num_notes++;
	return GNG_OK;
}

static enum gng_status parse_reason(struct parser *parser, char **reason)
{
	enum gng_status status = keep(parser, reason, 1);

	if (status == GNG_OK && *parser->fields[2])
		status = keep(parser, &parser->report->remedy, 2);
	return status;
}

static enum gng_status parse_skip(struct parser *parser)
{
	return parse_reason(parser, &parser->report->skip);
}

static enum gng_status parse_inconclusive(struct parser *parser)
{
	return parse_reason(parser, &parser->report->inconclusive);
}

static enum gng_status parse_failed(struct parser *parser)
{
	return keep(parser, &parser->report->failed, 1);
}

static enum gng_status parse_corrupt(struct parser *parser)
{
	return keep(parser, &parser->report->corrupt, 1);
}

static enum gng_status parse_assertions(struct parser *parser)
{
	if (!to_count(parser->fields[1], &parser->report->assertions))
		return bad(parser, "the number of assertions is no number");
	return GNG_OK;
}

static enum gng_status parse_cases(struct parser *parser)
{
	if (!to_count(parser->fields[1], &parser->report->cases) ||
	    !to_count(parser->fields[2], &parser->report->cases_declared))
		return bad(parser, "a number of cases is no number");
	return GNG_OK;
}

static enum gng_status parse_end(struct parser *parser)
{
	if (strcmp(parser->fields[1], "ok") == 0)
		parser->report->end = GNG_PROBE_END_OK;
	else if (strcmp(parser->fields[1], "failed") == 0)
		parser->report->end = GNG_PROBE_END_FAILED;
	else
		return bad(parser, "end is neither ok nor failed");
	return GNG_OK;
}

static const struct word {
	const char *word;
	size_t min_fields, max_fields;
	enum gng_status (*parse)(struct parser *parser);
} words[] = {
	{"measure", 9, MAX_FIELDS, parse_measure},
	{"note", 3, 3, parse_note},
	{"skip", 3, 3, parse_skip},
	{"inconclusive", 3, 3, parse_inconclusive},
	{"failed", 2, 2, parse_failed},
	{"corrupt", 2, 2, parse_corrupt},
	{"assertions", 2, 2, parse_assertions},
	{"cases", 3, 3, parse_cases},
	{"end", 2, 2, parse_end},
};

static bool split(struct parser *parser, char *text)
{
	parser->num_fields = 0;
	for (char *field; (field = strsep(&text, "\t"));) {
		if (parser->num_fields == MAX_FIELDS)
			return false;
		parser->fields[parser->num_fields++] = field;
	}
	return true;
}

static enum gng_status parse_line(struct parser *parser, char *text)
{
	parser->line++;
	if (parser->report->end != GNG_PROBE_NO_END)
		return bad(parser, "the report goes on after its end");
	if (!split(parser, text))
		return bad(parser, "too many fields");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, parser->fields[0]) != 0)
			continue;
		if (parser->num_fields < words[i].min_fields ||
		    parser->num_fields > words[i].max_fields)
			return bad(parser, "wrong number of fields");
		return words[i].parse(parser);
	}
	return bad(parser, "unknown word");
}

enum gng_status gng_probe_parse(struct gng_probe_report *report, const char *text, size_t len,
				struct gng_why *why)
{
	struct parser parser = {.report = report, .why = why};
	enum gng_status status = GNG_OK;
	char *copy, *rest, *line;

	memset(report, 0, sizeof(*report));
	if (memchr(text, '\0', len))
		return bad(&parser, "it holds a NUL byte");
	copy = malloc(len + 1);
	if (!copy)
		return gng_why_set(why, GNG_ENOMEM, 0, "probe.parse", "no memory");
	memcpy(copy, text, len);
	copy[len] = '\0';
	rest = copy;
	while (status == GNG_OK && (line = strsep(&rest, "\n"))) {
		if (rest)
			status = parse_line(&parser, line);
		else if (*line)
			status = bad(&parser, "the last line is cut");
	}
	free(copy);
	return status;
}

void gng_probe_report_fini(struct gng_probe_report *report)
{
	for (size_t i = 0; i < report->num_measures; i++)
		free((char *)report->measures[i].hist);
	for (size_t i = 0; i < report->num_notes; i++) {
		free(report->notes[i].key);
		free(report->notes[i].value);
	}
	free(report->measures);
	free(report->notes);
	free(report->skip);
	free(report->inconclusive);
	free(report->failed);
	free(report->corrupt);
	free(report->remedy);
	memset(report, 0, sizeof(*report));
}
