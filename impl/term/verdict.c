/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - the decision in words: statement, block, and the line that scripts read. */
#include "gng_term.h"

#include <string.h>

#define STATEMENT 512

/* judged_counts are the counts that decide: of the required tests, or of all if the run has
 * no profile and so requires every test it selected. */
static const size_t *judged_counts(size_t *judged, const struct gng_tally *tally)
{
	*judged = tally->required ? tally->required : tally->planned;
	return tally->required ? tally->count_required : tally->count;
}

static const char *required_word(const struct gng_tally *tally)
{
	return tally->required ? "required tests" : "tests";
}

static void say_what(char *text, size_t len, const struct gng_record *decisive)
{
	if (!decisive)
		return;
	len += (size_t)snprintf(text + len, STATEMENT - len, ": %s", decisive->test->id);
	if (len < STATEMENT && *decisive->test->variant)
		len += (size_t)snprintf(text + len, STATEMENT - len, " (%s)",
					decisive->test->variant);
	if (len < STATEMENT && decisive->reason)
		snprintf(text + len, STATEMENT - len, ": %s", decisive->reason);
}

/* end_sentence makes the text end in one full stop, also where it was cut. */
static void end_sentence(char *text)
{
	size_t len = strlen(text);

	if (len && text[len - 1] == '.')
		return;
	if (len > STATEMENT - 2)
		len = STATEMENT - 2;
	memcpy(text + len, ".", 2);
}

char *gng_term_statement(char text[STATEMENT], const struct gng_tally *tally)
{
	char all[GNG_TERM_FIGURE_CAP], some[GNG_TERM_FIGURE_CAP];
	size_t judged;
	const size_t *count = judged_counts(&judged, tally);
	const size_t failed = count[GNG_FAIL] + count[GNG_ERROR];
	const char *word = required_word(tally);
	int len;

	gng_term_count(all, judged);
	if (tally->overall == GNG_GO) {
		snprintf(text, STATEMENT,
			 count[GNG_PASS] == judged ? "All %s %s passed."
						   : "No test of %s %s failed.",
			 all, word);
	} else if (tally->overall == GNG_NO_GO) {
		len = snprintf(text, STATEMENT, "%s of %s %s %s",
			       gng_term_count(some, failed ? failed : count[GNG_SKIP]), all, word,
			       failed ? "failed" : "did not run though the profile names them");
		say_what(text, (size_t)len, tally->decisive);
		end_sentence(text);
	} else {
		snprintf(text, STATEMENT, "No %stest failed, but %s of %s have no PASS.",
			 tally->required ? "required " : "",
			 gng_term_count(some, judged - count[GNG_PASS]), all);
	}
	return text;
}

static enum gng_term_tone overall_tone(enum gng_overall overall)
{
	if (overall == GNG_GO)
		return GNG_TERM_GOOD;
	return overall == GNG_NO_GO ? GNG_TERM_BAD : GNG_TERM_DOUBT;
}

void gng_term_verdict(const struct gng_term *term, const struct gng_tally *tally, const char *grade,
		      const char *profile, const char *note)
{
	const char *word = gng_overall_name(tally->overall);
	const int indent = 2 + (int)strlen(word) + 3;
	char statement[STATEMENT];

	fputs("  ", term->out);
	gng_term_say(term, overall_tone(tally->overall), "%s", word);
	if (grade && *grade)
		fprintf(term->out, "   grade %s", grade);
	if (profile && *profile)
		fprintf(term->out, "   profile %s", profile);
	fprintf(term->out, "   exit %d\n", (int)tally->overall);
	gng_term_wrap(term->out, indent, gng_term_statement(statement, tally));
	if (note && *note)
		gng_term_wrap(term->out, indent, note);
}

void gng_term_planned(FILE *out, const struct gng_tally *tally)
{
	fprintf(out, "%zu planned =", tally->planned);
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		fprintf(out, "%s %zu %s", v ? " +" : "", tally->count[v],
			gng_verdict_name((enum gng_verdict)v));
	fputc('\n', out);
}

void gng_term_last_line(FILE *out, const struct gng_tally *tally)
{
	const size_t *count = tally->count;

	fprintf(out, "%zu passed, %zu failed, %zu skipped\n", count[GNG_PASS],
		count[GNG_FAIL] + count[GNG_ERROR] + count[GNG_MISSING],
		count[GNG_SKIP] + count[GNG_INCONCLUSIVE]);
}
