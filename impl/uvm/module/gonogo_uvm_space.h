/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_uvm_space.h - an address space of the model: its ranges, its GPU and what is mapped there.
 * Verdicts are those of 595.45.04's sources: uvm_va_range.c, uvm_va_space.c, uvm_map_external.c,
 * uvm_migrate.c. All of it is called with uvm_lock held.
 */
#ifndef GONOGO_UVM_SPACE_H
#define GONOGO_UVM_SPACE_H

#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "gonogo_calls.h"

#define UVM_OK 0x00
#define UVM_GPU_UUID_NOT_FOUND 0x12
#define UVM_ILLEGAL_ACTION 0x16
#define UVM_IN_USE 0x17
#define UVM_INVALID_ADDRESS 0x1e
#define UVM_INVALID_ARGUMENT 0x1f
#define UVM_INVALID_DEVICE 0x26
#define UVM_INVALID_STATE 0x40
#define UVM_NO_MEMORY 0x51
#define UVM_PAGE_TABLE_NOT_AVAIL 0x5d
#define UVM_ADDRESS_IN_USE 0x68
#define UVM_NOTHING_TO_DO 0x10006

#define UVM_INITIALIZE 0x30000001
#define UVM_DEINITIALIZE 0x30000002
#define UVM_ALL_FLAGS 3
#define UVM_MULTI_PROCESS 2
#define UVM_MIGRATE_ASYNC 1
#define UVM_PAGE 4096
#define UVM_MAX_SIZE 16384
#define UVM_UUID_LEN 16

/* Where fields are: of REGISTER_GPU_VASPACE, and of MAP_EXTERNAL_ALLOCATION, before whose last ones
 * there are more GPUs in newer versions. */
#define UVM_VASPACE_CLIENT 20
#define UVM_VASPACE_HANDLE 24
#define UVM_MAP_GPUS 24
#define UVM_MAP_GPU_LEN 36
#define UVM_MAP_NUM_BEFORE_END 24
#define UVM_MAP_CLIENT_BEFORE_END 12
#define UVM_MAP_MEMORY_BEFORE_END 8

enum uvm_kind { UVM_NEW, UVM_SPACE, UVM_MM };

struct uvm_range {
	struct list_head list;
	u64 base, len;
	bool external;
	bool mapped; /* until all of it is unmapped at once, or it goes */
};

/* uvm_file is one open file. */
struct uvm_file {
	enum uvm_kind kind;
	u64 flags;
	struct mm_struct *mm;	    /* counted (mmgrab): of the process that initialised it */
	bool mm_alive, mm_released; /* by MM_INITIALIZE, by the last close of its descriptor */
	struct file *keeps;	    /* that descriptor's: the space */
	bool gpu, vaspace;	    /* registered */
	struct list_head ranges;
};

/* uvm_lock is of all files: a call may be about two of them (MM_INITIALIZE). */
static DEFINE_MUTEX(uvm_lock);
static const struct gonogo_rm_calls *uvm_rm; /* NULL: no resource manager, and no GPU */

/* ---- ranges ---- */

static bool uvm_is_invalid(u64 base, u64 len)
{
	return base % UVM_PAGE || len % UVM_PAGE || !base || !len || base + len < base;
}

static struct uvm_range *uvm_overlap(struct uvm_file *file, u64 base, u64 len)
{
	struct uvm_range *range;

	list_for_each_entry(range, &file->ranges, list) if (base < range->base + range->len &&
							    range->base < base + len) return range;
	return NULL;
}

static u32 uvm_add(struct uvm_file *file, u64 base, u64 len, bool external)
{
	struct uvm_range *range;

	if (uvm_is_invalid(base, len))
		return UVM_INVALID_ADDRESS;
	if (uvm_overlap(file, base, len))
		return UVM_ADDRESS_IN_USE;
	range = kzalloc(sizeof(*range), GFP_KERNEL);
	if (!range)
		return UVM_NO_MEMORY;
	range->base = base;
	range->len = len;
	range->external = external;
	list_add(&range->list, &file->ranges);
	return UVM_OK;
}

static void uvm_unmap(struct uvm_range *range)
{
	if (range->mapped)
		uvm_rm->unmap_memory();
	range->mapped = false;
}

static void uvm_unmap_all(struct uvm_file *file)
{
	struct uvm_range *range;

	list_for_each_entry(range, &file->ranges, list) uvm_unmap(range);
}

static void uvm_drop(struct uvm_range *range)
{
	uvm_unmap(range);
	list_del(&range->list);
	kfree(range);
}

static u32 uvm_free(struct uvm_file *file, u64 base)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	if (!range || range->base != base || !range->external)
		return UVM_INVALID_ADDRESS;
	uvm_drop(range);
	return UVM_OK;
}

static u32 uvm_validate(struct uvm_file *file, u64 base, u64 len)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	return range && range->base == base && range->len == len ? UVM_OK : UVM_INVALID_ADDRESS;
}

/* uvm_in_range finds the range that has all of these bytes. */
static struct uvm_range *uvm_in_range(struct uvm_file *file, u64 base, u64 len, bool external)
{
	struct uvm_range *range = uvm_overlap(file, base, 1);

	return !uvm_is_invalid(base, len) && range && range->external == external &&
			       base + len <= range->base + range->len
		       ? range
		       : NULL;
}

