/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - a machine as a folder of files like /proc and /sys, removed when the test ends. */
#ifndef CONFORMANCE_HWMAP_MACHINE_H
#define CONFORMANCE_HWMAP_MACHINE_H

#include "../suite.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gng_hwmap.h>

static char machine_root[PATH_MAX / 2];

static inline int machine_remove_one(const char *path, const struct stat *about, int kind,
				     struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void machine_remove(void)
{
	nftw(machine_root, machine_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void machine_make(void)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(machine_root, sizeof(machine_root), "%s/gonogo-machine-XXXXXX",
		 tmp ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(machine_root));
	assert_int_equal(atexit(machine_remove), 0);
}

/* machine_path returns the path of name in the tree and makes the folders above it. */
static inline const char *machine_path(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", machine_root, name);
	for (char *at = strchr(path + strlen(machine_root) + 1, '/'); at;
	     at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, 0777);
		*at = '/';
	}
	return path;
}

static inline void machine_write(const char *name, const char *text)
{
	FILE *file = fopen(machine_path(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline void machine_link(const char *name, const char *target)
{
	assert_int_equal(symlink(target, machine_path(name)), 0);
}

/* machine_lab is a laboratory's machine: it has everything that a profile may need. */
static inline void machine_lab(void)
{
	machine_make();
	machine_write("proc/cpuinfo",
		      "processor\t: 0\nmodel name\t: Test CPU 1\nflags\t\t: fpu aes vaes "
		      "vpclmulqdq avx512f avx512bw\n\nprocessor\t: 1\nmodel name\t: Test CPU 1\n");
	machine_write("proc/sys/kernel/osrelease", "6.1.0-rt\n");
	machine_write("proc/driver/nvidia/gpus/0000:01:00.0/information",
		      "Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 99\n");
	machine_write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
	machine_write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
	machine_write("sys/devices/system/cpu/isolated", "2-7\n");
	machine_write("sys/devices/system/node/node0/cpulist", "0\n");
	machine_write("sys/devices/system/node/node1/cpulist", "1\n");
	machine_write("sys/kernel/realtime", "1\n");
	machine_write("sys/kernel/iommu_groups/0/type", "DMA\n");
	machine_write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "512\n");
	machine_write("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
	machine_write("sys/class/net/lo/speed", "");
	machine_write("sys/class/net/Port-1/speed", "25000\n");
	machine_link("sys/class/net/Port-1/device", "../../../devices/pci0000:00/0000:02:00.0");
	machine_write("sys/devices/pci0000:00/0000:02:00.0/class", "0x020000\n");
	machine_link("sys/devices/pci0000:00/0000:02:00.0/driver", "../../bus/pci/drivers/ice");
	machine_write("sys/class/net/eno1/speed", "-1\n");
	machine_link("sys/class/net/eno1/device", "../nowhere");
	machine_write("sys/class/sound/card0/id", "PCH\n");
	machine_write("sys/class/sound/controlC0/dev", "116:0\n");
	machine_write("sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n");
	machine_write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
	machine_write("sys/bus/pci/devices/0000:01:00.0/device", "0x2330\n");
	machine_write("sys/bus/pci/devices/0000:02:00.0/class", "0x020000\n");
}

/* machine_bare is a guest that has nothing. */
static inline void machine_bare(void)
{
	machine_make();
	machine_write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor\n");
	machine_write("sys/class/net/lo/speed", "");
}

static inline void machine_read(struct gng_hwmap *map)
{
	struct gng_why why = {0};

	if (gng_hwmap_read(map, machine_root, &why) != GNG_OK)
		fail_msg("%s", why.text);
}

#endif /* CONFORMANCE_HWMAP_MACHINE_H */
