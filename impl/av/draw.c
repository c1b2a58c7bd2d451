/* SPDX-License-Identifier: Apache-2.0 */
/* draw.c - pictures and sound with their number in them. */
#include "av_draw.h"

#include <string.h>

#define BLOCK 16
#define MARK_BITS 104 /* number 32, time 48, safe 8, check 16 */
#define BLACK 16
#define WHITE 235
#define LOUD 10000
#define SOUND_BITS 48 /* number 32, check 16 */

/* check16 is CRC-16/CCITT-FALSE. */
static uint16_t check16(const uint8_t *bytes, size_t len)
{
	uint16_t crc = 0xffff;

	for (size_t i = 0; i < len; i++) {
		crc = (uint16_t)(crc ^ bytes[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

static void put(uint8_t *bytes, uint64_t value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(value >> 8 * (len - 1 - i));
}

static uint64_t get(const uint8_t *bytes, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	return value;
}

static bool bit_of(const uint8_t *bytes, size_t bit)
{
	return bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static void pack(uint8_t bytes[MARK_BITS / 8], const struct av_mark *mark)
{
	put(bytes, mark->number, 4);
	put(bytes + 4, mark->time_us, 6);
	bytes[10] = mark->safe;
	put(bytes + 11, check16(bytes, 11), 2);
}

void av_canvas_paint(struct av_canvas *canvas)
{
	const int width = canvas->width + AV_CANVAS_MARGIN;
	const int height = canvas->height + AV_CANVAS_MARGIN;
	uint32_t random = 1;

	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			random = random * 1664525 + 1013904223;
			canvas->texture[(size_t)y * (size_t)width + (size_t)x] =
				(uint8_t)(((x * 3 + y * 2) / 7 & 127) + (int)(random >> 28));
		}
}

static void draw_block(struct av_picture *picture, size_t index, uint8_t luma)
{
	const size_t per_row = (size_t)picture->width / BLOCK;
	uint8_t *at = picture->planes[0] + index / per_row * BLOCK * (size_t)picture->strides[0] +
		      index % per_row * BLOCK;

	for (int y = 0; y < BLOCK; y++)
		memset(at + y * picture->strides[0], luma, BLOCK);
}

void av_draw_mark(struct av_picture *picture, const struct av_mark *mark)
{
	uint8_t bytes[MARK_BITS / 8];

	pack(bytes, mark);
	for (size_t bit = 0; bit < MARK_BITS; bit++)
		draw_block(picture, bit, bit_of(bytes, bit) ? WHITE : BLACK);
}

void av_draw(struct av_picture *picture, const struct av_canvas *canvas, const struct av_mark *mark)
{
	const size_t width = (size_t)canvas->width + AV_CANVAS_MARGIN;
	const uint8_t *from = canvas->texture + mark->number % AV_CANVAS_MARGIN * width +
			      mark->number * 3u % AV_CANVAS_MARGIN;

	for (int y = 0; y < picture->height; y++) {
		uint8_t *row = picture->planes[0] + y * picture->strides[0];

		if (mark->safe)
			memset(row, 128, (size_t)picture->width);
		else
			memcpy(row, from + (size_t)y * width, (size_t)picture->width);
	}
	for (int plane = 1; plane < 3; plane++)
		memset(picture->planes[plane], 128,
		       (size_t)picture->strides[plane] * (size_t)(picture->height / 2));
	av_draw_mark(picture, mark);
}

/* read_block is the middle of a block, where its neighbours do not reach. */
static bool read_block(const struct av_picture *picture, size_t index)
{
	const size_t per_row = (size_t)picture->width / BLOCK;
	const uint8_t *at = picture->planes[0] +
			    index / per_row * BLOCK * (size_t)picture->strides[0] +
			    index % per_row * BLOCK;
	unsigned int sum = 0;

	for (int y = BLOCK / 4; y < BLOCK * 3 / 4; y++)
		for (int x = BLOCK / 4; x < BLOCK * 3 / 4; x++)
			sum += at[y * picture->strides[0] + x];
	return sum > (BLACK + WHITE) / 2u * (BLOCK / 2) * (BLOCK / 2);
}

bool av_read_mark(struct av_mark *mark, const struct av_picture *picture)
{
	uint8_t bytes[MARK_BITS / 8] = {0};

	if (!picture->planes[0] || picture->width < BLOCK * 52 || picture->height < BLOCK * 2)
		return false;
	for (size_t bit = 0; bit < MARK_BITS; bit++)
		if (read_block(picture, bit))
			bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	mark->number = (uint32_t)get(bytes, 4);
	mark->time_us = get(bytes + 4, 6);
	mark->safe = bytes[10] != 0;
	return get(bytes + 11, 2) == check16(bytes, 11);
}

/* One period of 1 kHz at 48 kHz, amplitude 8000: round(8000 sin(2 pi i / 48)) of a quarter. */
static int16_t tone(int i)
{
	static const int16_t quarter[13] = {0,	  1044, 2071, 3061, 4000, 4870, 5657,
					    6347, 6928, 7391, 7727, 7932, 8000};
	const int at = i % 24;
	const int16_t level = quarter[at <= 12 ? at : 24 - at];

	return (int16_t)(i < 24 ? level : -level);
}

void av_draw_sound(int16_t samples[AV_AUDIO_SAMPLES], const struct av_mark *mark)
{
	uint8_t bytes[SOUND_BITS / 8];

	put(bytes, mark->number, 4);
	put(bytes + 4, check16(bytes, 4), 2);
	for (int i = 0; i < AV_AUDIO_FRAMES; i++) {
		samples[2 * i] = mark->safe ? 0 : tone(i);
		samples[2 * i + 1] = bit_of(bytes, (size_t)i) ? LOUD : -LOUD;
	}
}

bool av_read_sound(uint32_t *number, const int16_t samples[AV_AUDIO_SAMPLES])
{
	uint8_t bytes[SOUND_BITS / 8] = {0};

	for (size_t i = 0; i < SOUND_BITS; i++)
		if (samples[2 * i + 1] > 0)
			bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
	*number = (uint32_t)get(bytes, 4);
	return get(bytes + 4, 2) == check16(bytes, 4);
}

/* The power at 1 kHz by its sine and cosine, against all of it (Parseval): a tone alone has half
 * the number of samples times its own. */
bool av_hears_tone(const int16_t *samples, size_t num)
{
	double sine = 0, cosine = 0, all = 0;

	for (size_t i = 0; i < num / 2; i++) {
		const double x = samples[2 * i];

		sine += x * tone((int)(i % AV_AUDIO_FRAMES)) / 8000.0;
		cosine += x * tone((int)((i + AV_AUDIO_FRAMES / 4) % AV_AUDIO_FRAMES)) / 8000.0;
		all += x * x;
	}
	return all > 0 && (sine * sine + cosine * cosine) * 4 / (double)num > all / 2;
}
