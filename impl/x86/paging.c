/* SPDX-License-Identifier: Apache-2.0 */
/* paging.c - tables of 4-level paging: map, unmap, protect, translate. Intel SDM volume 3. */
#include "gng_x86.h"

#define PRESENT 1ull
#define WRITE 2ull
#define USER 4ull
#define CACHE_DISABLE 16ull
#define LARGE 128ull
#define GLOBAL 256ull
#define NO_EXECUTE (1ull << 63)
#define FRAME 0x000ffffffffff000ull
#define TOP_LEVEL 4u
#define PAGE 4096u
#define BLOCK 8u

/* place is the entry that decides on an address: absent, or that of a page. */
struct place {
	uint64_t *entry;
	unsigned int level;
};

static uint64_t len_of(unsigned int level)
{
	return 1ull << (3 + 9 * level);
}

static uint64_t *entry_of(const struct gng_x86_space *space, uint64_t table, uint64_t address,
			  unsigned int level)
{
	return space->table(space->context, table) + (address >> (3 + 9 * level) & 511);
}

static bool is_page(uint64_t entry, unsigned int level)
{
	return level == 1 || (entry & LARGE && level < TOP_LEVEL);
}

static struct place find(const struct gng_x86_space *space, uint64_t address)
{
	struct place place = {.level = TOP_LEVEL};

	for (uint64_t table = space->root;; table = *place.entry & FRAME) {
		place.entry = entry_of(space, table, address, place.level);
		if (!(*place.entry & PRESENT) || is_page(*place.entry, place.level))
			return place;
		place.level--;
	}
}

/* next_of is where what an entry decides ends; 0 at the end of all. */
static uint64_t next_of(uint64_t address, unsigned int level)
{
	return (address | (len_of(level) - 1)) + 1;
}

/* is_within says whether an address is not the first of a table of this level. */
static bool is_within(uint64_t address, unsigned int level)
{
	return address & (len_of(level + 1) - 1);
}

/* advance finds the place of the address that is next_of the last one: mostly the next entry. */
static void advance(const struct gng_x86_space *space, struct place *place, uint64_t address)
{
	if (is_within(address, place->level)) {
		place->entry++;
		if (!(*place->entry & PRESENT) || is_page(*place->entry, place->level))
			return;
	}
	*place = find(space, address);
}

static bool is_range(uint64_t address, uint64_t len)
{
	const uint64_t last = address + len - 1;

	return len && !(address % PAGE) && !(len % PAGE) && last >= address &&
	       gng_x86_is_canonical(address) && gng_x86_is_canonical(last) &&
	       address >> 63 == last >> 63;
}

/* all_are says whether each page of a range is mapped, or none. */
static bool all_are(const struct gng_x86_space *space, bool mapped, uint64_t address, uint64_t last)
{
	struct place place = find(space, address);

	for (;;) {
		if ((*place.entry & PRESENT) != mapped)
			return false;
		address = next_of(address, place.level);
		if (address == 0 || address > last)
			return true;
		advance(space, &place, address);
	}
}

/* ---- tables ---- */

static uint64_t take_table(struct gng_x86_space *space)
{
	const uint64_t address = space->take(space->context);

	if (address) {
		uint64_t *entries = space->table(space->context, address);

		for (unsigned int i = 0; i < 512; i++)
			entries[i] = 0;
	}
	return address;
}

enum gng_status gng_x86_space_open(struct gng_x86_space *space)
{
	if (space->address_bits < 12 || space->address_bits > 52)
		return GNG_EINVAL;
	space->root = take_table(space);
	return space->root ? GNG_OK : GNG_ENOMEM;
}

/* next_present is where the next entry is that has something, from one on; 512 if nowhere. Tables
 * are mostly empty, so it looks at eight at a time. */
static unsigned int next_present(const uint64_t *entries, unsigned int at)
{
	while (at < 512 && !(entries[at] & PRESENT)) {
		uint64_t all = 0;

		for (unsigned int i = 0; i < BLOCK; i++)
			all |= entries[at / BLOCK * BLOCK + i];
		at = all & PRESENT ? at + 1 : (at / BLOCK + 1) * BLOCK;
	}
	return at;
}

static bool is_empty(const struct gng_x86_space *space, uint64_t table)
{
	return next_present(space->table(space->context, table), 0) == 512;
}

/* trim gives back what is empty of the tables on the way to an address. */
static void trim(struct gng_x86_space *space, uint64_t address)
{
	for (unsigned int kept = 1; kept < TOP_LEVEL; kept++) {
		uint64_t table = space->root, *above = NULL;
		unsigned int level = TOP_LEVEL;

		for (; level > kept; level--) {
			above = entry_of(space, table, address, level);
			if (!(*above & PRESENT) || is_page(*above, level))
				break;
			table = *above & FRAME;
		}
		if (level > kept)
			continue;
		if (!is_empty(space, table))
			return;
		*above = 0;
		space->give(space->context, table);
	}
}

