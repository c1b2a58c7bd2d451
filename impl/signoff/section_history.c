/* SPDX-License-Identifier: Apache-2.0 */
/* section_history.c - earlier sign-offs, and where this run's judged figures lie among theirs. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

#include "signoff_aside.h"

#define SHOWN 20 /* sign-offs */

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

/* ---- sign-offs ---- */

static const char *css(const char *verdict)
{
	if (strcmp(verdict, "GO") == 0)
		return "PASS";
	return strcmp(verdict, "NO-GO") == 0 ? "FAIL" : "INC";
}

static void signoff_row(FILE *out, const json_t *one)
{
	char started[17], commit[13];

	snprintf(started, sizeof(started), "%s", text(one, "started"));
	snprintf(commit, sizeof(commit), "%s", text(one, "commit"));
	html_put(out,
		 "<tr><td class=\"n\">%s</td><td><b class=\"%s\">%s</b></td><td>%s</td><td>%s</td>"
		 "<td><code>%s</code>",
		 started, css(text(one, "verdict")), text(one, "verdict"), text(one, "grade"),
		 text(one, "profile"), commit);
	if (strcmp(text(one, "state"), "clean tree") != 0)
		fputs(" <span class=\"mut\">and changes</span>", out);
	fputs("</td>", out);
	html_put(out,
		 "<td class=\"r\" data-l=\"passed\">%.0f</td><td class=\"r\" "
		 "data-l=\"failed\">%.0f</td>"
		 "<td class=\"r\" data-l=\"skipped\">%.0f</td></tr>\n",
		 number(one, "passed"), number(one, "failed"), number(one, "skipped"));
}

