/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes512.h - vectors of four blocks: AVX-512, VAES and VPCLMULQDQ, one idea per function
 * (Intel SDM volume 2). aes_vaes256.h has the same names for vectors of two.
 */
#ifndef AES_VAES512_H
#define AES_VAES512_H

#include <immintrin.h>

#include "aes_private.h"

#define VAES GNG_TARGET("avx512f,avx512bw,avx512vl,avx512dq,avx2,vaes,vpclmulqdq,aes,pclmul,bmi2")
#define VAES_INLINE static inline __attribute__((always_inline)) VAES

#define VEC_BLOCKS 4
#define VEC_LEN 64 /* bytes */
#define CTR_VECS 16
#define LANE_ROWS 8

typedef __m512i vec;

/* Nothing here has an alignment: a Go slice may hold keys and data. */
VAES_INLINE vec load(const uint8_t *p)
{
	return _mm512_loadu_si512(p);
}

VAES_INLINE void store(uint8_t *p, vec x)
{
	_mm512_storeu_si512(p, x);
}

VAES_INLINE __mmask64 first_bytes(size_t len)
{
	return _bzhi_u64(UINT64_MAX, (unsigned int)len);
}

/* load_part reads len < VEC_LEN bytes, the rest are zeros. The mask suppresses faults, so the
 * bytes behind may be another page. */
VAES_INLINE vec load_part(const uint8_t *p, size_t len)
{
	return _mm512_maskz_loadu_epi8(first_bytes(len), p);
}

VAES_INLINE void store_part(uint8_t *p, vec x, size_t len)
{
	_mm512_mask_storeu_epi8(p, first_bytes(len), x);
}

/* keep clears all but the first len < VEC_LEN bytes. */
VAES_INLINE vec keep(vec x, size_t len)
{
	return _mm512_maskz_mov_epi8(first_bytes(len), x);
}

/* broadcast reads one block into all places. */
VAES_INLINE vec broadcast(const uint8_t block[16])
{
	return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)block));
}

VAES_INLINE vec broadcast_of(__m128i block)
{
	return _mm512_broadcast_i32x4(block);
}

/* only_first has block in the first place and zeros in the others. */
VAES_INLINE vec only_first(__m128i block)
{
	return _mm512_zextsi128_si512(block);
}

/* pair_of has two blocks in the first places and zeros in the others. */
VAES_INLINE vec pair_of(__m128i a, __m128i b)
{
	return _mm512_zextsi256_si512(_mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1));
}

VAES_INLINE __m128i first_of(vec x)
{
	return _mm512_castsi512_si128(x);
}

/* last_and_all_but_last moves each block one place up and puts the last one of before first. */
VAES_INLINE vec last_and_all_but_last(__m128i before, vec x)
{
	return _mm512_alignr_epi64(x, broadcast_of(before), 6);
}

/* first_halves is the first half of a, then the first half of b. */
VAES_INLINE vec first_halves(vec a, vec b)
{
	return _mm512_shuffle_i64x2(a, b, 0x44);
}

/* A round of FIPS 197 section 5.1 in each block; the last has no MixColumns. */
VAES_INLINE vec aesenc(vec state, vec rk)
{
	return _mm512_aesenc_epi128(state, rk);
}

VAES_INLINE vec aesenclast(vec state, vec rk)
{
	return _mm512_aesenclast_epi128(state, rk);
}

/* A round of the equivalent inverse cipher, FIPS 197 section 5.3.5. */
VAES_INLINE vec aesdec(vec state, vec rk)
{
	return _mm512_aesdec_epi128(state, rk);
}

VAES_INLINE vec aesdeclast(vec state, vec rk)
{
	return _mm512_aesdeclast_epi128(state, rk);
}

/* clmul_xy multiplies half x of a by half y of b, without carries, in each block. */
VAES_INLINE vec clmul_ll(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x00);
}

VAES_INLINE vec clmul_lh(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x10);
}

VAES_INLINE vec clmul_hh(vec a, vec b)
{
	return _mm512_clmulepi64_epi128(a, b, 0x11);
}

VAES_INLINE vec zeros(void)
{
	return _mm512_setzero_si512();
}

VAES_INLINE vec xor2(vec a, vec b)
{
	return _mm512_xor_si512(a, b);
}

VAES_INLINE vec and2(vec a, vec b)
{
	return _mm512_and_si512(a, b);
}

VAES_INLINE vec xor3(vec a, vec b, vec c)
{
#ifdef GNG_MSAN /* MemorySanitizer does not know this instruction, and takes a for used */
	return _mm512_xor_si512(_mm512_xor_si512(a, b), c);
#else
	return _mm512_ternarylogic_epi64(a, b, c, 0x96);
#endif
}

/* add32 and add64 add the low 32 or 64 bits of each block; whatever else b has must be zero. */
VAES_INLINE vec add32(vec a, vec b)
{
	return _mm512_add_epi32(a, b);
}

VAES_INLINE vec add64(vec a, vec b)
{
	return _mm512_add_epi64(a, b);
}

/* add8 adds each byte by itself. */
VAES_INLINE vec add8(vec a, vec b)
{
	return _mm512_add_epi8(a, b);
}

/* last_bytes is i, i + 1, ... in the last bytes of the blocks. */
VAES_INLINE vec last_bytes(long long i)
{
	return _mm512_slli_epi64(_mm512_set_epi64(i + 3, 0, i + 2, 0, i + 1, 0, i, 0), 56);
}

