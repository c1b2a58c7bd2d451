/* SPDX-License-Identifier: Apache-2.0 */
/*
 * av_h264.h - headers of H.264 for encoders that want them from their user: parameter sets and the
 * header of a slice. Spec: ITU-T H.264 sections 7.3.2 and 7.3.3, annex B.
 *
 * The stream is Constrained Baseline: CAVLC, one slice a picture, which is IDR or refers to the one
 * before. Its VUI says that nothing is reordered, so that no decoder holds a picture back.
 */
#ifndef AV_H264_H
#define AV_H264_H

#include "av_module.h"

#define AV_H264_NUM_BITS 8u /* of frame_num and of pic_order_cnt_lsb */
#define AV_H264_MAX_HEADERS 256

/* av_bits are bits in the making: bytes[0..cap) must be 0 ahead. full: they did not fit. */
struct av_bits {
	uint8_t *bytes;
	size_t cap, num; /* num: of bits */
	bool full;
};

/* av_bits_put writes the num lowest bits of value, num at most 32; av_bits_ue and av_bits_se write
 * codes of section 9.1. */
void av_bits_put(struct av_bits *bits, uint32_t value, unsigned int num);
void av_bits_ue(struct av_bits *bits, uint32_t value);
void av_bits_se(struct av_bits *bits, int32_t value);

/* av_bits_end writes rbsp_trailing_bits: a one, and zeros up to a byte. */
void av_bits_end(struct av_bits *bits);

/* av_h264_level returns level_idc for a picture and its rate (table A-1); 0 beyond level 5.2. */
unsigned int av_h264_level(const struct av_encoder_config *config);

/* av_h264_sets writes SPS and PPS, each behind a start code, and returns their length. */
size_t av_h264_sets(uint8_t out[AV_H264_MAX_HEADERS], const struct av_encoder_config *config);

/* av_h264_slice is what a slice header says of its picture. Counts are modulo 2^AV_H264_NUM_BITS.
 */
struct av_h264_slice {
	bool idr;
	uint32_t idr_id; /* another one for the IDR picture that follows */
	uint32_t frame_num, order;
};

/* av_h264_slice_begin writes the byte of the unit's type and the header; slice data follow. */
void av_h264_slice_begin(struct av_bits *bits, const struct av_h264_slice *slice);

/*
 * av_h264_wrap writes a start code and the unit bits to out, with emulation prevention (section
 * 7.4.1), and returns how many bits that are; 0 where out[0..cap) is too short.
 */
size_t av_h264_wrap(uint8_t *out, size_t cap, const struct av_bits *bits);

#endif /* AV_H264_H */
