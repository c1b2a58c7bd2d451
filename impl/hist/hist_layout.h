/* SPDX-License-Identifier: Apache-2.0 */
/* hist_layout.h - between value and index: the log-linear layout of HdrHistogram. */
#ifndef HIST_LAYOUT_H
#define HIST_LAYOUT_H

#include "gng_hist.h"

#define HIST_MAX_TOTAL ((uint64_t)INT64_MAX) /* counts are signed in the V2 encoding */

/*
 * Bucket 0 holds 2^(half_magnitude + 1) steps of the unit; each further bucket is twice as
 * wide and holds half as many steps, as its lower half is the bucket before.
 */
static inline uint32_t hist_index(const struct gng_hist *hist, uint64_t value)
{
	const uint32_t num_bits = 64 - (uint32_t)__builtin_clzll(value | hist->sub_mask);
	const uint32_t bucket = num_bits - hist->unit_magnitude - hist->half_magnitude - 1u;
	const uint64_t step = value >> (bucket + hist->unit_magnitude);

	return (bucket << hist->half_magnitude) + (uint32_t)step;
}

/* hist_shift is the magnitude of a step at index: it covers 2^hist_shift values. */
static inline uint32_t hist_shift(const struct gng_hist *hist, uint32_t index)
{
	const uint32_t half = index >> hist->half_magnitude;

	return hist->unit_magnitude + (half > 1 ? half - 1 : 0);
}

static inline uint64_t hist_lo(const struct gng_hist *hist, uint32_t index)
{
	const uint32_t shift = hist_shift(hist, index);

	return (uint64_t)(index - ((shift - hist->unit_magnitude) << hist->half_magnitude))
	       << shift;
}

static inline uint64_t hist_hi(const struct gng_hist *hist, uint32_t index)
{
	return hist_lo(hist, index) + (UINT64_C(1) << hist_shift(hist, index)) - 1;
}

/* hist_end is one more than the index of the last non-empty bucket, 1 if there is none. */
uint32_t hist_end(const struct gng_hist *hist);

/* hist_from_counts sets total, min and max of a fresh histogram from its counts. False if the
 * total is too large. */
bool hist_from_counts(struct gng_hist *hist);

/* hist_hi_of is hist_hi, but at most the largest sample, and at least it in the last bucket
 * when that holds clamped samples. */
uint64_t hist_hi_of(const struct gng_hist *hist, uint32_t index);

#endif /* HIST_LAYOUT_H */
