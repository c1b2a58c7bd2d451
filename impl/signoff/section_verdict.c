/* SPDX-License-Identifier: Apache-2.0 */
/* section_verdict.c - page 1: plate, sentence, deciding figure, ledger, facts. */
#include "signoff_page.h"

#include <math.h>
#include <string.h>

#include <gng_term.h>

void section_plate(FILE *out, const struct gng_signoff *signoff)
{
	static const struct {
		const char *css, *glyph;
	} plates[] = {[GNG_GO] = {"go", "p-go"},
		      [GNG_NO_GO] = {"nogo", "p-nogo"},
		      [GNG_INCOMPLETE] = {"open", "p-open"}};
	const enum gng_overall overall = signoff->tally ? signoff->tally->overall : GNG_INCOMPLETE;
	const char *word = gng_overall_name(overall);

	html_put(out,
		 "<h1 class=\"plate %s\"><svg aria-hidden=\"true\"><use href=\"#%s\"/></svg><span>"
		 "<span class=\"w%s\">%s</span><span class=\"sub\">",
		 plates[overall].css, plates[overall].glyph, strlen(word) > 6 ? " long" : "", word);
	if (signoff->grade)
		html_put(out, "grade <b>%s</b> &middot; ", signoff->grade);
	if (signoff->profile)
		html_put(out, "profile <b>%s</b> &middot; ", signoff->profile->name);
	html_put(out, "exit code <b>%d</b></span></span></h1>\n",
		 signoff->tally ? gng_tally_exit(signoff->tally) : (int)overall);
}

/* ---- the sentence ---- */

/* say_figure completes "1 of N required tests failed: " with the figure that missed. */
static void say_figure(FILE *out, const struct gng_record *record, const struct gng_figure *figure)
{
	const struct gng_measure *measure = &figure->measure;
	char what[128], value[FIGURE_CAP], limit[FIGURE_CAP], quantile[FIGURE_CAP];
	const char *unit = figure_unit(measure->unit), *space = *unit ? "\302\240" : "";

	html_put(out, "%s %s %s%s%s", figure_what(what, record->test, figure),
		 measure->quantile > 0 ? "takes" : "reaches",
		 figure_text(value, gng_budget_value(measure)), space, unit);
	if (measure->quantile > 0)
		html_put(out, " at %s", figure_quantile(quantile, measure->quantile));
	html_put(out, ". The limit is %s%s%s.", figure_text(limit, figure->budget.limit), space,
		 unit);
}

/* say_claim completes it with the claim that does not hold: a test's name is one. */
static void say_claim(FILE *out, const struct gng_test *test)
{
	char claim[128];

	snprintf(claim, sizeof(claim), "%s", test->function);
	for (char *c = claim; *c; c++)
		if (*c == '_')
			*c = ' ';
	html_put(out, "%s: %s.", test->subsystem, claim);
}

static void say_reason(FILE *out, const struct gng_record *record)
{
	fputs("<p><code>", out);
	html_id(out, record->test->id);
	html_put(out, "</code>%s%s: %s</p>\n", *record->test->variant ? " " : "",
		 record->test->variant, record->reason ? record->reason : "no reason was recorded");
}

static void sentence(FILE *out, const struct view *view)
{
	const struct gng_tally *tally = view->signoff->tally;
	const struct gng_record *decisive = tally->decisive;
	const struct gng_figure *figure = figure_decides(decisive);
	const size_t failed = view->count_required[GNG_FAIL] + view->count_required[GNG_ERROR];
	char statement[512], num[GNG_TERM_FIGURE_CAP], all[GNG_TERM_FIGURE_CAP];

	if (tally->overall != GNG_NO_GO || !failed || !decisive) {
		html_put(out, "<p class=\"say\">%s</p>\n", gng_term_statement(statement, tally));
		return;
	}
	html_put(out,
		 "<p class=\"say\">%s of %s required tests failed: ", gng_term_count(num, failed),
		 gng_term_count(all, view->num_required));
	if (figure)
		say_figure(out, decisive, figure);
	else
		say_claim(out, decisive->test);
	fputs("</p>\n", out);
	if (!figure)
		say_reason(out, decisive);
}

