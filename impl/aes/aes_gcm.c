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
	enum gng_status status = GNG_EINVAL;

	if (!key)
		return GNG_EINVAL;
	if (full_tag_len(tag_len) || short_tag_len(tag_len))
		status = aes_init_forward(&key->aes, variant, key_bytes, key_len);
	if (status != GNG_OK) {
		gng_wipe(key, sizeof(*key));
		return status;
	}
	key->tag_len = tag_len;
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

/* meet tells whether a[0..a_len) and b[0..b_len) share a byte. Both lengths are within the limits
 * of GCM and above 0, so one comparison will do. */
static inline bool meet(const void *a, size_t a_len, const void *b, size_t b_len)
{
	return (uintptr_t)b - (uintptr_t)a + (b_len - 1) < a_len + b_len - 1;
}

static inline bool all_present(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			       const uint8_t *tag)
{
	return aes_gcm_key_ready(key) && m->nonce && m->nonce_len > 0 && tag &&
	       aes_present(m->aad, m->aad_len) && aes_present(m->in, m->len) &&
	       aes_present(m->out, m->len);
}

enum gng_status aes_gcm_check(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      const uint8_t *tag)
{
	if (!all_present(key, m, tag))
		return GNG_EINVAL;
	if (m->len > AES_GCM_MAX_TEXT || m->aad_len > AES_GCM_MAX_DATA ||
	    m->nonce_len > AES_GCM_MAX_DATA)
		return GNG_ELIMIT;
	if (m->len == 0)
		return GNG_OK;
	if ((m->out != m->in && meet(m->out, m->len, m->in, m->len)) ||
	    meet(m->out, m->len, m->nonce, m->nonce_len) ||
	    meet(m->out, m->len, tag, key->tag_len) ||
	    (m->aad_len > 0 && meet(m->out, m->len, m->aad, m->aad_len)))
		return GNG_EINVAL;
	return GNG_OK;
}

bool aes_gcm_tag_apart(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
		       const uint8_t *tag)
{
	const size_t tag_len = key->tag_len;

	return !(m->len > 0 && meet(tag, tag_len, m->in, m->len)) &&
	       !(m->aad_len > 0 && meet(tag, tag_len, m->aad, m->aad_len)) &&
	       !meet(tag, tag_len, m->nonce, m->nonce_len);
}

/* run writes the 16 bytes that a tag is cut from. */
static void run(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
		uint8_t full[GNG_AES_MAX_TAG], enum aes_gcm_state state)
{
	struct gng_aes_gcm op;

	aes_gcm_start(&op, key, m->nonce, m->nonce_len);
	aes_gcm_add_aad(&op, m->aad, m->aad_len);
	op.state = state;
	if (m->len > 0)
		aes_gcm_crypt(&op, m->out, m->in, m->len);
	aes_gcm_full_tag(&op, full);
	gng_wipe(&op, sizeof(op));
}

/* takes_whole tells whether the variant does the message in one go. */
static inline bool takes_whole(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m)
{
	return m->nonce_len == 12 && key->aes.variant->gcm_seal;
}

static void run_seal(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
		     uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];

	run(key, m, full, AES_GCM_ENCRYPTING);
	memcpy(tag, full, key->tag_len);
	gng_wipe(full, sizeof(full));
}

/* A frame of its own: merged into the caller's, full shared its place with what is written after
 * it, and a tag that nobody wiped was gone all the same, in this compiler's layout only. */
static __attribute__((noinline)) bool run_open(const struct gng_aes_gcm_key *key,
					       const struct aes_gcm_message *m, const uint8_t *tag)
{
	uint8_t full[GNG_AES_MAX_TAG];
	bool same;

	run(key, m, full, AES_GCM_DECRYPTING);
	same = gng_ct_equal(full, tag, key->tag_len);
	gng_wipe(full, sizeof(full)); /* the right tag of a forgery is a secret */
	return same;
}

void aes_gcm_seal_checked(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			  uint8_t *tag)
{
	if (takes_whole(key, m))
		key->aes.variant->gcm_seal(key, m, tag);
	else
		run_seal(key, m, tag);
}

enum gng_status aes_gcm_open_checked(const struct gng_aes_gcm_key *key,
				     const struct aes_gcm_message *m, const uint8_t *tag)
{
	uint64_t same[2];

	if (takes_whole(key, m))
		key->aes.variant->gcm_open(key, m, tag, same);
	else
		same[0] = same[1] = run_open(key, m, tag);
	if (same[0] & same[1])
		return GNG_OK;
	gng_wipe(m->out, m->len);
	return GNG_EAUTH;
}

static inline enum gng_status seal(const struct gng_aes_gcm_key *key,
				   const struct aes_gcm_message *m, uint8_t *tag)
{
	const enum gng_status status = aes_gcm_check(key, m, tag);

	if (status != GNG_OK)
		return status;
	if (!aes_gcm_tag_apart(key, m, tag))
		return GNG_EINVAL;
	aes_gcm_seal_checked(key, m, tag);
	return GNG_OK;
}

static inline enum gng_status open_message(const struct gng_aes_gcm_key *key,
					   const struct aes_gcm_message *m, const uint8_t *tag)
{
	const enum gng_status status = aes_gcm_check(key, m, tag);

	return status == GNG_OK ? aes_gcm_open_checked(key, m, tag) : status;
}

enum gng_status gng_aes_gcm_seal(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *out,
				 const uint8_t *in, size_t len, uint8_t *tag)
{
	const struct aes_gcm_message m = {nonce, nonce_len, aad, aad_len, in, len, out};

	return seal(key, &m, tag);
}

enum gng_status gng_aes_gcm_open(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				 size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *out,
				 const uint8_t *in, size_t len, const uint8_t *tag)
{
	const struct aes_gcm_message m = {nonce, nonce_len, aad, aad_len, in, len, out};

	return open_message(key, &m, tag);
}

enum gng_status gng_aes_gmac(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
			     size_t nonce_len, const uint8_t *aad, size_t aad_len, uint8_t *tag)
{
	const struct aes_gcm_message m = {nonce, nonce_len, aad, aad_len, NULL, 0, NULL};

	return seal(key, &m, tag);
}

enum gng_status gng_aes_gmac_verify(const struct gng_aes_gcm_key *key, const uint8_t *nonce,
				    size_t nonce_len, const uint8_t *aad, size_t aad_len,
				    const uint8_t *tag)
{
	const struct aes_gcm_message m = {nonce, nonce_len, aad, aad_len, NULL, 0, NULL};

	return open_message(key, &m, tag);
}
