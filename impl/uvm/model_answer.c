/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_answer.c - what the driver answers, as its sources say (uvm.c, uvm_va_space_mm.c,
 * uvm_va_range.c of 595.45.04): states of a descriptor, memory of a process, ranges.
 */
#include "uvm_model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define PAGE UINT64_C(4096)
#define DEINITIALIZE 0x30000002u
#define ALL_FLAGS (GNG_UVM_DISABLE_HMM | GNG_UVM_MULTI_PROCESS)

/* ---- states ---- */

static uint32_t initialize(struct model_call *call)
{
	struct model_file *file = call->file;
	const uint64_t flags = model_get(call, "flags");

	if (file->kind == MODEL_SPACE)
		return flags == file->flags ? GNG_UVM_OK : GNG_UVM_INVALID_ARGUMENT;
	if (file->kind != MODEL_NEW || flags & ~(uint64_t)ALL_FLAGS)
		return GNG_UVM_INVALID_ARGUMENT;
	file->kind = MODEL_SPACE;
	file->flags = flags;
	file->process = model_process_of(call->task);
	return GNG_UVM_OK;
}

static uint32_t mm_initialize(struct model_call *call)
{
	struct model_file *space =
		model_find(call->model, call->task, (int)(int32_t)model_get(call, "uvmFd"));

	if (!space || space->kind != MODEL_SPACE)
		return GNG_UVM_INVALID_ARGUMENT;
	if (space->flags & GNG_UVM_MULTI_PROCESS)
		return GNG_UVM_NOTHING_TO_DO;
	if (call->file->kind != MODEL_NEW)
		return GNG_UVM_IN_USE;
	if (space->mm_released)
		return GNG_UVM_PAGE_TABLE_NOT_AVAIL;
	if (space->mm_alive)
		return GNG_UVM_INVALID_STATE;
	space->mm_alive = true;
	model_hold(call->file, space);
	call->file->kind = MODEL_MM;
	return GNG_UVM_OK;
}

static uint32_t pageable(struct model_call *call)
{
	uvm_put(call->params, call->layout, "pageableMemAccess", 0);
	return GNG_UVM_OK;
}

/* ---- ranges ---- */

bool model_is_invalid(uint64_t base, uint64_t len)
{
	return base % PAGE || len % PAGE || base == 0 || len == 0 || base + len < base;
}

static bool overlaps(const struct model_range *range, uint64_t base, uint64_t len)
{
	return base < range->base + range->len && range->base < base + len;
}

static struct model_range *range_at(struct model_file *file, uint64_t base)
{
	for (size_t i = 0; i < file->num_ranges; i++)
		if (overlaps(&file->ranges[i], base, 1))
			return &file->ranges[i];
	return NULL;
}

static uint32_t add_range(struct model_file *file, uint64_t base, uint64_t len, bool external)
{
	if (model_is_invalid(base, len))
		return GNG_UVM_INVALID_ADDRESS;
	for (size_t i = 0; i < file->num_ranges; i++)
		if (overlaps(&file->ranges[i], base, len))
			return GNG_UVM_ADDRESS_IN_USE;
	if (file->num_ranges == MODEL_MAX_RANGES)
		return 0x51; /* NV_ERR_NO_MEMORY */
	file->ranges[file->num_ranges++] = (struct model_range){base, len, external};
	return GNG_UVM_OK;
}

/* cut takes addresses out of managed ranges, which may go on at either side. */
static void cut(struct model_file *file, uint64_t base, uint64_t len)
{
	for (size_t i = file->num_ranges; i-- > 0;) {
		const struct model_range old = file->ranges[i];

		if (old.external || !overlaps(&old, base, len))
			continue;
		file->ranges[i] = file->ranges[--file->num_ranges];
		if (old.base < base)
			add_range(file, old.base, base - old.base, false);
		if (base + len < old.base + old.len)
			add_range(file, base + len, old.base + old.len - (base + len), false);
	}
}

/* is_mapped says whether a process still has a file of the model at some of these addresses. */
static bool is_mapped(pid_t process, uint64_t base, uint64_t len)
{
	uint64_t start, end;
	char path[64], line[512];
	bool found = false;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)process);
	maps = fopen(path, "re");
	while (maps && !found && fgets(line, sizeof(line), maps))
		found = sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 &&
			start < base + len && base < end && strstr(line, MODEL_FILE_NAME);
	if (maps)
		fclose(maps);
	return found || !maps;
}

static uint32_t create_external(struct model_call *call)
{
	return add_range(call->file, model_get(call, "base"), model_get(call, "length"), true);
}

static uint32_t validate(struct model_call *call)
{
	const uint64_t base = model_get(call, "base");
	const struct model_range *range = range_at(call->file, base);

	return range && range->base == base && range->len == model_get(call, "length")
		       ? GNG_UVM_OK
		       : GNG_UVM_INVALID_ADDRESS;
}

