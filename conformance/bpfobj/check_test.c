/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_test.c - which files are refused before libbpf sees them: each field that it would believe,
 * set wrong in an object of a compiler; the same object cut at each length.
 */
/* needs: bpf */
#include "samples.h"

#include <elf.h>
#include <linux/btf.h>
#include <time.h>

/* object is a compiled one that a case damages. */
struct object {
	uint8_t *bytes;
	size_t len;
};

static Elf64_Ehdr *head(const struct object *object)
{
	return (Elf64_Ehdr *)(void *)object->bytes;
}

static Elf64_Shdr *section_at(const struct object *object, unsigned int index)
{
	return (Elf64_Shdr *)(void *)(object->bytes + head(object)->e_shoff) + index;
}

static const char *name_of(const struct object *object, const Elf64_Shdr *section)
{
	return (const char *)object->bytes +
	       section_at(object, head(object)->e_shstrndx)->sh_offset + section->sh_name;
}

/* find returns the first section of a type, and of a name unless that is NULL. */
static Elf64_Shdr *find(const struct object *object, uint32_t type, const char *name)
{
	for (unsigned int i = 1; i < head(object)->e_shnum; i++) {
		Elf64_Shdr *section = section_at(object, i);

		if (section->sh_type == type &&
		    (!name || strcmp(name_of(object, section), name) == 0))
			return section;
	}
	suite_fail("the object has no section %s", name ? name : "of that type");
}

static void *in(const struct object *object, const Elf64_Shdr *section, size_t offset)
{
	return object->bytes + section->sh_offset + offset;
}

/* ---- the damage ---- */

static void no_magic(struct object *object)
{
	object->bytes[1] = 'F';
}

static void thirty_two_bits(struct object *object)
{
	object->bytes[EI_CLASS] = ELFCLASS32;
}

static void big_endian(struct object *object)
{
	object->bytes[EI_DATA] = ELFDATA2MSB;
}

static void other_machine(struct object *object)
{
	head(object)->e_machine = EM_X86_64;
}

static void executable(struct object *object)
{
	head(object)->e_type = ET_EXEC;
}

static void no_sections(struct object *object)
{
	head(object)->e_shnum = 0;
}

static void too_many_sections(struct object *object)
{
	head(object)->e_shnum = 60000;
}

static void table_elsewhere(struct object *object)
{
	head(object)->e_shoff = UINT64_MAX - 63;
}

static void names_nowhere(struct object *object)
{
	head(object)->e_shstrndx = head(object)->e_shnum;
}

static void names_are_code(struct object *object)
{
	head(object)->e_shstrndx = 2;
}

static void name_elsewhere(struct object *object)
{
	section_at(object, 3)->sh_name = UINT32_MAX;
}

static void section_elsewhere(struct object *object)
{
	section_at(object, 2)->sh_offset = UINT64_MAX - 7;
}

static void section_too_long(struct object *object)
{
	section_at(object, 2)->sh_size = object->len;
}

static void half_an_instruction(struct object *object)
{
	find(object, SHT_PROGBITS, "xdp")->sh_size -= 4;
}

static void endless_zeros(struct object *object)
{
	find(object, SHT_NOBITS, ".bss")->sh_size = UINT64_C(1) << 40;
}

static void compressed(struct object *object)
{
	find(object, SHT_PROGBITS, "xdp")->sh_flags |= SHF_COMPRESSED;
}

static void odd_alignment(struct object *object)
{
	find(object, SHT_PROGBITS, "xdp")->sh_addralign = 24;
}

static void open_string(struct object *object)
{
	Elf64_Shdr *symbols = find(object, SHT_SYMTAB, NULL);
	const Elf64_Shdr *names = section_at(object, symbols->sh_link);

	*(char *)in(object, names, names->sh_size - 1) = 'x';
}

static void two_tables_of_symbols(struct object *object)
{
	*section_at(object, head(object)->e_shnum - 2u) = *find(object, SHT_SYMTAB, NULL);
}

static void symbols_of_23_bytes(struct object *object)
{
	find(object, SHT_SYMTAB, NULL)->sh_entsize = 23;
}

static Elf64_Sym *last_symbol(const struct object *object)
{
	const Elf64_Shdr *symbols = find(object, SHT_SYMTAB, NULL);

	return in(object, symbols, symbols->sh_size - sizeof(Elf64_Sym));
}

static void symbol_without_name(struct object *object)
{
	last_symbol(object)->st_name = UINT32_MAX;
}

static void symbol_of_no_section(struct object *object)
{
	last_symbol(object)->st_shndx = 4000;
}