/* ---- what else is to be known ---- */

static void say_more(FILE *out, size_t num, bool others, enum gng_verdict verdict)
{
	char count[GNG_TERM_FIGURE_CAP];

	if (num)
		html_put(out, "%s %srequired test%s %s. ", gng_term_count(count, num),
			 others ? "more " : "", num == 1 ? " is" : "s are",
			 gng_verdict_name(verdict));
}

static size_t num_retried(const struct view *view)
{
	size_t num = 0;

	for (size_t i = 0; i < view->num_items; i++)
		num += view->items[i].record && view->items[i].record->attempt > 1;
	return num;
}

static void say_rest(FILE *out, const struct view *view)
{
	const bool no_go = view->signoff->tally->overall == GNG_NO_GO;
	const size_t optional = view->num_items - view->num_required -
				(view->count[GNG_PASS] - view->count_required[GNG_PASS]);
	const size_t gaps = view->num_items - view->count[GNG_PASS];
	char count[GNG_TERM_FIGURE_CAP];

	fputs("<p>", out);
	say_more(out, view->count_required[GNG_MISSING], no_go, GNG_MISSING);
	say_more(out, view->count_required[GNG_INCONCLUSIVE], no_go, GNG_INCONCLUSIVE);
	say_more(out, view->count_required[GNG_SKIP], false, GNG_SKIP);
	if (optional)
		html_put(out, "%s optional test%s no PASS. ", gng_term_count(count, optional),
			 optional == 1 ? " has" : "s have");
	if (gaps)
		fputs("<a href=\"#notrun\">Section 2</a> names each reason. ", out);
	if (num_retried(view))
		html_put(out, "%s tests were retried.", gng_term_count(count, num_retried(view)));
	else
		fputs("No test was retried.", out);
	fputs("</p>\n", out);
	if (view->signoff->machine && view->signoff->machine->is_virtual)
		fputs("<p>A virtual machine is never grade lab.</p>\n", out);
}

static void deciding_figure(FILE *out, const struct view *view)
{
	const struct gng_record *decisive = view->signoff->tally->decisive;
	const struct gng_figure *figure = figure_decides(decisive);

	for (size_t i = 0; figure && i < view->num_items; i++)
		if (view->items[i].record == decisive)
			chart_deciding(out, &view->items[i], figure);
}

/* ---- ledger ---- */

static void ledger_cell(FILE *out, size_t num)
{
	char count[GNG_TERM_FIGURE_CAP];

	html_put(out, "<td class=\"r%s\">%s</td>", num ? "" : " zero", gng_term_count(count, num));
}

static void ledger(FILE *out, const struct view *view)
{
	fputs("<div><table class=\"ledger\"><caption class=\"vh\">Planned tests by verdict"
	      "</caption><thead><tr><th scope=\"col\">verdict</th><th scope=\"col\" class=\"r\">"
	      "all</th><th scope=\"col\" class=\"r\">required</th></tr></thead><tbody>",
	      out);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		html_put(out, "<tr class=\"%s\"><th scope=\"row\">", view->count[v] ? "" : "none");
		html_verdict(out, (enum gng_verdict)v);
		fputs("</th>", out);
		ledger_cell(out, view->count[v]);
		ledger_cell(out, view->count_required[v]);
		fputs("</tr>\n", out);
	}
	fputs("</tbody><tfoot><tr><th scope=\"row\">planned</th>", out);
	ledger_cell(out, view->num_items);
	ledger_cell(out, view->num_required);
	fputs("</tr></tfoot></table><p>Compared by test id with the plan: every planned id is in "
	      "one row, and no record is outside the plan.</p></div>\n",
	      out);
}

