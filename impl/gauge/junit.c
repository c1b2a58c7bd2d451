/* SPDX-License-Identifier: Apache-2.0 */
/*
 * junit.c - records as JUnit XML. A projection only: SKIP and INCONCLUSIVE become <skipped>,
 * MISSING and ERROR become <error>, so that no reader can take a gap for a pass.
 */
#include "gng_gauge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* put writes text as XML character data; bytes that XML 1.0 forbids become '?'. */
static void put(FILE *file, const char *text)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '&')
			fputs("&amp;", file);
		else if (c == '<')
			fputs("&lt;", file);
		else if (c == '>')
			fputs("&gt;", file);
		else if (c == '"')
			fputs("&quot;", file);
		else if (c == '\n' || c == '\t')
			fprintf(file, "&#%d;", c);
		else
			fputc(c < 0x20 || c == 0x7f ? '?' : c, file);
	}
}

static void attribute(FILE *file, const char *name, const char *text)
{
	fprintf(file, " %s=\"", name);
	put(file, text);
	fputc('"', file);
}

static const char *element_of(enum gng_verdict verdict)
{
	switch (verdict) {
	case GNG_FAIL:
		return "failure";
	case GNG_ERROR:
	case GNG_MISSING:
		return "error";
	default:
		return "skipped";
	}
}

static void outcome(FILE *file, const struct gng_record *record)
{
	const char *element = element_of(record->verdict);

	fprintf(file, "<%s", element);
	attribute(file, "type", gng_verdict_name(record->verdict));
	attribute(file, "message", record->reason ? record->reason : "");
	fputs(">", file);
	if (record->remedy)
		put(file, record->remedy);
	else if (record->repro)
		put(file, record->repro);
	fprintf(file, "</%s>", element);
}

static void properties(FILE *file, const struct gng_record *record)
{
	fputs("<properties><property", file);
	attribute(file, "name", "verdict");
	attribute(file, "value", gng_verdict_name(record->verdict));
	fprintf(file, "/><property name=\"assertions\" value=\"%ju\"/>",
		(uintmax_t)record->assertions);
	for (size_t i = 0; i < record->num_figures; i++) {
		const struct gng_measure *measure = &record->figures[i].measure;

		fputs("<property", file);
		attribute(file, "name", measure->name);
		fprintf(file, " value=\"%.12g ", measure->value);
		put(file, measure->unit);
		fputs("\"/>", file);
	}
	fputs("</properties>", file);
}

static void testcase(FILE *file, const struct gng_record *record)
{
	const struct gng_test *test = record->test;

	/* names of the plan: nothing in them is markup */
	fprintf(file, "  <testcase classname=\"%s.%s.%s\" name=\"%s%s%s%s [%s]\"", test->suite,
		test->subsystem, test->stem, test->function, *test->variant ? " (" : "",
		test->variant, *test->variant ? ")" : "", test->build);
	attribute(file, "file", test->file);
	fprintf(file, " line=\"%d\" time=\"%.3f\">", test->line, record->seconds);
	properties(file, record);
	if (record->verdict != GNG_PASS)
		outcome(file, record);
	fputs("</testcase>\n", file);
}

static size_t count(const struct gng_record *records, size_t num_records, const char *element)
{
	size_t n = 0;

	for (size_t i = 0; i < num_records; i++)
		n += records[i].verdict != GNG_PASS &&
		     strcmp(element_of(records[i].verdict), element) == 0;
	return n;
}

enum gng_status gng_junit_write(const char *path, const struct gng_record *records,
				size_t num_records, struct gng_why *why)
{
	FILE *file = fopen(path, "we");
	bool failed;

	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.junit", "%s: %s", path,
				   strerror(errno));
	fprintf(file,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"<testsuite name=\"gonogo\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
		"skipped=\"%zu\">\n",
		num_records, count(records, num_records, "failure"),
		count(records, num_records, "error"), count(records, num_records, "skipped"));
	for (size_t i = 0; i < num_records; i++)
		testcase(file, &records[i]);
	fputs("</testsuite>\n</testsuites>\n", file);
	failed = ferror(file) != 0;
	if ((fclose(file) != 0) | failed)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.junit", "%s cannot be written: %s",
				   path, strerror(errno));
	return GNG_OK;
}
