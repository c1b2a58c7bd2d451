/* SPDX-License-Identifier: Apache-2.0 */
/* world_check.c - what holds between any two operations of a correct kernel. */
#include "rtos_world.h"

#include <string.h>

/* seen counts in how many lists each task stands. */
struct seen {
	const struct world_config *config;
	uint8_t lists[WORLD_TASKS], times[WORLD_TASKS];
};

static unsigned int number_of(const struct seen *seen, const struct gng_rtos_task *task)
{
	const size_t i = (size_t)(task - world.tasks);

	return i < seen->config->num_tasks ? (unsigned int)i : WORLD_TASKS;
}

static const char *check_circle(struct seen *seen, unsigned int prio)
{
	const struct gng_rtos_task *last = rtos.ready[prio], *task = last;

	if (!last != !(rtos.ready_bits & UINT32_C(0x80000000) >> prio))
		return "a bit differs from its ready list";
	for (unsigned int num = 0; last; num++) {
		const unsigned int i = number_of(seen, task);

		if (i == WORLD_TASKS || num >= seen->config->num_tasks)
			return "a ready list is no circle of tasks";
		if (task->state != GNG_RTOS_READY || task->prio != prio)
			return "a task stands in the wrong ready list";
		seen->lists[i]++;
		task = task->next;
		if (task == last)
			break;
	}
	return NULL;
}

static const char *check_ready(struct seen *seen)
{
	const struct gng_rtos_task *first = NULL;

	for (unsigned int prio = 0; prio < GNG_RTOS_NUM_PRIORITIES; prio++) {
		const char *wrong = check_circle(seen, prio);

		if (wrong)
			return wrong;
		if (rtos.ready[prio])
			first = rtos.ready[prio]->next;
	}
	if (rtos.next != first)
		return "not the first of the most urgent tasks is next";
	return rtos.current == rtos.next ? NULL : "another task runs than should";
}

static const char *check_list(struct seen *seen, struct gng_rtos_task *const *list,
			      const struct gng_rtos_mutex *mutex)
{
	const struct gng_rtos_task *before = NULL;
	unsigned int num = 0;

	for (const struct gng_rtos_task *task = *list; task; before = task, task = task->next) {
		const unsigned int i = number_of(seen, task);

		if (i == WORLD_TASKS || num++ >= seen->config->num_tasks)
			return "a waiting list is none";
		if (task->state != GNG_RTOS_WAITING || task->list != list || task->wanted != mutex)
			return "a task stands in a list in which it does not wait";
		if (before && before->prio < task->prio)
			return "a waiting list is not in the order of priority";
		seen->lists[i]++;
	}
	return NULL;
}

static const char *check_lists(struct seen *seen)
{
	const char *wrong = check_list(seen, &world.sem.waiters, NULL);

	if (!wrong)
		wrong = check_list(seen, &world.queue.waiters, NULL);
	if (!wrong)
		wrong = check_list(seen, &world.flags.waiters, NULL);
	for (unsigned int i = 0; !wrong && i < WORLD_MUTEXES; i++)
		wrong = check_list(seen, &world.mutexes[i].waiters, &world.mutexes[i]);
	return wrong;
}

static const char *check_times(struct seen *seen)
{
	uint32_t before = 0;
	unsigned int num = 0, num_timers = 0;

	for (const struct gng_rtos_time *time = rtos.times; time; time = time->next) {
		const uint32_t left = time->wake - rtos.ticks_seen;
		const struct gng_rtos_task *task =
			(const void *)((const char *)time - offsetof(struct gng_rtos_task, time));

		if (num++ > seen->config->num_tasks)
			return "the list of times does not end";
		if (left == 0 || left > GNG_RTOS_MAX_TICKS || left < before)
			return "the list of times is not in order";
		before = left;
		if (time == &world.timer.time)
			num_timers++;
		else if (number_of(seen, task) < WORLD_TASKS)
			seen->times[number_of(seen, task)]++;
		else
			return "the list of times holds what is no time";
	}
	return num_timers == world.timer.active ? NULL : "the timer is active and not listed";
}

