/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aes_gcm_batch.c - GCM of many short messages (SP 800-38D section 7): one after the other each
 * waits for AES, then for its hash; side by side they share the time and the instructions.
 */
#include "aes_gcm.h"

#include "aes_span.h"

#define NONCE_LEN 12

/* ---- contracts ---- */

static inline struct aes_gcm_message message_of(const struct gng_aes_gcm_item *item)
{
	return (struct aes_gcm_message){item->nonce, NONCE_LEN, item->aad, item->aad_len,
					item->in,    item->len, item->out};
}

/* check_all is presence and limits. */
static enum gng_status check_all(const struct gng_aes_gcm_item *items, size_t num_items)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < num_items; i++) {
		const struct gng_aes_gcm_item *item = &items[i];

		if (!aes_gcm_key_ready(item->key) || !item->nonce || !item->tag ||
		    !aes_present(item->aad, item->aad_len) || !aes_present(item->in, item->len) ||
		    !aes_present(item->out, item->len))
			return GNG_EINVAL;
		if (item->len > AES_GCM_MAX_TEXT || item->aad_len > AES_GCM_MAX_DATA)
			status = GNG_ELIMIT;
	}
	return status;
}

/* outputs_in_order adds what the items write, text and tag in turns or only one of them; false if
 * it does not lie in the order of memory. */
static bool outputs_in_order(struct aes_span *span, const struct gng_aes_gcm_item *items,
			     size_t num_items, bool texts, bool tags)
{
	for (size_t i = 0; i < num_items; i++)
		if ((texts && !aes_span_append(span, items[i].out, items[i].len)) ||
		    (tags && !aes_span_append(span, items[i].tag, items[i].key->tag_len)))
			return false;
	return true;
}

/* spares_inputs tells whether what the items read lies outside of span, or in place. */
static bool spares_inputs(const struct aes_span *span, const struct gng_aes_gcm_item *items,
			  size_t num_items, bool seals)
{
	for (size_t i = 0; i < num_items; i++) {
		const struct gng_aes_gcm_item *item = &items[i];

		if (aes_span_has(span, item->nonce, NONCE_LEN) ||
		    aes_span_has(span, item->aad, item->aad_len) ||
		    (item->in != item->out && aes_span_has(span, item->in, item->len)) ||
		    (!seals && aes_span_has(span, item->tag, item->key->tag_len)))
			return false;
	}
	return true;
}

/*
 * outputs_apart recognises outputs in the order of memory, with the tags in turns or in an array
 * of their own, and inputs outside of all that or in place. Nothing overlaps then, within an item
 * or between two, and the comparisons one by one would cost as much as the encryption.
 */
static bool outputs_apart(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	struct aes_span outs = AES_SPAN_EMPTY, tags = AES_SPAN_EMPTY;

	if (outputs_in_order(&outs, items, num_items, true, seals))
		return spares_inputs(&outs, items, num_items, seals);
	outs = AES_SPAN_EMPTY;
	return seals && outputs_in_order(&outs, items, num_items, true, false) &&
	       outputs_in_order(&tags, items, num_items, false, true) &&
	       !aes_span_has(&outs, (const void *)tags.from, tags.to - tags.from + 1) &&
	       spares_inputs(&outs, items, num_items, seals) &&
	       spares_inputs(&tags, items, num_items, seals);
}

/* each_in_order recognises messages that lie one behind the other with all that belongs to them, as
 * packets in a ring do. */
static bool each_in_order(const struct gng_aes_gcm_item *items, size_t num_items)
{
	struct aes_span all = AES_SPAN_EMPTY;

	for (size_t i = 0; i < num_items; i++) {
		const struct gng_aes_gcm_item *item = &items[i];
		struct aes_span own = AES_SPAN_EMPTY;

		aes_span_add(&own, item->out, item->len);
		aes_span_add(&own, item->in, item->len);
		aes_span_add(&own, item->aad, item->aad_len);
		aes_span_add(&own, item->nonce, NONCE_LEN);
		aes_span_add(&own, item->tag, item->key->tag_len);
		if (!aes_span_append(&all, (const void *)own.from, own.to - own.from + 1))
			return false;
	}
	return true;
}

