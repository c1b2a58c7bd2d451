/* SPDX-License-Identifier: Apache-2.0 */
/* fault_arm.c - the report of a hard fault: what the processor stacked (DDI 0419, B1.5.6). */
#include "rtos_kernel.h"

#if defined(__arm__)

struct gng_rtos_stacked gng_rtos_stacked;

void rtos_arm_fault(const struct gng_rtos_stacked *stacked);
void rtos_arm_fault(const struct gng_rtos_stacked *stacked)
{
	gng_rtos_stacked = *stacked;
	gng_rtos_fault(rtos.current, GNG_RTOS_FAULT_HARD);
	for (;;)
		;
}

/* Bit 2 of EXC_RETURN says on which stack the frame is. */
__attribute__((naked)) void HardFault_Handler(void)
{
	__asm__ volatile(".syntax unified\n"
			 "	movs	r0, #4\n"
			 "	mov	r1, lr\n"
			 "	tst	r0, r1\n"
			 "	mrs	r0, msp\n"
			 "	beq	1f\n"
			 "	mrs	r0, psp\n"
			 "1:	ldr	r1, =rtos_arm_fault\n"
			 "	bx	r1\n"
			 "	.pool\n");
}

#endif
