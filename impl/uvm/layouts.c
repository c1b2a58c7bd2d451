/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layouts.c - the structures of /dev/nvidia-uvm that the client speaks, each with the version from
 * which on it holds. vectors/uvm/layouts.vec has those of all commands, as a compiler laid out the
 * sources of 193 versions; a conformance test compares both for each version.
 */
#include "uvm_layouts.h"

/* NvBool is a byte, NV_STATUS and handles are 32 bits, and NvU64 is aligned to 8. */

struct initialize {
	uint64_t flags;
	uint32_t status;
};

struct mm_initialize {
	int32_t uvm_fd;
	uint32_t status;
};

struct register_gpu {
	gng_uvm_uuid gpu;
	uint8_t numa_enabled;
	int32_t numa_node, rm_fd;
	uint32_t client, partition, status;
};

struct of_gpu {
	gng_uvm_uuid gpu;
	uint32_t status;
};

struct register_vaspace {
	gng_uvm_uuid gpu;
	int32_t rm_fd;
	uint32_t client, vaspace, status;
};

struct range {
	uint64_t base, len;
	uint32_t status;
};

/* mapping is UvmGpuMappingAttributes. */
struct mapping {
	gng_uvm_uuid gpu;
	uint32_t mapping_type, caching_type, format_type, element_bits, compression_type;
};

struct map_external_32 { /* 32 GPUs: before 550.40.53 */
	uint64_t base, len, offset;
	struct mapping gpus[32];
	uint64_t num_gpus;
	int32_t rm_fd;
	uint32_t client, memory, status;
};

struct map_external {
	uint64_t base, len, offset;
	struct mapping gpus[256];
	uint64_t num_gpus;
	int32_t rm_fd;
	uint32_t client, memory, status;
};

struct unmap_external {
	uint64_t base, len;
	gng_uvm_uuid gpu;
	uint32_t status;
};

struct free_base { /* since 590.44.01 */
	uint64_t base;
	uint32_t status;
};

struct migrate {
	uint64_t base, len;
	gng_uvm_uuid to;
	uint32_t flags;
	uint64_t semaphore;
	uint32_t payload;
	int32_t node;
	uint64_t rest_base, rest_len;
	uint32_t status;
};

struct pageable {
	uint8_t can;
	uint32_t status;
};

GNG_STATIC_ASSERT(sizeof(struct initialize) == 16, "INITIALIZE");
GNG_STATIC_ASSERT(sizeof(struct mm_initialize) == 8, "MM_INITIALIZE");
GNG_STATIC_ASSERT(sizeof(struct register_gpu) == 40, "REGISTER_GPU");
GNG_STATIC_ASSERT(sizeof(struct of_gpu) == 20, "UNREGISTER_GPU, UNREGISTER_GPU_VASPACE");
GNG_STATIC_ASSERT(sizeof(struct register_vaspace) == 32, "REGISTER_GPU_VASPACE");
GNG_STATIC_ASSERT(sizeof(struct range) == 24, "CREATE_EXTERNAL_RANGE, VALIDATE, FREE to 580");
GNG_STATIC_ASSERT(sizeof(struct mapping) == 36, "UvmGpuMappingAttributes");
GNG_STATIC_ASSERT(sizeof(struct map_external_32) == 1200, "MAP_EXTERNAL_ALLOCATION to 545");
GNG_STATIC_ASSERT(sizeof(struct map_external) == 9264, "MAP_EXTERNAL_ALLOCATION since 550");
GNG_STATIC_ASSERT(sizeof(struct unmap_external) == 40, "UNMAP_EXTERNAL");
GNG_STATIC_ASSERT(sizeof(struct free_base) == 16, "FREE since 590");
GNG_STATIC_ASSERT(sizeof(struct migrate) == 80, "MIGRATE");
GNG_STATIC_ASSERT(sizeof(struct pageable) == 8, "PAGEABLE_MEM_ACCESS");

