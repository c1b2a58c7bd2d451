/* SPDX-License-Identifier: Apache-2.0 */
/* mutex_test.c - exact transitive inheritance, in the situations where kernels got it wrong. */
#include "tasks.h"

static struct gng_rtos_mutex mutexes[4];

static void init(const int *prios)
{
	kernel_with(0, prios);
	memset(mutexes, 0, sizeof(mutexes));
	for (int i = 0; i < 4; i++)
		must(gng_rtos_mutex_init(&mutexes[i]));
}

#define INIT(...) init((const int[]){__VA_ARGS__, -1})

static void lock(int i)
{
	must(gng_rtos_mutex_lock(&mutexes[i], GNG_RTOS_FOREVER));
}

static void lock_waits(int i, uint32_t timeout)
{
	const int self = running();

	waits(self, gng_rtos_mutex_lock(&mutexes[i], timeout));
	assert_ptr_equal(tasks[self].wanted, &mutexes[i]);
}

static void unlock(int i)
{
	must(gng_rtos_mutex_unlock(&mutexes[i]));
}

#define PRIO_IS(task, is) assert_int_equal(tasks[task].prio, is)

static void an_owner_runs_at_its_waiters_priority(void **state)
{
	(void)state;
	INIT(1, 5, 9);
	sleeps(2);
	sleeps(3);
	lock(0); /* task 0 */
	ticks(2);
	lock_waits(0, GNG_RTOS_FOREVER); /* task 2 */
	assert_int_equal(running(), 0);
	PRIO_IS(0, 9);
	ticks(1); /* task 1, of 5, must not run */
	assert_int_equal(running(), 0);
	unlock(0);
	assert_int_equal(running(), 2);
	PRIO_IS(0, 1);
	assert_ptr_equal(mutexes[0].owner, &tasks[2]);
	unlock(0);
	sleeps(1);
	assert_int_equal(running(), 1);
}

/* Task 3 -> mutex 2 -> task 2 -> mutex 1 -> task 1 -> mutex 0 -> task 0. */
static void inheritance_goes_through_a_chain_of_owners(void **state)
{
	(void)state;
	INIT(1, 2, 3, 9);
	sleeps(3);
	sleeps(2);
	sleeps(1);
	lock(0);
	ticks(1);
	lock(1);
	lock_waits(0, GNG_RTOS_FOREVER);
	PRIO_IS(0, 2);
	ticks(1);
	lock(2);
	lock_waits(1, GNG_RTOS_FOREVER);
	PRIO_IS(0, 3);
	PRIO_IS(1, 3);
	ticks(1);
	lock_waits(2, 4);
	PRIO_IS(0, 9);
	PRIO_IS(1, 9);
	PRIO_IS(2, 9);
	ticks(4); /* the end of the chain gives up: all sink to what is left */
	assert_int_equal(running(), 3);
	assert_int_equal(tasks[3].status, GNG_RTOS_TIMEOUT);
	PRIO_IS(0, 3);
	PRIO_IS(1, 3);
	PRIO_IS(2, 3);
}

/* FreeRTOS issue 1168: the priority fell only when no mutex at all was held any more. */
static void each_mutex_given_back_takes_its_inheritance_along(void **state)
{
	(void)state;
	INIT(1, 5, 9);
	sleeps(2);
	sleeps(1);
	lock(0);
	lock(1);
	lock(2);
	ticks(1);
	lock_waits(0, GNG_RTOS_FOREVER); /* task 1, of 5 */
	ticks(1);
	lock_waits(1, GNG_RTOS_FOREVER); /* task 2, of 9 */
	PRIO_IS(0, 9);
	unlock(1);
	PRIO_IS(0, 5);
	assert_int_equal(running(), 2);
	sleeps(1);
	assert_int_equal(running(), 0);
	unlock(0); /* not the last one taken */
	PRIO_IS(0, 1);
	assert_int_equal(running(), 1);
	assert_ptr_equal(tasks[0].held, &mutexes[2]);
}

