/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_hwmap.h - this machine as a laboratory's resource: what it has, and what a profile may
 * need of it. Everything is read from files under a root, so a folder of such files is a
 * machine too; nothing is changed, and what cannot be read counts as absent.
 */
#ifndef GNG_HWMAP_H
#define GNG_HWMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_HWMAP_MAX_DEVICES 64 /* of a kind; what is more is left out */

/* gng_hwmap_nic is a network interface with a device behind it. */
struct gng_hwmap_nic {
	char name[16];	   /* IFNAMSIZ: "enp1s0f0" */
	char driver[32];   /* "" if it has none */
	long speed_mbit_s; /* 0: no link, or it does not say */
};

/* gng_hwmap_gpu is a PCI device of class 0x03. */
struct gng_hwmap_gpu {
	char address[16];	 /* "0000:01:00.0" */
	uint32_t vendor, device; /* PCI ids */
	char model[64];		 /* as its driver says, or "" */
};

struct gng_hwmap {
	char cpu_model[80];
	char *cpu_flags; /* the words of /proc/cpuinfo, never NULL */
	size_t num_cpus, num_nodes, num_iommu_groups, num_sound_cards;
	char isolated_cpus[64]; /* a CPU list, or "" */
	char clocksource[32], governor[32];
	char kernel[64];
	bool is_virtual, is_preempt_rt;
	uint64_t huge_page_bytes; /* reserved, of all sizes */
	size_t num_nics, num_gpus;
	struct gng_hwmap_nic nics[GNG_HWMAP_MAX_DEVICES]; /* sorted by name */
	struct gng_hwmap_gpu gpus[GNG_HWMAP_MAX_DEVICES]; /* sorted by address */
};

/* gng_hwmap_read fills *map from the files under root ("" for this machine). GNG_ENOMEM;
 * GNG_EINVAL if root has no /proc or is too long. The caller frees with gng_hwmap_fini. */
GNG_MUST enum gng_status gng_hwmap_read(struct gng_hwmap *map, const char *root,
					struct gng_why *why);
void gng_hwmap_fini(struct gng_hwmap *map);

/* gng_hwmap_flag tells whether the CPU has a flag of /proc/cpuinfo. */
bool gng_hwmap_flag(const struct gng_hwmap *map, const char *flag);

/* ---- needs: what a lab profile may ask for ---- */

enum gng_hwmap_need {
	GNG_HWMAP_BARE_METAL,
	GNG_HWMAP_TSC_CLOCK,
	GNG_HWMAP_FIXED_FREQUENCY,
	GNG_HWMAP_ISOLATED_CPUS,
	GNG_HWMAP_HUGE_PAGES, /* 1 GiB or more reserved */
	GNG_HWMAP_NUMA,
	GNG_HWMAP_IOMMU,
	GNG_HWMAP_NIC_10G,
	GNG_HWMAP_NVIDIA_GPU,
	GNG_HWMAP_NVIDIA_H100,
	GNG_HWMAP_SOUND_CARD,
	GNG_HWMAP_PREEMPT_RT,
	GNG_HWMAP_VAES,
	GNG_HWMAP_AVX512,
	GNG_HWMAP_NUM_NEEDS
};

/* gng_hwmap_need_name returns "nic-10g", a device tag; never NULL for a need. */
const char *gng_hwmap_need_name(enum gng_hwmap_need need);

/* gng_hwmap_has says whether the machine has it, and writes what was found to evidence. */
bool gng_hwmap_has(const struct gng_hwmap *map, enum gng_hwmap_need need, char evidence[160]);

/* gng_hwmap_remedy says what to do on a machine that lacks it. */
const char *gng_hwmap_remedy(enum gng_hwmap_need need);

/* ---- as a laboratory reads it ---- */

/* gng_hwmap_json returns all of it, gng_hwmap_ctest a resource specification of CTest (version
 * 1.0): cpus, nics, gpus and gibibytes of huge pages. The caller frees; NULL without memory. */
char *gng_hwmap_json(const struct gng_hwmap *map);
char *gng_hwmap_ctest(const struct gng_hwmap *map);

/* gng_hwmap_tags writes the name of each need that is met, one a line: device tags of LAVA,
 * labgrid and others. */
void gng_hwmap_tags(FILE *out, const struct gng_hwmap *map);

/* gng_hwmap_main is `gonogo hwmap`; argv[0] is the verb. It returns the exit status. */
int gng_hwmap_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_HWMAP_H */
