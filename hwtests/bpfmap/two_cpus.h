/* SPDX-License-Identifier: Apache-2.0 */
/*
 * two_cpus.h - the CPU time of two threads, on CPU 0 and on CPU 1, that begin together; and how
 * many times dearer one such pair is than another, in the blocks of one run.
 */
#ifndef HWTESTS_BPFMAP_TWO_CPUS_H
#define HWTESTS_BPFMAP_TWO_CPUS_H

#include "../../conformance/bpfmap/program.h"
#include "../suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* two_work is what one thread does; false is a failure, which a thread may not report itself. */
typedef bool two_work(void *context, unsigned int cpu);

struct two_thread {
	two_work *work;
	void *context;
	pthread_barrier_t *start;
	unsigned int cpu;
	double seconds;
	bool good;
};

/* two_cpus_here is false, and the test is skipped, where CPU 0 and CPU 1 are not to be had. */
static inline bool two_cpus_here(void)
{
	if (pin_to(0) && pin_to(1))
		return true;
	gng_probe_skip("this process may not run on CPU 0 and CPU 1",
		       "a machine with two CPUs, and no affinity mask");
	return false;
}

static inline double two_thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/*
 * two_run works in SCHED_FIFO where that is allowed, some tens of milliseconds: two threads that
 * take turns on a busy machine do not meet, and a shared map looks like one of their own.
 */
static inline void *two_run(void *arg)
{
	const struct sched_param first = {.sched_priority = 1};
	struct two_thread *thread = arg;
	double start;

	thread->good = pin_to(thread->cpu);
	pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
	pthread_barrier_wait(thread->start);
	start = two_thread_seconds();
	thread->good = thread->work(thread->context, thread->cpu) && thread->good;
	thread->seconds = two_thread_seconds() - start;
	return NULL;
}

/* two_seconds returns the CPU seconds of both. */
static inline double two_seconds(two_work *work, void *context)
{
	struct two_thread both[2];
	pthread_barrier_t start;
	pthread_t threads[2];

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		both[cpu] = (struct two_thread){
			.work = work, .context = context, .start = &start, .cpu = cpu};
		assert_int_equal(pthread_create(&threads[cpu], NULL, two_run, &both[cpu]), 0);
	}
	for (unsigned int cpu = 0; cpu < 2; cpu++)
		pthread_join(threads[cpu], NULL);
	pthread_barrier_destroy(&start);
	assert_true(both[0].good && both[1].good);
	return both[0].seconds + both[1].seconds;
}

static inline int two_ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* two_compare reports the time of dear over that of cheap; n is what a thread does. */
static inline void two_compare(const char *name, uint64_t n, two_work *dear, two_work *cheap,
			       void *context)
{
	struct gng_measure measure = {.unit = "ratio", .n = n, .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const double above = two_seconds(dear, context);
		const double below = two_seconds(cheap, context);

		measure.blocks[i] = sorted[i] = above / below;
	}
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), two_ascending);
	snprintf(measure.name, sizeof(measure.name), "%s", name);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&measure);
}

#endif /* HWTESTS_BPFMAP_TWO_CPUS_H */
