/* SPDX-License-Identifier: Apache-2.0 */
/* devices.c - preflight of PCI devices: address, driver, IOMMU group and the right to open it, and
 * the memory that VFIO pins. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#include "dpdk_files.h"

#define PCI "/sys/bus/pci/devices/"
#define CAP_IPC_LOCK 14
#define ADDRESS_LEN 12 /* 0000:00:00.0 */
#define VIRTIO_VENDOR 0x1af4

struct device {
	struct dpdk_examination *examination;
	char address[ADDRESS_LEN + 1];
};

/* read_address takes "00:03.0,key=value" or "0000:00:03.0". */
static bool read_address(struct device *device, const char *text)
{
	unsigned int domain, bus, slot, function;
	int end = 0;

	if (sscanf(text, "%4x:%2x:%2x.%1x%n", &domain, &bus, &slot, &function, &end) != 4 || !end) {
		domain = 0;
		if (sscanf(text, "%2x:%2x.%1x%n", &bus, &slot, &function, &end) != 3 || !end)
			return false;
	}
	snprintf(device->address, sizeof(device->address), "%04x:%02x:%02x.%x", domain & 0xffff,
		 bus & 0xff, slot & 0x1f, function & 7);
	return text[end] == '\0' || text[end] == ',';
}

static bool driver_of(char *driver, size_t cap, const struct gng_dpdk_machine *machine,
		      const char *address)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "%.64s/driver", address);
	return dpdk_link(driver, cap, machine, path);
}

/* Drivers through which DPDK works; those of Mellanox stay bound to the kernel's. */
static bool is_taken(const char *driver)
{
	static const char *const drivers[] = {"vfio-pci", "uio_pci_generic", "igb_uio", "mlx4_core",
					      "mlx5_core"};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(drivers[i], driver) == 0)
			return true;
	return false;
}

/* A device of the group hinders if it has a driver that is none of these: bridges do no DMA. */
static bool is_harmless(const char *driver)
{
	return strcmp(driver, "vfio-pci") == 0 || strcmp(driver, "pcieport") == 0 ||
	       strcmp(driver, "pci-stub") == 0;
}

struct hindrance {
	const struct gng_dpdk_machine *machine;
	char text[64]; /* "0000:01:00.1 (e1000e)"; "" for none */
};

static void look_for_hindrance(void *context, const char *root, const char *address)
{
	struct hindrance *hindrance = context;
	char driver[64];

	(void)root;
	if (!*hindrance->text && driver_of(driver, sizeof(driver), hindrance->machine, address) &&
	    !is_harmless(driver))
		snprintf(hindrance->text, sizeof(hindrance->text), "%.20s (%.30s)", address,
			 driver);
}

static void find_hindrance(struct hindrance *hindrance, const char *group)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%.32s/devices", group);
	gng_sysfile_each(hindrance->machine->root, path, look_for_hindrance, hindrance);
}

static void examine_group(struct device *device)
{
	struct dpdk_examination *examination = device->examination;
	const struct gng_dpdk_machine *machine = examination->machine;
	struct hindrance hindrance = {.machine = machine, .text = ""};
	char path[PATH_MAX], group[32];

	snprintf(path, sizeof(path), PCI "%s/iommu_group", device->address);
	if (!dpdk_link(group, sizeof(group), machine, path)) {
		dpdk_say(examination, GNG_DPDK_IOMMU_ABSENT, NULL, "%s is in no IOMMU group",
			 device->address);
		return;
	}
	if (!dpdk_exists(machine, "/dev/vfio/vfio")) {
		dpdk_say(examination, GNG_DPDK_VFIO_ABSENT, NULL, "/dev/vfio/vfio is not there");
		return;
	}
	find_hindrance(&hindrance, group);
	if (*hindrance.text) {
		dpdk_say(examination, GNG_DPDK_GROUP_NOT_VIABLE, NULL, "group %s has %s too", group,
			 hindrance.text);
		return;
	}
	snprintf(path, sizeof(path), "/dev/vfio/%s", group);
	examination->pins = true;
	if (!dpdk_may(machine, "/dev/vfio/vfio"))
		dpdk_say(examination, GNG_DPDK_GROUP_DENIED, "chmod 0666 /dev/vfio/vfio",
			 "/dev/vfio/vfio may not be opened by user %u", machine->uid);
	else if (!dpdk_may(machine, path))
		dpdk_say(examination, GNG_DPDK_GROUP_DENIED, NULL,
			 "%s may not be opened by user %u", path, machine->uid);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%s on vfio-pci, group %s",
			 device->address, group);
}

static void take_uio(void *context, const char *root, const char *name)
{
	(void)root;
	if (strncmp(name, "uio", 3) == 0)
		snprintf(context, 32, "%.31s", name);
}

/* find_uio writes the name of the device of uio, "uio0"; false if there is none. */
static bool find_uio(char name[32], const struct device *device)
{
	char path[128];

	*name = '\0';
	snprintf(path, sizeof(path), PCI "%s/uio", device->address);
	gng_sysfile_each(device->examination->machine->root, path, take_uio, name);
	return *name != '\0';
}

/* is_translated: nobody maps memory for a device of uio, and of DMA or DMA-FQ what is not mapped is
 * no memory to it. The type identity lets all through; kernels that tell none are believed. */
