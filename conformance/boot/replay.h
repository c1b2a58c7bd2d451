/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h - the answer of a reader as one number, by the same code on the host and in an image:
 * status, error, offset, clause, fields and each entry of what was accepted.
 */
#ifndef CONFORMANCE_BOOT_REPLAY_H
#define CONFORMANCE_BOOT_REPLAY_H

#include <gng_acpi.h>
#include <gng_boot.h>
#include <gng_pci.h>
#include <gng_pe.h>

#include "../x86/script.h"

enum replay_kind {
	REPLAY_ACPI,
	REPLAY_PCI,
	REPLAY_PE,
	REPLAY_E820,
	REPLAY_MULTIBOOT2,
	REPLAY_COREBOOT,
	REPLAY_PVH,
	REPLAY_PAGING,
	REPLAY_NUM_KINDS
};

static const char *const replay_names[REPLAY_NUM_KINDS] = {
	"acpi", "pci", "pe", "e820", "multiboot2", "coreboot", "pvh", "paging"};

/* replay_record stands before the bytes of each input, at a multiple of 8. */
struct replay_record {
	uint32_t kind, len;
};

static inline void replay_note(uint64_t *digest, uint64_t value)
{
	for (unsigned int i = 0; i < 8; i++)
		*digest = (*digest ^ (value >> 8 * i & 0xff)) * 0x100000001b3;
}

static inline void replay_text(uint64_t *digest, const char *text)
{
	for (; text && *text; text++)
		replay_note(digest, (uint8_t)*text);
	replay_note(digest, 256);
}

static inline void replay_fault(uint64_t *digest, uint64_t status, uint64_t error, uint64_t offset,
				const char *clause)
{
	replay_note(digest, status);
	replay_note(digest, error);
	replay_note(digest, offset);
	replay_text(digest, clause);
}

static inline void replay_acpi(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_acpi_fault fault;
	struct gng_acpi_entry entry;
	struct gng_acpi table;
	const enum gng_status status = gng_acpi_read(&table, &fault, bytes, len);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	if (status != GNG_OK)
		return;
	replay_note(digest, table.kind);
	replay_note(digest, table.num_entries);
	replay_text(digest, table.signature);
	for (size_t at = 0; gng_acpi_next(&table, &at, &entry);) {
		replay_note(digest, entry.offset);
		replay_note(digest, entry.address ^ entry.size);
		replay_note(digest, entry.id ^ (uint64_t)entry.gsi << 32);
		replay_text(digest, entry.name);
	}
}

static inline void replay_pci(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_pci_capability one;
	struct gng_pci_fault fault;
	struct gng_pci function;
	const enum gng_status status = gng_pci_read(&function, &fault, bytes, len);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	if (status != GNG_OK)
		return;
	replay_note(digest, (uint64_t)function.vendor << 16 | function.device);
	for (unsigned int i = 0; i < function.num_bars; i++)
		replay_note(digest, function.bars[i].address + function.bars[i].kind);
	for (size_t at = 0; gng_pci_next(&function, &at, &one);) {
		replay_note(digest, (uint64_t)one.offset << 16 | one.id);
		replay_text(digest, one.name);
	}
}

static inline void replay_pe(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_pe_relocation relocation;
	struct gng_pe_section section;
	struct gng_pe_walk walk = {0, 0, 0};
	struct gng_pe_fault fault;
	struct gng_pe image;
	const enum gng_status status = gng_pe_read(&image, &fault, bytes, len);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	if (status != GNG_OK)
		return;
	replay_note(digest, image.image_base ^ image.entry);
	for (uint32_t i = 0; gng_pe_section_at(&image, i, &section); i++) {
		replay_text(digest, section.name);
		replay_note(digest, (uint64_t)section.address << 32 | section.file_at);
	}
	while (gng_pe_next(&image, &walk, &relocation))
		replay_note(digest, (uint64_t)relocation.address << 8 | relocation.type);
}

