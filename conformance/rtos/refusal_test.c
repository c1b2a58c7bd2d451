/* SPDX-License-Identifier: Apache-2.0 */
/* refusal_test.c - what must not be done gets a status, and has changed nothing. */
#include "tasks.h"

static struct objects {
	struct gng_rtos_mutex mutex;
	struct gng_rtos_sem sem;
	struct gng_rtos_queue queue;
	struct gng_rtos_flags flags;
	struct gng_rtos_timer timer;
	struct gng_rtos_work work;
	struct gng_rtos_period period;
	uint32_t elements[2], element, got;
} at;

static void run_timer(struct gng_rtos_timer *timer)
{
	(void)timer;
}

static void run_work(struct gng_rtos_work *work, uint32_t num)
{
	(void)work;
	(void)num;
}

static void init(void)
{
	KERNEL(3, 5);
	memset(&at, 0, sizeof(at));
	must(gng_rtos_mutex_init(&at.mutex));
	must(gng_rtos_sem_init(&at.sem, 0, 1));
	must(gng_rtos_queue_init(&at.queue, at.elements, 4, 2));
	must(gng_rtos_flags_init(&at.flags));
	must(gng_rtos_timer_init(&at.timer, run_timer, NULL));
	must(gng_rtos_work_init(&at.work, run_work));
	must(gng_rtos_period_init(&at.period, 5));
}

/* Everything that the kernel knows. */
static struct all {
	struct rtos_kernel kernel;
	struct objects objects;
	struct gng_rtos_task tasks[MAX_TASKS];
} before;

static void keep(void)
{
	before.kernel = rtos;
	before.objects = at;
	memcpy(before.tasks, tasks, sizeof(tasks));
}

static void same(void)
{
	assert_memory_equal(&before.kernel, &rtos, sizeof(rtos));
	assert_memory_equal(&before.objects, &at, sizeof(at));
	assert_memory_equal(before.tasks, tasks, sizeof(tasks));
}

#define REFUSED(call, status)                   \
	do {                                    \
		keep();                         \
		assert_int_equal(call, status); \
		same();                         \
	} while (0)

#define INVALID(call) REFUSED(call, GNG_RTOS_EINVAL)

static void null_objects_are_refused(void **state)
{
	(void)state;
	init();
	INVALID(gng_rtos_mutex_init(NULL));
	INVALID(gng_rtos_mutex_lock(NULL, 0));
	INVALID(gng_rtos_mutex_unlock(NULL));
	INVALID(gng_rtos_sem_init(NULL, 0, 1));
	INVALID(gng_rtos_sem_take(NULL, 0));
	INVALID(gng_rtos_sem_give(NULL));
	INVALID(gng_rtos_queue_init(NULL, at.elements, 4, 2));
	INVALID(gng_rtos_queue_init(&at.queue, NULL, 4, 2));
	INVALID(gng_rtos_queue_send(NULL, &at.element, 0));
	INVALID(gng_rtos_queue_send(&at.queue, NULL, 0));
	INVALID(gng_rtos_queue_receive(NULL, &at.element, 0));
	INVALID(gng_rtos_queue_receive(&at.queue, NULL, 0));
	INVALID(gng_rtos_flags_init(NULL));
	INVALID(gng_rtos_flags_wait(NULL, NULL, 1, 0, 0));
	INVALID(gng_rtos_flags_set(NULL, 1));
	INVALID(gng_rtos_flags_clear(NULL, 1));
	INVALID(gng_rtos_timer_init(NULL, run_timer, NULL));
	INVALID(gng_rtos_timer_init(&at.timer, NULL, NULL));
	INVALID(gng_rtos_timer_start(NULL, 1, 0));
	INVALID(gng_rtos_timer_stop(NULL));
	INVALID(gng_rtos_work_init(NULL, run_work));
	INVALID(gng_rtos_work_init(&at.work, NULL));
	INVALID(gng_rtos_post(NULL));
	INVALID(gng_rtos_period_init(NULL, 1));
	INVALID(gng_rtos_period_wait(NULL));
	INVALID(gng_rtos_task_stop(NULL));
	INVALID(gng_rtos_task_set_priority(NULL, 1));
}

