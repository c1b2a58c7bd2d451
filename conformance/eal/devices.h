/* SPDX-License-Identifier: Apache-2.0 */
/* devices.h - one row of the table of devices: what a process may do, and what comes of its start.
 */
#ifndef CONFORMANCE_EAL_DEVICES_H
#define CONFORMANCE_EAL_DEVICES_H

#include <gng_eal.h>

#define DEVICES_ABSENT (-1) /* a file of /dev/vfio that is not there */
#define DEVICES_MAX_WORDS 24

/* devices_row: of what is 0, nothing is changed. */
struct devices_row {
	const char *arguments; /* E and V stand for the slots of e1000e and virtio-net */
	const char *driver;    /* of those that are named; NULL: none */
	const char *neighbour; /* of the device that is in V's group too */
	int refused;	       /* errno of the kernel when it was to give them that driver */
	bool nobody;	       /* uid 65534, without a capability but keep */
	uint64_t keep, drop;   /* masks; drop is of root */
	unsigned int memlock_mib;
	int container, group;	     /* modes of /dev/vfio/vfio and /dev/vfio/N; 0: as 0666 */
	enum gng_dpdk_reason reason; /* of the start, and of preflight before it */
	bool physical;		     /* EAL took physical addresses */
};

/* devices_outcome is what a process of its own found: ahead is the first finding of preflight. */
struct devices_outcome {
	struct gng_eal_report report;
	enum gng_dpdk_reason ahead;
	char evidence[192], remedy[192];
	bool whole; /* false: the process ended before it could say anything */
	bool physical;
	uint64_t capabilities;	  /* of the process, when it started */
	size_t bar_kib, huge_kib; /* mapped at the end of the start: of VFIO, and huge pages */
	size_t huge_before_kib;	  /* when EAL took up the first PCI device */
	bool group_before, group_at_end; /* whether a file of /dev/vfio/N was open then */
};

/* devices_follow is devices_try without a library between: rte_eal_init itself is called, and
 * looked at when its log says that it takes up a PCI device. It fills what is of that, and
 * report.rc. */
void devices_follow(struct devices_outcome *outcome, const struct devices_row *row);

/* devices_try starts DPDK as row says, in a process and a mount namespace of their own. */
void devices_try(struct devices_outcome *outcome, const struct devices_row *row);

#endif /* CONFORMANCE_EAL_DEVICES_H */
