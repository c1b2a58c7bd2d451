/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cbc_fuzz.c - ECB, CBC and its padding: a variant gives the bytes of another one and gets the
 * text back; a padding is bad exactly where RFC 5652 section 6.3 says so.
 */
/* class: crypto */
#include "input.h"

/* Four loops of the widest variant and every tail. Portable CBC encrypts one block at a time,
 * so longer texts cost executions and reach nothing new. */
#define MAX_LEN 576

typedef enum gng_status crypt_fn(const struct gng_aes_key *key, const struct input *in,
				 uint8_t *out, const uint8_t *from, size_t len);

static enum gng_status ecb_encrypt(const struct gng_aes_key *key, const struct input *in,
				   uint8_t *out, const uint8_t *from, size_t len)
{
	(void)in;
	return gng_aes_ecb_encrypt(key, out, from, len);
}

static enum gng_status ecb_decrypt(const struct gng_aes_key *key, const struct input *in,
				   uint8_t *out, const uint8_t *from, size_t len)
{
	(void)in;
	return gng_aes_ecb_decrypt(key, out, from, len);
}

static enum gng_status cbc_encrypt(const struct gng_aes_key *key, const struct input *in,
				   uint8_t *out, const uint8_t *from, size_t len)
{
	return gng_aes_cbc_encrypt(key, in->iv, out, from, len);
}

static enum gng_status cbc_decrypt(const struct gng_aes_key *key, const struct input *in,
				   uint8_t *out, const uint8_t *from, size_t len)
{
	return gng_aes_cbc_decrypt(key, in->iv, out, from, len);
}

static struct fuzz_block one_block, other_block;

/* check_pair holds a mode against the oracle and against its inverse, in place too. */
static void check_pair(const struct gng_aes_key *key, const struct gng_aes_key *oracle,
		       const struct input *in, crypt_fn *forth, crypt_fn *back)
{
	const char *const name = key->variant->name;
	const size_t len = in->len / 16 * 16;
	uint8_t *const got = fuzz_block_of(&one_block, len);
	uint8_t *const want = fuzz_block_of(&other_block, len);

	input_ok(forth(key, in, got, in->text, len), "fails", name);
	if (oracle->variant != key->variant) {
		input_ok(forth(oracle, in, want, in->text, len), "fails", oracle->variant->name);
		input_same(got, want, len, "other bytes than another variant", name);
	}
	input_ok(back(key, in, want, got, len), "the inverse fails", name);
	input_same(want, in->text, len, "the inverse gives another text", name);
	input_ok(back(key, in, got, got, len), "the inverse in place fails", name);
	input_same(got, in->text, len, "the inverse in place gives another text", name);
	if (in->len % 16 != 0)
		fuzz_check(forth(key, in, got, in->text, in->len) == GNG_EINVAL,
			   "a partial block is accepted", name);
}

static void check_round_trip(const struct gng_aes_key *key, const struct input *in)
{
	const char *const name = key->variant->name;
	const size_t cap = in->len / 16 * 16 + 16;
	uint8_t *const sealed = fuzz_block_of(&one_block, cap);
	uint8_t *const opened = fuzz_block_of(&other_block, cap);
	size_t len;

	input_ok(gng_aes_cbc_pkcs7_encrypt(key, in->iv, sealed, cap, &len, in->text, in->len),
		 "padding fails", name);
	fuzz_check(len == cap, "padding has another length", name);
	input_ok(gng_aes_cbc_pkcs7_decrypt(key, in->iv, opened, cap, &len, sealed, len),
		 "its own padding is refused", name);
	fuzz_check(len == in->len, "unpadding has another length", name);
	input_same(opened, in->text, in->len, "unpadding gives another text", name);
}

static size_t padding_of(const uint8_t *text, size_t len)
{
	const size_t pad = len > 0 ? text[len - 1] : 0;

	if (pad == 0 || pad > 16)
		return 0;
	for (size_t i = 1; i <= pad; i++)
		if (text[len - i] != pad)
			return 0;
	return pad;
}

/* check_padding encrypts the input as a text whose padding the fuzzer made, and unpads it. */
static void check_padding(const struct gng_aes_key *key, const struct input *in)
{
	const char *const name = key->variant->name;
	const size_t len = in->len / 16 * 16, pad = padding_of(in->text, len);
	uint8_t *const sealed = fuzz_block_of(&one_block, len);
	uint8_t *const opened = fuzz_block_of(&other_block, len);
	size_t opened_len = 1;
	enum gng_status status;

	input_ok(gng_aes_cbc_encrypt(key, in->iv, sealed, in->text, len), "encrypt fails", name);
	status = gng_aes_cbc_pkcs7_decrypt(key, in->iv, opened, len, &opened_len, sealed, len);
	fuzz_check(status == (pad ? GNG_OK : GNG_EAUTH), "a padding is judged wrongly", name);
	fuzz_check(opened_len == (pad ? len - pad : 0), "unpadding has another length", name);
	if (pad)
		input_same(opened, in->text, len - pad, "unpadding gives another text", name);
	else
		input_zero(opened, len, "text is left after a bad padding", name);
}

static void check_variant(const struct gng_aes_key *key, const struct gng_aes_key *oracle,
			  const struct input *in)
{
	if (input_does(in, 0, 6))
		check_pair(key, oracle, in, ecb_encrypt, ecb_decrypt);
	if (input_does(in, 1, 6))
		check_pair(key, oracle, in, ecb_decrypt, ecb_encrypt);
	if (input_does(in, 2, 6))
		check_pair(key, oracle, in, cbc_encrypt, cbc_decrypt);
	if (input_does(in, 3, 6))
		check_pair(key, oracle, in, cbc_decrypt, cbc_encrypt);
	if (input_does(in, 4, 6))
		check_round_trip(key, in);
	if (input_does(in, 5, 6))
		check_padding(key, in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gng_aes_variant *variant;
	struct gng_aes_key key, oracle;
	struct input in;
	size_t i;

	input_parse(&in, data, size);
	if (in.len > MAX_LEN)
		in.len = MAX_LEN;
	EACH_VARIANT(variant, i, &in)
	{
		input_ok(aes_init_with(&key, variant, in.key, in.key_len), "init fails",
			 variant->name);
		if (i == 0)
			oracle = key;
		check_variant(&key, &oracle, &in);
	}
	return 0;
}
