/* SPDX-License-Identifier: Apache-2.0 */
/* edges_test.c - where names, numbers, strings and files end, for every reader of the plan. */
#include "tree.h"

#include <errno.h>
#include <stdint.h>

#include "gauge_plan.h"
#include "gauge_scan.h"
#include "gauge_text.h"

/* ---- budgets ---- */

static enum gng_status parse(struct gng_budget *first, const char *format, ...)
{
	struct gng_budget *budgets = NULL;
	enum gng_status status;
	char text[4096];
	size_t num = 0;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	status = gng_budget_parse(&budgets, &num, "f", text, NULL);
	if (status == GNG_OK && num > 0)
		*first = budgets[0];
	free(budgets);
	return status;
}

/* chars returns len times 'a'; each call has its own. */
static const char *chars(size_t len)
{
	static char texts[4][64];
	static size_t next;
	char *text = texts[next++ % 4];

	memset(text, 'a', len);
	text[len] = '\0';
	return text;
}

static void budget_fields_end_where_they_say(void **state)
{
	struct gng_budget budget;

	(void)state;
	assert_int_equal(parse(&budget, "%s >= 1 us *", chars(47)), GNG_OK);
	assert_string_equal(budget.metric, chars(47));
	assert_int_equal(parse(&budget, "%s >= 1 us *", chars(48)), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a >= 1 %s *", chars(15)), GNG_OK);
	assert_string_equal(budget.unit, chars(15));
	assert_int_equal(parse(&budget, "a >= 1 %s *", chars(16)), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a >= 1 us %s", chars(31)), GNG_OK);
	assert_string_equal(budget.machine, chars(31));
	assert_int_equal(parse(&budget, "a >= 1 us %s", chars(32)), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a >= 1.%029d us *", 5), GNG_OK);
	assert_int_equal(parse(&budget, "a >= 1.%030d us *", 5), GNG_EFORMAT);
}

static void budget_limits_are_what_strtod_says(void **state)
{
	static const struct {
		const char *text;
		double value;
	} rows[] = {{"0", 0}, {"1e3", 1000}, {"2.5E-1", 0.25}, {"+7", 7}, {".5", 0.5}};
	struct gng_budget budget;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_int_equal(parse(&budget, "a <= %s us *", rows[i].text), GNG_OK);
		assert_true(budget.limit == rows[i].value);
		assert_false(budget.at_least);
	}
	assert_int_equal(parse(&budget, "a <= -1 us *"), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a <= e us *"), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a <= 1e us *"), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a =< 1 us *"), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a >== 1 us *"), GNG_EFORMAT);
	assert_int_equal(parse(&budget, "a >> 1 us *"), GNG_EFORMAT);
}

static void budget_file_of_many_lines_is_kept_in_order(void **state)
{
	struct gng_budget *budgets = NULL;
	char text[8192] = "", line[64];
	size_t num = 0;

	(void)state;
	for (int i = 0; i < 70; i++) {
		snprintf(line, sizeof(line), "#\n\t m%d \t >= %d us *  \n", i, i);
		strncat(text, line, sizeof(text) - strlen(text) - 1);
	}
	assert_int_equal(gng_budget_parse(&budgets, &num, "f", text, NULL), GNG_OK);
	assert_int_equal(num, 70);
	for (size_t i = 0; i < num; i++) {
		snprintf(line, sizeof(line), "m%zu", i);
		assert_string_equal(budgets[i].metric, line);
		assert_true(budgets[i].limit == (double)i);
	}
	free(budgets);
	assert_int_equal(gng_budget_parse(&budgets, &num, "f", "\n \t\n# x\n", NULL), GNG_OK);
	assert_int_equal(num, 0);
	free(budgets);
}

/* ---- the nearest name ---- */

static size_t distance(const char *wanted, const char *candidate)
{
	struct gauge_nearest nearest;

	gauge_nearest_init(&nearest, wanted);
	assert_string_equal(nearest.best, "");
	gauge_nearest_try(&nearest, candidate, strlen(candidate));
	if (nearest.edits != SIZE_MAX)
		assert_string_equal(nearest.best, candidate);
	return nearest.edits;
}

