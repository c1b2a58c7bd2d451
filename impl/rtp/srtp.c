/* SPDX-License-Identifier: Apache-2.0 */
/* srtp.c - packets of RTP and RTCP are protected in place: RFC 3711 sections 3.3 and 3.4. */
#include <rtp_srtp.h>
#include <string.h>

#define MAX_INDEX (((uint64_t)1 << 48) - 1)
#define MAX_CONTROL_INDEX 0x7fffffffu

static enum gng_status refuse_ssrc(const struct gng_rtp_srtp *srtp, uint32_t ssrc,
				   struct gng_why *why)
{
	return gng_why_set(why, GNG_EINVAL, 0, SRTP_WHERE,
			   "a packet of SSRC %08x for the stream of %08x", ssrc, srtp->ssrc);
}

static enum gng_status refuse_replay(struct gng_rtp_srtp *srtp, struct gng_why *why)
{
	srtp->num_replayed++;
	return gng_why_set(why, GNG_EAUTH, 0, SRTP_WHERE,
			   "the packet came before, or is older than the replay window");
}

static enum gng_status refuse_forgery(struct gng_rtp_srtp *srtp, enum gng_status status,
				      struct gng_why *why)
{
	srtp->num_forged += status == GNG_EAUTH;
	return gng_why_set(why, status, 0, SRTP_WHERE,
			   "the packet does not verify: other keys, or changed on its way");
}

/*
 * estimate sets *index to 2^16 * v + seq for the v of { ROC - 1, ROC, ROC + 1 } that is closest to
 * the highest index (RFC 3711 appendix A). False where that lies outside 0 .. 2^48 - 1.
 */
static bool estimate(uint64_t *index, const struct gng_rtp_srtp *srtp, uint16_t seq)
{
	const uint16_t last = (uint16_t)srtp->top;
	uint64_t roc = srtp->top >> 16;

	if (!srtp->started) {
		*index = seq;
		return true;
	}
	if (last < 0x8000 && seq > last + 0x8000) {
		if (roc == 0)
			return false;
		roc--;
	} else if (last >= 0x8000 && seq < last - 0x8000) {
		roc++;
	}
	*index = roc << 16 | seq;
	return *index <= MAX_INDEX;
}

static size_t tag_len_of(enum gng_rtp_suite suite)
{
	if (srtp_is_aead(suite))
		return 16;
	return suite == GNG_RTP_AES_CM_128_HMAC_SHA1_80 ? 10 : 4;
}

/* lay_out takes the packet apart, without its tag; *fresh says whether its index is unused. */
static enum gng_status lay_out(struct srtp_text *text, bool *fresh, const struct gng_rtp_srtp *srtp,
			       uint8_t *packet, size_t len, struct gng_why *why)
{
	size_t header_len;
	enum gng_status status = rtp_header_len(&header_len, packet, len, why);

	if (status != GNG_OK)
		return status;
	memset(text, 0, sizeof(*text));
	text->ssrc = rtp_get32(packet + 8);
	if (text->ssrc != srtp->ssrc)
		return refuse_ssrc(srtp, text->ssrc, why);
	*fresh = estimate(&text->index, srtp, rtp_get16(packet + 2));
	*fresh = *fresh && srtp_is_fresh(srtp->top, srtp->window, srtp->started, text->index);
	text->head = packet;
	text->head_len = header_len;
	text->text = packet + header_len;
	text->text_len = len - header_len;
	text->tag = packet + len;
	text->tag_len = tag_len_of(srtp->suite);
	if (!srtp_is_aead(srtp->suite)) {
		rtp_put32(text->tail, (uint32_t)(text->index >> 16));
		text->tail_len = 4;
	}
	return GNG_OK;
}

enum gng_status gng_rtp_srtp_protect(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t cap,
				     size_t *len, struct gng_why *why)
{
	const size_t tag_len = tag_len_of(srtp->suite);
	struct srtp_text text;
	bool fresh;
	enum gng_status status;

	if (*len > cap || cap - *len < tag_len || *len + tag_len > GNG_RTP_MAX_PACKET)
		return gng_why_set(why, GNG_EINVAL, 0, SRTP_WHERE,
				   "%zu bytes and a tag of %zu do not fit %zu", *len, tag_len, cap);
	status = lay_out(&text, &fresh, srtp, packet, *len, why);
	if (status != GNG_OK)
		return status;
	if (!fresh && text.index > MAX_INDEX)
		return gng_why_set(why, GNG_ELIMIT, 0, SRTP_WHERE,
				   "2^48 packets were sent with one key: use another");
	if (!fresh)
		return gng_why_set(why, GNG_EINVAL, 0, SRTP_WHERE,
				   "sequence number %u was used with this key, or is too old",
				   rtp_get16(packet + 2));
	status = srtp_seal(&srtp->media, srtp->suite, &text);
	if (status != GNG_OK)
		return gng_why_set(why, status, 0, SRTP_WHERE, "the packet cannot be sealed");
	srtp_use(&srtp->top, &srtp->window, &srtp->started, text.index);
	*len += tag_len;
	return GNG_OK;
}

