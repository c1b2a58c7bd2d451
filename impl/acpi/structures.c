/* SPDX-License-Identifier: Apache-2.0 */
/* structures.c - lists of structures with type and length, MADT and SRAT: ACPI 6.6, 5.2.12, 5.2.16.
 */
#include "acpi_private.h"

#define MADT_CLAUSE ACPI "5.2.12"
#define SRAT_CLAUSE ACPI "5.2.16"

bool acpi_list_check(const struct acpi_list *list, struct gng_acpi_fault *fault)
{
	const size_t left = list->end - list->at;
	const struct acpi_type *type;
	uint8_t len;

	if (left < 2)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_TRUNCATED, list->at, list->clause);
	len = list->bytes[list->at + 1];
	if (len < 2)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_LENGTH, list->at + 1, list->clause);
	if (len > left)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_BEYOND, list->at + 1, list->clause);
	if (list->bytes[list->at] >= list->num_types)
		return true; /* of a later version or of an OEM: it is skipped */
	type = &list->types[list->bytes[list->at]];
	if (len < type->min || len > type->max)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_LENGTH, list->at + 1, type->clause);
	return true;
}

/* ---- MADT ---- */

/* Where a later version appended fields both lengths are in use; where the specification names no
 * length, a structure may be longer than its fields. */
static const struct acpi_type madt_types[] = {
	{8, 8, "local-apic", MADT_CLAUSE ".2"},
	{12, 12, "io-apic", MADT_CLAUSE ".3"},
	{10, 10, "interrupt-source-override", MADT_CLAUSE ".5"},
	{8, 8, "nmi-source", MADT_CLAUSE ".6"},
	{6, 6, "local-apic-nmi", MADT_CLAUSE ".7"},
	{12, 12, "local-apic-address-override", MADT_CLAUSE ".8"},
	{16, 16, "io-sapic", MADT_CLAUSE ".9"},
	{17, 255, "local-sapic", MADT_CLAUSE ".10"},
	{16, 16, "platform-interrupt-source", MADT_CLAUSE ".11"},
	{16, 16, "local-x2apic", MADT_CLAUSE ".12"},
	{12, 12, "local-x2apic-nmi", MADT_CLAUSE ".13"},
	{76, 82, "gicc", MADT_CLAUSE ".14"},
	{24, 24, "gicd", MADT_CLAUSE ".15"},
	{24, 24, "gic-msi-frame", MADT_CLAUSE ".16"},
	{16, 16, "gicr", MADT_CLAUSE ".17"},
	{20, 20, "gic-its", MADT_CLAUSE ".18"},
	{16, 24, "multiprocessor-wakeup", MADT_CLAUSE ".19"},
	{15, 255, "core-pic", MADT_CLAUSE ".20"},
	{23, 255, "lio-pic", MADT_CLAUSE ".21"},
	{21, 255, "ht-pic", MADT_CLAUSE ".22"},
	{13, 255, "eio-pic", MADT_CLAUSE ".23"},
	{19, 255, "msi-pic", MADT_CLAUSE ".24"},
	{17, 255, "bio-pic", MADT_CLAUSE ".25"},
	{15, 255, "lpc-pic", MADT_CLAUSE ".26"},
	{36, 36, "rintc", MADT_CLAUSE ".27"},
	{16, 16, "imsic", MADT_CLAUSE ".28"},
	{36, 36, "aplic", MADT_CLAUSE ".29"},
	{36, 36, "plic", MADT_CLAUSE ".30"},
};

const struct acpi_type *acpi_madt_types(size_t *num)
{
	*num = sizeof(madt_types) / sizeof(madt_types[0]);
	return madt_types;
}

static void fill_madt_newer(const uint8_t *at, struct gng_acpi_entry *entry)
{
	switch (entry->type) {
	case 9:
		entry->id = acpi_u32(at + 4);
		entry->flags = acpi_u32(at + 8);
		entry->uid = acpi_u32(at + 12);
		break;
	case 10:
		entry->flags = acpi_u16(at + 2);
		entry->uid = acpi_u32(at + 4);
		entry->source = at[8];
		break;
	case 16:
		entry->id = acpi_u16(at + 2);
		entry->address = acpi_u64(at + 8);
		break;
	default: /* of other processors than x86: type, length and place are enough here */
		break;
	}
}

void acpi_fill_madt(const uint8_t *at, struct gng_acpi_entry *entry)
{
	switch (entry->type) {
	case 0:
		entry->uid = at[2];
		entry->id = at[3];
		entry->flags = acpi_u32(at + 4);
		break;
	case 1:
		entry->id = at[2];
		entry->address = acpi_u32(at + 4);
		entry->gsi = acpi_u32(at + 8);
		break;
	case 2:
		entry->source = at[3];
		entry->gsi = acpi_u32(at + 4);
		entry->flags = acpi_u16(at + 8);
		break;
	case 3:
		entry->flags = acpi_u16(at + 2);
		entry->gsi = acpi_u32(at + 4);
		break;
	case 4:
		entry->uid = at[2];
		entry->flags = acpi_u16(at + 3);
		entry->source = at[5];
		break;
	case 5:
		entry->address = acpi_u64(at + 4);
		break;
	default:
		fill_madt_newer(at, entry);
	}
}

static bool has_nul(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == 0)
			return true;
	return false;
}

/* check_sapic: the name of the processor is a string that ends inside of the structure. */
static bool check_sapic(const uint8_t *bytes, size_t at, struct gng_acpi_fault *fault)
{
	if (bytes[at] == 7 && !has_nul(bytes + at + 16, bytes[at + 1] - 16u))
		return acpi_refuse(fault, GNG_ACPI_STRING, at + 16, MADT_CLAUSE ".10");
	return true;
}

