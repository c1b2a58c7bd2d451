/* SPDX-License-Identifier: Apache-2.0 */
/* section_reading.c - the words of the report, and how to repeat it. */
#include "signoff_page.h"

static const struct {
	enum gng_verdict verdict;
	const char *means;
} verdicts[] = {
	{GNG_PASS, "It ran, at least one assertion was counted, and every limit was met."},
	{GNG_FAIL, "An assertion or a limit was missed, or it crashed or ran out of time."},
	{GNG_ERROR, "The harness or the machine broke, not what is tested."},
	{GNG_MISSING, "Planned, but there is no result."},
	{GNG_SKIP, "Not run, for the reason given."},
	{GNG_INCONCLUSIVE, "It ran, but noise or too few samples forbid a judgement."},
};

static void plates(FILE *out)
{
	fputs("<div class=\"plates\"><div class=\"plate go\"><span class=\"w\">GO</span><span "
	      "class=\"sub\">Every required planned test is PASS. Exit 0.</span></div><div "
	      "class=\"plate nogo\"><span class=\"w\">NO-GO</span><span class=\"sub\">A required "
	      "test is FAIL or ERROR, or the machine lacks what the profile names. Exit 1.</span>"
	      "</div><div class=\"plate open\"><span class=\"w\">INCOMPLETE</span><span "
	      "class=\"sub\">"
	      "No required FAIL, but a required test has no PASS. Exit 3.</span></div></div>\n",
	      out);
}

static void words(FILE *out)
{
	fputs("<table><caption class=\"vh\">Verdicts of a test</caption><thead><tr><th "
	      "scope=\"col\">"
	      "Verdict</th><th scope=\"col\">Means</th></tr></thead><tbody>\n",
	      out);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		fputs("<tr><th scope=\"row\">", out);
		html_verdict(out, verdicts[i].verdict);
		html_put(out, "</th><td>%s</td></tr>\n", verdicts[i].means);
	}
	fputs("</tbody></table>\n", out);
}

static void content(FILE *out, const struct view *view)
{
	plates(out);
	fputs("<div class=\"two\">", out);
	words(out);
	fputs("<div><p><b>Grade lab</b>: bare metal, all machine facts read or marked absent, "
	      "absolute limits judged. <b>Grade functional</b>: everything else, such as a virtual "
	      "machine.</p><p>The report relates only to the item and the machine named in it. It "
	      "is "
	      "a projection of <code>records.jsonl</code>; where the two differ, the records hold. "
	      "The page is no part of what is signed; <code>gonogo verify</code> makes the "
	      "verdict anew from what is.</p><p><b>Required</b> is what the profile wants of a "
	      "machine that can run it. What cannot run here is optional, unless the profile "
	      "names it: then its SKIP is a NO-GO.</p>",
	      out);
	html_put(out, "<p>Repeat it:</p><pre>%s</pre></div></div>\n", view->signoff->command);
}

static void rail(FILE *out, const struct view *view)
{
	(void)view;
	fputs("<p>Six verdicts for a test, three for a sign-off, two grades. There are no "
	      "others.</p>",
	      out);
}

const struct page_section section_reading = {
	"reading", "Reading this report", "Reading this report", NULL, rail, content};
