/* SPDX-License-Identifier: Apache-2.0 */
/* section_claims.c - the claims ledger in short: how many of each verdict, and those that fell. */
#include "signoff_page.h"

#include <string.h>

#include "signoff_aside.h"

static const struct {
	const char *name, *css;
} verdicts[] = {
	{"CONFIRMED", "PASS"},		 {"REFUTED", "FAIL"},
	{"INCONSISTENT", "ERROR"},	 {"INCONCLUSIVE", "INC"},
	{"NOT-MEASURABLE-HERE", "SKIP"}, {"PENDING", "SKIP"},
};
#define NUM_VERDICTS (sizeof(verdicts) / sizeof(verdicts[0]))
#define NUM_LISTED 3 /* REFUTED, INCONSISTENT and INCONCLUSIVE ones are listed */

static const char *text(const json_t *claim, const char *key)
{
	const char *value = json_string_value(json_object_get(claim, key));

	return value ? value : "";
}

static bool is_claim(const json_t *claim, const char *chapter, const char *verdict)
{
	const char *section = text(claim, "section");
	const size_t len = strcspn(section, ".");

	return strcmp(text(claim, "verdict"), verdict) == 0 &&
	       (!chapter || (strlen(chapter) == len && strncmp(section, chapter, len) == 0));
}

static size_t count(const json_t *claims, const char *chapter, const char *verdict)
{
	size_t num = 0;

	for (size_t i = 0; i < json_array_size(claims); i++)
		num += is_claim(json_array_get(claims, i), chapter, verdict);
	return num;
}

static void row(FILE *out, const json_t *claims, const char *chapter, const char *name)
{
	size_t num, all = 0;

	html_put(out, "<tr><th scope=\"row\">%s</th>", name);
	for (size_t v = 0; v < NUM_VERDICTS; v++) {
		num = count(claims, chapter, verdicts[v].name);
		all += num;
		html_put(out, "<td class=\"r%s\" data-l=\"%s\">%zu</td>", num ? "" : " zero",
			 verdicts[v].name, num);
	}
	html_put(out, "<td class=\"r\" data-l=\"all\">%zu</td></tr>\n", all);
}

static void head(FILE *out)
{
	fputs("<table class=\"claims card\"><caption>Claims by chapter of the article</caption>"
	      "<thead><tr><th scope=\"col\">chapter</th>",
	      out);
	for (size_t v = 0; v < NUM_VERDICTS; v++)
		html_put(out, "<th scope=\"col\" class=\"r\"><span class=\"v %s\">%s</span></th>",
			 verdicts[v].css, verdicts[v].name);
	fputs("<th scope=\"col\" class=\"r\">all</th></tr></thead><tbody>\n", out);
}

/* chapters are the numbers before the first dot, in the order of the ledger. */
static void table(FILE *out, const json_t *claims)
{
	char last[16] = "", chapter[16], name[32];

	head(out);
	for (size_t i = 0; i < json_array_size(claims); i++) {
		const char *section = text(json_array_get(claims, i), "section");

		snprintf(chapter, sizeof(chapter), "%.*s",
			 (int)strnlen(section, strcspn(section, ".")), section);
		if (strcmp(chapter, last) == 0)
			continue;
		snprintf(last, sizeof(last), "%s", chapter);
		snprintf(name, sizeof(name), "chapter %s", chapter);
		row(out, claims, chapter, name);
	}
	row(out, claims, NULL, "all");
	fputs("</tbody></table>\n", out);
}

static void list(FILE *out, const json_t *claims, size_t v)
{
	const size_t num = count(claims, NULL, verdicts[v].name);

	if (!num)
		return;
	html_put(out,
		 "<details><summary><b class=\"v %s\">%s</b> <span class=\"mut\">%zu claims"
		 "</span></summary><table class=\"card clist\"><thead><tr><th scope=\"col\">Claim"
		 "</th><th scope=\"col\">It says</th><th scope=\"col\">Evidence</th></tr></thead>"
		 "<tbody>\n",
		 verdicts[v].css, verdicts[v].name, num);
	for (size_t i = 0; i < json_array_size(claims); i++) {
		const json_t *claim = json_array_get(claims, i);

		if (is_claim(claim, NULL, verdicts[v].name))
			html_put(out, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>\n",
				 text(claim, "id"), text(claim, "statement"),
				 text(claim, "evidence"));
	}
	fputs("</tbody></table></details>\n", out);
}

static void content(FILE *out, const struct view *view)
{
	const json_t *claims = view->signoff->aside->claims;

	table(out, claims);
	for (size_t v = 1; v <= NUM_LISTED; v++)
		list(out, claims, v);
}

static bool present(const struct view *view)
{
	return view->signoff->aside && json_array_size(view->signoff->aside->claims);
}

static void rail(FILE *out, const struct view *view)
{
	html_put(out,
		 "<p>%zu statements of the seed article, judged on this machine by <code>gonogo "
		 "claims</code>.</p><p>A refuted claim is no NO-GO: it says something of the "
		 "article, "
		 "not of the item tested.</p>",
		 json_array_size(view->signoff->aside->claims));
}

const struct page_section section_claims = {"claims", "Claims", "Claims ledger",
					    present,  rail,	content};
