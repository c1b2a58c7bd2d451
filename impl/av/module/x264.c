/* SPDX-License-Identifier: Apache-2.0 */
/* x264.c - the module around libx264: zerolatency, a wave of intra blocks instead of large IDR
 * pictures, several slices a picture. */
#include "../av_module.h"

#include <stdlib.h>

#include <x264.h>

#define MAX_UNITS 64

struct encoder {
	x264_t *x264;
	x264_picture_t in;
	size_t unit_lens[MAX_UNITS];
};

static void set_rate(x264_param_t *param, const struct av_encoder_config *config)
{
	param->rc.i_rc_method = X264_RC_ABR;
	param->rc.i_bitrate = config->kbps;
	param->rc.i_vbv_max_bitrate = config->kbps;
	/* One and a half frames: what is sent in a frame's time must fit in it. */
	param->rc.i_vbv_buffer_size = config->kbps * 3 / 2 / config->fps + 1;
}

static void *encoder_open(const struct av_encoder_config *config, char *said, size_t cap)
{
	struct encoder *encoder = calloc(1, sizeof(*encoder));
	x264_param_t param;

	(void)said;
	(void)cap;
	if (!encoder || x264_param_default_preset(&param, "ultrafast", "zerolatency") != 0) {
		free(encoder);
		return NULL;
	}
	param.i_width = config->width;
	param.i_height = config->height;
	param.i_fps_num = (uint32_t)config->fps;
	param.i_fps_den = 1;
	param.i_threads = config->threads > 1 ? config->threads : 1;
	param.b_sliced_threads = config->threads > 1;
	param.i_slice_count = 4;
	param.i_keyint_max = config->fps;
	param.b_intra_refresh = 1;
	param.b_repeat_headers = 1;
	param.b_annexb = 1;
	param.i_log_level = X264_LOG_NONE;
	set_rate(&param, config);
	if (x264_param_apply_profile(&param, "baseline") == 0)
		encoder->x264 = x264_encoder_open(&param);
	if (!encoder->x264) {
		free(encoder);
		return NULL;
	}
	x264_picture_init(&encoder->in);
	encoder->in.img.i_csp = X264_CSP_I420;
	encoder->in.img.i_plane = 3;
	return encoder;
}

static int encode(void *context, const struct av_picture *in, int64_t number, bool idr,
		  struct av_encoded *out)
{
	struct encoder *encoder = context;
	x264_picture_t done;
	x264_nal_t *units;
	int num, len;

	for (int i = 0; i < 3; i++) {
		encoder->in.img.plane[i] = in->planes[i];
		encoder->in.img.i_stride[i] = in->strides[i];
	}
	encoder->in.i_pts = number;
	encoder->in.i_type = idr ? X264_TYPE_IDR : X264_TYPE_AUTO;
	len = x264_encoder_encode(encoder->x264, &units, &num, &encoder->in, &done);
	if (len <= 0)
		return -1;
	/* x264.h: the payloads of all units are one piece */
	*out = (struct av_encoded){.bytes = units[0].p_payload, .len = (size_t)len};
	if (num <= MAX_UNITS) {
		for (int i = 0; i < num; i++)
			encoder->unit_lens[i] = (size_t)units[i].i_payload;
		out->num_units = (size_t)num;
		out->unit_lens = encoder->unit_lens;
	}
	return 0;
}

static void encoder_close(void *context)
{
	struct encoder *encoder = context;

	x264_encoder_close(encoder->x264);
	free(encoder);
}

__attribute__((visibility("default"))) extern const struct av_module av_module;
const struct av_module av_module = {
	.version = AV_MODULE_VERSION,
	.name = "x264",
	.licence = "GPL-2.0-or-later",
	.encoder_open = encoder_open,
	.encode = encode,
	.encoder_close = encoder_close,
};