/* ---- a GPU ---- */

static bool uvm_is_gpu(const u8 *uuid)
{
	return uvm_rm && memcmp(uuid, "gonogo-model-GPU", UVM_UUID_LEN) == 0;
}

static u32 uvm_register_gpu(struct uvm_file *file, u8 *params)
{
	if (!uvm_is_gpu(params))
		return UVM_GPU_UUID_NOT_FOUND;
	if (file->gpu)
		return UVM_INVALID_DEVICE;
	if (file->mm_released)
		return UVM_PAGE_TABLE_NOT_AVAIL;
	file->gpu = true;
	params[16] = 0;
	*(s32 *)(params + 20) = -1; /* no NUMA node */
	return UVM_OK;
}

static u32 uvm_unregister_vaspace(struct uvm_file *file, const u8 *params)
{
	if (!uvm_is_gpu(params) || !file->vaspace)
		return UVM_INVALID_DEVICE;
	file->vaspace = false;
	uvm_unmap_all(file);
	return UVM_OK;
}

static u32 uvm_unregister_gpu(struct uvm_file *file, const u8 *params)
{
	if (!uvm_is_gpu(params) || !file->gpu)
		return UVM_INVALID_DEVICE;
	file->gpu = false;
	if (file->vaspace)
		uvm_unregister_vaspace(file, params);
	return UVM_OK;
}

static u32 uvm_register_vaspace(struct uvm_file *file, const u8 *params)
{
	u32 status;

	if (!uvm_is_gpu(params) || !file->gpu)
		return UVM_INVALID_DEVICE;
	if (file->mm && (!file->mm_alive || file->mm_released))
		return UVM_PAGE_TABLE_NOT_AVAIL;
	status = uvm_rm->check_vaspace(*(const u32 *)(params + UVM_VASPACE_CLIENT),
				       *(const u32 *)(params + UVM_VASPACE_HANDLE), 0);
	if (status == UVM_OK && file->vaspace)
		status = UVM_INVALID_DEVICE;
	if (status == UVM_OK)
		file->vaspace = true;
	return status;
}

/* uvm_map_external looks at the first GPU: the client names one. */
static u32 uvm_map_external(struct uvm_file *file, const u8 *params, u32 size)
{
	const u64 *words = (const u64 *)params;
	const u8 *end = params + size;
	const u64 num = *(const u64 *)(end - UVM_MAP_NUM_BEFORE_END);
	struct uvm_range *range = uvm_in_range(file, words[0], words[1], true);
	u32 status;

	if (uvm_is_invalid(words[0], words[1]))
		return UVM_INVALID_ADDRESS;
	if (num == 0 || num > (size - UVM_MAP_GPUS - UVM_MAP_NUM_BEFORE_END) / UVM_MAP_GPU_LEN)
		return UVM_INVALID_ARGUMENT;
	if (!range)
		return UVM_INVALID_ADDRESS;
	if (!uvm_is_gpu(params + UVM_MAP_GPUS) || !file->vaspace)
		return UVM_INVALID_DEVICE;
	status = uvm_rm->map_memory(*(const u32 *)(end - UVM_MAP_CLIENT_BEFORE_END),
				    *(const u32 *)(end - UVM_MAP_MEMORY_BEFORE_END), words[2],
				    words[1]);
	if (status != UVM_OK)
		return status;
	uvm_unmap(range);
	range->mapped = true;
	return UVM_OK;
}

static u32 uvm_unmap_external(struct uvm_file *file, const u64 *words)
{
	struct uvm_range *range = uvm_in_range(file, words[0], words[1], true);

	if (!range)
		return UVM_INVALID_ADDRESS;
	if (!uvm_is_gpu((const u8 *)(words + 2)) || !file->gpu)
		return UVM_INVALID_DEVICE;
	if (range->base == words[0] && range->len == words[1])
		uvm_unmap(range);
	return UVM_OK;
}

/* uvm_check_destination: a GPU with an address space, or a node of the CPU, which is 0 or any. The
 * identifier of the CPU ends so. */
static u32 uvm_check_destination(struct uvm_file *file, const u8 *params)
{
	const s32 node = *(const s32 *)(params + 52);

	if (*(const u64 *)(params + 24) == 0x73772a142c414750ull)
		return node == -1 || node == 0 ? UVM_OK : UVM_INVALID_ARGUMENT;
	return uvm_is_gpu(params + 16) && file->vaspace ? UVM_OK : UVM_INVALID_DEVICE;
}

/* uvm_migrate moves nothing: all memory is the machine's. */
static u32 uvm_migrate(struct uvm_file *file, const u8 *params)
{
	const u64 *words = (const u64 *)params;
	u32 status;

	if (uvm_is_invalid(words[0], words[1]))
		return UVM_INVALID_ADDRESS;
	if (*(const u32 *)(params + 32) & ~(u32)UVM_MIGRATE_ASYNC || words[5])
		return UVM_INVALID_ARGUMENT;
	status = uvm_check_destination(file, params);
	if (status != UVM_OK)
		return status;
	return uvm_in_range(file, words[0], words[1], false) ? UVM_OK : UVM_INVALID_ADDRESS;
}

#endif /* GONOGO_UVM_SPACE_H */
