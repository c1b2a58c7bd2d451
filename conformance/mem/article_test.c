/* SPDX-License-Identifier: Apache-2.0 */
/* article_test.c - what the article says of MADV_HUGEPAGE, on the memory that it speaks of. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <gng_mem.h>

#define KNOBS "/sys/kernel/mm/transparent_hugepage/"

/* knob returns a value of transparent huge pages; false where this kernel has none. */
static bool knob(char value[64], const char *name)
{
	char path[128];
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), KNOBS "%s", name);
	file = fopen(path, "r");
	read = file && fgets(value, 64, file);
	if (file)
		fclose(file);
	if (!read)
		gng_probe_skip("this kernel has no transparent huge pages",
			       "a kernel with CONFIG_TRANSPARENT_HUGEPAGE");
	return read;
}

/* advised returns len bytes at an offset into a huge page, advised and touched. */
static uint8_t *advised(size_t offset, size_t len)
{
	uint8_t *map = mmap(NULL, 4 * GNG_MEM_HUGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint8_t *base;

	assert_ptr_not_equal(map, MAP_FAILED);
	base = map + GNG_MEM_HUGE - (uintptr_t)map % GNG_MEM_HUGE + offset;
	assert_int_equal(madvise(base, len, MADV_HUGEPAGE), 0);
	memset(base, 1, len);
	return base;
}

/* The advice is accepted for half a huge page, where none can ever be: it is a hint. */
static void advice_is_accepted_where_it_cannot_be_followed(void **state)
{
	const size_t len = GNG_MEM_HUGE / 2;
	struct gng_mem_proof proof;
	char mode[64];

	(void)state;
	if (!knob(mode, "enabled"))
		return;
	assert_int_equal(gng_mem_prove_range(&proof, advised(4096, len), len, NULL), GNG_OK);
	assert_int_equal(proof.present_len, len);
	assert_int_equal(proof.huge_len, 0);
}

static void advice_is_followed_without_the_mode_always(void **state)
{
	struct gng_mem_proof proof;
	char mode[64];

	(void)state;
	if (!knob(mode, "enabled"))
		return;
	if (!strstr(mode, "[madvise]"))
		return gng_probe_skip("transparent huge pages are not in mode madvise",
				      "echo madvise > " KNOBS "enabled");
	assert_int_equal(gng_mem_prove_range(&proof, advised(0, GNG_MEM_HUGE), GNG_MEM_HUGE, NULL),
			 GNG_OK);
	if (proof.huge_len == 0)
		return gng_probe_skip("memory is too fragmented for a huge page",
				      "echo 1 > /proc/sys/vm/compact_memory");
	assert_int_equal(proof.huge_len, GNG_MEM_HUGE);
}

static void a_huge_page_is_of_2_mib(void **state)
{
	char size[64];

	(void)state;
	if (!knob(size, "hpage_pmd_size"))
		return;
	assert_int_equal(strtoul(size, NULL, 10), GNG_MEM_HUGE);
}

const struct suite_test suite_tests[] = {
	TEST(advice_is_accepted_where_it_cannot_be_followed, "D3.mem.proof"),
	TEST(advice_is_followed_without_the_mode_always, "D3.mem.proof"),
	TEST(a_huge_page_is_of_2_mib, "D3.mem.proof"),
	{0},
};
