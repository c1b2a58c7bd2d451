/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_aesni_message.c - a whole message of GCM in registers (SP 800-38D sections 7.1 and 7.2).
 * E(J0) goes through the rounds beside the last blocks of text, and these, the lengths and, where
 * all fits, the additional data share one reduction.
 */
#if defined(__x86_64__) && __STDC_HOSTED__

#include <string.h>

#include "aes_aesni_gcm.h"
#include "aes_gcm_blocks.h"

/* ---- parts of a block, of which nothing beyond may be touched ---- */

/* load_half takes len bytes, 0 to 7. */
AESNI_INLINE uint64_t load_half(const uint8_t *p, size_t len)
{
	uint64_t half = 0;
	uint32_t four = 0;
	uint16_t two = 0;

	if (len & 1)
		half = p[len - 1];
	if (len & 2) {
		memcpy(&two, p + (len & 4), 2);
		half = half << 16 | two;
	}
	if (len & 4) {
		memcpy(&four, p, 4);
		half = half << 32 | four;
	}
	return half;
}

AESNI_INLINE void store_half(uint8_t *p, uint64_t half, size_t len)
{
	const uint32_t four = (uint32_t)half;
	uint16_t two;

	if (len & 4) {
		memcpy(p, &four, 4);
		half >>= 32;
		p += 4;
	}
	if (len & 2) {
		two = (uint16_t)half;
		memcpy(p, &two, 2);
		half >>= 16;
		p += 2;
	}
	if (len & 1)
		*p = (uint8_t)half;
}

/* load_part takes len bytes, 1 to 15, and zeros behind them. */
AESNI_INLINE __m128i load_part(const uint8_t *p, size_t len)
{
	uint64_t low;

	if (!(len & 8))
		return _mm_cvtsi64_si128((long long)load_half(p, len));
	memcpy(&low, p, 8);
	return _mm_set_epi64x((long long)load_half(p + 8, len - 8), (long long)low);
}

AESNI_INLINE void store_part(uint8_t *p, __m128i x, size_t len)
{
	uint64_t low = (uint64_t)_mm_cvtsi128_si64(x);

	if (len & 8) {
		memcpy(p, &low, 8);
		low = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(x, x));
		p += 8;
	}
	store_half(p, low, len & 7);
}

/* keep zeroes what stands behind len bytes, 1 to 15. */
AESNI_INLINE __m128i keep(__m128i x, size_t len)
{
	static const uint8_t ones[32] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	};

	return _mm_and_si128(x, load(ones + 16 - len));
}

/* ---- GHASH of what is no text ---- */

/* hash_rest adds in[0..len), padded to a block, to the open window. */
AESNI_INLINE void hash_rest(struct hash *h, const uint8_t *in, size_t len)
{
	for (; len >= GNG_AES_BLOCK; len -= GNG_AES_BLOCK, in += GNG_AES_BLOCK)
		hash_block(h, load(in));
	if (len > 0)
		hash_block(h, load_part(in, len));
}

AESNI_INLINE void hash_all(struct hash *h, const uint8_t *in, size_t len)
{
	for (; len >= BATCH; len -= BATCH, in += BATCH)
		hash_blocks(h, in, LANES);
	if (len == 0)
		return;
	open_window(h, blocks_of(len));
	hash_rest(h, in, len);
	close_window(h);
}

/* ---- the end of a message: at most a batch of text, and E(J0) ---- */

/* fold_text is the last round of one lane, into which the text is folded. The key is read anew, or
 * it lies on the stack meanwhile. */
AESNI_INLINE __m128i fold_text(const struct text *t, __m128i s, __m128i in)
{
	return aesenclast(s, _mm_xor_si128(load(t->key->enc[t->key->rounds]), in));
}

AESNI_INLINE void finish_block(struct text *t, struct hash *h, __m128i s, bool seals)
{
	const __m128i in = load(t->in), out = fold_text(t, s, in);

	store(t->out, out);
	hash_block(h, seals ? out : in);
	t->in += GNG_AES_BLOCK;
	t->out += GNG_AES_BLOCK;
}

AESNI_INLINE void finish_part(struct text *t, struct hash *h, __m128i s, size_t len, bool seals)
{
	const __m128i in = load_part(t->in, len), out = fold_text(t, s, in);

	store_part(t->out, out, len);
	hash_block(h, seals ? keep(out, len) : in);
}

#define EACH_OF(i, num) UNROLLED for (size_t i = 0; i < (num); i++)