/* touches tells whether p[0..len) shares a byte with any buffer of item. */
static bool touches(const struct gng_aes_gcm_item *item, const void *p, size_t len)
{
	return aes_overlap(p, len, item->in, item->len) ||
	       aes_overlap(p, len, item->out, item->len) ||
	       aes_overlap(p, len, item->aad, item->aad_len) ||
	       aes_overlap(p, len, item->nonce, NONCE_LEN) ||
	       aes_overlap(p, len, item->tag, item->key->tag_len);
}

static bool spares(const struct gng_aes_gcm_item *a, const struct gng_aes_gcm_item *b, bool seals)
{
	return !touches(b, a->out, a->len) && !(seals && touches(b, a->tag, a->key->tag_len));
}

static bool all_spare_all(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	for (size_t i = 0; i < num_items; i++)
		for (size_t j = 0; j < num_items; j++)
			if (i != j && !spares(&items[i], &items[j], seals))
				return false;
	return true;
}

/* spares_list: the items themselves are read between two writes. */
static bool spares_list(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	const size_t len = num_items * sizeof(*items);

	for (size_t i = 0; i < num_items; i++)
		if (aes_overlap(items[i].out, items[i].len, items, len) ||
		    (seals && aes_overlap(items[i].tag, items[i].key->tag_len, items, len)))
			return false;
	return true;
}

/* apart is what outputs_apart is, the long way. */
static bool apart(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	for (size_t i = 0; i < num_items; i++) {
		const struct aes_gcm_message m = message_of(&items[i]);

		if (aes_gcm_check(items[i].key, &m, items[i].tag) != GNG_OK ||
		    (seals && !aes_gcm_tag_apart(items[i].key, &m, items[i].tag)))
			return false;
	}
	return each_in_order(items, num_items) || all_spare_all(items, num_items, seals);
}

static inline bool plain_item(const struct gng_aes_gcm_item *item)
{
	return item->nonce && item->tag && item->out && item->in &&
	       (item->aad || item->aad_len == 0) && item->len <= AES_GCM_MAX_TEXT &&
	       item->aad_len <= AES_GCM_MAX_TEXT;
}

static inline void widen_by_inputs(struct aes_span *in, const struct gng_aes_gcm_item *item)
{
	aes_span_widen(in, item->nonce, NONCE_LEN);
	if (item->in != item->out)
		aes_span_widen(in, item->in, item->len);
	if (item->aad_len > 0)
		aes_span_widen(in, item->aad, item->aad_len);
}

/*
 * plain recognises in one pass what nearly every caller does: outputs in the order of memory, each
 * followed by its tag, and inputs apart from all of them, or in place. It answers for all rules,
 * because asking them one by one takes longer than a short message.
 */
static bool plain(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	const struct gng_aes_gcm_key *key = NULL;
	struct aes_span in = AES_SPAN_EMPTY;
	const uintptr_t first = (uintptr_t)items[0].out;
	uintptr_t end = first;

	for (const struct gng_aes_gcm_item *item = items; item != items + num_items; item++) {
		if (item->key != key && !aes_gcm_key_ready(key = item->key))
			return false;
		if (!plain_item(item) || (uintptr_t)item->out < end)
			return false;
		end = (uintptr_t)item->out + item->len;
		widen_by_inputs(&in, item);
		if (!seals) {
			aes_span_widen(&in, item->tag, key->tag_len);
			continue;
		}
		if ((uintptr_t)item->tag < end)
			return false;
		end = (uintptr_t)item->tag + key->tag_len;
	}
	return (in.to <= first || in.from >= end) &&
	       !aes_overlap((const void *)first, end - first, items, num_items * sizeof(*items));
}

static enum gng_status check(const struct gng_aes_gcm_item *items, size_t num_items, bool seals)
{
	enum gng_status status;

	if (num_items == 0 ||
	    (items && num_items <= SIZE_MAX / sizeof(*items) && plain(items, num_items, seals)))
		return GNG_OK;
	if (!items || num_items > SIZE_MAX / sizeof(*items))
		return GNG_EINVAL;
	status = check_all(items, num_items);
	if (status == GNG_OK &&
	    (!spares_list(items, num_items, seals) ||
	     (!outputs_apart(items, num_items, seals) && !apart(items, num_items, seals))))
		status = GNG_EINVAL;
	return status;
}

/* ---- groups ---- */

#define WINDOW 64    /* items, one bit each */
#define LOOK_AHEAD 8 /* items that are searched for companions of one */

static size_t num_blocks(size_t len)
{
	return len / GNG_AES_BLOCK + (len % GNG_AES_BLOCK > 0);
}

