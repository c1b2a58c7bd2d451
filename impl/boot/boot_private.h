/* SPDX-License-Identifier: Apache-2.0 */
/* boot_private.h - little-endian fields and refusals. */
#ifndef BOOT_PRIVATE_H
#define BOOT_PRIVATE_H

#include "gng_boot.h"

static inline uint32_t boot_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t boot_u64(const uint8_t *p)
{
	return boot_u32(p) | (uint64_t)boot_u32(p + 4) << 32;
}

static inline bool boot_refuse(struct gng_boot_fault *fault, enum gng_boot_error error,
			       uint64_t offset, const char *clause)
{
	*fault = (struct gng_boot_fault){.error = error, .offset = offset, .clause = clause};
	return false;
}

static inline enum gng_status boot_status(bool sound, const struct gng_boot_fault *fault)
{
	if (sound)
		return GNG_OK;
	return fault->error == GNG_BOOT_LIMIT ? GNG_ELIMIT : GNG_EFORMAT;
}

/* boot_ends says whether a text ends in bytes[0..len). */
static inline bool boot_ends(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == 0)
			return true;
	return false;
}

#endif /* BOOT_PRIVATE_H */
