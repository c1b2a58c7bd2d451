/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - DOS, COFF and optional header, certificate table: Microsoft PE Format. */
#include "pe_private.h"

#define DOS_CLAUSE PE "MS-DOS Stub"
#define COFF_CLAUSE PE "COFF File Header"
#define OPTIONAL_CLAUSE PE "Optional Header"
#define WINDOWS_CLAUSE PE "Optional Header Windows-Specific Fields"

/* where the headers begin in the file */
struct places {
	size_t coff, optional, optional_len;
};

static bool read_dos(const struct gng_pe *image, struct places *places, struct gng_pe_fault *fault)
{
	uint32_t at;

	if (image->len < 64)
		return pe_refuse(fault, GNG_PE_TRUNCATED, image->len, DOS_CLAUSE);
	if (image->bytes[0] != 'M' || image->bytes[1] != 'Z')
		return pe_refuse(fault, GNG_PE_SIGNATURE, 0, DOS_CLAUSE);
	at = pe_u32(image->bytes + 0x3c);
	if (at > image->len || image->len - at < 24)
		return pe_refuse(fault, GNG_PE_BEYOND, 0x3c, DOS_CLAUSE);
	if (pe_u32(image->bytes + at) != 0x00004550)
		return pe_refuse(fault, GNG_PE_SIGNATURE, at, PE "Signature");
	places->coff = (size_t)at + 4;
	places->optional = (size_t)at + 24;
	return true;
}

static bool read_coff(struct gng_pe *image, struct places *places, struct gng_pe_fault *fault)
{
	const uint8_t *coff = image->bytes + places->coff;
	const size_t left = image->len - places->optional;

	image->machine = pe_u16(coff);
	image->num_sections = pe_u16(coff + 2);
	image->timestamp = pe_u32(coff + 4);
	image->characteristics = pe_u16(coff + 18);
	places->optional_len = pe_u16(coff + 16);
	image->sections_at = places->optional + places->optional_len;
	if (image->num_sections > GNG_PE_MAX_SECTIONS)
		return pe_refuse(fault, GNG_PE_VALUE, places->coff + 2, COFF_CLAUSE);
	if (places->optional_len < 2)
		return pe_refuse(fault, GNG_PE_LENGTH, places->coff + 16, COFF_CLAUSE);
	if (places->optional_len > left)
		return pe_refuse(fault, GNG_PE_BEYOND, places->coff + 16, COFF_CLAUSE);
	if (image->num_sections > (left - places->optional_len) / PE_SECTION_LEN)
		return pe_refuse(fault, GNG_PE_BEYOND, places->coff + 2, COFF_CLAUSE);
	return true;
}

static bool is_power(uint32_t value)
{
	return value && !(value & (value - 1));
}

/* EDK2 links with 32 for both: small alignments of the file must be those of the sections. */
static bool check_alignments(const struct gng_pe *image, size_t at, struct gng_pe_fault *fault)
{
	const uint32_t section = image->section_alignment, file = image->file_alignment;

	if (!is_power(file) || file > 0x10000 || (file < 512 && file != section))
		return pe_refuse(fault, GNG_PE_VALUE, at + 36, WINDOWS_CLAUSE);
	if (!is_power(section) || section < file)
		return pe_refuse(fault, GNG_PE_VALUE, at + 32, WINDOWS_CLAUSE);
	if (image->image_len % section)
		return pe_refuse(fault, GNG_PE_ALIGNMENT, at + 56, WINDOWS_CLAUSE);
	return true;
}

static bool check_sizes(const struct gng_pe *image, size_t at, struct gng_pe_fault *fault)
{
	const size_t end = image->sections_at + (size_t)image->num_sections * PE_SECTION_LEN;

	if (image->headers_len < end)
		return pe_refuse(fault, GNG_PE_LENGTH, at + 60, WINDOWS_CLAUSE);
	if (image->headers_len > image->len || image->headers_len > image->image_len)
		return pe_refuse(fault, GNG_PE_BEYOND, at + 60, WINDOWS_CLAUSE);
	if (image->entry >= image->image_len)
		return pe_refuse(fault, GNG_PE_BEYOND, at + 16,
				 PE "Optional Header Standard Fields");
	return true;
}

