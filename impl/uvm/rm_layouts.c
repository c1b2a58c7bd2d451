/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rm_layouts.c - the structures of the resource manager that the client speaks, each with the
 * version from which on it holds: calls, parameters of classes, parameters of controls.
 *
 * An allocation is asked for by NVOS21_PARAMETERS, whose size never changed: but its verdict moved
 * from byte 24 to 28 when paramsSize came with 535. vectors/uvm/rm.vec has what a compiler laid out
 * of the sources of 193 versions.
 */
#include "uvm_layouts.h"

/* NvBool is a byte, NvHandle and NvV32 are 32 bits; NvU64 and NvP64 are aligned to 8. */

struct check_version {
	uint32_t cmd, reply;
	char version[64];
};

struct card_info {
	uint8_t valid;
	uint32_t domain;
	uint8_t bus, slot, function;
	uint16_t vendor_id, device_id;
	uint32_t gpu_id;
	uint16_t interrupt_line;
	uint64_t reg_address, reg_size, fb_address, fb_size;
	uint32_t minor_number;
	uint8_t dev_name[10];
};

struct register_fd {
	int32_t ctl_fd;
};

struct alloc_24 { /* before 535.43.02 */
	uint32_t root, parent, object, class_number;
	uint64_t params;
	uint32_t status;
};

struct alloc {
	uint32_t root, parent, object, class_number;
	uint64_t params;
	uint32_t params_size, status;
};

struct free_object {
	uint32_t root, parent, object, status;
};

struct control {
	uint32_t client, object, cmd, flags;
	uint64_t params;
	uint32_t params_size, status;
};

struct device {
	uint32_t device, client_share, target_client, target_device, flags;
	uint64_t vaspace_size, va_start, va_limit;
	uint32_t va_mode;
};

struct subdevice {
	uint32_t subdevice;
};

struct vaspace_48 { /* before 580.65.06 */
	uint32_t index, flags;
	uint64_t va_size, va_start, va_limit;
	uint32_t big_page_size;
	uint64_t va_base;
};

struct vaspace {
	uint32_t index, flags;
	uint64_t va_size, va_start, va_limit;
	uint32_t big_page_size;
	uint64_t va_base;
	uint32_t pasid;
};

struct memory_120 { /* before 545.23.06 */
	uint32_t owner, type, flags, width, height;
	int32_t pitch;
	uint32_t attr, attr2, format, compr_covg, zcull_covg;
	uint64_t range_lo, range_hi, size, alignment, offset, limit, address;
	uint32_t ctag_offset, vaspace, internal_flags, tag;
};

struct memory {
	uint32_t owner, type, flags, width, height;
	int32_t pitch;
	uint32_t attr, attr2, format, compr_covg, zcull_covg;
	uint64_t range_lo, range_hi, size, alignment, offset, limit, address;
	uint32_t ctag_offset, vaspace, internal_flags, tag;
	int32_t numa_node;
};

struct id_info {
	uint32_t gpu_id, gpu_flags, device, subdevice, sli_status, board_id, gpu;
	int32_t numa_id;
};

struct gid_info {
	uint32_t index, flags, length;
	uint8_t data[256];
};

