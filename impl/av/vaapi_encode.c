/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vaapi_encode.c - one picture through VA-API: samples into a surface, parameters, headers where
 * the driver wants them from us, and the coded bytes out. It waits for each picture: nothing is
 * queued.
 */
#include "av_vaapi.h"

#ifdef AV_HAS_VA
#include "vaapi_calls.h"

#include <string.h>

#define COUNT_MASK ((1u << AV_H264_NUM_BITS) - 1)

/* ---- samples ---- */

static void copy_rows(uint8_t *to, size_t to_stride, const uint8_t *from, int from_stride,
		      int width, int height)
{
	for (int y = 0; y < height; y++)
		memcpy(to + (size_t)y * to_stride, from + (ptrdiff_t)y * from_stride,
		       (size_t)width);
}

/* weave writes both chroma planes as the pairs of NV12. */
static void weave(uint8_t *to, size_t to_stride, const struct av_picture *in)
{
	for (int y = 0; y < in->height / 2; y++) {
		const uint8_t *blue = in->planes[1] + (ptrdiff_t)y * in->strides[1];
		const uint8_t *red = in->planes[2] + (ptrdiff_t)y * in->strides[2];
		uint8_t *row = to + (size_t)y * to_stride;

		for (int x = 0; x < in->width / 2; x++) {
			row[2 * x] = blue[x];
			row[2 * x + 1] = red[x];
		}
	}
}

static bool upload(struct vaapi *vaapi, const struct av_picture *in)
{
	const struct vaapi_calls *calls = &vaapi->calls;
	VAImage image;
	void *bytes;
	bool good;

	if (calls->derive_image(vaapi->display, vaapi->input, &image) != VA_STATUS_SUCCESS)
		return false;
	good = image.format.fourcc == VA_FOURCC_NV12 &&
	       calls->map(vaapi->display, image.buf, &bytes) == VA_STATUS_SUCCESS;
	if (good) {
		copy_rows((uint8_t *)bytes + image.offsets[0], image.pitches[0], in->planes[0],
			  in->strides[0], in->width, in->height);
		weave((uint8_t *)bytes + image.offsets[1], image.pitches[1], in);
		good = calls->unmap(vaapi->display, image.buf) == VA_STATUS_SUCCESS;
	}
	return calls->destroy_image(vaapi->display, image.image_id) == VA_STATUS_SUCCESS && good;
}

/* ---- parameters ---- */

static bool add(struct vaapi *vaapi, VABufferType type, const void *data, size_t len)
{
	VABufferID *buffer = &vaapi->buffers[vaapi->num_buffers];

	if (vaapi->num_buffers == VAAPI_MAX_BUFFERS ||
	    vaapi->calls.create_buffer(vaapi->display, vaapi->context, type, (unsigned int)len, 1,
				       (void *)data, buffer) != VA_STATUS_SUCCESS)
		return false;
	vaapi->num_buffers++;
	return true;
}

static bool add_sequence(struct vaapi *vaapi)
{
	const struct av_encoder_config *config = &vaapi->config;
	const unsigned int width = (unsigned int)(config->width + 15) / 16;
	const unsigned int height = (unsigned int)(config->height + 15) / 16;
	VAEncSequenceParameterBufferH264 sequence = {
		.level_idc = (uint8_t)av_h264_level(config),
		.intra_period = UINT16_MAX, /* an IDR picture comes when it is asked for */
		.intra_idr_period = UINT16_MAX,
		.ip_period = 1,
		.bits_per_second = (uint32_t)config->kbps * 1000,
		.max_num_ref_frames = 1,
		.picture_width_in_mbs = (uint16_t)width,
		.picture_height_in_mbs = (uint16_t)height,
		.seq_fields.bits = {.chroma_format_idc = 1,
				    .frame_mbs_only_flag = 1,
				    .direct_8x8_inference_flag = 1,
				    .log2_max_frame_num_minus4 = AV_H264_NUM_BITS - 4,
				    .log2_max_pic_order_cnt_lsb_minus4 = AV_H264_NUM_BITS - 4},
		.frame_cropping_flag = width * 16 != (unsigned int)config->width ||
				       height * 16 != (unsigned int)config->height,
		.frame_crop_right_offset = (width * 16 - (unsigned int)config->width) / 2,
		.frame_crop_bottom_offset = (height * 16 - (unsigned int)config->height) / 2,
		.vui_parameters_present_flag = 1,
		.vui_fields.bits = {.bitstream_restriction_flag = 1,
				    .log2_max_mv_length_horizontal = 15,
				    .log2_max_mv_length_vertical = 15,
				    .motion_vectors_over_pic_boundaries_flag = 1},
	};

	return add(vaapi, VAEncSequenceParameterBufferType, &sequence, sizeof(sequence));
}

