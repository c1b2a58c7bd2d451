/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * gonogo_rm_pure.h - the objects of a resource manager, without any system's calls: of the module
 * and of seccomp's model alike. Verdicts are those of 595.45.04's sources: alloc_free.c, control.c,
 * rs_server.c, rs_client.c, client.c, device.c, subdevice.c, vaspace_api.c, standard_mem.c,
 * nv_gpu_ops.c.
 */
#ifndef GONOGO_RM_PURE_H
#define GONOGO_RM_PURE_H

#ifdef __KERNEL__
#include <linux/string.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#endif

#define RM_OK 0x00u
#define RM_INSERT_DUPLICATE_NAME 0x19u
#define RM_INSUFFICIENT_RESOURCES 0x1au
#define RM_INVALID_ADDRESS 0x1eu
#define RM_INVALID_ARGUMENT 0x1fu
#define RM_INVALID_CLASS 0x22u
#define RM_INVALID_CLIENT 0x23u
#define RM_INVALID_FLAGS 0x29u
#define RM_INVALID_OBJECT 0x31u
#define RM_INVALID_OBJECT_HANDLE 0x33u
#define RM_INVALID_OBJECT_PARENT 0x36u
#define RM_INVALID_OFFSET 0x37u
#define RM_INVALID_OWNER 0x39u
#define RM_INVALID_STATE 0x40u
#define RM_NO_MEMORY 0x51u
#define RM_NOT_SUPPORTED 0x56u
#define RM_OBJECT_NOT_FOUND 0x57u
#define RM_OTHER_DEVICE_FOUND 0x5au

#define RM_ROOT_CLIENT 0x41u
#define RM_DEVICE 0x80u
#define RM_SUBDEVICE 0x2080u
#define RM_VASPACE 0x90f1u
#define RM_MEMORY 0x40u

#define RM_GET_ID_INFO 0x205u
#define RM_GET_GID_INFO 0x2080014au

#define RM_FIRST_CLIENT 0xc1d00000u
#define RM_FIRST_GENERATED 0xcaf00000u
#define RM_FIRST_RESTRICTED 0xc9f00000u
#define RM_NUM_RESTRICTED 0x00080000u

#define RM_MAX_OBJECTS 128
#define RM_MAX_DEVICES 32
#define RM_MAX_SUBDEVICES 8
#define RM_EXTERNALLY_OWNED 8u
#define RM_GPU_LEN (1ull << 30) /* of its memory */

struct rm_object {
	uint32_t client, handle, parent; /* handle 0: a free place */
	uint32_t class_number, flags, device;
	uint64_t owner; /* of a client: the open file */
	uint64_t len;	/* of memory */
};

struct rm_tree {
	uint32_t num_gpus, num_clients, num_generated;
	uint32_t num_orphans; /* that went with what stood above them */
	struct rm_object objects[RM_MAX_OBJECTS];
};

/* rm_request is an allocation; has_params says that there were any, the rest is of them. */
struct rm_request {
	uint64_t owner;
	uint32_t client, parent, handle, class_number;
	bool has_params;
	uint32_t instance; /* of a device or subdevice; index of an address space */
	uint32_t flags, big_page_size, memory_owner;
	uint64_t len;
};

/* ---- finding ---- */

static inline struct rm_object *rm_find(struct rm_tree *tree, uint32_t client, uint32_t handle)
{
	int i;

	for (i = 0; handle && i < RM_MAX_OBJECTS; i++)
		if (tree->objects[i].handle == handle && tree->objects[i].client == client)
			return &tree->objects[i];
	return NULL;
}

static inline uint32_t rm_count(const struct rm_tree *tree)
{
	uint32_t num = 0;
	int i;

	for (i = 0; i < RM_MAX_OBJECTS; i++)
		num += tree->objects[i].handle != 0;
	return num;
}

/* rm_check_client: a client is used by the file that allocated it, and no other. */
static inline uint32_t rm_check_client(struct rm_tree *tree, uint64_t owner, uint32_t client,
				       uint32_t absent)
{
	const struct rm_object *found = rm_find(tree, client, client);

	if (!found)
		return absent;
	return found->owner == owner ? RM_OK : RM_INVALID_CLIENT;
}

/* ---- allocating ---- */

static inline uint32_t rm_store(struct rm_tree *tree, const struct rm_object *object)
{
	int i;

	for (i = 0; i < RM_MAX_OBJECTS; i++)
		if (!tree->objects[i].handle) {
			tree->objects[i] = *object;
			return RM_OK;
		}
	return RM_INSUFFICIENT_RESOURCES;
}

/* rm_check_class: classes that are not modelled are as unknown as those that do not exist. */
static inline uint32_t rm_check_class(const struct rm_request *request)
{
	switch (request->class_number) {
	case RM_DEVICE:
	case RM_SUBDEVICE:
		return RM_OK;
	case RM_VASPACE:
	case RM_MEMORY:
		return request->has_params ? RM_OK : RM_INVALID_ARGUMENT;
	default:
		return RM_INVALID_CLASS;
	}
}

