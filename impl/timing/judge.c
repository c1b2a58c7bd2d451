/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - croppings of the samples, and the verdict over all of their t tests. */
#include <math.h>
#include <stdlib.h>

#include "gng_timing.h"

static int by_size(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* percentile of cropping i: half of a small part is cut off first, then ever less (dudect). */
static double percentile(size_t i)
{
	return 1 - exp2(-10.0 * (double)(i + 1) / GNG_TIMING_NUM_CROPS);
}

enum gng_status gng_timing_init(struct gng_timing_test *test, uint64_t *cycles, size_t num)
{
	*test = (struct gng_timing_test){0};
	if (!cycles || num == 0)
		return GNG_EINVAL;
	qsort(cycles, num, sizeof(*cycles), by_size);
	for (size_t i = 0; i < GNG_TIMING_NUM_CROPS; i++)
		test->limits[i] = (double)cycles[(size_t)(percentile(i) * (double)num)];
	return GNG_OK;
}

void gng_timing_add(struct gng_timing_test *test, unsigned int class_of, uint64_t cycles)
{
	const double x = (double)cycles;

	gng_timing_welch_add(&test->all, class_of, x);
	for (size_t i = GNG_TIMING_NUM_CROPS; i-- > 0 && x < test->limits[i];)
		gng_timing_welch_add(&test->cropped[i], class_of, x);
}

static bool enough(const struct gng_timing_welch *welch, uint64_t min_samples)
{
	return welch->n[0] >= min_samples && welch->n[1] >= min_samples;
}

static void take(struct gng_timing_result *result, const struct gng_timing_welch *welch,
		 double cropped_at)
{
	result->t = gng_timing_welch_t(welch);
	result->shift_cycles = welch->mean[0] - welch->mean[1];
	result->percentile = cropped_at;
	result->n[0] = welch->n[0];
	result->n[1] = welch->n[1];
}

static enum gng_timing_verdict verdict(double t)
{
	if (fabs(t) > GNG_TIMING_T_FAIL)
		return GNG_TIMING_FAIL;
	return fabs(t) < GNG_TIMING_T_DOUBT ? GNG_TIMING_PASS : GNG_TIMING_INCONCLUSIVE;
}

void gng_timing_judge(struct gng_timing_result *result, const struct gng_timing_test *test,
		      uint64_t min_samples)
{
	take(result, &test->all, 1);
	for (size_t i = 0; i < GNG_TIMING_NUM_CROPS; i++)
		if (enough(&test->cropped[i], min_samples) &&
		    fabs(gng_timing_welch_t(&test->cropped[i])) > fabs(result->t))
			take(result, &test->cropped[i], percentile(i));
	result->verdict = GNG_TIMING_INCONCLUSIVE;
	if (enough(&test->all, min_samples))
		result->verdict = verdict(result->t);
}

const char *gng_timing_verdict_name(enum gng_timing_verdict named)
{
	static const char *const names[] = {"PASS", "INCONCLUSIVE", "FAIL"};

	return names[named];
}
