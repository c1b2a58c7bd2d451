/* SPDX-License-Identifier: Apache-2.0 */
/* driver.h - loads the driver into the kernel of a guest, and binds it to the device edu. */
#ifndef CONFORMANCE_KMOD_DRIVER_H
#define CONFORMANCE_KMOD_DRIVER_H

#include "../module.h"

#include <gng_kmod.h>
#include <gng_sysfile.h>

#define DRIVER "/sys/bus/pci/drivers/gonogo_edu/"
#define DEVICES "/sys/bus/pci/devices"

static char driver_slot[32]; /* "0000:00:03.0"; empty without a device */

static inline void driver_look(void *context, const char *root, const char *name)
{
	char path[128];

	(void)context;
	snprintf(path, sizeof(path), DEVICES "/%.20s/vendor", name);
	if (gng_sysfile_number(root, path) != 0x1234)
		return;
	snprintf(path, sizeof(path), DEVICES "/%.20s/device", name);
	if (gng_sysfile_number(root, path) == 0x11e8)
		snprintf(driver_slot, sizeof(driver_slot), "%.20s", name);
}

/* driver_load loads the module with parameters; false: the test is skipped. It must be unloaded by
 * the same test. */
static inline bool driver_load(const char *parameters)
{
	static const char cases[] = "gonogo lab run kmod-edu kmod-unbind kmod-guard";

	gng_sysfile_each("", DEVICES, driver_look, NULL);
	if (getenv("GNG_LAB") && !*driver_slot) {
		gng_probe_skip("modules are loaded into guests only", cases);
		return false;
	}
	return module_load("kmod", "gonogo_edu", parameters, cases);
}

static inline void driver_unload(void)
{
	module_unload("gonogo_edu");
}

/* in_debug_kernel says whether the kernel of ci/debug-kernel runs; false: the test is skipped. */
static inline bool in_debug_kernel(void)
{
	if (access("/sys/kernel/debug/failslab", F_OK) == 0 && getenv("GNG_LAB"))
		return true;
	gng_probe_skip("this kernel has no KASAN and injects no faults",
		       "ci/setup debug-kernel, make, then gonogo lab run kmod-debug");
	return false;
}

/* driver_tell writes to a file of sysfs, and returns 0 or an errno. */
static inline int driver_tell(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	assert_true(fd >= 0);
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

/* driver_stands says whether a line of a file of the kernel has the driver's name. */
static inline bool driver_stands(const char *path)
{
	char *text = gng_sysfile_text("", path);
	const bool stands = text && strstr(text, "gonogo_edu");

	free(text);
	return stands;
}

#endif /* CONFORMANCE_KMOD_DRIVER_H */
