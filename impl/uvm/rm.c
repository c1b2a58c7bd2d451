/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rm.c - a client of the resource manager: calls to /dev/nvidiactl, and the objects that they
 * allocated, which are freed in reverse.
 *
 * The driver calls an object freed that it never had, and takes calls of a forked child for those
 * of its parent. So objects are kept here, and a child is told apart.
 */
#include "uvm_rm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTROL "/dev/nvidiactl"
#define MAGIC 'F'
#define ROOT_CLIENT 0x41u	 /* NV01_ROOT_CLIENT */
#define FIRST_HANDLE 0x676e0001u /* outside of what a driver generates (0xc9f.., 0xcaf..) */

const struct gng_uvm_layout *rm_layout(const struct gng_uvm_rm *rm, enum gng_uvm_command command)
{
	return gng_uvm_layout_of(&rm->version, command);
}

struct gng_uvm_handle gng_uvm_rm_handle(const struct gng_uvm_rm *rm, uint32_t object)
{
	return (struct gng_uvm_handle){rm->fd, rm->client, object};
}

size_t gng_uvm_rm_num_objects(const struct gng_uvm_rm *rm)
{
	return rm->num_kept;
}

bool gng_uvm_rm_is_model(const struct gng_uvm_rm *rm)
{
	return uvm_control_is_model(rm->fd);
}

/* ---- one call ---- */

/* is_ours says whether fd is still the file that was opened. */
static bool is_ours(const struct gng_uvm_rm *rm)
{
	struct stat info;

	return fstat(rm->fd, &info) == 0 && info.st_dev == rm->dev && info.st_ino == rm->ino;
}

static enum gng_status check_here(const struct gng_uvm_rm *rm, const char *name,
				  struct gng_why *why)
{
	if (!uvm_is_here(rm->here))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "uvm.rm",
				   "%s in a forked child would act on objects of its parent: open "
				   "the device here",
				   name);
	if (!is_ours(rm))
		return gng_why_set(why, GNG_EUNSUPPORTED, EBADF, "uvm.rm",
				   "%s: the descriptor %d was closed behind our back, and with it "
				   "the driver dropped all objects",
				   name, rm->fd);
	return GNG_OK;
}

static enum gng_status judge(const struct gng_uvm_step *step, struct gng_why *why)
{
	const char *blank = *step->of ? " of " : "";

	if (step->error)
		return gng_why_set(why, GNG_ESYS, step->error, "uvm.rm", "%s%s%s: %s", step->call,
				   blank, step->of, strerror(step->error));
	if (step->rm_status == GNG_UVM_OK)
		return GNG_OK;
	if (step->rm_status == GNG_UVM_NO_VERDICT)
		return gng_why_set(why, GNG_ESYS, 0, "uvm.rm",
				   "%s%s%s: the driver wrote no verdict where this version has it",
				   step->call, blank, step->of);
	return gng_why_set(why, GNG_ESYS, 0, "uvm.rm", "%s%s%s was refused: %s (0x%x)", step->call,
			   blank, step->of, gng_uvm_status_name(step->rm_status), step->rm_status);
}

/* ask makes the ioctl; the driver waits where a signal may end it, before anything is done. */
static int ask(int fd, unsigned long number, void *params)
{
	int got;

	do
		got = ioctl(fd, number, params);
	while (got != 0 && errno == EINTR);
	return got == 0 ? 0 : errno;
}

enum gng_status rm_do(struct gng_uvm_rm *rm, const struct rm_call *call, uint32_t *rm_status,
		      struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, call->command);
	struct gng_uvm_step step = {.call = gng_uvm_command_name(call->command),
				    .of = call->of ? call->of : "",
				    .object = call->object};
	const bool has_status = layout->status_at != GNG_UVM_NO_STATUS;
	const enum gng_status status = check_here(rm, step.call, why);

	if (rm_status)
		*rm_status = GNG_UVM_OK;
	if (status != GNG_OK)
		return status;
	if (has_status) /* what is not written must not look like success */
		uvm_put_status(call->params, layout, GNG_UVM_NO_VERDICT);
	step.error =
		ask(call->fd,
		    _IOC(_IOC_READ | _IOC_WRITE, MAGIC, layout->number, layout->size * call->num),
		    call->params);
	if (has_status && !step.error)
		step.rm_status = uvm_get_status(call->params, layout);
	if (rm_status)
		*rm_status = step.rm_status;
	if (rm->request.step)
		rm->request.step(rm->request.arg, &step);
	return judge(&step, why);
}

