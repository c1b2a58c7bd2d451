/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_draw.h - synthetic picture and sound that carry their own number and time, so that a receiver
 * knows what it shows by looking at it.
 */
#ifndef AV_DRAW_H
#define AV_DRAW_H

#include "av_module.h"

#define AV_AUDIO_RATE 48000
#define AV_AUDIO_FRAMES 48 /* of a period of 1 ms */
#define AV_AUDIO_CHANNELS 2
#define AV_AUDIO_SAMPLES (AV_AUDIO_FRAMES * AV_AUDIO_CHANNELS)

/* av_mark is what is drawn. time_us is of CLOCK_MONOTONIC, modulo 2^48. */
struct av_mark {
	uint32_t number;
	uint64_t time_us;
	bool safe; /* the picture of the safe state */
};

/* av_canvas is a texture larger than the picture, which a window moves over. */
struct av_canvas {
	uint8_t *texture; /* AV_CANVAS_LEN(width, height) bytes, the caller's */
	int width, height;
};

#define AV_CANVAS_MARGIN 256
#define AV_CANVAS_LEN(width, height) \
	((size_t)((width) + AV_CANVAS_MARGIN) * (size_t)((height) + AV_CANVAS_MARGIN))

/* av_canvas_paint fills the texture: slopes, and noise that costs an encoder bits. */
void av_canvas_paint(struct av_canvas *canvas);

/* av_draw fills the picture, of the canvas's size, and writes the mark into blocks of 16 x 16 along
 * its top. */
void av_draw(struct av_picture *picture, const struct av_canvas *canvas,
	     const struct av_mark *mark);

/* av_draw_mark writes the mark alone, over what the picture shows. */
void av_draw_mark(struct av_picture *picture, const struct av_mark *mark);

/* av_read_mark reads it back, lossy coding or not; false where there is none. */
bool av_read_mark(struct av_mark *mark, const struct av_picture *picture);

/* av_draw_sound fills a period: a tone of 1 kHz left (silence in the safe state), the mark right.
 * Of the time only what number says is in it: periods follow one another by 1 ms. */
void av_draw_sound(int16_t samples[AV_AUDIO_SAMPLES], const struct av_mark *mark);

/* av_read_sound reads the number back, from samples that lost nothing; false where there is
 * none. */
bool av_read_sound(uint32_t *number, const int16_t samples[AV_AUDIO_SAMPLES]);

/* av_hears_tone says whether 1 kHz is most of what is heard on the left, in num samples of both
 * sides: whole periods of the tone, after a lossy coder. */
bool av_hears_tone(const int16_t *samples, size_t num);

#endif /* AV_DRAW_H */
