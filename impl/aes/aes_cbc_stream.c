/* SPDX-License-Identifier: Apache-2.0 */
/* aes_cbc_stream.c - CBC in chunks of any length (SP 800-38A section 6.2). */
#include "aes_private.h"

#define STAGE (8 * GNG_AES_BLOCK)

static enum gng_status begin(struct gng_aes_cbc *op, const struct gng_aes_key *key,
			     const uint8_t *iv, uint32_t decrypts)
{
	if (!op || !aes_key_ready(key) || !iv)
		return GNG_EINVAL;
	*op = (struct gng_aes_cbc){.key = key, .decrypts = decrypts};
	memcpy(op->iv, iv, sizeof(op->iv));
	return GNG_OK;
}

enum gng_status gng_aes_cbc_begin_encrypt(struct gng_aes_cbc *op, const struct gng_aes_key *key,
					  const uint8_t iv[16])
{
	return begin(op, key, iv, 0);
}

enum gng_status gng_aes_cbc_begin_decrypt(struct gng_aes_cbc *op, const struct gng_aes_key *key,
					  const uint8_t iv[16])
{
	return begin(op, key, iv, 1);
}

static void crypt(struct gng_aes_cbc *op, uint8_t *out, const uint8_t *in, size_t num_blocks)
{
	if (op->decrypts)
		op->key->variant->cbc_decrypt(op->key, op->iv, out, in, num_blocks);
	else
		op->key->variant->cbc_encrypt(op->key, op->iv, out, in, num_blocks);
}

/*
 * crypt_staged runs chunks of STAGE bytes through a buffer, behind the bytes held. As many
 * bytes are held after a full chunk as before, so out never passes in: that is why out == in
 * is safe, though the two are not aligned to the same block.
 */
static void crypt_staged(struct gng_aes_cbc *op, uint8_t *out, const uint8_t *in, size_t len)
{
	uint8_t stage[GNG_AES_BLOCK + STAGE];

	while (len > 0) {
		const size_t num = len < STAGE ? len : STAGE;
		const size_t filled = op->pending_len + num;
		const size_t whole = filled - filled % GNG_AES_BLOCK;

		memcpy(stage, op->pending, op->pending_len);
		memcpy(stage + op->pending_len, in, num);
		op->pending_len = (uint32_t)(filled - whole);
		memcpy(op->pending, stage + whole, op->pending_len);
		if (whole > 0)
			crypt(op, out, stage, whole / GNG_AES_BLOCK);
		in += num;
		len -= num;
		if (len > 0)
			out += whole;
	}
	gng_wipe(stage, sizeof(stage));
}

enum gng_status gng_aes_cbc_update(struct gng_aes_cbc *op, uint8_t *out, size_t out_cap,
				   size_t *out_len, const uint8_t *in, size_t len)
{
	size_t direct = 0, ready;

	if (!out_len)
		return GNG_EINVAL;
	*out_len = 0;
	if (!op || !aes_key_ready(op->key) || !aes_present(in, len) ||
	    len > SIZE_MAX - GNG_AES_BLOCK)
		return GNG_EINVAL;
	ready = (op->pending_len + len) / GNG_AES_BLOCK * GNG_AES_BLOCK;
	if (!aes_present(out, ready) || out_cap < ready ||
	    aes_overlap_but_equal(out, ready, in, len))
		return GNG_EINVAL;
	if (op->pending_len == 0 && ready > 0) {
		direct = ready;
		crypt(op, out, in, direct / GNG_AES_BLOCK);
	}
	if (len > direct) /* out may be NULL where no block is ready */
		crypt_staged(op, direct ? out + direct : out, in + direct, len - direct);
	*out_len = ready;
	return GNG_OK;
}

enum gng_status gng_aes_cbc_finish(struct gng_aes_cbc *op)
{
	if (!op || !aes_key_ready(op->key) || op->pending_len != 0)
		return GNG_EINVAL;
	gng_aes_cbc_fini(op);
	return GNG_OK;
}

void gng_aes_cbc_fini(struct gng_aes_cbc *op)
{
	if (op)
		gng_wipe(op, sizeof(*op));
}
