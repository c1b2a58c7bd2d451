/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctr_fuzz.c - CTR: every variant gives what SP 800-38A section 6.5 says word for word, a block
 * at a time by the portable ECB, from any counter block; and, for most inputs, what another gives.
 */
/* class: crypto */
#include "input.h"

static void add_one(uint8_t counter[16])
{
	for (int i = 15; i >= 0 && ++counter[i] == 0;)
		i--;
}

static void slow_ctr(uint8_t *out, const struct input *in)
{
	struct gng_aes_key key;
	uint8_t counter[16], stream[16] = {0};

	input_ok(aes_init_with(&key, aes_variant_named("portable"), in->key, in->key_len),
		 "init fails", "portable");
	memcpy(counter, in->iv, sizeof(counter));
	for (size_t i = 0; i < in->len; i++) {
		if (i % 16 == 0) {
			input_ok(gng_aes_ecb_encrypt(&key, stream, counter, 16), "ECB fails",
				 "portable");
			add_one(counter);
		}
		out[i] = in->text[i] ^ stream[i % 16];
	}
}

static void other_ctr(uint8_t *out, const struct input *in)
{
	const struct gng_aes_variant *const variant = input_variant(in, 0);
	struct gng_aes_key key;

	input_ok(aes_init_with(&key, variant, in->key, in->key_len), "init fails", variant->name);
	input_ok(gng_aes_ctr_crypt(&key, in->iv, out, in->text, in->len), "CTR fails",
		 variant->name);
}

static void check_variant(const struct gng_aes_variant *variant, const struct input *in,
			  const uint8_t *want)
{
	static struct fuzz_block block;
	const char *const name = variant->name;
	uint8_t *const got = fuzz_block_of(&block, in->len);
	struct gng_aes_key key;

	input_ok(aes_init_with(&key, variant, in->key, in->key_len), "init fails", name);
	input_ok(gng_aes_ctr_crypt(&key, in->iv, got, in->text, in->len), "CTR fails", name);
	input_same(got, want, in->len, "other bytes than the oracle", name);
	input_ok(gng_aes_ctr_crypt(&key, in->iv, got, got, in->len), "CTR in place fails", name);
	input_same(got, in->text, in->len, "twice gives another text", name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_block block;
	const struct gng_aes_variant *variant;
	struct input in;
	uint8_t *want;

	input_parse(&in, data, size);
	want = fuzz_block_of(&block, in.len);
	if (in.all)
		slow_ctr(want, &in);
	else
		other_ctr(want, &in);
	for (size_t i = !in.all && input_variant(&in, 1); (variant = input_variant(&in, i)); i++)
		check_variant(variant, &in, want);
	return 0;
}
