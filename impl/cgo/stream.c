/* SPDX-License-Identifier: Apache-2.0 */
/* stream.c - blocks, CTR streams and CBC chains as handles that own their key and state. */
#include "cgo_live.h"
#include "gng_cgo.h"

#include <string.h>

struct gng_cgo_block {
	struct gng_aes_key key;
};

enum gng_status gng_cgo_block_open(struct gng_cgo_block **block, const uint8_t *key, size_t key_len)
{
	struct gng_cgo_block *made;
	enum gng_status status;

	if (!block)
		return GNG_EINVAL;
	*block = NULL;
	made = cgo_new(sizeof(*made));
	if (!made)
		return GNG_ENOMEM;
	status = gng_aes_init(&made->key, key, key_len);
	if (status == GNG_OK)
		*block = made;
	else
		cgo_delete(made, sizeof(*made));
	return status;
}

void gng_cgo_block_close(struct gng_cgo_block *block)
{
	cgo_delete(block, sizeof(*block));
}

enum gng_status gng_cgo_block_encrypt(const struct gng_cgo_block *block, uint8_t *out,
				      const uint8_t *in, size_t len)
{
	return block ? gng_aes_ecb_encrypt(&block->key, out, in, len) : GNG_EINVAL;
}

enum gng_status gng_cgo_block_decrypt(const struct gng_cgo_block *block, uint8_t *out,
				      const uint8_t *in, size_t len)
{
	return block ? gng_aes_ecb_decrypt(&block->key, out, in, len) : GNG_EINVAL;
}

/* The operation of CTR points to the key beside it: a handle does not move. */
struct gng_cgo_stream {
	enum gng_cgo_mode mode;
	struct gng_aes_key key;
	struct gng_aes_ctr ctr;
	uint8_t iv[GNG_AES_BLOCK]; /* CBC: of the next block */
};

static enum gng_status begin(struct gng_cgo_stream *stream, const uint8_t *key, size_t key_len,
			     const uint8_t *iv)
{
	const enum gng_status status = gng_aes_init(&stream->key, key, key_len);

	if (status != GNG_OK)
		return status;
	memcpy(stream->iv, iv, sizeof(stream->iv));
	if (stream->mode == GNG_CGO_CTR)
		return gng_aes_ctr_begin(&stream->ctr, &stream->key, iv);
	return GNG_OK;
}

enum gng_status gng_cgo_stream_open(struct gng_cgo_stream **stream, enum gng_cgo_mode mode,
				    const uint8_t *key, size_t key_len,
				    const uint8_t iv[GNG_AES_BLOCK])
{
	struct gng_cgo_stream *made;
	enum gng_status status;

	if (!stream)
		return GNG_EINVAL;
	*stream = NULL;
	if (mode < GNG_CGO_CTR || mode > GNG_CGO_CBC_DECRYPT || !iv)
		return GNG_EINVAL;
	made = cgo_new(sizeof(*made));
	if (!made)
		return GNG_ENOMEM;
	made->mode = mode;
	status = begin(made, key, key_len, iv);
	if (status == GNG_OK)
		*stream = made;
	else
		cgo_delete(made, sizeof(*made));
	return status;
}

void gng_cgo_stream_close(struct gng_cgo_stream *stream)
{
	cgo_delete(stream, sizeof(*stream));
}

/* The next iv is the last block of ciphertext (SP 800-38A section 6.2), which decryption in place
 * overwrites. */
static enum gng_status chain(struct gng_cgo_stream *stream, uint8_t *out, const uint8_t *in,
			     size_t len)
{
	const bool encrypts = stream->mode == GNG_CGO_CBC_ENCRYPT;
	uint8_t next[GNG_AES_BLOCK];
	enum gng_status status;

	if (len == 0)
		return GNG_OK;
	if (!in || len % GNG_AES_BLOCK != 0)
		return GNG_EINVAL;
	memcpy(next, in + len - sizeof(next), sizeof(next));
	status = (encrypts ? gng_aes_cbc_encrypt : gng_aes_cbc_decrypt)(&stream->key, stream->iv,
									out, in, len);
	if (status == GNG_OK)
		memcpy(stream->iv, encrypts ? out + len - sizeof(next) : next, sizeof(next));
	return status;
}

enum gng_status gng_cgo_stream_crypt(struct gng_cgo_stream *stream, uint8_t *out, const uint8_t *in,
				     size_t len)
{
	if (!stream)
		return GNG_EINVAL;
	if (stream->mode == GNG_CGO_CTR)
		return gng_aes_ctr_update(&stream->ctr, out, in, len);
	return chain(stream, out, in, len);
}