/* An object of each other kind, and memory that was never initialised. */
static void foreign_objects_are_refused(void **state)
{
	static uint8_t zero[256] __attribute__((aligned(8)));
	static uint8_t ones[256] __attribute__((aligned(8)));
	void *foreign[2] = {zero, ones};

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	init();
	for (int i = 0; i < 2; i++) {
		INVALID(gng_rtos_mutex_lock(foreign[i], 0));
		INVALID(gng_rtos_mutex_unlock(foreign[i]));
		INVALID(gng_rtos_sem_take(foreign[i], 0));
		INVALID(gng_rtos_sem_give(foreign[i]));
		INVALID(gng_rtos_queue_send(foreign[i], &at.element, 0));
		INVALID(gng_rtos_queue_receive(foreign[i], &at.element, 0));
		INVALID(gng_rtos_flags_wait(foreign[i], NULL, 1, 0, 0));
		INVALID(gng_rtos_flags_set(foreign[i], 1));
		INVALID(gng_rtos_flags_clear(foreign[i], 1));
		INVALID(gng_rtos_timer_start(foreign[i], 1, 0));
		INVALID(gng_rtos_timer_stop(foreign[i]));
		INVALID(gng_rtos_task_stop(foreign[i]));
		INVALID(gng_rtos_task_set_priority(foreign[i], 1));
		INVALID(gng_rtos_period_wait(foreign[i]));
	}
	INVALID(gng_rtos_post((struct gng_rtos_work *)(void *)zero));
}

static void values_out_of_range_are_refused(void **state)
{
	const uint32_t timeout = GNG_RTOS_MAX_TICKS + 1;

	(void)state;
	init();
	INVALID(gng_rtos_mutex_lock(&at.mutex, timeout));
	INVALID(gng_rtos_mutex_lock(&at.mutex, GNG_RTOS_FOREVER - 1));
	INVALID(gng_rtos_sem_init(&at.sem, 0, 0));
	INVALID(gng_rtos_sem_init(&at.sem, 3, 2));
	INVALID(gng_rtos_sem_take(&at.sem, timeout));
	INVALID(gng_rtos_queue_init(&at.queue, at.elements, 0, 2));
	INVALID(gng_rtos_queue_init(&at.queue, at.elements, 4, 0));
	INVALID(gng_rtos_queue_init(&at.queue, (char *)at.elements + 1, 4, 1));
	INVALID(gng_rtos_queue_send(&at.queue, &at.element, timeout));
	INVALID(gng_rtos_queue_send(&at.queue, (char *)at.elements + 2, 0));
	INVALID(gng_rtos_queue_receive(&at.queue, (char *)at.elements + 1, 0));
	INVALID(gng_rtos_queue_receive(&at.queue, &at.element, timeout));
	INVALID(gng_rtos_flags_wait(&at.flags, NULL, 0, 0, 0));
	INVALID(gng_rtos_flags_wait(&at.flags, NULL, 1, 4, 0));
	INVALID(gng_rtos_flags_wait(&at.flags, NULL, 1, 0, timeout));
	INVALID(gng_rtos_timer_start(&at.timer, 0, 1));
	INVALID(gng_rtos_timer_start(&at.timer, timeout, 1));
	INVALID(gng_rtos_timer_start(&at.timer, 1, timeout));
	INVALID(gng_rtos_task_set_priority(&tasks[0], 32));
	INVALID(gng_rtos_task_init(&tasks[2], no_entry, NULL, 32, stacks[2], 64));
	INVALID(gng_rtos_task_init(&tasks[2], NULL, NULL, 3, stacks[2], 64));
	INVALID(gng_rtos_task_init(&tasks[2], no_entry, NULL, 3, NULL, 64));
	INVALID(gng_rtos_task_init(NULL, no_entry, NULL, 3, stacks[2], 64));
	INVALID(gng_rtos_task_init(&tasks[2], no_entry, NULL, 3, stacks[2],
				   GNG_RTOS_MIN_STACK_WORDS - 1));
}

static void objects_in_use_are_not_made_anew(void **state)
{
	(void)state;
	init();
	REFUSED(gng_rtos_task_init(&tasks[0], no_entry, NULL, 3, stacks[0],
				   GNG_RTOS_MIN_STACK_WORDS),
		GNG_RTOS_ESTATE);
	waits(1, gng_rtos_sem_take(&at.sem, 50));
	REFUSED(gng_rtos_sem_init(&at.sem, 0, 1), GNG_RTOS_ESTATE);
	waits(0, gng_rtos_queue_receive(&at.queue, &at.element, 3));
	REFUSED(gng_rtos_queue_init(&at.queue, at.elements, 4, 2), GNG_RTOS_ESTATE);
	ticks(3);
	waits(0, gng_rtos_flags_wait(&at.flags, NULL, 1, 0, 50));
	REFUSED(gng_rtos_flags_init(&at.flags), GNG_RTOS_ESTATE);
	must(gng_rtos_timer_start(&at.timer, 5, 0));
	REFUSED(gng_rtos_timer_init(&at.timer, run_timer, NULL), GNG_RTOS_ESTATE);
}

static void objects_not_in_use_are_made_anew(void **state)
{
	(void)state;
	init();
	must(gng_rtos_mutex_init(&at.mutex));
	must(gng_rtos_sem_init(&at.sem, 1, 1));
	must(gng_rtos_queue_init(&at.queue, at.elements, 4, 1));
	must(gng_rtos_flags_init(&at.flags));
	must(gng_rtos_timer_init(&at.timer, run_timer, NULL));
	must(gng_rtos_sem_take(&at.sem, 0));
	assert_int_equal(at.queue.cap, 1);
}

