/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modes_test.c - transparent_hugepage of never, madvise and always: which memory becomes huge by
 * itself, which by advice, and what an arena is granted. Only a guest's mode is changed; a test on
 * the host boots one.
 */
/* needs: gauge lab */
#include "../guest.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <gng_mem.h>

#define LEN (4 * GNG_MEM_HUGE)
#define MODE "/sys/kernel/mm/transparent_hugepage/enabled"
#define CASE "gonogo lab run mem-nodes"

static bool in_guest(void)
{
	if (getenv("GNG_LAB") && access(MODE, W_OK) == 0)
		return true;
	gng_probe_skip("only a guest's mode of transparent huge pages is changed", CASE);
	return false;
}

static void set_mode(const char *mode)
{
	FILE *file = fopen(MODE, "we");

	assert_non_null(file);
	assert_true(fputs(mode, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* huge_of touches memory that was advised, or not (-1), and returns how much of it is huge. */
static size_t huge_of(int advice)
{
	struct gng_mem_proof proof;
	char *mapped = mmap(NULL, LEN + GNG_MEM_HUGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *base = mapped + -(uintptr_t)mapped % GNG_MEM_HUGE;

	assert_true(mapped != MAP_FAILED);
	if (advice >= 0) /* it is accepted in each mode */
		assert_int_equal(madvise(base, LEN, advice), 0);
	memset(base, 1, LEN);
	assert_int_equal(gng_mem_prove_range(&proof, base, LEN, NULL), GNG_OK);
	assert_int_equal(proof.present_len, LEN);
	munmap(mapped, LEN + GNG_MEM_HUGE);
	return proof.huge_len;
}

/* check_arena: a strict one is as it was asked for, in whichever mode, and names the mode. */
static void check_arena(enum gng_mem_backend backend, size_t huge_len, const char *mode)
{
	const struct gng_mem_request request = {
		.len = LEN, .node = GNG_MEM_ANY_NODE, .backend = backend, .mode = GNG_MEM_STRICT};
	struct gng_mem *mem;
	struct gng_why why;

	if (gng_mem_open(&mem, &request, &why) != GNG_OK)
		suite_fail("%s: %s", mode, why.text);
	assert_int_equal(gng_mem_proved(mem)->huge_len, huge_len);
	assert_string_equal(gng_mem_proved(mem)->thp, mode);
	gng_mem_close(mem);
}

static const struct {
	const char *mode;
	size_t by_itself, advised;
} modes[] = {{"never", 0, 0}, {"madvise", 0, LEN}, {"always", LEN, LEN}};

static void each_mode_gives_what_it_says(void **state)
{
	(void)state;
	if (!in_guest())
		return;
	for (size_t i = 0; i < COUNT_OF(modes); i++) {
		set_mode(modes[i].mode);
		printf("%s: expected %zu and, with advice, %zu KiB in huge pages, got %zu and "
		       "%zu\n",
		       modes[i].mode, modes[i].by_itself >> 10, modes[i].advised >> 10,
		       huge_of(-1) >> 10, huge_of(MADV_HUGEPAGE) >> 10);
		assert_int_equal(huge_of(-1), modes[i].by_itself);
		assert_int_equal(huge_of(MADV_HUGEPAGE), modes[i].advised);
		assert_int_equal(huge_of(MADV_NOHUGEPAGE), 0);
		check_arena(GNG_MEM_THP, LEN, modes[i].mode); /* never: MADV_COLLAPSE, since 6.1 */
		check_arena(GNG_MEM_SMALL, 0, modes[i].mode);
	}
	set_mode("madvise");
}

/* A process that may have no huge page: until 6.18 no advice helps it. */
static void a_strict_arena_fails_where_no_page_can_be_huge(void **state)
{
	struct gng_mem_request request = {
		.len = LEN, .node = GNG_MEM_ANY_NODE, .mode = GNG_MEM_STRICT};
	struct gng_mem *mem;
	struct gng_why why;

	(void)state;
	if (!in_guest())
		return;
	assert_int_equal(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), 0);
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_ELIMIT);
	assert_non_null(strstr(why.text, "0 of 8192 KiB are in huge pages"));
	request.mode = GNG_MEM_BEST;
	assert_int_equal(gng_mem_open(&mem, &request, &why), GNG_OK);
	assert_int_equal(gng_mem_proved(mem)->huge_len, 0);
	assert_non_null(strstr(gng_mem_proved(mem)->shortfall, "0 of 8192 KiB are in huge pages"));
	gng_mem_close(mem);
}

static void a_guest_has_each_mode(void **state)
{
	(void)state;
	guest_judge("6.1-cloud",
		    "title: modes of transparent huge pages\nkernel: 6.1-cloud\nmemory: 640\n"
		    "append: no_timer_check\ndeadline: 120\n"
		    "run: conformance.mem.modes.each_mode_gives_what_it_says\n",
		    NULL);
}

const struct suite_test suite_tests[] = {
	TEST(each_mode_gives_what_it_says, "D3.mem.proof D3.mem.strict"),
	TEST(a_strict_arena_fails_where_no_page_can_be_huge, "D3.mem.strict"),
	TEST_SLOW(a_guest_has_each_mode, "D3.mem.proof D3.mem.strict"),
	{0},
};
