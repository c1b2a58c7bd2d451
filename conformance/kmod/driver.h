/* SPDX-License-Identifier: Apache-2.0 */
/* driver.h - loads the driver into the kernel of a guest, and binds it to the device edu. */
#ifndef CONFORMANCE_KMOD_DRIVER_H
#define CONFORMANCE_KMOD_DRIVER_H

#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

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
	const char *build = getenv("GNG_BUILD_DIR");
	struct utsname kernel;
	char path[PATH_MAX];
	int fd;

	gng_sysfile_each("", DEVICES, driver_look, NULL);
	if (!getenv("GNG_LAB") || !*driver_slot) {
		gng_probe_skip("modules are loaded into guests only",
			       "gonogo lab run kmod-edu kmod-guard");
		return false;
	}
	assert_int_equal(uname(&kernel), 0);
	snprintf(path, sizeof(path), "%s/kmod/%s/gonogo_edu.ko", build ? build : ".",
		 kernel.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		gng_probe_skip("the module is not built for this kernel: its headers are missing",
			       "ci/setup lab, then make");
		return false;
	}
	if (syscall(SYS_finit_module, fd, parameters, 0) != 0)
		suite_fail("the module cannot be loaded: %s", strerror(errno));
	close(fd);
	return true;
}

static inline void driver_unload(void)
{
	assert_int_equal(syscall(SYS_delete_module, "gonogo_edu", O_NONBLOCK), 0);
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
