/* SPDX-License-Identifier: Apache-2.0 */
/* av_pace.h - threads that sleep until their tick, under the scheduling class that is allowed. */
#ifndef AV_PACE_H
#define AV_PACE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <gng_base.h>

#define AV_SECOND UINT64_C(1000000000)

static inline uint64_t av_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * AV_SECOND + (uint64_t)now.tv_nsec;
}

static inline uint64_t av_now(void)
{
	return av_clock(CLOCK_MONOTONIC);
}

/* av_sleep_until sleeps until CLOCK_MONOTONIC says at_ns; not at all if it does already. */
void av_sleep_until(uint64_t at_ns);

/* av_switches returns how often the calling thread lost its CPU against its will. */
uint32_t av_switches(void);

/* av_faults returns how many faults of pages the calling thread has met. */
uint32_t av_faults(void);

/* av_may_fifo says whether SCHED_FIFO is allowed here, by trying it on the calling thread and going
 * back. */
GNG_MUST enum gng_status av_may_fifo(struct gng_why *why);

/* av_set_fifo makes the calling thread SCHED_FIFO at priority, or SCHED_OTHER for 0; false if it
 * may not. */
bool av_set_fifo(int priority);

/* av_cpu_of returns the turn-th of the CPUs that the calling thread may use, counted round; -1 if
 * it cannot be told. */
int av_cpu_of(unsigned int turn);

/* av_enter_fifo makes the calling thread SCHED_FIFO at priority, on the turn-th of the CPUs that
 * the process may use, counted round. False if it could not. */
bool av_enter_fifo(int priority, unsigned int turn);

/* av_num_cpus returns how many CPUs the calling thread may use. */
unsigned int av_num_cpus(void);

#endif /* AV_PACE_H */
