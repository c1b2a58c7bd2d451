/* SPDX-License-Identifier: Apache-2.0 */
/* section_peers.c - ratios against peers, and the figures that are neither ratio nor latency. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

typedef bool kind_fn(const struct gng_figure *figure);
typedef void figure_fn(FILE *out, void *context, const struct view_item *item,
		       const struct gng_figure *figure);

static bool is_other(const struct gng_figure *figure)
{
	return !figure_is_histogram(figure) && !figure_is_ratio(figure);
}

static void each(FILE *out, const struct view *view, kind_fn *kind, figure_fn *what, void *context)
{
	for (size_t i = 0; i < view->num_items; i++) {
		const struct gng_record *record = view->items[i].record;

		for (size_t f = 0; record && f < record->num_figures; f++)
			if (kind(&record->figures[f]))
				what(out, context, &view->items[i], &record->figures[f]);
	}
}

/* ---- cells ---- */

/* cell_text keeps three digits of a ratio under 1, where the limits lie close together. */
static const char *cell_text(char text[FIGURE_CAP], const struct gng_measure *measure, double value)
{
	if (strcmp(measure->unit, "ratio") != 0 || !(value > 0.1) || value >= 1)
		return figure_text(text, value);
	snprintf(text, FIGURE_CAP, "%.3f", value);
	return text;
}

static void interval_cell(FILE *out, const char *css, const struct gng_measure *measure)
{
	char value[FIGURE_CAP], low[FIGURE_CAP], high[FIGURE_CAP];
	const char *unit = figure_unit(measure->unit);
	double lo, hi;

	chart_ratio_interval(&lo, &hi, measure);
	html_put(out, "<td class=\"r n %s\"><b>%s</b>%s%s", css,
		 cell_text(value, measure, gng_budget_value(measure)), *unit ? "\302\240" : "",
		 unit);
	if (lo < hi)
		html_put(out, " <span class=\"mut\">[%s, %s]</span>", cell_text(low, measure, lo),
			 cell_text(high, measure, hi));
	fputs("</td>", out);
}

static void limit_and_verdict(FILE *out, const struct gng_figure *figure)
{
	char limit[FIGURE_CAP];

	if (!figure->judged) {
		fputs("<td class=\"r n bl\"><span class=\"mut\">no limit</span></td><td "
		      "class=\"bd\"><span class=\"mut\">recorded</span></td></tr>\n",
		      out);
		return;
	}
	html_put(out, "<td class=\"r n bl\" data-l=\"limit\">%s %s</td><td class=\"bd\">",
		 figure->budget.at_least ? "\342\211\245" : "\342\211\244",
		 cell_text(limit, &figure->measure, figure->budget.limit));
	html_verdict(out, figure->verdict);
	fputs("</td></tr>\n", out);
}

/* name_cell leaves the subsystem out where the group's line names it. */
static void name_cell(FILE *out, const struct view_item *item, const struct gng_figure *figure,
		      bool grouped)
{
	char what[128];
	const char *peer = note_of(item->record, "peer");
	const char *name = figure_what(what, item->test, figure);

	if (grouped && strchr(name, ' '))
		name = strchr(name, ' ') + 1;
	if (peer && strstr(what, " vs "))
		*strstr(what, " vs ") = '\0'; /* the peer tells its name and version itself */
	html_put(out, "%s", name);
	if (peer)
		html_put(out, " <span class=\"mut\">vs %s</span>", peer);
	if (*item->test->variant)
		html_put(out, " <span class=\"mut\">%s</span>", item->test->variant);
}

/* speed_cell shows the note "3.083 B/cycle against 3.028; core 4.2 GHz" as 3.08 : 3.03 B/cycle. */
static void speed_cell(FILE *out, const struct gng_record *record)
{
	const char *speed = note_of(record, "speed");
	char unit[16], our_text[FIGURE_CAP], their_text[FIGURE_CAP];
	double ours, theirs;

	if (!speed || sscanf(speed, "%lf %15s against %lf", &ours, unit, &theirs) != 3) {
		fputs("<td class=\"bs\"></td>", out);
		return;
	}
	html_put(out, "<td class=\"r n bs\"><b>%s</b> : %s&nbsp;%s</td>",
		 figure_text(our_text, ours), figure_text(their_text, theirs), unit);
}

/* ---- ratios ---- */

struct ratios {
	struct chart_ratio_axis axis;
	const char *stem; /* of the group that is open, "" before the first */
	bool has_scale;
};

