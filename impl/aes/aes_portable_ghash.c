/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_portable_ghash.c - GHASH by integer multiplication (SP 800-38D sections 6.3 and 6.4).
 *
 * Carry-less products come from ordinary ones "with holes": an operand that keeps one bit in
 * four leaves room for the carries, which are masked away. The technique is described by
 * Thomas Pornin (bearssl.org/constanttime.html, "GHASH"). It is constant-time where the
 * multiplication is: on all 64-bit machines that we know, but not on an ARM Cortex-M3.
 */
#include "aes_portable.h"

/*
 * mul_low returns the low 64 bits of the carry-less product. A group of four bits receives
 * at most 16 terms, and exactly 16 only in the topmost, whose carry leaves the word.
 */
static inline uint64_t mul_low(uint64_t a, uint64_t b)
{
	const uint64_t m0 = 0x1111111111111111, m1 = m0 << 1, m2 = m0 << 2, m3 = m0 << 3;
	const uint64_t a0 = a & m0, a1 = a & m1, a2 = a & m2, a3 = a & m3;
	const uint64_t b0 = b & m0, b1 = b & m1, b2 = b & m2, b3 = b & m3;

	return (((a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1)) & m0) |
	       (((a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2)) & m1) |
	       (((a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3)) & m2) |
	       (((a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0)) & m3);
}

static inline uint64_t reverse_bits(uint64_t x)
{
	x = (x & 0x5555555555555555) << 1 | (x >> 1 & 0x5555555555555555);
	x = (x & 0x3333333333333333) << 2 | (x >> 2 & 0x3333333333333333);
	x = (x & 0x0f0f0f0f0f0f0f0f) << 4 | (x >> 4 & 0x0f0f0f0f0f0f0f0f);
	return __builtin_bswap64(x);
}

/* operand is one factor: halves, their sum (Karatsuba), and the three in reverse, because the
 * high half of a product is the low half of the reversed product, reversed. */
struct operand {
	uint64_t part[3], reversed[3];
};

static inline struct operand operand_of(uint64_t low, uint64_t high)
{
	struct operand operand = {.part = {low, high, low ^ high}};

	operand.reversed[0] = reverse_bits(low);
	operand.reversed[1] = reverse_bits(high);
	operand.reversed[2] = operand.reversed[0] ^ operand.reversed[1];
	return operand;
}

/* multiply replaces hash, low half first, by hash times h in GCM's field. */
static inline void multiply(uint64_t hash[2], const struct operand *h)
{
	const struct operand y = operand_of(hash[0], hash[1]);
	uint64_t lo[3], hi[3], v[4];

	for (int i = 0; i < 3; i++) {
		lo[i] = mul_low(y.part[i], h->part[i]);
		hi[i] = mul_low(y.reversed[i], h->reversed[i]);
	}
	lo[2] ^= lo[0] ^ lo[1];
	hi[2] ^= hi[0] ^ hi[1];
	for (int i = 0; i < 3; i++)
		hi[i] = reverse_bits(hi[i]) >> 1;
	v[0] = lo[0];
	v[1] = hi[0] ^ lo[2];
	v[2] = lo[1] ^ hi[2];
	v[3] = hi[1];
	/* GCM's first bit is x^0, so the 255-bit product stands one place too low */
	v[3] = v[3] << 1 | v[2] >> 63;
	v[2] = v[2] << 1 | v[1] >> 63;
	v[1] = v[1] << 1 | v[0] >> 63;
	v[0] <<= 1;
	for (int i = 0; i < 2; i++) { /* modulo x^128 + x^7 + x^2 + x + 1 */
		v[i + 2] ^= v[i] ^ v[i] >> 1 ^ v[i] >> 2 ^ v[i] >> 7;
		v[i + 1] ^= v[i] << 63 ^ v[i] << 62 ^ v[i] << 57;
	}
	hash[0] = v[2];
	hash[1] = v[3];
}

void aes_portable_ghash_init(struct gng_aes_gcm_key *key)
{
	memset(key->ghash, 0, sizeof(key->ghash));
	memset(key->ghash_sum, 0, sizeof(key->ghash_sum));
	aes_portable_encrypt(&key->aes, key->ghash[0], key->ghash[0], 1);
}

void aes_portable_ghash(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			size_t num_blocks)
{
	struct operand h = operand_of(aes_load_be(key->ghash[0] + 8), aes_load_be(key->ghash[0]));
	uint64_t y[2] = {aes_load_be(hash + 8), aes_load_be(hash)};

	for (; num_blocks > 0; num_blocks--, in += 16) {
		y[0] ^= aes_load_be(in + 8);
		y[1] ^= aes_load_be(in);
		multiply(y, &h);
	}
	aes_store_be(hash + 8, y[0]);
	aes_store_be(hash, y[1]);
	gng_wipe(&h, sizeof(h));
}
