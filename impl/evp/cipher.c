/* SPDX-License-Identifier: Apache-2.0 */
/* cipher.c - AES-CBC, -CTR and -GCM with contexts that are made once and get a new IV each time. */
#include "evp_private.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#define WHERE "evp.cipher"
#define LARGEST ((size_t)1 << 30) /* of one update: whole blocks, below INT_MAX */

/* An own context for each direction: the key schedule of CBC decryption is another one, and EVP
 * keeps the old schedule when only the direction of a context is changed. */
struct gng_evp {
	enum gng_evp_mode mode;
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *encrypts, *decrypts;
};

static EVP_CIPHER_CTX *make_context(const EVP_CIPHER *cipher, const uint8_t *key, int encrypts)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	if (context && EVP_CipherInit_ex2(context, cipher, key, NULL, encrypts, NULL) == 1 &&
	    EVP_CIPHER_CTX_set_padding(context, 0) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

static bool known(enum gng_evp_mode mode, size_t key_len)
{
	return mode >= GNG_EVP_CBC && mode <= GNG_EVP_GCM &&
	       (key_len == 16 || key_len == 24 || key_len == 32);
}

static enum gng_status make(struct gng_evp *evp, const uint8_t *key, size_t key_len)
{
	static const char *const modes[] = {
		[GNG_EVP_CBC] = "CBC", [GNG_EVP_CTR] = "CTR", [GNG_EVP_GCM] = "GCM"};
	char name[16];

	snprintf(name, sizeof(name), "AES-%zu-%s", 8 * key_len, modes[evp->mode]);
	evp->cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	if (!evp->cipher)
		return GNG_ESYS;
	evp->encrypts = make_context(evp->cipher, key, 1);
	evp->decrypts = make_context(evp->cipher, key, 0);
	return evp->encrypts && evp->decrypts ? GNG_OK : GNG_ESYS;
}

enum gng_status gng_evp_open(struct gng_evp **evp, enum gng_evp_mode mode, const uint8_t *key,
			     size_t key_len, struct gng_why *why)
{
	struct gng_evp *made;
	enum gng_status status;

	if (!evp || !key || !known(mode, key_len))
		return evp_refuse(why, WHERE,
				  "give a mode of enum gng_evp_mode and a key of 16, 24"
				  " or 32 bytes");
	made = calloc(1, sizeof(*made));
	if (!made)
		return gng_why_set(why, GNG_ENOMEM, 0, WHERE, "no memory for a context");
	made->mode = mode;
	evp_begin();
	status = evp_end(make(made, key, key_len), why, WHERE, "OpenSSL makes no context");
	if (status == GNG_OK)
		*evp = made;
	else
		gng_evp_close(made);
	return status;
}

void gng_evp_close(struct gng_evp *evp)
{
	if (!evp)
		return;
	EVP_CIPHER_CTX_free(evp->encrypts); /* wipes the key */
	EVP_CIPHER_CTX_free(evp->decrypts);
	EVP_CIPHER_free(evp->cipher);
	free(evp);
}

/* update passes on what EVP's int can say. With padding off and whole blocks every part gives as
 * many bytes as it takes. out NULL: the bytes are additional data. */
static bool update(EVP_CIPHER_CTX *context, uint8_t *out, const uint8_t *in, size_t len)
{
	while (len > 0) {
		const size_t part = len < LARGEST ? len : LARGEST;
		int written = 0;

		if (EVP_CipherUpdate(context, out, &written, in, (int)part) != 1 ||
		    written != (int)part)
			return false;
		in += part;
		out = out ? out + part : NULL;
		len -= part;
	}
	return true;
}

/* ---- CBC and CTR ---- */

/* text_ok: what both modes ask of their buffers. */
static bool text_ok(enum gng_evp_mode mode, const uint8_t *iv, const uint8_t *out,
		    const uint8_t *in, size_t len)
{
	if (mode != GNG_EVP_CBC && mode != GNG_EVP_CTR)
		return false;
	return iv && evp_present(out, len) && evp_present(in, len) &&
	       (mode == GNG_EVP_CTR || len % GNG_EVP_BLOCK == 0) &&
	       (out == in || !evp_overlap(out, len, in, len));
}

static enum gng_status crypt(struct gng_evp *evp, bool encrypts, const uint8_t *iv, uint8_t *out,
			     const uint8_t *in, size_t len, struct gng_why *why)
{
	EVP_CIPHER_CTX *context;
	bool done;

	if (!evp || !text_ok(evp->mode, iv, out, in, len))
		return evp_refuse(why, WHERE,
				  "give an open CBC or CTR handle, an iv, and buffers"
				  " that are equal or apart (whole blocks for CBC)");
	context = encrypts ? evp->encrypts : evp->decrypts;
	evp_begin();
	done = EVP_CipherInit_ex2(context, NULL, NULL, iv, -1, NULL) == 1 &&
	       update(context, out, in, len);
	return evp_end(done ? GNG_OK : GNG_ESYS, why, WHERE, "OpenSSL does not crypt");
}

enum gng_status gng_evp_encrypt(struct gng_evp *evp, const uint8_t *iv, uint8_t *out,
				const uint8_t *in, size_t len, struct gng_why *why)
{
	return crypt(evp, true, iv, out, in, len, why);
}

enum gng_status gng_evp_decrypt(struct gng_evp *evp, const uint8_t *iv, uint8_t *out,
				const uint8_t *in, size_t len, struct gng_why *why)
{
	return crypt(evp, false, iv, out, in, len, why);
}

/* ---- GCM ---- */

struct message {
	const uint8_t *nonce, *aad, *in;
	size_t aad_len, len;
	uint8_t *out;
};

static bool message_ok(const struct gng_evp *evp, const struct message *message, const void *tag)
{
	return evp && evp->mode == GNG_EVP_GCM && message->nonce && tag &&
	       evp_present(message->aad, message->aad_len) &&
	       evp_present(message->in, message->len) && evp_present(message->out, message->len) &&
	       (message->out == message->in ||
		!evp_overlap(message->out, message->len, message->in, message->len));
}

static bool run(EVP_CIPHER_CTX *context, const struct message *message)
{
	return EVP_CipherInit_ex2(context, NULL, NULL, message->nonce, -1, NULL) == 1 &&
	       update(context, NULL, message->aad, message->aad_len) &&
	       update(context, message->out, message->in, message->len);
}

static enum gng_status refuse_message(struct gng_why *why)
{
	return evp_refuse(why, WHERE,
			  "give an open GCM handle, a nonce of 12 bytes, a tag of 16,"
			  " and buffers that are equal or apart");
}

enum gng_status gng_evp_seal(struct gng_evp *evp, const uint8_t nonce[12], const uint8_t *aad,
			     size_t aad_len, uint8_t *out, const uint8_t *in, size_t len,
			     uint8_t *tag, struct gng_why *why)
{
	const struct message message = {nonce, aad, in, aad_len, len, out};
	uint8_t none[GNG_EVP_BLOCK];
	int none_len;
	bool done;

	if (!message_ok(evp, &message, tag))
		return refuse_message(why);
	evp_begin();
	done = run(evp->encrypts, &message) &&
	       EVP_CipherFinal_ex(evp->encrypts, none, &none_len) == 1 &&
	       EVP_CIPHER_CTX_ctrl(evp->encrypts, EVP_CTRL_AEAD_GET_TAG, GNG_EVP_TAG, tag) == 1;
	return evp_end(done ? GNG_OK : GNG_ESYS, why, WHERE, "OpenSSL does not seal");
}

enum gng_status gng_evp_unseal(struct gng_evp *evp, const uint8_t nonce[12], const uint8_t *aad,
			       size_t aad_len, uint8_t *out, const uint8_t *in, size_t len,
			       const uint8_t *tag, struct gng_why *why)
{
	const struct message message = {nonce, aad, in, aad_len, len, out};
	enum gng_status status = GNG_OK;
	uint8_t none[GNG_EVP_BLOCK];
	int none_len;

	if (!message_ok(evp, &message, tag))
		return refuse_message(why);
	evp_begin();
	if (!run(evp->decrypts, &message) ||
	    EVP_CIPHER_CTX_ctrl(evp->decrypts, EVP_CTRL_AEAD_SET_TAG, GNG_EVP_TAG, (void *)tag) !=
		    1)
		status = GNG_ESYS;
	else if (EVP_CipherFinal_ex(evp->decrypts, none, &none_len) != 1)
		status = GNG_EAUTH;
	if (status != GNG_OK)
		gng_wipe(out, len);
	return evp_end(status, why, WHERE,
		       status == GNG_EAUTH ? "the tag does not verify" : "OpenSSL does not open");
}

/* ---- as the article does ---- */

static const EVP_CIPHER *lookup(enum gng_evp_mode mode, size_t key_len)
{
	const EVP_CIPHER *const found[2][3] = {
		{EVP_aes_128_cbc(), EVP_aes_192_cbc(), EVP_aes_256_cbc()},
		{EVP_aes_128_ctr(), EVP_aes_192_ctr(), EVP_aes_256_ctr()}};

	return found[mode == GNG_EVP_CTR][key_len / 8 - 2];
}

enum gng_status gng_evp_fresh_encrypt(enum gng_evp_mode mode, const uint8_t *key, size_t key_len,
				      const uint8_t *iv, uint8_t *out, const uint8_t *in,
				      size_t len, struct gng_why *why)
{
	EVP_CIPHER_CTX *context;
	bool done;

	if (!key || !known(mode, key_len) || !text_ok(mode, iv, out, in, len))
		return evp_refuse(why, WHERE,
				  "give mode CBC or CTR, a key of 16, 24 or 32 bytes, an"
				  " iv, and buffers that are equal or apart");
	evp_begin();
	context = EVP_CIPHER_CTX_new();
	done = context && EVP_EncryptInit_ex(context, lookup(mode, key_len), NULL, key, iv) == 1 &&
	       EVP_CIPHER_CTX_set_padding(context, 0) == 1 && update(context, out, in, len);
	EVP_CIPHER_CTX_free(context);
	return evp_end(done ? GNG_OK : GNG_ESYS, why, WHERE, "OpenSSL does not encrypt");
}
