/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sector.c - the boot sector: loads the next sectors by INT 13h and jumps there. C for real mode:
 * the compiler writes 32-bit operands with prefixes, so it needs a 386; what C cannot say, segment
 * registers and far jumps, stands in assembly.
 */
#include "bios.h"

__asm__(".section .start, \"ax\"\n"
	"	ljmp $0, $1f\n" /* some BIOSes come by 07C0:0000 */
	"1:	xor %ax, %ax\n"
	"	mov %ax, %ds\n"
	"	mov %ax, %es\n"
	"	mov %ax, %ss\n"
	"	mov $" BIOS_STACK ", %esp\n"
	"	cld\n"
	"	sti\n"
	"	movzbl %dl, %eax\n"
	"	call bios_sector\n"
	"	.previous\n");

/* What the BIOS left in DL is handed on. */
__attribute__((regparm(1), noreturn, used)) void bios_sector(uint32_t drive)
{
	static struct bios_packet packet = {
		.len = sizeof(packet),
		.num = BIOS_LOADER_SECTORS,
		.segment = BIOS_LOADER / 16,
		.lba = 1,
	};

	bios_serial_start();
	bios_put("# sector\n");
	if (bios_read(drive, &packet) != 0)
		bios_bail("INT 13h cannot read the loader");
	__asm__ volatile("ljmp $0, $" BIOS_LOADER_TEXT : : "a"(drive) : "memory");
	__builtin_unreachable();
}
