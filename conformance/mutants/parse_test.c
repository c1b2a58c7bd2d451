/* SPDX-License-Identifier: Apache-2.0 */
/* parse_test.c - .mutants files, and the edit that they describe. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_mutants.h>

static const char good[] = "# a comment\n"
			   "mutant: stops_early\n"
			   "file: impl/x/x.c\n"
			   "- return equal(a, b, len);\n"
			   "+ return equal(a, b, 8);\n"
			   "kills: conformance.x.one.compares_all aesni\n"
			   "\n"
			   "mutant: forgets\n"
			   "file: impl/x/x.c\n"
			   "- wipe(a);\n"
			   "- wipe(b);\n"
			   "kills: conformance.x.one.wipes\n";

static void parse_reads_blocks(void **state)
{
	struct gng_mutant *mutants;
	size_t n;

	(void)state;
	assert_int_equal(gng_mutants_parse(&mutants, &n, "x.mutants", good, NULL), GNG_OK);
	assert_int_equal(n, 2);
	assert_string_equal(mutants[0].name, "stops_early");
	assert_string_equal(mutants[0].old_text, "return equal(a, b, len);\n");
	assert_string_equal(mutants[0].test, "conformance.x.one.compares_all");
	assert_string_equal(mutants[0].variant, "aesni");
	assert_string_equal(mutants[0].where, "x.mutants:2");
	assert_string_equal(mutants[1].old_text, "wipe(a);\nwipe(b);\n");
	assert_null(mutants[1].new_text);
	assert_string_equal(mutants[1].variant, "");
	gng_mutants_free(mutants, n);
}

static const struct {
	const char *text, *what;
} broken[] = {
	{"mutant: a\n", "x.mutants:2: a mutant needs"},
	{"mutant: a\nmutant: b\n", "x.mutants:2: a word stands twice"},
	{"mutant: a\nfile: f\n- x\n+ y\nkills: t\n\nmutant: a\nfile: f\n- x\nkills: t\n",
	 "is called a"},
	{"bug: a\n", "x.mutants:1: not a line of a mutant: bug: a"},
	{"file: \n", "x.mutants:1"},
};

static void parse_refuses_a_broken_file_by_its_line(void **state)
{
	struct gng_mutant *mutants;
	struct gng_why why;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		assert_int_equal(gng_mutants_parse(&mutants, &n, "x.mutants", broken[i].text, &why),
				 GNG_EFORMAT);
		if (!strstr(why.text, broken[i].what))
			fail_msg("'%s' lacks '%s'", why.text, broken[i].what);
	}
}

static enum gng_status apply(char **mutated, size_t *line, size_t which, const char *source,
			     struct gng_why *why)
{
	struct gng_mutant *mutants;
	enum gng_status status;
	size_t n;

	assert_int_equal(gng_mutants_parse(&mutants, &n, "x.mutants", good, NULL), GNG_OK);
	status = gng_mutant_apply(mutated, line, &mutants[which], source, why);
	gng_mutants_free(mutants, n);
	return status;
}

static void apply_replaces_the_lines_and_nothing_else(void **state)
{
	char *mutated;
	size_t line;

	(void)state;
	assert_int_equal(apply(&mutated, &line, 0, "{\n\treturn equal(a, b, len);\n}\n", NULL),
			 GNG_OK);
	assert_string_equal(mutated, "{\nreturn equal(a, b, 8);\n}\n");
	assert_int_equal(line, 2);
	free(mutated);
	assert_int_equal(apply(&mutated, &line, 1, "\twipe(a);\n\twipe(b);", NULL), GNG_OK);
	assert_string_equal(mutated, "");
	free(mutated);
}

static void apply_refuses_lines_that_are_not_there_exactly_once(void **state)
{
	struct gng_why why;
	char *mutated;
	size_t line;

	(void)state;
	assert_int_equal(apply(&mutated, &line, 0, "nothing\n", &why), GNG_EFORMAT);
	assert_non_null(
		strstr(why.text, "x.mutants:2: the old lines of stops_early stand 0 times"));
	assert_int_equal(apply(&mutated, &line, 0,
			       "return equal(a, b, len);\nreturn equal(a, b, len);\n", &why),
			 GNG_EFORMAT);
	assert_non_null(strstr(why.text, "2 times"));
	/* consecutive means consecutive */
	assert_int_equal(apply(&mutated, &line, 1, "wipe(a);\nother();\nwipe(b);\n", &why),
			 GNG_EFORMAT);
}

const struct suite_test suite_tests[] = {
	TEST(parse_reads_blocks, "H1.mutants.format"),
	TEST(parse_refuses_a_broken_file_by_its_line, "H1.mutants.format"),
	TEST(apply_replaces_the_lines_and_nothing_else, "H1.mutants.apply"),
	TEST(apply_refuses_lines_that_are_not_there_exactly_once, "H1.mutants.apply"),
	{0},
};
