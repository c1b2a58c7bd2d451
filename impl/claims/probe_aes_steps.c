/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_aes_steps.c - what AES instructions compute: each is executed and compared with the
 * steps of FIPS 197 in the order that a record names.
 */
#include "claims_probe.h"
#include "probe_aes_model.h"

#include <immintrin.h>
#include <string.h>

#include <gng_aes.h>

#define NUM_STATES 64

static bool lacks(struct claims_finding *finding, uint32_t caps, const char *what)
{
	if ((gng_cpu_detect() & caps) == caps)
		return false;
	claims_find(finding, CLAIMS_ABSENT, "this CPU has no %s", what);
	return true;
}

/* fill gives the same bytes on each run: a verdict must not depend on luck. */
static void fill(uint8_t *bytes, size_t len, uint64_t *seed)
{
	for (size_t i = 0; i < len; i++) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		*seed ^= *seed << 17;
		bytes[i] = (uint8_t)(*seed >> 32);
	}
}

static void execute_aesenc(uint8_t state[16], const uint8_t key[16])
{
	__m128i x = _mm_loadu_si128((const __m128i *)state);
	const __m128i k = _mm_loadu_si128((const __m128i *)key);

	__asm__("aesenc %[k], %[x]" : [x] "+x"(x) : [k] "x"(k));
	_mm_storeu_si128((__m128i *)state, x);
}

static void execute_aesenclast(uint8_t state[16], const uint8_t key[16])
{
	__m128i x = _mm_loadu_si128((const __m128i *)state);
	const __m128i k = _mm_loadu_si128((const __m128i *)key);

	__asm__("aesenclast %[k], %[x]" : [x] "+x"(x) : [k] "x"(k));
	_mm_storeu_si128((__m128i *)state, x);
}

/* apply does the steps that text names, in their order; false for an unknown word. */
static bool apply(uint8_t state[16], const uint8_t key[16], const char *text)
{
	char words[64], *rest = words, *word;

	snprintf(words, sizeof(words), "%s", text);
	while ((word = strsep(&rest, " "))) {
		if (strcmp(word, "sub") == 0)
			aes_model_sub(state);
		else if (strcmp(word, "shift") == 0)
			aes_model_shift(state);
		else if (strcmp(word, "mix") == 0)
			aes_model_mix(state);
		else if (strcmp(word, "key") == 0)
			aes_model_key(state, key);
		else
			return false;
	}
	return true;
}

/* round_order: with = "aesenc key sub shift mix", the instruction and the order claimed. */
static void round_order(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const bool last = strncmp(claim->with, "aesenclast ", 11) == 0;
	const char *steps = strchr(claim->with, ' ');
	uint64_t seed = 197;
	int agree = 0;

	if (lacks(finding, GNG_CPU_AESNI, "AES instructions"))
		return;
	for (int i = 0; i < NUM_STATES; i++) {
		uint8_t state[16], model[16], key[16];

		fill(state, 16, &seed);
		fill(key, 16, &seed);
		memcpy(model, state, 16);
		(last ? execute_aesenclast : execute_aesenc)(state, key);
		if (!steps || !apply(model, key, steps + 1)) {
			claims_find(finding, CLAIMS_DOUBT, "'%.40s' names unknown steps",
				    claim->with);
			return;
		}
		agree += memcmp(state, model, 16) == 0;
	}
	claims_find_truth(finding, agree == NUM_STATES,
			  "%s executed on %d random states: the order '%s' gives the same in %d",
			  last ? "aesenclast" : "aesenc", NUM_STATES, steps + 1, agree);
}

/* encrypt executes a cipher of n rounds, the last of them aesenclast. */
static void encrypt(uint8_t state[16], uint8_t keys[AES_MODEL_KEYS][16], bool whiten, int n)
{
	if (whiten)
		aes_model_key(state, keys[0]);
	for (int i = 1; i < n; i++)
		execute_aesenc(state, keys[i]);
	execute_aesenclast(state, keys[n]);
}

/* is_aes says whether n rounds give what impl/aes gives, which conformance holds to FIPS 197. */
static bool is_aes(bool whiten, int n, size_t key_len)
{
	uint8_t bytes[32], keys[AES_MODEL_KEYS][16], in[16], out[16];
	struct gng_aes_key key;
	uint64_t seed = 197;
	bool same;

	fill(bytes, sizeof(bytes), &seed);
	fill(in, sizeof(in), &seed);
	aes_model_expand(keys, bytes, key_len);
	if (gng_aes_init(&key, bytes, key_len) != GNG_OK ||
	    gng_aes_ecb_encrypt(&key, out, in, 16) != GNG_OK)
		return false;
	encrypt(in, keys, whiten, n);
	same = memcmp(in, out, 16) == 0;
	gng_aes_fini(&key);
	return same;
}

/* rounds: with = key length in bytes; the number of rounds with which execution gives AES. */
static void rounds(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const size_t key_len = (size_t)atoi(claim->with);

	if (lacks(finding, GNG_CPU_AESNI, "AES instructions"))
		return;
	if (key_len != 16 && key_len != 24 && key_len != 32) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' is no key length", claim->with);
		return;
	}
	for (int n = 1; n < (int)key_len / 4 + 7; n++) {
		if (!is_aes(true, n, key_len))
			continue;
		claims_find_figure(finding, n, n, n,
				   "AES with a key of %zu bytes comes out with %d executed rounds "
				   "and no fewer",
				   key_len, n);
		return;
	}
	claims_find(finding, CLAIMS_DOUBT, "no number of rounds gave AES");
}

