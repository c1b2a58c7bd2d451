/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni_msan.h - the instructions of aes_aesni.h as intrinsics, for the msan build only:
 * MemorySanitizer follows a secret through these, and takes the operands of asm for used. The
 * asm itself is judged under Valgrind.
 */
#ifndef AES_AESNI_MSAN_H
#define AES_AESNI_MSAN_H

#include <tmmintrin.h>
#include <wmmintrin.h>

AESNI_INLINE __m128i aesenc(__m128i state, __m128i rk)
{
	return _mm_aesenc_si128(state, rk);
}

AESNI_INLINE __m128i aesenclast(__m128i state, __m128i rk)
{
	return _mm_aesenclast_si128(state, rk);
}

AESNI_INLINE __m128i aesdec(__m128i state, __m128i rk)
{
	return _mm_aesdec_si128(state, rk);
}

AESNI_INLINE __m128i aesdeclast(__m128i state, __m128i rk)
{
	return _mm_aesdeclast_si128(state, rk);
}

AESNI_INLINE __m128i aesimc(__m128i rk)
{
	return _mm_aesimc_si128(rk);
}

AESNI_INLINE __m128i pclmul_ll(__m128i a, __m128i b)
{
	return _mm_clmulepi64_si128(a, b, 0x00);
}

AESNI_INLINE __m128i pclmul_lh(__m128i a, __m128i b)
{
	return _mm_clmulepi64_si128(a, b, 0x10);
}

AESNI_INLINE __m128i pclmul_hl(__m128i a, __m128i b)
{
	return _mm_clmulepi64_si128(a, b, 0x01);
}

AESNI_INLINE __m128i pclmul_hh(__m128i a, __m128i b)
{
	return _mm_clmulepi64_si128(a, b, 0x11);
}

AESNI_INLINE __m128i pshufb(__m128i bytes, __m128i from)
{
	return _mm_shuffle_epi8(bytes, from);
}

AESNI_INLINE __m128i pxor(__m128i a, __m128i b)
{
	return _mm_xor_si128(a, b);
}

#endif /* AES_AESNI_MSAN_H */
