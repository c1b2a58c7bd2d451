/* SPDX-License-Identifier: Apache-2.0 */
/* stages_test.c - the two tables that records make by themselves: latencies by stage, and results
 * compared with peers. */
#include "stages.h"

#include "markup.h"

/* table_of returns the table of a class; NULL if there is none. */
static const char *table_of(const struct sheet *sheet, const char *class_name)
{
	char text[80];

	snprintf(text, sizeof(text), "<table class=\"%s card\">", class_name);
	return strstr(sheet->page, text);
}

/* row_says requires text in the row of a table that begins with a name. */
static void row_says(const char *table, const char *name, const char *text)
{
	const char *row = strstr(table, name), *end = row ? strstr(row, "</tr>") : NULL;
	const char *found = row ? strstr(row, text) : NULL;

	if (!found || !end || found > end)
		suite_fail("%s: no %s: %.400s", name, text, row ? row : "no row");
	gng_probe_assertion();
}

static void begin(struct stages *stages, struct sheet *sheet, size_t num)
{
	sheet_init(sheet);
	stages_add(stages, sheet, num);
}

static void end(struct stages *stages, struct sheet *sheet)
{
	sheet_fini(sheet);
	stages_fini(stages);
}

static void latencies_of_one_test_are_a_table(void **state)
{
	struct stages stages;
	struct sheet sheet;
	const char *table;

	(void)state;
	begin(&stages, &sheet, STAGES_NUM);
	sheet_write(&sheet);
	table = table_of(&sheet, "stages");
	assert_non_null(table);
	row_says(table, ">tick to pcm queue<", "data-l=\"P50\">3.00</td>");
	row_says(table, ">tick to pcm queue<", "data-l=\"P99\">6.00</td>");
	row_says(table, ">tick to pcm queue<", "data-l=\"max\">12.0</td>");
	row_says(table, ">tick to pcm queue<", "data-l=\"N\">1,000</td><td></td>");
	/* 1,000 samples give no bound on P99.9; all rows are in one unit */
	row_says(table, ">tick to end<", "data-l=\"P99.9 &lt;\">\342\200\223</td>");
	row_says(table, ">tick to end<", "data-l=\"P50\">3,1");
	row_says(table, ">tick to end<", "<td>3 of 1000 over 12 ms: lost 3</td>");
	assert_null(strstr(sheet.page, "<h3>aes tick to end")); /* no chart beside the table */
	markup_check(sheet.page);
	end(&stages, &sheet);
}

static void a_stage_that_is_judged_has_its_chart_too(void **state)
{
	struct stages stages;
	struct sheet sheet;

	(void)state;
	begin(&stages, &sheet, STAGES_NUM);
	stages.figures[2].judged = true;
	stages.figures[2].budget.limit = 12000;
	snprintf(stages.figures[2].budget.unit, sizeof(stages.figures[2].budget.unit), "us");
	sheet_write(&sheet);
	assert_non_null(table_of(&sheet, "stages"));
	sheet_says(&sheet, "<h3>aes tick to end");
	end(&stages, &sheet);
}

/* Two latencies are two charts. */
static void two_latencies_are_no_table(void **state)
{
	struct stages stages;
	struct sheet sheet;

	(void)state;
	begin(&stages, &sheet, STAGES_NUM - 1);
	sheet_write(&sheet);
	assert_null(table_of(&sheet, "stages"));
	assert_null(strstr(sheet.page, "id=\"stages\""));
	sheet_says(&sheet, "<h3>aes h264 done to rtp packets");
	end(&stages, &sheet);
}

static void a_stage_that_contradicts_its_figure_has_no_row(void **state)
{
	struct stages stages;
	struct sheet sheet;

	(void)state;
	begin(&stages, &sheet, STAGES_NUM);
	stages.figures[0].measure.value = 7; /* the histogram says 6 */
	sheet_write(&sheet);
	row_says(table_of(&sheet, "stages"), ">tick to pcm queue<", "contradicts the figure");
	end(&stages, &sheet);
}

static void rows_of_peers_are_a_table(void **state)
{
	struct stages stages;
	struct sheet sheet;
	const char *table;

	(void)state;
	begin(&stages, &sheet, STAGES_NUM);
	sheet_spoil(&sheet, STAGES_AT, GNG_FAIL, "one unit differs");
	sheet_write(&sheet);
	table = table_of(&sheet, "compared");
	assert_non_null(table);
	row_says(table, "\"peer\">ffmpeg version", "\"expected\">40 units, 40 identical</td>");
	row_says(table, "\"peer\">ffmpeg version", "\"got\">40 units, 39 identical</td>");
	row_says(table, "\"peer\">ffmpeg version", "<span class=\"v FAIL\">");
	row_says(table, "\"peer\">a &lt;hostile&gt;", "\"got\">1176 lost packets, 1176 recovered");
	markup_check(sheet.page);
	end(&stages, &sheet);
}

const struct suite_test suite_tests[] = {
	TEST(latencies_of_one_test_are_a_table, "H1.report.tables"),
	TEST(a_stage_that_is_judged_has_its_chart_too, "H1.report.tables"),
	TEST(two_latencies_are_no_table, "H1.report.tables"),
	TEST(a_stage_that_contradicts_its_figure_has_no_row, "H1.report.figures"),
	TEST(rows_of_peers_are_a_table, "H1.report.tables"),
	{0},
};
