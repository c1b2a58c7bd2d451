/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_uvm.h - /dev/nvidia-uvm and /dev/nvidiactl as their driver speaks them: numbers and
 * structures by driver version, rmStatus as the verdict, and a model where there is no GPU.
 *
 * ioctl() returns 0 even for a call that is refused: the verdict is the member rmStatus, whose
 * place differs between versions while the number of the ioctl does not. A client of 545 that asks
 * 550 to map an allocation has its memory written 8 KiB behind its structure and reads the 0 that
 * it put there itself. So a version that is not known is refused by name; and gng_uvm_probe asks
 * the driver for the size of a structure without a call taking effect.
 *
 * The driver keeps the memory (mm) of the process that initialised a descriptor. All threads of a
 * process share one, so calls from any thread, or goroutine, are alike. A forked child and one who
 * was passed the descriptor act on the first process: here they are refused.
 */
#ifndef GNG_UVM_H
#define GNG_UVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- versions ---- */

#define GNG_UVM_VERSION_CAP 20

struct gng_uvm_version {
	uint32_t part[3]; /* 550, 54, 14; the third may be missing, and counts as 0 */
	char text[GNG_UVM_VERSION_CAP];
	uint32_t num_parts;
};

/* gng_uvm_version_parse reads "550.54.14" or "550.100". GNG_EFORMAT. */
GNG_MUST enum gng_status gng_uvm_version_parse(struct gng_uvm_version *version, const char *text,
					       struct gng_why *why);

/* gng_uvm_version_read finds it in text[0..len) of /proc/driver/nvidia/version, of the open and of
 * the other kernel modules. GNG_EFORMAT. */
GNG_MUST enum gng_status gng_uvm_version_read(struct gng_uvm_version *version, const char *text,
					      size_t len, struct gng_why *why);

/* gng_uvm_version_compare returns -1, 0 or 1: numbers, not letters, so 550.54.14 < 550.100. */
int gng_uvm_version_compare(const struct gng_uvm_version *a, const struct gng_uvm_version *b);

/* gng_uvm_version_known says whether its sources were read; gng_uvm_version_at returns the i-th
 * such version; gng_uvm_version_nearest the newest that is no newer. NULL: there is none. */
bool gng_uvm_version_known(const struct gng_uvm_version *version);
const char *gng_uvm_version_at(size_t i);
const char *gng_uvm_version_nearest(const struct gng_uvm_version *version);

/* ---- layouts ---- */

enum gng_uvm_command {
	GNG_UVM_INITIALIZE,
	GNG_UVM_MM_INITIALIZE, /* since 535.43.02 */
	GNG_UVM_REGISTER_GPU,
	GNG_UVM_UNREGISTER_GPU,
	GNG_UVM_REGISTER_GPU_VASPACE,
	GNG_UVM_UNREGISTER_GPU_VASPACE,
	GNG_UVM_CREATE_EXTERNAL_RANGE,
	GNG_UVM_MAP_EXTERNAL_ALLOCATION,
	GNG_UVM_UNMAP_EXTERNAL,
	GNG_UVM_FREE,
	GNG_UVM_MIGRATE,
	GNG_UVM_PAGEABLE_MEM_ACCESS,
	GNG_UVM_VALIDATE_VA_RANGE,
	GNG_UVM_NUM_COMMANDS,
	/* of the resource manager: its calls, then the parameters of classes and of controls */
	GNG_UVM_RM_CHECK_VERSION = GNG_UVM_NUM_COMMANDS,
	GNG_UVM_RM_CARD_INFO,
	GNG_UVM_RM_REGISTER_FD,
	GNG_UVM_RM_ALLOC,
	GNG_UVM_RM_FREE,
	GNG_UVM_RM_CONTROL,
	GNG_UVM_RM_DEVICE,
	GNG_UVM_RM_SUBDEVICE,
	GNG_UVM_RM_VASPACE,
	GNG_UVM_RM_MEMORY,
	GNG_UVM_RM_ID_INFO,
	GNG_UVM_RM_GID_INFO,
	GNG_UVM_NUM_LAYOUTS
};

