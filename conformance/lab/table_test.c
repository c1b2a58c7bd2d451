/* SPDX-License-Identifier: Apache-2.0 */
/* table_test.c - the table of kernels: what tests print becomes rows, and what differs is counted.
 */
/* needs: gauge */
/* requires: jansson */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <lab_table.h>

/* three takes the outputs of three kernels. */
static struct lab_table three(const char *first, const char *second, const char *third)
{
	struct lab_table table;

	lab_table_init(&table);
	lab_table_column(&table, "6.1-cloud", "6.1.0");
	lab_table_take(&table, first);
	lab_table_column(&table, "6.12-cloud", "6.12.1");
	lab_table_take(&table, second);
	lab_table_column(&table, "host", "6.18");
	lab_table_take(&table, third);
	return table;
}

static const char first[] = "[ RUN ] noise\n"
			    "row\tsame\trefused EACCES stack-write\n"
			    "row\tflip\trefused EACCES null-unchecked\n"
			    "row\tnumber\trefused EACCES lock-order\n"
			    "row\tclass\trefused EINVAL unknown-opcode\n"
			    "row\tonly here\taccepted\n"
			    "row\tno cell\nrow\t\tno name\n";
static const char second[] = "row\tflip\trefused EACCES null-unchecked\n"
			     "row\tsame\trefused EACCES stack-write\n"
			     "row\tnumber\trefused EINVAL lock-order\n"
			     "row\tclass\trefused EINVAL unknown-opcode\n";
static const char third[] = "row\tsame\trefused EACCES stack-write\n"
			    "row\tnumber\trefused EINVAL lock-order\n"
			    "row\tclass\trefused EINVAL bad-atomic\n"
			    "row\tflip\taccepted\n"
			    "row\tnew\taccepted";

static void rows_are_counted_by_what_differs(void **state)
{
	struct lab_table table = three(first, second, third);
	const struct lab_table_counts counts = lab_table_count(&table);

	(void)state;
	assert_int_equal(counts.rows, 6);
	assert_int_equal(counts.alike, 3); /* a kernel that told nothing does not differ */
	assert_int_equal(counts.verdict, 1);
	assert_int_equal(counts.error, 1);
	assert_int_equal(counts.class, 1);
	lab_table_fini(&table);
}

static void what_is_printed_is_where_kernels_differ(void **state)
{
	struct lab_table table = three(first, second, third);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	lab_table_print(out, &table);
	fclose(out);
	assert_non_null(strstr(text, "6 cases: 3 alike, 1 differ in the verdict, 1 in the errno, "
				     "1 in the class\n"));
	assert_non_null(strstr(text, "    host         accepted  <-\n"));
	assert_null(strstr(text, "same"));
	assert_null(strstr(text, "only here"));
	free(text);
	lab_table_fini(&table);
}

static void the_document_has_every_row(void **state)
{
	struct lab_table table = three(first, second, third);
	json_t *json = lab_table_json(&table, "bpf-matrix", "a title");
	const json_t *rows = json_object_get(json, "rows"), *last = json_array_get(rows, 5);

	(void)state;
	assert_int_equal(json_array_size(rows), 6);
	assert_int_equal(json_array_size(json_object_get(json, "columns")), 3);
	assert_string_equal(json_string_value(json_object_get(last, "name")), "new");
	assert_string_equal(json_string_value(json_array_get(json_object_get(last, "cells"), 2)),
			    "accepted");
	assert_string_equal(json_string_value(json_array_get(json_object_get(last, "cells"), 0)),
			    "");
	json_decref(json);
	lab_table_fini(&table);
}

static void bytes_that_are_no_text_are_no_row(void **state)
{
	struct lab_table table = three("row\t\xff\xfe\taccepted\n", "row\tx\t\xff\n", "row\n");

	(void)state;
	assert_int_equal(lab_table_count(&table).rows, 0);
	lab_table_fini(&table);
	lab_table_init(&table);
	lab_table_take(&table, first); /* before any column */
	assert_int_equal(lab_table_count(&table).rows, 0);
	lab_table_fini(&table);
}

const struct suite_test suite_tests[] = {
	TEST(rows_are_counted_by_what_differs, "H1.lab.table"),
	TEST(what_is_printed_is_where_kernels_differ, "H1.lab.table"),
	TEST(the_document_has_every_row, "H1.lab.table"),
	TEST(bytes_that_are_no_text_are_no_row, "H1.lab.table"),
	{0},
};
