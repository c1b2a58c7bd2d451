/* SPDX-License-Identifier: Apache-2.0 */
/* bench_random.h - SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): equal seeds give equal runs. */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t bench_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* bench_random_below returns a number in [0, num). The bias is under num / 2^32. */
static inline size_t bench_random_below(uint64_t *state, size_t num)
{
	return (size_t)((bench_random(state) >> 32) * num >> 32);
}

#endif /* BENCH_RANDOM_H */
