/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes_gcm.h - GHASH with VPCLMULQDQ and GCM that runs it between the rounds of VAES, written
 * once for vectors of any width (SP 800-38D). Included behind aes_vaes_modes.h.
 *
 * aes_aesni_gcm.c explains the reversed polynomials. Here the highest power stands first, so
 * that the blocks of a run meet falling powers in the order of memory.
 */
#ifndef AES_VAES_GCM_H
#define AES_VAES_GCM_H

#include "aes_gcm_blocks.h"

GNG_STATIC_ASSERT(GNG_AES_GHASH_POWERS >= BATCH_BLOCKS, "one power for each block of a batch");

/* ---- products ---- */

/*
 * product is a sum of 256-bit products before reduction: lo + (mid - lo - hi) 2^64 + hi 2^128, a
 * sum of its own in each block of the vectors. Three multiplications make one (Karatsuba): with
 * four GCM-128 is 14 % slower on Zen 5, and GCM-256 the same.
 */
struct product {
	vec lo, mid, hi;
};

VAES_INLINE struct product no_product(void)
{
	return (struct product){zeros(), zeros(), zeros()};
}

/* reduce folds the low 128 bits, 64 at a time, into the high. */
VAES_INLINE vec reduce(struct product sum)
{
	const vec poly = broadcast_of(_mm_set_epi64x(0, (long long)0xc200000000000000));

	sum.mid = xor3(sum.mid, sum.lo, sum.hi);
	sum.mid = xor3(sum.mid, swap_halves(sum.lo), clmul_ll(sum.lo, poly));
	return xor3(sum.hi, swap_halves(sum.mid), clmul_ll(sum.mid, poly));
}

/* half_sums holds the XOR of the halves in both halves. */
VAES_INLINE vec half_sums(vec x)
{
	return xor2(x, swap_halves(x));
}

VAES_INLINE vec multiply(vec a, vec b)
{
	return reduce((struct product){
		clmul_ll(a, b),
		clmul_ll(half_sums(a), half_sums(b)),
		clmul_hh(a, b),
	});
}

/* ---- powers of the hash key ---- */

/* times_x is x times h: in reverse a shift to the left, and the bit that falls out comes back
 * as the polynomial, without a branch on it. */
VAES_INLINE __m128i times_x(__m128i h)
{
	const __m128i poly = _mm_set_epi64x((long long)0xc200000000000000, 1);
	const __m128i out = _mm_shuffle_epi32(_mm_srai_epi32(h, 31), 0xff);
	const __m128i carry = _mm_slli_si128(_mm_srli_epi64(h, 63), 8);
	const __m128i shifted = _mm_or_si128(_mm_slli_epi64(h, 1), carry);

	return _mm_xor_si128(shifted, _mm_and_si128(out, poly));
}

/* first_powers is the powers VEC_BLOCKS to 1. */
VAES_INLINE vec first_powers(__m128i h)
{
	const vec all = broadcast_of(h), square = multiply(all, all);
	const vec pair = last_and_all_but_last(first_of(square), all);

	if (VEC_BLOCKS == 2)
		return pair;
	return first_halves(multiply(pair, square), pair);
}

VAES_INLINE uint8_t *power_sums(struct gng_aes_gcm_key *key, size_t pair)
{
	return key->ghash_sum[2 * VEC_BLOCKS * pair];
}

/* double_powers makes the vectors n to 2 n - 1: those before times the highest of them. */
VAES_INLINE void double_powers(vec power[VECS], size_t n)
{
	const vec highest = broadcast_of(first_of(power[n - 1]));

	EACH_VEC (i, n)
		power[n + i] = multiply(power[i], highest);
}

VAES_INLINE __m128i encrypt_block(const struct gng_aes_key *key, __m128i block)
{
	vec s = only_first(_mm_xor_si128(block, _mm_loadu_si128((const __m128i *)key->enc[0])));

	encrypt_rounds(&s, 1, key);
	return first_of(aesenclast(s, broadcast(key->enc[key->rounds])));
}

/* The half sums of a pair of vectors share one: the low halves are of the first, the high of
 * the second. */
