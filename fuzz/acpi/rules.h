/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules of ACPI tables as rows, and who breaks the first: the oracle of rejection.
 *
 * It shares no code with impl/acpi and is written the other way round: rows that are interpreted,
 * numbers of 128 bits, every byte fetched with its bounds. gonogo has no other oracle for broken
 * tables: iasl 20200925 does not end on a length of 4, and takes an overrunning structure.
 */
#ifndef FUZZ_ACPI_RULES_H
#define FUZZ_ACPI_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 rules_wide;

struct rules_input {
	const uint8_t *bytes;
	size_t len;
};

/* rules_broken is the first rule that an input breaks; error NULL if there is none. */
struct rules_broken {
	const char *error;
	size_t offset;
	const char *clause;
	uint32_t num_entries; /* of a sound table */
};

/* rules_get fetches width bytes, little-endian; what is not there reads as 0. */
static inline uint64_t rules_get(const struct rules_input *input, size_t at, unsigned int width)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < width; i++)
		if (at + i < input->len)
			value |= (uint64_t)input->bytes[at + i] << 8 * i;
	return value;
}

static inline bool rules_break(struct rules_broken *broken, const char *error, size_t offset,
			       const char *clause)
{
	broken->error = error;
	broken->offset = offset;
	broken->clause = clause;
	return false;
}

static inline bool rules_sums(const struct rules_input *input, size_t len)
{
	unsigned int total = 0;

	for (size_t i = 0; i < len; i++)
		total += input->bytes[i];
	return total % 256 == 0;
}

/* ---- fixed parts ---- */

enum rules_what {
	RULES_LENGTH,	 /* a: from this revision on, b: least length */
	RULES_NONZERO,	 /* a: offset, b: width */
	RULES_ZERO,	 /* a: offset of a byte */
	RULES_EVENT_LEN, /* of a FADT */
	RULES_TIMER_LEN,
	RULES_DSDT,
};

struct rules_row {
	const char *signature;
	enum rules_what what;
	uint32_t a, b;
	const char *clause;
};

static const struct rules_row rules_rows[] = {
	{"APIC", RULES_LENGTH, 0, 44, "ACPI 6.6, 5.2.12"},
	{"SRAT", RULES_LENGTH, 0, 48, "ACPI 6.6, 5.2.16"},
	{"SLIT", RULES_LENGTH, 0, 44, "ACPI 6.6, 5.2.17"},
	{"MCFG", RULES_LENGTH, 0, 44, "PCI Firmware 3.3, 4.1.2"},
	{"HPET", RULES_LENGTH, 0, 56, "IA-PC HPET 1.0a, 3.2.4"},
	{"HPET", RULES_ZERO, 40, 0, "IA-PC HPET 1.0a, 3.2.4"},
	{"HPET", RULES_NONZERO, 44, 8, "IA-PC HPET 1.0a, 3.2.4"},
	{"FACP", RULES_LENGTH, 0, 116, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_LENGTH, 3, 244, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_LENGTH, 5, 268, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_LENGTH, 6, 276, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_DSDT, 0, 0, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_EVENT_LEN, 0, 0, "ACPI 6.6, 5.2.9"},
	{"FACP", RULES_TIMER_LEN, 0, 0, "ACPI 6.6, 5.2.9"},
};

static inline bool rules_has_hardware(const struct rules_input *table)
{
	return (rules_get(table, 112, 4) >> 20 & 1) == 0;
}

static inline bool rules_fadt(const struct rules_input *table, const struct rules_row *row,
			      struct rules_broken *broken)
{
	const uint64_t event = rules_get(table, 88, 1), timer = rules_get(table, 91, 1);
	const bool wide = table->len >= 148;

	if (row->what == RULES_DSDT && rules_get(table, 40, 4) == 0 &&
	    (!wide || rules_get(table, 140, 8) == 0))
		return rules_break(broken, "null-address", 40, row->clause);
	if (row->what == RULES_EVENT_LEN && rules_has_hardware(table) && event < 4)
		return rules_break(broken, "value", 88, row->clause);
	if (row->what == RULES_TIMER_LEN && rules_has_hardware(table) && timer != 0 && timer != 4)
		return rules_break(broken, "value", 91, row->clause);
	return true;
}

