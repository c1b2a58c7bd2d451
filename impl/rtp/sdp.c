/* SPDX-License-Identifier: Apache-2.0 */
/* sdp.c - media that SDP may describe, and base64: RFC 8866, RFC 6184 section 8, RFC 4648. */
#include <rtp_sdp.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const struct sdp_codec *sdp_codec_of(enum gng_rtp_codec codec)
{
	static const struct sdp_codec codecs[] = {
		[GNG_RTP_L16] = {"L16", true, 0},
		[GNG_RTP_L24] = {"L24", true, 0},
		[GNG_RTP_OPUS] = {"opus", true, 48000},
		[GNG_RTP_H264] = {"H264", false, 90000},
	};

	return codec >= GNG_RTP_L16 && codec <= GNG_RTP_H264 ? &codecs[codec] : NULL;
}

static bool audio_is_valid(const struct gng_rtp_media *media)
{
	const bool is_opus = media->codec == GNG_RTP_OPUS;

	return media->num_channels > 0 && (!is_opus || media->num_channels == 2) &&
	       media->packet_us <= (is_opus ? 0 : 1000000u) && media->sps_len == 0 &&
	       media->pps_len == 0;
}

static bool video_is_valid(const struct gng_rtp_media *media)
{
	return media->num_channels == 0 && media->packet_us == 0 &&
	       (media->sps_len > 0) == (media->pps_len > 0) &&
	       media->sps_len <= GNG_RTP_H264_MAX_SET && media->pps_len <= GNG_RTP_H264_MAX_SET;
}

bool sdp_is_valid(const struct gng_rtp_media *media)
{
	const struct sdp_codec *codec = sdp_codec_of(media->codec);

	if (!codec || media->port == 0 || media->payload_type < 96 || media->payload_type > 127)
		return false;
	if (media->rate == 0 || media->rate > 384000 || (codec->rate && media->rate != codec->rate))
		return false;
	return codec->is_audio ? audio_is_valid(media) : video_is_valid(media);
}

size_t sdp_base64(char *text, const uint8_t *in, size_t len)
{
	char *at = text;

	for (size_t i = 0; i < len; i += 3) {
		const size_t left = len - i;
		const uint32_t group = (uint32_t)in[i] << 16 |
				       (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
				       (left > 2 ? in[i + 2] : 0);

		*at++ = digits[group >> 18];
		*at++ = digits[group >> 12 & 63];
		*at++ = left > 1 ? digits[group >> 6 & 63] : '=';
		*at++ = left > 2 ? digits[group & 63] : '=';
	}
	return (size_t)(at - text);
}

/* digits_of returns the 24 bits of four characters, of which the last num_pad are '='; false if
 * one is no digit, or bits that are not used are not 0. */
static bool digits_of(uint32_t *group, const char *text, size_t num_pad)
{
	*group = 0;
	for (size_t i = 0; i < 4; i++) {
		const char *digit = i < 4 - num_pad && text[i] ? strchr(digits, text[i]) : NULL;

		if (i < 4 - num_pad && !digit)
			return false;
		*group = *group << 6 | (digit ? (uint32_t)(digit - digits) : 0);
	}
	return (*group & ((1u << 8 * num_pad) - 1)) == 0;
}

bool sdp_unbase64(uint8_t *out, size_t cap, size_t *out_len, const char *text, size_t len)
{
	size_t num_pad = 0, num = 0;

	if (len % 4 != 0)
		return false;
	while (num_pad < 2 && num_pad < len && text[len - 1 - num_pad] == '=')
		num_pad++;
	for (size_t i = 0; i < len; i += 4) {
		const size_t pad = i + 4 == len ? num_pad : 0;
		uint32_t group;

		if (!digits_of(&group, text + i, pad) || cap - num < 3 - pad)
			return false;
		for (size_t byte = 0; byte < 3 - pad; byte++)
			out[num++] = (uint8_t)(group >> (16 - 8 * byte));
	}
	*out_len = num;
	return true;
}
