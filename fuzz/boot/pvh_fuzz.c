/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pvh_fuzz.c - the reader and the rules refuse the same memory at the same address.
 *
 * Memory begins at 0x1000; the first two bytes say, less 0xff0, where the structure is in it.
 */
/* bundle: 27 */
#include "rules.h"

#define BASE 0x1000u

/* field reads from physical memory. */
static uint64_t field(const struct rules_input *memory, rules_wide address, unsigned int width)
{
	return rules_get(memory, address - BASE, width);
}

static bool holds(const struct rules_input *memory, rules_wide address, uint64_t len)
{
	return address >= BASE && address + len <= (rules_wide)BASE + memory->len;
}

static struct rules_broken judge_text(const struct rules_input *memory, uint64_t text,
				      uint64_t where)
{
	if (text == 0)
		return rules_break(GNG_BOOT_SOUND, 0);
	if (!holds(memory, text, 1))
		return rules_break(GNG_BOOT_BEYOND, where);
	if (!rules_has_end(memory, (rules_wide)text - BASE,
			   (rules_wide)text - BASE + GNG_BOOT_MAX_TEXT))
		return rules_break(GNG_BOOT_STRING, text);
	return rules_break(GNG_BOOT_SOUND, 0);
}

static struct rules_broken judge_modules(const struct rules_input *memory, uint64_t info)
{
	const uint64_t num = field(memory, info + 12, 4), list = field(memory, info + 16, 8);
	struct rules_broken broken = {GNG_BOOT_SOUND, 0};

	if (num > GNG_BOOT_MAX_MODULES)
		return rules_break(GNG_BOOT_LIMIT, info + 12);
	if (num && !list)
		return rules_break(GNG_BOOT_MISSING, info + 16);
	for (rules_wide at = list; !broken.error && at < (rules_wide)list + num * 32; at += 32) {
		if (!holds(memory, at, 32))
			return rules_break(GNG_BOOT_BEYOND, at);
		if ((rules_wide)field(memory, at, 8) + field(memory, at + 8, 8) > (rules_wide)1
											  << 64)
			return rules_break(GNG_BOOT_OVERFLOW, at + 8);
		broken = judge_text(memory, field(memory, at + 16, 8), (uint64_t)at + 16);
	}
	return broken;
}

static struct rules_broken judge_map(const struct rules_input *memory, uint64_t info)
{
	const uint64_t map = field(memory, info + 40, 8), num = field(memory, info + 48, 4);

	if (field(memory, info + 4, 4) == 0)
		return rules_break(GNG_BOOT_SOUND, 0);
	if (!holds(memory, info, 56))
		return rules_break(GNG_BOOT_TRUNCATED, info + 40);
	if (num == 0)
		return rules_break(GNG_BOOT_SOUND, 0);
	if (map == 0)
		return rules_break(GNG_BOOT_MISSING, info + 40);
	if (num > GNG_BOOT_MAX_RANGES)
		return rules_break(GNG_BOOT_LIMIT, info + 48);
	return rules_break(holds(memory, map, num * 24) ? GNG_BOOT_SOUND : GNG_BOOT_BEYOND,
			   info + 40);
}

static struct rules_broken judge(const struct rules_input *memory, uint64_t info)
{
	struct rules_broken broken;

	if (!holds(memory, info, 40))
		return rules_break(GNG_BOOT_TRUNCATED, info);
	if (field(memory, info, 4) != 0x336ec578)
		return rules_break(GNG_BOOT_SIGNATURE, info);
	broken = judge_text(memory, field(memory, info + 24, 8), info + 24);
	if (!broken.error)
		broken = judge_modules(memory, info);
	return broken.error ? broken : judge_map(memory, info);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gng_boot_memory memory;
	struct gng_boot_module module;
	struct gng_boot_fault fault;
	struct gng_boot_pvh pvh;
	struct rules_input input;
	const size_t skip = size < 2 ? size : 2;
	uint64_t where;

	if (size > 1024)
		return 0;
	/* no byte at all is an input, too: with it an engine begins that has no corpus */
	input = (struct rules_input){data + skip, size - skip};
	memory = (struct gng_boot_memory){input.bytes, BASE, input.len};
	where = 0xff0u + (skip < 2 ? 0 : (uint64_t)(data[0] | data[1] << 8));
	if (!rules_compare(gng_boot_pvh_read(&pvh, &fault, &memory, where), &fault,
			   judge(&input, where)))
		return 0;
	fuzz_check(pvh.num_modules == field(&input, where + 12, 4), "the number", "of modules");
	for (uint32_t i = 0; i < pvh.num_modules; i++)
		fuzz_check(gng_boot_pvh_module(&pvh, i, &module) &&
				   module.len == field(&input, pvh.modules + 32ull * i + 8, 8),
			   "a module", "of PVH");
	fuzz_check(!gng_boot_pvh_module(&pvh, pvh.num_modules, &module), "one module too many",
		   "of PVH");
	return 0;
}
