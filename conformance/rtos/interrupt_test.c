/* SPDX-License-Identifier: Apache-2.0 */
/* interrupt_test.c - what interrupts leave to the kernel, outside and in the middle of calls. */
#include "tasks.h"

static struct gng_rtos_sem sem, other;
static struct gng_rtos_flags flags;
static char order[16];

static void init(const int *prios)
{
	kernel_with(0, prios);
	memset(&sem, 0, sizeof(sem));
	memset(&other, 0, sizeof(other));
	memset(&flags, 0, sizeof(flags));
	memset(order, 0, sizeof(order));
	must(gng_rtos_sem_init(&sem, 0, 2));
	must(gng_rtos_sem_init(&other, 0, 2));
	must(gng_rtos_flags_init(&flags));
}

#define INIT(...) init((const int[]){__VA_ARGS__, -1})

static void give(void *arg)
{
	must(gng_rtos_sem_give(arg));
}

static void set(void *arg)
{
	must(gng_rtos_flags_set(&flags, *(uint32_t *)arg));
}

static void an_interrupt_wakes_a_task_at_once(void **state)
{
	(void)state;
	INIT(1, 9);
	waits(1, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	rtos_host_interrupt(give, &sem);
	assert_int_equal(running(), 1);
	assert_int_equal(tasks[1].status, GNG_RTOS_OK);
	assert_int_equal(sem.work.num, 0);
}

static void an_interrupt_sets_flags_at_once(void **state)
{
	uint32_t mask = 2, got = 0;

	(void)state;
	INIT(1, 9);
	waits(1, gng_rtos_flags_wait(&flags, &got, 3, 0, 4));
	rtos_host_interrupt(set, &mask);
	assert_int_equal(running(), 1);
	assert_int_equal(tasks[1].flags, 2);
}

/* ---- in the middle of a call ---- */

static void (*isr)(void *arg);
static void *isr_arg;
static unsigned int num_isrs;

static void in_window(void)
{
	if (!rtos.busy || num_isrs == 0)
		return;
	num_isrs--;
	rtos_host_interrupt(isr, isr_arg);
	assert_int_equal(rtos.deferred, 1);
}

static void interrupts(unsigned int num, void (*fn)(void *arg), void *arg)
{
	num_isrs = num;
	isr = fn;
	isr_arg = arg;
	rtos_host.point = in_window;
}

/* Three tasks wait; to link a fourth the kernel passes them and lets interrupts in. */
static void waits_behind_two(int *self)
{
	INIT(1, 5, 5, 5);
	waits(1, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	waits(2, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	*self = running();
}

static void a_give_in_the_middle_of_a_wait_is_not_lost(void **state)
{
	int self;

	(void)state;
	waits_behind_two(&self);
	interrupts(1, give, &sem);
	waits(self, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	assert_int_equal(num_isrs, 0);
	assert_int_equal(running(), 1);
	assert_int_equal(sem.count, 0);
	assert_ptr_equal(rtos.work_first, NULL);
}

static void gives_add_up_and_stop_at_the_maximum(void **state)
{
	int self;

	(void)state;
	waits_behind_two(&self);
	interrupts(2, give, &other);
	waits(self, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	assert_int_equal(other.count, 2);
	assert_int_equal(other.work.num, 0);
	waits_behind_two(&self);
	must(gng_rtos_sem_give(&other));
	interrupts(2, give, &other);
	waits(self, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	assert_int_equal(num_isrs, 0);
	assert_int_equal(other.count, 2);
}

static void flags_in_the_middle_of_a_call_add_up(void **state)
{
	uint32_t mask = 4;
	int self;

	(void)state;
	waits_behind_two(&self);
	interrupts(1, set, &mask);
	waits(self, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	assert_int_equal(flags.flags, 4);
	assert_int_equal(flags.posted, 0);
}

static void gives_beyond_the_maximum_are_dropped(void **state)
{
	(void)state;
	INIT(1);
	rtos.busy = 1; /* as in the middle of a call */
	for (int i = 0; i < 5; i++)
		rtos_host_interrupt(give, &sem);
	rtos.busy = 0;
	must(gng_rtos_sem_give(&other)); /* any call that leaves the kernel */
	assert_int_equal(sem.count, 2);
	assert_int_equal(sem.work.num, 0);
}

/* The flags come while the task is being put to wait for them: it has them when it goes on. */
static void flags_in_the_middle_of_their_wait_end_it(void **state)
{
	uint32_t mask = 4, got = 0;

	(void)state;
	INIT(1, 5, 5, 5);
	waits(1, gng_rtos_flags_wait(&flags, NULL, 8, 0, GNG_RTOS_FOREVER));
	waits(2, gng_rtos_flags_wait(&flags, NULL, 8, 0, GNG_RTOS_FOREVER));
	interrupts(1, set, &mask);
	assert_int_equal(gng_rtos_flags_wait(&flags, &got, 6, 0, 9), GNG_RTOS_OK);
	assert_int_equal(got, 4);
	assert_int_equal(tasks[3].state, GNG_RTOS_READY);
	assert_int_equal(flags.flags, 0);
}

static void a_tick_in_the_middle_of_a_call_is_not_lost(void **state)
{
	uint32_t one = 1;
	int self;

	(void)state;
	waits_behind_two(&self);
	interrupts(1, tick_isr, &one);
	(void)!gng_rtos_sem_take(&sem, 1); /* the tick comes before its timeout is set */
	assert_int_equal(gng_rtos_now(), 1);
	assert_int_equal(num_isrs, 0);
	assert_int_equal(running(), self);
	assert_int_equal(tasks[self].status, GNG_RTOS_TIMEOUT);
}

static void a_posted_object_is_not_made_anew(void **state)
{
	(void)state;
	INIT(1);
	rtos.busy = 1; /* as in the middle of a call */
	rtos_host_interrupt(give, &sem);
	rtos_host_interrupt(set, &(uint32_t){1});
	rtos.busy = 0;
	assert_int_equal(gng_rtos_sem_init(&sem, 0, 1), GNG_RTOS_ESTATE);
	assert_int_equal(gng_rtos_flags_init(&flags), GNG_RTOS_ESTATE);
	must(gng_rtos_sem_give(&other)); /* any call that leaves the kernel */
	assert_int_equal(sem.count, 1);
	assert_int_equal(flags.flags, 1);
}

/* ---- posted work ---- */

static struct gng_rtos_work works[3];

static void run_work(struct gng_rtos_work *work, uint32_t num)
{
	char *end = order + strlen(order);

	*end++ = (char)('a' + (work - works));
	*end = (char)('0' + num);
	assert_true(rtos_self() == NULL);
	if (work == &works[2] && strlen(order) < 8)
		must(gng_rtos_post(&works[0])); /* from the kernel itself */
}

static void post(void *arg)
{
	for (const char *at = arg; *at; at++)
		must(gng_rtos_post(&works[*at - 'a']));
}

static void work_runs_in_order_after_the_interrupt_and_before_tasks(void **state)
{
	(void)state;
	INIT(1, 9);
	for (size_t i = 0; i < COUNT_OF(works); i++)
		must(gng_rtos_work_init(&works[i], run_work));
	rtos_host_interrupt(post, "bab");
	assert_string_equal(order, "b2a1");
	rtos_host_interrupt(post, "c");
	assert_string_equal(order, "b2a1c1a1");
	must(gng_rtos_post(&works[1])); /* also from a task */
	assert_string_equal(order, "b2a1c1a1b1");
	assert_ptr_equal(rtos.work_last, &rtos.work_first);
}

static void an_interrupt_before_the_start_waits_for_it(void **state)
{
	(void)state;
	memset(&rtos_host, 0, sizeof(rtos_host));
	memset(&sem, 0, sizeof(sem));
	memset(order, 0, sizeof(order));
	gng_rtos_init(0);
	must(gng_rtos_work_init(&works[1], run_work));
	rtos_host_interrupt(post, "b");
	assert_string_equal(order, "");
	must(gng_rtos_start(NULL));
	assert_string_equal(order, "b1");
}

const struct suite_test suite_tests[] = {
	TEST(an_interrupt_wakes_a_task_at_once, "K3.isr.give"),
	TEST(an_interrupt_sets_flags_at_once, "K3.isr.flags"),
	TEST(a_give_in_the_middle_of_a_wait_is_not_lost, "K3.isr.give"),
	TEST(gives_add_up_and_stop_at_the_maximum, "K3.isr.give"),
	TEST(flags_in_the_middle_of_a_call_add_up, "K3.isr.flags"),
	TEST(gives_beyond_the_maximum_are_dropped, "K3.isr.give"),
	TEST(flags_in_the_middle_of_their_wait_end_it, "K3.isr.flags"),
	TEST(a_tick_in_the_middle_of_a_call_is_not_lost, "K3.isr.tick"),
	TEST(a_posted_object_is_not_made_anew, "K3.refuse.in-use"),
	TEST(work_runs_in_order_after_the_interrupt_and_before_tasks, "K3.isr.work"),
	TEST(an_interrupt_before_the_start_waits_for_it, "K3.isr.work"),
	{0},
};
