/* SPDX-License-Identifier: Apache-2.0 */
/* hold.S - every register held across an interrupt, and a function that destroys them. */

	.text
/*
 * void entry_hold(struct entry_registers *got, const struct entry_registers *want, bool wait)
 *
 * Loads every integer and vector register from want, then waits until entry_ticks moves (wait),
 * or interrupts itself with RFLAGS of want, and stores all to got. rsp is held too: it must be
 * the same behind. With wait, flags are those of comparing.
 */
#define FLAGS 120
#define VECTORS 128

	.globl entry_hold
entry_hold:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rdi, hold_got(%rip)
	mov %rsp, hold_rsp(%rip)
	mov %edx, hold_wait(%rip)
	testl $4, x86_state_mask(%rip)
	je 1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu VECTORS + 32 * \n(%rsi), %ymm\n
	.endr
	jmp 2f
1:	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu VECTORS + 32 * \n(%rsi), %xmm\n
	.endr
2:	mov 0(%rsi), %rax
	mov 8(%rsi), %rbx
	mov 16(%rsi), %rcx
	mov 24(%rsi), %rdx
	mov 40(%rsi), %rdi
	mov 48(%rsi), %rbp
	mov 56(%rsi), %r8
	mov 64(%rsi), %r9
	mov 72(%rsi), %r10
	mov 80(%rsi), %r11
	mov 88(%rsi), %r12
	mov 96(%rsi), %r13
	mov 104(%rsi), %r14
	mov 112(%rsi), %r15
	cmpl $0, hold_wait(%rip)
	jne 3f
	push FLAGS(%rsi)
	mov 32(%rsi), %rsi
	popfq
	int $0x70
	jmp 4f
3:	mov 32(%rsi), %rsi
	std /* a handler must not inherit it */
5:	cmpq $3, entry_ticks(%rip)
	jb 5b
4:	pushfq
	cld
	push %rdi
	mov hold_got(%rip), %rdi
	mov %rax, 0(%rdi)
	mov %rbx, 8(%rdi)
	mov %rcx, 16(%rdi)
	mov %rdx, 24(%rdi)
	mov %rsi, 32(%rdi)
	pop 40(%rdi)
	mov %rbp, 48(%rdi)
	mov %r8, 56(%rdi)
	mov %r9, 64(%rdi)
	mov %r10, 72(%rdi)
	mov %r11, 80(%rdi)
	mov %r12, 88(%rdi)
	mov %r13, 96(%rdi)
	mov %r14, 104(%rdi)
	mov %r15, 112(%rdi)
	pop FLAGS(%rdi)
	sub hold_rsp(%rip), %rsp /* 0 unless the entry lost bytes */
	mov %rsp, VECTORS + 512(%rdi)
	mov hold_rsp(%rip), %rsp
	testl $4, x86_state_mask(%rip)
	je 1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vmovdqu %ymm\n, VECTORS + 32 * \n(%rdi)
	.endr
	vzeroupper
	jmp 2f
1:	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movdqu %xmm\n, VECTORS + 32 * \n(%rdi)
	.endr
2:	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

/* void entry_scribble(void) destroys what a C function may destroy, and more: all vectors. */
	.globl entry_scribble
entry_scribble:
	mov $0x5cb1b, %eax
	.irp r, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	mov %rax, %\r
	.endr
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pcmpeqd %xmm\n, %xmm\n
	.endr
	testl $4, x86_state_mask(%rip)
	je 1f
	.irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, %xmm\n, %ymm\n, %ymm\n
	.endr
1:	ret

	.bss
	.balign 8
hold_got:
	.skip 8
hold_rsp:
	.skip 8
hold_wait:
	.skip 4
	.section .note.GNU-stack, "", @progbits
