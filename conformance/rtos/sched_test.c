/* SPDX-License-Identifier: Apache-2.0 */
/* sched_test.c - the most urgent task runs, equals take turns, tasks start, stop and return. */
#include "tasks.h"

static void each_of_32_priorities_is_found(void **state)
{
	(void)state;
	for (int low = 0; low < 32; low++) {
		for (int high = low; high < 32; high++) {
			KERNEL(low, high);
			assert_int_equal(running(), high > low);
			must(gng_rtos_task_stop(&tasks[running()]));
			assert_int_equal(running(), high == low);
			must(gng_rtos_task_stop(&tasks[running()]));
			assert_int_equal(running(), -1);
		}
	}
}

static void a_more_urgent_task_preempts_and_comes_back(void **state)
{
	(void)state;
	KERNEL(5, 9);
	assert_int_equal(running(), 1);
	sleeps(2);
	assert_int_equal(running(), 0);
	ticks(1);
	assert_int_equal(running(), 0);
	ticks(1);
	assert_int_equal(running(), 1);
}

static void equals_take_turns_by_ticks_and_by_yield(void **state)
{
	(void)state;
	KERNEL(4, 4, 4, 1);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(running(), i % 3);
		ticks(1);
	}
	must(gng_rtos_yield());
	assert_int_equal(running(), 1);
	must(gng_rtos_yield());
	must(gng_rtos_yield());
	assert_int_equal(running(), 0);
}

static void a_preempted_task_keeps_its_turn(void **state)
{
	(void)state;
	KERNEL(4, 4, 9);
	sleeps(1);
	assert_int_equal(running(), 0);
	ticks(1); /* wakes task 2, and ends the turn of task 0 */
	assert_int_equal(running(), 2);
	sleeps(5);
	assert_int_equal(running(), 1);
	must(gng_rtos_task_set_priority(&tasks[2], 4));
	assert_int_equal(running(), 1);
}

static void a_task_alone_yields_to_nobody(void **state)
{
	(void)state;
	KERNEL(7, 3);
	must(gng_rtos_yield());
	assert_int_equal(running(), 0);
	ticks(3);
	assert_int_equal(running(), 0);
}

static void own_priority_changes_who_runs(void **state)
{
	(void)state;
	KERNEL(5, 6, 7);
	must(gng_rtos_task_set_priority(&tasks[2], 1));
	assert_int_equal(running(), 1);
	must(gng_rtos_task_set_priority(&tasks[0], 31));
	assert_int_equal(running(), 0);
	must(gng_rtos_task_set_priority(&tasks[0], 6)); /* lowered: first among equals */
	assert_int_equal(running(), 0);
	must(gng_rtos_yield());
	assert_int_equal(running(), 1);
	must(gng_rtos_task_set_priority(&tasks[2], 6)); /* raised: last among equals */
	must(gng_rtos_yield());
	assert_int_equal(running(), 0);
	must(gng_rtos_yield());
	assert_int_equal(running(), 2);
}

static void a_ready_task_leaves_the_middle_of_its_circle(void **state)
{
	(void)state;
	KERNEL(4, 4, 4, 4);
	must(gng_rtos_task_stop(&tasks[2]));
	must(gng_rtos_task_stop(&tasks[3]));
	ticks(1);
	assert_int_equal(running(), 1);
	ticks(1);
	assert_int_equal(running(), 0);
	assert_int_equal(gng_rtos_task_stop(&tasks[2]), GNG_RTOS_ESTATE);
}

static void a_stopped_task_starts_again(void **state)
{
	(void)state;
	KERNEL(3, 8);
	must(gng_rtos_task_stop(&tasks[1]));
	assert_int_equal(running(), 0);
	must(gng_rtos_task_init(&tasks[1], no_entry, NULL, 8, stacks[1], GNG_RTOS_MIN_STACK_WORDS));
	assert_int_equal(running(), 1);
}

static void a_waiting_task_is_stopped_where_it_waits(void **state)
{
	struct gng_rtos_sem sem = {0};

	(void)state;
	KERNEL(3, 7, 8);
	must(gng_rtos_sem_init(&sem, 0, 1));
	waits(2, gng_rtos_sem_take(&sem, 5));
	waits(1, gng_rtos_sem_take(&sem, GNG_RTOS_FOREVER));
	must(gng_rtos_task_stop(&tasks[2]));
	ticks(6);
	assert_int_equal(tasks[2].state, GNG_RTOS_STOPPED);
	must(gng_rtos_sem_give(&sem));
	assert_int_equal(running(), 1);
	assert_ptr_equal(sem.waiters, NULL);
}

static void stop_self_and_restart(void *arg)
{
	(void)arg;
	must(gng_rtos_task_stop(&tasks[0]));
	assert_int_equal(gng_rtos_task_init(&tasks[0], no_entry, NULL, 3, stacks[0],
					    GNG_RTOS_MIN_STACK_WORDS),
			 GNG_RTOS_ESTATE);
}

/* The port saves the registers of the task that ran: it must not be a new one by then. */
static void the_task_that_was_interrupted_is_not_restarted_before_the_switch(void **state)
{
	(void)state;
	KERNEL(3);
	rtos_host_kernel(stop_self_and_restart, NULL);
	assert_int_equal(running(), -1);
	must(gng_rtos_task_init(&tasks[0], no_entry, NULL, 3, stacks[0], GNG_RTOS_MIN_STACK_WORDS));
	assert_int_equal(running(), 0);
}

