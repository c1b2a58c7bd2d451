/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_noise.h - what this machine does to a program that only wants the CPU: the noise floor
 * by quantile, and the causes of its gaps.
 *
 * One thread on each allowed CPU reads the TSC without pause, 80 ms of every 100 ms; a jump
 * is time the CPU did something else. Spinning all the time would measure the kernel's
 * guard against starvation (figures of "35 ms noise" come partly from it). The CPUs spin in
 * step, so that each is a witness when another stops.
 */
#ifndef GNG_NOISE_H
#define GNG_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_clock.h>
#include <gng_hist.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_NOISE_GAP_NS 10000	      /* gaps from here on are classified one by one */
#define GNG_NOISE_PERIOD_NS 100000000 /* spinning and sleeping */
#define GNG_NOISE_SPIN_NS 80000000    /* of it, spinning */
#define GNG_NOISE_SLOT_NS 1000	      /* of spinning, one sample each */

/*
 * gng_noise_class is the cause of a gap, in the order in which it is looked for. No class
 * excuses anything: a missed deadline stays missed, but carries its class.
 */
enum gng_noise_class {
	GNG_NOISE_PREEMPTED,   /* the kernel ran another thread (ru_nivcsw rose) */
	GNG_NOISE_STEAL,       /* thread CPU time stood still without a switch: reported steal */
	GNG_NOISE_IRQ,	       /* short enough for the interrupts that this CPU took */
	GNG_NOISE_VCPU_PAUSE,  /* none of these, and another CPU went on: not reported */
	GNG_NOISE_VM_PAUSE,    /* none of these, and every other CPU stood still too */
	GNG_NOISE_UNEXPLAINED, /* none of these, and no witness was awake */
	GNG_NOISE_NUM_CLASSES
};

/* gng_noise_class_name returns "preempted", "steal", "irq", "vcpu-pause", "vm-pause" or
 * "unexplained"; "?" for another number. */
const char *gng_noise_class_name(enum gng_noise_class class_of_gap);

struct gng_noise_sum {
	uint64_t num_gaps, total_ns, max_ns;
};

#define GNG_NOISE_WORST 12

/* gng_noise_gap is one gap: when it began since the CPUs' common start, and on which CPU. */
struct gng_noise_gap {
	uint64_t begin_ns, length_ns;
	uint32_t cpu;
	enum gng_noise_class class_of_gap;
};

/*
 * gng_noise is one measurement. Read it; gng_noise_fini frees it.
 *
 * A sample of hist is one microsecond of a thread that wants the CPU: the longest time it
 * stood still, in ns. A gap of several microseconds counts once for each microsecond that
 * a task could have begun in it, with what was left of the gap (as for coordinated
 * omission). So hist tells how long a short task that begins at a random time is held up,
 * and its quantile q can be set beside the quantile q of such tasks' latency. A task that
 * itself takes longer meets more gaps: for it the floor is a lower bound.
 */
struct gng_noise {
	struct gng_hist *hist; /* all CPUs, ns */
	struct gng_noise_sum classes[GNG_NOISE_NUM_CLASSES];
	struct gng_noise_gap worst[GNG_NOISE_WORST]; /* the longest gaps, the longest first */
	uint32_t num_worst;
	uint64_t duration_ns;	 /* as asked for */
	uint64_t num_unrecorded; /* gaps that did not fit the log: in hist, in no class */
	uint64_t awake_ns;	 /* spun by all CPUs together, gaps included */
	uint32_t num_cpus;
	double psi_cpu_avg10; /* /proc/pressure/cpu "some", percent, before; NAN: unreadable */
	struct gng_clock_rate rate;
};

/*
 * gng_noise_measure spins for duration_ns (10 ms to 1 h) on each CPU that the calling thread
 * may use, and waits for the end. The scheduling policy is the caller's. GNG_EINVAL for
 * another duration; GNG_EUNSUPPORTED without a usable TSC; GNG_ESYS if a thread cannot be
 * started; GNG_ENOMEM. On failure *noise holds nothing to free.
 */
GNG_MUST enum gng_status gng_noise_measure(struct gng_noise *noise, uint64_t duration_ns,
					   struct gng_why *why);
void gng_noise_fini(struct gng_noise *noise);

/* gng_noise_floor_ns returns the floor at quantile q, in ns: 0.5, 0.99, 0.999 ... 1. */
uint64_t gng_noise_floor_ns(const struct gng_noise *noise, double q);

#ifdef __cplusplus
}
#endif

#endif /* GNG_NOISE_H */
