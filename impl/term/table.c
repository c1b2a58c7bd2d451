/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - columns of words and figures: gathered first, so that widths fit the content. */
#include "gng_term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* columns between two columns */

void gng_term_table_init(struct gng_term_table *table, size_t num_columns)
{
	memset(table, 0, sizeof(*table));
	table->num_columns =
		num_columns < GNG_TERM_MAX_COLUMNS ? num_columns : GNG_TERM_MAX_COLUMNS;
	table->left[0] = true;
}

static void append(struct gng_term_table *table, enum gng_term_tone tone, char *text)
{
	if (table->num_cells == table->cap) {
		const size_t cap = table->cap ? 2 * table->cap : 64;
		struct gng_term_cell *cells = reallocarray(table->cells, cap, sizeof(*cells));

		if (!cells) {
			table->broken = true;
			free(text);
			return;
		}
		table->cells = cells;
		table->cap = cap;
	}
	table->cells[table->num_cells++] = (struct gng_term_cell){text, tone};
}

void gng_term_table_cell(struct gng_term_table *table, enum gng_term_tone tone, const char *format,
			 ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		table->broken = true;
	else
		append(table, tone, text);
	va_end(args);
}

void gng_term_table_rule(struct gng_term_table *table)
{
	while (!table->broken && table->num_cells % table->num_columns != 0)
		gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", "");
	for (size_t i = 0; i < table->num_columns; i++)
		append(table, GNG_TERM_PLAIN, NULL);
}

static void measure(int *width, const struct gng_term_table *table)
{
	memcpy(width, table->min_width, sizeof(table->min_width));
	for (size_t i = 0; i < table->num_cells; i++) {
		const char *text = table->cells[i].text;
		const size_t column = i % table->num_columns;

		if (text && (int)strlen(text) > width[column])
			width[column] = (int)strlen(text);
	}
}

static void rule(const struct gng_term *term, const int *width, size_t num_columns)
{
	int total = -GAP;

	for (size_t i = 0; i < num_columns; i++)
		total += width[i] + GAP;
	fputc(' ', term->out);
	for (int i = 0; i < total; i++)
		fputc('-', term->out);
	fputc('\n', term->out);
}

/* row prints the cells of one row; blanks at the end of a line are never written. */
static void row(const struct gng_term *term, const struct gng_term_table *table, const int *width,
		const struct gng_term_cell *cells, size_t num_cells)
{
	int owed = 1;

	for (size_t i = 0; i < num_cells; i++) {
		const int pad = width[i] - (int)strlen(cells[i].text);

		owed += table->left[i] ? 0 : pad;
		if (*cells[i].text) {
			fprintf(term->out, "%*s", owed, "");
			gng_term_say(term, cells[i].tone, "%s", cells[i].text);
			owed = 0;
		}
		owed += (table->left[i] ? pad : 0) + GAP;
	}
	fputc('\n', term->out);
}

void gng_term_table_print(const struct gng_term *term, const struct gng_term_table *table)
{
	int width[GNG_TERM_MAX_COLUMNS];

	if (table->broken) {
		fputs(" (this table did not fit into memory)\n", term->out);
		return;
	}
	measure(width, table);
	for (size_t i = 0; i < table->num_cells; i += table->num_columns) {
		const size_t left = table->num_cells - i;

		if (table->cells[i].text)
			row(term, table, width, &table->cells[i],
			    left < table->num_columns ? left : table->num_columns);
		else
			rule(term, width, table->num_columns);
	}
}

void gng_term_table_fini(struct gng_term_table *table)
{
	for (size_t i = 0; i < table->num_cells; i++)
		free(table->cells[i].text);
	free(table->cells);
	memset(table, 0, sizeof(*table));
}
