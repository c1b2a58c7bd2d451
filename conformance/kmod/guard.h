/* SPDX-License-Identifier: Apache-2.0 */
/* guard.h - transfers from an address that the IOMMU has mapped, and from one that it has not. */
#ifndef CONFORMANCE_KMOD_GUARD_H
#define CONFORMANCE_KMOD_GUARD_H

#include "../kmsg.h"
#include "driver.h"

#include <time.h>

/* An address of the device's 28 bits in which the driver has nothing mapped. */
#define NOWHERE 0x0badd000u

static inline bool behind_an_iommu(void)
{
	if (gng_sysfile_each("", "/sys/class/iommu", NULL, NULL) > 0)
		return true;
	gng_probe_skip("no IOMMU translates here", "gonogo lab run kmod-guard");
	return false;
}

/* log_has waits a second for a message with all words. */
static inline bool log_has(int fd, const char *one, const char *other)
{
	for (int i = 0; i < 100; i++) {
		char line[KMSG_CAP];

		if (!kmsg_next(fd, line))
			nanosleep(&(struct timespec){0, 10000000}, NULL);
		else if (strstr(line, one) && strstr(line, other))
			return true;
	}
	return false;
}

static inline void check_wild_fault(const struct gng_kmod *kmod)
{
	uint8_t before[64], after[64];
	int log;

	for (size_t i = 0; i < sizeof(before); i++)
		kmod->memory[i] = before[i] = (uint8_t)(i + 1);
	assert_int_equal(gng_kmod_write(kmod, 0, 0, sizeof(before), NULL), GNG_OK);
	log = kmsg_open();
	assert_int_equal(gng_kmod_wild(kmod, NOWHERE, sizeof(before), NULL), GNG_OK);
	assert_true(log_has(log, "DMAR: ", "0xbadd000"));
	close(log);
	/* what the device holds now is not the memory at that address of the machine */
	assert_int_equal(gng_kmod_read(kmod, 1024, 0, sizeof(after), NULL), GNG_OK);
	memcpy(after, kmod->memory + 1024, sizeof(after));
	for (size_t i = 0; i < sizeof(after); i++)
		assert_true(after[i] == before[i] || after[i] == 0 || after[i] == 0xff);
}

static inline void check_mapped_no_fault(const struct gng_kmod *kmod)
{
	struct gng_kmod_info info;
	int log;

	assert_int_equal(gng_kmod_info(kmod, &info, NULL), GNG_OK);
	memset(kmod->memory, 0x5a, 64);
	log = kmsg_open();
	assert_int_equal(gng_kmod_wild(kmod, info.bus_address, 64, NULL), GNG_OK);
	assert_false(log_has(log, "DMAR: ", "fault"));
	close(log);
	assert_int_equal(gng_kmod_read(kmod, 2048, 0, 64, NULL), GNG_OK);
	for (size_t i = 0; i < 64; i++)
		assert_int_equal(kmod->memory[2048 + i], 0x5a);
}

#endif /* CONFORMANCE_KMOD_GUARD_H */
