/* SPDX-License-Identifier: Apache-2.0 */
/* blocks_test.c - pieces and blocks of an arena: aligned, disjoint, inside, and given back once. */
#include "../suite.h"

#include <string.h>

#include <gng_mem.h>

static _Alignas(64) uint8_t area[8192];

static void pieces_are_aligned_and_inside(void **state)
{
	struct gng_mem_bump bump = {.base = area, .len = sizeof(area)};
	uint8_t *last = area;

	(void)state;
	for (size_t align = 1; align <= 64; align *= 2) {
		uint8_t *piece = gng_mem_bump_take(&bump, 5, align);

		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % align, 0);
		assert_true(piece >= last && piece + 5 <= area + sizeof(area));
		last = piece + 5;
	}
	gng_mem_bump_reset(&bump);
	assert_ptr_equal(gng_mem_bump_take(&bump, sizeof(area), 64), area);
	assert_null(gng_mem_bump_take(&bump, 1, 1));
}

static void what_does_not_fit_changes_nothing(void **state)
{
	struct gng_mem_bump bump = {.base = area, .len = 100};

	(void)state;
	assert_non_null(gng_mem_bump_take(&bump, 60, 1));
	assert_null(gng_mem_bump_take(&bump, 41, 1));
	assert_null(gng_mem_bump_take(&bump, SIZE_MAX, 1));
	assert_null(gng_mem_bump_take(&bump, SIZE_MAX - 50, 64));
	assert_null(gng_mem_bump_take(&bump, 1, 0));
	assert_null(gng_mem_bump_take(&bump, 1, 3));
	assert_int_equal(bump.used, 60);
	assert_non_null(gng_mem_bump_take(&bump, 40, 1));
}

static void blocks_are_disjoint_and_all_are_used(void **state)
{
	struct gng_mem_pool pool;
	uint8_t *blocks[256];
	size_t num = 0;

	(void)state;
	assert_int_equal(gng_mem_pool_init(&pool, area, sizeof(area), 64, NULL), GNG_OK);
	assert_int_equal(pool.num_blocks, 120); /* 120 * 64 and 480 bytes of list, in lines of 64 */
	for (uint8_t *block; (block = gng_mem_pool_take(&pool)); num++) {
		assert_true(block >= area && block + 64 <= area + sizeof(area));
		assert_int_equal((uintptr_t)block % 64, 0);
		memset(block, (int)num, 64);
		blocks[num] = block;
	}
	assert_int_equal(num, 120);
	for (size_t i = 0; i < num; i++)
		for (size_t k = 0; k < 64; k++)
			if (blocks[i][k] != (uint8_t)i)
				suite_fail("block %zu was overwritten", i);
	for (size_t i = 0; i < num; i += 2)
		assert_int_equal(gng_mem_pool_give(&pool, blocks[i], NULL), GNG_OK);
	for (size_t i = 0; i < num; i += 2)
		assert_non_null(gng_mem_pool_take(&pool));
	assert_null(gng_mem_pool_take(&pool));
}

static void what_is_no_block_is_not_taken_back(void **state)
{
	struct gng_mem_pool pool;
	struct gng_why why;
	uint8_t *block;

	(void)state;
	assert_int_equal(gng_mem_pool_init(&pool, area, 4096, 128, NULL), GNG_OK);
	block = gng_mem_pool_take(&pool);
	assert_non_null(block);
	assert_int_equal(gng_mem_pool_give(&pool, block + 1, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_give(&pool, pool.base - 128, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_give(&pool, NULL, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_give(&pool, pool.base + pool.num_blocks * 128, &why),
			 GNG_EINVAL);
	assert_int_equal(gng_mem_pool_give(&pool, block + 128, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "free already"));
	assert_int_equal(gng_mem_pool_give(&pool, block, &why), GNG_OK);
	assert_int_equal(gng_mem_pool_give(&pool, block, &why), GNG_EINVAL);
	assert_int_equal(pool.num_free, pool.num_blocks);
}

static void a_pool_of_no_whole_lines_is_refused(void **state)
{
	struct gng_mem_pool pool;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_mem_pool_init(&pool, area, 4096, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_init(&pool, area, 4096, 100, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_init(&pool, area + 8, 4096, 64, &why), GNG_EINVAL);
	assert_int_equal(gng_mem_pool_init(&pool, area, 127, 64, &why), GNG_ELIMIT);
	assert_int_equal(gng_mem_pool_init(&pool, area, 128, 64, &why), GNG_OK);
	assert_int_equal(pool.num_blocks, 1);
}

const struct suite_test suite_tests[] = {
	TEST(pieces_are_aligned_and_inside, "D3.mem.blocks"),
	TEST(what_does_not_fit_changes_nothing, "D3.mem.blocks"),
	TEST(blocks_are_disjoint_and_all_are_used, "D3.mem.blocks"),
	TEST(what_is_no_block_is_not_taken_back, "D3.mem.blocks"),
	TEST(a_pool_of_no_whole_lines_is_refused, "D3.mem.blocks"),
	{0},
};
