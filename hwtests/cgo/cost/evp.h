/* SPDX-License-Identifier: Apache-2.0 */
/* evp.h - AES-128-CBC of one message by the ways that a Go program has, C side. */
#ifndef COST_EVP_H
#define COST_EVP_H

#include <stdlib.h>

#include <openssl/evp.h>

#include <gng_cgo.h>

/* The article's calls, a crossing each: EVP_CIPHER_CTX_new, EVP_EncryptInit_ex and so on are called
 * from Go as they are. */
static inline int cost_update(EVP_CIPHER_CTX *context, uint8_t *out, const uint8_t *in, int len)
{
	int written;

	return EVP_EncryptUpdate(context, out, &written, in, len);
}

static inline int cost_init(EVP_CIPHER_CTX *context, const uint8_t *key, const uint8_t *iv)
{
	return EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv);
}

/* One crossing each. */
static inline int cost_fresh(const uint8_t *key, const uint8_t *iv, uint8_t *out, const uint8_t *in,
			     size_t len)
{
	return gng_evp_fresh_encrypt(GNG_EVP_CBC, key, 16, iv, out, in, len, NULL);
}

static inline uintptr_t cost_open(const uint8_t *key)
{
	struct gng_evp *evp = NULL;

	return gng_evp_open(&evp, GNG_EVP_CBC, key, 16, NULL) == GNG_OK ? (uintptr_t)evp : 0;
}

static inline int cost_kept(uintptr_t evp, const uint8_t *iv, uint8_t *out, const uint8_t *in,
			    size_t len)
{
	return gng_evp_encrypt((struct gng_evp *)evp, iv, out, in, len, NULL);
}

/* num messages of len bytes, one behind the other, each from the same iv, in one crossing. */
static inline int cost_cbc_batch(const struct gng_aes_key *key, const uint8_t *iv, uint8_t *out,
				 const uint8_t *in, size_t len, size_t num)
{
	struct gng_aes_cbc_item items[64];

	for (size_t i = 0; i < num && i < 64; i++)
		items[i] = (struct gng_aes_cbc_item){iv, in + i * len, out + i * len, len};
	return gng_aes_cbc_encrypt_batch(key, items, num < 64 ? num : 64);
}

static inline struct gng_aes_key *cost_key(const uint8_t *key)
{
	struct gng_aes_key *made = calloc(1, sizeof(*made));

	if (made && gng_aes_init(made, key, 16) != GNG_OK)
		abort();
	return made;
}

#endif /* COST_EVP_H */
