/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model_rm.c - what the resource manager answers to calls on /dev/nvidiactl and /dev/nvidiaN, as
 * its sources say (nv.c, escape.c, osapi.c of 595.45.04). Objects are gonogo_rm_pure.h's. What a
 * call without a verdict refuses is EINVAL.
 */
#include "uvm_model.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define PCI_VENDOR 0x10deu
#define NUM_RM_CALLS 6 /* of the enum, from GNG_UVM_RM_CHECK_VERSION on */
#define CMD_QUERY '2'  /* NV_RM_API_VERSION_CMD_QUERY */

/* rm_ioctl is a call with what it wrote beside its structure. */
struct rm_ioctl {
	struct model_call call;
	size_t num; /* structures */
};

void model_uuid(gng_uvm_uuid uuid, uint32_t i)
{
	memcpy(uuid, "gonogo-model-GPU", sizeof(gng_uvm_uuid));
	uuid[sizeof(gng_uvm_uuid) - 1] = (uint8_t)(uuid[sizeof(gng_uvm_uuid) - 1] + i);
}

static uint32_t gpu_id(uint32_t i)
{
	return (i + 1) << 8; /* bus 1 and on */
}

static uint64_t owner_of(const struct model_call *call)
{
	return call->file->id;
}

/* ---- calls without a verdict ---- */

static int check_version(struct rm_ioctl *ioctl)
{
	const struct gng_uvm_layout *layout = ioctl->call.layout;
	const struct gng_uvm_field *field = uvm_field(layout, "versionString");
	char *theirs = (char *)ioctl->call.params + field->at;
	const char *ours = ioctl->call.model->version.text;
	const bool is_same = strncmp(theirs, ours, field->len) == 0;

	uvm_put(ioctl->call.params, layout, "reply", 1);
	if (is_same)
		return 0;
	memset(theirs, 0, field->len);
	memcpy(theirs, ours, strlen(ours));
	return uvm_get(ioctl->call.params, layout, "cmd") == CMD_QUERY ? 0 : EINVAL;
}

static int card_info(struct rm_ioctl *ioctl)
{
	const struct gng_uvm_layout *layout = ioctl->call.layout;
	const uint32_t num = ioctl->call.model->machine->num_gpus;

	memset(ioctl->call.params, 0, ioctl->num * layout->size);
	if (ioctl->num < num)
		return EINVAL;
	for (uint32_t i = 0; i < num; i++) {
		uint8_t *card = ioctl->call.params + (size_t)i * layout->size;

		uvm_put(card, layout, "valid", 1);
		uvm_put(card, layout, "bus", i + 1);
		uvm_put(card, layout, "vendor_id", PCI_VENDOR);
		uvm_put(card, layout, "gpu_id", gpu_id(i));
		uvm_put(card, layout, "minor_number", i);
	}
	return 0;
}

static int register_fd(struct rm_ioctl *ioctl)
{
	const int fd = (int)(int32_t)model_get(&ioctl->call, "ctl_fd");
	struct model_file *control = model_find(ioctl->call.model, ioctl->call.task, fd);

	if (ioctl->call.file->holds || !control || control->kind != MODEL_CONTROL ||
	    control == ioctl->call.file || control->holds)
		return EINVAL;
	model_hold(ioctl->call.file, control);
	return 0;
}

/* ---- allocating ---- */

/* layout_of_class finds the parameters of a class, or NULL. */
static const struct gng_uvm_layout *layout_of_class(const struct uvm_model *model, uint32_t number)
{
	for (int i = GNG_UVM_RM_DEVICE; i <= GNG_UVM_RM_MEMORY; i++) {
		const struct gng_uvm_layout *layout =
			gng_uvm_layout_of(&model->version, (enum gng_uvm_command)i);

		if (layout->number == number)
			return layout;
	}
	return NULL;
}

/* read_params copies what is to be known of a class's parameters; false: none can be read there. */
static bool read_params(struct rm_request *request, const struct model_call *call)
{
	const struct gng_uvm_layout *layout = layout_of_class(call->model, request->class_number);
	const uint64_t at = model_get(call, "pAllocParms");
	uint8_t params[256] = {0};

	if (!at || !layout)
		return true;
	if (!model_read(call->task, params, at, layout->size))
		return false;
	request->has_params = true;
	request->instance = (uint32_t)(uvm_get(params, layout, "deviceId") +
				       uvm_get(params, layout, "subDeviceId") +
				       uvm_get(params, layout, "index"));
	request->flags = (uint32_t)uvm_get(params, layout, "flags");
	request->big_page_size = (uint32_t)uvm_get(params, layout, "bigPageSize");
	request->memory_owner = (uint32_t)uvm_get(params, layout, "owner");
	request->len = uvm_get(params, layout, "size");
	return true;
}

static uint32_t allocate(struct model_call *call)
{
	struct rm_request request = {
		.owner = owner_of(call),
		.client = (uint32_t)model_get(call, "hRoot"),
		.parent = (uint32_t)model_get(call, "hObjectParent"),
		.handle = (uint32_t)model_get(call, "hObjectNew"),
		.class_number = (uint32_t)model_get(call, "hClass"),
	};
	uint32_t status;

	if (!read_params(&request, call))
		return RM_INVALID_ADDRESS;
	status = rm_allocate(&call->model->rm, &request);
	uvm_put(call->params, call->layout, "hObjectNew", request.handle);
	return status;
}

static uint32_t release(struct model_call *call)
{
	return rm_release(&call->model->rm, owner_of(call), (uint32_t)model_get(call, "hRoot"),
			  (uint32_t)model_get(call, "hObjectOld"));
}

/* ---- controls ---- */

