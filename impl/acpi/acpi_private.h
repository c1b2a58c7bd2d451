/* SPDX-License-Identifier: Apache-2.0 */
/* acpi_private.h - little-endian fields, refusals, and one reader a table: ACPI 6.6, 5.2. */
#ifndef ACPI_PRIVATE_H
#define ACPI_PRIVATE_H

#include "gng_acpi.h"

#define ACPI "ACPI 6.6, "
#define ACPI_HEADER_LEN 36u /* 5.2.6 */
#define ACPI_LISTS_AT 44u   /* MADT, MCFG and SLIT; SRAT's begin at 48 */
#define ACPI_SRAT_AT 48u

static inline uint16_t acpi_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t acpi_u32(const uint8_t *p)
{
	return acpi_u16(p) | (uint32_t)acpi_u16(p + 2) << 16;
}

static inline uint64_t acpi_u64(const uint8_t *p)
{
	return acpi_u32(p) | (uint64_t)acpi_u32(p + 4) << 32;
}

/* acpi_refuse returns false, so that a check reads `return acpi_refuse(...)`. */
static inline bool acpi_refuse(struct gng_acpi_fault *fault, enum gng_acpi_error error,
			       size_t offset, const char *clause)
{
	*fault = (struct gng_acpi_fault){.error = error, .offset = offset, .clause = clause};
	return false;
}

/* Each takes a table with a sound header and reads the rest, or refuses. */
bool acpi_read_fadt(struct gng_acpi *table, struct gng_acpi_fault *fault);
bool acpi_read_hpet(struct gng_acpi *table, struct gng_acpi_fault *fault);
bool acpi_read_madt(struct gng_acpi *table, struct gng_acpi_fault *fault);
bool acpi_read_mcfg(struct gng_acpi *table, struct gng_acpi_fault *fault);
bool acpi_read_slit(struct gng_acpi *table, struct gng_acpi_fault *fault);
bool acpi_read_srat(struct gng_acpi *table, struct gng_acpi_fault *fault);

/* Each fills what its table says at entry->offset, beyond type, len and name. */
void acpi_fill_madt(const uint8_t *at, struct gng_acpi_entry *entry);
void acpi_fill_mcfg(const uint8_t *at, struct gng_acpi_entry *entry);
void acpi_fill_srat(const uint8_t *at, struct gng_acpi_entry *entry);

/* acpi_type says which lengths a type of structure may have, and where that stands. */
struct acpi_type {
	uint8_t min, max;
	const char *name, *clause;
};

/* acpi_types_of returns the types of a MADT or SRAT, *num of them. */
const struct acpi_type *acpi_madt_types(size_t *num);
const struct acpi_type *acpi_srat_types(size_t *num);

/* acpi_list is a list of structures that begin with type and length. */
struct acpi_list {
	const uint8_t *bytes;
	size_t at, end;
	const struct acpi_type *types;
	size_t num_types;
	const char *clause; /* of the list */
};

/* acpi_list_check refuses the structure at list->at if it does not fit there or its type. */
bool acpi_list_check(const struct acpi_list *list, struct gng_acpi_fault *fault);

#endif /* ACPI_PRIVATE_H */
