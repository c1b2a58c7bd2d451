/* SPDX-License-Identifier: Apache-2.0 */
/* firmware.c - cases: the tables of UEFI and ACPI, the memory map, the end of boot services. */
#include "app.h"

#include <gng_acpi.h>
#include <gng_boot.h>

#define SYSTEM_SIGNATURE 0x5453595320494249ull /* "IBI SYST" */
#define BOOT_SIGNATURE 0x56524553544f4f42ull   /* "BOOTSERV" */
#define RUNTIME_SIGNATURE 0x56524553544e5552ull
#define PAGE 4096u
#define CLAUSE_MAX ((uint64_t)16 << 20)

/* ---- sums ---- */

/* crc_of: of a table whose own CRC counts as 0: "EFI Table Header". */
static uint32_t crc_of(const struct uefi_header *table)
{
	const uint8_t *bytes = (const uint8_t *)table;
	uint32_t crc = 0xffffffff;

	for (uint32_t i = 0; i < table->len; i++) {
		crc ^= i >= 16 && i < 20 ? 0 : bytes[i];
		for (unsigned int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static bool is_table(const struct uefi_header *table, uint64_t signature)
{
	return table->signature == signature && table->len >= sizeof(*table) &&
	       table->len <= PAGE && crc_of(table) == table->crc;
}

bool app_tables_have_their_sums(void)
{
	static const char check[] = "123456789";
	uint32_t crc = 0;

	return is_table(&app_system->header, SYSTEM_SIGNATURE) &&
	       is_table(&app_system->boot->header, BOOT_SIGNATURE) &&
	       is_table(app_system->runtime, RUNTIME_SIGNATURE) &&
	       app_system->boot->crc32(check, 9, &crc) == UEFI_SUCCESS && crc == 0xcbf43926;
}

/* ---- ACPI ---- */

static bool read_table(struct gng_acpi *table, uint64_t address)
{
	struct gng_acpi_fault fault;

	/* how long a table may be is not known here: it says so itself */
	return address && gng_acpi_read(table, &fault, (const void *)address, CLAUSE_MAX) == GNG_OK;
}

static const void *find_rsdp(void)
{
	static const struct uefi_guid acpi_20 = {
		0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}};

	for (uint64_t i = 0; i < app_system->num_tables; i++) {
		const uint8_t *guid = (const uint8_t *)&app_system->tables[i].guid;
		unsigned int same = 0;

		while (same < sizeof(acpi_20) && guid[same] == ((const uint8_t *)&acpi_20)[same])
			same++;
		if (same == sizeof(acpi_20))
			return app_system->tables[i].table;
	}
	return NULL;
}

bool app_acpi_is_sound(void)
{
	struct gng_acpi rsdp, xsdt, one;
	struct gng_acpi_entry entry;
	unsigned int kinds = 0;

	if (!read_table(&rsdp, (uint64_t)find_rsdp()) || rsdp.kind != GNG_ACPI_RSDP ||
	    !read_table(&xsdt, rsdp.as.rsdp.xsdt))
		return false;
	for (size_t at = 0; gng_acpi_next(&xsdt, &at, &entry);) {
		if (!read_table(&one, entry.address))
			return false;
		app_put("# table ");
		app_put(one.signature);
		app_put("\n");
		kinds |= 1u << one.kind;
	}
	return kinds & 1u << GNG_ACPI_MADT && kinds & 1u << GNG_ACPI_FADT;
}

/* ---- memory map ---- */

static uint8_t memory_map[65536];
static uint64_t map_len, map_key, entry_len;

static bool get_map(void)
{
	uint32_t version;

	map_len = sizeof(memory_map);
	return app_system->boot->memory_map(&map_len, memory_map, &map_key, &entry_len, &version) ==
		       UEFI_SUCCESS &&
	       version == 1 && entry_len >= sizeof(struct uefi_memory) && map_len % entry_len == 0;
}

/* type_of: "Memory Type Usage after ExitBootServices()", as types of E820. */
static uint32_t type_of(uint32_t type)
{
	if ((type >= 1 && type <= 4) || type == UEFI_CONVENTIONAL)
		return GNG_BOOT_RAM;
	if (type == UEFI_ACPI_RECLAIM)
		return GNG_BOOT_ACPI;
	return type == UEFI_ACPI_NVS ? GNG_BOOT_NVS : GNG_BOOT_RESERVED;
}

static struct gng_boot_range ranges[512];
static struct gng_boot_map map;

bool app_the_memory_map_is_normal(void)
{
	const uint64_t base = (uint64_t)app_loaded->base, last = base + app_loaded->len - 1;
	struct gng_boot_fault fault;
	uint64_t len = 0, num = 0;
	uint32_t version;

	if (app_system->boot->memory_map(&len, NULL, &map_key, &entry_len, &version) !=
		    UEFI_BUFFER_TOO_SMALL ||
	    !get_map())
		return false;
	for (uint64_t at = 0; at < map_len && num < 512; at += entry_len) {
		const struct uefi_memory *one = (const struct uefi_memory *)(memory_map + at);

		ranges[num++] = (struct gng_boot_range){one->physical, one->num_pages * PAGE,
							type_of(one->type)};
	}
	if (gng_boot_normalise(&map, &fault, ranges, num) != GNG_OK)
		return false;
	app_put("# ranges = ");
	app_put_number(map.num);
	app_put("\n");
	for (uint32_t i = 0; i < map.num; i++)
		if (map.ranges[i].type == GNG_BOOT_RAM && map.ranges[i].address <= base &&
		    map.ranges[i].address + (map.ranges[i].len - 1) >= last)
			return true;
	return false;
}

/* A wrong key is refused; the right one is that of the last map. */
bool app_boot_services_are_left(void)
{
	return get_map() &&
	       app_system->boot->exit_boot_services(app_image, map_key + 1) != UEFI_SUCCESS &&
	       get_map() &&
	       app_system->boot->exit_boot_services(app_image, map_key) == UEFI_SUCCESS;
}

/* What was of boot services is free now: each page of RAM above 16 MiB takes a value and keeps it
 * (one page of each 2 MiB, but those of this image and its stack). */
bool app_memory_is_ours_afterwards(void)
{
	uint64_t tried = 0;

	for (uint64_t at = 0; at < map_len; at += entry_len) {
		const struct uefi_memory *one = (const struct uefi_memory *)(memory_map + at);

		if (one->type != UEFI_CONVENTIONAL || one->physical < 0x1000000)
			continue;
		for (uint64_t page = 0; page < one->num_pages; page += 512, tried++) {
			volatile uint64_t *word =
				(volatile uint64_t *)(one->physical + page * PAGE);

			*word = ~(uint64_t)word;
			if (*word != ~(uint64_t)word)
				return false;
		}
	}
	return tried > 4;
}
