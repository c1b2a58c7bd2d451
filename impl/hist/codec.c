/* SPDX-License-Identifier: Apache-2.0 */
/* codec.c - the V2 payload inside zlib (RFC 1950) inside base64. */
#include "hist_payload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define ENVELOPE_LEN 8 /* cookie and length before the zlib stream */
#define DECODE "hist.decode"
#define ENCODE "hist.encode"

/* compress_payload makes the envelope and its zlib stream; the caller frees *packed. */
static enum gng_status compress_payload(uint8_t **packed, size_t *packed_len,
					const uint8_t *payload, size_t len, struct gng_why *why)
{
	uLongf stream_len = compressBound(len);

	*packed = malloc(ENVELOPE_LEN + stream_len);
	if (!*packed || compress2(*packed + ENVELOPE_LEN, &stream_len, payload, len,
				  Z_DEFAULT_COMPRESSION) != Z_OK)
		return gng_why_set(why, GNG_ENOMEM, 0, ENCODE, "no memory");
	hist_put_be32(*packed, HIST_COOKIE_COMPRESSED);
	hist_put_be32(*packed + 4, (uint32_t)stream_len);
	*packed_len = ENVELOPE_LEN + stream_len;
	return GNG_OK;
}

enum gng_status gng_hist_encode(char **text, const struct gng_hist *hist, struct gng_why *why)
{
	enum gng_status status;
	uint8_t *payload, *packed = NULL;
	size_t packed_len = 0;

	*text = NULL;
	if (hist->num_clamped)
		return gng_why_set(why, GNG_ELIMIT, 0, ENCODE,
				   "%" PRIu64 " samples up to %" PRIu64
				   " were over the range: record with a higher highest than "
				   "%" PRIu64,
				   hist->num_clamped, hist->max, hist->highest);
	payload = malloc(hist_payload_cap(hist));
	if (!payload)
		return gng_why_set(why, GNG_ENOMEM, 0, ENCODE, "no memory");
	status = compress_payload(&packed, &packed_len, payload, hist_payload_write(payload, hist),
				  why);
	if (status == GNG_OK) {
		*text = malloc(hist_base64_len(packed_len) + 1);
		if (*text)
			hist_base64_write(*text, packed, packed_len);
		else
			status = gng_why_set(why, GNG_ENOMEM, 0, ENCODE, "no memory");
	}
	free(packed);
	free(payload);
	return status;
}

/* fill inflates up to len bytes to out, and returns how many there were. */
static size_t fill(z_stream *stream, uint8_t *out, size_t len)
{
	stream->next_out = out;
	stream->avail_out = (uInt)len;
	while (inflate(stream, Z_NO_FLUSH) == Z_OK) /* Z_BUF_ERROR where out is full */
		;
	return len - stream->avail_out;
}

/* is_at_end tells whether the stream ends here, with its check value and nothing after. */
static bool is_at_end(z_stream *stream)
{
	uint8_t more;

	stream->next_out = &more;
	stream->avail_out = 1;
	return inflate(stream, Z_FINISH) == Z_STREAM_END && stream->avail_out == 1 &&
	       stream->avail_in == 0;
}

/*
 * inflate_counts reads what follows the header. The header bounds it, so a small stream
 * that would inflate to gigabytes is refused before it does. HdrHistogram_c once announced
 * the length of header and counts together, and such histograms are about.
 */
static enum gng_status inflate_counts(struct gng_hist *hist, z_stream *stream, size_t counts_len,
				      struct gng_why *why)
{
	uint8_t *counts = malloc(counts_len + 1);
	enum gng_status status;
	size_t len;

	if (!counts)
		return gng_why_set(why, GNG_ENOMEM, 0, DECODE, "no memory");
	len = fill(stream, counts, counts_len);
	if ((len == counts_len || len + HIST_HEADER_LEN == counts_len) && is_at_end(stream))
		status = hist_payload_counts(hist, counts, len, why);
	else
		status = gng_why_set(why, GNG_EFORMAT, 0, DECODE,
				     "the zlib stream does not hold the %zu bytes of counts that "
				     "its header announces",
				     counts_len);
	free(counts);
	return status;
}

static enum gng_status inflate_payload(struct gng_hist **hist, z_stream *stream,
				       struct gng_why *why)
{
	uint8_t header[HIST_HEADER_LEN];
	size_t counts_len;
	enum gng_status status;

	if (fill(stream, header, sizeof(header)) != sizeof(header))
		return gng_why_set(why, GNG_EFORMAT, 0, DECODE,
				   "the zlib stream is damaged or shorter than a header");
	status = hist_payload_header(hist, &counts_len, header, why);
	if (status != GNG_OK)
		return status;
	status = inflate_counts(*hist, stream, counts_len, why);
	if (status != GNG_OK) {
		gng_hist_close(*hist);
		*hist = NULL;
	}
	return status;
}

static enum gng_status check_envelope(const uint8_t *packed, size_t len, struct gng_why *why)
{
	const uint32_t cookie = len >= ENVELOPE_LEN ? hist_be32(packed) : 0;

	/* V0 and V1 end in 09 and 02 (compressed), after the same upper bytes */
	if ((cookie & 0xffffff0fu) == 0x1c849309u || (cookie & 0xffffff0fu) == 0x1c849302u)
		return gng_why_set(why, GNG_EUNSUPPORTED, 0, DECODE,
				   "this is HdrHistogram version %d: write version 2",
				   (cookie & 0xf) == 2);
	if (cookie != HIST_COOKIE_COMPRESSED)
		return gng_why_set(why, GNG_EFORMAT, 0, DECODE,
				   "this is no compressed HdrHistogram, which begins HISTFAAAA");
	if (hist_be32(packed + 4) != len - ENVELOPE_LEN)
		return gng_why_set(why, GNG_EFORMAT, 0, DECODE,
				   "%" PRIu32 " bytes are announced, and %zu follow",
				   hist_be32(packed + 4), len - ENVELOPE_LEN);
	return GNG_OK;
}

static enum gng_status unpack(struct gng_hist **hist, uint8_t *packed, size_t len,
			      struct gng_why *why)
{
	z_stream stream = {.next_in = packed + ENVELOPE_LEN};
	enum gng_status status = check_envelope(packed, len, why);

	if (status != GNG_OK)
		return status;
	stream.avail_in = (uInt)(len - ENVELOPE_LEN);
	if (inflateInit(&stream) != Z_OK)
		return gng_why_set(why, GNG_ENOMEM, 0, DECODE, "no memory");
	status = inflate_payload(hist, &stream, why);
	inflateEnd(&stream);
	return status;
}

enum gng_status gng_hist_decode(struct gng_hist **hist, const char *text, size_t len,
				struct gng_why *why)
{
	enum gng_status status;
	uint8_t *packed;
	size_t packed_len;

	*hist = NULL;
	packed = malloc(hist_base64_cap(len) + 1);
	if (!packed)
		return gng_why_set(why, GNG_ENOMEM, 0, DECODE, "no memory");
	if (hist_base64_read(packed, &packed_len, text, len))
		status = unpack(hist, packed, packed_len, why);
	else
		status = gng_why_set(why, GNG_EFORMAT, 0, DECODE, "the text is not base64");
	free(packed);
	return status;
}
