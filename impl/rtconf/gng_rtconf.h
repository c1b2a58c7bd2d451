/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_rtconf.h - makes a machine fit for threads with deadlines, proves it by behaviour, and
 * undoes it.
 *
 * A plan is what would be written where; applying it keeps the value of before on disk ahead of
 * each write, so that it is undone even after kill -9. An audit tells why deadlines would be
 * missed. Both see the machine through a root ("" here, a folder for one that was made up).
 * Linux, Documentation/admin-guide/kernel-parameters.txt; sched(7); cpuset(7); mlockall(2).
 */
#ifndef GNG_RTCONF_H
#define GNG_RTCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- sets of CPUs ---- */

#define GNG_RTCONF_MAX_CPUS 1024
#define GNG_RTCONF_CPUS_TEXT 512 /* longer lists are cut at a comma */

struct gng_rtconf_cpus {
	uint64_t bits[GNG_RTCONF_MAX_CPUS / 64];
};

/* gng_rtconf_cpus_read reads the list format of cpuset(7), "0-2,5" (isolcpus= may have flags
 * before it: see gng_rtconf_boot). GNG_EFORMAT for what is none; "" is the empty set. */
GNG_MUST enum gng_status gng_rtconf_cpus_read(struct gng_rtconf_cpus *cpus, const char *list,
					      struct gng_why *why);

/* gng_rtconf_cpus_list writes the list format, gng_rtconf_cpus_mask the mask format of cpuset(7)
 * for CPUs below num: groups of 32 bits, "f,ffffffff". Both return text. */
char *gng_rtconf_cpus_list(char text[GNG_RTCONF_CPUS_TEXT], const struct gng_rtconf_cpus *cpus);
char *gng_rtconf_cpus_mask(char text[GNG_RTCONF_CPUS_TEXT], const struct gng_rtconf_cpus *cpus,
			   unsigned int num);

bool gng_rtconf_cpus_has(const struct gng_rtconf_cpus *cpus, unsigned int cpu);
unsigned int gng_rtconf_cpus_count(const struct gng_rtconf_cpus *cpus);

/* gng_rtconf_cpus_first returns the least one, GNG_RTCONF_MAX_CPUS for none. */
unsigned int gng_rtconf_cpus_first(const struct gng_rtconf_cpus *cpus);

/* ---- plan, apply, restore ---- */

enum gng_rtconf_state {
	GNG_RTCONF_READY,   /* has the value already */
	GNG_RTCONF_CHANGE,  /* will be written */
	GNG_RTCONF_APPLIED, /* was written, and reads back so */
	GNG_RTCONF_REFUSED, /* the kernel does not take it: error, and what that means in note */
	GNG_RTCONF_NUM_STATES
};

const char *gng_rtconf_state_name(enum gng_rtconf_state state); /* "ready", ...; never NULL */

/* gng_rtconf_step is one file that decides over deadlines. */
struct gng_rtconf_step {
	const char *knob; /* "throttle", "irq": static */
	const char *note; /* why it matters, or why it was refused: static */
	char path[160];	  /* without the root */
	char before[GNG_RTCONF_CPUS_TEXT], want[GNG_RTCONF_CPUS_TEXT];
	char answer[GNG_RTCONF_CPUS_TEXT]; /* what it read after a write; "" before one */
	enum gng_rtconf_state state;
	int error; /* errno of a refusal */
};

struct gng_rtconf_plan {
	const char *root;
	size_t num_steps, cap;
	struct gng_rtconf_step *steps; /* in the order in which they are written */
};

/*
 * gng_rtconf_plan_make looks at the machine for threads that shall run on cpus, and lists what
 * exists of: real-time throttling (sysctl and control group), the fair server, swappiness,
 * transparent huge pages, KSM, NUMA balancing, timer migration, frequency governors, workqueues,
 * interrupts. GNG_EINVAL if cpus are not online or leave no CPU for the rest. The caller calls
 * gng_rtconf_plan_fini.
 */
GNG_MUST enum gng_status gng_rtconf_plan_make(struct gng_rtconf_plan *plan, const char *root,
					      const struct gng_rtconf_cpus *cpus,
					      struct gng_why *why);
void gng_rtconf_plan_fini(struct gng_rtconf_plan *plan);

