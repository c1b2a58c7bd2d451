/* SPDX-License-Identifier: Apache-2.0 */
/* acpi_cmd.c - the program gonogo-acpi, `gonogo acpi FILE`: one ACPI table, read or refused. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <gng_acpi.h>
#include <gng_filearg.h>

static const char help[] =
	"usage: gonogo acpi FILE [--json]\n"
	"\n"
	"Reads one ACPI table: RSDP, RSDT, XSDT, MADT, FADT, MCFG, HPET, SRAT or SLIT whole, of\n"
	"any other the header and the sum. FILE may be one of /sys/firmware/acpi/tables.\n"
	"\n"
	"  --json   one JSON object on stdout, for a refused table too\n"
	"\n"
	"Exit status: 0 sound, 1 refused (error, offset and clause are named), 2 usage, 99 the\n"
	"file cannot be read.";

static const char *const kinds[] = {"other", "rsdp", "rsdt", "xsdt", "madt",
				    "fadt",  "mcfg", "hpet", "srat", "slit"};

/* ---- JSON ---- */

/* json_text prints a string whose bytes are printable ASCII already. */
static void json_text(const char *name, const char *text)
{
	printf(",\"%s\":\"", name);
	for (; *text; text++)
		printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
	putchar('"');
}

static void json_number(const char *name, uint64_t number)
{
	printf(",\"%s\":%" PRIu64, name, number);
}

/* json_address prints a string: a JSON number of 64 bits is not one everywhere. */
static void json_address(const char *name, uint64_t address)
{
	printf(",\"%s\":\"0x%" PRIx64 "\"", name, address);
}

static void json_fixed(const struct gng_acpi *table)
{
	switch (table->kind) {
	case GNG_ACPI_RSDP:
		json_address("rsdt", table->as.rsdp.rsdt);
		json_address("xsdt", table->as.rsdp.xsdt);
		break;
	case GNG_ACPI_MADT:
		json_address("local_apic", table->as.madt.local_apic);
		json_number("flags", table->as.madt.flags);
		break;
	case GNG_ACPI_FADT:
		json_address("dsdt", table->as.fadt.dsdt);
		json_address("facs", table->as.fadt.facs);
		json_number("flags", table->as.fadt.flags);
		json_number("sci_interrupt", table->as.fadt.sci_interrupt);
		json_number("profile", table->as.fadt.profile);
		break;
	case GNG_ACPI_HPET:
		json_address("address", table->as.hpet.address);
		json_number("block_id", table->as.hpet.block_id);
		json_number("min_tick", table->as.hpet.min_tick);
		json_number("number", table->as.hpet.number);
		break;
	default:
		break;
	}
}

static void json_entry(const struct gng_acpi_entry *entry)
{
	printf("{\"offset\":%zu", entry->offset);
	json_text("name", entry->name);
	json_number("type", entry->type);
	json_number("len", entry->len);
	json_address("address", entry->address);
	json_address("size", entry->size);
	json_number("id", entry->id);
	json_number("uid", entry->uid);
	json_number("domain", entry->domain);
	json_number("gsi", entry->gsi);
	json_number("flags", entry->flags);
	json_number("source", entry->source);
	json_number("first_bus", entry->first_bus);
	json_number("last_bus", entry->last_bus);
	putchar('}');
}

static void json_entries(const struct gng_acpi *table)
{
	struct gng_acpi_entry entry;
	const char *comma = "";

	printf(",\"entries\":[");
	for (size_t at = 0; gng_acpi_next(table, &at, &entry); comma = ",\n") {
		fputs(comma, stdout);
		json_entry(&entry);
	}
	putchar(']');
}

static void json_distances(const struct gng_acpi *table)
{
	printf(",\"distances\":[");
	for (uint32_t from = 0; from < table->num_entries; from++) {
		fputs(from ? ",\n[" : "[", stdout);
		for (uint32_t to = 0; to < table->num_entries; to++)
			printf(to ? ",%d" : "%d", gng_acpi_distance(table, from, to));
		putchar(']');
	}
	putchar(']');
}

