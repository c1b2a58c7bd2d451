/* SPDX-License-Identifier: Apache-2.0 */
/* chart_deciding.c - the figure that decided, on a linear scale: floor, last time, limit, run. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

#define TICKS 5

/* scale is the axis from 0 to max in the figure's own unit. */
struct scale {
	FILE *out;
	double max, step;
	const char *unit;
};

double chart_clamp(double percent)
{
	if (!(percent > 0)) /* NAN too */
		return 0;
	return percent < 100 ? percent : 100;
}

static double at(const struct scale *scale, double value)
{
	return chart_clamp(100 * value / scale->max);
}

/* round_step returns 1, 2 or 5 times a power of ten, at least step. */
static double round_step(double step)
{
	const double decade = pow(10, floor(log10(step)));

	if (step <= decade * 1.0001)
		return decade;
	if (step <= 2 * decade)
		return 2 * decade;
	return step <= 5 * decade ? 5 * decade : 10 * decade;
}

static const char *anchor(double percent)
{
	if (percent < 8)
		return "";
	return percent > 92 ? "end" : "mid";
}

static void ticks(const struct scale *scale, double limit)
{
	char text[FIGURE_CAP];

	for (double value = 0; value < scale->max * 1.001; value += scale->step) {
		const bool last = value + scale->step > scale->max * 1.001;

		if (fabs(at(scale, value) - at(scale, limit)) < 12 && !last)
			continue; /* the limit's own figure stands there */
		html_put(scale->out, "<text class=\"%s\" x=\"%.4g%%\" y=\"67\">%.6g%s%s</text>",
			 last ? "end" : anchor(at(scale, value)), at(scale, value), value,
			 last && *scale->unit ? "\302\240" : "", last ? scale->unit : "");
	}
	html_put(scale->out, "<text class=\"t %s\" x=\"%.4g%%\" y=\"%d\">limit %s</text>",
		 anchor(at(scale, limit)), at(scale, limit), at(scale, limit) > 80 ? 82 : 67,
		 figure_text(text, limit));
}

static void bands(const struct scale *scale, const struct gng_budget *budget)
{
	const double limit = at(scale, budget->limit);
	const double bad_from = budget->at_least ? 0 : limit;

	html_put(scale->out,
		 "<defs><pattern id=\"no\" width=\"6\" height=\"6\" "
		 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect "
		 "width=\"6\" height=\"6\" style=\"fill:var(--failt)\"/><rect width=\"1.5\" "
		 "height=\"6\" class=\"f-fail\" opacity=\".55\"/></pattern></defs>");
	html_put(scale->out,
		 "<rect x=\"0\" y=\"30\" width=\"100%%\" height=\"22\" style=\"fill:var(--tint)\"/>"
		 "<rect x=\"%.4g%%\" y=\"30\" width=\"%.4g%%\" height=\"22\" "
		 "fill=\"url(#no)\"/>",
		 bad_from, budget->at_least ? limit : 100 - limit);
}

static void floor_bar(const struct scale *scale, double floor_value)
{
	char text[FIGURE_CAP];

	if (!isfinite(floor_value))
		return;
	html_put(scale->out,
		 "<rect x=\"0\" y=\"30\" width=\"%.4g%%\" height=\"22\" class=\"f-dim\"/>"
		 "<text x=\"0\" y=\"22\">floor %s</text>",
		 at(scale, floor_value), figure_text(text, floor_value));
}

static void last_time(const struct scale *scale, double value)
{
	char text[FIGURE_CAP];

	if (!isfinite(value))
		return;
	html_put(scale->out,
		 "<circle cx=\"%.4g%%\" cy=\"41\" r=\"4\" "
		 "style=\"fill:var(--bg);stroke:var(--dim);stroke-width:2\"/>"
		 "<text class=\"%s\" x=\"%.4g%%\" y=\"82\">last time %s</text>",
		 at(scale, value), anchor(at(scale, value)), at(scale, value),
		 figure_text(text, value));
}

