/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budget.c - judges a figure by its limit.
 *
 * The ratio rule is for machines whose cores are shared: a 95 % interval around one
 * comparison called a false miss in 19 of 60 runs of identical code, five blocks that must
 * all be under 0.97 of the limit in 0 of 360 (ARCHITECTURE.md, verdict rules).
 */
#include "gng_gauge.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLEARLY_UNDER 0.97 /* of the limit: what noise alone does not do five times */
#define FLOOR_SHARE 4.0	   /* the machine's own noise may be a quarter of the limit */

static enum gng_verdict say(char reason[256], enum gng_verdict verdict, const char *format, ...)
	GNG_PRINTF(3, 4);
static enum gng_verdict say(char reason[256], enum gng_verdict verdict, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reason, 256, format, args);
	va_end(args);
	return verdict;
}

static bool keeps(const struct gng_budget *budget, double value, double limit)
{
	return budget->at_least ? value >= limit : value <= limit;
}

static const char *sense(const struct gng_budget *budget)
{
	return budget->at_least ? ">=" : "<=";
}

/* ---- five interleaved blocks ---- */

/* relaxed moves a limit to the side that forgives: down for ">=", up for "<=". */
static double relaxed(const struct gng_budget *budget, double limit, double scale)
{
	return budget->at_least ? limit * scale : limit / scale;
}

static int by_value(const void *a, const void *b)
{
	const double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

static void sort_blocks(double sorted[GNG_PROBE_NUM_BLOCKS], const struct gng_measure *measure)
{
	memcpy(sorted, measure->blocks, GNG_PROBE_NUM_BLOCKS * sizeof(*sorted));
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(*sorted), by_value);
}

double gng_budget_value(const struct gng_measure *measure)
{
	double sorted[GNG_PROBE_NUM_BLOCKS];

	if (measure->num_blocks != GNG_PROBE_NUM_BLOCKS)
		return measure->value;
	sort_blocks(sorted, measure);
	return sorted[GNG_PROBE_NUM_BLOCKS / 2];
}

static enum gng_verdict judge_blocks(char reason[256], const struct gng_budget *budget,
				     const struct gng_measure *measure, double scale)
{
	const double limit = relaxed(budget, budget->limit, scale);
	const double clear = relaxed(budget, limit, CLEARLY_UNDER);
	double sorted[GNG_PROBE_NUM_BLOCKS], median, best;

	if (measure->num_blocks != GNG_PROBE_NUM_BLOCKS)
		return say(reason, GNG_ERROR, "%s has %zu blocks, and the ratio rule needs %d",
			   measure->name, measure->num_blocks, GNG_PROBE_NUM_BLOCKS);
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		if (!isfinite(measure->blocks[i]))
			return say(reason, GNG_ERROR, "block %zu of %s is no finite number", i + 1,
				   measure->name);
	sort_blocks(sorted, measure);
	median = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	best = sorted[budget->at_least ? GNG_PROBE_NUM_BLOCKS - 1 : 0];
	if (keeps(budget, median, limit))
		return say(reason, GNG_PASS,
			   "%s: the median of five blocks is %.4g %s; the limit is %s %.4g",
			   measure->name, median, measure->unit, sense(budget), limit);
	if (!keeps(budget, best, clear))
		return say(
			reason, GNG_FAIL,
			"%s takes %.4g %s, and the best of five blocks %.4g; the limit is %s %.4g",
			measure->name, median, measure->unit, best, sense(budget), limit);
	return say(reason, GNG_INCONCLUSIVE,
		   "%s: the median of five blocks is %.4g %s, the best %.4g; the limit is %s %.4g, "
		   "and under %.4g all five would be a miss",
		   measure->name, median, measure->unit, best, sense(budget), limit, clear);
}

/* ---- one figure and its interval ---- */

static enum gng_verdict judge_interval(char reason[256], const struct gng_budget *budget,
				       const struct gng_measure *measure)
{
	const double lo = isnan(measure->lo) ? measure->value : measure->lo;
	const double hi = isnan(measure->hi) ? measure->value : measure->hi;
	const double worse = budget->at_least ? lo : hi, better = budget->at_least ? hi : lo;

	if (!isfinite(measure->value) || !isfinite(lo) || !isfinite(hi) || lo > hi)
		return say(reason, GNG_ERROR, "%s or its interval is no finite number",
			   measure->name);
	if (keeps(budget, worse, budget->limit))
		return say(reason, GNG_PASS, "%s is %.4g %s; the limit is %s %.4g", measure->name,
			   measure->value, measure->unit, sense(budget), budget->limit);
	if (!keeps(budget, better, budget->limit))
		return say(reason, GNG_FAIL,
			   "%s takes %.4g %s (95 %%: %.4g to %.4g); the limit is "
			   "%s %.4g",
			   measure->name, measure->value, measure->unit, lo, hi, sense(budget),
			   budget->limit);
	return say(reason, GNG_INCONCLUSIVE,
		   "%s is %.4g %s, and the limit %s %.4g lies within its interval, %.4g to %.4g: "
		   "more samples would tell",
		   measure->name, measure->value, measure->unit, sense(budget), budget->limit, lo,
		   hi);
}

/* ---- latency against the machine's noise ---- */

static double ns_per(const char *unit)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"ns", 1.0}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i].unit) == 0)
			return units[i].ns;
	return NAN;
}

static enum gng_verdict judge_latency(char reason[256], const struct gng_budget *budget,
				      const struct gng_measure *measure,
				      const struct gng_floor *floor)
{
	const double limit_ns = budget->limit * ns_per(budget->unit);
	double floor_ns;

	if (isnan(limit_ns) || measure->quantile > 1.0)
		return say(reason, GNG_ERROR, "%s: a latency needs ns, us, ms or s, and a quantile",
			   measure->name);
	if (!floor)
		return say(reason, GNG_INCONCLUSIVE,
			   "%s is %.4g %s, and this machine's noise is not known", measure->name,
			   measure->value, measure->unit);
	floor_ns = floor->at(floor->context, measure->quantile);
	if (!(floor_ns <= limit_ns / FLOOR_SHARE)) /* NAN too: not known there */
		return say(reason, GNG_INCONCLUSIVE,
			   "%s is %.10g %s, but this machine alone takes %.10g %s at that "
			   "quantile: more than a quarter of the limit, %.10g %s",
			   measure->name, measure->value, measure->unit,
			   floor_ns / ns_per(budget->unit), measure->unit, budget->limit,
			   budget->unit);
	return judge_interval(reason, budget, measure);
}

enum gng_verdict gng_budget_judge(char reason[256], const struct gng_budget *budget,
				  const struct gng_measure *measure, double scale,
				  const struct gng_floor *floor)
{
	if (strcmp(budget->unit, measure->unit) != 0)
		return say(reason, GNG_ERROR, "%s was measured in %s, and its budget is in %s",
			   measure->name, measure->unit, budget->unit);
	if (measure->num_blocks)
		return judge_blocks(reason, budget, measure, scale);
	if (measure->quantile > 0.0)
		return judge_latency(reason, budget, measure, floor);
	return judge_interval(reason, budget, measure);
}