static void a_task_that_returns_is_stopped(void **state)
{
	(void)state;
	KERNEL(3, 6);
	rtos_task_return();
	assert_int_equal(tasks[1].state, GNG_RTOS_STOPPED);
	assert_int_equal(running(), 0);
	assert_int_equal(rtos_host.num_faults, 0);
}

static void a_task_that_returns_with_a_mutex_is_a_fault(void **state)
{
	struct gng_rtos_mutex mutex = {0};

	(void)state;
	KERNEL(3, 6);
	must(gng_rtos_mutex_init(&mutex));
	must(gng_rtos_mutex_lock(&mutex, 0));
	rtos_task_return();
	assert_int_equal(rtos_host.num_faults, 1);
	assert_int_equal(rtos_host.fault, GNG_RTOS_FAULT_MUTEX);
}

static void nothing_runs_before_the_start(void **state)
{
	(void)state;
	memset(tasks, 0, sizeof(tasks));
	memset(&rtos_host, 0, sizeof(rtos_host));
	gng_rtos_init(0);
	must(gng_rtos_task_init(&tasks[0], no_entry, NULL, 9, stacks[0], GNG_RTOS_MIN_STACK_WORDS));
	ticks(3);
	assert_int_equal(running(), -1);
	assert_ptr_equal(gng_rtos_self(), NULL);
	must(gng_rtos_start(NULL));
	assert_int_equal(running(), 0);
	assert_ptr_equal(gng_rtos_self(), &tasks[0]);
	assert_int_equal(gng_rtos_now(), 3);
	assert_int_equal(gng_rtos_start(NULL), GNG_RTOS_ECONTEXT);
}

static bool was_idle;

static void be_idle(void)
{
	was_idle = true;
}

static void the_starter_becomes_the_idle_loop(void **state)
{
	(void)state;
	memset(&rtos_host, 0, sizeof(rtos_host));
	gng_rtos_init(0);
	was_idle = false;
	must(gng_rtos_start(be_idle));
	assert_true(was_idle);
}

static void the_stack_knows_how_much_was_never_used(void **state)
{
	(void)state;
	KERNEL(3);
	assert_int_equal(gng_rtos_task_unused_stack(&tasks[0]),
			 GNG_RTOS_MIN_STACK_WORDS - GNG_RTOS_GUARD_WORDS - 1);
	stacks[0][10] = 7;
	assert_int_equal(gng_rtos_task_unused_stack(&tasks[0]), 10 - GNG_RTOS_GUARD_WORDS);
	assert_int_equal(gng_rtos_task_unused_stack(NULL), 0);
	assert_int_equal(gng_rtos_task_unused_stack(&tasks[1]), 0);
}

static void the_trace_tells_switches_and_priorities(void **state)
{
	const struct gng_rtos_trace_record *record;
	uint32_t before;

	(void)state;
	KERNEL(3, 6);
	assert_int_equal(gng_rtos_trace.head.magic, GNG_RTOS_TRACE_MAGIC);
	before = gng_rtos_trace.head.num;
	must(gng_rtos_task_set_priority(&tasks[1], 9));
	sleeps(1);
	assert_int_equal(gng_rtos_trace.head.num, before + 4); /* priority, ready, block, switch */
	record = &gng_rtos_trace.records[before % gng_rtos_trace.head.cap];
	assert_int_equal(record->event, GNG_RTOS_EVENT_PRIORITY);
	assert_int_equal(record->value, 9);
	assert_int_equal(record->task, (uint32_t)(uintptr_t)&tasks[1]);
	record = &gng_rtos_trace.records[(before + 3) % gng_rtos_trace.head.cap];
	assert_int_equal(record->event, GNG_RTOS_EVENT_SWITCH);
	assert_int_equal(record->task, (uint32_t)(uintptr_t)&tasks[0]);
	assert_int_equal(record->number, (uint16_t)(before + 3));
}

const struct suite_test suite_tests[] = {
	TEST(each_of_32_priorities_is_found, "K3.sched.priority"),
	TEST(a_more_urgent_task_preempts_and_comes_back, "K3.sched.priority"),
	TEST(equals_take_turns_by_ticks_and_by_yield, "K3.sched.turns"),
	TEST(a_preempted_task_keeps_its_turn, "K3.sched.turns"),
	TEST(a_task_alone_yields_to_nobody, "K3.sched.turns"),
	TEST(own_priority_changes_who_runs, "K3.sched.priority"),
	TEST(a_ready_task_leaves_the_middle_of_its_circle, "K3.sched.life"),
	TEST(a_stopped_task_starts_again, "K3.sched.life"),
	TEST(a_waiting_task_is_stopped_where_it_waits, "K3.sched.life"),
	TEST(the_task_that_was_interrupted_is_not_restarted_before_the_switch, "K3.sched.life"),
	TEST(a_task_that_returns_is_stopped, "K3.sched.life"),
	TEST(a_task_that_returns_with_a_mutex_is_a_fault, "K3.sched.life"),
	TEST(nothing_runs_before_the_start, "K3.sched.start"),
	TEST(the_starter_becomes_the_idle_loop, "K3.sched.start"),
	TEST(the_stack_knows_how_much_was_never_used, "K3.sched.stack"),
	TEST(the_trace_tells_switches_and_priorities, "K3.trace"),
	{0},
};
