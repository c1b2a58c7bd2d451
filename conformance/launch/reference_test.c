/* SPDX-License-Identifier: Apache-2.0 */
/* reference_test.c - the back ends without a device: the work, the queue, stamps, threads, fork. */
#include "../suite.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gng_launch.h>

#define LEN ((size_t)1 << 20)

static uint8_t *packets; /* LEN bytes, of one process for one test */

static void fill(void)
{
	packets = aligned_alloc(64, LEN);
	assert_non_null(packets);
	for (size_t i = 0; i < LEN; i++)
		packets[i] = (uint8_t)(i * 2654435761u >> 24);
}

/* open_one opens a back end; NULL after a skip. */
static struct gng_launch *open_one(enum gng_launch_backend backend)
{
	struct gng_launch_request request = {
		.backend = backend, .packets_len = LEN, .cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch *launch;
	enum gng_status status;
	struct gng_why why;

	if (!packets)
		fill();
	request.packets = packets;
	status = gng_launch_open(&launch, &request, &why);
	if (status == GNG_EUNSUPPORTED) {
		gng_probe_skip(why.text, "a machine of two CPUs");
		return NULL;
	}
	if (status != GNG_OK)
		suite_fail("%s", why.text);
	return launch;
}

static void await(struct gng_launch_done *done, struct gng_launch *launch)
{
	struct gng_why why;
	bool found = false;

	while (!found)
		if (gng_launch_poll(launch, done, &found, &why) != GNG_OK)
			suite_fail("%s", why.text);
}

/* plain_sum is the definition, byte by byte. */
static uint32_t plain_sum(const uint8_t *at, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (uint32_t)at[i] << 8 * (i % 4);
	return sum;
}

static void check_work(enum gng_launch_backend backend)
{
	static const size_t lens[] = {0, 1, 3, 4, 5, 60, 64, 1500, 9000};
	struct gng_launch *launch = open_one(backend);
	struct gng_launch_done done;

	for (size_t i = 0; launch && i < COUNT_OF(lens); i++) {
		const uint8_t *packet = packets + 4 * i;

		assert_int_equal(gng_launch_submit(launch, packet, lens[i], 7, NULL), GNG_OK);
		await(&done, launch);
		assert_int_equal(done.sum, plain_sum(packet, lens[i]));
		assert_int_equal(done.t0, 7);
	}
	gng_launch_close(launch);
}

static void a_polling_thread_does_the_work(void **state)
{
	(void)state;
	check_work(GNG_LAUNCH_CPU_POLL);
}

static void a_sleeping_thread_does_the_work(void **state)
{
	(void)state;
	check_work(GNG_LAUNCH_CPU_FUTEX);
}

static void it_says_that_there_is_no_device(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	const struct gng_launch_info *info;

	(void)state;
	if (!launch)
		return;
	info = gng_launch_info(launch);
	assert_memory_equal(info->device, "none: ", 6);
	assert_int_equal(info->driver_version, 0);
	assert_int_not_equal(info->cpu, -1);
	assert_string_equal(info->path.address, "");
	gng_launch_close(launch);
}

static void stamps_are_in_order(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	struct gng_launch_interval t3;
	struct gng_launch_done done;

	(void)state;
	for (int i = 0; launch && i < 1000; i++) {
		assert_int_equal(gng_launch_submit(launch, packets, 64, 0, NULL), GNG_OK);
		await(&done, launch);
		gng_launch_t3(&t3, launch, &done);
		assert_true(done.t1 <= done.t2 && done.t1 <= t3.lo && t3.lo <= t3.likely &&
			    t3.likely <= t3.hi && t3.hi <= done.t4);
		assert_true(t3.sound);
	}
	gng_launch_close(launch);
}

static void a_full_queue_refuses_and_keeps_what_it_has(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_FUTEX);
	struct gng_launch_done done;
	struct gng_why why;

