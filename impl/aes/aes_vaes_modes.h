/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes_modes.h - ECB, CBC and CTR with VAES, written once for vectors of any width
 * (SP 800-38A). Included by aes_vaes256.c and aes_vaes512.c behind the header of their width.
 *
 * Every function that is not inlined ends in leave(), whose VZEROUPPER also cleans the upper
 * halves: a legacy-encoded AESENC after code
 * that left the upper halves dirty takes ten times as long.
 */
#ifndef AES_VAES_MODES_H
#define AES_VAES_MODES_H

/*
 * Eight vectors in flight hide the latency of VAESENC (4 cycles at two in a cycle on Zen 5, 3
 * at one on Sapphire Rapids). Loops over vectors have a constant count once they are inlined,
 * and must be unrolled: else the states live on the stack, 3-4 times slower. Their counters are
 * unsigned: UBSan asks at each step of a signed one whether it overflows, and clang 14 then needs
 * minutes for a file and not ten seconds.
 */
#define VECS 8
#define BATCH (VECS * VEC_LEN)
#define BATCH_BLOCKS (VECS * VEC_BLOCKS)
#ifdef __clang__
#define EACH_VEC(i, num) _Pragma("clang loop unroll(full)") for (size_t i = 0; i < (num); i++)
#else
#define EACH_VEC(i, num) _Pragma("GCC unroll 16") for (size_t i = 0; i < (num); i++)
#endif

/* ---- rounds ---- */

/*
 * afresh makes the compiler forget which round keys it has loaded. GCC 12 otherwise reads one once
 * for several chains, widens it at each use with a shuffle, and where it runs out of registers
 * leaves it on the stack, which nobody clears. (A broadcast in asm prevents that too, and costs
 * 6 % at 16 KiB: the scheduler does not know its latency.)
 */
VAES_INLINE const struct gng_aes_key *afresh(const struct gng_aes_key *key)
{
	__asm__("" : "+r"(key));
	return key;
}

VAES_INLINE void encrypt_round(vec s[], size_t num, const struct gng_aes_key *key, uint32_t r)
{
	const vec rk = broadcast(key->enc[r]);

	EACH_VEC (i, num)
		s[i] = aesenc(s[i], rk);
}

VAES_INLINE void decrypt_round(vec s[], size_t num, const struct gng_aes_key *key, uint32_t r)
{
	const vec rk = broadcast(key->dec[r]);

	EACH_VEC (i, num)
		s[i] = aesdec(s[i], rk);
}

/* last_rounds is rounds 10 to Nr - 1: none, two or four. As a loop it costs eight moves a turn. */
VAES_INLINE void last_rounds(vec s[], size_t num, const struct gng_aes_key *key)
{
	if (key->rounds > 10) {
		encrypt_round(s, num, key, 10);
		encrypt_round(s, num, key, 11);
	}
	if (key->rounds > 12) {
		encrypt_round(s, num, key, 12);
		encrypt_round(s, num, key, 13);
	}
}

/* encrypt_rounds is rounds 1 to Nr - 1; the first addition and the last round are the
 * callers', because they fold the text into them. */
VAES_INLINE void encrypt_rounds(vec s[], size_t num, const struct gng_aes_key *key)
{
	key = afresh(key);
	EACH_VEC (r, 9)
		encrypt_round(s, num, key, (uint32_t)r + 1);
	last_rounds(s, num, key);
}

VAES_INLINE void decrypt_rounds(vec s[], size_t num, const struct gng_aes_key *key)
{
	EACH_VEC (r, 9)
		decrypt_round(s, num, key, (uint32_t)r + 1);
	if (key->rounds > 10) {
		decrypt_round(s, num, key, 10);
		decrypt_round(s, num, key, 11);
	}
	if (key->rounds > 12) {
		decrypt_round(s, num, key, 12);
		decrypt_round(s, num, key, 13);
	}
}

/* ---- ECB ---- */

VAES_INLINE void ecb_encrypt_vecs(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				  size_t num)
{
	const vec first = broadcast(key->enc[0]), last = broadcast(key->enc[key->rounds]);
	vec s[VECS];

	EACH_VEC (i, num)
		s[i] = xor2(load(in + VEC_LEN * i), first);
	encrypt_rounds(s, num, key);
	EACH_VEC (i, num)
		store(out + VEC_LEN * i, aesenclast(s[i], last));
}

static VAES void ecb_encrypt_vaes(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				  size_t num_blocks)
{
	size_t len = num_blocks * GNG_AES_BLOCK;
	vec s;

	for (; len >= BATCH; len -= BATCH, in += BATCH, out += BATCH)
		ecb_encrypt_vecs(key, out, in, VECS);
	for (; len >= VEC_LEN; len -= VEC_LEN, in += VEC_LEN, out += VEC_LEN)
		ecb_encrypt_vecs(key, out, in, 1);
	if (len > 0) {
		s = xor2(load_part(in, len), broadcast(key->enc[0]));
		encrypt_rounds(&s, 1, key);
		store_part(out, aesenclast(s, broadcast(key->enc[key->rounds])), len);
	}
	leave();
}

