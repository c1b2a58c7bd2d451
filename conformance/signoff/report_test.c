/* SPDX-License-Identifier: Apache-2.0 */
/* report_test.c - the page as text: words, gaps, counts, charts, and nothing it may not say. */
#include "sheet.h"

#include "markup.h"

/* ---- words ---- */

static void page_says_go(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_write(&sheet);
	sheet_says(&sheet, "<title>GO: gonogo sign-off signoff-1</title>");
	sheet_says(&sheet, "<h1 class=\"plate go\">");
	sheet_says(&sheet, "All 6 required tests passed.");
	sheet_says(&sheet, "exit code <b>0</b>");
	sheet_says(&sheet, "not signed");
	assert_null(strstr(sheet.page, "plate nogo\"><svg"));
	sheet_says(&sheet, "The page is no part of what is signed");
	sheet_says(&sheet, "What cannot run here is optional");
	sheet_fini(&sheet);
}

static void page_says_no_go_and_the_figure_that_decided(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_latency(&sheet, 9.41, 8.0);
	sheet.figures[0].verdict = GNG_FAIL;
	sheet_spoil(&sheet, SHEET_LATENCY, GNG_FAIL, "P99 is 9.41 us");
	sheet_write(&sheet);
	sheet_says(&sheet, "<h1 class=\"plate nogo\">");
	sheet_says(&sheet, "1 of 6 required tests failed: launch rx to launch takes "
			   "9.41\302\240\302\265s at P99. The limit is 8.00\302\240\302\265s.");
	sheet_says(&sheet, "exit code <b>1</b>");
	sheet_says(&sheet, "Deciding figure: P99 of launch rx to launch");
	sheet_fini(&sheet);
}

static void page_says_no_go_and_the_claim_that_does_not_hold(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_PLAIN, GNG_FAIL, "key_test.c:9: 7 is not 0");
	sheet_spoil(&sheet, SHEET_FUZZ, GNG_INCONCLUSIVE, "too few");
	sheet_write(&sheet);
	sheet_says(&sheet, "1 of 6 required tests failed: aes: key is wiped.");
	sheet_says(&sheet, "1 more required test is INCONCLUSIVE.");
	sheet_fini(&sheet);
}

static void page_says_incomplete(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_FUZZ, GNG_INCONCLUSIVE, "noise");
	sheet_write(&sheet);
	sheet_says(&sheet, "<h1 class=\"plate open\">");
	sheet_says(&sheet, "No required test failed, but 1 of 6 have no PASS.");
	sheet_says(&sheet, "exit code <b>3</b>");
	sheet_fini(&sheet);
}

static void page_of_a_run_that_has_not_ended_decides_nothing(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet.signoff.tally = NULL;
	sheet.signoff.records = NULL;
	sheet.signoff.num_records = 0;
	sheet_write(&sheet);
	sheet_says(&sheet, "<title>INCOMPLETE: ");
	sheet_says(&sheet, "This sign-off has not ended.");
	assert_null(strstr(sheet.page, "All 6 required tests passed"));
	assert_null(strstr(sheet.page, "<h1 class=\"plate go\">"));
	markup_check(sheet.page);
	sheet_fini(&sheet);
}

/* ---- gaps ---- */

static void page_names_every_test_that_did_not_pass(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_PORTABLE, GNG_ERROR, "no program");
	sheet_spoil(&sheet, SHEET_OPTIONAL, GNG_SKIP, "no NVIDIA GPU");
	sheet_spoil(&sheet, SHEET_SECOND, GNG_SKIP, "no NVIDIA GPU");
	sheet.records[SHEET_OPTIONAL].remedy = "use another machine";
	sheet.records[SHEET_SECOND].remedy = "use another machine";
	sheet.signoff.num_records = SHEET_RATIO; /* the last one has no record */
	sheet_write(&sheet);
	sheet_says(&sheet, "conformance.<wbr>aes.<wbr>gcm.<wbr>gcm_opens_it</code> "
			   "<span class=\"q\">portable");
	sheet_says(&sheet, "no program");
	sheet_says(&sheet, "conformance.<wbr>uvm.<wbr>layout.<wbr>*</code>");
	sheet_says(&sheet, "<summary>2 tests</summary>");
	sheet_says(&sheet, "layout_is_this</code>");
	sheet_says(&sheet, "size_is_that</code>");
	sheet_says(&sheet, "no NVIDIA GPU");
	sheet_says(&sheet, "<span class=\"n\">use</span> <span class=\"n\">another</span>");
	sheet_says(&sheet, "seal_vs_evp</code></td>");
	sheet_says(&sheet, "There is no record of it");
	sheet_fini(&sheet);
}

