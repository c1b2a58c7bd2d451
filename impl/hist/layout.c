/* SPDX-License-Identifier: Apache-2.0 */
/* layout.c - sizes, and the two ways to own a histogram. */
#include "hist_layout.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DIGITS 5

static uint8_t log2_floor(uint64_t x)
{
	return (uint8_t)(63 - __builtin_clzll(x));
}

/* half_magnitude: bucket 0 must tell 2 * 10^digits steps apart, rounded up to a power of
 * two, so that its upper half, from 10^digits on, has the wanted figures. */
static uint8_t half_magnitude_of(int digits)
{
	static const uint8_t magnitudes[] = {0, 4, 7, 10, 14, 17};

	return magnitudes[digits];
}

/* lay_out sets the fields of a layout, and num_counts. */
static enum gng_status lay_out(struct gng_hist *hist, uint64_t lowest, uint64_t highest, int digits)
{
	uint64_t num_halves, beyond;

	if (lowest < 1 || highest / 2 < lowest || highest > INT64_MAX || digits < 0 ||
	    digits > MAX_DIGITS)
		return GNG_EINVAL;
	memset(hist, 0, sizeof(*hist));
	hist->lowest = lowest;
	hist->highest = highest;
	hist->digits = (uint8_t)digits;
	hist->unit_magnitude = log2_floor(lowest);
	hist->half_magnitude = half_magnitude_of(digits);
	if (hist->unit_magnitude + hist->half_magnitude > 61)
		return GNG_EINVAL;
	hist->sub_mask = ((UINT64_C(2) << hist->half_magnitude) - 1) << hist->unit_magnitude;
	beyond = UINT64_C(2) << (hist->half_magnitude + hist->unit_magnitude);
	for (num_halves = 2; beyond <= highest; beyond <<= 1) /* ends: 2^63 > highest */
		num_halves++;
	if (num_halves << hist->half_magnitude > GNG_HIST_MAX_COUNTS)
		return GNG_ELIMIT;
	hist->num_counts = (uint32_t)(num_halves << hist->half_magnitude);
	hist->min = UINT64_MAX;
	return GNG_OK;
}

enum gng_status gng_hist_size(uint32_t *num_counts, uint64_t lowest, uint64_t highest, int digits)
{
	struct gng_hist hist;
	const enum gng_status status = lay_out(&hist, lowest, highest, digits);

	if (status == GNG_OK)
		*num_counts = hist.num_counts;
	return status;
}

enum gng_status gng_hist_init(struct gng_hist *hist, uint64_t *counts, uint32_t num_counts,
			      uint64_t lowest, uint64_t highest, int digits)
{
	struct gng_hist layout;
	const enum gng_status status = lay_out(&layout, lowest, highest, digits);

	if (status != GNG_OK)
		return status;
	if (layout.num_counts != num_counts)
		return GNG_EINVAL;
	*hist = layout;
	hist->counts = counts;
	memset(counts, 0, num_counts * sizeof(counts[0]));
	return GNG_OK;
}

enum gng_status gng_hist_open(struct gng_hist **hist, uint64_t lowest, uint64_t highest, int digits)
{
	struct gng_hist layout;
	const enum gng_status status = lay_out(&layout, lowest, highest, digits);

	if (status != GNG_OK)
		return status;
	layout.counts = calloc(layout.num_counts, sizeof(layout.counts[0]));
	*hist = malloc(sizeof(layout));
	if (!layout.counts || !*hist) {
		free(layout.counts);
		free(*hist);
		*hist = NULL;
		return GNG_ENOMEM;
	}
	**hist = layout;
	return GNG_OK;
}

void gng_hist_close(struct gng_hist *hist)
{
	if (!hist)
		return;
	free(hist->counts);
	free(hist);
}

void gng_hist_reset(struct gng_hist *hist)
{
	memset(hist->counts, 0, hist->num_counts * sizeof(hist->counts[0]));
	hist->total = 0;
	hist->num_clamped = 0;
	hist->min = UINT64_MAX;
	hist->max = 0;
}
