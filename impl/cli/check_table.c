/* SPDX-License-Identifier: Apache-2.0 */
/* check_table.c - what ran, as one table a subsystem: stems down, variants across. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN "plain" /* the column of tests without variant, beside variants */
#define MAX_VARIANTS (GNG_TERM_MAX_COLUMNS - 2)

/* Worst first: a cell names the worst verdict that it holds. */
static const enum gng_verdict by_weight[] = {GNG_FAIL,	       GNG_ERROR, GNG_MISSING,
					     GNG_INCONCLUSIVE, GNG_SKIP,  GNG_PASS};

/* ---- order ---- */

static const char *build_rank(const struct gng_test *test)
{
	return strcmp(test->build, "release") == 0 ? "" : test->build;
}

static int compare_tests(const struct gng_test *a, const struct gng_test *b)
{
	int order = strcmp(a->subsystem, b->subsystem);

	if (!order)
		order = strcmp(a->suite, b->suite);
	if (!order)
		order = strcmp(a->stem, b->stem);
	if (!order)
		order = strcmp(build_rank(a), build_rank(b));
	return order;
}

static int compare_records(const void *a, const void *b)
{
	const struct gng_record *const *one = a, *const *other = b;

	return compare_tests((*one)->test, (*other)->test);
}

/* ---- columns ---- */

struct columns {
	const char *names[MAX_VARIANTS];
	size_t num;
};

static size_t column_of(struct columns *columns, const char *variant)
{
	size_t i = 0;

	while (i < columns->num && strcmp(columns->names[i], variant) != 0)
		i++;
	if (i == columns->num && columns->num < MAX_VARIANTS)
		columns->names[columns->num++] = variant;
	return i < MAX_VARIANTS ? i : MAX_VARIANTS - 1;
}

/* add_plain and the portable variant come first, as what the others are compared with. */
static void gather_columns(struct columns *columns, struct gng_record *const *records, size_t num)
{
	static const char *const first[] = {"", "portable"};

	columns->num = 0;
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < num; i++)
			if (strcmp(records[i]->test->variant, first[f]) == 0)
				column_of(columns, records[i]->test->variant);
	for (size_t i = 0; i < num; i++)
		column_of(columns, records[i]->test->variant);
}

/* ---- rows ---- */

static void cell(struct gng_term_table *table, const size_t count[GNG_NUM_VERDICTS])
{
	char text[GNG_TERM_FIGURE_CAP];

	for (size_t i = 0; i < GNG_NUM_VERDICTS; i++) {
		const enum gng_verdict verdict = by_weight[i];

		if (!count[verdict])
			continue;
		gng_term_count(text, count[verdict]);
		if (verdict == GNG_PASS)
			gng_term_table_cell(table, GNG_TERM_GOOD, "%s", text);
		else
			gng_term_table_cell(table, gng_term_verdict_tone(verdict), "%s %s", text,
					    gng_verdict_name(verdict));
		return;
	}
	gng_term_table_cell(table, GNG_TERM_DIM, ".");
}

static void row_name(struct gng_term_table *table, const struct gng_test *test)
{
	const char *suite = strcmp(test->suite, "conformance") == 0 ? "" : test->suite;

	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s%s%s%s%s", suite, *suite ? " " : "",
			    test->stem, *build_rank(test) ? " " : "", build_rank(test));
}

static double row(struct gng_term_table *table, struct columns *columns,
		  struct gng_record *const *records, size_t num)
{
	size_t count[MAX_VARIANTS][GNG_NUM_VERDICTS] = {{0}};
	char time[GNG_TERM_FIGURE_CAP];
	double seconds = 0;

	for (size_t i = 0; i < num; i++) {
		count[column_of(columns, records[i]->test->variant)][records[i]->verdict]++;
		seconds += records[i]->seconds;
	}
	row_name(table, records[0]->test);
	for (size_t i = 0; i < columns->num; i++)
		cell(table, count[i]);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", gng_term_duration(time, seconds));
	return seconds;
}

static size_t same_row(struct gng_record *const *records, size_t num)
{
	size_t i = 1;

	while (i < num && compare_tests(records[0]->test, records[i]->test) == 0)
		i++;
	return i;
}

