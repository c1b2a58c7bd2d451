/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes256.h - vectors of two blocks: AVX2, VAES and VPCLMULQDQ, one idea per function
 * (Intel SDM volume 2). aes_vaes512.h has the same names for vectors of four, and comments.
 */
#ifndef AES_VAES256_H
#define AES_VAES256_H

#include <immintrin.h>

#include "aes_private.h"

#define VAES GNG_TARGET("avx2,vaes,vpclmulqdq,aes,pclmul")
#define VAES_INLINE static inline __attribute__((always_inline)) VAES

#define VEC_BLOCKS 2
#define VEC_LEN 32
#define CTR_VECS 8
#define LANE_ROWS 4 /* with eight, two pairs of AES states live on the stack */

typedef __m256i vec;

VAES_INLINE vec load(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

VAES_INLINE void store(uint8_t *p, vec x)
{
	_mm256_storeu_si256((__m256i *)p, x);
}

/*
 * AVX2 has no masks for bytes. load_below_8 and load_below_16 put a part together from reads
 * that overlap inside it: never a byte behind it, and no detour through memory, where a wide
 * read of narrow writes waits for them.
 */
VAES_INLINE uint64_t load_below_8(const uint8_t *p, size_t len)
{
	uint32_t low, high;

	if (len == 0)
		return 0;
	if (len < 4)
		return p[0] | (uint64_t)p[len / 2] << 8 * (len / 2) |
		       (uint64_t)p[len - 1] << 8 * (len - 1);
	memcpy(&low, p, 4);
	memcpy(&high, p + len - 4, 4);
	return low | (uint64_t)high << 8 * (len - 4);
}

VAES_INLINE __m128i load_below_16(const uint8_t *p, size_t len)
{
	uint64_t low;

	if (len < 8)
		return _mm_cvtsi64_si128((long long)load_below_8(p, len));
	memcpy(&low, p, 8);
	return _mm_set_epi64x((long long)load_below_8(p + 8, len - 8), (long long)low);
}

VAES_INLINE void store_below_16(uint8_t *p, __m128i x, size_t len)
{
	uint64_t rest = (uint64_t)_mm_cvtsi128_si64(x);

	if (len >= 8) {
		memcpy(p, &rest, 8);
		rest = (uint64_t)_mm_extract_epi64(x, 1);
		p += 8;
		len -= 8;
	}
	for (size_t part = 4; part > 0; part /= 2) {
		if (!(len & part))
			continue;
		memcpy(p, &rest, part);
		rest >>= 8 * part;
		p += part;
	}
}

VAES_INLINE vec load_part(const uint8_t *p, size_t len)
{
	__m128i first;

	if (len < 16)
		return _mm256_zextsi128_si256(load_below_16(p, len));
	first = _mm_loadu_si128((const __m128i *)p);
	return _mm256_inserti128_si256(_mm256_castsi128_si256(first),
				       load_below_16(p + 16, len - 16), 1);
}

VAES_INLINE void store_part(uint8_t *p, vec x, size_t len)
{
	__m128i block = _mm256_castsi256_si128(x);

	if (len >= 16) {
		_mm_storeu_si128((__m128i *)p, block);
		block = _mm256_extracti128_si256(x, 1);
		p += 16;
		len -= 16;
	}
	store_below_16(p, block, len);
}

VAES_INLINE vec keep(vec x, size_t len)
{
	const vec place =
		_mm256_set_epi8(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15,
				14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

	return _mm256_and_si256(x, _mm256_cmpgt_epi8(_mm256_set1_epi8((char)len), place));
}

VAES_INLINE vec broadcast_of(__m128i block)
{
	return _mm256_broadcastsi128_si256(block);
}

VAES_INLINE vec broadcast(const uint8_t block[16])
{
	return broadcast_of(_mm_loadu_si128((const __m128i *)block));
}

VAES_INLINE vec only_first(__m128i block)
{
	return _mm256_zextsi128_si256(block);
}

VAES_INLINE vec pair_of(__m128i a, __m128i b)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
}

VAES_INLINE __m128i first_of(vec x)
{
	return _mm256_castsi256_si128(x);
}

VAES_INLINE vec last_and_all_but_last(__m128i before, vec x)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(before), first_of(x), 1);
}

VAES_INLINE vec first_halves(vec a, vec b)
{
	return _mm256_inserti128_si256(a, first_of(b), 1);
}

VAES_INLINE vec aesenc(vec state, vec rk)
{
	return _mm256_aesenc_epi128(state, rk);
}

VAES_INLINE vec aesenclast(vec state, vec rk)
{
	return _mm256_aesenclast_epi128(state, rk);
}

VAES_INLINE vec aesdec(vec state, vec rk)
{
	return _mm256_aesdec_epi128(state, rk);
}

VAES_INLINE vec aesdeclast(vec state, vec rk)
{
	return _mm256_aesdeclast_epi128(state, rk);
}

VAES_INLINE vec clmul_ll(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x00);
}

VAES_INLINE vec clmul_lh(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x10);
}

VAES_INLINE vec clmul_hh(vec a, vec b)
{
	return _mm256_clmulepi64_epi128(a, b, 0x11);
}