GNG_STATIC_ASSERT(sizeof(struct check_version) == 72, "nv_ioctl_rm_api_version_t");
GNG_STATIC_ASSERT(sizeof(struct card_info) == 72, "nv_ioctl_card_info_t");
GNG_STATIC_ASSERT(sizeof(struct register_fd) == 4, "nv_ioctl_register_fd_t");
GNG_STATIC_ASSERT(sizeof(struct alloc_24) == 32, "NVOS21_PARAMETERS to 530");
GNG_STATIC_ASSERT(sizeof(struct alloc) == 32, "NVOS21_PARAMETERS since 535");
GNG_STATIC_ASSERT(sizeof(struct free_object) == 16, "NVOS00_PARAMETERS");
GNG_STATIC_ASSERT(sizeof(struct control) == 32, "NVOS54_PARAMETERS");
GNG_STATIC_ASSERT(sizeof(struct device) == 56, "NV0080_ALLOC_PARAMETERS");
GNG_STATIC_ASSERT(sizeof(struct subdevice) == 4, "NV2080_ALLOC_PARAMETERS");
GNG_STATIC_ASSERT(sizeof(struct vaspace_48) == 48, "NV_VASPACE_ALLOCATION_PARAMETERS to 575");
GNG_STATIC_ASSERT(sizeof(struct vaspace) == 56, "NV_VASPACE_ALLOCATION_PARAMETERS since 580");
GNG_STATIC_ASSERT(sizeof(struct memory_120) == 120, "NV_MEMORY_ALLOCATION_PARAMS to 535");
GNG_STATIC_ASSERT(sizeof(struct memory) == 128, "NV_MEMORY_ALLOCATION_PARAMS since 545");
GNG_STATIC_ASSERT(sizeof(struct id_info) == 32, "NV0000_CTRL_GPU_GET_ID_INFO_V2_PARAMS");
GNG_STATIC_ASSERT(sizeof(struct gid_info) == 268, "NV2080_CTRL_GPU_GET_GID_INFO_PARAMS");

#define ALLOC_FIELDS(of)                                                            \
	FIELD(of, root, "hRoot"), FIELD(of, parent, "hObjectParent"),               \
		FIELD(of, object, "hObjectNew"), FIELD(of, class_number, "hClass"), \
		FIELD(of, params, "pAllocParms")

#define VASPACE_FIELDS(of)                                                                      \
	FIELD(of, index, "index"), FIELD(of, flags, "flags"), FIELD(of, va_size, "vaSize"),     \
		FIELD(of, va_start, "vaStartInternal"), FIELD(of, va_limit, "vaLimitInternal"), \
		FIELD(of, big_page_size, "bigPageSize"), FIELD(of, va_base, "vaBase")

#define MEMORY_FIELDS(of)                                                                          \
	FIELD(of, owner, "owner"), FIELD(of, type, "type"), FIELD(of, flags, "flags"),             \
		FIELD(of, width, "width"), FIELD(of, height, "height"), FIELD(of, pitch, "pitch"), \
		FIELD(of, attr, "attr"), FIELD(of, attr2, "attr2"), FIELD(of, format, "format"),   \
		FIELD(of, compr_covg, "comprCovg"), FIELD(of, zcull_covg, "zcullCovg"),            \
		FIELD(of, range_lo, "rangeLo"), FIELD(of, range_hi, "rangeHi"),                    \
		FIELD(of, size, "size"), FIELD(of, alignment, "alignment"),                        \
		FIELD(of, offset, "offset"), FIELD(of, limit, "limit"),                            \
		FIELD(of, address, "address"), FIELD(of, ctag_offset, "ctagOffset"),               \
		FIELD(of, vaspace, "hVASpace"), FIELD(of, internal_flags, "internalflags"),        \
		FIELD(of, tag, "tag")

