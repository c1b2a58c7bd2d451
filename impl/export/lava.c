/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lava.c - the signals that LAVA's lava-test-case prints, so that a job needs no shell loop. The
 * dispatcher matches "<LAVA_SIGNAL_(\S+) ([^>]+)>" and cuts the rest at blanks.
 */
#include "gng_export.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* word writes text with what would end a word, a signal or a line made harmless. */
static void word(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(*text == '>' || *text == '<' || !isgraph((unsigned char)*text) ? '_' : *text,
		      out);
}

static void begin(FILE *out, const struct gng_test *test, const char *figure)
{
	fputs("<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=", out);
	word(out, test->id);
	if (*test->variant) {
		fputc('.', out);
		word(out, test->variant);
	}
	if (*test->build) {
		fputc('.', out);
		word(out, test->build);
	}
	if (figure) {
		fputc('.', out);
		word(out, figure);
	}
}

/* result_of: LAVA knows pass, fail, skip and unknown. What is missing was promised: fail. */
static const char *result_of(enum gng_verdict verdict)
{
	switch (verdict) {
	case GNG_PASS:
		return "pass";
	case GNG_SKIP:
		return "skip";
	case GNG_INCONCLUSIVE:
		return "unknown";
	default:
		return "fail";
	}
}

static void put_figure(FILE *out, const struct gng_record *record, const struct gng_figure *figure)
{
	const enum gng_verdict verdict = figure->judged ? figure->verdict : record->verdict;

	if (!isfinite(figure->measure.value))
		return;
	begin(out, record->test, figure->measure.name);
	fprintf(out, " RESULT=%s", result_of(verdict));
	if (*figure->measure.unit) {
		fputs(" UNITS=", out);
		word(out, figure->measure.unit);
	}
	fprintf(out, " MEASUREMENT=%.12g>\n", figure->measure.value);
}

void gng_export_lava(FILE *out, const struct gng_export_run *run)
{
	for (size_t i = 0; i < run->num_records; i++) {
		const struct gng_record *record = &run->records[i];

		begin(out, record->test, NULL);
		fprintf(out, " RESULT=%s>\n", result_of(record->verdict));
		for (size_t f = 0; f < record->num_figures; f++)
			put_figure(out, record, &record->figures[f]);
	}
	fprintf(out, "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=gonogo.verdict RESULT=%s>\n",
		run->overall == GNG_GO	    ? "pass"
		: run->overall == GNG_NO_GO ? "fail"
					    : "unknown");
}
