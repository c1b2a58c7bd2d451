/* SPDX-License-Identifier: Apache-2.0 */
/* protected.c - the loader in protected mode: puts the image where it belongs and enters it as a
 * PVH loader does, with a memory map and the RSDP. */
#include "loader.h"

#include <gng_boot.h>

#define PT_LOAD 1u
#define PT_NOTE 4u
#define NOTE_ENTRY 18u
#define MAGIC 0x336ec578u

struct elf_header {
	uint32_t magic;
	uint8_t class, rest[11];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, segments, sections;
	uint32_t flags;
	uint16_t len, segment_len, num_segments;
} __attribute__((packed));

struct elf_segment {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_len, memory_len, align;
};

static struct {
	uint32_t magic, version, flags, num_modules;
	uint64_t modules, command_line, rsdp, map;
	uint32_t num_entries, reserved;
} info;

static struct gng_boot_map map;
static struct loader_entry handed[LOADER_MAX_ENTRIES];
static char number[] = "6 ";

void *memcpy(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);

void *memcpy(void *to, const void *from, size_t len)
{
	void *end = to;

	__asm__ volatile("rep movsb" : "+D"(end), "+S"(from), "+c"(len) : : "memory");
	return to;
}

void *memset(void *to, int value, size_t len)
{
	void *end = to;

	__asm__ volatile("rep stosb" : "+D"(end), "+c"(len) : "a"(value) : "memory");
	return to;
}

static void report(const char *name, bool holds)
{
	bios_put(holds ? "ok " : "not ok ");
	bios_put(number);
	bios_put(name);
	bios_put("\n");
	number[0]++;
	if (!holds)
		bios_exit(BIOS_EXIT_FAILURE);
}

/* ---- memory ---- */

static bool has_ram(uint64_t first, uint64_t last)
{
	for (uint32_t i = 0; i < map.num; i++)
		if (map.ranges[i].type == GNG_BOOT_RAM && map.ranges[i].address <= first &&
		    map.ranges[i].address + (map.ranges[i].len - 1) >= last)
			return true;
	return false;
}

static bool make_map(void)
{
	struct gng_boot_fault fault;

	if (gng_boot_e820(&map, &fault, loader_found.map,
			  loader_found.num_entries * sizeof(loader_found.map[0]),
			  sizeof(loader_found.map[0]), true) != GNG_OK)
		return false;
	if (map.num > LOADER_MAX_ENTRIES)
		return false;
	for (uint32_t i = 0; i < map.num; i++)
		handed[i] = (struct loader_entry){map.ranges[i].address, map.ranges[i].len,
						  map.ranges[i].type, 0};
	info.map = (uint32_t)handed;
	info.num_entries = map.num;
	return has_ram(0x500, 0x7ffff);
}

/* The RSDP lies in the EBDA or the BIOS: ACPI 6.6, "Finding the RSDP on IA-PC Systems". */
static uint32_t find_rsdp(uint32_t from, uint32_t to)
{
	for (uint32_t at = from & ~15u; at < to; at += 16) {
		const uint8_t *bytes = bios_at(at);
		static const char signature[] = "RSD PTR ";
		unsigned int same = 0;
		uint8_t sum = 0;

		while (same < 8 && bytes[same] == (uint8_t)signature[same])
			same++;
		for (unsigned int i = 0; i < 20; i++)
			sum = (uint8_t)(sum + bytes[i]);
		if (same == 8 && sum == 0)
			return at;
	}
	return 0;
}

static bool hand_rsdp(void)
{
	const uint32_t ebda = *(volatile uint16_t *)bios_at(0x40e) * 16u;

	info.rsdp = ebda >= 0x80000 ? find_rsdp(ebda, ebda + 1024) : 0;
	if (!info.rsdp)
		info.rsdp = find_rsdp(0xe0000, 0x100000);
	return info.rsdp != 0;
}

/* ---- the image ---- */

static const uint8_t *image;
static uint32_t entry;

static bool load_segment(const struct elf_segment *segment)
{
	const uint32_t end = BIOS_IMAGE_SECTORS * 512;
	uint8_t *to = bios_at((uint32_t)segment->physical);

	if (segment->offset > end || segment->file_len > end - segment->offset ||
	    segment->file_len > segment->memory_len || segment->physical < 0x100000 ||
	    !has_ram(segment->physical, segment->physical + segment->memory_len - 1))
		return false;
	memcpy(to, image + segment->offset, (size_t)segment->file_len);
	memset(to + segment->file_len, 0, (size_t)(segment->memory_len - segment->file_len));
	return true;
}

/* The note of PVH: name length, length, type, "Xen", the entry. */
static void take_note(const struct elf_segment *segment)
{
	const uint32_t *note = (const uint32_t *)(image + segment->offset);

	if (segment->file_len >= 20 && note[0] == 4 && note[2] == NOTE_ENTRY &&
	    note[3] == 0x006e6558)
		entry = note[4];
}

static bool load_image(void)
{
	const struct elf_header *header = bios_at(BIOS_IMAGE);

	image = bios_at(BIOS_IMAGE);
	if (header->magic != 0x464c457f || header->class != 2 ||
	    header->segment_len != sizeof(struct elf_segment))
		return false;
	for (unsigned int i = 0; i < header->num_segments; i++) {
		struct elf_segment segment;

		memcpy(&segment, image + header->segments + i * sizeof(segment), sizeof(segment));
		if (segment.type == PT_LOAD && !load_segment(&segment))
			return false;
		if (segment.type == PT_NOTE)
			take_note(&segment);
	}
	return entry != 0;
}

void loader_protected(void)
{
	report("protected_mode_is_on", loader_cr0 & 1);
	report("long_mode_was_on",
	       loader_lma == 1 && loader_product == 0xa00000007 && loader_lma_after == 0);
	report("the_map_is_normal_and_the_rsdp_found", make_map() && hand_rsdp());
	report("the_image_is_loaded", load_image());
	info.magic = MAGIC;
	info.version = 1;
	info.command_line = (uint32_t) "bios";
	__asm__ volatile("jmp *%0" : : "r"(entry), "b"(&info) : "memory");
	__builtin_unreachable();
}