/* fill_id: a GPU that no one has opened is not attached, and has no instance. */
static uint32_t fill_id(const struct uvm_model *model, uint8_t *params,
			const struct gng_uvm_layout *layout)
{
	for (uint32_t i = 0; i < model->machine->num_gpus; i++) {
		if (uvm_get(params, layout, "gpuId") != gpu_id(i) || !model->is_attached[i])
			continue;
		uvm_put(params, layout, "deviceInstance", i);
		uvm_put(params, layout, "subDeviceInstance", 0);
		uvm_put(params, layout, "gpuInstance", i);
		uvm_put(params, layout, "numaId", UINT32_MAX);
		return RM_OK;
	}
	return RM_INVALID_ARGUMENT;
}

static uint32_t fill_gid(uint8_t *params, const struct gng_uvm_layout *layout, uint32_t device)
{
	if ((uvm_get(params, layout, "flags") & 3) != 2)
		return RM_NOT_SUPPORTED; /* as text: not modelled */
	uvm_put(params, layout, "length", sizeof(gng_uvm_uuid));
	model_uuid(params + uvm_field(layout, "data")->at, device);
	return RM_OK;
}

static uint32_t control(struct model_call *call)
{
	struct uvm_model *model = call->model;
	const uint32_t client = (uint32_t)model_get(call, "hClient"),
		       handle = (uint32_t)model_get(call, "hObject"),
		       command = (uint32_t)model_get(call, "cmd");
	const bool is_id = command == RM_GET_ID_INFO;
	const struct gng_uvm_layout *layout = gng_uvm_layout_of(
		&model->version, is_id ? GNG_UVM_RM_ID_INFO : GNG_UVM_RM_GID_INFO);
	const uint64_t at = model_get(call, "params");
	uint8_t params[512];
	uint32_t status;

	status = rm_check_control(&model->rm, owner_of(call), client, handle, command,
				  (uint32_t)model_get(call, "paramsSize"));
	if (status != RM_OK)
		return status;
	if (!model_read(call->task, params, at, layout->size))
		return RM_INVALID_ADDRESS;
	status = is_id ? fill_id(model, params, layout)
		       : fill_gid(params, layout, rm_find(&model->rm, client, handle)->device);
	return status == RM_OK && !model_write(call->task, params, at, layout->size)
		       ? RM_INVALID_ADDRESS
		       : status;
}

/* ---- one call ---- */

static uint32_t verdict_of(struct model_call *call)
{
	if (call->layout->command == GNG_UVM_RM_ALLOC)
		return allocate(call);
	return call->layout->command == GNG_UVM_RM_FREE ? release(call) : control(call);
}

/* answer returns an errno; all but REGISTER_FD are of the control device. */
static int answer(struct rm_ioctl *ioctl)
{
	struct model_call *call = &ioctl->call;

	if (call->layout->command == GNG_UVM_RM_REGISTER_FD)
		return register_fd(ioctl);
	if (call->file->kind != MODEL_CONTROL)
		return EINVAL;
	if (call->layout->command == GNG_UVM_RM_CHECK_VERSION)
		return check_version(ioctl);
	if (call->layout->command == GNG_UVM_RM_CARD_INFO)
		return card_info(ioctl);
	uvm_put_status(call->params, call->layout, verdict_of(call));
	return 0;
}

/* layout_of finds what a number is; its size must be that of the structure, or of several. */
static const struct gng_uvm_layout *layout_of(const struct uvm_model *model, uint32_t number)
{
	for (int i = 0; i < NUM_RM_CALLS; i++) {
		const enum gng_uvm_command command =
			(enum gng_uvm_command)(GNG_UVM_RM_CHECK_VERSION + i);
		const struct gng_uvm_layout *layout = gng_uvm_layout_of(&model->version, command);

		if (layout->number != _IOC_NR(number))
			continue;
		if (command == GNG_UVM_RM_CARD_INFO)
			return _IOC_SIZE(number) && _IOC_SIZE(number) % layout->size == 0 ? layout
											  : NULL;
		return _IOC_SIZE(number) == layout->size ? layout : NULL;
	}
	return NULL;
}

/* fail makes the call fail that the machine says; true if it is over with it. */
static bool fail(int *error, struct model_call *call)
{
	const struct gng_uvm_machine *machine = call->model->machine;

	if (machine->num_calls != machine->fail_call || machine->fail_status == GNG_UVM_NO_VERDICT)
		return false;
	*error = machine->fail_status == GNG_UVM_OK ? EIO : 0;
	if (call->layout->status_at != GNG_UVM_NO_STATUS)
		uvm_put_status(call->params, call->layout, machine->fail_status);
	else
		*error = EIO;
	return true;
}

int model_rm_ioctl(struct uvm_model *model, struct model_file *file, pid_t task, uint32_t number,
		   uint64_t params)
{
	static uint8_t bytes[GNG_UVM_MAX_SIZE];
	const struct gng_uvm_layout *layout = layout_of(model, number);
	const size_t len = _IOC_SIZE(number);
	struct rm_ioctl ioctl = {{model, file, task, layout, bytes}, 0};
	int error;

	model->machine->num_calls++;
	if (!layout || _IOC_TYPE(number) != 'F')
		return EINVAL;
	ioctl.num = len / layout->size;
	if (!model_read(task, bytes, params, len))
		return EFAULT;
	if (!fail(&error, &ioctl.call))
		error = answer(&ioctl);
	if (model->machine->num_calls == model->machine->fail_call &&
	    model->machine->fail_status == GNG_UVM_NO_VERDICT)
		return error;
	return model_write(task, bytes, params, len) ? error : EFAULT;
}