static void signoffs(FILE *out, const json_t *list)
{
	const size_t num = json_array_size(list);

	fputs("<table class=\"card earlier\"><caption>Earlier sign-offs in this folder</caption>"
	      "<thead><tr><th scope=\"col\">Started, UTC</th><th scope=\"col\">Verdict</th><th "
	      "scope=\"col\">Grade</th><th scope=\"col\">Profile</th><th "
	      "scope=\"col\">Commit</th><th "
	      "scope=\"col\" class=\"r\">Passed</th><th scope=\"col\" class=\"r\">Failed</th><th "
	      "scope=\"col\" class=\"r\">Skipped</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = num; i > 0 && num - i < SHOWN; i--)
		signoff_row(out, json_array_get(list, i - 1));
	fputs("</tbody></table>\n", out);
}

/* ---- figures ---- */

/* trend_of finds the history of a figure. */
static const json_t *trend_of(const json_t *trends, const struct gng_test *test,
			      const struct gng_measure *measure)
{
	for (size_t i = 0; i < json_array_size(trends); i++) {
		const json_t *one = json_array_get(trends, i);

		if (strcmp(text(one, "id"), test->id) == 0 &&
		    strcmp(text(one, "variant"), test->variant) == 0 &&
		    strcmp(text(one, "build"), test->build) == 0 &&
		    strcmp(text(one, "name"), measure->name) == 0 &&
		    strcmp(text(one, "unit"), measure->unit) == 0)
			return one;
	}
	return NULL;
}

/* put_range draws the range of all earlier runs and this run in it, from lo to hi. */
static void put_range(FILE *out, double least, double most, double last, double is)
{
	const double lo = fmin(least, is), hi = fmax(most, is);
	const double width = hi > lo ? hi - lo : 1;

	html_put(
		out,
		"<svg class=\"range\" aria-hidden=\"true\"><rect class=\"f-dim\" x=\"%.4g%%\" "
		"y=\"6\" width=\"%.4g%%\" height=\"4\"/><svg x=\"%.4g%%\"><circle class=\"hollow\" "
		"cy=\"8\" r=\"4\"/></svg><svg x=\"%.4g%%\"><circle class=\"mk f-acc\" cy=\"8\" "
		"r=\"4.5\"/></svg></svg>",
		chart_clamp(100 * (least - lo) / width), chart_clamp(100 * (most - least) / width),
		chart_clamp(100 * (last - lo) / width), chart_clamp(100 * (is - lo) / width));
}

static void figure_row(FILE *out, const struct gng_test *test, const struct gng_figure *figure,
		       const json_t *trend)
{
	const double is = figure->measure.value, last = number(trend, "last");
	const double change = last != 0 ? 100 * (is / last - 1) : 0;
	const bool better = (change > 0) == figure->budget.at_least;
	char what[128], cells[4][FIGURE_CAP];
	const char *unit = figure_unit(figure->measure.unit);

	html_put(out, "<tr><th scope=\"row\">%s%s%s%s%s</th><td class=\"rangec\">",
		 figure_what(what, test, figure), *test->variant ? " " : "", test->variant,
		 *unit ? ", " : "", unit);
	put_range(out, number(trend, "least"), number(trend, "most"), last, is);
	html_put(out,
		 "</td><td class=\"r\" data-l=\"runs\">%.0f</td><td class=\"r n\" "
		 "data-l=\"range\">%s to "
		 "%s</td><td class=\"r\" data-l=\"last\">%s</td><td class=\"r\" "
		 "data-l=\"this\"><b>%s</b>"
		 "</td>",
		 number(trend, "n"), figure_text(cells[0], number(trend, "least")),
		 figure_text(cells[1], number(trend, "most")), figure_text(cells[2], last),
		 figure_text(cells[3], is));
	if (fabs(change) < 1)
		fputs("<td class=\"r n mut\">under 1&nbsp;%</td></tr>\n", out);
	else
		html_put(out,
			 "<td class=\"r n\"><span class=\"%s\">%+.3g&nbsp;%% %s</span></td></tr>\n",
			 better ? "PASS" : "FAIL", change, better ? "better" : "worse");
}

static size_t figures_of(FILE *out, const struct view_item *item, const json_t *trends)
{
	size_t num = 0;

	for (size_t f = 0; item->record && f < item->record->num_figures; f++) {
		const struct gng_figure *figure = &item->record->figures[f];
		const json_t *trend =
			figure->judged ? trend_of(trends, item->test, &figure->measure) : NULL;

		if (!trend)
			continue;
		num++;
		if (out)
			figure_row(out, item->test, figure, trend);
	}
	return num;
}

static void figures(FILE *out, const struct view *view, const json_t *trends)
{
	size_t num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += figures_of(NULL, &view->items[i], trends);
	if (!num)
		return;
	html_put(out,
		 "<details><summary><b>%zu figures with a limit</b> <span class=\"mut\">this run "
		 "among the earlier ones</span></summary><table class=\"card trend\"><thead><tr>"
		 "<th scope=\"col\">Figure</th><th scope=\"col\">Range</th><th scope=\"col\" "
		 "class=\"r\">Runs</th><th scope=\"col\" class=\"r\">Least to most</th><th "
		 "scope=\"col\" class=\"r\">Last</th><th scope=\"col\" class=\"r\">This</th><th "
		 "scope=\"col\" class=\"r\">Since</th></tr></thead><tbody>\n",
		 num);
	for (size_t i = 0; i < view->num_items; i++)
		figures_of(out, &view->items[i], trends);
	fputs("</tbody></table></details>\n", out);
}

static const json_t *rows(const struct view *view)
{
	return json_object_get(view->signoff->aside->history, "signoffs");
}

static void content(FILE *out, const struct view *view)
{
	signoffs(out, rows(view));
	figures(out, view, json_object_get(view->signoff->aside->history, "figures"));
}

static bool present(const struct view *view)
{
	return view->signoff->aside && json_array_size(rows(view));
}

static void rail(FILE *out, const struct view *view)
{
	const size_t num = json_array_size(rows(view));

	html_put(out,
		 "<p>%zu sign-off%s before this one, from <code>history.sqlite</code> beside the "
		 "runs.</p><p>Bar: all earlier runs; ring: the last of them; dot: this one. "
		 "<code>gonogo history</code> has every figure.</p>",
		 num, num == 1 ? "" : "s");
}

const struct page_section section_history = {"history", "Earlier", "Earlier sign-offs",
					     present,	rail,	   content};
