/* SPDX-License-Identifier: Apache-2.0 */
/* statements_test.c - which lines are one statement, what ran before it, and what gcov hides. */
#include "tiny.h"

#include "../../impl/mutants/mutants_coverage.h"

/* ---- by their text ---- */

static const char shapes[] = "int table[2] = {1, 2};\n"
			     "static bool\n"
			     "first(int a)\n"
			     "{\n"
			     "\tstatic const int t[] = {\n"
			     "\t\t3, 4};\n"
			     "\tif (a > 5 &&\n"
			     "\t    a < 6)\n"
			     "\t\ta++;\n"
			     "\telse if (a)\n"
			     "\t\ta--;\n"
			     "\tfor (int i = 0;\n"
			     "\t     i < a; i++) {\n"
			     "\t\ta += i;\n"
			     "\t}\n"
			     "\tdo\n"
			     "\t\ta--;\n"
			     "\twhile (a > 7);\n"
			     "\teach(index, a) {\n"
			     "\t\ta = 8;\n"
			     "\t}\n"
			     "\teach(index, a)\n"
			     "\tif (a) a = 9;\n"
			     "\tswitch (a) {\n"
			     "\tcase 10:\n"
			     "\t\tbreak;\n"
			     "\tcase 11 ? 12 : 13:\n"
			     "\tdefault:\n"
			     "\t\tgoto out;\n"
			     "\t}\n"
			     "out:\n"
			     "\treturn (int)a +\n"
			     "\t       t[0];\n"
			     "}\n"
			     "int second(void) { return 14; }\n";

static size_t statement_of(const struct statements *statements, const char *text)
{
	const char *at = strstr(shapes, text);

	assert_non_null(at);
	return statements_at(statements, (size_t)(at - shapes));
}

/* check_lines: what has the text is in a statement of those lines, and came after that with the
 * text before. */
static void check_lines(const char *text, size_t first, size_t last, const char *before)
{
	struct statements statements;
	size_t index;

	assert_true(statements_read(&statements, shapes));
	index = statement_of(&statements, text);
	if (index == NO_STATEMENT)
		suite_fail("%s is in no statement", text);
	if (statements.items[index].first != first || statements.items[index].last != last)
		suite_fail("%s is in lines %zu to %zu", text, statements.items[index].first,
			   statements.items[index].last);
	if (statements.items[index].before !=
	    (before ? statement_of(&statements, before) : NO_STATEMENT))
		suite_fail("%s comes after something else", text);
	statements_fini(&statements);
}

static void statements_have_all_their_lines(void **state)
{
	(void)state;
	check_lines("first(", 2, 4, NULL);
	check_lines("3, 4", 5, 6, "first(");
	check_lines("a > 5", 7, 8, "3, 4");
	check_lines("a < 6", 7, 8, "3, 4");
	check_lines("a++;", 9, 9, "a > 5");
	check_lines("if (a)\n", 10, 10, "a > 5");
	check_lines("a--;", 11, 11, "if (a)\n");
	check_lines("i < a", 12, 13, "a > 5");
	check_lines("a += i", 14, 14, "i < a");
	check_lines("while (", 18, 18, "a--;\n\twhile");
	check_lines("a = 8", 20, 20, "each(index, a) {");
	check_lines("a = 9", 23, 23, "if (a) a");
	check_lines("t[0]", 32, 33, "out:");
	check_lines("second(", 35, 35, NULL);
	check_lines("14", 35, 35, "second(");
}

/* Whether a label is taken is decided where the switch is. */
static void labels_begin_with_what_jumps_to_them(void **state)
{
	(void)state;
	check_lines("10:", 24, 25, "switch");
	check_lines("break;", 26, 26, "case 10");
	check_lines("12 :", 24, 27, "switch");
	check_lines("default:", 24, 28, "switch");
	check_lines("goto", 29, 29, "default:");
	check_lines("out:", 2, 31, "first(");
}

static void statements_are_those_of_functions(void **state)
{
	struct statements statements;

	(void)state;
	assert_true(statements_read(&statements, shapes));
	assert_int_equal(statement_of(&statements, "1, 2"), NO_STATEMENT);
	statements_fini(&statements);
}

