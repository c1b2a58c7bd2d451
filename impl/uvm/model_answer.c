/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_answer.c - what the driver answers, as its sources say (uvm.c, uvm_va_space_mm.c,
 * uvm_map_external.c, uvm_va_range.c of 595.45.04): states of a descriptor, memory of a process,
 * ranges. There is no GPU: what wants one is refused as for one that is not registered.
 */
#include "uvm_model.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define PAGE UINT64_C(4096)
#define DEINITIALIZE 0x30000002u
#define ALL_FLAGS (GNG_UVM_DISABLE_HMM | GNG_UVM_MULTI_PROCESS)
#define GPU_UUID_NOT_FOUND 0x12u

/* call is one ioctl. */
struct call {
	struct uvm_model *model;
	struct model_file *file;
	pid_t task;
	const struct gng_uvm_layout *layout;
	uint8_t *params;
};

static uint64_t get(const struct call *call, const char *name)
{
	return uvm_get(call->params, call->layout, name);
}

/* ---- states ---- */

static uint32_t initialize(struct call *call)
{
	struct model_file *file = call->file;
	const uint64_t flags = get(call, "flags");

	if (file->kind == MODEL_SPACE)
		return flags == file->flags ? GNG_UVM_OK : GNG_UVM_INVALID_ARGUMENT;
	if (file->kind != MODEL_NEW || flags & ~(uint64_t)ALL_FLAGS)
		return GNG_UVM_INVALID_ARGUMENT;
	file->kind = MODEL_SPACE;
	file->flags = flags;
	file->process = model_process_of(call->task);
	return GNG_UVM_OK;
}

static uint32_t mm_initialize(struct call *call)
{
	struct model_file *space =
		model_find(call->model, call->task, (int)(int32_t)get(call, "uvmFd"));

	if (!space || space->kind != MODEL_SPACE)
		return GNG_UVM_INVALID_ARGUMENT;
	if (space->flags & GNG_UVM_MULTI_PROCESS)
		return GNG_UVM_NOTHING_TO_DO;
	if (call->file->kind != MODEL_NEW)
		return GNG_UVM_INVALID_ARGUMENT;
	if (space->mm_alive)
		return GNG_UVM_INVALID_STATE;
	space->mm_alive = true;
	call->file->kind = MODEL_MM;
	return GNG_UVM_OK;
}

static uint32_t pageable(struct call *call)
{
	uvm_put(call->params, call->layout, "pageableMemAccess", 0);
	return GNG_UVM_OK;
}

/* ---- ranges ---- */

static bool is_invalid(uint64_t base, uint64_t len)
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
	if (is_invalid(base, len))
		return GNG_UVM_INVALID_ADDRESS;
	for (size_t i = 0; i < file->num_ranges; i++)
		if (overlaps(&file->ranges[i], base, len))
			return GNG_UVM_ADDRESS_IN_USE;
	if (file->num_ranges == MODEL_MAX_RANGES)
		return 0x51; /* NV_ERR_NO_MEMORY */
	file->ranges[file->num_ranges++] = (struct model_range){base, len, external};
	return GNG_UVM_OK;
}

static uint32_t create_external(struct call *call)
{
	return add_range(call->file, get(call, "base"), get(call, "length"), true);
}

static uint32_t validate(struct call *call)
{
	const uint64_t base = get(call, "base");
	const struct model_range *range = range_at(call->file, base);

	return range && range->base == base && range->len == get(call, "length")
		       ? GNG_UVM_OK
		       : GNG_UVM_INVALID_ADDRESS;
}

static uint32_t free_range(struct call *call)
{
	struct model_file *file = call->file;
	struct model_range *range = range_at(file, get(call, "base"));

	if (!range || range->base != get(call, "base") || !range->external)
		return GNG_UVM_INVALID_ADDRESS;
	*range = file->ranges[--file->num_ranges];
	return GNG_UVM_OK;
}

/* ---- what wants a GPU ---- */

