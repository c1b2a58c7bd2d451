/* SPDX-License-Identifier: Apache-2.0 */
/* work.c - what interrupts leave to the kernel, in the order in which it came. */
#include "rtos_kernel.h"

void rtos_drain(void)
{
	rtos_enter();
	rtos.deferred = 0; /* before looking: what comes later sets it anew */
	if (rtos.ticks_seen != rtos.ticks_due)
		rtos_tick();
	while (rtos.work_first) {
		struct gng_rtos_work *work = rtos.work_first;
		const uint32_t num = work->num;

		rtos.work_first = work->next;
		if (!work->next)
			rtos.work_last = &rtos.work_first;
		work->num = 0;
		port_enable();
		work->run(work, num);
		port_disable();
	}
	port_enable();
}

enum gng_rtos_status gng_rtos_work_init(struct gng_rtos_work *work,
					void (*run)(struct gng_rtos_work *work, uint32_t num))
{
	if (!work || !run)
		return GNG_RTOS_EINVAL;
	*work = (struct gng_rtos_work){.run = run};
	return GNG_RTOS_OK;
}

void rtos_post(struct gng_rtos_work *work)
{
	if (work->num++ == 0) {
		work->next = NULL;
		*rtos.work_last = work;
		rtos.work_last = &work->next;
	}
	rtos_defer();
}

enum gng_rtos_status gng_rtos_post(struct gng_rtos_work *work)
{
	if (!work || !work->run)
		return GNG_RTOS_EINVAL;
	rtos_enter();
	rtos_post(work);
	rtos_leave();
	return GNG_RTOS_OK;
}
