/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni.h - AES-NI and PCLMULQDQ, one instruction per function (Intel SDM volume 2), for
 * the files of the aesni variant.
 */
#ifndef AES_AESNI_H
#define AES_AESNI_H

#include <emmintrin.h>

#include "aes_aesni_entries.h"

#define AESNI_INLINE static inline __attribute__((always_inline)) AESNI

/*
 * Eight blocks in flight hide AESENC's latency. The count must be a constant: with
 * a run-time count the states live on the stack, and the loop is 3-4 times slower.
 */
#define LANES 8
#ifdef __clang__
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 9")
#endif
#define EACH_LANE(i) UNROLLED for (int i = 0; i < LANES; i++)

/* leave clears the vector registers: round keys and keystream would stay in them until somebody
 * needs the room. It costs a cycle or two: a XOR with itself is done at rename. */
AESNI_INLINE void leave(void)
{
	__asm__ volatile("pxor %%xmm0, %%xmm0\n\t"
			 "pxor %%xmm1, %%xmm1\n\t"
			 "pxor %%xmm2, %%xmm2\n\t"
			 "pxor %%xmm3, %%xmm3\n\t"
			 "pxor %%xmm4, %%xmm4\n\t"
			 "pxor %%xmm5, %%xmm5\n\t"
			 "pxor %%xmm6, %%xmm6\n\t"
			 "pxor %%xmm7, %%xmm7\n\t"
			 "pxor %%xmm8, %%xmm8\n\t"
			 "pxor %%xmm9, %%xmm9\n\t"
			 "pxor %%xmm10, %%xmm10\n\t"
			 "pxor %%xmm11, %%xmm11\n\t"
			 "pxor %%xmm12, %%xmm12\n\t"
			 "pxor %%xmm13, %%xmm13\n\t"
			 "pxor %%xmm14, %%xmm14\n\t"
			 "pxor %%xmm15, %%xmm15\n\t"
			 :
			 :
			 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
			   "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

#ifdef GNG_MSAN
#include "aes_aesni_msan.h"
#else

/* ShiftRows, SubBytes, MixColumns, then the round key: a whole round of FIPS 197 section 5.1. */
AESNI_INLINE __m128i aesenc(__m128i state, __m128i rk)
{
	__asm__("aesenc %[rk], %[state]" : [state] "+x"(state) : [rk] "x"(rk));
	return state;
}

/* The last round, which has no MixColumns. */
AESNI_INLINE __m128i aesenclast(__m128i state, __m128i rk)
{
	__asm__("aesenclast %[rk], %[state]" : [state] "+x"(state) : [rk] "x"(rk));
	return state;
}

/* A round of the equivalent inverse cipher, FIPS 197 section 5.3.5. */
AESNI_INLINE __m128i aesdec(__m128i state, __m128i rk)
{
	__asm__("aesdec %[rk], %[state]" : [state] "+x"(state) : [rk] "x"(rk));
	return state;
}

AESNI_INLINE __m128i aesdeclast(__m128i state, __m128i rk)
{
	__asm__("aesdeclast %[rk], %[state]" : [state] "+x"(state) : [rk] "x"(rk));
	return state;
}

/* InvMixColumns, which makes decryption keys. */
AESNI_INLINE __m128i aesimc(__m128i rk)
{
	__m128i out;

	__asm__("aesimc %[rk], %[out]" : [out] "=x"(out) : [rk] "x"(rk));
	return out;
}

/* pclmul_xy multiplies half x of a by half y of b, without carries; h is the high half. */
AESNI_INLINE __m128i pclmul_ll(__m128i a, __m128i b)
{
	__asm__("pclmulqdq $0x00, %[b], %[a]" : [a] "+x"(a) : [b] "x"(b));
	return a;
}

AESNI_INLINE __m128i pclmul_lh(__m128i a, __m128i b)
{
	__asm__("pclmulqdq $0x10, %[b], %[a]" : [a] "+x"(a) : [b] "x"(b));
	return a;
}

AESNI_INLINE __m128i pclmul_hl(__m128i a, __m128i b)
{
	__asm__("pclmulqdq $0x01, %[b], %[a]" : [a] "+x"(a) : [b] "x"(b));
	return a;
}

AESNI_INLINE __m128i pclmul_hh(__m128i a, __m128i b)
{
	__asm__("pclmulqdq $0x11, %[b], %[a]" : [a] "+x"(a) : [b] "x"(b));
	return a;
}

AESNI_INLINE __m128i pshufb(__m128i bytes, __m128i from)
{
	__asm__("pshufb %[from], %[bytes]" : [bytes] "+x"(bytes) : [from] "x"(from));
	return bytes;
}

/* pxor is the XOR that the compiler may not regroup: GCC 12 turns a running sum of products
 * into a balanced tree, keeps all terms alive, and spills them. */
AESNI_INLINE __m128i pxor(__m128i a, __m128i b)
{
	__asm__("pxor %[b], %[a]" : [a] "+x"(a) : [b] "x"(b));
	return a;
}

#endif /* GNG_MSAN */

/* Round keys and data have no alignment: a Go slice may hold either. */
AESNI_INLINE __m128i load(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

AESNI_INLINE void store(uint8_t *p, __m128i x)
{
	_mm_storeu_si128((__m128i *)p, x);
}

/* reverse turns big-endian bytes into a number and back. */
AESNI_INLINE __m128i reverse(__m128i x)
{
	return pshufb(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
}

/* encrypt_rounds is rounds 1 to Nr - 1 in every lane; the first addition and the last round
 * are the callers', because they fold the text into them. */
AESNI_INLINE void encrypt_rounds(__m128i s[LANES], const struct gng_aes_key *key, uint32_t from)
{
	for (uint32_t r = from; r < key->rounds; r++) {
		const __m128i rk = load(key->enc[r]);

		EACH_LANE (i)
			s[i] = aesenc(s[i], rk);
	}
}

#endif /* AES_AESNI_H */
