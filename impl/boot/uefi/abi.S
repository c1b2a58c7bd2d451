/* SPDX-License-Identifier: Apache-2.0 */
/* abi.S - registers that a callee keeps in Microsoft's x64 convention: rbx, rbp, rdi, rsi, r12 to
 * r15, xmm6 to xmm15. */

	.text
	.globl app_hold
app_hold:
	push %rbx
	push %rbp
	push %rdi
	push %rsi
	push %r12
	push %r13
	push %r14
	push %r15
	sub $200, %rsp /* 32 bytes for the callee, ten registers; the stack is aligned */
	.set at, 32
	.irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups %xmm\n, at(%rsp)
	.set at, at + 16
	.endr
	mov %rcx, %rax
	mov %rdx, %rcx
	.set value, 0x1111
	.irp r, rbx, rbp, rdi, rsi, r12, r13, r14, r15
	mov $value, %\r
	.set value, value + 0x1111
	.endr
	.irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	mov $value, %edx
	movq %rdx, %xmm\n
	.set value, value + 0x1111
	.endr
	movabs $0xdddddddddddddddd, %rdx /* the callee may write to its 32 bytes */
	call *%rax
	xor %eax, %eax
	.set value, 0x1111
	.irp r, rbx, rbp, rdi, rsi, r12, r13, r14, r15
	xor %ecx, %ecx
	cmp $value, %\r
	setne %cl
	add %rcx, %rax
	.set value, value + 0x1111
	.endr
	.irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	xor %ecx, %ecx
	movq %xmm\n, %rdx
	cmp $value, %rdx
	setne %cl
	add %rcx, %rax
	.set value, value + 0x1111
	.endr
	.set at, 32
	.irp n, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movups at(%rsp), %xmm\n
	.set at, at + 16
	.endr
	add $200, %rsp
	pop %r15
	pop %r14
	pop %r13
	pop %r12
	pop %rsi
	pop %rdi
	pop %rbp
	pop %rbx
	ret
