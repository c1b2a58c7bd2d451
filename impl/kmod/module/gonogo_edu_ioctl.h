/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* gonogo_edu_ioctl.h - what /dev/gonogo_edu takes, for the driver and for its user. */
#ifndef GONOGO_EDU_IOCTL_H
#define GONOGO_EDU_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define GONOGO_EDU_BUFFER_LEN 4096 /* of the coherent memory that mmap gives */

/* The device has 4096 bytes too, but QEMU 7.2 ends with an error of the machine when a transfer
 * reaches the last of them: edu_check_range() wants the end below the limit, not at it. */
#define GONOGO_EDU_DEVICE_LEN 4095

struct gonogo_edu_info {
	__u32 identification; /* register 0x00: version and 0xed */
	__u32 liveness;	      /* what came back for liveness_in: its complement */
	__u32 liveness_in;
	__u32 irq;	   /* Linux number */
	__u32 num_irqs;	   /* taken since the driver was bound */
	__u32 msi;	   /* 1: a message, 0: a line */
	__u64 bus_address; /* of the coherent memory, as the device sees it */
};

struct gonogo_edu_call {
	__u32 in, out;
};

/* The coherent memory at offset goes to the device's buffer at device_offset, or back. */
struct gonogo_edu_copy {
	__u32 offset, device_offset, len;
	__u32 to_device;
};

/* A transfer from an address of the bus that the caller chooses: only if the module was loaded with
 * wild=1, for the IOMMU to refuse. */
struct gonogo_edu_wild {
	__u64 bus_address;
	__u32 len, done; /* done: the device says that it has ended */
};

#define GONOGO_EDU_INFO _IOWR('G', 0, struct gonogo_edu_info)
#define GONOGO_EDU_FACTORIAL _IOWR('G', 1, struct gonogo_edu_call)
#define GONOGO_EDU_RAISE \
	_IOWR('G', 2, struct gonogo_edu_call) /* out: the status of the interrupt */
#define GONOGO_EDU_COPY _IOW('G', 3, struct gonogo_edu_copy)
#define GONOGO_EDU_WILD _IOWR('G', 4, struct gonogo_edu_wild)

#endif /* GONOGO_EDU_IOCTL_H */
