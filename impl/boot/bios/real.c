/* SPDX-License-Identifier: Apache-2.0 */
/*
 * real.c - the loader in real mode: reads the image from the disk, asks for the memory map, opens
 * the A20 gate. Reports in KTAP; the image that it starts reports on.
 */
#include "loader.h"

#define FS_OFFSET 16u

struct loader_found loader_found;
static unsigned int num_cases;

__asm__(".section .start, \"ax\"\n"
	"	call loader_real\n"
	"	.previous\n");

void loader_case(const char *name, bool holds)
{
	static const char digits[] = "0123456789";
	char number[3] = {digits[++num_cases % 10], ' ', '\0'};

	bios_put(holds ? "ok " : "not ok ");
	bios_put(number);
	bios_put(name);
	bios_put("\n");
	if (!holds)
		bios_exit(BIOS_EXIT_FAILURE);
}

/* far_read reads a byte at segment:offset. */
static uint32_t far_read(uint16_t segment, uint16_t offset)
{
	uint32_t value;

	__asm__ volatile("pushl %%fs\n\tmov %1, %%fs\n\tmovl %%fs:(%2), %0\n\tpopl %%fs"
			 : "=&r"(value)
			 : "r"(segment), "r"((uint32_t)offset)
			 : "memory");
	return value;
}

/* The image is longer than a segment: each chunk has one of its own. */
static bool read_image(uint32_t drive)
{
	for (uint32_t at = 0; at < BIOS_IMAGE_SECTORS; at += BIOS_CHUNK) {
		struct bios_packet packet = {
			.len = sizeof(packet),
			.num = BIOS_CHUNK,
			.segment = (uint16_t)((BIOS_IMAGE + at * 512) / 16),
			.lba = BIOS_IMAGE_LBA + at,
		};

		if (bios_read(drive, &packet) != 0)
			return false;
	}
	return true;
}

static bool has_extensions(uint32_t drive)
{
	uint32_t bx = 0x55aa, ax = 0x4100;
	uint8_t failed;

	__asm__ volatile("int $0x13; setc %0"
			 : "=qm"(failed), "+a"(ax), "+b"(bx)
			 : "d"(drive)
			 : "cx", "memory", "cc");
	return !failed && (bx & 0xffff) == 0xaa55;
}

/* The ELF magic lies at 2000:0000; other pairs name the same byte. */
static bool segments_and_offsets_add_up(void)
{
	const uint32_t magic = 0x464c457f;

	return far_read(BIOS_IMAGE / 16, 0) == magic &&
	       far_read(BIOS_IMAGE / 16 - 1, FS_OFFSET) == magic &&
	       far_read(BIOS_IMAGE / 16 - 0xfff, 0xfff0) == magic;
}

static uint32_t read_map(void)
{
	uint32_t bx = 0, num = 0;

	do {
		struct loader_entry *entry = &loader_found.map[num];
		uint32_t ax = 0xe820, cx = sizeof(*entry);
		uint8_t failed;

		entry->attributes = 1; /* of a BIOS that returns 20 bytes */
		__asm__ volatile("int $0x15; setc %0"
				 : "=qm"(failed), "+a"(ax), "+b"(bx), "+c"(cx)
				 : "d"(0x534d4150), "D"(entry)
				 : "memory", "cc");
		if (failed || ax != 0x534d4150)
			break;
		num++;
	} while (bx && num < LOADER_MAX_ENTRIES);
	return num;
}

/* With A20 shut, FFFF:0510 is 0000:0500. */
static bool is_a20_open(void)
{
	volatile uint32_t *low = bios_at(0x500);

	*low = 0x12345678;
	if (far_read(0xffff, 0x510) != *low)
		return true;
	*low = 0x87654321;
	return far_read(0xffff, 0x510) != *low;
}

static void set_a20(bool open)
{
	const uint8_t port = bios_in8(0x92) & 0xfc;

	bios_out8(0x92, port | (open ? 2 : 0));
}

__attribute__((regparm(1), noreturn, used)) void loader_real(uint32_t drive)
{
	bool shut;

	bios_put("KTAP version 1\n1.." LOADER_PLAN "\n");
	loader_case("the_disk_has_extensions", has_extensions(drive));
	loader_case("the_image_is_read", read_image(drive));
	loader_case("segments_and_offsets_add_up", segments_and_offsets_add_up());
	loader_found.num_entries = read_map();
	loader_case("the_bios_has_a_memory_map", loader_found.num_entries >= 3);
	set_a20(false);
	shut = !is_a20_open();
	set_a20(true);
	loader_case("a20_shuts_and_opens", shut && is_a20_open());
	loader_switch();
}
