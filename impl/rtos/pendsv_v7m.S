/* SPDX-License-Identifier: Apache-2.0 */
/* pendsv_v7m.S - PendSV of ARMv7-M: the switch from one task to another. */
#if defined(__arm__) && __ARM_ARCH == 7

/*
 * Registers: r3 the kernel, r1 current, r2 next. Tasks run on the process stack. The registers of
 * the idle loop are on the main stack, where nothing else is when PendSV is alone.
 */
	.syntax unified
#if defined(GNG_RTOS_TRACE) && GNG_RTOS_TRACE > 0
	.macro	trace_switch
	push	{r3, lr}
	bl	rtos_arm_trace
	pop	{r3}
	pop	{r0}
	mov	lr, r0
	ldr	r1, [r3, #0]
	ldr	r2, [r3, #4]
	.endm
#else
	.macro	trace_switch
	.endm
#endif

#if defined(GNG_RTOS_MPU) && GNG_RTOS_MPU
	.macro	check_guard
	.endm
	.macro	move_guard	@ region 7 to the 32 bytes below the stack of the next task
	ldr	r0, [r2, #8]
	bic	r0, r0, #31
	orr	r0, r0, #0x17
	ldr	r1, =0xe000ed9c
	str	r0, [r1]
	.endm
#else
	.macro	check_guard
	ldr	r1, [r1]
	ldr	r12, =0xa5c3e1f7
	cmp	r1, r12
	bne	8f
	.endm
	.macro	move_guard
	.endm
#endif

	.section .text.PendSV_Handler, "ax", %progbits
	.global	PendSV_Handler
	.type	PendSV_Handler, %function
	.thumb_func
PendSV_Handler:
	ldr	r3, =rtos
0:	ldr	r0, [r3, #8]	@ halted, deferred, busy
	cbz	r0, 1f
	ldr	r1, =0xff00ff
	tst	r0, r1
	bne	9f
	push	{r3, lr}
	bl	rtos_drain
	pop	{r3, lr}
	b	0b
1:	strb	r0, [r3, #12]	@ again = 0
	ldrd	r1, r2, [r3]
	cmp	r1, r2
	beq	9f
	trace_switch
	cbz	r1, 4f
	mrs	r0, psp	@ save the current task
	subs	r0, r0, #32
	str	r0, [r1, #4]
	ldr	r1, [r1, #8]
	cmp	r0, r1
	bls	8f
	check_guard
	stmia	r0, {r4-r11}
2:	str	r2, [r3]
	cbz	r2, 5f
	move_guard
	ldr	r0, [r2, #4]	@ load the next one
	ldmia	r0!, {r4-r11}
	msr	psp, r0
	mvn	lr, #2	@ to thread mode, process stack
	bx	lr
4:	push	{r4-r11}	@ save the idle loop
	b	2b
5:	pop	{r4-r11}	@ load the idle loop
	mvn	lr, #6	@ to thread mode, main stack
	bx	lr
8:	b	rtos_arm_overflow
9:	bx	lr
	.pool
	.size	PendSV_Handler, . - PendSV_Handler

#endif
