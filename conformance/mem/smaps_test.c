/* SPDX-License-Identifier: Apache-2.0 */
/* smaps_test.c - lines of smaps as proc(5) has them, and as nobody should write them. */
#include "../suite.h"

#include <stdio.h>
#include <string.h>

#include "mem_proof.h"

#define VMA(range, huge, hugetlb)                                                               \
	range " rw-p 00000000 00:00 0 \nSize:               4096 kB\nKernelPageSize:        4 " \
	      "kB\n"                                                                            \
	      "AnonHugePages:   " huge " kB\nShmemPmdMapped:        0 kB\n"                     \
	      "Private_Hugetlb: " hugetlb " kB\nVmFlags: rd wr mr mw me ac hg \n"

static enum gng_status add(struct gng_mem_proof *proof, const char *text, uintptr_t lo,
			   uintptr_t hi, struct gng_why *why)
{
	memset(proof, 0, sizeof(*proof));
	return mem_smaps_add(proof, text, strlen(text), lo, hi, why);
}

static void only_the_range_is_counted(void **state)
{
	static const char text[] = VMA("1000-5000", "9", "9") VMA("200000-400000", "2048", "0")
		VMA("400000-600000", "0", "2048") VMA("600000-700000", "7", "7");
	struct gng_mem_proof proof;

	(void)state;
	assert_int_equal(add(&proof, text, 0x200000, 0x600000, NULL), GNG_OK);
	assert_int_equal(proof.huge_len, 4096 << 10);
	assert_int_equal(proof.num_vmas, 2);
	assert_true(proof.exact);
}

static void a_vma_that_reaches_beyond_is_no_exact_proof(void **state)
{
	struct gng_mem_proof proof;

	(void)state;
	assert_int_equal(add(&proof, VMA("200000-600000", "2048", "0"), 0x200000, 0x400000, NULL),
			 GNG_OK);
	assert_false(proof.exact);
	assert_int_equal(add(&proof, VMA("100000-400000", "2048", "0"), 0x200000, 0x400000, NULL),
			 GNG_OK);
	assert_false(proof.exact);
}

static void a_hole_is_no_proof(void **state)
{
	static const char text[] = VMA("200000-300000", "0", "0") VMA("300001-400000", "0", "0");
	struct gng_mem_proof proof;
	struct gng_why why;

	(void)state;
	assert_int_equal(add(&proof, text, 0x200000, 0x400000, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "not mapped from 0x300000"));
	assert_int_equal(add(&proof, "", 0x200000, 0x400000, &why), GNG_EFORMAT);
}

static void a_figure_that_is_none_is_refused_by_line(void **state)
{
	static const char *const figures[] = {"", "x", "-1", "1 2", "99999999999999999999"};
	struct gng_mem_proof proof;
	struct gng_why why;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(figures); i++) {
		snprintf(text, sizeof(text), "1000-3000 rw-p\nSize: 8 kB\nAnonHugePages: %s kB\n",
			 figures[i]);
		assert_int_equal(add(&proof, text, 0x1000, 0x3000, &why), GNG_EFORMAT);
		assert_non_null(strstr(why.text, "smaps:3"));
	}
}

static void the_mode_stands_in_brackets(void **state)
{
	static const struct {
		const char *text, *mode;
	} rows[] = {{"always [madvise] never\n", "madvise"},
		    {"[always] madvise never\n", "always"},
		    {"always madvise [never]\n", "never"},
		    {"", "absent"},
		    {"[]", "absent"},
		    {"[a-word-that-is-too-long]", "absent"}};
	char mode[16];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		mem_thp_mode(mode, rows[i].text);
		assert_string_equal(mode, rows[i].mode);
	}
}

const struct suite_test suite_tests[] = {
	TEST(only_the_range_is_counted, "D3.mem.smaps"),
	TEST(a_vma_that_reaches_beyond_is_no_exact_proof, "D3.mem.smaps"),
	TEST(a_hole_is_no_proof, "D3.mem.smaps"),
	TEST(a_figure_that_is_none_is_refused_by_line, "D3.mem.smaps"),
	TEST(the_mode_stands_in_brackets, "D3.mem.smaps"),
	{0},
};