/* alike tells whether two messages may go side by side. */
static inline bool alike(const struct gng_aes_gcm_item *a, const struct gng_aes_gcm_item *b)
{
	if (a->key == b->key && a->len == b->len && a->aad_len == b->aad_len)
		return true;
	return a->key == b->key && num_blocks(a->len) == num_blocks(b->len) &&
	       num_blocks(a->aad_len) == num_blocks(b->aad_len);
}

/*
 * take moves the first item of *pending, and companions of it if there are enough, to lanes. It
 * returns how many: num_lanes of the variant or 1. Items are apart, so their order is free.
 */
static size_t take(const struct gng_aes_gcm_item *lanes[AES_LANES_MAX], uint64_t *pending,
		   const struct gng_aes_gcm_item *items)
{
	const size_t first = (size_t)__builtin_ctzll(*pending);
	const struct gng_aes_variant *const variant = items[first].key->aes.variant;
	const size_t num_lanes = items[first].len <= variant->max_lane_len ? variant->num_lanes : 1;
	uint64_t rest = *pending & (*pending - 1), taken = *pending & -*pending;
	size_t num = 1;

	lanes[0] = &items[first];
	for (int seen = 0; num < num_lanes && rest && seen < LOOK_AHEAD; seen++) {
		const size_t next = (size_t)__builtin_ctzll(rest);

		if (alike(lanes[0], &items[next])) {
			lanes[num++] = &items[next];
			taken |= UINT64_C(1) << next;
		}
		rest &= rest - 1;
	}
	if (num < num_lanes) {
		num = 1;
		taken = *pending & -*pending;
	}
	*pending &= ~taken;
	return num;
}

static uint64_t bits(size_t num)
{
	return num < WINDOW ? (UINT64_C(1) << num) - 1 : UINT64_MAX;
}

static void seal_window(const struct gng_aes_gcm_item *items, size_t num_items)
{
	const struct gng_aes_gcm_item *lanes[AES_LANES_MAX];

	for (uint64_t pending = bits(num_items); pending;) {
		const size_t num = take(lanes, &pending, items);
		const struct gng_aes_gcm_key *const key = lanes[0]->key;

		if (num > 1) {
			key->aes.variant->gcm_seal_lanes(key, lanes);
		} else {
			const struct aes_gcm_message m = message_of(lanes[0]);

			aes_gcm_seal_checked(key, &m, lanes[0]->tag);
		}
	}
}

enum gng_status gng_aes_gcm_seal_batch(const struct gng_aes_gcm_item *items, size_t num_items)
{
	const enum gng_status status = check(items, num_items, true);

	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < num_items; i += WINDOW)
		seal_window(items + i, num_items - i < WINDOW ? num_items - i : WINDOW);
	return GNG_OK;
}

/* settle gives an item its status, and wipes what nobody vouches for. */
static void settle(struct gng_aes_gcm_item *item, bool same)
{
	item->status = same ? GNG_OK : GNG_EAUTH;
	if (!same)
		gng_wipe(item->out, item->len);
}

static void open_window(struct gng_aes_gcm_item *items, size_t num_items)
{
	const struct gng_aes_gcm_item *lanes[AES_LANES_MAX];

	for (uint64_t pending = bits(num_items); pending;) {
		const size_t num = take(lanes, &pending, items);
		const struct gng_aes_gcm_key *const key = lanes[0]->key;
		uint64_t same[AES_LANES_MAX][2] = {{1, 1}};

		if (num > 1) {
			key->aes.variant->gcm_open_lanes(key, lanes, same);
		} else {
			const struct aes_gcm_message m = message_of(lanes[0]);

			same[0][0] = aes_gcm_open_checked(key, &m, lanes[0]->tag) == GNG_OK;
		}
		for (size_t l = 0; l < num; l++)
			settle(items + (lanes[l] - items), (same[l][0] & same[l][1]) != 0);
	}
}

enum gng_status gng_aes_gcm_open_batch(struct gng_aes_gcm_item *items, size_t num_items)
{
	enum gng_status status = check(items, num_items, false);

	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < num_items; i += WINDOW)
		open_window(items + i, num_items - i < WINDOW ? num_items - i : WINDOW);
	for (size_t i = 0; i < num_items; i++)
		if (items[i].status != GNG_OK)
			status = items[i].status;
	return status;
}
