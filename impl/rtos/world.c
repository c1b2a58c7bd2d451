/* SPDX-License-Identifier: Apache-2.0 */
/* world.c - the system that is explored: what its running task and its interrupts do. */
#include "rtos_world.h"

#include <stdio.h>
#include <string.h>

#define BASE_TICK UINT32_MAX /* so that every timeout passes the wrap of the clock */

struct world world;

static uint32_t stacks[WORLD_TASKS][GNG_RTOS_MIN_STACK_WORDS];

/* ---- interrupts in between ---- */

static struct {
	bool wanted;
	enum world_interrupt interrupt;
	unsigned int at, num_places;
} injection;

static void isr(void *arg)
{
	switch (*(const enum world_interrupt *)arg) {
	case WORLD_TICK:
		(void)gng_rtos_tick(1);
		break;
	case WORLD_ISR_GIVE:
		(void)gng_rtos_sem_give(&world.sem);
		break;
	default:
		(void)gng_rtos_flags_set(&world.flags, 1);
		break;
	}
}

void world_interrupt(enum world_interrupt interrupt)
{
	rtos_host_interrupt(isr, &interrupt);
}

static void place(void)
{
	if (rtos_host.level == RTOS_HOST_INTERRUPT)
		return;
	if (injection.wanted && injection.num_places == injection.at) {
		injection.wanted = false;
		injection.num_places++;
		world_interrupt(injection.interrupt);
		return;
	}
	injection.num_places++;
}

void world_inject(enum world_interrupt interrupt, unsigned int at)
{
	injection.wanted = true;
	injection.interrupt = interrupt;
	injection.at = at;
	injection.num_places = 0;
}

void world_inject_none(void)
{
	injection.wanted = false;
	injection.num_places = 0;
}

unsigned int world_places(void)
{
	return injection.num_places;
}

/* ---- the system ---- */

static void entry(void *arg)
{
	(void)arg;
}

static void on_timer(struct gng_rtos_timer *timer)
{
	(void)timer;
	(void)gng_rtos_sem_give(&world.sem);
}

static void must(enum gng_rtos_status status)
{
	if (status != GNG_RTOS_OK)
		__builtin_trap();
}

static void start_task(unsigned int i, uint8_t prio)
{
	must(gng_rtos_task_init(&world.tasks[i], entry, NULL, prio, stacks[i],
				GNG_RTOS_MIN_STACK_WORDS));
}

void world_init(const struct world_config *config)
{
	memset(&world, 0, sizeof(world));
	memset(&rtos_host, 0, sizeof(rtos_host));
	gng_rtos_init(BASE_TICK);
	for (unsigned int i = 0; i < WORLD_MUTEXES; i++)
		must(gng_rtos_mutex_init(&world.mutexes[i]));
	must(gng_rtos_sem_init(&world.sem, 0, 1));
	must(gng_rtos_queue_init(&world.queue, world.elements, 4, config->queue_cap));
	must(gng_rtos_flags_init(&world.flags));
	must(gng_rtos_timer_init(&world.timer, on_timer, NULL));
	for (unsigned int i = 0; i < config->num_tasks; i++)
		start_task(i, config->prios[i]);
	world_inject_none();
	rtos_host.point = config->inside ? place : NULL;
	must(gng_rtos_start(NULL));
}

/* The mutexes of a task, so that a program which ends or stops one does it without them. */
static bool mutex_op(const struct world_op *op, const struct gng_rtos_task *self)
{
	struct gng_rtos_mutex *mutex = &world.mutexes[op->object];

	if (op->kind == WORLD_UNLOCK) {
		if (mutex->owner != self)
			return false;
		must(gng_rtos_mutex_unlock(mutex));
		return true;
	}
	if (mutex->owner == self)
		return false;
	/* a circle of owners is refused, and the task goes on without the mutex */
	(void)!gng_rtos_mutex_lock(mutex, op->timeout);
	return true;
}

static bool task_op(const struct world_op *op)
{
	struct gng_rtos_task *task = &world.tasks[op->object];

	if (op->kind == WORLD_RESTART) {
		if (task->state != GNG_RTOS_STOPPED)
			return false;
		start_task(op->object, task->base);
		return true;
	}
	if (task->state == GNG_RTOS_STOPPED)
		return false;
	if (op->kind == WORLD_STOP)
		return gng_rtos_task_stop(task) == GNG_RTOS_OK;
	if (task->base == op->timeout)
		return false;
	must(gng_rtos_task_set_priority(task, (uint8_t)op->timeout));
	return true;
}

