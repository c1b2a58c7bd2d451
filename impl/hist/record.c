/* SPDX-License-Identifier: Apache-2.0 */
/* record.c - adding samples. */
#include "hist_layout.h"

/* widen lets the samples be from lo to hi as well. */
static void widen(struct gng_hist *hist, uint64_t lo, uint64_t hi)
{
	if (lo < hist->min)
		hist->min = lo;
	if (hi > hist->max)
		hist->max = hi;
}

/* add counts num samples at value, whose total the caller has checked. */
static bool add(struct gng_hist *hist, uint64_t value, uint64_t num)
{
	uint32_t index = hist_index(hist, value);
	const bool fits = index < hist->num_counts;

	if (!fits) {
		index = hist->num_counts - 1;
		hist->num_clamped += num;
	}
	hist->counts[index] += num;
	hist->total += num;
	widen(hist, value, value);
	return fits;
}

static bool has_room(const struct gng_hist *hist, uint64_t num)
{
	return num <= HIST_MAX_TOTAL - hist->total;
}

bool gng_hist_record(struct gng_hist *hist, uint64_t value)
{
	return has_room(hist, 1) && add(hist, value, 1);
}

bool gng_hist_record_n(struct gng_hist *hist, uint64_t value, uint64_t num)
{
	if (num == 0)
		return true;
	return has_room(hist, num) && add(hist, value, num);
}

bool gng_hist_record_corrected(struct gng_hist *hist, uint64_t value, uint64_t interval)
{
	bool fits;

	if (interval == 0 || value / interval < 2)
		return gng_hist_record(hist, value);
	if (!has_room(hist, value / interval))
		return false;
	fits = add(hist, value, 1);
	/* All missing samples that share a bucket at once: an interval of 1 in a value of an
	 * hour of nanoseconds would else loop 3.6e12 times. */
	for (uint64_t missing = value - interval; missing >= interval;) {
		const uint32_t index = hist_index(hist, missing);
		const uint64_t lo = index < hist->num_counts
					    ? hist_lo(hist, index)
					    : hist_hi(hist, hist->num_counts - 1) + 1;
		const uint64_t end = lo > interval ? lo : interval;
		const uint64_t num = (missing - end) / interval + 1;

		fits &= add(hist, missing, num);
		missing -= (num - 1) * interval;
		widen(hist, missing, missing);
		missing -= interval;
	}
	return fits;
}

static bool has_layout_of(const struct gng_hist *a, const struct gng_hist *b)
{
	return a->num_counts == b->num_counts && a->unit_magnitude == b->unit_magnitude &&
	       a->half_magnitude == b->half_magnitude;
}

enum gng_status gng_hist_merge(struct gng_hist *into, const struct gng_hist *from)
{
	const uint32_t end = hist_end(from);

	if (!has_room(into, from->total))
		return GNG_ELIMIT;
	if (!has_layout_of(into, from)) {
		for (uint32_t i = 0; i < end; i++)
			if (from->counts[i])
				add(into, hist_hi_of(from, i), from->counts[i]);
		return GNG_OK;
	}
	for (uint32_t i = 0; i < end; i++)
		into->counts[i] += from->counts[i];
	into->total += from->total;
	into->num_clamped += from->num_clamped;
	widen(into, from->min, from->max);
	return GNG_OK;
}
