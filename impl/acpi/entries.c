/* SPDX-License-Identifier: Apache-2.0 */
/* entries.c - the entries of a table that was accepted, one by one, and the names of errors. */
#include "acpi_private.h"

static void fill_pointer(const uint8_t *at, struct gng_acpi_entry *entry, uint8_t width)
{
	entry->len = width;
	entry->name = "pointer";
	entry->address = width == 4 ? acpi_u32(at) : acpi_u64(at);
}

static void fill_structure(const uint8_t *at, struct gng_acpi_entry *entry, bool is_madt)
{
	size_t num;
	const struct acpi_type *types = is_madt ? acpi_madt_types(&num) : acpi_srat_types(&num);

	entry->type = at[0];
	entry->len = at[1];
	entry->name = is_madt && at[0] >= 0x80 ? "oem" : "reserved";
	if (at[0] >= num)
		return;
	entry->name = types[at[0]].name;
	if (is_madt)
		acpi_fill_madt(at, entry);
	else
		acpi_fill_srat(at, entry);
}

bool gng_acpi_next(const struct gng_acpi *table, size_t *at, struct gng_acpi_entry *entry)
{
	const bool is_pointer = table->kind == GNG_ACPI_RSDT || table->kind == GNG_ACPI_XSDT;
	const bool is_list = table->kind == GNG_ACPI_MADT || table->kind == GNG_ACPI_SRAT;
	const uint8_t *bytes;

	if (*at == 0)
		*at = is_pointer		     ? ACPI_HEADER_LEN
		      : table->kind == GNG_ACPI_SRAT ? ACPI_SRAT_AT
						     : ACPI_LISTS_AT;
	if (*at >= table->length || (!is_pointer && !is_list && table->kind != GNG_ACPI_MCFG))
		return false;
	*entry = (struct gng_acpi_entry){.offset = *at};
	bytes = table->bytes + *at;
	if (is_pointer)
		fill_pointer(bytes, entry, table->kind == GNG_ACPI_RSDT ? 4 : 8);
	else if (is_list)
		fill_structure(bytes, entry, table->kind == GNG_ACPI_MADT);
	else
		acpi_fill_mcfg(bytes, entry);
	*at += entry->len;
	return true;
}

static const struct {
	const char *name, *text;
} errors[] = {
	[GNG_ACPI_SOUND] = {"sound", "nothing is wrong"},
	[GNG_ACPI_TRUNCATED] = {"truncated", "the input ends inside of the fixed part"},
	[GNG_ACPI_SIGNATURE] = {"signature", "no table with a header begins here"},
	[GNG_ACPI_LENGTH] = {"length",
			     "the length is less than the fixed part or beyond the input"},
	[GNG_ACPI_CHECKSUM] = {"checksum", "the bytes do not sum to zero"},
	[GNG_ACPI_ENTRY_TRUNCATED] = {"entry-truncated", "the last entry is not whole"},
	[GNG_ACPI_ENTRY_LENGTH] = {"entry-length", "the length is none of this type"},
	[GNG_ACPI_ENTRY_BEYOND] = {"entry-beyond", "the structure ends behind its table"},
	[GNG_ACPI_NULL] = {"null-address", "the address is 0"},
	[GNG_ACPI_VALUE] = {"value", "the specification excludes this value"},
	[GNG_ACPI_OVERFLOW] = {"overflow", "the range ends behind 2^64"},
	[GNG_ACPI_OVERLAP] = {"overlap", "the range is claimed twice"},
	[GNG_ACPI_STRING] = {"string", "the string does not end inside of its structure"},
	[GNG_ACPI_LIMIT] = {"limit", "the table has more than this reader looks at"},
};

const char *gng_acpi_error_name(enum gng_acpi_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].name : "?";
}

const char *gng_acpi_error_text(enum gng_acpi_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].text : "?";
}
