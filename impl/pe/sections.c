/* SPDX-License-Identifier: Apache-2.0 */
/* sections.c - section table and base relocations: Microsoft PE Format. */
#include "pe_private.h"

#define SECTION_CLAUSE PE "Section Table"
#define RELOCATION_CLAUSE PE "Base Relocation Block"

bool gng_pe_section_at(const struct gng_pe *image, uint32_t i, struct gng_pe_section *section)
{
	const uint8_t *at;

	if (i >= image->num_sections)
		return false;
	at = image->bytes + image->sections_at + (size_t)i * PE_SECTION_LEN;
	*section = (struct gng_pe_section){
		.size = pe_u32(at + 8),
		.address = pe_u32(at + 12),
		.file_len = pe_u32(at + 16),
		.file_at = pe_u32(at + 20),
		.characteristics = pe_u32(at + 36),
	};
	for (size_t c = 0; c < 8 && at[c]; c++)
		section->name[c] = at[c] >= 0x20 && at[c] < 0x7f ? (char)at[c] : '?';
	return true;
}

/* end_of is where a section ends in memory: a size of 0 means that of the file. */
static uint64_t end_of(const struct gng_pe_section *section)
{
	return (uint64_t)section->address + (section->size ? section->size : section->file_len);
}

static bool check_memory(const struct gng_pe *image, const struct gng_pe_section *section,
			 uint64_t before, size_t at, struct gng_pe_fault *fault)
{
	if (section->address % image->section_alignment)
		return pe_refuse(fault, GNG_PE_ALIGNMENT, at + 12, SECTION_CLAUSE);
	if (section->address < before)
		return pe_refuse(fault, GNG_PE_OVERLAP, at + 12, SECTION_CLAUSE);
	if (end_of(section) > image->image_len)
		return pe_refuse(fault, GNG_PE_BEYOND, at + 8, SECTION_CLAUSE);
	return true;
}

static bool check_file(const struct gng_pe *image, const struct gng_pe_section *section, uint32_t i,
		       size_t at, struct gng_pe_fault *fault)
{
	struct gng_pe_section other;
	const uint64_t end = (uint64_t)section->file_at + section->file_len;

	if (section->file_len == 0)
		return true;
	if (end > image->len)
		return pe_refuse(fault, GNG_PE_BEYOND, at + 16, SECTION_CLAUSE);
	if (section->file_at % image->file_alignment)
		return pe_refuse(fault, GNG_PE_ALIGNMENT, at + 20, SECTION_CLAUSE);
	if (section->file_at < image->headers_len)
		return pe_refuse(fault, GNG_PE_OVERLAP, at + 20, SECTION_CLAUSE);
	for (uint32_t k = 0; k < i && gng_pe_section_at(image, k, &other); k++)
		if (other.file_len && other.file_at < end &&
		    section->file_at < (uint64_t)other.file_at + other.file_len)
			return pe_refuse(fault, GNG_PE_OVERLAP, at + 20, SECTION_CLAUSE);
	return true;
}

bool pe_read_sections(struct gng_pe *image, struct gng_pe_fault *fault)
{
	uint64_t before = image->headers_len;
	struct gng_pe_section section;

	for (uint32_t i = 0; gng_pe_section_at(image, i, &section); i++) {
		const size_t at = image->sections_at + (size_t)i * PE_SECTION_LEN;

		if (!check_memory(image, &section, before, at, fault) ||
		    !check_file(image, &section, i, at, fault))
			return false;
		before = end_of(&section);
	}
	return true;
}

/* ---- relocations ---- */

/* find sets *at to where [address, address + len) lies in the file, if it lies in one section. */
static bool find(const struct gng_pe *image, uint32_t address, uint32_t len, size_t *at)
{
	struct gng_pe_section section;

	for (uint32_t i = 0; gng_pe_section_at(image, i, &section); i++)
		if (address >= section.address && address - section.address <= section.file_len &&
		    len <= section.file_len - (address - section.address)) {
			*at = (size_t)section.file_at + (address - section.address);
			return true;
		}
	return false;
}

/* width_of returns the bytes that a type changes, 0 for padding, -1 for a type that is refused:
 * those of ARM, MIPS and RISC-V, and HIGHADJ, which takes two entries. */
static int width_of(unsigned int type)
{
	static const int8_t widths[16] = {0,  2,  2, 4,	 -1, -1, -1, -1,
					  -1, -1, 8, -1, -1, -1, -1, -1};

	return widths[type];
}

static bool check_entry(struct gng_pe *image, uint32_t page, size_t at, struct gng_pe_fault *fault)
{
	const uint16_t entry = pe_u16(image->bytes + at);
	const int width = width_of(entry >> 12);

	if (width < 0)
		return pe_refuse(fault, GNG_PE_VALUE, at, PE "Base Relocation Types");
	if (width && (uint64_t)page + (entry & 0xfff) + (unsigned int)width > image->image_len)
		return pe_refuse(fault, GNG_PE_BEYOND, at, RELOCATION_CLAUSE);
	image->num_relocations += width != 0;
	return true;
}

static bool check_block(struct gng_pe *image, size_t *at, struct gng_pe_fault *fault)
{
	const size_t left = image->relocations_end - *at;
	uint32_t page, len;

	if (left < 8)
		return pe_refuse(fault, GNG_PE_LENGTH, *at, RELOCATION_CLAUSE);
	page = pe_u32(image->bytes + *at);
	len = pe_u32(image->bytes + *at + 4);
	if (len < 8)
		return pe_refuse(fault, GNG_PE_LENGTH, *at + 4, RELOCATION_CLAUSE);
	if (len > left)
		return pe_refuse(fault, GNG_PE_BEYOND, *at + 4, RELOCATION_CLAUSE);
	if (len % 4)
		return pe_refuse(fault, GNG_PE_ALIGNMENT, *at + 4, RELOCATION_CLAUSE);
	for (size_t entry = *at + 8; entry < *at + len; entry += 2)
		if (!check_entry(image, page, entry, fault))
			return false;
	*at += len;
	return true;
}

bool pe_read_relocations(struct gng_pe *image, struct gng_pe_fault *fault)
{
	const size_t directory = image->directories_at + (size_t)8 * 5;
	uint32_t len;

	if (image->num_directories <= 5)
		return true;
	len = pe_u32(image->bytes + directory + 4);
	if (len == 0)
		return true;
	if (!find(image, pe_u32(image->bytes + directory), len, &image->relocations_at))
		return pe_refuse(fault, GNG_PE_BEYOND, directory, PE "The .reloc Section");
	image->relocations_end = image->relocations_at + len;
	for (size_t at = image->relocations_at; at < image->relocations_end;)
		if (!check_block(image, &at, fault))
			return false;
	return true;
}

bool gng_pe_next(const struct gng_pe *image, struct gng_pe_walk *walk,
		 struct gng_pe_relocation *relocation)
{
	uint16_t entry;

	if (walk->at == 0)
		walk->at = walk->block_end = image->relocations_at;
	for (;;) {
		if (walk->at == walk->block_end) {
			if (walk->at >= image->relocations_end)
				return false;
			walk->page = pe_u32(image->bytes + walk->at);
			walk->block_end = walk->at + pe_u32(image->bytes + walk->at + 4);
			walk->at += 8;
			continue;
		}
		entry = pe_u16(image->bytes + walk->at);
		walk->at += 2;
		if (entry >> 12)
			break;
	}
	relocation->address = walk->page + (entry & 0xfff);
	relocation->type = (uint8_t)(entry >> 12);
	relocation->width = (uint8_t)width_of(entry >> 12);
	return true;
}