static VAES void ghash_init_vaes(struct gng_aes_gcm_key *key)
{
	vec power[VECS];
	__m128i h;

	memset(key->ghash[BATCH_BLOCKS], 0,
	       sizeof(key->ghash) - BATCH_BLOCKS * sizeof(key->ghash[0]));
	memset((uint8_t *)key->ghash_sum + BATCH_BLOCKS * sizeof(key->ghash_sum[0]), 0,
	       sizeof(key->ghash_sum) - BATCH_BLOCKS * sizeof(key->ghash_sum[0]));
	h = encrypt_block(&key->aes, _mm_setzero_si128());
	power[0] = first_powers(times_x(first_of(reverse(only_first(h)))));
	double_powers(power, 1);
	double_powers(power, 2);
	double_powers(power, 4);
	EACH_VEC (i, VECS)
		store(key->ghash[VEC_BLOCKS * i], power[VECS - 1 - i]);
	EACH_VEC (i, VECS / 2)
		store(key->ghash_sum[2 * VEC_BLOCKS * i],
		      low_halves(half_sums(power[VECS - 1 - 2 * i]),
				 half_sums(power[VECS - 2 - 2 * i])));
	leave();
}

/* ---- GHASH ---- */

/* hash is GHASH in progress: y, in the first block, enters with the next vector. power is that of
 * the next block in a window of blocks which share one reduction. */
struct hash {
	const struct gng_aes_gcm_key *key;
	const uint8_t *power;
	vec y;
	struct product sum;
};

/* open_window begins a run of exactly num_blocks, 1 to BATCH_BLOCKS. */
VAES_INLINE void open_window(struct hash *h, size_t num_blocks)
{
	h->power = h->key->ghash[BATCH_BLOCKS - num_blocks];
	h->sum = no_product();
}

/* close_window is the one reduction. It comes before the one sum of the blocks of a vector, which
 * then is of one vector and not of three. */
VAES_INLINE void close_window(struct hash *h)
{
	h->y = fold(reduce(h->sum));
}

/* hash_vec adds num_blocks; the other blocks of text are zero, and so are their products. */
VAES_INLINE void hash_vec(struct hash *h, vec text, size_t num_blocks)
{
	const vec a = xor2(reverse(text), h->y), power = load(h->power);

	h->sum.lo = xor2(h->sum.lo, clmul_ll(a, power));
	h->sum.mid = xor2(h->sum.mid, clmul_ll(half_sums(a), half_sums(power)));
	h->sum.hi = xor2(h->sum.hi, clmul_hh(a, power));
	h->power += GNG_AES_BLOCK * num_blocks;
	h->y = zeros();
}

/* hash_pair adds vectors 2 pair and 2 pair + 1 of a batch, whose window is all powers. */
VAES_INLINE void hash_pair(struct hash *h, const uint8_t *batch, size_t pair)
{
	const uint8_t *const text = batch + 2 * VEC_LEN * pair;
	const vec p = load(h->key->ghash[2 * VEC_BLOCKS * pair]);
	const vec q = load(h->key->ghash[2 * VEC_BLOCKS * pair + VEC_BLOCKS]);
	const vec half_sum = load(h->key->ghash_sum[2 * VEC_BLOCKS * pair]);
	vec a = reverse(load(text)), b = reverse(load(text + VEC_LEN));

	if (pair == 0)
		a = xor2(a, h->y);
	h->sum.lo = xor3(h->sum.lo, clmul_ll(a, p), clmul_ll(b, q));
	h->sum.mid = xor3(h->sum.mid, clmul_ll(half_sums(a), half_sum),
			  clmul_lh(half_sums(b), half_sum));
	h->sum.hi = xor3(h->sum.hi, clmul_hh(a, p), clmul_hh(b, q));
}

VAES_INLINE void hash_batch(struct hash *h, const uint8_t *batch)
{
	open_window(h, BATCH_BLOCKS);
	EACH_VEC (pair, VECS / 2)
		hash_pair(h, batch, pair);
	close_window(h);
}

/* hash_rest adds in[0..len), padded to a block, to the open window. */
VAES_INLINE void hash_rest(struct hash *h, const uint8_t *in, size_t len)
{
	for (; len >= VEC_LEN; len -= VEC_LEN, in += VEC_LEN)
		hash_vec(h, load(in), VEC_BLOCKS);
	if (len > 0)
		hash_vec(h, load_part(in, len), blocks_of(len));
}

