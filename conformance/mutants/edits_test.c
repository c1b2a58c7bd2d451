/* SPDX-License-Identifier: Apache-2.0 */
/* edits_test.c - C source as tokens, and each operator as a list of edits. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_mutants.h>

#include "../../impl/mutants/mutants_token.h"

/* check_tokens compares what is cut from source with want, tokens with a space between. */
static void check_tokens(const char *source, const char *want)
{
	struct tokens tokens;
	char got[512] = "";

	assert_true(tokens_read(&tokens, source));
	for (size_t i = 0; i < tokens.num; i++) {
		strncat(got, *got ? " " : "", 2);
		strncat(got, source + tokens.items[i].offset, tokens.items[i].len);
	}
	assert_string_equal(got, want);
	tokens_fini(&tokens);
}

static void tokens_are_cut_as_the_standard_says(void **state)
{
	(void)state;
	check_tokens("a+++b", "a ++ + b");
	check_tokens("x<<=1>>2", "x <<= 1 >> 2");
	check_tokens("p->q...r", "p -> q ... r");
	check_tokens("0x1e+3 1e+3 .5 0x1p-4f", "0x1e + 3 1e+3 .5 0x1p-4f");
	check_tokens("_a1 b", "_a1 b");
	check_tokens("", "");
}

static void tokens_leave_out_comments_and_preprocessor_lines(void **state)
{
	(void)state;
	check_tokens("a/* b */c// d\ne", "a c e");
	check_tokens("a /* # */\n  # define X 1 \\\n 2\nb", "a b");
	check_tokens("#if 1 /* two\nlines */ 3\nc", "c");
	check_tokens("# x", "");
	check_tokens("#define GLOB \"/*\"\na", "a");
	check_tokens("#define URL \"\\\"//\" \\\n 1\na", "a");
	check_tokens("#error don't /* go\non */ 'x\na", "a");
	check_tokens("a /* not closed", "a");
	check_tokens("/**/b", "b");
	check_tokens("a # b", "a # b"); /* no directive in the middle of a line */
}

static void tokens_keep_literals_whole(void **state)
{
	(void)state;
	check_tokens("\"a + /* b */\" c", "\"a + /* b */\" c");
	check_tokens("'\\'' + '\"'", "'\\'' + '\"'");
	check_tokens("\"\\\\\" + 1", "\"\\\\\" + 1");
	check_tokens("\"open\nx", "\"open x");
}

static void tokens_know_their_line_and_kind(void **state)
{
	struct tokens tokens;

	(void)state;
	assert_true(tokens_read(&tokens, "/* 1\n*/ a 'b'\n#c\n 4 +"));
	assert_int_equal(tokens.num, 4);
	assert_int_equal(tokens.items[0].kind, TOKEN_WORD);
	assert_int_equal(tokens.items[0].line, 2);
	assert_int_equal(tokens.items[1].kind, TOKEN_TEXT);
	assert_int_equal(tokens.items[2].kind, TOKEN_NUMBER);
	assert_int_equal(tokens.items[2].line, 4);
	assert_int_equal(tokens.items[3].kind, TOKEN_MARK);
	assert_true(token_is_one_of(&tokens, 0, "x a"));
	assert_false(token_is_one_of(&tokens, 0, "x aa"));
	assert_false(token_is_one_of(&tokens, 4, "a"));
	assert_false(token_is(&tokens, 4, "+"));
	tokens_fini(&tokens);
}

static void tokens_match_brackets(void **state)
{
	struct tokens tokens;

	(void)state;
	assert_true(tokens_read(&tokens, "( a [ { } ] ) ("));
	assert_int_equal(token_match(&tokens, 0), 6);
	assert_int_equal(token_match(&tokens, 2), 5);
	assert_int_equal(token_match(&tokens, 7), tokens.num);
	tokens_fini(&tokens);
}

/* check_edits compares the edits of one kind with want: "line.ordinal mutated;..." without
 * newlines. */
