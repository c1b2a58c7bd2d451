/* SPDX-License-Identifier: Apache-2.0 */
/* api_reference.c - the reference scheduler: what gng_rtos.h says, without any list. */
#include "api_reference.h"

#include <string.h>

static bool is_waiting(const struct ref_task *task)
{
	return task->wait != REF_READY && task->wait != REF_STOPPED;
}

static bool bad_timeout(uint32_t timeout)
{
	return timeout > GNG_RTOS_MAX_TICKS && timeout != GNG_RTOS_FOREVER;
}

/* inherited asks all who wait, and all who wait for these. The owners make no circle. */
static unsigned int inherited(const struct ref *ref, int task)
{
	unsigned int prio = ref->tasks[task].base;

	for (int i = 0; i < ref->num_tasks; i++) {
		const struct ref_task *other = &ref->tasks[i];

		if (other->wait == REF_MUTEX && ref->owners[other->mutex] == task &&
		    inherited(ref, i) > prio)
			prio = inherited(ref, i);
	}
	return prio;
}

/* settle gives each task its priority, and a new place where that changed, and elects. */
static void settle(struct ref *ref)
{
	int best = -1;

	for (int i = 0; i < ref->num_tasks; i++) {
		struct ref_task *task = &ref->tasks[i];
		const unsigned int prio = inherited(ref, i);

		if (task->wait == REF_STOPPED || prio == task->prio)
			continue;
		task->place =
			task->wait == REF_READY && prio < task->prio ? --ref->first : ++ref->last;
		task->prio = prio;
	}
	for (int i = 0; i < ref->num_tasks; i++) {
		const struct ref_task *task = &ref->tasks[i];

		if (task->wait != REF_READY)
			continue;
		if (best < 0 || task->prio > ref->tasks[best].prio ||
		    (task->prio == ref->tasks[best].prio && task->place < ref->tasks[best].place))
			best = i;
	}
	ref->current = best;
}

static void wake(struct ref *ref, int i, enum gng_rtos_status status)
{
	struct ref_task *task = &ref->tasks[i];

	task->wait = REF_READY;
	task->timed = false;
	task->status = status;
	task->place = ++ref->last;
}

/* first_of is the task that is served first of those that wait so, -1 if none does. */
static int first_of(const struct ref *ref, enum ref_wait wait, int mutex)
{
	int best = -1;

	for (int i = 0; i < ref->num_tasks; i++) {
		const struct ref_task *task = &ref->tasks[i];

		if (task->wait != wait || (wait == REF_MUTEX && task->mutex != mutex))
			continue;
		if (best < 0 || task->prio > ref->tasks[best].prio ||
		    (task->prio == ref->tasks[best].prio && task->place < ref->tasks[best].place))
			best = i;
	}
	return best;
}

static void wait_for(struct ref *ref, enum ref_wait wait, uint32_t timeout)
{
	struct ref_task *self = &ref->tasks[ref->current];

	self->wait = wait;
	self->waited = true;
	self->place = ++ref->last;
	self->status = wait == REF_DELAY ? GNG_RTOS_OK : GNG_RTOS_TIMEOUT;
	self->timed = timeout != GNG_RTOS_FOREVER;
	self->wake = ref->now + timeout;
	self->armed = ++ref->num_armed;
	settle(ref);
}

void ref_init(struct ref *ref, int num_tasks, const uint8_t *prios, unsigned int cap)
{
	memset(ref, 0, sizeof(*ref));
	ref->num_tasks = num_tasks;
	ref->cap = cap;
	for (int i = 0; i < REF_MUTEXES; i++)
		ref->owners[i] = -1;
	for (int i = 0; i < num_tasks; i++) {
		ref->tasks[i].base = ref->tasks[i].prio = prios[i];
		ref->tasks[i].place = ++ref->last;
	}
	settle(ref);
}

/* ---- mutexes ---- */

static bool closes_a_circle(const struct ref *ref, int mutex)
{
	for (int task = ref->owners[mutex]; task >= 0;) {
		if (task == ref->current)
			return true;
		if (ref->tasks[task].wait != REF_MUTEX)
			return false;
		task = ref->owners[ref->tasks[task].mutex];
	}
	return false;
}

