/* SPDX-License-Identifier: Apache-2.0 */
/* read.c - the header of a repair: RFC 5109 section 7, RFC 8627 section 4.2.2, the draft's 4.2. */
#include <fec_bytes.h>
#include <string.h>

static enum gng_status too_short(struct gng_why *why, size_t len)
{
	return gng_why_set(why, GNG_EFORMAT, 0, FEC_WHERE,
			   "a repair of %zu bytes is shorter than its header", len);
}

static enum gng_status not_built(struct gng_why *why, const char *what)
{
	return gng_why_set(why, GNG_EUNSUPPORTED, 0, FEC_WHERE,
			   "the repair uses %s, which is not built: ask the sender for one mask",
			   what);
}

static enum gng_status read_ulpfec(struct gng_fec_repair *repair, const uint8_t *in, size_t len,
				   struct gng_why *why)
{
	const bool is_long = len > 0 && in[0] & 0x40;
	const size_t header_len = is_long ? 18 : 14;

	if (len < header_len)
		return too_short(why, len);
	repair->base = fec_get16(in + 2);
	repair->timestamp = fec_get32(in + 4);
	repair->length = fec_get16(in + 8);
	repair->parity_len = fec_get16(in + 10);
	repair->mask[0] = (uint64_t)fec_get16(in + 12) << 48;
	if (is_long)
		repair->mask[0] |= (uint64_t)fec_get32(in + 14) << 16;
	repair->parity = in + header_len;
	if (repair->parity_len > len - header_len)
		return too_short(why, len);
	if (repair->parity_len < len - header_len)
		return not_built(why, "further levels of protection");
	return GNG_OK;
}

/* read_mask sets *mask_len to the octets of the mask at in[0..len); false if it does not end. */
static bool read_mask(uint64_t mask[2], size_t *mask_len, const uint8_t *in, size_t len, bool draft)
{
	uint64_t tail;

	*mask_len = 2;
	if (len < 2)
		return false;
	mask[0] = (uint64_t)(fec_get16(in) & 0x7fff) << 49;
	if ((in[0] >> 7 == 1) == draft)
		return true;
	*mask_len = 6;
	if (len < 6)
		return false;
	mask[0] |= (uint64_t)(fec_get32(in + 2) & 0x7fffffff) << 18;
	if ((in[2] >> 7 == 1) == draft)
		return true;
	*mask_len = 14;
	if (len < 14 || (draft && in[6] >> 7 == 0))
		return false;
	tail = (uint64_t)fec_get32(in + 6) << 32 | fec_get32(in + 10);
	if (draft)
		tail <<= 1;
	mask[0] |= tail >> 46;
	mask[1] = tail << 18;
	return true;
}

/* read_grid takes the rows and columns of RFC 8627 section 4.2.2.2. */
static enum gng_status read_grid(struct gng_fec_repair *repair, const uint8_t *in, size_t len,
				 struct gng_why *why)
{
	const uint8_t columns = in[10], rows = in[11];

	if (columns == 0)
		return not_built(why, "rows and columns that are given elsewhere");
	repair->stride = rows > 1 ? columns : 1;
	repair->num_sources = rows > 1 ? rows : columns;
	repair->parity = in + 12;
	repair->parity_len = len - 12;
	return GNG_OK;
}

static enum gng_status read_flexfec(struct gng_fec_repair *repair, const uint8_t *in, size_t len,
				    bool draft, struct gng_why *why)
{
	const size_t at = draft ? 18 : 10;
	size_t mask_len;

	if (len < at + 2)
		return too_short(why, len);
	if (in[0] >> 7)
		return not_built(why, "retransmission");
	repair->length = fec_get16(in + 2);
	repair->timestamp = fec_get32(in + 4);
	repair->base = fec_get16(in + at - 2);
	if (draft) {
		if (in[8] != 1)
			return not_built(why, "several SSRCs");
		repair->ssrc = fec_get32(in + 12);
	}
	if (in[0] & 0x40)
		return draft ? not_built(why, "a fixed block of the draft")
			     : read_grid(repair, in, len, why);
	if (!read_mask(repair->mask, &mask_len, in + at, len - at, draft))
		return too_short(why, len);
	repair->parity = in + at + mask_len;
	repair->parity_len = len - at - mask_len;
	return GNG_OK;
}

enum gng_status gng_fec_read(struct gng_fec_repair *repair, enum gng_fec_format format,
			     uint32_t ssrc, const uint8_t *in, size_t len, struct gng_why *why)
{
	enum gng_status status;

	memset(repair, 0, sizeof(*repair));
	repair->ssrc = ssrc;
	if (gng_fec_window(format) == 0)
		return gng_why_set(why, GNG_EINVAL, 0, FEC_WHERE,
				   "format %d is none of gng_fec_format", (int)format);
	status = format == GNG_FEC_ULPFEC
			 ? read_ulpfec(repair, in, len, why)
			 : read_flexfec(repair, in, len, format == GNG_FEC_FLEXFEC_03, why);
	if (status != GNG_OK)
		return status;
	repair->flags[0] = in[0];
	repair->flags[1] = in[1];
	if (repair->stride == 0)
		repair->num_sources = (uint16_t)(__builtin_popcountll(repair->mask[0]) +
						 __builtin_popcountll(repair->mask[1]));
	if (repair->num_sources == 0 || repair->parity_len > UINT16_MAX - FEC_FIXED)
		return gng_why_set(why, GNG_EFORMAT, 0, FEC_WHERE,
				   "the repair protects no packet, or %zu bytes of one",
				   repair->parity_len);
	return GNG_OK;
}
