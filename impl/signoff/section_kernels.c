/* SPDX-License-Identifier: Apache-2.0 */
/* section_kernels.c - the same cases on several kernels, and where these differ. The tables are
 * those that `gonogo lab run` keeps beside the runs; without one the section is not there. */
#include "signoff_page.h"

#include <string.h>

#include "signoff_aside.h"

#define MAX_COLUMNS 8u
#define MAX_ROWS 200u

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static const char *cell_at(const json_t *row, size_t column)
{
	const char *cell = json_string_value(json_array_get(json_object_get(row, "cells"), column));

	return cell ? cell : "";
}

/* differs says whether two kernels that tell of a row tell another thing. */
static bool differs(const json_t *row, size_t num_columns)
{
	const char *first = "";

	for (size_t i = 0; i < num_columns; i++) {
		const char *cell = cell_at(row, i);

		if (*first && *cell && strcmp(first, cell) != 0)
			return true;
		if (!*first)
			first = cell;
	}
	return false;
}

static size_t columns_of(const json_t *table)
{
	const size_t num = json_array_size(json_object_get(table, "columns"));

	return num < MAX_COLUMNS ? num : MAX_COLUMNS;
}

static void head(FILE *out, const json_t *table)
{
	const json_t *columns = json_object_get(table, "columns");

	html_put(out,
		 "<table class=\"card apart\"><caption>%s</caption><thead><tr><th scope=\"col\">"
		 "Case</th>",
		 text(table, "title"));
	for (size_t i = 0; i < columns_of(table); i++) {
		const json_t *column = json_array_get(columns, i);

		html_put(out, "<th scope=\"col\">%s<br><small>%s</small></th>",
			 text(column, "kernel"), text(column, "release"));
	}
	fputs("</tr></thead><tbody>\n", out);
}

static void put_row(FILE *out, const json_t *table, const json_t *row)
{
	const json_t *columns = json_object_get(table, "columns");

	html_put(out, "<tr><th scope=\"row\">%s</th>", text(row, "name"));
	for (size_t i = 0; i < columns_of(table); i++) {
		const char *cell = cell_at(row, i);

		html_put(out, "<td data-l=\"%s\">%s</td>",
			 text(json_array_get(columns, i), "kernel"), *cell ? cell : "not told");
	}
	fputs("</tr>\n", out);
}

static void put_counts(FILE *out, const json_t *table)
{
	const json_t *counts = json_object_get(table, "counts");
	static const char *const keys[] = {"rows", "alike", "verdict", "errno", "class"};
	json_int_t count[5];

	for (size_t i = 0; i < 5; i++) {
		count[i] = json_integer_value(json_object_get(counts, keys[i]));
		count[i] = count[i] < 0 ? 0 : count[i];
	}
	html_put(out,
		 "<p>Of %zu cases %zu are alike on all; %zu differ in the verdict, %zu in the "
		 "errno, %zu in the class of the refusal.</p>\n",
		 (size_t)count[0], (size_t)count[1], (size_t)count[2], (size_t)count[3],
		 (size_t)count[4]);
}

static void put_table(FILE *out, const json_t *table)
{
	const json_t *rows = json_object_get(table, "rows");
	size_t shown = 0;

	head(out, table);
	for (size_t i = 0; i < json_array_size(rows) && shown < MAX_ROWS; i++) {
		const json_t *row = json_array_get(rows, i);

		if (!differs(row, columns_of(table)))
			continue;
		put_row(out, table, row);
		shown++;
	}
	fputs("</tbody></table>\n", out);
	put_counts(out, table);
}

static void content(FILE *out, const struct view *view)
{
	const json_t *tables = view->signoff->aside->tables;

	for (size_t i = 0; i < json_array_size(tables); i++)
		put_table(out, json_array_get(tables, i));
}

static bool present(const struct view *view)
{
	return view->signoff->aside && json_array_size(view->signoff->aside->tables) > 0;
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>The same tests in guests with Debian's kernels and on this one, by "
	      "<code>gonogo lab run</code>. Shown is where kernels differ.</p>",
	      out);
}

const struct page_section section_kernels = {"kernels", "Kernels", "Differences between kernels",
					     present,	rail,	   content};
