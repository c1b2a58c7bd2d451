/* SPDX-License-Identifier: Apache-2.0 */
/* section_matrix.c - requirement to test to verdict to evidence, by system of the article. */
#include "signoff_page.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include <gng_term.h>

#define MAX_SYSTEMS 64

/* row is one system. first..last are its lines of records.jsonl, which need not be dense. */
struct row {
	size_t num_requirements, num_tests, num_required, first, last, num_lines;
	size_t count[GNG_NUM_VERDICTS], count_required[GNG_NUM_VERDICTS];
	char sha256[17];
};

/* ---- evidence ---- */

static void hash_line(EVP_MD_CTX *hash, const struct gng_record *record)
{
	char *line = gng_record_json(record);

	if (line)
		EVP_DigestUpdate(hash, line, strlen(line));
	EVP_DigestUpdate(hash, "\n", 1);
	free(line);
}

/* hash_row hashes the record lines of a system as they stand in the file, newlines included. */
static void hash_row(struct row *row, const struct view *view, size_t system)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];

	if (hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1) {
		for (size_t i = 0; i < view->num_items; i++)
			if (view->items[i].system == system && view->items[i].record)
				hash_line(hash, view->items[i].record);
		if (EVP_DigestFinal_ex(hash, digest, NULL) == 1)
			for (size_t i = 0; i < 4; i++)
				snprintf(row->sha256 + 2 * i, 3, "%02x", digest[i]);
	}
	EVP_MD_CTX_free(hash);
}

/* ---- counting ---- */

static void add_item(struct row *row, const struct view_item *item)
{
	row->num_tests++;
	row->count[item->verdict]++;
	if (gng_test_decides(item->test, item->verdict)) {
		row->num_required++;
		row->count_required[item->verdict]++;
	}
	if (!item->line)
		return;
	if (!row->first || item->line < row->first)
		row->first = item->line;
	if (item->line > row->last)
		row->last = item->line;
	row->num_lines++;
}

static void count_rows(struct row rows[MAX_SYSTEMS], const struct view *view)
{
	const struct gng_plan *plan = view->signoff->plan;

	memset(rows, 0, MAX_SYSTEMS * sizeof(*rows));
	for (size_t i = 0; i < plan->num_requirements; i++)
		rows[system_find(plan->requirements[i].id)].num_requirements++;
	for (size_t i = 0; i < view->num_items; i++)
		add_item(&rows[view->items[i].system], &view->items[i]);
	for (size_t s = 0; s < num_systems; s++)
		hash_row(&rows[s], view, s);
}

/* worst is a row's verdict: of its required tests, or of all where none is required. */
static enum gng_verdict worst(const struct row *row)
{
	const size_t *count = row->num_required ? row->count_required : row->count;
	enum gng_verdict verdict = GNG_PASS;

	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		if (count[v] && view_severity((enum gng_verdict)v) > view_severity(verdict))
			verdict = (enum gng_verdict)v;
	return verdict;
}

/* ---- the matrix ---- */

static void not_passed(FILE *out, const struct row *row)
{
	const char *comma = "";

	fputs("<td class=\"np\">", out);
	for (int v = GNG_PASS + 1; v < GNG_NUM_VERDICTS; v++) {
		if (!row->count[v])
			continue;
		html_put(out, "%s%zu %s", comma, row->count[v],
			 gng_verdict_name((enum gng_verdict)v));
		comma = ", ";
	}
	if (*comma && row->num_required && worst(row) == GNG_PASS)
		fputs(" (optional)", out);
	fputs("</td>", out);
}

static void evidence(FILE *out, const struct row *row)
{
	fputs("<td class=\"ev\">", out);
	if (row->num_lines)
		html_put(out, "%zu&ndash;%zu %s", row->first, row->last, row->sha256);
	fputs("</td>", out);
}

static void matrix_row(FILE *out, const struct row *row, const struct system_row *system)
{
	const enum gng_verdict verdict = worst(row);
	const bool hot = row->num_required && verdict != GNG_PASS;

	html_put(
		out, "<tr class=\"%s%s\"><td class=\"id\">%s</td><th scope=\"row\" class=\"ti\">%s",
		hot ? "hot" : "", hot && verdict != GNG_FAIL && verdict != GNG_ERROR ? " INCb" : "",
		system->id, system->title);
	if (*system->section)
		html_put(out, " <span class=\"sec\">(%s)</span>", system->section);
	html_put(out, "</th><td class=\"r nux\">%zu</td><td class=\"r nux\">%zu</td>",
		 row->num_requirements, row->num_tests);
	html_put(out, "<td class=\"r nux%s\">%zu</td><td class=\"dt\">",
		 row->num_required ? "" : " mut", row->num_required);
	chart_dots(out, row->count);
	fputs("</td>", out);
	not_passed(out, row);
	fputs("<td class=\"vd\">", out);
	html_verdict(out, verdict);
	fputs(row->num_required ? "" : " <span class=\"opt\">optional</span>", out);
	fputs("</td>", out);
	evidence(out, row);
	fputs("</tr>\n", out);
}

