/* SPDX-License-Identifier: Apache-2.0 */
/* time.c - ticks, and the list of what happens at one of them. */
#include "rtos_kernel.h"

/* before says whether tick a comes before tick b; both lie within half the range. */
static inline bool before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static void insert(struct gng_rtos_time *time)
{
	struct gng_rtos_time **link = &rtos.times;

	while (*link && !before(time->wake, (*link)->wake)) {
		link = &(*link)->next;
		rtos_window();
	}
	time->next = *link;
	*link = time;
}

void rtos_time_add(struct gng_rtos_time *time, uint32_t ticks)
{
	time->wake = rtos.ticks_seen + ticks;
	insert(time);
}

/* shares says whether the running task has equals, which get the next turn. */
static inline bool shares(void)
{
	const struct gng_rtos_task *task = rtos.current;

	return task && task == rtos.next && task->next != task;
}

static inline bool is_due(uint32_t tick)
{
	return rtos.times && !before(tick, rtos.times->wake);
}

/* rtos_tick does what is due. Whoever ran until now has had its turn: one that becomes ready
 * only now comes after its equals. */
void rtos_tick(void)
{
	rtos.ticks_seen = rtos.ticks_due;
	if (shares()) {
		rtos_rotate(rtos.current->prio);
		rtos_elect();
	}
	while (is_due(rtos.ticks_seen)) {
		struct gng_rtos_time *time = rtos.times;

		rtos.times = time->next;
		time->expire(time);
		rtos_window();
	}
}

enum gng_rtos_status gng_rtos_tick(uint32_t num)
{
	if (num - 1 >= UINT16_MAX)
		return GNG_RTOS_EINVAL;
	rtos_enter();
	rtos.ticks_due += num;
	if (rtos.busy || shares() || is_due(rtos.ticks_due))
		rtos_defer();
	else
		rtos.ticks_seen = rtos.ticks_due; /* the usual tick: nothing to do */
	rtos_leave();
	return GNG_RTOS_OK;
}

uint32_t gng_rtos_now(void)
{
	return rtos.ticks_seen;
}

uint32_t gng_rtos_ticks_to_wake(void)
{
	uint32_t ticks = GNG_RTOS_FOREVER;

	rtos_enter();
	if (rtos.times)
		ticks = rtos.times->wake - rtos.ticks_seen;
	rtos_leave_same();
	return ticks;
}

enum gng_rtos_status gng_rtos_delay(uint32_t ticks)
{
	struct gng_rtos_task *self = rtos_self();

	if (ticks - 1 >= GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	if (!self)
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	rtos_wait(self, NULL, ticks, GNG_RTOS_OK);
	rtos_leave();
	return (enum gng_rtos_status)self->status;
}

/* ---- periods ---- */

void gng_rtos_on_late(void (*hook)(struct gng_rtos_task *task, struct gng_rtos_period *period))
{
	rtos.late = hook;
}

enum gng_rtos_status gng_rtos_period_init(struct gng_rtos_period *period, uint32_t ticks)
{
	if (!period || ticks - 1 >= GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	period->release = rtos.ticks_seen + ticks;
	period->period = ticks;
	period->num_late = 0;
	return GNG_RTOS_OK;
}

static enum gng_rtos_status was_late(struct gng_rtos_task *self, struct gng_rtos_period *period)
{
	period->num_late++;
	rtos_trace(GNG_RTOS_EVENT_LATE, self, self->prio);
	if (rtos.late)
		rtos.late(self, period);
	return GNG_RTOS_LATE;
}

enum gng_rtos_status gng_rtos_period_wait(struct gng_rtos_period *period)
{
	struct gng_rtos_task *self = rtos_self();
	uint32_t release;
	bool late;

	if (!period || period->period - 1 >= GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	if (!self)
		return GNG_RTOS_ECONTEXT;
	release = period->release;
	period->release = release + period->period;
	rtos_enter();
	self->status = GNG_RTOS_OK;
	late = before(release, rtos.ticks_seen);
	if (before(rtos.ticks_seen, release))
		rtos_wait(self, NULL, release - rtos.ticks_seen, GNG_RTOS_OK);
	rtos_leave();
	return late ? was_late(self, period) : (enum gng_rtos_status)self->status;
}

/* ---- software timers ---- */

static void expire_timer(struct gng_rtos_time *time)
{
	struct gng_rtos_timer *timer = (struct gng_rtos_timer *)time;

	timer->active = timer->period != 0;
	if (timer->active) {
		time->wake += timer->period;
		insert(time);
	}
	port_enable();
	timer->run(timer);
	port_disable();
}

enum gng_rtos_status gng_rtos_timer_init(struct gng_rtos_timer *timer,
					 void (*run)(struct gng_rtos_timer *timer), void *arg)
{
	if (!timer || !run)
		return GNG_RTOS_EINVAL;
	if (timer->kind == RTOS_TIMER && timer->active)
		return GNG_RTOS_ESTATE;
	*timer = (struct gng_rtos_timer){
		.time.expire = expire_timer, .run = run, .arg = arg, .kind = RTOS_TIMER};
	return GNG_RTOS_OK;
}

static void stop(struct gng_rtos_timer *timer)
{
	if (timer->active)
		rtos_unlink(&rtos.times, &timer->time);
	timer->active = 0;
}

enum gng_rtos_status gng_rtos_timer_start(struct gng_rtos_timer *timer, uint32_t ticks,
					  uint32_t period)
{
	if (!timer || timer->kind != RTOS_TIMER || ticks - 1 >= GNG_RTOS_MAX_TICKS ||
	    period > GNG_RTOS_MAX_TICKS)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	stop(timer);
	timer->period = period;
	timer->active = 1;
	rtos_time_add(&timer->time, ticks);
	rtos_leave();
	return GNG_RTOS_OK;
}

enum gng_rtos_status gng_rtos_timer_stop(struct gng_rtos_timer *timer)
{
	if (!timer || timer->kind != RTOS_TIMER)
		return GNG_RTOS_EINVAL;
	if (port_in_interrupt())
		return GNG_RTOS_ECONTEXT;
	rtos_enter();
	stop(timer);
	rtos_leave();
	return GNG_RTOS_OK;
}
