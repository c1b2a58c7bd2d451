/* SPDX-License-Identifier: Apache-2.0 */
/* select.c - narrows a plan to what was asked for, and guesses what a typing error meant. */
#include "gng_gauge.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gauge_plan.h"
#include "gauge_text.h"

/* ---- the nearest name ---- */

#define EDIT_CAP 128 /* longer names are compared by their beginning */

static size_t least(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* edits counts insertions, deletions, changes and swaps of neighbours (optimal string
 * alignment): people who type "ase" mean "aes" rather than "av". */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][EDIT_CAP + 1], *row, *above, *above2;

	if (a_len > EDIT_CAP)
		a_len = EDIT_CAP;
	if (b_len > EDIT_CAP)
		b_len = EDIT_CAP;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		row = rows[i % 3];
		above = rows[(i + 2) % 3];
		above2 = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1,
				       above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], above2[j - 2] + 1, SIZE_MAX);
		}
	}
	return rows[a_len % 3][b_len];
}

void gauge_nearest_init(struct gauge_nearest *nearest, const char *wanted)
{
	memset(nearest, 0, sizeof(*nearest));
	nearest->wanted = wanted;
	nearest->edits = SIZE_MAX;
}

void gauge_nearest_try(struct gauge_nearest *nearest, const char *candidate, size_t len)
{
	const size_t wanted_len = strlen(nearest->wanted);
	const size_t gap = len > wanted_len ? len - wanted_len : wanted_len - len;
	size_t count;

	if (len == 0 || len >= sizeof(nearest->best) || gap >= nearest->edits)
		return;
	count = edits(nearest->wanted, wanted_len, candidate, len);
	if (count >= nearest->edits)
		return;
	nearest->edits = count;
	memcpy(nearest->best, candidate, len);
	nearest->best[len] = '\0';
}

static void try_prefixes(struct gauge_nearest *nearest, const char *id)
{
	for (size_t len = strcspn(id, "."); id[len]; len += 1 + strcspn(id + len + 1, "."))
		gauge_nearest_try(nearest, id, len);
	gauge_nearest_try(nearest, id, strlen(id));
}

void gauge_nearest_selector(struct gauge_nearest *nearest, const struct gng_plan *plan)
{
	for (size_t i = 0; i < plan->num_tests; i++) {
		if (i && strcmp(plan->tests[i].id, plan->tests[i - 1].id) == 0)
			continue;
		try_prefixes(nearest, plan->tests[i].id + strlen(plan->tests[i].suite) + 1);
		try_prefixes(nearest, plan->tests[i].id);
	}
}

/* ---- selectors ---- */

static bool is_prefix(const char *selector, const char *id)
{
	const size_t len = strlen(selector);

	return len && strncmp(selector, id, len) == 0 && (id[len] == '.' || id[len] == '\0');
}

bool gauge_selects(const char *selector, const struct gng_test *test)
{
	return is_prefix(selector, test->id) ||
	       is_prefix(selector, test->id + strlen(test->suite) + 1);
}

bool gauge_selects_alone(const char *selector, const struct gng_test *test)
{
	return strcmp(selector, test->id) == 0 ||
	       strcmp(selector, test->id + strlen(test->suite) + 1) == 0;
}

static enum gng_status check_selector(const struct gng_plan *plan, const char *selector,
				      struct gng_why *why)
{
	struct gauge_nearest nearest;

	for (size_t i = 0; i < plan->num_tests; i++)
		if (gauge_selects(selector, &plan->tests[i]))
			return GNG_OK;
	gauge_nearest_init(&nearest, selector);
	gauge_nearest_selector(&nearest, plan);
	if (!*nearest.best)
		return gng_why_set(why, GNG_EINVAL, 0, "gauge.select", "the plan has no test");
	return gng_why_set(why, GNG_EINVAL, 0, "gauge.select",
			   "no test is called '%.100s': did you mean '%s'? (gonogo list)", selector,
			   nearest.best);
}

/* ---- variants ---- */

static bool has_variant(const char *variants, const char *variant)
{
	const size_t len = strlen(variant);

	for (const char *at = variants; len && at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, variant, len) == 0 && (at[len] == ',' || at[len] == '\0'))
			return true;
	}
	return false;
}

static enum gng_status check_variant(const struct gng_plan *plan, const char *variant,
				     struct gng_why *why)
{
	struct gauge_nearest nearest;

	gauge_nearest_init(&nearest, variant);
	for (size_t i = 0; i < plan->num_tests; i++) {
		if (*variant && strcmp(plan->tests[i].variant, variant) == 0)
			return GNG_OK;
		gauge_nearest_try(&nearest, plan->tests[i].variant, strlen(plan->tests[i].variant));
	}
	if (!*nearest.best)
		return gng_why_set(why, GNG_EINVAL, 0, "gauge.select",
				   "no variant is called '%.100s': no test here has variants",
				   variant);
	return gng_why_set(why, GNG_EINVAL, 0, "gauge.select",
			   "no variant is called '%.100s': did you mean '%s'?", variant,
			   nearest.best);
}

static enum gng_status check_variants(const struct gng_plan *plan, const char *variants,
				      struct gng_why *why)
{
	char *names = strdup(variants), *rest = names, *name;
	enum gng_status status = GNG_OK;

	if (!names)
		return gauge_no_memory(why);
	while (status == GNG_OK && (name = strsep(&rest, ",")))
		status = check_variant(plan, name, why);
	free(names);
	return status;
}

/* ---- both ---- */

static bool keeps(const struct gng_test *test, const char *const *selectors, size_t num_selectors,
		  const char *variants)
{
	bool kept = num_selectors == 0;

	if (variants && !has_variant(variants, test->variant))
		return false;
	for (size_t i = 0; i < num_selectors && !kept; i++)
		kept = gauge_selects(selectors[i], test);
	return kept;
}

enum gng_status gng_plan_select(struct gng_plan *plan, const char *const *selectors,
				size_t num_selectors, const char *variants, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	if (variants && strcmp(variants, "all") == 0)
		variants = NULL;
	for (size_t i = 0; i < num_selectors && status == GNG_OK; i++)
		status = check_selector(plan, selectors[i], why);
	if (status == GNG_OK && variants)
		status = check_variants(plan, variants, why);
	for (size_t i = 0; i < plan->num_tests && status == GNG_OK; i++)
		if (!keeps(&plan->tests[i], selectors, num_selectors, variants))
			plan->tests[i].selected = false;
	return status;
}
