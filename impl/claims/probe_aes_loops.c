/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_aes_loops.c - what ways of writing an AES loop gain over others: assembly over
 * intrinsics, unrolled over a loop, keys in registers over keys in memory.
 */
#include "claims_probe.h"

#include <immintrin.h>
#include <string.h>

#include <gng_clock.h>

#define LOOPS 64
#define ROUNDS 10
#define BLOCKS 8

struct work {
	__m128i state[BLOCKS], keys[ROUNDS];
	volatile int rounds; /* not known to the compiler */
};

#define ON_ALL(head)                                                                 \
	head "%%xmm0\n\t" head "%%xmm1\n\t" head "%%xmm2\n\t" head "%%xmm3\n\t" head \
	     "%%xmm4\n\t" head "%%xmm5\n\t" head "%%xmm6\n\t" head "%%xmm7\n\t"
#define LOOP(body) "1:\n\t.rept 10\n\t" body ".endr\n\tdec %[loops]\n\tjnz 1b"
#define REGISTERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7"

static void by_register(void *context)
{
	const struct work *work = context;
	const __m128i key = work->keys[0];
	long loops = LOOPS;

	__asm__ volatile(LOOP(ON_ALL("aesenc %[key], "))
			 : [loops] "+r"(loops)
			 : [key] "x"(key)
			 : "cc", REGISTERS);
}

/* by_chain does as many rounds as by_register, each after the one before. */
static void by_chain(void *context)
{
	const struct work *work = context;
	const __m128i key = work->keys[0];
	__m128i x = work->state[0];
	long loops = LOOPS * BLOCKS;

	__asm__ volatile(LOOP("aesenc %[key], %[x]\n\t")
			 : [loops] "+r"(loops), [x] "+x"(x)
			 : [key] "x"(key)
			 : "cc");
}

static void by_memory(void *context)
{
	const struct work *work = context;
	long loops = LOOPS;

	__asm__ volatile(LOOP(ON_ALL("aesenc %[key], "))
			 : [loops] "+r"(loops)
			 : [key] "m"(work->keys[0])
			 : "cc", REGISTERS);
}

/* Eight statements: with a loop over s some compilers keep it in memory. */
static GNG_TARGET("aes") void by_intrinsics(void *context)
{
	struct work *work = context;
	__m128i s[BLOCKS];

	memcpy(s, work->state, sizeof(s));
	for (int loop = 0; loop < LOOPS; loop++)
		for (int round = 0; round < ROUNDS; round++) {
			const __m128i key = work->keys[round];

			s[0] = _mm_aesenc_si128(s[0], key);
			s[1] = _mm_aesenc_si128(s[1], key);
			s[2] = _mm_aesenc_si128(s[2], key);
			s[3] = _mm_aesenc_si128(s[3], key);
			s[4] = _mm_aesenc_si128(s[4], key);
			s[5] = _mm_aesenc_si128(s[5], key);
			s[6] = _mm_aesenc_si128(s[6], key);
			s[7] = _mm_aesenc_si128(s[7], key);
		}
	memcpy(work->state, s, sizeof(s));
}

static GNG_TARGET("aes") void by_loop(void *context)
{
	struct work *work = context;
	__m128i s = work->state[0];

	for (int loop = 0; loop < LOOPS; loop++) {
		const int rounds = work->rounds;

		for (int round = 0; round < rounds; round++)
			s = _mm_aesenc_si128(s, work->keys[round]);
	}
	work->state[0] = s;
}

static GNG_TARGET("aes") void by_unrolled(void *context)
{
	struct work *work = context;
	__m128i s = work->state[0];

	for (int loop = 0; loop < LOOPS; loop++) {
		const __m128i *k = work->keys;

		s = _mm_aesenc_si128(s, k[0]);
		s = _mm_aesenc_si128(s, k[1]);
		s = _mm_aesenc_si128(s, k[2]);
		s = _mm_aesenc_si128(s, k[3]);
		s = _mm_aesenc_si128(s, k[4]);
		s = _mm_aesenc_si128(s, k[5]);
		s = _mm_aesenc_si128(s, k[6]);
		s = _mm_aesenc_si128(s, k[7]);
		s = _mm_aesenc_si128(s, k[8]);
		s = _mm_aesenc_si128(s, k[9]);
	}
	work->state[0] = s;
}

/* A pair does the same number of rounds; the gain is what the slower costs over the faster. */
static const struct {
	const char *with;
	claims_work faster, slower;
} pairs[] = {
	{"assembly over intrinsics", by_register, by_intrinsics},
	{"unrolled over loop", by_unrolled, by_loop},
	{"registers over memory", by_register, by_memory},
	{"wide over chain", by_register,
	 by_chain}, /* the latency over the throughput: far above 1 */
};

static void gain(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	struct work work = {.rounds = ROUNDS};
	double samples[CLAIMS_NUM_SAMPLES];
	size_t i = 0;

	while (i < sizeof(pairs) / sizeof(pairs[0]) && strcmp(pairs[i].with, claim->with) != 0)
		i++;
	if (i == sizeof(pairs) / sizeof(pairs[0])) {
		claims_find(finding, CLAIMS_DOUBT, "no such pair: '%.40s'", claim->with);
		return;
	}
	if (!(gng_cpu_detect() & GNG_CPU_AESNI)) {
		claims_find(finding, CLAIMS_ABSENT, "this CPU has no AES instructions");
		return;
	}
	for (int s = 0; s < CLAIMS_NUM_SAMPLES; s++)
		samples[s] = claims_core_cycles(pairs[i].slower, &work) /
			     claims_core_cycles(pairs[i].faster, &work);
	claims_figure_of(finding, samples, "cycles of the second over those of the first");
}

const struct claims_probe claims_probes_aes_loops[] = {{"aes_gain", true, gain}, {0}};
