/* SPDX-License-Identifier: Apache-2.0 */
/* opus.c - the duration of an Opus packet, and rules R1 to R7 of RFC 6716 section 3.4. */
#include <gng_rtp.h>

#define WHERE "rtp.opus"
#define MAX_FRAME 1275
#define MAX_SAMPLES 5760 /* 120 ms at 48 kHz */

/* frame_samples is table 2 of RFC 6716: configurations 0 to 11 SILK, 12 to 15 hybrid, else CELT. */
static uint32_t frame_samples(uint8_t toc)
{
	static const uint16_t silk[] = {480, 960, 1920, 2880};
	const uint32_t config = toc >> 3;

	if (config < 12)
		return silk[config & 3];
	if (config < 16)
		return config & 1 ? 960 : 480;
	return 120u << (config & 3);
}

/* take_length reads a length of section 3.2.1 and moves on; false if it is not there. */
static bool take_length(size_t *frame_len, size_t *at, const uint8_t *in, size_t end)
{
	if (*at >= end)
		return false;
	*frame_len = in[(*at)++];
	if (*frame_len < 252)
		return true;
	if (*at >= end)
		return false;
	*frame_len += 4 * (size_t)in[(*at)++];
	return true;
}

/* take_padding moves *at behind the count and *end ahead of the padding itself. */
static bool take_padding(size_t *at, size_t *end, const uint8_t *in)
{
	size_t pad_len = 0, one;

	do {
		if (*at >= *end)
			return false;
		one = in[(*at)++];
		pad_len += one == 255 ? 254 : one;
	} while (one == 255);
	if (pad_len > *end - *at)
		return false;
	*end -= pad_len;
	return true;
}

/* frames_fit says whether num frames fill in[at..end): with lengths of their own, or all alike. */
static bool frames_fit(const uint8_t *in, size_t at, size_t end, unsigned int num, bool vbr)
{
	size_t sum = 0, frame_len;

	if (!vbr)
		return (end - at) % num == 0 && (end - at) / num <= MAX_FRAME;
	for (unsigned int i = 0; i + 1 < num; i++) {
		if (!take_length(&frame_len, &at, in, end))
			return false;
		sum += frame_len;
	}
	return sum <= end - at && end - at - sum <= MAX_FRAME;
}

static bool code3_fits(unsigned int *num, const uint8_t *in, size_t len)
{
	size_t at = 2, end = len;

	if (len < 2)
		return false;
	*num = in[1] & 0x3f;
	if (*num == 0 || (in[1] & 0x40 && !take_padding(&at, &end, in)))
		return false;
	return frames_fit(in, at, end, *num, in[1] & 0x80);
}

enum gng_status gng_rtp_opus_duration(uint32_t *num_samples, const uint8_t *in, size_t len,
				      struct gng_why *why)
{
	unsigned int num = 0;
	bool fits = len > 0;

	if (fits && (in[0] & 3) == 3) {
		fits = code3_fits(&num, in, len);
	} else if (fits) {
		num = in[0] & 3 ? 2 : 1;
		fits = frames_fit(in, 1, len, num, (in[0] & 3) == 2);
	}
	if (!fits)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "no Opus packet: the lengths of its frames do not fit %zu bytes",
				   len);
	if (num * frame_samples(in[0]) > MAX_SAMPLES)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "%u frames of %u samples are longer than 120 ms", num,
				   frame_samples(in[0]));
	*num_samples = num * frame_samples(in[0]);
	return GNG_OK;
}
