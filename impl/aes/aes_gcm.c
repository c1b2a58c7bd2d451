/* SPDX-License-Identifier: Apache-2.0 */
/* aes_gcm.c - GCM keys, GCM and GMAC in one call: SP 800-38D sections 3 and 7. */
#include "aes_gcm.h"

static bool full_tag_len(size_t tag_len)
{
	return tag_len >= 12 && tag_len <= 16;
}

static bool short_tag_len(size_t tag_len)
{
	return tag_len == 8 || tag_len == 4;
}

enum gng_status aes_gcm_init_with(struct gng_aes_gcm_key *key,
				  const struct gng_aes_variant *variant, const uint8_t *key_bytes,
				  size_t key_len, size_t tag_len)
{
	enum gng_status status;

	if (!key)
		return GNG_EINVAL;
	gng_wipe(key, sizeof(*key));
	if (!full_tag_len(tag_len) && !short_tag_len(tag_len))
		return GNG_EINVAL;
	status = aes_init_with(&key->aes, variant, key_bytes, key_len);
	if (status != GNG_OK)
		return status;
	key->tag_len = (uint32_t)tag_len;
	variant->ghash_init(key);
	return GNG_OK;
}

enum gng_status gng_aes_gcm_init(struct gng_aes_gcm_key *key, const uint8_t *key_bytes,
				 size_t key_len, size_t tag_len)
{
	/* 0 is no tag length at all: the refusal zeroes *key */
	return aes_gcm_init_with(key, aes_best_variant(), key_bytes, key_len,
				 full_tag_len(tag_len) ? tag_len : 0);
}

enum gng_status gng_aes_gcm_init_short_tag(struct gng_aes_gcm_key *key, const uint8_t *key_bytes,
					   size_t key_len, size_t tag_len)
{
	return aes_gcm_init_with(key, aes_best_variant(), key_bytes, key_len,
				 short_tag_len(tag_len) ? tag_len : 0);
}

void gng_aes_gcm_key_fini(struct gng_aes_gcm_key *key)
{
	if (key)
		gng_wipe(key, sizeof(*key));
}

/* message is the arguments of one call. */
struct message {
	const struct gng_aes_gcm_key *key;
	const uint8_t *nonce, *aad, *in;
	size_t nonce_len, aad_len, len;
	uint8_t *out;
};

static enum gng_status check(const struct message *m, const uint8_t *tag)
{
	if (!aes_gcm_key_ready(m->key) || !m->nonce || m->nonce_len == 0 || !tag ||
	    !aes_present(m->aad, m->aad_len) || !aes_present(m->in, m->len) ||
	    !aes_present(m->out, m->len))
		return GNG_EINVAL;
	if (!aes_gcm_fits(0, m->len, AES_GCM_MAX_TEXT) ||
	    !aes_gcm_fits(0, m->aad_len, AES_GCM_MAX_DATA) ||
	    !aes_gcm_fits(0, m->nonce_len, AES_GCM_MAX_DATA))
		return GNG_ELIMIT;
	if (aes_overlap_but_equal(m->out, m->len, m->in, m->len) ||
	    aes_overlap(m->out, m->len, m->aad, m->aad_len) ||
	    aes_overlap(m->out, m->len, m->nonce, m->nonce_len) ||
	    aes_overlap(m->out, m->len, tag, m->key->tag_len))
		return GNG_EINVAL;
	return GNG_OK;
}

/* apart tells whether a tag that is to be written spares the inputs. */
static bool apart(const struct message *m, const uint8_t *tag)
{
	const size_t tag_len = m->key->tag_len;

	return !aes_overlap(tag, tag_len, m->in, m->len) &&
	       !aes_overlap(tag, tag_len, m->aad, m->aad_len) &&
	       !aes_overlap(tag, tag_len, m->nonce, m->nonce_len);
}

/* run_variant leaves a message with the usual nonce to the variant, if it takes whole ones. */
static bool run_variant(const struct message *m, uint8_t tag[GNG_AES_MAX_TAG],
			enum aes_gcm_state state)
{
	const struct gng_aes_variant *const variant = m->key->aes.variant;
	const struct aes_gcm_message whole = {m->nonce, m->aad, m->in, m->aad_len, m->len, m->out};

	if (m->nonce_len != 12 || !variant->gcm_seal)
		return false;
	if (state == AES_GCM_ENCRYPTING)
		variant->gcm_seal(m->key, &whole, tag);
	else
		variant->gcm_open(m->key, &whole, tag);
	return true;
}

static void run(const struct message *m, uint8_t tag[GNG_AES_MAX_TAG], enum aes_gcm_state state)
{
	struct gng_aes_gcm op;

	if (run_variant(m, tag, state))
		return;
	aes_gcm_start(&op, m->key, m->nonce, m->nonce_len);
	aes_gcm_add_aad(&op, m->aad, m->aad_len);
	op.state = state;
	if (m->len > 0)
		aes_gcm_crypt(&op, m->out, m->in, m->len);
	aes_gcm_full_tag(&op, tag);
	gng_wipe(&op, sizeof(op));
}

static enum gng_status seal(const struct message *m, uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];
	enum gng_status status = check(m, tag);

	if (status != GNG_OK)
		return status;
	if (!apart(m, tag))
		return GNG_EINVAL;
	run(m, full, AES_GCM_ENCRYPTING);
	memcpy(tag, full, m->key->tag_len);
	gng_wipe(full, sizeof(full));
	return GNG_OK;
}

static enum gng_status open_message(const struct message *m, const uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];
	enum gng_status status = check(m, tag);

	if (status != GNG_OK)
		return status;
	run(m, full, AES_GCM_DECRYPTING);
	if (!gng_ct_equal(full, tag, m->key->tag_len)) {
		gng_wipe(m->out, m->len);
		status = GNG_EAUTH;
	}
	gng_wipe(full, sizeof(full)); /* the right tag of a forgery is a secret */
	return status;
}

enum gng_status gng_aes_gcm_seal(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *out,
				 const uint8_t *in, size_t len, uint8_t *tag)
{
	const struct message m = {key, nonce, aad, in, nonce_len, aad_len, len, out};

	return seal(&m, tag);
}

enum gng_status gng_aes_gcm_open(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *out,
				 const uint8_t *in, size_t len, const uint8_t *tag)
{
	const struct message m = {key, nonce, aad, in, nonce_len, aad_len, len, out};

	return open_message(&m, tag);
}

enum gng_status gng_aes_gmac(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
			     size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *tag)
{
	const struct message m = {key, nonce, aad, NULL, nonce_len, aad_len, 0, NULL};

	return seal(&m, tag);
}

enum gng_status gng_aes_gmac_verify(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				    size_t nonce_len, const uint8_t *aad, size_t aad_len,
				    const uint8_t *tag)
{
	const struct message m = {key, nonce, aad, NULL, nonce_len, aad_len, 0, NULL};

	return open_message(&m, tag);
}
