/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_portable.c - AES without AES instructions, in constant time (FIPS 197 section 5).
 *
 * Bit-sliced: eight 64-bit words hold four blocks, word i the bit i of all 64 bytes, so the
 * S-box is a circuit and no address depends on a secret. In a word the byte of row r, column
 * c and block b is bit 16 r + 4 c + b: the next row is then one rotation away, which is what
 * MixColumns needs most.
 */
#include "aes_portable.h"

#include "aes_circuit.h"

#define PASS 4 /* blocks at a time */
#define EACH_BIT (uint64_t)0x1111111111111111

static inline uint64_t ror(uint64_t x, unsigned int n)
{
	return x >> n | x << (64 - n);
}

/* swap_bits exchanges the bits of *high under mask with those of *low that stand shift higher. */
static inline void swap_bits(uint64_t *high, uint64_t *low, uint64_t mask, unsigned int shift)
{
	const uint64_t t = (*low >> shift ^ *high) & mask;

	*high ^= t;
	*low ^= t << shift;
}

/* transpose exchanges bit 8 k + j of word i with bit 8 k + i of word j. Its own inverse. */
static inline void transpose(uint64_t q[8])
{
	for (int i = 0; i < 8; i += 2)
		swap_bits(&q[i + 1], &q[i], 0x5555555555555555, 1);
	for (int i = 0; i < 8; i += 4) {
		swap_bits(&q[i + 2], &q[i], 0x3333333333333333, 2);
		swap_bits(&q[i + 3], &q[i + 1], 0x3333333333333333, 2);
	}
	for (int i = 0; i < 4; i++)
		swap_bits(&q[i + 4], &q[i], 0x0f0f0f0f0f0f0f0f, 4);
}

/* spread moves the four bytes of x to the even bytes; gather moves them back. */
static inline uint64_t spread(uint64_t x)
{
	x = (x | x << 16) & 0x0000ffff0000ffff;
	return (x | x << 8) & 0x00ff00ff00ff00ff;
}

static inline uint64_t gather(uint64_t x)
{
	x &= 0x00ff00ff00ff00ff;
	x = (x | x >> 8) & 0x0000ffff0000ffff;
	return (x | x >> 16) & 0x00000000ffffffff;
}

/* slice takes num <= 4 blocks into q; the others are zero. Columns 0 and 2 of block b share
 * word b, columns 1 and 3 word 4 + b, before the bits are transposed. */
static inline void slice(uint64_t q[8], const uint8_t *in, size_t num)
{
	for (size_t b = 0; b < PASS; b++) {
		uint64_t lo = 0, hi = 0;

		if (b < num) {
			lo = aes_load_le(in + 16 * b);
			hi = aes_load_le(in + 16 * b + 8);
		}
		q[b] = spread(lo & 0xffffffff) | spread(hi & 0xffffffff) << 8;
		q[b + 4] = spread(lo >> 32) | spread(hi >> 32) << 8;
	}
	transpose(q);
}

static inline void unslice(uint8_t *out, uint64_t q[8], size_t num)
{
	transpose(q);
	for (size_t b = 0; b < PASS && b < num; b++) {
		aes_store_le(out + 16 * b, gather(q[b]) | gather(q[b + 4]) << 32);
		aes_store_le(out + 16 * b + 8, gather(q[b] >> 8) | gather(q[b + 4] >> 8) << 32);
	}
}

/* Row r turns by r columns: first rows 1 and 3 by one, then rows 2 and 3 by two. */
static inline uint64_t turn_rows_2_3(uint64_t x)
{
	const uint64_t t = (x ^ x >> 8) & 0x00ff00ff00000000;

	return x ^ t ^ t << 8;
}

static inline void shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i];

		q[i] = turn_rows_2_3((x & 0x0000ffff0000ffff) | (x >> 4 & 0x0fff00000fff0000) |
				     (x << 12 & 0xf0000000f0000000));
	}
}

static inline void inv_shift_rows(uint64_t q[8])
{
	for (int i = 0; i < 8; i++) {
		const uint64_t x = q[i];

		q[i] = turn_rows_2_3((x & 0x0000ffff0000ffff) | (x << 4 & 0xfff00000fff00000) |
				     (x >> 12 & 0x000f0000000f0000));
	}
}

/* With a the rows, a' the next and so on: 2 a + 3 a' + a'' + a''' = 2 d + a' + d'', d = a + a'. */
static inline void mix_columns(uint64_t q[8])
{
	uint64_t next[8], d[8];

	for (int i = 0; i < 8; i++) {
		next[i] = ror(q[i], 16);
		d[i] = q[i] ^ next[i];
	}
	for (int i = 0; i < 8; i++)
		q[i] = next[i] ^ ror(d[i], 32) ^ d[(i + 7) % 8];
	q[1] ^= d[7]; /* the polynomial 0x11b: bits 0 (above), 1, 3 and 4 */
	q[3] ^= d[7];
	q[4] ^= d[7];
}

/* The inverse matrix is that of MixColumns times circ(5, 0, 4, 0): e = a + a'', a += 4 e. */
static inline void inv_mix_columns(uint64_t q[8])
{
	uint64_t e[8];

	for (int i = 0; i < 8; i++)
		e[i] = q[i] ^ ror(q[i], 32);
	q[0] ^= e[6];
	q[1] ^= e[6] ^ e[7];
	q[2] ^= e[0] ^ e[7];
	q[3] ^= e[1] ^ e[6];
	q[4] ^= e[2] ^ e[6] ^ e[7];
	q[5] ^= e[3] ^ e[7];
	q[6] ^= e[4];
	q[7] ^= e[5];
	mix_columns(q);
}

