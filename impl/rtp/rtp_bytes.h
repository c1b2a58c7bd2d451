/* SPDX-License-Identifier: Apache-2.0 */
/* rtp_bytes.h - network byte order, and the header's length that packet and SRTP share. */
#ifndef RTP_BYTES_H
#define RTP_BYTES_H

#include <gng_rtp.h>

static inline uint16_t rtp_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t rtp_get32(const uint8_t *p)
{
	return (uint32_t)rtp_get16(p) << 16 | rtp_get16(p + 2);
}

static inline void rtp_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void rtp_put32(uint8_t *p, uint32_t value)
{
	rtp_put16(p, (uint16_t)(value >> 16));
	rtp_put16(p + 2, (uint16_t)value);
}

/* rtp_header_len sets *header_len to fixed header, CSRC list and extension of in[0..len). */
GNG_MUST enum gng_status rtp_header_len(size_t *header_len, const uint8_t *in, size_t len,
					struct gng_why *why);

#endif /* RTP_BYTES_H */
