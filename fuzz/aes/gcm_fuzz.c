/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gcm_fuzz.c - GCM: a variant seals to the bytes and tag of another one, opens its own,
 * and opens nothing in which a bit differs.
 */
/* class: crypto */
#include "input.h"

struct sealed {
	uint8_t *text, tag[GNG_AES_MAX_TAG];
};

static void seal(struct sealed *sealed, struct fuzz_block *block, const struct gng_aes_gcm_key *key,
		 const struct input *in, const char *name)
{
	sealed->text = fuzz_block_of(block, in->len);
	memset(sealed->tag, 0xaa, sizeof(sealed->tag));
	input_ok(gng_aes_gcm_seal(key, in->nonce, in->nonce_len, in->aad, in->aad_len, sealed->text,
				  in->text, in->len, sealed->tag),
		 "seal fails", name);
	for (size_t i = in->tag_len; i < sizeof(sealed->tag); i++)
		fuzz_check(sealed->tag[i] == 0xaa, "a byte behind the tag is written", name);
}

static enum gng_status open_to(uint8_t *out, const struct gng_aes_gcm_key *key,
			       const struct input *in, const struct sealed *sealed)
{
	return gng_aes_gcm_open(key, in->nonce, in->nonce_len, in->aad, in->aad_len, out,
				sealed->text, in->len, sealed->tag);
}

/* spoil flips one bit of tag, text, additional data or nonce; again, it restores it. */
static void spoil(struct input *in, struct sealed *sealed)
{
	struct {
		uint8_t *bytes;
		size_t len;
	} parts[] = {{sealed->tag, in->tag_len},
		     {sealed->text, in->len},
		     {in->aad, in->aad_len},
		     {in->nonce, in->nonce_len}};
	size_t part = in->free_bits & 3;

	if (parts[part].len == 0)
		part = 0;
	parts[part].bytes[(in->spoil >> 3) * 31 % parts[part].len] ^=
		(uint8_t)(1u << (in->spoil & 7));
}

static void check_open(const struct gng_aes_gcm_key *key, struct input *in, struct sealed *sealed,
		       const char *name)
{
	static struct fuzz_block block;
	uint8_t *const out = fuzz_block_of(&block, in->len);

	input_ok(open_to(out, key, in, sealed), "open fails", name);
	input_same(out, in->text, in->len, "open gives another text", name);
	spoil(in, sealed);
	fuzz_check(open_to(out, key, in, sealed) == GNG_EAUTH, "a spoilt message opens", name);
	input_zero(out, in->len, "text is left after a bad tag", name);
	spoil(in, sealed);
	input_ok(open_to(sealed->text, key, in, sealed), "open in place fails", name);
	input_same(sealed->text, in->text, in->len, "open in place gives another text", name);
}

/* The same message cut in two, and its data too. */
static void check_parts(const struct gng_aes_gcm_key *key, const struct input *in,
			const struct sealed *sealed, const char *name)
{
	static struct fuzz_block block;
	const size_t a = in->spoil % (in->aad_len + 1), b = in->spoil % (in->len + 1);
	uint8_t *const out = fuzz_block_of(&block, in->len);
	uint8_t tag[GNG_AES_MAX_TAG];
	const struct gng_aes_data data[] = {{in->aad, a}, {in->aad + a, in->aad_len - a}};
	const struct gng_aes_part parts[] = {{in->text, out, b},
					     {b ? in->text + b : in->text, out + b, in->len - b}};

	input_ok(gng_aes_gcm_seal_parts(key, in->nonce, in->nonce_len, data, 2, parts, 2, tag),
		 "seal_parts fails", name);
	input_same(out, sealed->text, in->len, "another ciphertext in parts", name);
	input_same(tag, sealed->tag, in->tag_len, "another tag in parts", name);
}

#define NUM_ITEMS 4 /* as many as go side by side */

/* The same message several times in one batch. */
static void check_batch(const struct gng_aes_gcm_key *key, const struct input *in,
			const struct sealed *sealed, const char *name)
{
	static struct fuzz_block blocks[NUM_ITEMS];
	struct gng_aes_gcm_item items[NUM_ITEMS];
	uint8_t tags[NUM_ITEMS][GNG_AES_MAX_TAG];

	for (size_t i = 0; i < NUM_ITEMS; i++)
		items[i] = (struct gng_aes_gcm_item){.key = key,
						     .nonce = in->nonce,
						     .aad = in->aad,
						     .aad_len = in->aad_len,
						     .in = in->text,
						     .out = fuzz_block_of(&blocks[i], in->len),
						     .len = in->len,
						     .tag = tags[i]};
	input_ok(gng_aes_gcm_seal_batch(items, NUM_ITEMS), "seal_batch fails", name);
	for (size_t i = 0; i < NUM_ITEMS; i++) {
		input_same(items[i].out, sealed->text, in->len, "another ciphertext in a batch",
			   name);
		input_same(tags[i], sealed->tag, in->tag_len, "another tag in a batch", name);
		items[i].in = items[i].out;
	}
	input_ok(gng_aes_gcm_open_batch(items, NUM_ITEMS), "open_batch fails", name);
	for (size_t i = 0; i < NUM_ITEMS; i++) {
		input_same(items[i].out, in->text, in->len, "open_batch gives another text", name);
	}
}

static void check_variant(const struct gng_aes_gcm_key *key, struct input *in,
			  struct sealed *sealed, const char *name)
{
	if (input_does(in, 0, 3))
		check_parts(key, in, sealed, name);
	if (input_does(in, 1, 3) && in->nonce_len == 12)
		check_batch(key, in, sealed, name);
	if (input_does(in, 2, 3))
		check_open(key, in, sealed, name); /* leaves the text in sealed */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_block got_block, want_block;
	const struct gng_aes_variant *variant;
	struct gng_aes_gcm_key key;
	struct sealed want = {0}, got;
	struct input in;
	size_t i;

	input_parse(&in, data, size);
	EACH_VARIANT(variant, i, &in)
	{
		const char *const name = variant->name;

		input_ok(aes_gcm_init_with(&key, variant, in.key, in.key_len, in.tag_len),
			 "init fails", name);
		seal(&got, &got_block, &key, &in, name);
		if (!want.text && input_variant(&in, 1))
			seal(&want, &want_block, &key, &in, name);
		if (want.text) {
			input_same(got.text, want.text, in.len, "another ciphertext", name);
			input_same(got.tag, want.tag, in.tag_len, "another tag", name);
		}
		if (in.all || !input_variant(&in, i + 1))
			check_variant(&key, &in, &got, name);
	}
	return 0;
}