/* add_misc adds a parameter behind its type, which is how va.h lays it out. */
static bool add_misc(struct vaapi *vaapi, VAEncMiscParameterType type, const void *data, size_t len)
{
	uint32_t bytes[(sizeof(VAEncMiscParameterBuffer) + 128) / sizeof(uint32_t)] = {0};
	VAEncMiscParameterBuffer *misc = (VAEncMiscParameterBuffer *)bytes;

	misc->type = type;
	memcpy(misc->data, data, len);
	return add(vaapi, VAEncMiscParameterBufferType, bytes, sizeof(*misc) + len);
}

/* add_rate: a constant rate whose buffer is one and a half frames, as of the other encoders. */
static bool add_rate(struct vaapi *vaapi)
{
	const uint32_t bits = (uint32_t)vaapi->config.kbps * 1000;
	const uint32_t buffer = bits * 3 / 2 / (uint32_t)vaapi->config.fps;
	const VAEncMiscParameterRateControl rate = {
		.bits_per_second = bits,
		.target_percentage = 100,
		.window_size = 1500 / (uint32_t)vaapi->config.fps, /* ms */
		.rc_flags.bits = {.disable_frame_skip = 1, .disable_bit_stuffing = 1}};
	const VAEncMiscParameterHRD hrd = {.initial_buffer_fullness = buffer / 2,
					   .buffer_size = buffer};
	const VAEncMiscParameterFrameRate frames = {.framerate = (uint32_t)vaapi->config.fps};

	_Static_assert(sizeof(rate) <= 128 && sizeof(hrd) <= 128, "room of add_misc");
	return add_misc(vaapi, VAEncMiscParameterTypeRateControl, &rate, sizeof(rate)) &&
	       add_misc(vaapi, VAEncMiscParameterTypeHRD, &hrd, sizeof(hrd)) &&
	       add_misc(vaapi, VAEncMiscParameterTypeFrameRate, &frames, sizeof(frames));
}

static VAPictureH264 no_picture(void)
{
	return (VAPictureH264){.picture_id = VA_INVALID_SURFACE, .flags = VA_PICTURE_H264_INVALID};
}

/* kept_picture is what was kept of the picture that stands back pictures ago; 0 is this one. */
static VAPictureH264 kept_picture(const struct vaapi *vaapi, uint32_t back)
{
	const uint32_t number = vaapi->since_idr - back;

	return (VAPictureH264){.picture_id = vaapi->kept[number % VAAPI_NUM_KEPT],
			       .frame_idx = number & COUNT_MASK,
			       .flags = back ? VA_PICTURE_H264_SHORT_TERM_REFERENCE : 0,
			       .TopFieldOrderCnt = (int32_t)(2 * number),
			       .BottomFieldOrderCnt = (int32_t)(2 * number)};
}

static bool add_picture(struct vaapi *vaapi, bool idr)
{
	VAEncPictureParameterBufferH264 picture = {
		.CurrPic = kept_picture(vaapi, 0),
		.coded_buf = vaapi->coded,
		.frame_num = (uint16_t)(vaapi->since_idr & COUNT_MASK),
		.pic_init_qp = 26,
		.pic_fields.bits = {.idr_pic_flag = idr,
				    .reference_pic_flag = 1,
				    .deblocking_filter_control_present_flag = 1}};

	for (size_t i = 0; i < 16; i++)
		picture.ReferenceFrames[i] = no_picture();
	if (!idr)
		picture.ReferenceFrames[0] = kept_picture(vaapi, 1);
	return add(vaapi, VAEncPictureParameterBufferType, &picture, sizeof(picture));
}

static bool add_slice(struct vaapi *vaapi, bool idr)
{
	VAEncSliceParameterBufferH264 slice = {
		.num_macroblocks = (uint32_t)((vaapi->config.width + 15) / 16 *
					      ((vaapi->config.height + 15) / 16)),
		.macroblock_info = VA_INVALID_ID,
		.slice_type = idr ? 7 : 5,
		.idr_pic_id = (uint16_t)(vaapi->num_idr & 1),
		.pic_order_cnt_lsb = (uint16_t)(2 * vaapi->since_idr & COUNT_MASK)};

	for (size_t i = 0; i < 32; i++)
		slice.RefPicList0[i] = slice.RefPicList1[i] = no_picture();
	if (!idr)
		slice.RefPicList0[0] = kept_picture(vaapi, 1);
	return add(vaapi, VAEncSliceParameterBufferType, &slice, sizeof(slice));
}

