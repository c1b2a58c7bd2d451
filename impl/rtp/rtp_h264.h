/* SPDX-License-Identifier: Apache-2.0 */
/* rtp_h264.h - types of NAL units: H.264 table 7-1 and RFC 6184 section 5.2. */
#ifndef RTP_H264_H
#define RTP_H264_H

#include <rtp_bytes.h>

enum rtp_h264_type {
	H264_SLICE = 1,
	H264_IDR = 5,
	H264_SPS = 7,
	H264_PPS = 8,
	H264_DELIMITER = 9,
	H264_STAP_A = 24,
	H264_FU_A = 28,
};

/* What runs behind an encoder is in no cache and in no TLB, so that each page of code costs; the
 * linker puts functions that are hot beside one another. */
#define RTP_HOT __attribute__((hot))

#define H264_SLICES 0x3eu /* bits of types 1 to 5: slices, and partitions of one */

static inline unsigned int h264_type(uint8_t header)
{
	return header & 0x1f;
}

/* h264_is_unit says whether header is that of a unit of H.264, not of a packet of RFC 6184. */
static inline bool h264_is_unit(uint8_t header)
{
	return h264_type(header) >= 1 && h264_type(header) <= 23;
}

#endif /* RTP_H264_H */
