/* SPDX-License-Identifier: Apache-2.0 */
/* fit_test.c - each bug that is planted by hand in this tree still fits its file, and names a test.
 * A run over all of them takes hours; that one of them is out of date must show at once. */
#include "../suite.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>
#include <gng_mutants.h>

#include "../../impl/mutants/mutants_files.h"
#include "../../impl/mutants/mutants_source.h"

struct tree {
	struct gng_home *home;
	struct gng_plan *plan;
	size_t num_wrong;
};

static void complain(struct tree *tree, const char *where, const char *what)
{
	print_message("%s: %s\n", where, what);
	tree->num_wrong++;
}

static void check_mutant(struct tree *tree, const struct gng_mutant *mutant)
{
	char *path = mutants_format("%s/%s", tree->home->source, mutant->file), *mutated = NULL;
	struct gng_why why = {0};
	size_t len, line;
	char *source = mutants_read(path, &len);

	gng_probe_assertion();
	if (!source)
		complain(tree, mutant->where, "the file is not there");
	else if (gng_mutant_apply(&mutated, &line, mutant, source, &why) != GNG_OK)
		complain(tree, mutant->where, why.text);
	/* a build with sanitizers has no hardware tests */
	if (strncmp(mutant->test, "hwtests.", 8) != 0 &&
	    !gng_plan_find(tree->plan, mutant->test, *mutant->variant ? mutant->variant : NULL,
			   NULL))
		complain(tree, mutant->where, "the test that is to find it does not exist");
	free(mutated);
	free(source);
	free(path);
}

static size_t check_file(struct tree *tree, const char *path)
{
	struct gng_mutant *mutants;
	struct gng_why why = {0};
	size_t num = 0, len;
	char *text = mutants_read(path, &len);

	if (!text || gng_mutants_parse(&mutants, &num, path, text, &why) != GNG_OK)
		suite_fail("%s", text ? why.text : path);
	free(text);
	for (size_t i = 0; i < num; i++)
		check_mutant(tree, &mutants[i]);
	gng_mutants_free(mutants, num);
	return num;
}

/* each_file opens the tree, hands on its files of a pattern, and returns what they hold in all. */
static size_t each_file(struct tree *tree, const char *below,
			size_t (*fn)(struct tree *tree, const char *path))
{
	struct gng_why why = {0};
	glob_t files = {0};
	char *pattern;
	size_t num = 0;

	if (gng_home_open(&tree->home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK ||
	    gng_plan_open(&tree->plan, tree->home, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	pattern = mutants_format("%s/%s", tree->home->source, below);
	if (glob(pattern, GLOB_BRACE, NULL, &files) == 0)
		for (size_t i = 0; i < files.gl_pathc; i++)
			num += fn(tree, files.gl_pathv[i]);
	globfree(&files);
	free(pattern);
	gng_plan_close(tree->plan);
	gng_home_close(tree->home);
	if (num == 0)
		gng_probe_skip("an installed tree has no such files", "run it in the source tree");
	return num;
}

static void each_planted_bug_fits_its_file_and_names_a_test(void **state)
{
	struct tree tree = {0};
	const size_t num = each_file(&tree, "{conformance,fuzz,hwtests}/*/*.mutants", check_file);

	(void)state;
	if (tree.num_wrong > 0)
		suite_fail("%zu of %zu are out of date: see the log", tree.num_wrong, num);
}

/* ---- survivors ---- */

/* check_reasons reads the rows of conformance/<subsystem>/survivors.tsv. */
static size_t check_reasons(struct tree *tree, const char *path)
{
	struct explained explained;
	struct source source;
	struct gng_why why = {0};
	size_t len;
	char *text = mutants_read(path, &len), *subsystem = strdup(path);

	assert_non_null(text);
	*strrchr(subsystem, '/') = '\0';
	if (source_open(&source, tree->home->source, tree->plan, strrchr(subsystem, '/') + 1,
			&why) != GNG_OK ||
	    explained_parse(&explained, path, text, &why) != GNG_OK ||
	    explained_apply(&explained, &source, &why) != GNG_OK)
		suite_fail("%s", why.text);
	gng_probe_assertion();
	explained_fini(&explained);
	source_close(&source);
	free(subsystem);
	free(text);
	return 1;
}

/* A reason that fits nothing is else found only by who runs all that is made of its subsystem. */
static void each_reason_fits_a_mutant(void **state)
{
	struct tree tree = {0};

	(void)state;
	each_file(&tree, "conformance/*/survivors.tsv", check_reasons);
}

const struct suite_test suite_tests[] = {
	TEST(each_planted_bug_fits_its_file_and_names_a_test, "H1.mutants.apply"),
	TEST(each_reason_fits_a_mutant, "H1.mutants.explained"),
	{0},
};