static void symbol_too_long(struct object *object)
{
	last_symbol(object)->st_size = UINT64_MAX;
}

static void relocation_elsewhere(struct object *object)
{
	Elf64_Rel *one = in(object, find(object, SHT_REL, ".relxdp"), 0);

	one->r_offset = UINT64_MAX - 1;
}

static void relocation_of_no_symbol(struct object *object)
{
	Elf64_Rel *one = in(object, find(object, SHT_REL, ".relxdp"), 0);

	one->r_info = ELF64_R_INFO(UINT64_C(100000), 1);
}

static void relocations_of_nothing(struct object *object)
{
	find(object, SHT_REL, ".relxdp")->sh_info = head(object)->e_shnum;
}

static void relocations_by_code(struct object *object)
{
	find(object, SHT_REL, ".relxdp")->sh_link = 2;
}

/* ---- damaged types ---- */

static struct btf_header *btf(const struct object *object)
{
	return in(object, find(object, SHT_PROGBITS, ".BTF"), 0);
}

static uint32_t *first_type(const struct object *object)
{
	return (uint32_t *)(void *)((uint8_t *)btf(object) + btf(object)->hdr_len +
				    btf(object)->type_off);
}

/* of_kind returns the first type of a kind that stands alone, without members. */
static struct btf_type *of_kind(const struct object *object, uint32_t kind)
{
	uint32_t *at = first_type(object);

	/* clang's first types are the pointer and array behind __uint(type, ...) */
	for (unsigned int i = 0; i < 64; i++, at++) {
		struct btf_type *type = (struct btf_type *)(void *)at;

		if (type->info == kind << 24 && type->name_off == 0)
			return type;
	}
	suite_fail("there is no type of kind %u", kind);
}

static void btf_without_magic(struct object *object)
{
	btf(object)->magic = 0x1234;
}

static void types_elsewhere(struct object *object)
{
	btf(object)->type_len = UINT32_MAX - 3;
}

static void strings_elsewhere(struct object *object)
{
	btf(object)->str_off = UINT32_MAX;
}

static void no_strings(struct object *object)
{
	btf(object)->str_len = 0;
}

static void type_of_no_kind(struct object *object)
{
	of_kind(object, BTF_KIND_PTR)->info = 31u << 24;
}

static void type_that_is_not(struct object *object)
{
	of_kind(object, BTF_KIND_PTR)->type = 100000;
}

static void type_without_name(struct object *object)
{
	of_kind(object, BTF_KIND_PTR)->name_off = UINT32_MAX;
}

static void array_of_no_type(struct object *object)
{
	struct btf_type *array = of_kind(object, BTF_KIND_ARRAY);

	((struct btf_array *)(void *)(array + 1))->type = 100000;
}

/* A reader that skips qualifiers would never come to an end. */
static void qualifier_of_itself(struct object *object)
{
	struct btf_type *pointer = of_kind(object, BTF_KIND_PTR);

	pointer->info = BTF_KIND_CONST << 24;
	pointer->type = 1;
	assert_ptr_equal(pointer, first_type(object));
}

static void members_beyond_the_types(struct object *object)
{
	of_kind(object, BTF_KIND_PTR)->info = BTF_KIND_STRUCT << 24 | 0xffff;
}

static const struct {
	void (*damage)(struct object *object);
	const char *words;
} cases[] = {
	{no_magic, "no ELF"},
	{thirty_two_bits, "64 bits"},
	{big_endian, "little endian"},
	{other_machine, "machine is not BPF"},
	{executable, "relocatable"},
	{no_sections, "section table"},
	{too_many_sections, "section table"},
	{table_elsewhere, "cut off"},
	{names_nowhere, "section table"},
	{names_are_code, "string table"},
	{name_elsewhere, "section 3: its name"},
	{section_elsewhere, "section 2"},
	{section_too_long, "section 2"},
	{half_an_instruction, "whole number of instructions"},
	{endless_zeros, "64 MiB of zeros"},
	{compressed, "compressed"},
	{odd_alignment, "power of two"},
	{open_string, "no end"},
	{two_tables_of_symbols, "one table of symbols"},
	{symbols_of_23_bytes, "table of symbols"},
	{symbol_without_name, "name elsewhere"},
	{symbol_of_no_section, "of section 4000"},
	{symbol_too_long, "beyond its section"},
	{relocation_elsewhere, "relocation 0"},
	{relocation_of_no_symbol, "relocation 0"},
	{relocations_of_nothing, "table of relocations"},
	{relocations_by_code, "symbols or its target"},
	{btf_without_magic, "head of BTF"},
	{types_elsewhere, "beyond its end"},
	{strings_elsewhere, "beyond its end"},
	{no_strings, "NUL"},
	{type_of_no_kind, "no such kind"},
	{type_that_is_not, "there is not"},
	{type_without_name, "name lies elsewhere"},
	{array_of_no_type, "array"},
	{qualifier_of_itself, "no end to its qualifiers"},
	{members_beyond_the_types, "members lie beyond"},
};

