/* SPDX-License-Identifier: Apache-2.0 */
/* swap_test.c - madvise(MADV_HUGEPAGE) keeps no page in memory: huge pages are swapped as small
 * ones are, whole or in parts. */
/* needs: sysfile */
#include "../swap.h"

#include <gng_mem.h>

#define LEN ((size_t)32 << 20)

/* map_advised maps and touches memory with an advice; its length is LEN. */
static void *map_advised(int advice)
{
	char *base = mmap(NULL, LEN + GNG_MEM_HUGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(base != MAP_FAILED);
	base += -(uintptr_t)base % GNG_MEM_HUGE;
	assert_int_equal(madvise(base, LEN, advice), 0);
	for (size_t at = 0; at < LEN; at += SWAP_PAGE)
		base[at] = 1;
	return base;
}

static struct gng_mem_proof prove(const void *base)
{
	struct gng_mem_proof proof;

	assert_int_equal(gng_mem_prove_range(&proof, base, LEN, NULL), GNG_OK);
	return proof;
}

static void check_swapped(int advice, size_t huge_len)
{
	void *base = map_advised(advice);
	int signal;

	assert_int_equal(prove(base).present_len, LEN);
	assert_int_equal(prove(base).huge_len, huge_len);
	assert_true(swap_pressed(&signal, "60") > 0);
	assert_true(prove(base).present_len < LEN);
	munmap(base, LEN);
}

static void huge_pages_are_swapped_like_small_ones(void **state)
{
	(void)state;
	if (!swap_begin())
		return;
	check_swapped(MADV_HUGEPAGE, LEN);
	check_swapped(MADV_NOHUGEPAGE, 0);
	swap_end();
}

const struct suite_test suite_tests[] = {
	TEST(huge_pages_are_swapped_like_small_ones, "D3.mem.pressure"),
	{0},
};