/* What is deeper than anybody writes, or does not end, is read in bounded time and depth. */
static void statements_of_any_text_are_found(void **state)
{
	static const char *const ends[] = {"int f(void) {", "f(){{{{;}",      "f(){do", "f(){if(a)",
					   "f(){case",	    "f(){for(;;){a:", "f()}",	""};
	const size_t depth = 10000;
	struct statements statements;
	char *deep = malloc(2 * depth + sizeof("f() {x;}"));

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		assert_true(statements_read(&statements, ends[i]));
		statements_fini(&statements);
	}
	strcpy(deep, "f() {");
	memset(deep + 5, '{', depth);
	strcpy(deep + 5 + depth, "x;");
	memset(deep + 7 + depth, '}', depth + 1);
	deep[2 * depth + 8] = '\0';
	assert_true(statements_read(&statements, deep));
	assert_int_equal(statements.num, 2);
	assert_int_equal(statements_at(&statements, depth + 5), 1); /* x */
	statements_fini(&statements);
	free(deep);
}

/* ---- as gcov counts ---- */

/* gcc gives the first operand the line of the operator that joins the whole, and so gcov says that
 * nobody executed line 3. */
static const char hiding[] = "int neither(int x, int y)\n"
			     "{\n"
			     "\treturn !(x > 0 &&\n"
			     "\t\t y > 1) && y < 9;\n"
			     "}\n"
			     "int never(int x)\n"
			     "{\n"
			     "\treturn x > 0 ||\n"
			     "\t       x < -1;\n"
			     "}\n"
			     "int main(int argc, char **argv)\n"
			     "{\n"
			     "\treturn argv[argc] ? never(argc) : !neither(0, 1);\n"
			     "}\n";

/* counted returns what gcov says of a run of that source (caller frees). */
static char *counted(void)
{
	static const char script[] = "cd \"$TMPDIR\" && cc -w -O0 --coverage -c hiding.c && "
				     "cc --coverage hiding.o -o hiding && ./hiding && "
				     "gcov --json-format --stdout hiding.gcda";
	const char *argv[] = {"sh", "-c", script, NULL};
	char *path = mutants_format("%s/hiding.c", getenv("TMPDIR")), *json;

	assert_int_equal(mutants_write(path, hiding, NULL), GNG_OK);
	json = mutants_capture(argv, NULL);
	assert_non_null(json);
	free(path);
	return json;
}

static bool is_reached(const struct coverage *coverage, const struct statements *statements,
		       const char *text)
{
	const size_t index = statements_at(statements, (size_t)(strstr(hiding, text) - hiding));
	unsigned char hits[1] = {2};

	assert_true(coverage_of(coverage, hits, "hiding.c", statements, index));
	return hits[0];
}

static void first_part_of_a_condition_is_executed_by_whoever_began_it(void **state)
{
	struct statements statements;
	struct coverage coverage;
	char *json;

	(void)state;
	if (!tiny_can_build())
		return;
	json = counted();
	assert_true(statements_read(&statements, hiding));
	coverage_init(&coverage, 1);
	assert_int_equal(coverage_add(&coverage, 0, json, NULL), GNG_OK);
	assert_true(is_reached(&coverage, &statements, "x > 0 &&"));
	assert_true(is_reached(&coverage, &statements, "y < 9"));
	assert_true(is_reached(&coverage, &statements, "{\n\treturn !"));
	assert_false(is_reached(&coverage, &statements, "x > 0 ||"));
	assert_false(is_reached(&coverage, &statements, "x < -1"));
	coverage_fini(&coverage);
	statements_fini(&statements);
	free(json);
}

const struct suite_test suite_tests[] = {
	TEST(statements_have_all_their_lines, "H1.mutants.coverage"),
	TEST(labels_begin_with_what_jumps_to_them, "H1.mutants.coverage"),
	TEST(statements_are_those_of_functions, "H1.mutants.coverage"),
	TEST(statements_of_any_text_are_found, "H1.mutants.coverage"),
	TEST(first_part_of_a_condition_is_executed_by_whoever_began_it, "H1.mutants.coverage"),
	{0},
};
