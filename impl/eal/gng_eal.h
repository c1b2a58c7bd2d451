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
#include <gng_hist.h>
#include <gng_launch.h>

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
	bool may_be_deaf;   /* a device that no frame can reach (GNG_DPDK_TRANSLATED) will do */
};

struct gng_eal;

/*
 * gng_eal_start starts DPDK. *eal is owned by the caller: gng_eal_stop it. GNG_EINVAL for an
 * argument that EAL will refuse; GNG_EUNSUPPORTED with report->reason for every other way in which
 * it fails, comes up with fewer ports than wanted or with one that no frame can reach, which is no
 * start: what came up is taken down again. After a failure in the helper this process may try
 * again; after one in this process (in_helper false, and reason neither ARGUMENT nor STARTED) only
 * a new process can. report may not be NULL.
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
	GNG_EAL_LAUNCH, /* the last one of a flow, which does not send */
	GNG_EAL_SEND,
	GNG_EAL_NUM_STAGES
};

const char *gng_eal_stage_name(enum gng_eal_stage stage);

/* gng_eal_drop is why a frame that passed the filter was not launched. */
enum gng_eal_drop {
	GNG_EAL_DROP_FULL,   /* GNG_LAUNCH_DEPTH packets were under way */
	GNG_EAL_DROP_PIECES, /* it lies in several buffers, and the work wants one */
	GNG_EAL_DROP_MEMORY, /* it lies outside of the packet memory, or askew */
	GNG_EAL_NUM_DROPS
};

const char *gng_eal_drop_name(enum gng_eal_drop drop);

/* gng_eal_row is an interval of each frame's way. A burst passes a stage as a whole, so each of its
 * frames was there as long as the burst. */
enum gng_eal_row {
	GNG_EAL_ROW_LATE, /* from when it was due until the call that received it began */
	GNG_EAL_ROW_RECEIVE,
	GNG_EAL_ROW_PARSE,
	GNG_EAL_ROW_FILTER,
	GNG_EAL_ROW_HISTOGRAM,
	GNG_EAL_ROW_SUBMIT,   /* t2 - t1 of gng_launch.h */
	GNG_EAL_ROW_START,    /* t3 - t1: until the work began */
	GNG_EAL_ROW_DONE,     /* t4 - t1: until the loop saw the result */
	GNG_EAL_ROW_TO_START, /* t3 - t0: from when it was due, else received */
	GNG_EAL_ROW_TO_DONE,  /* t4 - t0 */
	GNG_EAL_NUM_ROWS
};

const char *gng_eal_row_name(enum gng_eal_row row);

/*
 * gng_eal_flow is the way from a port to the start of work (article 4.4). With a pace the loop
 * receives at most pace_frames at once, every pace_ns, and measures from when they were due, so
 * that one frame that is held up makes those behind it late too: for ports that always have a frame
 * (net_null, net_pcap with infinite_rx) 1 frame is a steady load and 64 are bursts.
 */
struct gng_eal_flow {
	/* asked */
	struct gng_launch *launch; /* of the memory that gng_eal_packets told */
	uint32_t pace_frames;	   /* 0: whatever the ports have, always */
	uint64_t pace_ns;
	/* found: every launched packet is done, or gng_eal_poll fails */
	int cpu, node;			/* of the loop; node -1: not told */
	uint64_t launched, done, wrong; /* wrong: the sum is not that of the packet */
	uint64_t dropped[GNG_EAL_NUM_DROPS];
	uint64_t not_kept;     /* done, and in no row of the launch: a GPU's rows hold a million */
	uint64_t unsound;      /* t3 is known no better than between t1 and t4 */
	uint64_t bound_cycles; /* largest error of t3 */
	struct gng_clock_rate rate;
	struct gng_hist *rows[GNG_EAL_NUM_ROWS]; /* in cycles of rate */
};

/* gng_eal_flow_init makes the rows of a flow that is zero otherwise, and calibrates the clock:
 * gng_eal_flow_fini frees them. GNG_ENOMEM; errors of gng_clock_calibrate. */
GNG_MUST enum gng_status gng_eal_flow_init(struct gng_eal_flow *flow, struct gng_why *why);
void gng_eal_flow_fini(struct gng_eal_flow *flow);

/* gng_eal_packets is the memory in which all ports' frames lie, for gng_launch_open, and the CPU of
 * the poll loop, on which no launch may work. GNG_ESYS before gng_eal_open_ports. */
GNG_MUST enum gng_status gng_eal_packets(struct gng_eal *eal, void **packets, size_t *len, int *cpu,
					 struct gng_why *why);

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
	struct gng_eal_flow *flow;	 /* or NULL; with it, nothing is forwarded */
	/* found */
	uint64_t elapsed_ns, polls, empty_polls;
	uint64_t busy_cycles; /* TSC cycles of polls that received something */
	uint64_t in[GNG_EAL_NUM_STAGES], out[GNG_EAL_NUM_STAGES]; /* frames */
	uint64_t cycles[GNG_EAL_NUM_STAGES];
	uint64_t bytes;				/* received */
	uint64_t missed, no_buffer;		/* by the ports: not received */
	bool huge_pages;			/* what EAL's memory is made of */
	uint64_t refused[GNG_FRAME_NUM_ERRORS]; /* by parse */
	uint64_t lengths[GNG_EAL_NUM_LENGTHS]; /* [i]: frames shorter than 2^i, and not than half */
};

/*
 * gng_eal_poll executes the loop on the main lcore. GNG_EINVAL for a filter without parse, a flow
 * that forwards or has a pace of no time, or a run that could not end; GNG_ESYS if no port is open
 * or a launch is not done within 2 s; errors of gng_launch_submit.
 */
GNG_MUST enum gng_status gng_eal_poll(struct gng_eal *eal, struct gng_eal_run *run,
				      struct gng_why *why);

/* gng_eal_lost is how many received frames are neither done (or sent, without a flow) nor dropped
 * with a reason: 0, or the run is wrong. */
uint64_t gng_eal_lost(const struct gng_eal_run *run);

#ifdef __cplusplus
}
#endif

#endif /* GNG_EAL_H */
