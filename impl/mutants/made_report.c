/* SPDX-License-Identifier: Apache-2.0 */
/* made_report.c - what a run of made mutants found, for people and as JSON. */
#include <stdlib.h>
#include <string.h>

#include <gng_hist.h>

#include "mutants_campaign.h"
#include "mutants_files.h"

void made_count(struct made_counts *counts, const struct source *source)
{
	size_t of[SOURCE_NUM_OUTCOMES] = {0};

	counts->asked += source->num_asked;
	for (size_t i = 0; i < source->num_mutants; i++) {
		const struct source_mutant *mutant = &source->mutants[i];

		if (!mutant->chosen)
			continue;
		counts->chosen++;
		of[mutant->outcome]++;
		counts->explained += mutant->outcome == SOURCE_SURVIVED && mutant->reason;
	}
	counts->killed += of[SOURCE_KILLED];
	counts->survived += of[SOURCE_SURVIVED];
	counts->equivalent += of[SOURCE_EQUIVALENT];
	counts->stillborn += of[SOURCE_STILLBORN];
	counts->unreached += of[SOURCE_UNREACHED];
	counts->executed = counts->killed + counts->survived;
	counts->judged =
		counts->executed + counts->equivalent + counts->stillborn + counts->unreached;
}

/* has_score: a run that was stopped has judged the easy ones first, those that die. */
static bool has_score(const struct made_counts *counts)
{
	return counts->executed > 0 && counts->judged == counts->chosen;
}

/*
 * bounds of the share of killed among all that a sample stands for: exact binomial ones (Clopper
 * and Pearson), each of which errs in 2.5 % of samples. Without sampling both are the share.
 */
static void bounds(const struct made_counts *counts, double *lo, double *hi)
{
	*lo = *hi = (double)counts->killed / (double)counts->executed;
	if (counts->chosen == counts->asked)
		return;
	*lo = 1 - gng_hist_miss_bound(counts->survived, counts->executed, 0.975);
	*hi = gng_hist_miss_bound(counts->killed, counts->executed, 0.975);
}

static bool is_open(const struct source_mutant *mutant)
{
	return mutant->chosen && mutant->outcome == SOURCE_SURVIVED && !mutant->reason;
}

void made_print_survivors(const struct gng_term *term, const struct source *source)
{
	for (size_t i = 0; i < source->num_mutants; i++) {
		const struct source_mutant *mutant = &source->mutants[i];

		if (!is_open(mutant))
			continue;
		gng_term_say(term, GNG_TERM_BAD, "SURVIVED ");
		fprintf(term->out, " %s\n", mutant->id);
		fprintf(term->out, "  - %s\n  + %s\n", mutant->old_line, mutant->new_line);
	}
}

static bool is_unreached(const struct source_mutant *mutant)
{
	return mutant->chosen && mutant->outcome == SOURCE_UNREACHED;
}

void made_print_unreached(const struct gng_term *term, const struct source *source)
{
	const struct source_mutant *last = NULL;

	for (size_t i = 0; i < source->num_mutants; i++) {
		const struct source_mutant *mutant = &source->mutants[i];

		if (!is_unreached(mutant))
			continue;
		if (!last || last->file != mutant->file) {
			fputs(last ? "\n" : "", term->out);
			gng_term_say(term, GNG_TERM_DIM, "unreached ");
			fprintf(term->out, "%s: %zu", mutant->file->name, mutant->edit->line);
		} else if (last->edit->line != mutant->edit->line) {
			fprintf(term->out, ", %zu", mutant->edit->line);
		}
		last = mutant;
	}
	fputs(last ? "\n" : "", term->out);
}

void made_print_counts(const struct gng_term *term, const char *name,
		       const struct made_counts *counts)
{
	double lo, hi;

	fprintf(term->out, "%s: %zu of %zu mutants executed: %zu killed", name, counts->executed,
		counts->chosen, counts->killed);
	if (has_score(counts))
		fprintf(term->out, " (%.1f %%)",
			100 * (double)counts->killed / (double)counts->executed);
	fprintf(term->out,
		"\n%zu survived, of them %zu explained\n"
		"not executed: %zu equivalent, %zu do not compile, %zu in statements that no "
		"test reaches",
		counts->survived, counts->explained, counts->equivalent, counts->stillborn,
		counts->unreached);
	if (counts->judged < counts->chosen)
		fprintf(term->out, ", %zu not judged", counts->chosen - counts->judged);
	if (counts->chosen < counts->asked && has_score(counts)) {
		bounds(counts, &lo, &hi);
		fprintf(term->out,
			"\na sample of %zu: of those that can be executed, %.1f to %.1f %% are "
			"killed (95 %% confidence)",
			counts->asked, 100 * lo, 100 * hi);
	}
	fputc('\n', term->out);
}

json_t *made_json(const struct made_counts *counts)
{
	json_t *json = json_pack(
		"{sI sI sI sI sI sI sI sI sI sn sn sn}", "executed", (json_int_t)counts->executed,
		"killed", (json_int_t)counts->killed, "equivalent", (json_int_t)counts->equivalent,
		"unreached", (json_int_t)counts->unreached, "stillborn",
		(json_int_t)counts->stillborn, "explained", (json_int_t)counts->explained,
		"not_judged", (json_int_t)(counts->chosen - counts->judged), "chosen",
		(json_int_t)counts->chosen, "sample_of", (json_int_t)counts->asked, "score",
		"score_lo", "score_hi");
	double lo, hi;

	if (!has_score(counts))
		return json;
	bounds(counts, &lo, &hi);
	json_object_set_new(json, "score",
			    json_real((double)counts->killed / (double)counts->executed));
	json_object_set_new(json, "score_lo", json_real(lo));
	json_object_set_new(json, "score_hi", json_real(hi));
	return json;
}

void made_add_json(json_t *survivors, json_t *unreached, const struct source *source)
{
	for (size_t i = 0; i < source->num_mutants; i++) {
		const struct source_mutant *mutant = &source->mutants[i];
		json_int_t line = (json_int_t)mutant->edit->line;
		char *diff;

		if (is_unreached(mutant))
			json_array_append_new(unreached,
					      json_pack("{ss sI ss}", "file", mutant->file->name,
							"line", line, "mutant", mutant->id));
		if (!is_open(mutant))
			continue;
		diff = mutants_format("-%s\n+%s\n", mutant->old_line, mutant->new_line);
		json_array_append_new(survivors,
				      json_pack("{ss sI ss* ss}", "file", mutant->file->name,
						"line", line, "diff", diff, "mutant", mutant->id));
		free(diff);
	}
}