	(void)state;
	if (!launch)
		return;
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < GNG_LAUNCH_DEPTH; i++)
			assert_int_equal(
				gng_launch_submit(launch, packets + 4 * i, 64 + round, i, NULL),
				GNG_OK);
		assert_int_equal(gng_launch_submit(launch, packets, 64, 0, &why), GNG_ELIMIT);
		assert_int_equal(gng_launch_compare(launch, NULL), GNG_EINVAL);
		for (size_t i = 0; i < GNG_LAUNCH_DEPTH; i++) {
			await(&done, launch);
			if (done.t0 != i || done.sum != plain_sum(packets + 4 * i, 64 + round))
				suite_fail("packet %zu: t0 %llu, sum %x", i,
					   (unsigned long long)done.t0, done.sum);
		}
	}
	gng_launch_close(launch);
}

/* The order to end must not stand where an order under way stands. */
static void a_full_queue_can_be_closed(void **state)
{
	(void)state;
	for (int round = 0; round < 4; round++) {
		struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);

		if (!launch)
			return;
		for (size_t i = 0; i < GNG_LAUNCH_DEPTH; i++)
			assert_int_equal(gng_launch_submit(launch, packets, 9000, 0, NULL), GNG_OK);
		gng_launch_close(launch);
	}
}

static void packets_outside_are_refused(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	struct gng_launch_done done;
	struct gng_why why;
	bool found = true;

	(void)state;
	if (!launch)
		return;
	assert_int_equal(gng_launch_submit(launch, packets - 4, 4, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_launch_submit(launch, packets + LEN, 1, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_launch_submit(launch, packets + 4, LEN, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_launch_submit(launch, packets + 4, SIZE_MAX, 0, &why), GNG_EINVAL);
	assert_int_equal(gng_launch_submit(launch, packets + 2, 4, 0, &why), GNG_EINVAL);
	assert_non_null(strstr(why.text, "aligned"));
	assert_int_equal(gng_launch_poll(launch, &done, &found, &why), GNG_OK);
	assert_false(found);
	assert_int_equal(gng_launch_submit(launch, packets, LEN, 0, &why), GNG_OK);
	await(&done, launch);
	assert_int_equal(done.sum, plain_sum(packets, LEN));
	gng_launch_close(launch);
}

static void wrong_requests_are_named(void **state)
{
	struct gng_launch *launch = NULL;
	struct gng_launch_request request = {.packets_len = LEN, .cpu = 4000};
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EINVAL);
	fill();
	request.packets = packets + 1;
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EINVAL);
	request.packets = packets;
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EUNSUPPORTED);
	request.cpu = 1000; /* below CPU_SETSIZE, and not here */
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "CPU 1000"));
	request.packets_len = 63;
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EINVAL);
	assert_ptr_equal(launch, NULL);
	assert_int_equal(gng_launch_named("cpu-poll"), GNG_LAUNCH_CPU_POLL);
	assert_int_equal(gng_launch_named("cuda-persistent"), GNG_LAUNCH_CUDA_PERSISTENT);
	assert_int_equal(gng_launch_named("cuda"), GNG_LAUNCH_NUM_BACKENDS);
}

