/* SPDX-License-Identifier: Apache-2.0 */
/* guard_test.c - behind an IOMMU a transfer to an address that nobody mapped is a fault, and moves
 * nothing. */
/* needs: sysfile */
#include "driver.h"

#include <time.h>

/* An address of the device's 28 bits in which the driver has nothing mapped. */
#define NOWHERE 0x0badd000u

static bool behind_an_iommu(void)
{
	if (gng_sysfile_each("", "/sys/class/iommu", NULL, NULL) > 0)
		return true;
	gng_probe_skip("no IOMMU translates here", "gonogo lab run kmod-guard");
	return false;
}

/* log_open opens the kernel's messages behind the last one. */
static int log_open(void)
{
	const int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 0);
	return fd;
}

/* log_has waits a second for a message with all words. */
static bool log_has(int fd, const char *one, const char *other)
{
	for (int i = 0; i < 100; i++) {
		char line[2048];
		const ssize_t len = read(fd, line, sizeof(line) - 1);

		if (len < 0) {
			nanosleep(&(struct timespec){0, 10000000}, NULL);
			continue;
		}
		line[len] = '\0';
		if (strstr(line, one) && strstr(line, other))
			return true;
	}
	return false;
}

static void an_address_that_nobody_mapped_is_a_fault(void **state)
{
	uint8_t before[64], after[64];
	struct gng_kmod kmod;
	int log;

	(void)state;
	if (!behind_an_iommu() || !driver_load("wild=1"))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	for (size_t i = 0; i < sizeof(before); i++)
		kmod.memory[i] = before[i] = (uint8_t)(i + 1);
	assert_int_equal(gng_kmod_write(&kmod, 0, 0, sizeof(before), NULL), GNG_OK);
	log = log_open();
	assert_int_equal(gng_kmod_wild(&kmod, NOWHERE, sizeof(before), NULL), GNG_OK);
	assert_true(log_has(log, "DMAR: ", "0xbadd000"));
	close(log);
	/* what the device holds now is not the memory at that address of the machine */
	assert_int_equal(gng_kmod_read(&kmod, 1024, 0, sizeof(after), NULL), GNG_OK);
	memcpy(after, kmod.memory + 1024, sizeof(after));
	for (size_t i = 0; i < sizeof(after); i++)
		assert_true(after[i] == before[i] || after[i] == 0 || after[i] == 0xff);
	gng_kmod_close(&kmod);
	driver_unload();
}

static void the_mapped_address_is_none(void **state)
{
	struct gng_kmod_info info;
	struct gng_kmod kmod;
	int log;

	(void)state;
	if (!behind_an_iommu() || !driver_load("wild=1"))
		return;
	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	assert_int_equal(gng_kmod_info(&kmod, &info, NULL), GNG_OK);
	memset(kmod.memory, 0x5a, 64);
	log = log_open();
	assert_int_equal(gng_kmod_wild(&kmod, info.bus_address, 64, NULL), GNG_OK);
	assert_false(log_has(log, "DMAR: ", "fault"));
	close(log);
	assert_int_equal(gng_kmod_read(&kmod, 2048, 0, 64, NULL), GNG_OK);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(kmod.memory[2048 + i], 0x5a);
	gng_kmod_close(&kmod);
	driver_unload();
}

const struct suite_test suite_tests[] = {
	TEST(an_address_that_nobody_mapped_is_a_fault, "K8.kmod.iommu"),
	TEST(the_mapped_address_is_none, "K8.kmod.iommu"),
	{0},
};
