/* SPDX-License-Identifier: Apache-2.0 */
/* sdp_read.c - media of a session description, and which line is wrong: RFC 8866. */
#include <rtp_sdp.h>
#include <string.h>
#include <strings.h>

#define WHERE "rtp.sdp"

/* slice is text that is not read yet. */
struct slice {
	const char *at;
	size_t len;
};

static bool take_word(struct slice *text, const char *word)
{
	const size_t len = strlen(word);

	if (text->len < len || memcmp(text->at, word, len) != 0)
		return false;
	text->at += len;
	text->len -= len;
	return true;
}

static bool take_number(struct slice *text, uint32_t *value)
{
	size_t num = 0;

	for (*value = 0; num < text->len && num < 7; num++) {
		const unsigned int digit = (unsigned int)text->at[num] - '0';

		if (digit > 9)
			break;
		*value = 10 * *value + digit;
	}
	text->at += num;
	text->len -= num;
	return num > 0;
}

/* is_one_of: a NUL is none. strchr for each byte took a quarter of the fuzzer's time. */
static bool is_one_of(char c, const char *stops)
{
	while (*stops && *stops != c)
		stops++;
	return *stops != '\0';
}

/* take_until gives what is ahead of any character of stops, and leaves the stop. */
static struct slice take_until(struct slice *text, const char *stops)
{
	struct slice part = {text->at, 0};

	while (part.len < text->len && !is_one_of(text->at[part.len], stops))
		part.len++;
	text->at += part.len;
	text->len -= part.len;
	return part;
}

