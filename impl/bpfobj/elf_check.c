/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elf_check.c - whether a file is an eBPF object that can be trusted to a library: ELF (System V
 * ABI, chapter 4) as clang and gcc write it for the machine BPF. Each byte is looked at a fixed
 * number of times.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bpfobj_view.h"
#include "gng_bpfobj.h"

#define MAX_SECTIONS 4096u /* clang writes some dozens */
#define INSN_LEN 8u

enum gng_status view_bad(const struct view *view, unsigned int index, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return gng_why_set(view->why, GNG_EFORMAT, 0, "bpfobj.check", "section %u: %s", index,
			   text);
}

static enum gng_status bad(const struct view *view, const char *text)
{
	return gng_why_set(view->why, GNG_EFORMAT, 0, "bpfobj.check", "%s", text);
}

static bool within(uint64_t offset, uint64_t len, uint64_t room)
{
	return offset <= room && len <= room - offset;
}

/* ---- the head ---- */

static enum gng_status check_head(struct view *view)
{
	Elf64_Ehdr *head = &view->head;

	if (view->len > GNG_BPFOBJ_MAX_LEN)
		return bad(view, "more than 64 MiB are no eBPF object");
	if (view->len < sizeof(*head))
		return bad(view, "too short for the head of an ELF file");
	memcpy(head, view->bytes, sizeof(*head));
	if (memcmp(head->e_ident, ELFMAG, SELFMAG) != 0)
		return bad(view, "this is no ELF file");
	if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_ident[EI_DATA] != ELFDATA2LSB)
		return bad(view, "this is no ELF file of 64 bits, little endian");
	if (head->e_machine != EM_BPF)
		return bad(view, "the machine is not BPF: compile with clang -target bpf");
	if (head->e_type != ET_REL)
		return bad(view, "this is no relocatable object: compile with -c");
	if (head->e_shentsize != sizeof(Elf64_Shdr) || head->e_shnum == 0 ||
	    head->e_shnum > MAX_SECTIONS || head->e_shstrndx >= head->e_shnum)
		return bad(view,
			   "the head's section table cannot be: its count, entry size or index "
			   "of names is wrong");
	if (!within(head->e_shoff, (uint64_t)head->e_shnum * sizeof(Elf64_Shdr), view->len))
		return bad(view, "the section table lies beyond the end: the file is cut off");
	return GNG_OK;
}

static struct section section_at(const struct view *view, unsigned int index)
{
	struct section section = {.index = index};

	memcpy(&section.head, view->bytes + view->head.e_shoff + index * sizeof(Elf64_Shdr),
	       sizeof(section.head));
	if (section.head.sh_type != SHT_NOBITS && section.head.sh_type != SHT_NULL &&
	    within(section.head.sh_offset, section.head.sh_size, view->len))
		section.bytes = view->bytes + section.head.sh_offset;
	return section;
}

/* ---- names ---- */

/* check_strings wants a string table that ends with a NUL, so that each offset into it is a text.
 */
static enum gng_status check_strings(const struct view *view, unsigned int index)
{
	const struct section table = section_at(view, index);

	if (table.head.sh_type != SHT_STRTAB || table.head.sh_size == 0)
		return view_bad(view, index, "it is named as a string table, and is none");
	if (table.bytes[table.head.sh_size - 1] != '\0')
		return view_bad(view, index, "the last string has no end");
	return GNG_OK;
}

static const char *name_of(const struct view *view, const struct section *section)
{
	const struct section names = section_at(view, view->head.e_shstrndx);

	return (const char *)names.bytes + section->head.sh_name;
}

/* ---- sections ---- */

static enum gng_status check_section(const struct view *view, const struct section *section)
{
	const Elf64_Shdr *head = &section->head;

	if (head->sh_type == SHT_NULL)
		return GNG_OK;
	if (head->sh_type == SHT_NOBITS && head->sh_size > GNG_BPFOBJ_MAX_LEN)
		return view_bad(view, section->index, "more than 64 MiB of zeros");
	if (head->sh_type != SHT_NOBITS && !within(head->sh_offset, head->sh_size, view->len))
		return view_bad(view, section->index,
				"%llu bytes from offset %llu do not fit into the file's %zu",
				(unsigned long long)head->sh_size,
				(unsigned long long)head->sh_offset, view->len);
	if (head->sh_flags & SHF_COMPRESSED)
		return view_bad(view, section->index, "it is compressed");
	if ((head->sh_addralign & (head->sh_addralign - 1)) != 0)
		return view_bad(view, section->index, "its alignment is no power of two");
	if ((head->sh_flags & SHF_EXECINSTR) &&
	    (head->sh_type != SHT_PROGBITS || head->sh_size % INSN_LEN != 0))
		return view_bad(view, section->index,
				"its code is no whole number of instructions");
	return GNG_OK;
}