VAES_INLINE void ecb_decrypt_vecs(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				  size_t num)
{
	const vec first = broadcast(key->dec[0]), last = broadcast(key->dec[key->rounds]);
	vec s[VECS];

	EACH_VEC (i, num)
		s[i] = xor2(load(in + VEC_LEN * i), first);
	decrypt_rounds(s, num, key);
	EACH_VEC (i, num)
		store(out + VEC_LEN * i, aesdeclast(s[i], last));
}

static VAES void ecb_decrypt_vaes(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
				  size_t num_blocks)
{
	size_t len = num_blocks * GNG_AES_BLOCK;
	vec s;

	for (; len >= BATCH; len -= BATCH, in += BATCH, out += BATCH)
		ecb_decrypt_vecs(key, out, in, VECS);
	for (; len >= VEC_LEN; len -= VEC_LEN, in += VEC_LEN, out += VEC_LEN)
		ecb_decrypt_vecs(key, out, in, 1);
	if (len > 0) {
		s = xor2(load_part(in, len), broadcast(key->dec[0]));
		decrypt_rounds(&s, 1, key);
		store_part(out, aesdeclast(s, broadcast(key->dec[key->rounds])), len);
	}
	leave();
}

/* ---- CBC ---- */

/* From the last vector down, because out may be in: a block needs the ciphertext before it. */
VAES_INLINE __m128i cbc_decrypt_vecs(const struct gng_aes_key *key, __m128i iv, uint8_t *out,
				     const uint8_t *in, size_t num)
{
	const vec first = broadcast(key->dec[0]), last = broadcast(key->dec[key->rounds]);
	const __m128i next_iv = _mm_loadu_si128((const __m128i *)(in + VEC_LEN * num - 16));
	vec s[VECS];

	EACH_VEC (i, num)
		s[i] = xor2(load(in + VEC_LEN * i), first);
	decrypt_rounds(s, num, key);
	EACH_VEC (i, num) {
		const size_t j = num - 1 - i;
		const vec before =
			j > 0 ? load(in + VEC_LEN * j - 16) : last_and_all_but_last(iv, load(in));

		store(out + VEC_LEN * j, aesdeclast(s[j], xor2(before, last)));
	}
	return next_iv;
}

VAES_INLINE void cbc_decrypt_part(const struct gng_aes_key *key, __m128i iv, uint8_t *out,
				  const uint8_t *in, size_t len)
{
	const vec text = load_part(in, len), last = broadcast(key->dec[key->rounds]);
	vec s = xor2(text, broadcast(key->dec[0]));

	decrypt_rounds(&s, 1, key);
	s = aesdeclast(s, xor2(last_and_all_but_last(iv, text), last));
	store_part(out, s, len);
}

static VAES void cbc_decrypt_vaes(const struct gng_aes_key *key, uint8_t iv[16], uint8_t *out,
				  const uint8_t *in, size_t num_blocks)
{
	__m128i chain = _mm_loadu_si128((const __m128i *)iv);
	size_t len = num_blocks * GNG_AES_BLOCK;

	for (; len >= BATCH; len -= BATCH, in += BATCH, out += BATCH)
		chain = cbc_decrypt_vecs(key, chain, out, in, VECS);
	for (; len >= VEC_LEN; len -= VEC_LEN, in += VEC_LEN, out += VEC_LEN)
		chain = cbc_decrypt_vecs(key, chain, out, in, 1);
	if (len > 0) {
		const __m128i next = _mm_loadu_si128((const __m128i *)(in + len - 16));

		cbc_decrypt_part(key, chain, out, in, len);
		chain = next;
	}
	_mm_storeu_si128((__m128i *)iv, chain);
	leave();
}

/* ---- CTR ---- */

/* counter is a counter block as two numbers: no vector carries from one half to the other. */
struct counter {
	uint64_t high, low;
};

VAES_INLINE __m128i number_of(struct counter n)
{
	return _mm_set_epi64x((long long)n.high, (long long)n.low);
}

/* advance is the standard incrementing function of SP 800-38A appendix B.1, m = 128. */
VAES_INLINE struct counter advance(struct counter n, uint64_t num)
{
	const uint64_t low = n.low + num;

	return (struct counter){n.high + (low < num), low};
}

