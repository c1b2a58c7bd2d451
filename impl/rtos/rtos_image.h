/* SPDX-License-Identifier: Apache-2.0 */
/* rtos_image.h - an ELF image for Arm: its segments, its sizes, and which instructions it has. */
#ifndef RTOS_IMAGE_H
#define RTOS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

/* rtos_image is what an image of 32 bits, little endian, for Arm, says about itself. */
struct rtos_image {
	const uint8_t *bytes;
	size_t len;
	uint32_t rom, ram;    /* bytes: what is stored, what is zeroed or copied at the start */
	uint32_t num_code;    /* halfwords of code that were looked at */
	uint32_t first_wrong; /* address of the first instruction that is not allowed */
	uint32_t num_wrong;
	bool writable_code; /* a segment can be written and executed */
};

/*
 * rtos_image_audit reads bytes[0..len) and fills *image. Only those instructions are allowed that
 * ARMv6-M has (DDI 0419, A5), or with v7m all but those of the floating-point and vector
 * extension. GNG_EFORMAT if it is no such image, or damaged.
 */
GNG_MUST enum gng_status rtos_image_audit(struct rtos_image *image, const uint8_t *bytes,
					  size_t len, bool v7m, struct gng_why *why);

/* rtos_thumb_allowed says whether an instruction is allowed; *num is its length in halfwords. */
bool rtos_thumb_allowed(uint16_t first, uint16_t second, bool v7m, unsigned int *num);

#endif /* RTOS_IMAGE_H */
