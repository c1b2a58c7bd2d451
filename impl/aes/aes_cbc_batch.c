/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_cbc_batch.c - CBC encryption of many messages side by side (SP 800-38A section 6.2).
 *
 * One chain is serial: a block takes all rounds, one after another, whatever the CPU is. Chains
 * of other messages fill the time, so the batch is what makes CBC encryption fast.
 */
#include "aes_span.h"

/* ---- contracts ---- */

static bool item_ok(const struct gng_aes_cbc_item *item)
{
	return item->iv && aes_present(item->in, item->len) && aes_present(item->out, item->len) &&
	       item->len % GNG_AES_BLOCK == 0 && item->len <= UINTPTR_MAX - (uintptr_t)item->in &&
	       item->len <= UINTPTR_MAX - (uintptr_t)item->out &&
	       !aes_overlap(item->out, item->len, item->iv, GNG_AES_BLOCK) &&
	       !aes_overlap_but_equal(item->out, item->len, item->in, item->len);
}

/* spares tells whether the output of a is no input, iv or output of b. */
static bool spares(const struct gng_aes_cbc_item *a, const struct gng_aes_cbc_item *b)
{
	return !aes_overlap(a->out, a->len, b->in, b->len) &&
	       !aes_overlap(a->out, a->len, b->out, b->len) &&
	       !aes_overlap(a->out, a->len, b->iv, GNG_AES_BLOCK);
}

static bool all_spare_all(const struct gng_aes_cbc_item *items, size_t num_items)
{
	for (size_t i = 0; i < num_items; i++)
		for (size_t j = 0; j < num_items; j++)
			if (i != j && !spares(&items[i], &items[j]))
				return false;
	return true;
}

/*
 * apart_at_a_glance recognises the usual layouts in one pass: outputs in the order of memory,
 * and ivs and inputs either outside all of them or in place. Comparing all pairs instead costs
 * more than the encryption of 64 messages of 64 bytes.
 */
static bool apart_at_a_glance(const struct gng_aes_cbc_item *items, size_t num_items)
{
	struct aes_span outs = AES_SPAN_EMPTY;

	for (size_t i = 0; i < num_items; i++)
		if (!aes_span_append(&outs, items[i].out, items[i].len))
			return false;
	for (size_t i = 0; i < num_items; i++)
		if (aes_span_has(&outs, items[i].iv, GNG_AES_BLOCK) ||
		    (items[i].in != items[i].out && aes_span_has(&outs, items[i].in, items[i].len)))
			return false;
	return true;
}

static bool batch_ok(const struct gng_aes_key *key, const struct gng_aes_cbc_item *items,
		     size_t num_items)
{
	if (!aes_key_ready(key) || (!items && num_items > 0))
		return false;
	for (size_t i = 0; i < num_items; i++)
		if (!item_ok(&items[i]))
			return false;
	return apart_at_a_glance(items, num_items) || all_spare_all(items, num_items);
}

/* ---- streams ---- */

/* lanes are the streams of a variant and what is left to do for each. */
struct lanes {
	struct aes_cbc_streams streams;
	size_t num, num_blocks[AES_STREAMS_MAX]; /* 0: idle */
	const struct gng_aes_cbc_item *next, *end;
};

static void fill_lane(struct lanes *lanes, size_t lane)
{
	while (lanes->num_blocks[lane] == 0 && lanes->next != lanes->end) {
		const struct gng_aes_cbc_item *item = lanes->next++;

		memcpy(lanes->streams.iv[lane], item->iv, GNG_AES_BLOCK);
		lanes->streams.in[lane] = item->in;
		lanes->streams.out[lane] = item->out;
		lanes->num_blocks[lane] = item->len / GNG_AES_BLOCK;
	}
}

/* fill gives every idle lane an item while there are any; the lanes behind repeat busy. It
 * returns how many blocks all can go on for, 0 at the end. */
static size_t fill(struct lanes *lanes)
{
	size_t busy = 0, shared = 0;

	for (size_t i = 0; i < lanes->num; i++) {
		fill_lane(lanes, i);
		if (lanes->num_blocks[i] == 0)
			continue;
		busy = i;
		if (shared == 0 || lanes->num_blocks[i] < shared)
			shared = lanes->num_blocks[i];
	}
	for (size_t i = 0; i < lanes->num && shared > 0; i++) {
		if (lanes->num_blocks[i] > 0)
			continue;
		memcpy(lanes->streams.iv[i], lanes->streams.iv[busy], GNG_AES_BLOCK);
		lanes->streams.in[i] = lanes->streams.in[busy];
		lanes->streams.out[i] = lanes->streams.out[busy];
	}
	return shared;
}

static void run_streams(const struct gng_aes_key *key, const struct gng_aes_cbc_item *items,
			size_t num_items)
{
	struct lanes lanes = {
		.num = key->variant->num_streams, .next = items, .end = items + num_items};

	for (size_t shared; (shared = fill(&lanes)) > 0;) {
		key->variant->cbc_encrypt_streams(key, &lanes.streams, shared);
		for (size_t i = 0; i < lanes.num; i++)
			if (lanes.num_blocks[i] > 0)
				lanes.num_blocks[i] -= shared;
	}
}

enum gng_status gng_aes_cbc_encrypt_batch(const struct gng_aes_key *key,
					  const struct gng_aes_cbc_item *items, size_t num_items)
{
	uint8_t chain[GNG_AES_BLOCK];

	if (!batch_ok(key, items, num_items))
		return GNG_EINVAL;
	if (key->variant->cbc_encrypt_streams && num_items > 1) {
		run_streams(key, items, num_items);
		return GNG_OK;
	}
	for (size_t i = 0; i < num_items; i++) {
		memcpy(chain, items[i].iv, sizeof(chain));
		key->variant->cbc_encrypt(key, chain, items[i].out, items[i].in,
					  items[i].len / GNG_AES_BLOCK);
	}
	return GNG_OK;
}
