/* SPDX-License-Identifier: Apache-2.0 */
/* multiboot2.c - what a multiboot2 loader says: Multiboot2 Specification 2.0. */
#include "boot_private.h"

#define FORMAT "Multiboot2 2.0, Boot information format"
#define TAG_LEN 8u

enum type {
	END = 0,
	COMMAND_LINE = 1,
	LOADER = 2,
	MODULE = 3,
	MAP = 6,
	FRAMEBUFFER = 8,
	ELF_SECTIONS = 9,
	OLD_RSDP = 14,
	NEW_RSDP = 15,
	NUM_TYPES = 22,
};

/* What the specification says of a type: at least so many bytes, just so many, or a text behind. */
static const struct {
	uint16_t least;
	bool exact, text;
	const char *clause;
} rules[NUM_TYPES] = {
	[END] = {8, true, false, FORMAT},
	[COMMAND_LINE] = {9, false, true, "Multiboot2 2.0, Boot command line"},
	[LOADER] = {9, false, true, "Multiboot2 2.0, Boot loader name"},
	[MODULE] = {17, false, true, "Multiboot2 2.0, Modules"},
	[4] = {16, true, false, "Multiboot2 2.0, Basic memory information"},
	[5] = {20, true, false, "Multiboot2 2.0, BIOS Boot device"},
	[MAP] = {16, false, false, "Multiboot2 2.0, Memory map"},
	[7] = {784, true, false, "Multiboot2 2.0, VBE info"},
	[FRAMEBUFFER] = {31, false, false, "Multiboot2 2.0, Framebuffer info"},
	[ELF_SECTIONS] = {20, false, false, "Multiboot2 2.0, ELF-Symbols"},
	[10] = {28, true, false, "Multiboot2 2.0, APM table"},
	[11] = {12, true, false, "Multiboot2 2.0, EFI 32-bit system table pointer"},
	[12] = {16, true, false, "Multiboot2 2.0, EFI 64-bit system table pointer"},
	[13] = {16, false, false, "Multiboot2 2.0, SMBIOS tables"},
	[OLD_RSDP] = {28, false, false, "Multiboot2 2.0, ACPI old RSDP"},
	[NEW_RSDP] = {44, false, false, "Multiboot2 2.0, ACPI new RSDP"},
	[16] = {8, false, false, "Multiboot2 2.0, Networking information"},
	[17] = {16, false, false, "Multiboot2 2.0, EFI memory map"},
	[18] = {8, true, false, "Multiboot2 2.0, EFI boot services not terminated"},
	[19] = {12, true, false, "Multiboot2 2.0, EFI 32-bit image handle pointer"},
	[20] = {16, true, false, "Multiboot2 2.0, EFI 64-bit image handle pointer"},
	[21] = {12, true, false, "Multiboot2 2.0, Image load base physical address"},
};

static bool check_length(const struct gng_boot_tag *tag, struct gng_boot_fault *fault)
{
	if (tag->type >= NUM_TYPES)
		return true;
	if (tag->len < rules[tag->type].least ||
	    (rules[tag->type].exact && tag->len != rules[tag->type].least))
		return boot_refuse(fault, GNG_BOOT_LENGTH, tag->offset + 4,
				   rules[tag->type].clause);
	return true;
}

/* The text of a tag begins where its fixed part, but for one byte, ends. */
static bool check_text(const struct gng_boot_mb2 *info, const struct gng_boot_tag *tag,
		       struct gng_boot_fault *fault)
{
	uint32_t begin;

	if (tag->type >= NUM_TYPES || !rules[tag->type].text)
		return true;
	begin = rules[tag->type].least - 1u;
	if (!boot_ends(info->bytes + tag->offset + begin, tag->len - begin))
		return boot_refuse(fault, GNG_BOOT_STRING, tag->offset + begin,
				   rules[tag->type].clause);
	return true;
}

static bool take_once(const void *before, const struct gng_boot_tag *tag,
		      struct gng_boot_fault *fault)
{
	if (before)
		return boot_refuse(fault, GNG_BOOT_TWICE, tag->offset, rules[tag->type].clause);
	return true;
}

static bool take_map(struct gng_boot_mb2 *info, const struct gng_boot_tag *tag,
		     struct gng_boot_fault *fault)
{
	const uint8_t *bytes = info->bytes + tag->offset;
	const uint32_t entry_len = boot_u32(bytes + 8), len = tag->len - 16;

	if (!take_once(info->map, tag, fault))
		return false;
	if (entry_len < 24 || entry_len % 8)
		return boot_refuse(fault, GNG_BOOT_VALUE, tag->offset + 8, rules[MAP].clause);
	if (len % entry_len)
		return boot_refuse(fault, GNG_BOOT_LENGTH, tag->offset + 4, rules[MAP].clause);
	info->map = bytes + 16;
	info->map_len = len;
	info->map_entry_len = entry_len;
	return true;
}

static bool check_sections(const struct gng_boot_mb2 *info, const struct gng_boot_tag *tag,
			   struct gng_boot_fault *fault)
{
	const uint8_t *bytes = info->bytes + tag->offset;
	const uint64_t len = (uint64_t)boot_u32(bytes + 8) * boot_u32(bytes + 12);

	if (len > tag->len - 20)
		return boot_refuse(fault, GNG_BOOT_BEYOND, tag->offset + 8,
				   rules[ELF_SECTIONS].clause);
	return true;
}