/* gng_uvm_command_name returns "UVM_FREE", as NVIDIA calls it; never NULL for one of the enum. */
const char *gng_uvm_command_name(enum gng_uvm_command command);

#define GNG_UVM_MAX_FIELDS 24
#define GNG_UVM_MAX_SIZE 16384 /* of any structure */

#define GNG_UVM_NO_STATUS 0xffff

struct gng_uvm_field {
	const char *name; /* NVIDIA's; NULL behind the last */
	uint16_t at, len; /* bytes */
};

struct gng_uvm_layout {
	enum gng_uvm_command command;
	const char *since; /* version from which on it holds */
	uint32_t number;   /* of the ioctl, without direction or size; of the class or control */
	uint16_t size, status_at;			 /* GNG_UVM_NO_STATUS: it has none */
	struct gng_uvm_field fields[GNG_UVM_MAX_FIELDS]; /* without rmStatus */
};

/* gng_uvm_layout_of returns what holds in a version (known or not: by its number), or NULL if the
 * command came later. */
const struct gng_uvm_layout *gng_uvm_layout_of(const struct gng_uvm_version *version,
					       enum gng_uvm_command command);

/* gng_uvm_layout_at returns the i-th layout of all versions, or NULL behind the last. */
const struct gng_uvm_layout *gng_uvm_layout_at(size_t i);

/* gng_uvm_status_name returns "NV_ERR_INVALID_ADDRESS"; "NV_STATUS" if no version names it. */
const char *gng_uvm_status_name(uint32_t rm_status);

#define GNG_UVM_OK 0x00u
#define GNG_UVM_ILLEGAL_ACTION 0x16u
#define GNG_UVM_IN_USE 0x17u
#define GNG_UVM_INVALID_ADDRESS 0x1eu
#define GNG_UVM_INVALID_ARGUMENT 0x1fu
#define GNG_UVM_INVALID_DEVICE 0x26u
#define GNG_UVM_INVALID_STATE 0x40u
#define GNG_UVM_PAGE_TABLE_NOT_AVAIL 0x5du
#define GNG_UVM_ADDRESS_IN_USE 0x68u
#define GNG_UVM_NOTHING_TO_DO 0x10006u
#define GNG_UVM_NO_VERDICT UINT32_MAX /* none was written */

/* ---- the probe ---- */

struct gng_uvm_probe {
	size_t size;	  /* of the structure; 0: no answer */
	size_t status_at; /* of rmStatus; equal to size: not found */
	int error;	  /* errno of what is no EFAULT, or 0 */
};

/*
 * gng_uvm_probe_command finds the structure of an ioctl. fd must be open and not initialised: then
 * the driver reads the structure, writes NV_ERR_ILLEGAL_ACTION and does nothing else. A buffer that
 * ends at a page without access tells how much is read. For the resource manager fd is the control
 * device, and calls name no client. GNG_EINVAL for what takes effect or tells nothing (INITIALIZE,
 * MM_INITIALIZE, calls without a verdict, controls); GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_uvm_probe_command(struct gng_uvm_probe *probe, int fd,
					       const struct gng_uvm_layout *layout,
					       struct gng_why *why);

/* ---- the client ---- */

#define GNG_UVM_DISABLE_HMM 1u
/* No memory of a process is kept: no access to pageable memory. */
#define GNG_UVM_MULTI_PROCESS 2u

struct gng_uvm_request {
	const char *device;  /* NULL: "/dev/nvidia-uvm" */
	const char *version; /* NULL: of /proc/driver/nvidia/version */
	uint64_t flags;	     /* of INITIALIZE */
};

struct gng_uvm;
/*
 * gng_uvm_open opens the device and initialises it. GNG_EUNSUPPORTED if there is no driver, or its
 * version is not known; GNG_EPERM if this user may not open the device; GNG_EFORMAT for a version
 * that is none; GNG_ESYS if the driver refuses. The caller closes *uvm.
 */
GNG_MUST enum gng_status gng_uvm_open(struct gng_uvm **uvm, const struct gng_uvm_request *request,
				      struct gng_why *why);
