/* SPDX-License-Identifier: Apache-2.0 */
/* aead.c - AES-GCM with the tag behind the text, one message a call. */
#include "cgo_aead.h"
#include "cgo_live.h"

enum gng_status gng_cgo_aead_open(struct gng_cgo_aead **aead, const uint8_t *key, size_t key_len,
				  size_t tag_len)
{
	struct gng_cgo_aead *made;
	enum gng_status status;

	if (!aead)
		return GNG_EINVAL;
	*aead = NULL;
	made = cgo_new(sizeof(*made));
	if (!made)
		return GNG_ENOMEM;
	status = gng_aes_gcm_init(&made->key, key, key_len, tag_len);
	if (status == GNG_OK)
		*aead = made;
	else
		cgo_delete(made, sizeof(*made));
	return status;
}

void gng_cgo_aead_close(struct gng_cgo_aead *aead)
{
	cgo_delete(aead, sizeof(*aead));
}

enum gng_status gng_cgo_aead_seal(const struct gng_cgo_aead *aead, uint8_t *out, const uint8_t *in,
				  size_t len, const uint8_t *nonce, size_t nonce_len,
				  const uint8_t *aad, size_t aad_len)
{
	if (!aead || !out)
		return GNG_EINVAL;
	if (len > MAX_TEXT) /* before out + len is an address */
		return GNG_ELIMIT;
	return gng_aes_gcm_seal(&aead->key, nonce, nonce_len, aad, aad_len, out, in, len,
				out + len);
}

enum gng_status gng_cgo_aead_unseal(const struct gng_cgo_aead *aead, uint8_t *out,
				    const uint8_t *in, size_t len, const uint8_t *nonce,
				    size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
	size_t text_len;

	if (!aead || !aead->key.tag_len || (!in && len > 0))
		return GNG_EINVAL;
	if (len < aead->key.tag_len)
		return GNG_EAUTH;
	text_len = len - aead->key.tag_len;
	if (text_len > MAX_TEXT)
		return GNG_ELIMIT;
	return gng_aes_gcm_open(&aead->key, nonce, nonce_len, aad, aad_len, out, in, text_len,
				in + text_len);
}

enum gng_status gng_cgo_seal_many(const struct gng_cgo_aead *aead, uint8_t *out, const uint8_t *in,
				  size_t len, const uint8_t *nonce, size_t nonce_len, uint64_t num)
{
	enum gng_status status = GNG_EINVAL;

	for (uint64_t i = 0; i < num; i++) {
		status = gng_cgo_aead_seal(aead, out, in, len, nonce, nonce_len, NULL, 0);
		if (status != GNG_OK)
			break;
	}
	return status;
}