static const char *check_task(const struct seen *seen, unsigned int i)
{
	const struct gng_rtos_task *task = &world.tasks[i];
	const bool waits = task->state == GNG_RTOS_WAITING;

	if (seen->times[i] != task->timed || (task->timed && !waits))
		return "a task's time does not fit its state";
	if (seen->lists[i] != (task->state == GNG_RTOS_READY || (waits && task->list)))
		return "a task stands in two lists, or in none";
	if (waits && !task->list && !task->timed)
		return "a task waits for nothing";
	return !waits && task->wanted ? "a task that does not wait wants a mutex" : NULL;
}

/* ---- owners ---- */

static const char *check_owner(const struct gng_rtos_mutex *mutex)
{
	unsigned int num = 0;

	if (!mutex->owner)
		return mutex->waiters ? "a mutex without owner has waiters" : NULL;
	if (mutex->owner->state == GNG_RTOS_STOPPED)
		return "a stopped task owns a mutex";
	for (const struct gng_rtos_mutex *held = mutex->owner->held; held; held = held->next_held)
		if (held == mutex && ++num > 1)
			break;
	return num == 1 ? NULL : "an owner does not hold its mutex exactly once";
}

static const char *check_inheritance(const struct gng_rtos_task *task)
{
	unsigned int prio = task->base, num = 0;

	for (const struct gng_rtos_mutex *held = task->held; held; held = held->next_held) {
		if (held->owner != task || ++num > WORLD_MUTEXES)
			return "a task holds a mutex of somebody else";
		if (held->waiters && held->waiters->prio > prio)
			prio = held->waiters->prio;
	}
	return task->prio == prio ? NULL : "a task has not the priority that it inherits";
}

static const char *check_circles(const struct gng_rtos_task *task)
{
	unsigned int num = 0;

	for (; task->wanted; task = task->wanted->owner)
		if (++num > WORLD_TASKS)
			return "owners wait for each other: a deadlock";
	return NULL;
}

static const char *check_tasks(const struct seen *seen)
{
	const char *wrong = NULL;

	for (unsigned int i = 0; !wrong && i < WORLD_MUTEXES; i++)
		wrong = check_owner(&world.mutexes[i]);
	for (unsigned int i = 0; !wrong && i < seen->config->num_tasks; i++) {
		wrong = check_task(seen, i);
		if (!wrong)
			wrong = check_inheritance(&world.tasks[i]);
		if (!wrong)
			wrong = check_circles(&world.tasks[i]);
	}
	return wrong;
}

/* ---- wake-ups that were lost ---- */

static const char *check_flags(void)
{
	for (const struct gng_rtos_task *task = world.flags.waiters; task; task = task->next) {
		const uint32_t got = world.flags.flags & task->flags;

		if (task->options & GNG_RTOS_ALL ? got == task->flags : got != 0)
			return "a task waits for flags that are set";
	}
	return world.flags.posted ? "flags of an interrupt were lost" : NULL;
}

static const char *check_objects(void)
{
	const struct gng_rtos_queue *queue = &world.queue;
	const uint32_t between = (uint32_t)(queue->last - queue->first) / 4;

	if (world.sem.count > world.sem.max)
		return "a semaphore is over its maximum";
	if (world.sem.waiters && world.sem.count > 0)
		return "a task waits for a semaphore that is there";
	if (queue->count > queue->cap || between % queue->cap != queue->count % queue->cap)
		return "the ring of the queue is broken";
	for (const struct gng_rtos_task *task = queue->waiters; task; task = task->next) {
		const bool sends = world.doing[task - world.tasks] == WORLD_SEND;

		if (queue->count != (sends ? queue->cap : 0))
			return "a task waits to send or receive, and could";
	}
	return check_flags();
}

static const char *check_kernel(void)
{
	if (rtos.work_first || rtos.work_last != &rtos.work_first || world.sem.work.num ||
	    world.flags.work.num || rtos.deferred)
		return "what an interrupt left was lost";
	if (rtos.busy || rtos.halted || rtos_host.masked || rtos_host.pending)
		return "the kernel was not left";
	if (rtos_host.num_faults)
		return "a fault was reported";
	return rtos.ticks_seen == rtos.ticks_due ? NULL : "a tick was lost";
}

const char *world_check(const struct world_config *config)
{
	struct seen seen = {.config = config};
	const char *wrong = check_kernel();

	if (!wrong)
		wrong = check_ready(&seen);
	if (!wrong)
		wrong = check_lists(&seen);
	if (!wrong)
		wrong = check_times(&seen);
	if (!wrong)
		wrong = check_tasks(&seen);
	return wrong ? wrong : check_objects();
}
