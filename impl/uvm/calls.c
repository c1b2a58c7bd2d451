/* SPDX-License-Identifier: Apache-2.0 */
/* calls.c - the commands of /dev/nvidia-uvm, one function each. */
#include "uvm_client.h"

#include <unistd.h>

const gng_uvm_uuid uvm_cpu_uuid = {0xa6, 0x5e, 0x0f, 0x4e, 0xd7, 0xd4, 0x7b, 0xa2,
				   0x50, 0x47, 0x41, 0x2c, 0x14, 0x2a, 0x77, 0x73};

static void put_uuid(struct uvm_call *call, const char *name, const gng_uvm_uuid uuid)
{
	const struct gng_uvm_field *field = uvm_field(call->layout, name);

	if (field)
		memcpy(call->params + field->at, uuid, sizeof(gng_uvm_uuid));
}

static enum gng_status begin(struct uvm_call *call, struct gng_uvm *uvm,
			     enum gng_uvm_command command, uint32_t *rm_status, struct gng_why *why)
{
	if (rm_status)
		*rm_status = GNG_UVM_OK;
	return uvm_begin(call, uvm, command, why);
}

/* on_range is a call that takes a range and nothing else. */
static enum gng_status on_range(struct gng_uvm *uvm, enum gng_uvm_command command, uint64_t base,
				uint64_t len, uint32_t *rm_status, struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status = begin(&call, uvm, command, rm_status, why);

	if (status != GNG_OK)
		return status;
	uvm_put(call.params, call.layout, "base", base);
	uvm_put(call.params, call.layout, "length", len);
	return uvm_end(&call, uvm->fd, rm_status, why);
}

enum gng_status gng_uvm_create_external_range(struct gng_uvm *uvm, uint64_t base, uint64_t len,
					      uint32_t *rm_status, struct gng_why *why)
{
	return on_range(uvm, GNG_UVM_CREATE_EXTERNAL_RANGE, base, len, rm_status, why);
}

enum gng_status gng_uvm_validate_va_range(struct gng_uvm *uvm, uint64_t base, uint64_t len,
					  uint32_t *rm_status, struct gng_why *why)
{
	return on_range(uvm, GNG_UVM_VALIDATE_VA_RANGE, base, len, rm_status, why);
}

enum gng_status gng_uvm_free(struct gng_uvm *uvm, uint64_t base, uint64_t len, uint32_t *rm_status,
			     struct gng_why *why)
{
	return on_range(uvm, GNG_UVM_FREE, base, len, rm_status, why);
}

enum gng_status gng_uvm_pageable_mem_access(struct gng_uvm *uvm, bool *can, uint32_t *rm_status,
					    struct gng_why *why)
{
	struct uvm_call call;
	enum gng_status status = begin(&call, uvm, GNG_UVM_PAGEABLE_MEM_ACCESS, rm_status, why);

	if (status == GNG_OK)
		status = uvm_end(&call, uvm->fd, rm_status, why);
	if (status == GNG_OK)
		*can = uvm_get(call.params, call.layout, "pageableMemAccess") != 0;
	return status;
}

enum gng_status gng_uvm_mm_initialize(struct gng_uvm *uvm, uint32_t *rm_status, struct gng_why *why)
{
	struct uvm_call call;
	uint32_t verdict = GNG_UVM_OK;
	enum gng_status status = begin(&call, uvm, GNG_UVM_MM_INITIALIZE, rm_status, why);
	int fd;

	if (status != GNG_OK)
		return status;
	fd = uvm_open_device(uvm->device, why);
	if (fd < 0)
		return GNG_EUNSUPPORTED;
	uvm_put(call.params, call.layout, "uvmFd", (uint64_t)uvm->fd);
	status = uvm_end(&call, fd, &verdict, why);
	if (rm_status)
		*rm_status = verdict;
	if (status == GNG_OK && uvm->mm_fd < 0)
		uvm->mm_fd = fd;
	else
		close(fd);
	return verdict == GNG_UVM_NOTHING_TO_DO ? GNG_OK : status;
}

/* ---- GPUs ---- */

enum gng_status gng_uvm_register_gpu(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
				     const struct gng_uvm_handle *handle, int *node,
				     uint32_t *rm_status, struct gng_why *why)
{
	struct uvm_call call;
	enum gng_status status = begin(&call, uvm, GNG_UVM_REGISTER_GPU, rm_status, why);

	if (status != GNG_OK)
		return status;
	put_uuid(&call, "gpu_uuid", gpu);
	uvm_put(call.params, call.layout, "rmCtrlFd", (uint64_t)handle->fd);
	uvm_put(call.params, call.layout, "hClient", handle->client);
	uvm_put(call.params, call.layout, "hSmcPartRef", handle->object);
	status = uvm_end(&call, uvm->fd, rm_status, why);
	if (status == GNG_OK)
		*node = uvm_get(call.params, call.layout, "numaEnabled")
				? (int)uvm_get(call.params, call.layout, "numaNodeId")
				: -1;
	return status;
}