static bool take_line(struct slice *text, struct slice *line)
{
	if (text->len == 0)
		return false;
	*line = take_until(text, "\n");
	(void)take_word(text, "\n");
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

static enum gng_status take_media(struct gng_rtp_media *media, bool *is_audio, struct slice line)
{
	uint32_t port, payload_type;

	memset(media, 0, sizeof(*media));
	*is_audio = take_word(&line, "audio ");
	if (!*is_audio && !take_word(&line, "video "))
		return GNG_EUNSUPPORTED;
	if (!take_number(&line, &port) || port == 0 || port > 65535)
		return GNG_EFORMAT;
	if (!take_word(&line, " RTP/AVP "))
		return GNG_EUNSUPPORTED;
	if (!take_number(&line, &payload_type) || payload_type > 127)
		return GNG_EFORMAT;
	media->port = (uint16_t)port;
	media->payload_type = (uint8_t)payload_type;
	return line.len == 0 && payload_type >= 96 ? GNG_OK : GNG_EUNSUPPORTED;
}

static enum gng_rtp_codec codec_named(struct slice name, bool is_audio)
{
	for (int i = GNG_RTP_L16; i <= GNG_RTP_H264; i++) {
		const struct sdp_codec *codec = sdp_codec_of((enum gng_rtp_codec)i);

		if (codec->is_audio == is_audio && strlen(codec->name) == name.len &&
		    strncasecmp(codec->name, name.at, name.len) == 0)
			return (enum gng_rtp_codec)i;
	}
	return 0;
}

static enum gng_status take_map(struct gng_rtp_media *media, bool is_audio, struct slice line)
{
	uint32_t num_channels = is_audio; /* one, where audio does not say (RFC 8866, 6.6) */

	media->codec = codec_named(take_until(&line, "/"), is_audio);
	if (!media->codec)
		return GNG_EUNSUPPORTED;
	if (!take_word(&line, "/") || !take_number(&line, &media->rate))
		return GNG_EFORMAT;
	if (take_word(&line, "/") && (!take_number(&line, &num_channels) || num_channels > 255))
		return GNG_EFORMAT;
	media->num_channels = (uint8_t)num_channels;
	return line.len == 0 ? GNG_OK : GNG_EFORMAT;
}

/* take_sets reads sprop-parameter-sets (RFC 6184 section 8.1): here one SPS and one PPS. */
static enum gng_status take_sets(struct gng_rtp_media *media, struct slice line)
{
	while (line.len > 0) {
		struct slice set;

		while (take_word(&line, " ") || take_word(&line, ";"))
			continue;
		if (!take_word(&line, "sprop-parameter-sets=")) {
			(void)take_until(&line, ";");
			continue;
		}
		set = take_until(&line, ",; ");
		if (!sdp_unbase64(media->sps, sizeof(media->sps), &media->sps_len, set.at, set.len))
			return GNG_EFORMAT;
		if (!take_word(&line, ","))
			return GNG_EFORMAT;
		set = take_until(&line, ",; ");
		if (!sdp_unbase64(media->pps, sizeof(media->pps), &media->pps_len, set.at, set.len))
			return GNG_EFORMAT;
	}
	return GNG_OK;
}

static enum gng_status take_time(struct gng_rtp_media *media, struct slice line)
{
	uint32_t thousandths = 0, scale = 100;

	if (!take_number(&line, &media->packet_us))
		return GNG_EFORMAT;
	if (take_word(&line, "."))
		for (; line.len > 0 && scale > 0; scale /= 10, line.at++, line.len--) {
			if (line.at[0] < '0' || line.at[0] > '9')
				return GNG_EFORMAT;
			thousandths += scale * (uint32_t)(line.at[0] - '0');
		}
	media->packet_us = 1000 * (media->packet_us < 100000 ? media->packet_us : 100000);
	media->packet_us += thousandths;
	return line.len == 0 ? GNG_OK : GNG_EFORMAT;
}

static enum gng_status take_attribute(struct gng_rtp_media *media, bool is_audio, struct slice line)
{
	const bool is_map = take_word(&line, "rtpmap:");
	uint32_t payload_type;

	if (take_word(&line, "ptime:"))
		return media->codec == GNG_RTP_L16 || media->codec == GNG_RTP_L24
			       ? take_time(media, line)
			       : GNG_OK;
	if (!is_map && !take_word(&line, "fmtp:"))
		return GNG_OK;
	if (!take_number(&line, &payload_type) || payload_type != media->payload_type ||
	    !take_word(&line, " "))
		return GNG_EFORMAT;
	if (is_map)
		return take_map(media, is_audio, line);
	return media->codec == GNG_RTP_H264 ? take_sets(media, line) : GNG_OK;
}

/* reader is where in the text and in the array of media we are. */
struct reader {
	struct gng_rtp_media *media;
	size_t cap, num, line;
	bool is_audio;
};

static bool former_is_whole(const struct reader *reader)
{
	return reader->num == 0 || sdp_is_valid(&reader->media[reader->num - 1]);
}

static enum gng_status take(struct reader *reader, struct slice line)
{
	if (++reader->line == 1)
		return take_word(&line, "v=0") && line.len == 0 ? GNG_OK : GNG_EFORMAT;
	if (line.len < 2 || line.at[0] < 'a' || line.at[0] > 'z' || line.at[1] != '=')
		return GNG_EFORMAT;
	if (take_word(&line, "m=")) {
		if (!former_is_whole(reader))
			return GNG_EFORMAT;
		if (reader->num == reader->cap)
			return GNG_ELIMIT;
		return take_media(&reader->media[reader->num++], &reader->is_audio, line);
	}
	if (reader->num > 0 && take_word(&line, "a="))
		return take_attribute(&reader->media[reader->num - 1], reader->is_audio, line);
	return GNG_OK;
}

enum gng_status gng_rtp_sdp_read(struct gng_rtp_media *media, size_t cap, size_t *num_media,
				 const char *text, size_t len, struct gng_why *why)
{
	struct reader reader = {.media = media, .cap = cap};
	struct slice rest = {text, len}, line;
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && take_line(&rest, &line))
		status = take(&reader, line);
	if (status == GNG_OK && (reader.num == 0 || !former_is_whole(&reader)))
		status = GNG_EFORMAT;
	if (status != GNG_OK)
		return gng_why_set(why, status, 0, WHERE,
				   "line %zu of the session description: no medium that is L16, "
				   "L24, Opus or H.264 over RTP/AVP as RFC 8866 writes it",
				   reader.line);
	*num_media = reader.num;
	return GNG_OK;
}
