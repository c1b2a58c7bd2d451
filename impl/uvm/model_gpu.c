/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_gpu.c - what wants a GPU, as the driver's sources say (uvm_va_space.c, uvm_map_external.c
 * of 595.45.04): registered GPUs and address spaces of a descriptor, mappings of the resource
 * manager's memory. No page is mapped: handles, order and bounds are what is checked.
 */
#include "uvm_model.h"

#define GPU_UUID_NOT_FOUND 0x12u
#define MIGRATE_ASYNC 1u /* UVM_MIGRATE_FLAG_ASYNC; the others want the driver's own tests */

/* find returns the number of a GPU by what a field holds, or -1. */
static int find(const struct model_call *call, const char *name)
{
	const uint8_t *wanted = call->params + uvm_field(call->layout, name)->at;
	gng_uvm_uuid uuid;

	for (uint32_t i = 0; i < call->model->machine->num_gpus; i++) {
		model_uuid(uuid, i);
		if (memcmp(uuid, wanted, sizeof(uuid)) == 0)
			return (int)i;
	}
	return -1;
}

uint32_t model_register_gpu(struct model_call *call)
{
	const int gpu = find(call, "gpu_uuid");

	if (gpu < 0)
		return GPU_UUID_NOT_FOUND;
	if (call->file->gpus[gpu].is_registered)
		return GNG_UVM_INVALID_DEVICE;
	if (call->file->mm_released)
		return GNG_UVM_PAGE_TABLE_NOT_AVAIL;
	call->file->gpus[gpu].is_registered = true;
	uvm_put(call->params, call->layout, "numaEnabled", 0);
	uvm_put(call->params, call->layout, "numaNodeId", UINT32_MAX);
	return GNG_UVM_OK;
}

uint32_t model_unregister_gpu(struct model_call *call)
{
	const int gpu = find(call, "gpu_uuid");

	if (gpu < 0 || !call->file->gpus[gpu].is_registered)
		return GNG_UVM_INVALID_DEVICE;
	call->file->gpus[gpu].is_registered = call->file->gpus[gpu].has_vaspace = false;
	return GNG_UVM_OK;
}

/* lacks_memory: since there is MM_INITIALIZE, the memory of a process is there for an address space
 * of a GPU from that call on (uvm_va_space_mm_or_current_retain), until its descriptor is closed.
 */
static bool lacks_memory(const struct model_call *call)
{
	const struct model_file *file = call->file;

	return !(file->flags & GNG_UVM_MULTI_PROCESS) &&
	       gng_uvm_layout_of(&call->model->version, GNG_UVM_MM_INITIALIZE) &&
	       (!file->mm_alive || file->mm_released);
}

/* The driver does not look at rmCtrlFd: the client's number is all that counts. */
uint32_t model_register_vaspace(struct model_call *call)
{
	const int gpu = find(call, "gpuUuid");
	uint32_t status;

	if (gpu < 0 || !call->file->gpus[gpu].is_registered)
		return GNG_UVM_INVALID_DEVICE;
	if (lacks_memory(call))
		return GNG_UVM_PAGE_TABLE_NOT_AVAIL;
	status = rm_check_vaspace(&call->model->rm, (uint32_t)model_get(call, "hClient"),
				  (uint32_t)model_get(call, "hVaSpace"), (uint32_t)gpu);
	if (status != RM_OK)
		return status;
	if (call->file->gpus[gpu].has_vaspace)
		return GNG_UVM_INVALID_DEVICE;
	call->file->gpus[gpu].has_vaspace = true;
	return GNG_UVM_OK;
}

uint32_t model_unregister_vaspace(struct model_call *call)
{
	const int gpu = find(call, "gpuUuid");

	if (gpu < 0 || !call->file->gpus[gpu].has_vaspace)
		return GNG_UVM_INVALID_DEVICE;
	call->file->gpus[gpu].has_vaspace = false;
	return GNG_UVM_OK;
}

/* model_map_external looks at the first GPU: the client names one. */
uint32_t model_map_external(struct model_call *call)
{
	const uint64_t base = model_get(call, "base"), len = model_get(call, "length");
	const uint64_t num = model_get(call, "gpuAttributesCount");
	int gpu;

	if (model_is_invalid(base, len))
		return GNG_UVM_INVALID_ADDRESS;
	if (num == 0 || num > uvm_field(call->layout, "perGpuAttributes")->len / 36u)
		return GNG_UVM_INVALID_ARGUMENT;
	if (!model_is_in_range(call->file, base, len, true))
		return GNG_UVM_INVALID_ADDRESS;
	gpu = find(call, "perGpuAttributes");
	if (gpu < 0 || !call->file->gpus[gpu].has_vaspace)
		return GNG_UVM_INVALID_DEVICE;
	return rm_check_memory(&call->model->rm, (uint32_t)model_get(call, "hClient"),
			       (uint32_t)model_get(call, "hMemory"), model_get(call, "offset"),
			       len);
}

uint32_t model_unmap_external(struct model_call *call)
{
	int gpu;

	if (!model_is_in_range(call->file, model_get(call, "base"), model_get(call, "length"),
			       true))
		return GNG_UVM_INVALID_ADDRESS;
	gpu = find(call, "gpuUuid");
	return gpu >= 0 && call->file->gpus[gpu].is_registered ? GNG_UVM_OK
							       : GNG_UVM_INVALID_DEVICE;
}

/* check_destination: memory goes to a GPU with an address space, or to a node of the CPU: 0 here.
 */
static uint32_t check_destination(const struct model_call *call)
{
	const uint8_t *to = call->params + uvm_field(call->layout, "destinationUuid")->at;
	const int32_t node = (int32_t)model_get(call, "cpuNumaNode");
	int gpu;

	if (memcmp(to, uvm_cpu_uuid, sizeof(uvm_cpu_uuid)) == 0)
		return node == -1 || node == 0 ? GNG_UVM_OK : GNG_UVM_INVALID_ARGUMENT;
	gpu = find(call, "destinationUuid");
	return gpu >= 0 && call->file->gpus[gpu].has_vaspace ? GNG_UVM_OK : GNG_UVM_INVALID_DEVICE;
}

/* model_migrate moves nothing: all memory of the model is the host's. */
uint32_t model_migrate(struct model_call *call)
{
	const uint64_t base = model_get(call, "base"), len = model_get(call, "length");
	uint32_t status;

	if (model_is_invalid(base, len))
		return GNG_UVM_INVALID_ADDRESS;
	if (model_get(call, "flags") & ~(uint64_t)MIGRATE_ASYNC ||
	    model_get(call, "semaphoreAddress"))
		return GNG_UVM_INVALID_ARGUMENT;
	status = check_destination(call);
	if (status != GNG_UVM_OK)
		return status;
	return model_is_in_range(call->file, base, len, false) ? GNG_UVM_OK
							       : GNG_UVM_INVALID_ADDRESS;
}
