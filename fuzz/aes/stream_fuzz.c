/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream_fuzz.c - streams: any chunking gives the bytes of the one-shot call. The lengths of the
 * chunks come from the key's bytes, so that text and chunking vary on their own.
 */
/* class: crypto */
#include "input.h"

/* chunk returns the length of the next chunk, 0 to 255 bytes, and at last all that is left. */
static size_t chunk(const struct input *in, unsigned int *num, size_t left)
{
	const size_t len = (uint8_t)(in->key[*num % sizeof(in->key)] + in->spoil);

	return ++*num > 64 || len > left ? left : len;
}

static void ctr(uint8_t *out, const struct gng_aes_key *key, const struct input *in)
{
	const char *const name = key->variant->name;
	struct gng_aes_ctr op;
	unsigned int num = 0;

	input_ok(gng_aes_ctr_begin(&op, key, in->iv), "begin fails", name);
	for (size_t at = 0, len; at < in->len; at += len) {
		len = chunk(in, &num, in->len - at);
		input_ok(gng_aes_ctr_update(&op, out + at, in->text + at, len), "update fails",
			 name);
	}
	gng_aes_ctr_fini(&op);
}

static void cbc(uint8_t *out, const struct gng_aes_key *key, const struct input *in, int decrypts)
{
	const char *const name = key->variant->name;
	const size_t whole = in->len / 16 * 16;
	struct gng_aes_cbc op;
	unsigned int num = 0;
	size_t written = 0;

	input_ok(decrypts ? gng_aes_cbc_begin_decrypt(&op, key, in->iv)
			  : gng_aes_cbc_begin_encrypt(&op, key, in->iv),
		 "begin fails", name);
	for (size_t at = 0, len; at < whole; at += len) {
		size_t out_len, ready;

		len = chunk(in, &num, whole - at);
		ready = (at + len) / 16 * 16 - written;
		input_ok(
			gng_aes_cbc_update(&op, out + written, ready, &out_len, in->text + at, len),
			"update fails", name);
		fuzz_check(out_len == ready, "update gives another length", name);
		written += out_len;
	}
	input_ok(gng_aes_cbc_finish(&op), "finish fails", name);
}

static void gcm_aad(struct gng_aes_gcm *op, const struct input *in, unsigned int *num)
{
	for (size_t at = 0, len; at < in->aad_len; at += len) {
		len = chunk(in, num, in->aad_len - at);
		input_ok(gng_aes_gcm_aad(op, in->aad + at, len), "aad fails", "gcm");
	}
}

/* gcm crypts from[0..in->len); tag is written, or compared when it decrypts. */
static void gcm(uint8_t *out, uint8_t *tag, const struct gng_aes_gcm_key *key,
		const struct input *in, const uint8_t *from, int decrypts)
{
	const char *const name = key->aes.variant->name;
	struct gng_aes_gcm op;
	unsigned int num = 0;

	input_ok(gng_aes_gcm_begin(&op, key, in->nonce, in->nonce_len), "begin fails", name);
	gcm_aad(&op, in, &num);
	for (size_t at = 0, len; at < in->len; at += len) {
		len = chunk(in, &num, in->len - at);
		input_ok(decrypts ? gng_aes_gcm_decrypt_unverified(&op, out + at, from + at, len)
				  : gng_aes_gcm_encrypt(&op, out + at, from + at, len),
			 "a chunk fails", name);
	}
	input_ok(decrypts ? gng_aes_gcm_finish_open(&op, tag) : gng_aes_gcm_finish_seal(&op, tag),
		 "finish fails", name);
}

static struct fuzz_block got_block, want_block;

static void check_modes(const struct gng_aes_variant *variant, const struct input *in)
{
	const char *const name = variant->name;
	const size_t whole = in->len / 16 * 16;
	uint8_t *const got = fuzz_block_of(&got_block, in->len);
	uint8_t *const want = fuzz_block_of(&want_block, in->len);
	struct gng_aes_key made, *const key = &made;

	input_ok(aes_init_with(key, variant, in->key, in->key_len), "init fails", name);

	if (input_does(in, 0, 4)) {
		ctr(got, key, in);
		input_ok(gng_aes_ctr_crypt(key, in->iv, want, in->text, in->len), "CTR fails",
			 name);
		input_same(got, want, in->len, "CTR in chunks differs", name);
	}
	if (input_does(in, 1, 4)) {
		cbc(got, key, in, 0);
		input_ok(gng_aes_cbc_encrypt(key, in->iv, want, in->text, whole), "CBC fails",
			 name);
		input_same(got, want, whole, "CBC encryption in chunks differs", name);
	}
	if (input_does(in, 2, 4)) {
		cbc(got, key, in, 1);
		input_ok(gng_aes_cbc_decrypt(key, in->iv, want, in->text, whole), "CBC fails",
			 name);
		input_same(got, want, whole, "CBC decryption in chunks differs", name);
	}
}

static void check_gcm(const struct gng_aes_variant *variant, const struct input *in)
{
	const char *const name = variant->name;
	uint8_t *const got = fuzz_block_of(&got_block, in->len);
	uint8_t *const want = fuzz_block_of(&want_block, in->len);
	uint8_t got_tag[16], want_tag[16];
	struct gng_aes_gcm_key made, *const key = &made;

	input_ok(aes_gcm_init_with(key, variant, in->key, in->key_len, in->tag_len), "init fails",
		 name);

	input_ok(gng_aes_gcm_seal(key, in->nonce, in->nonce_len, in->aad, in->aad_len, want,
				  in->text, in->len, want_tag),
		 "seal fails", name);
	gcm(got, got_tag, key, in, in->text, 0);
	input_same(got, want, in->len, "GCM in chunks differs", name);
	input_same(got_tag, want_tag, in->tag_len, "GCM's tag in chunks differs", name);
	gcm(got, want_tag, key, in, want, 1);
	input_same(got, in->text, in->len, "GCM in chunks does not come back", name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gng_aes_variant *variant;
	struct input in;
	size_t i;

	input_parse(&in, data, size);
	EACH_VARIANT(variant, i, &in)
	{
		if (!in.all && i == 0 && input_variant(&in, 1))
			continue; /* a stream has its oracle in the one-shot call */
		if (in.all || !input_does(&in, 3, 4))
			check_modes(variant, &in);
		if (input_does(&in, 3, 4))
			check_gcm(variant, &in);
	}
	return 0;
}
