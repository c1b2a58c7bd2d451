/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* gonogo_edu_pure.h - what the driver decides without a device, for itself and for its KUnit tests.
 */
#ifndef GONOGO_EDU_PURE_H
#define GONOGO_EDU_PURE_H

#include <linux/types.h>
#ifndef __KERNEL__
#include <stdbool.h>
#include <stddef.h>
#endif

#include "gonogo_edu_ioctl.h"

/* edu_inside says whether offset..offset + len is not empty and ends at limit at most. */
static inline bool edu_inside(__u32 offset, __u32 len, __u32 limit)
{
	return len && offset <= limit && len <= limit - offset;
}

static inline bool edu_copy_fits(const struct gonogo_edu_copy *copy)
{
	return edu_inside(copy->offset, copy->len, GONOGO_EDU_BUFFER_LEN) &&
	       edu_inside(copy->device_offset, copy->len, GONOGO_EDU_DEVICE_LEN);
}

/* edu_is_ours says whether an ioctl may be one of the driver's: of its letter, and with an argument
 * of at most cap bytes. */
static inline bool edu_is_ours(unsigned int command, size_t cap)
{
	return _IOC_TYPE(command) == 'G' && _IOC_SIZE(command) <= cap;
}

#endif /* GONOGO_EDU_PURE_H */
