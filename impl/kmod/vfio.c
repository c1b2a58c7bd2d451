/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vfio.c - the device edu from user space (Linux, Documentation/driver-api/vfio.rst): BAR 0 mapped,
 * DMA by addresses that the IOMMU translates, its message an eventfd.
 */
#include "kmod_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "module/gonogo_edu_registers.h"

#define BUS_ADDRESS 0x00100000u /* of the memory: any page below 2^28 would do */
#define WAIT_MS 5000

struct gng_kmod_vfio {
	int container, group, device, event;
	volatile uint8_t *registers;
	size_t registers_len;
	uint32_t num_irqs, irq_status; /* of the last interrupt */
};

/* ---- the device ---- */

static uint32_t get(const struct gng_kmod_vfio *vfio, uint32_t at)
{
	return *(const volatile uint32_t *)(vfio->registers + at);
}

static void put(const struct gng_kmod_vfio *vfio, uint32_t at, uint32_t value)
{
	*(volatile uint32_t *)(vfio->registers + at) = value;
}

static void put_wide(const struct gng_kmod_vfio *vfio, uint32_t at, uint64_t value)
{
	*(volatile uint64_t *)(vfio->registers + at) = value;
}

/* forget drops messages that came before what is about to be started. */
static void forget(const struct gng_kmod_vfio *vfio)
{
	uint64_t count;

	while (read(vfio->event, &count, sizeof(count)) > 0)
		;
}

/* await waits for the message, and does what a handler does. */
static int await(struct gng_kmod_vfio *vfio)
{
	struct pollfd event = {.fd = vfio->event, .events = POLLIN};
	uint64_t count;
	int ready;

	do
		ready = poll(&event, 1, WAIT_MS);
	while (ready < 0 && errno == EINTR);
	if (ready <= 0 || read(vfio->event, &count, sizeof(count)) < 0)
		return ETIMEDOUT;
	vfio->irq_status = get(vfio, EDU_IRQ_STATUS);
	put(vfio, EDU_IRQ_ACK, vfio->irq_status);
	vfio->num_irqs += (uint32_t)count;
	return 0;
}

static int factorial(struct gng_kmod_vfio *vfio, struct gonogo_edu_call *call)
{
	int error;

	forget(vfio);
	put(vfio, EDU_STATUS, EDU_STATUS_IRQ);
	put(vfio, EDU_FACTORIAL, call->in);
	error = await(vfio);
	call->out = get(vfio, EDU_FACTORIAL);
	return error;
}

static int raise_status(struct gng_kmod_vfio *vfio, struct gonogo_edu_call *call)
{
	int error;

	if (!call->in)
		return EINVAL;
	forget(vfio);
	put(vfio, EDU_IRQ_RAISE, call->in);
	error = await(vfio);
	call->out = vfio->irq_status;
	return error;
}

static int transfer(struct gng_kmod_vfio *vfio, uint64_t source, uint64_t target, uint32_t len,
		    uint32_t direction)
{
	forget(vfio);
	/* what was written to the memory is there before the device is told */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	put_wide(vfio, EDU_DMA_SOURCE, source);
	put_wide(vfio, EDU_DMA_TARGET, target);
	put_wide(vfio, EDU_DMA_COUNT, len);
	put(vfio, EDU_DMA_COMMAND, EDU_DMA_START | EDU_DMA_IRQ | direction);
	return await(vfio);
}

static int copy(struct gng_kmod_vfio *vfio, const struct gonogo_edu_copy *asked)
{
	const uint64_t ours = BUS_ADDRESS + asked->offset,
		       theirs = EDU_BUFFER + asked->device_offset;

	if (!edu_copy_fits(asked))
		return EINVAL;
	return asked->to_device ? transfer(vfio, ours, theirs, asked->len, 0)
				: transfer(vfio, theirs, ours, asked->len, EDU_DMA_FROM_DEVICE);
}

