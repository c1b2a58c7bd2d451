/* SPDX-License-Identifier: Apache-2.0 */
/* srtp_key.c - session keys of a stream: RFC 3711 section 4.3, RFC 7714 section 11, RFC 6188. */
#include <rtp_sha1.h>
#include <rtp_srtp.h>
#include <string.h>

enum label { LABEL_KEY = 0, LABEL_AUTH = 1, LABEL_SALT = 2, LABEL_CONTROL = 3 };

#define AUTH_LEN 20 /* RFC 3711 section 5.2 */

bool srtp_is_aead(enum gng_rtp_suite suite)
{
	return suite == GNG_RTP_AEAD_AES_128_GCM || suite == GNG_RTP_AEAD_AES_256_GCM;
}

static size_t key_len_of(enum gng_rtp_suite suite)
{
	return suite == GNG_RTP_AEAD_AES_256_GCM ? 32 : 16;
}

static size_t salt_len_of(enum gng_rtp_suite suite)
{
	return srtp_is_aead(suite) ? 12 : 14;
}

size_t gng_rtp_srtp_key_len(enum gng_rtp_suite suite)
{
	switch (suite) {
	case GNG_RTP_AES_CM_128_HMAC_SHA1_80:
	case GNG_RTP_AES_CM_128_HMAC_SHA1_32:
	case GNG_RTP_AEAD_AES_128_GCM:
	case GNG_RTP_AEAD_AES_256_GCM:
		return key_len_of(suite) + salt_len_of(suite);
	default:
		return 0;
	}
}

enum gng_status srtp_derive(uint8_t *out, size_t len, const uint8_t *key, size_t key_len,
			    const uint8_t salt[14], uint8_t label)
{
	struct gng_aes_key cipher;
	uint8_t block[GNG_AES_BLOCK] = {0};
	enum gng_status status = gng_aes_init(&cipher, key, key_len);

	/* x = (label || index DIV 0) XOR salt, times 2^16: the label meets octet 7 */
	memcpy(block, salt, 14);
	block[7] ^= label;
	memset(out, 0, len);
	if (status == GNG_OK)
		status = gng_aes_ctr_crypt(&cipher, block, out, out, len);
	gng_aes_fini(&cipher);
	gng_wipe(block, sizeof(block));
	return status;
}

enum gng_status srtp_keys_set(struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
			      const uint8_t *key, const uint8_t salt[14], const uint8_t *auth)
{
	memset(keys, 0, sizeof(*keys));
	memcpy(keys->salt, salt, sizeof(keys->salt));
	if (srtp_is_aead(suite))
		return gng_aes_gcm_init(&keys->aead, key, key_len_of(suite), 16);
	rtp_hmac_key(keys->inner, keys->outer, auth, AUTH_LEN);
	return gng_aes_init(&keys->cipher, key, key_len_of(suite));
}

static enum gng_status derive_keys(struct gng_rtp_srtp_keys *keys, enum gng_rtp_suite suite,
				   const uint8_t *master, uint8_t first_label)
{
	uint8_t key[32], auth[AUTH_LEN], salt[14], master_salt[14] = {0};
	const size_t key_len = key_len_of(suite);
	enum gng_status status;

	/* the 12 octets of RFC 7714 are followed by two of zero (as libsrtp takes them) */
	memcpy(master_salt, master + key_len, salt_len_of(suite));
	status = srtp_derive(key, key_len, master, key_len, master_salt,
			     (uint8_t)(first_label + LABEL_KEY));
	if (status == GNG_OK)
		status = srtp_derive(auth, AUTH_LEN, master, key_len, master_salt,
				     (uint8_t)(first_label + LABEL_AUTH));
	if (status == GNG_OK)
		status = srtp_derive(salt, sizeof(salt), master, key_len, master_salt,
				     (uint8_t)(first_label + LABEL_SALT));
	if (status == GNG_OK)
		status = srtp_keys_set(keys, suite, key, salt, auth);
	gng_wipe(key, sizeof(key));
	gng_wipe(auth, sizeof(auth));
	gng_wipe(salt, sizeof(salt));
	gng_wipe(master_salt, sizeof(master_salt));
	return status;
}

enum gng_status gng_rtp_srtp_init(struct gng_rtp_srtp *srtp, enum gng_rtp_suite suite,
				  uint32_t ssrc, const uint8_t *master, size_t master_len,
				  struct gng_why *why)
{
	const size_t need = gng_rtp_srtp_key_len(suite);
	enum gng_status status;

	memset(srtp, 0, sizeof(*srtp));
	if (need == 0 || master_len != need)
		return gng_why_set(why, GNG_EINVAL, 0, SRTP_WHERE,
				   "master key and salt of %zu bytes: suite %d needs %zu",
				   master_len, (int)suite, need);
	srtp->suite = suite;
	srtp->ssrc = ssrc;
	status = derive_keys(&srtp->media, suite, master, 0);
	if (status == GNG_OK)
		status = derive_keys(&srtp->control, suite, master, LABEL_CONTROL);
	if (status != GNG_OK) {
		gng_rtp_srtp_fini(srtp);
		return gng_why_set(why, status, 0, SRTP_WHERE, "session keys cannot be derived");
	}
	return GNG_OK;
}

void gng_rtp_srtp_fini(struct gng_rtp_srtp *srtp)
{
	if (srtp)
		gng_wipe(srtp, sizeof(*srtp));
}
