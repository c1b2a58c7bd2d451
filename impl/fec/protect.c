/* SPDX-License-Identifier: Apache-2.0 */
/* protect.c - parity of sources and its header: RFC 5109 section 8, RFC 8627 section 6.2. */
#include <fec_bytes.h>
#include <gng_rtp.h>
#include <string.h>

#define DRAFT_MASK 18 /* where the mask of the draft begins; in RFC 8627 it is at 10 */

size_t gng_fec_window(enum gng_fec_format format)
{
	switch (format) {
	case GNG_FEC_ULPFEC:
		return 48;
	case GNG_FEC_FLEXFEC:
		return 110;
	case GNG_FEC_FLEXFEC_03:
		return 109;
	default:
		return 0;
	}
}

void fec_add(struct gng_fec_repair *sum, uint8_t *parity, const struct gng_fec_source *source)
{
	sum->flags[0] ^= source->bytes[0];
	sum->flags[1] ^= source->bytes[1];
	sum->length ^= (uint16_t)(source->len - FEC_FIXED);
	sum->timestamp ^= fec_get32(source->bytes + 4);
	for (size_t i = FEC_FIXED; i < source->len; i++)
		parity[i - FEC_FIXED] ^= source->bytes[i];
}

/* span_from returns how many sequence numbers from base on hold all sources. */
static size_t span_from(uint16_t base, const struct gng_fec_source *sources, size_t num_sources)
{
	size_t span = 0;

	for (size_t i = 0; i < num_sources; i++) {
		const uint16_t ahead = (uint16_t)(fec_get16(sources[i].bytes + 2) - base);

		if (ahead + 1u > span)
			span = ahead + 1u;
	}
	return span;
}

/* find_base sets *base to the lowest sequence number, the wrap taken into account. */
static bool find_base(uint16_t *base, size_t *span, size_t window,
		      const struct gng_fec_source *sources, size_t num_sources)
{
	for (size_t i = 0; i < num_sources; i++) {
		*base = fec_get16(sources[i].bytes + 2);
		*span = span_from(*base, sources, num_sources);
		if (*span <= window)
			return true;
	}
	return false;
}

static enum gng_status check_sources(size_t *longest, const struct gng_fec_source *sources,
				     size_t num_sources, struct gng_why *why)
{
	struct gng_rtp_packet packet;
	enum gng_status status;

	*longest = 0;
	for (size_t i = 0; i < num_sources; i++) {
		status = gng_rtp_read(&packet, sources[i].bytes, sources[i].len, why);
		if (status != GNG_OK)
			return status;
		if (packet.ssrc != fec_get32(sources[0].bytes + 8))
			return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
					   "sources 0 and %zu are of two SSRCs", i);
		if (sources[i].len - FEC_FIXED > *longest)
			*longest = sources[i].len - FEC_FIXED;
	}
	return GNG_OK;
}

/* put_mask writes a mask in parts of 15, 31 and 64 or 63 bits, each but the last of RFC 8627 behind
 * a k bit, which says "more follows" in the RFC and "this is the last" in the draft. */
static size_t put_mask(uint8_t *out, const uint64_t mask[2], size_t span, bool draft)
{
	const uint64_t tail = mask[0] << 46 | mask[1] >> 18; /* from bit 46 on */
	const int last = span <= 15 ? 0 : span <= 46 ? 1 : 2;

	fec_put16(out, (uint16_t)((draft == (last == 0)) << 15 | mask[0] >> 49));
	if (last == 0)
		return 2;
	fec_put32(out + 2, (uint32_t)(draft == (last == 1)) << 31 |
				   ((uint32_t)(mask[0] >> 18) & 0x7fffffff));
	if (last == 1)
		return 6;
	fec_put32(out + 6, (uint32_t)((draft ? tail >> 1 : tail) >> 32) | (uint32_t)draft << 31);
	fec_put32(out + 10, (uint32_t)(draft ? tail >> 1 : tail));
	return 14;
}

static size_t put_ulpfec(uint8_t *out, const struct gng_fec_repair *sum, size_t span,
			 size_t longest)
{
	const bool is_long = span > 16;

	out[0] = (uint8_t)(is_long << 6 | (sum->flags[0] & 0x3f));
	out[1] = sum->flags[1];
	fec_put16(out + 2, sum->base);
	fec_put32(out + 4, sum->timestamp);
	fec_put16(out + 8, sum->length);
	fec_put16(out + 10, (uint16_t)longest);
	fec_put16(out + 12, (uint16_t)(sum->mask[0] >> 48));
	if (is_long)
		fec_put32(out + 14, (uint32_t)(sum->mask[0] >> 16));
	return is_long ? 18 : 14;
}

static size_t put_flexfec(uint8_t *out, const struct gng_fec_repair *sum, size_t span, bool draft)
{
	const size_t at = draft ? DRAFT_MASK : 10;

	out[0] = sum->flags[0] & 0x3f;
	out[1] = sum->flags[1];
	fec_put16(out + 2, sum->length);
	fec_put32(out + 4, sum->timestamp);
	if (draft) {
		fec_put32(out + 8, 1u << 24); /* one SSRC */
		fec_put32(out + 12, sum->ssrc);
	}
	fec_put16(out + at - 2, sum->base);
	return at + put_mask(out + at, sum->mask, span, draft);
}

enum gng_status gng_fec_protect(uint8_t *out, size_t cap, size_t *out_len,
				enum gng_fec_format format, const struct gng_fec_source *sources,
				size_t num_sources, struct gng_why *why)
{
	struct gng_fec_repair sum = {0};
	uint8_t header[GNG_FEC_MAX_HEADER];
	size_t longest, span, header_len;
	enum gng_status status = check_sources(&longest, sources, num_sources, why);

	if (status != GNG_OK)
		return status;
	if (num_sources == 0 || gng_fec_window(format) == 0)
		return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
				   "no source, or format %d is none of gng_fec_format",
				   (int)format);
	if (!find_base(&sum.base, &span, gng_fec_window(format), sources, num_sources))
		return gng_why_set(why, GNG_ELIMIT, 0, FEC_WHERE,
				   "the sources span more than the %zu sequence numbers of a mask",
				   gng_fec_window(format));
	sum.ssrc = fec_get32(sources[0].bytes + 8);
	for (size_t i = 0; i < num_sources; i++) {
		const uint16_t ahead = (uint16_t)(fec_get16(sources[i].bytes + 2) - sum.base);

		if (fec_mask_has(sum.mask, ahead))
			return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
					   "sequence number %u comes twice",
					   fec_get16(sources[i].bytes + 2));
		fec_mask_add(sum.mask, ahead);
	}
	/* the length of the header depends on the span only */
	header_len = format == GNG_FEC_ULPFEC
			     ? put_ulpfec(header, &sum, span, longest)
			     : put_flexfec(header, &sum, span, format == GNG_FEC_FLEXFEC_03);
	if (cap < header_len + longest)
		return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
				   "a repair of %zu bytes does not fit %zu", header_len + longest,
				   cap);
	memset(out + header_len, 0, longest);
	for (size_t i = 0; i < num_sources; i++)
		fec_add(&sum, out + header_len, &sources[i]);
	(void)(format == GNG_FEC_ULPFEC
		       ? put_ulpfec(out, &sum, span, longest)
		       : put_flexfec(out, &sum, span, format == GNG_FEC_FLEXFEC_03));
	*out_len = header_len + longest;
	return GNG_OK;
}
