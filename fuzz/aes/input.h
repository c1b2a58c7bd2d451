/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.h - one input cut into key, iv, nonce, additional data and text, the same on every
 * machine; and the variants that this machine can run.
 *
 *	byte 0	bits 0-1 length of the key, bits 2-4 of the tag, bits 5-7 free
 *	byte 1	length of the nonce, 0 taken as 12
 *	byte 2	length of the additional data
 *	byte 3	free: which bit to spoil, how to cut
 *	then key (32), iv (16), nonce, additional data and text; what is missing is zero or empty
 */
#ifndef FUZZ_AES_INPUT_H
#define FUZZ_AES_INPUT_H

#include "../suite.h"

#include <gng_aes.h>

#include <aes_variant.h>

struct input {
	uint8_t key[32], iv[16], nonce[256], aad[256], free_bits, spoil;
	size_t key_len, tag_len, nonce_len, aad_len, len;
	const uint8_t *text; /* the rest, in place */
};

static inline void input_take(void *to, size_t num, const uint8_t **data, size_t *size)
{
	const size_t have = num < *size ? num : *size;

	if (have > 0)
		memcpy(to, *data, have);
	*data += have;
	*size -= have;
}

static inline void input_parse(struct input *in, const uint8_t *data, size_t size)
{
	static const size_t key_lens[] = {16, 24, 32, 16};
	static const size_t tag_lens[] = {16, 15, 14, 13, 12, 8, 4, 16};
	uint8_t head[4] = {0};

	memset(in, 0, sizeof(*in));
	input_take(head, sizeof(head), &data, &size);
	in->key_len = key_lens[head[0] & 3];
	in->tag_len = tag_lens[head[0] >> 2 & 7];
	in->free_bits = head[0] >> 5;
	in->nonce_len = head[1] ? head[1] : 12;
	in->aad_len = head[2];
	in->spoil = head[3];
	input_take(in->key, sizeof(in->key), &data, &size);
	input_take(in->iv, sizeof(in->iv), &data, &size);
	input_take(in->nonce, in->nonce_len, &data, &size);
	input_take(in->aad, in->aad_len, &data, &size);
	in->text = data;
	in->len = size;
}

/* input_variant returns the i-th variant, portable first, or NULL behind the last; it passes
 * over those that this CPU lacks. */
static inline const struct gng_aes_variant *input_variant(size_t *i)
{
	for (; *i < aes_num_variants; ++*i) {
		const struct gng_aes_variant *variant = aes_variants[aes_num_variants - 1 - *i];

		if ((variant->needs & ~gng_cpu_caps()) == 0)
			return variant;
	}
	return NULL;
}

#define EACH_VARIANT(variant, i) for (i = 0; (variant = input_variant(&i)); i++)

/* input_buffer allocates exactly len bytes, so that a sanitizer sees one too many. */
static inline uint8_t *input_buffer(size_t len)
{
	uint8_t *p = malloc(len ? len : 1);

	fuzz_check(p != NULL, "no memory", "malloc");
	return p;
}

static inline void input_same(const void *got, const void *want, size_t len, const char *what,
			      const char *variant)
{
	fuzz_check(len == 0 || memcmp(got, want, len) == 0, what, variant);
}

static inline void input_ok(enum gng_status status, const char *what, const char *variant)
{
	fuzz_check(status == GNG_OK, what, variant);
}

static inline void input_zero(const uint8_t *p, size_t len, const char *what, const char *variant)
{
	for (size_t i = 0; i < len; i++)
		fuzz_check(p[i] == 0, what, variant);
}

#endif /* FUZZ_AES_INPUT_H */
