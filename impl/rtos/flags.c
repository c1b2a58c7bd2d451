/* SPDX-License-Identifier: Apache-2.0 */
/* flags.c - event flags: 32 bits on which tasks wait, for any or for all. */
#include "rtos_kernel.h"

/* satisfied returns those flags that answer a wait, 0 if they do not suffice. */
static uint32_t satisfied(uint32_t flags, uint32_t mask, unsigned int options)
{
	const uint32_t got = flags & mask;

	return options & GNG_RTOS_ALL && got != mask ? 0 : got;
}

/* set adds flags and wakes all whom they satisfy. Only then does it clear what these took: each
 * sees the flags as they were set. */
static void set(struct gng_rtos_flags *flags, uint32_t mask)
{
	struct gng_rtos_task **link = &flags->waiters, *task;
	uint32_t taken = 0;

	flags->flags |= mask | flags->posted;
	flags->posted = 0;
	while ((task = *link)) {
		const uint32_t got = satisfied(flags->flags, task->flags, task->options);

		if (!got) {
			link = &task->next;
			rtos_window();
			continue;
		}
		if (!(task->options & GNG_RTOS_KEEP))
			taken |= got;
		task->flags = got;
		rtos_wake_first(link);
	}
	flags->flags &= ~taken;
}

/* run_posts sets what interrupts asked for. */
static void run_posts(struct gng_rtos_work *work, uint32_t num)
{
	struct gng_rtos_flags *flags =
		(struct gng_rtos_flags *)((char *)work - offsetof(struct gng_rtos_flags, work));

	(void)num;
	rtos_enter();
	set(flags, 0);
	rtos_leave();
}

enum gng_rtos_status gng_rtos_flags_init(struct gng_rtos_flags *flags)
{
	if (!flags)
		return GNG_RTOS_EINVAL;
	if (flags->kind == RTOS_FLAGS && (flags->waiters || flags->work.num))
		return GNG_RTOS_ESTATE;
	*flags = (struct gng_rtos_flags){.work.run = run_posts, .kind = RTOS_FLAGS};
	return GNG_RTOS_OK;
}

static enum gng_rtos_status wait(struct gng_rtos_flags *flags, uint32_t *got, uint32_t timeout)
{
	struct gng_rtos_task *self = rtos.current;

	rtos_wait(self, &flags->waiters, timeout, GNG_RTOS_TIMEOUT);
	rtos_leave();
	if (got && self->status == GNG_RTOS_OK)
		*got = self->flags;
	return (enum gng_rtos_status)self->status;
}

enum gng_rtos_status gng_rtos_flags_wait(struct gng_rtos_flags *flags, uint32_t *got, uint32_t mask,
					 unsigned int options, uint32_t timeout)
{
	enum gng_rtos_status status = GNG_RTOS_OK;
	uint32_t have;

	if (!flags || flags->kind != RTOS_FLAGS || mask == 0 ||
	    options > (GNG_RTOS_ALL | GNG_RTOS_KEEP) || !rtos_timeout_valid(timeout))
		return GNG_RTOS_EINVAL;
	if (!rtos_may(timeout))
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	have = satisfied(flags->flags, mask, options);
	if (!have && timeout != GNG_RTOS_NO_WAIT) {
		rtos.current->flags = mask;
		rtos.current->options = (uint8_t)options;
		return wait(flags, got, timeout);
	}
	if (!have)
		status = GNG_RTOS_WOULD_WAIT;
	else if (!(options & GNG_RTOS_KEEP))
		flags->flags &= ~have;
	rtos_leave_same();
	if (have && got)
		*got = have;
	return status;
}

enum gng_rtos_status gng_rtos_flags_set(struct gng_rtos_flags *flags, uint32_t mask)
{
	if (!flags || flags->kind != RTOS_FLAGS)
		return GNG_RTOS_EINVAL;
	rtos_enter();
	if (rtos.busy) { /* an interrupt in the middle of another call */
		flags->posted |= mask;
		rtos_post(&flags->work);
	} else {
		set(flags, mask);
	}
	rtos_leave();
	return GNG_RTOS_OK;
}

enum gng_rtos_status gng_rtos_flags_clear(struct gng_rtos_flags *flags, uint32_t mask)
{
	if (!flags || flags->kind != RTOS_FLAGS)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	flags->flags &= ~mask;
	rtos_leave_same();
	return GNG_RTOS_OK;
}
