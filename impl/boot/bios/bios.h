/* SPDX-License-Identifier: Apache-2.0 */
/* bios.h - calls of a PC BIOS from C in real mode, and where a disk of ours has what. */
#ifndef BOOT_BIOS_H
#define BOOT_BIOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BIOS_STACK "0x7c00"
#define BIOS_LOADER 0x8000u /* the loader, behind the boot sector on the disk */
#define BIOS_LOADER_TEXT "0x8000"
#define BIOS_LOADER_SECTORS 48u
#define BIOS_IMAGE 0x20000u /* where the image lies before it is put where it belongs */
#define BIOS_IMAGE_LBA 64u
#define BIOS_IMAGE_SECTORS 192u
#define BIOS_CHUNK 64u /* sectors of one read: less than a segment */

#define BIOS_EXIT_FAILURE 1
#define BIOS_EXIT_BAIL 0x7f

/* bios_packet is what INT 13h, AH=42h reads: "disk address packet", EDD-3. */
struct bios_packet {
	uint8_t len, zero;
	uint16_t num, offset, segment;
	uint64_t lba;
} __attribute__((packed));

static inline void bios_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t bios_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

/* bios_at is a pointer to a place that no object of C has. */
static inline void *bios_at(uint32_t address)
{
	void *pointer;

	__asm__("" : "=r"(pointer) : "0"(address));
	return pointer;
}

static inline void bios_serial_start(void)
{
	bios_out8(0x3f9, 0);
}

static void bios_put(const char *text)
{
	for (; *text; text++) {
		while (!(bios_in8(0x3fd) & 0x20))
			;
		bios_out8(0x3f8, (uint8_t)*text);
	}
}

__attribute__((noreturn)) static void bios_exit(uint8_t code)
{
	bios_out8(0xf4, code); /* QEMU's isa-debug-exit; nothing elsewhere */
	for (;;)
		__asm__ volatile("cli; hlt");
}

__attribute__((noreturn)) static inline void bios_bail(const char *why)
{
	bios_put("Bail out! ");
	bios_put(why);
	bios_put("\n");
	bios_exit(BIOS_EXIT_BAIL);
}

#ifdef BIOS_REAL_MODE
/* bios_read returns 0, or the BIOS's status. */
static inline uint8_t bios_read(uint32_t drive, const struct bios_packet *packet)
{
	uint32_t ax = 0x4200;
	uint8_t failed;

	__asm__ volatile("int $0x13; setc %0"
			 : "=qm"(failed), "+a"(ax)
			 : "d"(drive), "S"(packet)
			 : "memory", "cc");
	return failed ? (uint8_t)(ax >> 8) | 1 : 0;
}
#endif

#endif /* BOOT_BIOS_H */