/* ---- facts ---- */

static void fact(FILE *out, const char *name, const char *first, const char *second, bool code)
{
	html_put(out,
		 code ? "<div><dt>%s</dt><dd><code>%s</code><br>%s</dd></div>"
		      : "<div><dt>%s</dt><dd>%s<br>%s</dd></div>",
		 name, first, second);
}

static void plan_fact(FILE *out, const struct gng_plan *plan, size_t num_tests)
{
	char text[96], hash[13], tests[GNG_TERM_FIGURE_CAP], requirements[GNG_TERM_FIGURE_CAP];

	snprintf(hash, sizeof(hash), "%.12s", plan->sha256);
	snprintf(text, sizeof(text), "%s tests, %s requirements", gng_term_count(tests, num_tests),
		 gng_term_count(requirements, plan->num_requirements));
	fact(out, "Plan", hash, text, true);
}

static void machine_fact(FILE *out, const struct gng_machine *machine)
{
	char where[160];

	snprintf(where, sizeof(where), "%.100s, %s", gng_machine_get(machine, "Run", "host"),
		 machine->is_virtual ? "virtual machine" : "bare metal");
	fact(out, "Machine", where, gng_machine_get(machine, "Processor", "model"), false);
}

static void ran_fact(FILE *out, const struct gng_signoff *signoff)
{
	char when[48], took[GNG_TERM_FIGURE_CAP];

	snprintf(when, sizeof(when), "%.10s %.5s UTC", signoff->started,
		 strlen(signoff->started) > 11 ? signoff->started + 11 : "");
	fact(out, "Ran", when,
	     signoff->tally ? gng_term_duration(took, signoff->seconds) : "not ended", false);
}

static void previous_fact(FILE *out, const struct gng_signoff_previous *previous)
{
	char text[64], commit[13];

	if (!previous) {
		fact(out, "Previous sign-off", "none", "on this machine, in this folder", false);
		return;
	}
	snprintf(text, sizeof(text), "%s, %.10s", previous->verdict, previous->started);
	snprintf(commit, sizeof(commit), "%.12s", previous->commit);
	html_put(out, "<div><dt>Previous sign-off</dt><dd>%s<br><code>%s</code></dd></div>", text,
		 commit);
}

static void facts(FILE *out, const struct view *view)
{
	const struct gng_signoff *signoff = view->signoff;
	char commit[13];

	fputs("<dl class=\"facts\">", out);
	if (signoff->item) {
		snprintf(commit, sizeof(commit), "%.12s", signoff->item->commit);
		fact(out, "Item tested", commit, signoff->item->state, true);
	}
	if (signoff->machine)
		machine_fact(out, signoff->machine);
	ran_fact(out, signoff);
	fact(out, "Signature", signoff->signers ? signoff->signers : "not signed",
	     signoff->signers ? "gonogo verify checks it" : "gonogo key new makes a key", false);
	if (signoff->plan)
		plan_fact(out, signoff->plan, view->num_items);
	previous_fact(out, signoff->previous);
	fputs("</dl>\n", out);
}

void section_verdict(FILE *out, const struct view *view)
{
	fputs("<div class=\"hero\" id=\"verdict\">", out);
	section_plate(out, view->signoff);
	fputs("<div>", out);
	if (view->signoff->tally) {
		sentence(out, view);
		say_rest(out, view);
		deciding_figure(out, view);
	} else {
		fputs("<p class=\"say\">This sign-off has not ended.</p><p>It is still running, or "
		      "it was killed. Nothing is decided until this page is replaced; an earlier "
		      "verdict does not hold for this run.</p>",
		      out);
		html_put(out, "<p>Run it again:</p><pre>%s</pre>", view->signoff->command);
	}
	fputs("</div>\n", out);
	if (view->signoff->tally)
		ledger(out, view);
	fputs("</div>\n", out);
	facts(out, view);
}
