/* SPDX-License-Identifier: Apache-2.0 */
/* welch.c - Welch's t from online means and variances (Welford 1962; Welch 1947). */
#include <math.h>

#include "gng_timing.h"

void gng_timing_welch_add(struct gng_timing_welch *welch, unsigned int class_of, double x)
{
	const double delta = x - welch->mean[class_of];

	welch->n[class_of]++;
	welch->mean[class_of] += delta / (double)welch->n[class_of];
	welch->m2[class_of] += delta * (x - welch->mean[class_of]);
}

/* variance_of_mean is that of one class's mean. */
static double variance_of_mean(const struct gng_timing_welch *welch, unsigned int class_of)
{
	const double n = (double)welch->n[class_of];

	return welch->m2[class_of] / (n - 1) / n;
}

double gng_timing_welch_t(const struct gng_timing_welch *welch)
{
	const double shift = welch->mean[0] - welch->mean[1];
	double variance;

	if (welch->n[0] < 2 || welch->n[1] < 2)
		return 0;
	variance = variance_of_mean(welch, 0) + variance_of_mean(welch, 1);
	if (variance > 0)
		return shift / sqrt(variance);
	return fpclassify(shift) == FP_ZERO ? 0 : copysign(INFINITY, shift);
}
