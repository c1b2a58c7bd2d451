/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - the calls that each case stands for, in both directions where it gives both. */
#include "vectors_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_aes.h>

/* ---- outcomes ---- */

enum vectors_outcome vectors_fail(char why[160], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, 160, format, args);
	va_end(args);
	return VECTORS_FAILED;
}

enum vectors_outcome vectors_skip(char why[160], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(why, 160, format, args);
	va_end(args);
	return VECTORS_SKIPPED;
}

enum vectors_outcome vectors_compare(char why[160], const char *what, const uint8_t *got,
				     const struct vectors_bytes *wanted)
{
	for (size_t i = 0; i < wanted->len; i++)
		if (got[i] != wanted->data[i])
			return vectors_fail(why, "%s: byte %zu is %02x, the vector says %02x", what,
					    i, got[i], wanted->data[i]);
	return VECTORS_PASSED;
}

/* called judges the status of a call whose case must succeed. */
static enum vectors_outcome called(char why[160], const char *what, enum gng_status status)
{
	if (status == GNG_OK)
		return VECTORS_PASSED;
	return vectors_fail(why, "%s: %s", what, gng_status_name(status));
}

/* ---- ECB, CBC, CTR ---- */

typedef enum gng_status (*crypt_fn)(const struct gng_aes_key *key, const uint8_t *iv, uint8_t *out,
				    const uint8_t *in, size_t len);

static enum gng_status ecb_encrypt(const struct gng_aes_key *key, const uint8_t *iv, uint8_t *out,
				   const uint8_t *in, size_t len)
{
	(void)iv;
	return gng_aes_ecb_encrypt(key, out, in, len);
}

static enum gng_status ecb_decrypt(const struct gng_aes_key *key, const uint8_t *iv, uint8_t *out,
				   const uint8_t *in, size_t len)
{
	(void)iv;
	return gng_aes_ecb_decrypt(key, out, in, len);
}

static enum vectors_outcome one_way(char why[160], const char *what, crypt_fn crypt,
				    const struct gng_aes_key *key, const uint8_t *iv,
				    const struct vectors_bytes *in,
				    const struct vectors_bytes *wanted)
{
	uint8_t *out = malloc(in->len + 1);
	enum vectors_outcome outcome;

	if (!out)
		return vectors_fail(why, "no memory");
	outcome = called(why, what, crypt(key, iv, out, in->data, in->len));
	if (outcome == VECTORS_PASSED)
		outcome = vectors_compare(why, what, out, wanted);
	free(out);
	return outcome;
}

static enum vectors_outcome both_ways(char why[160], crypt_fn encrypt, crypt_fn decrypt,
				      const struct vectors_case *one, size_t iv_len)
{
	struct gng_aes_key key;
	enum vectors_outcome outcome;

	if (!one->plain.present || !one->cipher.present || one->plain.len != one->cipher.len)
		return vectors_skip(why, "no plaintext and ciphertext of one length");
	if (iv_len && one->iv.len != iv_len)
		return vectors_skip(why, "an IV of %zu bytes is not supported", one->iv.len);
	outcome = called(why, "key", gng_aes_init(&key, one->key.data, one->key.len));
	if (outcome == VECTORS_PASSED)
		outcome = one_way(why, "encryption", encrypt, &key, one->iv.data, &one->plain,
				  &one->cipher);
	if (outcome == VECTORS_PASSED)
		outcome = one_way(why, "decryption", decrypt, &key, one->iv.data, &one->cipher,
				  &one->plain);
	gng_aes_fini(&key);
	return outcome;
}

/* ---- CBC with padding ---- */

static enum vectors_outcome pkcs7_encrypt(char why[160], const struct gng_aes_key *key,
					  const struct vectors_case *one)
{
	const size_t cap = one->plain.len + GNG_AES_BLOCK;
	uint8_t *out = malloc(cap);
	enum vectors_outcome outcome;
	size_t len = 0;

	if (!out)
		return vectors_fail(why, "no memory");
	outcome = called(why, "encryption",
			 gng_aes_cbc_pkcs7_encrypt(key, one->iv.data, out, cap, &len,
						   one->plain.data, one->plain.len));
	if (outcome == VECTORS_PASSED && len != one->cipher.len)
		outcome = vectors_fail(why, "encryption: %zu bytes, the vector says %zu", len,
				       one->cipher.len);
	if (outcome == VECTORS_PASSED)
		outcome = vectors_compare(why, "encryption", out, &one->cipher);
	free(out);
	return outcome;
}