static inline uint32_t rm_check_parent(const struct rm_object *parent, uint32_t class_number)
{
	const bool is_device = parent->class_number == RM_DEVICE;

	switch (class_number) {
	case RM_DEVICE:
		return parent->class_number == RM_ROOT_CLIENT ? RM_OK : RM_INVALID_OBJECT_PARENT;
	case RM_SUBDEVICE:
		return is_device ? RM_OK : RM_INVALID_OBJECT_PARENT;
	default:
		return is_device || parent->class_number == RM_SUBDEVICE ? RM_OK
									 : RM_INVALID_OBJECT_PARENT;
	}
}

static inline uint32_t rm_check_handle(struct rm_tree *tree, struct rm_request *request)
{
	if (!request->handle)
		request->handle = RM_FIRST_GENERATED + ++tree->num_generated;
	if (request->handle == request->client)
		return RM_INVALID_OBJECT_PARENT;
	if (request->handle - RM_FIRST_RESTRICTED < RM_NUM_RESTRICTED)
		return RM_INVALID_OBJECT_HANDLE;
	return rm_find(tree, request->client, request->handle) ? RM_INSERT_DUPLICATE_NAME : RM_OK;
}

static inline uint32_t rm_make_device(const struct rm_tree *tree, struct rm_object *object,
				      const struct rm_request *request)
{
	if (!request->has_params || request->instance >= RM_MAX_DEVICES)
		return RM_INVALID_ARGUMENT;
	object->device = request->instance;
	return request->instance < tree->num_gpus ? RM_OK : RM_INVALID_STATE;
}

/* rm_make_subdevice: a device has one, which is allocated once. */
static inline uint32_t rm_make_subdevice(const struct rm_tree *tree, const struct rm_object *object,
					 const struct rm_request *request)
{
	int i;

	if (request->has_params && request->instance != 0)
		return RM_INVALID_CLASS;
	for (i = 0; i < RM_MAX_OBJECTS; i++)
		if (tree->objects[i].handle && tree->objects[i].client == object->client &&
		    tree->objects[i].class_number == RM_SUBDEVICE &&
		    tree->objects[i].parent == object->parent)
			return RM_INSUFFICIENT_RESOURCES;
	return RM_OK;
}

static inline uint32_t rm_make_vaspace(struct rm_object *object, const struct rm_request *request)
{
	const uint32_t page = request->big_page_size;

	if (request->instance != 0 || (page && page != 0x10000 && page != 0x20000))
		return RM_INVALID_ARGUMENT;
	object->flags = request->flags;
	return RM_OK;
}

/* rm_taken is what clients have of a GPU's memory. */
static inline uint64_t rm_taken(const struct rm_tree *tree, uint32_t device)
{
	uint64_t taken = 0;
	int i;

	for (i = 0; i < RM_MAX_OBJECTS; i++)
		if (tree->objects[i].handle && tree->objects[i].class_number == RM_MEMORY &&
		    tree->objects[i].device == device)
			taken += tree->objects[i].len;
	return taken;
}

static inline uint32_t rm_make_memory(const struct rm_tree *tree, struct rm_object *object,
				      const struct rm_request *request)
{
	if (request->len == 0)
		return RM_INVALID_ARGUMENT;
	if (request->memory_owner == 0 || request->memory_owner == 0xffffffff)
		return RM_INVALID_OWNER;
	if (request->len > RM_GPU_LEN)
		return RM_NO_MEMORY;
	object->len = (request->len + 0xffff) & ~0xffffull;
	return object->len <= RM_GPU_LEN - rm_taken(tree, object->device) ? RM_OK : RM_NO_MEMORY;
}

static inline uint32_t rm_make(const struct rm_tree *tree, struct rm_object *object,
			       const struct rm_request *request)
{
	switch (request->class_number) {
	case RM_DEVICE:
		return rm_make_device(tree, object, request);
	case RM_SUBDEVICE:
		return rm_make_subdevice(tree, object, request);
	case RM_VASPACE:
		return rm_make_vaspace(object, request);
	default:
		return rm_make_memory(tree, object, request);
	}
}

static inline uint32_t rm_allocate_client(struct rm_tree *tree, struct rm_request *request)
{
	const uint32_t client = RM_FIRST_CLIENT + ++tree->num_clients;
	const struct rm_object object = {.client = client,
					 .handle = client,
					 .class_number = RM_ROOT_CLIENT,
					 .owner = request->owner};

	request->handle = client;
	return rm_store(tree, &object);
}