static int wild(struct gng_kmod_vfio *vfio, struct gonogo_edu_wild *call)
{
	if (!edu_inside(0, call->len, GONOGO_EDU_DEVICE_LEN))
		return EINVAL;
	call->done = transfer(vfio, call->bus_address, EDU_BUFFER, call->len, 0) == 0;
	return 0;
}

static int tell(const struct gng_kmod_vfio *vfio, struct gonogo_edu_info *info)
{
	info->identification = get(vfio, EDU_ID);
	put(vfio, EDU_LIVENESS, info->liveness_in);
	info->liveness = get(vfio, EDU_LIVENESS);
	info->irq = 0;
	info->num_irqs = vfio->num_irqs;
	info->msi = 1;
	info->bus_address = BUS_ADDRESS;
	return 0;
}

int kmod_vfio_call(struct gng_kmod_vfio *vfio, unsigned long command, void *argument)
{
	switch (command) {
	case GONOGO_EDU_INFO:
		return tell(vfio, argument);
	case GONOGO_EDU_FACTORIAL:
		return factorial(vfio, argument);
	case GONOGO_EDU_RAISE:
		return raise_status(vfio, argument);
	case GONOGO_EDU_COPY:
		return copy(vfio, argument);
	case GONOGO_EDU_WILD:
		return wild(vfio, argument);
	default:
		return ENOTTY;
	}
}

/* ---- to open: one step, one acquisition; each returns false with errno ---- */

static bool take_container(struct gng_kmod_vfio *vfio)
{
	vfio->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (vfio->container < 0)
		return false;
	errno = ENOTSUP;
	return ioctl(vfio->container, VFIO_GET_API_VERSION) == VFIO_API_VERSION &&
	       ioctl(vfio->container, VFIO_CHECK_EXTENSION, VFIO_TYPE1v2_IOMMU) == 1;
}

/* take_group: the group's number is the last part of where a link of the device leads. */
static bool take_group(struct gng_kmod_vfio *vfio, const char *slot)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char path[96], target[PATH_MAX];
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", slot);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%.20s", strrchr(target, '/') + 1);
	vfio->group = open(path, O_RDWR | O_CLOEXEC);
	if (vfio->group < 0 || ioctl(vfio->group, VFIO_GROUP_GET_STATUS, &status) != 0)
		return false;
	errno = EBUSY; /* another device of the group has a driver of the kernel */
	return status.flags & VFIO_GROUP_FLAGS_VIABLE &&
	       ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) == 0 &&
	       ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) == 0;
}

static bool take_memory(struct gng_kmod *kmod)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = BUS_ADDRESS,
		.size = GNG_KMOD_BUFFER_LEN,
	};
	void *memory = mmap(NULL, GNG_KMOD_BUFFER_LEN, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	kmod->memory = memory;
	map.vaddr = (uintptr_t)memory;
	return ioctl(kmod->vfio->container, VFIO_IOMMU_MAP_DMA, &map) == 0;
}

static bool take_registers(struct gng_kmod_vfio *vfio)
{
	struct vfio_region_info bar = {.argsz = sizeof(bar), .index = VFIO_PCI_BAR0_REGION_INDEX};
	void *registers;

	if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &bar) != 0)
		return false;
	registers = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device,
			 (off_t)bar.offset);
	if (registers == MAP_FAILED)
		return false;
	vfio->registers = registers;
	vfio->registers_len = bar.size;
	errno = ENODEV; /* another device stands there: nothing was written to it */
	return bar.size > EDU_DMA_COMMAND && get(vfio, EDU_ID) == 0x010000ed;
}

static bool take_interrupt(struct gng_kmod_vfio *vfio)
{
	union {
		struct vfio_irq_set set;
		uint8_t bytes[sizeof(struct vfio_irq_set) + sizeof(int32_t)];
	} irqs = {.set = {.argsz = sizeof(irqs),
			  .flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			  .index = VFIO_PCI_MSI_IRQ_INDEX,
			  .count = 1}};
	const int32_t event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	vfio->event = event;
	memcpy(irqs.bytes + sizeof(struct vfio_irq_set), &event, sizeof(event));
	return event >= 0 && ioctl(vfio->device, VFIO_DEVICE_SET_IRQS, &irqs) == 0;
}

