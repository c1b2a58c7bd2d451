/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_acpi.h - reads one ACPI table from bytes that nobody vouches for.
 *
 * RSDP, RSDT, XSDT, MADT, FADT, MCFG, HPET, SRAT and SLIT are read whole; of any other table the
 * header and the sum. Clauses are those of ACPI 6.6, of the PCI Firmware Specification 3.3 (MCFG)
 * and of the IA-PC HPET Specification 1.0a (HPET). Nothing is allocated, nothing is written but the
 * two structures of the caller, and the work is bounded by the limits below. It compiles
 * freestanding, so a guest reads a table as its host does.
 */
#ifndef GNG_ACPI_H
#define GNG_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_ACPI_MAX_LEN ((size_t)16 << 20) /* bytes of one table that are looked at */
#define GNG_ACPI_MAX_ENTRIES 65536u	    /* structures of one MADT or SRAT */
#define GNG_ACPI_MAX_RANGES 1024u	    /* allocations of an MCFG, memory ranges of an SRAT */

enum gng_acpi_kind {
	GNG_ACPI_OTHER,
	GNG_ACPI_RSDP,
	GNG_ACPI_RSDT,
	GNG_ACPI_XSDT,
	GNG_ACPI_MADT,
	GNG_ACPI_FADT,
	GNG_ACPI_MCFG,
	GNG_ACPI_HPET,
	GNG_ACPI_SRAT,
	GNG_ACPI_SLIT,
};

/* gng_acpi_error is what is wrong with a table. */
enum gng_acpi_error {
	GNG_ACPI_SOUND,
	GNG_ACPI_TRUNCATED,	  /* the input ends inside of what every such table has */
	GNG_ACPI_SIGNATURE,	  /* no signature, or one whose table has no header: FACS */
	GNG_ACPI_LENGTH,	  /* the length is below the fixed part, or beyond the input */
	GNG_ACPI_CHECKSUM,	  /* the bytes do not sum to zero */
	GNG_ACPI_ENTRY_TRUNCATED, /* what is left is less than an entry's smallest part */
	GNG_ACPI_ENTRY_LENGTH,	  /* a structure's length is not one of its type, or below 2 */
	GNG_ACPI_ENTRY_BEYOND,	  /* a structure ends behind its table */
	GNG_ACPI_NULL,		  /* an address that must be one is 0 */
	GNG_ACPI_VALUE,		  /* a field has a value that the specification excludes */
	GNG_ACPI_OVERFLOW,	  /* a range ends behind 2^64 */
	GNG_ACPI_OVERLAP,	  /* a range is claimed twice */
	GNG_ACPI_STRING,	  /* a string does not end inside of its structure */
	GNG_ACPI_LIMIT,		  /* more than GNG_ACPI_MAX_*: no fault of the table as such */
};

/* gng_acpi_fault says what is wrong, at which byte of the input, by which clause ("ACPI 6.6,
 * 5.2.12"). clause is static and never NULL after a refusal. */
struct gng_acpi_fault {
	enum gng_acpi_error error;
	size_t offset;
	const char *clause;
};

/* gng_acpi is a table that was read. It points into the bytes that it was read from. */
struct gng_acpi {
	const uint8_t *bytes;
	uint32_t length; /* of the table; what stands behind it is ignored */
	enum gng_acpi_kind kind;
	uint8_t revision;
	char signature[9], oem_id[7], oem_table_id[9]; /* bytes that are no ASCII text are '?' */
	uint32_t num_entries; /* pointers, structures, allocations, localities */
	union {
		struct {
			uint64_t rsdt, xsdt; /* physical addresses, 0: none */
		} rsdp;
		struct {
			uint64_t local_apic; /* that of the override structure, if there is one */
			uint32_t flags;
		} madt;
		struct {
			uint64_t dsdt, facs; /* the 64-bit fields where they are not 0 */
			uint32_t flags;
			uint16_t sci_interrupt;
			uint8_t profile;
		} fadt;
		struct {
			uint64_t address;
			uint32_t block_id;
			uint16_t min_tick;
			uint8_t number;
		} hpet;
	} as;
};

/*
 * gng_acpi_read reads the table that begins at bytes[0]. GNG_EFORMAT and *fault if it breaks a
 * rule, GNG_ELIMIT and *fault if it is larger than this reader wants to look at; *table then has
 * nothing. A fault is the first one in the order header, fixed part, entries from front to back.
 * bytes may be NULL if len is 0.
 */
GNG_MUST enum gng_status gng_acpi_read(struct gng_acpi *table, struct gng_acpi_fault *fault,
				       const void *bytes, size_t len);

/* gng_acpi_error_name returns "entry-length" and the like: words of the JSON, which stay. */
const char *gng_acpi_error_name(enum gng_acpi_error error);

/* gng_acpi_error_text returns what the error means, as a part of a sentence. */
const char *gng_acpi_error_text(enum gng_acpi_error error);

/* gng_acpi_entry is one pointer of RSDT or XSDT, structure of MADT or SRAT, allocation of MCFG. A
 * field that its type does not have is 0. */
struct gng_acpi_entry {
	size_t offset;	   /* in the table */
	uint8_t type, len; /* of a structure; len of the others is 4, 8 and 16 */
	const char *name;  /* of the type: "io-apic"; "reserved" or "oem" where it has none */
	uint64_t address, size;
	uint32_t id;	 /* of the processor or controller; segment of an allocation */
	uint32_t uid;	 /* of the processor in the namespace */
	uint32_t domain; /* proximity domain */
	uint32_t gsi;	 /* first or only global system interrupt */
	uint32_t flags;
	uint8_t first_bus, last_bus, source;
};

/*
 * gng_acpi_next fills *entry with what stands at *at and moves *at behind it; begin with 0. false
 * at the end, and for a table without entries. Only for a table that gng_acpi_read has accepted
 * and whose bytes have not changed since.
 */
bool gng_acpi_next(const struct gng_acpi *table, size_t *at, struct gng_acpi_entry *entry);

/* gng_acpi_distance returns entry (from, to) of a SLIT: 10 is local, 255 unreachable; 0 if the
 * table has no such entry. */
uint8_t gng_acpi_distance(const struct gng_acpi *table, uint32_t from, uint32_t to);

#ifdef __cplusplus
}
#endif

#endif /* GNG_ACPI_H */
