/* SPDX-License-Identifier: Apache-2.0 */
/* left.h - what a binding of the driver has acquired, and that nothing of it is left. */
#ifndef CONFORMANCE_KMOD_LEFT_H
#define CONFORMANCE_KMOD_LEFT_H

#include "driver.h"

#define NUM_STEPS 7 /* of probe, each an acquisition */

/* check_left asks everything that a step of probe acquires; enabled: how often the device is, by
 * others. */
static inline void check_left(unsigned int enabled)
{
	char path[128];

	snprintf(path, sizeof(path), DEVICES "/%s/driver", driver_slot);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof(path), DEVICES "/%s/enable", driver_slot);
	assert_int_equal(gng_sysfile_number("", path), enabled);
	snprintf(path, sizeof(path), DEVICES "/%s/msi_irqs", driver_slot);
	assert_int_equal(gng_sysfile_each("", path, NULL, NULL), 0);
	assert_false(driver_stands("/proc/iomem"));
	assert_false(driver_stands("/proc/interrupts"));
	assert_false(driver_stands("/proc/misc"));
}

static inline void check_nothing_left(void)
{
	check_left(0);
}

/* check_works asks the device for something that ends in an interrupt. */
static inline void check_works(void)
{
	struct gng_kmod kmod;
	uint32_t out = 0;

	assert_int_equal(gng_kmod_open(&kmod, NULL), GNG_OK);
	assert_int_equal(gng_kmod_factorial(&kmod, &out, 5, NULL), GNG_OK);
	assert_int_equal(out, 120);
	gng_kmod_close(&kmod);
}

static inline void check_all_there(void)
{
	assert_true(driver_stands("/proc/iomem"));
	assert_true(driver_stands("/proc/interrupts"));
	assert_true(driver_stands("/proc/misc"));
	check_works();
}

#endif /* CONFORMANCE_KMOD_LEFT_H */
