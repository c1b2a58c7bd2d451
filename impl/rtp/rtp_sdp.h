/* SPDX-License-Identifier: Apache-2.0 */
/* rtp_sdp.h - the table of codecs that SDP writer and reader share, and base64 of RFC 4648. */
#ifndef RTP_SDP_H
#define RTP_SDP_H

#include <gng_rtp.h>

struct sdp_codec {
	const char *name; /* of a=rtpmap; compared without case (RFC 8866 section 6.6) */
	bool is_audio;
	uint32_t rate; /* 0: any from 1 to 384000 */
};

/* sdp_codec_of returns the row of a codec; NULL for a number that is none. */
const struct sdp_codec *sdp_codec_of(enum gng_rtp_codec codec);

/* sdp_is_valid says whether a medium keeps the rules of gng_rtp.h. */
bool sdp_is_valid(const struct gng_rtp_media *media);

/* sdp_base64 writes 4 * ((len + 2) / 3) characters; sdp_unbase64 is its inverse, false for what it
 * cannot have written or for more than cap bytes. */
size_t sdp_base64(char *text, const uint8_t *in, size_t len);
bool sdp_unbase64(uint8_t *out, size_t cap, size_t *out_len, const char *text, size_t len);

#endif /* RTP_SDP_H */
