/* SPDX-License-Identifier: Apache-2.0 */
/* thread_test.c - what a configured thread really gets, beside a hog on its CPU. */
#include "machine.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_rtconf.h>

/* AddressSanitizer makes mlockall() do nothing. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define LOCKS_MEMORY 0
#endif
#endif
#ifndef LOCKS_MEMORY
#define LOCKS_MEMORY 1
#endif

static bool prove(struct gng_rtconf_proof *proof, int priority, unsigned int spin_ms,
		  unsigned int wake_ms)
{
	const struct gng_rtconf_thread thread = {.priority = priority, .cpu = machine_last_cpu()};
	struct gng_why why;
	const enum gng_status status = gng_rtconf_prove(proof, &thread, spin_ms, wake_ms, &why);

	if (status == GNG_EPERM)
		gng_probe_skip(why.text, "root, or ulimit -r 80");
	else
		assert_int_equal(status, GNG_OK);
	return status == GNG_OK;
}

/* The hog shares the CPU with a SCHED_OTHER thread half and half, and takes at most what the
 * throttle or the fair server gives it from a SCHED_FIFO one: 50 ms a second. */
static void fifo_takes_the_cpu_from_a_hog(void **state)
{
	struct gng_rtconf_proof fifo, other;

	(void)state;
	if (!prove(&fifo, 50, 300, 0) || !prove(&other, 0, 300, 0))
		return;
	assert_true(fifo.fifo);
	assert_false(other.fifo);
	assert_false(fifo.strayed || other.strayed);
	assert_true(fifo.spun_ns >= 300000000u && other.spun_ns >= 300000000u);
	assert_true(other.lost_ns > other.spun_ns / 4);
	assert_true(fifo.lost_ns < other.lost_ns);
	gng_probe_note("lost", fifo.lost_ns < 1000000 ? "below 1 ms" : "some ms");
}

static void wake_ups_are_counted_and_ordered(void **state)
{
	struct gng_rtconf_proof proof;

	(void)state;
	if (!prove(&proof, 50, 1, 100))
		return;
	assert_int_equal(proof.num_wakes, 100);
	assert_true(proof.wake_median_ns <= proof.wake_p99_ns);
	assert_true(proof.wake_p99_ns <= proof.wake_max_ns);
	assert_true(proof.wake_max_ns > 0);
}

static void *configure(void *context)
{
	struct gng_rtconf_thread thread = {
		.priority = 40, .cpu = machine_last_cpu(), .lock_memory = true};
	const struct sched_param other = {0};
	struct gng_why *why = context;
	struct sched_param param;

	if (gng_rtconf_thread_apply(&thread, why) != GNG_OK)
		return context;
	sched_getparam(0, &param);
	why->status = GNG_ESYS;
	if (sched_getscheduler(0) == SCHED_FIFO && param.sched_priority == 40 &&
	    sched_getcpu() == thread.cpu)
		why->status = GNG_OK;
	pthread_setschedparam(pthread_self(), SCHED_OTHER, &other);
	return context;
}

/* locked is VmLck of this process in KiB. */
static unsigned long locked(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long kib = 0;
	char line[256];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "VmLck: %lu", &kib) == 1)
			break;
	fclose(file);
	return kib;
}

static void a_thread_has_its_class_cpu_and_memory(void **state)
{
	struct gng_why why = {0};
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, configure, &why), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	if (why.status == GNG_EPERM)
		return gng_probe_skip(why.text, "root, or ulimit -r 80 -l unlimited");
	assert_int_equal(why.status, GNG_OK);
	if (LOCKS_MEMORY)
		assert_true(locked() > 100);
}

static void what_no_thread_can_have_is_refused(void **state)
{
	static const struct gng_rtconf_thread wrong[] = {
		{.priority = 99, .cpu = -1},
		{.priority = -1, .cpu = -1},
		{.priority = 0, .cpu = 1023},
		{.priority = 0, .cpu = 100000},
	};
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_int_equal(gng_rtconf_thread_apply(&wrong[i], &why), GNG_EINVAL);
		assert_true(strlen(why.text) > 20);
	}
}

static void without_privilege_it_says_so(void **state)
{
	const struct gng_rtconf_thread thread = {.priority = 40, .cpu = -1};
	struct gng_why why;

	(void)state;
	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		return gng_probe_skip("this user cannot be left", "a user with CAP_SETUID");
	assert_int_equal(gng_rtconf_thread_apply(&thread, &why), GNG_EPERM);
	assert_non_null(strstr(why.text, "LimitRTPRIO"));
}

const struct suite_test suite_tests[] = {
	TEST(fifo_takes_the_cpu_from_a_hog, "T1.rtconf.knobs"),
	TEST(wake_ups_are_counted_and_ordered, "T1.rtconf.knobs"),
	TEST(a_thread_has_its_class_cpu_and_memory, "T1.rtconf.knobs"),
	TEST(what_no_thread_can_have_is_refused, "T1.rtconf.knobs"),
	TEST(without_privilege_it_says_so, "T1.rtconf.knobs"),
	{0},
};
