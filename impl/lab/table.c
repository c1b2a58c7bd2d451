/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - gathers what tests told of the same cases on several kernels, and what differs. */
#include "lab_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUTPUT_CAP ((size_t)1 << 20)
#define MARK "row\t"

void lab_table_init(struct lab_table *table)
{
	*table = (struct lab_table){.columns = json_array(), .rows = json_array()};
}

void lab_table_fini(struct lab_table *table)
{
	json_decref(table->columns);
	json_decref(table->rows);
}

/* ---- gathering ---- */

void lab_table_column(struct lab_table *table, const char *kernel, const char *release)
{
	json_array_append_new(table->columns,
			      json_pack("{s:s, s:s}", "kernel", kernel, "release", release));
	for (size_t i = 0; i < json_array_size(table->rows); i++)
		json_array_append_new(json_object_get(json_array_get(table->rows, i), "cells"),
				      json_string(""));
}

static json_t *row_of(struct lab_table *table, const char *name)
{
	json_t *row, *cells;

	for (size_t i = 0; i < json_array_size(table->rows); i++) {
		row = json_array_get(table->rows, i);
		if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0)
			return json_object_get(row, "cells");
	}
	cells = json_array();
	for (size_t i = 0; i < json_array_size(table->columns); i++)
		json_array_append_new(cells, json_string(""));
	row = json_pack("{s:s, s:o}", "name", name, "cells", cells);
	if (!row || json_array_append_new(table->rows, row) != 0)
		return NULL;
	return cells;
}

static void take_line(struct lab_table *table, char *line)
{
	char *name = line + strlen(MARK), *cell = strchr(name, '\t');
	json_t *cells, *text;

	if (!cell)
		return;
	*cell++ = '\0';
	text = json_string(cell); /* NULL for bytes that are no UTF-8 */
	cells = text && *name ? row_of(table, name) : NULL;
	if (!cells || json_array_set_new(cells, json_array_size(table->columns) - 1, text) != 0)
		json_decref(text);
}

void lab_table_take(struct lab_table *table, const char *text)
{
	char *copy = strdup(text), *rest = copy;

	if (json_array_size(table->columns) == 0) {
		free(copy);
		return;
	}
	for (char *line; copy && (line = strsep(&rest, "\n"));)
		if (strncmp(line, MARK, strlen(MARK)) == 0)
			take_line(table, line);
	free(copy);
}

char *lab_table_host(const struct gng_home *home, const struct gng_test *test,
		     unsigned int deadline_s)
{
	char *words, *text = calloc(1, OUTPUT_CAP);
	FILE *out = NULL;

	if (asprintf(&words,
		     "GNG_VECTORS='%s/vectors' GNG_BUILD_DIR='%s' timeout -k 5 %u "
		     "'%s/tests/%s.%s.%s' --run %s 2>/dev/null 3>/dev/null",
		     home->source, home->builds[0].dir, deadline_s, home->builds[0].dir,
		     test->suite, test->subsystem, test->stem, test->function) >= 0)
		out = popen(words, "re");
	else
		words = NULL;
	if (out && text)
		text[fread(text, 1, OUTPUT_CAP - 1, out)] = '\0';
	if (out)
		pclose(out);
	free(words);
	return text;
}

/* ---- what differs ---- */

static const char *cell_at(const json_t *row, size_t column)
{
	return json_string_value(json_array_get(json_object_get(row, "cells"), column));
}

/* word returns the number of the first word in which two cells differ, from 1; 0 if in none. */
static size_t first_difference(const char *a, const char *b)
{
	for (size_t word = 1;; word++) {
		const size_t a_len = strcspn(a, " "), b_len = strcspn(b, " ");

		if (a_len != b_len || strncmp(a, b, a_len) != 0)
			return word;
		if (!a[a_len] || !b[b_len])
			return a[a_len] || b[b_len] ? word + 1 : 0;
		a += a_len + 1;
		b += b_len + 1;
	}
}

/* difference is that of a row: the least of all pairs with the first kernel that told of it. */
static size_t difference(const json_t *row)
{
	const size_t num = json_array_size(json_object_get(row, "cells"));
	const char *first = "";
	size_t least = 0;

	for (size_t i = 0; i < num; i++) {
		const char *cell = cell_at(row, i);
		const size_t one = *first && *cell ? first_difference(first, cell) : 0;

		if (one && (least == 0 || one < least))
			least = one;
		if (!*first)
			first = cell;
	}
	return least;
}

struct lab_table_counts lab_table_count(const struct lab_table *table)
{
	struct lab_table_counts counts = {.rows = json_array_size(table->rows)};

	for (size_t i = 0; i < counts.rows; i++) {
		const size_t word = difference(json_array_get(table->rows, i));

		counts.alike += word == 0;
		counts.verdict += word == 1;
		counts.error += word == 2;
		counts.class += word > 2;
	}
	return counts;
}

/* ---- what is shown ---- */

static const char *kernel_at(const struct lab_table *table, size_t column)
{
	return json_string_value(json_object_get(json_array_get(table->columns, column), "kernel"));
}

static void print_row(FILE *out, const struct lab_table *table, const json_t *row)
{
	const char *before = NULL;

	fprintf(out, "  %s\n", json_string_value(json_object_get(row, "name")));
	for (size_t i = 0; i < json_array_size(table->columns); i++) {
		const char *cell = cell_at(row, i);

		fprintf(out, "    %-12s %s%s\n", kernel_at(table, i), *cell ? cell : "-",
			before && *cell && strcmp(before, cell) != 0 ? "  <-" : "");
		if (*cell)
			before = cell;
	}
}

void lab_table_print(FILE *out, const struct lab_table *table)
{
	const struct lab_table_counts counts = lab_table_count(table);

	fprintf(out,
		"%zu cases: %zu alike, %zu differ in the verdict, %zu in the errno, %zu in the "
		"class\n",
		counts.rows, counts.alike, counts.verdict, counts.error, counts.class);
	for (size_t i = 0; i < counts.rows; i++) {
		const json_t *row = json_array_get(table->rows, i);

		if (difference(row))
			print_row(out, table, row);
	}
}

json_t *lab_table_json(const struct lab_table *table, const char *name, const char *title)
{
	const struct lab_table_counts counts = lab_table_count(table);

	return json_pack("{s:s, s:s, s:O, s:O, s:{s:I, s:I, s:I, s:I, s:I}}", "case", name, "title",
			 title, "columns", table->columns, "rows", table->rows, "counts", "rows",
			 (json_int_t)counts.rows, "alike", (json_int_t)counts.alike, "verdict",
			 (json_int_t)counts.verdict, "errno", (json_int_t)counts.error, "class",
			 (json_int_t)counts.class);
}