static void one_cpu_is_too_few(void **state)
{
	struct gng_launch_request request = {.packets_len = LEN, .cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch *launch;
	struct gng_why why;
	cpu_set_t one;

	(void)state;
	fill();
	request.packets = packets;
	CPU_ZERO(&one);
	CPU_SET((unsigned int)sched_getcpu(), &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(gng_launch_open(&launch, &request, &why), GNG_EUNSUPPORTED);
	assert_non_null(strstr(why.text, "only one"));
}

/* ---- threads and processes ---- */

static void *submit_elsewhere(void *arg)
{
	struct gng_launch_done done;

	if (gng_launch_submit(arg, packets, 64, 0, NULL) == GNG_OK)
		await(&done, arg);
	return (void *)(uintptr_t)done.sum;
}

static void another_thread_may_submit(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	pthread_t thread;
	void *sum;

	(void)state;
	for (int i = 0; launch && i < 20; i++) {
		assert_int_equal(pthread_create(&thread, NULL, submit_elsewhere, launch), 0);
		assert_int_equal(pthread_join(thread, &sum), 0);
		assert_int_equal((uintptr_t)sum, plain_sum(packets, 64));
		assert_int_equal((uintptr_t)submit_elsewhere(launch), plain_sum(packets, 64));
	}
	gng_launch_close(launch);
}

static void a_forked_child_is_refused_and_closes_nothing_of_its_parent(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	struct gng_launch_done done;
	int status;
	pid_t child;

	(void)state;
	if (!launch)
		return;
	child = fork();
	if (child == 0) {
		bool found;
		const bool good =
			gng_launch_submit(launch, packets, 4, 0, NULL) == GNG_EUNSUPPORTED &&
			gng_launch_poll(launch, &done, &found, NULL) == GNG_EUNSUPPORTED;

		gng_launch_close(launch);
		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(gng_launch_submit(launch, packets, 64, 0, NULL), GNG_OK);
	await(&done, launch);
	assert_int_equal(done.sum, plain_sum(packets, 64));
	gng_launch_close(launch);
}

/* ---- a series ---- */

static void a_series_counts_every_packet(void **state)
{
	struct gng_launch *launch = open_one(GNG_LAUNCH_CPU_POLL);
	const struct gng_launch_plan plan = {.num = 612, .len = 100, .cpu = GNG_LAUNCH_ANY_CPU};
	struct gng_launch_series series;
	cpu_set_t before, after;
	struct gng_why why;

	(void)state;
	if (!launch)
		return;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	if (gng_launch_measure(&series, launch, &plan, &why) != GNG_OK)
		suite_fail("%s", why.text);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
	assert_int_equal(series.num, plan.num);
	assert_int_equal(series.start->total, plan.num);
	assert_int_equal(series.num_unsound, 0);
	assert_int_not_equal(series.cpu, gng_launch_info(launch)->cpu);
	for (double q = 0.1; q < 1; q += 0.1) {
		const uint64_t lo = gng_hist_value_at_quantile(series.start_lo, q);
		const uint64_t likely = gng_hist_value_at_quantile(series.start, q);
		const uint64_t hi = gng_hist_value_at_quantile(series.start_hi, q);

		assert_true(lo <= likely && likely <= hi);
		assert_true(hi <= gng_hist_value_at_quantile(series.done, q));
	}
	gng_launch_series_fini(&series);
	assert_int_equal(
		gng_launch_measure(&series, launch, &(struct gng_launch_plan){.num = 0}, &why),
		GNG_EINVAL);
	gng_launch_close(launch);
}

const struct suite_test suite_tests[] = {
	TEST(a_polling_thread_does_the_work, "D4.launch.work D4.launch.back-ends"),
	TEST(a_sleeping_thread_does_the_work, "D4.launch.work D4.launch.back-ends"),
	TEST(it_says_that_there_is_no_device, "D4.launch.absent"),
	TEST(stamps_are_in_order, "D4.launch.stamps"),
	TEST(a_full_queue_refuses_and_keeps_what_it_has, "D4.launch.queue"),
	TEST(a_full_queue_can_be_closed, "D4.launch.queue"),
	TEST(packets_outside_are_refused, "D4.launch.queue"),
	TEST(wrong_requests_are_named, "D4.launch.queue"),
	TEST(one_cpu_is_too_few, "D4.launch.queue"),
	TEST(another_thread_may_submit, "D4.launch.threads"),
	TEST(a_forked_child_is_refused_and_closes_nothing_of_its_parent, "D4.launch.threads"),
	TEST(a_series_counts_every_packet, "D4.launch.stamps D4.launch.work"),
	{0},
};
