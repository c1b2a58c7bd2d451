/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c - many messages in one crossing, found by offsets that are checked before any is done. */
#include "cgo_aead.h"

#include <stdbool.h>

/* batch is the arena and what a message adds to its text (sealing) or loses (unsealing). */
struct batch {
	const struct gng_cgo_aead *aead;
	uint8_t *arena;
	size_t arena_len;
	struct gng_cgo_item *items;
	size_t num_items;
	bool seals;
};

/* ---- contracts ---- */

static bool inside(const struct batch *batch, uint64_t at, uint64_t len)
{
	return at <= batch->arena_len && len <= batch->arena_len - at;
}

static uint64_t out_len(const struct batch *batch, const struct gng_cgo_item *item)
{
	const uint64_t tag_len = batch->aead->key.tag_len;

	if (batch->seals)
		return item->len + tag_len;
	return item->len < tag_len ? 0 : item->len - tag_len;
}

static bool overlap(uint64_t a, uint64_t a_len, uint64_t b, uint64_t b_len)
{
	return a_len > 0 && b_len > 0 && (a <= b ? b - a < a_len : a - b < b_len);
}

/* item_ok: its parts are inside, and its output spares its own input unless it is in place. */
static bool item_ok(const struct batch *batch, const struct gng_cgo_item *item)
{
	const uint64_t len = item->len, tag_len = batch->aead->key.tag_len;
	uint64_t out;

	if (len > batch->arena_len || len > MAX_TEXT)
		return false;
	out = out_len(batch, item);
	return inside(batch, item->in, len) && inside(batch, item->out, out) &&
	       inside(batch, item->nonce, GNG_CGO_NONCE) &&
	       inside(batch, item->aad, item->aad_len) &&
	       !overlap(item->out, out, item->nonce, GNG_CGO_NONCE) &&
	       !overlap(item->out, out, item->aad, item->aad_len) &&
	       (item->out == item->in || !overlap(item->out, out, item->in, len)) &&
	       (batch->seals || len < tag_len || !overlap(item->out, out, item->in + out, tag_len));
}

/* spares tells whether the output of a is no input and no output of b. */
static bool spares(const struct batch *batch, const struct gng_cgo_item *a,
		   const struct gng_cgo_item *b)
{
	const uint64_t len = out_len(batch, a);

	return !overlap(a->out, len, b->in, b->len) &&
	       !overlap(a->out, len, b->out, out_len(batch, b)) &&
	       !overlap(a->out, len, b->nonce, GNG_CGO_NONCE) &&
	       !overlap(a->out, len, b->aad, b->aad_len);
}

static bool all_spare_all(const struct batch *batch)
{
	for (size_t i = 0; i < batch->num_items; i++)
		for (size_t j = 0; j < batch->num_items; j++)
			if (i != j && !spares(batch, &batch->items[i], &batch->items[j]))
				return false;
	return true;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*
 * apart_at_a_glance recognises the usual layout in one pass: all that a message touches lies in
 * front of all that the next one touches. Comparing all pairs of 64 short messages costs more
 * than sealing them.
 */
static bool apart_at_a_glance(const struct batch *batch)
{
	uint64_t last = 0;

	for (size_t i = 0; i < batch->num_items; i++) {
		const struct gng_cgo_item *item = &batch->items[i];
		uint64_t from = least(item->nonce, least(item->in, item->out)), to;

		if (item->aad_len > 0)
			from = least(from, item->aad);
		if (from < last)
			return false;
		to = most(item->nonce + GNG_CGO_NONCE, item->aad + item->aad_len);
		last = most(to, most(item->in + item->len, item->out + out_len(batch, item)));
	}
	return true;
}

static bool batch_ok(const struct batch *batch)
{
	if (!batch->aead || !batch->aead->key.tag_len || (!batch->arena && batch->arena_len > 0) ||
	    (!batch->items && batch->num_items > 0))
		return false;
	for (size_t i = 0; i < batch->num_items; i++)
		if (!item_ok(batch, &batch->items[i]))
			return false;
	return apart_at_a_glance(batch) || all_spare_all(batch);
}

/* ---- work ---- */

/* As many go to the cipher at once, from the stack: enough that its lanes are full. */
#define CHUNK 64

/* chunk is what the cipher gets, and whose they are. */
struct chunk {
	struct gng_aes_gcm_item items[CHUNK];
	struct gng_cgo_item *owners[CHUNK];
	size_t num;
};

static void add(struct chunk *chunk, const struct batch *batch, struct gng_cgo_item *item)
{
	const size_t tag_len = batch->aead->key.tag_len;
	const size_t len = batch->seals ? item->len : item->len - tag_len;
	uint8_t *in = batch->arena + item->in, *out = batch->arena + item->out;

	chunk->owners[chunk->num] = item;
	chunk->items[chunk->num++] =
		(struct gng_aes_gcm_item){.key = &batch->aead->key,
					  .nonce = batch->arena + item->nonce,
					  .aad = batch->arena + item->aad,
					  .in = in,
					  .aad_len = item->aad_len,
					  .len = len,
					  .out = out,
					  .tag = batch->seals ? out + len : in + len};
}

/* run_chunk leaves each owner its status; only opening fails for one and not for all. */
static enum gng_status run_chunk(struct chunk *chunk, bool seals)
{
	const enum gng_status status = seals ? gng_aes_gcm_seal_batch(chunk->items, chunk->num)
					     : gng_aes_gcm_open_batch(chunk->items, chunk->num);

	for (size_t i = 0; i < chunk->num; i++)
		chunk->owners[i]->status =
			seals || status != GNG_EAUTH ? status : chunk->items[i].status;
	chunk->num = 0;
	return status;
}

static enum gng_status do_batch(const struct batch *batch)
{
	const uint64_t least_len = batch->aead && !batch->seals ? batch->aead->key.tag_len : 0;
	enum gng_status first = GNG_OK, status = GNG_OK;
	struct chunk chunk;

	if (!batch_ok(batch))
		return GNG_EINVAL;
	chunk.num = 0;
	for (size_t i = 0; i < batch->num_items; i++) {
		if (batch->items[i].len < least_len)
			status = batch->items[i].status = GNG_EAUTH;
		else
			add(&chunk, batch, &batch->items[i]);
		first = first == GNG_OK ? status : first;
		if (chunk.num == CHUNK || (i + 1 == batch->num_items && chunk.num > 0))
			status = run_chunk(&chunk, batch->seals);
		first = first == GNG_OK ? status : first;
	}
	return first;
}

enum gng_status gng_cgo_aead_seal_batch(const struct gng_cgo_aead *aead, uint8_t *arena,
					size_t arena_len, struct gng_cgo_item *items,
					size_t num_items)
{
	const struct batch batch = {aead, arena, arena_len, items, num_items, true};

	return do_batch(&batch);
}

enum gng_status gng_cgo_aead_unseal_batch(const struct gng_cgo_aead *aead, uint8_t *arena,
					  size_t arena_len, struct gng_cgo_item *items,
					  size_t num_items)
{
	const struct batch batch = {aead, arena, arena_len, items, num_items, false};

	return do_batch(&batch);
}
