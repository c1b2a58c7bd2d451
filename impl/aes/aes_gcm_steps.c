/* SPDX-License-Identifier: Apache-2.0 */
/* aes_gcm_steps.c - the steps of GCM, which check nothing (SP 800-38D sections 6.4, 6.5, 7). */
#include "aes_gcm.h"

static void store_be64(uint8_t *p, uint64_t x)
{
	for (int i = 7; i >= 0; i--, x >>= 8)
		p[i] = (uint8_t)x;
}

/* inc32 of SP 800-38D section 6.2. */
static void inc32(uint8_t counter[GNG_AES_BLOCK])
{
	for (int i = 15, carry = 1; i >= 12; i--) {
		carry += counter[i];
		counter[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

static void hash(struct gng_aes_gcm *op, const uint8_t *blocks, size_t num_blocks)
{
	op->key->aes.variant->ghash(op->key, op->hash, blocks, num_blocks);
}

/* hash_lengths folds in the last block of GHASH, [a]64 || [b]64 in bits. */
static void hash_lengths(struct gng_aes_gcm *op, uint64_t a_len, uint64_t b_len)
{
	uint8_t block[GNG_AES_BLOCK];

	store_be64(block, a_len * 8);
	store_be64(block + 8, b_len * 8);
	hash(op, block, 1);
}

/* hash_part adds bytes to a block of which used bytes are pending, and hashes it when full. */
static void hash_part(struct gng_aes_gcm *op, size_t used, const uint8_t *in, size_t len)
{
	if (len == 0)
		return;
	memcpy(op->pending + used, in, len);
	if (used + len == GNG_AES_BLOCK)
		hash(op, op->pending, 1);
}

/* pad hashes the pending block, used bytes and zeros. */
static void pad(struct gng_aes_gcm *op, size_t used)
{
	if (used == 0)
		return;
	memset(op->pending + used, 0, GNG_AES_BLOCK - used);
	hash(op, op->pending, 1);
}

/* split cuts len, behind done bytes, into the rest of a block, whole blocks and a part. */
static void split(uint64_t done, size_t len, size_t *head, size_t *whole, size_t *tail)
{
	const size_t used = done % GNG_AES_BLOCK;

	*head = used ? GNG_AES_BLOCK - used : 0;
	if (*head > len)
		*head = len;
	*tail = (len - *head) % GNG_AES_BLOCK;
	*whole = len - *head - *tail;
}

void aes_gcm_add_aad(struct gng_aes_gcm *op, const uint8_t *aad, size_t len)
{
	size_t head, whole, tail;

	split(op->aad_len, len, &head, &whole, &tail);
	hash_part(op, op->aad_len % GNG_AES_BLOCK, aad, head);
	if (head < len) {
		hash(op, aad + head, whole / GNG_AES_BLOCK);
		hash_part(op, 0, aad + head + whole, tail);
	}
	op->aad_len += len;
}

void aes_gcm_start(struct gng_aes_gcm *op, const struct gng_aes_gcm_key *key, const uint8_t *nonce,
		   size_t nonce_len)
{
	*op = (struct gng_aes_gcm){.key = key};
	if (nonce_len == 12) {
		memcpy(op->counter, nonce, 12);
		op->counter[15] = 1;
	} else {
		aes_gcm_add_aad(op, nonce, nonce_len); /* the same padding and the same hash */
		pad(op, nonce_len % GNG_AES_BLOCK);
		hash_lengths(op, 0, nonce_len);
		memcpy(op->counter, op->hash, GNG_AES_BLOCK);
		memset(op->hash, 0, sizeof(op->hash));
		op->aad_len = 0;
	}
	key->aes.variant->ecb_encrypt(&key->aes, op->tag_mask, op->counter, 1);
	inc32(op->counter);
	op->state = AES_GCM_AAD;
}

/* crypt_part crypts within one block, of which used bytes of keystream are spent. */
static void crypt_part(struct gng_aes_gcm *op, uint8_t *out, const uint8_t *in, size_t len)
{
	const size_t used = op->text_len % GNG_AES_BLOCK;

	if (len == 0)
		return;
	if (used == 0) {
		op->key->aes.variant->ecb_encrypt(&op->key->aes, op->keystream, op->counter, 1);
		inc32(op->counter);
	}
	if (op->state == AES_GCM_DECRYPTING)
		hash_part(op, used, in, len); /* before in is overwritten, if it is out */
	for (size_t i = 0; i < len; i++)
		out[i] = in[i] ^ op->keystream[used + i];
	if (op->state == AES_GCM_ENCRYPTING)
		hash_part(op, used, out, len);
	op->text_len += len;
}

void aes_gcm_crypt(struct gng_aes_gcm *op, uint8_t *out, const uint8_t *in, size_t len)
{
	const struct gng_aes_variant *const variant = op->key->aes.variant;
	size_t head, whole, tail;

	if (op->text_len == 0)
		pad(op, op->aad_len % GNG_AES_BLOCK);
	split(op->text_len, len, &head, &whole, &tail);
	crypt_part(op, out, in, head);
	if (head == len)
		return;
	out += head;
	in += head;
	if (op->state == AES_GCM_ENCRYPTING)
		variant->gcm_encrypt(op->key, op->counter, op->hash, out, in,
				     whole / GNG_AES_BLOCK);
	else
		variant->gcm_decrypt(op->key, op->counter, op->hash, out, in,
				     whole / GNG_AES_BLOCK);
	op->text_len += whole;
	crypt_part(op, out + whole, in + whole, tail);
}

void aes_gcm_full_tag(struct gng_aes_gcm *op, uint8_t tag[GNG_AES_MAX_TAG])
{
	const uint64_t last_len = op->text_len > 0 ? op->text_len : op->aad_len;

	pad(op, last_len % GNG_AES_BLOCK);
	hash_lengths(op, op->aad_len, op->text_len);
	for (int i = 0; i < GNG_AES_MAX_TAG; i++)
		tag[i] = op->hash[i] ^ op->tag_mask[i];
}
