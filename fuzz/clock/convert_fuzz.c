/* SPDX-License-Identifier: Apache-2.0 */
/*
 * convert_fuzz.c - conversions between cycles and ns for any rate, proved by multiplying
 * back in 128 bits, and rates of any pair of readings, which stay finite.
 */
/* bundle: 3 */
#include "../suite.h"

#include <clock_pair.h>
#include <math.h>

#define PICO UINT64_C(1000000000000)
#define MAX_MILLI_HZ UINT64_C(17179869184000) /* 2^34 Hz */

static void check_scaled(uint64_t q, uint64_t x, uint64_t mul, uint64_t div)
{
	const unsigned __int128 product = (unsigned __int128)x * mul;

	if (q == UINT64_MAX)
		fuzz_check(product >= (unsigned __int128)q * div, "saturated", "convert");
	else
		fuzz_check((unsigned __int128)q * div <= product &&
				   product < ((unsigned __int128)q + 1) * div,
			   "quotient", "convert");
}

static void check_rate(const uint64_t words[6])
{
	const struct clock_pair pairs[2] = {{words[0], words[1], words[2]},
					    {words[3], words[4], words[5]}};
	struct gng_clock_rate rate = {0};

	if (!clock_rate_from_pairs(&rate, pairs))
		return;
	fuzz_check(isfinite(rate.hz) && rate.hz > 0, "rate", "pairs");
	fuzz_check(isfinite(rate.error_ppm) && rate.error_ppm > 0, "bound", "pairs");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_clock_rate rate = {0};
	uint64_t words[6] = {0};

	if (size) /* what is missing is 0: else nearly every input is of a wrong length */
		memcpy(words, data, size < sizeof(words) ? size : sizeof(words));
	check_rate(words);
	rate.milli_hz = 1 + words[0] % MAX_MILLI_HZ;
	for (int i = 1; i < 6; i++) {
		check_scaled(gng_clock_cycles_to_ns(&rate, words[i]), words[i], PICO,
			     rate.milli_hz);
		check_scaled(gng_clock_ns_to_cycles(&rate, words[i]), words[i], rate.milli_hz,
			     PICO);
	}
	return 0;
}