enum gng_status gng_rtp_srtp_unprotect(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t *len,
				       struct gng_why *why)
{
	const size_t tag_len = tag_len_of(srtp->suite);
	struct srtp_text text;
	bool fresh;
	enum gng_status status;

	if (*len < GNG_RTP_HEADER + tag_len)
		return gng_why_set(why, GNG_EFORMAT, 0, SRTP_WHERE,
				   "%zu bytes have no room for a header and a tag of %zu", *len,
				   tag_len);
	status = lay_out(&text, &fresh, srtp, packet, *len - tag_len, why);
	if (status != GNG_OK)
		return status;
	if (!fresh)
		return refuse_replay(srtp, why);
	status = srtp_open(&srtp->media, srtp->suite, &text);
	if (status != GNG_OK)
		return refuse_forgery(srtp, status, why);
	srtp_use(&srtp->top, &srtp->window, &srtp->started, text.index);
	*len -= tag_len;
	return GNG_OK;
}

/* lay_out_control is the same for a compound of len bytes, without tag and index. */
static void lay_out_control(struct srtp_text *text, const struct gng_rtp_srtp *srtp,
			    uint8_t *packet, size_t len, uint32_t word)
{
	memset(text, 0, sizeof(*text));
	text->ssrc = srtp->ssrc;
	text->index = word & MAX_CONTROL_INDEX;
	text->clear = word >> 31 == 0;
	text->head = packet;
	text->head_len = 8;
	text->text = packet + 8;
	text->text_len = len - 8;
	rtp_put32(text->tail, word);
	text->tail_len = 4;
	/* GCM: cipher, tag, index. HMAC: cipher, index, tag, of 80 bits always (RFC 4568, 6.2) */
	text->tag_len = srtp_is_aead(srtp->suite) ? 16 : 10;
	text->tag = packet + len + (srtp_is_aead(srtp->suite) ? 0 : 4);
}

enum gng_status gng_rtp_srtcp_protect(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t cap,
				      size_t *len, struct gng_why *why)
{
	const bool aead = srtp_is_aead(srtp->suite);
	const size_t extra = aead ? 20 : 14;
	struct srtp_text text;
	enum gng_status status = gng_rtp_control_check(packet, *len, why);

	if (status != GNG_OK)
		return status;
	if (cap < *len || cap - *len < extra)
		return gng_why_set(why, GNG_EINVAL, 0, SRTP_WHERE,
				   "%zu bytes and %zu more do not fit %zu", *len, extra, cap);
	if (rtp_get32(packet + 4) != srtp->ssrc)
		return refuse_ssrc(srtp, rtp_get32(packet + 4), why);
	if (srtp->control_index > MAX_CONTROL_INDEX)
		return gng_why_set(why, GNG_ELIMIT, 0, SRTP_WHERE,
				   "2^31 compounds were sent with one key: use another");
	lay_out_control(&text, srtp, packet, *len, 0x80000000u | srtp->control_index);
	status = srtp_seal(&srtp->control, srtp->suite, &text);
	if (status != GNG_OK)
		return gng_why_set(why, status, 0, SRTP_WHERE, "the compound cannot be sealed");
	memcpy(packet + *len + (aead ? 16 : 0), text.tail, 4);
	srtp->control_index++;
	*len += extra;
	return GNG_OK;
}

enum gng_status gng_rtp_srtcp_unprotect(struct gng_rtp_srtp *srtp, uint8_t *packet, size_t *len,
					struct gng_why *why)
{
	const bool aead = srtp_is_aead(srtp->suite);
	const size_t extra = aead ? 20 : 14;
	struct srtp_text text;
	enum gng_status status;

	if (*len < 8 + extra || *len > GNG_RTP_MAX_PACKET || packet[0] >> 6 != 2)
		return gng_why_set(why, GNG_EFORMAT, 0, SRTP_WHERE,
				   "%zu bytes are no compound with its index and tag", *len);
	if (rtp_get32(packet + 4) != srtp->ssrc)
		return refuse_ssrc(srtp, rtp_get32(packet + 4), why);
	lay_out_control(&text, srtp, packet, *len - extra,
			rtp_get32(packet + *len - (aead ? 4 : 14)));
	if (!srtp_is_fresh(srtp->control_top, srtp->control_window, srtp->control_started,
			   text.index))
		return refuse_replay(srtp, why);
	status = srtp_open(&srtp->control, srtp->suite, &text);
	if (status != GNG_OK)
		return refuse_forgery(srtp, status, why);
	srtp_use(&srtp->control_top, &srtp->control_window, &srtp->control_started, text.index);
	*len -= extra;
	return GNG_OK;
}
