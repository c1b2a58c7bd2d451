/* SPDX-License-Identifier: Apache-2.0 */
/* task.c - the life of tasks, and of the kernel. */
#include "rtos_kernel.h"

void gng_rtos_init(uint32_t now)
{
	rtos = (struct rtos_kernel){
		.halted = 1, .ticks_seen = now, .ticks_due = now, .work_last = &rtos.work_first};
}

enum gng_rtos_status gng_rtos_start(void (*idle)(void))
{
	if (port_in_handler() || rtos.current)
		return GNG_RTOS_ECONTEXT;
	rtos.halted = 0;
	return port_start(idle);
}

struct gng_rtos_task *gng_rtos_self(void)
{
	return rtos_self();
}

/* expire: the time of a waiting or delayed task is over; its status says already what then. */
static void expire(struct gng_rtos_time *time)
{
	struct gng_rtos_task *task =
		(struct gng_rtos_task *)((char *)time - offsetof(struct gng_rtos_task, time));
	struct gng_rtos_mutex *wanted = task->wanted;

	task->timed = 0;
	if (task->list)
		rtos_unlink(task->list, task);
	task->wanted = NULL;
	rtos_wake(task);
	if (wanted) /* its owner inherits less now */
		rtos_reprioritise(wanted->owner);
}

static bool usable(const struct gng_rtos_task *task, const uint32_t *stack, size_t num_words)
{
	return task && stack && num_words >= GNG_RTOS_MIN_STACK_WORDS &&
	       (GNG_RTOS_GUARD_WORDS == 1 ||
		(uintptr_t)stack % (GNG_RTOS_GUARD_WORDS * sizeof(uint32_t)) == 0);
}

enum gng_rtos_status gng_rtos_task_init(struct gng_rtos_task *task, void (*entry)(void *arg),
					void *arg, uint8_t prio, uint32_t *stack, size_t num_words)
{
	if (!usable(task, stack, num_words) || !entry || prio >= GNG_RTOS_NUM_PRIORITIES)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	/* a stopped task may still be the one that the port saves at the next switch */
	if ((task->kind == RTOS_TASK && task->state != GNG_RTOS_STOPPED) || task == rtos.current)
		return GNG_RTOS_ESTATE;
	for (size_t i = 0; i < num_words; i++)
		stack[i] = GNG_RTOS_STACK_FILL;
	task->guard = stack + GNG_RTOS_GUARD_WORDS - 1;
	task->kind = RTOS_TASK;
	rtos_set_prio(task, prio);
	task->base = prio;
	task->timed = 0;
	task->time.expire = expire;
	task->wanted = NULL;
	task->held = NULL;
	task->sp = port_stack(stack + num_words, entry, arg);
	rtos_enter();
	rtos_wake(task);
	rtos_leave();
	return GNG_RTOS_OK;
}

/* remove_task takes a task out of all lists; its owner may inherit less. */
static void remove_task(struct gng_rtos_task *task)
{
	struct gng_rtos_mutex *wanted = task->wanted;

	if (task->state == GNG_RTOS_READY) {
		rtos_unready(task);
		rtos_elect();
	} else if (task->list) {
		rtos_unlink(task->list, task);
	}
	if (task->timed)
		rtos_unlink(&rtos.times, &task->time);
	task->state = GNG_RTOS_STOPPED;
	task->timed = 0;
	task->wanted = NULL;
	if (wanted)
		rtos_reprioritise(wanted->owner);
}

enum gng_rtos_status gng_rtos_task_stop(struct gng_rtos_task *task)
{
	enum gng_rtos_status status = GNG_RTOS_OK;

	if (!task || task->kind != RTOS_TASK)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	if (task->state == GNG_RTOS_STOPPED)
		status = GNG_RTOS_ESTATE;
	else if (task->held)
		status = GNG_RTOS_EOWNER;
	else
		remove_task(task);
	rtos_leave();
	return status;
}

void rtos_task_return(void)
{
	struct gng_rtos_task *self = rtos.current;

	if (self->held)
		gng_rtos_fault(self, GNG_RTOS_FAULT_MUTEX);
	rtos_enter();
	rtos_wait(self, NULL, GNG_RTOS_FOREVER, GNG_RTOS_OK);
	self->state = GNG_RTOS_STOPPED;
	rtos_leave();
}

enum gng_rtos_status gng_rtos_task_set_priority(struct gng_rtos_task *task, uint8_t prio)
{
	enum gng_rtos_status status = GNG_RTOS_ESTATE;

	if (!task || task->kind != RTOS_TASK || prio >= GNG_RTOS_NUM_PRIORITIES)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	if (task->state != GNG_RTOS_STOPPED) {
		status = GNG_RTOS_OK;
		task->base = prio;
		rtos_reprioritise(task);
	}
	rtos_leave();
	return status;
}

size_t gng_rtos_task_unused_stack(const struct gng_rtos_task *task)
{
	size_t num = 0;

	if (!task || task->kind != RTOS_TASK)
		return 0;
	while (task->guard[num + 1] == GNG_RTOS_STACK_FILL)
		num++;
	return num;
}

enum gng_rtos_status gng_rtos_yield(void)
{
	struct gng_rtos_task *self = rtos_self();

	if (!self)
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	if (self->next != self) {
		rtos_rotate(self->prio);
		rtos_elect();
	}
	rtos_leave();
	return GNG_RTOS_OK;
}
