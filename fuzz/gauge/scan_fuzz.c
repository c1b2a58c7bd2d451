/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_fuzz.c - a table that is read says the same when it is written out again, wrapped
 * and commented; and a comment put before any text changes nothing but the lines.
 */
/* bundle: 16 */
#include "../block.h"
#include "../suite.h"

#include "gauge_scan.h"

static const char *const macros[] = {
	[0] = "TEST",
	[GNG_TEST_EACH_VARIANT] = "TEST_EACH_VARIANT",
	[GNG_TEST_SLOW] = "TEST_SLOW",
	[GNG_TEST_SLOW | GNG_TEST_EACH_VARIANT] = "TEST_SLOW_EACH_VARIANT",
	[GNG_TEST_LATENCY] = "TEST_LATENCY",
};

/* write_out writes the table with space between any two tokens. */
static char *write_out(const struct gauge_table *table, const char *space)
{
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	fprintf(file, "suite_tests%s[%s]%s=%s{%s", space, space, space, space, space);
	for (size_t i = 0; i < table->num; i++)
		fprintf(file, "%s%s(%s%s%s,%s\"%s\"%s)%s,%s", macros[table->entries[i].flags],
			space, space, table->entries[i].function, space, space,
			table->entries[i].requirements, space, space, space);
	fprintf(file, "{%s0%s}%s}%s;", space, space, space, space);
	fclose(file);
	return text;
}

static void check_same(const struct gauge_table *table, const struct gauge_table *other,
		       int later_by, const char *how)
{
	const struct gauge_entry *a = table->entries, *b = other->entries;

	fuzz_check(table->num == other->num, "another number of tests", how);
	for (size_t i = 0; i < table->num; i++) {
		fuzz_check(strcmp(a[i].function, b[i].function) == 0, "another function", how);
		fuzz_check(strcmp(a[i].requirements, b[i].requirements) == 0, "other ids", how);
		fuzz_check(a[i].flags == b[i].flags, "other flags", how);
		fuzz_check(later_by < 0 || b[i].line == a[i].line + later_by, "another line", how);
	}
}

static void check_again(const struct gauge_table *table, const char *space)
{
	char *text = write_out(table, space);
	struct gauge_table again;

	fuzz_check(gauge_scan(&again, "again", text, NULL) == GNG_OK, "does not scan again", text);
	check_same(table, &again, -1, text);
	gauge_table_fini(&again);
	free(text);
}

static void check_behind_a_comment(const char *text, enum gng_status status,
				   const struct gauge_table *table)
{
	static const char comment[] = "/* suite_tests[] = {TEST(no, \"\"), */ // \"\n";
	char *longer = malloc(sizeof(comment) + strlen(text));
	struct gauge_table again;

	if (!longer)
		abort();
	strcpy(longer, comment);
	strcat(longer, text);
	fuzz_check(gauge_scan(&again, "again", longer, NULL) == status, "another status", longer);
	if (status == GNG_OK) {
		check_same(table, &again, 1, longer);
		gauge_table_fini(&again);
	}
	free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	const int all = fuzz_one_in(64, data, size);
	struct gauge_table table;
	enum gng_status status;

	status = gauge_scan(&table, "input", text, NULL);
	if (all)
		check_behind_a_comment(text, status, &table);
	if (all && status == GNG_OK) {
		check_again(&table, " ");
		check_again(&table, "\n/* TEST(no, \"\"), */ // {0}\n\\\n");
	}
	if (status == GNG_OK)
		gauge_table_fini(&table);
	return 0;
}
