/* SPDX-License-Identifier: Apache-2.0 */
/* pvh.c - the start info of PVH: Xen's public header arch-x86/hvm/start_info.h. */
#include "boot_private.h"

#define INFO_CLAUSE "start_info.h, struct hvm_start_info"
#define MODULE_CLAUSE "start_info.h, struct hvm_modlist_entry"
#define MAP_CLAUSE "start_info.h, struct hvm_memmap_table_entry"
#define MAGIC 0x336ec578u
#define LEN_0 40u
#define LEN_1 56u
#define MODULE_LEN 32u
#define ENTRY_LEN 24u

/* at gives where len bytes at a physical address lie, or NULL if they are not in memory. */
static const uint8_t *at(const struct gng_boot_memory *memory, uint64_t address, uint64_t len)
{
	const uint64_t offset = address - memory->address;

	if (address < memory->address || offset > memory->len || len > memory->len - offset)
		return NULL;
	return memory->bytes + offset;
}

/* read_text finds a text; an address of 0 says that there is none. */
static bool read_text(const char **text, const struct gng_boot_memory *memory, uint64_t address,
		      uint64_t field, const char *clause, struct gng_boot_fault *fault)
{
	const uint8_t *bytes;
	uint64_t left;

	*text = NULL;
	if (address == 0)
		return true;
	bytes = at(memory, address, 1);
	if (!bytes)
		return boot_refuse(fault, GNG_BOOT_BEYOND, field, clause);
	left = memory->len - (address - memory->address);
	if (!boot_ends(bytes, left < GNG_BOOT_MAX_TEXT ? (size_t)left : GNG_BOOT_MAX_TEXT))
		return boot_refuse(fault, GNG_BOOT_STRING, address, clause);
	*text = (const char *)bytes;
	return true;
}

static bool read_info(struct gng_boot_pvh *pvh, uint64_t address, struct gng_boot_fault *fault)
{
	const uint8_t *info = at(&pvh->memory, address, LEN_0);

	if (!info)
		return boot_refuse(fault, GNG_BOOT_TRUNCATED, address, INFO_CLAUSE);
	if (boot_u32(info) != MAGIC)
		return boot_refuse(fault, GNG_BOOT_SIGNATURE, address, INFO_CLAUSE);
	pvh->version = boot_u32(info + 4);
	pvh->flags = boot_u32(info + 8);
	pvh->num_modules = boot_u32(info + 12);
	pvh->modules = boot_u64(info + 16);
	pvh->rsdp = boot_u64(info + 32);
	return read_text(&pvh->command_line, &pvh->memory, boot_u64(info + 24), address + 24,
			 INFO_CLAUSE, fault);
}

static bool check_module(const struct gng_boot_pvh *pvh, uint64_t address,
			 struct gng_boot_fault *fault)
{
	const uint8_t *entry = at(&pvh->memory, address, MODULE_LEN);
	const char *text;
	uint64_t begin, len;

	if (!entry)
		return boot_refuse(fault, GNG_BOOT_BEYOND, address, MODULE_CLAUSE);
	begin = boot_u64(entry);
	len = boot_u64(entry + 8);
	if (len && begin + (len - 1) < begin)
		return boot_refuse(fault, GNG_BOOT_OVERFLOW, address + 8, MODULE_CLAUSE);
	return read_text(&text, &pvh->memory, boot_u64(entry + 16), address + 16, MODULE_CLAUSE,
			 fault);
}

static bool check_modules(const struct gng_boot_pvh *pvh, uint64_t address,
			  struct gng_boot_fault *fault)
{
	if (pvh->num_modules > GNG_BOOT_MAX_MODULES)
		return boot_refuse(fault, GNG_BOOT_LIMIT, address + 12, INFO_CLAUSE);
	if (pvh->num_modules && !pvh->modules)
		return boot_refuse(fault, GNG_BOOT_MISSING, address + 16, INFO_CLAUSE);
	for (uint64_t i = 0; i < pvh->num_modules; i++)
		if (!check_module(pvh, pvh->modules + i * MODULE_LEN, fault))
			return false;
	return true;
}

/* Only version 1 and later have a map. */
static bool read_map(struct gng_boot_pvh *pvh, uint64_t address, struct gng_boot_fault *fault)
{
	const uint8_t *info = at(&pvh->memory, address, LEN_1);
	uint32_t num;

	if (pvh->version == 0)
		return true;
	if (!info)
		return boot_refuse(fault, GNG_BOOT_TRUNCATED, address + LEN_0, INFO_CLAUSE);
	num = boot_u32(info + 48);
	if (num == 0)
		return true;
	if (boot_u64(info + 40) == 0)
		return boot_refuse(fault, GNG_BOOT_MISSING, address + 40, INFO_CLAUSE);
	if (num > GNG_BOOT_MAX_RANGES)
		return boot_refuse(fault, GNG_BOOT_LIMIT, address + 48, MAP_CLAUSE);
	pvh->map = at(&pvh->memory, boot_u64(info + 40), (uint64_t)num * ENTRY_LEN);
	if (!pvh->map)
		return boot_refuse(fault, GNG_BOOT_BEYOND, address + 40, MAP_CLAUSE);
	pvh->map_len = num * ENTRY_LEN;
	return true;
}

enum gng_status gng_boot_pvh_read(struct gng_boot_pvh *pvh, struct gng_boot_fault *fault,
				  const struct gng_boot_memory *memory, uint64_t address)
{
	bool sound;

	*pvh = (struct gng_boot_pvh){.memory = *memory};
	*fault = (struct gng_boot_fault){.error = GNG_BOOT_SOUND};
	sound = read_info(pvh, address, fault) && check_modules(pvh, address, fault) &&
		read_map(pvh, address, fault);
	if (!sound)
		*pvh = (struct gng_boot_pvh){.version = 0};
	return boot_status(sound, fault);
}

bool gng_boot_pvh_module(const struct gng_boot_pvh *pvh, uint32_t i, struct gng_boot_module *module)
{
	struct gng_boot_fault unused;
	const uint8_t *entry;

	if (i >= pvh->num_modules)
		return false;
	entry = at(&pvh->memory, pvh->modules + (uint64_t)i * MODULE_LEN, MODULE_LEN);
	module->address = boot_u64(entry);
	module->len = boot_u64(entry + 8);
	return read_text(&module->command_line, &pvh->memory, boot_u64(entry + 16), 0,
			 MODULE_CLAUSE, &unused);
}
