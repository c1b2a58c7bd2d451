/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab_table.h - the same cases on several kernels, side by side. A test prints "row", the name of a
 * case and a cell, with tabs between: "accepted", or "refused ERRNO CLASS". Private to impl/lab.
 */
#ifndef LAB_TABLE_H
#define LAB_TABLE_H

#include <jansson.h>

#include "gng_lab.h"

/* lab_table has one column for each kernel, and rows in the order in which they came. */
struct lab_table {
	json_t *columns; /* [{"kernel","release"}] */
	json_t *rows;	 /* [{"name","cells":["" or a cell, ...]}] */
};

void lab_table_init(struct lab_table *table);
void lab_table_fini(struct lab_table *table);

/* lab_table_column begins a column; lab_table_take reads what a test printed into it. */
void lab_table_column(struct lab_table *table, const char *kernel, const char *release);
void lab_table_take(struct lab_table *table, const char *text);

/* lab_table_counts says in what the rows differ, by their first word that does. A kernel that told
 * nothing of a row does not differ from the others. */
struct lab_table_counts {
	size_t rows, alike, verdict, error, class; /* rows: the sum of the others */
};
struct lab_table_counts lab_table_count(const struct lab_table *table);

/* lab_table_print writes the counts and the rows that differ. */
void lab_table_print(FILE *out, const struct lab_table *table);

/* lab_table_json returns {"case","title","columns","rows","counts"} (caller: json_decref). */
json_t *lab_table_json(const struct lab_table *table, const char *name, const char *title);

/* lab_table_host runs a test's program here and returns what it printed, at most 1 MiB (caller
 * frees); NULL if it cannot. */
char *lab_table_host(const struct gng_home *home, const struct gng_test *test,
		     unsigned int deadline_s);

#endif /* LAB_TABLE_H */
