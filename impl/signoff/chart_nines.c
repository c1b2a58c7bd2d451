/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chart_nines.c - a latency by nines: x is -log10(1 - q), y is logarithmic. The snap gauge
 * stands at the judged quantile, its upper jaw at the limit, its lower at a quarter of it.
 */
#include "signoff_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gng_hist.h>

#define MAX_NINES 6.0	    /* the axis ends at P99.9999, where "max" stands */
#define FIRST_NINES 0.30103 /* P50 */
#define POINTS 24 /* P50, then four for each nine: the curve passes the judged quantiles */
#define MAX_DECADES 9
#define CONFIDENCE 0.95

/* ---- scales ---- */

static double x_of(double quantile)
{
	return quantile >= 1 ? 100 : chart_clamp(100 * -log10(1 - quantile) / MAX_NINES);
}

static double y_of(const struct chart_nines *chart, double value)
{
	if (!(value > 0))
		return 100;
	return chart_clamp(100 * (chart->decade_hi - log10(value)) /
			   (chart->decade_hi - chart->decade_lo));
}

static double quantile_at(int point)
{
	const double nines = point == 0 ? FIRST_NINES : (point + 1) / 4.0;

	return point == POINTS - 1 ? 1 : 1 - pow(10, -nines);
}

static double value_at(const struct gng_hist *hist, double per_value, double quantile)
{
	return per_value * (double)gng_hist_value_at_quantile(hist, quantile);
}

/* A figure that is judged without its quantile has a floor of its own, in the same seconds. */
double chart_nines_floor(const struct chart_nines *chart, double quantile)
{
	if (!(chart->figure->measure.quantile > 0))
		return NAN;
	return chart->per_ns * gng_signoff_floor_ns(chart->signoff, quantile);
}

/* ---- opening: units, and a histogram that agrees with its figure ---- */

/*
 * decade_between finds the power of ten by which the histogram's values are smaller or
 * larger than the figure's unit: 0 if none fits to 2 %, as then one of them is wrong.
 */
static double decade_between(const struct gng_hist *hist, const struct gng_measure *measure)
{
	const double raw = (double)gng_hist_value_at_quantile(hist, figure_drawn_quantile(measure));

	for (double decade = 1e-9; decade < 2e9; decade *= 10)
		if (fabs(raw * decade - measure->value) <= 0.02 * fabs(measure->value))
			return decade;
	return 0;
}

static void choose_unit(struct chart_nines *chart)
{
	static const char *const units[] = {"s", "ms", "us", "ns"};
	const double own_ns = figure_ns(chart->figure->measure.unit);
	const double value_ns = own_ns * chart->figure->measure.value;

	chart->unit = chart->figure->measure.unit;
	chart->per_figure = 1;
	chart->per_ns = NAN;
	for (size_t i = 0; own_ns > 0 && i < 4; i++) {
		chart->unit = units[i];
		if (value_ns >= figure_ns(units[i]) / 10) /* 270 ns are 0.27 us: its tail is long */
			break;
	}
	if (own_ns > 0) {
		chart->per_figure = own_ns / figure_ns(chart->unit);
		chart->per_ns = 1 / figure_ns(chart->unit);
	}
}

static void choose_decades(struct chart_nines *chart)
{
	const double median = value_at(chart->hist, chart->per_value, 0.5);
	double lo = median, hi = value_at(chart->hist, chart->per_value, 1);

	if (chart->figure->judged) {
		lo = fmin(lo, chart->per_figure * chart->figure->budget.limit / 4);
		hi = fmax(hi, chart->per_figure * chart->figure->budget.limit);
	}
	chart->decade_lo = (int)floor(log10(fmax(lo, 1e-9)) - 0.1);
	chart->decade_hi = (int)ceil(log10(fmax(hi, 1e-9)) + 0.05);
	if (chart->decade_hi <= chart->decade_lo)
		chart->decade_hi = chart->decade_lo + 1;
	if (chart->decade_hi - chart->decade_lo > MAX_DECADES)
		chart->decade_lo = chart->decade_hi - MAX_DECADES;
}

static void open_previous(struct chart_nines *chart)
{
	const struct gng_record *before = chart->item->before;
	double decade;

	for (size_t i = 0; before && i < before->num_figures; i++) {
		const struct gng_measure *measure = &before->figures[i].measure;

		if (!measure->hist || chart->previous ||
		    strcmp(measure->name, chart->figure->measure.name) != 0 ||
		    strcmp(measure->unit, chart->figure->measure.unit) != 0 ||
		    gng_hist_decode(&chart->previous, measure->hist, strlen(measure->hist), NULL) !=
			    GNG_OK)
			continue;
		decade = decade_between(chart->previous, measure);
		chart->per_previous = decade * chart->per_figure;
		if (decade > 0)
			return;
		gng_hist_close(chart->previous);
		chart->previous = NULL;
	}
}