static void check_edits(enum gng_edit_kind kind, const char *source, const char *want)
{
	struct gng_edit *edits;
	char got[2048] = "";
	size_t n;

	assert_int_equal(gng_edits_of(&edits, &n, source, NULL), GNG_OK);
	for (size_t i = 0; i < n; i++) {
		char *mutated = gng_edit_apply(&edits[i], source);
		char line[512];

		for (char *at = mutated; (at = strchr(at, '\n'));)
			*at = '~';
		snprintf(line, sizeof(line), "%zu.%zu %s\n", edits[i].line, edits[i].ordinal,
			 mutated);
		if (edits[i].kind == kind)
			strncat(got, line, sizeof(got) - strlen(got) - 1);
		free(mutated);
	}
	assert_string_equal(got, want);
	gng_edits_free(edits, n);
}

static void operators_replace_an_order_by_its_neighbours(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_RELATIONAL, "a < b", "1.1 a <= b\n1.2 a >= b\n");
	check_edits(GNG_EDIT_RELATIONAL, "a <= b", "1.1 a < b\n1.2 a > b\n");
	check_edits(GNG_EDIT_RELATIONAL, "a > b", "1.1 a >= b\n1.2 a <= b\n");
	check_edits(GNG_EDIT_RELATIONAL, "a >= b", "1.1 a > b\n1.2 a < b\n");
	check_edits(GNG_EDIT_RELATIONAL, "a == b", "1.1 a != b\n");
	check_edits(GNG_EDIT_RELATIONAL, "\na != b", "2.1 ~a == b\n");
}

static const struct {
	enum gng_edit_kind kind;
	const char *from, *to;
} pairs[] = {
	{GNG_EDIT_ARITHMETIC, "a + b", "1.1 a - b\n"},
	{GNG_EDIT_ARITHMETIC, "a - b", "1.1 a + b\n"},
	{GNG_EDIT_ARITHMETIC, "a * b", "1.1 a / b\n"},
	{GNG_EDIT_ARITHMETIC, "a / b", "1.1 a * b\n"},
	{GNG_EDIT_ARITHMETIC, "a % b", "1.1 a * b\n"},
	{GNG_EDIT_ARITHMETIC, "a += b", "1.1 a -= b\n"},
	{GNG_EDIT_ARITHMETIC, "a -= b", "1.1 a += b\n"},
	{GNG_EDIT_ARITHMETIC, "a *= b", "1.1 a /= b\n"},
	{GNG_EDIT_ARITHMETIC, "a /= b", "1.1 a *= b\n"},
	{GNG_EDIT_ARITHMETIC, "a %= b", "1.1 a *= b\n"},
	{GNG_EDIT_ARITHMETIC, "a++", "1.1 a--\n"},
	{GNG_EDIT_ARITHMETIC, "--a", "1.1 ++a\n"},
	{GNG_EDIT_BITWISE, "a & b", "1.1 a | b\n"},
	{GNG_EDIT_BITWISE, "a | b", "1.1 a & b\n"},
	{GNG_EDIT_BITWISE, "a ^ b", "1.1 a | b\n"},
	{GNG_EDIT_BITWISE, "a << b", "1.1 a >> b\n"},
	{GNG_EDIT_BITWISE, "a >> b", "1.1 a << b\n"},
	{GNG_EDIT_BITWISE, "a &= b", "1.1 a |= b\n"},
	{GNG_EDIT_BITWISE, "a |= b", "1.1 a &= b\n"},
	{GNG_EDIT_BITWISE, "a ^= b", "1.1 a |= b\n"},
	{GNG_EDIT_BITWISE, "a <<= b", "1.1 a >>= b\n"},
	{GNG_EDIT_BITWISE, "a >>= b", "1.1 a <<= b\n"},
	{GNG_EDIT_BITWISE, "~a", "1.1 a\n"},
	{GNG_EDIT_LOGICAL, "a && b", "1.1 a || b\n"},
	{GNG_EDIT_LOGICAL, "a || b", "1.1 a && b\n"},
	{GNG_EDIT_LOGICAL, "!a", "1.1 a\n"},
};

