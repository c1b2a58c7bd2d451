/* SPDX-License-Identifier: Apache-2.0 */
/* budgetfile.c - reads <stem>.budget: "metric  <= or >=  limit  unit  machine" a line. */
#include "gng_gauge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gauge_budget.h"
#include "gauge_plan.h"
#include "gauge_text.h"

#define NUM_FIELDS 5

struct lines {
	const char *file;
	int line;
	struct gng_budget *budgets;
	int *numbers; /* the line of each budget */
	size_t num;
	struct gng_why *why;
};

static enum gng_status bad(const struct lines *lines, const char *what)
{
	return gng_why_set(lines->why, GNG_EFORMAT, 0, "gauge.budget", "%s:%d: %s", lines->file,
			   lines->line, what);
}

static bool copy(char *to, size_t cap, const char *from, size_t len)
{
	if (len >= cap)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* Decimal only: strtod alone would take "inf", "nan" and hexadecimal, which no reader expects. */
static bool to_limit(double *limit, const char *text, size_t len)
{
	char digits[32], *end;

	if (!copy(digits, sizeof(digits), text, len) ||
	    digits[strspn(digits, "0123456789.eE+-")] != '\0')
		return false;
	*limit = strtod(digits, &end);
	return end != digits && *end == '\0' && isfinite(*limit) && *limit >= 0.0;
}

static enum gng_status read_fields(const struct lines *lines, struct gng_budget *budget,
				   const char *const words[NUM_FIELDS],
				   const size_t len[NUM_FIELDS])
{
	if (!copy(budget->metric, sizeof(budget->metric), words[0], len[0]) ||
	    !gauge_is_name(budget->metric))
		return bad(lines, "a metric has 1 to 47 characters of a-z, 0-9 and '_'");
	if (len[1] != 2 || words[1][1] != '=' || (words[1][0] != '<' && words[1][0] != '>'))
		return bad(lines, "behind the metric stands <= or >=");
	budget->at_least = words[1][0] == '>';
	if (!to_limit(&budget->limit, words[2], len[2]))
		return bad(lines, "the limit is no decimal number from 0 on");
	if (!copy(budget->unit, sizeof(budget->unit), words[3], len[3]))
		return bad(lines, "a unit has at most 15 characters");
	if (!copy(budget->machine, sizeof(budget->machine), words[4], len[4]))
		return bad(lines, "a machine class has at most 31 characters");
	return GNG_OK;
}

static bool is_known(const struct lines *lines, const struct gng_budget *budget)
{
	for (size_t i = 0; i < lines->num; i++)
		if (strcmp(lines->budgets[i].metric, budget->metric) == 0 &&
		    strcmp(lines->budgets[i].machine, budget->machine) == 0)
			return true;
	return false;
}

static enum gng_status keep(struct lines *lines, const struct gng_budget *budget)
{
	struct gng_budget *budgets;
	int *numbers;

	budgets = gauge_grow(lines->budgets, lines->num, sizeof(*budgets));
	if (!budgets)
		return gauge_no_memory(lines->why);
	lines->budgets = budgets;
	numbers = gauge_grow(lines->numbers, lines->num, sizeof(*numbers));
	if (!numbers)
		return gauge_no_memory(lines->why);
	lines->numbers = numbers;
	numbers[lines->num] = lines->line;
	budgets[lines->num++] = *budget;
	return GNG_OK;
}

static enum gng_status read_line(struct lines *lines, const char *text)
{
	struct gng_budget budget = {0};
	const char *words[NUM_FIELDS + 1];
	size_t len[NUM_FIELDS + 1], num = 0;
	enum gng_status status;

	if (!gauge_is_plain(text))
		return bad(lines, "a byte is no printable ASCII");
	while (num <= NUM_FIELDS && gauge_next_word(&words[num], &len[num], &text))
		num++;
	if (num == 0 || *words[0] == '#')
		return GNG_OK;
	if (num != NUM_FIELDS)
		return bad(lines, "a line is: metric, <= or >=, limit, unit, machine or *");
	status = read_fields(lines, &budget, words, len);
	if (status != GNG_OK)
		return status;
	if (is_known(lines, &budget))
		return bad(lines, "the metric has a limit for that machine already");
	return keep(lines, &budget);
}

static void lines_fini(struct lines *lines)
{
	free(lines->budgets);
	free(lines->numbers);
	lines->budgets = NULL;
	lines->numbers = NULL;
	lines->num = 0;
}

static enum gng_status read_lines(struct lines *lines, const char *text)
{
	enum gng_status status = GNG_OK;
	char *copied = strdup(text), *rest = copied, *line;

	if (!copied)
		return gauge_no_memory(lines->why);
	while (status == GNG_OK && (line = gauge_next_line(&rest))) {
		lines->line++;
		status = read_line(lines, line);
	}
	free(copied);
	if (status != GNG_OK)
		lines_fini(lines);
	return status;
}

enum gng_status gng_budget_parse(struct gng_budget **budgets, size_t *num_budgets, const char *file,
				 const char *text, struct gng_why *why)
{
	struct lines lines = {.file = file, .why = why};
	const enum gng_status status = read_lines(&lines, text);

	if (status != GNG_OK)
		return status;
	free(lines.numbers);
	*budgets = lines.budgets;
	*num_budgets = lines.num;
	return GNG_OK;
}

/* ---- into the tests ---- */

static bool add_to(struct gng_test *test, const struct gng_budget *budget)
{
	struct gng_budget *grown = gauge_grow(test->budgets, test->num_budgets, sizeof(*grown));

	if (!grown)
		return false;
	test->budgets = grown;
	grown[test->num_budgets++] = *budget;
	return true;
}

static enum gng_status hand_out(struct gng_test *tests, size_t num_tests, struct lines *lines,
				size_t i)
{
	const struct gng_budget *budget = &lines->budgets[i];
	bool used = false;

	for (size_t t = 0; t < num_tests; t++) {
		if (strcmp(tests[t].function, budget->metric) != 0)
			continue;
		used = true;
		if (!add_to(&tests[t], budget))
			return gauge_no_memory(lines->why);
	}
	if (used)
		return GNG_OK;
	return gng_why_set(lines->why, GNG_EFORMAT, 0, "gauge.budget",
			   "%s:%d: no test of this stem is called '%s': correct the metric, or "
			   "remove the line",
			   lines->file, lines->numbers[i], budget->metric);
}

static enum gng_status load(struct gng_test *tests, size_t num_tests, const char *file,
			    const char *path, struct gng_why *why)
{
	struct lines lines = {.file = file, .why = why};
	enum gng_status status;
	char *text = NULL;

	status = gauge_read(&text, path, why);
	if (status == GNG_OK)
		status = read_lines(&lines, text);
	if (status == GNG_OK && lines.num == 0) { /* such as one that was cut to nothing */
		lines.line = 1;
		status = bad(&lines, "it has no limit: write one, or remove the file");
	}
	free(text);
	for (size_t i = 0; i < lines.num && status == GNG_OK; i++)
		status = hand_out(tests, num_tests, &lines, i);
	lines_fini(&lines);
	return status;
}

enum gng_status gauge_budget_load(struct gng_test *tests, size_t num_tests, const char *source,
				  struct gng_why *why)
{
	enum gng_status status = GNG_OK;
	char *path;

	if (num_tests == 0)
		return GNG_OK;
	path = gauge_format("%s/hwtests/%s/%s.budget", source, tests->subsystem, tests->stem);
	if (!path)
		return gauge_no_memory(why);
	if (gauge_exists(path))
		status = load(tests, num_tests, path + strlen(source) + 1, path, why);
	free(path);
	return status;
}

const struct gng_budget *gauge_budget_of(const struct gng_test *test, const char *machine)
{
	const struct gng_budget *any = NULL;

	for (size_t i = 0; i < test->num_budgets; i++) {
		if (machine && strcmp(test->budgets[i].machine, machine) == 0)
			return &test->budgets[i];
		if (strcmp(test->budgets[i].machine, "*") == 0)
			any = &test->budgets[i];
	}
	return any;
}
