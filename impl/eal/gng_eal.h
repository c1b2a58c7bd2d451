/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_eal.h - DPDK started on a thread of its own, with a reason for each failure.
 *
 * rte_eal_init pins the thread that calls it to a CPU for good, lets each thread that it makes
 * inherit its signal mask, cannot be called twice, and may end the process. So it is tried in a
 * helper process first, and then called on a thread that this library owns: the caller's threads,
 * their CPUs and their signals (those of a Go runtime too) stay as they were.
 */
#ifndef GNG_EAL_H
#define GNG_EAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_dpdk.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_eal_report is what came of a start. */
struct gng_eal_report {
	int rc;		/* of rte_eal_init; -1 too if the helper did not live to say */
	int eal_errno;	/* as it stood then; it means nothing if rc is not negative */
	bool in_helper; /* the helper failed, and this process has not been touched */
	size_t num_wanted, num_ports;
	enum gng_dpdk_reason reason;
	char line[256]; /* the line of the log that gave the reason, else the last one; or "" */
};

struct gng_eal_config {
	int argc; /* EAL arguments without the name of the program */
	const char *const *argv;
	size_t num_wanted;  /* ports; SIZE_MAX: as many as -a and --vdev name */
	const char *helper; /* path of gonogo-eal, or NULL: no helper process */
	int deadline_s;	    /* of the helper; 0: 20 */
};

struct gng_eal;

/*
 * gng_eal_start starts DPDK. *eal is owned by the caller: gng_eal_stop it. GNG_EINVAL for an
 * argument that EAL will refuse; GNG_EUNSUPPORTED with report->reason for every other way in which
 * it fails or comes up with fewer ports than wanted, which is no start: what came up is taken down
 * again. After a failure in the helper this process may try again; after one in this process
 * (in_helper false, and reason neither ARGUMENT nor STARTED) only a new process can. report may not
 * be NULL.
 */
GNG_MUST enum gng_status gng_eal_start(struct gng_eal **eal, struct gng_eal_report *report,
				       const struct gng_eal_config *config, struct gng_why *why);

/* gng_eal_call executes fn on the main lcore's thread, and returns when fn has. One at a time. */
void gng_eal_call(struct gng_eal *eal, void (*fn)(void *arg), void *arg);

/* gng_eal_stop closes all ports, ends DPDK and its thread. eal NULL is allowed. */
void gng_eal_stop(struct gng_eal *eal);

/* gng_eal_try is the helper's whole work: it starts DPDK in this process, on this thread, and
 * prints "gonogo-eal: rc=N rte_errno=N ports=N" as its last line, behind all that DPDK says. */
int gng_eal_try(int argc, const char *const *argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_EAL_H */