static void edits_are_insertions_deletions_changes_and_swaps(void **state)
{
	(void)state;
	assert_int_equal(distance("aes", "aes"), 0);
	assert_int_equal(distance("ase", "aes"), 1);
	assert_int_equal(distance("aes", "ase"), 1);
	assert_int_equal(distance("es", "aes"), 1);
	assert_int_equal(distance("aess", "aes"), 1);
	assert_int_equal(distance("axs", "aes"), 1);
	assert_int_equal(distance("kitten", "sitting"), 3);
	assert_int_equal(distance("ca", "abc"), 3); /* a swapped pair is not edited again */
	assert_int_equal(distance("", "abc"), 3);
	assert_int_equal(distance("abcd", "badc"), 2);
	assert_int_equal(distance("intention", "execution"), 5);
	assert_int_equal(distance("x", "yyyyyyyy"), 8);
	assert_true(distance("x", "") == SIZE_MAX);
}

static void names_longer_than_the_table_are_compared_by_their_beginning(void **state)
{
	char one[300], other[300];

	(void)state;
	memset(one, 'a', sizeof(one));
	memset(other, 'a', sizeof(other));
	one[159] = other[159] = '\0';
	other[127] = 'b';
	assert_int_equal(distance(one, other), 1);
	other[127] = 'a';
	other[128] = 'b';
	assert_int_equal(distance(one, other), 0);
	other[159] = 'a';
	other[160] = '\0';
	assert_true(distance(one, other) == SIZE_MAX); /* no room for it */
}

static void first_of_equally_near_names_wins(void **state)
{
	struct gauge_nearest nearest;

	(void)state;
	gauge_nearest_init(&nearest, "abc");
	gauge_nearest_try(&nearest, "abcdef", 6);
	gauge_nearest_try(&nearest, "abxy", 3);
	assert_string_equal(nearest.best, "abx");
	assert_int_equal(nearest.edits, 1);
	gauge_nearest_try(&nearest, "abd", 3);
	assert_string_equal(nearest.best, "abx");
	gauge_nearest_try(&nearest, "abc", 3);
	assert_string_equal(nearest.best, "abc");
	assert_int_equal(nearest.edits, 0);
}

/* ---- tables of tests ---- */

#define TABLE "suite_tests[] = {TEST(a, \"R\"), {0}};\n"

static int line_of_a(const char *text)
{
	struct gauge_table table;
	struct gng_why why = {0};
	int line;

	if (gauge_scan(&table, "x", text, &why) != GNG_OK)
		fail_msg("%s: %s", text, why.text);
	assert_int_equal(table.num, 1);
	assert_string_equal(table.entries[0].function, "a");
	assert_string_equal(table.entries[0].requirements, "R");
	line = table.entries[0].line;
	gauge_table_fini(&table);
	assert_int_equal(table.num, 0);
	assert_null(table.entries);
	return line;
}

static void comments_and_strings_end_where_c_says(void **state)
{
	(void)state;
	assert_int_equal(line_of_a("/*/ " TABLE "*/ " TABLE), 2);
	assert_int_equal(line_of_a("/**/ " TABLE "/* not closed"), 1);
	assert_int_equal(line_of_a("/***\n*/" TABLE "//"), 2);
	assert_int_equal(line_of_a("x = '\\'' + \"\" + \"\\\\\";" TABLE), 1);
	assert_int_equal(line_of_a("x = 1 / 2;\n// \\\n" TABLE TABLE), 4);
	assert_int_equal(line_of_a("#define A \"//\" /* \n */ '/*' \\\n B // \\\n C\n" TABLE), 5);
	assert_int_equal(line_of_a("#define A 1 // of impl/*.c\n" TABLE), 2);
	assert_int_equal(line_of_a(" # if 1\n a # b\n" TABLE), 3);
	assert_int_equal(line_of_a("xsuite_tests[] = 1; suite_tests_[] = 2;\n\n" TABLE), 3);
}

