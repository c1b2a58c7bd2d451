/* SPDX-License-Identifier: Apache-2.0 */
/* time_test.c - delays, timeouts, periods and timers, also where the count of ticks wraps. */
#include "tasks.h"

static const uint32_t starts[] = {0, 1000, INT32_MAX - 3u, UINT32_MAX - 3u, UINT32_MAX};

static void delays_end_in_the_order_of_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){2, 2, 2, 2, -1});
		sleeps(7);
		sleeps(3);
		sleeps(5);
		sleeps(3);
		assert_int_equal(running(), -1);
		assert_int_equal(gng_rtos_ticks_to_wake(), 3);
		ticks(2);
		assert_int_equal(running(), -1);
		ticks(1);
		assert_int_equal(running(), 1); /* before task 3: it came first */
		sleeps(1);
		assert_int_equal(running(), 3);
		must(gng_rtos_task_stop(&tasks[3]));
		ticks(1);
		assert_int_equal(running(), 1);
		ticks(1);
		ticks(1);
		assert_int_equal(tasks[2].state, GNG_RTOS_READY);
		ticks(1);
		assert_int_equal(tasks[0].state, GNG_RTOS_READY);
		assert_int_equal(gng_rtos_now(), starts[i] + 7);
		assert_int_equal(gng_rtos_ticks_to_wake(), GNG_RTOS_FOREVER);
	}
}

static void the_longest_delay_does_not_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){2, 3, -1});
		sleeps(GNG_RTOS_MAX_TICKS);
		sleeps(1);
		assert_int_equal(gng_rtos_ticks_to_wake(), 1);
		ticks(1);
		assert_int_equal(running(), 0);
		assert_int_equal(gng_rtos_ticks_to_wake(), GNG_RTOS_MAX_TICKS - 1);
		for (uint32_t left = GNG_RTOS_MAX_TICKS - 1; left > 1;) {
			uint32_t num = left - 1 < UINT16_MAX ? left - 1 : UINT16_MAX;

			rtos_host_interrupt(tick_isr, &num);
			left -= num;
		}
		assert_int_equal(running(), 0);
		ticks(1);
		assert_int_equal(running(), 1);
	}
}

static void a_timeout_gives_up_the_place(void **state)
{
	struct gng_rtos_sem sem = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){1, 5, 6, -1});
		memset(&sem, 0, sizeof(sem));
		must(gng_rtos_sem_init(&sem, 0, 9));
		waits(2, gng_rtos_sem_take(&sem, 4));
		waits(1, gng_rtos_sem_take(&sem, 9));
		ticks(3);
		assert_int_equal(running(), 0);
		ticks(1);
		assert_int_equal(running(), 2);
		assert_int_equal(tasks[2].status, GNG_RTOS_TIMEOUT);
		must(gng_rtos_sem_give(&sem)); /* for task 1, and not for the one that gave up */
		assert_int_equal(tasks[1].status, GNG_RTOS_OK);
		assert_int_equal(sem.count, 0);
		assert_int_equal(gng_rtos_ticks_to_wake(), GNG_RTOS_FOREVER);
	}
}

static void several_ticks_at_once_wake_all_in_order(void **state)
{
	uint32_t num = 50;

	(void)state;
	KERNEL(5, 5, 5);
	sleeps(30);
	sleeps(10);
	sleeps(20);
	rtos_host_interrupt(tick_isr, &num);
	assert_int_equal(running(), 1);
	must(gng_rtos_yield());
	assert_int_equal(running(), 2);
	must(gng_rtos_yield());
	assert_int_equal(running(), 0);
}

static void bad_numbers_of_ticks_are_refused(void **state)
{
	struct gng_rtos_period period;

	(void)state;
	KERNEL(5);
	assert_int_equal(gng_rtos_tick(0), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_tick(65536), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_tick(UINT32_MAX), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_delay(0), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_delay(GNG_RTOS_MAX_TICKS + 1), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_delay(GNG_RTOS_FOREVER), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_period_init(&period, 0), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_period_init(&period, GNG_RTOS_FOREVER), GNG_RTOS_EINVAL);
	assert_int_equal(gng_rtos_now(), 0);
	assert_int_equal(running(), 0);
}

/* ---- periods ---- */

static uint32_t num_hooks;

static void on_late(struct gng_rtos_task *task, struct gng_rtos_period *period)
{
	assert_ptr_equal(task, &tasks[0]);
	num_hooks += period->num_late;
}