static uint32_t check_external(struct call *call)
{
	const uint64_t base = get(call, "base"), len = get(call, "length");
	const struct model_range *range = range_at(call->file, base);

	if (is_invalid(base, len) || !range || !range->external ||
	    base + len > range->base + range->len)
		return GNG_UVM_INVALID_ADDRESS;
	return GNG_UVM_INVALID_DEVICE;
}

static uint32_t map_external(struct call *call)
{
	const struct gng_uvm_field *gpus = uvm_field(call->layout, "perGpuAttributes");
	const uint64_t num = get(call, "gpuAttributesCount");

	if (is_invalid(get(call, "base"), get(call, "length")))
		return GNG_UVM_INVALID_ADDRESS;
	if (num == 0 || num > gpus->len / 36u)
		return GNG_UVM_INVALID_ARGUMENT;
	return check_external(call);
}

static uint32_t migrate(struct call *call)
{
	if (is_invalid(get(call, "base"), get(call, "length")))
		return GNG_UVM_INVALID_ADDRESS;
	return get(call, "flags") & ~UINT64_C(7) ? GNG_UVM_INVALID_ARGUMENT
						 : GNG_UVM_INVALID_DEVICE;
}

static uint32_t no_such_gpu(struct call *call)
{
	return call->layout->command == GNG_UVM_REGISTER_GPU ? GPU_UUID_NOT_FOUND
							     : GNG_UVM_INVALID_DEVICE;
}

static uint32_t (*const answers[])(struct call *call) = {
	[GNG_UVM_INITIALIZE] = initialize,
	[GNG_UVM_MM_INITIALIZE] = mm_initialize,
	[GNG_UVM_REGISTER_GPU] = no_such_gpu,
	[GNG_UVM_UNREGISTER_GPU] = no_such_gpu,
	[GNG_UVM_REGISTER_GPU_VASPACE] = no_such_gpu,
	[GNG_UVM_UNREGISTER_GPU_VASPACE] = no_such_gpu,
	[GNG_UVM_CREATE_EXTERNAL_RANGE] = create_external,
	[GNG_UVM_MAP_EXTERNAL_ALLOCATION] = map_external,
	[GNG_UVM_UNMAP_EXTERNAL] = check_external,
	[GNG_UVM_FREE] = free_range,
	[GNG_UVM_MIGRATE] = migrate,
	[GNG_UVM_PAGEABLE_MEM_ACCESS] = pageable,
	[GNG_UVM_VALIDATE_VA_RANGE] = validate,
};

static uint32_t verdict_of(struct call *call)
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

int model_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		uint64_t params)
{
	static uint8_t bytes[GNG_UVM_MAX_SIZE];
	const struct gng_uvm_layout *layout = layout_of(&model->version, number);
	struct call call = {model, file, task, layout, bytes};
	const struct iovec here = {bytes, layout ? layout->size : 0};
	const struct iovec there = {(void *)params, here.iov_len};

	if (number == DEINITIALIZE)
		return 0;
	if (!layout)
		return ENOSYS;
	if (process_vm_readv(task, &here, 1, &there, 1, 0) != (ssize_t)here.iov_len)
		return EFAULT;
	uvm_put_status(bytes, layout, verdict_of(&call));
	return process_vm_writev(task, &here, 1, &there, 1, 0) == (ssize_t)here.iov_len ? 0
											: EFAULT;
}

int model_mmap(struct model_file *file, pid_t task, const uint64_t args[6])
{
	const int both = PROT_READ | PROT_WRITE;

	if (file->kind != MODEL_SPACE)
		return EBADFD;
	if (!(file->flags & GNG_UVM_MULTI_PROCESS) && !model_same_memory(file->process, task))
		return EOPNOTSUPP;
	if (args[0] != args[5] || ((int)args[2] & both) != both)
		return EINVAL;
	return add_range(file, args[0], (args[1] + PAGE - 1) / PAGE * PAGE, false) == GNG_UVM_OK
		       ? 0
		       : EINVAL;
}
