/* SPDX-License-Identifier: Apache-2.0 */
/* library_test.c - which file a case's library line means: exactly one, or a refusal by its line.
 */
#include "../suite.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lab_library.h"
#include "lab_text.h"

#define CASE "title: a\nkernel: 6.1-cloud\nrun: conformance.hist\n"

static void touch(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

/* find reads a case with that line, looks in the folder "libraries", and returns what came of it;
 * *path is the file that was found, or "". */
static enum gng_status find(char path[256], const char *pattern, struct gng_why *why)
{
	struct gng_lab_list paths = {0};
	struct gng_lab_case one;
	enum gng_status status;
	char text[200];

	mkdir("libraries", 0755);
	mkdir("libraries/pmds-23.0", 0755);
	mkdir("libraries/folder.so.1", 0755);
	touch("libraries/pmds-23.0/libone.so.23");
	touch("libraries/pmds-23.0/libone.so.23.0");
	touch("libraries/folder.so.2");
	snprintf(text, sizeof(text), CASE "library: %s\n", pattern);
	assert_int_equal(gng_lab_case_parse(&one, "a/b.case", text, why), GNG_OK);
	status = lab_library_find(&paths, &one, "libraries", why);
	snprintf(path, 256, "%s", paths.num ? paths.texts[0] : "");
	assert_int_equal(paths.num, status == GNG_OK);
	lab_list_fini(&paths);
	gng_lab_case_fini(&one);
	return status;
}

static void one_file_is_found_whatever_its_version(void **state)
{
	char path[256];

	(void)state;
	assert_int_equal(find(path, "pmds-*/libone.so.*.*", NULL), GNG_OK);
	assert_string_equal(path, "libraries/pmds-23.0/libone.so.23.0");
	assert_int_equal(find(path, "pmds-23.0/libone.so.23", NULL), GNG_OK);
	assert_string_equal(path, "libraries/pmds-23.0/libone.so.23");
}

static void a_folder_is_no_library(void **state)
{
	char path[256];

	(void)state;
	assert_int_equal(find(path, "folder.so.?", NULL), GNG_OK);
	assert_string_equal(path, "libraries/folder.so.2");
	assert_int_equal(find(path, "folder.so.1", NULL), GNG_EUNSUPPORTED);
}

static void none_or_several_are_refused_by_line(void **state)
{
	struct gng_why why;
	char path[256];

	(void)state;
	assert_int_equal(find(path, "pmds-*/libtwo.so.*", &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "a/b.case:4: no file below libraries matches pmds-*"));
	assert_int_equal(find(path, "pmds-*/libone.so.*", &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "a/b.case:4: 2 files below libraries match pmds-*"));
}

const struct suite_test suite_tests[] = {
	TEST(one_file_is_found_whatever_its_version, "H1.lab.library"),
	TEST(a_folder_is_no_library, "H1.lab.library"),
	TEST(none_or_several_are_refused_by_line, "H1.lab.library"),
	{0},
};