static void a_period_does_not_drift(void **state)
{
	struct gng_rtos_period period;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){5, -1});
		must(gng_rtos_period_init(&period, 10));
		for (uint32_t n = 1; n <= 5; n++) {
			ticks(n); /* work that takes n ticks */
			waits(0, gng_rtos_period_wait(&period));
			ticks(10 - n);
			assert_int_equal(running(), 0);
			assert_int_equal(gng_rtos_now(), starts[i] + 10 * n);
			assert_int_equal(tasks[0].status, GNG_RTOS_OK);
		}
		ticks(10); /* exactly in time */
		must(gng_rtos_period_wait(&period));
		assert_int_equal(period.num_late, 0);
	}
}

static void a_missed_deadline_is_counted_and_told(void **state)
{
	struct gng_rtos_period period;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){5, -1});
		must(gng_rtos_period_init(&period, 10));
		ticks(11);
		assert_int_equal(gng_rtos_period_wait(&period), GNG_RTOS_LATE); /* without a hook */
		num_hooks = 0;
		gng_rtos_on_late(on_late);
		ticks(14);
		assert_int_equal(gng_rtos_period_wait(&period), GNG_RTOS_LATE);
		assert_int_equal(running(), 0);
		assert_int_equal(period.num_late, 2);
		assert_int_equal(num_hooks, 2);
		waits(0, gng_rtos_period_wait(&period));
		ticks(5);
		assert_int_equal(running(), 0);
		assert_int_equal(gng_rtos_now(), starts[i] + 30);
	}
}

/* ---- timers ---- */

static int num_runs;

static void run_timer(struct gng_rtos_timer *timer)
{
	num_runs++;
	if (timer->arg && num_runs == 3)
		must(gng_rtos_timer_stop(timer));
}

static void a_timer_runs_once_or_each_period(void **state)
{
	static struct gng_rtos_timer once, often;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(starts); i++) {
		kernel_with(starts[i], (const int[]){5, -1});
		num_runs = 0;
		must(gng_rtos_timer_init(&once, run_timer, NULL));
		must(gng_rtos_timer_init(&often, run_timer, &num_runs));
		must(gng_rtos_timer_start(&once, 3, 0));
		ticks(2);
		assert_int_equal(num_runs, 0);
		ticks(5);
		assert_int_equal(num_runs, 1);
		must(gng_rtos_timer_start(&often, 2, 4));
		ticks(6);
		assert_int_equal(num_runs, 3); /* stopped itself */
		ticks(9);
		assert_int_equal(num_runs, 3);
		assert_int_equal(often.active, 0);
	}
}

static void a_timer_that_runs_starts_anew_or_stops(void **state)
{
	static struct gng_rtos_timer timer;

	(void)state;
	KERNEL(5);
	num_runs = 0;
	must(gng_rtos_timer_init(&timer, run_timer, NULL));
	must(gng_rtos_timer_start(&timer, 3, 0));
	ticks(2);
	must(gng_rtos_timer_start(&timer, 3, 0));
	assert_int_equal(gng_rtos_timer_init(&timer, run_timer, NULL), GNG_RTOS_ESTATE);
	ticks(2);
	assert_int_equal(num_runs, 0);
	must(gng_rtos_timer_stop(&timer));
	must(gng_rtos_timer_stop(&timer));
	ticks(9);
	assert_int_equal(num_runs, 0);
}

static void a_timer_that_is_behind_catches_up(void **state)
{
	static struct gng_rtos_timer timer;
	uint32_t num = 25;

	(void)state;
	KERNEL(5);
	num_runs = 0;
	must(gng_rtos_timer_init(&timer, run_timer, NULL));
	must(gng_rtos_timer_start(&timer, 10, 5));
	rtos_host_interrupt(tick_isr, &num);
	assert_int_equal(num_runs, 4); /* at 10, 15, 20 and 25 */
	assert_int_equal(gng_rtos_ticks_to_wake(), 5);
	must(gng_rtos_timer_stop(&timer));
}

const struct suite_test suite_tests[] = {
	TEST(delays_end_in_the_order_of_time, "K3.time.delay"),
	TEST(the_longest_delay_does_not_wrap, "K3.time.wrap"),
	TEST(a_timeout_gives_up_the_place, "K3.time.timeout"),
	TEST(several_ticks_at_once_wake_all_in_order, "K3.time.tickless"),
	TEST(bad_numbers_of_ticks_are_refused, "K3.refuse.values"),
	TEST(a_period_does_not_drift, "K3.time.period"),
	TEST(a_missed_deadline_is_counted_and_told, "K3.time.late"),
	TEST(a_timer_runs_once_or_each_period, "K3.time.timer"),
	TEST(a_timer_that_runs_starts_anew_or_stops, "K3.time.timer"),
	TEST(a_timer_that_is_behind_catches_up, "K3.time.timer"),
	{0},
};