bool chart_nines_open(struct chart_nines *chart, const struct view *view,
		      const struct view_item *item, const struct gng_figure *figure)
{
	double decade;

	*chart = (struct chart_nines){.item = item, .figure = figure, .signoff = view->signoff};
	if (gng_hist_decode(&chart->hist, figure->measure.hist, strlen(figure->measure.hist),
			    NULL) != GNG_OK)
		return false;
	decade = chart->hist->total ? decade_between(chart->hist, &figure->measure) : 0;
	if (decade <= 0) {
		chart_nines_close(chart);
		return false;
	}
	choose_unit(chart);
	chart->per_value = decade * chart->per_figure;
	choose_decades(chart);
	open_previous(chart);
	return true;
}

void chart_nines_close(struct chart_nines *chart)
{
	gng_hist_close(chart->hist);
	gng_hist_close(chart->previous);
	chart->hist = chart->previous = NULL;
}

/* ---- curves ---- */

static bool has_bound(const struct gng_hist *hist, double quantile)
{
	uint64_t lo, hi;

	return quantile < 1 &&
	       gng_hist_quantile_bounds(hist, quantile, CONFIDENCE, &lo, &hi) == GNG_OK &&
	       hi != GNG_HIST_INFINITE;
}

static void point(FILE *out, const struct chart_nines *chart, int at, double value)
{
	html_put(out, "%.4g,%.4g ", 10 * x_of(quantile_at(at)), 10 * y_of(chart, value));
}

static void curve(FILE *out, const struct chart_nines *chart, const char *css, int from, int to)
{
	const bool previous = strcmp(css, "c-prev") == 0;

	if (from >= to)
		return;
	html_put(out, "<path class=\"%s\" d=\"M", css);
	for (int i = from; i <= to; i++)
		point(out, chart, i,
		      previous ? value_at(chart->previous, chart->per_previous, quantile_at(i))
			       : value_at(chart->hist, chart->per_value, quantile_at(i)));
	fputs("\"/>", out);
}

static void floor_area(FILE *out, const struct chart_nines *chart)
{
	if (!isfinite(chart_nines_floor(chart, 0.5)))
		return;
	html_put(out, "<path class=\"c-floor\" d=\"M");
	for (int i = 0; i < POINTS; i++)
		point(out, chart, i, chart_nines_floor(chart, quantile_at(i)));
	fputs("V1000H50Z\"/>", out);
}

static void curves(FILE *out, const struct chart_nines *chart)
{
	int bounded = 0;

	while (bounded + 1 < POINTS && has_bound(chart->hist, quantile_at(bounded + 1)))
		bounded++;
	fputs("<svg width=\"100%\" height=\"100%\" viewBox=\"0 0 1000 1000\" "
	      "preserveAspectRatio=\"none\">",
	      out);
	floor_area(out, chart);
	if (chart->previous)
		curve(out, chart, "c-prev", 0, POINTS - 1);
	curve(out, chart, "c-run", 0, bounded);
	curve(out, chart, "c-runx", bounded, POINTS - 1);
	fputs("</svg>", out);
}

/* ---- axes, gauge, marks ---- */

static void axes(FILE *out, const struct chart_nines *chart)
{
	for (int decade = chart->decade_lo; decade <= chart->decade_hi; decade++) {
		const double y = y_of(chart, pow(10, decade));

		html_put(out,
			 "<line class=\"ax\" x2=\"100%%\" y1=\"%.4g%%\" y2=\"%.4g%%\"/>"
			 "<text class=\"end\" x=\"-6\" y=\"%.4g%%\" dy=\".34em\">%.6g</text>",
			 y, y, y, pow(10, decade));
	}
	html_put(out, "<use href=\"#nines\"/><text x=\"0\" y=\"-6\">%s</text>",
		 figure_unit(chart->unit));
}

static void upper_jaw(FILE *out, const struct chart_nines *chart, double x, double upper)
{
	const double limit = chart->per_figure * chart->figure->budget.limit;
	char text[FIGURE_CAP];

	html_put(out,
		 "<line class=\"lim\" x1=\"0\" x2=\"%.4g%%\" y1=\"%.4g%%\" y2=\"%.4g%%\"/>"
		 "<text class=\"t\" x=\"4\" y=\"%.4g%%\" dy=\"-6\">limit %s</text>",
		 x, upper, upper, upper, figure_text(text, limit));
	html_put(out, "<svg x=\"%.4g%%\" y=\"%.4g%%\"><path class=\"jaw\" d=\"M-19 0H19\"/></svg>",
		 x, upper);
}

