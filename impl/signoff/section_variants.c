/* SPDX-License-Identifier: Apache-2.0 */
/* section_variants.c - stems by variants: each way to do a thing, judged by the same tests. */
#include "signoff_page.h"

#include <string.h>

#define MAX_VARIANTS 12

/* grid is one subsystem that has variants. */
struct grid {
	const struct view *view;
	const char *subsystem;
	const char *variants[MAX_VARIANTS];
	size_t num_variants;
};

static bool in_grid(const struct grid *grid, const struct view_item *item)
{
	return *item->test->variant && strcmp(item->test->subsystem, grid->subsystem) == 0;
}

static void add_variant(struct grid *grid, const char *variant)
{
	for (size_t v = 0; v < grid->num_variants; v++)
		if (strcmp(grid->variants[v], variant) == 0)
			return;
	if (grid->num_variants < MAX_VARIANTS)
		grid->variants[grid->num_variants++] = variant;
}

/* rank is the place in the subsystem's declaration, which names the fastest first. */
static size_t rank(const struct gng_plan *plan, const char *subsystem, const char *variant)
{
	for (size_t i = 0; i < plan->num_subsystems; i++) {
		const char *at = strcmp(plan->subsystems[i].name, subsystem) == 0
					 ? strstr(plan->subsystems[i].variants, variant)
					 : NULL;

		if (at)
			return (size_t)(at - plan->subsystems[i].variants);
	}
	return 0;
}

/* find_variants gathers the columns, the plainest variant first. */
static void find_variants(struct grid *grid)
{
	const struct gng_plan *plan = grid->view->signoff->plan;

	grid->num_variants = 0;
	for (size_t i = 0; i < grid->view->num_items; i++)
		if (in_grid(grid, &grid->view->items[i]))
			add_variant(grid, grid->view->items[i].test->variant);
	for (size_t i = 1; i < grid->num_variants; i++) {
		const char *variant = grid->variants[i];
		const size_t place = rank(plan, grid->subsystem, variant);
		size_t at = i;

		for (; at > 0 && rank(plan, grid->subsystem, grid->variants[at - 1]) < place; at--)
			grid->variants[at] = grid->variants[at - 1];
		grid->variants[at] = variant;
	}
}

/* same_line tells whether two tests stand in one line of the grid: same suite and stem. */
static bool same_line(const struct gng_test *a, const struct gng_test *b)
{
	return strcmp(a->suite, b->suite) == 0 && strcmp(a->stem, b->stem) == 0;
}

static void cell(FILE *out, const struct grid *grid, const struct gng_test *line,
		 const char *variant)
{
	size_t count[GNG_NUM_VERDICTS] = {0}, num = 0;
	enum gng_verdict worst = GNG_PASS;

	for (size_t i = 0; i < grid->view->num_items; i++) {
		const struct view_item *item = &grid->view->items[i];

		if (!in_grid(grid, item) || !same_line(item->test, line) ||
		    strcmp(item->test->variant, variant) != 0)
			continue;
		num++;
		count[item->verdict]++;
		if (view_severity(item->verdict) > view_severity(worst))
			worst = item->verdict;
	}
	if (num == 0) {
		fputs("<td class=\"NA\">&middot;<span class=\"vh\"> does not exist</span></td>",
		      out);
		return;
	}
	html_put(out, "<td class=\"%s\">", html_verdict_class(worst));
	if (worst != GNG_PASS)
		html_put(out, "<svg class=\"g\" aria-hidden=\"true\"><use href=\"#%s\"/></svg>",
			 html_verdict_glyph(worst));
	html_put(out, "%zu<span class=\"vh\"> %s</span></td>", count[worst],
		 gng_verdict_name(worst));
}

/* is_first_of_line looks back as far as the line goes: the plan has the tests of a file together.
 */
static bool is_first_of_line(const struct grid *grid, size_t at)
{
	const struct view_item *items = grid->view->items;

	for (size_t i = at; i-- > 0 && same_line(items[i].test, items[at].test) &&
			    strcmp(items[i].test->subsystem, items[at].test->subsystem) == 0;)
		if (in_grid(grid, &items[i]))
			return false;
	return in_grid(grid, &items[at]);
}

static void line_name(FILE *out, const struct gng_test *test)
{
	const bool plain = strcmp(test->suite, "conformance") == 0;

	html_put(out, "<tr><th scope=\"row\">%s%s</th>", test->stem,
		 plain				    ? ""
		 : strcmp(test->suite, "fuzz") == 0 ? " (fuzz)"
						    : " (hw)");
}

static void grid_table(FILE *out, const struct grid *grid)
{
	html_put(out,
		 "<div><table class=\"vg\"><caption>%s</caption><thead><tr><th scope=\"col\">test"
		 "</th>",
		 grid->subsystem);
	for (size_t v = 0; v < grid->num_variants; v++)
		html_put(out, "<th scope=\"col\">%s</th>", grid->variants[v]);
	fputs("</tr></thead><tbody>\n", out);
	for (size_t i = 0; i < grid->view->num_items; i++) {
		if (!is_first_of_line(grid, i))
			continue;
		line_name(out, grid->view->items[i].test);
		for (size_t v = 0; v < grid->num_variants; v++)
			cell(out, grid, grid->view->items[i].test, grid->variants[v]);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

static bool is_first_of_subsystem(const struct view *view, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (*view->items[i].test->variant &&
		    strcmp(view->items[i].test->subsystem, view->items[at].test->subsystem) == 0)
			return false;
	return *view->items[at].test->variant != '\0';
}

static void content(FILE *out, const struct view *view)
{
	struct grid grid = {.view = view};

	fputs("<div class=\"grids\">", out);
	for (size_t i = 0; i < view->num_items; i++) {
		if (!is_first_of_subsystem(view, i))
			continue;
		grid.subsystem = view->items[i].test->subsystem;
		find_variants(&grid);
		grid_table(out, &grid);
	}
	fputs("</div>\n", out);
}

static bool present(const struct view *view)
{
	for (size_t i = 0; i < view->num_items; i++)
		if (*view->items[i].test->variant)
			return true;
	return false;
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>The figure in a tinted cell is the number of tests that passed there. Another "
	      "cell "
	      "shows its worst verdict and how many tests have it. A dot: the combination does not "
	      "exist.</p>",
	      out);
}

const struct page_section section_variants = {"variants", "Variants", "Variants \303\227 tests",
					      present,	  rail,	      content};
