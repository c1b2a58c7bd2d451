/* SPDX-License-Identifier: Apache-2.0 */
/* charts_test.c - charts and their tables say what the record says: units, quantiles, and which
 * figure is a ratio. */
#include "sheet.h"

#include "markup.h"

/* add_noise gives the sheet a floor of one length. */
static void add_noise(struct sheet *sheet, struct gng_noise *noise, uint64_t ns)
{
	memset(noise, 0, sizeof(*noise));
	assert_int_equal(gng_hist_open(&noise->hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(noise->hist, ns, 1000);
	noise->duration_ns = 2000000000;
	sheet->signoff.before = sheet->signoff.after = noise;
}

/* Seven figures of eleven characters are wider than a page. */
static void a_floor_far_above_a_figure_has_a_unit_of_its_own(void **state)
{
	struct gng_noise noise;
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_latency(&sheet, 0.065, 0.2);
	add_noise(&sheet, &noise, 6512639);
	sheet_write(&sheet);
	sheet_says(&sheet, "Quantiles in ns");
	sheet_says(&sheet, "<th scope=\"row\">floor, ms</th><td class=\"\">6.51</td>");
	sheet_says(&sheet, "<th scope=\"row\">this run</th><td class=\"\">32.0</td>");
	sheet_says(&sheet, "the floor there is 6.51&nbsp;ms and may be 50.0&nbsp;ns at most");
	gng_hist_close(noise.hist);
	add_noise(&sheet, &noise, 50);
	sheet_write(&sheet);
	sheet_says(&sheet, "<th scope=\"row\">floor</th><td class=\"\">50.0</td>");
	gng_hist_close(noise.hist);
	sheet_fini(&sheet);
}

/* latency_with_tail has 9,990 calls of 65 ns and ten of 16 ms, as where a CPU was taken away. */
static void latency_with_tail(struct sheet *sheet)
{
	struct gng_figure *figure = &sheet->figures[0];
	struct gng_hist *hist;
	char *text;

	assert_int_equal(gng_hist_open(&hist, 1, 3600000000000, 3), GNG_OK);
	gng_hist_record_n(hist, 65, 9990);
	gng_hist_record_n(hist, 16000000, 10);
	assert_int_equal(gng_hist_encode(&text, hist, NULL), GNG_OK);
	gng_hist_close(hist);
	free((char *)figure->measure.hist);
	figure->measure.hist = text;
	figure->measure.value = 0.065;
	figure->budget.limit = 0.2;
}

static void a_figure_far_above_its_row_names_its_unit(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	latency_with_tail(&sheet);
	sheet_write(&sheet);
	sheet_says(&sheet, "<th scope=\"row\">this run</th><td class=\"\">65.0</td>");
	sheet_says(&sheet, "<td class=\"\">16.0&nbsp;ms</td></tr>");
	sheet_fini(&sheet);
}

/* A figure that was timed beside a floor of its own is judged by its interval: the record has no
 * quantile, but its name has, and the machine's floor is no matter of it. */
static void a_figure_with_its_own_floor_is_drawn_at_the_quantile_of_its_name(void **state)
{
	struct gng_noise noise;
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet.figures[0].measure.quantile = 0;
	add_noise(&sheet, &noise, 6512639);
	sheet_write(&sheet);
	sheet_says(&sheet, ", P99 of 10,000 samples");
	sheet_says(&sheet, "<path class=\"c-run\"");
	sheet_says(&sheet, "<td class=\"hit\">4.00</td>");
	sheet_says(&sheet,
		   " P99 4.00&nbsp;\302\265s lies within the limit of 8.00&nbsp;\302\265s.</p>");
	assert_null(strstr(sheet.page, "<th scope=\"row\">floor"));
	assert_null(strstr(sheet.page, "<path class=\"c-floor\""));
	markup_check(sheet.page);
	gng_hist_close(noise.hist);
	sheet_fini(&sheet);
}

/* 25,000 a second or 14 ms are no multiple of anything, whatever their limit. */
static void only_ratios_are_bars(void **state)
{
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_ratio(&sheet, 28349, 25000);
	snprintf(sheet.figures[1].measure.unit, sizeof(sheet.figures[1].measure.unit), "1/s");
	sheet_write(&sheet);
	assert_null(strstr(sheet.page, "<table class=\"bars card\">"));
	sheet_says(&sheet, "<caption>Other figures</caption>");
	sheet_says(&sheet, "<b>28,349</b>\302\2401/s <span class=\"mut\">[27,782, 28,916]</span>");
	sheet_ratio(&sheet, 3, 2.8);
	sheet_write(&sheet);
	sheet_says(&sheet, "<table class=\"bars card\">");
	assert_null(strstr(sheet.page, "<caption>Other figures</caption>"));
	sheet_fini(&sheet);
}

/* What is judged is the median of five blocks, and the value of all may lie behind the limit. */
static void a_ratio_is_shown_as_it_was_judged(void **state)
{
	static const double blocks[] = {0.9848, 0.9878, 0.9859, 0.9419, 0.9385};
	struct sheet sheet;

	(void)state;
	sheet_init(&sheet);
	sheet_ratio(&sheet, 0.9678, 0.97);
	memcpy(sheet.figures[1].measure.blocks, blocks, sizeof(blocks));
	sheet.figures[1].measure.lo = 0.9574;
	sheet.figures[1].measure.hi = 0.9779;
	sheet_write(&sheet);
	sheet_says(&sheet, "<b>0.985</b> <span class=\"mut\">[0.939, 0.988]</span>");
	sheet_says(&sheet, "<td class=\"r n\">0.98, \342\211\245 0.97</td>");
	assert_null(strstr(sheet.page, "0.968"));
	sheet_fini(&sheet);
}

/* labels counts the labels of the axis. */
static size_t labels(const struct sheet *sheet)
{
	const char *at = strstr(sheet->page, "<svg class=\"bar scale\""), *end;
	size_t num = 0;

	assert_non_null(at);
	end = strstr(at, "</svg>");
	while ((at = strstr(at, "&times;")) && at < end) {
		num++;
		at++;
	}
	return num;
}

/* At 300 px, which is what a phone has, six labels have room. */
static void labels_of_the_ratio_axis_have_room(void **state)
{
	static const double ratios[] = {0.0035, 0.5, 1, 12, 28, 128, 900, 1e9};
	struct sheet sheet;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ratios); i++) {
		sheet_init(&sheet);
		sheet_ratio(&sheet, ratios[i], 2.8);
		sheet_write(&sheet);
		assert_in_range(labels(&sheet), 2, 6);
		sheet_fini(&sheet);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_floor_far_above_a_figure_has_a_unit_of_its_own, "H1.report.figures"),
	TEST(a_figure_far_above_its_row_names_its_unit, "H1.report.figures"),
	TEST(a_figure_with_its_own_floor_is_drawn_at_the_quantile_of_its_name, "H1.report.figures"),
	TEST(only_ratios_are_bars, "H1.report.charts"),
	TEST(a_ratio_is_shown_as_it_was_judged, "H1.report.figures"),
	TEST(labels_of_the_ratio_axis_have_room, "H1.report.charts"),
	{0},
};
