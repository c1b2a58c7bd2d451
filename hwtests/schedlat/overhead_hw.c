/* SPDX-License-Identifier: Apache-2.0 */
/* overhead_hw.c - what the monitor costs where nothing is done but switching: two threads of one
 * CPU that pass a byte to and fro, without it and with it. */
#include "../suite.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <gng_schedlat.h>

#define NUM_PASSES 20000

/* side is one of two threads; it reads what the other wrote. */
struct side {
	int in, out;
	double seconds;
	bool good;
};

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *side_main(void *arg)
{
	struct side *side = arg;
	cpu_set_t one;
	double start;
	char byte = 0;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	side->good = sched_setaffinity(0, sizeof(one), &one) == 0;
	start = thread_seconds();
	for (int i = 0; i < NUM_PASSES; i++)
		side->good = read(side->in, &byte, 1) == 1 && write(side->out, &byte, 1) == 1 &&
			     side->good;
	side->seconds = thread_seconds() - start;
	return NULL;
}

/* ping_pong returns the CPU seconds of both threads. */
static double ping_pong(void)
{
	struct side sides[2];
	pthread_t threads[2];
	int a[2], b[2];

	assert_int_equal(pipe(a), 0);
	assert_int_equal(pipe(b), 0);
	sides[0] = (struct side){.in = a[0], .out = b[1]};
	sides[1] = (struct side){.in = b[0], .out = a[1]};
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, side_main, &sides[i]), 0);
	assert_int_equal(write(a[1], "x", 1), 1);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
	assert_true(sides[0].good && sides[1].good);
	return sides[0].seconds + sides[1].seconds;
}

static void add_up(void *arg, uint32_t thread, const char *comm,
		   const struct gng_schedlat_hist *hist)
{
	(void)thread;
	(void)comm;
	*(uint64_t *)arg += hist->total;
}

/* monitored is a ping-pong under the monitor, which must have seen its switches; below 0 where the
 * monitor cannot run. */
static double monitored(void)
{
	const struct gng_schedlat_request request = {.threshold_ns = UINT64_MAX,
						     .process = (uint32_t)getpid()};
	struct gng_schedlat *monitor;
	struct gng_why why;
	uint64_t counted = 0;
	double seconds;

	if (gng_schedlat_open(&monitor, &request, &why) != GNG_OK) {
		gng_probe_skip(why.text, "run it as root");
		return -1;
	}
	seconds = ping_pong();
	gng_schedlat_each(monitor, add_up, &counted);
	gng_schedlat_close(monitor);
	assert_true(counted >= NUM_PASSES);
	return seconds;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void switches_without_vs_with(void **state)
{
	struct gng_measure measure = {.name = "switches_without_vs_with",
				      .unit = "ratio",
				      .n = NUM_PASSES,
				      .num_blocks = GNG_PROBE_NUM_BLOCKS};
	double sorted[GNG_PROBE_NUM_BLOCKS];

	(void)state;
	for (size_t i = 0; i < GNG_PROBE_NUM_BLOCKS; i++) {
		const double without = ping_pong(), with = monitored();

		if (with < 0)
			return;
		measure.blocks[i] = sorted[i] = without / with;
	}
	qsort(sorted, GNG_PROBE_NUM_BLOCKS, sizeof(sorted[0]), ascending);
	measure.value = sorted[GNG_PROBE_NUM_BLOCKS / 2];
	measure.lo = sorted[0];
	measure.hi = sorted[GNG_PROBE_NUM_BLOCKS - 1];
	gng_probe_measure(&measure);
}

const struct suite_test suite_tests[] = {
	TEST(switches_without_vs_with, "T4.schedlat.overhead"),
	{0},
};
