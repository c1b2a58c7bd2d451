/* SPDX-License-Identifier: Apache-2.0 */
/* figures.c - quantiles of waits, and when two of them differ. */
#include <math.h>

#include "gng_schedlat.h"
#include "schedlat_shared.h"

GNG_STATIC_ASSERT(GNG_SCHEDLAT_NUM_BUCKETS == SCHEDLAT_NUM_BUCKETS, "the kernel's buckets");

unsigned int gng_schedlat_bucket_of(uint64_t ns)
{
	return gng_octave_bucket(ns);
}

uint64_t gng_schedlat_bucket_ns(unsigned int bucket)
{
	return gng_octave_highest(bucket);
}

/* at_rank returns the longest wait of the bucket in which the rank-th sample lies, from 1. */
static uint64_t at_rank(const struct gng_schedlat_hist *hist, uint64_t rank)
{
	uint64_t seen = 0;

	for (unsigned int i = 0; i < GNG_SCHEDLAT_NUM_BUCKETS; i++) {
		seen += hist->counts[i];
		if (seen >= rank && seen > 0)
			return gng_schedlat_bucket_ns(i);
	}
	return 0;
}

uint64_t gng_schedlat_quantile(const struct gng_schedlat_hist *hist, double q)
{
	const double rank = ceil(q * (double)hist->total);

	return at_rank(hist, rank < 1 ? 1 : (uint64_t)rank);
}

struct gng_schedlat_p99 gng_schedlat_p99_of(const struct gng_schedlat_hist *hist)
{
	const double n = (double)hist->total, rank = n * 0.99;
	const double margin = 1.96 * sqrt(n * 0.99 * 0.01);
	const double lo = floor(rank - margin), hi = ceil(rank + margin);
	struct gng_schedlat_p99 p99 = {.total = hist->total};

	p99.p99_ns = gng_schedlat_quantile(hist, 0.99);
	p99.enough = n > 0 && lo >= 1 && hi <= n;
	if (p99.enough) {
		p99.lo_ns = at_rank(hist, (uint64_t)lo);
		p99.hi_ns = at_rank(hist, (uint64_t)hi);
	}
	return p99;
}

int gng_schedlat_trend_of(const struct gng_schedlat_p99 *earlier,
			  const struct gng_schedlat_p99 *later)
{
	if (!earlier->enough || !later->enough)
		return 0;
	return (later->lo_ns > earlier->hi_ns) - (later->hi_ns < earlier->lo_ns);
}