/* Zephyr issue 87235: a boosted task that itself waits kept its old place in the list. */
static void a_boosted_waiter_moves_up_in_every_list(void **state)
{
	struct gng_rtos_sem sem = {0};
	struct gng_rtos_queue queue = {0};
	struct gng_rtos_flags flags = {0};
	uint32_t elements[1], element = 0, got = 0;

	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		INIT(1, 2, 3, 9);
		memset(&sem, 0, sizeof(sem));
		memset(&queue, 0, sizeof(queue));
		memset(&flags, 0, sizeof(flags));
		must(gng_rtos_sem_init(&sem, 0, 1));
		must(gng_rtos_queue_init(&queue, elements, 4, 1));
		must(gng_rtos_flags_init(&flags));
		sleeps(3);
		sleeps(2);
		sleeps(1);
		if (kind == 3)
			lock(1);
		ticks(1); /* task 1 takes mutex 0 and waits; task 2 waits before it */
		lock(0);
		for (int i = 1; i <= 2; i++) {
			if (kind == 0)
				waits(i, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
			else if (kind == 1)
				waits(i,
				      gng_rtos_queue_receive(&queue, &element, GNG_RTOS_FOREVER));
			else if (kind == 2)
				waits(i, gng_rtos_flags_wait(&flags, &got, 1, 0, GNG_RTOS_FOREVER));
			else
				lock_waits(1, GNG_RTOS_FOREVER);
			ticks(1);
		}
		assert_ptr_equal(*tasks[1].list, &tasks[2]);
		lock_waits(0, GNG_RTOS_FOREVER); /* task 3 boosts task 1 */
		assert_ptr_equal(*tasks[1].list, &tasks[1]);
		PRIO_IS(1, 9);
		PRIO_IS(0, kind == 3 ? 9 : 1);
	}
}

/* The first kernel of this project: a boosted owner that waited at a queue got into two lists. */
static void a_boosted_owner_that_waits_at_a_queue_stands_in_one_list(void **state)
{
	struct gng_rtos_queue queue = {0};
	uint32_t elements[1], element = 0;

	(void)state;
	INIT(1, 2, 9);
	must(gng_rtos_queue_init(&queue, elements, 4, 1));
	sleeps(1);
	lock(0);
	waits(1, gng_rtos_queue_receive(&queue, &element, GNG_RTOS_FOREVER));
	ticks(1);
	lock_waits(0, GNG_RTOS_FOREVER);
	assert_int_equal(running(), 0);
	assert_int_equal(rtos.ready_bits, UINT32_C(0x80000000) >> 1);
	must(gng_rtos_queue_send(&queue, &element, 0));
	assert_int_equal(running(), 1);
	unlock(0);
	assert_int_equal(running(), 2);
}

static void a_boosted_delayed_owner_wakes_urgent(void **state)
{
	(void)state;
	INIT(1, 5, 9);
	sleeps(1);
	lock(0);
	sleeps(3); /* with the mutex */
	ticks(1);
	lock_waits(0, GNG_RTOS_FOREVER);
	PRIO_IS(1, 9);
	assert_int_equal(running(), 0);
	ticks(2);
	assert_int_equal(running(), 1);
}

static void a_new_own_priority_travels_along_the_chain(void **state)
{
	(void)state;
	INIT(1, 2, 3);
	sleeps(2);
	sleeps(1);
	lock(0);
	ticks(1);
	lock(1);
	lock_waits(0, GNG_RTOS_FOREVER);
	ticks(1);
	lock_waits(1, GNG_RTOS_FOREVER);
	must(gng_rtos_task_set_priority(&tasks[2], 20));
	PRIO_IS(0, 20);
	PRIO_IS(1, 20);
	must(gng_rtos_task_set_priority(&tasks[2], 0));
	PRIO_IS(0, 2);
	PRIO_IS(1, 2);
	PRIO_IS(2, 0);
	must(gng_rtos_task_set_priority(&tasks[0], 1)); /* its own is less than it inherits */
	PRIO_IS(0, 2);
}

static void a_stopped_waiter_takes_its_inheritance_along(void **state)
{
	(void)state;
	INIT(1, 9);
	sleeps(1);
	lock(0);
	ticks(1);
	lock_waits(0, 7);
	PRIO_IS(0, 9);
	must(gng_rtos_task_stop(&tasks[1]));
	PRIO_IS(0, 1);
	ticks(7);
	assert_int_equal(tasks[1].state, GNG_RTOS_STOPPED);
	unlock(0);
	assert_ptr_equal(mutexes[0].owner, NULL);
}