/* gauge has no lower jaw where no floor judges. */
static void gauge(FILE *out, const struct chart_nines *chart, double x)
{
	const double limit = chart->per_figure * chart->figure->budget.limit;
	const double upper = y_of(chart, limit), lower = y_of(chart, limit / 4);
	const int side = x > 96 ? -18 : 18; /* the post stays inside the chart */

	upper_jaw(out, chart, x, upper);
	if (!(chart->figure->measure.quantile > 0))
		return;
	html_put(out,
		 "<line class=\"post\" x1=\"%.4g%%\" x2=\"%.4g%%\" y1=\"%.4g%%\" y2=\"%.4g%%\" "
		 "transform=\"translate(%d)\"/>",
		 x, x, upper, lower, side);
	html_put(out,
		 "<svg x=\"%.4g%%\" y=\"%.4g%%\"><path class=\"jaw\" d=\"M-19 0H19\"/>"
		 "<text class=\"h %s\" x=\"%d\" y=\"4\">&frac14;</text></svg>",
		 x, lower, side < 0 ? "end" : "", side < 0 ? -24 : 24);
}

static void run_mark(FILE *out, const struct chart_nines *chart, double x)
{
	const double y = y_of(chart, chart->per_figure * chart->figure->measure.value);
	const enum gng_verdict verdict = chart->figure->judged ? chart->figure->verdict : GNG_PASS;
	char text[FIGURE_CAP];
	const char *tone = "ta";

	html_put(out, "<svg x=\"%.4g%%\" y=\"%.4g%%\">", x, y);
	if (verdict == GNG_FAIL) {
		tone = "tf";
		fputs("<path class=\"mk f-fail\" d=\"M-2.5-6h5L6-2.5v5L2.5 6h-5L-6 2.5v-5z\"/>",
		      out);
	} else if (verdict == GNG_PASS) {
		fputs("<circle class=\"mk f-acc\" r=\"5\"/>", out);
	} else {
		tone = "ti";
		fputs("<circle class=\"mk f-inc\" r=\"5\"/>", out);
	}
	html_put(out,
		 "</svg><text class=\"t %s big %s\" x=\"%.4g%%\" y=\"%.4g%%\" dy=\"-11\">%s</text>",
		 x > 92 ? "end" : "mid", tone, x, y,
		 figure_text(text, chart->per_figure * chart->figure->measure.value));
}

static void title(FILE *out, const struct chart_nines *chart)
{
	const struct gng_measure *measure = &chart->figure->measure;
	char what[128], value[FIGURE_CAP], quantile[FIGURE_CAP], limit[FIGURE_CAP],
		floor_text[FIGURE_CAP];

	html_put(out, "<title id=\"l%u\">%s: percentiles by nines, logarithmic %s. ", chart->number,
		 figure_what(what, chart->item->test, chart->figure), figure_unit(chart->unit));
	html_put(out, "Measured %s at %s", figure_text(value, chart->per_figure * measure->value),
		 figure_quantile(quantile, figure_drawn_quantile(measure)));
	if (isfinite(chart_nines_floor(chart, measure->quantile)))
		html_put(out, "; noise floor %s",
			 figure_text(floor_text, chart_nines_floor(chart, measure->quantile)));
	if (chart->figure->judged)
		html_put(out, "; limit %s: %s",
			 figure_text(limit, chart->per_figure * chart->figure->budget.limit),
			 gng_verdict_name(chart->figure->verdict));
	fputs(".</title>", out);
}

void chart_nines_draw(FILE *out, const struct chart_nines *chart)
{
	const double quantile = figure_drawn_quantile(&chart->figure->measure);
	const double x = x_of(quantile), floor_value = chart_nines_floor(chart, quantile);

	html_put(out,
		 "<svg class=\"plot nines\" width=\"100%%\" height=\"228\" role=\"img\" "
		 "aria-labelledby=\"l%u\">",
		 chart->number);
	title(out, chart);
	axes(out, chart);
	curves(out, chart);
	if (chart->figure->judged)
		gauge(out, chart, x);
	if (isfinite(floor_value))
		html_put(out, "<circle class=\"mk f-dim\" cx=\"%.4g%%\" cy=\"%.4g%%\" r=\"4.5\"/>",
			 x, y_of(chart, floor_value));
	run_mark(out, chart, x);
	fputs("</svg>\n", out);
}