VAES_INLINE void hash_all(struct hash *h, const uint8_t *in, size_t len)
{
	for (; len >= BATCH; len -= BATCH, in += BATCH)
		hash_batch(h, in);
	if (len == 0)
		return;
	open_window(h, blocks_of(len));
	hash_rest(h, in, len);
	close_window(h);
}

static VAES void ghash_vaes(const struct gng_aes_gcm_key *key, uint8_t hash[16], const uint8_t *in,
			    size_t num_blocks)
{
	struct hash h = {.key = key};

	h.y = reverse(load_part(hash, GNG_AES_BLOCK));
	hash_all(&h, in, num_blocks * GNG_AES_BLOCK);
	_mm_storeu_si128((__m128i *)hash, first_of(reverse(h.y)));
	leave();
}

/* ---- GCTR ---- */

/* text is what is left to crypt, and the counters of its next vector as numbers. */
struct text {
	const struct gng_aes_key *key;
	uint8_t *out;
	const uint8_t *in;
	vec n;
};

/* count fills s with counter blocks and adds the first round key. Only the low 32 bits count
 * (inc32), and nothing branches: where the nonce has not 12 bytes the counter comes from the
 * hash key. */
VAES_INLINE void count(vec s[], size_t num, const struct text *t)
{
	const vec first = broadcast(t->key->enc[0]);

	EACH_VEC (i, num)
		s[i] = xor2(reverse(add32(t->n, only_low32(VEC_BLOCKS * i))), first);
}

VAES_INLINE void move_on(struct text *t, size_t len)
{
	t->n = add32(t->n, only_low32((int)(len / GNG_AES_BLOCK)));
	t->in += len;
	t->out += len;
}

/* finish_vecs is the last round, into which the text is folded. */
VAES_INLINE void finish_vecs(vec s[], size_t num, struct text *t)
{
	const vec last = broadcast(t->key->enc[t->key->rounds]);

	EACH_VEC (i, num)
		store(t->out + VEC_LEN * i,
		      aesenclast(s[i], xor2(last, load(t->in + VEC_LEN * i))));
	move_on(t, num * VEC_LEN);
}

VAES_INLINE void crypt_batch(struct text *t)
{
	vec s[VECS];

	count(s, VECS, t);
	encrypt_rounds(s, VECS, t->key);
	finish_vecs(s, VECS, t);
}

/*
 * crypt_and_hash encrypts a batch of counters while it hashes a batch of text: VAESENC and
 * VPCLMULQDQ do not wait for each other, so a pair of vectors is hashed behind each second
 * round.
 */
VAES_INLINE void crypt_and_hash(struct text *t, struct hash *h, const uint8_t *batch)
{
	vec s[VECS];

	count(s, VECS, t);
	open_window(h, BATCH_BLOCKS);
	EACH_VEC (pair, VECS / 2) {
		encrypt_round(s, VECS, t->key, 2 * (uint32_t)pair + 1);
		encrypt_round(s, VECS, t->key, 2 * (uint32_t)pair + 2);
		hash_pair(h, batch, pair);
	}
	encrypt_round(s, VECS, t->key, VECS + 1);
	close_window(h);
	last_rounds(s, VECS, t->key);
	finish_vecs(s, VECS, t);
}

/* Encryption hashes the batch before, decryption the same batch: its text is there. */
VAES_INLINE size_t seal_batches(struct text *t, struct hash *h, size_t len)
{
	if (len < BATCH)
		return len;
	crypt_batch(t);
	for (len -= BATCH; len >= BATCH; len -= BATCH)
		crypt_and_hash(t, h, t->out - BATCH);
	hash_batch(h, t->out - BATCH);
	return len;
}

VAES_INLINE size_t open_batches(struct text *t, struct hash *h, size_t len)
{
	for (; len >= BATCH; len -= BATCH)
		crypt_and_hash(t, h, t->in);
	return len;
}

/* crypt_vecs crypts num vectors and hashes their ciphertext in the open window. */
VAES_INLINE void crypt_vecs(struct text *t, struct hash *h, size_t num, bool seals)
{
	const vec last = broadcast(t->key->enc[t->key->rounds]);
	vec s[VECS];

	count(s, num, t);
	encrypt_rounds(s, num, t->key);
	EACH_VEC (i, num) {
		const vec in = load(t->in + VEC_LEN * i), out = aesenclast(s[i], xor2(last, in));

		store(t->out + VEC_LEN * i, out);
		hash_vec(h, seals ? out : in, VEC_BLOCKS);
	}
	move_on(t, num * VEC_LEN);
}

