/* SPDX-License-Identifier: Apache-2.0 */
/* guard.S - a call from which an exception can leave. */

	.text
	.globl cases_enter, cases_leave
cases_enter:
	push %rbx
	push %rbp
	push %r12
	push %r13
	push %r14
	push %r15
	mov %rsp, cases_saved_rsp(%rip)
	mov %rdi, %rax
	mov %rsi, %rdi
	push %rax /* aligns */
	call *%rax
	pop %rcx
	xor %eax, %eax
	jmp 1f
cases_leave:
	mov $1, %eax
1:	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rbp
	pop %rbx
	ret

	.bss
	.globl cases_saved_rsp
	.balign 8
cases_saved_rsp:
	.skip 8
	.section .note.GNU-stack, "", @progbits
