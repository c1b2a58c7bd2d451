/* SPDX-License-Identifier: Apache-2.0 */
/* section_latency.c - every figure that has a histogram: its chart, and the chart as a table. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

#include <gng_hist.h>
#include <gng_term.h>

static const double columns[] = {0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 1};
static const char *const column_names[] = {"P50", "90", "99", "99.9", "99.99", "99.999", "max"};
#define NUM_COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define HIDDEN 5 /* on narrow screens */

typedef double row_fn(const struct chart_nines *chart, double quantile);

static double run_at(const struct chart_nines *chart, double quantile)
{
	return chart->per_value * (double)gng_hist_value_at_quantile(chart->hist, quantile);
}

static double bound_at(const struct chart_nines *chart, double quantile)
{
	uint64_t lo, hi;

	if (quantile >= 1 ||
	    gng_hist_quantile_bounds(chart->hist, quantile, 0.95, &lo, &hi) != GNG_OK ||
	    hi == GNG_HIST_INFINITE)
		return NAN;
	return chart->per_value * (double)hi;
}

static double limit_at(const struct chart_nines *chart, double quantile)
{
	if (fabs(quantile - figure_drawn_quantile(&chart->figure->measure)) > 1e-9)
		return NAN;
	return chart->per_figure * chart->figure->budget.limit;
}

static double previous_at(const struct chart_nines *chart, double quantile)
{
	return chart->per_previous * (double)gng_hist_value_at_quantile(chart->previous, quantile);
}

/* row_unit chooses the unit of a row: 6 ms of noise beside a call of 65 ns fill no table. */
static const char *row_unit(double *factor, const struct chart_nines *chart, row_fn *value)
{
	*factor = 1;
	if (!(value(chart, columns[NUM_COLUMNS - 1]) >= FIGURE_WIDE))
		return chart->unit;
	return figure_rescale(factor, value(chart, columns[0]), chart->unit);
}

static void row(FILE *out, const struct chart_nines *chart, const char *name, row_fn *value)
{
	const double judged = figure_drawn_quantile(&chart->figure->measure);
	double factor;
	const char *unit = row_unit(&factor, chart, value);

	html_put(out, "<tr><th scope=\"row\">%s", name);
	if (unit != chart->unit)
		html_put(out, ", %s", figure_unit(unit));
	fputs("</th>", out);
	for (size_t i = 0; i < NUM_COLUMNS; i++) {
		const bool hit = value == run_at && fabs(columns[i] - judged) < 1e-9;

		html_put(out, "<td class=\"%s%s\">", hit ? "hit" : "", i == HIDDEN ? " hide" : "");
		figure_put(out, factor * value(chart, columns[i]), unit, false);
		fputs("</td>", out);
	}
	fputs("</tr>\n", out);
}

void chart_nines_table(FILE *out, const struct chart_nines *chart)
{
	html_put(out,
		 "<table class=\"q\"><caption class=\"vh\">Quantiles in %s</caption><thead><tr>"
		 "<th scope=\"col\">%s</th>",
		 figure_unit(chart->unit), figure_unit(chart->unit));
	for (size_t i = 0; i < NUM_COLUMNS; i++)
		html_put(out, "<th scope=\"col\" class=\"%s\">%s</th>", i == HIDDEN ? "hide" : "",
			 column_names[i]);
	fputs("</tr></thead><tbody>\n", out);
	row(out, chart, "this run", run_at);
	row(out, chart, "95 % bound", bound_at);
	if (chart->figure->judged)
		row(out, chart, "limit", limit_at);
	if (isfinite(chart_nines_floor(chart, 0.5)))
		row(out, chart, "floor", chart_nines_floor);
	if (chart->previous)
		row(out, chart, "previous", previous_at);
	fputs("</tbody></table>\n", out);
}

static void conclusion(FILE *out, const struct chart_nines *chart)
{
	const struct gng_figure *figure = chart->figure;
	const double judged = figure_drawn_quantile(&figure->measure);
	const double floor_value = chart_nines_floor(chart, judged);
	char quantile[FIGURE_CAP], value[FIGURE_CAP], limit[FIGURE_CAP];
	const char *unit = figure_unit(chart->unit);
	const bool above = figure->measure.value > figure->budget.limit;

	fputs("<p>", out);
	if (!figure->judged) {
		fputs("<span class=\"mut\">Recorded: no limit holds on this machine.</span></p>",
		      out);
		return;
	}
	html_verdict(out, figure->verdict);
	html_put(out, " %s %s&nbsp;%s lies %s the limit of %s&nbsp;%s",
		 figure_quantile(quantile, judged),
		 figure_text(value, chart->per_figure * figure->measure.value), unit,
		 above ? "above" : "within",
		 figure_text(limit, chart->per_figure * figure->budget.limit), unit);
	if (isfinite(floor_value)) {
		fputs("; the floor there is ", out);
		figure_put(out, floor_value, chart->unit, true);
		html_put(out, " and may be %s&nbsp;%s at most",
			 figure_text(limit, chart->per_figure * figure->budget.limit / 4), unit);
	}
	fputs(".</p>\n", out);
}

