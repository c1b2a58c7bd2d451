/* SPDX-License-Identifier: Apache-2.0 */
/* tables.c - FADT, MCFG, HPET, SLIT: ACPI 6.6, 5.2.9 and 5.2.17; PCI Firmware 3.3, 4.1.2; IA-PC
 * HPET 1.0a, 3.2.4. */
#include "acpi_private.h"

static bool is_short(const struct gng_acpi *table, struct gng_acpi_fault *fault, uint32_t min,
		     const char *clause)
{
	return table->length < min && !acpi_refuse(fault, GNG_ACPI_LENGTH, 4, clause);
}

/* ---- FADT ---- */

#define FADT_CLAUSE ACPI "5.2.9"
#define FADT_HW_REDUCED (1u << 20)

/* Each revision appended fields; ACPICA's actbl.h lists these lengths. */
static uint32_t fadt_len(uint8_t revision)
{
	if (revision >= 6)
		return 276;
	if (revision == 5)
		return 268;
	return revision >= 3 ? 244 : 116;
}

/* The lengths of register blocks have a meaning only where there is such hardware. */
static bool check_blocks(const struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	const uint8_t event_len = table->bytes[88], timer_len = table->bytes[91];

	if (table->as.fadt.flags & FADT_HW_REDUCED)
		return true;
	if (event_len < 4)
		return acpi_refuse(fault, GNG_ACPI_VALUE, 88, FADT_CLAUSE);
	if (timer_len != 0 && timer_len != 4)
		return acpi_refuse(fault, GNG_ACPI_VALUE, 91, FADT_CLAUSE);
	return true;
}

bool acpi_read_fadt(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	const uint8_t *bytes = table->bytes;

	if (is_short(table, fault, fadt_len(table->revision), FADT_CLAUSE))
		return false;
	table->as.fadt.facs = acpi_u32(bytes + 36);
	table->as.fadt.dsdt = acpi_u32(bytes + 40);
	table->as.fadt.profile = bytes[45];
	table->as.fadt.sci_interrupt = acpi_u16(bytes + 46);
	table->as.fadt.flags = acpi_u32(bytes + 112);
	if (table->length >= 148) {
		const uint64_t facs = acpi_u64(bytes + 132), dsdt = acpi_u64(bytes + 140);

		table->as.fadt.facs = facs ? facs : table->as.fadt.facs;
		table->as.fadt.dsdt = dsdt ? dsdt : table->as.fadt.dsdt;
	}
	if (table->as.fadt.dsdt == 0)
		return acpi_refuse(fault, GNG_ACPI_NULL, 40, FADT_CLAUSE);
	return check_blocks(table, fault);
}

/* ---- MCFG ---- */

#define MCFG_CLAUSE "PCI Firmware 3.3, 4.1.2"
#define MCFG_LEN 16u
#define MCFG_BUS_SHIFT 20 /* 32 devices of 8 functions of 4096 bytes */

void acpi_fill_mcfg(const uint8_t *at, struct gng_acpi_entry *entry)
{
	entry->len = MCFG_LEN;
	entry->name = "allocation";
	entry->address = acpi_u64(at);
	entry->id = acpi_u16(at + 8);
	entry->first_bus = at[10];
	entry->last_bus = at[11];
	entry->size = (uint64_t)(at[11] - at[10] + 1) << MCFG_BUS_SHIFT;
}

/* The address is that of bus 0, whichever bus the range begins with. */
static bool check_allocation(const uint8_t *bytes, size_t at, struct gng_acpi_fault *fault)
{
	const uint64_t end = (uint64_t)(bytes[at + 11] + 1) << MCFG_BUS_SHIFT;
	const uint64_t address = acpi_u64(bytes + at);

	if (address == 0)
		return acpi_refuse(fault, GNG_ACPI_NULL, at, MCFG_CLAUSE);
	if (bytes[at + 10] > bytes[at + 11])
		return acpi_refuse(fault, GNG_ACPI_VALUE, at + 10, MCFG_CLAUSE);
	if (address - 1 > UINT64_MAX - end)
		return acpi_refuse(fault, GNG_ACPI_OVERFLOW, at, MCFG_CLAUSE);
	for (size_t other = ACPI_LISTS_AT; other < at; other += MCFG_LEN)
		if (acpi_u16(bytes + other + 8) == acpi_u16(bytes + at + 8) &&
		    bytes[other + 10] <= bytes[at + 11] && bytes[at + 10] <= bytes[other + 11])
			return acpi_refuse(fault, GNG_ACPI_OVERLAP, at + 10, MCFG_CLAUSE);
	return true;
}

bool acpi_read_mcfg(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	size_t at = ACPI_LISTS_AT;

	if (is_short(table, fault, ACPI_LISTS_AT, MCFG_CLAUSE))
		return false;
	for (; table->length - at >= MCFG_LEN; at += MCFG_LEN, table->num_entries++) {
		if (table->num_entries == GNG_ACPI_MAX_RANGES)
			return acpi_refuse(fault, GNG_ACPI_LIMIT, at, "GNG_ACPI_MAX_RANGES");
		if (!check_allocation(table->bytes, at, fault))
			return false;
	}
	if (at != table->length)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_TRUNCATED, at, MCFG_CLAUSE);
	return true;
}

/* ---- HPET ---- */

#define HPET_CLAUSE "IA-PC HPET 1.0a, 3.2.4"

bool acpi_read_hpet(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	const uint8_t *bytes = table->bytes;

	if (is_short(table, fault, 56, HPET_CLAUSE))
		return false;
	table->as.hpet.block_id = acpi_u32(bytes + 36);
	table->as.hpet.address = acpi_u64(bytes + 44);
	table->as.hpet.number = bytes[52];
	table->as.hpet.min_tick = acpi_u16(bytes + 53);
	if (bytes[40] != 0) /* system memory */
		return acpi_refuse(fault, GNG_ACPI_VALUE, 40, HPET_CLAUSE);
	if (table->as.hpet.address == 0)
		return acpi_refuse(fault, GNG_ACPI_NULL, 44, HPET_CLAUSE);
	return true;
}

/* ---- SLIT ---- */

#define SLIT_CLAUSE ACPI "5.2.17"

static bool check_distances(const uint8_t *matrix, uint32_t num, struct gng_acpi_fault *fault)
{
	for (uint32_t from = 0; from < num; from++)
		for (uint32_t to = 0; to < num; to++) {
			const size_t at = (size_t)from * num + to;

			if (matrix[at] < 10 || (from == to && matrix[at] != 10))
				return acpi_refuse(fault, GNG_ACPI_VALUE, ACPI_LISTS_AT + at,
						   SLIT_CLAUSE);
		}
	return true;
}

bool acpi_read_slit(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	uint64_t num;

	if (is_short(table, fault, ACPI_LISTS_AT, SLIT_CLAUSE))
		return false;
	num = acpi_u64(table->bytes + 36);
	if (num > UINT16_MAX || num * num != table->length - ACPI_LISTS_AT)
		return acpi_refuse(fault, GNG_ACPI_VALUE, 36, SLIT_CLAUSE);
	table->num_entries = (uint32_t)num;
	return check_distances(table->bytes + ACPI_LISTS_AT, table->num_entries, fault);
}

uint8_t gng_acpi_distance(const struct gng_acpi *table, uint32_t from, uint32_t to)
{
	if (table->kind != GNG_ACPI_SLIT || from >= table->num_entries || to >= table->num_entries)
		return 0;
	return table->bytes[ACPI_LISTS_AT + (size_t)from * table->num_entries + to];
}