static inline bool rules_row_holds(const struct rules_input *table, const struct rules_row *row,
				   struct rules_broken *broken)
{
	switch (row->what) {
	case RULES_LENGTH:
		return rules_get(table, 8, 1) < row->a || table->len >= row->b ||
		       rules_break(broken, "length", 4, row->clause);
	case RULES_NONZERO:
		return rules_get(table, row->a, row->b) != 0 ||
		       rules_break(broken, "null-address", row->a, row->clause);
	case RULES_ZERO:
		return rules_get(table, row->a, 1) == 0 ||
		       rules_break(broken, "value", row->a, row->clause);
	default:
		return rules_fadt(table, row, broken);
	}
}

/* ---- lists ---- */

struct rules_structure {
	char list; /* M: MADT, S: SRAT */
	uint8_t type, least, most;
	const char *clause;
};

static const struct rules_structure rules_structures[] = {
	{'M', 0, 8, 8, "ACPI 6.6, 5.2.12.2"},	   {'M', 1, 12, 12, "ACPI 6.6, 5.2.12.3"},
	{'M', 2, 10, 10, "ACPI 6.6, 5.2.12.5"},	   {'M', 3, 8, 8, "ACPI 6.6, 5.2.12.6"},
	{'M', 4, 6, 6, "ACPI 6.6, 5.2.12.7"},	   {'M', 5, 12, 12, "ACPI 6.6, 5.2.12.8"},
	{'M', 6, 16, 16, "ACPI 6.6, 5.2.12.9"},	   {'M', 7, 17, 255, "ACPI 6.6, 5.2.12.10"},
	{'M', 8, 16, 16, "ACPI 6.6, 5.2.12.11"},   {'M', 9, 16, 16, "ACPI 6.6, 5.2.12.12"},
	{'M', 10, 12, 12, "ACPI 6.6, 5.2.12.13"},  {'M', 11, 76, 82, "ACPI 6.6, 5.2.12.14"},
	{'M', 12, 24, 24, "ACPI 6.6, 5.2.12.15"},  {'M', 13, 24, 24, "ACPI 6.6, 5.2.12.16"},
	{'M', 14, 16, 16, "ACPI 6.6, 5.2.12.17"},  {'M', 15, 20, 20, "ACPI 6.6, 5.2.12.18"},
	{'M', 16, 16, 24, "ACPI 6.6, 5.2.12.19"},  {'M', 17, 15, 255, "ACPI 6.6, 5.2.12.20"},
	{'M', 18, 23, 255, "ACPI 6.6, 5.2.12.21"}, {'M', 19, 21, 255, "ACPI 6.6, 5.2.12.22"},
	{'M', 20, 13, 255, "ACPI 6.6, 5.2.12.23"}, {'M', 21, 19, 255, "ACPI 6.6, 5.2.12.24"},
	{'M', 22, 17, 255, "ACPI 6.6, 5.2.12.25"}, {'M', 23, 15, 255, "ACPI 6.6, 5.2.12.26"},
	{'M', 24, 36, 36, "ACPI 6.6, 5.2.12.27"},  {'M', 25, 16, 16, "ACPI 6.6, 5.2.12.28"},
	{'M', 26, 36, 36, "ACPI 6.6, 5.2.12.29"},  {'M', 27, 36, 36, "ACPI 6.6, 5.2.12.30"},
	{'S', 0, 16, 16, "ACPI 6.6, 5.2.16.1"},	   {'S', 1, 40, 40, "ACPI 6.6, 5.2.16.2"},
	{'S', 2, 24, 24, "ACPI 6.6, 5.2.16.3"},	   {'S', 3, 18, 18, "ACPI 6.6, 5.2.16.4"},
	{'S', 4, 12, 12, "ACPI 6.6, 5.2.16.5"},	   {'S', 5, 32, 32, "ACPI 6.6, 5.2.16.6"},
	{'S', 6, 32, 32, "ACPI 6.6, 5.2.16.7"},	   {'S', 7, 20, 20, "ACPI 6.6, 5.2.16.8"},
};

