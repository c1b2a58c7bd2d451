/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bounds.c - exact binomial statements about quantiles and rates: order statistics, and
 * C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), through the regularised incomplete
 * beta function (NIST Digital Library of Mathematical Functions, sections 8.17(v), 8.17(i)).
 */
#include "hist_layout.h"

#include <math.h>

#define MAX_TERMS 200000 /* the fraction converges in about sqrt(num_samples) terms */
#define TINY 1e-300

/* next_term steps Lentz's evaluation of the continued fraction by one coefficient, and
 * returns the factor by which the value changes. */
static double next_term(double coefficient, double *c, double *d)
{
	*d = 1 + coefficient * *d;
	*c = 1 + coefficient / *c;
	if (fabs(*d) < TINY)
		*d = TINY;
	if (fabs(*c) < TINY)
		*c = TINY;
	*d = 1 / *d;
	return *d * *c;
}

/* beta_fraction is the continued fraction of I_x(a, b), which converges fast for
 * x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), value = d;

	for (int i = 1; i < MAX_TERMS; i++) {
		const double m = i;
		const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double change = next_term(even, &c, &d);

		change *= next_term(odd, &c, &d);
		value *= change;
		if (fabs(change - 1) < 1e-15)
			break;
	}
	return value;
}

static double log_gamma(double x)
{
	int sign; /* lgamma would store it in a global */

	return lgamma_r(x, &sign);
}

/* beta_share is the regularised incomplete beta function I_x(a, b), y = 1 - x. */
static double beta_share(double x, double y, double a, double b)
{
	const double front =
		exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(y));

	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(y, b, a) / b;
}

/* at_most is the probability of at most k < n events in n, each with probability p in (0, 1]. */
static double at_most(uint64_t k, uint64_t n, double p)
{
	if (k == 0)
		return exp((double)n * log1p(-p));
	return beta_share(1 - p, p, (double)(n - k), (double)k + 1);
}

/* first_k returns the smallest k in [0, n] for which at most k events have at least the
 * given probability; it exists, as at most n have 1. */
static uint64_t first_k(uint64_t n, double p, double probability)
{
	uint64_t lo = 0, hi = n;

	while (lo < hi) {
		const uint64_t middle = lo + (hi - lo) / 2;

		if (at_most(middle, n, p) >= probability)
			hi = middle;
		else
			lo = middle + 1;
	}
	return lo;
}

/* bucket_of_rank returns the index of the bucket that holds the rank-th smallest sample. */
static uint32_t bucket_of_rank(const struct gng_hist *hist, uint64_t rank)
{
	struct gng_hist_bucket bucket = {.next = 0};

	while (gng_hist_next(hist, &bucket))
		if (bucket.cumulative >= rank)
			break;
	return bucket.next - 1;
}

static bool is_probability(double x)
{
	return x > 0 && x < 1;
}

enum gng_status gng_hist_quantile_bounds(const struct gng_hist *hist, double q, double confidence,
					 uint64_t *lo, uint64_t *hi)
{
	const uint64_t n = hist->total;
	uint64_t num_above;

	if (!is_probability(q) || !is_probability(confidence))
		return GNG_EINVAL;
	*lo = 0;
	*hi = GNG_HIST_INFINITE;
	/*
	 * A sample over the quantile is an event of probability 1 - q. The sample with m others
	 * above it lies under the quantile only if at most m samples lie over it; so the upper
	 * bound takes the largest m for which that has at most 1 - confidence.
	 */
	num_above = first_k(n, 1 - q, nextafter(1 - confidence, INFINITY));
	if (num_above > 0)
		*hi = hist_hi_of(hist, bucket_of_rank(hist, n - (num_above - 1)));
	/* it lies at or under the quantile if at most m lie over it: enough confidence here */
	num_above = first_k(n, 1 - q, confidence);
	if (num_above < n) {
		*lo = hist_lo(hist, bucket_of_rank(hist, n - num_above));
		if (*lo < hist->min)
			*lo = hist->min;
	}
	return GNG_OK;
}

/* is_likely: so few events are no reason to doubt, with that confidence, that p is so small. */
static bool is_likely(uint64_t num_events, uint64_t num_samples, double p, double confidence)
{
	return at_most(num_events, num_samples, p) > 1 - confidence;
}

double gng_hist_miss_bound(uint64_t num_misses, uint64_t num_samples, double confidence)
{
	double lo = 0, hi = 1;

	if (num_misses >= num_samples || !is_probability(confidence))
		return 1;
	for (;;) { /* some 60 times, until no number lies between them */
		const double middle = 0.5 * (lo + hi);

		if (middle <= lo || middle >= hi)
			return hi;
		if (is_likely(num_misses, num_samples, middle, confidence))
			lo = middle;
		else
			hi = middle;
	}
}

uint64_t gng_hist_samples_needed(double q, uint64_t num_misses, double confidence)
{
	const uint64_t most = UINT64_C(1) << 53;
	uint64_t lo = num_misses, hi = num_misses + 1;

	if (!is_probability(q) || !is_probability(confidence) || num_misses >= most)
		return GNG_HIST_INFINITE;
	for (; is_likely(num_misses, hi, 1 - q, confidence); hi *= 2)
		if (hi > most / 2)
			return GNG_HIST_INFINITE;
	while (lo + 1 < hi) {
		const uint64_t middle = lo + (hi - lo) / 2;

		if (is_likely(num_misses, middle, 1 - q, confidence))
			lo = middle;
		else
			hi = middle;
	}
	return hi;
}
