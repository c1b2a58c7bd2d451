/* SPDX-License-Identifier: Apache-2.0 */
/* section_notrun.c - every planned test without a PASS: grouped by reason, with a command. */
#include "signoff_page.h"

#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

/* gap is what is missing for one reason. */
struct gap {
	const struct view_item *first;
	size_t num;
};

static bool decides_here(const struct view_item *item)
{
	return gng_test_decides(item->test, item->verdict);
}

static bool is_slow(const struct view_item *item)
{
	return item->verdict == GNG_SKIP && (item->test->flags & GNG_TEST_SLOW) &&
	       !item->test->cannot;
}

static const char *remedy_of(const struct view_item *item)
{
	const char *remedy = item->record ? item->record->remedy : NULL;

	return remedy ? remedy : "";
}

/* What is slow has a command each, and all of it has one. Else another remedy is another gap. */
static bool same_gap(const struct view_item *a, const struct view_item *b)
{
	return a->verdict == b->verdict && decides_here(a) == decides_here(b) &&
	       strcmp(view_reason(a), view_reason(b)) == 0 &&
	       ((is_slow(a) && is_slow(b)) || strcmp(remedy_of(a), remedy_of(b)) == 0);
}

/* Required gaps come first, then the worse verdict, then the reason that stops more tests. */
static int compare_gaps(const void *a_void, const void *b_void)
{
	const struct gap *a = a_void, *b = b_void;
	const int severe = view_severity(b->first->verdict) - view_severity(a->first->verdict);

	if (decides_here(a->first) != decides_here(b->first))
		return decides_here(a->first) ? -1 : 1;
	if (severe != 0)
		return severe;
	if (a->num != b->num)
		return a->num < b->num ? 1 : -1;
	return a->first < b->first ? -1 : 1;
}

static struct gap *find_gaps(size_t *num_gaps, const struct view *view)
{
	struct gap *gaps = calloc(view->num_items + 1, sizeof(*gaps));
	size_t num = 0, at;

	*num_gaps = 0;
	if (!gaps)
		return NULL;
	for (size_t i = 0; i < view->num_items; i++) {
		const struct view_item *item = &view->items[i];

		if (item->verdict == GNG_PASS)
			continue;
		for (at = 0; at < num && !same_gap(gaps[at].first, item);)
			at++;
		if (at == num)
			gaps[num++].first = item;
		gaps[at].num++;
	}
	qsort(gaps, num, sizeof(*gaps), compare_gaps);
	*num_gaps = num;
	return gaps;
}

/* shared_len shortens len to the part up to the last dot that both ids share. */
static size_t shared_len(const char *a, size_t len, const char *b)
{
	size_t same = 0;

	while (same < len && a[same] == b[same])
		same++;
	if (same == len && (b[same] == '.' || b[same] == '\0'))
		return len;
	while (same > 0 && a[same] != '.')
		same--;
	return same;
}

/* prefix writes the selector that names all tests of the gap; "" if they share none. */
static void prefix(char *text, size_t cap, const struct view *view, const struct gap *gap)
{
	const char *id = gap->first->test->id;
	size_t len = strlen(id);

	for (size_t i = 0; i < view->num_items; i++)
		if (same_gap(gap->first, &view->items[i]))
			len = shared_len(id, len, view->items[i].test->id);
	snprintf(text, cap, "%.*s", (int)len, id);
}

static void variant_of(FILE *out, const struct gng_test *test)
{
	if (*test->variant)
		html_put(out, " <span class=\"q\">%s</span>", test->variant);
}

static void all_ids(FILE *out, const struct view *view, const struct gap *gap)
{
	html_put(out, "<details class=\"ids\"><summary>%zu tests</summary>", gap->num);
	for (size_t i = 0; i < view->num_items; i++) {
		const struct gng_test *test = view->items[i].test;

		if (!same_gap(gap->first, &view->items[i]))
			continue;
		fputs("<div><code>", out);
		html_id(out, test->id);
		fputs("</code>", out);
		variant_of(out, test);
		fputs("</div>\n", out);
	}
	fputs("</details>", out);
}

