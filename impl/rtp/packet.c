/* SPDX-License-Identifier: Apache-2.0 */
/* packet.c - the RTP packet of RFC 3550 section 5, and the checks of its appendix A.1. */
#include <rtp_bytes.h>
#include <string.h>

#define WHERE "rtp.packet"

enum gng_status rtp_header_len(size_t *header_len, const uint8_t *in, size_t len,
			       struct gng_why *why)
{
	size_t need = GNG_RTP_HEADER;

	if (len < need || len > GNG_RTP_MAX_PACKET)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "packet of %zu bytes: RTP has 12 to 65535", len);
	if (in[0] >> 6 != 2)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE, "version %d: RTP is version 2",
				   in[0] >> 6);
	need += 4 * (size_t)(in[0] & 0x0f);
	if (in[0] & 0x10) {
		if (len < need + 4)
			return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
					   "packet of %zu bytes ends before its extension", len);
		need += 4 + 4 * (size_t)rtp_get16(in + need + 2);
	}
	if (need > len)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "packet of %zu bytes is shorter than its header of %zu", len,
				   need);
	*header_len = need;
	return GNG_OK;
}

static enum gng_status take_padding(struct gng_rtp_packet *packet, const uint8_t *in, size_t len,
				    struct gng_why *why)
{
	if ((in[0] & 0x20) == 0)
		return GNG_OK;
	if (packet->payload_len == 0 || in[len - 1] == 0 || in[len - 1] > packet->payload_len)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "the count of padding does not fit the %zu bytes behind the "
				   "header",
				   packet->payload_len);
	packet->pad_len = in[len - 1];
	packet->payload_len -= packet->pad_len;
	return GNG_OK;
}

enum gng_status gng_rtp_read(struct gng_rtp_packet *packet, const uint8_t *in, size_t len,
			     struct gng_why *why)
{
	size_t header_len;
	enum gng_status status = rtp_header_len(&header_len, in, len, why);

	if (status != GNG_OK)
		return status;
	/* 72 and 73 with the marker are the octets 200 and 201 of SR and RR */
	if (in[1] == GNG_RTP_SR || in[1] == GNG_RTP_RR)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "this is RTCP (packet type %d), not RTP", in[1]);
	memset(packet, 0, sizeof(*packet));
	packet->marker = in[1] >> 7;
	packet->payload_type = in[1] & 0x7f;
	packet->seq = rtp_get16(in + 2);
	packet->timestamp = rtp_get32(in + 4);
	packet->ssrc = rtp_get32(in + 8);
	packet->num_csrc = in[0] & 0x0f;
	for (size_t i = 0; i < packet->num_csrc; i++)
		packet->csrc[i] = rtp_get32(in + GNG_RTP_HEADER + 4 * i);
	packet->has_ext = in[0] >> 4 & 1;
	if (packet->has_ext) {
		const uint8_t *ext = in + GNG_RTP_HEADER + 4 * (size_t)packet->num_csrc;

		packet->ext_profile = rtp_get16(ext);
		packet->ext = ext + 4;
		packet->ext_len = 4 * (size_t)rtp_get16(ext + 2);
	}
	packet->payload = in + header_len;
	packet->payload_len = len - header_len;
	return take_padding(packet, in, len, why);
}

static bool is_writable(const struct gng_rtp_packet *packet)
{
	return packet->payload_type < 128 && packet->num_csrc <= GNG_RTP_MAX_CSRC &&
	       packet->ext_len % 4 == 0 && packet->ext_len <= (size_t)4 * UINT16_MAX &&
	       (packet->has_ext || packet->ext_len == 0) &&
	       packet->payload_len <= GNG_RTP_MAX_PACKET;
}

static void put_header(uint8_t *out, const struct gng_rtp_packet *packet)
{
	out[0] = (uint8_t)(0x80 | (packet->pad_len ? 0x20 : 0) | (packet->has_ext ? 0x10 : 0) |
			   packet->num_csrc);
	out[1] = (uint8_t)(packet->marker << 7 | packet->payload_type);
	rtp_put16(out + 2, packet->seq);
	rtp_put32(out + 4, packet->timestamp);
	rtp_put32(out + 8, packet->ssrc);
	out += GNG_RTP_HEADER;
	for (size_t i = 0; i < packet->num_csrc; i++, out += 4)
		rtp_put32(out, packet->csrc[i]);
	if (!packet->has_ext)
		return;
	rtp_put16(out, packet->ext_profile);
	rtp_put16(out + 2, (uint16_t)(packet->ext_len / 4));
	if (packet->ext_len > 0)
		memcpy(out + 4, packet->ext, packet->ext_len);
}

enum gng_status gng_rtp_write(uint8_t *out, size_t cap, size_t *out_len,
			      const struct gng_rtp_packet *packet, struct gng_why *why)
{
	size_t header_len, len;

	if (!is_writable(packet))
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "a field of the packet is beyond what RFC 3550 can hold");
	header_len = GNG_RTP_HEADER + 4 * (size_t)packet->num_csrc +
		     (packet->has_ext ? 4 + packet->ext_len : 0);
	len = header_len + packet->payload_len + packet->pad_len;
	if (len > cap || len > GNG_RTP_MAX_PACKET)
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "packet of %zu bytes does not fit %zu", len, cap);
	put_header(out, packet);
	if (packet->payload_len > 0)
		memcpy(out + header_len, packet->payload, packet->payload_len);
	if (packet->pad_len > 0) {
		memset(out + len - packet->pad_len, 0, packet->pad_len);
		out[len - 1] = packet->pad_len;
	}
	*out_len = len;
	return GNG_OK;
}
