/* SPDX-License-Identifier: Apache-2.0 */
/* probes.S - one instruction each whose exception the manual defines; NAME_at is where it is. */

#define NOWHERE 0x0000900000000000 /* not canonical */

	.macro probe name
	.globl \name, \name\()_at
\name:
	.endm

	.text
	probe probe_push_nowhere
	movabs $NOWHERE, %rsp
probe_push_nowhere_at:
	push %rax
	ud2

	probe probe_read_nowhere
	movabs $NOWHERE, %rax
probe_read_nowhere_at:
	mov (%rax), %rax
	ud2

	probe probe_stack_read_nowhere
	movabs $NOWHERE, %rbp
probe_stack_read_nowhere_at:
	mov 8(%rbp), %rax
	ud2

	probe probe_jump_nowhere
	movabs $NOWHERE, %rax
probe_jump_nowhere_at:
	jmp *%rax

	probe probe_iretq_nowhere
	movabs $NOWHERE, %rax
	mov %rsp, %rcx
	push $0x10
	push %rcx
	push $2
	push $8
	push %rax
probe_iretq_nowhere_at:
	iretq

	probe probe_msr_nowhere
	mov $0xc0000100, %ecx /* FS.base */
	xor %eax, %eax
	mov $0x8000, %edx
probe_msr_nowhere_at:
	wrmsr
	xor %eax, %eax
	xor %edx, %edx
	wrmsr
	ret

	probe probe_gate_beyond
	sub $24, %rsp
	sidt (%rsp)
	mov 2(%rsp), %rax
	movw $50 * 16 - 1, 8(%rsp)
	mov %rax, 10(%rsp)
	lidt 8(%rsp)
probe_gate_beyond_at:
	int $50
	ud2

	probe probe_sse_division
	push $0x1d80 /* division by zero is not masked */
	ldmxcsr (%rsp)
	mov $1, %eax
	cvtsi2ss %eax, %xmm0
	xorps %xmm1, %xmm1
probe_sse_division_at:
	divss %xmm1, %xmm0
	movl $0x1f80, (%rsp)
	ldmxcsr (%rsp)
	pop %rax
	ret

	probe probe_cr0_nw
	mov %cr0, %rax
	mov %rax, %rcx
	or $0x20000000, %rax /* NW without CD */
	and $~0x40000000, %rax
probe_cr0_nw_at:
	mov %rax, %cr0
	mov %rcx, %cr0
	ret

	probe probe_efer_reserved
	mov $0xc0000080, %ecx
	rdmsr
	or $2, %eax
probe_efer_reserved_at:
	wrmsr
	and $~2, %eax
	wrmsr
	ret

	probe probe_lock_on_a_read
probe_lock_on_a_read_at:
	.byte 0xf0, 0x48, 0x8b, 0x04, 0x24 /* lock mov (%rsp), %rax */
	ret

	probe probe_too_long
probe_too_long_at:
	.rept 15
	.byte 0x2e
	.endr
	nop
	ret

	probe probe_xsetbv_without_x87
	xor %ecx, %ecx
	xor %edx, %edx
	mov $6, %eax
probe_xsetbv_without_x87_at:
	xsetbv
	ret

	probe probe_cr4_reserved
	mov %cr4, %rax
	bts $30, %rax
probe_cr4_reserved_at:
	mov %rax, %cr4
	ret
	.section .note.GNU-stack, "", @progbits