static bool read_optional(struct gng_pe *image, const struct places *places,
			  struct gng_pe_fault *fault)
{
	const size_t at = places->optional;
	const uint8_t *bytes = image->bytes + at;
	const uint16_t magic = pe_u16(bytes);
	size_t fixed;

	if (magic != 0x10b && magic != 0x20b)
		return pe_refuse(fault, GNG_PE_SIGNATURE, at, OPTIONAL_CLAUSE);
	image->is_64 = magic == 0x20b;
	fixed = image->is_64 ? 112 : 96;
	if (places->optional_len < fixed)
		return pe_refuse(fault, GNG_PE_LENGTH, places->coff + 16, OPTIONAL_CLAUSE);
	image->entry = pe_u32(bytes + 16);
	image->image_base = image->is_64 ? pe_u64(bytes + 24) : pe_u32(bytes + 28);
	image->section_alignment = pe_u32(bytes + 32);
	image->file_alignment = pe_u32(bytes + 36);
	image->image_len = pe_u32(bytes + 56);
	image->headers_len = pe_u32(bytes + 60);
	image->subsystem = pe_u16(bytes + 68);
	image->num_directories = pe_u32(bytes + fixed - 4);
	image->directories_at = at + fixed;
	if (image->num_directories > (places->optional_len - fixed) / 8)
		return pe_refuse(fault, GNG_PE_BEYOND, at + fixed - 4, WINDOWS_CLAUSE);
	return check_alignments(image, at, fault) && check_sizes(image, at, fault);
}

/* The certificates are the one directory with an offset in the file for its address. */
static bool check_certificates(const struct gng_pe *image, struct gng_pe_fault *fault)
{
	const size_t at = image->directories_at + (size_t)8 * 4;
	uint64_t end;

	if (image->num_directories <= 4)
		return true;
	end = (uint64_t)pe_u32(image->bytes + at) + pe_u32(image->bytes + at + 4);
	if (pe_u32(image->bytes + at + 4) && end > image->len)
		return pe_refuse(fault, GNG_PE_BEYOND, at, PE "The Attribute Certificate Table");
	return true;
}

static bool read_all(struct gng_pe *image, struct gng_pe_fault *fault)
{
	struct places places;

	return read_dos(image, &places, fault) && read_coff(image, &places, fault) &&
	       read_optional(image, &places, fault) && pe_read_sections(image, fault) &&
	       check_certificates(image, fault) && pe_read_relocations(image, fault);
}

enum gng_status gng_pe_read(struct gng_pe *image, struct gng_pe_fault *fault, const void *bytes,
			    size_t len)
{
	*image = (struct gng_pe){.bytes = bytes, .len = len};
	*fault = (struct gng_pe_fault){.error = GNG_PE_SOUND};
	if (read_all(image, fault))
		return GNG_OK;
	*image = (struct gng_pe){.bytes = NULL};
	return GNG_EFORMAT;
}

static const struct {
	const char *name, *text;
} errors[] = {
	[GNG_PE_SOUND] = {"sound", "nothing is wrong"},
	[GNG_PE_TRUNCATED] = {"truncated", "the input ends inside of the DOS header"},
	[GNG_PE_SIGNATURE] = {"signature", "no image has this here"},
	[GNG_PE_LENGTH] = {"length", "this is shorter than its fixed part"},
	[GNG_PE_BEYOND] = {"beyond", "this ends behind what holds it"},
	[GNG_PE_VALUE] = {"value", "the specification excludes this value"},
	[GNG_PE_ALIGNMENT] = {"alignment", "this is not aligned"},
	[GNG_PE_OVERLAP] = {"overlap", "this claims bytes that another part has"},
};

const char *gng_pe_error_name(enum gng_pe_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].name : "?";
}

const char *gng_pe_error_text(enum gng_pe_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].text : "?";
}