/* One reason with two remedies is two gaps: a command for both would help with neither. */
static void page_tells_each_gap_its_own_remedy(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_OPTIONAL, GNG_SKIP, "guests only");
	sheet_spoil(&sheet, SHEET_SECOND, GNG_SKIP, "guests only");
	sheet.records[SHEET_OPTIONAL].remedy = "gonogo_lab_run_one";
	sheet.records[SHEET_SECOND].remedy = "gonogo_lab_run_other";
	sheet_write(&sheet);
	sheet_says(&sheet, "gonogo_lab_run_one");
	sheet_says(&sheet, "gonogo_lab_run_other");
	/* but what is slow runs by one command */
	sheet_spoil(&sheet, SHEET_OPTIONAL, GNG_SKIP, "marked slow");
	sheet_spoil(&sheet, SHEET_SECOND, GNG_SKIP, "marked slow");
	sheet.tests[SHEET_OPTIONAL].flags = sheet.tests[SHEET_SECOND].flags = GNG_TEST_SLOW;
	sheet_write(&sheet);
	assert_null(strstr(sheet.page, "gonogo_lab_run_one"));
	sheet_says(&sheet, "<span class=\"n\">--slow</span>");
	sheet_fini(&sheet);
}

static void page_names_no_gap_where_all_passed(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_write(&sheet);
	sheet_says(&sheet, "Every planned test passed.");
	sheet_fini(&sheet);
}

/* ---- counts ---- */

static void assert_columns_add_up(const char *table, size_t num_columns)
{
	size_t cells[64];
	const size_t num = markup_cells(cells, COUNT_OF(cells), table);

	assert_int_equal(num, (GNG_NUM_VERDICTS + 1) * num_columns);
	for (size_t column = 0; column < num_columns; column++) {
		size_t sum = 0;

		for (size_t v = 0; v < GNG_NUM_VERDICTS; v++)
			sum += cells[v * num_columns + column];
		assert_int_equal(sum, cells[GNG_NUM_VERDICTS * num_columns + column]);
	}
}

static void counts_add_up_in_every_ledger(void **state)
{
	struct sheet sheet;
	const char *ledger;
	size_t cells[64];

	(void)state;
	sheet_init(&sheet);
	for (int at = 0; at < GNG_NUM_VERDICTS; at++)
		sheet_spoil(&sheet, (enum sheet_test)at, (enum gng_verdict)at, at ? "why" : NULL);
	sheet_write(&sheet);
	ledger = strstr(sheet.page, "<table class=\"ledger\">");
	assert_non_null(ledger);
	assert_columns_add_up(ledger, 2);
	markup_cells(cells, COUNT_OF(cells), ledger);
	assert_int_equal(cells[0], 3); /* of all tests, PASS */
	assert_int_equal(cells[2 * GNG_NUM_VERDICTS], SHEET_TESTS);
	assert_int_equal(cells[2 * GNG_NUM_VERDICTS + 1], 6);
	ledger = strstr(ledger + 1, "<table class=\"ledger\">");
	assert_non_null(ledger);
	assert_columns_add_up(ledger, 4);
	sheet_fini(&sheet);
}

static void matrix_row_takes_the_worst_required_verdict(void **state)
{
	struct sheet sheet;
	const char *row;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_OPTIONAL, GNG_SKIP, "no GPU");
	sheet_spoil(&sheet, SHEET_SECOND, GNG_FAIL, "optional"); /* of C1, not required */
	sheet_spoil(&sheet, SHEET_PLAIN, GNG_INCONCLUSIVE, "noise");
	sheet_write(&sheet);
	row = strstr(sheet.page, "<td class=\"id\">C1</td>");
	assert_non_null(row);
	assert_non_null(strstr(row, "<span class=\"v "));
	assert_memory_equal(strstr(row, "<span class=\"v "), "<span class=\"v INC\">", 20);
	row = strstr(row, "<td class=\"id\">D2</td>");
	assert_non_null(row);
	assert_memory_equal(strstr(row, "<span class=\"v "), "<span class=\"v SKIP\">", 21);
	sheet_says(&sheet, "GCM seals as the standard says.");
	sheet_says(&sheet, "SP 800-38D, 7.1");
	sheet_fini(&sheet);
}

/* ---- the page as markup ---- */

