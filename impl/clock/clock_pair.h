/* SPDX-License-Identifier: Apache-2.0 */
/* clock_pair.h - the pure half of calibration: two readings of both clocks become a rate. */
#ifndef CLOCK_PAIR_H
#define CLOCK_PAIR_H

#include "gng_clock.h"

/* clock_pair is one reading: the clock said raw_ns between the cycles first and last. */
struct clock_pair {
	uint64_t first, last;
	uint64_t raw_ns;
};

/*
 * clock_rate_from_pairs fills hz, error_ppm, milli_hz, elapsed_ns and width_cycles. False if
 * a clock did not advance between the readings, or the rate is not between 1 Hz and 2^34 Hz.
 */
bool clock_rate_from_pairs(struct gng_clock_rate *rate, const struct clock_pair pairs[2]);

/* clock_offset_from_round sets cycles, bound_cycles and in_sync: the reply was stamped
 * between sent and received. */
void clock_offset_from_round(struct gng_clock_offset *offset, uint64_t sent, uint64_t replied,
			     uint64_t received);

#endif /* CLOCK_PAIR_H */
