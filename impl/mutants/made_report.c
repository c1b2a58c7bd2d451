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
		if (mutant->outcome != SOURCE_SURVIVED || !mutant->explanation)
			continue;
		counts->explained++;
		counts->explained_as[mutant->explanation->of]++;
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

/*
 * share is what was killed of a population: strictly of all that was executed, as a mutation score
 * of those that are not explained as equivalent (docs/adr/0037).
 */
struct share {
	size_t killed, of;
	double lo, hi; /* of all that a sample stands for; else both are the share */
};

/*
 * share_of leaves num_equivalent out. The bounds are exact binomial ones (Clopper and Pearson),
 * each of which errs in 2.5 % of samples. False where there is no share: a run that was stopped has
 * judged the easy ones first, those that die.
 */
static bool share_of(struct share *share, const struct made_counts *counts, size_t num_equivalent)
{
	const size_t of = counts->executed - num_equivalent;

	*share = (struct share){.killed = counts->killed, .of = of};
	if (of == 0 || counts->judged < counts->chosen || counts->unscored)
		return false;
	share->lo = share->hi = (double)counts->killed / (double)of;
	if (counts->chosen == counts->asked)
		return true;
	share->lo = 1 - gng_hist_miss_bound(of - counts->killed, of, 0.975);
	share->hi = gng_hist_miss_bound(counts->killed, of, 0.975);
	return true;
}

static double percent(const struct share *share)
{
	return 100 * (double)share->killed / (double)share->of;
}

static bool is_open(const struct source_mutant *mutant)
{
	return mutant->chosen && mutant->outcome == SOURCE_SURVIVED && !mutant->explanation;
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

static void print_share(const struct gng_term *term, const char *name, const struct share *share,
			bool is_sample)
{
	fprintf(term->out, "%s %.1f %% (%zu of %zu)", name, percent(share), share->killed,
		share->of);
	if (is_sample)
		fprintf(term->out, ", %.1f to %.1f %% with 95 %% confidence", 100 * share->lo,
			100 * share->hi);
	fputc('\n', term->out);
}

/* print_scores never writes one without the other: who calls a survivor equivalent moves both
 * apart. */
static void print_scores(const struct gng_term *term, const struct made_counts *counts)
{
	const bool is_sample = counts->chosen < counts->asked;
	const size_t num_equivalent = counts->explained_as[EXPLAINED_EQUIVALENT];
	struct share share;

	if (!share_of(&share, counts, 0))
		return; /* then neither has the other */
	if (is_sample)
		fprintf(term->out, "a sample of %zu mutants\n", counts->asked);
	print_share(term, "strict score, of all executed:", &share, is_sample);
	if (share_of(&share, counts, num_equivalent))
		print_share(term, "mutation score, without those explained as equivalent:", &share,
			    is_sample);
	else
		fputs("no mutation score: all that was executed is explained as equivalent\n",
		      term->out);
}

void made_print_counts(const struct gng_term *term, const char *name,
		       const struct made_counts *counts)
{
	fprintf(term->out, "%s: %zu of %zu mutants executed: %zu killed\n", name, counts->executed,
		counts->chosen, counts->killed);
	fprintf(term->out, "%zu survived, of them %zu explained: %zu equivalent, %zu stubborn\n",
		counts->survived, counts->explained, counts->explained_as[EXPLAINED_EQUIVALENT],
		counts->explained_as[EXPLAINED_STUBBORN]);
	fprintf(term->out,
		"not executed: %zu with the same objects, %zu do not compile, %zu in statements "
		"that no test reaches",
		counts->equivalent, counts->stillborn, counts->unreached);
	if (counts->judged < counts->chosen)
		fprintf(term->out, ", %zu not judged", counts->chosen - counts->judged);
	fputc('\n', term->out);
	print_scores(term, counts);
}

static void add_share(json_t *json, const char *name, const struct share *share)
{
	char lo[32], hi[32];

	snprintf(lo, sizeof(lo), "%s_lo", name);
	snprintf(hi, sizeof(hi), "%s_hi", name);
	json_object_set_new(json, name, json_real((double)share->killed / (double)share->of));
	json_object_set_new(json, lo, json_real(share->lo));
	json_object_set_new(json, hi, json_real(share->hi));
}

static void add_count(json_t *json, const char *name, size_t count)
{
	json_object_set_new(json, name, json_integer((json_int_t)count));
}

json_t *made_json(const struct made_counts *counts)
{
	const size_t num_equivalent = counts->explained_as[EXPLAINED_EQUIVALENT];
	json_t *json = json_pack("{sn sn sn sn sn sn}", "score", "score_lo", "score_hi",
				 "mutation_score", "mutation_score_lo", "mutation_score_hi");
	struct share share;

	add_count(json, "executed", counts->executed);
	add_count(json, "killed", counts->killed);
	add_count(json, "equivalent", counts->equivalent);
	add_count(json, "unreached", counts->unreached);
	add_count(json, "stillborn", counts->stillborn);
	add_count(json, "explained", counts->explained);
	add_count(json, "explained_equivalent", num_equivalent);
	add_count(json, "explained_stubborn", counts->explained_as[EXPLAINED_STUBBORN]);
	add_count(json, "not_judged", counts->chosen - counts->judged);
	add_count(json, "chosen", counts->chosen);
	add_count(json, "sample_of", counts->asked);
	if (share_of(&share, counts, 0))
		add_share(json, "score", &share);
	if (share_of(&share, counts, num_equivalent))
		add_share(json, "mutation_score", &share);
	return json;
}

static json_t *survivor_json(const struct source_mutant *mutant)
{
	char *diff = mutants_format("-%s\n+%s\n", mutant->old_line, mutant->new_line);
	json_t *json =
		json_pack("{ss sI ss* ss}", "file", mutant->file->name, "line",
			  (json_int_t)mutant->edit->line, "diff", diff, "mutant", mutant->id);

	free(diff);
	if (mutant->explanation) {
		json_object_set_new(json, "class",
				    json_string(explained_class_name(mutant->explanation->of)));
		json_object_set_new(json, "reason", json_string(mutant->explanation->reason));
	}
	return json;
}

void made_add_json(struct made_lists *lists, const struct source *source)
{
	for (size_t i = 0; i < source->num_mutants; i++) {
		const struct source_mutant *mutant = &source->mutants[i];

		if (is_unreached(mutant))
			json_array_append_new(lists->unreached,
					      json_pack("{ss sI ss}", "file", mutant->file->name,
							"line", (json_int_t)mutant->edit->line,
							"mutant", mutant->id));
		else if (is_open(mutant))
			json_array_append_new(lists->survivors, survivor_json(mutant));
		else if (mutant->chosen && mutant->outcome == SOURCE_SURVIVED)
			json_array_append_new(lists->explained, survivor_json(mutant));
	}
}
