/* SPDX-License-Identifier: Apache-2.0 */
/* tasks.h - a kernel on the host port with tasks of given priorities, and how to run them. */
#ifndef CONFORMANCE_RTOS_TASKS_H
#define CONFORMANCE_RTOS_TASKS_H

#include "../suite.h"

#include <string.h>

#include <rtos_kernel.h>

#define MAX_TASKS 8

static struct gng_rtos_task tasks[MAX_TASKS];
static uint32_t stacks[MAX_TASKS][GNG_RTOS_MIN_STACK_WORDS];

static inline void no_entry(void *arg)
{
	(void)arg;
}

static inline void must(enum gng_rtos_status status)
{
	assert_int_equal(status, GNG_RTOS_OK);
}

/* kernel_with starts a kernel at tick now; prios ends with -1. */
static inline void kernel_with(uint32_t now, const int *prios)
{
	memset(tasks, 0, sizeof(tasks));
	memset(&rtos_host, 0, sizeof(rtos_host));
	gng_rtos_init(now);
	for (int i = 0; prios[i] >= 0; i++)
		must(gng_rtos_task_init(&tasks[i], no_entry, NULL, (uint8_t)prios[i], stacks[i],
					GNG_RTOS_MIN_STACK_WORDS));
	must(gng_rtos_start(NULL));
}

#define KERNEL(...) kernel_with(0, (const int[]){__VA_ARGS__, -1})

/* running is the number of the task that runs, -1 for the idle loop. */
static inline int running(void)
{
	return rtos.current ? (int)(rtos.current - tasks) : -1;
}

static inline void tick_isr(void *arg)
{
	must(gng_rtos_tick(*(const uint32_t *)arg));
}

static inline void ticks(uint32_t num)
{
	uint32_t one = 1;

	while (num-- > 0)
		rtos_host_interrupt(tick_isr, &one);
}

/* sleeps lets the running task wait for ticks; whatever it must call next time, it is not here. */
static inline void sleeps(uint32_t num)
{
	assert_int_equal(gng_rtos_delay(num), GNG_RTOS_OK);
}

/* waits says that a call let the running task wait: its status comes later. */
static inline void waits(int task, enum gng_rtos_status status)
{
	(void)status;
	assert_int_equal(tasks[task].state, GNG_RTOS_WAITING);
	assert_true(rtos.current != &tasks[task]);
}

#endif /* CONFORMANCE_RTOS_TASKS_H */
