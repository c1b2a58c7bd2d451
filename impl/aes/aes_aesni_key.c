/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni_key.c - key expansion with AES-NI (FIPS 197 section 5.2, 5.3.5).
 *
 * Not by AESKEYGENASSIST: it takes 12 cycles and the next word waits for it. AESENCLAST takes
 * a quarter: with the same word in all four columns ShiftRows changes nothing, so it is
 * SubWord in every column, and its key operand adds Rcon.
 */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_aesni.h"

/* rot_sub is SubWord(RotWord(w)) in every column, w the last word of x. */
AESNI_INLINE __m128i rot_sub(__m128i x, int rcon)
{
	return aesenclast(pshufb(x, _mm_set1_epi32(0x0c0f0e0d)), _mm_set1_epi32(rcon));
}

/* sub is SubWord(w) in every column, w the last word of x. */
AESNI_INLINE __m128i sub(__m128i x)
{
	return aesenclast(_mm_shuffle_epi32(x, 0xff), _mm_setzero_si128());
}

/* running_xor replaces each word by the XOR of itself and all words before it. */
AESNI_INLINE __m128i running_xor(__m128i x)
{
	x = _mm_xor_si128(x, _mm_slli_si128(x, 4));
	return _mm_xor_si128(x, _mm_slli_si128(x, 8));
}

static const int rcon[10] = {1, 2, 4, 8, 16, 32, 64, 128, 0x1b, 0x36};

static AESNI void expand128(struct gng_aes_key *key, const uint8_t *key_bytes)
{
	__m128i k = load(key_bytes);

	store(key->enc[0], k);
	for (int i = 0; i < 10; i++) {
		k = _mm_xor_si128(running_xor(k), rot_sub(k, rcon[i]));
		store(key->enc[i + 1], k);
	}
	leave();
}

/* Six words a step: a holds four, the low half of b two. */
static AESNI void expand192(struct gng_aes_key *key, const uint8_t *key_bytes)
{
	uint8_t *const words = key->enc[0];
	__m128i a = load(key_bytes), b = _mm_loadl_epi64((const __m128i *)(key_bytes + 16));

	store(words, a);
	_mm_storel_epi64((__m128i *)(words + 16), b);
	for (int i = 0; i < 8; i++) {
		const __m128i last = _mm_shuffle_epi32(b, 0x55);

		a = _mm_xor_si128(running_xor(a), rot_sub(last, rcon[i]));
		b = _mm_xor_si128(b, _mm_slli_si128(b, 4));
		b = _mm_xor_si128(b, _mm_shuffle_epi32(a, 0xff));
		store(words + 24 * (i + 1), a);
		if (i < 7) /* 52 words are enough */
			_mm_storel_epi64((__m128i *)(words + 24 * (i + 1) + 16), b);
	}
	leave();
}

static AESNI void expand256(struct gng_aes_key *key, const uint8_t *key_bytes)
{
	__m128i even = load(key_bytes), odd = load(key_bytes + 16);

	store(key->enc[0], even);
	store(key->enc[1], odd);
	for (int i = 0; i < 7; i++) {
		even = _mm_xor_si128(running_xor(even), rot_sub(odd, rcon[i]));
		store(key->enc[2 * i + 2], even);
		if (i == 6)
			break;
		odd = _mm_xor_si128(running_xor(odd), sub(even));
		store(key->enc[2 * i + 3], odd);
	}
	leave();
}

AESNI void aes_aesni_expand(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len)
{
	if (key_len == 16)
		expand128(key, key_bytes);
	else if (key_len == 24)
		expand192(key, key_bytes);
	else
		expand256(key, key_bytes);
}

AESNI void aes_aesni_invert(struct gng_aes_key *key)
{
	const uint32_t rounds = key->rounds;

	store(key->dec[0], load(key->enc[rounds]));
	for (uint32_t r = 1; r < rounds; r++)
		store(key->dec[r], aesimc(load(key->enc[rounds - r])));
	store(key->dec[rounds], load(key->enc[0]));
	leave();
}

#else
typedef int aes_aesni_key_absent;
#endif