/* ---- contexts ---- */

#define WRONG(call) assert_int_equal(call, GNG_RTOS_ECONTEXT)

static void wait_in_all_ways(void *arg)
{
	(void)arg;
	WRONG(gng_rtos_mutex_lock(&at.mutex, 0)); /* nobody could be its owner */
	WRONG(gng_rtos_mutex_lock(&at.mutex, GNG_RTOS_FOREVER));
	WRONG(gng_rtos_mutex_unlock(&at.mutex));
	WRONG(gng_rtos_sem_take(&at.sem, 1));
	WRONG(gng_rtos_queue_send(&at.queue, &at.element, 1));
	WRONG(gng_rtos_queue_receive(&at.queue, &at.element, GNG_RTOS_FOREVER));
	WRONG(gng_rtos_flags_wait(&at.flags, NULL, 1, 0, 1));
	WRONG(gng_rtos_delay(1));
	WRONG(gng_rtos_yield());
	WRONG(gng_rtos_period_wait(&at.period));
	assert_ptr_equal(gng_rtos_self(), NULL);
}

static void in_an_interrupt(void *arg)
{
	wait_in_all_ways(arg);
	WRONG(gng_rtos_sem_take(&at.sem, 0));
	WRONG(gng_rtos_queue_send(&at.queue, &at.element, 0));
	WRONG(gng_rtos_queue_receive(&at.queue, &at.element, 0));
	WRONG(gng_rtos_flags_wait(&at.flags, NULL, 1, 0, 0));
	WRONG(gng_rtos_flags_clear(&at.flags, 1));
	WRONG(gng_rtos_timer_start(&at.timer, 1, 0));
	WRONG(gng_rtos_timer_stop(&at.timer));
	WRONG(gng_rtos_task_stop(&tasks[0]));
	WRONG(gng_rtos_task_set_priority(&tasks[0], 1));
	WRONG(gng_rtos_task_init(&tasks[2], no_entry, NULL, 3, stacks[2],
				 GNG_RTOS_MIN_STACK_WORDS));
	WRONG(gng_rtos_start(NULL));
}

static void an_interrupt_cannot_wait_and_changes_nothing(void **state)
{
	(void)state;
	init();
	keep();
	rtos_host_interrupt(in_an_interrupt, NULL);
	same();
}

static void the_kernel_and_the_idle_loop_cannot_wait(void **state)
{
	(void)state;
	init();
	keep();
	rtos_host_kernel(wait_in_all_ways, NULL);
	same();
	sleeps(9);
	sleeps(9);
	assert_int_equal(running(), -1);
	keep();
	wait_in_all_ways(NULL);
	same();
}

static void poll(void *arg)
{
	(void)arg;
	at.element = 5;
	must(gng_rtos_queue_send(&at.queue, &at.element, 0));
	must(gng_rtos_queue_receive(&at.queue, &at.got, 0));
	assert_int_equal(at.got, 5);
	must(gng_rtos_sem_give(&at.sem));
	must(gng_rtos_sem_take(&at.sem, 0));
	must(gng_rtos_flags_set(&at.flags, 3));
	must(gng_rtos_flags_wait(&at.flags, &at.got, 1, 0, 0));
	must(gng_rtos_task_set_priority(&tasks[0], 30));
}

static void the_kernel_and_the_idle_loop_may_poll(void **state)
{
	(void)state;
	init();
	rtos_host_kernel(poll, NULL);
	assert_int_equal(running(), 0);
	sleeps(9);
	sleeps(9);
	poll(NULL);
	assert_int_equal(running(), -1);
	assert_int_equal(at.flags.flags, 2);
}

static void a_stopped_task_has_no_priority_to_change(void **state)
{
	(void)state;
	init();
	must(gng_rtos_task_stop(&tasks[0]));
	REFUSED(gng_rtos_task_set_priority(&tasks[0], 9), GNG_RTOS_ESTATE);
	REFUSED(gng_rtos_task_stop(&tasks[0]), GNG_RTOS_ESTATE);
}

const struct suite_test suite_tests[] = {
	TEST(null_objects_are_refused, "K3.refuse.null"),
	TEST(foreign_objects_are_refused, "K3.refuse.foreign"),
	TEST(values_out_of_range_are_refused, "K3.refuse.values"),
	TEST(objects_in_use_are_not_made_anew, "K3.refuse.in-use"),
	TEST(objects_not_in_use_are_made_anew, "K3.refuse.in-use"),
	TEST(an_interrupt_cannot_wait_and_changes_nothing, "K3.refuse.context"),
	TEST(the_kernel_and_the_idle_loop_cannot_wait, "K3.refuse.context"),
	TEST(the_kernel_and_the_idle_loop_may_poll, "K3.refuse.context"),
	TEST(a_stopped_task_has_no_priority_to_change, "K3.refuse.in-use"),
	{0},
};
