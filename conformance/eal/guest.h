/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.h - the network devices of a guest of the lab, and which driver they have. The cases mark
 * the first one by a subsystem id that no device on sale has: without it nothing is touched.
 */
#ifndef CONFORMANCE_EAL_GUEST_H
#define CONFORMANCE_EAL_GUEST_H

#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_sysfile.h>

#define GUEST_PCI "/sys/bus/pci/devices"
#define GUEST_MARK_VENDOR 0x676f /* subsys_ven=0x676f,subsys=0x6e6f in the cases */
#define GUEST_MARK_DEVICE 0x6e6f

static struct {
	char e1000e[32], virtio[32]; /* "0000:00:05.0" */
	char neighbour[32];	     /* in the group of virtio */
	bool marked;
} guest;

static inline unsigned long guest_number(const char *slot, const char *file)
{
	char path[128];

	snprintf(path, sizeof(path), GUEST_PCI "/%.20s/%s", slot, file);
	return gng_sysfile_number("", path);
}

static inline void guest_look(void *context, const char *root, const char *slot)
{
	const unsigned long vendor = guest_number(slot, "vendor");
	const unsigned long device = guest_number(slot, "device");

	(void)context;
	(void)root;
	if (vendor == 0x8086 && device == 0x10d3) {
		snprintf(guest.e1000e, sizeof(guest.e1000e), "%.20s", slot);
		guest.marked = guest_number(slot, "subsystem_vendor") == GUEST_MARK_VENDOR &&
			       guest_number(slot, "subsystem_device") == GUEST_MARK_DEVICE;
	} else if (vendor == 0x1af4 && device == 0x1041) {
		snprintf(guest.virtio, sizeof(guest.virtio), "%.20s", slot);
	} else if (vendor == 0x1af4 && device == 0x1044) { /* virtio-rng */
		snprintf(guest.neighbour, sizeof(guest.neighbour), "%.20s", slot);
	}
}

/* guest_find fills guest; false: the test is skipped. */
static inline bool guest_find(const char *remedy)
{
	if (getenv("GNG_LAB"))
		gng_sysfile_each("", GUEST_PCI, guest_look, NULL);
	if (guest.marked && *guest.virtio && *guest.neighbour)
		return true;
	gng_probe_skip("network devices are given to other drivers in guests only", remedy);
	return false;
}

/* guest_tell writes to a file of sysfs, and returns 0 or an errno. */
static inline int guest_tell(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = fd < 0 ? errno : 0;

	if (fd >= 0 && write(fd, text, strlen(text)) < 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static inline void guest_driver(char driver[64], const char *slot)
{
	char path[128];

	snprintf(path, sizeof(path), GUEST_PCI "/%s/driver", slot);
	gng_sysfile_link(driver, 64, "", path);
}

/* guest_bind gives a device to a driver, or to none if driver is NULL, and returns 0 or the errno
 * of the kernel, which then leaves it without one. */
static inline int guest_bind(const char *slot, const char *driver)
{
	char path[128], now[64];

	guest_driver(now, slot);
	if (strcmp(now, driver ? driver : "") == 0)
		return 0;
	snprintf(path, sizeof(path), GUEST_PCI "/%s/driver_override", slot);
	assert_int_equal(guest_tell(path, driver ? driver : "\n"), 0);
	snprintf(path, sizeof(path), GUEST_PCI "/%s/driver/unbind", slot);
	if (*now)
		assert_int_equal(guest_tell(path, slot), 0);
	if (!driver)
		return 0;
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/bind", driver);
	return guest_tell(path, slot);
}

/* guest_domain takes the driver away and says what the IOMMU is to do for a device: "identity", or
 * "auto" for what the guest was booted with. */
static inline void guest_domain(const char *slot, const char *type)
{
	char path[128], group[32];

	assert_int_equal(guest_bind(slot, NULL), 0);
	snprintf(path, sizeof(path), GUEST_PCI "/%s/iommu_group", slot);
	gng_sysfile_link(group, sizeof(group), "", path);
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%.20s/type", group);
	assert_int_equal(guest_tell(path, type), 0);
}

#endif /* CONFORMANCE_EAL_GUEST_H */
