/* SPDX-License-Identifier: Apache-2.0 */
/* vdevs.c - preflight of virtual devices: the driver's name, its interface, file or socket, and the
 * capability that it takes. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dpdk_files.h"

#define CAP_NET_ADMIN 12
#define CAP_NET_RAW 13
#define NO_CAPABILITY 64

/* key is the argument that names an interface or file that must be there. */
static const struct driver {
	const char *name;
	const char *interface_key, *file_key;
	unsigned int capability;
	const char *capability_name;
} drivers[] = {
	{"net_null", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_ring", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_pcap", "iface", "rx_pcap", NO_CAPABILITY, NULL},
	{"net_af_packet", "iface", NULL, CAP_NET_RAW, "CAP_NET_RAW"},
	{"net_af_xdp", "iface", NULL, CAP_NET_ADMIN, "CAP_NET_ADMIN"},
	{"net_tap", NULL, NULL, CAP_NET_ADMIN, "CAP_NET_ADMIN"},
	{"net_tun", NULL, NULL, CAP_NET_ADMIN, "CAP_NET_ADMIN"},
	{"net_virtio_user", NULL, "path", NO_CAPABILITY, NULL},
	{"net_vhost", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_memif", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_bonding", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_failsafe", NULL, NULL, NO_CAPABILITY, NULL},
	{"net_softnic", NULL, NULL, NO_CAPABILITY, NULL},
};

/* find_driver: a device is the driver's name with anything behind it, as net_null0. */
static const struct driver *find_driver(const char *vdev)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		const size_t len = strlen(drivers[i].name);

		if (strncmp(vdev, drivers[i].name, len) == 0 &&
		    (vdev[len] == '\0' || vdev[len] == ',' || strspn(vdev + len, "_0123456789")))
			return &drivers[i];
	}
	return NULL;
}

/* find_value copies the value of ",key=value"; false if there is none. */
static bool find_value(char *value, size_t cap, const char *vdev, const char *key)
{
	const size_t len = strlen(key);

	for (const char *at = strchr(vdev, ','); at; at = strchr(at + 1, ','))
		if (strncmp(at + 1, key, len) == 0 && at[1 + len] == '=') {
			at += len + 2;
			return (size_t)snprintf(value, cap, "%.*s", (int)strcspn(at, ","), at) <
			       cap;
		}
	return false;
}

static void examine_vdev(struct dpdk_examination *examination, const char *vdev,
			 const struct driver *driver)
{
	const struct gng_dpdk_machine *machine = examination->machine;
	char value[256], path[PATH_MAX];

	if (driver->interface_key &&
	    find_value(value, sizeof(value), vdev, driver->interface_key)) {
		snprintf(path, sizeof(path), "/sys/class/net/%s", value);
		if (!dpdk_exists(machine, path)) {
			dpdk_say(examination, GNG_DPDK_INTERFACE_ABSENT, NULL,
				 "%s: there is no interface %.64s", driver->name, value);
			return;
		}
	}
	if (driver->file_key && find_value(value, sizeof(value), vdev, driver->file_key) &&
	    !strstr(vdev, "server=1") && !dpdk_exists(machine, value)) {
		dpdk_say(examination, GNG_DPDK_FILE_ABSENT, NULL, "%s: %.96s is not there",
			 driver->name, value);
		return;
	}
	if (driver->file_key && strcmp(driver->file_key, "rx_pcap") == 0 &&
	    find_value(value, sizeof(value), vdev, driver->file_key) &&
	    dpdk_is_no_capture(machine, value)) {
		dpdk_say(examination, GNG_DPDK_FILE_WRONG, NULL, "%s: %.96s is no capture",
			 driver->name, value);
		return;
	}
	if (driver->capability != NO_CAPABILITY &&
	    !dpdk_has_capability(machine, driver->capability))
		dpdk_say(examination, GNG_DPDK_PRIVILEGE, NULL, "%s wants %s", driver->name,
			 driver->capability_name);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%.96s", vdev);
}

void dpdk_examine_vdevs(struct dpdk_examination *examination)
{
	examination->name = "virtual devices";
	for (size_t i = 0; i < examination->request->num_vdevs; i++) {
		const char *vdev = examination->request->vdevs[i];
		const struct driver *driver = find_driver(vdev);

		if (driver)
			examine_vdev(examination, vdev, driver);
		else if (strncmp(vdev, "net_", 4) == 0)
			dpdk_say(examination, GNG_DPDK_DRIVER_UNKNOWN, NULL,
				 "%.64s is of no driver that is known here", vdev);
	}
}
