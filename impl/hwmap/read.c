/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - the inventory: processor, memory, network ports, GPUs, sound, kernel. */
#include "gng_hwmap.h"

#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#define CLASS_DISPLAY 0x03u /* PCI code and ID assignment: base class */

/* ---- processor ---- */

/* field copies what follows "name<tabs>: " on the first line that begins so. */
static void field(char *value, size_t cap, const char *text, const char *name)
{
	const size_t len = strlen(name);
	const char *at = text;

	*value = '\0';
	while (at && (strncmp(at, name, len) != 0 || !strchr("\t :", at[len]))) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	at = at ? strchr(at, ':') : NULL;
	if (!at)
		return;
	at += 1 + strspn(at + 1, " \t");
	snprintf(value, cap, "%.*s", (int)strcspn(at, "\n"), at);
}

static enum gng_status read_cpu(struct gng_hwmap *map, const char *root, struct gng_why *why)
{
	char *text = gng_sysfile_text(root, "/proc/cpuinfo");

	map->cpu_flags = calloc(1, 8192);
	if (!map->cpu_flags) {
		free(text);
		return gng_why_set(why, GNG_ENOMEM, 0, "hwmap.read", "no memory");
	}
	field(map->cpu_model, sizeof(map->cpu_model), text ? text : "", "model name");
	field(map->cpu_flags, 8192, text ? text : "", "flags");
	for (const char *at = text; at && (at = strstr(at, "processor\t")); at++)
		map->num_cpus += at == text || at[-1] == '\n';
	free(text);
	map->is_virtual = gng_hwmap_flag(map, "hypervisor");
	return GNG_OK;
}

bool gng_hwmap_flag(const struct gng_hwmap *map, const char *flag)
{
	const size_t len = strlen(flag);

	for (const char *at = map->cpu_flags; (at = strstr(at, flag)); at += len)
		if ((at == map->cpu_flags || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

/* ---- kernel and memory ---- */

static bool has_prefix(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static void count_node(void *context, const char *root, const char *name)
{
	(void)root;
	*(size_t *)context += has_prefix(name, "node") && strspn(name + 4, "0123456789") > 0;
}

static void count_card(void *context, const char *root, const char *name)
{
	(void)root;
	*(size_t *)context += has_prefix(name, "card") && strspn(name + 4, "0123456789") > 0 &&
			      name[4 + strspn(name + 4, "0123456789")] == '\0';
}

static void add_pool(void *context, const char *root, const char *name)
{
	unsigned long kib;
	char path[160];

	if (sscanf(name, "hugepages-%lukB", &kib) != 1 || kib > 1UL << 30)
		return;
	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/%.60s/nr_hugepages", name);
	*(uint64_t *)context += (uint64_t)gng_sysfile_number(root, path) * kib * 1024;
}

static void read_kernel(struct gng_hwmap *map, const char *root)
{
	bool known;

	known = gng_sysfile_read(map->kernel, sizeof(map->kernel), root,
				 "/proc/sys/kernel/osrelease");
	known |= gng_sysfile_read(
		map->clocksource, sizeof(map->clocksource), root,
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
	known |= gng_sysfile_read(map->governor, sizeof(map->governor), root,
				  "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	known |= gng_sysfile_read(map->isolated_cpus, sizeof(map->isolated_cpus), root,
				  "/sys/devices/system/cpu/isolated");
	(void)known; /* what cannot be read is "" */
	map->is_preempt_rt = gng_sysfile_number(root, "/sys/kernel/realtime") == 1;
	map->num_iommu_groups = gng_sysfile_each(root, "/sys/kernel/iommu_groups", NULL, NULL);
	gng_sysfile_each(root, "/sys/devices/system/node", count_node, &map->num_nodes);
	gng_sysfile_each(root, "/sys/class/sound", count_card, &map->num_sound_cards);
	gng_sysfile_each(root, "/sys/kernel/mm/hugepages", add_pool, &map->huge_page_bytes);
}

/* ---- devices ---- */

/* An interface without a device is a bridge, a tunnel, lo: no port that a cable fits. */
static void add_nic(void *context, const char *root, const char *name)
{
	struct gng_hwmap *map = context;
	struct gng_hwmap_nic *nic = &map->nics[map->num_nics];
	char path[160], device[64];

	if (map->num_nics == GNG_HWMAP_MAX_DEVICES || strlen(name) >= sizeof(nic->name))
		return;
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device", name);
	gng_sysfile_link(device, sizeof(device), root, path);
	if (!*device)
		return;
	snprintf(nic->name, sizeof(nic->name), "%s", name);
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device/driver", name);
	gng_sysfile_link(nic->driver, sizeof(nic->driver), root, path);
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/speed", name);
	nic->speed_mbit_s = (long)gng_sysfile_number(root, path);
	map->num_nics++;
}

static void add_gpu(void *context, const char *root, const char *name)
{
	struct gng_hwmap *map = context;
	struct gng_hwmap_gpu *gpu = &map->gpus[map->num_gpus];
	char path[160];
	char *text;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.40s/class", name);
	if (map->num_gpus == GNG_HWMAP_MAX_DEVICES || strlen(name) >= sizeof(gpu->address) ||
	    gng_sysfile_number(root, path) >> 16 != CLASS_DISPLAY)
		return;
	snprintf(gpu->address, sizeof(gpu->address), "%s", name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.15s/vendor", name);
	gpu->vendor = (uint32_t)gng_sysfile_number(root, path);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%.15s/device", name);
	gpu->device = (uint32_t)gng_sysfile_number(root, path);
	snprintf(path, sizeof(path), "/proc/driver/nvidia/gpus/%.15s/information", name);
	text = gng_sysfile_text(root, path);
	field(gpu->model, sizeof(gpu->model), text ? text : "", "Model");
	free(text);
	map->num_gpus++;
}

enum gng_status gng_hwmap_read(struct gng_hwmap *map, const char *root, struct gng_why *why)
{
	enum gng_status status;

	memset(map, 0, sizeof(*map));
	if (gng_sysfile_each(root, "/proc", NULL, NULL) == 0)
		return gng_why_set(why, GNG_EINVAL, 0, "hwmap.read",
				   "%.200s/proc is empty or absent: name the root of a machine's "
				   "files",
				   root);
	status = read_cpu(map, root, why);
	if (status != GNG_OK)
		return status;
	read_kernel(map, root);
	gng_sysfile_each(root, "/sys/class/net", add_nic, map);
	gng_sysfile_each(root, "/sys/bus/pci/devices", add_gpu, map);
	return GNG_OK;
}

void gng_hwmap_fini(struct gng_hwmap *map)
{
	free(map->cpu_flags);
	memset(map, 0, sizeof(*map));
}
