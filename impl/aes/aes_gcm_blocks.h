/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_gcm_blocks.h - the blocks that GCM adds to a message, for the variants that do it whole, and
 * how many its parts are. Plain SSE2: inlined in a kernel it is of that kernel's instructions.
 */
#ifndef AES_GCM_BLOCKS_H
#define AES_GCM_BLOCKS_H

#include <emmintrin.h>
#include <string.h>

#include "aes_variant.h"

#define GCM_INLINE static inline __attribute__((always_inline))

/* blocks_of counts a part as a block. */
GCM_INLINE size_t blocks_of(size_t len)
{
	return len / GNG_AES_BLOCK + (len % GNG_AES_BLOCK > 0);
}

/* first_counter is J0 of SP 800-38D section 7.1 for 12 bytes, without a narrow write that a wide
 * read would wait for. */
GCM_INLINE __m128i first_counter(const uint8_t nonce[12])
{
	uint64_t low;
	uint32_t high;

	memcpy(&low, nonce, 8);
	memcpy(&high, nonce + 8, 4);
	return _mm_set_epi64x((long long)(high | UINT64_C(1) << 56), (long long)low);
}

/* lengths is the last block of GHASH, of lengths in bytes. */
GCM_INLINE __m128i lengths(uint64_t len, uint64_t aad_len)
{
	return _mm_set_epi64x((long long)__builtin_bswap64(8 * len),
			      (long long)__builtin_bswap64(8 * aad_len));
}

#endif /* AES_GCM_BLOCKS_H */
