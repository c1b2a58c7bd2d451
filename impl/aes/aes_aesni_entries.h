/* SPDX-License-Identifier: Apache-2.0 */
/* aes_aesni_entries.h - the entries of aes_variant_aesni that other files name. */
#ifndef AES_AESNI_ENTRIES_H
#define AES_AESNI_ENTRIES_H

#include "aes_variant.h"

#define AESNI GNG_TARGET("aes,pclmul,ssse3")

/* These serve the vaes variants too: each step waits for the one before, and no wider vector
 * helps. */
AESNI void aes_aesni_expand(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len);
AESNI void aes_aesni_invert(struct gng_aes_key *key);
AESNI void aes_aesni_cbc_encrypt(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				 const uint8_t *in, size_t num_blocks);

AESNI void aes_aesni_ghash_init(struct gng_aes_gcm_key *key);
AESNI void aes_aesni_ghash(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			   size_t num_blocks);
AESNI void aes_aesni_gcm_encrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks);
AESNI void aes_aesni_gcm_decrypt(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks);
AESNI void aes_aesni_gcm_seal(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      uint8_t *tag);
AESNI void aes_aesni_gcm_open(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      const uint8_t *tag, uint64_t same[2]);

#endif /* AES_AESNI_ENTRIES_H */
