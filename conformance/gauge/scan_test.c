/* SPDX-License-Identifier: Apache-2.0 */
/* scan_test.c - the plan is read from text: tables of tests (suite.h) and declarations. */
#include "tree.h"

#include "gauge_scan.h"
#include "gauge_text.h"

#define OPENING "const struct suite_test suite_tests[] = {\n"
#define CLOSING "\t{0},\n};\n"

static void scans(const char *text, const char *expected)
{
	char *listed = strdup(""), *longer;
	struct gauge_table table;
	struct gng_why why = {0};

	if (gauge_scan(&table, "x_test.c", text, &why) != GNG_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < table.num; i++) {
		longer = gauge_format("%s%s/%s/%u@%d ", listed, table.entries[i].function,
				      table.entries[i].requirements, table.entries[i].flags,
				      table.entries[i].line);
		free(listed);
		listed = longer;
	}
	assert_string_equal(listed, expected);
	free(listed);
	gauge_table_fini(&table);
}

static void scan_refuses(const char *text, const char *part)
{
	struct gauge_table table;
	struct gng_why why = {0};

	assert_int_equal(gauge_scan(&table, "x_test.c", text, &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
}

static void scan_reads_every_macro(void **state)
{
	(void)state;
	scans(OPENING "TEST(a, \"R1\"),\nTEST_EACH_VARIANT(b, \"R1 R2\"),\nTEST_SLOW(c, \"\"),\n"
		      "TEST_SLOW_EACH_VARIANT(d, \"R\"),\nTEST_LATENCY(e, \"R\"),\n"
		      "TEST_COUNTS(f, \"R\"),\nTEST_ONCE(g, \"R\")," CLOSING,
	      "a/R1/0@2 b/R1 R2/1@3 c//2@4 d/R/3@5 e/R/4@6 f/R/16@7 g/R/32@8 ");
}

static void scan_reads_entries_that_wrap(void **state)
{
	(void)state;
	scans(OPENING "\tTEST(a_very_long_name,\n\t     \"R1 \"\n\t     \"R2\"),\n"
		      "TEST /* why */ (b, // more\n \"R\"\\\n)," CLOSING,
	      "a_very_long_name/R1 R2/0@2 b/R/0@5 ");
	scans("suite_tests[]={TEST(a,\"\"),{0}};", "a//0@1 ");
	scans("suite_tests[]={TEST(a,\"\"),{}};\n", "a//0@1 ");
}

/* A table of another name is none, wherever its name stands among the words. */
static void scan_takes_the_table_of_that_name_only(void **state)
{
	(void)state;
	scans("const struct suite_test others[] = {TEST(no, \"\"), {0}};\n" OPENING
	      "TEST(a, \"\")," CLOSING,
	      "a//0@3 ");
	scans("static const struct suite_test others[] = {TEST(no, \"\"), {0}};\n" OPENING
	      "TEST(a, \"\")," CLOSING,
	      "a//0@3 ");
}

static void scan_skips_what_is_no_table(void **state)
{
	(void)state;
	scans("extern const struct suite_test suite_tests[];\n"
	      "/* suite_tests[] = { TEST(no, \"\"), {0} }; */\n"
	      "// suite_tests[] = { TEST(no, \"\"), \\\n {0} };\n"
	      "#define TABLE suite_tests[] = { \\\n TEST(no, \"\"), {0} };\n"
	      "#include \"odd/*name\"\n#error don't\n#define HASH '\"' /* goes\non */\n"
	      "static const char *text = \"suite_tests[] = {TEST(no, \\\"\\\"), {0}};\";\n"
	      "char c = '\"', d = '\\'';\nTEST(no, \"\"),\n" OPENING
	      "/* TEST(no, \"\"), */ TEST(yes, \"\")," CLOSING,
	      "yes//0@15 ");
	scans("int half = 4 / 2; suite_tests[] = {TEST(a, \"\"), {0}};\n", "a//0@1 ");
}

static void scan_refuses_what_only_a_compiler_understands(void **state)
{
	(void)state;
	scan_refuses("int x;\n", "x_test.c:2: the file has no table");
	scan_refuses("", "x_test.c:1: the file has no table");
	scan_refuses(OPENING "\n#ifdef X\nTEST(a, \"\"),\n#endif\n" CLOSING, "x_test.c:3: ");
	scan_refuses(OPENING "ALL_OF(a),\n" CLOSING, "x_test.c:2: suite_tests[] may hold only");
	scan_refuses(OPENING "{\"a\", a, \"\", 0},\n" CLOSING, "x_test.c:2: the table must end");
	scan_refuses(OPENING "TEST(a, REQUIREMENT),\n" CLOSING,
		     "x_test.c:2: a test's requirements");
	scan_refuses(OPENING "TEST(a, \"R\\x31\"),\n" CLOSING, "x_test.c:2: requirement ids");
	scan_refuses(OPENING "TEST(a b, \"\"),\n" CLOSING, "x_test.c:2: ',' is missing");
	scan_refuses(OPENING "TEST(1, \"\"),\n" CLOSING, "x_test.c:2: a test's first argument");
	scan_refuses(OPENING "TEST(a, \"\")\n" CLOSING, "x_test.c:3: ',' is missing");
	scan_refuses(OPENING "TEST(a, \"\"),\n};\n", "x_test.c:3: suite_tests[] may hold only");
	scan_refuses(OPENING "TEST(a, \"\"),\n{0},\nTEST(b, \"\"),\n};\n",
		     "x_test.c:4: a test behind {0} never runs");
	scan_refuses(OPENING CLOSING OPENING CLOSING, "x_test.c:4: a second suite_tests[]");
	scan_refuses(OPENING "TEST(a, \"R),\n" CLOSING, "x_test.c:2: a test's requirements");
	scan_refuses("char *s = \"open;\n" OPENING CLOSING, "x_test.c:1: a string or character");
	/* a '#' behind other words begins no directive */
	scan_refuses("x # \"open\n" OPENING CLOSING, "x_test.c:1: a string or character");
}

/* The oracle is the compiler: this program's own table against its own text. */
static void scan_agrees_with_the_compiler(void **state)
{
	const char *vectors = getenv("GNG_VECTORS");
	char path[PATH_MAX], *text = NULL;
	struct gauge_table table;
	size_t i = 0;

	(void)state;
	assert_non_null(vectors);
	snprintf(path, sizeof(path), "%s/../conformance/gauge/scan_test.c", vectors);
	assert_int_equal(gauge_read(&text, path, NULL), GNG_OK);
	assert_int_equal(gauge_scan(&table, path, text, NULL), GNG_OK);
	for (; suite_tests[i].name; i++) {
		assert_true(i < table.num);
		assert_string_equal(table.entries[i].function, suite_tests[i].name);
		assert_string_equal(table.entries[i].requirements, suite_tests[i].requirements);
		assert_int_equal(table.entries[i].flags, suite_tests[i].flags);
	}
	assert_int_equal(table.num, i);
	gauge_table_fini(&table);
	free(text);
}

/* ---- declarations ---- */

static void declare_reads_every_list(void **state)
{
	struct gng_subsystem aes;

	(void)state;
	assert_int_equal(
		gauge_declare(&aes, "f", "aes",
			      "# gng_subsystem(no)\n#[[ gng_subsystem(no)\n]]\n"
			      "message(\"gng_subsystem(no) ${x}\" [=[gng_subsystem(no)]]]=])\n"
			      "gng_subsystem (aes\n NEEDS base # why\n #[==[ why ]==] hist\n"
			      "VARIANTS vaes512 portable REQUIRES libbpf COMMAND bench)\n",
			      NULL),
		GNG_OK);
	assert_string_equal(aes.name, "aes");
	assert_string_equal(aes.needs, "base hist");
	assert_string_equal(aes.variants, "vaes512 portable");
	assert_string_equal(aes.packages, "libbpf");
	assert_string_equal(aes.command, "bench");
	gauge_subsystem_fini(&aes);
	assert_int_equal(gauge_declare(&aes, "f", "aes", "gng_subsystem(aes)", NULL), GNG_OK);
	assert_string_equal(aes.needs, "");
	assert_string_equal(aes.command, "");
	gauge_subsystem_fini(&aes);
}

static void declare_refuses(const char *text, const char *part)
{
	struct gng_subsystem aes;
	struct gng_why why = {0};

	assert_int_equal(gauge_declare(&aes, "f", "aes", text, &why), GNG_EFORMAT);
	assert_int_equal(why.sys_errno, 0);
	if (!strstr(why.text, part))
		fail_msg("'%s' does not say '%s'", why.text, part);
}

static void declare_refuses_what_only_cmake_understands(void **state)
{
	(void)state;
	declare_refuses("", "f:1: no gng_subsystem");
	declare_refuses("\n\ngng_subsystem(rsa)", "f:3: the first word must be the folder's name");
	declare_refuses("gng_subsystem()", "f:1: the first word must be");
	declare_refuses("gng_subsystem(aes NEEDS ${needs})", "f:1: the plan cannot expand");
	declare_refuses("gng_subsystem(aes NEEDS b${needs})", "f:1: the plan cannot expand");
	declare_refuses("gng_subsystem(aes NEEDS \"base\")", "f:1: the plan cannot expand");
	declare_refuses("gng_subsystem(aes base)", "f:1: a word that belongs to no keyword");
	declare_refuses("gng_subsystem(aes NEEDS a NEEDS b)", "f:1: a keyword of gng_subsystem");
	declare_refuses("gng_subsystem(aes NEEDS a a)", "f:1: a word stands twice");
	declare_refuses("gng_subsystem(aes NEEDS\na\na\n)", "f:3: a word stands twice");
	declare_refuses("gng_subsystem(aes COMMAND a b)", "f:1: COMMAND takes one word");
	declare_refuses("gng_subsystem(aes NEEDS a", "f:1: gng_subsystem( has no ')'");
	declare_refuses("gng_subsystem(aes)\ngng_subsystem(aes)", "f:2: a second gng_subsystem");
}

const struct suite_test suite_tests[] = {
	TEST(scan_reads_every_macro, "H1.plan.text"),
	TEST(scan_reads_entries_that_wrap, "H1.plan.text"),
	TEST(scan_takes_the_table_of_that_name_only, "H1.plan.text"),
	TEST(scan_skips_what_is_no_table, "H1.plan.text"),
	TEST(scan_refuses_what_only_a_compiler_understands, "H1.plan.refusals"),
	TEST(scan_agrees_with_the_compiler, "H1.plan.text"),
	TEST(declare_reads_every_list, "H1.plan.declarations"),
	TEST(declare_refuses_what_only_cmake_understands, "H1.plan.declarations "
							  "H1.plan.refusals"),
	{0},
};
