/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_devices.c - network ports, IOMMU, GPU, capture devices, NUMA. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

#include <gng_dpdk.h>
#include <gng_uvm.h>

static void probe_nic(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char ports[80], names[80], driver[32] = "", path[128];
	size_t num = doctor_entries(ports, sizeof(ports), machine->root,
				    "/sys/bus/pci/drivers/vfio-pci", "0000:");

	if (num) {
		doctor_ok(finding, "vfio-pci has %s", ports);
		return;
	}
	doctor_entries(names, sizeof(names), machine->root, "/sys/class/net", "e");
	names[strcspn(names, " ")] = '\0';
	snprintf(path, sizeof(path), "/sys/class/net/%.40s/device/driver", names);
	gng_sysfile_link(driver, sizeof(driver), machine->root, path);
	doctor_fix(finding, "gonogo dpdk preflight", "no port is bound to vfio-pci%s%s%s%s",
		   *names ? "; " : "", names, *driver ? " uses " : "", driver);
}

/* add_device names a device for a start, once it is an address of PCI. */
static void add_device(struct gng_dpdk_request *request, const char *address)
{
	if (strlen(address) == strlen("0000:00:00.0") &&
	    request->num_devices < GNG_DPDK_MAX_DEVICES)
		request->devices[request->num_devices++] = address;
}

/* add_of_uio names those that were given to uio: they are no network devices of the kernel. */
static void add_of_uio(struct gng_dpdk_request *request, char names[2][128], const char *root)
{
	static const char *const folders[] = {"/sys/bus/pci/drivers/uio_pci_generic",
					      "/sys/bus/pci/drivers/igb_uio"};
	char *rest;

	for (size_t i = 0; i < 2; i++) {
		doctor_entries(names[i], sizeof(names[i]), root, folders[i], "0000:");
		for (rest = names[i]; rest && *rest;)
			add_device(request, strsep(&rest, " "));
	}
}

/* What `gonogo dpdk preflight` says of a start with the first port's device, and those of uio. */
static void probe_dpdk(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	struct gng_dpdk_request request = {.file_prefix = "rte", .no_pci = true};
	struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS];
	struct gng_dpdk_machine here;
	char name[80], path[128], device[64], of_uio[2][128];
	size_t num, i = 0;

	doctor_entries(name, sizeof(name), machine->root, "/sys/class/net", "e");
	snprintf(path, sizeof(path), "/sys/class/net/%.*s/device", (int)strcspn(name, " "), name);
	gng_sysfile_link(device, sizeof(device), machine->root, path);
	if (*name)
		add_device(&request, device);
	add_of_uio(&request, of_uio, machine->root);
	gng_dpdk_machine_here(&here);
	here.root = machine->root;
	num = gng_dpdk_preflight(checks, &request, &here);
	while (i < num && checks[i].reason == GNG_DPDK_READY)
		i++;
	if (i == num)
		doctor_ok(finding, "nothing stands in the way of rte_eal_init");
	else
		doctor_fix(finding, checks[i].remedy, "%s: %s",
			   gng_dpdk_reason_name(checks[i].reason), checks[i].evidence);
}

static void probe_iommu(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char groups[64];
	const size_t num = doctor_entries(groups, sizeof(groups), machine->root,
					  "/sys/kernel/iommu_groups", "");

	if (num)
		doctor_ok(finding, "%zu groups", num);
	else
		doctor_fix(finding, "add intel_iommu=on or amd_iommu=on, iommu=pt",
			   "no groups: vfio-pci needs its unsafe no-IOMMU mode");
}