static void operators_replace_one_by_its_partner(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		check_edits(pairs[i].kind, pairs[i].from, pairs[i].to);
}

static void operators_leave_signs_and_declarators(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_ARITHMETIC, "x = -1; char *p; f((char *)p, *q);", "");
	check_edits(GNG_EDIT_BITWISE, "f(&a)", "");
	check_edits(GNG_EDIT_ARITHMETIC, "a\n\t+ b", "2.1 a~\t- b\n");
}

static void constants_are_shifted_by_one_both_ways(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_CONSTANT, "x[7]", "1.1 x[(7 + 1)]\n1.2 x[(7 - 1)]\n");
	check_edits(GNG_EDIT_CONSTANT, "0xeu", "1.1 (0xeu + 1)\n1.2 (0xeu - 1)\n");
	check_edits(GNG_EDIT_CONSTANT, "x y = {0}, z[] = {{0}, {0}};", ""); /* all of it is zero */
	check_edits(GNG_EDIT_CONSTANT, "{0, a}", "1.1 {(0 + 1), a}\n1.2 {(0 - 1), a}\n");
	/* an array is only made shorter, and an element is another one on both sides */
	check_edits(GNG_EDIT_CONSTANT, "char a[7];", "1.1 char a[(7 - 1)];\n");
	check_edits(GNG_EDIT_CONSTANT, "char *a[7], b[N + 1];",
		    "1.1 char *a[(7 - 1)], b[N + 1];\n1.2 char *a[7], b[N + (1 - 1)];\n");
	check_edits(GNG_EDIT_CONSTANT, "int a[N] = {b}, *c[M + 1];",
		    "1.1 int a[N] = {b}, *c[M + (1 - 1)];\n");
	check_edits(GNG_EDIT_CONSTANT, "return a[7];",
		    "1.1 return a[(7 + 1)];\n1.2 return a[(7 - 1)];\n");
	check_edits(GNG_EDIT_CONSTANT, "f(a, b[7]);",
		    "1.1 f(a, b[(7 + 1)]);\n1.2 f(a, b[(7 - 1)]);\n");
	check_edits(GNG_EDIT_CONSTANT, "int x = a[7], y;",
		    "1.1 int x = a[(7 + 1)], y;\n1.2 int x = a[(7 - 1)], y;\n");
	check_edits(GNG_EDIT_CONSTANT, "a[7] = b, c[8]++;",
		    "1.1 a[(7 + 1)] = b, c[8]++;\n1.2 a[(7 - 1)] = b, c[8]++;\n"
		    "1.3 a[7] = b, c[(8 + 1)]++;\n1.4 a[7] = b, c[(8 - 1)]++;\n");
	check_edits(GNG_EDIT_CONSTANT, "1.5 1e3 0x1p3 2.", "");
	check_edits(GNG_EDIT_CONSTANT, "\"1\" /* 2 */ '3'\n#define X 4\n", "");
}

static void statements_are_deleted_and_declarations_are_not(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_STATEMENT, "void f(void) {\n x = 1;\n}", "2.1 void f(void) {~ ;~}\n");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { g(1,\n2); }", "1.1 void f(void) { ;~ }\n");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { if (a) *p++ = 1; }",
		    "1.1 void f(void) { if (a) ; }\n");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { else break; }",
		    "1.1 void f(void) { else ; }\n");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { return; }", "1.1 void f(void) { ; }\n");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { case 1: g(); }",
		    "1.1 void f(void) { case 1: ; }\n");
	check_edits(GNG_EDIT_STATEMENT,
		    "int f(void) { int a = 1; uint8_t b; char *c = d; foo_t *e; return a; }", "");
	check_edits(GNG_EDIT_STATEMENT, "int f(void) { int a[2] = {1, g()}; out: return a; }", "");
	check_edits(GNG_EDIT_STATEMENT, "int a = 1; int b = f();", "");
	check_edits(GNG_EDIT_STATEMENT, "void f(void) { x = a ? b : c; }",
		    "1.1 void f(void) { ; }\n");
}