/* ---- declarations ---- */

static void declares(const char *before)
{
	struct gng_subsystem aes;
	struct gng_why why = {0};
	char text[512];

	snprintf(text, sizeof(text), "%sgng_subsystem(aes NEEDS base)\n", before);
	if (gauge_declare(&aes, "f", "aes", text, &why) != GNG_OK)
		fail_msg("%s: %s", text, why.text);
	assert_string_equal(aes.needs, "base");
	assert_string_equal(aes.packages, "");
	gauge_subsystem_fini(&aes);
	assert_null(aes.name);
	assert_null(aes.needs);
	assert_null(aes.command);
}

#define CALL "gng_subsystem(no) "

static void brackets_and_quotes_end_where_cmake_says(void **state)
{
	(void)state;
	declares("x([[ " CALL "]=] " CALL "]])");
	declares("x([==[ " CALL "]] ]=] " CALL "]===] " CALL "]==])");
	declares("x([=[]=])");
	declares("x([=[ ]]=])"); /* the second bracket closes */
	declares("x([] [=] [a[ ])");
	declares("x(\"\\\" " CALL "\")");
	declares("x(\"\\\\\")");
	declares("x(\"a\n" CALL "\" )");
	declares("x(\"a\"\"" CALL "\")"); /* the next one opens at once */
	declares("#[=[ " CALL "\n" CALL "]=]");
	declares("#[= " CALL "\n");
	declares("#" CALL "\r\n");
	declares("gng_subsystems(no) my_" CALL "gng_subsystem no ");
	declares("gng(no) gng_subsyste(no) ");
	declares("");
}

static void unclosed_text_hides_what_follows(void **state)
{
	static const char *const open[] = {"\"", "[[", "[=[", "#[[", "\"\\", "[==[ ]=] ]] ]"};
	struct gng_subsystem aes;
	struct gng_why why;
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(open); i++) {
		snprintf(text, sizeof(text), "%s\ngng_subsystem(aes)", open[i]);
		memset(&aes, 0xff, sizeof(aes));
		assert_int_equal(gauge_declare(&aes, "f", "aes", text, &why), GNG_EFORMAT);
		assert_non_null(strstr(why.text, "no gng_subsystem(...)"));
		assert_null(aes.name);
	}
}

/* The text ends in what may have a second byte: none behind the end is looked at. */
static void text_ends_where_its_zero_is(void **state)
{
	static const char *const ends[] = {"\"\\", "\"", "#", "[", "[=", "[[", "[[]", "[=[]", "g"};
	struct gng_subsystem aes;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		char *text = strdup(ends[i]); /* with its own end, which a sanitizer watches */

		assert_int_equal(gauge_declare(&aes, "f", "aes", text, NULL), GNG_EFORMAT);
		free(text);
	}
}

/* ---- files ---- */

static enum gng_status read_path(const char *path, struct gng_why *why)
{
	char *text = NULL;
	const enum gng_status status = gauge_read(&text, path, why);

	assert_int_equal(status == GNG_OK, text != NULL);
	free(text);
	return status;
}