static void tests_of(FILE *out, const struct view *view, const struct gap *gap)
{
	char shared[256];

	fputs("<td><code>", out);
	if (gap->num == 1) {
		html_id(out, gap->first->test->id);
		fputs("</code>", out);
		variant_of(out, gap->first->test);
	} else {
		prefix(shared, sizeof(shared), view, gap);
		html_id(out, shared);
		fputs(strcmp(shared, gap->first->test->id) == 0 ? ""
		      : *shared					? ".<wbr>*"
								: "*",
		      out);
		fputs("</code> ", out);
		all_ids(out, view, gap);
	}
	fputs("</td>", out);
}

/* systems_of names four at most: a run that was stopped has a gap of all, which would be a column.
 */
static void systems_of(FILE *out, const struct view *view, const struct gap *gap)
{
	bool seen[64] = {false};
	size_t num = 0;

	fputs("<td class=\"sy\">", out);
	for (size_t i = 0; i < view->num_items; i++) {
		const size_t system = view->items[i].system;

		if (!same_gap(gap->first, &view->items[i]) || seen[system])
			continue;
		seen[system] = true;
		if (num++ < 4)
			html_put(out, "%s%s", num > 1 ? ", " : "", systems[system].id);
	}
	if (num > 4)
		fprintf(out, " and %zu more", num - 4);
	fputs("</td>", out);
}

/* to_do writes one thing to copy: the remedy of a gap, or the command that runs it again. */
static void to_do(FILE *out, const struct view *view, const struct gap *gap)
{
	const struct gng_record *record = gap->first->record;
	const char *remedy = gap->num > 1 && is_slow(gap->first) ? "" : remedy_of(gap->first);
	char shared[256], command[300];

	fputs("<td data-l=\"To do:\">", out);
	fputs("<code>", out);
	if (*remedy)
		html_command(out, remedy);
	else if (gap->num == 1 && record && record->repro)
		html_command(out, record->repro);
	else {
		prefix(shared, sizeof(shared), view, gap);
		snprintf(command, sizeof(command), "gonogo check %s%s",
			 is_slow(gap->first) ? "--slow " : "", shared);
		html_command(out, command);
	}
	fputs("</code></td>", out);
}

static void row(FILE *out, const struct view *view, const struct gap *gap)
{
	const bool decides = view->signoff->tally->decisive &&
			     gap->first->record == view->signoff->tally->decisive;
	const bool failed = view_severity(gap->first->verdict) >= view_severity(GNG_ERROR);

	html_put(out, "<tr class=\"%s\"><td>", !decides ? "" : failed ? "dec" : "dec INCb");
	html_verdict(out, gap->first->verdict);
	fputs("</td>", out);
	tests_of(out, view, gap);
	systems_of(out, view, gap);
	html_put(out, "<td class=\"nd\">%s</td><td>%s</td>",
		 decides_here(gap->first) ? "required" : "optional", view_reason(gap->first));
	to_do(out, view, gap);
	fputs("</tr>\n", out);
}

static void content(FILE *out, const struct view *view)
{
	size_t num_gaps;
	struct gap *gaps = find_gaps(&num_gaps, view);

	if (!gaps) {
		fputs("<p>Memory ran out: this section is missing.</p>", out);
		return;
	}
	if (num_gaps == 0)
		fputs("<p>Every planned test passed.</p>", out);
	else
		fputs("<table class=\"notrun card\"><caption class=\"vh\">Every planned test "
		      "without "
		      "a PASS, with its reason and remedy</caption><thead><tr><th scope=\"col\">"
		      "Verdict</th><th scope=\"col\">Test</th><th scope=\"col\">Sys.</th>"
		      "<th scope=\"col\">In profile</th><th scope=\"col\">Why</th>"
		      "<th scope=\"col\">What to do</th></tr></thead><tbody>\n",
		      out);
	for (size_t i = 0; i < num_gaps; i++)
		row(out, view, &gaps[i]);
	fputs(num_gaps ? "</tbody></table>\n" : "", out);
	free(gaps);
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Required tests come first; each of them keeps the verdict from GO.</p>"
	      "<p>Optional gaps do not change the verdict, and are never counted as passed.</p>",
	      out);
}

const struct page_section section_notrun = {
	"notrun", "Not passed, not run", "Not passed, not run", NULL, rail, content};
