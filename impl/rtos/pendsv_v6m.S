/* SPDX-License-Identifier: Apache-2.0 */
/* pendsv_v6m.S - PendSV of ARMv6-M: the switch from one task to another. */
#if defined(__arm__) && __ARM_ARCH == 6

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

	.section .text.PendSV_Handler, "ax", %progbits
	.global	PendSV_Handler
	.type	PendSV_Handler, %function
	.thumb_func
PendSV_Handler:
	ldr	r3, =rtos
0:	ldr	r0, [r3, #8]	@ halted, deferred, busy
	cmp	r0, #0
	bne	7f
	strb	r0, [r3, #12]	@ again = 0
	ldr	r1, [r3, #0]
	ldr	r2, [r3, #4]
	cmp	r1, r2
	beq	9f
	trace_switch
	cmp	r1, #0
	beq	4f
	mrs	r0, psp	@ save the current task
	subs	r0, #32
	str	r0, [r1, #4]
	ldr	r1, [r1, #8]
	cmp	r0, r1
	bls	8f
	stmia	r0!, {r4-r7}
	mov	r4, r8
	mov	r5, r9
	mov	r6, r10
	mov	r7, r11
	stmia	r0!, {r4-r7}
	ldr	r0, [r1]	@ the guard word
	ldr	r1, =0xa5c3e1f7
	cmp	r0, r1
	bne	8f
2:	str	r2, [r3, #0]
	cmp	r2, #0
	beq	5f
	ldr	r0, [r2, #4]	@ load the next one
	adds	r0, #16
	ldmia	r0!, {r4-r7}
	mov	r8, r4
	mov	r9, r5
	mov	r10, r6
	mov	r11, r7
	msr	psp, r0
	subs	r0, #32
	ldmia	r0!, {r4-r7}
	movs	r0, #2
	mvns	r0, r0	@ to thread mode, process stack
	bx	r0
4:	push	{r4-r7}	@ save the idle loop
	mov	r4, r8
	mov	r5, r9
	mov	r6, r10
	mov	r7, r11
	push	{r4-r7}
	b	2b
5:	pop	{r4-r7}	@ load the idle loop
	mov	r8, r4
	mov	r9, r5
	mov	r10, r6
	mov	r11, r7
	pop	{r4-r7}
	movs	r0, #6
	mvns	r0, r0	@ to thread mode, main stack
	bx	r0
7:	uxtb	r1, r0	@ halted
	lsrs	r0, r0, #16	@ busy
	orrs	r0, r1
	bne	9f
	push	{r3, lr}
	bl	rtos_drain
	pop	{r3}
	pop	{r0}
	mov	lr, r0
	b	0b
8:	bl	rtos_arm_overflow
9:	bx	lr
	.pool
	.size	PendSV_Handler, . - PendSV_Handler

#endif
