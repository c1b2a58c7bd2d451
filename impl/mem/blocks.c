/* SPDX-License-Identifier: Apache-2.0 */
/* blocks.c - allocation inside an arena: a bump pointer, and blocks of one size. */
#include <string.h>

#include "gng_mem.h"

#define LINE ((size_t)64)
#define TAKEN UINT32_MAX     /* in next[]: the block is not free */
#define END (UINT32_MAX - 1) /* in next[]: the last free block */

/* ---- bump ---- */

void gng_mem_bump_init(struct gng_mem_bump *bump, const struct gng_mem *mem)
{
	*bump = (struct gng_mem_bump){.base = gng_mem_base(mem), .len = gng_mem_len(mem)};
}

void *gng_mem_bump_take(struct gng_mem_bump *bump, size_t len, size_t align)
{
	const size_t at = ((uintptr_t)bump->base + bump->used + align - 1) & ~(align - 1);
	const size_t offset = at - (uintptr_t)bump->base;

	if (align == 0 || align & (align - 1) || offset > bump->len || len > bump->len - offset)
		return NULL;
	bump->used = offset + len;
	return bump->base + offset;
}

void gng_mem_bump_reset(struct gng_mem_bump *bump)
{
	bump->used = 0;
}

/* ---- blocks ---- */

static size_t list_len(size_t num_blocks)
{
	return (num_blocks * sizeof(uint32_t) + LINE - 1) & ~(LINE - 1);
}

enum gng_status gng_mem_pool_init(struct gng_mem_pool *pool, void *base, size_t len,
				  size_t block_len, struct gng_why *why)
{
	size_t num;

	if (((uintptr_t)base | block_len) & (LINE - 1) || block_len == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "mem.pool",
				   "base and length of a block are multiples of 64, not %p and %zu",
				   base, block_len);
	num = len / (block_len + sizeof(uint32_t));
	num = num < END ? num : END - 1;
	while (num > 0 && list_len(num) + num * block_len > len)
		num--;
	if (num == 0)
		return gng_why_set(why, GNG_ELIMIT, 0, "mem.pool",
				   "no block of %zu bytes fits into %zu with its list", block_len,
				   len);
	*pool = (struct gng_mem_pool){.base = (uint8_t *)base + list_len(num),
				      .next = base,
				      .block_len = block_len,
				      .num_blocks = num,
				      .num_free = num};
	for (size_t i = 0; i < num; i++)
		pool->next[i] = i + 1 < num ? (uint32_t)i + 1 : END;
	return GNG_OK;
}

void *gng_mem_pool_take(struct gng_mem_pool *pool)
{
	const uint32_t i = pool->first;

	if (pool->num_free == 0)
		return NULL;
	pool->first = pool->next[i];
	pool->next[i] = TAKEN;
	pool->num_free--;
	return pool->base + (size_t)i * pool->block_len;
}

enum gng_status gng_mem_pool_give(struct gng_mem_pool *pool, void *block, struct gng_why *why)
{
	const uintptr_t offset = (uintptr_t)block - (uintptr_t)pool->base;
	const size_t i = offset / pool->block_len;

	if ((uintptr_t)block < (uintptr_t)pool->base || i >= pool->num_blocks ||
	    offset % pool->block_len)
		return gng_why_set(why, GNG_EINVAL, 0, "mem.pool", "%p is no block of this pool",
				   block);
	if (pool->next[i] != TAKEN)
		return gng_why_set(why, GNG_EINVAL, 0, "mem.pool", "block %zu is free already", i);
	pool->next[i] = pool->num_free ? pool->first : END;
	pool->first = (uint32_t)i;
	pool->num_free++;
	return GNG_OK;
}
