/* SPDX-License-Identifier: Apache-2.0 */
/* aes_ecb_cbc.c - the modes of whole blocks: SP 800-38A sections 6.1 (ECB) and 6.2 (CBC). */
#include "aes_private.h"

static bool blocks_ok(const struct gng_aes_key *key, const uint8_t *out, const uint8_t *in,
		      size_t len)
{
	return aes_key_ready(key) && aes_present(out, len) && aes_present(in, len) &&
	       len % GNG_AES_BLOCK == 0 && !aes_overlap_but_equal(out, len, in, len);
}

enum gng_status gng_aes_ecb_encrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t len)
{
	if (!blocks_ok(key, out, in, len))
		return GNG_EINVAL;
	key->variant->ecb_encrypt(key, out, in, len / GNG_AES_BLOCK);
	return GNG_OK;
}

enum gng_status gng_aes_ecb_decrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				    size_t len)
{
	if (!blocks_ok(key, out, in, len))
		return GNG_EINVAL;
	key->variant->ecb_decrypt(key, out, in, len / GNG_AES_BLOCK);
	return GNG_OK;
}

static bool iv_ok(const uint8_t *iv, const uint8_t *out, size_t out_len)
{
	return iv && !aes_overlap(out, out_len, iv, GNG_AES_BLOCK);
}

enum gng_status gng_aes_cbc_encrypt(const struct gng_aes_key *key, const uint8_t iv[16],
				    uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t chain[GNG_AES_BLOCK];

	if (!blocks_ok(key, out, in, len) || !iv_ok(iv, out, len))
		return GNG_EINVAL;
	memcpy(chain, iv, sizeof(chain));
	key->variant->cbc_encrypt(key, chain, out, in, len / GNG_AES_BLOCK);
	return GNG_OK;
}

enum gng_status gng_aes_cbc_decrypt(const struct gng_aes_key *key, const uint8_t iv[16],
				    uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t chain[GNG_AES_BLOCK];

	if (!blocks_ok(key, out, in, len) || !iv_ok(iv, out, len))
		return GNG_EINVAL;
	memcpy(chain, iv, sizeof(chain));
	key->variant->cbc_decrypt(key, chain, out, in, len / GNG_AES_BLOCK);
	return GNG_OK;
}

enum gng_status gng_aes_cbc_pkcs7_encrypt(const struct gng_aes_key *key, const uint8_t iv[16],
					  uint8_t *out, size_t out_cap, size_t *out_len,
					  const uint8_t *in, size_t len)
{
	const size_t rest = len % GNG_AES_BLOCK, whole = len - rest;
	uint8_t chain[GNG_AES_BLOCK], last[GNG_AES_BLOCK];

	if (!out_len)
		return GNG_EINVAL;
	*out_len = 0;
	if (!aes_key_ready(key) || !out || !aes_present(in, len) || out_cap < GNG_AES_BLOCK ||
	    out_cap - GNG_AES_BLOCK < whole)
		return GNG_EINVAL;
	if (aes_overlap_but_equal(out, whole + GNG_AES_BLOCK, in, len) ||
	    !iv_ok(iv, out, whole + GNG_AES_BLOCK))
		return GNG_EINVAL;
	memcpy(chain, iv, sizeof(chain));
	memset(last, (int)(GNG_AES_BLOCK - rest), sizeof(last));
	if (rest > 0)
		memcpy(last, in + whole, rest);
	key->variant->cbc_encrypt(key, chain, out, in, whole / GNG_AES_BLOCK);
	key->variant->cbc_encrypt(key, chain, out + whole, last, 1);
	*out_len = whole + GNG_AES_BLOCK;
	gng_wipe(last, sizeof(last));
	return GNG_OK;
}

/* below is all ones if a < b, else 0, for a and b less than 2^31. */
static inline uint32_t below(uint32_t a, uint32_t b)
{
	return -((a - b) >> 31);
}

/* bad_padding is 0 if last[0..16) ends in 1 to 16 bytes of its own last value. It reads all 16
 * bytes always, and the empty asm keeps the compiler from leaving early. */
static uint32_t bad_padding(const uint8_t last[GNG_AES_BLOCK])
{
	const uint32_t pad = last[GNG_AES_BLOCK - 1];
	uint32_t bad = below(pad, 1) | below(GNG_AES_BLOCK, pad);

	for (uint32_t i = 1; i <= GNG_AES_BLOCK; i++) {
		bad |= ~below(pad, i) & (last[GNG_AES_BLOCK - i] ^ pad);
#ifndef GNG_MSAN /* MemorySanitizer takes the operands of asm for used */
		__asm__("" : "+r"(bad));
#endif
	}
	return bad;
}

enum gng_status gng_aes_cbc_pkcs7_decrypt(const struct gng_aes_key *key, const uint8_t iv[16],
					  uint8_t *out, size_t out_cap, size_t *out_len,
					  const uint8_t *in, size_t len)
{
	uint8_t chain[GNG_AES_BLOCK];

	if (!out_len)
		return GNG_EINVAL;
	*out_len = 0;
	if (!aes_key_ready(key) || !aes_present(out, len) || !aes_present(in, len) ||
	    out_cap < len || aes_overlap_but_equal(out, len, in, len) || !iv_ok(iv, out, len))
		return GNG_EINVAL;
	if (len == 0 || len % GNG_AES_BLOCK != 0)
		return GNG_EAUTH;
	memcpy(chain, iv, sizeof(chain));
	key->variant->cbc_decrypt(key, chain, out, in, len / GNG_AES_BLOCK);
	if (bad_padding(out + len - GNG_AES_BLOCK) != 0) {
		gng_wipe(out, len);
		return GNG_EAUTH;
	}
	*out_len = len - out[len - 1];
	return GNG_OK;
}
