/* SPDX-License-Identifier: Apache-2.0 */
/* h264_unpack.c - payloads become the access unit again: RFC 6184 sections 5.6, 5.7.1 and 5.8. */
#include <rtp_h264.h>
#include <string.h>

#define WHERE "rtp.h264"

void gng_rtp_h264_unpack_init(struct gng_rtp_h264_unpack *unpack, uint8_t *out, size_t cap)
{
	memset(unpack, 0, sizeof(*unpack));
	unpack->out = out;
	unpack->cap = cap;
}

static bool append(struct gng_rtp_h264_unpack *unpack, const uint8_t *bytes, size_t len)
{
	if (len > unpack->cap - unpack->out_len)
		return false;
	if (len > 0)
		memcpy(unpack->out + unpack->out_len, bytes, len);
	unpack->out_len += len;
	return true;
}

static bool begin_unit(struct gng_rtp_h264_unpack *unpack, uint8_t header)
{
	const uint8_t start[] = {0, 0, 0, 1, header};

	return append(unpack, start, sizeof(start));
}

static bool append_unit(struct gng_rtp_h264_unpack *unpack, const uint8_t *bytes, size_t len)
{
	return begin_unit(unpack, bytes[0]) && append(unpack, bytes + 1, len - 1);
}

static void drop_fragment(struct gng_rtp_h264_unpack *unpack)
{
	if (!unpack->in_fragment)
		return;
	unpack->out_len = unpack->fragment;
	unpack->in_fragment = false;
	unpack->damaged = true;
}

static enum gng_status too_small(const struct gng_rtp_h264_unpack *unpack, struct gng_why *why)
{
	return gng_why_set(why, GNG_ELIMIT, 0, WHERE,
			   "the access unit is larger than its buffer of %zu bytes", unpack->cap);
}

static bool stap_is_whole(const uint8_t *in, size_t len)
{
	size_t at = 1;

	while (at + 3 <= len && h264_is_unit(in[at + 2])) {
		const size_t unit_len = rtp_get16(in + at);

		if (unit_len == 0 || unit_len > len - at - 2)
			return false;
		at += 2 + unit_len;
	}
	return at == len && len > 1;
}

static enum gng_status take_stap(struct gng_rtp_h264_unpack *unpack, const uint8_t *in, size_t len,
				 struct gng_why *why)
{
	if (!stap_is_whole(in, len))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "the sizes in a STAP-A of %zu bytes do not add up", len);
	for (size_t at = 1; at < len; at += 2 + (size_t)rtp_get16(in + at))
		if (!append_unit(unpack, in + at + 2, rtp_get16(in + at)))
			return too_small(unpack, why);
	return GNG_OK;
}

static enum gng_status continue_fragment(struct gng_rtp_h264_unpack *unpack, const uint8_t *in,
					 size_t len, struct gng_why *why)
{
	if (!unpack->in_fragment || in[1] >> 7 || h264_type(in[1]) != unpack->fragment_header) {
		/* its first packet was lost: the rest is worth nothing (section 5.8) */
		drop_fragment(unpack);
		unpack->damaged = true;
		return GNG_OK;
	}
	if (!append(unpack, in + 2, len - 2))
		return too_small(unpack, why);
	unpack->in_fragment = (in[1] & 0x40) == 0;
	return GNG_OK;
}

static enum gng_status take_fragment(struct gng_rtp_h264_unpack *unpack, const uint8_t *in,
				     size_t len, struct gng_why *why)
{
	if (len < 2 || in[1] >> 6 == 3 || !h264_is_unit(in[1]))
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "an FU-A of %zu bytes that is start and end at once, or of no "
				   "unit",
				   len);
	if (in[1] >> 7 == 0)
		return continue_fragment(unpack, in, len, why);
	drop_fragment(unpack);
	unpack->fragment = unpack->out_len;
	unpack->fragment_header = (uint8_t)h264_type(in[1]);
	if (!begin_unit(unpack, (uint8_t)((in[0] & 0xe0) | h264_type(in[1]))) ||
	    !append(unpack, in + 2, len - 2))
		return too_small(unpack, why);
	unpack->in_fragment = true;
	return GNG_OK;
}

static enum gng_status take(struct gng_rtp_h264_unpack *unpack, const uint8_t *in, size_t len,
			    struct gng_why *why)
{
	if (len == 0)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE, "a payload without a byte");
	if (h264_type(in[0]) == H264_FU_A)
		return take_fragment(unpack, in, len, why);
	drop_fragment(unpack); /* nothing may come between its packets */
	if (h264_type(in[0]) == H264_STAP_A)
		return take_stap(unpack, in, len, why);
	if (h264_is_unit(in[0]))
		return append_unit(unpack, in, len) ? GNG_OK : too_small(unpack, why);
	if (h264_type(in[0]) > H264_STAP_A && h264_type(in[0]) < 30)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, WHERE,
				   "type %u is of interleaved mode: ask for packetization-mode=1",
				   h264_type(in[0]));
	return gng_why_set(why, GNG_EFORMAT, 0, WHERE, "type %u is reserved", h264_type(in[0]));
}

/* enter begins the access unit of packet where the former has ended. */
static void enter(struct gng_rtp_h264_unpack *unpack, const struct gng_rtp_packet *packet)
{
	if (unpack->started && !unpack->ended)
		return;
	unpack->out_len = 0;
	unpack->damaged = unpack->in_fragment = unpack->ended = false;
	unpack->timestamp = packet->timestamp;
}

enum gng_status gng_rtp_h264_unpack_push(struct gng_rtp_h264_unpack *unpack,
					 enum gng_rtp_h264_event *event,
					 const struct gng_rtp_packet *packet, struct gng_why *why)
{
	const uint16_t ahead = (uint16_t)(packet->seq - unpack->seq);
	const bool gap = unpack->started && ahead != 1;
	size_t before;
	enum gng_status status;

	*event = GNG_RTP_H264_MORE;
	if (unpack->started && (ahead == 0 || ahead >= 0x8000))
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "packet %u is not newer than %u: put packets in order first",
				   packet->seq, unpack->seq);
	if (gap)
		drop_fragment(unpack);
	if (unpack->started && !unpack->ended && packet->timestamp != unpack->timestamp) {
		drop_fragment(unpack);
		unpack->damaged |= gap;
		unpack->ended = true;
		*event = GNG_RTP_H264_HELD;
		return GNG_OK;
	}
	enter(unpack, packet);
	unpack->damaged |= gap;
	unpack->started = true;
	unpack->seq = packet->seq;
	before = unpack->in_fragment ? unpack->fragment : unpack->out_len;
	status = take(unpack, packet->payload, packet->payload_len, why);
	if (status != GNG_OK) {
		unpack->out_len = before;
		unpack->in_fragment = false;
		unpack->damaged = true;
		return status;
	}
	if (!packet->marker)
		return GNG_OK;
	drop_fragment(unpack);
	unpack->ended = true;
	*event = GNG_RTP_H264_COMPLETE;
	return GNG_OK;
}
