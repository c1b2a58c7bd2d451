/* SPDX-License-Identifier: Apache-2.0 */
/*
 * e820_fuzz.c - a normal map is sorted, disjoint, joined, the same when it is made normal again,
 * and at each edge of the input it has the type that all entries together demand.
 *
 * The first byte: bit 0 says that there are attributes, the rest is the length of an entry / 8.
 */
/* bundle: 24 */
#include "rules.h"

static unsigned int caution_of(uint32_t type)
{
	static const uint32_t order[] = {1, 7, 3, 4, 6, 2};

	for (unsigned int i = 0; i < 6; i++)
		if (order[i] == type)
			return i;
	return type == 5 ? 8 : 7;
}

static struct rules_broken judge(const struct rules_input *input, size_t entry_len, bool attributes)
{
	size_t kept = 0;

	for (size_t at = 0; at < input->len; at += entry_len) {
		const uint64_t address = rules_get(input, at, 8), len = rules_get(input, at + 8, 8);

		if (at + entry_len > input->len)
			return rules_break("truncated", at);
		if (attributes && rules_get(input, at + 20, 4) % 2 == 0)
			continue;
		if ((rules_wide)address + len > (rules_wide)1 << 64)
			return rules_break("overflow", at + 8);
		if (rules_get(input, at + 16, 4) == 0)
			return rules_break("value", at + 16);
		if (len && kept++ == GNG_BOOT_MAX_RANGES)
			return rules_break("limit", at);
	}
	return rules_break(NULL, 0);
}

/* wanted is the type at an address: 0 where nothing is. */
static uint32_t wanted(const struct rules_input *input, size_t entry_len, bool attributes,
		       uint64_t address)
{
	uint32_t best = 0;

	for (size_t at = 0; at < input->len; at += entry_len) {
		const uint32_t type = (uint32_t)rules_get(input, at + 16, 4);

		if (attributes && rules_get(input, at + 20, 4) % 2 == 0)
			continue;
		if (address - rules_get(input, at, 8) >= rules_get(input, at + 8, 8))
			continue;
		if (best == 0 || caution_of(type) > caution_of(best) ||
		    (caution_of(type) == caution_of(best) && type > best))
			best = type;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_boot_map map;
	struct gng_boot_fault fault;
	struct rules_input input;
	enum gng_status status;
	size_t entry_len;
	bool attributes;

	if (size == 0 || size > 4096)
		return 0;
	input = (struct rules_input){data + 1, size - 1};
	attributes = data[0] & 1;
	entry_len = (data[0] >> 1) * (size_t)8;
	if (entry_len < 24)
		entry_len = attributes ? 24 : 20;
	status = gng_boot_e820(&map, &fault, input.bytes, input.len, entry_len, attributes);
	if (status == GNG_ELIMIT && fault.offset == 0)
		return 0; /* more ranges than fit come out of fewer */
	if (!rules_compare(status, &fault, judge(&input, entry_len, attributes))) {
		fuzz_check(map.num == 0, "a refused map has ranges", "map");
		return 0;
	}
	check_normal(&map);
	for (size_t at = 0; at < input.len; at += entry_len)
		for (int i = 0; i < 4; i++) {
			const uint64_t address = rules_get(&input, at, 8) +
						 (i & 2 ? rules_get(&input, at + 8, 8) : 0) -
						 (i & 1 ? 1 : 0);

			fuzz_check(found(&map, address) ==
					   wanted(&input, entry_len, attributes, address),
				   "another type at an edge", "map");
		}
	return 0;
}
