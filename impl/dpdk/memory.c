/* SPDX-License-Identifier: Apache-2.0 */
/* memory.c - preflight of memory: free huge pages of each node, a hugetlbfs to map them from, and
 * whether physical addresses can be seen. */
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_sysfile.h>

#include "dpdk_files.h"

#define CAP_SYS_ADMIN 21
#define DEFAULT_MB ((size_t)64) /* of EAL without a device; it takes pages as it needs them */

static const unsigned int page_kbs[] = {2048, 1048576};

static long pages_of(const struct gng_dpdk_machine *machine, unsigned int page_kb, const char *what)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%ukB/%s_hugepages",
		 page_kb, what);
	return (long)gng_sysfile_number(machine->root, path);
}

/* As calc_num_pages of EAL: free ones that nobody has reserved; only where there are none, those
 * that the kernel lends; on a node, free ones. */
static size_t free_mb(const struct gng_dpdk_machine *machine, int node, unsigned int page_kb)
{
	char path[128];
	long pages;

	if (node < 0) {
		pages = pages_of(machine, page_kb, "free") - pages_of(machine, page_kb, "resv");
		if (pages <= 0)
			pages = pages_of(machine, page_kb, "nr_overcommit") -
				pages_of(machine, page_kb, "surplus");
	} else {
		snprintf(path, sizeof(path),
			 "/sys/devices/system/node/node%d/hugepages/hugepages-%ukB/free_hugepages",
			 node, page_kb);
		pages = (long)gng_sysfile_number(machine->root, path);
	}
	return pages > 0 ? (size_t)pages * page_kb / 1024 : 0;
}

static size_t all_free_mb(const struct gng_dpdk_machine *machine, int node)
{
	return free_mb(machine, node, page_kbs[0]) + free_mb(machine, node, page_kbs[1]);
}

/* lies_below: "/huge/a" and "/huge" lie below "/huge", and "/hugely" does not. */
static bool lies_below(const char *path, const char *folder)
{
	const size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/* find_mount returns whether a hugetlbfs is mounted at (or above) dir, or anywhere if dir is NULL;
 * where is its folder. */
static bool find_mount(char *where, size_t cap, const struct gng_dpdk_machine *machine,
		       const char *dir)
{
	FILE *mounts = dpdk_mounts(machine);
	bool found = false;
	char at[PATH_MAX];

	while (mounts && !found && dpdk_next_hugetlbfs(at, mounts)) {
		found = !dir || lies_below(dir, at);
		if (found)
			snprintf(where, cap, "%s", dir ? dir : at);
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

static void examine_pages(struct dpdk_examination *examination)
{
	const struct gng_dpdk_request *request = examination->request;
	const size_t want = request->memory_mb ? request->memory_mb : DEFAULT_MB;
	const size_t have = all_free_mb(examination->machine, -1);

	examination->name = "huge pages";
	for (int node = 0; node < GNG_DPDK_MAX_NODES; node++) {
		const size_t on_node = request->node_mb[node];

		if (on_node && all_free_mb(examination->machine, node) < on_node) {
			dpdk_say(examination, GNG_DPDK_PAGES_SHORT, NULL,
				 "node %d has %zu MiB free, --socket-mem asks for %zu", node,
				 all_free_mb(examination->machine, node), on_node);
			return;
		}
	}
	if (have == 0)
		dpdk_say(examination, GNG_DPDK_PAGES_ABSENT, NULL,
			 "no free huge page of 2 MiB or 1 GiB");
	else if (have < want)
		dpdk_say(examination, GNG_DPDK_PAGES_SHORT, NULL, "%zu MiB are free, %zu are %s",
			 have, want, request->memory_mb ? "asked for" : "usual");
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%zu MiB are free", have);
}

static void examine_mount(struct dpdk_examination *examination)
{
	const char *dir = examination->request->huge_dir;
	char where[512];

	if (examination->request->in_memory) /* pages come from memfd_create */
		return;
	examination->name = "hugetlbfs";
	if (!find_mount(where, sizeof(where), examination->machine, dir))
		dpdk_say(examination, GNG_DPDK_MOUNT_ABSENT, NULL, "%s%s",
			 dir ? dir : "none is mounted", dir ? " is on no hugetlbfs" : "");
	else if (!dpdk_may(examination->machine, where))
		dpdk_say(examination, GNG_DPDK_MOUNT_DENIED, NULL,
			 "%s may not be written by user %u", where, examination->machine->uid);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "%s", where);
}

/* Memory that is not of huge pages may move, and without CAP_SYS_ADMIN /proc/self/pagemap shows no
 * frame numbers. */
const char *dpdk_virtual_because(const struct dpdk_examination *examination)
{
	if (examination->request->no_huge)
		return "--no-huge";
	if (examination->request->iova_va)
		return "--iova-mode=va";
	return dpdk_has_capability(examination->machine, CAP_SYS_ADMIN) ? NULL : "no CAP_SYS_ADMIN";
}

/* What is asked for in vain is no failure: Debian's EAL takes virtual addresses without a word. */
static void examine_addresses(struct dpdk_examination *examination)
{
	const char *because = dpdk_virtual_because(examination);

	if (!examination->request->iova_pa)
		return;
	examination->name = "physical addresses";
	if (because)
		dpdk_say(examination, GNG_DPDK_READY, NULL, "virtual ones are used: %s", because);
	else
		dpdk_say(examination, GNG_DPDK_READY, NULL, "may be seen");
}

void dpdk_examine_memory(struct dpdk_examination *examination)
{
	if (!examination->request->no_huge) {
		examine_pages(examination);
		examine_mount(examination);
	}
	examine_addresses(examination);
}
