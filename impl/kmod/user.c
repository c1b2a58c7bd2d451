/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - the user's side of the device edu, by its driver or by vfio. */
#include "kmod_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

GNG_STATIC_ASSERT(GNG_KMOD_BUFFER_LEN == GONOGO_EDU_BUFFER_LEN &&
			  GNG_KMOD_DEVICE_LEN == GONOGO_EDU_DEVICE_LEN,
		  "the driver's lengths");

enum gng_status gng_kmod_open(struct gng_kmod *kmod, struct gng_why *why)
{
	void *memory;

	*kmod = (struct gng_kmod){.fd = open(GNG_KMOD_DEVICE, O_RDWR | O_CLOEXEC)};
	if (kmod->fd < 0 && errno == ENOENT)
		return gng_why_set(why, GNG_EUNSUPPORTED, errno, "kmod.open",
				   GNG_KMOD_DEVICE " is absent: no device edu is bound to the "
						   "driver; gonogo lab run kmod-edu");
	if (kmod->fd < 0)
		return gng_why_set(why, errno == EACCES ? GNG_EPERM : GNG_ESYS, errno, "kmod.open",
				   GNG_KMOD_DEVICE " cannot be opened: %s", strerror(errno));
	memory = mmap(NULL, GNG_KMOD_BUFFER_LEN, PROT_READ | PROT_WRITE, MAP_SHARED, kmod->fd, 0);
	if (memory == MAP_FAILED) {
		const int error = errno;

		close(kmod->fd);
		return gng_why_set(why, GNG_ESYS, error, "kmod.open",
				   "the driver's memory cannot be mapped: %s", strerror(error));
	}
	kmod->memory = memory;
	return GNG_OK;
}

void gng_kmod_close(struct gng_kmod *kmod)
{
	kmod_vfio_close(kmod->vfio);
	if (kmod->memory)
		munmap(kmod->memory, GNG_KMOD_BUFFER_LEN);
	if (kmod->fd >= 0)
		close(kmod->fd);
	*kmod = (struct gng_kmod){.fd = -1};
}

static int call_driver(int fd, unsigned long command, void *argument)
{
	return ioctl(fd, command, argument) == 0 ? 0 : errno;
}

static enum gng_status call(const struct gng_kmod *kmod, unsigned long command, void *argument,
			    const char *what, struct gng_why *why)
{
	enum gng_status status = GNG_ESYS;
	int error;

	do
		error = kmod->vfio ? kmod_vfio_call(kmod->vfio, command, argument)
				   : call_driver(kmod->fd, command, argument);
	while (error == EINTR);
	if (error == 0)
		return GNG_OK;
	if (error == EINVAL)
		status = GNG_EINVAL;
	else if (error == EPERM)
		status = GNG_EPERM;
	else if (error == ENODEV) /* it was unbound while it was open */
		status = GNG_EUNSUPPORTED;
	return gng_why_set(why, status, error, "kmod.call", "edu, %s: %s%s", what, strerror(error),
			   error == ETIMEDOUT ? ": no interrupt came within 5 s" : "");
}

enum gng_status gng_kmod_info(const struct gng_kmod *kmod, struct gng_kmod_info *info,
			      struct gng_why *why)
{
	struct gonogo_edu_info told = {.liveness_in = 0x12345678};
	const enum gng_status status = call(kmod, GONOGO_EDU_INFO, &told, "its registers", why);

	if (status == GNG_OK)
		*info = (struct gng_kmod_info){.identification = told.identification,
					       .irq = told.irq,
					       .num_irqs = told.num_irqs,
					       .msi = told.msi,
					       .alive = told.liveness == ~told.liveness_in,
					       .bus_address = told.bus_address};
	return status;
}

static enum gng_status ask(const struct gng_kmod *kmod, unsigned long command, uint32_t *out,
			   uint32_t in, const char *what, struct gng_why *why)
{
	struct gonogo_edu_call asked = {.in = in};
	const enum gng_status status = call(kmod, command, &asked, what, why);

	if (status == GNG_OK)
		*out = asked.out;
	return status;
}

enum gng_status gng_kmod_factorial(const struct gng_kmod *kmod, uint32_t *out, uint32_t n,
				   struct gng_why *why)
{
	return ask(kmod, GONOGO_EDU_FACTORIAL, out, n, "a factorial", why);
}

enum gng_status gng_kmod_raise(const struct gng_kmod *kmod, uint32_t *got, uint32_t status,
			       struct gng_why *why)
{
	return ask(kmod, GONOGO_EDU_RAISE, got, status, "an interrupt", why);
}

enum gng_status gng_kmod_write(const struct gng_kmod *kmod, uint32_t device_offset, uint32_t offset,
			       uint32_t len, struct gng_why *why)
{
	struct gonogo_edu_copy copy = {offset, device_offset, len, 1};

	return call(kmod, GONOGO_EDU_COPY, &copy, "a transfer to it", why);
}

enum gng_status gng_kmod_read(const struct gng_kmod *kmod, uint32_t offset, uint32_t device_offset,
			      uint32_t len, struct gng_why *why)
{
	struct gonogo_edu_copy copy = {offset, device_offset, len, 0};

	return call(kmod, GONOGO_EDU_COPY, &copy, "a transfer from it", why);
}

enum gng_status gng_kmod_wild(const struct gng_kmod *kmod, uint64_t bus_address, uint32_t len,
			      struct gng_why *why)
{
	struct gonogo_edu_wild wild = {.bus_address = bus_address, .len = len};

	return call(kmod, GONOGO_EDU_WILD, &wild, "a wild transfer", why);
}
