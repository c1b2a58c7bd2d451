/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_boot.h - reads what a loader hands to a kernel, from bytes that nobody vouches for: memory
 * maps of E820, PVH start info, multiboot2 information, coreboot tables.
 *
 * Clauses are headings of the ACPI specification 6.6 ("System Address Map Interfaces"), of Xen's
 * start_info.h, of the Multiboot2 specification 2.0 and of coreboot's coreboot_tables.h. Nothing
 * is allocated, nothing is written but what the caller hands over, and the work is bounded by the
 * input's length, and that of the map by the square of GNG_BOOT_MAX_RANGES. It compiles
 * freestanding, so a guest reads as its host does.
 */
#ifndef GNG_BOOT_H
#define GNG_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_BOOT_MAX_RANGES 256u /* of a map, before and after it is made normal */
#define GNG_BOOT_MAX_MODULES 1024u
#define GNG_BOOT_MAX_TEXT 4096u /* bytes of a command line */

enum gng_boot_error {
	GNG_BOOT_SOUND,
	GNG_BOOT_TRUNCATED, /* the input ends inside of the fixed part */
	GNG_BOOT_SIGNATURE, /* no magic where one must be */
	GNG_BOOT_LENGTH,    /* a length is below the fixed part, or not one of its type */
	GNG_BOOT_BEYOND,    /* something ends behind what holds it */
	GNG_BOOT_VALUE,	    /* a field has a value that the specification excludes */
	GNG_BOOT_CHECKSUM,  /* the bytes do not sum to what they must */
	GNG_BOOT_OVERFLOW,  /* a range ends behind 2^64 */
	GNG_BOOT_STRING,    /* a text does not end inside of what holds it */
	GNG_BOOT_TWICE,	    /* what may be there once is there twice */
	GNG_BOOT_MISSING,   /* what must be there is not */
	GNG_BOOT_LIMIT,	    /* more than GNG_BOOT_MAX_*: no fault as such */
};

/* gng_boot_fault says what is wrong, at which byte, by which clause. */
struct gng_boot_fault {
	enum gng_boot_error error;
	uint64_t offset;    /* in the input; of PVH the physical address */
	const char *clause; /* static, never NULL after a refusal */
};

const char *gng_boot_error_name(enum gng_boot_error error); /* "length" and the like, which stay */
const char *gng_boot_error_text(enum gng_boot_error error); /* a part of a sentence */

/* ---- memory maps ---- */

/* gng_boot_range is a range of physical memory; types are those of "Address Range Types". */
struct gng_boot_range {
	uint64_t address, len;
	uint32_t type;
};

enum gng_boot_type {
	GNG_BOOT_RAM = 1,
	GNG_BOOT_RESERVED = 2,
	GNG_BOOT_ACPI = 3,
	GNG_BOOT_NVS = 4,
	GNG_BOOT_UNUSABLE = 5,
	GNG_BOOT_DISABLED = 6,
	GNG_BOOT_PERSISTENT = 7,
};

/* gng_boot_map is a normal map: sorted, disjoint, no range empty, neighbours of one type joined
 * (unless they were 2^64 bytes). */
struct gng_boot_map {
	uint32_t num;
	struct gng_boot_range ranges[GNG_BOOT_MAX_RANGES];
};

/*
 * gng_boot_e820 makes a normal map of what INT 15h, E820h returned: entries of entry_len bytes (20
 * or more: what is behind is ignored). With has_attributes they have 24 or more, and one whose
 * attribute bit 0 is clear is to be ignored. Empty entries vanish. Where ranges overlap, the type
 * with more caution stands: unusable, unknown types, reserved, disabled, NVS, ACPI, persistent,
 * RAM. To make it of its own result changes nothing. GNG_EINVAL for entry_len; GNG_EFORMAT or, for
 * more ranges than GNG_BOOT_MAX_RANGES, GNG_ELIMIT, with *fault; map->num is then 0. bytes may be
 * NULL if len is 0. It needs 13 KiB of stack.
 */