static bool object_op(const struct world_op *op, unsigned int i)
{
	switch (op->kind) {
	case WORLD_TAKE:
		(void)!gng_rtos_sem_take(&world.sem, op->timeout);
		return true;
	case WORLD_GIVE:
		return gng_rtos_sem_give(&world.sem) == GNG_RTOS_OK;
	case WORLD_SEND:
		world.doing[i] = WORLD_SEND;
		(void)!gng_rtos_queue_send(&world.queue, &world.buffers[i], op->timeout);
		return true;
	case WORLD_RECEIVE:
		world.doing[i] = WORLD_RECEIVE;
		(void)!gng_rtos_queue_receive(&world.queue, &world.buffers[i], op->timeout);
		return true;
	case WORLD_WAIT_ANY:
		(void)!gng_rtos_flags_wait(&world.flags, NULL, 3, GNG_RTOS_ANY, op->timeout);
		return true;
	case WORLD_WAIT_ALL:
		(void)!gng_rtos_flags_wait(&world.flags, NULL, 3, GNG_RTOS_ALL, op->timeout);
		return true;
	default:
		return gng_rtos_flags_set(&world.flags, 1u << op->object) == GNG_RTOS_OK;
	}
}

static bool time_op(const struct world_op *op)
{
	switch (op->kind) {
	case WORLD_DELAY:
		(void)!gng_rtos_delay(op->timeout);
		return true;
	case WORLD_YIELD:
		(void)!gng_rtos_yield();
		return true;
	case WORLD_TIMER:
		return gng_rtos_timer_start(&world.timer, op->timeout, op->object) == GNG_RTOS_OK;
	default:
		return gng_rtos_timer_stop(&world.timer) == GNG_RTOS_OK;
	}
}

bool world_op(const struct world_op *op)
{
	const struct gng_rtos_task *self = rtos.current;

	if (!self)
		return false;
	switch (op->kind) {
	case WORLD_LOCK:
	case WORLD_UNLOCK:
		return mutex_op(op, self);
	case WORLD_PRIORITY:
	case WORLD_STOP:
	case WORLD_RESTART:
		return task_op(op);
	case WORLD_DELAY:
	case WORLD_YIELD:
	case WORLD_TIMER:
	case WORLD_TIMER_STOP:
		return time_op(op);
	default:
		return object_op(op, (unsigned int)(self - world.tasks));
	}
}

/* ---- normal form ---- */

static void normalise_time(struct gng_rtos_time *time, bool is_listed)
{
	if (!is_listed)
		time->next = NULL;
	time->wake = is_listed ? time->wake - rtos.ticks_seen + BASE_TICK : 0;
}

static void normalise_task(struct gng_rtos_task *task)
{
	const bool waits = task->state == GNG_RTOS_WAITING;

	normalise_time(&task->time, task->timed);
	if (!waits)
		task->status = 0;
	if (!waits || task->list != &world.queue.waiters) {
		task->buffer = NULL;
		world.doing[task - world.tasks] = 0;
	}
	if (!waits || task->list != &world.flags.waiters) {
		task->flags = 0;
		task->options = 0;
	}
	if (!waits)
		task->list = NULL;
	if (task->state != GNG_RTOS_READY && !task->list)
		task->next = NULL;
}

void world_normalise(const struct world_config *config)
{
	for (unsigned int i = 0; i < config->num_tasks; i++)
		normalise_task(&world.tasks[i]);
	for (unsigned int i = 0; i < WORLD_MUTEXES; i++)
		if (!world.mutexes[i].owner)
			world.mutexes[i].next_held = NULL;
	if (!world.timer.active)
		world.timer.period = 0;
	normalise_time(&world.timer.time, world.timer.active);
	world.sem.work.next = NULL;
	world.flags.work.next = NULL;
	memset(world.elements, 0, sizeof(world.elements));
	memset(world.buffers, 0, sizeof(world.buffers));
	rtos.ticks_seen = rtos.ticks_due = BASE_TICK;
	rtos.again = 0; /* without a task that waits for it, it means nothing */
}

/* ---- words ---- */

static const char *const kinds[WORLD_NUM_KINDS] = {"lock mutex",
						   "unlock mutex",
						   "take the semaphore",
						   "give the semaphore",
						   "send",
						   "receive",
						   "wait for any flag",
						   "wait for all flags",
						   "set flag",
						   "delay",
						   "yield",
						   "set the priority of task",
						   "stop task",
						   "restart task",
						   "start the timer, period",
						   "stop the timer"};

void world_text(char *text, size_t cap, const struct world_op *op)
{
	char number[16] = "", limit[32] = "";

	if (op->kind <= WORLD_UNLOCK || op->kind == WORLD_SET || op->kind >= WORLD_PRIORITY)
		snprintf(number, sizeof(number), " %u", op->object);
	if (op->timeout == GNG_RTOS_FOREVER)
		snprintf(limit, sizeof(limit), ", forever");
	else if (op->kind != WORLD_UNLOCK && op->kind != WORLD_YIELD)
		snprintf(limit, sizeof(limit), ", %u", op->timeout);
	snprintf(text, cap, "%s%s%s", kinds[op->kind], number, limit);
}

const char *world_interrupt_name(enum world_interrupt interrupt)
{
	static const char *const names[WORLD_NUM_INTERRUPTS] = {"tick", "interrupt gives",
								"interrupt sets flag 0"};

	return names[interrupt];
}
