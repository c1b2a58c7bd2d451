/* SPDX-License-Identifier: Apache-2.0 */
/* start.S - from a loader's 32-bit entry (PVH, or multiboot2 as GRUB does it) to long mode. */

#define XEN_ELFNOTE_PHYS32_ENTRY 18
#define PVH_MAGIC 0x336ec578
#define MB2_MAGIC 0xe85250d6
#define MB2_LOADED 0x36d76289

	.section .note.Xen, "a", @note
	.long 4, 8, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz "Xen"
	.quad x86_start

	.section .multiboot, "a"
	.balign 8
multiboot:
	.long MB2_MAGIC, 0, multiboot_end - multiboot
	.long -(MB2_MAGIC + multiboot_end - multiboot)
	.word 0, 0
	.long 8
multiboot_end:

	.section .text.start, "ax"
	.code32
	.globl x86_start
x86_start:
	cld
	cli
	mov $x86_stack_top, %esp
	mov %ebx, x86_boot_info
	movl $2, x86_loader
	cmp $MB2_LOADED, %eax
	je 1f
	movl $1, x86_loader
	cmpl $PVH_MAGIC, (%ebx)
	je 1f
	movl $0, x86_loader
1:	/* 4 GiB as they are, in pages of 2 MiB: the devices too */
	movl $x86_boot_tables + 0x1003, x86_boot_tables
	mov $x86_boot_tables + 0x1000, %edi
	mov $x86_boot_tables + 0x2003, %eax
	mov $4, %ecx
1:	mov %eax, (%edi)
	add $4096, %eax
	add $8, %edi
	loop 1b
	mov $x86_boot_tables + 0x2000, %edi
	mov $0x83, %eax
	mov $2048, %ecx
1:	mov %eax, (%edi)
	add $0x200000, %eax
	add $8, %edi
	loop 1b
	mov $x86_boot_tables, %eax
	mov %eax, %cr3
	mov %cr4, %eax
	or $0x20, %eax /* PAE */
	mov %eax, %cr4
	mov $0xc0000080, %ecx
	rdmsr
	or $0x900, %eax /* EFER: LME, NXE */
	wrmsr
	mov %cr0, %eax
	and $~0xc, %eax /* EM, TS */
	or $0x80010023, %eax /* PG, WP, NE, MP, PE */
	mov %eax, %cr0
	lgdt first_gdtr
	ljmp $8, $1f

	.code64
1:	mov $0x10, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	xor %eax, %eax
	mov %eax, %fs
	mov %eax, %gs
	xor %ebp, %ebp
	call x86_main
	mov $0x7f, %edi
	call x86_exit

	.section .rodata
	.balign 8
first_gdt:
	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
first_gdtr:
	.word 23
	.long first_gdt

	.section .bss
	.globl x86_loader, x86_boot_info, x86_stack_top
	.balign 4096
x86_boot_tables:
	.skip 6 * 4096
	.skip 16384
x86_stack_top:
x86_loader:
	.skip 4
x86_boot_info:
	.skip 4
	.section .note.GNU-stack, "", @progbits
