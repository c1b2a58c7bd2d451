/* SPDX-License-Identifier: Apache-2.0 */
/* opus.c - the module around libopus: stereo of 48 kHz in frames of 5 ms, the coder without
 * look-ahead for speech (RFC 6716 section 2.1.9 calls it delay-optimised). */
#include "../av_module.h"

#include <stdlib.h>

#include <opus/opus.h>

#define RATE 48000
#define FRAMES (AV_OPUS_SAMPLES / 2)
#define BITS_PER_SECOND 128000

struct coder {
	OpusEncoder *encoder;
	OpusDecoder *decoder;
};

static void sound_close(void *context)
{
	struct coder *coder = context;

	if (coder->encoder)
		opus_encoder_destroy(coder->encoder);
	if (coder->decoder)
		opus_decoder_destroy(coder->decoder);
	free(coder);
}

static void *sound_open(uint32_t *lookahead)
{
	struct coder *coder = calloc(1, sizeof(*coder));
	opus_int32 ahead = 0;
	int error;

	if (!coder)
		return NULL;
	coder->encoder = opus_encoder_create(RATE, 2, OPUS_APPLICATION_RESTRICTED_LOWDELAY, &error);
	coder->decoder = opus_decoder_create(RATE, 2, &error);
	if (!coder->encoder || !coder->decoder ||
	    opus_encoder_ctl(coder->encoder, OPUS_SET_BITRATE(BITS_PER_SECOND)) != OPUS_OK ||
	    opus_encoder_ctl(coder->encoder, OPUS_GET_LOOKAHEAD(&ahead)) != OPUS_OK) {
		sound_close(coder);
		return NULL;
	}
	*lookahead = (uint32_t)ahead;
	return coder;
}

static int sound_encode(void *context, const int16_t *samples, uint8_t *out, size_t cap,
			size_t *len)
{
	struct coder *coder = context;
	const opus_int32 done = opus_encode(coder->encoder, samples, FRAMES, out, (opus_int32)cap);

	*len = done > 0 ? (size_t)done : 0;
	return done > 0 ? 0 : -1;
}

static int sound_decode(void *context, const uint8_t *in, size_t len, int16_t *samples)
{
	struct coder *coder = context;

	return opus_decode(coder->decoder, in, (opus_int32)len, samples, FRAMES, 0) == FRAMES ? 0
											      : -1;
}

__attribute__((visibility("default"))) extern const struct av_module av_module;
const struct av_module av_module = {
	.version = AV_MODULE_VERSION,
	.name = "opus",
	.licence = "BSD-3-Clause",
	.sound_open = sound_open,
	.sound_encode = sound_encode,
	.sound_decode = sound_decode,
	.sound_close = sound_close,
};
