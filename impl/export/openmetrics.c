/* SPDX-License-Identifier: Apache-2.0 */
/* openmetrics.c - the records as OpenMetrics 1.0 text: verdicts, times and figures. */
#include "gng_export.h"

#include <math.h>
#include <string.h>

/* value writes a label's value: the specification escapes backslash, quote and line feed. A
 * byte that may be no UTF-8 becomes '?'. */
static void value(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fprintf(out, "\\%c", *text);
		else if (*text == '\n')
			fputs("\\n", out);
		else
			fputc((unsigned char)*text >= 0x80 || *text == '\r' ? '?' : *text, out);
	}
}

static void label(FILE *out, const char *name, const char *text, bool first)
{
	fprintf(out, "%s%s=\"", first ? "" : ",", name);
	value(out, text);
	fputc('"', out);
}

/* sample writes name{labels of the test, one more}, without its value. */
static void sample(FILE *out, const char *name, const struct gng_test *test, const char *more,
		   const char *text)
{
	fprintf(out, "%s{", name);
	label(out, "id", test->id, true);
	label(out, "variant", test->variant, false);
	label(out, "build", test->build, false);
	if (more)
		label(out, more, text, false);
}

static void family(FILE *out, const char *name, const char *unit, const char *help)
{
	fprintf(out, "# TYPE %s gauge\n", name);
	if (unit)
		fprintf(out, "# UNIT %s %s\n", name, unit);
	fprintf(out, "# HELP %s %s\n", name, help);
}

static void counts(FILE *out, const struct gng_export_run *run)
{
	size_t count[GNG_NUM_VERDICTS] = {0};

	family(out, "gonogo_records", NULL, "Records of the sign-off by verdict.");
	for (size_t i = 0; i < run->num_records; i++)
		count[run->records[i].verdict]++;
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		fprintf(out, "gonogo_records{verdict=\"%s\"} %zu\n",
			gng_verdict_name((enum gng_verdict)v), count[v]);
}

static void whole(FILE *out, const struct gng_export_run *run)
{
	family(out, "gonogo_go", NULL, "1 if the sign-off is GO, else 0.");
	fputs("gonogo_go{", out);
	label(out, "run", run->id, true);
	label(out, "commit", run->commit, false);
	label(out, "verdict", gng_overall_name(run->overall), false);
	fprintf(out, "} %d\n", run->overall == GNG_GO);
}

static void verdicts(FILE *out, const struct gng_export_run *run)
{
	family(out, "gonogo_test_passed", NULL, "1 for PASS, 0 for every other verdict.");
	for (size_t i = 0; i < run->num_records; i++) {
		const struct gng_record *record = &run->records[i];

		sample(out, "gonogo_test_passed", record->test, "verdict",
		       gng_verdict_name(record->verdict));
		fprintf(out, "} %d\n", record->verdict == GNG_PASS);
	}
}

static void times(FILE *out, const struct gng_export_run *run)
{
	family(out, "gonogo_test_duration_seconds", "seconds", "How long the test ran.");
	for (size_t i = 0; i < run->num_records; i++) {
		if (!isfinite(run->records[i].seconds))
			continue;
		sample(out, "gonogo_test_duration_seconds", run->records[i].test, NULL, NULL);
		fprintf(out, "} %.6f\n", run->records[i].seconds);
	}
}

static void figures(FILE *out, const struct gng_export_run *run)
{
	family(out, "gonogo_figure", NULL, "A measured figure, in the unit of its label.");
	for (size_t i = 0; i < run->num_records; i++) {
		const struct gng_record *record = &run->records[i];

		for (size_t f = 0; f < record->num_figures; f++) {
			const struct gng_measure *measure = &record->figures[f].measure;

			if (!isfinite(measure->value))
				continue;
			sample(out, "gonogo_figure", record->test, "figure", measure->name);
			label(out, "unit", measure->unit, false);
			fprintf(out, "} %.12g\n", measure->value);
		}
	}
}

void gng_export_openmetrics(FILE *out, const struct gng_export_run *run)
{
	whole(out, run);
	counts(out, run);
	verdicts(out, run);
	times(out, run);
	figures(out, run);
	fputs("# EOF\n", out);
}
