/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_devices.c - network ports, IOMMU, GPU, capture devices, NUMA. */
#include "doctor.h"

#include <stdio.h>
#include <string.h>

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
	doctor_link(driver, sizeof(driver), machine->root, path);
	doctor_fix(finding, "gonogo dpdk preflight", "no port is bound to vfio-pci%s%s%s%s",
		   *names ? "; " : "", names, *driver ? " uses " : "", driver);
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

/* /proc/driver/nvidia/version: "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05 ..." */
static void probe_gpu(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char version[DOCTOR_TEXT], number[32] = "";
	const char *at;

	if (!doctor_exists(machine->root, "/dev/nvidia-uvm")) {
		doctor_fix(finding, "use a machine that has one, then nvidia-modprobe -u",
			   "no NVIDIA GPU: /dev/nvidia-uvm is absent");
		return;
	}
	doctor_read(version, machine->root, "/proc/driver/nvidia/version");
	at = strstr(version, "Module");
	if (at && sscanf(at + 6, " for x86_64 %31s", number) != 1)
		sscanf(at + 6, "%31s", number);
	doctor_ok(finding, "/dev/nvidia-uvm, driver %s", *number ? number : "of unknown version");
}

static void probe_capture(struct gng_cli_finding *finding, const struct gng_cli_machine *machine)
{
	char video[64], cards[DOCTOR_TEXT];
	const size_t num = doctor_entries(video, sizeof(video), machine->root, "/dev", "video");
	const bool sound = doctor_read(cards, machine->root, "/proc/asound/cards") && *cards &&
			   !strstr(cards, "no soundcards");

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
		doctor_fix(finding, "gonogo lab run numa", "only one node: nothing can be remote");
}

const struct doctor_probe doctor_devices[] = {
	{"devices", "NIC", probe_nic},	       {"devices", "IOMMU", probe_iommu},
	{"devices", "NUMA", probe_numa},       {"devices", "GPU", probe_gpu},
	{"devices", "capture", probe_capture}, {0},
};
