/* SPDX-License-Identifier: Apache-2.0 */
/* srtp_cipher.c - AES-CM with HMAC-SHA1 (RFC 3711 section 4), AES-GCM (RFC 7714), replay. */
#include <rtp_sha1.h>
#include <rtp_srtp.h>
#include <string.h>

#define WINDOW 64

/* nonce is RFC 7714 sections 8.1 and 9.1: salt XOR (00 00, SSRC, 48 bits of index). */
static void nonce_of(uint8_t nonce[12], const struct gng_rtp_srtp_keys *keys,
		     const struct srtp_text *text)
{
	uint8_t value[12] = {0};

	rtp_put32(value + 2, text->ssrc);
	rtp_put16(value + 6, (uint16_t)(text->index >> 32));
	rtp_put32(value + 8, (uint32_t)text->index);
	for (size_t i = 0; i < 12; i++)
		nonce[i] = value[i] ^ keys->salt[i];
}

/* crypt_cm: IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16), RFC 3711 section 4.1.1. */
static enum gng_status crypt_cm(const struct gng_rtp_srtp_keys *keys, const struct srtp_text *text)
{
	uint8_t iv[GNG_AES_BLOCK] = {0};

	if (text->clear || text->text_len == 0)
		return GNG_OK;
	rtp_put32(iv + 4, text->ssrc);
	rtp_put16(iv + 8, (uint16_t)(text->index >> 32));
	rtp_put32(iv + 10, (uint32_t)text->index);
	for (size_t i = 0; i < 14; i++)
		iv[i] ^= keys->salt[i];
	return gng_aes_ctr_crypt(&keys->cipher, iv, text->text, text->text, text->text_len);
}

/* mac_of covers head, text (they are neighbours) and tail. */
static void mac_of(uint8_t mac[20], const struct gng_rtp_srtp_keys *keys,
		   const struct srtp_text *text)
{
	rtp_hmac(mac, keys->inner, keys->outer, text->head, text->head_len + text->text_len,
		 text->tail, text->tail_len);
}

enum gng_status srtp_seal(const struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
			  struct srtp_text *text)
{
	const struct gng_aes_data data[] = {
		{text->head, text->head_len + (text->clear ? text->text_len : 0)},
		{text->tail, text->tail_len},
	};
	const struct gng_aes_part part = {text->text, text->text, text->text_len};
	uint8_t nonce[12], mac[20];
	enum gng_status status;

	if (srtp_is_aead(suite)) {
		nonce_of(nonce, keys, text);
		return gng_aes_gcm_seal_parts(&keys->aead, nonce, sizeof(nonce), data, 2, &part,
					      text->clear ? 0 : 1, text->tag);
	}
	status = crypt_cm(keys, text);
	mac_of(mac, keys, text);
	memcpy(text->tag, mac, text->tag_len);
	return status;
}

enum gng_status srtp_open(const struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
			  struct srtp_text *text)
{
	const struct gng_aes_data data[] = {
		{text->head, text->head_len + (text->clear ? text->text_len : 0)},
		{text->tail, text->tail_len},
	};
	const struct gng_aes_part part = {text->text, text->text, text->text_len};
	uint8_t nonce[12], mac[20];

	if (srtp_is_aead(suite)) {
		nonce_of(nonce, keys, text);
		return gng_aes_gcm_open_parts(&keys->aead, nonce, sizeof(nonce), data, 2, &part,
					      text->clear ? 0 : 1, text->tag);
	}
	mac_of(mac, keys, text);
	if (!gng_ct_equal(mac, text->tag, text->tag_len))
		return GNG_EAUTH;
	return crypt_cm(keys, text);
}

bool srtp_is_fresh(uint64_t top, uint64_t window, bool started, uint64_t index)
{
	if (!started || index > top)
		return true;
	return top - index < WINDOW && (window >> (top - index) & 1) == 0;
}

void srtp_use(uint64_t *top, uint64_t *window, bool *started, uint64_t index)
{
	if (!*started) {
		*top = index;
		*window = 1;
	} else if (index > *top) {
		const uint64_t ahead = index - *top;

		*window = (ahead < WINDOW ? *window << ahead : 0) | 1;
		*top = index;
	} else {
		*window |= (uint64_t)1 << (*top - index);
	}
	*started = true;
}
