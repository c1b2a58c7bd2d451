/* SPDX-License-Identifier: Apache-2.0 */
/* aes_aesni.c - ECB, CBC and CTR with AES-NI (SP 800-38A; Intel SDM volume 2, AESENC). */
#if defined(__x86_64__) && __STDC_HOSTED__

#include "aes_aesni.h"

#define BATCH (LANES * GNG_AES_BLOCK)

AESNI_INLINE void decrypt_rounds(__m128i s[LANES], const struct gng_aes_key *key)
{
	for (uint32_t r = 1; r < key->rounds; r++) {
		const __m128i rk = load(key->dec[r]);

		EACH_LANE (i)
			s[i] = aesdec(s[i], rk);
	}
}

/*
 * The functions named _lanes do num blocks, 1 to LANES. All lanes always run: eight blocks
 * take no longer than the latency of one. Where num is the constant LANES, its tests vanish.
 */
AESNI_INLINE void ecb_encrypt_lanes(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t num)
{
	const __m128i first = load(key->enc[0]), last = load(key->enc[key->rounds]);
	__m128i s[LANES];

	EACH_LANE (i)
		s[i] = (size_t)i < num ? _mm_xor_si128(load(in + 16 * i), first) : first;
	encrypt_rounds(s, key, 1);
	EACH_LANE (i)
		if ((size_t)i < num)
			store(out + 16 * i, aesenclast(s[i], last));
}

static AESNI void ecb_encrypt_aesni(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t num_blocks)
{
	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH, out += BATCH)
		ecb_encrypt_lanes(key, out, in, LANES);
	if (num_blocks > 0)
		ecb_encrypt_lanes(key, out, in, num_blocks);
	leave();
}

AESNI_INLINE void ecb_decrypt_lanes(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t num)
{
	const __m128i first = load(key->dec[0]), last = load(key->dec[key->rounds]);
	__m128i s[LANES];

	EACH_LANE (i)
		s[i] = (size_t)i < num ? _mm_xor_si128(load(in + 16 * i), first) : first;
	decrypt_rounds(s, key);
	EACH_LANE (i)
		if ((size_t)i < num)
			store(out + 16 * i, aesdeclast(s[i], last));
}

static AESNI void ecb_decrypt_aesni(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t num_blocks)
{
	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH, out += BATCH)
		ecb_decrypt_lanes(key, out, in, LANES);
	if (num_blocks > 0)
		ecb_decrypt_lanes(key, out, in, num_blocks);
	leave();
}

/*
 * Each block waits for the one before, so latency is all. The ciphertext of a block is
 * E(...) ^ last, and the next state starts as that ^ first ^ text: giving AESENCLAST the key
 * last ^ first ^ text yields the next state at once and takes one XOR off the chain.
 */
AESNI void aes_aesni_cbc_encrypt(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				 const uint8_t *in, size_t num_blocks)
{
	const __m128i first = load(key->enc[0]), last = load(key->enc[key->rounds]);
	const uint32_t rounds = key->rounds;
	__m128i s, start, chain = load(iv);

	if (num_blocks == 0)
		return;
	start = _mm_xor_si128(load(in), first);
	s = _mm_xor_si128(chain, start);
	for (; num_blocks > 0; num_blocks--, in += 16, out += 16) {
		for (uint32_t r = 1; r < rounds; r++)
			s = aesenc(s, load(key->enc[r]));
		chain = aesenclast(s, last);
		if (num_blocks > 1) {
			start = _mm_xor_si128(load(in + 16), first);
			s = aesenclast(s, _mm_xor_si128(start, last));
		}
		store(out, chain);
	}
	store(iv, chain);
	leave();
}

/* One chain is latency, so LANES of them run side by side. All load a block before one stores it:
 * a stream may repeat another. */
static AESNI void cbc_encrypt_streams_aesni(const struct gng_aes_key *key,
					    struct aes_cbc_streams *streams, size_t num_blocks)
{
	const __m128i first = load(key->enc[0]), last = load(key->enc[key->rounds]);
	__m128i s[LANES];

	EACH_LANE (i)
		s[i] = load(streams->iv[i]);
	for (; num_blocks > 0; num_blocks--) {
		EACH_LANE (i) {
			s[i] = _mm_xor_si128(s[i], _mm_xor_si128(load(streams->in[i]), first));
			streams->in[i] += GNG_AES_BLOCK;
		}
		encrypt_rounds(s, key, 1);
		EACH_LANE (i) {
			s[i] = aesenclast(s[i], last);
			store(streams->out[i], s[i]);
			streams->out[i] += GNG_AES_BLOCK;
		}
	}
	EACH_LANE (i)
		store(streams->iv[i], s[i]);
	leave();
}

