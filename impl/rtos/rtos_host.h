/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtos_host.h - the host port, without stacks: a test calls the kernel for the task that runs,
 * and rtos.current is who runs next. A task that waits gets its status in its status member.
 *
 * Wherever the kernel lets interrupts in it calls point, which may call rtos_host_interrupt. Those
 * are all places that matter: between them the kernel masks interrupts, or touches nothing that an
 * interrupt reads or writes.
 */
#ifndef RTOS_HOST_H
#define RTOS_HOST_H

#include <stdbool.h>
#include <stdint.h>

enum rtos_host_level { RTOS_HOST_THREAD, RTOS_HOST_KERNEL, RTOS_HOST_INTERRUPT };

struct rtos_host {
	enum rtos_host_level level;
	bool pending, masked;
	void (*point)(void); /* NULL: no interrupts */
	uint32_t num_faults;
	enum gng_rtos_fault_kind fault; /* the last one */
};

extern struct rtos_host rtos_host;

/* rtos_host_switch is the handler of the switch: it runs when level is RTOS_HOST_THREAD. */
void rtos_host_switch(void);

/* rtos_host_interrupt runs isr as an interrupt, then the switch if that is due. */
void rtos_host_interrupt(void (*isr)(void *arg), void *arg);

/* rtos_host_kernel runs fn as the kernel does functions of timers and posted work. */
void rtos_host_kernel(void (*fn)(void *arg), void *arg);

static inline void port_disable(void)
{
	rtos_host.masked = true;
}

/* Interrupts that came meanwhile happen here, and so may any others. */
static inline void port_enable(void)
{
	rtos_host.masked = false;
	if (rtos_host.point)
		rtos_host.point();
}

static inline void port_pend(void)
{
	rtos_host.pending = true;
	if (rtos_host.level == RTOS_HOST_THREAD)
		rtos_host_switch();
}

static inline bool port_in_handler(void)
{
	return rtos_host.level != RTOS_HOST_THREAD;
}

static inline bool port_in_interrupt(void)
{
	return rtos_host.level == RTOS_HOST_INTERRUPT;
}

#endif /* RTOS_HOST_H */
