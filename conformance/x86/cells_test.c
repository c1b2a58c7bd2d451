/* SPDX-License-Identifier: Apache-2.0 */
/* cells_test.c - docs/freestanding.md names tests and cases of the lab that exist, one in each row.
 */
#include "../suite.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *read_text(const char *path)
{
	char *text = calloc(1, 1 << 18);
	FILE *file = fopen(path, "r");

	if (file && text)
		text[fread(text, 1, (1 << 18) - 1, file)] = '\0';
	if (file)
		fclose(file);
	return text;
}

static void path_of(char path[PATH_MAX], const char *name)
{
	snprintf(path, PATH_MAX, "%s/../%s", getenv("GNG_VECTORS"), name);
}

static bool is_file(const char *name)
{
	char path[PATH_MAX];

	path_of(path, name);
	return access(path, R_OK) == 0;
}

/* has_row says whether a file's table of tests has one of that name. */
static bool has_row(const char *file, const char *function)
{
	static const char *const macros[] = {"TEST", "TEST_ONCE", "TEST_SLOW", "TEST_COUNTS"};
	char path[PATH_MAX], row[160];
	bool found = false;
	char *text;

	path_of(path, file);
	text = read_text(path);
	for (size_t i = 0; text && i < COUNT_OF(macros); i++) {
		snprintf(row, sizeof(row), "\t%s(%.100s,", macros[i], function);
		found |= strstr(text, row) != NULL;
	}
	free(text);
	return found;
}

/* exists is of SUITE.SUBSYSTEM.STEM.FUNCTION, and of a case SUBSYSTEM-STEM of the lab. */
static bool exists(const char *name)
{
	char suite[16], subsystem[32], stem[32], function[128], file[160];

	if (sscanf(name, "%15[a-z].%31[a-z0-9].%31[a-z0-9_].%127[a-z0-9_]", suite, subsystem, stem,
		   function) == 4) {
		snprintf(file, sizeof(file), "%s/%s/%s%s", suite, subsystem, stem,
			 *suite == 'f'	 ? ".seeds"
			 : *suite == 'h' ? "_hw.c"
					 : "_test.c");
		return *suite == 'f' ? is_file(file) && strcmp(function, "replay") == 0
				     : has_row(file, function);
	}
	if (sscanf(name, "%31[a-z0-9]-%31[a-z0-9_]", subsystem, stem) != 2)
		return false;
	snprintf(file, sizeof(file), "conformance/%s/%s.case", subsystem, stem);
	return is_file(file);
}

/* count_of counts the names of a row that exist, from its second column on; *lost is one that does
 * not, "" if there is none. */
static size_t count_of(const char *row, char lost[256])
{
	const char *at = strstr(row + 1, " | ");
	char name[256];
	size_t num = 0;

	*lost = '\0';
	for (at = at ? strchr(at, '`') : NULL; at; at = strchr(at, '`')) {
		if (sscanf(at, "`%255[^`\n]", name) != 1)
			break;
		at += strlen(name) + 2;
		if (!exists(name))
			memcpy(lost, name, sizeof(name));
		num++;
	}
	return num;
}

static void what_does_not_exist_is_refused(void **state)
{
	static const char *const lost[] = {"conformance.x86.cells.what_does_not_exist",
					   "conformance.x86.cell.replay",
					   "fuzz.x86.paging.replays",
					   "fuzz.x86.pages.replay",
					   "kmod-edus",
					   "kmod",
					   "x86"};
	char row[256], name[256];

	(void)state;
	if (!is_file("docs/freestanding.md"))
		return gng_probe_skip("docs/freestanding.md is not installed",
				      "run in the source tree");
	for (size_t i = 0; i < COUNT_OF(lost); i++) {
		snprintf(row, sizeof(row), "| `a` | x86 | `kmod-edu` `%s` | |", lost[i]);
		assert_int_equal(count_of(row, name), 2);
		assert_string_equal(name, lost[i]);
	}
	assert_int_equal(count_of("| a | x86 | `fuzz.x86.paging.replay` | `kmod-edu` |", name), 2);
	assert_string_equal(name, "");
}

static void each_cell_names_a_test(void **state)
{
	char path[PATH_MAX], lost[256], *text, *line;
	size_t num = 0;

	(void)state;
	if (!is_file("docs/freestanding.md"))
		return gng_probe_skip("docs/freestanding.md is not installed",
				      "run in the source tree");
	path_of(path, "docs/freestanding.md");
	text = read_text(path);
	assert_non_null(text);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "| ", 2) != 0 || num++ == 0)
			continue;
		if (count_of(line, lost) == 0)
			suite_fail("no test: %.120s", line);
		if (*lost)
			suite_fail("there is no %s", lost);
	}
	assert_true(num > 25);
	free(text);
}

const struct suite_test suite_tests[] = {
	TEST(what_does_not_exist_is_refused, "K1.x86.cells"),
	TEST(each_cell_names_a_test, "K1.x86.cells"),
	{0},
};