enum gng_rtconf_partition {
	GNG_RTCONF_NO_PARTITION,
	GNG_RTCONF_PARTITION_ROOT,     /* threads inside are balanced over its CPUs */
	GNG_RTCONF_PARTITION_ISOLATED, /* they stay where they are put */
	GNG_RTCONF_NUM_PARTITIONS
};

/* gng_rtconf_partition_read reads "root" or "isolated"; false for another word. */
bool gng_rtconf_partition_read(enum gng_rtconf_partition *kind, const char *name);

/*
 * gng_rtconf_plan_partition adds to a plan that cpus become a partition of control groups
 * (version 2, /sys/fs/cgroup/gonogo-rt): nobody outside may run on them then. Applied, undone and
 * kept as any step is. GNG_EUNSUPPORTED if the controller cpuset is not of version 2 here;
 * GNG_EINVAL if the group is there already; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_rtconf_plan_partition(struct gng_rtconf_plan *plan,
						   const struct gng_rtconf_cpus *cpus,
						   enum gng_rtconf_partition kind,
						   struct gng_why *why);

/* gng_rtconf_partition_has says whether a CPU is in the partition; gng_rtconf_partition_join moves
 * the calling process into it (threads that it starts later too). GNG_EINVAL if there is none. */
bool gng_rtconf_partition_has(const char *root, unsigned int cpu);
GNG_MUST enum gng_status gng_rtconf_partition_join(const char *root, struct gng_why *why);

/*
 * gng_rtconf_apply writes the steps that are GNG_RTCONF_CHANGE. Before each write the value that
 * stands there goes to the file saved, flushed to disk. A step that the kernel refuses or that
 * reads back otherwise becomes GNG_RTCONF_REFUSED; the others go on. GNG_EINVAL if saved exists:
 * something is applied already; GNG_ESYS if it cannot be written: nothing is changed then.
 */
GNG_MUST enum gng_status gng_rtconf_apply(struct gng_rtconf_plan *plan, const char *saved,
					  struct gng_why *why);

/* gng_rtconf_undone tells what became of one change. */
struct gng_rtconf_undone {
	const char *path, *before, *now;
	enum {
		GNG_RTCONF_BACK,    /* has the value of before again */
		GNG_RTCONF_FOREIGN, /* somebody else has changed it since: left as it is */
		GNG_RTCONF_STUCK    /* the kernel refuses the value of before */
	} outcome;
};

/*
 * gng_rtconf_restore undoes what saved lists, last first (the control group's throttle must come
 * back before the sysctl's), and removes saved if nothing is stuck. After a reboot there is
 * nothing to undo. told may be NULL. GNG_EFORMAT with file:line for a file that is none of ours,
 * and nothing is written then; GNG_EINVAL if there is no such file; GNG_ESYS names what is stuck.
 */
GNG_MUST enum gng_status gng_rtconf_restore(const char *root, const char *saved,
					    void (*told)(void *context,
							 const struct gng_rtconf_undone *undone),
					    void *context, struct gng_why *why);

/* ---- audit ---- */

struct gng_rtconf_finding {
	const char *code; /* "throttle", "fair-server", ...: static, stable */
	bool ok;
	char evidence[160], remedy[200]; /* remedy "" if ok */
};

#define GNG_RTCONF_MAX_FINDINGS 32

/* gng_rtconf_audit tells what would make threads on cpus late, and returns how many findings
 * there are; a check that this machine gives no answer to makes none. */
size_t gng_rtconf_audit(struct gng_rtconf_finding findings[GNG_RTCONF_MAX_FINDINGS],
			const char *root, const struct gng_rtconf_cpus *cpus);

/* gng_rtconf_boot compares a kernel command line with what cpus want: words to add, separated by
 * blanks, in add; "" if none is missing. */
void gng_rtconf_boot(char add[3 * GNG_RTCONF_CPUS_TEXT], const char *command_line,
		     const struct gng_rtconf_cpus *cpus);

/* ---- units of systemd ---- */

/* gng_rtconf_complaint is about one line of a unit. */
struct gng_rtconf_complaint {
	size_t line; /* from 1; 0: about the whole unit */
	char text[200];
};

