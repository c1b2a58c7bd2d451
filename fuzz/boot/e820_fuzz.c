/* SPDX-License-Identifier: Apache-2.0 */
/*
 * e820_fuzz.c - a normal map is sorted, disjoint, joined, the same when it is made normal again,
 * and between any two edges of the input it has the type that all entries together demand.
 *
 * The first byte: bit 0 says that there are attributes, the rest is the length of an entry / 8; 127
 * there, of one input in 4096: what follows is one entry that is repeated, moved and shrunk each
 * time (struct pattern).
 */
/* bundle: 24 */
#include "rules.h"

#define MAX_SIZE 256u /* 12 entries: the work grows with their square */

/* demand_of orders types by caution, and those of one caution by number. */
FUZZ_UNCOUNTED static uint64_t demand_of(uint32_t type)
{
	static const uint8_t cautions[] = {7, 0, 5, 2, 3, 8, 4, 1};

	return (uint64_t)(type < 8 ? cautions[type] : 7) << 32 | type;
}

/* What is not ignored and not empty of an input, as it was read once. */
struct entries {
	size_t num, num_edges;
	struct gng_boot_range all[GNG_BOOT_MAX_RANGES];
	uint64_t demands[GNG_BOOT_MAX_RANGES];
	uint64_t edges[2 * GNG_BOOT_MAX_RANGES];
};

/* wanted is the type at an address: 0 where nothing is. */
FUZZ_UNCOUNTED static uint32_t wanted(const struct entries *entries, uint64_t address)
{
	uint64_t most = 0;

	for (size_t i = 0; i < entries->num; i++)
		if (address - entries->all[i].address < entries->all[i].len &&
		    entries->demands[i] > most)
			most = entries->demands[i];
	return (uint32_t)most;
}

FUZZ_UNCOUNTED static void put_edge(struct entries *entries, uint64_t edge)
{
	size_t at = entries->num_edges++;

	for (; at && entries->edges[at - 1] > edge; at--)
		entries->edges[at] = entries->edges[at - 1];
	entries->edges[at] = edge;
}

/* sort_edges lists where entries begin, and 0 or the address behind them, from low to high. */
FUZZ_UNCOUNTED static void sort_edges(struct entries *entries)
{
	entries->num_edges = 0;
	for (size_t i = 0; i < entries->num; i++) {
		put_edge(entries, entries->all[i].address);
		put_edge(entries, entries->all[i].address + entries->all[i].len);
	}
}

/* count_ranges is of a normal map of them. */
FUZZ_UNCOUNTED static size_t count_ranges(const struct entries *entries)
{
	uint32_t before = 0;
	size_t num = 0;

	for (size_t i = 0; i < entries->num_edges; i++) {
		const uint32_t type = wanted(entries, entries->edges[i]);

		num += type && type != before;
		before = type;
	}
	return num;
}

FUZZ_UNCOUNTED static struct rules_broken
judge(struct entries *entries, const struct rules_input *input, size_t entry_len, bool attributes)
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
		if (one.len == 0)
			continue;
		if (entries->num == GNG_BOOT_MAX_RANGES)
			return rules_break(GNG_BOOT_LIMIT, at);
		entries->demands[entries->num] = demand_of(one.type);
		entries->all[entries->num++] = one;
	}
	sort_edges(entries);
	/* n entries make 2 n - 1 ranges at most */
	if (entries->num > GNG_BOOT_MAX_RANGES / 2 && count_ranges(entries) > GNG_BOOT_MAX_RANGES)
		return rules_break(GNG_BOOT_LIMIT, 0);
	return rules_break(GNG_BOOT_SOUND, 0);
}

FUZZ_UNCOUNTED static void check_normal(const struct gng_boot_map *map)
{
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
}

static void check_again(const struct gng_boot_map *map)
{
	static struct gng_boot_map again;
	struct gng_boot_fault fault;

	fuzz_check(gng_boot_normalise(&again, &fault, map->ranges, map->num) == GNG_OK &&
			   again.num == map->num &&
			   memcmp(again.ranges, map->ranges, map->num * sizeof(again.ranges[0])) ==
				   0,
		   "a normal map changes", "map");
}

