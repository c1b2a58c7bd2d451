/* SPDX-License-Identifier: Apache-2.0 */
/* reasons.c - the reasons in words, and the log lines of DPDK 22.11 that give them. */
#include <string.h>

#include "gng_dpdk.h"

static const struct {
	const char *name, *text, *remedy;
} words[GNG_DPDK_NUM_REASONS] = {
	[GNG_DPDK_READY] = {"ready", "nothing stands in the way", ""},
	[GNG_DPDK_STARTED] = {"started", "this process has started the EAL before",
			      "start it in a new process: DPDK allows one start, even after "
			      "rte_eal_cleanup"},
	[GNG_DPDK_ARGUMENT] = {"argument", "an EAL argument is wrong", "see dpdk-testpmd --help"},
	[GNG_DPDK_LCORE] = {"lcore", "a CPU is not there or not allowed",
			    "name CPUs of taskset -p $$ with -l"},
	[GNG_DPDK_PLUGIN] = {"plugin", "a driver file cannot be loaded", "correct -d"},
	[GNG_DPDK_RUNTIME_FOLDER] = {"runtime-folder", "the runtime folder cannot be written",
				     "set XDG_RUNTIME_DIR to a folder of this user"},
	[GNG_DPDK_PRIMARY_RUNNING] = {"primary-running",
				      "another primary process has this file prefix",
				      "end it, or choose another --file-prefix"},
	[GNG_DPDK_PRIMARY_ABSENT] = {"primary-absent", "there is no primary process to join",
				     "start the primary process first, with the same "
				     "--file-prefix"},
	[GNG_DPDK_THREADS] = {"threads", "this user may make no more threads",
			      "raise ulimit -u, or pids.max of the cgroup"},
	[GNG_DPDK_MOUNT_DENIED] = {"mount-denied", "hugetlbfs may not be written by this user",
				   "mount -t hugetlbfs -o uid=$(id -u),mode=0700 none FOLDER, and "
				   "--huge-dir FOLDER"},
	[GNG_DPDK_PAGES_ABSENT] = {"pages-absent", "no huge page is free",
				   "echo 256 >/proc/sys/vm/nr_hugepages, or --no-huge"},
	[GNG_DPDK_MOUNT_ABSENT] = {"mount-absent", "huge pages, and no hugetlbfs to map them from",
				   "mount -t hugetlbfs none /dev/hugepages, or --in-memory"},
	[GNG_DPDK_PAGES_SHORT] = {"pages-short", "too few huge pages are free",
				  "reserve more in /sys/devices/system/node/nodeN/hugepages, or "
				  "ask for less with -m"},
	[GNG_DPDK_PHYSICAL] = {"physical",
			       "physical addresses are wanted, and not seen or not used",
			       "bind the device to vfio-pci, or take huge pages and "
			       "CAP_SYS_ADMIN and leave --iova-mode out"},
	[GNG_DPDK_TRANSLATED] = {"translated",
				 "the IOMMU translates what a device of uio is told, so that no "
				 "frame can pass",
				 "bind the device to vfio-pci, or boot with iommu=pt"},
	[GNG_DPDK_MEMLOCK] = {"memlock", "RLIMIT_MEMLOCK is below the memory that VFIO pins",
			      "ulimit -l unlimited"},
	[GNG_DPDK_VFIO_ABSENT] = {"vfio-absent", "VFIO is not there", "modprobe vfio-pci"},
	[GNG_DPDK_IOMMU_ABSENT] = {"iommu-absent", "the device is in no IOMMU group",
				   "boot with intel_iommu=on or amd_iommu=on"},
	[GNG_DPDK_GROUP_DENIED] = {"group-denied", "the VFIO group may not be opened",
				   "chown the user to /dev/vfio/N; no capability is needed"},
	[GNG_DPDK_GROUP_NOT_VIABLE] = {"group-not-viable",
				       "another device of the IOMMU group has a kernel driver",
				       "bind every device of the group to vfio-pci"},
	[GNG_DPDK_DEVICE_ABSENT] = {"device-absent", "no PCI device has this address",
				    "lspci -D lists them"},
	[GNG_DPDK_DEVICE_UNBOUND] = {"device-unbound", "the device is bound to no driver",
				     "dpdk-devbind.py -b vfio-pci ADDRESS"},
	[GNG_DPDK_DEVICE_IN_KERNEL] = {"device-in-kernel",
				       "the device is bound to the kernel's "
				       "driver",
				       "dpdk-devbind.py -b vfio-pci ADDRESS"},
	[GNG_DPDK_PCI_OPEN] = {"pci-open", "every network port of this machine is probed",
			       "name ports with -a, or --no-pci"},
	[GNG_DPDK_DRIVER_UNKNOWN] = {"driver-unknown", "DPDK has no driver of that name",
				     "correct --vdev; dpdk-pmdinfo.py lists drivers"},
	[GNG_DPDK_INTERFACE_ABSENT] = {"interface-absent", "there is no such network interface",
				       "ip link lists them"},
	[GNG_DPDK_FILE_ABSENT] = {"file-absent",
				  "a file or socket of a virtual device is not there",
				  "correct the path; start the side that makes the socket first"},
	[GNG_DPDK_FILE_WRONG] = {"file-wrong", "a file of a virtual device is no capture",
				 "tcpdump -r FILE reads one"},
	[GNG_DPDK_PRIVILEGE] = {"privilege", "a capability is missing",
				"run as root, or with cap_net_admin,cap_net_raw"},
	[GNG_DPDK_CRASHED] = {"crashed", "rte_eal_init ended the process",
			      "see its last lines; a panic is DPDK's answer to a lack of threads"},
	[GNG_DPDK_HUNG] = {"hung", "rte_eal_init did not return in time", "see its last lines"},
	[GNG_DPDK_PORTS_SHORT] = {"ports-short", "fewer ports than were asked for",
				  "gonogo dpdk preflight, or --log-level=lib.eal:debug"},
	[GNG_DPDK_OTHER] = {"other", "rte_eal_init failed for a reason that is not known here",
			    "see the last line of its log"},
};

