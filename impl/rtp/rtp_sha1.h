/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtp_sha1.h - HMAC-SHA1 (FIPS 180-4, RFC 2104) from a key that was absorbed before. OpenSSL's
 * allocates for every message, and its SHA1_Update is deprecated: a data path here may do neither.
 */
#ifndef RTP_SHA1_H
#define RTP_SHA1_H

#include <stddef.h>
#include <stdint.h>

/* rtp_hmac_key sets the states behind the inner and outer key of key[0..key_len), at most 64. */
void rtp_hmac_key(uint32_t inner[5], uint32_t outer[5], const uint8_t *key, size_t key_len);

/* rtp_hmac writes the 20 octets of HMAC-SHA1 over in[0..len) and then tail[0..tail_len), of which
 * tail_len is at most 8. */
void rtp_hmac(uint8_t mac[20], const uint32_t inner[5], const uint32_t outer[5], const uint8_t *in,
	      size_t len, const uint8_t *tail, size_t tail_len);

#endif /* RTP_SHA1_H */
