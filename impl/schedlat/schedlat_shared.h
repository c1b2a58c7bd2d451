/* SPDX-License-Identifier: Apache-2.0 */
/* schedlat_shared.h - what the programs in the kernel and the monitor both know. Included by both,
 * so it names no header and uses the kernel's types. */
#ifndef SCHEDLAT_SHARED_H
#define SCHEDLAT_SHARED_H

#define SCHEDLAT_SUB_BITS 4 /* 16 buckets an octave: a value is known to 6 % */
#define SCHEDLAT_NUM_OCTAVES 37
#define SCHEDLAT_NUM_BUCKETS ((SCHEDLAT_NUM_OCTAVES + 1) << SCHEDLAT_SUB_BITS)
#define SCHEDLAT_NUM_RECORDS 4096 /* of the flight recorder; a power of two */
#define SCHEDLAT_MAX_THREADS 1024
#define SCHEDLAT_COMM_LEN 16

enum schedlat_target { SCHEDLAT_ALL, SCHEDLAT_PROCESS, SCHEDLAT_COMM };

/* schedlat_control is mapped by the monitor. */
struct schedlat_control {
	unsigned long long threshold_ns;
	unsigned int target, process;
	char comm[SCHEDLAT_COMM_LEN];
	unsigned int frozen;	  /* the recorder stands still until the monitor clears it */
	unsigned int num_threads; /* that came for a place; those beyond the last found none */
	unsigned long long head;  /* records written */
};

/* schedlat_record is one switch on one CPU. */
struct schedlat_record {
	unsigned long long at_ns;
	unsigned int cpu, previous, next;
	unsigned int written;	      /* low bits of its number plus one: half a record is none */
	char comm[SCHEDLAT_COMM_LEN]; /* of the previous one: it held the CPU until now */
};

struct schedlat_thread {
	unsigned long long counts[SCHEDLAT_NUM_BUCKETS];
	unsigned long long max_ns;
	char comm[SCHEDLAT_COMM_LEN]; /* at its longest wait */
	unsigned int id, pad;
};

/* schedlat_waiting is kept with a task. */
struct schedlat_waiting {
	unsigned long long since_ns; /* 0: it does not wait */
	unsigned int place;	     /* in threads, plus one; 0: not yet */
	unsigned int pad;
};

struct schedlat_event {
	unsigned long long from_ns, until_ns; /* woken, and on the CPU */
	unsigned int thread, cpu;
	char comm[SCHEDLAT_COMM_LEN];
};

/* schedlat_log2 needs no instruction that eBPF lacks. 0 for 0. */
static inline unsigned int schedlat_log2(unsigned long long value)
{
	unsigned int log = 0;

	if (value >> 32) {
		log += 32;
		value >>= 32;
	}
	if (value >> 16) {
		log += 16;
		value >>= 16;
	}
	if (value >> 8) {
		log += 8;
		value >>= 8;
	}
	if (value >> 4) {
		log += 4;
		value >>= 4;
	}
	if (value >> 2) {
		log += 2;
		value >>= 2;
	}
	return log + (value > 1);
}

static inline unsigned int schedlat_bucket(unsigned long long value)
{
	const unsigned int log = schedlat_log2(value);
	unsigned int bucket = (unsigned int)value;

	if (log >= SCHEDLAT_SUB_BITS)
		bucket = ((log - SCHEDLAT_SUB_BITS + 1) << SCHEDLAT_SUB_BITS) +
			 ((value >> (log - SCHEDLAT_SUB_BITS)) & ((1u << SCHEDLAT_SUB_BITS) - 1));
	return bucket < SCHEDLAT_NUM_BUCKETS ? bucket : SCHEDLAT_NUM_BUCKETS - 1;
}

#endif /* SCHEDLAT_SHARED_H */
