/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walker.h - the reference: what a processor makes of tables, written from the manual's words and
 * sharing nothing with impl/x86. "4-Level Paging and 5-Level Paging", "Determination of Access
 * Rights", "Page-Fault Exceptions"; Intel SDM volume 3.
 */
#ifndef CONFORMANCE_X86_WALKER_H
#define CONFORMANCE_X86_WALKER_H

#include <stdbool.h>
#include <stdint.h>

/* walker is a processor with CR0.WP = 1, CR4.SMEP = CR4.SMAP = 0, EFER.NXE = has_nx. */
struct walker {
	const void *context;
	uint64_t (*load)(const void *context, uint64_t address); /* 8 bytes */
	uint64_t cr3;
	unsigned int address_bits;
	bool has_1g, has_nx;
};

enum walker_access { WALKER_READ, WALKER_WRITE, WALKER_FETCH };

/* walker_result: a fault with its error code, #GP if not canonical; or a frame. */
struct walker_result {
	bool canonical, faults;
	uint32_t error; /* of #PF */
	uint64_t physical, page_len;
};

/* One row a level, from the top: which bits index it, and what bit 7 does there. */
struct walker_level {
	unsigned int low_bit;
	enum { WALKER_RESERVED, WALKER_MAYBE_PAGE, WALKER_ALWAYS_PAGE } ps;
};

static inline bool walker_is_reserved(const struct walker *walker, uint64_t entry,
				      const struct walker_level *level, bool is_page)
{
	/* bits 51 to MAXPHYADDR, everywhere */
	if (entry % (1ull << 52) >> walker->address_bits)
		return true;
	if (entry >> 63 && !walker->has_nx)
		return true;
	if (level->ps == WALKER_RESERVED && entry >> 7 & 1)
		return true;
	if (level->low_bit == 30 && entry >> 7 & 1 && !walker->has_1g)
		return true;
	/* of large pages the bits of the offset, but for PAT */
	return is_page && level->low_bit > 13 && entry % (1ull << level->low_bit) >> 13;
}

static inline struct walker_result walker_fault(const struct walker *walker, uint32_t why,
						enum walker_access access, bool user)
{
	struct walker_result result = {.canonical = true, .faults = true};

	result.error = why | (access == WALKER_WRITE ? 2u : 0u) | (user ? 4u : 0u) |
		       (access == WALKER_FETCH && walker->has_nx ? 16u : 0u);
	return result;
}

/* walker_rights is what the levels so far grant together. */
struct walker_rights {
	bool writable, user, no_execute;
};

static inline bool walker_forbids(const struct walker_rights *rights, enum walker_access access,
				  bool user)
{
	return (user && !rights->user) || (access == WALKER_WRITE && !rights->writable) ||
	       (access == WALKER_FETCH && rights->no_execute);
}

/* walker_entry loads the entry of a level, and says whether it is that of a page. */
static inline uint64_t walker_entry(const struct walker *walker, uint64_t table, uint64_t address,
				    const struct walker_level *level, bool *is_page)
{
	const uint64_t index = (address >> level->low_bit) % 512;
	const uint64_t entry = walker->load(walker->context, table + index * 8);

	*is_page = level->ps == WALKER_ALWAYS_PAGE ||
		   (level->ps == WALKER_MAYBE_PAGE && entry >> 7 & 1);
	return entry;
}

/* walker_path is what the levels say of an address, whatever the access: a page, or where the walk
 * ends before there is one. */
struct walker_path {
	bool canonical;
	enum { WALKER_PAGE, WALKER_ABSENT, WALKER_BROKEN } end;
	struct walker_rights rights;
	uint64_t physical, page_len;
};

static inline struct walker_path walker_follow(const struct walker *walker, uint64_t address)
{
	static const struct walker_level levels[] = {{39, WALKER_RESERVED},
						     {30, WALKER_MAYBE_PAGE},
						     {21, WALKER_MAYBE_PAGE},
						     {12, WALKER_ALWAYS_PAGE}};
	const uint64_t sign = address & (1ull << 47) ? 0xffff : 0;
	struct walker_path path = {.canonical = address >> 48 == sign,
				   .rights = {true, true, false}};
	uint64_t table = walker->cr3;
	bool is_page = !path.canonical;

	for (const struct walker_level *level = levels; !is_page; level++) {
		const uint64_t entry = walker_entry(walker, table, address, level, &is_page);

		if ((entry & 1) == 0)
			path.end = WALKER_ABSENT;
		else if (walker_is_reserved(walker, entry, level, is_page))
			path.end = WALKER_BROKEN;
		if (path.end != WALKER_PAGE)
			return path;
		path.rights.writable &= entry >> 1 & 1;
		path.rights.user &= entry >> 2 & 1;
		path.rights.no_execute |= entry >> 63;
		table = entry % (1ull << 52) / 4096 * 4096;
		path.page_len = 1ull << level->low_bit;
		path.physical =
			(table >> level->low_bit << level->low_bit) + address % path.page_len;
	}
	return path;
}

/* walker_access is what an access by a path gives. */
static inline struct walker_result walker_access(const struct walker *walker,
						 const struct walker_path *path,
						 enum walker_access access, bool user)
{
	if (!path->canonical)
		return (struct walker_result){.canonical = false};
	if (path->end != WALKER_PAGE)
		return walker_fault(walker, path->end == WALKER_BROKEN ? 9 : 0, access, user);
	if (walker_forbids(&path->rights, access, user))
		return walker_fault(walker, 1, access, user);
	return (struct walker_result){
		.canonical = true, .physical = path->physical, .page_len = path->page_len};
}

static inline struct walker_result walker_walk(const struct walker *walker, uint64_t address,
					       enum walker_access access, bool user)
{
	const struct walker_path path = walker_follow(walker, address);

	return walker_access(walker, &path, access, user);
}

#endif /* CONFORMANCE_X86_WALKER_H */
