/* SPDX-License-Identifier: Apache-2.0 */
/* fec_bytes.h - network byte order, masks, and the parity of whole packets. */
#ifndef FEC_BYTES_H
#define FEC_BYTES_H

#include <gng_fec.h>

#define FEC_WHERE "fec"
#define FEC_FIXED 12 /* octets of the RTP header that the parity of the payload leaves out */

static inline uint16_t fec_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t fec_get32(const uint8_t *p)
{
	return (uint32_t)fec_get16(p) << 16 | fec_get16(p + 2);
}

static inline void fec_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void fec_put32(uint8_t *p, uint32_t value)
{
	fec_put16(p, (uint16_t)(value >> 16));
	fec_put16(p + 2, (uint16_t)value);
}

static inline bool fec_mask_has(const uint64_t mask[2], size_t i)
{
	return mask[i / 64] >> (63 - i % 64) & 1;
}

static inline void fec_mask_add(uint64_t mask[2], size_t i)
{
	mask[i / 64] |= (uint64_t)1 << (63 - i % 64);
}

/* fec_add folds one source into flags, length and timestamp of *sum and into parity[0..), which has
 * room for it. */
void fec_add(struct gng_fec_repair *sum, uint8_t *parity, const struct gng_fec_source *source);

#endif /* FEC_BYTES_H */
