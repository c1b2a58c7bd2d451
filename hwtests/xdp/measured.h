/* SPDX-License-Identifier: Apache-2.0 */
/* measured.h - figures of the hardware tests of xdp: the medians of five blocks of rounds. */
#ifndef HWTESTS_XDP_MEASURED_H
#define HWTESTS_XDP_MEASURED_H

#include "../../conformance/xdp/world.h"
#include "../suite.h"

#include <stdlib.h>

static inline int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* median_of is that of at most GNG_XDP_MAX_ROUNDS values. */
static inline double median_of(const double *values, size_t num)
{
	double sorted[GNG_XDP_MAX_ROUNDS];

	memcpy(sorted, values, num * sizeof(*sorted));
	qsort(sorted, num, sizeof(*sorted), ascending);
	return sorted[num / 2];
}

/* report_rounds reports num values, in the order of time, as five blocks. */
static inline void report_rounds(const char *name, const char *unit, const double *values,
				 size_t num)
{
	const size_t of_block = num / GNG_PROBE_NUM_BLOCKS;
	struct gng_measure measure = {
		.value = median_of(values, num), .n = num, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++)
		sorted[i] = measure.blocks[i] = median_of(values + i * of_block, of_block);
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(*sorted), ascending);
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	snprintf(measure.unit, sizeof(measure.unit), "%s", unit);
	gng_probe_measure(&measure);
}

#endif /* HWTESTS_XDP_MEASURED_H */