static void mark(const struct scale *scale, const struct gng_figure *figure)
{
	const struct gng_measure *measure = &figure->measure;
	const char *tone = figure->verdict == GNG_FAIL ? "fail" : "inc";
	char text[FIGURE_CAP];

	if (isfinite(measure->lo) && isfinite(measure->hi))
		html_put(scale->out,
			 "<line class=\"s-ink\" x1=\"%.4g%%\" x2=\"%.4g%%\" y1=\"41\" y2=\"41\" "
			 "stroke-width=\"3\"/>",
			 at(scale, measure->lo), at(scale, measure->hi));
	html_put(scale->out, "<svg x=\"%.4g%%\" y=\"41\">", at(scale, gng_budget_value(measure)));
	if (figure->verdict == GNG_FAIL)
		fputs("<path class=\"mk f-fail\" d=\"M-3.3-8h6.6L8-3.3v6.6L3.3 "
		      "8h-6.6L-8 3.3v-6.6z\"/>",
		      scale->out);
	else
		fputs("<circle class=\"mk f-inc\" r=\"7\"/>", scale->out);
	html_put(scale->out,
		 "</svg><text class=\"t %s\" style=\"font-size:14px;fill:var(--%s)\" x=\"%.4g%%\" "
		 "y=\"20\">%s this run</text>",
		 anchor(at(scale, gng_budget_value(measure))), tone,
		 at(scale, gng_budget_value(measure)),
		 figure_text(text, gng_budget_value(measure)));
}

static double value_before(const struct view_item *item, const char *name)
{
	for (size_t i = 0; item->before && i < item->before->num_figures; i++)
		if (strcmp(item->before->figures[i].measure.name, name) == 0)
			return gng_budget_value(&item->before->figures[i].measure);
	return NAN;
}

static double floor_of(const struct gng_figure *figure)
{
	const double ns = figure_ns(figure->measure.unit);

	return ns > 0 && figure->measure.quantile > 0 ? figure->floor_ns / ns : NAN;
}

static void title(FILE *out, const struct gng_test *test, const struct gng_figure *figure)
{
	char what[128], quantile[FIGURE_CAP], value[FIGURE_CAP], limit[FIGURE_CAP];

	figure_what(what, test, figure);
	if (figure->measure.quantile > 0)
		figure_quantile(quantile, figure->measure.quantile);
	else
		snprintf(quantile, sizeof(quantile), "value");
	html_put(out, "<p class=\"figcap\">Deciding figure: %s of %s%s%s</p>", quantile, what,
		 *test->variant ? ", " : "", test->variant);
	html_put(out,
		 "<svg class=\"dec-fig\" width=\"100%%\" height=\"84\" role=\"img\" "
		 "aria-labelledby=\"dfig\"><title id=\"dfig\">Deciding figure, %s of %s, linear "
		 "scale: limit %s, this run %s %s. %s.</title>",
		 quantile, what, figure_text(limit, figure->budget.limit),
		 figure_text(value, gng_budget_value(&figure->measure)), figure->measure.unit,
		 gng_verdict_name(figure->verdict));
}

void chart_deciding(FILE *out, const struct view_item *item, const struct gng_figure *figure)
{
	const double floor_value = floor_of(figure);
	const double before = value_before(item, figure->measure.name);
	double most = fmax(gng_budget_value(&figure->measure), figure->budget.limit);
	struct scale scale = {.out = out, .unit = figure_unit(figure->measure.unit)};

	most = fmax(fmax(most, floor_value), before) * 1.2; /* fmax passes over NAN */
	if (!(most > 0) || !isfinite(most))
		return; /* nothing that has a place on this axis */
	scale.step = round_step(most / TICKS);
	scale.max = ceil(most / scale.step) * scale.step;
	title(out, item->test, figure);
	bands(&scale, &figure->budget);
	floor_bar(&scale, floor_value);
	fputs("<line class=\"s-ink\" x1=\"0\" x2=\"100%\" y1=\"52\" y2=\"52\" "
	      "stroke-width=\"1\"/>",
	      out);
	ticks(&scale, figure->budget.limit);
	html_put(out,
		 "<line class=\"s-ink\" x1=\"%.4g%%\" x2=\"%.4g%%\" y1=\"22\" y2=\"56\" "
		 "stroke-width=\"3\"/>",
		 at(&scale, figure->budget.limit), at(&scale, figure->budget.limit));
	last_time(&scale, before);
	mark(&scale, figure);
	fputs("</svg>\n", out);
}