/* The first byte: as of fuzz/boot/e820_fuzz.c. */
static inline void replay_e820(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	static struct gng_boot_map map;
	struct gng_boot_fault fault;
	const bool attributes = len && bytes[0] & 1;
	const size_t words = len ? bytes[0] >> 1 : 0;
	const size_t entry_len = words >= 3 ? words * 8 : attributes ? 24 : 20;
	const enum gng_status status = gng_boot_e820(&map, &fault, bytes + (len > 0),
						     len - (len > 0), entry_len, attributes);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	for (uint32_t i = 0; i < map.num; i++) {
		replay_note(digest, map.ranges[i].address);
		replay_note(digest, map.ranges[i].len ^ map.ranges[i].type);
	}
}

static inline void replay_multiboot2(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_boot_fault fault;
	struct gng_boot_mb2 info;
	struct gng_boot_tag tag;
	const enum gng_status status = gng_boot_mb2_read(&info, &fault, bytes, len);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	replay_text(digest, info.command_line);
	replay_text(digest, info.loader);
	for (uint32_t at = 0; gng_boot_mb2_next(&info, &at, &tag);)
		replay_note(digest, (uint64_t)tag.type << 32 | tag.len);
}

static inline void replay_coreboot(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_boot_coreboot table;
	struct gng_boot_fault fault;
	struct gng_boot_tag record;
	const enum gng_status status = gng_boot_coreboot_read(&table, &fault, bytes, len);

	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	replay_text(digest, table.vendor);
	replay_note(digest, table.forward);
	for (uint32_t at = 0; gng_boot_coreboot_next(&table, &at, &record);)
		replay_note(digest, (uint64_t)record.type << 32 | record.len);
}

/* The first two bytes: as of fuzz/boot/pvh_fuzz.c. */
static inline void replay_pvh(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	struct gng_boot_memory memory;
	struct gng_boot_module module;
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;
	enum gng_status status;

	if (len < 2)
		return;
	memory = (struct gng_boot_memory){bytes + 2, 0x1000, len - 2};
	status = gng_boot_pvh_read(&pvh, &fault, &memory,
				   0xff0u + (uint64_t)(bytes[0] | bytes[1] << 8));
	replay_fault(digest, status, fault.error, fault.offset, fault.clause);
	replay_text(digest, pvh.command_line);
	replay_note(digest, pvh.rsdp ^ pvh.map_len);
	for (uint32_t i = 0; gng_boot_pvh_module(&pvh, i, &module); i++)
		replay_note(digest, module.address ^ module.len);
}

static inline void replay_paging(uint64_t *digest, const uint8_t *bytes, size_t len)
{
	static struct script script;

	if (len == 0)
		return;
	script_run(&script, bytes, len);
	replay_note(digest, script.digest);
	replay_text(digest, script.wrong);
}

static inline void replay_one(uint64_t *digest, uint32_t kind, const uint8_t *bytes, size_t len)
{
	static void (*const readers[REPLAY_NUM_KINDS])(uint64_t *, const uint8_t *, size_t) = {
		replay_acpi,	   replay_pci,	    replay_pe,	replay_e820,
		replay_multiboot2, replay_coreboot, replay_pvh, replay_paging};

	if (kind < REPLAY_NUM_KINDS)
		readers[kind](digest, bytes, len);
}

/* replay_answers is what all inputs of each kind gave together. */
struct replay_answers {
	uint32_t num[REPLAY_NUM_KINDS];
	uint64_t digests[REPLAY_NUM_KINDS];
};

/* replay_all reads records[0..len); false if they do not end where they should. */
static inline bool replay_all(struct replay_answers *answers, const uint8_t *records, size_t len)
{
	size_t at = 0;

	for (unsigned int i = 0; i < REPLAY_NUM_KINDS; i++) {
		answers->num[i] = 0;
		answers->digests[i] = 0xcbf29ce484222325;
	}
	while (len - at >= sizeof(struct replay_record)) {
		struct replay_record record;

		for (size_t i = 0; i < sizeof(record); i++)
			((uint8_t *)&record)[i] = records[at + i];
		at += sizeof(record);
		if (record.kind >= REPLAY_NUM_KINDS || record.len > len - at)
			return false;
		replay_one(&answers->digests[record.kind], record.kind, records + at, record.len);
		answers->num[record.kind]++;
		at += (record.len + 7u) / 8 * 8;
	}
	return at == len;
}

#endif /* CONFORMANCE_BOOT_REPLAY_H */
