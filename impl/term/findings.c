/* SPDX-License-Identifier: Apache-2.0 */
/* findings.c - what a run found, worst last: ledger, reasons not run, failures, verdict. */
#include "gng_term.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- ledger ---- */

static void ledger_row(struct gng_term_table *table, const char *name, size_t planned,
		       const size_t *count)
{
	char text[GNG_TERM_FIGURE_CAP];

	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", name);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", gng_term_count(text, planned));
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		gng_term_table_cell(table,
				    count[v] ? gng_term_verdict_tone((enum gng_verdict)v)
					     : GNG_TERM_PLAIN,
				    "%s", gng_term_count(text, count[v]));
}

static void ledger_suite(struct gng_term_table *table, const char *suite,
			 const struct gng_record *records, size_t num_records)
{
	size_t planned = 0, count[GNG_NUM_VERDICTS] = {0};

	for (size_t i = 0; i < num_records; i++) {
		if (strcmp(records[i].test->suite, suite) != 0)
			continue;
		planned++;
		count[records[i].verdict]++;
	}
	if (planned)
		ledger_row(table, suite, planned, count);
}

void gng_term_ledger(const struct gng_term *term, const struct gng_tally *tally,
		     const struct gng_record *records, size_t num_records)
{
	static const char *const suites[] = {"conformance", "fuzz", "hwtests"};
	struct gng_term_table table;

	gng_term_table_init(&table, 2 + GNG_NUM_VERDICTS);
	table.min_width[0] = 13;
	for (size_t i = 2; i < table.num_columns; i++)
		table.min_width[i] = 5;
	gng_term_table_cell(&table, GNG_TERM_PLAIN, "suite");
	gng_term_table_cell(&table, GNG_TERM_PLAIN, "planned");
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		gng_term_table_cell(&table, GNG_TERM_PLAIN, "%s",
				    gng_verdict_name((enum gng_verdict)v));
	gng_term_table_rule(&table);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		ledger_suite(&table, suites[i], records, num_records);
	gng_term_table_rule(&table);
	ledger_row(&table, "all", tally->planned, tally->count);
	if (tally->required)
		ledger_row(&table, "required", tally->required, tally->count_required);
	gng_term_table_print(term, &table);
	gng_term_table_fini(&table);
}

/* ---- reasons ---- */

struct reason {
	const char *text, *remedy;
	size_t num;
	bool slow, decides;
};

#define RUNS_SLOW "gonogo check --slow"

static const char *text_or(const char *text, const char *instead)
{
	return text && *text ? text : instead;
}

/* is_slow: a test that was left out for that has a command of its own, and all have one. */
static bool is_slow(const struct gng_record *record)
{
	return record->verdict == GNG_SKIP && (record->test->flags & GNG_TEST_SLOW) &&
	       !record->test->cannot;
}

static void add_reason(struct reason *reasons, size_t *num_reasons, const struct gng_record *record)
{
	const char *text = text_or(record->reason, "no reason was given");
	const char *remedy = text_or(record->remedy, "");
	const bool slow = is_slow(record),
		   decides = gng_test_decides(record->test, record->verdict);

	for (size_t i = 0; i < *num_reasons; i++) {
		const bool same = strcmp(reasons[i].remedy, remedy) == 0;

		if (strcmp(reasons[i].text, text) != 0 || reasons[i].decides != decides)
			continue;
		if (!(same || (slow && reasons[i].slow)))
			continue;
		reasons[i].num++;
		if (!same)
			reasons[i].remedy = RUNS_SLOW;
		return;
	}
	reasons[(*num_reasons)++] = (struct reason){text, remedy, 1, slow, decides};
}

/* What keeps the verdict from GO comes first, then what is more frequent. */
static int more_frequent_first(const void *a, const void *b)
{
	const struct reason *one = a, *other = b;

	if (one->decides != other->decides)
		return one->decides ? -1 : 1;
	if (one->num != other->num)
		return one->num < other->num ? 1 : -1;
	return strcmp(one->text, other->text);
}

/* one_line tells whether count, reason and remedy fit side by side. */
static bool one_line(const struct reason *reason)
{
	return strlen(reason->text) <= 44 && strlen(reason->remedy) <= 25;
}

static void print_reason(const struct gng_term *term, const struct reason *reason)
{
	char count[GNG_TERM_FIGURE_CAP];

	gng_term_count(count, reason->num);
	if (one_line(reason)) {
		if (*reason->remedy)
			fprintf(term->out, "%5s  %-44s  %s\n", count, reason->text, reason->remedy);
		else
			fprintf(term->out, "%5s  %s\n", count, reason->text);
		return;
	}
	fprintf(term->out, "%5s", count);
	if (strlen(reason->text) <= 72)
		fprintf(term->out, "  %s\n", reason->text);
	else {
		fputc('\n', term->out);
		gng_term_wrap(term->out, 7, reason->text);
	}
	if (*reason->remedy) {
		char *line = NULL;

		if (asprintf(&line, "remedy: %s", reason->remedy) >= 0)
			gng_term_wrap(term->out, 7, line);
		free(line);
	}
}

