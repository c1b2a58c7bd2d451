/* SPDX-License-Identifier: Apache-2.0 */
/* dpdk_files.h - what preflight sees of a machine: files under its root, and a list of findings. */
#ifndef DPDK_FILES_H
#define DPDK_FILES_H

#include <limits.h>
#include <stdio.h>

#include "gng_dpdk.h"

/* dpdk_examination: name is that of the checks to come. */
struct dpdk_examination {
	struct gng_dpdk_check *checks;
	size_t num;
	const struct gng_dpdk_request *request;
	const struct gng_dpdk_machine *machine;
	const char *name;
	bool pins; /* a device is of VFIO, which pins all memory */
};

/* dpdk_say adds a check; a remedy of NULL is that of the reason. */
void dpdk_say(struct dpdk_examination *examination, enum gng_dpdk_reason reason, const char *remedy,
	      const char *evidence, ...) GNG_PRINTF(4, 5);

bool dpdk_exists(const struct gng_dpdk_machine *machine, const char *path);

/* dpdk_is_no_capture: a file that does not begin as libpcap's do. What cannot be read, or is no
 * file of bytes, is for libpcap to judge. */
bool dpdk_is_no_capture(const struct gng_dpdk_machine *machine, const char *path);

/* dpdk_link writes the last part of a link's target; false if it is none. */
bool dpdk_link(char *name, size_t cap, const struct gng_dpdk_machine *machine, const char *path);

/* dpdk_mounts opens the list of mounts, NULL if there is none; endmntent closes it.
 * dpdk_next_hugetlbfs writes where the next one of that type is; false at the end. */
FILE *dpdk_mounts(const struct gng_dpdk_machine *machine);
bool dpdk_next_hugetlbfs(char at[PATH_MAX], FILE *mounts);

/* dpdk_may says whether the machine's user may open path for reading and writing (or, of a folder,
 * make files in it). */
bool dpdk_may(const struct gng_dpdk_machine *machine, const char *path);

bool dpdk_has_capability(const struct gng_dpdk_machine *machine, unsigned int capability);

/* dpdk_full joins the machine's root and a path. */
bool dpdk_full(char *full, size_t cap, const struct gng_dpdk_machine *machine, const char *path);

/* dpdk_runtime_folder returns the folder in which EAL makes dpdk/<file prefix>. */
const char *dpdk_runtime_folder(const struct gng_dpdk_machine *machine);

/* dpdk_is_locked says whether another process holds the lock of a primary on a file, which is so
 * too if the file may not be opened. */
bool dpdk_is_locked(const char *full);

/* dpdk_virtual_because says why EAL will give devices virtual addresses, or NULL: physical ones. */
const char *dpdk_virtual_because(const struct dpdk_examination *examination);

/* The parts of preflight. */
void dpdk_examine_process(struct dpdk_examination *examination);
void dpdk_examine_memory(struct dpdk_examination *examination);
void dpdk_examine_devices(struct dpdk_examination *examination);
void dpdk_examine_vdevs(struct dpdk_examination *examination);

#endif /* DPDK_FILES_H */
