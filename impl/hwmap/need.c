/* SPDX-License-Identifier: Apache-2.0 */
/* need.c - what a lab profile may need of a machine: the evidence, and what to do without. */
#include "gng_hwmap.h"

#include <string.h>

#define EVIDENCE 160
#define VENDOR_NVIDIA 0x10deu
#define GIB ((uint64_t)1 << 30)

static bool bare_metal(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "%s",
		 map->is_virtual ? "the CPU says that a hypervisor runs it" : "no hypervisor");
	return !map->is_virtual;
}

static bool tsc_clock(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "the clocksource is %s",
		 *map->clocksource ? map->clocksource : "not known");
	return strcmp(map->clocksource, "tsc") == 0;
}

static bool fixed_frequency(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "the governor is %s",
		 *map->governor ? map->governor : "not known: no cpufreq");
	return strcmp(map->governor, "performance") == 0;
}

static bool isolated_cpus(const struct gng_hwmap *map, char *evidence)
{
	if (*map->isolated_cpus)
		snprintf(evidence, EVIDENCE, "CPUs %s are isolated", map->isolated_cpus);
	else
		snprintf(evidence, EVIDENCE, "none of %zu CPUs is isolated", map->num_cpus);
	return *map->isolated_cpus != '\0';
}

static bool huge_pages(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "%llu MiB of huge pages are reserved",
		 (unsigned long long)(map->huge_page_bytes >> 20));
	return map->huge_page_bytes >= GIB;
}

static bool numa(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "%zu NUMA node%s", map->num_nodes,
		 map->num_nodes == 1 ? "" : "s");
	return map->num_nodes > 1;
}

static bool iommu(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "%zu IOMMU groups", map->num_iommu_groups);
	return map->num_iommu_groups > 0;
}

static bool nic_10g(const struct gng_hwmap *map, char *evidence)
{
	const struct gng_hwmap_nic *best = NULL;

	for (size_t i = 0; i < map->num_nics; i++)
		if (!best || map->nics[i].speed_mbit_s > best->speed_mbit_s)
			best = &map->nics[i];
	if (!best)
		snprintf(evidence, EVIDENCE, "no network port");
	else if (best->speed_mbit_s == 0)
		snprintf(evidence, EVIDENCE, "none of %zu network ports tells a speed",
			 map->num_nics);
	else
		snprintf(evidence, EVIDENCE, "the fastest network port is %s (%s) at %ld Mbit/s",
			 best->name, best->driver, best->speed_mbit_s);
	return best && best->speed_mbit_s >= 10000;
}

/* find_nvidia returns the first NVIDIA GPU whose model has part in it, or NULL. */
static const struct gng_hwmap_gpu *find_nvidia(const struct gng_hwmap *map, const char *part)
{
	for (size_t i = 0; i < map->num_gpus; i++)
		if (map->gpus[i].vendor == VENDOR_NVIDIA && strstr(map->gpus[i].model, part))
			return &map->gpus[i];
	return NULL;
}

static bool nvidia(const struct gng_hwmap *map, char *evidence, const char *part)
{
	const struct gng_hwmap_gpu *gpu = find_nvidia(map, part), *any = find_nvidia(map, "");

	if (gpu)
		snprintf(evidence, EVIDENCE, "%s at %s", *gpu->model ? gpu->model : "NVIDIA GPU",
			 gpu->address);
	else if (any)
		snprintf(evidence, EVIDENCE, "the NVIDIA GPU at %s is %s", any->address,
			 *any->model ? any->model : "not known: its driver is not loaded");
	else
		snprintf(evidence, EVIDENCE, "no NVIDIA GPU among %zu display devices",
			 map->num_gpus);
	return gpu != NULL;
}

static bool nvidia_gpu(const struct gng_hwmap *map, char *evidence)
{
	return nvidia(map, evidence, "");
}

static bool nvidia_h100(const struct gng_hwmap *map, char *evidence)
{
	return nvidia(map, evidence, "H100");
}

static bool sound_card(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "%zu sound cards", map->num_sound_cards);
	return map->num_sound_cards > 0;
}

