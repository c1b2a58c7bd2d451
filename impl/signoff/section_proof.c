/* SPDX-License-Identifier: Apache-2.0 */
/* section_proof.c - what runs of their own showed of the tests: mutants that they kill, and
 * fuzzing. Their JSON is kept beside the runs; without it the section is not there. */
#include "signoff_page.h"

#include <string.h>

#include <gng_term.h>

#include "signoff_aside.h"

static size_t whole(const json_t *object, const char *key)
{
	const json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (size_t)value : 0;
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

/* ---- mutants ---- */

static void cell(FILE *out, const char *label, size_t num)
{
	char count[GNG_TERM_FIGURE_CAP];

	html_put(out, "<td class=\"r%s\" data-l=\"%s\">%s</td>", num ? "" : " zero", label,
		 gng_term_count(count, num));
}

static void survivors(FILE *out, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list) && i < 20; i++) {
		const json_t *one = json_array_get(list, i);

		html_put(out, "<li><code>%s:%zu</code></li>\n", text(one, "file"),
			 whole(one, "line"));
	}
}

static void share(FILE *out, const json_t *json, const char *key, const char *lo, const char *hi)
{
	const double from = json_number_value(json_object_get(json, lo));
	const double to = json_number_value(json_object_get(json, hi));

	html_put(out, "%.1f %%", 100 * json_number_value(json_object_get(json, key)));
	if (from < to)
		html_put(out, " (%.1f to %.1f %%)", 100 * from, 100 * to);
}

/* scores never shows the larger of the two alone: who calls a survivor equivalent moves them
 * apart. */
static void scores(FILE *out, const json_t *json)
{
	if (!json_is_number(json_object_get(json, "score")) ||
	    !json_is_number(json_object_get(json, "mutation_score")))
		return;
	fputs("<p>Strict score, killed of all executed: ", out);
	share(out, json, "score", "score_lo", "score_hi");
	fputs("; mutation score, without those explained as equivalent: ", out);
	share(out, json, "mutation_score", "mutation_score_lo", "mutation_score_hi");
	html_put(out,
		 ". Explained: %zu equivalent, %zu stubborn; <code>out/mutants.json</code> has "
		 "each with its reason.</p>\n",
		 whole(json, "explained_equivalent"), whole(json, "explained_stubborn"));
}

static void mutants(FILE *out, const json_t *json)
{
	static const char *const keys[] = {"executed", "killed", "equivalent", "unreached"};
	const json_t *list = json_object_get(json, "survivors");

	fputs("<table class=\"card keep\"><caption>Mutants: planted bugs that a test must find"
	      "</caption><thead><tr>",
	      out);
	for (size_t i = 0; i < 4; i++)
		html_put(out, "<th scope=\"col\" class=\"r\">%s</th>", keys[i]);
	fputs("<th scope=\"col\" class=\"r\">survived</th></tr></thead><tbody><tr>", out);
	for (size_t i = 0; i < 4; i++)
		cell(out, keys[i], whole(json, keys[i]));
	cell(out, "survived", json_array_size(list));
	fputs("</tr></tbody></table>\n", out);
	scores(out, json);
	if (!json_array_size(list))
		return;
	fputs("<p>The first survivors:</p><ul>", out);
	survivors(out, list);
	fputs("</ul>\n", out);
}

/* ---- fuzzing ---- */

static const char *css(const char *verdict)
{
	return strcmp(verdict, "PASS") == 0 ? "PASS" : "FAIL";
}

static void fuzz_row(FILE *out, const json_t *one)
{
	html_put(out, "<tr><th scope=\"row\"><code>%s</code></th><td><b class=\"%s\">%s</b></td>",
		 text(one, "fuzzer"), css(text(one, "verdict")), text(one, "verdict"));
	cell(out, "executions", whole(one, "executions_total"));
	cell(out, "edges", whole(one, "edges"));
	cell(out, "corpus", whole(one, "corpus"));
	cell(out, "crashes", json_array_size(json_object_get(one, "crashes")));
	fputs("</tr>\n", out);
}

static void fuzz(FILE *out, const json_t *json)
{
	const json_t *list = json_object_get(json, "fuzzers");

	fputs("<table class=\"card apart\"><caption>Fuzzing</caption><thead><tr><th scope=\"col\">"
	      "Fuzzer</th><th scope=\"col\">Verdict</th><th scope=\"col\" "
	      "class=\"r\">Executions</th>"
	      "<th scope=\"col\" class=\"r\">Edges</th><th scope=\"col\" "
	      "class=\"r\">Corpus</th><th "
	      "scope=\"col\" class=\"r\">Crashes</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < json_array_size(list); i++)
		fuzz_row(out, json_array_get(list, i));
	fputs("</tbody></table>\n", out);
}

/* ---- the section ---- */

static bool has_mutants(const struct gng_signoff_aside *aside)
{
	return whole(aside->mutants, "executed") > 0;
}

static bool has_fuzz(const struct gng_signoff_aside *aside)
{
	return json_array_size(json_object_get(aside->fuzz, "fuzzers")) > 0;
}

static void content(FILE *out, const struct view *view)
{
	const struct gng_signoff_aside *aside = view->signoff->aside;

	if (has_mutants(aside))
		mutants(out, aside->mutants);
	if (has_fuzz(aside))
		fuzz(out, aside->fuzz);
}

static bool present(const struct view *view)
{
	const struct gng_signoff_aside *aside = view->signoff->aside;

	return aside && (has_mutants(aside) || has_fuzz(aside));
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>From runs of their own, kept beside this one: <code>gonogo mutants --json"
	      "</code> in <code>out/mutants.json</code>, <code>gonogo fuzz --json</code> in "
	      "<code>out/fuzz.json</code>.</p>",
	      out);
}

const struct page_section section_proof = {
	"proof", "Mutants, fuzzing", "Mutants and fuzzing", present, rail, content};
