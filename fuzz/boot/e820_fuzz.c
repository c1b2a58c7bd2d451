/* SPDX-License-Identifier: Apache-2.0 */
/*
 * e820_fuzz.c - a normal map is sorted, disjoint, joined, the same when it is made normal again,
 * and at each edge of the input it has the type that all entries together demand.
 *
 * The first byte: bit 0 says that there are attributes, the rest is the length of an entry / 8.
 */
/* bundle: 24 */
#include "rules.h"

#define MAX_SIZE 256u /* 12 entries: more would only be slower */

static unsigned int caution_of(uint32_t type)
{
	static const uint32_t order[] = {1, 7, 3, 4, 6, 2};

	for (unsigned int i = 0; i < 6; i++)
		if (order[i] == type)
			return i;
	return type == 5 ? 8 : 7;
}

/* What is not ignored and not empty of an input, as it was read once. */
struct entries {
	size_t num;
	struct gng_boot_range all[MAX_SIZE / 20 + 1];
};

static struct rules_broken judge(struct entries *entries, const struct rules_input *input,
				 size_t entry_len, bool attributes)
{
	entries->num = 0;
	for (size_t at = 0; at < input->len; at += entry_len) {
		const struct gng_boot_range one = {rules_get(input, at, 8),
						   rules_get(input, at + 8, 8),
						   (uint32_t)rules_get(input, at + 16, 4)};

		if (at + entry_len > input->len)
			return rules_break(GNG_BOOT_TRUNCATED, at);
		if (attributes && rules_get(input, at + 20, 4) % 2 == 0)
			continue;
		if ((rules_wide)one.address + one.len > (rules_wide)1 << 64)
			return rules_break(GNG_BOOT_OVERFLOW, at + 8);
		if (one.type == 0)
			return rules_break(GNG_BOOT_VALUE, at + 16);
		if (one.len)
			entries->all[entries->num++] = one;
	}
	return rules_break(GNG_BOOT_SOUND, 0);
}

/* wanted is the type at an address: 0 where nothing is. */
static uint32_t wanted(const struct entries *entries, uint64_t address)
{
	uint32_t best = 0;

	for (size_t i = 0; i < entries->num; i++) {
		const struct gng_boot_range *one = &entries->all[i];

		if (address - one->address >= one->len)
			continue;
		if (best == 0 || caution_of(one->type) > caution_of(best) ||
		    (caution_of(one->type) == caution_of(best) && one->type > best))
			best = one->type;
	}
	return best;
}

static uint32_t found(const struct gng_boot_map *map, uint64_t address)
{
	for (uint32_t i = 0; i < map->num; i++)
		if (address - map->ranges[i].address < map->ranges[i].len)
			return map->ranges[i].type;
	return 0;
}

static void check_normal(const struct gng_boot_map *map)
{
	static struct gng_boot_map again;
	struct gng_boot_fault fault;

	for (uint32_t i = 0; i < map->num; i++) {
		const struct gng_boot_range *range = &map->ranges[i];
		const rules_wide end = (rules_wide)range->address + range->len;

		fuzz_check(range->len && end <= (rules_wide)1 << 64, "a range is empty", "map");
		if (i + 1 == map->num)
			break;
		fuzz_check(end <= range[1].address, "ranges overlap or are not sorted", "map");
		fuzz_check(end < range[1].address || range->type != range[1].type ||
				   (rules_wide)range->len + range[1].len > UINT64_MAX,
			   "neighbours are not joined", "map");
	}
	fuzz_check(gng_boot_normalise(&again, &fault, map->ranges, map->num) == GNG_OK &&
			   again.num == map->num &&
			   memcmp(again.ranges, map->ranges, map->num * sizeof(again.ranges[0])) ==
				   0,
		   "a normal map changes", "map");
}

/* check_edges compares the types at both ends of each entry, and next to them. */
static void check_edges(const struct gng_boot_map *map, const struct entries *entries)
{
	for (size_t i = 0; i < entries->num; i++) {
		const uint64_t first = entries->all[i].address,
			       behind = first + entries->all[i].len;
		const uint64_t edges[] = {first - 1, first, behind - 1, behind};

		for (size_t k = 0; k < 4; k++)
			fuzz_check(found(map, edges[k]) == wanted(entries, edges[k]),
				   "another type at an edge", "map");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_boot_map map;
	static struct entries entries;
	struct gng_boot_fault fault;
	struct rules_input input;
	enum gng_status status;
	size_t entry_len;
	bool attributes;

	if (size == 0 || size > MAX_SIZE)
		return 0;
	input = (struct rules_input){data + 1, size - 1};
	attributes = data[0] & 1;
	entry_len = (data[0] >> 1) * (size_t)8;
	if (entry_len < 24)
		entry_len = attributes ? 24 : 20;
	status = gng_boot_e820(&map, &fault, input.bytes, input.len, entry_len, attributes);
	if (rules_compare(status, &fault, judge(&entries, &input, entry_len, attributes))) {
		check_normal(&map);
		check_edges(&map, &entries);
	} else {
		fuzz_check(map.num == 0, "a refused map has ranges", "map");
	}
	return 0;
}