VAES_INLINE vec zeros(void)
{
	return _mm256_setzero_si256();
}

VAES_INLINE vec xor2(vec a, vec b)
{
	return _mm256_xor_si256(a, b);
}

VAES_INLINE vec and2(vec a, vec b)
{
	return _mm256_and_si256(a, b);
}

/* In asm, or GCC 12 regroups a running sum, keeps all its terms alive, and spills them. */
VAES_INLINE vec xor3(vec a, vec b, vec c)
{
#ifdef GNG_MSAN /* as in aes_aesni_msan.h */
	return xor2(xor2(a, b), c);
#else
	__asm__("vpxor %[b], %[a], %[a]" : [a] "+x"(a) : [b] "x"(b));
	__asm__("vpxor %[c], %[a], %[a]" : [a] "+x"(a) : [c] "x"(c));
	return a;
#endif
}

VAES_INLINE vec add32(vec a, vec b)
{
	return _mm256_add_epi32(a, b);
}

VAES_INLINE vec add64(vec a, vec b)
{
	return _mm256_add_epi64(a, b);
}

VAES_INLINE vec add8(vec a, vec b)
{
	return _mm256_add_epi8(a, b);
}

VAES_INLINE vec last_bytes(long long i)
{
	return _mm256_slli_epi64(_mm256_set_epi64x(i + 1, 0, i, 0), 56);
}

VAES_INLINE vec numbered(long long i)
{
	return _mm256_set_epi64x(0, i + 1, 0, i);
}

VAES_INLINE vec only_low32(int x)
{
	return broadcast_of(_mm_cvtsi32_si128(x));
}

VAES_INLINE vec swap_halves(vec x)
{
	return _mm256_shuffle_epi32(x, 0x4e);
}

VAES_INLINE vec low_halves(vec a, vec b)
{
	return _mm256_unpacklo_epi64(a, b);
}

VAES_INLINE vec reverse(vec x)
{
	return _mm256_shuffle_epi8(x, broadcast_of(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
								11, 12, 13, 14, 15)));
}

VAES_INLINE vec fold(vec x)
{
	return only_first(_mm_xor_si128(first_of(x), _mm256_extracti128_si256(x, 1)));
}

VAES_INLINE vec join(const __m128i blocks[VEC_BLOCKS])
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(blocks[0]), blocks[1], 1);
}

VAES_INLINE __m128i block_of(vec x, size_t l)
{
	return l == 0 ? first_of(x) : _mm256_extracti128_si256(x, 1);
}

VAES_INLINE __m128i load_block_part(const uint8_t *p, size_t len)
{
	return len < 16 ? load_below_16(p, len) : _mm_loadu_si128((const __m128i *)p);
}

VAES_INLINE void store_block_part(uint8_t *p, __m128i block, size_t len)
{
	if (len < 16)
		store_below_16(p, block, len);
	else
		_mm_storeu_si128((__m128i *)p, block);
}

VAES_INLINE vec zero_halves(vec x)
{
	return _mm256_cmpeq_epi64(x, _mm256_setzero_si256());
}

VAES_INLINE vec gather(const uint8_t *const p[VEC_BLOCKS])
{
	const __m128i low = _mm_loadu_si128((const __m128i *)p[0]);

	return _mm256_inserti128_si256(_mm256_castsi128_si256(low),
				       _mm_loadu_si128((const __m128i *)p[1]), 1);
}

VAES_INLINE void scatter(uint8_t *const p[VEC_BLOCKS], vec x)
{
	_mm_storeu_si128((__m128i *)p[0], first_of(x));
	_mm_storeu_si128((__m128i *)p[1], _mm256_extracti128_si256(x, 1));
}

VAES_INLINE void leave(void)
{
	__asm__ volatile("vpxor %%xmm0, %%xmm0, %%xmm0\n\t"
			 "vpxor %%xmm1, %%xmm1, %%xmm1\n\t"
			 "vpxor %%xmm2, %%xmm2, %%xmm2\n\t"
			 "vpxor %%xmm3, %%xmm3, %%xmm3\n\t"
			 "vpxor %%xmm4, %%xmm4, %%xmm4\n\t"
			 "vpxor %%xmm5, %%xmm5, %%xmm5\n\t"
			 "vpxor %%xmm6, %%xmm6, %%xmm6\n\t"
			 "vpxor %%xmm7, %%xmm7, %%xmm7\n\t"
			 "vpxor %%xmm8, %%xmm8, %%xmm8\n\t"
			 "vpxor %%xmm9, %%xmm9, %%xmm9\n\t"
			 "vpxor %%xmm10, %%xmm10, %%xmm10\n\t"
			 "vpxor %%xmm11, %%xmm11, %%xmm11\n\t"
			 "vpxor %%xmm12, %%xmm12, %%xmm12\n\t"
			 "vpxor %%xmm13, %%xmm13, %%xmm13\n\t"
			 "vpxor %%xmm14, %%xmm14, %%xmm14\n\t"
			 "vpxor %%xmm15, %%xmm15, %%xmm15\n\t"
			 "vzeroupper"
			 :
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

#endif /* AES_VAES256_H */
