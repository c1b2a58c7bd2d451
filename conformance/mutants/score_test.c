/* SPDX-License-Identifier: Apache-2.0 */
/* score_test.c - which share of the mutants was killed, strictly and without equivalent ones, and
 * where a reader sees whom the second leaves out. */
/* requires: jansson */
#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../impl/mutants/mutants_campaign.h"

static double real(const json_t *json, const char *name)
{
	assert_true(json_is_real(json_object_get(json, name)));
	return json_real_value(json_object_get(json, name));
}

static void assert_near(double got, double want)
{
	if (!(fabs(got - want) < 1e-4))
		suite_fail("%.6f is not %.6f", got, want);
	gng_probe_assertion();
}

/* counts_of makes what made_count leaves of a run that killed, and called so many equivalent and
 * stubborn; open survivors have no row. */
static struct made_counts counts_of(size_t killed, size_t equivalent, size_t stubborn, size_t open)
{
	struct made_counts counts = {
		.killed = killed,
		.survived = equivalent + stubborn + open,
		.explained = equivalent + stubborn,
		.explained_as =
			{[EXPLAINED_EQUIVALENT] = equivalent, [EXPLAINED_STUBBORN] = stubborn},
		.equivalent = 3, /* by their objects: executed by nobody */
	};

	counts.executed = killed + counts.survived;
	counts.asked = counts.chosen = counts.judged = counts.executed + counts.equivalent;
	return counts;
}

static void mutation_score_leaves_out_equivalent_ones_only(void **state)
{
	const struct made_counts counts = counts_of(80, 10, 6, 4);
	json_t *json = made_json(&counts);

	(void)state;
	assert_near(real(json, "score"), 0.8);
	assert_near(real(json, "mutation_score"), 80.0 / 90);
	/* the whole was judged: nothing is uncertain */
	assert_near(real(json, "mutation_score_lo"), 80.0 / 90);
	assert_near(real(json, "mutation_score_hi"), 80.0 / 90);
	assert_int_equal(json_integer_value(json_object_get(json, "equivalent")), 3);
	assert_int_equal(json_integer_value(json_object_get(json, "explained")), 16);
	assert_int_equal(json_integer_value(json_object_get(json, "explained_equivalent")), 10);
	assert_int_equal(json_integer_value(json_object_get(json, "explained_stubborn")), 6);
	json_decref(json);
}

/* Clopper and Pearson for 5 of 10: published tables have 0.1871 to 0.8129; for 10 of 10
 * 0.025^(1/10). */
static void sample_has_bounds_of_both_scores(void **state)
{
	struct made_counts counts = counts_of(5, 5, 0, 5);
	json_t *json;

	(void)state;
	counts.asked = 1000;
	json = made_json(&counts);
	assert_near(real(json, "mutation_score"), 0.5);
	assert_near(real(json, "mutation_score_lo"), 0.18709);
	assert_near(real(json, "mutation_score_hi"), 0.81291);
	assert_near(real(json, "score"), 1.0 / 3);
	json_decref(json);
	counts = counts_of(10, 5, 0, 0);
	counts.asked = 1000;
	json = made_json(&counts);
	assert_near(real(json, "mutation_score"), 1);
	assert_near(real(json, "mutation_score_lo"), 0.69150);
	assert_near(real(json, "mutation_score_hi"), 1);
	json_decref(json);
}

/* Who calls all of it equivalent has shown nothing, and who stopped has the easy part only. */
static void no_score_without_what_it_is_of(void **state)
{
	struct made_counts counts = counts_of(0, 7, 0, 0);
	json_t *json = made_json(&counts);

	(void)state;
	assert_near(real(json, "score"), 0);
	assert_true(json_is_null(json_object_get(json, "mutation_score")));
	assert_true(json_is_null(json_object_get(json, "mutation_score_lo")));
	json_decref(json);
	counts = counts_of(7, 1, 1, 0);
	counts.judged--;
	json = made_json(&counts);
	assert_true(json_is_null(json_object_get(json, "score")));
	assert_true(json_is_null(json_object_get(json, "mutation_score")));
	assert_int_equal(json_integer_value(json_object_get(json, "not_judged")), 1);
	json_decref(json);
	counts = counts_of(7, 1, 1, 0);
	counts.unscored = true; /* chosen as survivors */
	json = made_json(&counts);
	assert_true(json_is_null(json_object_get(json, "score")));
	assert_true(json_is_null(json_object_get(json, "mutation_score")));
	json_decref(json);
}

/* printed returns what a terminal shows of the counts (caller frees). */
static char *printed(const struct made_counts *counts)
{
	struct gng_term term;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	gng_term_init(&term, out);
	made_print_counts(&term, "tiny", counts);
	fclose(out);
	return text;
}

static void assert_said(const struct made_counts *counts, const char *want)
{
	char *text = printed(counts);

	if (!strstr(text, want))
		suite_fail("no '%s' in: %s", want, text);
	gng_probe_assertion();
	free(text);
}

