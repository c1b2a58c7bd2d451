/* SPDX-License-Identifier: Apache-2.0 */
/* rtp_srtp.h - what SRTP and SRTCP share: session keys, the two ciphers and the replay window. */
#ifndef RTP_SRTP_H
#define RTP_SRTP_H

#include <rtp_bytes.h>

#define SRTP_WHERE "rtp.srtp"
#define SRTP_MAX_TAIL 4

/* srtp_text is a packet in parts: head in the clear, text that is encrypted in place, a tail that
 * is authenticated only, and the tag. */
struct srtp_text {
	uint8_t *head;
	size_t head_len;
	uint8_t *text;
	size_t text_len;
	uint8_t tail[SRTP_MAX_TAIL];
	size_t tail_len;
	uint8_t *tag;
	size_t tag_len;
	uint32_t ssrc;
	uint64_t index; /* 48 bits of SRTP, 31 of SRTCP */
	bool clear;	/* the text is authenticated, but not encrypted */
};

bool srtp_is_aead(enum gng_rtp_suite suite);

/* srtp_derive writes len octets of the default PRF of RFC 3711 section 4.3.3 for a label. */
GNG_MUST enum gng_status srtp_derive(uint8_t *out, size_t len, const uint8_t *key, size_t key_len,
				     const uint8_t salt[14], uint8_t label);

/* srtp_keys_set takes session keys, as the vectors of RFC 7714 give them. auth[0..20) is of the
 * suites with HMAC-SHA1 only. */
GNG_MUST enum gng_status srtp_keys_set(struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
				       const uint8_t *key, const uint8_t salt[14],
				       const uint8_t *auth);

/* srtp_seal and srtp_open work on a text of either suite; GNG_EAUTH from open. */
GNG_MUST enum gng_status srtp_seal(const struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
				   struct srtp_text *text);
GNG_MUST enum gng_status srtp_open(const struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
				   struct srtp_text *text);

/* srtp_is_fresh says whether index may be used; srtp_use marks it. The window begins when the
 * first index is used (started). */
bool srtp_is_fresh(uint64_t top, uint64_t window, bool started, uint64_t index);
void srtp_use(uint64_t *top, uint64_t *window, bool *started, uint64_t index);

#endif /* RTP_SRTP_H */
