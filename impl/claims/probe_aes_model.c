/* SPDX-License-Identifier: Apache-2.0 */
/* probe_aes_model.c - FIPS 197 by the letter. */
#include "probe_aes_model.h"

#include <string.h>

static uint8_t twice(uint8_t a)
{
	return (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1b : 0));
}

static uint8_t multiply(uint8_t a, uint8_t b)
{
	uint8_t product = 0;

	for (; b; b >>= 1, a = twice(a))
		if (b & 1)
			product ^= a;
	return product;
}

/* substitute computes one byte of the S-box (section 5.1.1): the inverse is the 254th power. */
static uint8_t substitute(uint8_t a)
{
	uint8_t inverse = 1, result = 0x63;

	for (int bit = 7; bit >= 0; bit--) {
		inverse = multiply(inverse, inverse);
		if (254 >> bit & 1)
			inverse = multiply(inverse, a);
	}
	for (int turn = 0; turn < 5; turn++)
		result ^= (uint8_t)(inverse << turn | inverse >> (8 - turn));
	return result;
}

/* The table is what a program would use; filling it again gives the same bytes. */
static const uint8_t *sbox(void)
{
	static uint8_t table[256];

	if (table[0] == 0)
		for (int i = 255; i >= 0; i--)
			table[i] = substitute((uint8_t)i);
	return table;
}

void aes_model_sub(uint8_t state[16])
{
	const uint8_t *table = sbox();

	for (int i = 0; i < 16; i++)
		state[i] = table[state[i]];
}

void aes_model_shift(uint8_t state[16])
{
	uint8_t old[16];

	memcpy(old, state, 16);
	for (int row = 0; row < 4; row++)
		for (int column = 0; column < 4; column++)
			state[4 * column + row] = old[4 * ((column + row) % 4) + row];
}

void aes_model_mix(uint8_t state[16])
{
	for (uint8_t *c = state; c < state + 16; c += 4) {
		const uint8_t all = c[0] ^ c[1] ^ c[2] ^ c[3], first = c[0];

		c[0] ^= all ^ twice(c[0] ^ c[1]);
		c[1] ^= all ^ twice(c[1] ^ c[2]);
		c[2] ^= all ^ twice(c[2] ^ c[3]);
		c[3] ^= all ^ twice(c[3] ^ first);
	}
}

void aes_model_key(uint8_t state[16], const uint8_t key[16])
{
	for (int i = 0; i < 16; i++)
		state[i] ^= key[i];
}

void aes_model_round(uint8_t state[16], const uint8_t key[16])
{
	aes_model_sub(state);
	aes_model_shift(state);
	aes_model_mix(state);
	aes_model_key(state, key);
}

int aes_model_expand(uint8_t keys[AES_MODEL_KEYS][16], const uint8_t *key, size_t key_len)
{
	const int words = (int)key_len / 4, rounds = words + 6;
	const uint8_t *table = sbox();
	uint8_t *w = keys[0], constant = 1;

	memcpy(w, key, key_len);
	for (int i = words; i < 4 * (rounds + 1); i++) {
		uint8_t t[4];

		memcpy(t, w + 4 * (i - 1), 4);
		if (i % words == 0) {
			const uint8_t first = t[0];

			t[0] = table[t[1]] ^ constant;
			t[1] = table[t[2]];
			t[2] = table[t[3]];
			t[3] = table[first];
			constant = twice(constant);
		} else if (words == 8 && i % 8 == 4) {
			for (int b = 0; b < 4; b++)
				t[b] = table[t[b]];
		}
		for (int b = 0; b < 4; b++)
			w[4 * i + b] = w[4 * (i - words) + b] ^ t[b];
	}
	return rounds;
}
