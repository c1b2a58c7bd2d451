/* SPDX-License-Identifier: Apache-2.0 */
/* pages_test.c - the buffer for DMA keeps its page of memory, and the address that the device is
 * given is another one where an IOMMU translates. */
/* needs: gauge lab sysfile */
#include "guest.h"
#include "guard.h"

/* frame_of reads which page frame lies behind memory (Linux, admin-guide/mm/pagemap: bits 0 to 54;
 * bit 63 says that it is present). */
static uint64_t frame_of(const void *memory)
{
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;
	const off_t at = (off_t)((uintptr_t)memory / GNG_KMOD_BUFFER_LEN * sizeof(entry));

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &entry, sizeof(entry), at), sizeof(entry));
	close(fd);
	assert_true(entry >> 63);
	entry &= ((uint64_t)1 << 55) - 1;
	assert_int_not_equal(entry, 0);
	return entry;
}

/* The kernel is made to move what it can move, and to drop what it can drop. */
static void check_frame(const struct gng_kmod *kmod)
{
	struct gng_kmod_info info;
	uint64_t frame;

	kmod->memory[0] = 1; /* its entry may be made at the first touch */
	frame = frame_of(kmod->memory);
	if (access("/proc/sys/vm/compact_memory", W_OK) == 0)
		assert_int_equal(driver_tell("/proc/sys/vm/compact_memory", "1"), 0);
	assert_int_equal(driver_tell("/proc/sys/vm/drop_caches", "3"), 0);
	assert_int_equal(frame_of(kmod->memory), frame);
	assert_int_equal(gng_kmod_info(kmod, &info, NULL), GNG_OK);
	assert_int_not_equal(info.bus_address / GNG_KMOD_BUFFER_LEN, frame);
}

static void the_buffer_keeps_its_page_of_memory(void **state)
{
	struct gng_kmod kmod;

	(void)state;
	if (!behind_an_iommu() || !driver_load(""))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	check_frame(&kmod);
	gng_kmod_close(&kmod);
	driver_unload();
}

GUEST_PASSES(a_guest_keeps_the_page, "6.1-cloud", "pages.the_buffer_keeps_its_page_of_memory",
	     GUEST_IOMMU)

const struct suite_test suite_tests[] = {
	TEST(the_buffer_keeps_its_page_of_memory, "K8.kmod.pages"),
	TEST_SLOW(a_guest_keeps_the_page, "K8.kmod.pages"),
	{0},
};