/* check_types walks through map and edges at once. Between two edges the type is one: the map must
 * have it there, and nothing besides. An end of 0 is 2^64. */
FUZZ_UNCOUNTED static void check_types(const struct gng_boot_map *map,
				       const struct entries *entries)
{
	const struct gng_boot_range *range = map->ranges, *end = range + map->num;
	uint64_t left = 0;

	for (const struct gng_boot_range *one = range; one < end; one++)
		left += one->len;
	for (size_t i = 0; i < entries->num_edges; i++) {
		const uint64_t first = entries->edges[i];
		const uint64_t len =
			(i + 1 < entries->num_edges ? entries->edges[i + 1] : 0) - first;
		const uint32_t type = len ? wanted(entries, first) : 0;

		if (!type)
			continue;
		while (range < end && first - range->address >= range->len)
			range++;
		fuzz_check(range < end && range->type == type &&
				   len <= range->len - (first - range->address),
			   "another type between edges", "map");
		left -= len;
	}
	fuzz_check(left == 0, "a type where nothing is", "map");
}

FUZZ_UNCOUNTED static void check_map(const struct gng_boot_map *map, const struct entries *entries)
{
	check_normal(map);
	check_again(map);
	check_types(map, entries);
}

/* pattern is what 127 * 8 bytes an entry stand for: twice half of them, each moved and shrunk by so
 * many pages, of a type that is greater by step. */
struct pattern {
	uint8_t first, half, move[2], shrink[2], step;
	uint8_t entry[24];
};

/* repeat writes the entries of a pattern, of which an input may leave out the end. */
static struct rules_input repeat(const uint8_t *data, size_t size, size_t entry_len)
{
	static uint8_t bytes[2 * 255 * 24];
	struct pattern pattern = {0};

	memcpy(&pattern, data, size < sizeof(pattern) ? size : sizeof(pattern));
	for (size_t i = 0; i < pattern.half * (size_t)2; i++) {
		uint8_t *entry = bytes + i * entry_len;
		uint64_t place[2];
		uint32_t type;

		memcpy(entry, pattern.entry, entry_len);
		memcpy(place, entry, 16);
		memcpy(&type, entry + 16, 4);
		place[0] += i * ((uint64_t)pattern.move[0] + pattern.move[1] * 256u) * 4096;
		place[1] -= i * ((uint64_t)pattern.shrink[0] + pattern.shrink[1] * 256u) * 4096;
		type += (uint32_t)i * pattern.step;
		memcpy(entry, place, 16);
		memcpy(entry + 16, &type, 4);
	}
	return (struct rules_input){bytes, pattern.half * 2 * entry_len};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gng_boot_map map;
	static struct entries entries;
	struct gng_boot_fault fault;
	struct rules_input input;
	enum gng_status status;
	size_t entry_len;
	bool attributes, is_pattern;

	if (size == 0 || size > MAX_SIZE)
		return 0;
	input = (struct rules_input){data + 1, size - 1};
	attributes = data[0] & 1;
	entry_len = (data[0] >> 1) * (size_t)8;
	is_pattern = data[0] >> 1 == 127 && fuzz_one_in(4096, data, size);
	if (entry_len < 24 || is_pattern)
		entry_len = attributes ? 24 : 20;
	if (is_pattern)
		input = repeat(data, size, entry_len);
	status = gng_boot_e820(&map, &fault, input.bytes, input.len, entry_len, attributes);
	if (rules_compare(status, &fault, judge(&entries, &input, entry_len, attributes)))
		check_map(&map, &entries);
	else
		fuzz_check(map.num == 0, "a refused map has ranges", "map");
	if (size == 1)
		fuzz_check(gng_boot_e820(&map, &fault, data, 1, data[0] % 20, attributes) ==
				   GNG_EINVAL,
			   "entries that are too short", "map");
	return 0;
}