/* allow_transfers sets the bit without which the device is no master of its bus. */
static bool allow_transfers(struct gng_kmod_vfio *vfio)
{
	struct vfio_region_info config = {.argsz = sizeof(config),
					  .index = VFIO_PCI_CONFIG_REGION_INDEX};
	uint16_t command;
	off_t at;

	if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &config) != 0)
		return false;
	at = (off_t)config.offset + PCI_COMMAND;
	if (pread(vfio->device, &command, sizeof(command), at) != sizeof(command))
		return false;
	command |= PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY;
	return pwrite(vfio->device, &command, sizeof(command), at) == sizeof(command);
}

static bool take_device(struct gng_kmod_vfio *vfio, const char *slot)
{
	vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, slot);
	return vfio->device >= 0;
}

/* open_all returns what could not be had, or NULL. */
static const char *open_all(struct gng_kmod *kmod, const char *slot)
{
	struct gng_kmod_vfio *vfio = kmod->vfio;

	if (!take_container(vfio))
		return "/dev/vfio/vfio with an IOMMU of type 1 (modprobe vfio_iommu_type1)";
	if (!take_group(vfio, slot))
		return "a group of the IOMMU whose devices vfio-pci has (driver_override)";
	if (!take_memory(kmod))
		return "a page of memory that is mapped for the device";
	if (!take_device(vfio, slot))
		return "the device (driver_override)";
	if (!allow_transfers(vfio))
		return "its command register";
	if (!take_registers(vfio))
		return "the registers of an edu";
	return take_interrupt(vfio) ? NULL : "its interrupt by message";
}

static bool is_slot(const char *slot)
{
	unsigned int domain, bus, device, function;
	int len = 0;

	return strlen(slot) == 12 &&
	       sscanf(slot, "%4x:%2x:%2x.%1x%n", &domain, &bus, &device, &function, &len) == 4 &&
	       len == 12;
}

static enum gng_status status_of(int error)
{
	if (error == ENOENT || error == ENODEV || error == ENOTSUP || error == ENXIO)
		return GNG_EUNSUPPORTED;
	return error == EACCES || error == EPERM ? GNG_EPERM : GNG_ESYS;
}

enum gng_status gng_kmod_open_vfio(struct gng_kmod *kmod, const char *slot, struct gng_why *why)
{
	const char *absent;
	int error;

	*kmod = (struct gng_kmod){.fd = -1};
	if (!is_slot(slot))
		return gng_why_set(why, GNG_EINVAL, 0, "kmod.open",
				   "'%.40s' is no slot of PCI: as in 0000:00:03.0", slot);
	kmod->vfio = malloc(sizeof(*kmod->vfio));
	if (!kmod->vfio)
		return gng_why_set(why, GNG_ENOMEM, 0, "kmod.open", "no memory");
	*kmod->vfio = (struct gng_kmod_vfio){-1, -1, -1, -1, NULL, 0, 0, 0};
	absent = open_all(kmod, slot);
	error = errno;
	if (!absent)
		return GNG_OK;
	gng_kmod_close(kmod);
	return gng_why_set(why, status_of(error), error, "kmod.open",
			   "%s cannot be driven by vfio, there is not %s: %s", slot, absent,
			   strerror(error));
}

void kmod_vfio_close(struct gng_kmod_vfio *vfio)
{
	const int fds[] = {vfio ? vfio->event : -1, vfio ? vfio->device : -1,
			   vfio ? vfio->group : -1, vfio ? vfio->container : -1};

	if (vfio && vfio->registers)
		munmap((void *)vfio->registers, vfio->registers_len);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(vfio);
}
