/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - the judged ledger as text and as JSON. */
#include "claims_report.h"

#include <string.h>

#include <gng_term.h>
#include <jansson.h>

static enum gng_term_tone tone_of(enum gng_claims_verdict verdict)
{
	switch (verdict) {
	case GNG_CLAIMS_CONFIRMED:
		return GNG_TERM_GOOD;
	case GNG_CLAIMS_REFUTED:
	case GNG_CLAIMS_INCONSISTENT:
		return GNG_TERM_BAD;
	case GNG_CLAIMS_INCONCLUSIVE:
		return GNG_TERM_DOUBT;
	default:
		return GNG_TERM_DIM;
	}
}

static size_t count_of(const struct claims_judged *judged, size_t num, const char *section,
		       int verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < num; i++)
		count += (!section || strcmp(judged[i].claim->section, section) == 0) &&
			 (verdict < 0 || (int)judged[i].judgement.verdict == verdict);
	return count;
}

static void add_counts(struct gng_term_table *table, const struct claims_judged *judged, size_t num,
		       const char *section)
{
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%s", section ? section : "all");
	for (int v = 0; v < GNG_CLAIMS_NUM_VERDICTS; v++) {
		const size_t count = count_of(judged, num, section, v);

		gng_term_table_cell(table, count ? tone_of(v) : GNG_TERM_DIM, "%zu", count);
	}
	gng_term_table_cell(table, GNG_TERM_PLAIN, "%zu", count_of(judged, num, section, -1));
}

static bool is_first_of_section(const struct claims_judged *judged, size_t i)
{
	return i == 0 || strcmp(judged[i - 1].claim->section, judged[i].claim->section) != 0;
}

static void print_counts(const struct gng_term *term, const struct claims_judged *judged,
			 size_t num)
{
	static const char *const heads[] = {"section",	"confirmed", "refuted", "inconsist.",
					    "not here", "inconcl.",  "pending", "claims"};
	struct gng_term_table table;

	gng_term_table_init(&table, sizeof(heads) / sizeof(heads[0]));
	for (size_t i = 0; i < table.num_columns; i++)
		gng_term_table_cell(&table, GNG_TERM_BOLD, "%s", heads[i]);
	gng_term_table_rule(&table);
	for (size_t i = 0; i < num; i++)
		if (is_first_of_section(judged, i))
			add_counts(&table, judged, num, judged[i].claim->section);
	gng_term_table_rule(&table);
	add_counts(&table, judged, num, NULL);
	gng_term_table_print(term, &table);
	gng_term_table_fini(&table);
}

static void print_claim(const struct gng_term *term, const struct claims_judged *judged)
{
	const struct gng_claims_claim *claim = judged->claim;

	gng_term_say(term, tone_of(judged->judgement.verdict), "%s",
		     gng_claims_verdict_name(judged->judgement.verdict));
	fprintf(term->out, "  %s\n", claim->id);
	gng_term_wrap(term->out, 6, claim->statement);
	gng_term_wrap(term->out, 6, judged->judgement.evidence);
}

void claims_report_text(FILE *out, const struct claims_judged *judged, size_t num)
{
	struct gng_term term;

	gng_term_init(&term, out);
	for (size_t i = 0; i < num; i++) {
		if (is_first_of_section(judged, i))
			fprintf(out, "%sSection %s\n\n", i ? "\n" : "", judged[i].claim->section);
		print_claim(&term, &judged[i]);
	}
	fputc('\n', out);
	print_counts(&term, judged, num);
}

static json_t *claim_json(const struct claims_judged *judged)
{
	const struct gng_claims_claim *claim = judged->claim;

	return json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", claim->id,
			 "section", claim->section, "line", claim->line, "quote", claim->quote,
			 "statement", claim->statement, "reading", claim->reading, "verdict",
			 gng_claims_verdict_name(judged->judgement.verdict), "evidence",
			 judged->judgement.evidence, "probe", claim->probe, "subsystem",
			 claim->subsystem, "prior", claim->prior);
}

bool claims_report_json(FILE *out, const struct claims_judged *judged, size_t num)
{
	json_t *list = json_array();
	bool good = list != NULL;

	for (size_t i = 0; good && i < num; i++)
		good = json_array_append_new(list, claim_json(&judged[i])) == 0;
	good = good && json_dumpf(list, out, JSON_INDENT(1)) == 0 && fputc('\n', out) != EOF;
	json_decref(list);
	return good;
}
