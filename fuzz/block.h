/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.h - the bytes of one input, both of whose ends AddressSanitizer watches as it does those of
 * a block from malloc. malloc and free took a fifth of the time of a quick reader.
 */
#ifndef FUZZ_BLOCK_H
#define FUZZ_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include <sanitizer/asan_interface.h>

#include "uncounted.h"

#define FUZZ_BLOCK_GUARD 32u

/* FUZZ_BLOCK defines a block of up to cap bytes, static and aligned as shadow memory is. */
#define FUZZ_BLOCK(name, cap)                                                                    \
	static _Alignas(8)                                                                       \
		uint8_t name##_bytes[FUZZ_BLOCK_GUARD + ((cap) + 7) / 8 * 8 + FUZZ_BLOCK_GUARD]; \
	static struct fuzz_block name = {name##_bytes, sizeof(name##_bytes), 0}

/* fuzz_block is an array, and where what may be used of it ends; 0 at first. */
struct fuzz_block {
	uint8_t *bytes;
	size_t size, end;
};

/* fuzz_block_of returns the block, len bytes long, with what was in it. */
FUZZ_UNCOUNTED static inline uint8_t *fuzz_block_of(struct fuzz_block *block, size_t len)
{
	uint8_t *first = block->bytes + FUZZ_BLOCK_GUARD;

	if (block->end == 0) {
		ASAN_POISON_MEMORY_REGION(block->bytes, block->size);
		block->end = FUZZ_BLOCK_GUARD;
	}
	ASAN_UNPOISON_MEMORY_REGION(first, len);
	if (FUZZ_BLOCK_GUARD + len < block->end)
		ASAN_POISON_MEMORY_REGION(first + len, block->end - FUZZ_BLOCK_GUARD - len);
	block->end = FUZZ_BLOCK_GUARD + len;
	return first;
}

#endif /* FUZZ_BLOCK_H */