static void widen(FILE *out, void *context, const struct view_item *item,
		  const struct gng_figure *figure)
{
	struct chart_ratio_axis *axis = context;
	double lo, hi;

	(void)out;
	(void)item;
	chart_ratio_interval(&lo, &hi, &figure->measure);
	if (figure->judged)
		lo = fmin(lo, figure->budget.limit), hi = fmax(hi, figure->budget.limit);
	axis->lo = fmax(0.05, fmin(axis->lo, lo * 0.9));
	axis->hi = fmin(1000, fmax(axis->hi, hi * 1.1));
}

static void ratio_group(FILE *out, struct ratios *ratios, const struct gng_test *test)
{
	if (strcmp(ratios->stem, test->stem) == 0)
		return;
	ratios->stem = test->stem;
	html_put(out, "<tr class=\"grp\"><th scope=\"rowgroup\">%s %s</th><td class=\"barc\">",
		 test->subsystem, test->stem);
	if (!ratios->has_scale)
		chart_ratio_scale(out, &ratios->axis);
	ratios->has_scale = true;
	fputs("</td><td colspan=\"4\"></td></tr>\n", out);
}

static void ratio_row(FILE *out, void *context, const struct view_item *item,
		      const struct gng_figure *figure)
{
	struct ratios *ratios = context;

	ratio_group(out, ratios, item->test);
	fputs("<tr><td class=\"bp\">", out);
	name_cell(out, item, figure, true);
	fputs("</td><td class=\"barc\">", out);
	chart_ratio(out, &ratios->axis, figure);
	fputs("</td>", out);
	interval_cell(out, "bv", &figure->measure);
	speed_cell(out, item->record);
	limit_and_verdict(out, figure);
}

static void ratio_table(FILE *out, const struct view *view)
{
	struct ratios ratios = {.axis = {0.8, 3}, .stem = ""};

	each(out, view, figure_is_ratio, widen, &ratios.axis);
	chart_ratio_symbol(out, &ratios.axis);
	fputs("<table class=\"bars card\"><caption class=\"vh\">Speed ratios against peers"
	      "</caption><thead><tr><th scope=\"col\">Case and peer</th><th scope=\"col\"><span "
	      "class=\"vh\">Ratio with interval and limit, logarithmic</span></th><th "
	      "scope=\"col\" class=\"r\">Ratio [interval]</th><th scope=\"col\" class=\"r\">Speed, "
	      "ours against theirs</th><th scope=\"col\" class=\"r\">Limit</th><th "
	      "scope=\"col\">Verdict</th></tr></thead><tbody>\n",
	      out);
	each(out, view, figure_is_ratio, ratio_row, &ratios);
	fputs("</tbody></table>\n", out);
}

/* ---- the rest ---- */

static void other_row(FILE *out, void *context, const struct view_item *item,
		      const struct gng_figure *figure)
{
	(void)context;
	fputs("<tr><td>", out);
	name_cell(out, item, figure, false);
	fputs("</td>", out);
	interval_cell(out, "", &figure->measure);
	limit_and_verdict(out, figure);
}

static void other_table(FILE *out, const struct view *view)
{
	fputs("<table class=\"others card\"><caption>Other figures</caption><thead><tr>"
	      "<th scope=\"col\">Figure</th><th scope=\"col\" class=\"r\">Value [interval]</th>"
	      "<th scope=\"col\" class=\"r\">Limit</th><th scope=\"col\">Verdict</th></tr></thead>"
	      "<tbody>\n",
	      out);
	each(out, view, is_other, other_row, NULL);
	fputs("</tbody></table>\n", out);
}

static bool present(const struct view *view)
{
	return view->num_ratios + view->num_others + compared_count(view) > 0;
}

static void content(FILE *out, const struct view *view)
{
	if (view->num_ratios)
		ratio_table(out, view);
	if (view->num_others)
		other_table(out, view);
	if (compared_count(view))
		compared_table(out, view);
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Ratios, interleaved in one run. Above 1, ours is better; where the limit is a "
	      "\342\211\244, less is. Bars start at 1; the axis is logarithmic.</p>"
	      "<p>Shown is the median of five blocks and their range, or a figure and its 95 % "
	      "interval. Dark: up to the nearer end. Pale: the range. Arrow: the limit.</p>"
	      "<p>PASS: the median of five blocks reaches the limit. FAIL: all five are under 0.97 "
	      "of it. Between: INCONCLUSIVE. Grey: no limit, recorded only.</p>"
	      "<p>Results compared: what another implementation was to make of ours, or ours of "
	      "its, and what came of it, as the test told it.</p>",
	      out);
}

const struct page_section section_peers = {"peers", "Peers", "Against peers",
					   present, rail,    content};
