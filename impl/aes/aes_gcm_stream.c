/* SPDX-License-Identifier: Apache-2.0 */
/* aes_gcm_stream.c - GCM in chunks: SP 800-38D section 7, behind a state machine. */
#include "aes_gcm.h"

enum gng_status gng_aes_gcm_begin(struct gng_aes_gcm *op, const struct gng_aes_gcm_key *key,
				  const uint8_t *nonce, size_t nonce_len)
{
	if (!op || !aes_gcm_key_ready(key) || !nonce || nonce_len == 0)
		return GNG_EINVAL;
	if (!aes_gcm_fits(0, nonce_len, AES_GCM_MAX_DATA))
		return GNG_ELIMIT;
	aes_gcm_start(op, key, nonce, nonce_len);
	return GNG_OK;
}

enum gng_status gng_aes_gcm_aad(struct gng_aes_gcm *op, const uint8_t *aad, size_t len)
{
	if (!op || op->state != AES_GCM_AAD || !aes_present(aad, len))
		return GNG_EINVAL;
	if (!aes_gcm_fits(op->aad_len, len, AES_GCM_MAX_DATA))
		return GNG_ELIMIT;
	aes_gcm_add_aad(op, aad, len);
	return GNG_OK;
}

static enum gng_status crypt(struct gng_aes_gcm *op, uint8_t *out, const uint8_t *in, size_t len,
			     enum aes_gcm_state direction)
{
	if (!op || (op->state != AES_GCM_AAD && op->state != direction) || !aes_present(out, len) ||
	    !aes_present(in, len))
		return GNG_EINVAL;
	if (!aes_gcm_fits(op->text_len, len, AES_GCM_MAX_TEXT))
		return GNG_ELIMIT;
	if (aes_overlap_but_equal(out, len, in, len))
		return GNG_EINVAL;
	if (len == 0)
		return GNG_OK;
	op->state = direction;
	aes_gcm_crypt(op, out, in, len);
	return GNG_OK;
}

enum gng_status gng_aes_gcm_encrypt(struct gng_aes_gcm *op, uint8_t *out, const uint8_t *in,
				    size_t len)
{
	return crypt(op, out, in, len, AES_GCM_ENCRYPTING);
}

enum gng_status gng_aes_gcm_decrypt_unverified(struct gng_aes_gcm *op, uint8_t *out,
					       const uint8_t *in, size_t len)
{
	return crypt(op, out, in, len, AES_GCM_DECRYPTING);
}

enum gng_status gng_aes_gcm_finish_seal(struct gng_aes_gcm *op, uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];

	if (!op || !tag || (op->state != AES_GCM_AAD && op->state != AES_GCM_ENCRYPTING))
		return GNG_EINVAL;
	aes_gcm_full_tag(op, full);
	memcpy(tag, full, op->key->tag_len);
	gng_wipe(full, sizeof(full));
	gng_aes_gcm_fini(op);
	return GNG_OK;
}

enum gng_status gng_aes_gcm_finish_open(struct gng_aes_gcm *op, const uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];
	enum gng_status status = GNG_OK;

	if (!op || !tag || (op->state != AES_GCM_AAD && op->state != AES_GCM_DECRYPTING))
		return GNG_EINVAL;
	aes_gcm_full_tag(op, full);
	if (!gng_ct_equal(full, tag, op->key->tag_len))
		status = GNG_EAUTH;
	gng_wipe(full, sizeof(full)); /* the right tag of a forgery is a secret */
	gng_aes_gcm_fini(op);
	return status;
}

void gng_aes_gcm_fini(struct gng_aes_gcm *op)
{
	if (op)
		gng_wipe(op, sizeof(*op));
}