/* graph: with = "none 5" or "key 10": an initial AddRoundKey or none, and rounds, AES-128. */
static void graph(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const bool whiten = strncmp(claim->with, "key ", 4) == 0;
	const char *blank = strchr(claim->with, ' ');
	const int n = blank ? atoi(blank) : 0;

	if (lacks(finding, GNG_CPU_AESNI, "AES instructions"))
		return;
	if (n < 1 || n > 14) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' is not 'key N' or 'none N'",
			    claim->with);
		return;
	}
	claims_find_truth(finding, is_aes(whiten, n, 16),
			  "executed as drawn: %s key before the first round, %d aesenc and 1 "
			  "aesenclast; compared with AES-128",
			  whiten ? "a" : "no", n - 1);
}

static __m128i assist(__m128i key, int constant)
{
	__m128i x;

	if (constant == 1)
		__asm__("aeskeygenassist $1, %[k], %[x]" : [x] "=x"(x) : [k] "x"(key));
	else
		__asm__("aeskeygenassist $2, %[k], %[x]" : [x] "=x"(x) : [k] "x"(key));
	return x;
}

/* next_key is the step from one AES-128 round key to the next (Intel's AES-NI white paper). */
static __m128i next_key(__m128i key, __m128i assisted)
{
	assisted = _mm_shuffle_epi32(assisted, 0xff);
	for (int i = 0; i < 3; i++)
		key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
	return _mm_xor_si128(key, assisted);
}

/* key_step: with = "raw 1" or "schedule 1": what comes out against the round key of FIPS 197. */
static void key_step(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const bool raw = strncmp(claim->with, "raw ", 4) == 0;
	const char *blank = strchr(claim->with, ' ');
	const int constant = blank ? atoi(blank) : 0;
	uint8_t bytes[16], keys[AES_MODEL_KEYS][16], got[16];
	uint64_t seed = 197;
	__m128i key, x;

	if (lacks(finding, GNG_CPU_AESNI, "AES instructions"))
		return;
	if (constant != 1 && constant != 2) {
		claims_find(finding, CLAIMS_DOUBT, "'%.40s' has no immediate 1 or 2", claim->with);
		return;
	}
	fill(bytes, 16, &seed);
	aes_model_expand(keys, bytes, 16);
	key = _mm_loadu_si128((const __m128i *)bytes);
	x = assist(key, constant);
	_mm_storeu_si128((__m128i *)got, raw ? x : next_key(key, x));
	claims_find_truth(finding, memcmp(got, keys[1], 16) == 0,
			  "aeskeygenassist %d%s gives %02x%02x%02x%02x..., the first round key is "
			  "%02x%02x%02x%02x...",
			  constant, raw ? "" : " with shuffle, shifts and XOR", got[0], got[1],
			  got[2], got[3], keys[1][0], keys[1][1], keys[1][2], keys[1][3]);
}

/* flags_after sets the five flags of AH, executes, and returns them with OF in bit 8. */
static unsigned int flags_after_aesenc(unsigned int flags)
{
	__m128i x = _mm_setzero_si128();
	unsigned int rax = flags << 8;

	__asm__ volatile("sahf\n\taesenc %[x], %[x]\n\tlahf" : [x] "+x"(x), "+a"(rax) : : "cc");
	return rax >> 8 & 0xff;
}

static unsigned int flags_after_add(unsigned int flags)
{
	unsigned int rax = flags << 8, x = 0;

	__asm__ volatile("sahf\n\tadd %[x], %[x]\n\tlahf" : [x] "+r"(x), "+a"(rax) : : "cc");
	return rax >> 8 & 0xff;
}

/* flags: with = "aesenc" or "add"; whether it changes a flag, whatever they were before. */
static void flags(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const bool adds = strcmp(claim->with, "add") == 0;
	unsigned int changed = 0;

	if (lacks(finding, GNG_CPU_AESNI, "AES instructions"))
		return;
	for (unsigned int before = 0; before < 256; before++) {
		const unsigned int set = (before & 0xd5) | 2; /* the bits that SAHF loads */

		changed |= set ^ (adds ? flags_after_add : flags_after_aesenc)(set);
	}
	claims_find_truth(finding, changed != 0,
			  "%s with each pattern of SF, ZF, AF, PF and CF: bits that changed: %02x",
			  adds ? "add" : "aesenc", changed);
}

static GNG_TARGET("avx2") void execute_vaesenc(uint8_t out[16], const uint8_t a[16],
					       const uint8_t b[16])
{
	const __m256i x = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)a));
	const __m256i y = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)b));
	__m256i z;

	__asm__("vaesenc %[x], %[y], %[z]" : [z] "=x"(z) : [x] "x"(x), [y] "x"(y));
	_mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(z));
	_mm256_zeroupper();
}

/* vaesenc_operands: with = "first" or "second": which operand, in the order of the Go and AT&T
 * assemblers, is the state. */
static void vaesenc_operands(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	const bool first = strcmp(claim->with, "first") == 0;
	uint8_t a[16], b[16], out[16], model[16];
	uint64_t seed = 197;

	if (lacks(finding, GNG_CPU_VAES | GNG_CPU_AVX2, "VAES"))
		return;
	fill(a, 16, &seed);
	fill(b, 16, &seed);
	memcpy(model, first ? a : b, 16);
	aes_model_round(model, first ? b : a);
	execute_vaesenc(out, a, b);
	claims_find_truth(finding, memcmp(out, model, 16) == 0,
			  "vaesenc A, B, C executed on ymm: C is%s the round with %s as the state",
			  memcmp(out, model, 16) == 0 ? "" : " not", first ? "A" : "B");
}

const struct claims_probe claims_probes_aes_steps[] = {
	{"aes_round_order", false, round_order},
	{"aes_rounds", true, rounds},
	{"aes_graph", false, graph},
	{"aes_key_step", false, key_step},
	{"aes_flags", false, flags},
	{"aes_vaesenc_operands", false, vaesenc_operands},
	{0},
};
