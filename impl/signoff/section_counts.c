/* SPDX-License-Identifier: Apache-2.0 */
/* section_counts.c - what ran, by suite and by verdict, and the work behind it. */
#include "signoff_page.h"

#include <inttypes.h>
#include <string.h>

#include <gng_term.h>

static const char *const suites[] = {"conformance", "fuzz", "hwtests"};
#define NUM_SUITES 3

struct counts {
	size_t suite[NUM_SUITES + 1][GNG_NUM_VERDICTS], planned[NUM_SUITES + 1];
	double seconds[NUM_SUITES + 1];
	uint64_t assertions, cases;
	size_t met, missed, undecided, recorded;
};

static void count_figures(struct counts *counts, const struct gng_record *record)
{
	for (size_t i = 0; i < record->num_figures; i++) {
		if (!record->figures[i].judged)
			counts->recorded++;
		else if (record->figures[i].verdict == GNG_PASS)
			counts->met++;
		else if (record->figures[i].verdict == GNG_FAIL)
			counts->missed++;
		else
			counts->undecided++;
	}
}

static void count(struct counts *counts, const struct view *view)
{
	size_t suite;

	for (size_t i = 0; i < view->num_items; i++) {
		const struct view_item *item = &view->items[i];

		for (suite = 0; suite < NUM_SUITES - 1; suite++)
			if (strcmp(suites[suite], item->test->suite) == 0)
				break;
		counts->suite[suite][item->verdict]++;
		counts->planned[suite]++;
		counts->suite[NUM_SUITES][item->verdict]++;
		counts->planned[NUM_SUITES]++;
		if (!item->record)
			continue;
		counts->seconds[suite] += item->record->seconds;
		counts->seconds[NUM_SUITES] += item->record->seconds;
		counts->assertions += item->record->assertions;
		counts->cases += item->record->cases;
		count_figures(counts, item->record);
	}
}

static void cell(FILE *out, size_t num)
{
	char text[GNG_TERM_FIGURE_CAP];

	html_put(out, "<td class=\"r%s\">%s</td>", num ? "" : " zero", gng_term_count(text, num));
}

static void by_suite(FILE *out, const struct counts *counts)
{
	char text[GNG_TERM_FIGURE_CAP];

	fputs("<table class=\"ledger\"><caption>Tests by suite</caption><thead><tr>"
	      "<th scope=\"col\">verdict</th>",
	      out);
	for (size_t s = 0; s <= NUM_SUITES; s++)
		html_put(out, "<th scope=\"col\" class=\"r\">%s</th>",
			 s < NUM_SUITES ? suites[s] : "all");
	fputs("</tr></thead><tbody>\n", out);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		html_put(out, "<tr class=\"%s\"><th scope=\"row\">",
			 counts->suite[NUM_SUITES][v] ? "" : "none");
		html_verdict(out, (enum gng_verdict)v);
		fputs("</th>", out);
		for (size_t s = 0; s <= NUM_SUITES; s++)
			cell(out, counts->suite[s][v]);
		fputs("</tr>\n", out);
	}
	fputs("</tbody><tfoot><tr><th scope=\"row\">planned</th>", out);
	for (size_t s = 0; s <= NUM_SUITES; s++)
		cell(out, counts->planned[s]);
	fputs("</tr><tr class=\"took\"><th scope=\"row\">time</th>", out);
	for (size_t s = 0; s <= NUM_SUITES; s++)
		html_put(out, "<td class=\"r\">%s</td>",
			 gng_term_duration(text, counts->seconds[s]));
	fputs("</tr></tfoot></table>\n", out);
}

static void dots_of(FILE *out, const char *name, const size_t num[GNG_NUM_VERDICTS], size_t planned)
{
	char text[GNG_TERM_FIGURE_CAP];

	html_put(out, "<tr><th scope=\"row\">%s</th><td>", name);
	chart_dots(out, num);
	html_put(out, "</td><td class=\"r\">%s</td></tr>\n", gng_term_count(text, planned));
}

static void one_mark_each(FILE *out, const struct counts *counts)
{
	fputs("<table class=\"proof\"><caption>One mark for each test</caption><thead><tr>"
	      "<th scope=\"col\">suite</th><th scope=\"col\">passed, then not passed</th>"
	      "<th scope=\"col\" class=\"r\">tests</th></tr></thead><tbody>\n",
	      out);
	for (size_t s = 0; s < NUM_SUITES; s++)
		dots_of(out, suites[s], counts->suite[s], counts->planned[s]);
	fputs("</tbody></table>\n", out);
}

static void work(FILE *out, const struct counts *counts)
{
	char assertions[GNG_TERM_FIGURE_CAP], cases[GNG_TERM_FIGURE_CAP];

	html_put(
		out,
		"<p class=\"work\">Work behind the counts: %s assertions &middot; %s vectors, each "
		"file with as many cases as it declares &middot; %zu limits (%zu met, %zu missed, "
		"%zu undecided) &middot; %zu recorded without a limit here.</p>\n",
		gng_term_count(assertions, counts->assertions),
		gng_term_count(cases, counts->cases),
		counts->met + counts->missed + counts->undecided, counts->met, counts->missed,
		counts->undecided, counts->recorded);
}

static void content(FILE *out, const struct view *view)
{
	struct counts counts = {0};

	count(&counts, view);
	fputs("<div class=\"two\">", out);
	by_suite(out, &counts);
	one_mark_each(out, &counts);
	fputs("</div>\n", out);
	work(out, &counts);
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Each planned test has exactly one verdict, so that every column adds up.</p>"
	      "<p>Proof that these gates can go red is a run of its own: <code>gonogo "
	      "mutants</code>."
	      "</p>",
	      out);
}

const struct page_section section_counts = {"counts", "Counts", "Counts", NULL, rail, content};