static inline bool rules_structure_fits(const struct rules_input *table, char list, size_t at,
					const char *clause, struct rules_broken *broken)
{
	const uint64_t type = rules_get(table, at, 1), len = rules_get(table, at + 1, 1);

	if (at + 2 > table->len)
		return rules_break(broken, "entry-truncated", at, clause);
	if (len < 2)
		return rules_break(broken, "entry-length", at + 1, clause);
	if (at + len > table->len)
		return rules_break(broken, "entry-beyond", at + 1, clause);
	for (size_t i = 0; i < sizeof(rules_structures) / sizeof(rules_structures[0]); i++) {
		const struct rules_structure *one = &rules_structures[i];

		if (one->list == list && one->type == type && (len < one->least || len > one->most))
			return rules_break(broken, "entry-length", at + 1, one->clause);
	}
	if (list == 'M' && type == 7 && !memchr(table->bytes + at + 16, 0, (size_t)len - 16))
		return rules_break(broken, "string", at + 16, "ACPI 6.6, 5.2.12.10");
	return true;
}

/* rules_range is what an enabled range of memory claims: [at, end) for a domain. */
static inline bool rules_range(const struct rules_input *table, size_t at, rules_wide *first,
			       rules_wide *end)
{
	*first = rules_get(table, at + 8, 8);
	*end = *first + rules_get(table, at + 16, 8);
	return rules_get(table, at, 1) == 1 && rules_get(table, at + 28, 4) % 2 == 1 &&
	       *end != *first;
}

static inline bool rules_memory(const struct rules_input *table, size_t at,
				struct rules_broken *broken)
{
	rules_wide first, end, other_first, other_end;

	if (!rules_range(table, at, &first, &end))
		return true;
	if (end > (rules_wide)1 << 64)
		return rules_break(broken, "overflow", at + 16, "ACPI 6.6, 5.2.16.2");
	for (size_t other = 48; other < at; other += (size_t)rules_get(table, other + 1, 1))
		if (rules_range(table, other, &other_first, &other_end) &&
		    rules_get(table, other + 2, 4) != rules_get(table, at + 2, 4) &&
		    !(end <= other_first || other_end <= first))
			return rules_break(broken, "overlap", at + 8, "ACPI 6.6, 5.2.16.2");
	return true;
}

static inline bool rules_list(const struct rules_input *table, char list, size_t at,
			      const char *clause, struct rules_broken *broken)
{
	for (; at < table->len; at += (size_t)rules_get(table, at + 1, 1)) {
		if (!rules_structure_fits(table, list, at, clause, broken) ||
		    (list == 'S' && !rules_memory(table, at, broken)))
			return false;
		broken->num_entries++;
	}
	return true;
}

static inline bool rules_pointers(const struct rules_input *table, unsigned int width,
				  const char *clause, struct rules_broken *broken)
{
	const size_t num = (table->len - 36) / width;

	if (36 + num * width != table->len)
		return rules_break(broken, "entry-truncated", 36 + num * width, clause);
	for (size_t i = 0; i < num; i++)
		if (rules_get(table, 36 + i * width, width) == 0)
			return rules_break(broken, "null-address", 36 + i * width, clause);
	broken->num_entries = (uint32_t)num;
	return true;
}

/* ---- MCFG and SLIT ---- */

static inline bool rules_buses_are_free(const struct rules_input *table, size_t at)
{
	const uint64_t first = rules_get(table, at + 10, 1), last = rules_get(table, at + 11, 1);

	for (size_t other = 44; other < at; other += 16)
		for (uint64_t bus = first; bus <= last; bus++)
			if (rules_get(table, other + 8, 2) == rules_get(table, at + 8, 2) &&
			    bus >= rules_get(table, other + 10, 1) &&
			    bus <= rules_get(table, other + 11, 1))
				return false;
	return true;
}

static inline bool rules_mcfg(const struct rules_input *table, struct rules_broken *broken)
{
	static const char *const clause = "PCI Firmware 3.3, 4.1.2";
	size_t at = 44;

	for (; at + 16 <= table->len; at += 16) {
		const uint64_t address = rules_get(table, at, 8);
		const uint64_t last = rules_get(table, at + 11, 1);

		if (broken->num_entries == 1024)
			return rules_break(broken, "limit", at, "GNG_ACPI_MAX_RANGES");
		if (address == 0)
			return rules_break(broken, "null-address", at, clause);
		if (rules_get(table, at + 10, 1) > last)
			return rules_break(broken, "value", at + 10, clause);
		if ((rules_wide)address + (rules_wide)(last + 1) * 1048576 > (rules_wide)1 << 64)
			return rules_break(broken, "overflow", at, clause);
		if (!rules_buses_are_free(table, at))
			return rules_break(broken, "overlap", at + 10, clause);
		broken->num_entries++;
	}
	return at == table->len || rules_break(broken, "entry-truncated", at, clause);
}

