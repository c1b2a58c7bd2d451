/* SPDX-License-Identifier: Apache-2.0 */
/* switch.S - real, protected, long mode, and back to protected: Intel SDM volume 3, "Mode
 * Switching", "Initializing IA-32e Mode". None of this can be said in C. */

#define CODE 8
#define DATA 16
#define CODE_64 24
#define TABLES 0x1000 /* three pages below the boot sector that nobody uses now */
#define EFER 0xc0000080

	.text
	.code16
	.globl loader_switch
loader_switch:
	cli
	lgdtl gdtr
	mov %cr0, %eax
	or $1, %eax
	mov %eax, %cr0
	ljmpl $CODE, $1f

	.code32
1:	mov $DATA, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov %eax, %fs
	mov %eax, %gs
	mov %cr0, %eax
	mov %eax, loader_cr0
	mov $TABLES, %edi /* 2 MiB as they are */
	xor %eax, %eax
	mov $3 * 1024, %ecx
	rep stosl
	movl $TABLES + 0x1003, TABLES
	movl $TABLES + 0x2003, TABLES + 0x1000
	movl $0x83, TABLES + 0x2000
	mov %cr4, %eax
	or $0x20, %eax /* PAE */
	mov %eax, %cr4
	mov $TABLES, %eax
	mov %eax, %cr3
	mov $EFER, %ecx
	rdmsr
	or $0x100, %eax /* LME */
	wrmsr
	mov %cr0, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
	ljmp $CODE_64, $2f

	.code64
2:	mov $EFER, %ecx
	rdmsr
	shr $10, %eax
	and $1, %eax
	mov %eax, loader_lma(%rip)
	mov $0x100000001, %rax
	mov $0x300000007, %rcx
	imul %rcx, %rax
	mov %rax, loader_product(%rip)
	ljmp *back(%rip)

	.code32
3:	mov %cr0, %eax
	and $0x7fffffff, %eax
	mov %eax, %cr0
	mov $EFER, %ecx
	rdmsr
	and $~0x100, %eax
	wrmsr
	rdmsr
	shr $10, %eax
	and $1, %eax
	mov %eax, loader_lma_after
	mov $0x7c00, %esp
	jmp loader_protected

	.data
	.balign 8
gdt:	.quad 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x00af9b000000ffff
gdtr:	.word 31
	.long gdt
back:	.long 3b
	.word CODE
	.balign 8
	.globl loader_cr0, loader_lma, loader_lma_after, loader_product
loader_product:
	.quad 0
loader_cr0:
	.long 0
loader_lma:
	.long 0
loader_lma_after:
	.long 2
	.section .note.GNU-stack, "", @progbits
