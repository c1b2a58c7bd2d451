/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_launch.h - from a received packet to the start of work on another processor: a GPU's kernel,
 * or a thread of this machine as the reference. Every packet is stamped.
 *
 *	t0	the caller received it			TSC
 *	t1	before the launch			TSC
 *	t2	the launch returned			TSC: says nothing about the start
 *	t3	the work began				the device's clock, so an interval of the
 *		TSC
 *	t4	the caller saw the result		TSC
 *
 * A GPU's clock is compared with the TSC by pings: its stamp was taken between t1 and t4 of the
 * ping, so half of the quickest round trip bounds the error. libcuda is loaded at run time and
 * never linked; its interface is asked for as of CUDA 11.4.
 */
#ifndef GNG_LAUNCH_H
#define GNG_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_clock.h>
#include <gng_hist.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gng_launch_backend {
	GNG_LAUNCH_CPU_POLL,	    /* reference: a thread that polls; no device at all */
	GNG_LAUNCH_CPU_FUTEX,	    /* a thread that sleeps until it is woken, its peer */
	GNG_LAUNCH_CUDA_LAUNCH,	    /* cuLaunchKernel for each packet */
	GNG_LAUNCH_CUDA_GRAPH,	    /* cuGraphLaunch of a graph of one kernel */
	GNG_LAUNCH_CUDA_PERSISTENT, /* a kernel that stays, and polls a doorbell in mapped memory */
	GNG_LAUNCH_NUM_BACKENDS
};

/* gng_launch_name returns "cpu-poll", "cpu-futex", "cuda-launch", "cuda-graph",
 * "cuda-persistent"; gng_launch_named the back end of a name, or GNG_LAUNCH_NUM_BACKENDS. */
const char *gng_launch_name(enum gng_launch_backend backend);
enum gng_launch_backend gng_launch_named(const char *name);

#define GNG_LAUNCH_ANY_CPU (-1)
#define GNG_LAUNCH_DEPTH 1023 /* packets under way */
#define GNG_LAUNCH_MAX_LEN ((size_t)1 << 40)

/* gng_launch_request: packets[0..packets_len) is memory of the caller, aligned to 64, that outlives
 * the launch; it is registered for the device. */
struct gng_launch_request {
	enum gng_launch_backend backend;
	void *packets;
	size_t packets_len;
	int cpu;	       /* of the thread of the cpu back ends, or GNG_LAUNCH_ANY_CPU */
	int device;	       /* CUDA's number of the GPU */
	const char *libcuda;   /* NULL: "libcuda.so.1" */
	const char *only_text; /* NULL, or PTX instead of that of this library */
};

/* gng_launch_path is the way from the host to a PCI device, as sysfs tells it; "" and -1 where it
 * does not. */
struct gng_launch_path {
	char address[16];     /* "0000:41:00.0", lower case */
	char speed[24];	      /* "32.0 GT/s PCIe": what it runs at now */
	char max_speed[24];   /* what it could */
	int width, max_width; /* lanes */
	int node;	      /* NUMA node, -1: none is told */
	int l1_aspm;	      /* 1: this link may enter L1, 0: not, -1: not told */
	char aspm_policy[64]; /* of the kernel: "[default] performance powersave ..." */
	bool aspm_writable;   /* this process may change the policy */
};

/* gng_launch_path_read reads it below root ("" for this machine). GNG_EUNSUPPORTED if there is no
 * such device; GNG_EINVAL for a text that is no address of PCI. */
GNG_MUST enum gng_status gng_launch_path_read(struct gng_launch_path *path, const char *root,
					      const char *address, struct gng_why *why);

#define GNG_LAUNCH_PATH_CAP 256

/* gng_launch_path_words says a path in one line, and returns words. */
const char *gng_launch_path_words(char words[GNG_LAUNCH_PATH_CAP],
				  const struct gng_launch_path *path);

/* gng_launch_path_json writes the members of an object, pci to aspm_writable. */
void gng_launch_path_json(FILE *out, const struct gng_launch_path *path);

/* gng_launch_path_is_far: a CPU of this node reaches the device through another node. False where
 * either node is not told. */
bool gng_launch_path_is_far(const struct gng_launch_path *path, int node);

/* gng_launch_info is what was opened. */
struct gng_launch_info {
	enum gng_launch_backend backend;
	char device[64];	     /* "NVIDIA H100 80GB HBM3", or "none: a thread on CPU 1" */
	int driver_version;	     /* 12040: CUDA 12.4; 0 without a GPU */
	int capability;		     /* 90: compute capability 9.0 */
	size_t text;		     /* which PTX text was taken: 0 is the first */
	int cpu;		     /* of the thread of a cpu back end, else -1 */
	struct gng_launch_path path; /* all unknown without a GPU */
};

struct gng_launch;

/*
 * gng_launch_open makes the device ready and compares its clock with the TSC; the caller closes
 * *launch. GNG_EUNSUPPORTED if there is no libcuda, it is a stub, too old or without a device, or
 * a cpu back end has no second CPU; GNG_EINVAL for memory that is unaligned or empty; GNG_ENOMEM;
 * GNG_ESYS for another error of CUDA or the system. On failure *launch is untouched, nothing is
 * left behind and why says what to change.
 */