static enum vectors_outcome pkcs7_decrypt(char why[160], const struct gng_aes_key *key,
					  const struct vectors_case *one)
{
	uint8_t *out = malloc(one->cipher.len + 1);
	enum vectors_outcome outcome = VECTORS_PASSED;
	enum gng_status status;
	size_t len = 0;

	if (!out)
		return vectors_fail(why, "no memory");
	status = gng_aes_cbc_pkcs7_decrypt(key, one->iv.data, out, one->cipher.len, &len,
					   one->cipher.data, one->cipher.len);
	if (one->expected == VECTORS_INVALID && status == GNG_OK)
		outcome = vectors_fail(why, "decryption accepts what is invalid");
	else if (one->expected == VECTORS_VALID)
		outcome = called(why, "decryption", status);
	if (outcome == VECTORS_PASSED && status == GNG_OK && len != one->plain.len)
		outcome = vectors_fail(why, "decryption: %zu bytes, the vector says %zu", len,
				       one->plain.len);
	if (outcome == VECTORS_PASSED && status == GNG_OK)
		outcome = vectors_compare(why, "decryption", out, &one->plain);
	free(out);
	return outcome;
}

static enum vectors_outcome judge_pkcs7(char why[160], const struct vectors_case *one)
{
	struct gng_aes_key key;
	enum vectors_outcome outcome;

	if (one->iv.len != GNG_AES_BLOCK)
		return vectors_skip(why, "an IV of %zu bytes is not supported", one->iv.len);
	if (!one->cipher.present)
		return vectors_skip(why, "no ciphertext");
	outcome = called(why, "key", gng_aes_init(&key, one->key.data, one->key.len));
	if (outcome == VECTORS_PASSED && one->expected == VECTORS_VALID)
		outcome = pkcs7_encrypt(why, &key, one);
	if (outcome == VECTORS_PASSED)
		outcome = pkcs7_decrypt(why, &key, one);
	gng_aes_fini(&key);
	return outcome;
}

/* ---- GCM and GMAC ---- */

static enum gng_status gcm_init(struct gng_aes_gcm_key *key, const struct vectors_case *one)
{
	if (one->tag.len == 4 || one->tag.len == 8)
		return gng_aes_gcm_init_short_tag(key, one->key.data, one->key.len, one->tag.len);
	return gng_aes_gcm_init(key, one->key.data, one->key.len, one->tag.len);
}

static enum gng_status seal(uint8_t *out, uint8_t *tag, const struct gng_aes_gcm_key *key,
			    const struct vectors_case *one, bool gmac)
{
	const struct vectors_bytes *aad = gmac && one->plain.present ? &one->plain : &one->aad;

	if (gmac)
		return gng_aes_gmac(key, one->iv.data, one->iv.len, aad->data, aad->len, tag);
	return gng_aes_gcm_seal(key, one->iv.data, one->iv.len, aad->data, aad->len, out,
				one->plain.data, one->plain.len, tag);
}

static enum gng_status open_sealed(uint8_t *out, const struct gng_aes_gcm_key *key,
				   const struct vectors_case *one, bool gmac)
{
	const struct vectors_bytes *aad = gmac && one->plain.present ? &one->plain : &one->aad;

	if (gmac)
		return gng_aes_gmac_verify(key, one->iv.data, one->iv.len, aad->data, aad->len,
					   one->tag.data);
	return gng_aes_gcm_open(key, one->iv.data, one->iv.len, aad->data, aad->len, out,
				one->cipher.data, one->cipher.len, one->tag.data);
}

static enum vectors_outcome judge_seal(char why[160], const struct gng_aes_gcm_key *key,
				       const struct vectors_case *one, bool gmac)
{
	uint8_t tag[GNG_AES_MAX_TAG], *out = malloc(one->plain.len + 1);
	enum vectors_outcome outcome;

	if (!out)
		return vectors_fail(why, "no memory");
	outcome = called(why, "seal", seal(out, tag, key, one, gmac));
	if (outcome == VECTORS_PASSED && !gmac)
		outcome = vectors_compare(why, "ciphertext", out, &one->cipher);
	if (outcome == VECTORS_PASSED)
		outcome = vectors_compare(why, "tag", tag, &one->tag);
	free(out);
	return outcome;
}