enum gng_rtos_status ref_lock(struct ref *ref, int mutex, uint32_t timeout)
{
	if (bad_timeout(timeout))
		return GNG_RTOS_EINVAL;
	if (ref->owners[mutex] < 0) {
		ref->owners[mutex] = ref->current;
		return GNG_RTOS_OK;
	}
	if (closes_a_circle(ref, mutex))
		return GNG_RTOS_EDEADLOCK;
	if (timeout == 0)
		return GNG_RTOS_WOULD_WAIT;
	ref->tasks[ref->current].mutex = mutex;
	wait_for(ref, REF_MUTEX, timeout);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_unlock(struct ref *ref, int mutex)
{
	const int next = first_of(ref, REF_MUTEX, mutex);

	if (ref->owners[mutex] != ref->current)
		return GNG_RTOS_EOWNER;
	ref->owners[mutex] = next;
	if (next >= 0)
		wake(ref, next, GNG_RTOS_OK);
	settle(ref);
	return GNG_RTOS_OK;
}

/* ---- objects ---- */

enum gng_rtos_status ref_take(struct ref *ref, uint32_t timeout)
{
	if (bad_timeout(timeout))
		return GNG_RTOS_EINVAL;
	if (ref->sem > 0) {
		ref->sem--;
		return GNG_RTOS_OK;
	}
	if (timeout == 0)
		return GNG_RTOS_WOULD_WAIT;
	wait_for(ref, REF_SEM, timeout);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_give(struct ref *ref)
{
	const int task = first_of(ref, REF_SEM, 0);

	if (task >= 0)
		wake(ref, task, GNG_RTOS_OK);
	else if (ref->sem < REF_SEM_MAX)
		ref->sem++;
	else
		return GNG_RTOS_ELIMIT;
	settle(ref);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_send(struct ref *ref, uint32_t value, uint32_t timeout)
{
	const int task = first_of(ref, REF_RECEIVE, 0);

	if (bad_timeout(timeout))
		return GNG_RTOS_EINVAL;
	if (task >= 0) {
		ref->tasks[task].value = value;
		ref->tasks[task].got_value = true;
		wake(ref, task, GNG_RTOS_OK);
		settle(ref);
	} else if (ref->num_elements < ref->cap) {
		ref->elements[ref->num_elements++] = value;
	} else if (timeout == 0) {
		return GNG_RTOS_WOULD_WAIT;
	} else {
		ref->tasks[ref->current].value = value;
		wait_for(ref, REF_SEND, timeout);
	}
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_receive(struct ref *ref, uint32_t *value, uint32_t timeout)
{
	const int task = first_of(ref, REF_SEND, 0);

	if (bad_timeout(timeout))
		return GNG_RTOS_EINVAL;
	if (ref->num_elements == 0) {
		if (timeout == 0)
			return GNG_RTOS_WOULD_WAIT;
		wait_for(ref, REF_RECEIVE, timeout);
		return GNG_RTOS_OK;
	}
	*value = ref->elements[0];
	ref->num_elements--;
	memmove(ref->elements, ref->elements + 1, ref->num_elements * sizeof(ref->elements[0]));
	if (task >= 0) {
		ref->elements[ref->num_elements++] = ref->tasks[task].value;
		wake(ref, task, GNG_RTOS_OK);
		settle(ref);
	}
	return GNG_RTOS_OK;
}

static uint32_t satisfied(uint32_t flags, uint32_t mask, unsigned int options)
{
	if (options & GNG_RTOS_ALL && (flags & mask) != mask)
		return 0;
	return flags & mask;
}

enum gng_rtos_status ref_flags_wait(struct ref *ref, uint32_t *got, uint32_t mask,
				    unsigned int options, uint32_t timeout)
{
	const uint32_t have = satisfied(ref->flags, mask, options);

	if (bad_timeout(timeout) || mask == 0 || options > 3)
		return GNG_RTOS_EINVAL;
	if (have) {
		*got = have;
		if (!(options & GNG_RTOS_KEEP))
			ref->flags &= ~have;
		return GNG_RTOS_OK;
	}
	if (timeout == 0)
		return GNG_RTOS_WOULD_WAIT;
	ref->tasks[ref->current].value = mask;
	ref->tasks[ref->current].options = options;
	wait_for(ref, REF_FLAGS, timeout);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_flags_set(struct ref *ref, uint32_t mask)
{
	bool seen[REF_TASKS] = {false};
	uint32_t taken = 0;

	ref->flags |= mask;
	for (;;) { /* the most urgent first of those that were not looked at */
		int best = -1;

		for (int i = 0; i < ref->num_tasks; i++) {
			const struct ref_task *task = &ref->tasks[i];

			if (task->wait != REF_FLAGS || seen[i] ||
			    !satisfied(ref->flags, task->value, task->options))
				continue;
			if (best < 0 || task->prio > ref->tasks[best].prio ||
			    (task->prio == ref->tasks[best].prio &&
			     task->place < ref->tasks[best].place))
				best = i;
		}
		if (best < 0)
			break;
		seen[best] = true;
		ref->tasks[best].value =
			satisfied(ref->flags, ref->tasks[best].value, ref->tasks[best].options);
		ref->tasks[best].got_flags = true;
		if (!(ref->tasks[best].options & GNG_RTOS_KEEP))
			taken |= ref->tasks[best].value;
		wake(ref, best, GNG_RTOS_OK);
	}
	ref->flags &= ~taken;
	settle(ref);
	return GNG_RTOS_OK;
}

/* ---- tasks ---- */

enum gng_rtos_status ref_yield(struct ref *ref)
{
	ref->tasks[ref->current].place = ++ref->last;
	settle(ref);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_stop(struct ref *ref, int task)
{
	if (ref->tasks[task].wait == REF_STOPPED)
		return GNG_RTOS_ESTATE;
	for (int i = 0; i < REF_MUTEXES; i++)
		if (ref->owners[i] == task)
			return GNG_RTOS_EOWNER;
	ref->tasks[task].wait = REF_STOPPED;
	ref->tasks[task].timed = false;
	settle(ref);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_restart(struct ref *ref, int task, unsigned int prio)
{
	if (ref->tasks[task].wait != REF_STOPPED)
		return GNG_RTOS_ESTATE;
	ref->tasks[task] = (struct ref_task){.base = prio, .prio = prio};
	wake(ref, task, GNG_RTOS_OK);
	settle(ref);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_set_priority(struct ref *ref, int task, unsigned int prio)
{
	if (prio >= GNG_RTOS_NUM_PRIORITIES)
		return GNG_RTOS_EINVAL;
	if (ref->tasks[task].wait == REF_STOPPED)
		return GNG_RTOS_ESTATE;
	ref->tasks[task].base = prio;
	settle(ref);
	return GNG_RTOS_OK;
}

/* ---- time ---- */

enum gng_rtos_status ref_delay(struct ref *ref, uint32_t ticks)
{
	if (ticks == 0 || ticks > GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	wait_for(ref, REF_DELAY, ticks);
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_timer_start(struct ref *ref, uint32_t ticks, uint32_t period)
{
	if (ticks == 0 || ticks > GNG_RTOS_MAX_TICKS || period > GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	ref->timer.active = true;
	ref->timer.wake = ref->now + ticks;
	ref->timer.armed = ++ref->num_armed;
	ref->timer.period = period;
	return GNG_RTOS_OK;
}

enum gng_rtos_status ref_timer_stop(struct ref *ref)
{
	ref->timer.active = false;
	return GNG_RTOS_OK;
}

static void run_timer(struct ref *ref)
{
	ref->timer.active = ref->timer.period != 0;
	ref->timer.wake += ref->timer.period;
	ref->timer.armed = ++ref->num_armed;
	(void)ref_give(ref);
}

/* expire_one does what is due earliest; false if nothing is. */
static bool expire_one(struct ref *ref)
{
	uint64_t wake_at = ref->timer.wake, armed = ref->timer.armed;
	int best = ref->timer.active && wake_at <= ref->now ? REF_TASKS : -1;

	for (int i = 0; i < ref->num_tasks; i++) {
		const struct ref_task *task = &ref->tasks[i];

		if (!is_waiting(task) || !task->timed || task->wake > ref->now)
			continue;
		if (best >= 0 &&
		    (task->wake > wake_at || (task->wake == wake_at && task->armed > armed)))
			continue;
		best = i;
		wake_at = task->wake;
		armed = task->armed;
	}
	if (best == REF_TASKS)
		run_timer(ref);
	else if (best >= 0)
		wake(ref, best, ref->tasks[best].status);
	settle(ref);
	return best >= 0;
}

void ref_ticks(struct ref *ref, uint32_t num)
{
	ref->now += num;
	if (ref->current >= 0)
		(void)ref_yield(ref); /* its turn is over */
	while (expire_one(ref))
		;
}
