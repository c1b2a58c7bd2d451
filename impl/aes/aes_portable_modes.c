/* SPDX-License-Identifier: Apache-2.0 */
/* aes_portable_modes.c - the portable variant's modes: SP 800-38A sections 6.2 and 6.5, SP
 * 800-38D section 6.5. */
#include "aes_portable.h"

#define CHUNK 32 /* blocks between two unpackings of the key, which cost half a pass */

static void xor_bytes(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t len)
{
	size_t i = 0;

	for (; i + 8 <= len; i += 8)
		aes_store_le(out + i, aes_load_le(a + i) ^ aes_load_le(b + i));
	for (; i < len; i++)
		out[i] = a[i] ^ b[i];
}

static size_t next_chunk(size_t num_blocks)
{
	return num_blocks < CHUNK ? num_blocks : CHUNK;
}

static void cbc_encrypt_portable(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				 const uint8_t *in, size_t num_blocks)
{
	for (; num_blocks > 0; num_blocks--, in += 16, out += 16) {
		xor_bytes(iv, iv, in, 16);
		aes_portable_encrypt(key, iv, iv, 1);
		memcpy(out, iv, 16);
	}
}

static void cbc_decrypt_portable(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				 const uint8_t *in, size_t num_blocks)
{
	uint8_t text[16 * CHUNK], last[16];

	while (num_blocks > 0) {
		const size_t num = next_chunk(num_blocks);

		memcpy(last, in + 16 * (num - 1), 16);
		aes_portable_decrypt(key, text, in, num);
		/* from the end, for in may be out: each block needs the ciphertext before it */
		for (size_t i = num - 1; i > 0; i--)
			xor_bytes(out + 16 * i, text + 16 * i, in + 16 * (i - 1), 16);
		xor_bytes(out, text, iv, 16);
		memcpy(iv, last, 16);
		in += 16 * num;
		out += 16 * num;
		num_blocks -= num;
	}
	gng_wipe(text, sizeof(text));
}

/* count writes num counter blocks from *counter on, and moves it behind them. */
static void count(uint8_t *blocks, uint8_t counter[16], size_t num, bool whole_block)
{
	const uint64_t low_mask = whole_block ? UINT64_MAX : UINT32_MAX;
	uint64_t high = aes_load_be(counter), low = aes_load_be(counter + 8);

	for (size_t i = 0; i < num; i++) {
		aes_store_be(blocks + 16 * i, high);
		aes_store_be(blocks + 16 * i + 8, low);
		low = (low & ~low_mask) | ((low + 1) & low_mask);
		high += whole_block && low == 0;
	}
	aes_store_be(counter, high);
	aes_store_be(counter + 8, low);
}

static void ctr(const struct gng_aes_key *key, uint8_t counter[16], uint8_t *out, const uint8_t *in,
		size_t num_blocks, bool whole_block)
{
	uint8_t keystream[16 * CHUNK];

	while (num_blocks > 0) {
		const size_t num = next_chunk(num_blocks);

		count(keystream, counter, num, whole_block);
		aes_portable_encrypt(key, keystream, keystream, num);
		xor_bytes(out, in, keystream, 16 * num);
		in += 16 * num;
		out += 16 * num;
		num_blocks -= num;
	}
	gng_wipe(keystream, sizeof(keystream));
}

static void ctr_portable(const struct gng_aes_key *key, uint8_t counter[16], uint8_t *out,
			 const uint8_t *in, size_t num_blocks)
{
	ctr(key, counter, out, in, num_blocks, true);
}

static void gcm_encrypt_portable(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	ctr(&key->aes, counter, out, in, num_blocks, false);
	aes_portable_ghash(key, hash, out, num_blocks);
}

static void gcm_decrypt_portable(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				 uint8_t hash[16], uint8_t *out, const uint8_t *in,
				 size_t num_blocks)
{
	aes_portable_ghash(key, hash, in, num_blocks); /* first, for in may be out */
	ctr(&key->aes, counter, out, in, num_blocks, false);
}

const struct gng_aes_variant aes_variant_portable = {
	.name = "portable",
	.needs = 0,
	.expand = aes_portable_expand,
	.ecb_encrypt = aes_portable_encrypt,
	.ecb_decrypt = aes_portable_decrypt,
	.cbc_encrypt = cbc_encrypt_portable,
	.cbc_decrypt = cbc_decrypt_portable,
	.ctr = ctr_portable,
	.ghash_init = aes_portable_ghash_init,
	.ghash = aes_portable_ghash,
	.gcm_encrypt = gcm_encrypt_portable,
	.gcm_decrypt = gcm_decrypt_portable,
};