/* ---- objects ---- */

/* find returns the layout of a class's or control's parameters, or NULL. */
static const struct gng_uvm_layout *find(const struct gng_uvm_rm *rm, uint32_t number)
{
	for (int i = GNG_UVM_RM_DEVICE; i < GNG_UVM_NUM_LAYOUTS; i++) {
		const struct gng_uvm_layout *layout = rm_layout(rm, (enum gng_uvm_command)i);

		if (layout->number == number)
			return layout;
	}
	return NULL;
}

static const char *name_of(const struct gng_uvm_rm *rm, uint32_t number)
{
	const struct gng_uvm_layout *layout = find(rm, number);

	if (layout)
		return gng_uvm_command_name(layout->command);
	return number == ROOT_CLIENT ? "NV01_ROOT_CLIENT" : "an unknown number";
}

static enum gng_status free_one(struct gng_uvm_rm *rm, uint32_t object, uint32_t parent,
				const char *name, uint32_t *rm_status, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_FREE);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	const struct rm_call call = {GNG_UVM_RM_FREE, name, object, rm->fd, params, 1};

	uvm_put(params, layout, "hRoot", rm->client);
	uvm_put(params, layout, "hObjectParent", parent);
	uvm_put(params, layout, "hObjectOld", object);
	return rm_do(rm, &call, rm_status, why);
}

/* allocate asks for an object; a verdict that was not written may hide one, which goes again. */
static enum gng_status allocate(struct gng_uvm_rm *rm, uint32_t *object, uint32_t parent,
				uint32_t class_number, void *in, size_t len, uint32_t *rm_status,
				struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_ALLOC);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	const char *name = name_of(rm, class_number);
	const struct rm_call call = {GNG_UVM_RM_ALLOC, name, *object, rm->fd, params, 1};
	const uint32_t asked = *object;
	uint32_t verdict;
	enum gng_status status;

	uvm_put(params, layout, "hRoot", rm->client);
	uvm_put(params, layout, "hObjectParent", parent);
	uvm_put(params, layout, "hObjectNew", asked);
	uvm_put(params, layout, "hClass", class_number);
	uvm_put(params, layout, "pAllocParms", (uint64_t)(uintptr_t)in);
	uvm_put(params, layout, "paramsSize", len);
	status = rm_do(rm, &call, &verdict, why);
	if (rm_status)
		*rm_status = verdict;
	*object = (uint32_t)uvm_get(params, layout, "hObjectNew");
	if (status == GNG_OK && (*object == 0 || (asked && *object != asked)))
		status = gng_why_set(why, GNG_EFORMAT, 0, "uvm.rm",
				     "%s got the handle 0x%x, and was to get 0x%x", name, *object,
				     asked);
	if ((status == GNG_EFORMAT || verdict == GNG_UVM_NO_VERDICT) && asked)
		(void)!free_one(rm, asked, parent, name, NULL, NULL);
	return status;
}

