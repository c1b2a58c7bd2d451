/* SPDX-License-Identifier: Apache-2.0 */
/* client.c - opening the device in a version that is known, and calls whose verdict is rmStatus. */
#include "uvm_client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DEVICE "/dev/nvidia-uvm"

int gng_uvm_fd(const struct gng_uvm *uvm)
{
	return uvm->fd;
}

const struct gng_uvm_version *gng_uvm_version(const struct gng_uvm *uvm)
{
	return &uvm->version;
}

/* has_major looks for "511 nvidia-uvm" in /proc/devices, between character and block devices. */
static bool has_major(unsigned int major, const char *wanted)
{
	FILE *file = fopen("/proc/devices", "re");
	unsigned int number;
	char line[128], name[64];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "Block", 5) == 0)
			break;
		found = sscanf(line, "%u %63s", &number, name) == 2 && number == major &&
			strcmp(name, wanted) == 0;
	}
	if (file)
		fclose(file);
	return found;
}

static bool is_model(int fd, const char *name)
{
	struct stat info;

	return fstat(fd, &info) != 0 || !S_ISCHR(info.st_mode) ||
	       !has_major(major(info.st_rdev), name);
}

bool gng_uvm_fd_is_model(int fd)
{
	return is_model(fd, "nvidia-uvm");
}

/* The control device bears the name of its module's part to 535, and its own since 545. */
bool uvm_control_is_model(int fd)
{
	return is_model(fd, "nvidia-frontend") && is_model(fd, "nvidiactl");
}

bool gng_uvm_is_model(const struct gng_uvm *uvm)
{
	return gng_uvm_fd_is_model(uvm->fd);
}

/* ---- version ---- */

enum gng_status uvm_read_version(struct gng_uvm_version *version, struct gng_why *why)
{
	const int fd = open("/proc/driver/nvidia/version", O_RDONLY | O_CLOEXEC);
	char text[1024];
	ssize_t len;

	if (fd < 0)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "uvm.version",
				   "/proc/driver/nvidia/version: %s: the driver of NVIDIA is not "
				   "loaded; gonogo uvm model -- COMMAND runs without one",
				   strerror(errno));
	len = read(fd, text, sizeof(text));
	close(fd);
	return gng_uvm_version_read(version, text, len > 0 ? (size_t)len : 0, why);
}

enum gng_status uvm_check_version(const struct gng_uvm_version *version, struct gng_why *why)
{
	const char *nearest = gng_uvm_version_nearest(version);

	if (gng_uvm_version_known(version))
		return GNG_OK;
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, "uvm.version",
			   "driver %s is not known, and its structures may differ%s%s: gonogo uvm "
			   "probe asks the driver for them",
			   version->text, nearest ? " from those of " : "", nearest ? nearest : "");
}

int uvm_open_device(const char *device, struct gng_why *why)
{
	const int fd = open(device ? device : DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		gng_why_set(why, errno == EACCES || errno == EPERM ? GNG_EPERM : GNG_EUNSUPPORTED,
			    errno, "uvm.open", "%s: %s; nvidia-modprobe -u -c 0 makes it",
			    device ? device : DEVICE, strerror(errno));
	return fd;
}

/* ---- calls ---- */

enum gng_status uvm_begin(struct uvm_call *call, struct gng_uvm *uvm, enum gng_uvm_command command,
			  struct gng_why *why)
{
	call->layout = gng_uvm_layout_of(&uvm->version, command);
	if (!uvm_is_here(uvm->here))
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "uvm.call",
				   "%s in a forked child would act on the memory of its parent: "
				   "open the device here",
				   gng_uvm_command_name(command));
	if (!call->layout)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, "uvm.call", "driver %s has no %s yet",
				   uvm->version.text, gng_uvm_command_name(command));
	memset(call->params, 0, call->layout->size);
	/* A driver that writes its verdict elsewhere must not leave what looks like success. */
	uvm_put_status(call->params, call->layout, UINT32_MAX);
	return GNG_OK;
}

