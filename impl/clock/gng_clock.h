/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_clock.h - time-stamp counter: fenced reads, calibration with a stated bound, core cycles,
 * offset between two CPUs (Intel SDM volume 3, "Time-Stamp Counter"; AMD APM volume 2).
 *
 * Unit of every _cycles value: TSC cycles, which are not core cycles: an invariant TSC counts
 * at one rate while the core's clock moves. Where there is no TSC (not x86) a cycle is one
 * nanosecond of CLOCK_MONOTONIC_RAW.
 */
#ifndef GNG_CLOCK_H
#define GNG_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__x86_64__) || defined(__i386__)

/*
 * gng_clock_start reads the TSC after all earlier instructions have finished (first LFENCE)
 * and before any later one begins (second LFENCE): the code to be timed cannot leak into
 * the read from either side. RDTSC alone is not ordered: it may run before what precedes it.
 */
static inline uint64_t gng_clock_start(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
}

/*
 * gng_clock_stop_on reads the TSC after all earlier instructions have finished, which RDTSCP
 * waits for, and before any later one begins; *cpu is the kernel's number of the CPU that
 * was read (IA32_TSC_AUX, low 12 bits on Linux). A sample whose CPU changed is void.
 */
static inline uint64_t gng_clock_stop_on(uint32_t *cpu)
{
	uint32_t lo, hi, aux;

	__asm__ volatile("rdtscp\n\tlfence" : "=a"(lo), "=d"(hi), "=c"(aux) : : "memory");
	*cpu = aux & 0xfff;
	return (uint64_t)hi << 32 | lo;
}

#else

uint64_t gng_clock_start(void);
uint64_t gng_clock_stop_on(uint32_t *cpu);

#endif

/* gng_clock_stop is gng_clock_stop_on without the CPU. */
static inline uint64_t gng_clock_stop(void)
{
	uint32_t cpu;

	return gng_clock_stop_on(&cpu);
}

/*
 * gng_clock_read_cost returns what an empty gng_clock_start, gng_clock_stop pair measures:
 * the minimum of many, in cycles. Subtract it from short intervals, or state it.
 */
uint64_t gng_clock_read_cost(void);

#define GNG_CLOCK_NAME_CAP 32

/*
 * gng_clock_invariant tells whether CPUID 0x80000007 EDX[8] promises a TSC that counts at
 * one rate in all P-, C- and T-states. clocksource (if not NULL) receives the evidence that
 * the kernel trusts it: the name in sysfs, as "tsc" or "kvm-clock"; "unknown" if it cannot
 * be read.
 */
bool gng_clock_invariant(char clocksource[GNG_CLOCK_NAME_CAP]);

/* gng_clock_rate is a calibration of the TSC against CLOCK_MONOTONIC_RAW. */
struct gng_clock_rate {
	double hz;		  /* the rate measured */
	double error_ppm;	  /* bound: the true rate lies within hz * (1 +- error_ppm / 1e6) */
	uint64_t milli_hz;	  /* hz * 1000, rounded: what the conversions use */
	uint64_t elapsed_ns;	  /* between the two ends */
	uint32_t num_tries;	  /* readings at each end, of which the narrowest counts */
	uint32_t width_cycles[2]; /* of the narrowest reading at each end */
	/* The kernel's clocksource. If it is "tsc", CLOCK_MONOTONIC_RAW is derived from the
	 * TSC: the bound then says how well the kernel's own rate was read, not how well the
	 * kernel knows it. */
	char clocksource[GNG_CLOCK_NAME_CAP];
};

/*
 * gng_clock_calibrate measures the rate over duration_ns (1 ms to 60 s). Each end is the
 * narrowest of num_tries readings "TSC, clock, TSC": the clock was read somewhere between,
 * so half the width bounds the error, and error_ppm adds both ends and the clock's
 * granularity. The caller's thread is pinned to its CPU meanwhile; its affinity comes back.
 * GNG_EINVAL for another duration; GNG_EUNSUPPORTED if this CPU lacks RDTSCP or its TSC does
 * not advance; GNG_ESYS if the clock or the affinity cannot be read.
 */
GNG_MUST enum gng_status gng_clock_calibrate(struct gng_clock_rate *rate, uint64_t duration_ns,
					     struct gng_why *why);

/* gng_clock_cycles_to_ns and gng_clock_ns_to_cycles convert exactly by rate->milli_hz, rounded
 * down; a result over 2^64 - 1 is 2^64 - 1. */
uint64_t gng_clock_cycles_to_ns(const struct gng_clock_rate *rate, uint64_t cycles);
uint64_t gng_clock_ns_to_cycles(const struct gng_clock_rate *rate, uint64_t ns);

/*
 * gng_clock_core_ratio returns the TSC cycles in one core cycle now, the minimum of several
 * tries of about 3 us: TSC cycles / ratio = core cycles. The core's clock moves (3.3 to 4.0
 * GHz was seen within one run), so measure it beside each sample. 0 on other machines than
 * x86.
 */
double gng_clock_core_ratio(void);

/* gng_clock_offset is how far the TSC of cpu[1] is ahead of that of cpu[0]. */
struct gng_clock_offset {
	int cpu[2];
	int64_t cycles;	       /* the estimate */
	uint64_t bound_cycles; /* the true offset lies within cycles +- bound_cycles */
	uint64_t num_rounds;   /* of which the fastest counts */
	bool in_sync;	       /* |cycles| <= bound_cycles: no offset can be seen */
};

/*
 * gng_clock_measure_offset lets two pinned threads pass a cache line back and forth. In the
 * fastest round trip the reply's TSC was read between the two stamps of the sender, so half
 * the round trip bounds the error. cpu_a and cpu_b are two allowed CPUs, or both -1: the
 * first two that the caller's thread may use. The affinity of the caller does not change.
 * GNG_EUNSUPPORTED if only one CPU is allowed, or one of the two is not, or if the threads
 * never ran at the same time; GNG_EINVAL if cpu_a equals cpu_b; GNG_ESYS without threads.
 */
GNG_MUST enum gng_status gng_clock_measure_offset(struct gng_clock_offset *offset, int cpu_a,
						  int cpu_b, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_CLOCK_H */