static bool take_module(struct gng_boot_mb2 *info, const struct gng_boot_tag *tag,
			struct gng_boot_fault *fault)
{
	const uint8_t *bytes = info->bytes + tag->offset;

	if (boot_u32(bytes + 12) < boot_u32(bytes + 8))
		return boot_refuse(fault, GNG_BOOT_VALUE, tag->offset + 12, rules[MODULE].clause);
	if (info->num_modules++ == GNG_BOOT_MAX_MODULES)
		return boot_refuse(fault, GNG_BOOT_LIMIT, tag->offset, rules[MODULE].clause);
	return true;
}

/* The newer RSDP stands, wherever it is. */
static bool take_rsdp(struct gng_boot_mb2 *info, const struct gng_boot_tag *tag, bool *has_old,
		      bool *has_new, struct gng_boot_fault *fault)
{
	bool *has = tag->type == NEW_RSDP ? has_new : has_old;

	if (!take_once(*has ? info : NULL, tag, fault))
		return false;
	*has = true;
	if (tag->type == OLD_RSDP && *has_new)
		return true;
	info->rsdp = info->bytes + tag->offset + TAG_LEN;
	info->rsdp_len = tag->len - TAG_LEN;
	return true;
}

static bool take_text(const char **text, const struct gng_boot_mb2 *info,
		      const struct gng_boot_tag *tag, struct gng_boot_fault *fault)
{
	if (!take_once(*text, tag, fault))
		return false;
	*text = (const char *)info->bytes + tag->offset + TAG_LEN;
	return true;
}

struct once {
	bool old_rsdp, new_rsdp;
};

static bool take_tag(struct gng_boot_mb2 *info, const struct gng_boot_tag *tag, struct once *once,
		     struct gng_boot_fault *fault)
{
	if (!check_length(tag, fault) || !check_text(info, tag, fault))
		return false;
	info->num_tags++;
	switch (tag->type) {
	case COMMAND_LINE:
		return take_text(&info->command_line, info, tag, fault);
	case LOADER:
		return take_text(&info->loader, info, tag, fault);
	case MODULE:
		return take_module(info, tag, fault);
	case MAP:
		return take_map(info, tag, fault);
	case ELF_SECTIONS:
		return check_sections(info, tag, fault);
	case OLD_RSDP:
	case NEW_RSDP:
		return take_rsdp(info, tag, &once->old_rsdp, &once->new_rsdp, fault);
	default:
		return true;
	}
}

/* read_tag finds the tag at offset; tags begin at multiples of 8, and so does what is behind. */
static bool read_tag(const struct gng_boot_mb2 *info, uint32_t offset, struct gng_boot_tag *tag,
		     struct gng_boot_fault *fault)
{
	if (info->len - offset < TAG_LEN)
		return boot_refuse(fault, GNG_BOOT_MISSING, offset, FORMAT); /* the last tag */
	*tag = (struct gng_boot_tag){boot_u32(info->bytes + offset),
				     boot_u32(info->bytes + offset + 4), offset};
	if (tag->len < TAG_LEN)
		return boot_refuse(fault, GNG_BOOT_LENGTH, offset + 4, FORMAT);
	if (tag->len > info->len - offset)
		return boot_refuse(fault, GNG_BOOT_BEYOND, offset + 4, FORMAT);
	return true;
}

/* next_of is where the next tag begins, or the end. */
static uint32_t next_of(const struct gng_boot_mb2 *info, const struct gng_boot_tag *tag)
{
	const uint64_t next = ((uint64_t)tag->offset + tag->len + 7) / 8 * 8;

	return next < info->len ? (uint32_t)next : info->len;
}

static bool read_all(struct gng_boot_mb2 *info, size_t len, struct gng_boot_fault *fault)
{
	struct once once = {.old_rsdp = false};
	struct gng_boot_tag tag = {.offset = 0, .len = 8};

	if (len < 8)
		return boot_refuse(fault, GNG_BOOT_TRUNCATED, len, FORMAT);
	info->len = boot_u32(info->bytes);
	if (info->len < 16)
		return boot_refuse(fault, GNG_BOOT_LENGTH, 0, FORMAT);
	if (info->len > len)
		return boot_refuse(fault, GNG_BOOT_BEYOND, 0, FORMAT);
	do {
		if (!read_tag(info, next_of(info, &tag), &tag, fault) ||
		    !take_tag(info, &tag, &once, fault))
			return false;
	} while (tag.type != END);
	return true;
}

enum gng_status gng_boot_mb2_read(struct gng_boot_mb2 *info, struct gng_boot_fault *fault,
				  const void *bytes, size_t len)
{
	bool sound;

	*info = (struct gng_boot_mb2){.bytes = bytes};
	*fault = (struct gng_boot_fault){.error = GNG_BOOT_SOUND};
	sound = read_all(info, len, fault);
	if (!sound)
		*info = (struct gng_boot_mb2){.bytes = NULL};
	return boot_status(sound, fault);
}

bool gng_boot_mb2_next(const struct gng_boot_mb2 *info, uint32_t *at, struct gng_boot_tag *tag)
{
	struct gng_boot_fault unused;

	if (*at == 0)
		*at = 8;
	if (!info->bytes || !read_tag(info, *at, tag, &unused) || tag->type == END)
		return false;
	*at = next_of(info, tag);
	return true;
}