enum gng_status uvm_end(struct uvm_call *call, int fd, uint32_t *rm_status, struct gng_why *why)
{
	const char *name = gng_uvm_command_name(call->layout->command);
	uint32_t verdict;

	if (ioctl(fd, call->layout->number, call->params) != 0)
		return gng_why_set(why, GNG_ESYS, errno, "uvm.call", "%s: %s", name,
				   errno == EAGAIN ? "the driver is suspending the machine"
						   : strerror(errno));
	verdict = uvm_get_status(call->params, call->layout);
	if (rm_status)
		*rm_status = verdict;
	if (verdict == GNG_UVM_OK)
		return GNG_OK;
	if (verdict == UINT32_MAX)
		return gng_why_set(
			why, GNG_ESYS, 0, "uvm.call",
			"%s: the driver wrote no verdict at byte %u: its structure is not "
			"the one of this version",
			name, call->layout->status_at);
	return gng_why_set(why, GNG_ESYS, 0, "uvm.call", "%s was refused: %s (0x%x)", name,
			   gng_uvm_status_name(verdict), verdict);
}

/* ---- opening ---- */

static enum gng_status initialise(struct gng_uvm *uvm, uint64_t flags, struct gng_why *why)
{
	struct uvm_call call;
	enum gng_status status = uvm_begin(&call, uvm, GNG_UVM_INITIALIZE, why);

	if (status != GNG_OK)
		return status;
	uvm_put(call.params, call.layout, "flags", flags);
	return uvm_end(&call, uvm->fd, NULL, why);
}

enum gng_status gng_uvm_open(struct gng_uvm **uvm, const struct gng_uvm_request *request,
			     struct gng_why *why)
{
	struct gng_uvm *made = calloc(1, sizeof(*made));
	enum gng_status status;

	if (!made)
		return gng_why_set(why, GNG_ENOMEM, errno, "uvm.open", "no memory");
	made->fd = made->mm_fd = -1;
	status = request->version ? gng_uvm_version_parse(&made->version, request->version, why)
				  : uvm_read_version(&made->version, why);
	if (status == GNG_OK)
		status = uvm_check_version(&made->version, why);
	if (status == GNG_OK)
		status = uvm_here_open(&made->here, why);
	if (status == GNG_OK) {
		made->device = request->device ? request->device : DEVICE;
		made->fd = uvm_open_device(request->device, why);
		status = made->fd < 0 && errno != EACCES && errno != EPERM ? GNG_EUNSUPPORTED
			 : made->fd < 0					   ? GNG_EPERM
									   : GNG_OK;
	}
	if (status == GNG_OK)
		status = initialise(made, request->flags, why);
	if (status != GNG_OK)
		gng_uvm_close(made);
	else
		*uvm = made;
	return status;
}

void gng_uvm_close(struct gng_uvm *uvm)
{
	if (!uvm)
		return;
	if (uvm->mm_fd >= 0)
		close(uvm->mm_fd);
	if (uvm->fd >= 0)
		close(uvm->fd);
	uvm_here_close(uvm->here);
	free(uvm);
}

enum gng_status gng_uvm_map(struct gng_uvm *uvm, void *at, size_t len, struct gng_why *why)
{
	void *got;

	if (!uvm_is_here(uvm->here))
		return gng_why_set(
			why, GNG_EUNSUPPORTED, 0, "uvm.map",
			"a forked child has other memory than the driver knows: open the "
			"device here");
	got = mmap(at, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, uvm->fd,
		   (off_t)(uintptr_t)at);
	if (got == at)
		return GNG_OK;
	if (got != MAP_FAILED) {
		munmap(got, len);
		errno = EEXIST;
	}
	return gng_why_set(why, errno == EOPNOTSUPP ? GNG_EUNSUPPORTED : GNG_ESYS, errno, "uvm.map",
			   "mmap of %zu bytes at %p: %s", len, at,
			   errno == EOPNOTSUPP ? "the driver knows the memory of another process"
					       : strerror(errno));
}
