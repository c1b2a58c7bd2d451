/* SPDX-License-Identifier: Apache-2.0 */
/* kmod_private.h - the device by vfio, as the driver's own calls. Private to impl/kmod. */
#ifndef KMOD_PRIVATE_H
#define KMOD_PRIVATE_H

#include "gng_kmod.h"
#include "module/gonogo_edu_pure.h"

/* kmod_vfio_call does what the driver's ioctl does, and returns 0 or an errno. */
int kmod_vfio_call(struct gng_kmod_vfio *vfio, unsigned long command, void *argument);

/* kmod_vfio_close gives everything back; NULL is none. */
void kmod_vfio_close(struct gng_kmod_vfio *vfio);

#endif /* KMOD_PRIVATE_H */