static void one(FILE *out, const struct view *view, const struct view_item *item,
		const struct gng_figure *figure, unsigned int number)
{
	struct chart_nines chart;
	char what[128], count[GNG_TERM_FIGURE_CAP], quantile[FIGURE_CAP];

	html_put(out, "<div class=\"keep\"><h3>%s%s%s</h3>", figure_what(what, item->test, figure),
		 *item->test->variant ? ", " : "", item->test->variant);
	html_put(out, "<p class=\"mut about\">%s, %s of %s samples%s</p>\n",
		 systems[item->system].id,
		 figure_quantile(quantile, figure_drawn_quantile(&figure->measure)),
		 gng_term_count(count, figure->measure.n),
		 item->test->required ? "" : ", optional here");
	if (chart_nines_open(&chart, view, item, figure)) {
		chart.number = number;
		chart_nines_draw(out, &chart);
		chart_nines_table(out, &chart);
		conclusion(out, &chart);
		chart_nines_close(&chart);
	} else {
		fputs("<p>The histogram in the record cannot be read, or does not agree with the "
		      "figure: nothing is drawn from it.</p>",
		      out);
	}
	fputs("</div>\n", out);
}

static void legend(FILE *out)
{
	fputs("<p class=\"lg\"><span><svg aria-hidden=\"true\"><line class=\"c-run\" x1=\"0\" "
	      "x2=\"30\" y1=\"6\" y2=\"6\"/></svg>this run</span><span><svg aria-hidden=\"true\">"
	      "<line class=\"c-runx\" x1=\"0\" x2=\"30\" y1=\"6\" y2=\"6\"/></svg>no bound</span>"
	      "<span><svg aria-hidden=\"true\"><line class=\"c-prev\" x1=\"0\" x2=\"30\" y1=\"6\" "
	      "y2=\"6\"/></svg>previous sign-off</span><span><svg aria-hidden=\"true\"><rect "
	      "class=\"c-floor\" width=\"30\" height=\"11\"/></svg>noise floor, worse of before "
	      "and "
	      "after</span><span><svg aria-hidden=\"true\"><path class=\"jaw\" d=\"M2 1H26M2 "
	      "11H26\"/>"
	      "<path class=\"post\" d=\"M26 1V11\"/></svg>gauge: limit and a quarter of it</span>"
	      "</p>\n",
	      out);
}

/*
 * is_shown_elsewhere: one histogram often gives several figures. A limit has a chart of its own;
 * a figure without one is read from the table under another chart of the same histogram.
 */
static bool is_shown_elsewhere(const struct gng_record *record, size_t at)
{
	const struct gng_figure *figures = record->figures;

	for (size_t i = 0; i < record->num_figures && !figures[at].judged; i++)
		if (i != at && (i < at || figures[i].judged) && figure_is_histogram(&figures[i]) &&
		    strcmp(figures[i].measure.hist, figures[at].measure.hist) == 0)
			return true;
	return false;
}

/* is_charted: a stage has a chart where it is judged, and else its row of the table of stages. */
static bool is_charted(const struct gng_record *record, size_t at)
{
	const struct gng_figure *figure = &record->figures[at];

	return figure_is_histogram(figure) && !is_shown_elsewhere(record, at) &&
	       (figure->judged || !figure_is_stage(record, figure));
}

static void content(FILE *out, const struct view *view)
{
	unsigned int number = 0;

	legend(out);
	fputs("<div class=\"two\">", out);
	for (size_t i = 0; i < view->num_items; i++) {
		const struct gng_record *record = view->items[i].record;

		for (size_t f = 0; record && f < record->num_figures; f++)
			if (is_charted(record, f))
				one(out, view, &view->items[i], &record->figures[f], ++number);
	}
	fputs("</div>\n", out);
}

static bool present(const struct view *view)
{
	return view->num_histograms > 0;
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Each curve: how slow is the slowest 1 in 10, in 100, in 1,000. Read it against "
	      "the "
	      "gauge at the judged percentile.</p><p><b>Upper jaw</b>: the limit. The run must "
	      "pass "
	      "below it, else FAIL.</p><p><b>Lower jaw</b> (&frac14;): a quarter of the limit. The "
	      "noise floor must stay below it, else INCONCLUSIVE.</p><p>Dotted: too few samples "
	      "for "
	      "a 95 % bound at that nine.</p>",
	      out);
}

const struct page_section section_latency = {"latency", "Latency", "Latency by nines",
					     present,	rail,	   content};