enum gng_status gng_uvm_rm_alloc(struct gng_uvm_rm *rm, uint32_t *object, uint32_t parent,
				 uint32_t class_number, void *params, size_t len,
				 uint32_t *rm_status, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = find(rm, class_number);
	uint32_t handle = rm->next;
	enum gng_status status;

	if (rm_status)
		*rm_status = GNG_UVM_OK;
	if (layout && params && len != layout->size)
		return gng_why_set(
			why, GNG_EINVAL, 0, "uvm.rm", "%s takes %u bytes in driver %s, and not %zu",
			gng_uvm_command_name(layout->command), layout->size, rm->version.text, len);
	if (rm->num_kept == GNG_UVM_MAX_OBJECTS)
		return gng_why_set(why, GNG_ENOMEM, 0, "uvm.rm",
				   "%d objects are kept for one client; free one first",
				   GNG_UVM_MAX_OBJECTS);
	if (parent == 0)
		parent = rm->client;
	status = allocate(rm, &handle, parent, class_number, params, len, rm_status, why);
	if (status != GNG_OK)
		return status;
	rm->next++;
	rm->kept[rm->num_kept].object = handle;
	rm->kept[rm->num_kept].parent = parent;
	rm->kept[rm->num_kept++].name = name_of(rm, class_number);
	*object = handle;
	return GNG_OK;
}

/* is_below says whether the i-th object is object, or stands below it. */
static bool is_below(const struct gng_uvm_rm *rm, size_t i, uint32_t object)
{
	uint32_t at = rm->kept[i].object;

	for (size_t j = i + 1; j-- > 0 && at != object;)
		if (rm->kept[j].object == at)
			at = rm->kept[j].parent; /* older than it: found further ahead */
	return at == object;
}

static void forget(struct gng_uvm_rm *rm, size_t i)
{
	rm->num_kept--;
	memmove(&rm->kept[i], &rm->kept[i + 1], (rm->num_kept - i) * sizeof(rm->kept[0]));
}

/* free_at frees the i-th; it is forgotten whatever the driver says, for it drops it in the end. */
static enum gng_status free_at(struct gng_uvm_rm *rm, size_t i, uint32_t *rm_status,
			       struct gng_why *why)
{
	const enum gng_status status = free_one(rm, rm->kept[i].object, rm->kept[i].parent,
						rm->kept[i].name, rm_status, why);

	forget(rm, i);
	return status;
}

enum gng_status gng_uvm_rm_free(struct gng_uvm_rm *rm, uint32_t object, uint32_t *rm_status,
				struct gng_why *why)
{
	enum gng_status status = GNG_EINVAL;
	const enum gng_status here = check_here(rm, "NV_ESC_RM_FREE", why);

	if (rm_status)
		*rm_status = GNG_UVM_OK;
	if (here != GNG_OK)
		return here;
	for (size_t i = rm->num_kept; i-- > 0 && (status == GNG_OK || status == GNG_EINVAL);)
		if (is_below(rm, i, object))
			status = free_at(rm, i, rm_status, why);
	if (status == GNG_EINVAL)
		return gng_why_set(why, GNG_EINVAL, 0, "uvm.rm",
				   "0x%x is no object of this client, or was freed before", object);
	return status;
}

enum gng_status rm_rest(struct gng_uvm_rm *rm, size_t num, struct gng_why *why)
{
	enum gng_status first = GNG_OK;

	while (rm->num_kept > num) {
		struct gng_why own;
		const enum gng_status status = free_at(rm, rm->num_kept - 1, NULL, &own);

		if (first == GNG_OK && status != GNG_OK)
			first = gng_why_set(why, status, own.sys_errno, "uvm.rm", "%s", own.text);
	}
	return first;
}

enum gng_status gng_uvm_rm_control(struct gng_uvm_rm *rm, uint32_t object, uint32_t command,
				   void *in, size_t len, uint32_t *rm_status, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_CONTROL);
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	const struct rm_call call = {
		GNG_UVM_RM_CONTROL, name_of(rm, command), object, rm->fd, params, 1};

	uvm_put(params, layout, "hClient", rm->client);
	uvm_put(params, layout, "hObject", object ? object : rm->client);
	uvm_put(params, layout, "cmd", command);
	uvm_put(params, layout, "params", (uint64_t)(uintptr_t)in);
	uvm_put(params, layout, "paramsSize", len);
	return rm_do(rm, &call, rm_status, why);
}

/* ---- opening ---- */

static enum gng_status open_control(struct gng_uvm_rm *rm, struct gng_why *why)
{
	const char *path = rm->request.control;
	struct stat info;