static inline void add_round_key(uint64_t q[8], const uint64_t rk[8])
{
	for (int i = 0; i < 8; i++)
		q[i] ^= rk[i];
}

/* schedule is the round keys as slices. */
struct schedule {
	uint64_t rk[15][8];
};

/* In key->enc the slices are packed: the four blocks of a pass share one key, so of each four
 * bits one is kept, and four slices fill a word. */
static void unpack(struct schedule *schedule, const struct gng_aes_key *key)
{
	for (uint32_t r = 0; r <= key->rounds; r++)
		for (unsigned int i = 0; i < 8; i++) {
			const uint64_t packed = aes_load_le(key->enc[r] + 8 * (i / 4));
			const uint64_t bits = packed >> i % 4 & EACH_BIT;

			schedule->rk[r][i] = (bits << 4) - bits;
		}
}

/* pack_slices packs four slices into a word. Two words that are packed in one loop share a vector
 * register in GCC 12, and nobody clears that. */
static inline uint64_t pack_slices(const uint64_t q[4])
{
	uint64_t word = 0;

	for (unsigned int i = 0; i < 4; i++)
		word |= (q[i] & EACH_BIT) << i;
	return word;
}

static void pack(uint8_t packed[16], const uint8_t round_key[16], uint8_t constant)
{
	uint8_t block[16];
	uint64_t q[8];

	for (int i = 0; i < 16; i++)
		block[i] = round_key[i] ^ constant;
	slice(q, block, 1);
	aes_store_le(packed, pack_slices(q));
	aes_store_le(packed + 8, pack_slices(q + 4));
	gng_wipe(block, sizeof(block));
	gng_wipe(q, sizeof(q));
}

/* sub_word is SubWord of FIPS 197 section 5.2. */
static uint32_t sub_word(uint32_t word)
{
	uint64_t q[8] = {word};

	transpose(q);
	aes_sub(q);
	transpose(q);
	word = (uint32_t)q[0] ^ 0x63636363;
	gng_wipe(q, sizeof(q));
	return word;
}

void aes_portable_expand(struct gng_aes_key *key, const uint8_t *key_bytes, size_t key_len)
{
	const size_t nk = key_len / 4, num_words = 4 * (key->rounds + 1);
	uint8_t plain[15][16];
	uint32_t w[60], rcon = 1; /* words are little-endian, so RotWord turns right */

	for (size_t i = 0; i < nk; i++)
		w[i] = key_bytes[4 * i] | (uint32_t)key_bytes[4 * i + 1] << 8 |
		       (uint32_t)key_bytes[4 * i + 2] << 16 | (uint32_t)key_bytes[4 * i + 3] << 24;
	for (size_t i = nk; i < num_words; i++) {
		uint32_t t = w[i - 1];

		if (i % nk == 0) {
			t = sub_word(t >> 8 | t << 24) ^ rcon;
			rcon = rcon << 1 ^ (rcon >> 7) * 0x11b;
		} else if (nk == 8 && i % nk == 4) {
			t = sub_word(t);
		}
		w[i] = w[i - nk] ^ t;
	}
	for (size_t i = 0; i < num_words; i++)
		for (size_t k = 0; k < 4; k++)
			plain[i / 4][4 * (i % 4) + k] = (uint8_t)(w[i] >> 8 * k);
	/* 0x63 is what the circuits leave out, in every round but the first addition */
	for (uint32_t r = 0; r <= key->rounds; r++)
		pack(key->enc[r], plain[r], r > 0 ? 0x63 : 0);
	gng_wipe(plain, sizeof(plain));
	gng_wipe(w, sizeof(w));
}

static void encrypt_pass(uint64_t q[8], const struct schedule *schedule, uint32_t rounds)
{
	add_round_key(q, schedule->rk[0]);
	for (uint32_t r = 1; r < rounds; r++) {
		aes_sub(q);
		shift_rows(q);
		mix_columns(q);
		add_round_key(q, schedule->rk[r]);
	}
	aes_sub(q);
	shift_rows(q);
	add_round_key(q, schedule->rk[rounds]);
}

static void decrypt_pass(uint64_t q[8], const struct schedule *schedule, uint32_t rounds)
{
	add_round_key(q, schedule->rk[rounds]);
	for (uint32_t r = rounds - 1; r > 0; r--) {
		inv_shift_rows(q);
		aes_inv_sub(q);
		add_round_key(q, schedule->rk[r]);
		inv_mix_columns(q);
	}
	inv_shift_rows(q);
	aes_inv_sub(q);
	add_round_key(q, schedule->rk[0]);
}

typedef void pass_function(uint64_t q[8], const struct schedule *schedule, uint32_t rounds);

static inline void crypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			 size_t num_blocks, pass_function *pass)
{
	struct schedule schedule;
	uint64_t q[8];

	unpack(&schedule, key);
	while (num_blocks > 0) {
		const size_t num = num_blocks < PASS ? num_blocks : PASS;

		slice(q, in, num);
		pass(q, &schedule, key->rounds);
		unslice(out, q, num);
		in += 16 * num;
		out += 16 * num;
		num_blocks -= num;
	}
	gng_wipe(&schedule, sizeof(schedule));
	gng_wipe(q, sizeof(q));
}

void aes_portable_encrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			  size_t num_blocks)
{
	crypt(key, out, in, num_blocks, encrypt_pass);
}

void aes_portable_decrypt(const struct gng_aes_key *key, uint8_t *out, const uint8_t *in,
			  size_t num_blocks)
{
	crypt(key, out, in, num_blocks, decrypt_pass);
}