static uint32_t free_range(struct model_call *call)
{
	struct model_file *file = call->file;
	struct model_range *range = range_at(file, model_get(call, "base"));

	if (!range || range->base != model_get(call, "base") || !range->external)
		return GNG_UVM_INVALID_ADDRESS;
	*range = file->ranges[--file->num_ranges];
	return GNG_UVM_OK;
}

bool model_is_in_range(struct model_file *file, uint64_t base, uint64_t len, bool external)
{
	const struct model_range *range = range_at(file, base);

	return !model_is_invalid(base, len) && range && range->external == external &&
	       base + len <= range->base + range->len;
}

/* ---- calls ---- */

static uint32_t (*const answers[])(struct model_call *call) = {
	[GNG_UVM_INITIALIZE] = initialize,
	[GNG_UVM_MM_INITIALIZE] = mm_initialize,
	[GNG_UVM_REGISTER_GPU] = model_register_gpu,
	[GNG_UVM_UNREGISTER_GPU] = model_unregister_gpu,
	[GNG_UVM_REGISTER_GPU_VASPACE] = model_register_vaspace,
	[GNG_UVM_UNREGISTER_GPU_VASPACE] = model_unregister_vaspace,
	[GNG_UVM_CREATE_EXTERNAL_RANGE] = create_external,
	[GNG_UVM_MAP_EXTERNAL_ALLOCATION] = model_map_external,
	[GNG_UVM_UNMAP_EXTERNAL] = model_unmap_external,
	[GNG_UVM_FREE] = free_range,
	[GNG_UVM_MIGRATE] = model_migrate,
	[GNG_UVM_PAGEABLE_MEM_ACCESS] = pageable,
	[GNG_UVM_VALIDATE_VA_RANGE] = validate,
};

static uint32_t verdict_of(struct model_call *call)
{
	const enum gng_uvm_command command = call->layout->command;

	if (call->file->kind != MODEL_SPACE && command != GNG_UVM_INITIALIZE &&
	    command != GNG_UVM_MM_INITIALIZE)
		return GNG_UVM_ILLEGAL_ACTION;
	return answers[command](call);
}

static const struct gng_uvm_layout *layout_of(const struct gng_uvm_version *version,
					      uint32_t number)
{
	for (int i = 0; i < GNG_UVM_NUM_COMMANDS; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(version, (enum gng_uvm_command)i);

		if (layout && layout->number == number)
			return layout;
	}
	return NULL;
}

bool model_read(pid_t task, void *here, uint64_t there, size_t len)
{
	const struct iovec to = {here, len}, from = {(void *)there, len};

	return process_vm_readv(task, &to, 1, &from, 1, 0) == (ssize_t)len;
}

bool model_write(pid_t task, const void *here, uint64_t there, size_t len)
{
	const struct iovec from = {(void *)here, len}, to = {(void *)there, len};

	return process_vm_writev(task, &from, 1, &to, 1, 0) == (ssize_t)len;
}

int model_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		uint64_t params)
{
	static uint8_t bytes[GNG_UVM_MAX_SIZE];
	const struct gng_uvm_layout *layout = layout_of(&model->version, number);
	struct model_call call = {model, file, task, layout, bytes};

	if (number == DEINITIALIZE)
		return 0;
	if (!layout)
		return ENOSYS;
	if (!model_read(task, bytes, params, layout->size))
		return EFAULT;
	uvm_put_status(bytes, layout, verdict_of(&call));
	return model_write(task, bytes, params, layout->size) ? 0 : EFAULT;
}

int model_mmap(struct model_file *file, pid_t task, const uint64_t args[6])
{
	const int both = PROT_READ | PROT_WRITE;
	const uint64_t len = (args[1] + PAGE - 1) / PAGE * PAGE;
	const bool is_kept = !(file->flags & GNG_UVM_MULTI_PROCESS); /* memory of one process */

	if (file->kind != MODEL_SPACE)
		return EBADFD;
	if (is_kept && !model_same_memory(file->process, task))
		return EOPNOTSUPP;
	if (args[0] != args[5] || ((int)args[2] & both) != both)
		return EINVAL;
	if (len < args[1] || args[5] + len < len || args[5] + len > (uint64_t)model_space_len())
		return ENOMEM; /* the file ends before it: ulimit -f */
	/* munmap is not asked about: what it took away is noticed here, where one process may map
	 */
	if (is_kept && (args[3] & MAP_FIXED || !is_mapped(file->process, args[0], len)))
		cut(file, args[0], len);
	return add_range(file, args[0], len, false) == GNG_UVM_OK ? 0 : EINVAL;
}