/* From the last lane down, because out may be in: a block needs the ciphertext before it. */
AESNI_INLINE void cbc_decrypt_lanes(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				    const uint8_t *in, size_t num)
{
	const __m128i first = load(key->dec[0]), last = load(key->dec[key->rounds]);
	const __m128i next_iv = load(in + 16 * (num - 1));
	__m128i s[LANES];

	EACH_LANE (i)
		s[i] = (size_t)i < num ? _mm_xor_si128(load(in + 16 * i), first) : first;
	decrypt_rounds(s, key);
	EACH_LANE (i) {
		const int j = LANES - 1 - i;

		if ((size_t)j < num) {
			const __m128i before = load(j > 0 ? in + 16 * (j - 1) : iv);

			store(out + 16 * j, aesdeclast(s[j], _mm_xor_si128(before, last)));
		}
	}
	store(iv, next_iv);
}

static AESNI void cbc_decrypt_aesni(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				    const uint8_t *in, size_t num_blocks)
{
	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH, out += BATCH)
		cbc_decrypt_lanes(key, iv, out, in, LANES);
	if (num_blocks > 0)
		cbc_decrypt_lanes(key, iv, out, in, num_blocks);
	leave();
}

/* counter is a counter block as two numbers: SSE cannot carry from one half to the other. */
struct counter {
	uint64_t high, low;
};

AESNI_INLINE __m128i block_of(struct counter n)
{
	return reverse(_mm_set_epi64x((long long)n.high, (long long)n.low));
}

/* advance is the standard incrementing function of SP 800-38A appendix B.1, m = 128. */
AESNI_INLINE struct counter advance(struct counter n, uint64_t num)
{
	const uint64_t low = n.low + num;

	return (struct counter){n.high + (low < num), low};
}

/*
 * count fills s with the counter blocks from n on and adds the first round key. In 31 of 32
 * batches only the last byte differs, and adding there saves a byte swap for each block on the
 * ports that AESENC wants: 4 % of CTR-128 (Zen 5). The counter is public, so it may branch.
 */
AESNI_INLINE void count(__m128i s[LANES], struct counter n, __m128i first)
{
	const __m128i block = block_of(n);

	if ((n.low & 0xff) <= 0x100 - LANES) {
		EACH_LANE (i)
			s[i] = _mm_add_epi8(block, _mm_set_epi32(i << 24, 0, 0, 0));
	} else {
		EACH_LANE (i)
			s[i] = block_of(advance(n, (uint64_t)i));
	}
	EACH_LANE (i)
		s[i] = _mm_xor_si128(s[i], first);
}

AESNI_INLINE void ctr_lanes(const struct gng_aes_key *key, struct counter n, uint8_t *out,
			    const uint8_t *in, size_t num)
{
	const __m128i last = load(key->enc[key->rounds]);
	__m128i s[LANES];

	count(s, n, load(key->enc[0]));
	encrypt_rounds(s, key, 1);
	EACH_LANE (i)
		if ((size_t)i < num)
			store(out + 16 * i,
			      aesenclast(s[i], _mm_xor_si128(last, load(in + 16 * i))));
}

static AESNI void ctr_aesni(const struct gng_aes_key *key, uint8_t counter[16], uint8_t *out,
			    const uint8_t *in, size_t num_blocks)
{
	const __m128i number = reverse(load(counter));
	struct counter n = {
		(uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(number, number)),
		(uint64_t)_mm_cvtsi128_si64(number),
	};

	for (; num_blocks >= LANES; num_blocks -= LANES, in += BATCH, out += BATCH) {
		ctr_lanes(key, n, out, in, LANES);
		n = advance(n, LANES);
	}
	if (num_blocks > 0) {
		ctr_lanes(key, n, out, in, num_blocks);
		n = advance(n, num_blocks);
	}
	store(counter, block_of(n));
	leave();
}

const struct gng_aes_variant aes_variant_aesni = {
	.name = "aesni",
	.needs = GNG_CPU_AESNI | GNG_CPU_PCLMUL | GNG_CPU_SSSE3,
	.expand = aes_aesni_expand,
	.invert = aes_aesni_invert,
	.ecb_encrypt = ecb_encrypt_aesni,
	.ecb_decrypt = ecb_decrypt_aesni,
	.cbc_encrypt = aes_aesni_cbc_encrypt,
	.cbc_decrypt = cbc_decrypt_aesni,
	.ctr = ctr_aesni,
	.ghash_init = aes_aesni_ghash_init,
	.ghash = aes_aesni_ghash,
	.gcm_encrypt = aes_aesni_gcm_encrypt,
	.gcm_decrypt = aes_aesni_gcm_decrypt,
	.gcm_seal = aes_aesni_gcm_seal,
	.gcm_open = aes_aesni_gcm_open,
	.num_streams = LANES,
	.cbc_encrypt_streams = cbc_encrypt_streams_aesni,
};

#else
typedef int aes_aesni_absent;
#endif