/* ---- headers ---- */

static bool add_header(struct vaapi *vaapi, uint32_t type, const uint8_t *bytes, size_t num_bits)
{
	const VAEncPackedHeaderParameterBuffer header = {
		.type = type, .bit_length = (uint32_t)num_bits, .has_emulation_bytes = 1};

	return num_bits > 0 &&
	       add(vaapi, VAEncPackedHeaderParameterBufferType, &header, sizeof(header)) &&
	       add(vaapi, VAEncPackedHeaderDataBufferType, bytes, (num_bits + 7) / 8);
}

static bool add_sets(struct vaapi *vaapi)
{
	uint8_t sets[AV_H264_MAX_HEADERS];

	return add_header(vaapi, VAEncPackedHeaderSequence, sets,
			  8 * av_h264_sets(sets, &vaapi->config));
}

static bool add_slice_header(struct vaapi *vaapi, bool idr)
{
	const struct av_h264_slice slice = {.idr = idr,
					    .idr_id = vaapi->num_idr & 1,
					    .frame_num = vaapi->since_idr & COUNT_MASK,
					    .order = 2 * vaapi->since_idr & COUNT_MASK};
	uint8_t raw[32] = {0}, unit[64];
	struct av_bits bits = {raw, sizeof(raw), 0, false};

	av_h264_slice_begin(&bits, &slice);
	return add_header(vaapi, VAEncPackedHeaderSlice, unit,
			  av_h264_wrap(unit, sizeof(unit), &bits));
}

/* ---- a picture ---- */

static bool add_all(struct vaapi *vaapi, bool idr)
{
	if (idr && (!add_sequence(vaapi) || !add_rate(vaapi)))
		return false;
	if (idr && (vaapi->packed & VA_ENC_PACKED_HEADER_SEQUENCE) && !add_sets(vaapi))
		return false;
	if (!add_picture(vaapi, idr))
		return false;
	if ((vaapi->packed & VA_ENC_PACKED_HEADER_SLICE) && !add_slice_header(vaapi, idr))
		return false;
	return add_slice(vaapi, idr);
}

/* submit ends a picture that was begun, whatever failed in it. */
static bool submit(struct vaapi *vaapi, bool idr)
{
	const struct vaapi_calls *calls = &vaapi->calls;
	bool good;

	if (calls->begin(vaapi->display, vaapi->context, vaapi->input) != VA_STATUS_SUCCESS)
		return false;
	good = add_all(vaapi, idr) && calls->render(vaapi->display, vaapi->context, vaapi->buffers,
						    (int)vaapi->num_buffers) == VA_STATUS_SUCCESS;
	good &= calls->end(vaapi->display, vaapi->context) == VA_STATUS_SUCCESS;
	while (vaapi->num_buffers > 0)
		calls->destroy_buffer(vaapi->display, vaapi->buffers[--vaapi->num_buffers]);
	return good && calls->sync(vaapi->display, vaapi->input) == VA_STATUS_SUCCESS;
}

/* take copies what was coded, segment by segment. */
static bool take(struct vaapi *vaapi, struct av_encoded *out)
{
	const VACodedBufferSegment *segment;
	bool good = true;
	size_t len = 0;
	void *first;

	if (vaapi->calls.map(vaapi->display, vaapi->coded, &first) != VA_STATUS_SUCCESS)
		return false;
	for (segment = first; segment && good; segment = segment->next) {
		good = !(segment->status & VA_CODED_BUF_STATUS_SLICE_OVERFLOW_MASK) &&
		       segment->size <= vaapi->cap - len;
		if (good)
			memcpy(vaapi->out + len, segment->buf, segment->size);
		len += good ? segment->size : 0;
	}
	vaapi->calls.unmap(vaapi->display, vaapi->coded);
	*out = (struct av_encoded){.bytes = vaapi->out, .len = len};
	return good && len > 0;
}

int vaapi_encode(void *encoder, const struct av_picture *in, int64_t number, bool idr,
		 struct av_encoded *out)
{
	struct vaapi *vaapi = encoder;

	(void)number;
	idr |= vaapi->num_idr == 0;
	if (idr)
		vaapi->since_idr = 0;
	if (!upload(vaapi, in) || !submit(vaapi, idr) || !take(vaapi, out))
		return -1;
	vaapi->num_idr += idr;
	vaapi->since_idr++;
	return 0;
}

#endif
