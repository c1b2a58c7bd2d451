/* SPDX-License-Identifier: Apache-2.0 */
/* aes_ctr.c - CTR at once and in chunks: SP 800-38A section 6.5, appendix B.1 with m = 128. */
#include "aes_private.h"

enum gng_status gng_aes_ctr_begin(struct gng_aes_ctr *op, const struct gng_aes_key *key,
				  const uint8_t counter_block[16])
{
	if (!op || !aes_key_ready(key) || !counter_block)
		return GNG_EINVAL;
	*op = (struct gng_aes_ctr){.key = key};
	memcpy(op->counter, counter_block, sizeof(op->counter));
	return GNG_OK;
}

/* crypt_part crypts up to the end of the current block, which the caller made sure of. */
static void crypt_part(struct gng_aes_ctr *op, uint8_t *out, const uint8_t *in, size_t len)
{
	static const uint8_t zeros[GNG_AES_BLOCK];
	const size_t used = op->done % GNG_AES_BLOCK;

	if (used == 0 && len > 0)
		op->key->variant->ctr(op->key, op->counter, op->keystream, zeros, 1);
	for (size_t i = 0; i < len; i++)
		out[i] = in[i] ^ op->keystream[used + i];
	op->done += len;
}

void aes_ctr_run(struct gng_aes_ctr *op, uint8_t *out, const uint8_t *in, size_t len)
{
	const size_t used = op->done % GNG_AES_BLOCK;
	size_t part = used ? GNG_AES_BLOCK - used : 0, whole;

	if (part > len)
		part = len;
	whole = (len - part) / GNG_AES_BLOCK * GNG_AES_BLOCK;
	crypt_part(op, out, in, part);
	if (part == len)
		return;
	op->key->variant->ctr(op->key, op->counter, out + part, in + part, whole / GNG_AES_BLOCK);
	op->done += whole;
	part += whole;
	crypt_part(op, out + part, in + part, len - part);
}

enum gng_status gng_aes_ctr_update(struct gng_aes_ctr *op, uint8_t *out, const uint8_t *in,
				   size_t len)
{
	if (!op || !aes_key_ready(op->key) || !aes_present(out, len) || !aes_present(in, len))
		return GNG_EINVAL;
	if (len > UINT64_MAX - op->done)
		return GNG_ELIMIT;
	if (aes_overlap_but_equal(out, len, in, len))
		return GNG_EINVAL;
	aes_ctr_run(op, out, in, len);
	return GNG_OK;
}

void gng_aes_ctr_fini(struct gng_aes_ctr *op)
{
	if (op)
		gng_wipe(op, sizeof(*op));
}

enum gng_status gng_aes_ctr_crypt(const struct gng_aes_key *key, const uint8_t counter_block[16],
				  uint8_t *out, const uint8_t *in, size_t len)
{
	struct gng_aes_ctr op;
	enum gng_status status = gng_aes_ctr_begin(&op, key, counter_block);

	if (status != GNG_OK)
		return status;
	if (aes_overlap(out, len, counter_block, GNG_AES_BLOCK))
		return GNG_EINVAL;
	status = gng_aes_ctr_update(&op, out, in, len);
	gng_aes_ctr_fini(&op);
	return status;
}