/* numbered is i, i + 1, ... in the low 64 bits of the blocks. */
VAES_INLINE vec numbered(long long i)
{
	return _mm512_set_epi64(0, i + 3, 0, i + 2, 0, i + 1, 0, i);
}

/* only_low32 is x in the low 32 bits of each block. */
VAES_INLINE vec only_low32(int x)
{
	return broadcast_of(_mm_cvtsi32_si128(x));
}

VAES_INLINE vec swap_halves(vec x)
{
	return _mm512_shuffle_epi32(x, _MM_PERM_BADC);
}

VAES_INLINE vec low_halves(vec a, vec b)
{
	return _mm512_unpacklo_epi64(a, b);
}

/* reverse turns big-endian bytes into numbers and back. */
VAES_INLINE vec reverse(vec x)
{
	return _mm512_shuffle_epi8(x, broadcast_of(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
								11, 12, 13, 14, 15)));
}

/* fold is the XOR of all blocks, in the first place. */
VAES_INLINE vec fold(vec x)
{
	const __m256i two =
		_mm256_xor_si256(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));

	return only_first(
		_mm_xor_si128(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1)));
}

/* join has a block in each place, block_of is one of them. */
VAES_INLINE vec join(const __m128i blocks[VEC_BLOCKS])
{
	const __m256i low =
		_mm256_inserti128_si256(_mm256_castsi128_si256(blocks[0]), blocks[1], 1);
	const __m256i high =
		_mm256_inserti128_si256(_mm256_castsi128_si256(blocks[2]), blocks[3], 1);

	return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

VAES_INLINE __m128i block_of(vec x, size_t l)
{
	if (l == 0)
		return _mm512_castsi512_si128(x);
	if (l == 1)
		return _mm512_extracti32x4_epi32(x, 1);
	return l == 2 ? _mm512_extracti32x4_epi32(x, 2) : _mm512_extracti32x4_epi32(x, 3);
}

/* load_block_part and store_block_part move len <= 16 bytes, the rest are zeros. */
VAES_INLINE __m128i load_block_part(const uint8_t *p, size_t len)
{
	return _mm_maskz_loadu_epi8((__mmask16)first_bytes(len), p);
}

VAES_INLINE void store_block_part(uint8_t *p, __m128i block, size_t len)
{
	_mm_mask_storeu_epi8(p, (__mmask16)first_bytes(len), block);
}

/* zero_halves has ones in each half of a block that is zero. */
VAES_INLINE vec zero_halves(vec x)
{
	return _mm512_movm_epi64(_mm512_testn_epi64_mask(x, x));
}

/* gather and scatter move blocks between a vector and VEC_BLOCKS places in memory. */
VAES_INLINE vec gather(const uint8_t *const p[VEC_BLOCKS])
{
	__m256i low = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)p[0]));
	__m256i high = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)p[2]));

	low = _mm256_inserti128_si256(low, _mm_loadu_si128((const __m128i *)p[1]), 1);
	high = _mm256_inserti128_si256(high, _mm_loadu_si128((const __m128i *)p[3]), 1);
	return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

VAES_INLINE void scatter(uint8_t *const p[VEC_BLOCKS], vec x)
{
	_mm_storeu_si128((__m128i *)p[0], first_of(x));
	_mm_storeu_si128((__m128i *)p[1], _mm512_extracti32x4_epi32(x, 1));
	_mm_storeu_si128((__m128i *)p[2], _mm512_extracti32x4_epi32(x, 2));
	_mm_storeu_si128((__m128i *)p[3], _mm512_extracti32x4_epi32(x, 3));
}

/*
 * leave clears all vector registers: round keys and keystream would stay in them until somebody
 * needs the room. It costs a message of 64 bytes 10 % and one of 1 KiB 2 % (Zen 5); VZEROALL
 * costs the same and knows only sixteen registers.
 */
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
			 "vpxorq %%xmm16, %%xmm16, %%xmm16\n\t"
			 "vpxorq %%xmm17, %%xmm17, %%xmm17\n\t"
			 "vpxorq %%xmm18, %%xmm18, %%xmm18\n\t"
			 "vpxorq %%xmm19, %%xmm19, %%xmm19\n\t"
			 "vpxorq %%xmm20, %%xmm20, %%xmm20\n\t"
			 "vpxorq %%xmm21, %%xmm21, %%xmm21\n\t"
			 "vpxorq %%xmm22, %%xmm22, %%xmm22\n\t"
			 "vpxorq %%xmm23, %%xmm23, %%xmm23\n\t"
			 "vpxorq %%xmm24, %%xmm24, %%xmm24\n\t"
			 "vpxorq %%xmm25, %%xmm25, %%xmm25\n\t"
			 "vpxorq %%xmm26, %%xmm26, %%xmm26\n\t"
			 "vpxorq %%xmm27, %%xmm27, %%xmm27\n\t"
			 "vpxorq %%xmm28, %%xmm28, %%xmm28\n\t"
			 "vpxorq %%xmm29, %%xmm29, %%xmm29\n\t"
			 "vpxorq %%xmm30, %%xmm30, %%xmm30\n\t"
			 "vpxorq %%xmm31, %%xmm31, %%xmm31\n\t"
			 "vzeroupper"
			 :
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16",
			   "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24",
			   "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
}

#endif /* AES_VAES512_H */