/* next_table is where the next table is named, from an entry on; 512 if nowhere. */
static unsigned int next_table(const uint64_t *entries, unsigned int at, unsigned int level)
{
	at = next_present(entries, at);
	while (at < 512 && is_page(entries[at], level))
		at = next_present(entries, at + 1);
	return at;
}

void gng_x86_space_close(struct gng_x86_space *space)
{
	uint64_t tables[TOP_LEVEL + 1] = {0};
	unsigned int at[TOP_LEVEL + 1] = {0}, level = TOP_LEVEL;

	tables[TOP_LEVEL] = space->root;
	while (level <= TOP_LEVEL) {
		const uint64_t *entries = space->table(space->context, tables[level]);

		at[level] = next_table(entries, at[level], level);
		if (at[level] == 512) {
			space->give(space->context, tables[level++]);
			continue;
		}
		tables[level - 1] = entries[at[level]++] & FRAME;
		at[--level] = 0;
	}
	space->root = 0;
}

/* make finds the entry of a level, and makes the tables above it; NULL if none is free. */
static uint64_t *make(struct gng_x86_space *space, uint64_t address, unsigned int to)
{
	uint64_t table = space->root, *entry;

	for (unsigned int level = TOP_LEVEL;; level--) {
		entry = entry_of(space, table, address, level);
		if (level == to)
			return entry;
		if (!(*entry & PRESENT)) {
			const uint64_t made = take_table(space);

			if (!made)
				return NULL;
			*entry = made | PRESENT | WRITE | USER; /* the page alone restricts */
		}
		table = *entry & FRAME;
	}
}

/* ---- pages ---- */

static uint64_t bits_of(unsigned int rights)
{
	uint64_t bits = PRESENT;

	bits |= rights & GNG_X86_WRITE ? WRITE : 0;
	bits |= rights & GNG_X86_USER ? USER : 0;
	bits |= rights & GNG_X86_EXECUTE ? 0 : NO_EXECUTE;
	bits |= rights & GNG_X86_GLOBAL ? GLOBAL : 0;
	bits |= rights & GNG_X86_UNCACHED ? CACHE_DISABLE : 0;
	return bits;
}

static bool are_rights(const struct gng_x86_space *space, unsigned int rights)
{
	return rights <= GNG_X86_ALL_RIGHTS && (rights & GNG_X86_EXECUTE || space->has_no_execute);
}

static unsigned int level_for(const struct gng_x86_space *space, uint64_t address, uint64_t frame,
			      uint64_t left)
{
	unsigned int level = space->has_1g_pages ? 3 : 2;

	while (level > 1 && ((address | frame) & (len_of(level) - 1) || left < len_of(level)))
		level--;
	return level;
}

static void forget(struct gng_x86_space *space, uint64_t address)
{
	if (space->forget)
		space->forget(space->context, address);
}

/* clear removes all pages of a range whose ends are ends of pages. */
static void clear(struct gng_x86_space *space, uint64_t address, uint64_t last)
{
	struct place place = find(space, address);

	for (;;) {
		const uint64_t next = next_of(address, place.level);
		const bool is_last = next == 0 || next > last;

		*place.entry = 0;
		forget(space, address);
		if (is_last || !is_within(next, place.level))
			trim(space, address);
		if (is_last)
			return;
		address = next;
		advance(space, &place, address);
	}
}

static bool is_frame(const struct gng_x86_space *space, uint64_t frame, uint64_t len)
{
	const uint64_t limit = 1ull << space->address_bits;

	return frame % PAGE == 0 && frame < limit && len <= limit - frame;
}

enum gng_status gng_x86_map(struct gng_x86_space *space, uint64_t address, uint64_t frame,
			    uint64_t len, unsigned int rights)
{
	uint64_t done = 0, *entry = NULL;
	unsigned int before = 0;

	if (!is_range(address, len) || !is_frame(space, frame, len) || !are_rights(space, rights))
		return GNG_EINVAL;
	if (!all_are(space, false, address, address + len - 1))
		return GNG_ELIMIT;
	while (done < len) {
		const unsigned int level =
			level_for(space, address + done, frame + done, len - done);

		if (level == before && is_within(address + done, level))
			entry++;
		else
			entry = make(space, address + done, level);
		if (!entry) {
			trim(space, address + done);
			if (done)
				clear(space, address, address + done - 1);
			return GNG_ENOMEM;
		}
		*entry = (frame + done) | bits_of(rights) | (level > 1 ? LARGE : 0);
		done += len_of(level);
		before = level;
	}
	return GNG_OK;
}