static void page_is_whole_with_hostile_text(void **state)
{
	static const char hostile[] = "<script>alert('x')</script>\"&\033[2J\377</td>";
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_spoil(&sheet, SHEET_PLAIN, GNG_FAIL, hostile);
	sheet.records[SHEET_PLAIN].remedy = (char *)hostile;
	sheet.records[SHEET_PLAIN].repro = (char *)hostile;
	sheet.facts[0].value = (char *)hostile;
	sheet.tests[SHEET_OPTIONAL].variant = (char *)hostile;
	sheet.requirements[0].text = (char *)hostile;
	sheet.signoff.id = sheet.signoff.command = hostile;
	snprintf(sheet.item.state, sizeof(sheet.item.state), "%s", hostile);
	snprintf(sheet.profile.name, sizeof(sheet.profile.name), "%.31s", hostile);
	snprintf(sheet.figures[1].measure.name, 48, "%s", hostile);
	snprintf(sheet.figures[1].measure.unit, 16, "%.15s", hostile);
	sheet_write(&sheet);
	assert_null(strstr(sheet.page, "<script"));
	assert_null(strchr(sheet.page, '\033'));
	assert_null(strchr(sheet.page, '\377'));
	assert_true(markup_check(sheet.page) > 300);
	sheet_fini(&sheet);
}

static void page_has_no_script_and_no_network(void **state)
{
	static const char *const forbidden[] = {"<script", "http:", "https:", "url(http",
						"@import", "<link", "<img",   "<iframe"};
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_write(&sheet);
	for (size_t i = 0; i < COUNT_OF(forbidden); i++)
		assert_null(strstr(sheet.page, forbidden[i]));
	markup_check(sheet.page);
	sheet_fini(&sheet);
}

/* ---- charts ---- */

static void assert_charts_inside(struct sheet *sheet)
{
	sheet_write(sheet);
	assert_true(markup_percents(sheet->page) > 40);
	assert_true(markup_curves(sheet->page) >= 50);
	markup_check(sheet->page);
}

static void charts_stay_inside_whatever_the_figures(void **state)
{
	static const double limits[] = {1e-9, 0.5, 8, 9.41, 1e12};
	static const double ratios[] = {1e-6, 0.5, 1, 40, 1e9};
	struct sheet sheet;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		sheet_init(&sheet);
		sheet_latency(&sheet, 9.41, limits[i]);
		sheet.figures[0].verdict = GNG_FAIL;
		sheet.figures[0].floor_ns = 1e12;
		sheet_spoil(&sheet, SHEET_LATENCY, GNG_FAIL, "it is slow");
		sheet_ratio(&sheet, ratios[i], 2.8);
		sheet.figures[1].measure.lo = -1;
		sheet.figures[1].measure.hi = INFINITY;
		assert_charts_inside(&sheet);
		sheet_fini(&sheet);
	}
}

static void plotted_figures_stand_as_text(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_write(&sheet);
	sheet_says(&sheet, "<td class=\"hit\">4.00</td>"); /* P99, and its neighbours */
	sheet_says(&sheet, "<td class=\"\">2.00</td>");
	sheet_says(&sheet, "<td class=\"\">8.00</td>"); /* the limit */
	sheet_says(&sheet, "<b>3.00</b> <span class=\"mut\">[2.94, 3.06]</span>");
	sheet_says(&sheet, "\342\211\245 2.80");
	sheet_fini(&sheet);
}

static void histogram_that_contradicts_its_figure_is_not_drawn(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet.figures[0].measure.value = 5.0; /* the histogram says 4 */
	sheet_write(&sheet);
	sheet_says(&sheet, "does not agree with the figure");
	assert_null(strstr(sheet.page, "<path class=\"c-run\""));
	sheet.figures[0].measure.value = 4.0;
	sheet_write(&sheet);
	sheet_says(&sheet, "<path class=\"c-run\"");
	sheet_fini(&sheet);
}

const struct suite_test suite_tests[] = {
	TEST(page_says_go, "H1.report.words"),
	TEST(page_says_no_go_and_the_figure_that_decided, "H1.report.words"),
	TEST(page_says_no_go_and_the_claim_that_does_not_hold, "H1.report.words"),
	TEST(page_says_incomplete, "H1.report.words"),
	TEST(page_of_a_run_that_has_not_ended_decides_nothing, "H1.report.words"),
	TEST(page_names_every_test_that_did_not_pass, "H1.report.gaps"),
	TEST(page_tells_each_gap_its_own_remedy, "H1.report.gaps"),
	TEST(page_names_no_gap_where_all_passed, "H1.report.gaps"),
	TEST(counts_add_up_in_every_ledger, "H1.report.counts"),
	TEST(matrix_row_takes_the_worst_required_verdict, "H1.report.counts"),
	TEST(page_is_whole_with_hostile_text, "H1.report.whole H1.report.escape"),
	TEST(page_has_no_script_and_no_network, "H1.report.whole"),
	TEST(charts_stay_inside_whatever_the_figures, "H1.report.charts"),
	TEST(plotted_figures_stand_as_text, "H1.report.figures"),
	TEST(histogram_that_contradicts_its_figure_is_not_drawn, "H1.report.figures"),
	{0},
};
