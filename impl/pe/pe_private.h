/* SPDX-License-Identifier: Apache-2.0 */
/* pe_private.h - little-endian fields, refusals: Microsoft PE Format. */
#ifndef PE_PRIVATE_H
#define PE_PRIVATE_H

#include "gng_pe.h"

#define PE "PE Format, "
#define PE_SECTION_LEN 40u

static inline uint16_t pe_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t pe_u32(const uint8_t *p)
{
	return pe_u16(p) | (uint32_t)pe_u16(p + 2) << 16;
}

static inline uint64_t pe_u64(const uint8_t *p)
{
	return pe_u32(p) | (uint64_t)pe_u32(p + 4) << 32;
}

static inline bool pe_refuse(struct gng_pe_fault *fault, enum gng_pe_error error, size_t offset,
			     const char *clause)
{
	*fault = (struct gng_pe_fault){.error = error, .offset = offset, .clause = clause};
	return false;
}

/* Each reads on in an image whose earlier parts are sound, or refuses. */
bool pe_read_sections(struct gng_pe *image, struct gng_pe_fault *fault);
bool pe_read_relocations(struct gng_pe *image, struct gng_pe_fault *fault);

#endif /* PE_PRIVATE_H */