static enum gng_status on_gpu(struct gng_uvm *uvm, enum gng_uvm_command command, const char *field,
			      const gng_uvm_uuid gpu, uint32_t *rm_status, struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status = begin(&call, uvm, command, rm_status, why);

	if (status != GNG_OK)
		return status;
	put_uuid(&call, field, gpu);
	return uvm_end(&call, uvm->fd, rm_status, why);
}

enum gng_status gng_uvm_unregister_gpu(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
				       uint32_t *rm_status, struct gng_why *why)
{
	return on_gpu(uvm, GNG_UVM_UNREGISTER_GPU, "gpu_uuid", gpu, rm_status, why);
}

enum gng_status gng_uvm_unregister_gpu_vaspace(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
					       uint32_t *rm_status, struct gng_why *why)
{
	return on_gpu(uvm, GNG_UVM_UNREGISTER_GPU_VASPACE, "gpuUuid", gpu, rm_status, why);
}

enum gng_status gng_uvm_register_gpu_vaspace(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
					     const struct gng_uvm_handle *handle,
					     uint32_t *rm_status, struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status =
		begin(&call, uvm, GNG_UVM_REGISTER_GPU_VASPACE, rm_status, why);

	if (status != GNG_OK)
		return status;
	put_uuid(&call, "gpuUuid", gpu);
	uvm_put(call.params, call.layout, "rmCtrlFd", (uint64_t)handle->fd);
	uvm_put(call.params, call.layout, "hClient", handle->client);
	uvm_put(call.params, call.layout, "hVaSpace", handle->object);
	return uvm_end(&call, uvm->fd, rm_status, why);
}

/* ---- mappings ---- */

enum gng_status gng_uvm_map_external(struct gng_uvm *uvm, uint64_t base, uint64_t len,
				     uint64_t offset, const gng_uvm_uuid gpu,
				     const struct gng_uvm_handle *handle, uint32_t *rm_status,
				     struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status =
		begin(&call, uvm, GNG_UVM_MAP_EXTERNAL_ALLOCATION, rm_status, why);

	if (status != GNG_OK)
		return status;
	uvm_put(call.params, call.layout, "base", base);
	uvm_put(call.params, call.layout, "length", len);
	uvm_put(call.params, call.layout, "offset", offset);
	put_uuid(&call, "perGpuAttributes", gpu); /* of the first; zeros are the defaults */
	uvm_put(call.params, call.layout, "gpuAttributesCount", 1);
	uvm_put(call.params, call.layout, "rmCtrlFd", (uint64_t)handle->fd);
	uvm_put(call.params, call.layout, "hClient", handle->client);
	uvm_put(call.params, call.layout, "hMemory", handle->object);
	return uvm_end(&call, uvm->fd, rm_status, why);
}

enum gng_status gng_uvm_unmap_external(struct gng_uvm *uvm, uint64_t base, uint64_t len,
				       const gng_uvm_uuid gpu, uint32_t *rm_status,
				       struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status = begin(&call, uvm, GNG_UVM_UNMAP_EXTERNAL, rm_status, why);

	if (status != GNG_OK)
		return status;
	uvm_put(call.params, call.layout, "base", base);
	uvm_put(call.params, call.layout, "length", len);
	put_uuid(&call, "gpuUuid", gpu);
	return uvm_end(&call, uvm->fd, rm_status, why);
}

enum gng_status gng_uvm_migrate(struct gng_uvm *uvm, uint64_t base, uint64_t len,
				const gng_uvm_uuid to, int node, uint32_t *rm_status,
				struct gng_why *why)
{
	struct uvm_call call;
	const enum gng_status status = begin(&call, uvm, GNG_UVM_MIGRATE, rm_status, why);

	if (status != GNG_OK)
		return status;
	uvm_put(call.params, call.layout, "base", base);
	uvm_put(call.params, call.layout, "length", len);
	put_uuid(&call, "destinationUuid", to ? to : uvm_cpu_uuid);
	uvm_put(call.params, call.layout, "cpuNumaNode", (uint64_t)(int64_t)node);
	return uvm_end(&call, uvm->fd, rm_status, why);
}
