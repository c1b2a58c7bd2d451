/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_fec.h - a repair packet from which one lost packet of RTP is made again, by parity.
 * Spec: RFC 5109 (ULPFEC, level 0), RFC 8627 (FlexFEC with masks, and its rows and columns as a
 * receiver), draft-ietf-payload-flexible-fec-scheme-03 (what browsers send).
 *
 * A repair is the payload of an RTP packet of its own, which gng_rtp_write makes; for FlexFEC of
 * RFC 8627 the one entry of that packet's CSRC list is the SSRC of the source. Lengths are bytes,
 * nothing allocates, pointers are borrowed until the call returns, but a gng_fec_repair keeps a
 * view of its payload. Sources are whole RTP packets of one SSRC.
 */
#ifndef GNG_FEC_H
#define GNG_FEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_FEC_MAX_SOURCES 255
#define GNG_FEC_MAX_HEADER 32

enum gng_fec_format {
	GNG_FEC_ULPFEC = 1,
	GNG_FEC_FLEXFEC = 2,	/* RFC 8627 */
	GNG_FEC_FLEXFEC_03 = 3, /* the draft: other bytes under the same name */
};

/* gng_fec_window is the span of sequence numbers that a mask of the format can name: 48, 110 or
 * 109; 0 for a number that is no format. */
size_t gng_fec_window(enum gng_fec_format format);

/* gng_fec_source is a whole RTP packet. */
struct gng_fec_source {
	const uint8_t *bytes;
	size_t len;
};

/*
 * gng_fec_protect writes the repair of sources[0..num_sources), in any order, to out[0..cap): a
 * header of at most GNG_FEC_MAX_HEADER bytes, and as many as the longest source has behind its
 * fixed header of 12. GNG_EFORMAT for a source that is no RTP, GNG_EINVAL for none, one that comes
 * twice, two SSRCs, or a cap that is too small; GNG_ELIMIT for a span beyond gng_fec_window. out
 * overlaps no source.
 */
GNG_MUST enum gng_status gng_fec_protect(uint8_t *out, size_t cap, size_t *out_len,
					 enum gng_fec_format format,
					 const struct gng_fec_source *sources, size_t num_sources,
					 struct gng_why *why);

/* gng_fec_repair says what a repair protects. parity is a view of the payload that was read. */
struct gng_fec_repair {
	uint32_t ssrc, timestamp; /* timestamp: parity of the sources' */
	uint16_t base, length; /* lowest sequence number; parity of the lengths behind 12 bytes */
	uint16_t stride;       /* 0: mask; else base, base + stride, ... */
	uint16_t num_sources;  /* that it protects, 1 to GNG_FEC_MAX_SOURCES */
	uint8_t flags[2];      /* parity of the first 16 bits of the header */
	uint64_t mask[2];      /* the most significant bit of mask[0] is base */
	const uint8_t *parity;
	size_t parity_len;
};

/*
 * gng_fec_read reads in[0..len), the payload of a repair packet. ssrc is that of the sources; the
 * draft says it itself, and ssrc is then ignored. GNG_EFORMAT for a payload that is too short or
 * protects nothing. GNG_EUNSUPPORTED for what is not built: further levels of RFC 5109, a
 * retransmission, several SSRCs, rows and columns given elsewhere (L = 0).
 */
GNG_MUST enum gng_status gng_fec_read(struct gng_fec_repair *repair, enum gng_fec_format format,
				      uint32_t ssrc, const uint8_t *in, size_t len,
				      struct gng_why *why);

/* gng_fec_protects says whether the source with sequence number seq is one of the repair's. */
bool gng_fec_protects(const struct gng_fec_repair *repair, uint16_t seq);

/*
 * gng_fec_recover makes the one source that is not among sources[0..num_sources), which may be in
 * any order, come twice, or be strangers. GNG_EINVAL if none is missing, or cap is below 12 +
 * parity_len; GNG_ELIMIT if more than one is: one parity cannot tell them apart. GNG_EFORMAT if
 * repair and sources contradict each other, so that what came out would be no packet of the
 * sender's: a source longer than the parity, a length beyond it, or bytes that are not 0 behind it.
 * out overlaps no source; it is untouched but for GNG_OK and GNG_EFORMAT.
 */
GNG_MUST enum gng_status gng_fec_recover(uint8_t *out, size_t cap, size_t *out_len,
					 const struct gng_fec_repair *repair,
					 const struct gng_fec_source *sources, size_t num_sources,
					 struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_FEC_H */
