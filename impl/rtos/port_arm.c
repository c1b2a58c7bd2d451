/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port_arm.c - ARMv6-M and ARMv7-M: tasks on the process stack, the idle loop and handlers on the
 * main stack. PendSV (pendsv_*.S), the lowest priority, is the only place where tasks change.
 */
#include "rtos_kernel.h"

#if defined(__arm__)

#define SHPR3 (*(volatile uint32_t *)0xe000ed20u)
/* PendSV lowest; SysTick in the middle, so that other interrupts can be above and below it */
#define PRIORITIES (UINT32_C(0x80) << 24 | UINT32_C(0xff) << 16)
#define XPSR_THUMB (UINT32_C(1) << 24)

_Static_assert(offsetof(struct rtos_kernel, next) == 4, "PendSV reads it there");
_Static_assert(offsetof(struct rtos_kernel, halted) == 8, "PendSV reads it there");
_Static_assert(offsetof(struct rtos_kernel, busy) == 10, "PendSV reads it there");
_Static_assert(offsetof(struct rtos_kernel, again) == 12, "PendSV clears it there");
_Static_assert(offsetof(struct gng_rtos_task, sp) == 4, "PendSV reads it there");
_Static_assert(offsetof(struct gng_rtos_task, guard) == 8, "PendSV reads it there");
_Static_assert(offsetof(struct gng_rtos_task, next) == 0, "rtos_unlink reads it there");
_Static_assert(offsetof(struct gng_rtos_time, next) == 0, "rtos_unlink reads it there");
_Static_assert(sizeof(struct rtos_kernel) <= 172, "the kernel's RAM is budgeted");
_Static_assert(sizeof(struct gng_rtos_task) <= 60, "a task's RAM is budgeted");

#if GNG_RTOS_GUARD_WORDS > 1
#define MPU_CTRL (*(volatile uint32_t *)0xe000ed94u)
#define MPU_RNR (*(volatile uint32_t *)0xe000ed98u)
#define MPU_RBAR (*(volatile uint32_t *)0xe000ed9cu)
#define MPU_RASR (*(volatile uint32_t *)0xe000eda0u)

/* Region 7, the one that wins: 32 bytes that nobody may touch (DDI 0403, B3.5). */
static void guard_init(void)
{
	MPU_RNR = 7;
	MPU_RBAR = 0xffffffe0u;
	MPU_RASR = UINT32_C(1) << 28 | 4u << 1 | 1u;
	MPU_CTRL = 1u << 2 | 1u;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}
#else
static void guard_init(void)
{
}
#endif

uint32_t *port_stack(uint32_t *top, void (*entry)(void *arg), void *arg)
{
	uint32_t *sp = (uint32_t *)((uintptr_t)top & ~(uintptr_t)7) - 16;

	sp[8] = (uint32_t)arg;
	sp[13] = (uint32_t)rtos_task_return;
	sp[14] = (uint32_t)entry & ~UINT32_C(1);
	sp[15] = XPSR_THUMB;
	return sp;
}

enum gng_rtos_status port_start(void (*idle)(void))
{
	guard_init();
	SHPR3 = PRIORITIES;
	port_pend();
	for (;;) {
		if (idle)
			idle();
		else
			__asm__ volatile("wfi" : : : "memory");
	}
}

/* rtos_arm_overflow is where PendSV goes instead of saving a task beyond its stack. */
void rtos_arm_overflow(void);
void rtos_arm_overflow(void)
{
	gng_rtos_fault(rtos.current, GNG_RTOS_FAULT_STACK);
	for (;;)
		;
}

#if defined(GNG_RTOS_TRACE) && GNG_RTOS_TRACE > 0
/* rtos_arm_trace is called by PendSV at a switch. */
void rtos_arm_trace(void);
void rtos_arm_trace(void)
{
	rtos_trace(GNG_RTOS_EVENT_SWITCH, rtos.next, 0);
}
#endif

#endif
