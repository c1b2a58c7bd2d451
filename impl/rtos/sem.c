/* SPDX-License-Identifier: Apache-2.0 */
/* sem.c - counting semaphores. */
#include "rtos_kernel.h"

static enum gng_rtos_status give(struct gng_rtos_sem *sem)
{
	if (sem->waiters)
		rtos_wake_first(&sem->waiters);
	else if (sem->count < sem->max)
		sem->count++;
	else
		return GNG_RTOS_ELIMIT;
	return GNG_RTOS_OK;
}

/* run_posts gives num times for interrupts. */
static void run_posts(struct gng_rtos_work *work, uint32_t num)
{
	struct gng_rtos_sem *sem =
		(struct gng_rtos_sem *)((char *)work - offsetof(struct gng_rtos_sem, work));
	enum gng_rtos_status status = GNG_RTOS_OK;

	for (; num > 0 && status == GNG_RTOS_OK; num--) {
		rtos_enter();
		status = give(sem);
		rtos_leave();
	}
}

enum gng_rtos_status gng_rtos_sem_init(struct gng_rtos_sem *sem, uint32_t count, uint32_t max)
{
	if (!sem || max == 0 || count > max)
		return GNG_RTOS_EINVAL;
	if (sem->kind == RTOS_SEM && (sem->waiters || sem->work.num))
		return GNG_RTOS_ESTATE;
	*sem = (struct gng_rtos_sem){
		.work.run = run_posts, .count = count, .max = max, .kind = RTOS_SEM};
	return GNG_RTOS_OK;
}

enum gng_rtos_status gng_rtos_sem_take(struct gng_rtos_sem *sem, uint32_t timeout)
{
	enum gng_rtos_status status = GNG_RTOS_OK;

	if (!sem || sem->kind != RTOS_SEM || !rtos_timeout_valid(timeout))
		return GNG_RTOS_EINVAL;
	if (!rtos_may(timeout))
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	if (sem->count == 0 && timeout != GNG_RTOS_NO_WAIT) {
		struct gng_rtos_task *self = rtos.current;

		rtos_wait(self, &sem->waiters, timeout, GNG_RTOS_TIMEOUT);
		rtos_leave();
		return (enum gng_rtos_status)self->status;
	}
	if (sem->count > 0)
		sem->count--;
	else
		status = GNG_RTOS_WOULD_WAIT;
	rtos_leave_same();
	return status;
}

enum gng_rtos_status gng_rtos_sem_give(struct gng_rtos_sem *sem)
{
	enum gng_rtos_status status = GNG_RTOS_OK;

	if (!sem || sem->kind != RTOS_SEM)
		return GNG_RTOS_EINVAL;
	rtos_enter();
	if (rtos.busy) /* an interrupt in the middle of another call */
		rtos_post(&sem->work);
	else
		status = give(sem);
	rtos_leave();
	return status;
}
