/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_dpdk.h - why DPDK's rte_eal_init fails or comes up short, told before it is called, and what
 * its log lines mean. It needs no DPDK: `eal` (gng_eal.h) does, and judges by the same reasons.
 *
 * rte_eal_init answers with a number that has little to do with the cause: ENOMEM stands for three
 * of them, EACCES for a mount that is missing, 0 for a second primary process, and a device that
 * cannot be opened is a success with fewer ports. Measured with DPDK 22.11.
 */
#ifndef GNG_DPDK_H
#define GNG_DPDK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_dpdk_reason: of several that a log gives, the first one explains the others. From
 * GNG_DPDK_PHYSICAL to GNG_DPDK_PRIVILEGE they are of devices: those may be a success of
 * rte_eal_init with a port that is missing. */
enum gng_dpdk_reason {
	GNG_DPDK_READY,
	GNG_DPDK_STARTED,	   /* this process has called rte_eal_init before */
	GNG_DPDK_LCORE,		   /* a CPU that is not there or not allowed */
	GNG_DPDK_PLUGIN,	   /* -d: a file that cannot be loaded */
	GNG_DPDK_RUNTIME_FOLDER,   /* cannot be made or written */
	GNG_DPDK_PRIMARY_RUNNING,  /* another primary process has this file prefix */
	GNG_DPDK_PRIMARY_ABSENT,   /* a secondary process without a primary */
	GNG_DPDK_THREADS,	   /* this user may make no more */
	GNG_DPDK_MOUNT_DENIED,	   /* hugetlbfs is mounted, and this user may not write */
	GNG_DPDK_PAGES_SHORT,	   /* fewer free pages than asked for, on all nodes or on one */
	GNG_DPDK_MOUNT_ABSENT,	   /* pages, and no hugetlbfs for them */
	GNG_DPDK_PAGES_ABSENT,	   /* no free huge page */
	GNG_DPDK_PHYSICAL,	   /* physical addresses are wanted, and not seen or not used */
	GNG_DPDK_TRANSLATED,	   /* uio behind an IOMMU that translates: EAL says nothing */
	GNG_DPDK_MEMLOCK,	   /* RLIMIT_MEMLOCK is below the memory that VFIO pins */
	GNG_DPDK_VFIO_ABSENT,	   /* the module is not loaded */
	GNG_DPDK_IOMMU_ABSENT,	   /* the device is in no IOMMU group */
	GNG_DPDK_GROUP_DENIED,	   /* /dev/vfio/N may not be opened */
	GNG_DPDK_GROUP_NOT_VIABLE, /* another device of the group has a kernel driver */
	GNG_DPDK_DEVICE_ABSENT,	   /* no PCI device at this address */
	GNG_DPDK_DEVICE_UNBOUND,   /* bound to no driver: skipped without a word */
	GNG_DPDK_DEVICE_IN_KERNEL, /* bound to a driver of the kernel: skipped likewise */
	GNG_DPDK_PCI_OPEN,	 /* neither -a nor --no-pci: every port of this machine is probed */
	GNG_DPDK_DRIVER_UNKNOWN, /* --vdev of a driver that DPDK does not have */
	GNG_DPDK_INTERFACE_ABSENT, /* of --vdev net_af_packet, net_af_xdp, net_pcap */
	GNG_DPDK_FILE_ABSENT,	   /* of --vdev net_pcap, or the socket of net_virtio_user */
	GNG_DPDK_FILE_WRONG,	   /* of --vdev net_pcap: no capture */
	GNG_DPDK_PRIVILEGE,	   /* a capability is missing */
	GNG_DPDK_ARGUMENT,	   /* an option that is none, or that excludes another */
	GNG_DPDK_CRASHED,	   /* rte_eal_init ended the process (rte_panic) */
	GNG_DPDK_HUNG,		   /* it did not return in time */
	GNG_DPDK_PORTS_SHORT,	   /* fewer ports than asked for, and nothing said why */
	GNG_DPDK_OTHER,		   /* see the last line of the log */
	GNG_DPDK_NUM_REASONS
};

const char *gng_dpdk_reason_name(enum gng_dpdk_reason reason);	 /* "memlock": words of the JSON */
const char *gng_dpdk_reason_text(enum gng_dpdk_reason reason);	 /* what is the matter */
const char *gng_dpdk_reason_remedy(enum gng_dpdk_reason reason); /* what to change; "" of READY */