static void terminal_names_both_scores_and_each_class(void **state)
{
	struct made_counts counts = counts_of(80, 10, 6, 4);

	(void)state;
	assert_said(&counts, "20 survived, of them 16 explained: 10 equivalent, 6 stubborn\n");
	assert_said(&counts, "strict score, of all executed: 80.0 % (80 of 100)\n");
	assert_said(&counts, "mutation score, without those explained as equivalent: 88.9 % "
			     "(80 of 90)\n");
	assert_said(&counts, "not executed: 3 with the same objects");
	counts.asked = 5000;
	assert_said(&counts, "a sample of 5000 mutants\n");
	assert_said(&counts, "88.9 % (80 of 90), 80.5 to 94.5 % with 95 % confidence\n");
	counts = counts_of(0, 7, 0, 0);
	assert_said(&counts, "no mutation score: all that was executed is explained as "
			     "equivalent\n");
}

/* ---- single survivors ---- */

static const struct explanation same = {
	.reason = "it is the same", .of = EXPLAINED_EQUIVALENT, .line = 1};
static const struct explanation rare = {
	.reason = "memory would have to run out", .of = EXPLAINED_STUBBORN, .line = 2};

static struct source_file file = {.name = "impl/tiny/a.c"};
static const struct gng_edit edit = {.line = 9};

#define MUTANT(name, outcome_, explanation_)                                                 \
	{                                                                                    \
		.file = &file, .edit = &edit, .id = (char *)(name), .old_line = (char *)"a", \
		.new_line = (char *)"b", .chosen = true, .outcome = (outcome_),              \
		.explanation = (explanation_)                                                \
	}

static struct source_mutant mutants[] = {
	MUTANT("killed", SOURCE_KILLED, NULL),
	MUTANT("killed-in-spite", SOURCE_KILLED, &same),
	MUTANT("same", SOURCE_SURVIVED, &same),
	MUTANT("rare", SOURCE_SURVIVED, &rare),
	MUTANT("rare-too", SOURCE_SURVIVED, &rare),
	MUTANT("open", SOURCE_SURVIVED, NULL),
	MUTANT("unreached", SOURCE_UNREACHED, &same),
};

static const struct source source = {
	.mutants = mutants, .num_mutants = COUNT_OF(mutants), .num_asked = COUNT_OF(mutants)};

/* A row counts where its mutant survived, not where a test killed it or nobody executed it. */
static void classes_are_counted_of_survivors(void **state)
{
	struct made_counts counts = {0};

	(void)state;
	made_count(&counts, &source);
	assert_int_equal(counts.executed, 6);
	assert_int_equal(counts.killed, 2);
	assert_int_equal(counts.explained, 3);
	assert_int_equal(counts.explained_as[EXPLAINED_EQUIVALENT], 1);
	assert_int_equal(counts.explained_as[EXPLAINED_STUBBORN], 2);
}

static const char *text_of(const json_t *list, size_t index, const char *name)
{
	const char *text = json_string_value(json_object_get(json_array_get(list, index), name));

	return text ? text : "";
}

/* Who doubts a class finds the difference and the reason of each beside it. */
static void json_lists_what_is_explained_with_its_class(void **state)
{
	struct made_lists lists = {json_array(), json_array(), json_array()};

	(void)state;
	made_add_json(&lists, &source);
	assert_int_equal(json_array_size(lists.survivors), 1);
	assert_string_equal(text_of(lists.survivors, 0, "mutant"), "open");
	assert_null(json_object_get(json_array_get(lists.survivors, 0), "class"));
	assert_int_equal(json_array_size(lists.explained), 3);
	assert_string_equal(text_of(lists.explained, 0, "class"), "equivalent");
	assert_string_equal(text_of(lists.explained, 0, "reason"), "it is the same");
	assert_string_equal(text_of(lists.explained, 0, "diff"), "-a\n+b\n");
	assert_string_equal(text_of(lists.explained, 1, "class"), "stubborn");
	assert_string_equal(text_of(lists.explained, 2, "mutant"), "rare-too");
	assert_int_equal(json_array_size(lists.unreached), 1);
	json_decref(lists.survivors);
	json_decref(lists.explained);
	json_decref(lists.unreached);
}

const struct suite_test suite_tests[] = {
	TEST(mutation_score_leaves_out_equivalent_ones_only, "H1.mutants.score"),
	TEST(sample_has_bounds_of_both_scores, "H1.mutants.score"),
	TEST(no_score_without_what_it_is_of, "H1.mutants.score"),
	TEST(terminal_names_both_scores_and_each_class, "H1.mutants.score"),
	TEST(classes_are_counted_of_survivors, "H1.mutants.score"),
	TEST(json_lists_what_is_explained_with_its_class, "H1.mutants.explained"),
	{0},
};
