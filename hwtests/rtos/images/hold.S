/* SPDX-License-Identifier: Apache-2.0 */
/* hold.S - keeps a value in each register for a while: see registers.c. */
	.syntax unified
	.section .text.hold, "ax", %progbits
	.global	hold
	.type	hold, %function
	.thumb_func
hold:
	push	{r4-r7, lr}
	mov	r2, r8
	mov	r3, r9
	mov	r4, r10
	mov	r5, r11
	push	{r2-r5}
	push	{r0}
	mov	r2, r0
	adds	r2, #8
	mov	r8, r2
	adds	r2, #1
	mov	r9, r2
	adds	r2, #1
	mov	r10, r2
	adds	r2, #1
	mov	r11, r2
	adds	r2, #1
	mov	r12, r2
	adds	r2, #2
	mov	lr, r2
	adds	r2, r0, #2
	adds	r3, r0, #3
	adds	r4, r0, #4
	adds	r5, r0, #5
	adds	r6, r0, #6
	adds	r7, r0, #7
1:	subs	r1, #1
	bne	1b
	subs	r2, #2
	eors	r2, r0
	orrs	r1, r2
	subs	r3, #3
	eors	r3, r0
	orrs	r1, r3
	subs	r4, #4
	eors	r4, r0
	orrs	r1, r4
	subs	r5, #5
	eors	r5, r0
	orrs	r1, r5
	subs	r6, #6
	eors	r6, r0
	orrs	r1, r6
	subs	r7, #7
	eors	r7, r0
	orrs	r1, r7
	mov	r2, r8
	subs	r2, #8
	eors	r2, r0
	orrs	r1, r2
	mov	r2, r9
	subs	r2, #9
	eors	r2, r0
	orrs	r1, r2
	mov	r2, r10
	subs	r2, #10
	eors	r2, r0
	orrs	r1, r2
	mov	r2, r11
	subs	r2, #11
	eors	r2, r0
	orrs	r1, r2
	mov	r2, r12
	subs	r2, #12
	eors	r2, r0
	orrs	r1, r2
	mov	r2, lr
	subs	r2, #14
	eors	r2, r0
	orrs	r1, r2
	pop	{r3}
	eors	r3, r0
	orrs	r1, r3
	mov	r0, r1
	pop	{r2-r5}
	mov	r8, r2
	mov	r9, r3
	mov	r10, r4
	mov	r11, r5
	pop	{r4-r7, pc}
	.size	hold, . - hold
