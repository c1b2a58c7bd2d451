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

/* Generations of pages may let whoever presses swap his own: what is judged is pages by their size,
 * and not their age. */
static bool begin(void)
{
	if (!swap_begin())
		return false;
	swap_generations("0");
	return true;
}

static void end(void)
{
	swap_generations("y");
	swap_end();
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
	if (!begin())
		return;
	check_swapped(MADV_HUGEPAGE, LEN);
	check_swapped(MADV_NOHUGEPAGE, 0);
	end();
}

/* An arena that was proved is proved again after others have pressed: it says what is gone, and
 * that it is there again once it was touched. */
static void a_pressed_arena_says_what_it_lost(void **state)
{
	const struct gng_mem_request request = {
		.len = LEN, .node = GNG_MEM_ANY_NODE, .mode = GNG_MEM_STRICT};
	struct gng_mem_proof proof;
	struct gng_mem *mem;
	struct gng_why why;
	int signal;

	(void)state;
	if (!begin())
		return;
	if (gng_mem_open(&mem, &request, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_string_equal(gng_mem_proved(mem)->shortfall, "");
	assert_true(swap_pressed(&signal, "60") > 0);
	assert_int_equal(gng_mem_prove(&proof, mem, NULL), GNG_OK);
	assert_true(proof.present_len < LEN);
	assert_non_null(strstr(proof.shortfall, "are in memory: the rest was swapped"));
	for (size_t at = 0; at < LEN; at += SWAP_PAGE)
		((volatile uint8_t *)gng_mem_base(mem))[at]++;
	assert_int_equal(gng_mem_prove(&proof, mem, NULL), GNG_OK);
	assert_int_equal(proof.present_len, LEN);
	gng_mem_close(mem);
	end();
}

const struct suite_test suite_tests[] = {
	TEST(huge_pages_are_swapped_like_small_ones, "D3.mem.pressure"),
	TEST(a_pressed_arena_says_what_it_lost, "D3.mem.pressure"),
	{0},
};