/*
 * gng_rtconf_unit reads a unit (systemd.exec(5)) and calls complain for each line that systemd
 * would ignore with a warning and go on - the silent loss of a real-time class - and for each that
 * contradicts another. It returns the number of complaints. text need not end in NUL.
 */
size_t gng_rtconf_unit(const char *text, size_t len,
		       void (*complain)(void *context, const struct gng_rtconf_complaint *one),
		       void *context);

/* ---- a thread, and proof by behaviour ---- */

struct gng_rtconf_thread {
	int priority;	  /* 1..98: SCHED_FIFO; 0: SCHED_OTHER */
	int cpu;	  /* the one that it runs on; -1: any */
	bool lock_memory; /* mlockall(MCL_CURRENT | MCL_FUTURE) */
};

/*
 * gng_rtconf_thread_apply configures the calling thread. Priority 99 is refused: it stops the
 * kernel's own migration threads. One CPU, not several: FIFO threads in an isolated set are not
 * balanced (rtav, 3.6). GNG_EPERM names the limit or control group that forbids it; the thread may
 * then be configured in part.
 */
GNG_MUST enum gng_status gng_rtconf_thread_apply(const struct gng_rtconf_thread *thread,
						 struct gng_why *why);

/* gng_rtconf_proof is what happened, not what was configured. Times in nanoseconds. */
struct gng_rtconf_proof {
	uint64_t spun_ns, longest_gap_ns, lost_ns; /* of a spinning thread against a hog */
	uint64_t num_wakes, wake_median_ns, wake_p99_ns, wake_max_ns; /* 1 kHz against a hog */
	uint64_t num_interrupts; /* of devices on that CPU meanwhile */
	bool fifo;		 /* the threads ran in SCHED_FIFO */
	bool strayed;		 /* a thread was seen on another CPU */
};

/*
 * gng_rtconf_prove runs a thread as configured beside a SCHED_OTHER hog on the same CPU: it spins
 * for spin_ms, then wakes up each millisecond for wake_ms. GNG_EPERM as gng_rtconf_thread_apply.
 */
GNG_MUST enum gng_status gng_rtconf_prove(struct gng_rtconf_proof *proof,
					  const struct gng_rtconf_thread *thread,
					  unsigned int spin_ms, unsigned int wake_ms,
					  struct gng_why *why);

/* gng_rtconf_crowd is what became of busy SCHED_OTHER threads, two for each CPU, that came from
 * outside: how often they looked, how often they found themselves on one of the CPUs, and how many
 * got there when they asked for it by name. */
struct gng_rtconf_crowd {
	unsigned int num_threads, num_let_in;
	uint64_t num_looks, num_inside;
};

/* gng_rtconf_crowd lets the crowd run for ms. GNG_ENOMEM. */
GNG_MUST enum gng_status gng_rtconf_crowd(struct gng_rtconf_crowd *crowd,
					  const struct gng_rtconf_cpus *cpus, unsigned int ms,
					  struct gng_why *why);

/* gng_rtconf_effects is what the kernel's parameters do to one CPU, in counts. */
struct gng_rtconf_effects {
	uint64_t spun_ns, num_ticks; /* local timer interrupts while a thread spins there */
	/* inodes freed there, and what then ran their callbacks of RCU: the CPU's softirq, its
	 * thread rcuc (PREEMPT_RT), or the thread rcuo that rcu_nocbs gives it */
	uint64_t num_freed, num_rcu_softirqs, rcu_here_ns, rcu_there_ns;
	/* a timer that was armed there waited until a SCHED_FIFO thread had left the CPU
	 * (PREEMPT_RT), and it ran in the end; both false for priority 0 */
	bool timer_waited, timer_ran;
};

/*
 * gng_rtconf_effects spins on thread->cpu for spin_ms, frees files there, and holds it for 60 ms
 * with thread->priority. GNG_EINVAL for cpu -1; GNG_EPERM as gng_rtconf_thread_apply; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_rtconf_effects(struct gng_rtconf_effects *effects,
					    const struct gng_rtconf_thread *thread,
					    unsigned int spin_ms, struct gng_why *why);

/* gng_rtconf_main is the command `gonogo rt`; it returns its exit status. */
int gng_rtconf_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_RTCONF_H */
