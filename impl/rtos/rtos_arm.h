/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_arm.h - what the kernel asks of ARMv6-M and ARMv7-M: DDI 0419 and DDI 0403. */
#ifndef RTOS_ARM_H
#define RTOS_ARM_H

#include <stdbool.h>
#include <stdint.h>

#define RTOS_ARM_ICSR (*(volatile uint32_t *)0xe000ed04u)
#define RTOS_ARM_PENDSVSET (UINT32_C(1) << 28)
#define RTOS_ARM_PENDSV 14u /* its exception number, in IPSR while it is active */

static inline void port_disable(void)
{
	__asm__ volatile("cpsid i" : : : "memory");
}

/* A pending interrupt is taken before the second instruction that follows (DDI 0419, B2.5). */
static inline void port_enable(void)
{
	__asm__ volatile("cpsie i" : : : "memory");
}

/* The switch is taken before the next instruction: DDI 0419, B2.5 on barriers. */
static inline void port_pend(void)
{
	RTOS_ARM_ICSR = RTOS_ARM_PENDSVSET;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

static inline uint32_t rtos_arm_exception(void)
{
	uint32_t ipsr;

	__asm__("mrs %0, ipsr" : "=r"(ipsr)); /* the same for all of a call: not volatile */
	return ipsr;
}

static inline bool port_in_handler(void)
{
	return rtos_arm_exception() != 0;
}

/* SVC is none: it comes from a task outside the kernel. NMI must not call the kernel. */
static inline bool port_in_interrupt(void)
{
	return rtos_arm_exception() > RTOS_ARM_PENDSV;
}

#endif /* RTOS_ARM_H */