/* By command, then by version. */
static const struct gng_uvm_layout layouts[] = {
	{GNG_UVM_INITIALIZE,
	 FIRST,
	 0x30000001,
	 SIZES(initialize),
	 {FIELD(initialize, flags, "flags")}},
	{GNG_UVM_MM_INITIALIZE,
	 "535.43.02",
	 75,
	 SIZES(mm_initialize),
	 {FIELD(mm_initialize, uvm_fd, "uvmFd")}},
	{GNG_UVM_REGISTER_GPU,
	 FIRST,
	 37,
	 SIZES(register_gpu),
	 {FIELD(register_gpu, gpu, "gpu_uuid"), FIELD(register_gpu, numa_enabled, "numaEnabled"),
	  FIELD(register_gpu, numa_node, "numaNodeId"), FIELD(register_gpu, rm_fd, "rmCtrlFd"),
	  FIELD(register_gpu, client, "hClient"), FIELD(register_gpu, partition, "hSmcPartRef")}},
	{GNG_UVM_UNREGISTER_GPU, FIRST, 38, SIZES(of_gpu), {FIELD(of_gpu, gpu, "gpu_uuid")}},
	{GNG_UVM_REGISTER_GPU_VASPACE,
	 FIRST,
	 25,
	 SIZES(register_vaspace),
	 {FIELD(register_vaspace, gpu, "gpuUuid"), FIELD(register_vaspace, rm_fd, "rmCtrlFd"),
	  FIELD(register_vaspace, client, "hClient"),
	  FIELD(register_vaspace, vaspace, "hVaSpace")}},
	{GNG_UVM_UNREGISTER_GPU_VASPACE, FIRST, 26, SIZES(of_gpu), {FIELD(of_gpu, gpu, "gpuUuid")}},
	{GNG_UVM_CREATE_EXTERNAL_RANGE,
	 FIRST,
	 73,
	 SIZES(range),
	 {FIELD(range, base, "base"), FIELD(range, len, "length")}},
	{GNG_UVM_MAP_EXTERNAL_ALLOCATION,
	 FIRST,
	 33,
	 SIZES(map_external_32),
	 {FIELD(map_external_32, base, "base"), FIELD(map_external_32, len, "length"),
	  FIELD(map_external_32, offset, "offset"),
	  FIELD(map_external_32, gpus, "perGpuAttributes"),
	  FIELD(map_external_32, num_gpus, "gpuAttributesCount"),
	  FIELD(map_external_32, rm_fd, "rmCtrlFd"), FIELD(map_external_32, client, "hClient"),
	  FIELD(map_external_32, memory, "hMemory")}},
	{GNG_UVM_MAP_EXTERNAL_ALLOCATION,
	 "550.40.53",
	 33,
	 SIZES(map_external),
	 {FIELD(map_external, base, "base"), FIELD(map_external, len, "length"),
	  FIELD(map_external, offset, "offset"), FIELD(map_external, gpus, "perGpuAttributes"),
	  FIELD(map_external, num_gpus, "gpuAttributesCount"),
	  FIELD(map_external, rm_fd, "rmCtrlFd"), FIELD(map_external, client, "hClient"),
	  FIELD(map_external, memory, "hMemory")}},
	{GNG_UVM_UNMAP_EXTERNAL,
	 FIRST,
	 66,
	 SIZES(unmap_external),
	 {FIELD(unmap_external, base, "base"), FIELD(unmap_external, len, "length"),
	  FIELD(unmap_external, gpu, "gpuUuid")}},
	{GNG_UVM_FREE,
	 FIRST,
	 34,
	 SIZES(range),
	 {FIELD(range, base, "base"), FIELD(range, len, "length")}},
	{GNG_UVM_FREE, "590.44.01", 34, SIZES(free_base), {FIELD(free_base, base, "base")}},
	{GNG_UVM_MIGRATE,
	 FIRST,
	 51,
	 SIZES(migrate),
	 {FIELD(migrate, base, "base"), FIELD(migrate, len, "length"),
	  FIELD(migrate, to, "destinationUuid"), FIELD(migrate, flags, "flags"),
	  FIELD(migrate, semaphore, "semaphoreAddress"),
	  FIELD(migrate, payload, "semaphorePayload"), FIELD(migrate, node, "cpuNumaNode"),
	  FIELD(migrate, rest_base, "userSpaceStart"),
	  FIELD(migrate, rest_len, "userSpaceLength")}},
	{GNG_UVM_PAGEABLE_MEM_ACCESS,
	 FIRST,
	 39,
	 SIZES(pageable),
	 {FIELD(pageable, can, "pageableMemAccess")}},
	{GNG_UVM_VALIDATE_VA_RANGE,
	 FIRST,
	 72,
	 SIZES(range),
	 {FIELD(range, base, "base"), FIELD(range, len, "length")}},
};