#define WORD_OF(reason, member) \
	((size_t)(reason) < GNG_DPDK_NUM_REASONS ? words[reason].member : "?")

const char *gng_dpdk_reason_name(enum gng_dpdk_reason reason)
{
	return WORD_OF(reason, name);
}

const char *gng_dpdk_reason_text(enum gng_dpdk_reason reason)
{
	return WORD_OF(reason, text);
}

const char *gng_dpdk_reason_remedy(enum gng_dpdk_reason reason)
{
	return WORD_OF(reason, remedy);
}

/* A line has all parts of its row; the first row counts. */
static const struct {
	const char *part, *other;
	enum gng_dpdk_reason reason;
} lines[] = {
	{"already called initialization", NULL, GNG_DPDK_STARTED},
	{"lcore ", " unavailable", GNG_DPDK_LCORE},
	{"invalid core", NULL, GNG_DPDK_LCORE},
	{"invalid coremask", NULL, GNG_DPDK_LCORE},
	{"Cannot init plugins", NULL, GNG_DPDK_PLUGIN},
	{"Cannot create runtime directory", NULL, GNG_DPDK_RUNTIME_FOLDER},
	{"Is another primary process running", NULL, GNG_DPDK_PRIMARY_RUNNING},
	{"failed to send to (", "mp_socket", GNG_DPDK_PRIMARY_ABSENT},
	{"Cannot open ", "for rte_mem_config", GNG_DPDK_PRIMARY_ABSENT},
	{"Failed to create thread for interrupt", NULL, GNG_DPDK_THREADS},
	{"failed to create mp thread", NULL, GNG_DPDK_THREADS},
	{"Error with create socket thread", NULL, GNG_DPDK_THREADS},
	{"Failed to lock hugepage directory", NULL, GNG_DPDK_MOUNT_DENIED},
	{"but no mounted hugetlbfs found", NULL, GNG_DPDK_MOUNT_ABSENT},
	{"Not enough memory available", NULL, GNG_DPDK_PAGES_SHORT},
	{"Cannot get hugepage information", NULL, GNG_DPDK_PAGES_ABSENT},
	{"Cannot use IOVA as 'PA'", NULL, GNG_DPDK_PHYSICAL},
	{"Expecting 'PA' IOVA mode", NULL, GNG_DPDK_PHYSICAL},
	{"Cannot set up DMA remapping, error 12", NULL, GNG_DPDK_MEMLOCK},
	{"DMA remapping failed, error 12", NULL, GNG_DPDK_MEMLOCK},
	{"VFIO modules not loaded", NULL, GNG_DPDK_READY}, /* said wherever VFIO is not wanted */
	{"Cannot open /dev/vfio/", NULL, GNG_DPDK_GROUP_DENIED},
	{"Cannot open VFIO container", "No such file", GNG_DPDK_VFIO_ABSENT},
	{"Cannot open VFIO container", NULL, GNG_DPDK_GROUP_DENIED},
	{"Failed to open VFIO group", NULL, GNG_DPDK_GROUP_DENIED},
	{"VFIO group is not viable", NULL, GNG_DPDK_GROUP_NOT_VIABLE},
	{"nable to parse device", NULL, GNG_DPDK_DRIVER_UNKNOWN},
	{"SIOCGIFINDEX", "No such device", GNG_DPDK_INTERFACE_ABSENT},
	{"Failed to get interface", NULL, GNG_DPDK_INTERFACE_ABSENT},
	{"Couldn't open", "No such device", GNG_DPDK_INTERFACE_ABSENT},
	{"Couldn't open", "No such file", GNG_DPDK_FILE_ABSENT},
	{"Couldn't open", "Permission denied", GNG_DPDK_PRIVILEGE},
	{"_pcap(): Couldn't open", NULL, GNG_DPDK_FILE_WRONG},
	{"Operation not permitted", NULL, GNG_DPDK_PRIVILEGE},
	{"Permission denied", NULL, GNG_DPDK_PRIVILEGE},
	{"unrecognized option", NULL, GNG_DPDK_ARGUMENT},
	{"is not compatible with", NULL, GNG_DPDK_ARGUMENT},
	{"Invalid 'command line' arguments", NULL, GNG_DPDK_ARGUMENT},
};

enum gng_dpdk_reason gng_dpdk_reason_of_line(const char *line)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (strstr(line, lines[i].part) &&
		    (!lines[i].other || strstr(line, lines[i].other)))
			return lines[i].reason;
	return GNG_DPDK_READY;
}
