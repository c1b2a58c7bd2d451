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

#include "../block.h"
#include "../suite.h"

#include <stdbool.h>

#include <gng_aes.h>

#include <aes_variant.h>

struct input {
	uint8_t key[32], iv[16], nonce[256], aad[256], free_bits, spoil;
	size_t key_len, tag_len, nonce_len, aad_len, len;
	const uint8_t *text; /* the rest, in place */
	bool all;	     /* variants and checks; else two variants, and the check that */
	unsigned int choice; /* chooses, any number */
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
	in->all = fuzz_one_in(128, data, size);
	in->choice = fuzz_choice(1 << 20, data, size);
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

/* input_available lists the variants that this CPU has, portable first. */
static inline const struct gng_aes_variant *const *input_available(size_t *num)
{
	static const struct gng_aes_variant *list[8];
	static size_t num_listed;

	for (size_t i = num_listed ? 0 : aes_num_variants; i-- > 0;)
		if ((aes_variants[i]->needs & ~gng_cpu_caps()) == 0 && num_listed < 8)
			list[num_listed++] = aes_variants[i];
	*num = num_listed;
	return list;
}

/*
 * input_variant returns the i-th variant for an input, or NULL behind the last. The first is the
 * oracle of the others: portable, where all are compared. That takes forty times as long as one of
 * the others. So a quarter of the other inputs compares aesni with one that is wider, and the rest
 * of them is a round trip by one variant; the input chooses which.
 */
static inline const struct gng_aes_variant *input_variant(const struct input *in, size_t i)
{
	size_t num;
	const struct gng_aes_variant *const *list = input_available(&num);

	if (in->all || num == 1)
		return i < num ? list[i] : NULL;
	if (in->choice / 64 % 4 != 0)
		return i == 0 ? list[1 + in->choice % (num - 1)] : NULL;
	if (i == 0)
		return list[1];
	return i == 1 && num > 2 ? list[2 + in->choice % (num - 2)] : NULL;
}

#define EACH_VARIANT(variant, i, in) for (i = 0; (variant = input_variant(in, i)); i++)

/* input_does says whether check which of num looks at this input. */
static inline bool input_does(const struct input *in, unsigned int which, unsigned int num)
{
	return in->all || in->choice / 8 % num == which;
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
