/* SPDX-License-Identifier: Apache-2.0 */
/* core.c - how many TSC cycles one core cycle takes, without a performance counter. */
#include "gng_clock.h"

#if defined(__x86_64__) || defined(__i386__)

#define CHAIN 64 /* multiplications per loop: the loop's own two instructions hide beside them */
#define NUM_LOOPS 50
#define IMUL_CYCLES 3 /* latency of a 32-bit IMUL on Intel since Nehalem and on AMD Zen */
#define NUM_TRIES 16

/*
 * chain runs CHAIN * NUM_LOOPS multiplications, each of which needs the one before. Not
 * additions: dependent `add $1` and `inc` are folded at register renaming by recent cores
 * (0.12 TSC cycles each were measured, an apparent 22 GHz).
 */
static void chain(void)
{
	uint32_t product = 3;
	long loops = NUM_LOOPS;

	__asm__ volatile("1:\n\t"
			 ".rept %c[n]\n\t"
			 "imul %[x], %[x]\n\t"
			 ".endr\n\t"
			 "dec %[loops]\n\t"
			 "jnz 1b"
			 : [x] "+r"(product), [loops] "+r"(loops)
			 : [n] "i"(CHAIN)
			 : "cc");
}

double gng_clock_core_ratio(void)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < NUM_TRIES; i++) {
		const uint64_t first = gng_clock_start();
		uint64_t cycles;

		chain();
		cycles = gng_clock_stop() - first;
		if (cycles < best)
			best = cycles;
	}
	return (double)best / (CHAIN * NUM_LOOPS * IMUL_CYCLES);
}

#else

double gng_clock_core_ratio(void)
{
	return 0;
}

#endif