static enum vectors_outcome judge_open(char why[160], const struct gng_aes_gcm_key *key,
				       const struct vectors_case *one, bool gmac)
{
	uint8_t *out = malloc(one->cipher.len + 1);
	enum vectors_outcome outcome = VECTORS_PASSED;
	enum gng_status status;

	if (!out)
		return vectors_fail(why, "no memory");
	status = open_sealed(out, key, one, gmac);
	if (one->expected == VECTORS_INVALID && status == GNG_OK)
		outcome = vectors_fail(why, "open accepts what is invalid");
	else if (one->expected == VECTORS_VALID)
		outcome = called(why, "open", status);
	if (outcome == VECTORS_PASSED && status == GNG_OK && !gmac && one->plain.present)
		outcome = vectors_compare(why, "plaintext", out, &one->plain);
	free(out);
	return outcome;
}

static bool gcm_is_tag_len(size_t len)
{
	return len == 4 || len == 8 || (len >= 12 && len <= 16);
}

static enum vectors_outcome judge_gcm(char why[160], const struct vectors_case *one, bool gmac)
{
	struct gng_aes_gcm_key key;
	enum vectors_outcome outcome;
	const bool whole = gmac || one->plain.len == one->cipher.len;

	if (!gcm_is_tag_len(one->tag.len))
		return vectors_skip(why, "a tag of %zu bytes is not supported", one->tag.len);
	if (one->iv.len == 0 && one->expected != VECTORS_INVALID)
		return vectors_skip(why, "an empty nonce is not supported");
	if (!gmac && !one->cipher.present)
		return vectors_skip(why, "no ciphertext");
	outcome = called(why, "key", gcm_init(&key, one));
	if (outcome == VECTORS_PASSED && one->expected == VECTORS_VALID &&
	    (gmac || one->plain.present))
		outcome = whole ? judge_seal(why, &key, one, gmac)
				: vectors_fail(why, "plaintext and ciphertext differ in length");
	if (outcome == VECTORS_PASSED)
		outcome = judge_open(why, &key, one, gmac);
	gng_aes_gcm_key_fini(&key);
	return outcome;
}

/* ---- all ---- */

static enum vectors_outcome by_shape(char why[160], const struct vectors_case *one)
{
	if (one->tag.present)
		return judge_gcm(why, one, false);
	if (!one->iv.present)
		return both_ways(why, ecb_encrypt, ecb_decrypt, one, 0);
	return vectors_skip(why, "the file names no mode, and CBC, OFB and CFB look alike");
}

enum vectors_outcome vectors_judge(char why[160], enum gng_vectors_algorithm algorithm,
				   const struct vectors_case *one)
{
	if (!one->key.present)
		return vectors_skip(why, "the case has no key");
	if (one->key.len != 16 && one->key.len != 24 && one->key.len != 32)
		return vectors_skip(why, "a key of %zu bytes is not supported", one->key.len);
	switch (algorithm) {
	case GNG_VECTORS_BY_SHAPE:
		return by_shape(why, one);
	case GNG_VECTORS_ECB:
		return both_ways(why, ecb_encrypt, ecb_decrypt, one, 0);
	case GNG_VECTORS_CBC:
		return both_ways(why, gng_aes_cbc_encrypt, gng_aes_cbc_decrypt, one, GNG_AES_BLOCK);
	case GNG_VECTORS_CTR:
		return both_ways(why, gng_aes_ctr_crypt, gng_aes_ctr_crypt, one, GNG_AES_BLOCK);
	case GNG_VECTORS_CBC_PKCS7:
		return judge_pkcs7(why, one);
	case GNG_VECTORS_GCM:
		return judge_gcm(why, one, false);
	case GNG_VECTORS_GMAC:
		return judge_gcm(why, one, true);
	case GNG_VECTORS_ECB_MCT:
	case GNG_VECTORS_CBC_MCT:
		return vectors_judge_mct(why, algorithm, one);
	default:
		return vectors_skip(why, "the algorithm is not supported");
	}
}