static void the_most_urgent_waiter_gets_it_and_equals_in_their_order(void **state)
{
	(void)state;
	INIT(1, 5, 5, 8);
	sleeps(3);
	sleeps(1);
	sleeps(1);
	lock(0);
	ticks(1);
	lock_waits(0, GNG_RTOS_FOREVER);
	lock_waits(0, GNG_RTOS_FOREVER);
	ticks(2);
	lock_waits(0, GNG_RTOS_FOREVER);
	unlock(0);
	assert_ptr_equal(mutexes[0].owner, &tasks[3]);
	unlock(0);
	assert_ptr_equal(mutexes[0].owner, &tasks[1]);
	sleeps(9);
	assert_int_equal(running(), 1);
	unlock(0);
	assert_ptr_equal(mutexes[0].owner, &tasks[2]);
}

static void a_circle_of_owners_is_refused(void **state)
{
	(void)state;
	INIT(1, 2, 3);
	sleeps(2);
	sleeps(1);
	lock(0);
	assert_int_equal(gng_rtos_mutex_lock(&mutexes[0], GNG_RTOS_FOREVER), GNG_RTOS_EDEADLOCK);
	ticks(1);
	lock(1);
	lock_waits(0, 50);
	ticks(1);
	lock(2);
	lock_waits(1, 50);
	assert_int_equal(running(), 0);
	assert_int_equal(gng_rtos_mutex_lock(&mutexes[1], 5), GNG_RTOS_EDEADLOCK);
	assert_int_equal(gng_rtos_mutex_lock(&mutexes[2], GNG_RTOS_FOREVER), GNG_RTOS_EDEADLOCK);
	assert_int_equal(gng_rtos_mutex_lock(&mutexes[2], GNG_RTOS_NO_WAIT), GNG_RTOS_EDEADLOCK);
	lock(3);
	PRIO_IS(0, 3);
}

static void only_the_owner_unlocks_and_nobody_stops_it(void **state)
{
	(void)state;
	INIT(1, 9);
	sleeps(1);
	lock(0);
	ticks(1);
	assert_int_equal(gng_rtos_mutex_unlock(&mutexes[0]), GNG_RTOS_EOWNER);
	assert_int_equal(gng_rtos_mutex_unlock(&mutexes[1]), GNG_RTOS_EOWNER);
	assert_int_equal(gng_rtos_mutex_lock(&mutexes[0], GNG_RTOS_NO_WAIT), GNG_RTOS_WOULD_WAIT);
	assert_int_equal(gng_rtos_task_stop(&tasks[0]), GNG_RTOS_EOWNER);
	assert_int_equal(gng_rtos_mutex_init(&mutexes[0]), GNG_RTOS_ESTATE);
	assert_ptr_equal(mutexes[0].owner, &tasks[0]);
	assert_int_equal(tasks[0].state, GNG_RTOS_READY);
	PRIO_IS(0, 1);
}

static void a_lowered_owner_is_first_among_its_equals(void **state)
{
	(void)state;
	INIT(4, 4, 9);
	sleeps(1);
	lock(0);
	ticks(1);
	lock_waits(0, 2);
	assert_int_equal(running(), 0);
	ticks(2);
	sleeps(5);
	assert_int_equal(running(), 0);
}

const struct suite_test suite_tests[] = {
	TEST(an_owner_runs_at_its_waiters_priority, "K3.mutex.inherit"),
	TEST(inheritance_goes_through_a_chain_of_owners, "K3.rtos.inheritance"),
	TEST(each_mutex_given_back_takes_its_inheritance_along, "K3.mutex.several"),
	TEST(a_boosted_waiter_moves_up_in_every_list, "K3.mutex.resort"),
	TEST(a_boosted_owner_that_waits_at_a_queue_stands_in_one_list, "K3.mutex.resort"),
	TEST(a_boosted_delayed_owner_wakes_urgent, "K3.mutex.resort"),
	TEST(a_new_own_priority_travels_along_the_chain, "K3.rtos.inheritance"),
	TEST(a_stopped_waiter_takes_its_inheritance_along, "K3.mutex.timeout"),
	TEST(the_most_urgent_waiter_gets_it_and_equals_in_their_order, "K3.mutex.order"),
	TEST(a_circle_of_owners_is_refused, "K3.mutex.deadlock"),
	TEST(only_the_owner_unlocks_and_nobody_stops_it, "K3.refuse.owner"),
	TEST(a_lowered_owner_is_first_among_its_equals, "K3.mutex.order"),
	{0},
};