GNG_MUST enum gng_status gng_launch_open(struct gng_launch **launch,
					 const struct gng_launch_request *request,
					 struct gng_why *why);

/* gng_launch_close ends thread or kernel and gives all back, also after an error. Safe on NULL. In
 * a forked child it frees nothing of the parent's device. */
void gng_launch_close(struct gng_launch *launch);

const struct gng_launch_info *gng_launch_info(const struct gng_launch *launch);

/*
 * gng_launch_submit launches the work on packet[0..len), the sum of its 32-bit little-endian words
 * (zeros behind the last byte). t0 is the caller's stamp. One thread at a time may submit and
 * poll, and it may be another each time: CUDA's context, which is current to a thread, is made so.
 * GNG_ELIMIT if GNG_LAUNCH_DEPTH packets are under way; GNG_EINVAL for bytes outside the memory or
 * a packet not aligned to 4; GNG_ESYS after an error of the device, again and again;
 * GNG_EUNSUPPORTED in a forked child, where no device can be used. Nothing is launched then.
 */
GNG_MUST enum gng_status gng_launch_submit(struct gng_launch *launch, const void *packet,
					   size_t len, uint64_t t0, struct gng_why *why);

/* gng_launch_done is a packet whose work is done. */
struct gng_launch_done {
	uint64_t sequence; /* 1 is the first */
	uint32_t sum;
	uint64_t t0, t1, t2, t4; /* TSC */
	uint64_t device_t3;	 /* the device's clock */
};

/*
 * gng_launch_poll sets *found and *done for the oldest packet under way, if its work is done. It
 * waits for nothing. GNG_ESYS if the device has failed: what was under way is lost.
 */
GNG_MUST enum gng_status gng_launch_poll(struct gng_launch *launch, struct gng_launch_done *done,
					 bool *found, struct gng_why *why);

/* gng_launch_interval is t3 in TSC cycles: it was not before lo and not after hi. */
struct gng_launch_interval {
	uint64_t lo, likely, hi;
	bool sound; /* false: the two clocks contradict each other, and lo..hi is t1..t4 */
};

/*
 * gng_launch_compare compares the clocks again, by pings in a queue that must be empty
 * (GNG_EINVAL). Stamps between two comparisons are interpolated, so one is due before and one after
 * a series. Errors of submit and poll.
 */
GNG_MUST enum gng_status gng_launch_compare(struct gng_launch *launch, struct gng_why *why);

/* gng_launch_t3 translates done->device_t3 by the last two comparisons, or the one of opening. */
void gng_launch_t3(struct gng_launch_interval *t3, const struct gng_launch *launch,
		   const struct gng_launch_done *done);

/*
 * gng_launch_pause ends a kernel that stays, until the next packet: calls of CUDA that wait for the
 * whole GPU, as cuMemFree, would wait for it for ever, whoever calls them. It is paused after
 * opening and after a series. GNG_EINVAL while packets are under way; GNG_ESYS if it does not end.
 */
GNG_MUST enum gng_status gng_launch_pause(struct gng_launch *launch, struct gng_why *why);

/* ---- a series ---- */

struct gng_launch_plan {
	uint64_t num; /* packets, one after the other is done */
	size_t len;   /* bytes of each */
	int cpu;      /* of the caller's thread meanwhile; GNG_LAUNCH_ANY_CPU: one at the device */
};

/* gng_launch_series has histograms in ns, which gng_launch_series_fini frees. */
struct gng_launch_series {
	struct gng_hist *start, *start_lo, *start_hi; /* t3 - t1: likely, at least, at most */
	struct gng_hist *submit;		      /* t2 - t1 */
	struct gng_hist *done;			      /* t4 - t1 */
	uint64_t num;
	uint64_t num_unsound; /* t3 was t1..t4 only */
	uint64_t bound_ns;    /* largest error of t3 by the comparisons */
	uint64_t device_tick; /* the clock of the device counts in steps of so many of its units */
	int cpu;	      /* where the caller's thread was */
	struct gng_clock_rate rate;
};

/*
 * gng_launch_measure pins the thread, launches and awaits plan->num packets, and checks each sum.
 * GNG_ESYS if one is wrong or not done within 2 s; GNG_EINVAL for no packets or a len that does
 * not fit the memory; errors of submit, poll and gng_clock_calibrate. The affinity comes back.
 */
GNG_MUST enum gng_status gng_launch_measure(struct gng_launch_series *series,
					    struct gng_launch *launch,
					    const struct gng_launch_plan *plan,
					    struct gng_why *why);
void gng_launch_series_fini(struct gng_launch_series *series);

/* gng_launch_sum is the work, done here. */
uint32_t gng_launch_sum(const void *packet, size_t len);

#ifdef __cplusplus
}
#endif

#endif /* GNG_LAUNCH_H */
