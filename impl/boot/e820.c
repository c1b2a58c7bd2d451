/* SPDX-License-Identifier: Apache-2.0 */
/* e820.c - memory maps made normal: ACPI 6.6, "System Address Map Interfaces"; names of errors. */
#include "boot_private.h"

#define CLAUSE "ACPI 6.6, INT 15H, E820H - Query System Address Map"

/* rank_of is how cautious a type is; unknown ones are reserved: "Address Range Types". */
static unsigned int rank_of(uint32_t type)
{
	static const uint8_t ranks[] = {
		[GNG_BOOT_RAM] = 1,	 [GNG_BOOT_PERSISTENT] = 2, [GNG_BOOT_ACPI] = 3,
		[GNG_BOOT_NVS] = 4,	 [GNG_BOOT_DISABLED] = 5,   [GNG_BOOT_RESERVED] = 6,
		[GNG_BOOT_UNUSABLE] = 8,
	};

	return type < sizeof(ranks) && ranks[type] ? ranks[type] : 7;
}

/* weight_of orders types by caution, unknown ones among themselves by number. */
static uint64_t weight_of(uint32_t type)
{
	return (uint64_t)rank_of(type) << 32 | type;
}

static uint64_t last_of(const struct gng_boot_range *range)
{
	return range->address + (range->len - 1);
}

/* A map in the making: entries that are not empty, and where their types may change. */
struct making {
	struct gng_boot_range ranges[GNG_BOOT_MAX_RANGES];
	uint64_t edges[2 * GNG_BOOT_MAX_RANGES];
	uint64_t
		weights[2 * GNG_BOOT_MAX_RANGES]; /* from an edge to the next; 0 where nothing is */
	size_t num, num_edges;
};

/* place_of is of the first edge that is not below an address. */
static size_t place_of(const struct making *making, uint64_t address)
{
	size_t first = 0, num = making->num_edges;

	while (num) {
		const size_t half = num / 2;

		if (making->edges[first + half] < address) {
			first += half + 1;
			num -= half + 1;
		} else {
			num = half;
		}
	}
	return first;
}

static void add_edge(struct making *making, uint64_t edge)
{
	const size_t at = place_of(making, edge);

	if (at < making->num_edges && making->edges[at] == edge)
		return;
	for (size_t i = making->num_edges++; i > at; i--)
		making->edges[i] = making->edges[i - 1];
	making->edges[at] = edge;
}

static void add_range(struct making *making, const struct gng_boot_range *range)
{
	making->ranges[making->num++] = *range;
	add_edge(making, range->address);
	add_edge(making, last_of(range) + 1); /* 0 behind the last byte: no type changes there */
}

/* weigh finds what of all ranges is the most cautious between any two edges. */
static void weigh(struct making *making)
{
	for (size_t i = 0; i < making->num_edges; i++)
		making->weights[i] = 0;
	for (size_t i = 0; i < making->num; i++) {
		const struct gng_boot_range *range = &making->ranges[i];
		const uint64_t weight = weight_of(range->type), end = last_of(range) + 1;
		const size_t last = end ? place_of(making, end) : making->num_edges;

		for (size_t at = place_of(making, range->address); at < last; at++)
			if (making->weights[at] < weight)
				making->weights[at] = weight;
	}
}

static bool put_range(struct gng_boot_map *map, uint64_t address, uint64_t len, uint32_t type)
{
	struct gng_boot_range *before = map->num ? &map->ranges[map->num - 1] : NULL;

	if (before && before->type == type && before->address + before->len == address &&
	    before->len + len > before->len) {
		before->len += len;
		return true;
	}
	if (map->num == GNG_BOOT_MAX_RANGES)
		return false;
	map->ranges[map->num++] = (struct gng_boot_range){address, len, type};
	return true;
}

static bool finish(struct gng_boot_map *map, struct making *making, struct gng_boot_fault *fault)
{
	map->num = 0;
	weigh(making);
	for (size_t i = 0; i < making->num_edges; i++) {
		const uint64_t address = making->edges[i];
		const uint64_t end = i + 1 < making->num_edges ? making->edges[i + 1] : 0;
		const uint32_t type = (uint32_t)making->weights[i];

		/* an end of 0 is 2^64: the length wraps to the right one */
		if (!type || put_range(map, address, end - address, type))
			continue;
		map->num = 0;
		return boot_refuse(fault, GNG_BOOT_LIMIT, 0, CLAUSE);
	}
	return true;
}