VAES_INLINE void crypt_part(struct text *t, struct hash *h, size_t len, bool seals)
{
	const vec last = broadcast(t->key->enc[t->key->rounds]), in = load_part(t->in, len);
	vec s, out;

	count(&s, 1, t);
	encrypt_rounds(&s, 1, t->key);
	out = aesenclast(s, xor2(last, in));
	store_part(t->out, out, len);
	hash_vec(h, seals ? keep(out, len) : in, blocks_of(len));
}

/* crypt_rest does less than a batch; the window is open for all of it. */
VAES_INLINE void crypt_rest(struct text *t, struct hash *h, size_t len, bool seals)
{
	if (len & 4 * VEC_LEN)
		crypt_vecs(t, h, 4, seals);
	if (len & 2 * VEC_LEN)
		crypt_vecs(t, h, 2, seals);
	if (len & VEC_LEN)
		crypt_vecs(t, h, 1, seals);
	if (len % VEC_LEN > 0)
		crypt_part(t, h, len % VEC_LEN, seals);
}

/* ---- whole blocks, for streams ---- */

VAES_INLINE void crypt_blocks(const struct gng_aes_gcm_key *key, uint8_t counter[16],
			      uint8_t hash[16], uint8_t *out, const uint8_t *in, size_t num_blocks,
			      bool seals)
{
	const vec n = reverse(broadcast(counter));
	struct text t = {&key->aes, out, in, add32(n, numbered(0))};
	struct hash h = {.key = key};
	size_t len = num_blocks * GNG_AES_BLOCK;

	h.y = reverse(load_part(hash, GNG_AES_BLOCK));
	len = seals ? seal_batches(&t, &h, len) : open_batches(&t, &h, len);
	if (len > 0) {
		open_window(&h, len / GNG_AES_BLOCK);
		crypt_rest(&t, &h, len, seals);
		close_window(&h);
	}
	store_part(counter, reverse(add32(n, only_low32((int)num_blocks))), GNG_AES_BLOCK);
	store_part(hash, reverse(h.y), GNG_AES_BLOCK);
	leave();
}

static VAES void gcm_encrypt_vaes(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				  uint8_t hash[16], uint8_t *out, const uint8_t *in,
				  size_t num_blocks)
{
	crypt_blocks(key, counter, hash, out, in, num_blocks, true);
}

static VAES void gcm_decrypt_vaes(const struct gng_aes_gcm_key *key, uint8_t counter[16],
				  uint8_t hash[16], uint8_t *out, const uint8_t *in,
				  size_t num_blocks)
{
	crypt_blocks(key, counter, hash, out, in, num_blocks, false);
}

/* ---- whole messages ---- */

/* power_block is the power n of the hash key. */
VAES_INLINE __m128i power_block(const struct gng_aes_gcm_key *key, size_t n)
{
	return _mm_loadu_si128((const __m128i *)key->ghash[BATCH_BLOCKS - n]);
}

VAES_INLINE void add_product(struct product *sum, vec a, vec power)
{
	sum->lo = xor2(sum->lo, clmul_ll(a, power));
	sum->mid = xor2(sum->mid, clmul_ll(half_sums(a), half_sums(power)));
	sum->hi = xor2(sum->hi, clmul_hh(a, power));
}

/* A masked load of no byte reads nothing, but from NULL it takes a microcode assist of some 100 ns
 * (Zen 5): the nonce stands in for a buffer that is not there. */
VAES_INLINE vec load_present(const struct aes_gcm_message *m, const uint8_t *p, size_t len)
{
	return load_part(len > 0 ? p : m->nonce, len);
}

/*
 * short_message has a vector of text and a block of data at most. E(J0) goes through the rounds
 * beside the text, and one vector holds the data and the lengths, each for its own power: what
 * counts here is the number of instructions, for the next message starts while this one waits.
 */
