/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - header, sum, pointers: ACPI 6.6, 5.2.5 to 5.2.8. */
#include "acpi_private.h"

/* The clauses of this file. */
#define RSDP_CLAUSE ACPI "5.2.5.3"
#define HEADER_CLAUSE ACPI "5.2.6"

static bool is_equal(const uint8_t *bytes, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != (uint8_t)text[i])
			return false;
	return true;
}

static uint8_t sum(const uint8_t *bytes, size_t len)
{
	uint8_t total = 0;

	for (size_t i = 0; i < len; i++)
		total = (uint8_t)(total + bytes[i]);
	return total;
}

static bool is_text(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* copy_text ends a field of len bytes at its first NUL, and replaces what is no text. */
static void copy_text(char *text, const uint8_t *bytes, size_t len)
{
	size_t i = 0;

	for (; i < len && bytes[i]; i++)
		text[i] = is_text(bytes[i]) ? (char)bytes[i] : '?';
	text[i] = '\0';
}

/* ---- RSDP ---- */

static bool read_rsdp_extension(struct gng_acpi *table, struct gng_acpi_fault *fault, size_t len)
{
	if (len < 36)
		return acpi_refuse(fault, GNG_ACPI_TRUNCATED, len, RSDP_CLAUSE);
	table->length = acpi_u32(table->bytes + 20);
	if (table->length < 36 || table->length > len)
		return acpi_refuse(fault, GNG_ACPI_LENGTH, 20, RSDP_CLAUSE);
	if (table->length > GNG_ACPI_MAX_LEN)
		return acpi_refuse(fault, GNG_ACPI_LIMIT, 20, "GNG_ACPI_MAX_LEN");
	if (sum(table->bytes, table->length) != 0)
		return acpi_refuse(fault, GNG_ACPI_CHECKSUM, 32, RSDP_CLAUSE);
	table->as.rsdp.xsdt = acpi_u64(table->bytes + 24);
	return true;
}

static bool read_rsdp(struct gng_acpi *table, struct gng_acpi_fault *fault, size_t len)
{
	table->kind = GNG_ACPI_RSDP;
	if (len < 20)
		return acpi_refuse(fault, GNG_ACPI_TRUNCATED, len, RSDP_CLAUSE);
	copy_text(table->signature, table->bytes, 8);
	copy_text(table->oem_id, table->bytes + 9, 6);
	table->revision = table->bytes[15];
	table->length = 20;
	if (sum(table->bytes, 20) != 0)
		return acpi_refuse(fault, GNG_ACPI_CHECKSUM, 8, RSDP_CLAUSE);
	table->as.rsdp.rsdt = acpi_u32(table->bytes + 16);
	if (table->revision >= 2 && !read_rsdp_extension(table, fault, len))
		return false;
	if (table->as.rsdp.rsdt == 0 && table->as.rsdp.xsdt == 0)
		return acpi_refuse(fault, GNG_ACPI_NULL, 16, RSDP_CLAUSE);
	return true;
}

/* ---- RSDT and XSDT ---- */

static bool read_pointers(struct gng_acpi *table, struct gng_acpi_fault *fault, size_t width,
			  const char *clause)
{
	const size_t rest = table->length - ACPI_HEADER_LEN;

	if (rest % width != 0)
		return acpi_refuse(fault, GNG_ACPI_ENTRY_TRUNCATED, table->length - rest % width,
				   clause);
	for (size_t at = ACPI_HEADER_LEN; at < table->length; at += width)
		if (acpi_u32(table->bytes + at) == 0 &&
		    (width == 4 || acpi_u32(table->bytes + at + 4) == 0))
			return acpi_refuse(fault, GNG_ACPI_NULL, at, clause);
	table->num_entries = (uint32_t)(rest / width);
	return true;
}

static bool read_rsdt(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	return read_pointers(table, fault, 4, ACPI "5.2.7");
}

static bool read_xsdt(struct gng_acpi *table, struct gng_acpi_fault *fault)
{
	return read_pointers(table, fault, 8, ACPI "5.2.8");
}

/* ---- any ---- */

static const struct {
	const char *signature;
	enum gng_acpi_kind kind;
	bool (*read)(struct gng_acpi *table, struct gng_acpi_fault *fault);
} readers[] = {
	{"RSDT", GNG_ACPI_RSDT, read_rsdt},	 {"XSDT", GNG_ACPI_XSDT, read_xsdt},
	{"APIC", GNG_ACPI_MADT, acpi_read_madt}, {"FACP", GNG_ACPI_FADT, acpi_read_fadt},
	{"MCFG", GNG_ACPI_MCFG, acpi_read_mcfg}, {"HPET", GNG_ACPI_HPET, acpi_read_hpet},
	{"SRAT", GNG_ACPI_SRAT, acpi_read_srat}, {"SLIT", GNG_ACPI_SLIT, acpi_read_slit},
};

/* FACS begins with a signature and a length, and has neither header nor sum: 5.2.10. */
static bool has_header(const uint8_t *bytes)
{
	for (size_t i = 0; i < 4; i++)
		if (!is_text(bytes[i]))
			return false;
	return !is_equal(bytes, "FACS", 4);
}

static bool read_header(struct gng_acpi *table, struct gng_acpi_fault *fault, size_t len)
{
	const uint8_t *bytes = table->bytes;

	if (len < ACPI_HEADER_LEN)
		return acpi_refuse(fault, GNG_ACPI_TRUNCATED, len, HEADER_CLAUSE);
	if (!has_header(bytes))
		return acpi_refuse(fault, GNG_ACPI_SIGNATURE, 0, HEADER_CLAUSE);
	table->length = acpi_u32(bytes + 4);
	if (table->length < ACPI_HEADER_LEN || table->length > len)
		return acpi_refuse(fault, GNG_ACPI_LENGTH, 4, HEADER_CLAUSE);
	if (table->length > GNG_ACPI_MAX_LEN)
		return acpi_refuse(fault, GNG_ACPI_LIMIT, 4, "GNG_ACPI_MAX_LEN");
	if (sum(bytes, table->length) != 0)
		return acpi_refuse(fault, GNG_ACPI_CHECKSUM, 9, HEADER_CLAUSE);
	copy_text(table->signature, bytes, 4);
	copy_text(table->oem_id, bytes + 10, 6);
	copy_text(table->oem_table_id, bytes + 16, 8);
	table->revision = bytes[8];
	return true;
}

static bool read_any(struct gng_acpi *table, struct gng_acpi_fault *fault, size_t len)
{
	if (len >= 8 && is_equal(table->bytes, "RSD PTR ", 8))
		return read_rsdp(table, fault, len);
	if (!read_header(table, fault, len))
		return false;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (is_equal(table->bytes, readers[i].signature, 4)) {
			table->kind = readers[i].kind;
			return readers[i].read(table, fault);
		}
	return true;
}

enum gng_status gng_acpi_read(struct gng_acpi *table, struct gng_acpi_fault *fault,
			      const void *bytes, size_t len)
{
	*table = (struct gng_acpi){.bytes = bytes};
	*fault = (struct gng_acpi_fault){.error = GNG_ACPI_SOUND};
	if (read_any(table, fault, len))
		return GNG_OK;
	*table = (struct gng_acpi){.bytes = NULL};
	return fault->error == GNG_ACPI_LIMIT ? GNG_ELIMIT : GNG_EFORMAT;
}
