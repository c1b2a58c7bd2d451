/* SPDX-License-Identifier: Apache-2.0 */
/* aes_gcm.h - the steps of GCM that one-shot and streaming calls share, unchecked; the limits.
 * Private to impl/aes and its suites. */
#ifndef AES_GCM_H
#define AES_GCM_H

#include "aes_private.h"

/* aes_gcm_state is what gng_aes_gcm.state holds. A zeroed operation has ended. */
enum aes_gcm_state { AES_GCM_ENDED, AES_GCM_AAD, AES_GCM_ENCRYPTING, AES_GCM_DECRYPTING };

/* SP 800-38D section 5.2.1.1, in bytes: 2^39 - 256 bits of text; 2^64 - 1 bits of additional
 * data or nonce, of which whole bytes make 2^61 - 1. */
#define AES_GCM_MAX_TEXT ((UINT64_C(1) << 36) - 32)
#define AES_GCM_MAX_DATA ((UINT64_C(1) << 61) - 1)

/* aes_gcm_fits tells whether more bytes may follow done, without overflow. */
static inline bool aes_gcm_fits(uint64_t done, uint64_t more, uint64_t max)
{
	return done <= max && more <= max - done;
}

static inline bool aes_gcm_key_ready(const struct gng_aes_gcm_key *key)
{
	return key && aes_key_ready(&key->aes);
}

/* aes_gcm_start computes J0 of SP 800-38D section 7.1, step 2, and what depends on it. */
void aes_gcm_start(struct gng_aes_gcm *op, const struct gng_aes_gcm_key *key, const uint8_t *nonce,
		   size_t nonce_len);

/* aes_gcm_add_aad hashes aad; all of it precedes the text. */
void aes_gcm_add_aad(struct gng_aes_gcm *op, const uint8_t *aad, size_t len);

/* aes_gcm_crypt crypts and hashes; op->state is the direction. */
void aes_gcm_crypt(struct gng_aes_gcm *op, uint8_t *out, const uint8_t *in, size_t len);

/* aes_gcm_full_tag writes the 16 bytes that a tag is cut from. op is used up. */
void aes_gcm_full_tag(struct gng_aes_gcm *op, uint8_t tag[GNG_AES_MAX_TAG]);

/* aes_gcm_check is the contract of one message: presence, limits, and what out must spare. */
enum gng_status aes_gcm_check(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      const uint8_t *tag);

/* aes_gcm_tag_apart tells whether a tag that is to be written spares the inputs. */
bool aes_gcm_tag_apart(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
		       const uint8_t *tag);

/* aes_gcm_seal_checked and aes_gcm_open_checked do one message in the fastest way that the variant
 * has. GNG_EAUTH for a wrong tag; then out is wiped. */
void aes_gcm_seal_checked(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			  uint8_t *tag);
enum gng_status aes_gcm_open_checked(const struct gng_aes_gcm_key *key,
				     const struct aes_gcm_message *m, const uint8_t *tag);

#endif /* AES_GCM_H */