/* gng_dpdk_reason_of_line returns what a line of DPDK's log means, READY for one that explains no
 * failure. */
enum gng_dpdk_reason gng_dpdk_reason_of_line(const char *line);

/* ---- what is asked of rte_eal_init ---- */

#define GNG_DPDK_MAX_DEVICES 16
#define GNG_DPDK_MAX_NODES 8
#define GNG_DPDK_MAX_LCORES 1024

/* gng_dpdk_request is the EAL's command line as far as it decides about a start. Texts are borrowed
 * from argv. */
struct gng_dpdk_request {
	bool no_huge, in_memory, no_shconf, no_pci, is_secondary, iova_pa, iova_va, has_lcores;
	const char *file_prefix, *huge_dir; /* "rte" and NULL if not given */
	size_t memory_mb;		    /* -m, or the sum of --socket-mem; 0: not given */
	size_t node_mb[GNG_DPDK_MAX_NODES]; /* --socket-mem */
	uint64_t lcores[GNG_DPDK_MAX_LCORES / 64];
	size_t num_devices, num_vdevs, num_plugins, num_ports; /* num_ports: -a and --vdev net_* */
	const char *devices[GNG_DPDK_MAX_DEVICES], *vdevs[GNG_DPDK_MAX_DEVICES],
		*plugins[GNG_DPDK_MAX_DEVICES];
};

/*
 * gng_dpdk_request_read reads argv[0..argc) without the name of the program, up to "--".
 * GNG_EINVAL names what rte_eal_init will refuse: an option that is none, lacks its value or
 * excludes another; GNG_ELIMIT for more devices than this structure has room for.
 */
GNG_MUST enum gng_status gng_dpdk_request_read(struct gng_dpdk_request *request, int argc,
					       const char *const *argv, struct gng_why *why);

/* ---- preflight ---- */

/* gng_dpdk_machine: files are read under root ("" for this machine), so that a folder of such files
 * is a machine too; there what a user may do is judged by the modes of files. */
struct gng_dpdk_machine {
	const char *root;
	unsigned int uid;
	uint64_t capabilities; /* bits of linux/capability.h */
	uint64_t memlock_len;  /* RLIMIT_MEMLOCK in bytes; UINT64_MAX: unlimited */
	uint64_t lcores[GNG_DPDK_MAX_LCORES / 64]; /* CPUs that this process may use */
};

/* gng_dpdk_machine_here fills *machine with this process. */
void gng_dpdk_machine_here(struct gng_dpdk_machine *machine);

#define GNG_DPDK_MAX_CHECKS 64

/* gng_dpdk_check: ok if reason is READY; then the remedy is "". */
struct gng_dpdk_check {
	const char *name; /* "arguments", "huge pages", ... */
	enum gng_dpdk_reason reason;
	char evidence[192], remedy[192];
};

/* gng_dpdk_preflight examines what request needs of machine, fills checks and returns their number,
 * at most GNG_DPDK_MAX_CHECKS. It changes nothing. */
size_t gng_dpdk_preflight(struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS],
			  const struct gng_dpdk_request *request,
			  const struct gng_dpdk_machine *machine);

/* gng_dpdk_preflight_devices is what of it is of PCI and virtual devices. It opens no file, and may
 * be asked while DPDK runs in this process: to look at the lock of a primary process is to lose it,
 * where it is this one's. */
size_t gng_dpdk_preflight_devices(struct gng_dpdk_check checks[GNG_DPDK_MAX_CHECKS],
				  const struct gng_dpdk_request *request,
				  const struct gng_dpdk_machine *machine);

/* ---- leftovers ---- */

/*
 * gng_dpdk_leftovers calls found (which may be NULL) for each runtime folder and huge page file
 * whose name begins with gonogo and that no process has locked, and returns their number. Nothing
 * is removed.
 */
size_t gng_dpdk_leftovers(const struct gng_dpdk_machine *machine,
			  void (*found)(void *context, const char *path), void *context);

/* gng_dpdk_remove removes one of them. GNG_EINVAL for a path whose last part does not begin with
 * gonogo; GNG_ESYS if it cannot be removed; what is gone already is GNG_OK. */
GNG_MUST enum gng_status gng_dpdk_remove(const char *path, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_DPDK_H */
