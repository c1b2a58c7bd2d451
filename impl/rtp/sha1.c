/* SPDX-License-Identifier: Apache-2.0 */
/* sha1.c - SHA-1 of FIPS 180-4 section 6.1, as HMAC of RFC 2104 needs it. */
#include <rtp_bytes.h>
#include <rtp_sha1.h>
#include <string.h>

#define BLOCK 64

static uint32_t rotate(uint32_t word, unsigned int bits)
{
	return word << bits | word >> (32 - bits);
}

/* mix is f of section 4.1.1 with K of section 4.2.1 for step t. */
static uint32_t mix(size_t t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) ^ (~b & d)) + 0x5a827999u;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1u;
	if (t < 60)
		return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdcu;
	return (b ^ c ^ d) + 0xca62c1d6u;
}

static void absorb(uint32_t state[5], const uint8_t block[BLOCK])
{
	uint32_t w[80], s[5];

	for (size_t t = 0; t < 16; t++)
		w[t] = rtp_get32(block + 4 * t);
	for (size_t t = 16; t < 80; t++)
		w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	memcpy(s, state, sizeof(s));
	for (size_t t = 0; t < 80; t++) {
		const uint32_t next = rotate(s[0], 5) + mix(t, s[1], s[2], s[3]) + s[4] + w[t];

		s[4] = s[3];
		s[3] = s[2];
		s[2] = rotate(s[1], 30);
		s[1] = s[0];
		s[0] = next;
	}
	for (size_t i = 0; i < 5; i++)
		state[i] += s[i];
}

static void key_state(uint32_t state[5], const uint8_t *key, size_t key_len, uint8_t pad)
{
	static const uint32_t first[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
					  0xc3d2e1f0};
	uint8_t block[BLOCK];

	for (size_t i = 0; i < BLOCK; i++)
		block[i] = (uint8_t)((i < key_len ? key[i] : 0) ^ pad);
	memcpy(state, first, sizeof(first));
	absorb(state, block);
	gng_wipe(block, sizeof(block));
}

void rtp_hmac_key(uint32_t inner[5], uint32_t outer[5], const uint8_t *key, size_t key_len)
{
	key_state(inner, key, key_len, 0x36);
	key_state(outer, key, key_len, 0x5c);
}

/* finish absorbs the last len octets, below two blocks, behind a key block and done octets. */
static void finish(uint8_t out[20], uint32_t state[5], uint8_t last[2 * BLOCK], size_t len,
		   size_t done)
{
	const size_t end = len + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
	const uint64_t bits = 8 * (uint64_t)(BLOCK + done + len);

	last[len] = 0x80;
	memset(last + len + 1, 0, end - len - 1);
	rtp_put32(last + end - 8, (uint32_t)(bits >> 32));
	rtp_put32(last + end - 4, (uint32_t)bits);
	for (size_t at = 0; at < end; at += BLOCK)
		absorb(state, last + at);
	for (size_t i = 0; i < 5; i++)
		rtp_put32(out + 4 * i, state[i]);
}

void rtp_hmac(uint8_t mac[20], const uint32_t inner[5], const uint32_t outer[5], const uint8_t *in,
	      size_t len, const uint8_t *tail, size_t tail_len)
{
	uint8_t last[2 * BLOCK];
	uint32_t state[5];
	size_t done = 0;

	memcpy(state, inner, sizeof(state));
	for (; len - done >= BLOCK; done += BLOCK)
		absorb(state, in + done);
	memcpy(last, in + done, len - done);
	if (tail_len > 0)
		memcpy(last + (len - done), tail, tail_len);
	finish(mac, state, last, len - done + tail_len, done);
	memcpy(state, outer, sizeof(state));
	memcpy(last, mac, 20);
	finish(mac, state, last, 20, 0);
}
