/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat_shared.h - what the programs in the kernel and the monitor both know. Included by both,
 * so it names no header and uses the kernel's types. */
#ifndef SCHEDLAT_SHARED_H
#define SCHEDLAT_SHARED_H

#include <gng_octave.h>

#define SCHEDLAT_NUM_BUCKETS GNG_OCTAVE_NUM_BUCKETS
#define SCHEDLAT_NUM_RECORDS 2048	      /* of a CPU's flight recorder; a power of two */
#define SCHEDLAT_RUNNING SCHEDLAT_NUM_RECORDS /* in the place of a record: it has the CPU yet */
#define SCHEDLAT_NUM_RUNNERS 256	      /* that are told apart in one wait; a power of two */
#define SCHEDLAT_MAX_THREADS 1024
#define SCHEDLAT_COMM_LEN 16
#define SCHEDLAT_NUM_NEAR 65536 /* a power of two */
#define SCHEDLAT_NUM_LEFT 1024	/* a power of two */

/* The number of a thread that the monitor's PID namespace does not know. */
#define SCHEDLAT_ELSEWHERE 0xffffffffu

enum schedlat_target { SCHEDLAT_ALL, SCHEDLAT_PROCESS, SCHEDLAT_COMM };

/* schedlat_settings are constants of the programs: the verifier drops what they rule out. */
struct schedlat_settings {
	unsigned long long threshold_ns;
	unsigned int target, process;
	unsigned int namespace; /* inode of the monitor's PID namespace; 0: the initial one */
	char comm[SCHEDLAT_COMM_LEN];
	unsigned int by_queue; /* a wait begins when the scheduler says that it queued the task */
};

/* schedlat_control is mapped by the monitor. */
struct schedlat_control {
	unsigned int num_threads;    /* that came for a place; those beyond the last found none */
	unsigned int num_lost;	     /* waits that found no room in the ring of events */
	unsigned long long ahead_ns; /* as in schedlat_cpu; 0: nobody has blocked yet */
};

/* schedlat_record is one switch on one CPU: previous held it until at_ns. */
struct schedlat_record {
	unsigned long long at_ns;
	unsigned int previous, pad;
	char comm[SCHEDLAT_COMM_LEN];
};

/* schedlat_runner is what a thread ran within one wait, which is told by its number. */
struct schedlat_runner {
	unsigned int thread, wait;
	unsigned long long held_ns;
};

/* schedlat_cpu is the flight recorder of a CPU. It never stands still: nobody else writes to it,
 * and it is read on its CPU when a wait ends there. */
struct schedlat_cpu {
	unsigned long long written;    /* switches so far */
	unsigned long long running;    /* address of the task that has the CPU */
	unsigned long long ahead_ns;   /* of the run queue's clock is CLOCK_MONOTONIC */
	unsigned long long sampled_ns; /* when that was found; 0: not yet */
	unsigned int num_waits, pad;
	struct schedlat_record records[SCHEDLAT_NUM_RECORDS];
	struct schedlat_runner runners[SCHEDLAT_NUM_RUNNERS];
};

struct schedlat_thread {
	unsigned long long counts[SCHEDLAT_NUM_BUCKETS];
	unsigned long long max_ns;
	char comm[SCHEDLAT_COMM_LEN]; /* at its longest wait */
	unsigned int id, pad;
};

/* schedlat_waiting is kept for each task. */
struct schedlat_waiting {
	unsigned long long since_ns; /* 0: it does not wait, or since it was queued */
	unsigned long long delay_ns; /* all its waits when it blocked, plus one; 0: not seen */
	unsigned int place;	     /* in threads, plus one; 0: not yet */
	unsigned int owner;	     /* in the near table: whose it is; 0: nobody's */
};

/* schedlat_left is kept for a task that waits and was moved to another CPU meanwhile: who held the
 * one that it left, of all such the one that held it longest. */
struct schedlat_left {
	unsigned long long since_ns, moved_ns, held_ns; /* since_ns: the wait's; moved_ns: lately */
	unsigned int owner, cpu, culprit, pad;
	char comm[SCHEDLAT_COMM_LEN]; /* the culprit's */
};

struct schedlat_event {
	unsigned long long from_ns, until_ns; /* woken, and on the CPU */
	unsigned long long held_ns;	      /* by the culprit */
	unsigned int thread, cpu, culprit, pad;
	char comm[SCHEDLAT_COMM_LEN], culprit_comm[SCHEDLAT_COMM_LEN];
};

#endif /* SCHEDLAT_SHARED_H */