static bool preempt_rt(const struct gng_hwmap *map, char *evidence)
{
	snprintf(evidence, EVIDENCE, "Linux %s is %sPREEMPT_RT", map->kernel,
		 map->is_preempt_rt ? "" : "not ");
	return map->is_preempt_rt;
}

static bool flags(const struct gng_hwmap *map, char *evidence, const char *first,
		  const char *second)
{
	const char *lacks = !gng_hwmap_flag(map, first)	   ? first
			    : !gng_hwmap_flag(map, second) ? second
							   : NULL;

	if (lacks)
		snprintf(evidence, EVIDENCE, "the CPU has no %s", lacks);
	else
		snprintf(evidence, EVIDENCE, "the CPU has %s and %s", first, second);
	return !lacks;
}

static bool vaes(const struct gng_hwmap *map, char *evidence)
{
	return flags(map, evidence, "vaes", "vpclmulqdq");
}

static bool avx512(const struct gng_hwmap *map, char *evidence)
{
	return flags(map, evidence, "avx512f", "avx512bw");
}

static const struct need {
	const char *name;
	bool (*has)(const struct gng_hwmap *map, char *evidence);
	const char *remedy;
} needs[GNG_HWMAP_NUM_NEEDS] = {
	[GNG_HWMAP_BARE_METAL] = {"bare-metal", bare_metal,
				  "run on the machine itself, not in a "
				  "guest"},
	[GNG_HWMAP_TSC_CLOCK] = {"tsc-clock", tsc_clock,
				 "a CPU with constant_tsc and nonstop_tsc; see dmesg for why the "
				 "kernel left tsc"},
	[GNG_HWMAP_FIXED_FREQUENCY] = {"fixed-frequency", fixed_frequency,
				       "cpupower frequency-set -g performance"},
	[GNG_HWMAP_ISOLATED_CPUS] = {"isolated-cpus", isolated_cpus,
				     "boot with isolcpus=, nohz_full= and rcu_nocbs= of the CPUs "
				     "to measure on"},
	[GNG_HWMAP_HUGE_PAGES] = {"huge-pages", huge_pages,
				  "reserve 1 GiB or more: sysctl vm.nr_hugepages=512, or "
				  "hugepagesz=1G hugepages=1 at boot"},
	[GNG_HWMAP_NUMA] = {"numa", numa, "a machine with two memory nodes"},
	[GNG_HWMAP_IOMMU] = {"iommu", iommu,
			     "switch it on in the firmware and boot with intel_iommu=on or "
			     "amd_iommu=on"},
	[GNG_HWMAP_NIC_10G] = {"nic-10g", nic_10g,
			       "a port of 10 Gbit/s or more with its cable and link up"},
	[GNG_HWMAP_NVIDIA_GPU] = {"nvidia-gpu", nvidia_gpu, "a machine with an NVIDIA GPU"},
	[GNG_HWMAP_NVIDIA_H100] = {"nvidia-h100", nvidia_h100,
				   "a machine with an NVIDIA H100 and its driver loaded"},
	[GNG_HWMAP_SOUND_CARD] = {"sound-card", sound_card,
				  "a sound card, or modprobe snd-aloop "
				  "for a virtual one"},
	[GNG_HWMAP_PREEMPT_RT] = {"preempt-rt", preempt_rt,
				  "apt-get install linux-image-rt-amd64 "
				  "and boot it"},
	[GNG_HWMAP_VAES] = {"vaes", vaes, "a CPU with VAES and VPCLMULQDQ"},
	[GNG_HWMAP_AVX512] = {"avx512", avx512, "a CPU with AVX-512"},
};

const char *gng_hwmap_need_name(enum gng_hwmap_need need)
{
	return needs[need].name;
}

bool gng_hwmap_has(const struct gng_hwmap *map, enum gng_hwmap_need need, char evidence[160])
{
	return needs[need].has(map, evidence);
}

const char *gng_hwmap_remedy(enum gng_hwmap_need need)
{
	return needs[need].remedy;
}

void gng_hwmap_tags(FILE *out, const struct gng_hwmap *map)
{
	char evidence[EVIDENCE];

	for (int need = 0; need < GNG_HWMAP_NUM_NEEDS; need++)
		if (needs[need].has(map, evidence))
			fprintf(out, "%s\n", needs[need].name);
}
