/* SPDX-License-Identifier: Apache-2.0 */
/* handover.c - image: reads what its loader handed over, PVH or multiboot2, with the readers that
 * the host has, and walks the firmware's tables from the RSDP. */
#include "cases.h"

#include <gng_acpi.h>
#include <gng_boot.h>

/* The first tables map 4 GiB; what loaders leave lies below 3 (SeaBIOS's map even at 0x5a8), and
 * nothing at 0. */
#define LOW 0x400ull
#define WINDOW 0xc0000000ull

extern uint8_t x86_image_end[];

static struct gng_boot_map map;
static uint64_t rsdp;
static const char *command_line;

static enum cases_result read_pvh(void)
{
	const struct gng_boot_memory memory = {(const uint8_t *)LOW, LOW, WINDOW - LOW};
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;

	if (gng_boot_pvh_read(&pvh, &fault, &memory, x86_boot_info) != GNG_OK)
		return CASES_NOT_OK;
	rsdp = pvh.rsdp;
	command_line = pvh.command_line;
	return cases_is(gng_boot_e820(&map, &fault, pvh.map, pvh.map_len, 24, false) == GNG_OK);
}

static enum cases_result read_multiboot2(void)
{
	struct gng_boot_fault fault;
	struct gng_boot_mb2 info;

	if (gng_boot_mb2_read(&info, &fault, (const void *)(uint64_t)x86_boot_info, 65536) !=
	    GNG_OK)
		return CASES_NOT_OK;
	rsdp = (uint64_t)info.rsdp;
	command_line = info.command_line;
	return cases_is(gng_boot_e820(&map, &fault, info.map, info.map_len, info.map_entry_len,
				      false) == GNG_OK);
}

static enum cases_result what_the_loader_says_is_sound(void)
{
	switch (x86_loader) {
	case X86_PVH:
		x86_put("# by PVH\n");
		return read_pvh();
	case X86_MULTIBOOT2:
		x86_put("# by multiboot2\n");
		return read_multiboot2();
	default:
		return CASES_NOT_OK;
	}
}

static enum cases_result there_is_a_command_line(void)
{
	if (!command_line)
		return CASES_NOT_OK;
	x86_put("# command line: ");
	x86_put(command_line);
	x86_put("\n");
	return CASES_OK;
}

/* The image itself lies in RAM, and the map is in order. */
static enum cases_result the_map_has_this_image(void)
{
	const uint64_t last = (uint64_t)x86_image_end - 1;
	bool found = false;

	cases_say("ranges", map.num);
	for (uint32_t i = 0; i < map.num; i++) {
		const struct gng_boot_range *range = &map.ranges[i];

		if (i && range->address <= range[-1].address + (range[-1].len - 1))
			return CASES_NOT_OK;
		if (range->type == GNG_BOOT_RAM && range->address <= 0x100000 &&
		    range->address + (range->len - 1) >= last)
			found = true;
	}
	return cases_is(found);
}

/* ---- ACPI ---- */

static bool read_table(struct gng_acpi *table, uint64_t address)
{
	struct gng_acpi_fault fault;

	if (address < LOW || address >= WINDOW)
		return false;
	return gng_acpi_read(table, &fault, (const void *)address, WINDOW - address) == GNG_OK;
}

static unsigned int found_kinds;

static bool walk(uint64_t root)
{
	struct gng_acpi table, one;
	struct gng_acpi_entry entry;

	if (!read_table(&table, root))
		return false;
	for (size_t at = 0; gng_acpi_next(&table, &at, &entry);) {
		if (!read_table(&one, entry.address))
			return false;
		x86_put("# table ");
		x86_put(one.signature);
		x86_put("\n");
		found_kinds |= 1u << one.kind;
	}
	return true;
}

static enum cases_result the_tables_of_the_firmware_are_sound(void)
{
	struct gng_acpi pointer;

	if (!read_table(&pointer, rsdp) || pointer.kind != GNG_ACPI_RSDP)
		return CASES_NOT_OK;
	if (!walk(pointer.as.rsdp.xsdt ? pointer.as.rsdp.xsdt : pointer.as.rsdp.rsdt))
		return CASES_NOT_OK;
	return cases_is(found_kinds & 1u << GNG_ACPI_MADT && found_kinds & 1u << GNG_ACPI_FADT);
}

const struct cases_one cases_all[] = {
	{"what_the_loader_says_is_sound", what_the_loader_says_is_sound},
	{"there_is_a_command_line", there_is_a_command_line},
	{"the_map_has_this_image", the_map_has_this_image},
	{"the_tables_of_the_firmware_are_sound", the_tables_of_the_firmware_are_sound},
	{0},
};
