/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify_hw.c - how long after a wait is over the monitor hears of it: 1200 times a thread of
 * higher priority keeps another one from the last CPU, and the monitor, a real-time thread as one
 * that watches such must be, sits on the first.
 */
/* needs: hist */
#include "../suite.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gng_hist.h>
#include <gng_schedlat.h>

/* 299 bound a P99 at 95 %, but by the longest of them: of 1200 five may be late because the machine
 * stood still. */
#define NUM_WAITS 1200u
#define MS UINT64_C(1000000)
#define US UINT64_C(1000)
#define HOLD_NS (500 * US)
#define THRESHOLD_NS (200 * US)

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static bool become(size_t cpu, int priority)
{
	const struct sched_param param = {.sched_priority = priority};
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) == 0 &&
	       sched_setscheduler(0, SCHED_FIFO, &param) == 0;
}

/* pair is a victim that sleeps 100 us at a time, and a hog that takes its CPU. */
struct pair {
	size_t cpu;
	bool good, stop;
};

static void *victim_main(void *arg)
{
	struct pair *pair = arg;

	pair->good = become(pair->cpu, 10);
	while (!__atomic_load_n(&pair->stop, __ATOMIC_ACQUIRE))
		nanosleep(&(struct timespec){0, 100 * (long)US}, NULL);
	return NULL;
}

static void *hog_main(void *arg)
{
	struct pair *pair = arg;
	const bool good = become(pair->cpu, 50);

	while (good && !__atomic_load_n(&pair->stop, __ATOMIC_ACQUIRE)) {
		const uint64_t end = now_ns() + HOLD_NS;

		while (now_ns() < end)
			continue;
		nanosleep(&(struct timespec){0, (long)MS}, NULL);
	}
	return NULL;
}

/* listen fills hist with how late each of NUM_WAITS was told; false if they do not come. */
static bool listen_to(struct gng_schedlat *monitor, struct gng_hist *hist)
{
	const uint64_t end = now_ns() + 30000 * MS;

	while (hist->total < NUM_WAITS && now_ns() < end) {
		struct gng_schedlat_wait wait;
		struct gng_why why;
		bool found = false;

		if (gng_schedlat_poll(monitor, &wait, &found, 200, &why) != GNG_OK)
			suite_fail("%s", why.text);
		if (found)
			gng_hist_record(hist, wait.told_ns - wait.until_ns);
	}
	return hist->total == NUM_WAITS;
}

static void report(const struct gng_hist *hist)
{
	struct gng_measure measure = {
		.name = "told_p99", .unit = "us", .n = hist->total, .quantile = 0.99};
	struct gng_why why = {0};
	uint64_t lo, hi;
	char *text;

	assert_int_equal(gng_hist_quantile_bounds(hist, 0.99, 0.95, &lo, &hi), GNG_OK);
	assert_int_equal(gng_hist_encode(&text, hist, &why), GNG_OK);
	measure.value = (double)gng_hist_value_at_quantile(hist, 0.99) * 1e-3;
	measure.lo = (double)lo * 1e-3;
	measure.hi = hi == GNG_HIST_INFINITE ? INFINITY : (double)hi * 1e-3;
	measure.hist = text;
	gng_probe_measure(&measure);
	free(text);
}

static void measure_with(struct gng_schedlat *monitor)
{
	struct pair pair = {.cpu = (size_t)sysconf(_SC_NPROCESSORS_ONLN) - 1};
	pthread_t victim, hog;
	struct gng_hist *hist;
	bool heard;

	assert_int_equal(gng_hist_open(&hist, 1, UINT64_C(1) << 40, 3), GNG_OK);
	assert_int_equal(pthread_create(&victim, NULL, victim_main, &pair), 0);
	assert_int_equal(pthread_create(&hog, NULL, hog_main, &pair), 0);
	heard = become(0, 60) && listen_to(monitor, hist);
	__atomic_store_n(&pair.stop, true, __ATOMIC_RELEASE);
	pthread_join(hog, NULL);
	pthread_join(victim, NULL);
	if (!pair.good)
		gng_probe_skip("this process may not become a real-time one", "root");
	else if (!heard)
		gng_probe_inconclusive("too few waits came", "a machine with two CPUs");
	else
		report(hist);
	gng_hist_close(hist);
}

static void told_p99(void **state)
{
	const struct gng_schedlat_request request = {.threshold_ns = THRESHOLD_NS,
						     .process = (uint32_t)getpid()};
	struct gng_schedlat *monitor;
	struct gng_why why;

	(void)state;
	if (gng_schedlat_open(&monitor, &request, &why) != GNG_OK)
		return gng_probe_skip(why.text, "root");
	measure_with(monitor);
	gng_schedlat_close(monitor);
}

const struct suite_test suite_tests[] = {
	TEST_LATENCY(told_p99, "T4.schedlat.notify"),
	{0},
};