void gng_uvm_close(struct gng_uvm *uvm); /* safe on NULL */

int gng_uvm_fd(const struct gng_uvm *uvm);
const struct gng_uvm_version *gng_uvm_version(const struct gng_uvm *uvm);

/* gng_uvm_is_model: it is no character device of a major that /proc/devices calls nvidia-uvm. */
bool gng_uvm_is_model(const struct gng_uvm *uvm);
bool gng_uvm_fd_is_model(int fd);

/*
 * Each call returns GNG_OK only if rmStatus is NV_OK. If the driver refused: GNG_ESYS, *rm_status
 * (if not NULL) is its verdict, and why names call and verdict. *rm_status is GNG_UVM_OK if the
 * call did not reach the driver: GNG_EUNSUPPORTED in a forked child or if this version has no such
 * call; GNG_ESYS with an errno. base and len are bytes, whole pages of 4 KiB.
 */
typedef uint8_t gng_uvm_uuid[16];

GNG_MUST enum gng_status gng_uvm_pageable_mem_access(struct gng_uvm *uvm, bool *can,
						     uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_mm_initialize keeps the process's memory for the driver by a second descriptor, closed
 * with uvm: gng_uvm_register_gpu_vaspace wants that. NOTHING_TO_DO with MULTI_PROCESS is GNG_OK. */
GNG_MUST enum gng_status gng_uvm_mm_initialize(struct gng_uvm *uvm, uint32_t *rm_status,
					       struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_create_external_range(struct gng_uvm *uvm, uint64_t base,
						       uint64_t len, uint32_t *rm_status,
						       struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_validate_va_range(struct gng_uvm *uvm, uint64_t base, uint64_t len,
						   uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_free frees the range that begins at base; len counts before 590.44.01 only. */
GNG_MUST enum gng_status gng_uvm_free(struct gng_uvm *uvm, uint64_t base, uint64_t len,
				      uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_handle names an object of the resource manager: a descriptor of /dev/nvidiactl, the
 * client that was allocated through it, and the object. gng_uvm_rm_open makes such. */
struct gng_uvm_handle {
	int fd;
	uint32_t client, object;
};

/* gng_uvm_register_gpu: object is the partition (hSmcPartRef), or 0. *node is the NUMA node of its
 * memory, or -1. */
GNG_MUST enum gng_status gng_uvm_register_gpu(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
					      const struct gng_uvm_handle *handle, int *node,
					      uint32_t *rm_status, struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_unregister_gpu(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
						uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_register_gpu_vaspace: object is the address space (hVaSpace). */
GNG_MUST enum gng_status gng_uvm_register_gpu_vaspace(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
						      const struct gng_uvm_handle *handle,
						      uint32_t *rm_status, struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_unregister_gpu_vaspace(struct gng_uvm *uvm, const gng_uvm_uuid gpu,
							uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_map_external maps object (hMemory) from offset on at base for one GPU, with the default
 * attributes. */
GNG_MUST enum gng_status gng_uvm_map_external(struct gng_uvm *uvm, uint64_t base, uint64_t len,
					      uint64_t offset, const gng_uvm_uuid gpu,
					      const struct gng_uvm_handle *handle,
					      uint32_t *rm_status, struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_unmap_external(struct gng_uvm *uvm, uint64_t base, uint64_t len,
						const gng_uvm_uuid gpu, uint32_t *rm_status,
						struct gng_why *why);

/* gng_uvm_migrate moves managed memory to a GPU, or to the CPU (to is NULL) and its NUMA node, or
 * -1 for any, and waits. */
GNG_MUST enum gng_status gng_uvm_migrate(struct gng_uvm *uvm, uint64_t base, uint64_t len,
					 const gng_uvm_uuid to, int node, uint32_t *rm_status,
					 struct gng_why *why);

/* gng_uvm_map maps managed memory at an address of the caller's choice, where nothing may lie yet:
 * the driver wants the offset to be the address. GNG_EUNSUPPORTED for memory of another process
 * (EOPNOTSUPP) and in a forked child; GNG_ESYS. munmap ends it. */
GNG_MUST enum gng_status gng_uvm_map(struct gng_uvm *uvm, void *at, size_t len,
				     struct gng_why *why);

/* ---- handles of the resource manager ---- */

#define GNG_UVM_MAX_CARDS 32
#define GNG_UVM_MAX_OBJECTS 64 /* of one gng_uvm_rm */

struct gng_uvm_card {
	uint32_t gpu_id, minor /* of /dev/nvidiaN */, domain;
	uint8_t bus, slot, function;
	uint16_t vendor, device;
};

/*
 * Readers of answers, bytes[0..len) being a structure of the version (of cards: up to
 * GNG_UVM_MAX_CARDS of them). GNG_EFORMAT for what is too short or what no driver says: two cards
 * of one number, an identifier that has not 16 bytes or is zero, a text without an end.
 */
GNG_MUST enum gng_status gng_uvm_read_cards(struct gng_uvm_card cards[GNG_UVM_MAX_CARDS],
					    size_t *num, const struct gng_uvm_version *version,
					    const uint8_t *bytes, size_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_read_uuid(gng_uvm_uuid uuid, const struct gng_uvm_version *version,
					   const uint8_t *bytes, size_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_read_reply(struct gng_uvm_version *driver,
					    const struct gng_uvm_version *version,
					    const uint8_t *bytes, size_t len, struct gng_why *why);

/* gng_uvm_step is a call as it went: what was asked, of which object, errno or 0, the verdict. */
struct gng_uvm_step {
	const char *call, *of; /* "NV_ESC_RM_ALLOC", "NV01_DEVICE_0" or "" */
	uint32_t object, rm_status;
	int error;
};

struct gng_uvm_rm_request {
	const char *control; /* NULL: "/dev/nvidiactl" */
	const char *device;  /* before N; NULL: "/dev/nvidia" */
	const char *version; /* as in gng_uvm_request */
	void (*step)(void *arg, const struct gng_uvm_step *step); /* NULL, or told of each call */
	void *arg;
};

struct gng_uvm_rm;

/*
 * gng_uvm_rm_open opens the control device, has the driver confirm the version, and allocates a
 * client. Errors are those of gng_uvm_open; GNG_EUNSUPPORTED too if the driver is of another
 * version than it was taken for. The caller closes *rm.
 */
GNG_MUST enum gng_status gng_uvm_rm_open(struct gng_uvm_rm **rm,
					 const struct gng_uvm_rm_request *request,
					 struct gng_why *why);

/*
 * gng_uvm_rm_close frees what is left, the newest first, then the client, and closes the
 * descriptors; rm is gone whatever happens. GNG_ESYS, with the first reason, if the driver refused
 * one: it drops that with the descriptor. In a forked child nothing is freed, for all of it is the
 * parent's. Safe on NULL.
 */
enum gng_status gng_uvm_rm_close(struct gng_uvm_rm *rm, struct gng_why *why);

bool gng_uvm_rm_is_model(const struct gng_uvm_rm *rm);
size_t gng_uvm_rm_num_objects(const struct gng_uvm_rm *rm); /* without the client */

/* gng_uvm_rm_handle is what the calls of gng_uvm take for an object; 0: for the client. */
struct gng_uvm_handle gng_uvm_rm_handle(const struct gng_uvm_rm *rm, uint32_t object);

GNG_MUST enum gng_status gng_uvm_rm_cards(struct gng_uvm_rm *rm,
					  struct gng_uvm_card cards[GNG_UVM_MAX_CARDS], size_t *num,
					  struct gng_why *why);

/*
 * gng_uvm_rm_alloc allocates an object of a class below parent (0: the client). params[0..len), or
 * NULL, is read and written. GNG_EINVAL if this version has another size for a class of the table:
 * the driver knows the class, and no len. GNG_ESYS if it refused; GNG_EUNSUPPORTED in a forked
 * child or if the descriptor is not ours any more; GNG_ENOMEM beyond GNG_UVM_MAX_OBJECTS. After any
 * of them there is no such object.
 */
GNG_MUST enum gng_status gng_uvm_rm_alloc(struct gng_uvm_rm *rm, uint32_t *object, uint32_t parent,
					  uint32_t class_number, void *params, size_t len,
					  uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_rm_free frees an object, before it what was allocated below it, the newest first.
 * GNG_EINVAL for one that is not kept here, which a driver would call freed. */
GNG_MUST enum gng_status gng_uvm_rm_free(struct gng_uvm_rm *rm, uint32_t object,
					 uint32_t *rm_status, struct gng_why *why);

/* gng_uvm_rm_control has params[0..len) read and written. */
GNG_MUST enum gng_status gng_uvm_rm_control(struct gng_uvm_rm *rm, uint32_t object,
					    uint32_t command, void *params, size_t len,
					    uint32_t *rm_status, struct gng_why *why);

struct gng_uvm_gpu {
	uint32_t device, subdevice; /* objects */
	gng_uvm_uuid uuid;
	int fd; /* of /dev/nvidiaN: the driver wants it open */
};

/* gng_uvm_rm_attach opens a card's device and allocates its objects; gng_uvm_rm_detach frees them
 * and all below, and closes it. After a failure nothing is left. */
GNG_MUST enum gng_status gng_uvm_rm_attach(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
					   const struct gng_uvm_card *card, uint32_t *rm_status,
					   struct gng_why *why);
enum gng_status gng_uvm_rm_detach(struct gng_uvm_rm *rm, struct gng_uvm_gpu *gpu,
				  struct gng_why *why);

/* Objects for gng_uvm_register_gpu_vaspace and gng_uvm_map_external: an address space whose page
 * tables are UVM's, and len bytes of the GPU's memory. */
GNG_MUST enum gng_status gng_uvm_rm_vaspace(struct gng_uvm_rm *rm, uint32_t *object,
					    const struct gng_uvm_gpu *gpu, uint32_t *rm_status,
					    struct gng_why *why);
GNG_MUST enum gng_status gng_uvm_rm_memory(struct gng_uvm_rm *rm, uint32_t *object,
					   const struct gng_uvm_gpu *gpu, uint64_t len,
					   uint32_t *rm_status, struct gng_why *why);

/* ---- the model ---- */

#define GNG_UVM_MODEL_GPUS 2
/* gng_uvm_machine is what the model shows, and what it found at the end. */
struct gng_uvm_machine {
	const char *version;
	uint32_t num_gpus; /* which keep handles and mappings, and compute nothing */
	/* The call of that number to the resource manager, from 1 on, gets this verdict, and has no
	 * effect; with GNG_UVM_OK it ends in EIO. With GNG_UVM_NO_VERDICT it takes effect, and
	 * nothing is written back. 0: none. */
	uint32_t fail_call, fail_status;
	/* calls to the resource manager; objects that nobody freed: still there, gone with what
	 * stood above them, gone with the file of their client */
	uint32_t num_calls, num_left, num_orphans, num_dropped;
};

/*
 * gng_uvm_model_run runs argv with a model of the devices: each open of /dev/nvidia-uvm,
 * /dev/nvidiactl, /dev/nvidiaN and of /proc/driver/nvidia/version, each ioctl and each shared mmap
 * of them, by the process and all its descendants, is answered here (seccomp_unotify(2)), be it
 * made by libc or by a raw system call. It models versions, structures, states, processes, ranges
 * and handles. GNG_EUNSUPPORTED if the kernel lacks what it takes (Linux 5.19, kcmp); GNG_ESYS if
 * argv cannot be executed. *exit_status is that of the command, or 128 and the signal.
 */
GNG_MUST enum gng_status gng_uvm_model_run(int *exit_status, struct gng_uvm_machine *machine,
					   char *const argv[], struct gng_why *why);

/* gng_uvm_model_call is the same for a function in a child of this process, whose value is the exit
 * status. */
GNG_MUST enum gng_status gng_uvm_model_call(int *exit_status, struct gng_uvm_machine *machine,
					    int (*call)(void *arg), void *arg, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_UVM_H */
