/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_vaes_lanes.h - GCM of several messages side by side, one in each block of the vectors
 * (SP 800-38D). Included behind aes_vaes_gcm.h.
 *
 * A short message waits for AES and then for its own hash. Here a row is one block of each
 * message: all share the instructions, the powers of the hash key and one reduction. So they have
 * as many blocks of text and of data as each other; the last of either may be a part.
 */
#ifndef AES_VAES_LANES_H
#define AES_VAES_LANES_H

GNG_STATIC_ASSERT(AES_LANES_MAX >= VEC_BLOCKS, "one item for each block of a vector");

/* lanes is the messages in progress. */
struct lanes {
	const struct gng_aes_gcm_key *key;
	const struct gng_aes_gcm_item *const *items;
	size_t at;	  /* bytes of text done in each */
	size_t rows_left; /* to be hashed behind the open window */
	size_t room;	  /* of the open window, in rows */
	vec n;		  /* counters of the next row, as numbers */
	struct hash h;
};

/* ---- rows of blocks ---- */

/* next_window reduces each message by itself and goes on with as many rows as there are powers. */
VAES_INLINE void next_window(struct lanes *lanes)
{
	lanes->room = lanes->rows_left < BATCH_BLOCKS ? lanes->rows_left : BATCH_BLOCKS;
	lanes->rows_left -= lanes->room;
	open_window(&lanes->h, lanes->room);
}

/* hash_row adds a row to the window, which has room. */
VAES_INLINE void hash_row(struct hash *h, vec text)
{
	add_product(&h->sum, xor2(reverse(text), h->y), broadcast(h->power));
	h->power += GNG_AES_BLOCK;
	h->y = zeros();
}

/* count_hashed closes a window that is full. */
VAES_INLINE void count_hashed(struct lanes *lanes, size_t num_rows)
{
	lanes->room -= num_rows;
	if (lanes->room > 0)
		return;
	lanes->h.y = reduce(lanes->h.sum);
	if (lanes->rows_left > 0)
		next_window(lanes);
}

