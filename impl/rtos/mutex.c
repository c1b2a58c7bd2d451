/* SPDX-License-Identifier: Apache-2.0 */
/* mutex.c - mutual exclusion with exact transitive priority inheritance. */
#include "rtos_kernel.h"

enum gng_rtos_status gng_rtos_mutex_init(struct gng_rtos_mutex *mutex)
{
	if (!mutex)
		return GNG_RTOS_EINVAL;
	if (mutex->kind == RTOS_MUTEX && mutex->owner)
		return GNG_RTOS_ESTATE;
	mutex->waiters = NULL;
	mutex->owner = NULL;
	mutex->kind = RTOS_MUTEX;
	return GNG_RTOS_OK;
}

static void take(struct gng_rtos_mutex *mutex, struct gng_rtos_task *task)
{
	mutex->owner = task;
	mutex->next_held = task->held;
	task->held = mutex;
}

/* closes_a_circle: does the owner of mutex wait, through others, for self? The owners make no
 * circle yet, since each lock that would close one was refused here. */
static bool closes_a_circle(const struct gng_rtos_mutex *mutex, const struct gng_rtos_task *self)
{
	while (mutex && mutex->owner != self) {
		mutex = mutex->owner->wanted;
		rtos_window();
	}
	return mutex;
}

static enum gng_rtos_status lock_owned(struct gng_rtos_mutex *mutex, struct gng_rtos_task *self,
				       uint32_t timeout)
{
	if (closes_a_circle(mutex, self))
		return GNG_RTOS_EDEADLOCK;
	if (timeout == GNG_RTOS_NO_WAIT)
		return GNG_RTOS_WOULD_WAIT;
	rtos_wait(self, &mutex->waiters, timeout, GNG_RTOS_TIMEOUT);
	self->wanted = mutex;
	rtos_reprioritise(mutex->owner);
	return GNG_RTOS_OK;
}

enum gng_rtos_status gng_rtos_mutex_lock(struct gng_rtos_mutex *mutex, uint32_t timeout)
{
	enum gng_rtos_status status = GNG_RTOS_OK;
	struct gng_rtos_task *self;

	if (!mutex || mutex->kind != RTOS_MUTEX || !rtos_timeout_valid(timeout))
		return GNG_RTOS_EINVAL;
	self = rtos_self();
	if (!self)
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	if (!mutex->owner) {
		take(mutex, self);
		rtos_leave_same();
		return GNG_RTOS_OK;
	}
	status = lock_owned(mutex, self, timeout);
	rtos_leave();
	return status == GNG_RTOS_OK ? (enum gng_rtos_status)self->status : status;
}

enum gng_rtos_status gng_rtos_mutex_unlock(struct gng_rtos_mutex *mutex)
{
	struct gng_rtos_mutex **held;
	struct gng_rtos_task *self;

	if (!mutex || mutex->kind != RTOS_MUTEX)
		return GNG_RTOS_EINVAL;
	self = rtos_self();
	if (!self)
		return GNG_RTOS_ECONTEXT;
	if (mutex->owner != self)
		return GNG_RTOS_EOWNER;
	rtos_enter();
	held = &self->held;
	while (*held != mutex) {
		held = &(*held)->next_held;
		rtos_window();
	}
	*held = mutex->next_held;
	mutex->owner = NULL;
	if (mutex->waiters) {
		mutex->waiters->wanted = NULL;
		take(mutex, mutex->waiters);
		rtos_wake_first(&mutex->waiters);
	}
	if (self->prio != self->base)
		rtos_reprioritise(self);
	rtos_leave();
	return GNG_RTOS_OK;
}