/* split makes address the beginning of a page, which changes no translation. */
static bool split(struct gng_x86_space *space, uint64_t address)
{
	for (;;) {
		const struct place place = find(space, address);
		const uint64_t step = len_of(place.level - 1);
		uint64_t table, old = *place.entry, *entries;

		if (!(old & PRESENT) || address % len_of(place.level) == 0)
			return true;
		table = take_table(space);
		if (!table)
			return false;
		entries = space->table(space->context, table);
		if (place.level == 2)
			old &= ~LARGE;
		for (uint64_t i = 0; i < 512; i++)
			entries[i] = old + i * step;
		*place.entry = table | PRESENT | WRITE | USER;
		forget(space, address);
	}
}

/* split_ends prepares a range that is mapped whole. */
static enum gng_status split_ends(struct gng_x86_space *space, uint64_t address, uint64_t len)
{
	if (!is_range(address, len))
		return GNG_EINVAL;
	if (!all_are(space, true, address, address + len - 1))
		return GNG_ELIMIT;
	if (!split(space, address))
		return GNG_ENOMEM;
	/* The end of the address space, and of its lower half, is an end of a page. */
	if (gng_x86_is_canonical(address + len) && address + len && !split(space, address + len))
		return GNG_ENOMEM;
	return GNG_OK;
}

enum gng_status gng_x86_unmap(struct gng_x86_space *space, uint64_t address, uint64_t len)
{
	const enum gng_status status = split_ends(space, address, len);

	if (status == GNG_OK)
		clear(space, address, address + len - 1);
	return status;
}

enum gng_status gng_x86_protect(struct gng_x86_space *space, uint64_t address, uint64_t len,
				unsigned int rights)
{
	const uint64_t last = address + len - 1;
	struct place place;
	enum gng_status status;

	if (!are_rights(space, rights))
		return GNG_EINVAL;
	status = split_ends(space, address, len);
	if (status != GNG_OK)
		return status;
	place = find(space, address);
	for (;;) {
		const uint64_t kept = FRAME | (place.level > 1 ? LARGE : 0);

		*place.entry = (*place.entry & kept) | bits_of(rights);
		forget(space, address);
		address = next_of(address, place.level);
		if (address == 0 || address > last)
			return GNG_OK;
		advance(space, &place, address);
	}
}

/* ---- reading ---- */

/* reserved_of returns the bits that must be 0 in an entry: "Paging-Structure Entries". */
static uint64_t reserved_of(const struct gng_x86_space *space, uint64_t entry, unsigned int level)
{
	uint64_t reserved = FRAME & ~((1ull << space->address_bits) - 1);

	if (!space->has_no_execute)
		reserved |= NO_EXECUTE;
	if (level == TOP_LEVEL || (level == 3 && !space->has_1g_pages))
		return reserved | LARGE;
	if (level > 1 && entry & LARGE) /* bit 12 is PAT */
		reserved |= (len_of(level) - 1) & ~0x1fffull;
	return reserved;
}

static unsigned int restricted(unsigned int rights, uint64_t entry)
{
	if (!(entry & WRITE))
		rights &= ~(unsigned int)GNG_X86_WRITE;
	if (!(entry & USER))
		rights &= ~(unsigned int)GNG_X86_USER;
	if (entry & NO_EXECUTE)
		rights &= ~(unsigned int)GNG_X86_EXECUTE;
	return rights;
}

enum gng_status gng_x86_translate(const struct gng_x86_space *space,
				  struct gng_x86_translation *translation, uint64_t address)
{
	unsigned int rights = GNG_X86_WRITE | GNG_X86_USER | GNG_X86_EXECUTE;
	uint64_t table = space->root;

	if (!gng_x86_is_canonical(address))
		return GNG_EINVAL;
	for (unsigned int level = TOP_LEVEL;; level--) {
		const uint64_t entry = *entry_of(space, table, address, level);
		const uint64_t len = len_of(level);

		if (!(entry & PRESENT))
			return GNG_ELIMIT;
		if (entry & reserved_of(space, entry, level))
			return GNG_EFORMAT;
		rights = restricted(rights, entry);
		table = entry & FRAME;
		if (!is_page(entry, level))
			continue;
		*translation = (struct gng_x86_translation){
			.frame = (table & ~(len - 1)) | (address & (len - 1)),
			.page_len = len,
			.rights = rights | (entry & GLOBAL ? GNG_X86_GLOBAL : 0) |
				  (entry & CACHE_DISABLE ? GNG_X86_UNCACHED : 0),
		};
		return GNG_OK;
	}
}