/* block_mask has ones in the first len <= 16 bytes. */
VAES_INLINE __m128i block_mask(size_t len)
{
	return _mm_cmpgt_epi8(_mm_set1_epi8((char)len),
			      _mm_set_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/* ---- additional data ---- */

VAES_INLINE vec load_data_row(const struct lanes *lanes, size_t done)
{
	__m128i blocks[VEC_BLOCKS];

	EACH_VEC (l, VEC_BLOCKS) {
		const size_t left = lanes->items[l]->aad_len - done;

		blocks[l] = load_block_part(lanes->items[l]->aad + done,
					    left < GNG_AES_BLOCK ? left : GNG_AES_BLOCK);
	}
	return join(blocks);
}

VAES_INLINE void hash_data(struct lanes *lanes)
{
	const size_t num_rows = blocks_of(lanes->items[0]->aad_len);

	for (size_t row = 0; row < num_rows; row++) {
		hash_row(&lanes->h, load_data_row(lanes, GNG_AES_BLOCK * row));
		count_hashed(lanes, 1);
	}
}

/* ---- text ---- */

VAES_INLINE void count_rows(vec s[], size_t num, struct lanes *lanes)
{
	const vec first = broadcast(lanes->key->aes.enc[0]);

	EACH_VEC (i, num)
		s[i] = xor2(reverse(add32(lanes->n, only_low32(i))), first);
	lanes->n = add32(lanes->n, only_low32(num));
}

VAES_INLINE void places(const uint8_t *in[VEC_BLOCKS], uint8_t *out[VEC_BLOCKS],
			const struct lanes *lanes)
{
	EACH_VEC (l, VEC_BLOCKS) {
		in[l] = lanes->items[l]->in + lanes->at;
		out[l] = lanes->items[l]->out + lanes->at;
	}
}

/* All lanes of a row are read before one is written: out may be in. */
VAES_INLINE void crypt_rows(struct lanes *lanes, size_t num, bool seals)
{
	const vec last = broadcast(lanes->key->aes.enc[lanes->key->aes.rounds]);
	const uint8_t *in[VEC_BLOCKS];
	uint8_t *out[VEC_BLOCKS];
	vec s[LANE_ROWS];

	places(in, out, lanes);
	count_rows(s, num, lanes);
	encrypt_rounds(s, num, &lanes->key->aes);
	EACH_VEC (i, num) {
		const vec text = gather(in), result = aesenclast(s[i], xor2(last, text));

		scatter(out, result);
		hash_row(&lanes->h, seals ? result : text);
		EACH_VEC (l, VEC_BLOCKS) {
			in[l] += GNG_AES_BLOCK;
			out[l] += GNG_AES_BLOCK;
		}
	}
	lanes->at += num * GNG_AES_BLOCK;
	count_hashed(lanes, num);
}

/* ---- the row in which some message ends in a part of a block ---- */

VAES_INLINE vec load_last_row(const struct lanes *lanes)
{
	__m128i blocks[VEC_BLOCKS];

	EACH_VEC (l, VEC_BLOCKS)
		blocks[l] = load_block_part(lanes->items[l]->in + lanes->at,
					    lanes->items[l]->len - lanes->at);
	return join(blocks);
}

/* last_bytes_kept has ones where the last row has text. */
VAES_INLINE vec last_bytes_kept(const struct lanes *lanes)
{
	__m128i blocks[VEC_BLOCKS];

	EACH_VEC (l, VEC_BLOCKS)
		blocks[l] = block_mask(lanes->items[l]->len - lanes->at);
	return join(blocks);
}

VAES_INLINE void crypt_last_row(struct lanes *lanes, bool seals)
{
	const vec last = broadcast(lanes->key->aes.enc[lanes->key->aes.rounds]);
	vec s, text, result;

	count_rows(&s, 1, lanes);
	encrypt_rounds(&s, 1, &lanes->key->aes);
	text = load_last_row(lanes);
	result = and2(aesenclast(s, xor2(last, text)), last_bytes_kept(lanes));
	EACH_VEC (l, VEC_BLOCKS)
		store_block_part(lanes->items[l]->out + lanes->at, block_of(result, l),
				 lanes->items[l]->len - lanes->at);
	hash_row(&lanes->h, seals ? result : text);
	count_hashed(lanes, 1);
}

/* ---- all rows ---- */

VAES_INLINE void crypt_lanes(struct lanes *lanes, size_t num_rows, bool seals)
{
	while (num_rows > 0) {
		const size_t num = num_rows < lanes->room ? num_rows : lanes->room;

		if (num >= LANE_ROWS) {
			crypt_rows(lanes, LANE_ROWS, seals);
			num_rows -= LANE_ROWS;
		} else if (num >= LANE_ROWS / 2) {
			crypt_rows(lanes, LANE_ROWS / 2, seals);
			num_rows -= LANE_ROWS / 2;
		} else {
			crypt_rows(lanes, 1, seals);
			num_rows--;
		}
	}
}

/* ---- messages ---- */

VAES_INLINE vec first_counters(const struct lanes *lanes)
{
	__m128i j0[VEC_BLOCKS];

	EACH_VEC (l, VEC_BLOCKS)
		j0[l] = first_counter(lanes->items[l]->nonce);
	return join(j0);
}

VAES_INLINE vec all_lengths(const struct lanes *lanes)
{
	__m128i blocks[VEC_BLOCKS];

	EACH_VEC (l, VEC_BLOCKS)
		blocks[l] = lengths(lanes->items[l]->len, lanes->items[l]->aad_len);
	return join(blocks);
}

VAES_INLINE bool any_part(const struct lanes *lanes)
{
	size_t lens = 0;

	EACH_VEC (l, VEC_BLOCKS)
		lens |= lanes->items[l]->len;
	return lens % GNG_AES_BLOCK != 0;
}

/* run_lanes returns the 16 bytes that each tag is cut from. */
VAES_INLINE vec run_lanes(const struct gng_aes_gcm_key *key,
			  const struct gng_aes_gcm_item *const items[VEC_BLOCKS], bool seals)
{
	const size_t num_rows = blocks_of(items[0]->len);
	struct lanes lanes = {.key = key, .items = items, .h = {.key = key, .y = zeros()}};
	const vec j0 = first_counters(&lanes);
	const bool parts = any_part(&lanes);
	vec mask = xor2(j0, broadcast(key->aes.enc[0]));

	encrypt_rounds(&mask, 1, &key->aes);
	mask = aesenclast(mask, broadcast(key->aes.enc[key->aes.rounds]));
	lanes.n = add32(reverse(j0), only_low32(1));
	lanes.rows_left = blocks_of(items[0]->aad_len) + num_rows + 1;
	next_window(&lanes);
	hash_data(&lanes);
	crypt_lanes(&lanes, num_rows - parts, seals);
	if (parts)
		crypt_last_row(&lanes, seals);
	hash_row(&lanes.h, all_lengths(&lanes));
	count_hashed(&lanes, 1);
	return xor2(reverse(lanes.h.y), mask);
}

static VAES void gcm_seal_lanes_vaes(const struct gng_aes_gcm_key *key,
				     const struct gng_aes_gcm_item *const items[VEC_BLOCKS])
{
	const vec full = run_lanes(key, items, true);

	EACH_VEC (l, VEC_BLOCKS)
		store_block_part(items[l]->tag, block_of(full, l), key->tag_len);
	leave();
}

/* Each comparison is of all bytes at once, and the results the only thing that leaves. place is
 * volatile as in gcm_open_vaes. */
static VAES void gcm_open_lanes_vaes(const struct gng_aes_gcm_key *key,
				     const struct gng_aes_gcm_item *const items[VEC_BLOCKS],
				     uint64_t same[AES_LANES_MAX][2])
{
	uint64_t(*volatile place)[2] = same;
	const vec full = run_lanes(key, items, false);
	__m128i tags[VEC_BLOCKS];
	vec wrong;

	EACH_VEC (l, VEC_BLOCKS)
		tags[l] = load_block_part(items[l]->tag, key->tag_len);
	wrong = and2(xor2(full, join(tags)), broadcast_of(block_mask(key->tag_len)));
	store((uint8_t *)place, zero_halves(wrong));
	leave();
}

#endif /* AES_VAES_LANES_H */
