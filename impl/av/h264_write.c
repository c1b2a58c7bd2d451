/* SPDX-License-Identifier: Apache-2.0 */
/* h264_write.c - bits, parameter sets and slice headers of H.264. */
#include "av_h264.h"

#include <string.h>

#define PROFILE_BASELINE 66 /* with both constraint flags: Constrained Baseline (A.2.1.1) */
#define CONSTRAINTS 0xc0
#define TYPE_SLICE 1 /* table 7-1 */
#define TYPE_IDR 5
#define TYPE_SPS 7
#define TYPE_PPS 8
#define REFERENCE 3 /* nal_ref_idc */
#define MAX_UNIT 64

/* ---- bits ---- */

void av_bits_put(struct av_bits *bits, uint32_t value, unsigned int num)
{
	while (num-- > 0) {
		if (bits->num >= 8 * bits->cap) {
			bits->full = true;
			return;
		}
		bits->bytes[bits->num / 8] |= (uint8_t)((value >> num & 1) << (7 - bits->num % 8));
		bits->num++;
	}
}

void av_bits_ue(struct av_bits *bits, uint32_t value)
{
	unsigned int len = 0;

	while (((uint64_t)value + 1) >> (len + 1))
		len++;
	av_bits_put(bits, 0, len);
	av_bits_put(bits, 1, 1);
	av_bits_put(bits, value + 1, len);
}

void av_bits_se(struct av_bits *bits, int32_t value)
{
	av_bits_ue(bits, value > 0 ? 2 * (uint32_t)value - 1 : 2 * (uint32_t)-value);
}

void av_bits_end(struct av_bits *bits)
{
	av_bits_put(bits, 1, 1);
	av_bits_put(bits, 0, (unsigned int)(8 - bits->num % 8) % 8);
}

size_t av_h264_wrap(uint8_t *out, size_t cap, const struct av_bits *bits)
{
	static const uint8_t start[] = {0, 0, 0, 1};
	const size_t len = (bits->num + 7) / 8;
	size_t at = sizeof(start), zeros = 0;

	if (bits->full || cap < sizeof(start))
		return 0;
	memcpy(out, start, sizeof(start));
	for (size_t i = 0; i < len; i++) {
		const bool escape = zeros >= 2 && bits->bytes[i] <= 3;

		if (at + escape >= cap)
			return 0;
		if (escape) {
			out[at++] = 3;
			zeros = 0;
		}
		out[at++] = bits->bytes[i];
		zeros = bits->bytes[i] == 0 ? zeros + 1 : 0;
	}
	return 8 * at - (8 * len - bits->num);
}

/* ---- parameter sets ---- */

static uint32_t mbs_of(int size)
{
	return ((uint32_t)size + 15) / 16;
}

unsigned int av_h264_level(const struct av_encoder_config *config)
{
	static const struct {
		unsigned int level, rate, size; /* macroblocks a second, and of a picture */
	} rows[] = {{30, 40500, 1620},	 {31, 108000, 3600},  {32, 216000, 5120},
		    {40, 245760, 8192},	 {42, 522240, 8704},  {50, 589824, 22080},
		    {51, 983040, 36864}, {52, 2073600, 36864}};
	const uint32_t size = mbs_of(config->width) * mbs_of(config->height);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (size <= rows[i].size && size * (uint32_t)config->fps <= rows[i].rate)
			return rows[i].level;
	return 0;
}

/* put_vui says that each picture is shown when it is decoded (annex E.1.1). */
static void put_vui(struct av_bits *bits)
{
	/* no aspect ratio, overscan, signal type, chroma location, timing, HRD of NAL and VCL, and
	 * no pic_struct; a bitstream restriction */
	av_bits_put(bits, 0, 8);
	av_bits_put(bits, 1, 1);
	av_bits_put(bits, 1, 1); /* vectors may point over the edges */
	av_bits_ue(bits, 0);	 /* max_bytes_per_pic_denom: no limit */
	av_bits_ue(bits, 0);	 /* max_bits_per_mb_denom */
	av_bits_ue(bits, 15);	 /* log2_max_mv_length_horizontal */
	av_bits_ue(bits, 15);	 /* and vertical */
	av_bits_ue(bits, 0);	 /* max_num_reorder_frames */
	av_bits_ue(bits, 1);	 /* max_dec_frame_buffering: the reference */
}

