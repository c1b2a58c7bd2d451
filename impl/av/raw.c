/* SPDX-License-Identifier: Apache-2.0 */
/* raw.c - pictures as cameras give them (Linux, V4L2 YUV formats) become I420 of another size. */
#include "av_capture.h"

#include <string.h>

#include <linux/videodev2.h>

/* plane is one colour of a raw picture: step bytes from pixel to pixel. */
struct plane {
	const uint8_t *bytes;
	int width, height, stride, step;
};

size_t av_raw_len(const struct av_raw *raw)
{
	const size_t luma = (size_t)raw->stride * (size_t)raw->height;

	switch (raw->format) {
	case V4L2_PIX_FMT_YUV420:
	case V4L2_PIX_FMT_NV12:
		return luma + luma / 2;
	case V4L2_PIX_FMT_YUYV:
		return luma;
	default:
		return 0;
	}
}

bool av_raw_fits(const struct av_raw *raw)
{
	const int bytes = raw->format == V4L2_PIX_FMT_YUYV ? 2 : 1;

	return raw->width >= 2 && raw->height >= 2 && raw->width % 2 == 0 && raw->height % 2 == 0 &&
	       raw->width <= 16384 && raw->height <= 16384 && raw->stride >= bytes * raw->width &&
	       raw->stride <= 16 * 16384 && raw->stride % 2 == 0;
}

/* plane_of: chroma has half of the columns, and in all but YUYV half of the rows. */
static struct plane plane_of(const struct av_raw *raw, int index)
{
	const int width = index ? raw->width / 2 : raw->width;
	const int height = index ? raw->height / 2 : raw->height;
	const uint8_t *chroma = raw->bytes + (size_t)raw->stride * (size_t)raw->height;

	if (raw->format == V4L2_PIX_FMT_YUYV)
		return (struct plane){raw->bytes + (index ? 2 * index - 1 : 0), width, raw->height,
				      raw->stride, index ? 4 : 2};
	if (index == 0)
		return (struct plane){raw->bytes, width, height, raw->stride, 1};
	if (raw->format == V4L2_PIX_FMT_NV12)
		return (struct plane){chroma + index - 1, width, height, raw->stride, 2};
	if (index == 2)
		chroma += (size_t)(raw->stride / 2) * (size_t)height;
	return (struct plane){chroma, width, height, raw->stride / 2, 1};
}

static void show_row(uint8_t *to, int width, const struct plane *from, const uint8_t *row)
{
	if (from->step == 1 && from->width == width) {
		memcpy(to, row, (size_t)width);
		return;
	}
	for (int x = 0; x < width; x++)
		to[x] = row[x * from->width / width * from->step];
}

void av_raw_show(struct av_picture *to, const struct av_raw *raw)
{
	for (int index = 0; index < 3; index++) {
		const struct plane from = plane_of(raw, index);
		const int width = index ? to->width / 2 : to->width;
		const int height = index ? to->height / 2 : to->height;

		for (int y = 0; y < height; y++)
			show_row(to->planes[index] + (ptrdiff_t)y * to->strides[index], width,
				 &from,
				 from.bytes + (ptrdiff_t)(y * from.height / height) * from.stride);
	}
}
