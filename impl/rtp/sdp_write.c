/* SPDX-License-Identifier: Apache-2.0 */
/* sdp_write.c - a session description that FFmpeg and GStreamer read: RFC 8866. */
#include <arpa/inet.h>
#include <rtp_sdp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WHERE "rtp.sdp"

struct writer {
	char *text;
	size_t cap, len;
	bool full;
};

static void put(struct writer *writer, const char *format, ...) GNG_PRINTF(2, 3);

static void put(struct writer *writer, const char *format, ...)
{
	const size_t room = writer->cap - writer->len;
	va_list args;
	int num;

	va_start(args, format);
	num = vsnprintf(writer->text + writer->len, room, format, args);
	va_end(args);
	writer->full |= num < 0 || (size_t)num >= room;
	if (!writer->full)
		writer->len += (size_t)num;
}

static void put_h264(struct writer *writer, const struct gng_rtp_media *media)
{
	char set[4 * ((GNG_RTP_H264_MAX_SET + 2) / 3)];

	put(writer, "a=fmtp:%d packetization-mode=1", media->payload_type);
	if (media->sps_len > 0) {
		if (media->sps_len >= 4)
			put(writer, ";profile-level-id=%02x%02x%02x", media->sps[1], media->sps[2],
			    media->sps[3]);
		put(writer, ";sprop-parameter-sets=%.*s",
		    (int)sdp_base64(set, media->sps, media->sps_len), set);
		put(writer, ",%.*s", (int)sdp_base64(set, media->pps, media->pps_len), set);
	}
	put(writer, "\r\n");
}

/* put_time writes microseconds as the milliseconds of a=ptime, which may have a fraction. */
static void put_time(struct writer *writer, uint32_t packet_us)
{
	if (packet_us % 1000 == 0)
		put(writer, "a=ptime:%u\r\n", packet_us / 1000);
	else
		put(writer, "a=ptime:%u.%03u\r\n", packet_us / 1000, packet_us % 1000);
}

static void put_media(struct writer *writer, const struct gng_rtp_media *media)
{
	const struct sdp_codec *codec = sdp_codec_of(media->codec);

	put(writer, "m=%s %u RTP/AVP %d\r\n", codec->is_audio ? "audio" : "video", media->port,
	    media->payload_type);
	put(writer, "a=rtpmap:%d %s/%u", media->payload_type, codec->name, media->rate);
	if (codec->is_audio)
		put(writer, "/%d", media->num_channels);
	put(writer, "\r\n");
	if (media->codec == GNG_RTP_H264)
		put_h264(writer, media);
	if (media->packet_us > 0)
		put_time(writer, media->packet_us);
}

/* family_of returns 4 or 6; 0 for a text that is no address. */
static int family_of(const char *address)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, address, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, address, bytes) == 1 ? 6 : 0;
}

enum gng_status gng_rtp_sdp_write(char *text, size_t cap, size_t *text_len, const char *address,
				  const struct gng_rtp_media *media, size_t num_media,
				  struct gng_why *why)
{
	struct writer writer = {.text = text, .cap = cap};
	const int family = family_of(address);

	if (family == 0 || num_media == 0)
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "\"%s\" is no address of IPv4 or IPv6, or there is no medium",
				   address);
	for (size_t i = 0; i < num_media; i++)
		if (!sdp_is_valid(&media[i]))
			return gng_why_set(why, GNG_EINVAL, 0, WHERE,
					   "medium %zu breaks a rule of gng_rtp_media", i);
	put(&writer, "v=0\r\no=- 0 0 IN IP%d %s\r\ns=gonogo\r\nc=IN IP%d %s\r\nt=0 0\r\n", family,
	    address, family, address);
	for (size_t i = 0; i < num_media; i++)
		put_media(&writer, &media[i]);
	if (writer.full)
		return gng_why_set(why, GNG_EINVAL, 0, WHERE,
				   "the description does not fit %zu bytes", cap);
	*text_len = writer.len;
	return GNG_OK;
}