#define NUM_LAYOUTS (sizeof(layouts) / sizeof(layouts[0]))

static const char *const names[] = {
	[GNG_UVM_INITIALIZE] = "UVM_INITIALIZE",
	[GNG_UVM_MM_INITIALIZE] = "UVM_MM_INITIALIZE",
	[GNG_UVM_REGISTER_GPU] = "UVM_REGISTER_GPU",
	[GNG_UVM_UNREGISTER_GPU] = "UVM_UNREGISTER_GPU",
	[GNG_UVM_REGISTER_GPU_VASPACE] = "UVM_REGISTER_GPU_VASPACE",
	[GNG_UVM_UNREGISTER_GPU_VASPACE] = "UVM_UNREGISTER_GPU_VASPACE",
	[GNG_UVM_CREATE_EXTERNAL_RANGE] = "UVM_CREATE_EXTERNAL_RANGE",
	[GNG_UVM_MAP_EXTERNAL_ALLOCATION] = "UVM_MAP_EXTERNAL_ALLOCATION",
	[GNG_UVM_UNMAP_EXTERNAL] = "UVM_UNMAP_EXTERNAL",
	[GNG_UVM_FREE] = "UVM_FREE",
	[GNG_UVM_MIGRATE] = "UVM_MIGRATE",
	[GNG_UVM_PAGEABLE_MEM_ACCESS] = "UVM_PAGEABLE_MEM_ACCESS",
	[GNG_UVM_VALIDATE_VA_RANGE] = "UVM_VALIDATE_VA_RANGE",
	[GNG_UVM_RM_CHECK_VERSION] = "NV_ESC_CHECK_VERSION_STR",
	[GNG_UVM_RM_CARD_INFO] = "NV_ESC_CARD_INFO",
	[GNG_UVM_RM_REGISTER_FD] = "NV_ESC_REGISTER_FD",
	[GNG_UVM_RM_ALLOC] = "NV_ESC_RM_ALLOC",
	[GNG_UVM_RM_FREE] = "NV_ESC_RM_FREE",
	[GNG_UVM_RM_CONTROL] = "NV_ESC_RM_CONTROL",
	[GNG_UVM_RM_DEVICE] = "NV01_DEVICE_0",
	[GNG_UVM_RM_SUBDEVICE] = "NV20_SUBDEVICE_0",
	[GNG_UVM_RM_VASPACE] = "FERMI_VASPACE_A",
	[GNG_UVM_RM_MEMORY] = "NV01_MEMORY_LOCAL_USER",
	[GNG_UVM_RM_ID_INFO] = "NV0000_CTRL_CMD_GPU_GET_ID_INFO_V2",
	[GNG_UVM_RM_GID_INFO] = "NV2080_CTRL_CMD_GPU_GET_GID_INFO",
};

const char *gng_uvm_command_name(enum gng_uvm_command command)
{
	return command < GNG_UVM_NUM_LAYOUTS ? names[command] : "?";
}

const struct gng_uvm_layout *gng_uvm_layout_at(size_t i)
{
	if (i < NUM_LAYOUTS)
		return &layouts[i];
	return i - NUM_LAYOUTS < uvm_num_rm_layouts ? &uvm_rm_layouts[i - NUM_LAYOUTS] : NULL;
}

const struct gng_uvm_layout *gng_uvm_layout_of(const struct gng_uvm_version *version,
					       enum gng_uvm_command command)
{
	const struct gng_uvm_layout *found = NULL, *layout;
	struct gng_uvm_version since;

	for (size_t i = 0; (layout = gng_uvm_layout_at(i)); i++)
		if (layout->command == command &&
		    gng_uvm_version_parse(&since, layout->since, NULL) == GNG_OK &&
		    gng_uvm_version_compare(&since, version) <= 0)
			found = layout;
	return found;
}
