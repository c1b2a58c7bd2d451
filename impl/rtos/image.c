/* SPDX-License-Identifier: Apache-2.0 */
/* image.c - the parts of ELF (System V ABI, chapters 4 and 5; IHI 0044 for Arm) of an audit. */
#include "rtos_image.h"

#include <elf.h>
#include <string.h>

#define PLACE "rtos.image"

static enum gng_status bad(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EFORMAT, 0, PLACE, "%s", what);
}

static bool within(const struct rtos_image *image, uint64_t at, uint64_t len)
{
	return at <= image->len && len <= image->len - at;
}

static bool get(const struct rtos_image *image, void *to, uint64_t at, size_t len)
{
	if (!within(image, at, len))
		return false;
	memcpy(to, image->bytes + at, len);
	return true;
}

static uint16_t halfword(const struct rtos_image *image, uint64_t at)
{
	return (uint16_t)(image->bytes[at] | image->bytes[at + 1] << 8);
}

static enum gng_status check_header(const struct rtos_image *image, Elf32_Ehdr *header,
				    struct gng_why *why)
{
	if (!get(image, header, 0, sizeof(*header)) ||
	    memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return bad(why, "this is no ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS32 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
	    header->e_machine != EM_ARM || header->e_type != ET_EXEC)
		return bad(why, "this is no executable for Arm of 32 bits, little endian");
	if (header->e_phentsize != sizeof(Elf32_Phdr) || header->e_shentsize != sizeof(Elf32_Shdr))
		return bad(why, "its headers have another size than ELF's");
	return GNG_OK;
}

static enum gng_status read_segments(struct rtos_image *image, const Elf32_Ehdr *header,
				     struct gng_why *why)
{
	for (unsigned int i = 0; i < header->e_phnum; i++) {
		Elf32_Phdr segment;

		if (!get(image, &segment, header->e_phoff + (uint64_t)i * sizeof(segment),
			 sizeof(segment)))
			return bad(why, "its segments lie behind its end");
		if (segment.p_type != PT_LOAD)
			continue;
		if (!within(image, segment.p_offset, segment.p_filesz) ||
		    segment.p_filesz > segment.p_memsz)
			return bad(why, "a segment lies behind its end");
		if ((segment.p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
			image->writable_code = true;
		image->rom += segment.p_filesz;
		if (segment.p_flags & PF_W)
			image->ram += segment.p_memsz;
	}
	return GNG_OK;
}

/* ---- code: between $t and the next mapping symbol (IHI 0044, 4.5.5) ---- */

struct symbols {
	uint64_t at, strings_at;
	uint32_t num, strings_len;
};

/* mapping returns 't', 'a' or 'd' for a mapping symbol, else 0. */
static char mapping(const struct rtos_image *image, const struct symbols *symbols,
		    const Elf32_Sym *symbol)
{
	char name[3];

	if (symbol->st_name >= symbols->strings_len ||
	    !get(image, name, symbols->strings_at + symbol->st_name, sizeof(name)))
		return 0;
	if (name[0] != '$' || (name[2] != '\0' && name[2] != '.'))
		return 0;
	return name[1];
}

/* end_of finds where what begins at address ends: at the next mapping symbol of the section. */
static bool end_of(const struct rtos_image *image, const struct symbols *symbols, uint32_t address,
		   uint16_t section, uint32_t *end)
{
	for (uint32_t i = 0; i < symbols->num; i++) {
		Elf32_Sym symbol;

		if (!get(image, &symbol, symbols->at + (uint64_t)i * sizeof(symbol),
			 sizeof(symbol)))
			return false;
		if (symbol.st_shndx == section && symbol.st_value > address &&
		    symbol.st_value < *end && mapping(image, symbols, &symbol))
			*end = symbol.st_value;
	}
	return true;
}

static void audit_code(struct rtos_image *image, const Elf32_Shdr *section, uint32_t address,
		       uint32_t end, bool v7m)
{
	while (address + 2 <= end) {
		const uint64_t at = section->sh_offset + (address - section->sh_addr);
		const uint16_t second = address + 4 <= end ? halfword(image, at + 2) : 0;
		unsigned int num;

		if (!rtos_thumb_allowed(halfword(image, at), second, v7m, &num) &&
		    image->num_wrong++ == 0)
			image->first_wrong = address;
		address += 2 * num;
		image->num_code += num;
	}
}

static enum gng_status audit_symbols(struct rtos_image *image, const Elf32_Ehdr *header,
				     const struct symbols *symbols, bool v7m, struct gng_why *why)
{
	for (uint32_t i = 0; i < symbols->num; i++) {
		Elf32_Shdr section;
		Elf32_Sym symbol;
		uint32_t end;

		if (!get(image, &symbol, symbols->at + (uint64_t)i * sizeof(symbol),
			 sizeof(symbol)))
			return bad(why, "its symbols lie behind its end");
		if (mapping(image, symbols, &symbol) != 't')
			continue;
		if (symbol.st_shndx >= header->e_shnum ||
		    !get(image, &section,
			 header->e_shoff + (uint64_t)symbol.st_shndx * sizeof(section),
			 sizeof(section)) ||
		    !within(image, section.sh_offset, section.sh_size) ||
		    symbol.st_value < section.sh_addr ||
		    symbol.st_value - section.sh_addr > section.sh_size ||
		    section.sh_addr > UINT32_MAX - section.sh_size)
			return bad(why, "a symbol lies outside of its section");
		end = section.sh_addr + section.sh_size;
		if (!end_of(image, symbols, symbol.st_value, symbol.st_shndx, &end))
			return bad(why, "its symbols lie behind its end");
		audit_code(image, &section, symbol.st_value, end, v7m);
	}
	return GNG_OK;
}

static enum gng_status find_symbols(const struct rtos_image *image, const Elf32_Ehdr *header,
				    struct symbols *symbols, struct gng_why *why)
{
	for (unsigned int i = 0; i < header->e_shnum; i++) {
		Elf32_Shdr section, strings;

		if (!get(image, &section, header->e_shoff + (uint64_t)i * sizeof(section),
			 sizeof(section)))
			return bad(why, "its sections lie behind its end");
		if (section.sh_type != SHT_SYMTAB)
			continue;
		if (section.sh_link >= header->e_shnum ||
		    !get(image, &strings,
			 header->e_shoff + (uint64_t)section.sh_link * sizeof(strings),
			 sizeof(strings)))
			return bad(why, "its symbols have no names");
		*symbols = (struct symbols){section.sh_offset, strings.sh_offset,
					    section.sh_size / sizeof(Elf32_Sym), strings.sh_size};
		/* each symbol is compared with each other one: bounded, some seconds at most */
		if (symbols->num > 20000)
			return bad(why, "it has over 20000 symbols: strip what is not needed");
		return GNG_OK;
	}
	return bad(why,
		   "it has no symbols, so code and data cannot be told apart: do not strip it");
}

enum gng_status rtos_image_audit(struct rtos_image *image, const uint8_t *bytes, size_t len,
				 bool v7m, struct gng_why *why)
{
	struct symbols symbols = {0};
	Elf32_Ehdr header;
	enum gng_status status;

	*image = (struct rtos_image){.bytes = bytes, .len = len};
	status = check_header(image, &header, why);
	if (status == GNG_OK)
		status = read_segments(image, &header, why);
	if (status == GNG_OK)
		status = find_symbols(image, &header, &symbols, why);
	if (status == GNG_OK)
		status = audit_symbols(image, &header, &symbols, v7m, why);
	if (status == GNG_OK && image->num_code == 0)
		status = bad(why, "it has no Thumb code");
	return status;
}
