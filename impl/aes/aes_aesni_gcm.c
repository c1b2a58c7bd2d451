/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni_gcm.c - GHASH with PCLMULQDQ, and GCM that runs it between the rounds of AES
 * (SP 800-38D sections 6.3 to 6.5; Intel SDM volume 2, PCLMULQDQ).
 *
 * GCM numbers the bits of a block from x^0 on, so a block read as a big-endian number is its
 * polynomial in reverse, and a product of two comes out one place too low. The stored powers
 * of H carry a factor x that makes up for it.
 */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_aesni.h"

#define BATCH (LANES * GNG_AES_BLOCK)

GNG_STATIC_ASSERT(GNG_AES_GHASH_POWERS >= LANES, "one power for each block of a batch");

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

/* times_x is x times h, which in reverse is a shift to the left: the bit that falls out comes
 * back as the polynomial, without a branch on it. */
AESNI_INLINE __m128i times_x(__m128i h)
{
	const __m128i poly = _mm_set_epi64x((long long)0xc200000000000000, 1);
	const __m128i out = _mm_shuffle_epi32(_mm_srai_epi32(h, 31), 0xff);
	const __m128i carry = _mm_slli_si128(_mm_srli_epi64(h, 63), 8);
	const __m128i shifted = _mm_or_si128(_mm_slli_epi64(h, 1), carry);

	return _mm_xor_si128(shifted, _mm_and_si128(out, poly));
}

/* Power n + 1 stands at n. Each is made of the two halves of its exponent, so the chain of
 * dependent products is three long and not seven. */
AESNI void aes_aesni_ghash_init(struct gng_aes_gcm_key *key)
{
	__m128i power[LANES];
	uint8_t h[GNG_AES_BLOCK] = {0};

	gng_wipe(key->ghash, sizeof(key->ghash));
	gng_wipe(key->ghash_sum, sizeof(key->ghash_sum));
	key->aes.variant->ecb_encrypt(&key->aes, h, h, 1);
	power[0] = times_x(reverse(load(h)));
	for (int n = 1; n < LANES; n++)
		power[n] = multiply(power[n / 2], power[(n - 1) / 2]);
	for (int n = 0; n < LANES; n++) {
		const __m128i sum = _mm_xor_si128(power[n], swap_halves(power[n]));

		store(key->ghash[n], power[n]);
		_mm_storel_epi64((__m128i *)key->ghash_sum[n], sum);
	}
	gng_wipe(h, sizeof(h));
	gng_wipe(power, sizeof(power));
	leave();
}

/* hash_blocks folds in num blocks, at most LANES: the first times H^num and so on, one
 * reduction for all. */
AESNI_INLINE __m128i hash_blocks(const struct gng_aes_gcm_key *key, __m128i hash, const uint8_t *in,
				 size_t num)
{
	struct product sum = no_product();

	for (size_t i = 0; i < num; i++) {
		const __m128i block = _mm_xor_si128(reverse(load(in + 16 * i)), hash);

		multiply_add_power(&sum, block, key, num - 1 - i);
		hash = _mm_setzero_si128();
	}
	return reduce(sum);
}

AESNI void aes_aesni_ghash(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			   size_t num_blocks)
{
	__m128i y = reverse(load(hash));

	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH)
		y = hash_blocks(key, y, in, LANES);
	if (num_blocks > 0)
		y = hash_blocks(key, y, in, num_blocks);
	store(hash, reverse(y));
	leave();
}

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

AESNI_INLINE __m128i advance(__m128i n, size_t num)
{
	return _mm_add_epi32(n, _mm_cvtsi32_si128((int)num));
}

AESNI_INLINE void finish_lanes(__m128i s[LANES], const struct gng_aes_key *key, uint8_t *out,
			       const uint8_t *in, size_t num)
{
	const __m128i last = load(key->enc[key->rounds]);

	EACH_LANE (i)
		if ((size_t)i < num)
			store(out + 16 * i,
			      aesenclast(s[i], _mm_xor_si128(last, load(in + 16 * i))));
}

AESNI_INLINE void crypt_lanes(const struct gng_aes_key *key, __m128i n, uint8_t *out,
			      const uint8_t *in, size_t num)
{
	__m128i s[LANES];

	count(s, n, load(key->enc[0]));
	encrypt_rounds(s, key, 1);
	finish_lanes(s, key, out, in, num);
}

/*
 * crypt_and_hash encrypts a batch of counters while it hashes the batch at text: AESENC and
 * PCLMULQDQ do not wait for each other, so one block is hashed in each of the rounds 1 to 8.
 */
AESNI_INLINE __m128i crypt_and_hash(const struct gng_aes_gcm_key *key, __m128i n, __m128i hash,
				    const uint8_t *text, uint8_t *out, const uint8_t *in)
{
	struct product sum = no_product();
	__m128i s[LANES];

	count(s, n, load(key->aes.enc[0]));
	EACH_LANE (block) {
		const __m128i rk = load(key->aes.enc[block + 1]);
		__m128i a = reverse(load(text + 16 * block));

		if (block == 0)
			a = _mm_xor_si128(a, hash);
		EACH_LANE (i)
			s[i] = aesenc(s[i], rk);
		multiply_add_power(&sum, a, key, (size_t)(LANES - 1 - block));
	}
	hash = reduce(sum);
	encrypt_rounds(s, &key->aes, LANES + 1);
	finish_lanes(s, &key->aes, out, in, LANES);
	return hash;
}

/* Encryption hashes the batch before, decryption the same batch: its text is there. */
AESNI void aes_aesni_gcm_encrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	__m128i n = reverse(load(counter)), y = reverse(load(hash));
	const size_t num_batches = num_blocks / LANES, rest = num_blocks % LANES;

	if (num_batches > 0) {
		crypt_lanes(&key->aes, n, out, in, LANES);
		n = advance(n, LANES);
		in += BATCH;
		out += BATCH;
	}
	for (size_t i = 1; i < num_batches; i++, in += BATCH, out += BATCH) {
		y = crypt_and_hash(key, n, y, out - BATCH, out, in);
		n = advance(n, LANES);
	}
	if (num_batches > 0)
		y = hash_blocks(key, y, out - BATCH, LANES);
	if (rest > 0) {
		crypt_lanes(&key->aes, n, out, in, rest);
		n = advance(n, rest);
		y = hash_blocks(key, y, out, rest);
	}
	store(counter, reverse(n));
	store(hash, reverse(y));
	leave();
}

AESNI void aes_aesni_gcm_decrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	__m128i n = reverse(load(counter)), y = reverse(load(hash));

	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH, out += BATCH) {
		y = crypt_and_hash(key, n, y, in, out, in);
		n = advance(n, LANES);
	}
	if (num_blocks > 0) {
		y = hash_blocks(key, y, in, num_blocks);
		crypt_lanes(&key->aes, n, out, in, num_blocks);
		n = advance(n, num_blocks);
	}
	store(counter, reverse(n));
	store(hash, reverse(y));
	leave();
}

#else
typedef int aes_aesni_gcm_absent;
#endif
