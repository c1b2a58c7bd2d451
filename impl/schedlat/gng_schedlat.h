/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_schedlat.h - how long threads wait for a CPU once they can run, and who had it meanwhile.
 *
 * A program on sched_switch keeps one histogram a thread; a wait begins when the scheduler queued
 * the thread. All switches go into a flight recorder of their CPU. When a wait ends that reaches
 * the threshold, the program itself looks who held the CPU and says so, so that the monitor may be
 * late.
 */
#ifndef GNG_SCHEDLAT_H
#define GNG_SCHEDLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_SCHEDLAT_NUM_BUCKETS 608u /* of a histogram: 16 an octave of nanoseconds */
#define GNG_SCHEDLAT_COMM_LEN 16u

/* ---- figures ---- */

/* gng_schedlat_hist counts waits by bucket. */
struct gng_schedlat_hist {
	uint64_t counts[GNG_SCHEDLAT_NUM_BUCKETS];
	uint64_t total, max_ns;
};

/* gng_schedlat_bucket_of returns the bucket of a wait; gng_schedlat_bucket_ns the longest wait of
 * a bucket, at most 6.25 % more than its shortest. */
unsigned int gng_schedlat_bucket_of(uint64_t ns);
uint64_t gng_schedlat_bucket_ns(unsigned int bucket);

/* gng_schedlat_quantile returns the bucket's longest wait at quantile q in (0, 1]; 0 if empty. */
uint64_t gng_schedlat_quantile(const struct gng_schedlat_hist *hist, double q);

/*
 * gng_schedlat_p99 is a P99 with its bounds at 95 %, by the binomial ranks n*q -+ 1.96 sqrt(n*q*
 * (1-q)). Without enough samples the upper rank would lie beyond the last one, and enough is false.
 */
struct gng_schedlat_p99 {
	uint64_t p99_ns, lo_ns, hi_ns, total;
	bool enough;
};
struct gng_schedlat_p99 gng_schedlat_p99_of(const struct gng_schedlat_hist *hist);

/* gng_schedlat_trend_of compares two windows: +1 if the later P99 lies above, -1 below, 0 if their
 * bounds overlap or one of them has not enough samples. */
int gng_schedlat_trend_of(const struct gng_schedlat_p99 *earlier,
			  const struct gng_schedlat_p99 *later);

/* ---- the recorder ---- */

/* gng_schedlat_wait is a wait that reached the threshold, and who held the thread's CPU longest; of
 * several CPUs, if it was moved meanwhile, the one that somebody held longest. */
struct gng_schedlat_wait {
	uint64_t from_ns, until_ns, told_ns; /* CLOCK_MONOTONIC; told_ns: the monitor heard of it */
	uint32_t thread, cpu;		     /* cpu: the one that the culprit held */
	char comm[GNG_SCHEDLAT_COMM_LEN];
	uint32_t culprit; /* 0: nobody is on record, or the CPU was idle; UINT32_MAX: a thread
			     that this PID namespace does not know */
	char culprit_comm[GNG_SCHEDLAT_COMM_LEN];
	uint64_t held_ns; /* by the culprit, within the wait */
};

/* gng_schedlat_switch is one record of a CPU: previous, whose name is comm, held it until at_ns. */
struct gng_schedlat_switch {
	uint64_t at_ns;
	uint32_t previous;
	char comm[GNG_SCHEDLAT_COMM_LEN];
};

/*
 * gng_schedlat_blame fills the culprit of a wait as the program in the kernel does, from the same
 * text: of the threads that ran on its CPU after from_ns, the one that ran longest in all. switches
 * are those of this CPU until until_ns, oldest first; the last 2048 count. running (or NULL) is who
 * had the CPU yet when the wait left it, at until_ns; at_ns is not read. GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_schedlat_blame(struct gng_schedlat_wait *wait,
					    const struct gng_schedlat_switch *switches,
					    size_t num_switches,
					    const struct gng_schedlat_switch *running);

/* ---- the monitor ---- */

struct gng_schedlat_request {
	uint64_t threshold_ns;
	uint32_t process; /* 0: not by process */
	const char *comm; /* NULL: not by name of a thread; both unset: every thread */
	bool by_wake_up;  /* waits begin at sched_wakeup, at twice the cost: so it is done where the
			     scheduler does not keep when it queued a thread */
};

struct gng_schedlat; /* not thread-safe */

/*
 * gng_schedlat_open loads and attaches; from then on waits are counted. GNG_EPERM if this process
 * may not, GNG_EUNSUPPORTED without BTF of the kernel, GNG_ESYS. Nothing is pinned: what is
 * attached goes with the process.
 */
GNG_MUST enum gng_status gng_schedlat_open(struct gng_schedlat **monitor,
					   const struct gng_schedlat_request *request,
					   struct gng_why *why);
void gng_schedlat_close(struct gng_schedlat *monitor);

/* gng_schedlat_by_queue says whether waits begin when the scheduler queued the thread, by its
 * clock, that is within a microsecond of CLOCK_MONOTONIC; else they begin at sched_wakeup. */
bool gng_schedlat_by_queue(const struct gng_schedlat *monitor);

/*
 * gng_schedlat_poll hands out the next wait over the threshold, oldest first, and waits at most
 * timeout_ms for it. *found says whether there was one. GNG_ESYS.
 */
GNG_MUST enum gng_status gng_schedlat_poll(struct gng_schedlat *monitor,
					   struct gng_schedlat_wait *wait, bool *found,
					   int timeout_ms, struct gng_why *why);

/* gng_schedlat_lost returns how many waits over the threshold found no room: 2000 may be there that
 * nobody polled for. */
uint32_t gng_schedlat_lost(const struct gng_schedlat *monitor);

/* gng_schedlat_each calls fn with the histogram of each thread, dead ones too; comm is its name at
 * its longest wait. Returns how many threads came after the 1024 that there is room for, and were
 * not counted. */
uint32_t gng_schedlat_each(struct gng_schedlat *monitor,
			   void (*fn)(void *arg, uint32_t thread, const char *comm,
				      const struct gng_schedlat_hist *hist),
			   void *arg);

/* ---- the article's way ---- */

/* gng_schedlat_snapshot is what `perf record -e sched:sched_migrate_task`, started after a wait,
 * saw: events of threads that moved, none of which says who held a CPU. */
struct gng_schedlat_snapshot {
	uint64_t started_ns, first_ns; /* CLOCK_MONOTONIC; first_ns is 0 if there was no event */
	uint32_t num_events;
};

/*
 * gng_schedlat_snapshot_take runs perf for length_ms and reads what it wrote into a folder of its
 * own, which it removes. GNG_EUNSUPPORTED if perf is absent or may not, GNG_EINVAL for 0 ms or over
 * 60,000, GNG_ESYS.
 */
GNG_MUST enum gng_status gng_schedlat_snapshot_take(struct gng_schedlat_snapshot *snapshot,
						    unsigned int length_ms, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_SCHEDLAT_H */