/* A version that is not known is found here before a client is refused by it. */
static void probe_gpu(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	struct gng_uvm_version version;
	char text[DOCTOR_TEXT];

	if (!gng_sysfile_exists(machine->root, "/dev/nvidia-uvm"))
		doctor_fix(finding, "use a machine that has one, then nvidia-modprobe -u",
			   "no NVIDIA GPU: /dev/nvidia-uvm is absent");
	else if (!gng_sysfile_exists(machine->root, "/dev/nvidiactl"))
		doctor_fix(finding, "nvidia-modprobe -c 0",
			   "/dev/nvidia-uvm, and no /dev/nvidiactl, which allocates what it maps");
	else if (!gng_sysfile_bytes(text, sizeof(text), machine->root,
				    "/proc/driver/nvidia/version") ||
		 gng_uvm_version_read(&version, text, strlen(text), NULL) != GNG_OK)
		doctor_fix(finding, "modprobe nvidia",
			   "/dev/nvidia-uvm, and no version of a driver in "
			   "/proc/driver/nvidia/version");
	else if (!gng_uvm_version_known(&version))
		doctor_fix(finding, "gonogo uvm probe",
			   "/dev/nvidia-uvm, driver %s, whose structures are not known",
			   version.text);
	else
		doctor_ok(finding, "/dev/nvidia-uvm, driver %s", version.text);
}

/* has_libcuda looks where the loader does; nothing is loaded, so a stub is not told from it. */
static bool has_libcuda(const char *root)
{
	static const char *const files[] = {
		"/usr/lib/x86_64-linux-gnu/libcuda.so.1", "/lib/x86_64-linux-gnu/libcuda.so.1",
		"/usr/lib64/libcuda.so.1", "/usr/lib/libcuda.so.1", "/usr/local/lib/libcuda.so.1"};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (gng_sysfile_exists(root, files[i]))
			return true;
	return false;
}

#define LAUNCH_DRIVER 470 /* the first with CUDA 11.4, which launches want */

/* Why no launch would run on a GPU, in the words of `gonogo bench launch`; nothing is said where no
 * driver is loaded: that is GPU's. */
static void probe_launch(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	struct gng_uvm_version version;
	char text[DOCTOR_TEXT];

	if (!gng_sysfile_bytes(text, sizeof(text), machine->root, "/proc/driver/nvidia/version") ||
	    gng_uvm_version_read(&version, text, strlen(text), NULL) != GNG_OK)
		return;
	if (version.part[0] < LAUNCH_DRIVER)
		doctor_fix(finding, "install driver 470 or newer, which have CUDA 11.4",
			   "driver %s: the driver is too old", version.text);
	else if (!gng_sysfile_exists(machine->root, "/dev/nvidia0"))
		doctor_fix(finding, "nvidia-smi -L; nvidia-modprobe -c 0",
			   "driver %s, and no /dev/nvidia0: no GPU is seen", version.text);
	else if (!has_libcuda(machine->root))
		doctor_fix(finding, "install the driver of NVIDIA, whose package has it",
			   "driver %s, and no libcuda.so.1", version.text);
	else
		doctor_ok(finding, "driver %s, libcuda.so.1", version.text);
}

static void probe_capture(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char video[64], cards[DOCTOR_TEXT];
	const size_t num = doctor_entries(video, sizeof(video), machine->root, "/dev", "video");
	const bool sound =
		gng_sysfile_bytes(cards, sizeof(cards), machine->root, "/proc/asound/cards") &&
		*cards && !strstr(cards, "no soundcards");

	if (num && sound)
		doctor_ok(finding, "%s and a sound card", video);
	else
		doctor_fix(finding, "modprobe -a snd-aloop vivid", "%s, %s",
			   num ? video : "no video device",
			   sound ? "a sound card" : "no sound card");
}

static void probe_numa(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char nodes[64];
	const size_t num = doctor_entries(nodes, sizeof(nodes), machine->root,
					  "/sys/devices/system/node", "node");

	if (num > 1)
		doctor_ok(finding, "%zu nodes", num);
	else
		doctor_fix(finding, "gonogo lab run mem-nodes",
			   "only one node: nothing can be remote");
}

const struct doctor_probe doctor_devices[] = {
	{"devices", "NIC", probe_nic},	       {"devices", "DPDK", probe_dpdk},
	{"devices", "IOMMU", probe_iommu},     {"devices", "NUMA", probe_numa},
	{"devices", "GPU", probe_gpu},	       {"devices", "launch", probe_launch},
	{"devices", "capture", probe_capture}, {0},
};