/* reasons_of writes the block of one verdict: a heading, then one entry a reason. */
static void reasons_of(const struct gng_term *term, enum gng_verdict verdict, const char *heading,
		       const char *tail, const struct gng_record *records, size_t num_records)
{
	struct reason *reasons = calloc(num_records + 1, sizeof(*reasons));
	size_t num_reasons = 0, num = 0;
	char count[GNG_TERM_FIGURE_CAP];

	for (size_t i = 0; reasons && i < num_records; i++) {
		if (records[i].verdict != verdict)
			continue;
		add_reason(reasons, &num_reasons, &records[i]);
		num++;
	}
	if (num) {
		qsort(reasons, num_reasons, sizeof(*reasons), more_frequent_first);
		gng_term_say(term, gng_term_verdict_tone(verdict), "%s", heading);
		fprintf(term->out, ": %s test%s%s\n", gng_term_count(count, num),
			num == 1 ? "" : "s", tail);
		for (size_t i = 0; i < num_reasons; i++) {
			if (reasons[i].decides && i == 0 && !reasons[num_reasons - 1].decides)
				fputs(" required\n", term->out);
			if (!reasons[i].decides && i > 0 && reasons[i - 1].decides)
				fputs(" optional\n", term->out);
			print_reason(term, &reasons[i]);
		}
	}
	free(reasons);
}

void gng_term_not_run(const struct gng_term *term, const struct gng_record *records,
		      size_t num_records, const char *tail)
{
	reasons_of(term, GNG_SKIP, "Not run", tail, records, num_records);
	reasons_of(term, GNG_INCONCLUSIVE, "Inconclusive", "", records, num_records);
}

/* ---- single findings ---- */

static void print_figure(const struct gng_term *term, const struct gng_figure *figure)
{
	const struct gng_measure *m = &figure->measure;
	char line[320];
	int len;

	len = snprintf(line, sizeof(line), "%s is %g %s", m->name, gng_budget_value(m), m->unit);
	if (m->num_blocks) /* its interval is that of all samples, which nobody judged */
		len += snprintf(line + len, sizeof(line) - (size_t)len,
				" (the median of %zu blocks)", m->num_blocks);
	else if (isfinite(m->lo) && isfinite(m->hi) && (m->lo != 0 || m->hi != 0))
		len += snprintf(line + len, sizeof(line) - (size_t)len, " (95 %%: %g to %g)", m->lo,
				m->hi);
	snprintf(line + len, sizeof(line) - (size_t)len, ", the limit is %s %g %s",
		 figure->budget.at_least ? ">=" : "<=", figure->budget.limit, figure->budget.unit);
	gng_term_wrap(term->out, 6, line);
}

static void print_cure(const struct gng_term *term, const struct gng_record *record)
{
	char *line = NULL;

	if (record->remedy && *record->remedy && asprintf(&line, "remedy: %s", record->remedy) >= 0)
		gng_term_wrap(term->out, 6, line);
	free(line);
	if (record->log && *record->log)
		fprintf(term->out, "      log: %s\n", record->log);
	if (record->repro && *record->repro) {
		fputs("      again:\n", term->out);
		gng_term_command(term->out, 8, record->repro);
	}
}

void gng_term_finding(const struct gng_term *term, const struct gng_record *record)
{
	const struct gng_test *test = record->test;
	const bool own_build = !test->build || strcmp(test->build, "release") == 0;

	gng_term_say(term, gng_term_verdict_tone(record->verdict), "%s",
		     gng_verdict_name(record->verdict));
	fprintf(term->out, "  %s%s%s%s%s\n", test->id, *test->variant ? "  " : "", test->variant,
		own_build ? "" : "  ", own_build ? "" : test->build);
	if (record->reason && *record->reason)
		gng_term_wrap(term->out, 6, record->reason);
	for (size_t i = 0; i < record->num_figures; i++)
		if (record->figures[i].judged && record->figures[i].verdict != GNG_PASS)
			print_figure(term, &record->figures[i]);
	print_cure(term, record);
}

void gng_term_failures(const struct gng_term *term, const struct gng_record *records,
		       size_t num_records)
{
	reasons_of(term, GNG_MISSING, "Missing", "", records, num_records);
	for (size_t i = 0; i < num_records; i++)
		if (records[i].verdict == GNG_FAIL || records[i].verdict == GNG_ERROR)
			gng_term_finding(term, &records[i]);
}