static void put_crop(struct av_bits *bits, const struct av_encoder_config *config)
{
	const uint32_t right = (16 * mbs_of(config->width) - (uint32_t)config->width) / 2;
	const uint32_t bottom = (16 * mbs_of(config->height) - (uint32_t)config->height) / 2;

	av_bits_put(bits, right || bottom, 1);
	if (!right && !bottom)
		return;
	av_bits_ue(bits, 0);
	av_bits_ue(bits, right);
	av_bits_ue(bits, 0);
	av_bits_ue(bits, bottom);
}

static void put_sps(struct av_bits *bits, const struct av_encoder_config *config)
{
	av_bits_put(bits, REFERENCE << 5 | TYPE_SPS, 8);
	av_bits_put(bits, PROFILE_BASELINE, 8);
	av_bits_put(bits, CONSTRAINTS, 8);
	av_bits_put(bits, av_h264_level(config), 8);
	av_bits_ue(bits, 0); /* seq_parameter_set_id */
	av_bits_ue(bits, AV_H264_NUM_BITS - 4);
	av_bits_ue(bits, 0); /* pic_order_cnt_type */
	av_bits_ue(bits, AV_H264_NUM_BITS - 4);
	av_bits_ue(bits, 1);	 /* max_num_ref_frames */
	av_bits_put(bits, 0, 1); /* no gaps in frame_num */
	av_bits_ue(bits, mbs_of(config->width) - 1);
	av_bits_ue(bits, mbs_of(config->height) - 1);
	av_bits_put(bits, 1, 1); /* frame_mbs_only_flag */
	av_bits_put(bits, 1, 1); /* direct_8x8_inference_flag */
	put_crop(bits, config);
	av_bits_put(bits, 1, 1);
	put_vui(bits);
	av_bits_end(bits);
}

static void put_pps(struct av_bits *bits)
{
	av_bits_put(bits, REFERENCE << 5 | TYPE_PPS, 8);
	av_bits_ue(bits, 0);	 /* pic_parameter_set_id */
	av_bits_ue(bits, 0);	 /* seq_parameter_set_id */
	av_bits_put(bits, 0, 2); /* CAVLC; no order count of fields */
	av_bits_ue(bits, 0);	 /* one slice group */
	av_bits_ue(bits, 0);	 /* one reference */
	av_bits_ue(bits, 0);
	av_bits_put(bits, 0, 3); /* no weighted prediction */
	av_bits_se(bits, 0);	 /* pic_init_qp_minus26 */
	av_bits_se(bits, 0);	 /* pic_init_qs_minus26 */
	av_bits_se(bits, 0);	 /* chroma_qp_index_offset */
	av_bits_put(bits, 1, 1); /* slices say how they are deblocked */
	av_bits_put(bits, 0, 2); /* intra from inter may be, no redundant pictures */
	av_bits_end(bits);
}

size_t av_h264_sets(uint8_t out[AV_H264_MAX_HEADERS], const struct av_encoder_config *config)
{
	uint8_t raw[2][MAX_UNIT] = {{0}};
	struct av_bits sps = {raw[0], MAX_UNIT, 0, false}, pps = {raw[1], MAX_UNIT, 0, false};
	size_t len;

	put_sps(&sps, config);
	put_pps(&pps);
	len = av_h264_wrap(out, AV_H264_MAX_HEADERS, &sps) / 8;
	return len + av_h264_wrap(out + len, AV_H264_MAX_HEADERS - len, &pps) / 8;
}

/* ---- slices ---- */

void av_h264_slice_begin(struct av_bits *bits, const struct av_h264_slice *slice)
{
	av_bits_put(bits, REFERENCE << 5 | (slice->idr ? TYPE_IDR : TYPE_SLICE), 8);
	av_bits_ue(bits, 0);		      /* first_mb_in_slice */
	av_bits_ue(bits, slice->idr ? 7 : 5); /* all slices are I, or P */
	av_bits_ue(bits, 0);		      /* pic_parameter_set_id */
	av_bits_put(bits, slice->frame_num, AV_H264_NUM_BITS);
	if (slice->idr)
		av_bits_ue(bits, slice->idr_id);
	av_bits_put(bits, slice->order, AV_H264_NUM_BITS);
	if (!slice->idr)
		av_bits_put(bits, 0, 2); /* references: as many as the PPS says, in their order */
	av_bits_put(bits, 0, slice->idr ? 2 : 1); /* dec_ref_pic_marking: a sliding window */
	av_bits_se(bits, 0);			  /* slice_qp_delta */
	av_bits_ue(bits, 0);			  /* deblocked */
	av_bits_se(bits, 0);
	av_bits_se(bits, 0);
}