static bool check_range(const struct gng_boot_range *range, uint64_t offset,
			struct gng_boot_fault *fault)
{
	if (range->len && last_of(range) < range->address)
		return boot_refuse(fault, GNG_BOOT_OVERFLOW, offset + 8, CLAUSE);
	if (range->type == 0)
		return boot_refuse(fault, GNG_BOOT_VALUE, offset + 16, CLAUSE);
	return true;
}

/* take puts a range into the map in the making, if it is one. */
static bool take(struct making *making, const struct gng_boot_range *range, uint64_t offset,
		 struct gng_boot_fault *fault)
{
	if (!check_range(range, offset, fault))
		return false;
	if (range->len == 0)
		return true;
	if (making->num == GNG_BOOT_MAX_RANGES)
		return boot_refuse(fault, GNG_BOOT_LIMIT, offset, CLAUSE);
	add_range(making, range);
	return true;
}

enum gng_status gng_boot_normalise(struct gng_boot_map *map, struct gng_boot_fault *fault,
				   const struct gng_boot_range *in, size_t num)
{
	struct making making; /* large: only what counts is set */
	bool sound = true;

	*fault = (struct gng_boot_fault){.error = GNG_BOOT_SOUND};
	making.num = making.num_edges = 0;
	for (size_t i = 0; sound && i < num; i++)
		sound = take(&making, &in[i], 24 * i, fault);
	map->num = 0;
	return boot_status(sound && finish(map, &making, fault), fault);
}

enum gng_status gng_boot_e820(struct gng_boot_map *map, struct gng_boot_fault *fault,
			      const void *bytes, size_t len, size_t entry_len, bool has_attributes)
{
	struct making making; /* large: only what counts is set */
	bool sound = true;

	map->num = 0;
	*fault = (struct gng_boot_fault){.error = GNG_BOOT_SOUND};
	if (entry_len < (has_attributes ? 24 : 20))
		return GNG_EINVAL;
	making.num = making.num_edges = 0;
	for (size_t at = 0; sound && at < len; at += entry_len) {
		const uint8_t *entry = (const uint8_t *)bytes + at;
		struct gng_boot_range range;

		if (len - at < entry_len) {
			sound = boot_refuse(fault, GNG_BOOT_TRUNCATED, at, CLAUSE);
			break;
		}
		range = (struct gng_boot_range){boot_u64(entry), boot_u64(entry + 8),
						boot_u32(entry + 16)};
		if (!has_attributes || boot_u32(entry + 20) & 1)
			sound = take(&making, &range, at, fault);
	}
	return boot_status(sound && finish(map, &making, fault), fault);
}

/* ---- errors ---- */

static const struct {
	const char *name, *text;
} errors[] = {
	[GNG_BOOT_SOUND] = {"sound", "nothing is wrong"},
	[GNG_BOOT_TRUNCATED] = {"truncated", "the input ends inside of the fixed part"},
	[GNG_BOOT_SIGNATURE] = {"signature", "there is no such structure here"},
	[GNG_BOOT_LENGTH] = {"length", "this is not as long as its type demands"},
	[GNG_BOOT_BEYOND] = {"beyond", "this ends behind what holds it"},
	[GNG_BOOT_VALUE] = {"value", "the specification excludes this value"},
	[GNG_BOOT_CHECKSUM] = {"checksum", "the bytes do not sum to what they must"},
	[GNG_BOOT_OVERFLOW] = {"overflow", "this range ends behind 2^64"},
	[GNG_BOOT_STRING] = {"string", "this text does not end inside of what holds it"},
	[GNG_BOOT_TWICE] = {"twice", "what may be there once is there again"},
	[GNG_BOOT_MISSING] = {"missing", "what must be there is not"},
	[GNG_BOOT_LIMIT] = {"limit", "this is more than is looked at"},
};

const char *gng_boot_error_name(enum gng_boot_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].name : "?";
}

const char *gng_boot_error_text(enum gng_boot_error error)
{
	return (unsigned int)error < sizeof(errors) / sizeof(errors[0]) ? errors[error].text : "?";
}