GNG_MUST enum gng_status gng_boot_e820(struct gng_boot_map *map, struct gng_boot_fault *fault,
				       const void *bytes, size_t len, size_t entry_len,
				       bool has_attributes);

/* gng_boot_normalise does the same with ranges in[0..num), which may be map->ranges: a fault's
 * offset counts 24 bytes a range. */
GNG_MUST enum gng_status gng_boot_normalise(struct gng_boot_map *map, struct gng_boot_fault *fault,
					    const struct gng_boot_range *in, size_t num);

/* ---- PVH: "HVM start info" ---- */

/* gng_boot_memory is physical memory [address, address + len), which lies at bytes. */
struct gng_boot_memory {
	const uint8_t *bytes;
	uint64_t address, len;
};

struct gng_boot_pvh {
	struct gng_boot_memory memory;
	uint32_t version, flags, num_modules;
	uint64_t modules, rsdp;	  /* physical addresses, 0: none */
	const char *command_line; /* in the memory; NULL: none */
	const uint8_t *map;	  /* entries of 24 bytes, as of E820; NULL: none */
	uint32_t map_len;
};

/* gng_boot_pvh_read reads the structure at the physical address. Whatever it points to must lie in
 * memory, but for the modules' contents and the RSDP, which are not looked at. */
GNG_MUST enum gng_status gng_boot_pvh_read(struct gng_boot_pvh *pvh, struct gng_boot_fault *fault,
					   const struct gng_boot_memory *memory, uint64_t address);

struct gng_boot_module {
	uint64_t address, len;
	const char *command_line; /* NULL: none */
};

/* gng_boot_pvh_module gives module i of what was accepted; false if there is none. */
bool gng_boot_pvh_module(const struct gng_boot_pvh *pvh, uint32_t i,
			 struct gng_boot_module *module);

/* ---- multiboot2: "Boot information format" ---- */

struct gng_boot_mb2 {
	const uint8_t *bytes;
	uint32_t len; /* what stands behind is ignored */
	uint32_t num_tags, num_modules;
	const char *command_line, *loader; /* NULL: none */
	const uint8_t *rsdp;		   /* of the newer tag, if both are there; NULL: none */
	uint32_t rsdp_len;
	const uint8_t *map; /* entries of map_entry_len bytes, as of E820; NULL: none */
	uint32_t map_len, map_entry_len;
};

/* gng_boot_mb2_read reads bytes[0..len). Tags of unknown types are counted, and skipped. */
GNG_MUST enum gng_status gng_boot_mb2_read(struct gng_boot_mb2 *info, struct gng_boot_fault *fault,
					   const void *bytes, size_t len);

/* gng_boot_tag is a tag of multiboot2 or a record of coreboot, with its header of 8 bytes. */
struct gng_boot_tag {
	uint32_t type, len;
	uint32_t offset; /* in the input */
};

/* gng_boot_mb2_next gives the next tag before the last; begin with *at 0. */
bool gng_boot_mb2_next(const struct gng_boot_mb2 *info, uint32_t *at, struct gng_boot_tag *tag);

/* ---- coreboot ---- */

struct gng_boot_coreboot {
	const uint8_t *bytes;
	uint32_t len, first; /* of all, and where records begin */
	uint32_t num_records;
	uint64_t forward;   /* physical address of the table that is meant, 0: this one */
	const uint8_t *map; /* entries of 20 bytes, as of E820; NULL: none */
	uint32_t map_len;
	const char *vendor, *part; /* of the mainboard; NULL: unknown */
};

/* gng_boot_coreboot_read reads a table that begins at bytes[0] with "LBIO". */
GNG_MUST enum gng_status gng_boot_coreboot_read(struct gng_boot_coreboot *table,
						struct gng_boot_fault *fault, const void *bytes,
						size_t len);

bool gng_boot_coreboot_next(const struct gng_boot_coreboot *table, uint32_t *at,
			    struct gng_boot_tag *record);

#ifdef __cplusplus
}
#endif

#endif /* GNG_BOOT_H */
