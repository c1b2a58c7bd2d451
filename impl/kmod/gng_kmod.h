/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_kmod.h - the user's side of QEMU's device edu: registers, an interrupt, and transfers through
 * memory that it shares with the device; by the driver (impl/kmod/module), or without one by vfio.
 */
#ifndef GNG_KMOD_H
#define GNG_KMOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_KMOD_DEVICE "/dev/gonogo_edu"
#define GNG_KMOD_BUFFER_LEN 4096
#define GNG_KMOD_DEVICE_LEN \
	4095 /* of the device's own buffer: QEMU ends at the last byte of 4096 */

/* gng_kmod is an open device. memory is what the device reads and writes: coherent, of
 * GNG_KMOD_BUFFER_LEN bytes. */
struct gng_kmod {
	int fd;
	uint8_t *memory;
	struct gng_kmod_vfio *vfio; /* NULL: it is driven by the module */
};

struct gng_kmod_info {
	uint32_t identification; /* 0x010000ed */
	uint32_t irq,
		num_irqs; /* Linux number, 0 by vfio; taken since the device was bound or opened */
	bool msi;	  /* a message, no line */
	bool alive;	  /* the liveness register gave the complement of what was written */
	uint64_t bus_address; /* of memory, as the device sees it */
};

/*
 * gng_kmod_open opens the device and maps its memory. GNG_EUNSUPPORTED if there is none - insmod
 * returns 0 also when no device was bound -, GNG_EPERM if this process may not, GNG_ESYS.
 */
GNG_MUST enum gng_status gng_kmod_open(struct gng_kmod *kmod, struct gng_why *why);

/*
 * gng_kmod_open_vfio opens the device at slot, "0000:00:03.0", which vfio-pci has, and drives it
 * from this process: registers mapped, its interrupt an eventfd, memory mapped for it by the IOMMU
 * at an address of the bus that is none of the machine's. One thread at a time. GNG_EINVAL for what
 * is no slot, GNG_EUNSUPPORTED without an IOMMU, vfio or vfio-pci, GNG_EPERM, GNG_ENOMEM, GNG_ESYS.
 */
GNG_MUST enum gng_status gng_kmod_open_vfio(struct gng_kmod *kmod, const char *slot,
					    struct gng_why *why);
void gng_kmod_close(struct gng_kmod *kmod);

/* All below: GNG_EINVAL for what the device cannot take, GNG_ESYS if it does not answer,
 * GNG_EUNSUPPORTED if it is gone: then a touch of memory raises SIGBUS. */
GNG_MUST enum gng_status gng_kmod_info(const struct gng_kmod *kmod, struct gng_kmod_info *info,
				       struct gng_why *why);

/* gng_kmod_factorial lets the device compute n! modulo 2^32 and waits for its interrupt. */
GNG_MUST enum gng_status gng_kmod_factorial(const struct gng_kmod *kmod, uint32_t *out, uint32_t n,
					    struct gng_why *why);

/* gng_kmod_raise lets it raise an interrupt with a status (not 0); *got is what the handler saw. */
GNG_MUST enum gng_status gng_kmod_raise(const struct gng_kmod *kmod, uint32_t *got, uint32_t status,
					struct gng_why *why);

/* gng_kmod_write sends memory[offset, offset + len) to the device's own buffer at device_offset,
 * of GNG_KMOD_DEVICE_LEN bytes; gng_kmod_read brings it back. The device takes some 100 ms for
 * each. */
GNG_MUST enum gng_status gng_kmod_write(const struct gng_kmod *kmod, uint32_t device_offset,
					uint32_t offset, uint32_t len, struct gng_why *why);
GNG_MUST enum gng_status gng_kmod_read(const struct gng_kmod *kmod, uint32_t offset,
				       uint32_t device_offset, uint32_t len, struct gng_why *why);

/* gng_kmod_wild lets the device read from an address of the bus that nobody has mapped, for an
 * IOMMU to refuse. GNG_EPERM unless the module was loaded with wild=1; by vfio the IOMMU is there.
 */
GNG_MUST enum gng_status gng_kmod_wild(const struct gng_kmod *kmod, uint64_t bus_address,
				       uint32_t len, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_KMOD_H */
