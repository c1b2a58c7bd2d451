/* SPDX-License-Identifier: Apache-2.0 */
/* aes_aesni_gcm.c - the hash key's powers, GHASH, and GCM by whole blocks for streams. */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_aesni_gcm.h"

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
 * dependent products is four long and not eight. */
AESNI void aes_aesni_ghash_init(struct gng_aes_gcm_key *key)
{
	__m128i power[POWERS];
	uint8_t h[GNG_AES_BLOCK] = {0};

	gng_wipe(key->ghash, sizeof(key->ghash));
	gng_wipe(key->ghash_sum, sizeof(key->ghash_sum));
	key->aes.variant->ecb_encrypt(&key->aes, h, h, 1);
	power[0] = times_x(reverse(load(h)));
	for (int n = 1; n < POWERS; n++)
		power[n] = multiply(power[n / 2], power[(n - 1) / 2]);
	for (int n = 0; n < POWERS; n++) {
		const __m128i sum = _mm_xor_si128(power[n], swap_halves(power[n]));

		store(key->ghash[n], power[n]);
		_mm_storel_epi64((__m128i *)key->ghash_sum[n], sum);
	}
	gng_wipe(h, sizeof(h));
	gng_wipe(power, sizeof(power));
	leave();
}

AESNI void aes_aesni_ghash(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			   size_t num_blocks)
{
	struct hash h = {.key = key, .y = reverse(load(hash))};

	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH)
		hash_blocks(&h, in, LANES);
	if (num_blocks > 0)
		hash_blocks(&h, in, num_blocks);
	store(hash, reverse(h.y));
	leave();
}

/* Encryption hashes the batch before, decryption the same batch: its text is there. */
AESNI void aes_aesni_gcm_encrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	struct text t = {&key->aes, out, in, reverse(load(counter))};
	struct hash h = {.key = key, .y = reverse(load(hash))};
	const size_t num_batches = num_blocks / LANES, rest = num_blocks % LANES;

	if (num_batches > 0)
		crypt_lanes(&t, LANES);
	for (size_t i = 1; i < num_batches; i++)
		crypt_and_hash(&t, &h, t.out - BATCH);
	if (num_batches > 0)
		hash_blocks(&h, t.out - BATCH, LANES);
	if (rest > 0) {
		crypt_lanes(&t, rest);
		hash_blocks(&h, t.out - 16 * rest, rest);
	}
	store(counter, reverse(t.n));
	store(hash, reverse(h.y));
	leave();
}

AESNI void aes_aesni_gcm_decrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	struct text t = {&key->aes, out, in, reverse(load(counter))};
	struct hash h = {.key = key, .y = reverse(load(hash))};

	for (; num_blocks >= LANES; num_blocks -= LANES)
		crypt_and_hash(&t, &h, t.in);
	if (num_blocks > 0) {
		hash_blocks(&h, t.in, num_blocks);
		crypt_lanes(&t, num_blocks);
	}
	store(counter, reverse(t.n));
	store(hash, reverse(h.y));
	leave();
}

#else
typedef int aes_aesni_gcm_absent;
#endif