static void conditions_are_turned_round(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_CONDITION, "int f(int a) { if (a && (b)) c(); }",
		    "1.1 int f(int a) { if (!(a && (b))) c(); }\n");
	check_edits(GNG_EDIT_CONDITION, "int f(int a) { while (a\n&& b) c(); }",
		    "1.1 int f(int a) { while (!(a~&& b)) c(); }\n");
	check_edits(GNG_EDIT_CONDITION, "int f(int a) { for (i = g(;); i < a; i++) c(); }",
		    "1.1 int f(int a) { for (i = g(;); !(i < a); i++) c(); }\n");
	check_edits(GNG_EDIT_CONDITION, "int f(int a) { for (;;) switch (a) { } }", "");
}

static void bodies_return_at_once(void **state)
{
	(void)state;
	check_edits(GNG_EDIT_RETURN, "static void f(void)\n{\n\tg();\n}",
		    "2.1 static void f(void)~{ return;~\tg();~}\n");
	check_edits(GNG_EDIT_RETURN, "int f(void) { g(); }",
		    "1.1 int f(void) { return 0; g(); }\n");
	check_edits(GNG_EDIT_RETURN, "bool f(void (*g)(void)) { g(); }",
		    "1.1 bool f(void (*g)(void)) { return true; g(); }\n"
		    "1.2 bool f(void (*g)(void)) { return 0; g(); }\n");
	check_edits(GNG_EDIT_RETURN, "void g(void);\nvoid *f(void) { g(); }",
		    "2.1 void g(void);~void *f(void) { return 0; g(); }\n");
	check_edits(GNG_EDIT_RETURN, "struct a { int b; }; int c[] = {1}; enum d { e };", "");
}

static void edits_are_sorted_and_named(void **state)
{
	const char *source = "int f(int a) { return a < 1 && a > 2; }\n";
	struct gng_edit *edits;
	size_t n;

	(void)state;
	assert_int_equal(gng_edits_of(&edits, &n, source, NULL), GNG_OK);
	assert_int_equal(n, 4 + 1 + 4 + 1);
	for (size_t i = 1; i < n; i++) {
		const bool same = edits[i].kind == edits[i - 1].kind;

		assert_true(edits[i].kind >= edits[i - 1].kind);
		assert_int_equal(edits[i].ordinal, same ? edits[i - 1].ordinal + 1 : 1);
	}
	assert_string_equal(gng_edit_kind_name(edits[0].kind), "relational");
	assert_string_equal(gng_edit_kind_name(GNG_NUM_EDIT_KINDS), "?");
	gng_edits_free(edits, n);
}

const struct suite_test suite_tests[] = {
	TEST(tokens_are_cut_as_the_standard_says, "H1.mutants.tokens"),
	TEST(tokens_leave_out_comments_and_preprocessor_lines, "H1.mutants.tokens"),
	TEST(tokens_keep_literals_whole, "H1.mutants.tokens"),
	TEST(tokens_know_their_line_and_kind, "H1.mutants.tokens"),
	TEST(tokens_match_brackets, "H1.mutants.tokens"),
	TEST(operators_replace_an_order_by_its_neighbours, "H1.mutants.operators"),
	TEST(operators_replace_one_by_its_partner, "H1.mutants.operators"),
	TEST(operators_leave_signs_and_declarators, "H1.mutants.operators"),
	TEST(constants_are_shifted_by_one_both_ways, "H1.mutants.operators"),
	TEST(statements_are_deleted_and_declarations_are_not, "H1.mutants.operators"),
	TEST(conditions_are_turned_round, "H1.mutants.operators"),
	TEST(bodies_return_at_once, "H1.mutants.operators"),
	TEST(edits_are_sorted_and_named, "H1.mutants.operators"),
	{0},
};