	rm->fd = open(path, O_RDWR | O_CLOEXEC);
	if (rm->fd < 0)
		return gng_why_set(why,
				   errno == EACCES || errno == EPERM ? GNG_EPERM : GNG_EUNSUPPORTED,
				   errno, "uvm.rm", "%s: %s; nvidia-modprobe -c 0 makes it", path,
				   strerror(errno));
	if (fstat(rm->fd, &info) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "uvm.rm", "%s: %s", path, strerror(errno));
	rm->dev = info.st_dev;
	rm->ino = info.st_ino;
	return GNG_OK;
}

/* confirm has the driver compare the version; if it is another, it ends in EINVAL and says which.
 */
static enum gng_status confirm(struct gng_uvm_rm *rm, struct gng_why *why)
{
	const struct gng_uvm_layout *layout = rm_layout(rm, GNG_UVM_RM_CHECK_VERSION);
	const struct gng_uvm_field *text = uvm_field(layout, "versionString");
	uint8_t params[RM_CAP] __attribute__((aligned(8))) = {0};
	const struct rm_call call = {GNG_UVM_RM_CHECK_VERSION, NULL, 0, rm->fd, params, 1};
	struct gng_uvm_version driver;
	enum gng_status status;

	memcpy(params + text->at, rm->version.text, sizeof(rm->version.text));
	status = rm_do(rm, &call, NULL, why);
	if (status == GNG_OK)
		return gng_uvm_read_reply(&driver, &rm->version, params, layout->size, why);
	if (why && why->sys_errno == EINVAL &&
	    gng_uvm_read_reply(&driver, &rm->version, params, layout->size, NULL) == GNG_OK &&
	    gng_uvm_version_compare(&driver, &rm->version) != 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, EINVAL, "uvm.rm",
				   "the driver is %s, and not %s: its structures may differ",
				   driver.text, rm->version.text);
	return status;
}

static enum gng_status start(struct gng_uvm_rm *rm, struct gng_why *why)
{
	enum gng_status status =
		rm->request.version ? gng_uvm_version_parse(&rm->version, rm->request.version, why)
				    : uvm_read_version(&rm->version, why);

	if (status == GNG_OK)
		status = uvm_check_version(&rm->version, why);
	if (status == GNG_OK)
		status = uvm_here_open(&rm->here, why);
	if (status == GNG_OK)
		status = open_control(rm, why);
	if (status == GNG_OK)
		status = confirm(rm, why);
	return status == GNG_OK ? allocate(rm, &rm->client, 0, ROOT_CLIENT, NULL, 0, NULL, why)
				: status;
}

enum gng_status gng_uvm_rm_open(struct gng_uvm_rm **rm, const struct gng_uvm_rm_request *request,
				struct gng_why *why)
{
	struct gng_uvm_rm *made = calloc(1, sizeof(*made));
	struct gng_why own;
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, errno, "uvm.rm", "no memory");
	made->request = *request;
	if (!made->request.control)
		made->request.control = CONTROL;
	if (!made->request.device)
		made->request.device = "/dev/nvidia";
	made->fd = -1;
	made->next = FIRST_HANDLE;
	status = start(made, why ? why : &own);
	if (status != GNG_OK) {
		made->client = 0; /* what an answer left there was not allocated */
		gng_uvm_rm_close(made, NULL);
	} else {
		*rm = made;
	}
	return status;
}

enum gng_status gng_uvm_rm_close(struct gng_uvm_rm *rm, struct gng_why *why)
{
	enum gng_status status = GNG_OK, root = GNG_OK;
	struct gng_why own;

	if (!rm)
		return GNG_OK;
	if (rm->client && uvm_is_here(rm->here)) {
		status = rm_rest(rm, 0, why);
		root = free_one(rm, rm->client, 0, "NV01_ROOT_CLIENT", NULL, &own);
	}
	if (status == GNG_OK && root != GNG_OK)
		status = gng_why_set(why, root, own.sys_errno, "uvm.rm", "%s", own.text);
	if (rm->fd >= 0 && is_ours(rm))
		close(rm->fd);
	uvm_here_close(rm->here);
	free(rm);
	return status;
}