static void files_that_are_no_text_are_refused(void **state)
{
	char *text = NULL;
	struct gng_why why;
	FILE *file;

	(void)state;
	tree_make();
	tree_write("a", "");
	assert_int_equal(gauge_read(&text, tree_path("a"), &why), GNG_OK);
	assert_string_equal(text, "");
	free(text);
	file = fopen(tree_path("a"), "we");
	assert_true(file && fwrite("x\0y", 1, 3, file) == 3 && fclose(file) == 0);
	assert_int_equal(read_path(tree_path("a"), &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "has a NUL byte"));
	assert_int_equal(mkfifo(tree_path("pipe"), 0600), 0);
	assert_int_equal(read_path(tree_path("pipe"), &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "is no regular file of at most 8 MiB"));
	assert_int_equal(read_path(tree_path("b"), &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
	assert_int_equal(read_path(tree_folder, &why), GNG_EFORMAT);
}

static void files_end_at_8_mib(void **state)
{
	const size_t most = (size_t)8 << 20;
	char *bytes = malloc(most + 1);
	struct gng_why why;
	FILE *file;

	(void)state;
	tree_make();
	tree_write("a", "");
	memset(bytes, 'x', most + 1);
	file = fopen(tree_path("a"), "we");
	assert_true(file && fwrite(bytes, 1, most, file) == most && fclose(file) == 0);
	assert_int_equal(read_path(tree_path("a"), &why), GNG_OK);
	file = fopen(tree_path("a"), "we");
	assert_true(file && fwrite(bytes, 1, most + 1, file) == most + 1 && fclose(file) == 0);
	assert_int_equal(read_path(tree_path("a"), &why), GNG_EFORMAT);
	free(bytes);
}

static void listings_are_sorted_and_leave_out_what_is_hidden(void **state)
{
	struct gauge_names list;
	struct gng_why why;
	char name[32];

	(void)state;
	tree_make();
	for (int i = 40; i-- > 0;) {
		snprintf(name, sizeof(name), "d/f%02d_test.c", i);
		tree_write(name, "");
	}
	tree_write("d/.hidden_test.c", "");
	tree_write("d/_test.c", "");
	tree_write("d/f_test.h", "");
	assert_int_equal(gauge_list(&list, tree_path("d"), "_test.c", &why), GNG_OK);
	assert_int_equal(list.num, 40); /* a name that is the suffix alone is none */
	assert_string_equal(list.names[0], "f00_test.c");
	assert_string_equal(list.names[39], "f39_test.c");
	gauge_list_fini(&list);
	assert_int_equal(list.num, 0);
	assert_int_equal(gauge_list(&list, tree_path("nowhere"), "", &why), GNG_OK);
	assert_int_equal(list.num, 0);
	assert_null(list.names);
	assert_int_equal(gauge_list(&list, tree_path("d/_test.c"), "", &why), GNG_OK);
	assert_int_equal(list.num, 0);
}

static void words_and_names_are_these_characters(void **state)
{
	(void)state;
	assert_true(gauge_is_name("az09_"));
	assert_false(gauge_is_name(""));
	assert_false(gauge_is_name("a-b"));
	assert_false(gauge_is_name("A"));
	assert_true(gauge_is_plain("\t ~"));
	assert_true(gauge_is_plain(""));
	assert_false(gauge_is_plain("a\x7f"));
	assert_false(gauge_is_plain("a\x1f"));
	assert_false(gauge_is_plain("\n"));
	assert_true(gauge_has_word("a  bc\td", "bc"));
	assert_true(gauge_has_word("a bc d", "d"));
	assert_false(gauge_has_word("a bcd", "bc"));
	assert_false(gauge_has_word("abc", "bc"));
	assert_false(gauge_has_word("", ""));
}

const struct suite_test suite_tests[] = {
	TEST(budget_fields_end_where_they_say, "H1.budget.file"),
	TEST(budget_limits_are_what_strtod_says, "H1.budget.file"),
	TEST(budget_file_of_many_lines_is_kept_in_order, "H1.budget.file"),
	TEST(edits_are_insertions_deletions_changes_and_swaps, "H1.select.guess"),
	TEST(names_longer_than_the_table_are_compared_by_their_beginning, "H1.select.guess"),
	TEST(first_of_equally_near_names_wins, "H1.select.guess"),
	TEST(comments_and_strings_end_where_c_says, "H1.plan.text"),
	TEST(brackets_and_quotes_end_where_cmake_says, "H1.plan.declarations"),
	TEST(unclosed_text_hides_what_follows, "H1.plan.declarations"),
	TEST(text_ends_where_its_zero_is, "H1.plan.declarations"),
	TEST(files_that_are_no_text_are_refused, "H1.plan.refusals"),
	TEST(files_end_at_8_mib, "H1.plan.refusals"),
	TEST(listings_are_sorted_and_leave_out_what_is_hidden, "H1.plan.text"),
	TEST(words_and_names_are_these_characters, "H1.plan.text"),
	{0},
};