static void head(struct gng_term_table *table, const struct columns *columns, const char *subsystem)
{
	gng_term_table_init(table, columns->num + 2);
	table->min_width[0] = 9;
	gng_term_table_cell(table, GNG_TERM_BOLD, "%s", subsystem);
	for (size_t i = 0; i < columns->num; i++) {
		const char *name = columns->names[i];
		const char *plain = columns->num > 1 ? PLAIN : "tests";

		table->min_width[1 + i] = 7;
		gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", *name ? name : plain);
	}
	table->min_width[1 + columns->num] = 7;
	gng_term_table_cell(table, GNG_TERM_PLAIN, "time");
	gng_term_table_rule(table);
}

static double subsystem_table(const struct gng_term *term, struct gng_record *const *records,
			      size_t num)
{
	struct gng_term_table table;
	struct columns columns;
	double seconds = 0;

	gather_columns(&columns, records, num);
	head(&table, &columns, records[0]->test->subsystem);
	for (size_t i = 0, len; i < num; i += len) {
		len = same_row(records + i, num - i);
		seconds += row(&table, &columns, records + i, len);
	}
	gng_term_table_print(term, &table);
	if (columns.num > 1)
		fputs(" . does not exist\n", term->out);
	gng_term_table_fini(&table);
	return seconds;
}

static size_t same_subsystem(struct gng_record *const *records, size_t num)
{
	size_t i = 1;

	while (i < num && strcmp(records[0]->test->subsystem, records[i]->test->subsystem) == 0)
		i++;
	return i;
}

static void all_tables(const struct gng_term *term, struct gng_record **records, size_t num,
		       double wall_s)
{
	char sum[GNG_TERM_FIGURE_CAP], wall[GNG_TERM_FIGURE_CAP], time[GNG_TERM_FIGURE_CAP];
	struct gng_term_table ledger;
	size_t num_subsystems = 0;
	double total_s = 0;

	gng_term_table_init(&ledger, 3);
	gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "subsystem");
	gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "tests");
	gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "seconds");
	gng_term_table_rule(&ledger);
	for (size_t i = 0, len; i < num; i += len, num_subsystems++) {
		double seconds;

		len = same_subsystem(records + i, num - i);
		fputc('\n', term->out);
		seconds = subsystem_table(term, records + i, len);
		gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "%s", records[i]->test->subsystem);
		gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "%s", gng_term_count(time, len));
		gng_term_table_cell(&ledger, GNG_TERM_PLAIN, "%.1f", seconds);
		total_s += seconds;
	}
	if (num_subsystems > 1) {
		fputc('\n', term->out);
		gng_term_table_print(term, &ledger);
	}
	gng_term_table_fini(&ledger);
	fprintf(term->out, " %s of tests in %s\n", gng_term_duration(sum, total_s),
		gng_term_duration(wall, wall_s));
}

void check_tables(const struct gng_term *term, const struct check_result *result)
{
	struct gng_record **records = calloc(result->num_records + 1, sizeof(struct gng_record *));

	if (!records) {
		fputs(" (the tables did not fit into memory)\n", term->out);
		return;
	}
	for (size_t i = 0; i < result->num_records; i++)
		records[i] = (struct gng_record *)&result->records[i];
	qsort(records, result->num_records, sizeof(struct gng_record *), compare_records);
	all_tables(term, records, result->num_records, result->wall_s);
	free(records);
}

/* ---- heading ---- */

static size_t num_words(const char *text)
{
	size_t num = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		num++;
	}
	return num;
}

/* variants_of is the number of variants if all selected tests are of one subsystem, else 0. */
static size_t variants_of(const struct gng_plan *plan)
{
	const char *subsystem = NULL;

	for (size_t i = 0; i < plan->num_tests; i++) {
		if (!plan->tests[i].selected)
			continue;
		if (subsystem && strcmp(subsystem, plan->tests[i].subsystem) != 0)
			return 0;
		subsystem = plan->tests[i].subsystem;
	}
	for (size_t i = 0; subsystem && i < plan->num_subsystems; i++)
		if (strcmp(plan->subsystems[i].name, subsystem) == 0)
			return num_words(plan->subsystems[i].variants);
	return 0;
}

void check_heading(const struct gng_term *term, const struct gng_plan *plan, const char *what,
		   unsigned int num_jobs)
{
	const size_t num_variants = variants_of(plan);
	char count[GNG_TERM_FIGURE_CAP];
	size_t num = 0;

	for (size_t i = 0; i < plan->num_tests; i++)
		num += plan->tests[i].selected;
	fprintf(term->out, "%-7s %s tests", what, gng_term_count(count, num));
	if (num_variants)
		fprintf(term->out, ", %zu variants", num_variants);
	fprintf(term->out, ", %u job%s\n", num_jobs, num_jobs == 1 ? "" : "s");
}