static bool is_translated(const struct device *device, char group[32], char type[32])
{
	const struct gng_dpdk_machine *machine = device->examination->machine;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "%s/iommu_group", device->address);
	if (!dpdk_link(group, 32, machine, path))
		return false;
	snprintf(path, sizeof(path), "/sys/kernel/iommu_groups/%s/type", group);
	return gng_sysfile_read(type, 32, machine->root, path) && strncmp(type, "DMA", 3) == 0;
}

/* is_virtio: whether the IOMMU translates for such a device is the host's choice (virtio 1.2, 6:
 * VIRTIO_F_ACCESS_PLATFORM), which no file tells while uio has it: docs/adr/0035. */
static bool is_virtio(const struct device *device)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), PCI "%s/vendor", device->address);
	return gng_sysfile_number(device->examination->machine->root, path) == VIRTIO_VENDOR;
}

/* say_translated: only a device of which it is certain is refused. */
static void say_translated(struct device *device, const char *driver, const char *group,
			   const char *type)
{
	if (is_virtio(device))
		dpdk_say(device->examination, GNG_DPDK_READY, NULL,
			 "%s on %s; group %s is of %s: frames pass if the host lets it bypass that",
			 device->address, driver, group, type);
	else
		dpdk_say(device->examination, GNG_DPDK_TRANSLATED, NULL,
			 "%s on %s, and group %s is of %s", device->address, driver, group, type);
}

/* A device of uio sees physical addresses only; EAL asks for that before it opens files. */
static void examine_uio(struct device *device, const char *driver)
{
	struct dpdk_examination *examination = device->examination;
	const char *because = dpdk_virtual_because(examination);
	const struct gng_dpdk_machine *machine = examination->machine;
	char name[32], node[64], config[PATH_MAX], group[32], type[32];

	snprintf(config, sizeof(config), PCI "%s/config", device->address);
	if (because) {
		dpdk_say(examination, GNG_DPDK_PHYSICAL, NULL, "%s on %s, and %s", device->address,
			 driver, because);
		return;
	}
	if (!find_uio(name, device)) {
		dpdk_say(examination, GNG_DPDK_DEVICE_UNBOUND, NULL, "%s has no uio device",
			 device->address);
		return;
	}
	snprintf(node, sizeof(node), "/dev/%s", name);
	if (!dpdk_may(machine, node) || !dpdk_may(machine, config))
		dpdk_say(examination, GNG_DPDK_PRIVILEGE, "run as root, or bind it to vfio-pci",
			 "%s may not be opened by user %u", dpdk_may(machine, node) ? config : node,
			 machine->uid);
	else if (is_translated(device, group, type))
		say_translated(device, driver, group, type);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%s on %s, %s", device->address, driver,
			 node);
}

static void examine_device(struct device *device)
{
	struct dpdk_examination *examination = device->examination;
	char path[PATH_MAX], driver[64];

	snprintf(path, sizeof(path), PCI "%s", device->address);
	if (!dpdk_exists(examination->machine, path))
		dpdk_say(examination, GNG_DPDK_DEVICE_ABSENT, NULL, "%s is not there",
			 device->address);
	else if (!driver_of(driver, sizeof(driver), examination->machine, device->address))
		dpdk_say(examination, GNG_DPDK_DEVICE_UNBOUND, NULL, "%s is bound to no driver",
			 device->address);
	else if (!is_taken(driver))
		dpdk_say(examination, GNG_DPDK_DEVICE_IN_KERNEL, NULL, "%s is bound to %s",
			 device->address, driver);
	else if (strcmp(driver, "vfio-pci") == 0)
		examine_group(device);
	else if (strstr(driver, "uio"))
		examine_uio(device, driver);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%s on %s", device->address, driver);
}

/* VFIO pins all memory for the first device, and charges it to RLIMIT_MEMLOCK. */
static void examine_memlock(struct dpdk_examination *examination)
{
	const struct gng_dpdk_machine *machine = examination->machine;
	const size_t mb = examination->request->memory_mb ? examination->request->memory_mb : 64;

	examination->name = "memlock";
	if (machine->memlock_len == UINT64_MAX || dpdk_has_capability(machine, CAP_IPC_LOCK))
		dpdk_say(examination, GNG_DPDK_READY, NULL, "no limit");
	else if (machine->memlock_len >> 20 < mb)
		dpdk_say(examination, GNG_DPDK_MEMLOCK, NULL,
			 "the limit is %zu KiB, and %zu MiB are pinned",
			 (size_t)(machine->memlock_len >> 10), mb);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%zu MiB",
			 (size_t)(machine->memlock_len >> 20));
}

void dpdk_examine_devices(struct dpdk_examination *examination)
{
	const struct gng_dpdk_request *request = examination->request;

	examination->name = "PCI";
	if (request->num_devices == 0 && !request->no_pci)
		dpdk_say(examination, GNG_DPDK_PCI_OPEN, NULL, "neither -a nor --no-pci is given");
	for (size_t i = 0; i < request->num_devices; i++) {
		struct device device = {.examination = examination};

		if (read_address(&device, request->devices[i]))
			examine_device(&device);
		else
			dpdk_say(examination, GNG_DPDK_ARGUMENT, "an address is 0000:00:03.0",
				 "-a %.64s is no PCI address", request->devices[i]);
	}
	if (examination->pins)
		examine_memlock(examination);
}
