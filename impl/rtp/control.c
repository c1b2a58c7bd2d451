/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - compounds of RTCP are checked and taken apart: RFC 3550 section 6, appendix A.2. */
#include <rtp_bytes.h>
#include <string.h>

#define WHERE "rtp.control"
#define BLOCK 24 /* octets of a report block */

/* sdes_fits walks num chunks: items until a zero, then padding to 4 octets. */
static bool sdes_fits(const uint8_t *body, size_t len, unsigned int num)
{
	size_t at = 0;

	for (; num > 0; num--) {
		at += 4;
		while (at < len && body[at] != 0) {
			if (at + 1 >= len)
				return false;
			at += 2 + (size_t)body[at + 1];
		}
		if (at >= len)
			return false;
		at = (at + 4) & ~(size_t)3;
	}
	return at <= len;
}

static bool bye_fits(const struct gng_rtp_control *one)
{
	const size_t sources = 4 * (size_t)one->count;

	if (one->body_len <= sources)
		return one->body_len == sources;
	return sources + 1 + one->body[sources] <= one->body_len;
}

static bool has_room(const struct gng_rtp_control *one)
{
	switch (one->type) {
	case GNG_RTP_SR:
		return one->body_len >= 24 + BLOCK * (size_t)one->count;
	case GNG_RTP_RR:
		return one->body_len >= 4 + BLOCK * (size_t)one->count;
	case GNG_RTP_SDES:
		return sdes_fits(one->body, one->body_len, one->count);
	case GNG_RTP_BYE:
		return bye_fits(one);
	case GNG_RTP_APP:
		return one->body_len >= 8;
	default:
		return true;
	}
}

/* header_fits says whether the packet at offset is of version 2 and ends within len. */
static bool header_fits(const uint8_t *in, size_t len, size_t offset)
{
	return len - offset >= 4 && in[offset] >> 6 == 2 &&
	       len - offset >= 4 + 4 * (size_t)rtp_get16(in + offset + 2);
}

static bool padding_fits(const uint8_t *in, size_t len, size_t offset)
{
	const size_t end = offset + 4 + 4 * (size_t)rtp_get16(in + offset + 2);

	if ((in[offset] & 0x20) == 0)
		return true;
	return end == len && offset > 0 && end > offset + 4 && in[end - 1] > 0 &&
	       in[end - 1] % 4 == 0 && in[end - 1] <= end - offset - 4;
}

bool gng_rtp_control_next(struct gng_rtp_control *one, size_t *offset, const uint8_t *in,
			  size_t len)
{
	const size_t at = *offset;

	if (at >= len || !header_fits(in, len, at))
		return false;
	one->type = in[at + 1];
	one->count = in[at] & 0x1f;
	one->body = in + at + 4;
	one->body_len = 4 * (size_t)rtp_get16(in + at + 2);
	*offset = at + 4 + one->body_len;
	if (in[at] & 0x20 && padding_fits(in, len, at))
		one->body_len -= in[*offset - 1];
	return true;
}

static enum gng_status check_one(size_t *offset, const uint8_t *in, size_t len, struct gng_why *why)
{
	struct gng_rtp_control one;
	const size_t at = *offset;

	if (!header_fits(in, len, at))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "the packet at %zu is not of version 2, or longer than the "
				   "compound of %zu bytes",
				   at, len);
	if (!padding_fits(in, len, at))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "the packet at %zu is padded: only the last may be, by a "
				   "multiple of 4",
				   at);
	(void)gng_rtp_control_next(&one, offset, in, len);
	if (!has_room(&one))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "the packet at %zu of type %d has no room for a count of %d", at,
				   one.type, one.count);
	return GNG_OK;
}

enum gng_status gng_rtp_control_check(const uint8_t *in, size_t len, struct gng_why *why)
{
	size_t offset = 0;
	enum gng_status status;

	if (len < 8 || len > GNG_RTP_MAX_PACKET || (in[1] != GNG_RTP_SR && in[1] != GNG_RTP_RR))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "a compound of %zu bytes does not begin with a report", len);
	do {
		status = check_one(&offset, in, len, why);
	} while (status == GNG_OK && offset < len);
	return status;
}

bool gng_rtp_cname_read(const char **cname, size_t *cname_len, uint32_t *ssrc,
			const struct gng_rtp_control *one)
{
	size_t at = 0;

	if (one->type != GNG_RTP_SDES || !has_room(one))
		return false;
	for (unsigned int num = one->count; num > 0; num--) {
		*ssrc = rtp_get32(one->body + at);
		for (at += 4; one->body[at] != 0; at += 2 + (size_t)one->body[at + 1]) {
			if (one->body[at] != 1)
				continue;
			*cname = (const char *)one->body + at + 2;
			*cname_len = one->body[at + 1];
			return true;
		}
		at = (at + 4) & ~(size_t)3;
	}
	return false;
}
