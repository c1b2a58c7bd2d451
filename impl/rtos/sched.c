/* SPDX-License-Identifier: Apache-2.0 */
/* sched.c - who runs: ready lists under a bitmap, waiting lists by priority, inheritance. */
#include "rtos_kernel.h"

struct rtos_kernel rtos;

void rtos_leave(void)
{
	port_enable();
	if (rtos.again)
		port_pend();
}

void rtos_window(void)
{
	rtos.busy = 1;
	port_enable();
	port_disable();
	rtos.busy = 0;
}

/*
 * top_prio returns the most urgent ready priority; ARMv6-M has no CLZ. The lowest bit times a
 * de Bruijn sequence has a different pattern in its upper five bits for each of the 32 bits.
 */
static uint8_t top_prio(uint32_t bits)
{
	static const uint8_t prio_of[32] = {31, 30, 3,	29, 2,	17, 7,	28, 1,	9,  11,
					    16, 6,  14, 27, 23, 0,  4,	18, 8,	10, 12,
					    15, 24, 5,	19, 13, 25, 20, 26, 21, 22};

	return prio_of[(bits & (0 - bits)) * UINT32_C(0x077cb531) >> 27];
}

__attribute__((always_inline)) static inline void elect(void)
{
	struct gng_rtos_task *task = NULL;

	if (rtos.ready_bits)
		task = rtos.ready[top_prio(rtos.ready_bits)]->next;
	rtos.next = task;
	rtos.again = 1;
}

void rtos_elect(void)
{
	elect();
}

void rtos_unready(struct gng_rtos_task *task)
{
	struct gng_rtos_task **last = task->ready, *before = *last;

	while (before->next != task) { /* at once for the running task: it is the first */
		before = before->next;
		rtos_window();
	}
	before->next = task->next;
	if (before == task) {
		*last = NULL;
		rtos.ready_bits &= ~task->bit;
	} else if (*last == task) {
		*last = before;
	}
}

void rtos_rotate(uint8_t prio)
{
	rtos.ready[prio] = rtos.ready[prio]->next;
}

void rtos_link(struct gng_rtos_task **list, struct gng_rtos_task *task)
{
	while (*list && (*list)->prio >= task->prio) {
		list = &(*list)->next;
		rtos_window();
	}
	task->next = *list;
	*list = task;
}

struct member {
	struct member *next;
} __attribute__((may_alias));

void rtos_unlink(void *list, const void *member)
{
	struct member **link = list;

	while (*link != member) {
		link = &(*link)->next;
		rtos_window();
	}
	*link = (*link)->next;
}

void rtos_wait(struct gng_rtos_task *self, struct gng_rtos_task **list, uint32_t timeout,
	       enum gng_rtos_status status)
{
	struct gng_rtos_task **last = self->ready;

	rtos_trace(GNG_RTOS_EVENT_BLOCK, self, self->prio);
	if (*last == self) { /* the running task is the first: if the last too, it is alone */
		*last = NULL;
		rtos.ready_bits &= ~self->bit;
	} else {
		(*last)->next = self->next;
	}
	self->status = (uint8_t)status;
	self->state = GNG_RTOS_WAITING;
	self->list = list;
	if (list && *list) {
		rtos_link(list, self);
	} else if (list) {
		self->next = NULL;
		*list = self;
	}
	if (timeout != GNG_RTOS_FOREVER) {
		self->timed = 1;
		rtos_time_add(&self->time, timeout);
	}
	elect();
}

void rtos_wake(struct gng_rtos_task *task)
{
	struct gng_rtos_task *last = *task->ready;

	if (task->timed) {
		task->timed = 0;
		rtos_unlink(&rtos.times, &task->time);
	}
	rtos_trace(GNG_RTOS_EVENT_READY, task, task->prio);
	task->state = GNG_RTOS_READY;
	*task->ready = task;
	if (last) { /* behind its equals, which go first */
		task->next = last->next;
		last->next = task;
		return;
	}
	task->next = task;
	rtos.ready_bits |= task->bit;
	if ((rtos.ready_bits & (task->bit - 1)) == 0) { /* none is more urgent */
		rtos.next = task;
		rtos.again = 1;
	}
}

__attribute__((noinline)) void rtos_set_prio(struct gng_rtos_task *task, unsigned int prio)
{
	task->prio = (uint8_t)prio;
	task->ready = &rtos.ready[prio];
	task->bit = UINT32_C(0x80000000) >> prio;
}

/* inherited returns what the task's priority must be. */
static unsigned int inherited(const struct gng_rtos_task *task)
{
	unsigned int prio = task->base;

	for (const struct gng_rtos_mutex *held = task->held; held; held = held->next_held) {
		if (held->waiters && held->waiters->prio > prio)
			prio = held->waiters->prio;
		rtos_window();
	}
	return prio;
}

/*
 * move_to changes the priority of a task where it stands. A ready task that loses urgency goes
 * first among its new equals, as in POSIX (SCHED_FIFO, pthread_setschedprio): it gave nothing up.
 */
static void move_to(struct gng_rtos_task *task, unsigned int prio)
{
	const bool lower = prio < task->prio;

	rtos_trace(GNG_RTOS_EVENT_PRIORITY, task, prio);
	if (task->state == GNG_RTOS_READY) {
		struct gng_rtos_task *last = rtos.ready[prio];

		rtos_unready(task);
		rtos_set_prio(task, prio);
		rtos_wake(task);
		if (lower && last)
			rtos.ready[prio] = last;
		rtos_elect();
		return;
	}
	if (task->list)
		rtos_unlink(task->list, task);
	rtos_set_prio(task, prio);
	if (task->list)
		rtos_link(task->list, task);
}

void rtos_reprioritise(struct gng_rtos_task *task)
{
	while (task) {
		const unsigned int prio = inherited(task);

		if (prio == task->prio)
			return;
		move_to(task, prio);
		task = task->wanted ? task->wanted->owner : NULL;
	}
}
