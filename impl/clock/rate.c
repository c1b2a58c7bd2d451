/* SPDX-License-Identifier: Apache-2.0 */
/* rate.c - arithmetic of rates and offsets. Pure. */
#include "clock_pair.h"

#define PICO UINT64_C(1000000000000) /* ns per second times milli */
#define MAX_HZ 17179869184.0	     /* 2^34: no TSC counts faster */

bool clock_rate_from_pairs(struct gng_clock_rate *rate, const struct clock_pair pairs[2])
{
	uint64_t middle[2], cycles, elapsed_ns;
	double slack_cycles = 2; /* the halves are rounded down */

	for (int i = 0; i < 2; i++) {
		const uint64_t width = pairs[i].last - pairs[i].first;

		middle[i] = pairs[i].first + width / 2;
		slack_cycles += (double)width / 2;
		rate->width_cycles[i] = width < UINT32_MAX ? (uint32_t)width : UINT32_MAX;
	}
	if (middle[1] <= middle[0] || pairs[1].raw_ns <= pairs[0].raw_ns)
		return false;
	cycles = middle[1] - middle[0];
	elapsed_ns = pairs[1].raw_ns - pairs[0].raw_ns;
	rate->elapsed_ns = elapsed_ns;
	rate->hz = (double)cycles * 1e9 / (double)elapsed_ns;
	if (rate->hz < 1 || rate->hz > MAX_HZ)
		return false;
	rate->milli_hz = (uint64_t)(rate->hz * 1000 + 0.5);
	/* the clock is read in whole nanoseconds, rounded down, so their difference is within 1 */
	rate->error_ppm = slack_cycles / (double)cycles * 1e6 + 1e6 / (double)elapsed_ns;
	return true;
}

/* scaled returns x * mul / div, rounded down, at most 2^64 - 1. The products stay under
 * 2^108: a TSC counts at less than 2^34 Hz, so mul and div are under 2^44. */
static uint64_t scaled(uint64_t x, uint64_t mul, uint64_t div)
{
	const unsigned __int128 result = (unsigned __int128)x * mul / div;

	return result > UINT64_MAX ? UINT64_MAX : (uint64_t)result;
}

uint64_t gng_clock_cycles_to_ns(const struct gng_clock_rate *rate, uint64_t cycles)
{
	return scaled(cycles, PICO, rate->milli_hz);
}

uint64_t gng_clock_ns_to_cycles(const struct gng_clock_rate *rate, uint64_t ns)
{
	return scaled(ns, rate->milli_hz, PICO);
}

void clock_offset_from_round(struct gng_clock_offset *offset, uint64_t sent, uint64_t replied,
			     uint64_t received)
{
	const uint64_t round_trip = received - sent;

	offset->cycles = (int64_t)(replied - (sent + round_trip / 2));
	offset->bound_cycles = round_trip / 2 + 1;
	offset->in_sync = (uint64_t)(offset->cycles < 0 ? -offset->cycles : offset->cycles) <=
			  offset->bound_cycles;
}
