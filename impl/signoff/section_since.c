/* SPDX-License-Identifier: Apache-2.0 */
/* section_since.c - what differs from the sign-off before this one. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

/* ---- verdicts ---- */

static size_t num_changed(const struct view *view)
{
	size_t num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += view->items[i].before &&
		       view->items[i].before->verdict != view->items[i].verdict;
	return num;
}

static void verdict_row(FILE *out, const struct view_item *item)
{
	if (!item->before || item->before->verdict == item->verdict)
		return;
	fputs("<tr><th scope=\"row\"><code>", out);
	html_id(out, item->test->id);
	html_put(out, "</code> <span class=\"mut n\">%s</span></th><td>", item->test->variant);
	html_verdict(out, item->before->verdict);
	fputs("</td><td>", out);
	html_verdict(out, item->verdict);
	fputs("</td></tr>\n", out);
}

static void verdicts(FILE *out, const struct view *view)
{
	html_put(out, "<table class=\"card chg1\"><caption>Verdicts that changed (%zu)</caption>",
		 num_changed(view));
	fputs("<thead><tr><th scope=\"col\">Test</th><th scope=\"col\">Was</th><th "
	      "scope=\"col\">Is</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < view->num_items; i++)
		verdict_row(out, &view->items[i]);
	fputs("</tbody></table>\n", out);
}

/* ---- figures ---- */

static bool apart(const struct gng_measure *is, const struct gng_measure *was)
{
	double is_lo, is_hi, was_lo, was_hi;

	chart_ratio_interval(&is_lo, &is_hi, is);
	chart_ratio_interval(&was_lo, &was_hi, was);
	return is_lo < is_hi && was_lo < was_hi && (is_lo > was_hi || is_hi < was_lo);
}

static bool more_is_better(const struct gng_figure *figure)
{
	if (figure->judged)
		return figure->budget.at_least;
	return figure->measure.quantile == 0 && figure_ns(figure->measure.unit) == 0;
}

static void figure_row(FILE *out, const struct gng_test *test, const struct gng_figure *is,
		       const struct gng_figure *was)
{
	const double percent =
		100 * (gng_budget_value(&is->measure) / gng_budget_value(&was->measure) - 1);
	const bool better = (percent > 0) == more_is_better(is);
	char what[128], was_text[FIGURE_CAP], is_text[FIGURE_CAP];
	const char *unit = figure_unit(is->measure.unit);

	html_put(out, "<tr><th scope=\"row\">%s%s%s%s%s</th><td class=\"r\">%s</td>",
		 figure_what(what, test, is), *test->variant ? " " : "", test->variant,
		 *unit ? ", " : "", unit, figure_text(was_text, gng_budget_value(&was->measure)));
	html_put(out,
		 "<td class=\"r\">%s</td><td class=\"r n\"><b class=\"%s\">%+.3g&nbsp;%% %s</b>"
		 "</td></tr>\n",
		 figure_text(is_text, gng_budget_value(&is->measure)), better ? "PASS" : "FAIL",
		 percent, better ? "better" : "worse");
}

static const struct gng_figure *figure_before(const struct view_item *item, const char *name,
					      const char *unit)
{
	for (size_t i = 0; item->before && i < item->before->num_figures; i++) {
		const struct gng_figure *figure = &item->before->figures[i];

		if (strcmp(figure->measure.name, name) == 0 &&
		    strcmp(figure->measure.unit, unit) == 0)
			return figure;
	}
	return NULL;
}

/* figures_of writes a row for each figure that moved (out may be NULL), and counts. */
static size_t figures_of(FILE *out, const struct view_item *item, size_t *num_compared)
{
	size_t num = 0;

	for (size_t f = 0; item->record && f < item->record->num_figures; f++) {
		const struct gng_figure *is = &item->record->figures[f];
		const struct gng_figure *was =
			figure_before(item, is->measure.name, is->measure.unit);

		*num_compared += was != NULL;
		if (!was || !apart(&is->measure, &was->measure))
			continue;
		num++;
		if (out)
			figure_row(out, item->test, is, was);
	}
	return num;
}

static void figures(FILE *out, const struct view *view)
{
	size_t num_compared = 0, num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += figures_of(NULL, &view->items[i], &num_compared);
	html_put(out, "<table><caption>Figures that moved (%zu of %zu)</caption>", num,
		 num_compared);
	fputs("<thead><tr><th scope=\"col\">Figure</th><th scope=\"col\" class=\"r\">Was</th><th "
	      "scope=\"col\" class=\"r\">Is</th><th scope=\"col\" class=\"r\">Change</th></tr>"
	      "</thead><tbody>\n",
	      out);
	for (size_t i = 0; i < view->num_items; i++)
		figures_of(out, &view->items[i], &num_compared);
	fputs("</tbody></table>\n", out);
}

/* ---- machine and plan ---- */

static void facts(FILE *out, const struct view *view)
{
	const struct gng_machine *is = view->signoff->machine;
	const struct gng_machine *was = &view->signoff->previous->machine;

	fputs("<table class=\"card\"><caption>Machine facts that changed</caption><thead><tr><th "
	      "scope=\"col\">Fact</th><th scope=\"col\">Was</th><th "
	      "scope=\"col\">Is</th></tr></thead>"
	      "<tbody>\n",
	      out);
	for (size_t i = 0; is && i < is->num_facts; i++) {
		const struct gng_machine_fact *fact = &is->facts[i];
		const char *before = gng_machine_get(was, fact->group, fact->name);

		if (strcmp(before, fact->value) != 0)
			html_put(out,
				 "<tr><th scope=\"row\">%s: "
				 "%s</th><td>%s</td><td><b>%s</b></td></tr>\n",
				 fact->group, fact->name, before, fact->value);
	}
	fputs("</tbody></table>\n", out);
}

static void plan(FILE *out, const struct view *view)
{
	size_t added = 0;

	for (size_t i = 0; i < view->num_items; i++)
		added += view->items[i].before == NULL;
	html_put(out,
		 "<table><caption>Plan</caption><thead><tr><th scope=\"col\">Change</th><th "
		 "scope=\"col\" class=\"r\">Tests</th></tr></thead><tbody><tr><th "
		 "scope=\"row\">added"
		 "</th><td class=\"r\">%zu</td></tr><tr><th scope=\"row\">removed</th><td "
		 "class=\"r\">"
		 "%zu</td></tr></tbody></table>\n",
		 added, view->signoff->previous->num_strangers);
}

static void content(FILE *out, const struct view *view)
{
	fputs("<div class=\"two\">", out);
	verdicts(out, view);
	figures(out, view);
	facts(out, view);
	plan(out, view);
	fputs("</div>\n", out);
}

static bool present(const struct view *view)
{
	return view->signoff->previous != NULL;
}

static void rail(FILE *out, const struct view *view)
{
	const struct gng_signoff_previous *previous = view->signoff->previous;
	char commit[13];

	snprintf(commit, sizeof(commit), "%.12s", previous->commit);
	html_put(out, "<p>Against %s: %s, grade %s, profile %s, commit <code>%s</code>.</p>",
		 previous->id, previous->verdict, previous->grade, previous->profile, commit);
	fputs("<p>A figure is listed when the two intervals do not overlap.</p>", out);
}

const struct page_section section_since = {
	"since", "Since last time", "Since the last sign-off", present, rail, content};
