/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budget_fuzz.c - limits that are read say the same when they are written out again, and
 * the ratio rule agrees with counting: a median reaches a limit when three of five do.
 *
 * Input: five 16-bit blocks, then the text of a .budget file.
 */
/* bundle: 120 */
#include "../block.h"
#include "../suite.h"

#include "gng_gauge.h"

static void check_again(const struct gng_budget *budgets, size_t num)
{
	struct gng_budget *again = NULL;
	size_t num_again = 0, len;
	char *text = NULL;
	FILE *file = open_memstream(&text, &len);

	fputs("# written out again\n\n", file);
	for (size_t i = 0; i < num; i++)
		fprintf(file, "\t%s  %s\t%.17g %s %s\r\n", budgets[i].metric,
			budgets[i].at_least ? ">=" : "<=", budgets[i].limit, budgets[i].unit,
			budgets[i].machine);
	fclose(file);
	fuzz_check(gng_budget_parse(&again, &num_again, "again", text, NULL) == GNG_OK,
		   "does not parse again", text);
	fuzz_check(num == num_again, "another number of limits", text);
	for (size_t i = 0; i < num; i++) {
		fuzz_check(strcmp(budgets[i].metric, again[i].metric) == 0, "metric", text);
		fuzz_check(budgets[i].at_least == again[i].at_least, "sense", text);
		fuzz_check(budgets[i].limit == again[i].limit, "limit", text);
		fuzz_check(strcmp(budgets[i].unit, again[i].unit) == 0, "unit", text);
		fuzz_check(strcmp(budgets[i].machine, again[i].machine) == 0, "machine", text);
	}
	free(again);
	free(text);
}

/* count returns how many blocks reach the limit, multiplied or divided by scale. */
static unsigned int count(const struct gng_budget *budget, const double *blocks, double scale)
{
	const double limit = budget->at_least ? budget->limit * scale : budget->limit / scale;
	unsigned int num = 0;

	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		num += budget->at_least ? blocks[i] >= limit : blocks[i] <= limit;
	return num;
}

static void check_rule(const struct gng_budget *budget, const struct gng_measure *blocks)
{
	struct gng_measure measure = *blocks;
	enum gng_verdict verdict, expected = GNG_INCONCLUSIVE;
	char reason[256];

	strcpy(measure.unit, budget->unit);
	verdict = gng_budget_judge(reason, budget, &measure, 1.0, NULL);
	if (count(budget, measure.blocks, 1.0) >= 3)
		expected = GNG_PASS;
	else if (count(budget, measure.blocks, 0.97) == 0)
		expected = GNG_FAIL;
	fuzz_check(verdict == expected, "the ratio rule", reason);
	/* more leave than the whole limit never makes a verdict worse */
	if (verdict == GNG_PASS)
		fuzz_check(gng_budget_judge(reason, budget, &measure, 0.9, NULL) == GNG_PASS,
			   "a wider limit", reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_measure measure = {.name = "m", .num_blocks = GNG_PROBE_NUM_BLOCKS};
	struct gng_budget *budgets = NULL;
	size_t num = 0;
	char *text;

	/* too short for them all is no reason to read nothing: an engine begins with no byte */
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS && size >= 2; i++, data += 2, size -= 2)
		measure.blocks[i] = (double)(data[0] | data[1] << 8) / 1024.0;
	text = fuzz_copy(data, size); /* what follows a NUL is another text */
	if (gng_budget_parse(&budgets, &num, "input", text, NULL) == GNG_OK) {
		if (fuzz_one_in(64, data, size))
			check_again(budgets, num);
		for (size_t i = 0; i < num; i++)
			check_rule(&budgets[i], &measure);
		free(budgets);
	}
	return 0;
}