bool acpi_read_madt(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	struct acpi_list list = {table->bytes, ACPI_LISTS_AT, table->length, NULL, 0, MADT_CLAUSE};

	list.types = acpi_madt_types(&list.num_types);
	if (table->length < ACPI_LISTS_AT)
		return acpi_refuse(fault, GNG_ACPI_LENGTH, 4, MADT_CLAUSE);
	table->as.madt.local_apic = acpi_u32(table->bytes + 36);
	table->as.madt.flags = acpi_u32(table->bytes + 40);
	for (; list.at < list.end; list.at += table->bytes[list.at + 1]) {
		if (table->num_entries++ == GNG_ACPI_MAX_ENTRIES)
			return acpi_refuse(fault, GNG_ACPI_LIMIT, list.at, "GNG_ACPI_MAX_ENTRIES");
		if (!acpi_list_check(&list, fault) || !check_sapic(table->bytes, list.at, fault))
			return false;
		if (table->bytes[list.at] == 5)
			table->as.madt.local_apic = acpi_u64(table->bytes + list.at + 4);
	}
	return true;
}

/* ---- SRAT ---- */

static const struct acpi_type srat_types[] = {
	{16, 16, "local-apic-affinity", SRAT_CLAUSE ".1"},
	{40, 40, "memory-affinity", SRAT_CLAUSE ".2"},
	{24, 24, "local-x2apic-affinity", SRAT_CLAUSE ".3"},
	{18, 18, "gicc-affinity", SRAT_CLAUSE ".4"},
	{12, 12, "gic-its-affinity", SRAT_CLAUSE ".5"},
	{32, 32, "generic-initiator-affinity", SRAT_CLAUSE ".6"},
	{32, 32, "generic-port-affinity", SRAT_CLAUSE ".7"},
	{20, 20, "rintc-affinity", SRAT_CLAUSE ".8"},
};

const struct acpi_type *acpi_srat_types(size_t *num)
{
	*num = sizeof(srat_types) / sizeof(srat_types[0]);
	return srat_types;
}

void acpi_fill_srat(const uint8_t *at, struct gng_acpi_entry *entry)
{
	switch (entry->type) {
	case 0:
		entry->domain = at[2] | (acpi_u32(at + 8) & 0xffffff00u);
		entry->id = at[3];
		entry->flags = acpi_u32(at + 4);
		break;
	case 1:
		entry->domain = acpi_u32(at + 2);
		entry->address = acpi_u64(at + 8);
		entry->size = acpi_u64(at + 16);
		entry->flags = acpi_u32(at + 28);
		break;
	case 2:
		entry->domain = acpi_u32(at + 4);
		entry->id = acpi_u32(at + 8);
		entry->flags = acpi_u32(at + 12);
		break;
	case 3:
	case 4:
		entry->domain = acpi_u32(at + 2);
		break;
	case 5:
	case 6:
		entry->domain = acpi_u32(at + 4);
		entry->flags = acpi_u32(at + 24);
		break;
	case 7:
		entry->domain = acpi_u32(at + 4);
		entry->uid = acpi_u32(at + 8);
		entry->flags = acpi_u32(at + 12);
		break;
	default:
		break;
	}
}

/* is_memory says whether a range of memory stands there that counts: the flag is "enabled". */
static bool is_memory(const uint8_t *at)
{
	return at[0] == 1 && (at[28] & 1) && acpi_u64(at + 16) != 0;
}

/* is_shared: two ranges have a byte in common and are of two proximity domains. */
static bool is_shared(const uint8_t *a, const uint8_t *b)
{
	const uint64_t a_at = acpi_u64(a + 8), b_at = acpi_u64(b + 8);
	const uint64_t a_last = a_at + (acpi_u64(a + 16) - 1);
	const uint64_t b_last = b_at + (acpi_u64(b + 16) - 1);

	return acpi_u32(a + 2) != acpi_u32(b + 2) && a_at <= b_last && b_at <= a_last;
}

static bool check_memory(const uint8_t *bytes, size_t at, struct gng_acpi_fault *fault)
{
	if (acpi_u64(bytes + at + 16) - 1 > UINT64_MAX - acpi_u64(bytes + at + 8))
		return acpi_refuse(fault, GNG_ACPI_OVERFLOW, at + 16, SRAT_CLAUSE ".2");
	for (size_t other = ACPI_SRAT_AT; other < at; other += bytes[other + 1])
		if (is_memory(bytes + other) && is_shared(bytes + other, bytes + at))
			return acpi_refuse(fault, GNG_ACPI_OVERLAP, at + 8, SRAT_CLAUSE ".2");
	return true;
}

bool acpi_read_srat(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	struct acpi_list list = {table->bytes, ACPI_SRAT_AT, table->length, NULL, 0, SRAT_CLAUSE};
	uint32_t num_ranges = 0;

	list.types = acpi_srat_types(&list.num_types);
	if (table->length < ACPI_SRAT_AT)
		return acpi_refuse(fault, GNG_ACPI_LENGTH, 4, SRAT_CLAUSE);
	for (; list.at < list.end; list.at += table->bytes[list.at + 1]) {
		if (table->num_entries++ == GNG_ACPI_MAX_ENTRIES)
			return acpi_refuse(fault, GNG_ACPI_LIMIT, list.at, "GNG_ACPI_MAX_ENTRIES");
		if (!acpi_list_check(&list, fault))
			return false;
		if (!is_memory(table->bytes + list.at))
			continue;
		if (num_ranges++ == GNG_ACPI_MAX_RANGES)
			return acpi_refuse(fault, GNG_ACPI_LIMIT, list.at, "GNG_ACPI_MAX_RANGES");
		if (!check_memory(table->bytes, list.at, fault))
			return false;
	}
	return true;
}