/* By structure, then by version. */
const struct gng_uvm_layout uvm_rm_layouts[] = {
	{GNG_UVM_RM_CHECK_VERSION,
	 FIRST,
	 210,
	 SIZE(check_version),
	 {FIELD(check_version, cmd, "cmd"), FIELD(check_version, reply, "reply"),
	  FIELD(check_version, version, "versionString")}},
	{GNG_UVM_RM_CARD_INFO,
	 FIRST,
	 200,
	 SIZE(card_info),
	 {FIELD(card_info, valid, "valid"), FIELD(card_info, domain, "domain"),
	  FIELD(card_info, bus, "bus"), FIELD(card_info, slot, "slot"),
	  FIELD(card_info, function, "function"), FIELD(card_info, vendor_id, "vendor_id"),
	  FIELD(card_info, device_id, "device_id"), FIELD(card_info, gpu_id, "gpu_id"),
	  FIELD(card_info, interrupt_line, "interrupt_line"),
	  FIELD(card_info, reg_address, "reg_address"), FIELD(card_info, reg_size, "reg_size"),
	  FIELD(card_info, fb_address, "fb_address"), FIELD(card_info, fb_size, "fb_size"),
	  FIELD(card_info, minor_number, "minor_number"), FIELD(card_info, dev_name, "dev_name")}},
	{GNG_UVM_RM_REGISTER_FD,
	 FIRST,
	 201,
	 SIZE(register_fd),
	 {FIELD(register_fd, ctl_fd, "ctl_fd")}},
	{GNG_UVM_RM_ALLOC, FIRST, 0x2b, SIZES(alloc_24), {ALLOC_FIELDS(alloc_24)}},
	{GNG_UVM_RM_ALLOC,
	 "535.43.02",
	 0x2b,
	 SIZES(alloc),
	 {ALLOC_FIELDS(alloc), FIELD(alloc, params_size, "paramsSize")}},
	{GNG_UVM_RM_FREE,
	 FIRST,
	 0x29,
	 SIZES(free_object),
	 {FIELD(free_object, root, "hRoot"), FIELD(free_object, parent, "hObjectParent"),
	  FIELD(free_object, object, "hObjectOld")}},
	{GNG_UVM_RM_CONTROL,
	 FIRST,
	 0x2a,
	 SIZES(control),
	 {FIELD(control, client, "hClient"), FIELD(control, object, "hObject"),
	  FIELD(control, cmd, "cmd"), FIELD(control, flags, "flags"),
	  FIELD(control, params, "params"), FIELD(control, params_size, "paramsSize")}},
	{GNG_UVM_RM_DEVICE,
	 FIRST,
	 0x80,
	 SIZE(device),
	 {FIELD(device, device, "deviceId"), FIELD(device, client_share, "hClientShare"),
	  FIELD(device, target_client, "hTargetClient"),
	  FIELD(device, target_device, "hTargetDevice"), FIELD(device, flags, "flags"),
	  FIELD(device, vaspace_size, "vaSpaceSize"), FIELD(device, va_start, "vaStartInternal"),
	  FIELD(device, va_limit, "vaLimitInternal"), FIELD(device, va_mode, "vaMode")}},
	{GNG_UVM_RM_SUBDEVICE,
	 FIRST,
	 0x2080,
	 SIZE(subdevice),
	 {FIELD(subdevice, subdevice, "subDeviceId")}},
	{GNG_UVM_RM_VASPACE, FIRST, 0x90f1, SIZE(vaspace_48), {VASPACE_FIELDS(vaspace_48)}},
	{GNG_UVM_RM_VASPACE,
	 "580.65.06",
	 0x90f1,
	 SIZE(vaspace),
	 {VASPACE_FIELDS(vaspace), FIELD(vaspace, pasid, "pasid")}},
	{GNG_UVM_RM_MEMORY, FIRST, 0x40, SIZE(memory_120), {MEMORY_FIELDS(memory_120)}},
	{GNG_UVM_RM_MEMORY,
	 "545.23.06",
	 0x40,
	 SIZE(memory),
	 {MEMORY_FIELDS(memory), FIELD(memory, numa_node, "numaNode")}},
	{GNG_UVM_RM_ID_INFO,
	 FIRST,
	 0x205,
	 SIZE(id_info),
	 {FIELD(id_info, gpu_id, "gpuId"), FIELD(id_info, gpu_flags, "gpuFlags"),
	  FIELD(id_info, device, "deviceInstance"), FIELD(id_info, subdevice, "subDeviceInstance"),
	  FIELD(id_info, sli_status, "sliStatus"), FIELD(id_info, board_id, "boardId"),
	  FIELD(id_info, gpu, "gpuInstance"), FIELD(id_info, numa_id, "numaId")}},
	{GNG_UVM_RM_GID_INFO,
	 FIRST,
	 0x2080014a,
	 SIZE(gid_info),
	 {FIELD(gid_info, index, "index"), FIELD(gid_info, flags, "flags"),
	  FIELD(gid_info, length, "length"), FIELD(gid_info, data, "data")}},
};

const size_t uvm_num_rm_layouts = sizeof(uvm_rm_layouts) / sizeof(uvm_rm_layouts[0]);
