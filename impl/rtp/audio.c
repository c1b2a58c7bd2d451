/* SPDX-License-Identifier: Apache-2.0 */
/* audio.c - samples as L16 and L24: RFC 3551 section 4.5.11 and RFC 3190 section 4. */
#include <rtp_bytes.h>

#define WHERE "rtp.audio"

static enum gng_status no_room(struct gng_why *why, size_t num, size_t cap)
{
	return gng_why_set(why, GNG_EINVAL, 0, WHERE, "%zu samples do not fit a capacity of %zu",
			   num, cap);
}

static enum gng_status whole_frames(size_t len, size_t width, unsigned int num_channels,
				    struct gng_why *why)
{
	if (num_channels == 0)
		return gng_why_set(why, GNG_EINVAL, 0, WHERE, "audio has at least one channel");
	if (len % (width * num_channels) != 0)
		return gng_why_set(why, GNG_EFORMAT, 0, WHERE,
				   "%zu bytes are no whole frames of %u channels of %zu bytes", len,
				   num_channels, width);
	return GNG_OK;
}

enum gng_status gng_rtp_l16_write(uint8_t *out, size_t cap, size_t *out_len, const int16_t *samples,
				  size_t num_samples, struct gng_why *why)
{
	if (num_samples > cap / 2)
		return no_room(why, num_samples, cap);
	for (size_t i = 0; i < num_samples; i++)
		rtp_put16(out + 2 * i, (uint16_t)samples[i]);
	*out_len = 2 * num_samples;
	return GNG_OK;
}

enum gng_status gng_rtp_l16_read(int16_t *samples, size_t cap, size_t *num_samples,
				 const uint8_t *in, size_t len, unsigned int num_channels,
				 struct gng_why *why)
{
	enum gng_status status = whole_frames(len, 2, num_channels, why);

	if (status != GNG_OK)
		return status;
	if (len / 2 > cap)
		return no_room(why, len / 2, cap);
	for (size_t i = 0; i < len / 2; i++)
		samples[i] = (int16_t)rtp_get16(in + 2 * i);
	*num_samples = len / 2;
	return GNG_OK;
}

enum gng_status gng_rtp_l24_write(uint8_t *out, size_t cap, size_t *out_len, const int32_t *samples,
				  size_t num_samples, struct gng_why *why)
{
	if (num_samples > cap / 3)
		return no_room(why, num_samples, cap);
	for (size_t i = 0; i < num_samples; i++) {
		const uint32_t bits = (uint32_t)samples[i];

		if (samples[i] < -0x800000 || samples[i] > 0x7fffff)
			return gng_why_set(why, GNG_EINVAL, 0, WHERE,
					   "sample %zu is %d: 24 bits do not hold it", i,
					   samples[i]);
		out[3 * i] = (uint8_t)(bits >> 16);
		rtp_put16(out + 3 * i + 1, (uint16_t)bits);
	}
	*out_len = 3 * num_samples;
	return GNG_OK;
}

enum gng_status gng_rtp_l24_read(int32_t *samples, size_t cap, size_t *num_samples,
				 const uint8_t *in, size_t len, unsigned int num_channels,
				 struct gng_why *why)
{
	enum gng_status status = whole_frames(len, 3, num_channels, why);

	if (status != GNG_OK)
		return status;
	if (len / 3 > cap)
		return no_room(why, len / 3, cap);
	for (size_t i = 0; i < len / 3; i++) {
		const uint8_t *p = in + 3 * i;

		samples[i] =
			(int32_t)((uint32_t)p[0] << 24 | (uint32_t)rtp_get16(p + 1) << 8) / 256;
	}
	*num_samples = len / 3;
	return GNG_OK;
}
