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
#include <gng_frame.h>

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

/* ---- ports and the poll loop ---- */

/* gng_eal_open_ports gives all ports one queue each way and a common pool of buffers, and starts
 * them. GNG_ESYS with the port and what DPDK answered; gng_eal_stop closes them. */
GNG_MUST enum gng_status gng_eal_open_ports(struct gng_eal *eal, struct gng_why *why);

enum gng_eal_stage {
	GNG_EAL_RECEIVE,
	GNG_EAL_PARSE,
	GNG_EAL_FILTER,
	GNG_EAL_HISTOGRAM,
	GNG_EAL_SEND,
	GNG_EAL_NUM_STAGES
};

const char *gng_eal_stage_name(enum gng_eal_stage stage);

#define GNG_EAL_NUM_LENGTHS 17

/*
 * gng_eal_run is one run of the loop: the caller fills what is asked, and zeros the rest. Each
 * burst passes the stages one after the other, to completion; what no stage drops is sent on the
 * port's neighbour (0 and 1, 2 and 3; a last one alone on itself) or, without forward, ends there.
 */
struct gng_eal_run {
	/* asked: the run ends at the first of these that is not 0, or when *stop is set */
	uint64_t max_ns, max_idle_ns, max_frames;
	const volatile int *stop;	 /* or NULL */
	bool parse, histogram, forward;	 /* a filter wants parse */
	struct gng_frame_filter *filter; /* or NULL; it counts */
	/* found */
	uint64_t elapsed_ns, polls, empty_polls;
	uint64_t busy_cycles; /* TSC cycles of polls that received something */
	uint64_t in[GNG_EAL_NUM_STAGES], out[GNG_EAL_NUM_STAGES]; /* frames */
	uint64_t cycles[GNG_EAL_NUM_STAGES];
	uint64_t bytes;				/* received */
	uint64_t missed, no_buffer;		/* by the ports: not received */
	uint64_t refused[GNG_FRAME_NUM_ERRORS]; /* by parse */
	uint64_t lengths[GNG_EAL_NUM_LENGTHS]; /* [i]: frames shorter than 2^i, and not than half */
};

/* gng_eal_poll executes the loop on the main lcore. GNG_EINVAL for a filter without parse, or a run
 * that could not end; GNG_ESYS if no port is open. */
GNG_MUST enum gng_status gng_eal_poll(struct gng_eal *eal, struct gng_eal_run *run,
				      struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_EAL_H */
