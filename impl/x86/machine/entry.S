/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.S - the entry of all 256 vectors: everything is saved, and restored by iretq.
 *
 * The frame is struct gng_x86_frame. What the handler may assume is that of the System V ABI: DF
 * clear, the stack aligned to 16, MXCSR and the x87's control word at their defaults, and no register
 * of the x87 in use, not as one of MMX either.
 */

	.text
	.globl x86_stubs
	.balign 16
x86_stubs:
	.set vector, 0
	.rept 256
	.balign 16
	/* The processor pushes an error code for #DF #TS #NP #SS #GP #PF #AC #CP #VC #SX. */
	.if (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
	.else
	push $0
	.endif
	push $vector
	jmp entry
	.set vector, vector + 1
	.endr

	.balign 16
entry:
	push %rax
	push %rbx
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %rbp
	push %r8
	push %r9
	push %r10
	push %r11
	push %r12
	push %r13
	push %r14
	push %r15
	cld
	mov %rsp, %rdi
	mov %rsp, %rbp /* calls keep rbp and ebx */
	sub x86_state_len(%rip), %rsp
	and $-64, %rsp
	mov x86_state_mask(%rip), %ebx
	test %ebx, %ebx
	jz 1f
	xor %eax, %eax
	mov %rdi, %rdx
	lea 512(%rsp), %rdi /* the header: XRSTOR refuses what may stand there */
	mov $8, %ecx
	rep stosq
	mov %rdx, %rdi
	mov %ebx, %eax
	xor %edx, %edx
	xsave64 (%rsp)
	jmp 2f
1:	fxsave64 (%rsp)
2:	ldmxcsr default_mxcsr(%rip)
	fninit /* unlike fnsave, what saved it above resets nothing */
	call x86_dispatch
	test %ebx, %ebx
	jz 3f
	mov %ebx, %eax
	xor %edx, %edx
	xrstor64 (%rsp)
	jmp 4f
3:	fxrstor64 (%rsp)
4:	mov %rbp, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %r11
	pop %r10
	pop %r9
	pop %r8
	pop %rbp
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rbx
	pop %rax
	add $16, %rsp
	iretq

	.section .rodata
	.balign 4
default_mxcsr:
	.long 0x1f80
	.section .note.GNU-stack, "", @progbits
