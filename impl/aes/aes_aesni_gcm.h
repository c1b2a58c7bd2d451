/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni_gcm.h - GHASH with PCLMULQDQ, and GCTR that runs it between the rounds of AES
 * (SP 800-38D sections 6.3 to 6.5; Intel SDM volume 2, PCLMULQDQ).
 *
 * GCM numbers the bits of a block from x^0 on, so a block read as a big-endian number is its
 * polynomial in reverse, and a product of two comes out one place too low. The stored powers
 * of H carry a factor x that makes up for it. Power n + 1 stands at n.
 */
#ifndef AES_AESNI_GCM_H
#define AES_AESNI_GCM_H

#include "aes_aesni.h"

#define BATCH (LANES * GNG_AES_BLOCK)
#define POWERS (LANES + 1) /* a batch and the lengths share one reduction */

GNG_STATIC_ASSERT(GNG_AES_GHASH_POWERS >= POWERS, "one power for each block of a window");

/*
 * product is a sum of 256-bit products before reduction: lo + (mid - lo - hi) 2^64 + hi 2^128.
 * Three multiplications make one (Karatsuba), because PCLMULQDQ is four micro-operations on
 * Zen and comes every other cycle: with four, GCM-256 is 12 % slower (Zen 5, 16 KiB).
 */
struct product {
	__m128i lo, mid, hi;
};

AESNI_INLINE __m128i swap_halves(__m128i x)
{
	return _mm_shuffle_epi32(x, 0x4e);
}

/* power_sum holds the XOR of the halves of power in its low half. */
AESNI_INLINE void multiply_add(struct product *sum, __m128i a, __m128i power, __m128i power_sum)
{
	const __m128i a_sum = _mm_xor_si128(a, swap_halves(a));

	sum->lo = pxor(sum->lo, pclmul_ll(a, power));
	sum->hi = pxor(sum->hi, pclmul_hh(a, power));
	sum->mid = pxor(sum->mid, pclmul_ll(a_sum, power_sum));
}

AESNI_INLINE void multiply_add_power(struct product *sum, __m128i a,
				     const struct gng_aes_gcm_key *key, size_t n)
{
	multiply_add(sum, a, load(key->ghash[n]),
		     _mm_loadl_epi64((const __m128i *)key->ghash_sum[n]));
}

AESNI_INLINE struct product no_product(void)
{
	const __m128i zero = _mm_setzero_si128();

	return (struct product){zero, zero, zero};
}

/* reduce folds the low 128 bits, 64 at a time, into the high: in reverse, x^128 + x^7 + x^2 +
 * x + 1 less its x^128 is 0xc2 << 56 one place up, and its x^0 is the swap. */
AESNI_INLINE __m128i reduce(struct product sum)
{
	const __m128i poly = _mm_set_epi64x(0, (long long)0xc200000000000000);

	sum.mid = _mm_xor_si128(sum.mid, _mm_xor_si128(sum.lo, sum.hi));
	sum.mid = _mm_xor_si128(sum.mid, swap_halves(sum.lo));
	sum.mid = _mm_xor_si128(sum.mid, pclmul_ll(sum.lo, poly));
	sum.hi = _mm_xor_si128(sum.hi, swap_halves(sum.mid));
	return _mm_xor_si128(sum.hi, pclmul_ll(sum.mid, poly));
}

AESNI_INLINE __m128i multiply(__m128i a, __m128i power)
{
	struct product sum = no_product();

	multiply_add(&sum, a, power, _mm_xor_si128(power, swap_halves(power)));
	return reduce(sum);
}

/* ---- GHASH ---- */

/* hash is GHASH in progress: y enters with the next block. A window is blocks that share one
 * reduction; power is that of the next one. */
struct hash {
	const struct gng_aes_gcm_key *key;
	size_t power;
	__m128i y;
	struct product sum;
};

/* open_window begins a run of exactly num_blocks, 1 to POWERS. */
AESNI_INLINE void open_window(struct hash *h, size_t num_blocks)
{
	h->power = num_blocks;
	h->sum = no_product();
}

AESNI_INLINE void hash_block(struct hash *h, __m128i text)
{
	h->power--;
	multiply_add_power(&h->sum, _mm_xor_si128(reverse(text), h->y), h->key, h->power);
	h->y = _mm_setzero_si128();
}

AESNI_INLINE void close_window(struct hash *h)
{
	h->y = reduce(h->sum);
}

/* hash_blocks folds in num blocks, 1 to POWERS. */
AESNI_INLINE void hash_blocks(struct hash *h, const uint8_t *in, size_t num)
{
	open_window(h, num);
	for (size_t i = 0; i < num; i++)
		hash_block(h, load(in + 16 * i));
	close_window(h);
}

/* ---- GCTR ---- */

/* text is what is left to crypt, and its next counter as a number. */
struct text {
	const struct gng_aes_key *key;
	uint8_t *out;
	const uint8_t *in;
	__m128i n;
};

/*
 * count fills s with the counter blocks from n on and adds the first round key. Only the low
 * 32 bits count (inc32). No branch here, unlike CTR: where the nonce has not 12 bytes the
 * counter comes from the hash key, and a carry would show in the time.
 */
AESNI_INLINE void count(__m128i s[LANES], __m128i n, __m128i first)
{
	EACH_LANE (i) {
		s[i] = reverse(_mm_add_epi32(n, _mm_set_epi32(0, 0, 0, i)));
		s[i] = _mm_xor_si128(s[i], first);
	}
}

AESNI_INLINE void move_on(struct text *t, size_t num_blocks)
{
	t->n = _mm_add_epi32(t->n, _mm_cvtsi32_si128((int)num_blocks));
	t->in += num_blocks * GNG_AES_BLOCK;
	t->out += num_blocks * GNG_AES_BLOCK;
}

AESNI_INLINE void finish_lanes(__m128i s[LANES], struct text *t, size_t num)
{
	const __m128i last = load(t->key->enc[t->key->rounds]);

	EACH_LANE (i)
		if ((size_t)i < num)
			store(t->out + 16 * i,
			      aesenclast(s[i], _mm_xor_si128(last, load(t->in + 16 * i))));
	move_on(t, num);
}

AESNI_INLINE void crypt_lanes(struct text *t, size_t num)
{
	__m128i s[LANES];

	count(s, t->n, load(t->key->enc[0]));
	encrypt_rounds(s, t->key, 1);
	finish_lanes(s, t, num);
}

/*
 * crypt_and_hash encrypts a batch of counters while it hashes the batch at text: AESENC and
 * PCLMULQDQ do not wait for each other, so one block is hashed in each of the rounds 1 to 8.
 */
AESNI_INLINE void crypt_and_hash(struct text *t, struct hash *h, const uint8_t *text)
{
	__m128i s[LANES];

	count(s, t->n, load(t->key->enc[0]));
	open_window(h, LANES);
	EACH_LANE (block) {
		const __m128i rk = load(t->key->enc[block + 1]);

		EACH_LANE (i)
			s[i] = aesenc(s[i], rk);
		hash_block(h, load(text + 16 * block));
	}
	close_window(h);
	encrypt_rounds(s, t->key, LANES + 1);
	finish_lanes(s, t, LANES);
}

#endif /* AES_AESNI_GCM_H */
