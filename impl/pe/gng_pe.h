/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_pe.h - reads a PE image (PE32 and PE32+) from bytes that nobody vouches for.
 *
 * Headers, section table, certificate table and base relocations; clauses are the headings of
 * Microsoft's PE Format specification. Nothing is allocated, nothing is written but what the caller
 * hands over, and the work is bounded by the square of GNG_PE_MAX_SECTIONS and, for relocations, by
 * the length of their directory. It compiles freestanding.
 */
#ifndef GNG_PE_H
#define GNG_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_PE_MAX_SECTIONS 96u /* what Windows loads: "COFF File Header" */

enum gng_pe_error {
	GNG_PE_SOUND,
	GNG_PE_TRUNCATED, /* the input ends inside of the DOS header */
	GNG_PE_SIGNATURE, /* no MZ, PE or magic where one must be */
	GNG_PE_LENGTH,	  /* a header or block is shorter than its fixed part */
	GNG_PE_BEYOND,	  /* something ends behind what holds it */
	GNG_PE_VALUE,	  /* a field has a value that the specification excludes */
	GNG_PE_ALIGNMENT, /* an address or offset is not aligned */
	GNG_PE_OVERLAP,	  /* two parts claim the same bytes */
};

/* gng_pe_fault says what is wrong, at which byte of the input, by which clause. */
struct gng_pe_fault {
	enum gng_pe_error error;
	size_t offset;
	const char *clause; /* static, never NULL after a refusal */
};

const char *gng_pe_error_name(enum gng_pe_error error); /* words of the JSON */
const char *gng_pe_error_text(enum gng_pe_error error); /* a part of a sentence */

/* gng_pe is an image that was read. It points into the bytes that it was read from. */
struct gng_pe {
	const uint8_t *bytes;
	size_t len;
	bool is_64; /* PE32+ */
	uint16_t machine, characteristics, subsystem;
	uint32_t timestamp, entry, section_alignment, file_alignment, image_len, headers_len;
	uint64_t image_base;
	uint32_t num_sections, num_directories, num_relocations; /* of type 0: not counted */
	size_t sections_at, directories_at;			 /* in the file */
	size_t relocations_at, relocations_end;			 /* in the file; equal: none */
};

/* gng_pe_read reads bytes[0..len). GNG_EFORMAT and *fault for the first rule that is broken: DOS
 * header, COFF header, optional header, sections from front to back, certificates, relocations;
 * *image then has nothing. bytes may be NULL if len is 0. */
GNG_MUST enum gng_status gng_pe_read(struct gng_pe *image, struct gng_pe_fault *fault,
				     const void *bytes, size_t len);

struct gng_pe_section {
	char name[9]; /* bytes that are no ASCII text are '?' */
	uint32_t address, size, file_at, file_len, characteristics;
};

/* gng_pe_section_at gives section i of an image that was accepted; false if there is none. */
bool gng_pe_section_at(const struct gng_pe *image, uint32_t i, struct gng_pe_section *section);

/* gng_pe_relocation is a place in the loaded image whose width bytes hold an address. */
struct gng_pe_relocation {
	uint32_t address;
	uint8_t type, width;
};

/* gng_pe_walk is where a walk over relocations stands; begin with zeros. */
struct gng_pe_walk {
	size_t at, block_end;
	uint32_t page;
};

/* gng_pe_next gives the next relocation of an image that was accepted; false at the end. */
bool gng_pe_next(const struct gng_pe *image, struct gng_pe_walk *walk,
		 struct gng_pe_relocation *relocation);

#ifdef __cplusplus
}
#endif

#endif /* GNG_PE_H */
