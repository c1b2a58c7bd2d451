/* SPDX-License-Identifier: Apache-2.0 */
/*
 * block.h - the bytes of one input in memory whose ends are watched: a step beyond either is seen.
 * AddressSanitizer is told where they are, for malloc and free took a fifth of the time of a quick
 * reader. Elsewhere, as under Valgrind, each input has a block of its own.
 */
#ifndef FUZZ_BLOCK_H
#define FUZZ_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "uncounted.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FUZZ_BLOCK_IS_KEPT
#endif
#endif
#ifdef __SANITIZE_ADDRESS__ /* gcc */
#define FUZZ_BLOCK_IS_KEPT
#endif

/* fuzz_block is static in a fuzzer, and zero at first. */
struct fuzz_block {
	uint8_t *bytes;
	size_t cap, len;
};

#ifdef FUZZ_BLOCK_IS_KEPT

#include <sanitizer/asan_interface.h>

#define FUZZ_BLOCK_GUARD 32u
#define FUZZ_BLOCK_CAP 4104u /* most inputs; a multiple of 8, as shadow memory wants */

/* fuzz_block_grow makes room for len bytes, all of them watched. */
FUZZ_UNCOUNTED static inline void fuzz_block_grow(struct fuzz_block *block, size_t len)
{
	size_t whole;

	free(block->bytes);
	block->cap = len > FUZZ_BLOCK_CAP ? (len + 7) / 8 * 8 : FUZZ_BLOCK_CAP;
	block->len = 0;
	whole = block->cap + (size_t)2 * FUZZ_BLOCK_GUARD;
	block->bytes = malloc(whole);
	if (!block->bytes)
		abort();
	ASAN_POISON_MEMORY_REGION(block->bytes, whole);
}

/* fuzz_block_of returns the block, len bytes long, until the next call; they may hold anything. */
FUZZ_UNCOUNTED static inline uint8_t *fuzz_block_of(struct fuzz_block *block, size_t len)
{
	uint8_t *first;

	if (!block->bytes || len > block->cap)
		fuzz_block_grow(block, len);
	first = block->bytes + FUZZ_BLOCK_GUARD;
	if (len < block->len)
		ASAN_POISON_MEMORY_REGION(first + len, block->len - len);
	ASAN_UNPOISON_MEMORY_REGION(first, len);
	block->len = len;
	return first;
}

#else

FUZZ_UNCOUNTED static inline uint8_t *fuzz_block_of(struct fuzz_block *block, size_t len)
{
	free(block->bytes);
	block->bytes = malloc(len ? len : 1);
	if (!block->bytes)
		abort();
	return block->bytes;
}

#endif

/* fuzz_copy returns the input and a NUL behind it, until the next copy. */
FUZZ_UNCOUNTED static inline char *fuzz_copy(const uint8_t *data, size_t size)
{
	static struct fuzz_block block;
	uint8_t *text = fuzz_block_of(&block, size + 1);

	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return (char *)text;
}

#endif /* FUZZ_BLOCK_H */
