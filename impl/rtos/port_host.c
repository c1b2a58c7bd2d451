/* SPDX-License-Identifier: Apache-2.0 */
/* port_host.c - the port for tests, fuzzing and exploration: no stacks, interrupts on demand. */
#include "rtos_kernel.h"

#if !defined(__arm__)

struct rtos_host rtos_host;

/* The same decisions as PendSV in port_arm.c. */
void rtos_host_switch(void)
{
	while (rtos_host.pending) {
		rtos_host.pending = false;
		if (rtos.busy || rtos.halted)
			return;
		rtos_host.level = RTOS_HOST_KERNEL;
		if (rtos.deferred)
			rtos_drain();
		rtos.again = 0;
		if (rtos.current != rtos.next)
			rtos_trace(GNG_RTOS_EVENT_SWITCH, rtos.next, 0);
		rtos.current = rtos.next;
		rtos_host.level = RTOS_HOST_THREAD;
	}
}

void rtos_host_interrupt(void (*isr)(void *arg), void *arg)
{
	const enum rtos_host_level level = rtos_host.level;

	rtos_host.level = RTOS_HOST_INTERRUPT;
	isr(arg);
	rtos_host.level = level;
	if (level == RTOS_HOST_THREAD)
		rtos_host_switch();
}

void rtos_host_kernel(void (*fn)(void *arg), void *arg)
{
	rtos_host.level = RTOS_HOST_KERNEL;
	fn(arg);
	rtos_host.level = RTOS_HOST_THREAD;
	rtos_host_switch();
}

uint32_t *port_stack(uint32_t *top, void (*entry)(void *arg), void *arg)
{
	(void)entry;
	(void)arg;
	top[-1] = 0; /* as a frame would be, it is the end of what was never used */
	return top - 1;
}

enum gng_rtos_status port_start(void (*idle)(void))
{
	port_pend();
	if (idle)
		idle();
	return GNG_RTOS_OK;
}

/* Weak: a test may define its own. */
__attribute__((weak)) void gng_rtos_fault(struct gng_rtos_task *task, enum gng_rtos_fault_kind what)
{
	(void)task;
	rtos_host.num_faults++;
	rtos_host.fault = what;
}

#endif
