/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_octave.h - the buckets of a histogram that programs in the kernel can fill: 16 an octave, so
 * that a value is known to 6.25 %, and no instruction that eBPF lacks.
 *
 * It names no header, for a program for the kernel includes it too. Values are mostly nanoseconds;
 * those over 2^41 (36 minutes) are in the last bucket.
 */
#ifndef GNG_OCTAVE_H
#define GNG_OCTAVE_H

#define GNG_OCTAVE_SUB_BITS 4
#define GNG_OCTAVE_NUM_BUCKETS (38u << GNG_OCTAVE_SUB_BITS)

/*
 * gng_octave_bucket is below GNG_OCTAVE_NUM_BUCKETS. Five bits stay of a value, the highest one
 * among them, and 16 for each bit that it was shifted by: the octave comes with them for nothing.
 */
static inline unsigned int gng_octave_bucket(unsigned long long value)
{
	unsigned int bucket = 0;

	for (unsigned int step = 32; step; step >>= 1)
		if (value >> (GNG_OCTAVE_SUB_BITS + step)) {
			value >>= step;
			bucket += step << GNG_OCTAVE_SUB_BITS;
		}
	bucket += (unsigned int)value;
	return bucket < GNG_OCTAVE_NUM_BUCKETS ? bucket : GNG_OCTAVE_NUM_BUCKETS - 1;
}

/* gng_octave_highest is the highest value of a bucket, the last one apart. */
static inline unsigned long long gng_octave_highest(unsigned int bucket)
{
	const unsigned int octave = bucket >> GNG_OCTAVE_SUB_BITS;
	const unsigned int sub = bucket & ((1u << GNG_OCTAVE_SUB_BITS) - 1);

	if (octave == 0)
		return bucket;
	return ((unsigned long long)((1u << GNG_OCTAVE_SUB_BITS) + sub + 1) << (octave - 1)) - 1;
}

#endif /* GNG_OCTAVE_H */