static enum gng_status check_symbol(const struct view *view, const struct section *table,
				    const Elf64_Sym *symbol, size_t number)
{
	const struct section names = section_at(view, table->head.sh_link);
	struct section section;

	if (symbol->st_name >= names.head.sh_size)
		return view_bad(view, table->index, "symbol %zu has its name elsewhere", number);
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS)
		return GNG_OK;
	if (symbol->st_shndx >= view->head.e_shnum)
		return view_bad(view, table->index, "symbol %zu is of section %u, and there are %u",
				number, symbol->st_shndx, view->head.e_shnum);
	section = section_at(view, symbol->st_shndx);
	if (!within(symbol->st_value, symbol->st_size, section.head.sh_size))
		return view_bad(view, table->index, "symbol %zu ends beyond its section", number);
	return GNG_OK;
}

static enum gng_status check_symbols(const struct view *view, const struct section *table)
{
	const size_t num = table->head.sh_size / sizeof(Elf64_Sym);
	enum gng_status status;

	if (table->head.sh_entsize != sizeof(Elf64_Sym) ||
	    table->head.sh_size % sizeof(Elf64_Sym) != 0 ||
	    table->head.sh_link >= view->head.e_shnum)
		return view_bad(view, table->index, "no table of symbols has this shape");
	status = check_strings(view, table->head.sh_link);
	for (size_t i = 0; i < num && status == GNG_OK; i++) {
		Elf64_Sym symbol;

		memcpy(&symbol, table->bytes + i * sizeof(symbol), sizeof(symbol));
		status = check_symbol(view, table, &symbol, i);
	}
	return status;
}

static enum gng_status check_relocations(const struct view *view, const struct section *table)
{
	const size_t num = table->head.sh_size / sizeof(Elf64_Rel);
	struct section symbols, target;

	if (table->head.sh_entsize != sizeof(Elf64_Rel) ||
	    table->head.sh_size % sizeof(Elf64_Rel) != 0 ||
	    table->head.sh_link >= view->head.e_shnum || table->head.sh_info == 0 ||
	    table->head.sh_info >= view->head.e_shnum)
		return view_bad(view, table->index, "no table of relocations has this shape");
	symbols = section_at(view, table->head.sh_link);
	target = section_at(view, table->head.sh_info);
	if (symbols.head.sh_type != SHT_SYMTAB || !target.bytes)
		return view_bad(view, table->index, "its symbols or its target are none");
	for (size_t i = 0; i < num; i++) {
		Elf64_Rel one;

		memcpy(&one, table->bytes + i * sizeof(one), sizeof(one));
		if (!within(one.r_offset, sizeof(uint32_t), target.head.sh_size) ||
		    ELF64_R_SYM(one.r_info) >= symbols.head.sh_size / sizeof(Elf64_Sym))
			return view_bad(view, table->index,
					"relocation %zu is beyond its target or its symbols", i);
	}
	return GNG_OK;
}

static enum gng_status check_contents(const struct view *view, const struct section *section)
{
	const char *name = name_of(view, section);

	if (section->head.sh_type == SHT_SYMTAB)
		return check_symbols(view, section);
	if (section->head.sh_type == SHT_REL)
		return check_relocations(view, section);
	if (section->head.sh_type == SHT_PROGBITS && strcmp(name, ".BTF") == 0)
		return btf_check(view, section);
	return GNG_OK;
}

/* check_kinds wants one table of symbols: a second one is another file's view of the first. */
static enum gng_status check_kinds(const struct view *view)
{
	unsigned int num_symbols = 0;

	for (unsigned int i = 1; i < view->head.e_shnum; i++)
		num_symbols += section_at(view, i).head.sh_type == SHT_SYMTAB;
	return num_symbols == 1 ? GNG_OK : bad(view, "there must be one table of symbols");
}

enum gng_status gng_bpfobj_check(const void *bytes, size_t len, struct gng_why *why)
{
	struct view view = {.bytes = bytes, .len = len, .why = why};
	enum gng_status status = check_head(&view);
	struct section names, section;

	for (unsigned int i = 0; status == GNG_OK && i < view.head.e_shnum; i++) {
		section = section_at(&view, i);
		status = check_section(&view, &section);
	}
	if (status == GNG_OK)
		status = check_strings(&view, view.head.e_shstrndx);
	if (status == GNG_OK)
		status = check_kinds(&view);
	if (status != GNG_OK)
		return status;
	names = section_at(&view, view.head.e_shstrndx);
	for (unsigned int i = 1; status == GNG_OK && i < view.head.e_shnum; i++) {
		section = section_at(&view, i);
		if (section.head.sh_name >= names.head.sh_size)
			return view_bad(&view, i, "its name lies elsewhere");
		status = check_contents(&view, &section);
	}
	return status;
}
