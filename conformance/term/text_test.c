/* SPDX-License-Identifier: Apache-2.0 */
/* text_test.c - figures, wrapped lines, colour and tables, byte for byte. */
#include "../suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

struct page {
	char *text;
	size_t len;
	struct gng_term term;
};

static struct page *page_open(struct page *page)
{
	memset(page, 0, sizeof(*page));
	page->term.out = open_memstream(&page->text, &page->len);
	assert_non_null(page->term.out);
	return page;
}

static void page_expect(struct page *page, const char *expected)
{
	fclose(page->term.out);
	assert_string_equal(page->text, expected);
	free(page->text);
}

static void counts_have_thousands_separators(void **state)
{
	static const struct {
		uint64_t count;
		const char *text;
	} cases[] = {
		{0, "0"},
		{7, "7"},
		{999, "999"},
		{1000, "1,000"},
		{12345, "12,345"},
		{123456, "123,456"},
		{1284000, "1,284,000"},
		{UINT64_MAX, "18,446,744,073,709,551,615"},
	};
	char text[GNG_TERM_FIGURE_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(gng_term_count(text, cases[i].count), cases[i].text);
}

static void durations_use_two_units_at_most(void **state)
{
	static const struct {
		double seconds;
		const char *duration, *clock;
	} cases[] = {
		{0, "0.0 s", "0:00"},
		{0.94, "0.9 s", "0:01"},
		{59.94, "59.9 s", "1:00"},
		{59.96, "1 min 0 s", "1:00"},
		{72, "1 min 12 s", "1:12"},
		{107.2, "1 min 47 s", "1:47"},
		{3599.4, "59 min 59 s", "59:59"},
		{3600, "1 h 0 min", "1:00:00"},
		{148320, "41 h 12 min", "41:12:00"},
		{-1, "-", "-:--"},
		{NAN, "-", "-:--"},
		{INFINITY, "-", "-:--"},
	};
	char text[GNG_TERM_FIGURE_CAP];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_string_equal(gng_term_duration(text, cases[i].seconds), cases[i].duration);
		assert_string_equal(gng_term_clock(text, cases[i].seconds), cases[i].clock);
	}
}

static void lines_end_before_column_80(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	/* 6 + 30 + 1 + 20 + 1 + 21 = 79 columns fit, one more does not */
	gng_term_wrap(page.term.out, 6,
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb  ccccccccccccccccccccc "
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb cccccccccccccccccccccc");
	page_expect(&page, "      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb "
			   "ccccccccccccccccccccc\n"
			   "      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbb\n"
			   "      cccccccccccccccccccccc\n");
	page_open(&page);
	gng_term_wrap(page.term.out, 2, "");
	page_expect(&page, "\n");
}

static void a_wrapped_command_can_be_pasted(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	gng_term_command(page.term.out, 8,
			 "gonogo check conformance.aes.overlap.refuses_a_shifted_output --variants "
			 "vaes512");
	page_expect(&page,
		    "        gonogo check conformance.aes.overlap.refuses_a_shifted_output \\\n"
		    "          --variants vaes512\n");
}

static void colour_is_added_around_the_word_only(void **state)
{
	struct page page;

	(void)state;
	page_open(&page);
	gng_term_say(&page.term, GNG_TERM_BAD, "%s", "FAIL");
	page_expect(&page, "FAIL");
	page_open(&page)->term.colour = true;
	gng_term_say(&page.term, GNG_TERM_BAD, "%s", "FAIL");
	gng_term_say(&page.term, GNG_TERM_PLAIN, " %d", 3);
	page_expect(&page, "\033[31mFAIL\033[0m 3");
}

static void a_file_gets_neither_colour_nor_progress(void **state)
{
	FILE *file = tmpfile();
	struct gng_term term = {NULL, true, true};

	(void)state;
	assert_non_null(file);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	gng_term_init(&term, file);
	assert_false(term.colour);
	assert_false(term.progress);
	fclose(file);
}

static void a_terminal_gets_colour_unless_no_color_is_set(void **state)
{
	FILE *terminal = fopen("/dev/ptmx", "r+");
	struct gng_term term;

	(void)state;
	if (!terminal) {
		gng_probe_skip("no pseudo-terminal: /dev/ptmx cannot be opened",
			       "mount devpts on /dev/pts");
		return;
	}
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "", 1); /* no-color.org: only a non-empty value counts */
	gng_term_init(&term, terminal);
	assert_true(term.colour);
	setenv("NO_COLOR", "1", 1);
	gng_term_init(&term, terminal);
	assert_false(term.colour);
	assert_true(term.progress);
	setenv("TERM", "dumb", 1);
	gng_term_init(&term, terminal);
	assert_false(term.progress);
	fclose(terminal);
}

static void fill(struct gng_term_table *table)
{
	gng_term_table_init(table, 4);
	table->min_width[0] = 9;
	table->left[2] = true;
	gng_term_table_cell(table, GNG_TERM_PLAIN, "test");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "portable");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "note");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "time");
	gng_term_table_rule(table);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "overlap");
	gng_term_table_cell(table, GNG_TERM_BAD, "%d FAIL", 1);
	gng_term_table_cell(table, GNG_TERM_PLAIN, "a note");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "0.2 s");
	gng_term_table_cell(table, GNG_TERM_PLAIN, "short row");
}

static void figures_are_right_aligned_in_a_table(void **state)
{
	struct gng_term_table table;
	struct page page;

	(void)state;
	fill(&table);
	page_open(&page);
	gng_term_table_print(&page.term, &table);
	page_expect(&page, " test       portable  note     time\n"
			   " ----------------------------------\n"
			   " overlap      1 FAIL  a note  0.2 s\n"
			   " short row\n");
	page_open(&page)->term.colour = true;
	gng_term_table_print(&page.term, &table);
	page_expect(&page, " test       portable  note     time\n"
			   " ----------------------------------\n"
			   " overlap      \033[31m1 FAIL\033[0m  a note  0.2 s\n"
			   " short row\n");
	gng_term_table_fini(&table);
}

static void a_rule_completes_a_short_row(void **state)
{
	struct gng_term_table table;
	struct page page;

	(void)state;
	gng_term_table_init(&table, 2);
	gng_term_table_cell(&table, GNG_TERM_PLAIN, "a");
	gng_term_table_rule(&table);
	gng_term_table_cell(&table, GNG_TERM_PLAIN, "b");
	gng_term_table_cell(&table, GNG_TERM_PLAIN, "12");
	page_open(&page);
	gng_term_table_print(&page.term, &table);
	page_expect(&page, " a\n -----\n b  12\n");
	gng_term_table_fini(&table);
}

const struct suite_test suite_tests[] = {
	TEST(counts_have_thousands_separators, "H1.term.figures"),
	TEST(durations_use_two_units_at_most, "H1.term.figures"),
	TEST(lines_end_before_column_80, "H1.term.lines"),
	TEST(a_wrapped_command_can_be_pasted, "H1.term.lines"),
	TEST(colour_is_added_around_the_word_only, "H1.term.colour"),
	TEST(a_file_gets_neither_colour_nor_progress, "H1.term.colour"),
	TEST(a_terminal_gets_colour_unless_no_color_is_set, "H1.term.colour"),
	TEST(figures_are_right_aligned_in_a_table, "H1.term.table"),
	TEST(a_rule_completes_a_short_row, "H1.term.table"),
	{0},
};