/* exact copies an object into a block of its length, so that ASan sees each byte beyond. */
static struct object exact(const uint8_t *bytes, size_t len)
{
	struct object object = {.bytes = malloc(len ? len : 1), .len = len};

	assert_non_null(object.bytes);
	memcpy(object.bytes, bytes, len);
	return object;
}

static void each_wrong_field_is_refused_with_its_place(void **state)
{
	size_t len = 0;
	uint8_t *sound = samples_read("life", &len);

	(void)state;
	for (size_t i = 0; sound && i < COUNT_OF(cases); i++) {
		struct object object = exact(sound, len);
		struct gng_bpfobj *opened = NULL;
		struct gng_why why = {0};

		cases[i].damage(&object);
		if (gng_bpfobj_open_bytes(&opened, object.bytes, len, "damaged.o", &why) !=
			    GNG_EFORMAT ||
		    !strstr(why.text, cases[i].words) || !strstr(why.text, "damaged.o: "))
			suite_fail("case %zu: not \"%s\": %s", i, cases[i].words, why.text);
		gng_probe_assertion();
		free(object.bytes);
	}
	free(sound);
}

static void an_object_that_is_cut_is_refused_at_each_length(void **state)
{
	size_t len = 0;
	uint8_t *sound = samples_read("life", &len);

	(void)state;
	for (size_t cut = 0; sound && cut < len; cut++) {
		struct object object = exact(sound, cut);

		if (gng_bpfobj_check(object.bytes, cut, NULL) != GNG_EFORMAT)
			suite_fail("%zu of %zu bytes are taken", cut, len);
		free(object.bytes);
	}
	if (sound)
		assert_int_equal(gng_bpfobj_check(sound, len, NULL), GNG_OK);
	free(sound);
}

static const char *const sound_objects[] = {"life", "bad", "core", "extern", "locked"};

static void what_a_compiler_writes_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(sound_objects); i++) {
		struct gng_why why;
		size_t len = 0;
		uint8_t *bytes;

		bytes = samples_read(sound_objects[i], &len);
		if (!bytes)
			return;
		if (gng_bpfobj_check(bytes, len, &why) != GNG_OK)
			suite_fail("%s: %s", sound_objects[i], why.text);
		gng_probe_assertion();
		free(bytes);
	}
}

/* The largest object that is looked at: 64 MiB of instructions and nothing wrong. */
static void a_large_file_takes_bounded_time(void **state)
{
	struct timespec begin, end;
	size_t len = 0;
	uint8_t *sound = samples_read("life", &len), *large;
	struct object object;

	(void)state;
	if (!sound)
		return;
	large = calloc(1, GNG_BPFOBJ_MAX_LEN);
	assert_non_null(large);
	memcpy(large, sound, len);
	free(sound);
	object = (struct object){.bytes = large, .len = GNG_BPFOBJ_MAX_LEN};
	/* every symbol there is room for, all of them nameless */
	find(&object, SHT_SYMTAB, NULL)->sh_offset = (len + 7) & ~(size_t)7;
	find(&object, SHT_SYMTAB, NULL)->sh_size =
		(GNG_BPFOBJ_MAX_LEN - len - 8) / sizeof(Elf64_Sym) * sizeof(Elf64_Sym);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	assert_int_equal(gng_bpfobj_check(large, GNG_BPFOBJ_MAX_LEN, NULL), GNG_OK);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	/* a tenth of a second here, five in a guest of a busy host; square time would be hours */
	assert_true(end.tv_sec - begin.tv_sec < 60);
	assert_int_equal(gng_bpfobj_check(large, GNG_BPFOBJ_MAX_LEN + 1, NULL), GNG_EFORMAT);
	free(large);
}

const struct suite_test suite_tests[] = {
	TEST(each_wrong_field_is_refused_with_its_place, "B1.bpfobj.check"),
	TEST(an_object_that_is_cut_is_refused_at_each_length, "B1.bpfobj.check"),
	TEST(what_a_compiler_writes_is_taken, "B1.bpfobj.check"),
	TEST(a_large_file_takes_bounded_time, "B1.bpfobj.check"),
	{0},
};
