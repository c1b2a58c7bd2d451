/* SPDX-License-Identifier: Apache-2.0 */
/* section_stages.c - tests that measured several latencies of one thing: a table for each test. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

#include <gng_hist.h>
#include <gng_term.h>

static const double columns[] = {0.5, 0.9, 0.99, 0.999, 1};
static const char *const column_names[] = {"P50", "P90", "P99", "P99.9", "max"};
#define NUM_COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define BOUND_QUANTILE 0.999
#define CONFIDENCE 0.95

/* stage_scale: all rows of a table are in microseconds where their unit is one of time. */
static double stage_scale(const struct chart_nines *chart)
{
	const double ns = figure_ns(chart->unit);

	return chart->per_value * (ns > 0 ? ns / figure_ns("us") : 1);
}

static void figure_cell(FILE *out, const char *label, double value)
{
	char text[FIGURE_CAP];

	html_put(out, "<td class=\"r n\" data-l=\"%s\">%s</td>", label,
		 isfinite(value) ? figure_text(text, value) : "\342\200\223");
}

/* bound_of is the upper bound on P99.9, NAN where so few samples have none. */
static double bound_of(const struct chart_nines *chart)
{
	uint64_t lo, hi;

	if (gng_hist_quantile_bounds(chart->hist, BOUND_QUANTILE, CONFIDENCE, &lo, &hi) != GNG_OK ||
	    hi == GNG_HIST_INFINITE)
		return NAN;
	return stage_scale(chart) * (double)hi;
}

static void figures(FILE *out, const struct chart_nines *chart)
{
	const double scale = stage_scale(chart);
	char count[GNG_TERM_FIGURE_CAP];

	for (size_t i = 0; i < NUM_COLUMNS; i++)
		figure_cell(out, column_names[i],
			    scale * (double)gng_hist_value_at_quantile(chart->hist, columns[i]));
	figure_cell(out, "P99.9 <", bound_of(chart));
	html_put(out, "<td class=\"r n\" data-l=\"N\">%s</td>",
		 gng_term_count(count, chart->hist->total));
}

static void stage_row(FILE *out, const struct view *view, const struct view_item *item,
		      const struct gng_figure *figure)
{
	const char *note = note_of(item->record, figure->measure.name);
	const bool is_time = figure_ns(figure->measure.unit) > 0;
	struct chart_nines chart;
	char what[128];

	html_put(out, "<tr><th scope=\"row\">%s%s%s</th>",
		 strchr(figure_what(what, item->test, figure), ' ') + 1, is_time ? "" : ", ",
		 is_time ? "" : figure->measure.unit);
	if (chart_nines_open(&chart, view, item, figure)) {
		figures(out, &chart);
		chart_nines_close(&chart);
	} else {
		fputs("<td colspan=\"7\">its histogram cannot be read, or contradicts the figure"
		      "</td>",
		      out);
	}
	html_put(out, "<td>%s</td></tr>\n", note ? note : "");
}

static void stage_table(FILE *out, const struct view *view, const struct view_item *item)
{
	html_put(out, "<table class=\"stages card\"><caption>%s, &micro;s ", item->test->id);
	html_verdict(out, item->verdict);
	fputs("</caption><thead><tr><th scope=\"col\">Stage</th>", out);
	for (size_t i = 0; i < NUM_COLUMNS; i++)
		html_put(out, "<th scope=\"col\" class=\"r\">%s</th>", column_names[i]);
	fputs("<th scope=\"col\" class=\"r\">P99.9 &lt;</th><th scope=\"col\" class=\"r\">N</th>"
	      "<th scope=\"col\">Missed</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < item->record->num_figures; i++)
		if (figure_is_histogram(&item->record->figures[i]))
			stage_row(out, view, item, &item->record->figures[i]);
	fputs("</tbody></table>\n", out);
}

/* has_stages says whether a record has a table. */
static bool has_stages(const struct gng_record *record)
{
	for (size_t i = 0; record && i < record->num_figures; i++)
		if (figure_is_stage(record, &record->figures[i]))
			return true;
	return false;
}

static void content(FILE *out, const struct view *view)
{
	for (size_t i = 0; i < view->num_items; i++)
		if (has_stages(view->items[i].record))
			stage_table(out, view, &view->items[i]);
}

static bool present(const struct view *view)
{
	for (size_t i = 0; i < view->num_items; i++)
		if (has_stages(view->items[i].record))
			return true;
	return false;
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Tests that timed several stages of one thing in one run. Percentiles of stages "
	      "do "
	      "not add up to that of the whole.</p><p><b>P99.9 &lt;</b>: its upper bound at 95 % "
	      "confidence; a dash where so few samples have none.</p><p>Missed: of the samples "
	      "that "
	      "have a deadline, those behind it, and why.</p>",
	      out);
}

const struct page_section section_stages = {"stages", "Stages", "Latency by stage",
					    present,  rail,	content};
