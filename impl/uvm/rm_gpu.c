/* SPDX-License-Identifier: Apache-2.0 */
/* rm_gpu.c - the GPUs of the resource manager, and the objects that a mapping needs. */
#include "uvm_rm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

/* nvos.h, which has them alike in all versions */
#define MULTIPLE_VASPACES 2u	   /* NV_DEVICE_ALLOCATION_VAMODE_MULTIPLE_VASPACES */
#define EXTERNALLY_OWNED (1u << 3) /* NV_VASPACE_ALLOCATION_FLAGS_IS_EXTERNALLY_OWNED */
#define PAGE_FAULTING (1u << 6)	   /* NV_VASPACE_ALLOCATION_FLAGS_ENABLE_PAGE_FAULTING */
#define OWNER 0x676e67u		   /* of memory: any number but 0 and those above 0xffff0000 */
#define GID_BINARY 2u		   /* NV2080_GPU_CMD_GPU_GET_GID_FLAGS_FORMAT_BINARY */
#define MAX_DEVICES 32u
#define MAX_SUBDEVICES 8u

enum gng_status gng_uvm_rm_cards(struct gng_uvm_rm *rm,
				 struct gng_uvm_card cards[GNG_UVM_MAX_CARDS], size_t *num,
				 struct gng_why *why)
{
	const size_t size = rm_layout(rm, GNG_UVM_RM_CARD_INFO)->size;
	uint8_t params[GNG_UVM_MAX_CARDS * RM_CAP] __attribute__((aligned(8))) = {0};
	const struct rm_call call = {GNG_UVM_RM_CARD_INFO, NULL, 0, rm->fd, params,
				     GNG_UVM_MAX_CARDS};
	const enum gng_status status = rm_do(rm, &call, NULL, why);

	*num = 0;
	if (status != GNG_OK)
		return status;
	return gng_uvm_read_cards(cards, num, &rm->version, params, GNG_UVM_MAX_CARDS * size, why);
}

/* ---- a GPU ---- */

static enum gng_status open_device(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu, uint32_t minor,
				   struct gng_why *why)
{
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	struct rm_call call = {.command = GNG_UVM_RM_REGISTER_FD, .params = params, .num = 1};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%u", rm->request.device, minor);
	gpu->fd = open(path, O_RDWR | O_CLOEXEC);
	if (gpu->fd < 0)
		return gng_why_set(why,
				   errno == EACCES || errno == EPERM ? GNG_EPERM : GNG_EUNSUPPORTED,
				   errno, "uvm.rm", "%s: %s; nvidia-modprobe -c %u makes it", path,
				   strerror(errno), minor);
	call.fd = gpu->fd;
	uvm_put(params, rm_layout(rm, GNG_UVM_RM_REGISTER_FD), "ctl_fd", (uint64_t)rm->fd);
	return rm_do(rm, &call, NULL, why);
}

/* find_instance asks which device and subdevice a card is; it wants the device open. */
static enum gng_status find_instance(struct gng_uvm_rm *rm, uint32_t *device, uint32_t *subdevice,
				     uint32_t gpu_id, uint32_t *rm_status, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_ID_INFO);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	enum gng_status status;

	uvm_put(params, layout, "gpuId", gpu_id);
	status = gng_uvm_rm_control(rm, 0, layout->number, params, layout->size, rm_status, why);
	*device = (uint32_t)uvm_get(params, layout, "deviceInstance");
	*subdevice = (uint32_t)uvm_get(params, layout, "subDeviceInstance");
	if (status == GNG_OK && (*device >= MAX_DEVICES || *subdevice >= MAX_SUBDEVICES))
		return gng_why_set(why, GNG_EFORMAT, 0, "uvm.rm",
				   "the driver calls GPU 0x%x device %u, subdevice %u: there are "
				   "%u and %u at most",
				   gpu_id, *device, *subdevice, MAX_DEVICES, MAX_SUBDEVICES);
	return status;
}

