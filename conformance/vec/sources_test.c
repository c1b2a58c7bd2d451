/* SPDX-License-Identifier: Apache-2.0 */
/* sources_test.c - vec: SOURCES declares what foreign files do not, and strangers are found. */
#include "../suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BLOCK(file, cases) \
	"file: " file "\norigin: o\nlicence: l\nsha256: " SHA "\ncases: " cases "\n\n"

static void sources_give_each_block(void **state)
{
	static const char text[] = "# comment\n\n" BLOCK("a.rsp", "2") BLOCK("b.json", "0");
	struct gng_vec_sources *sources;
	const struct gng_vec_source *b;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_vec_sources_open_text(&sources, "S", text, sizeof(text) - 1, &why),
			 GNG_OK);
	b = gng_vec_sources_find(sources, "b.json");
	assert_non_null(b);
	assert_ptr_equal(gng_vec_sources_at(sources, 1), b);
	assert_null(gng_vec_sources_at(sources, 2));
	assert_null(gng_vec_sources_find(sources, "b"));
	assert_string_equal(b->origin, "o");
	assert_string_equal(b->licence, "l");
	assert_string_equal(b->sha256, SHA);
	assert_int_equal(b->num_cases, 0);
	assert_int_equal(b->line, 9);
	gng_vec_sources_close(sources);
}

static const struct {
	const char *text, *reason;
} broken[] = {
	{"file: a\norigin: o\nlicence: l\nsha256: " SHA "\n",
	 "S:1: the block that begins here lacks"
	 " 'cases'"},
	{"cases: 1\n", "S:1: the block that begins here lacks 'file'"},
	{"file: a\nfile: b\n", "S:2: put a blank line between two blocks; second 'file'"},
	{"file a\n", "S:1: write name: value, not 'file a'"},
	{"file:\n", "S:1: there is no value behind 'file'"},
	{"author: me\n", "S:1: none of file, origin, licence, sha256, cases: 'author'"},
	{BLOCK("a", "1") BLOCK("a", "1"), "S:7: has two blocks; remove one: 'a'"},
	{BLOCK("a/b", "1"), "S:1: a file beside SOURCES has no folder: 'a/b'"},
	{BLOCK("a", "some"), "S:1: not a number of cases: 'some'"},
	{"file: a\norigin: o\nlicence: l\nsha256: 12\ncases: 1\n",
	 "S:1: not 64 lower-case hex digits: '12'"},
};

static void sources_refuse_each_broken_block(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		struct gng_vec_sources *sources;
		struct gng_why why;

		assert_int_equal(gng_vec_sources_open_text(&sources, "S", broken[i].text,
							   strlen(broken[i].text), &why),
				 GNG_EFORMAT);
		assert_null(sources);
		assert_string_equal(why.text, broken[i].reason);
	}
}

/* ---- beside a file ---- */

static char folder[] = P_tmpdir "/gonogo-sources-XXXXXX";

static void write_file(const char *name, const char *text)
{
	FILE *file;

	assert_int_equal(chdir(folder), 0);
	file = fopen(name, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* count_cases reads folder/a.rsp to its end or to an error. */
static enum gng_status count_cases(bool *declared, struct gng_why *why)
{
	struct gng_vec *vec;
	struct gng_vec_case *one;
	char path[sizeof(folder) + 8];
	uint64_t num;
	enum gng_status status;

	snprintf(path, sizeof(path), "%s/a.rsp", folder);
	status = gng_vec_open(&vec, path, why);
	if (status != GNG_OK)
		return status;
	*declared = gng_vec_declared(vec, &num);
	do
		status = gng_vec_next(vec, &one, why);
	while (status == GNG_OK && one);
	gng_vec_close(vec);
	return status;
}

static void sources_declare_the_cases_of_foreign_files(void **state)
{
	struct gng_why why;
	bool declared;

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_file("a.rsp", "COUNT = 0\nx = 00\n\nCOUNT = 1\nx = 00\n");
	assert_int_equal(count_cases(&declared, &why), GNG_OK);
	assert_false(declared);
	write_file("SOURCES", BLOCK("b.rsp", "9"));
	assert_int_equal(count_cases(&declared, &why), GNG_OK);
	assert_false(declared); /* a stranger: suite_vectors fails on it */
	write_file("SOURCES", BLOCK("a.rsp", "2"));
	assert_int_equal(count_cases(&declared, &why), GNG_OK);
	assert_true(declared);
	write_file("SOURCES", BLOCK("a.rsp", "3"));
	assert_int_equal(count_cases(&declared, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "a.rsp:1: SOURCES declares 3 cases, the file has 2"));
	write_file("a.rsp", "# source: s\n# cases: 1\nx = 00\n");
	assert_int_equal(count_cases(&declared, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "'# cases:' declares 1 cases, SOURCES:1 3"));
	write_file("SOURCES", "file\n");
	assert_int_equal(count_cases(&declared, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "/SOURCES:1: write name: value"));
	unlink("a.rsp");
	unlink("SOURCES");
	assert_int_equal(rmdir(folder), 0);
}

const struct suite_test suite_tests[] = {
	TEST(sources_give_each_block, "H1.vec.sources"),
	TEST(sources_refuse_each_broken_block, "H1.vec.sources"),
	TEST(sources_declare_the_cases_of_foreign_files, "H1.vec.sources H1.vec.counts"),
	{0},
};