static void print_json(const struct gng_acpi *table)
{
	printf("{\"kind\":\"%s\"", kinds[table->kind]);
	json_text("signature", table->signature);
	json_number("length", table->length);
	json_number("revision", table->revision);
	json_text("oem_id", table->oem_id);
	json_text("oem_table_id", table->oem_table_id);
	json_fixed(table);
	if (table->kind == GNG_ACPI_SLIT)
		json_distances(table);
	else
		json_entries(table);
	puts("}");
}

/* ---- text ---- */

static void print_entry(const struct gng_acpi *table, const struct gng_acpi_entry *entry)
{
	printf("  %5zu  %-28s", entry->offset, entry->name);
	if (entry->address || entry->size)
		printf(" at 0x%" PRIx64, entry->address);
	if (entry->size)
		printf(" of 0x%" PRIx64, entry->size);
	if (table->kind == GNG_ACPI_MCFG)
		printf(" segment %u buses %u to %u", entry->id, entry->first_bus, entry->last_bus);
	else if (table->kind == GNG_ACPI_SRAT)
		printf(" domain %u id %u flags 0x%x", entry->domain, entry->id, entry->flags);
	else if (table->kind == GNG_ACPI_MADT)
		printf(" id %u uid %u gsi %u flags 0x%x", entry->id, entry->uid, entry->gsi,
		       entry->flags);
	putchar('\n');
}

static void print_text(const struct gng_acpi *table)
{
	struct gng_acpi_entry entry;

	printf("%s: %s of revision %u, %u bytes, '%s' '%s', %u entries\n", table->signature,
	       kinds[table->kind], table->revision, table->length, table->oem_id,
	       table->oem_table_id, table->num_entries);
	if (table->kind == GNG_ACPI_RSDP)
		printf("  RSDT at 0x%" PRIx64 ", XSDT at 0x%" PRIx64 "\n", table->as.rsdp.rsdt,
		       table->as.rsdp.xsdt);
	if (table->kind == GNG_ACPI_FADT)
		printf("  DSDT at 0x%" PRIx64 ", FACS at 0x%" PRIx64 ", flags 0x%x\n",
		       table->as.fadt.dsdt, table->as.fadt.facs, table->as.fadt.flags);
	if (table->kind == GNG_ACPI_HPET)
		printf("  timers at 0x%" PRIx64 "\n", table->as.hpet.address);
	for (size_t at = 0; gng_acpi_next(table, &at, &entry);)
		print_entry(table, &entry);
	for (uint32_t from = 0; table->kind == GNG_ACPI_SLIT && from < table->num_entries; from++) {
		for (uint32_t to = 0; to < table->num_entries; to++)
			printf(" %3u", gng_acpi_distance(table, from, to));
		putchar('\n');
	}
}

static int refuse(const char *path, const struct gng_acpi_fault *fault, bool json)
{
	if (json)
		printf("{\"error\":\"%s\",\"offset\":%zu,\"clause\":\"%s\"}\n",
		       gng_acpi_error_name(fault->error), fault->offset, fault->clause);
	fprintf(stderr, "gonogo: acpi: %s: at byte %zu: %s (%s); have the firmware mended\n", path,
		fault->offset, gng_acpi_error_text(fault->error), fault->clause);
	return GNG_FILEARG_REFUSED;
}

static int answer(const char *path, const uint8_t *bytes, size_t len, bool json)
{
	struct gng_acpi_fault fault;
	struct gng_acpi table;

	if (gng_acpi_read(&table, &fault, bytes, len) != GNG_OK)
		return refuse(path, &fault, json);
	if (json)
		print_json(&table);
	else
		print_text(&table);
	return GNG_FILEARG_OK;
}

int main(int argc, char **argv)
{
	static const struct gng_filearg command = {
		.verb = "acpi",
		.help = help,
		.give = "give a file of one table",
		.max_len = GNG_ACPI_MAX_LEN + 1, /* one more: that is refused by its clause */
		.cuts = true,
		.answer = answer,
	};

	return gng_filearg_main(&command, argc, argv);
}