VAES_INLINE void ctr_vecs(const struct gng_aes_key *key, struct counter n, uint8_t *out,
			  const uint8_t *in, size_t num)
{
	const vec first = broadcast(key->enc[0]), last = broadcast(key->enc[key->rounds]);
	const vec number = broadcast_of(number_of(n)), block = reverse(number);
	vec s[CTR_VECS];

	/* Mostly only the last byte counts, and that needs no reversal: 2 to 8 % of CTR-128 at
	 * 16 KiB (vaes512, Zen 5). */
	if ((uint8_t)n.low <= 256 - VEC_BLOCKS * num)
		EACH_VEC (i, num)
			s[i] = xor2(add8(block, last_bytes(VEC_BLOCKS * i)), first);
	else
		EACH_VEC (i, num)
			s[i] = xor2(reverse(add64(number, numbered(VEC_BLOCKS * i))), first);
	encrypt_rounds(s, num, key);
	EACH_VEC (i, num)
		store(out + VEC_LEN * i, aesenclast(s[i], xor2(last, load(in + VEC_LEN * i))));
}

VAES_INLINE void ctr_part(const struct gng_aes_key *key, struct counter n, uint8_t *out,
			  const uint8_t *in, size_t len)
{
	const vec last = broadcast(key->enc[key->rounds]);
	vec s = add64(broadcast_of(number_of(n)), numbered(0));

	s = xor2(reverse(s), broadcast(key->enc[0]));
	encrypt_rounds(&s, 1, key);
	store_part(out, aesenclast(s, xor2(last, load_part(in, len))), len);
}

/* ctr_run does num_blocks, none of which carries out of the low half of n. With nothing but AES to
 * do, twice the vectors in flight are 6 % faster where there are registers for them (Zen 5). */
VAES_INLINE void ctr_run(const struct gng_aes_key *key, struct counter n, uint8_t *out,
			 const uint8_t *in, size_t num_blocks)
{
	size_t len = num_blocks * GNG_AES_BLOCK;

	for (; len >= CTR_VECS * VEC_LEN; len -= CTR_VECS * VEC_LEN) {
		ctr_vecs(key, n, out, in, CTR_VECS);
		n = advance(n, CTR_VECS * VEC_BLOCKS);
		in += CTR_VECS * VEC_LEN;
		out += CTR_VECS * VEC_LEN;
	}
	if (len >= BATCH) {
		ctr_vecs(key, n, out, in, VECS);
		n = advance(n, BATCH_BLOCKS);
		len -= BATCH;
		in += BATCH;
		out += BATCH;
	}
	for (; len >= VEC_LEN; len -= VEC_LEN, in += VEC_LEN, out += VEC_LEN) {
		ctr_vecs(key, n, out, in, 1);
		n = advance(n, VEC_BLOCKS);
	}
	if (len > 0)
		ctr_part(key, n, out, in, len);
}

/* The counter is public in CTR, so the time may show where it carries. */
static VAES void ctr_vaes(const struct gng_aes_key *key, uint8_t counter[16], uint8_t *out,
			  const uint8_t *in, size_t num_blocks)
{
	const __m128i number = first_of(reverse(broadcast(counter)));
	struct counter n = {
		(uint64_t)_mm_extract_epi64(number, 1),
		(uint64_t)_mm_cvtsi128_si64(number),
	};

	while (num_blocks > 0) {
		const uint64_t before_carry = -n.low; /* 0 for 2^64 */
		size_t num = num_blocks;

		if (before_carry > 0 && before_carry < num)
			num = before_carry;
		ctr_run(key, n, out, in, num);
		n = advance(n, num);
		out += num * GNG_AES_BLOCK;
		in += num * GNG_AES_BLOCK;
		num_blocks -= num;
	}
	_mm_storeu_si128((__m128i *)counter, first_of(reverse(only_first(number_of(n)))));
	leave();
}

/* ---- many CBC encryptions ---- */

/*
 * One chain waits for itself all the time, so AES_STREAMS_MAX chains run side by side, one in each
 * block of the vectors. A caller with fewer repeats one of them: both load the same bytes
 * before either stores the same bytes.
 */
#define STREAM_VECS (AES_STREAMS_MAX / VEC_BLOCKS)

static VAES void cbc_encrypt_streams_vaes(const struct gng_aes_key *key,
					  struct aes_cbc_streams *streams, size_t num_blocks)
{
	const vec first = broadcast(key->enc[0]), last = broadcast(key->enc[key->rounds]);
	vec s[STREAM_VECS];

	EACH_VEC (i, STREAM_VECS)
		s[i] = load(streams->iv[VEC_BLOCKS * i]);
	for (; num_blocks > 0; num_blocks--) {
		EACH_VEC (i, STREAM_VECS)
			s[i] = xor3(s[i], gather(streams->in + VEC_BLOCKS * i), first);
		encrypt_rounds(s, STREAM_VECS, key);
		EACH_VEC (i, STREAM_VECS) {
			s[i] = aesenclast(s[i], last);
			scatter(streams->out + VEC_BLOCKS * i, s[i]);
		}
		for (int i = 0; i < AES_STREAMS_MAX; i++) {
			streams->in[i] += GNG_AES_BLOCK;
			streams->out[i] += GNG_AES_BLOCK;
		}
	}
	EACH_VEC (i, STREAM_VECS)
		store(streams->iv[VEC_BLOCKS * i], s[i]);
	leave();
}

#endif /* AES_VAES_MODES_H */