/* end_rounds begins num lanes, E(J0) and the counters of text, and is all rounds but the last. */
AESNI_INLINE void end_rounds(__m128i s[POWERS], const struct text *t, const uint8_t nonce[12],
			     size_t num)
{
	const __m128i first = load(t->key->enc[0]);

	s[0] = _mm_xor_si128(first_counter(nonce), first);
	EACH_OF(i, num - 1)
	{
		const __m128i n = _mm_add_epi32(t->n, _mm_set_epi32(0, 0, 0, (int)i));

		s[1 + i] = _mm_xor_si128(reverse(n), first);
	}
	for (uint32_t r = 1; r < t->key->rounds; r++) {
		const __m128i rk = load(t->key->enc[r]);

		EACH_OF(i, num)
		s[i] = aesenc(s[i], rk);
	}
}

/*
 * end_lanes crypts len bytes, which with E(J0) are num blocks at most, hashes them and the lengths,
 * and returns the tag. num is a constant.
 */
AESNI_INLINE __m128i end_lanes(struct text *t, struct hash *h, const struct aes_gcm_message *m,
			       size_t len, size_t num, bool seals)
{
	__m128i s[POWERS], part = _mm_setzero_si128();

	end_rounds(s, t, m->nonce, num);
	EACH_OF(i, num - 1)
	{
		if (len >= GNG_AES_BLOCK * (i + 1))
			finish_block(t, h, s[1 + i], seals);
		else if (len > GNG_AES_BLOCK * i)
			part = s[1 + i];
	}
	if (len % GNG_AES_BLOCK > 0)
		finish_part(t, h, part, len % GNG_AES_BLOCK, seals);
	hash_block(h, lengths(m->len, m->aad_len));
	close_window(h);
	return fold_text(t, s[0], reverse(h->y));
}

/* Four lanes take the latency of one, and more take their number times a cycle or a half. */
AESNI_INLINE __m128i end(struct text *t, struct hash *h, const struct aes_gcm_message *m,
			 size_t len, bool seals)
{
	if (len == 0)
		return end_lanes(t, h, m, len, 1, seals);
	if (len <= 3 * GNG_AES_BLOCK)
		return end_lanes(t, h, m, len, 4, seals);
	if (len <= 5 * GNG_AES_BLOCK)
		return end_lanes(t, h, m, len, 6, seals);
	return end_lanes(t, h, m, len, POWERS, seals);
}

/* ---- whole messages ---- */

/* batches does all whole ones, and opens the window of the end. Encryption hashes the batch before,
 * decryption the same batch: its text is there. The last one shares the window with the lengths. */
AESNI_INLINE size_t batches(struct text *t, struct hash *h, size_t len, bool seals)
{
	const bool lags = seals && len >= BATCH;

	if (lags) {
		crypt_lanes(t, LANES);
		len -= BATCH;
	}
	for (; len >= BATCH; len -= BATCH)
		crypt_and_hash(t, h, seals ? t->out - BATCH : t->in);
	if (lags && len > 0)
		hash_blocks(h, t->out - BATCH, LANES);
	open_window(h, (lags && len == 0 ? LANES : blocks_of(len)) + 1);
	if (lags && len == 0)
		hash_rest(h, t->out - BATCH, BATCH);
	return len;
}

AESNI_INLINE __m128i message(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			     bool seals)
{
	const __m128i j0 = reverse(first_counter(m->nonce));
	struct text t = {&key->aes, m->out, m->in, _mm_add_epi32(j0, _mm_set_epi32(0, 0, 0, 1))};
	struct hash h = {.key = key, .y = _mm_setzero_si128()};
	const size_t num_blocks = blocks_of(m->aad_len) + blocks_of(m->len);
	size_t len = m->len;

	if (num_blocks < POWERS) {
		open_window(&h, num_blocks + 1);
		hash_rest(&h, m->aad, m->aad_len);
	} else {
		hash_all(&h, m->aad, m->aad_len);
		len = batches(&t, &h, len, seals);
	}
	return end(&t, &h, m, len, seals);
}

AESNI void aes_aesni_gcm_seal(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      uint8_t *tag)
{
	const __m128i full = message(key, m, true);

	if (key->tag_len == GNG_AES_MAX_TAG)
		store(tag, full);
	else
		store_part(tag, full, key->tag_len);
	leave();
}

/* The comparison is of all bytes at once, and its result the only thing that leaves. */
AESNI void aes_aesni_gcm_open(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			      const uint8_t *tag, uint64_t same[2])
{
	const __m128i full = message(key, m, false);
	const size_t tag_len = key->tag_len;
	__m128i wrong, right;

	if (tag_len == GNG_AES_MAX_TAG)
		wrong = _mm_xor_si128(full, load(tag));
	else
		wrong = keep(_mm_xor_si128(full, load_part(tag, tag_len)), tag_len);
	right = _mm_cmpeq_epi32(wrong, _mm_setzero_si128());
	right = _mm_and_si128(right, _mm_shuffle_epi32(right, 0xb1));
	_mm_storeu_si128((__m128i *)same, right);
	leave();
}

#else
typedef int aes_aesni_message_absent;
#endif