/* rm_allocate gives the handle in request. NV01_ROOT and NV01_ROOT_NON_PRIV are 0 and 1. */
static inline uint32_t rm_allocate(struct rm_tree *tree, struct rm_request *request)
{
	struct rm_object object = {.client = request->client,
				   .parent = request->parent,
				   .class_number = request->class_number};
	const struct rm_object *parent;
	uint32_t status;

	if (request->class_number <= 1 || request->class_number == RM_ROOT_CLIENT)
		return rm_allocate_client(tree, request);
	status = rm_check_class(request);
	if (status == RM_OK)
		status = rm_check_client(tree, request->owner, request->client,
					 RM_INVALID_OBJECT_HANDLE);
	if (status != RM_OK)
		return status;
	parent = rm_find(tree, request->client, request->parent);
	if (!parent)
		return RM_OBJECT_NOT_FOUND;
	object.device = parent->device;
	status = rm_check_parent(parent, request->class_number);
	if (status == RM_OK)
		status = rm_check_handle(tree, request);
	if (status == RM_OK)
		status = rm_make(tree, &object, request);
	object.handle = request->handle;
	return status == RM_OK ? rm_store(tree, &object) : status;
}

/* ---- freeing ---- */

/* rm_drop_orphans frees what has lost its parent, until nothing has. */
static inline void rm_drop_orphans(struct rm_tree *tree, uint32_t client)
{
	bool dropped = true;
	int i;

	while (dropped) {
		dropped = false;
		for (i = 0; i < RM_MAX_OBJECTS; i++) {
			struct rm_object *object = &tree->objects[i];

			if (!object->handle || object->client != client ||
			    object->handle == client || rm_find(tree, client, object->parent))
				continue;
			object->handle = 0;
			tree->num_orphans++;
			dropped = true;
		}
	}
}

/* rm_release: an object that is not there is as good as freed. */
static inline uint32_t rm_release(struct rm_tree *tree, uint64_t owner, uint32_t client,
				  uint32_t handle)
{
	const uint32_t status = rm_check_client(tree, owner, client, RM_INVALID_OBJECT_HANDLE);
	struct rm_object *object = rm_find(tree, client, handle);

	if (status != RM_OK || !object)
		return status;
	object->handle = 0;
	rm_drop_orphans(tree, client);
	return RM_OK;
}

/* rm_close frees what an open file had allocated. */
static inline void rm_close(struct rm_tree *tree, uint64_t owner)
{
	int i;

	for (i = 0; i < RM_MAX_OBJECTS; i++) {
		struct rm_object *object = &tree->objects[i];

		if (!object->handle || object->handle != object->client || object->owner != owner)
			continue;
		object->handle = 0;
		rm_drop_orphans(tree, object->client);
	}
}

/* ---- controls ---- */

/* rm_check_control says whether a control may be made; sizes are of their structures. */
static inline uint32_t rm_check_control(struct rm_tree *tree, uint64_t owner, uint32_t client,
					uint32_t handle, uint32_t command, uint32_t size)
{
	const bool is_id = command == RM_GET_ID_INFO, is_gid = command == RM_GET_GID_INFO;
	const struct rm_object *object;
	uint32_t status;

	if (!rm_find(tree, client, client))
		return RM_INVALID_CLIENT;
	if ((is_id && size != 32) || (is_gid && size != 268))
		return RM_INVALID_ARGUMENT;
	status = rm_check_client(tree, owner, client, RM_INVALID_OBJECT_HANDLE);
	if (status != RM_OK)
		return status;
	object = rm_find(tree, client, handle);
	if (!object)
		return RM_OBJECT_NOT_FOUND;
	if ((is_id && object->class_number == RM_ROOT_CLIENT) ||
	    (is_gid && object->class_number == RM_SUBDEVICE))
		return RM_OK;
	return RM_NOT_SUPPORTED;
}

/* ---- what UVM asks ---- */

static inline uint32_t rm_check_vaspace(struct rm_tree *tree, uint32_t client, uint32_t handle,
					uint32_t device)
{
	const struct rm_object *object = rm_find(tree, client, handle);

	if (!rm_find(tree, client, client))
		return RM_INVALID_CLIENT;
	if (!object)
		return RM_OBJECT_NOT_FOUND;
	if (object->class_number != RM_VASPACE)
		return RM_INVALID_OBJECT;
	if (object->device != device)
		return RM_OTHER_DEVICE_FOUND;
	return object->flags & RM_EXTERNALLY_OWNED ? RM_OK : RM_INVALID_FLAGS;
}

static inline uint32_t rm_check_memory(struct rm_tree *tree, uint32_t client, uint32_t handle,
				       uint64_t offset, uint64_t len)
{
	const struct rm_object *object = rm_find(tree, client, handle);

	if (!rm_find(tree, client, client))
		return RM_INVALID_OBJECT_HANDLE;
	if (!object)
		return RM_OBJECT_NOT_FOUND;
	if (object->class_number != RM_MEMORY)
		return RM_INVALID_OBJECT_HANDLE;
	return offset <= object->len && len <= object->len - offset ? RM_OK : RM_INVALID_OFFSET;
}

#endif /* GONOGO_RM_PURE_H */