VAES_INLINE __m128i short_message(const struct gng_aes_gcm_key *key,
				  const struct aes_gcm_message *m, bool seals)
{
	const __m128i j0 = first_counter(m->nonce);
	const size_t len = m->len, num_blocks = blocks_of(len);
	const vec first = broadcast(key->aes.enc[0]),
		  last = broadcast(key->aes.enc[key->aes.rounds]);
	const vec n = add32(reverse(broadcast_of(j0)), numbered(1));
	const vec in = len == VEC_LEN ? load(m->in) : load_present(m, m->in, len);
	const vec ends =
		pair_of(first_of(load_present(m, m->aad, m->aad_len)), lengths(len, m->aad_len));
	const vec powers = pair_of(power_block(key, num_blocks + 2), power_block(key, 1));
	vec s[2] = {xor2(reverse(n), first), xor2(only_first(j0), first)}, out;
	struct product sum = no_product();

	encrypt_rounds(s, 2, &key->aes);
	add_product(&sum, reverse(ends), powers);
	out = aesenclast(s[0], xor2(last, in));
	if (len == VEC_LEN) {
		store(m->out, out);
	} else {
		store_part(m->out, out, len);
		out = keep(out, len);
	}
	add_product(&sum, reverse(seals ? out : in),
		    load(key->ghash[BATCH_BLOCKS - 1 - num_blocks]));
	return _mm_xor_si128(first_of(reverse(fold(reduce(sum)))),
			     first_of(aesenclast(s[1], last)));
}

/*
 * long_message: up to a batch there is a single window, and AAD, text and lengths cost one
 * reduction. Beyond it the AAD is hashed first, and the lengths with what follows the batches.
 */
VAES_INLINE __m128i long_message(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
				 bool seals)
{
	const __m128i j0 = first_counter(m->nonce);
	const size_t num_blocks = blocks_of(m->aad_len) + blocks_of(m->len);
	__m128i mask;
	struct text t = {&key->aes, m->out, m->in, add32(reverse(broadcast_of(j0)), numbered(1))};
	struct hash h = {.key = key, .y = zeros()};
	size_t len = m->len;

	if (num_blocks < BATCH_BLOCKS) {
		open_window(&h, num_blocks + 1);
		hash_rest(&h, m->aad, m->aad_len);
	} else {
		hash_all(&h, m->aad, m->aad_len);
		len = seals ? seal_batches(&t, &h, len) : open_batches(&t, &h, len);
		open_window(&h, blocks_of(len) + (blocks_of(len) < BATCH_BLOCKS));
	}
	mask = encrypt_block(&key->aes, j0); /* not before the batches, or it lies on the stack */
	crypt_rest(&t, &h, len, seals);
	if (blocks_of(len) == BATCH_BLOCKS) { /* no power is left for the lengths */
		close_window(&h);
		open_window(&h, 1);
	}
	hash_vec(&h, only_first(lengths(m->len, m->aad_len)), 1);
	close_window(&h);
	return _mm_xor_si128(first_of(reverse(h.y)), mask);
}

static inline bool is_short(const struct aes_gcm_message *m)
{
	return m->len <= VEC_LEN && m->aad_len <= GNG_AES_BLOCK;
}

VAES_INLINE __m128i message(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			    bool seals)
{
	if (is_short(m))
		return short_message(key, m, seals);
	return long_message(key, m, seals);
}

static VAES void gcm_seal_vaes(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			       uint8_t *tag)
{
	const __m128i full = message(key, m, true);

	if (key->tag_len == GNG_AES_MAX_TAG)
		_mm_storeu_si128((__m128i *)tag, full);
	else
		store_part(tag, only_first(full), key->tag_len);
	leave();
}

/* The comparison is of all bytes at once, and its result the only thing that leaves. place is
 * volatile, or GCC 12 keeps it in a vector register, and the lint takes it for a secret. */
static VAES void gcm_open_vaes(const struct gng_aes_gcm_key *key, const struct aes_gcm_message *m,
			       const uint8_t *tag, uint64_t same[2])
{
	uint64_t *volatile place = same;
	const vec want = load_part(tag, key->tag_len);
	const vec wrong = keep(xor2(only_first(message(key, m, false)), want), key->tag_len);

	_mm_storeu_si128((__m128i *)place, first_of(zero_halves(wrong)));
	leave();
}

#endif /* AES_VAES_GCM_H */
