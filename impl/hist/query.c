/* SPDX-License-Identifier: Apache-2.0 */
/* query.c - questions to a histogram. */
#include "hist_layout.h"

#include <math.h>

uint32_t hist_end(const struct gng_hist *hist)
{
	const uint32_t end = hist_index(hist, hist->max) + 1;

	return end < hist->num_counts ? end : hist->num_counts;
}

uint64_t hist_hi_of(const struct gng_hist *hist, uint32_t index)
{
	const uint64_t hi = hist_hi(hist, index);

	if (hist->num_clamped && index == hist->num_counts - 1)
		return hist->max;
	return hi < hist->max ? hi : hist->max;
}

bool hist_from_counts(struct gng_hist *hist)
{
	for (uint32_t i = 0; i < hist->num_counts; i++) {
		if (!hist->counts[i])
			continue;
		if (hist->counts[i] > HIST_MAX_TOTAL - hist->total)
			return false;
		hist->total += hist->counts[i];
		if (hist->min == UINT64_MAX)
			hist->min = hist_lo(hist, i);
		hist->max = hist_hi(hist, i);
	}
	return true;
}

uint64_t gng_hist_min(const struct gng_hist *hist)
{
	return hist->total ? hist->min : 0;
}

uint64_t gng_hist_max(const struct gng_hist *hist)
{
	return hist->max;
}

double gng_hist_mean(const struct gng_hist *hist)
{
	struct gng_hist_bucket bucket = {.next = 0};
	double sum = 0;

	while (gng_hist_next(hist, &bucket))
		sum += ((double)bucket.lo + (double)(bucket.hi - bucket.lo + 1) / 2) *
		       (double)bucket.count;
	return hist->total ? sum / (double)hist->total : 0;
}

/*
 * rank_of returns ceil(q * total), 1 for the smallest sample. q is lowered by one step
 * first: 0.999 is stored a little too large or too small, and 0.999 * 1000 must not become 1000.
 */
static uint64_t rank_of(double q, uint64_t total)
{
	double rank;

	if (q >= 1)
		return total;
	rank = fmax(ceil(nextafter(q, -INFINITY) * (double)total), 1); /* 1 of NaN, too */
	return rank < (double)total ? (uint64_t)rank : total;
}

/* up_to returns the first index with which rank counts are reached. */
static uint32_t up_to(const struct gng_hist *hist, uint64_t rank)
{
	uint64_t count = hist->counts[0];
	uint32_t i = 0;

	while (count < rank)
		count += hist->counts[++i];
	return i;
}

/* down_to returns the same by what lies above it: those that ask want to know of the tail. */
static uint32_t down_to(const struct gng_hist *hist, uint64_t rank)
{
	uint32_t i = hist_end(hist) - 1;
	uint64_t below = hist->total - hist->counts[i];

	while (below >= rank)
		below -= hist->counts[--i];
	return i;
}

/* Of an empty histogram the rank is 0, which the first bucket reaches: its end is max, 0. */
uint64_t gng_hist_value_at_quantile(const struct gng_hist *hist, double q)
{
	const uint64_t rank = rank_of(q, hist->total);

	return hist_hi_of(hist, rank > hist->total / 2 ? down_to(hist, rank) : up_to(hist, rank));
}

uint64_t gng_hist_count_at(const struct gng_hist *hist, uint64_t value)
{
	const uint32_t index = hist_index(hist, value);

	return index < hist->num_counts ? hist->counts[index] : hist->num_clamped;
}

uint64_t gng_hist_count_above(const struct gng_hist *hist, uint64_t value)
{
	const uint32_t end = hist_end(hist);
	uint64_t count = 0;

	for (uint32_t i = hist_index(hist, value) + 1; i < end; i++)
		count += hist->counts[i];
	return count;
}

bool gng_hist_next(const struct gng_hist *hist, struct gng_hist_bucket *bucket)
{
	const uint32_t end = hist_end(hist);

	for (uint32_t i = bucket->next; i < end; i++) {
		if (!hist->counts[i])
			continue;
		bucket->lo = hist_lo(hist, i);
		bucket->hi = hist_hi(hist, i);
		bucket->count = hist->counts[i];
		bucket->cumulative += bucket->count;
		bucket->next = i + 1;
		return true;
	}
	return false;
}