static inline bool rules_slit(const struct rules_input *table, struct rules_broken *broken)
{
	const rules_wide num = rules_get(table, 36, 8);

	if (num * num != table->len - 44)
		return rules_break(broken, "value", 36, "ACPI 6.6, 5.2.17");
	for (size_t at = 44; at < table->len; at++) {
		const uint64_t distance = rules_get(table, at, 1);
		const bool is_local = (at - 44) % ((size_t)num + 1) == 0;

		if (is_local ? distance != 10 : distance < 10)
			return rules_break(broken, "value", at, "ACPI 6.6, 5.2.17");
	}
	broken->num_entries = (uint32_t)num;
	return true;
}

/* ---- any ---- */

static inline bool rules_entries(const struct rules_input *table, struct rules_broken *broken)
{
	const char *signature = (const char *)table->bytes;

	if (memcmp(signature, "RSDT", 4) == 0)
		return rules_pointers(table, 4, "ACPI 6.6, 5.2.7", broken);
	if (memcmp(signature, "XSDT", 4) == 0)
		return rules_pointers(table, 8, "ACPI 6.6, 5.2.8", broken);
	if (memcmp(signature, "APIC", 4) == 0)
		return rules_list(table, 'M', 44, "ACPI 6.6, 5.2.12", broken);
	if (memcmp(signature, "SRAT", 4) == 0)
		return rules_list(table, 'S', 48, "ACPI 6.6, 5.2.16", broken);
	if (memcmp(signature, "MCFG", 4) == 0)
		return rules_mcfg(table, broken);
	return memcmp(signature, "SLIT", 4) != 0 || rules_slit(table, broken);
}

static inline bool rules_rsdp(const struct rules_input *input, struct rules_broken *broken)
{
	static const char *const clause = "ACPI 6.6, 5.2.5.3";
	const uint64_t len = rules_get(input, 20, 4);
	const bool is_2 = rules_get(input, 15, 1) > 1;

	if (input->len < 20)
		return rules_break(broken, "truncated", input->len, clause);
	if (!rules_sums(input, 20))
		return rules_break(broken, "checksum", 8, clause);
	if (is_2 && input->len < 36)
		return rules_break(broken, "truncated", input->len, clause);
	if (is_2 && (len < 36 || len > input->len))
		return rules_break(broken, "length", 20, clause);
	if (is_2 && !rules_sums(input, (size_t)len))
		return rules_break(broken, "checksum", 32, clause);
	if (rules_get(input, 16, 4) == 0 && (!is_2 || rules_get(input, 24, 8) == 0))
		return rules_break(broken, "null-address", 16, clause);
	return true;
}

static inline bool rules_header(const struct rules_input *input, struct rules_broken *broken)
{
	static const char *const clause = "ACPI 6.6, 5.2.6";
	const uint64_t len = rules_get(input, 4, 4);

	if (input->len < 36)
		return rules_break(broken, "truncated", input->len, clause);
	for (size_t i = 0; i < 4; i++)
		if (input->bytes[i] < ' ' || input->bytes[i] > '~')
			return rules_break(broken, "signature", 0, clause);
	if (rules_get(input, 0, 4) == 0x53434146) /* FACS */
		return rules_break(broken, "signature", 0, clause);
	if (len < 36 || len > input->len)
		return rules_break(broken, "length", 4, clause);
	return rules_sums(input, (size_t)len) || rules_break(broken, "checksum", 9, clause);
}

/* rules_judge returns the first rule that bytes[0..len) breaks. */
static inline struct rules_broken rules_judge(const uint8_t *bytes, size_t len)
{
	struct rules_broken broken = {.error = NULL};
	struct rules_input input = {bytes, len};

	if (len >= 8 && memcmp(bytes, "RSD PTR ", 8) == 0) {
		rules_rsdp(&input, &broken);
		return broken;
	}
	if (!rules_header(&input, &broken))
		return broken;
	input.len = (size_t)rules_get(&input, 4, 4);
	for (size_t i = 0; i < sizeof(rules_rows) / sizeof(rules_rows[0]); i++)
		if (memcmp(bytes, rules_rows[i].signature, 4) == 0 &&
		    !rules_row_holds(&input, &rules_rows[i], &broken))
			return broken;
	rules_entries(&input, &broken);
	return broken;
}

#endif /* FUZZ_ACPI_RULES_H */