static void matrix(FILE *out, const struct row *rows)
{
	const char *group = "";

	fputs("<table class=\"mx\"><caption class=\"vh\">Requirement matrix by system</caption>"
	      "<thead><tr><th scope=\"col\" colspan=\"2\">System (article section)</th>"
	      "<th scope=\"col\" class=\"r\">Reqs.</th><th scope=\"col\" class=\"r\">Tests</th>"
	      "<th scope=\"col\" class=\"r\">Required</th><th scope=\"col\"><span class=\"vh\">"
	      "One mark per test</span></th><th scope=\"col\">Not passed</th><th scope=\"col\">"
	      "Verdict</th><th scope=\"col\">Evidence</th></tr></thead><tbody>\n",
	      out);
	for (size_t s = 0; s < num_systems; s++) {
		if (!rows[s].num_tests)
			continue;
		if (strcmp(group, systems[s].group) != 0)
			html_put(out,
				 "<tr class=\"grp\"><th colspan=\"9\" "
				 "scope=\"rowgroup\">%s</th></tr>",
				 systems[s].group);
		group = systems[s].group;
		matrix_row(out, &rows[s], &systems[s]);
	}
	fputs("</tbody></table>\n", out);
}

/* ---- requirements and tests of one system ---- */

static bool names(const struct gng_test *test, const char *id)
{
	const size_t len = strlen(id);
	const char *at = test->requirements;

	while ((at = strstr(at, id))) {
		if ((at == test->requirements || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
		at += len;
	}
	return false;
}

/* requirement_row sums over all tests that name it, also those that stand in another system. */
static void requirement_row(FILE *out, const struct view *view,
			    const struct gng_requirement *requirement)
{
	struct row sum = {0};

	for (size_t i = 0; i < view->num_items; i++)
		if (names(view->items[i].test, requirement->id))
			add_item(&sum, &view->items[i]);
	html_put(out,
		 "<tr><td class=\"m\">%s</td><td class=\"q\">%s</td><td>%s</td><td class=\"r\">%zu"
		 "</td><td class=\"dt\">",
		 requirement->id, requirement->clause, requirement->text, sum.num_tests);
	chart_dots(out, sum.count);
	fputs("</td><td>", out);
	if (sum.num_tests)
		html_verdict(out, worst(&sum));
	fputs("</td></tr>\n", out);
}

static void requirements_of(FILE *out, const struct view *view, size_t system)
{
	const struct gng_plan *plan = view->signoff->plan;

	html_put(out,
		 "<table class=\"reqs card\"><caption class=\"vh\">Requirements of %s</caption>",
		 systems[system].id);
	fputs("<thead><tr><th scope=\"col\">Requirement</th><th scope=\"col\">Clause</th>"
	      "<th scope=\"col\">Sentence</th><th scope=\"col\" class=\"r\">Tests</th>"
	      "<th scope=\"col\"><span class=\"vh\">One mark per test</span></th>"
	      "<th scope=\"col\">Verdict</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < plan->num_requirements; i++)
		if (system_find(plan->requirements[i].id) == system)
			requirement_row(out, view, &plan->requirements[i]);
	fputs("</tbody></table>\n", out);
}

static void figure_cell(FILE *out, const struct gng_record *record)
{
	char value[FIGURE_CAP], limit[FIGURE_CAP];

	fputs("<td class=\"r n\">", out);
	for (size_t i = 0; record && i < record->num_figures && i < 1; i++) {
		const struct gng_figure *figure = &record->figures[i];

		html_put(out, "%s", figure_text(value, gng_budget_value(&figure->measure)));
		if (*figure_unit(figure->measure.unit))
			html_put(out, "&nbsp;%s", figure_unit(figure->measure.unit));
		if (figure->judged)
			html_put(out, ", %s %s",
				 figure->budget.at_least ? "\342\211\245" : "\342\211\244",
				 figure_text(limit, figure->budget.limit));
	}
	fputs("</td>", out);
}

static void test_row(FILE *out, const struct view_item *item)
{
	char count[GNG_TERM_FIGURE_CAP];

	html_put(out, "<tr><td>%s%s%s</td><td class=\"m\">%s</td>", item->test->variant,
		 *item->test->variant ? ", " : "", item->test->build, item->test->requirements);
	html_put(out, "<td class=\"r\" data-l=\"assertions\">%s</td>",
		 gng_term_count(count, item->record ? item->record->assertions : 0));
	figure_cell(out, item->record);
	fputs("<td>", out);
	html_verdict(out, item->verdict);
	html_put(out, "</td><td class=\"r m\" data-l=\"record\">");
	if (item->line)
		html_put(out, "%zu", item->line);
	fputs("</td></tr>\n", out);
}

static void tests_of(FILE *out, const struct view *view, size_t system)
{
	const char *id = "";

	html_put(out, "<table class=\"tests card\"><caption class=\"vh\">Tests of %s</caption>",
		 systems[system].id);
	fputs("<thead><tr><th scope=\"col\">Test; variant, build</th><th scope=\"col\">Requirement"
	      "</th><th scope=\"col\" class=\"r\">Assertions</th><th scope=\"col\" class=\"r\">"
	      "Figure, limit</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"r\">Record"
	      "</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < view->num_items; i++) {
		if (view->items[i].system != system)
			continue;
		if (strcmp(id, view->items[i].test->id) != 0) {
			id = view->items[i].test->id;
			fputs("<tr class=\"grp\"><th colspan=\"6\" scope=\"rowgroup\"><code>", out);
			html_id(out, id);
			fputs("</code></th></tr>\n", out);
		}
		test_row(out, &view->items[i]);
	}
	fputs("</tbody></table>\n", out);
}

static void details(FILE *out, const struct view *view, const struct row *row, size_t system)
{
	html_put(out, "<details%s><summary><b>%s %s</b> %zu test%s, %zu requirement%s",
		 row->num_required && worst(row) != GNG_PASS ? " open" : "", systems[system].id,
		 systems[system].title, row->num_tests, row->num_tests == 1 ? "" : "s",
		 row->num_requirements, row->num_requirements == 1 ? "" : "s");
	for (int v = GNG_PASS + 1; v < GNG_NUM_VERDICTS; v++)
		if (row->count[v])
			html_put(out, ", %zu %s", row->count[v],
				 gng_verdict_name((enum gng_verdict)v));
	fputs("</summary>\n", out);
	if (row->num_requirements)
		requirements_of(out, view, system);
	tests_of(out, view, system);
	fputs("</details>\n", out);
}

/* ---- the section ---- */

static void content(FILE *out, const struct view *view)
{
	struct row rows[MAX_SYSTEMS];

	count_rows(rows, view);
	matrix(out, rows);
	fputs("<h3 class=\"apart\">Requirements and tests of a system</h3><p class=\"work\">One "
	      "block "
	      "for each system: its clauses, sentences and tests. Those that keep the verdict from "
	      "GO are open.</p>\n",
	      out);
	for (size_t s = 0; s < num_systems; s++)
		if (rows[s].num_tests)
			details(out, view, &rows[s], s);
}

static size_t num_tested(const struct gng_plan *plan)
{
	size_t num = 0;

	for (size_t i = 0; i < plan->num_requirements; i++)
		num += plan->requirements[i].num_tests > 0;
	return num;
}

static size_t num_orphans(const struct view *view)
{
	size_t num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += view->items[i].test->requirements[0] == '\0';
	return num;
}

static void rail(FILE *out, const struct view *view)
{
	const struct gng_plan *plan = view->signoff->plan;

	html_put(out, "<p>System, tests, verdict, evidence. %zu of %zu requirements have a test; ",
		 num_tested(plan), plan->num_requirements);
	if (num_orphans(view))
		html_put(out, "%zu tests name no requirement.</p>", num_orphans(view));
	else
		fputs("no test lacks a requirement.</p>", out);
	fputs("<p><svg class=\"dots key\" width=\"26\" height=\"11\" aria-hidden=\"true\"><rect "
	      "width=\"23\" height=\"11\" fill=\"url(#dp)\"/></svg>One dot is one passed test.<br>"
	      "<svg class=\"dots key\" width=\"10\" height=\"11\" aria-hidden=\"true\"><rect "
	      "width=\"4\" height=\"11\" class=\"f-fail\"/></svg>One bar is one that did not pass."
	      "</p><p>A row takes the worst verdict of its required tests, or of all its tests "
	      "where none is required. A test stands in the system of its first requirement.</p>"
	      "<p>Evidence: first and last line of <code>records.jsonl</code>, and the start of "
	      "the sha256 of the system's lines.</p>",
	      out);
}

const struct page_section section_matrix = {"matrix", "Requirements", "Requirement matrix",
					    NULL,     rail,	      content};