static enum gng_status allocate(struct gng_uvm_rm *rm, uint32_t *object, uint32_t parent,
				enum gng_uvm_command what, uint8_t *params, uint32_t *rm_status,
				struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, what);

	return gng_uvm_rm_alloc(rm, object, parent, layout->number, params, layout->size, rm_status,
				why);
}

static enum gng_status allocate_device(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
				       uint32_t device, uint32_t subdevice, uint32_t *rm_status,
				       struct gng_why *why)
{
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	enum gng_status status;

	uvm_put(params, rm_layout(rm, GNG_UVM_RM_DEVICE), "deviceId", device);
	uvm_put(params, rm_layout(rm, GNG_UVM_RM_DEVICE), "vaMode", MULTIPLE_VASPACES);
	status = allocate(rm, &gpu->device, 0, GNG_UVM_RM_DEVICE, params, rm_status, why);
	if (status != GNG_OK)
		return status;
	memset(params, 0, sizeof(params));
	uvm_put(params, rm_layout(rm, GNG_UVM_RM_SUBDEVICE), "subDeviceId", subdevice);
	return allocate(rm, &gpu->subdevice, gpu->device, GNG_UVM_RM_SUBDEVICE, params, rm_status,
			why);
}

static enum gng_status read_uuid(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
				 uint32_t *rm_status, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_GID_INFO);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	enum gng_status status;

	uvm_put(params, layout, "flags", GID_BINARY);
	status = gng_uvm_rm_control(rm, gpu->subdevice, layout->number, params, layout->size,
				    rm_status, why);
	return status == GNG_OK
		       ? gng_uvm_read_uuid(gpu->uuid, &rm->version, params, layout->size, why)
		       : status;
}

enum gng_status gng_uvm_rm_attach(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
				  const struct gng_uvm_card *card, uint32_t *rm_status,
				  struct gng_why *why)
{
	const size_t before = rm->num_kept;
	uint32_t device = 0, subdevice = 0;
	enum gng_status status;

	*gpu = (struct gng_uvm_gpu){.fd = -1};
	if (rm_status)
		*rm_status = GNG_UVM_OK;
	status = open_device(rm, gpu, card->minor, why);
	if (status == GNG_OK)
		status = find_instance(rm, &device, &subdevice, card->gpu_id, rm_status, why);
	if (status == GNG_OK)
		status = allocate_device(rm, gpu, device, subdevice, rm_status, why);
	if (status == GNG_OK)
		status = read_uuid(rm, gpu, rm_status, why);
	if (status == GNG_OK)
		return GNG_OK;
	rm_rest(rm, before, NULL);
	if (gpu->fd >= 0)
		close(gpu->fd);
	gpu->fd = -1;
	return status;
}

enum gng_status gng_uvm_rm_detach(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
				  struct gng_why *why)
{
	const enum gng_status status = gng_uvm_rm_free(rm, gpu->device, NULL, why);

	if (gpu->fd >= 0)
		close(gpu->fd);
	gpu->fd = -1;
	return status;
}

/* ---- what a mapping needs ---- */

enum gng_status gng_uvm_rm_vaspace(struct gng_uvm_rm *rm, uint32_t *object,
				   const struct gng_uvm_gpu *gpu, uint32_t *rm_status,
				   struct gng_why *why)
{
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};

	uvm_put(params, rm_layout(rm, GNG_UVM_RM_VASPACE), "flags",
		EXTERNALLY_OWNED | PAGE_FAULTING);
	return allocate(rm, object, gpu->device, GNG_UVM_RM_VASPACE, params, rm_status, why);
}

enum gng_status gng_uvm_rm_memory(struct gng_uvm_rm *rm, uint32_t *object,
				  const struct gng_uvm_gpu *gpu, uint64_t len, uint32_t *rm_status,
				  struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_MEMORY);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};

	uvm_put(params, layout, "owner", OWNER);
	uvm_put(params, layout, "size", len);
	return allocate(rm, object, gpu->device, GNG_UVM_RM_MEMORY, params, rm_status, why);
}
