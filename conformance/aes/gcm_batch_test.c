/* SPDX-License-Identifier: Apache-2.0 */
/* gcm_batch_test.c - a batch gives each message what it gets alone (SP 800-38D section 7). */
#include "variant.h"

#define MAX_ITEMS 140 /* more than two windows of 64 */
#define MAX_LEN 320
#define NUM_KEYS 2

/* batch is messages whose texts, data and tags lie apart, or in place. */
struct batch {
	struct gng_aes_gcm_key keys[NUM_KEYS];
	struct gng_aes_gcm_item items[MAX_ITEMS];
	size_t num, tag_len;
	uint8_t nonces[MAX_ITEMS][12], tags[MAX_ITEMS][16], aad[MAX_ITEMS * MAX_LEN];
	uint8_t in[MAX_ITEMS * MAX_LEN], out[MAX_ITEMS * MAX_LEN];
};

static struct batch batch;
static uint8_t want[MAX_ITEMS * MAX_LEN], want_tags[MAX_ITEMS][16];

static void open_keys(const struct gng_aes_variant *variant, size_t key_len, size_t tag_len)
{
	uint8_t key_bytes[32];

	batch.tag_len = tag_len;
	for (size_t i = 0; i < NUM_KEYS; i++) {
		fill(key_bytes, sizeof(key_bytes), key_len + i);
		assert_int_equal(
			aes_gcm_init_with(&batch.keys[i], variant, key_bytes, key_len, tag_len),
			GNG_OK);
	}
}

/* start forgets all messages; add puts one behind the others. */
static void start(uint64_t seed)
{
	batch.num = 0;
	fill(batch.nonces, sizeof(batch.nonces), seed);
	fill(batch.aad, sizeof(batch.aad), seed + 1);
	fill(batch.in, sizeof(batch.in), seed + 2);
	memset(batch.out, 0xa5, sizeof(batch.out));
	memset(batch.tags, 0xa5, sizeof(batch.tags));
}

static void add(size_t len, size_t aad_len, size_t key, bool in_place)
{
	const size_t i = batch.num++;

	batch.items[i] = (struct gng_aes_gcm_item){
		.key = &batch.keys[key],
		.nonce = batch.nonces[i],
		.aad = aad_len > 0 ? batch.aad + MAX_LEN * i : NULL,
		.aad_len = aad_len,
		.in = (in_place ? batch.out : batch.in) + MAX_LEN * i,
		.out = batch.out + MAX_LEN * i,
		.len = len,
		.tag = batch.tags[i],
	};
	if (in_place)
		memcpy(batch.out + MAX_LEN * i, batch.in + MAX_LEN * i, len);
}

/* seal_alone is the oracle. */
static void seal_alone(void)
{
	memset(want, 0xa5, sizeof(want));
	memset(want_tags, 0xa5, sizeof(want_tags));
	for (size_t i = 0; i < batch.num; i++) {
		const struct gng_aes_gcm_item *item = &batch.items[i];

		assert_int_equal(gng_aes_gcm_seal(item->key, item->nonce, 12, item->aad,
						  item->aad_len, want + MAX_LEN * i,
						  batch.in + MAX_LEN * i, item->len, want_tags[i]),
				 GNG_OK);
	}
}

/* check_batch seals, compares, opens again in place, and compares. */
static void check_batch(void)
{
	seal_alone();
	assert_int_equal(gng_aes_gcm_seal_batch(batch.items, batch.num), GNG_OK);
	check_same("outputs", sizeof(want), batch.out, want);
	check_same("tags", sizeof(want_tags), batch.tags[0], want_tags[0]);
	for (size_t i = 0; i < batch.num; i++) {
		batch.items[i].in = batch.items[i].out;
		batch.items[i].status = GNG_EINVAL;
	}
	assert_int_equal(gng_aes_gcm_open_batch(batch.items, batch.num), GNG_OK);
	for (size_t i = 0; i < batch.num; i++) {
		assert_int_equal(batch.items[i].status, GNG_OK);
		check_same("text", batch.items[i].len, batch.items[i].out, batch.in + MAX_LEN * i);
	}
}

/* Five of one length, so that the lanes of every variant are full and one is left over; data of a
 * length that goes through all of them, too. */
static void batch_agrees_for_every_length(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	for (size_t len = 0; len <= 300; len++) {
		if (len % 100 == 0)
			open_keys(variant, 16 + 8 * (len / 100 % 3), 16);
		start(len);
		for (size_t i = 0; i < 5; i++)
			add(len, len * 7 % 41, 0, len & 1);
		for (size_t i = 0; i < 5; i++) /* the same rows, with ends of their own */
			add(len > i ? len - i : 0, (len + i) % 301, 0, len & 1);
		check_batch();
	}
}

/* next is splitmix64: the same cases on every machine. */
static uint64_t next(uint64_t *seed)
{
	uint64_t bytes;

	fill(&bytes, sizeof(bytes), *seed += UINT64_C(0x9e3779b97f4a7c15));
	return bytes;
}

static void batch_agrees_for_random_mixtures(void **state)
{
	static const size_t tag_lens[] = {16, 15, 12, 8, 4};
	const struct gng_aes_variant *variant;
	uint64_t seed = 7;

	(void)state;
	if (variant_skips(&variant))
		return;
	for (size_t n = 0; n < 60; n++) {
		const size_t num = n < 20 ? n : 1 + next(&seed) % MAX_ITEMS;
		const size_t most = n % 3 == 0 ? 17 : 301;

		open_keys(variant, 16 + 8 * (n % 3), tag_lens[n % COUNT_OF(tag_lens)]);
		start(n);
		for (size_t i = 0; i < num; i++) {
			const uint64_t r = next(&seed);

			add(r % most, (r >> 16) % (r >> 40 & 1 ? 17 : 301), r >> 48 & r >> 49 & 1,
			    r >> 50 & 1);
		}
		check_batch();
	}
}

/* One wrong bit in one tag: that message alone is refused and wiped. */
static void a_bad_tag_spoils_no_other_message(void **state)
{
	static const size_t lens[] = {0, 16, 45, 64, 300};
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	open_keys(variant, 16, 13);
	for (size_t bit = 0; bit < 13 * 8; bit++) {
		const size_t bad = bit % 9;

		start(bit);
		for (size_t i = 0; i < 9; i++)
			add(lens[bit % COUNT_OF(lens)], 13, 0, false);
		assert_int_equal(gng_aes_gcm_seal_batch(batch.items, 9), GNG_OK);
		for (size_t i = 0; i < 9; i++)
			batch.items[i].in = batch.items[i].out;
		batch.tags[bad][bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(gng_aes_gcm_open_batch(batch.items, 9), GNG_EAUTH);
		for (size_t i = 0; i < 9; i++) {
			static const uint8_t zeros[MAX_LEN];

			assert_int_equal(batch.items[i].status, i == bad ? GNG_EAUTH : GNG_OK);
			check_same("text", batch.items[i].len, batch.items[i].out,
				   i == bad ? zeros : batch.in + MAX_LEN * i);
		}
	}
}

static void every_bad_tag_is_told(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	open_keys(variant, 32, 16);
	for (uint32_t mask = 0; mask < 1u << 9; mask++) {
		start(mask);
		for (size_t i = 0; i < 9; i++)
			add(40, 20, 0, true);
		assert_int_equal(gng_aes_gcm_seal_batch(batch.items, 9), GNG_OK);
		for (size_t i = 0; i < 9; i++)
			batch.tags[i][i] ^= mask >> i & 1;
		assert_int_equal(gng_aes_gcm_open_batch(batch.items, 9), mask ? GNG_EAUTH : GNG_OK);
		for (size_t i = 0; i < 9; i++)
			assert_int_equal(batch.items[i].status, mask >> i & 1 ? GNG_EAUTH : GNG_OK);
	}
}

/* ---- layouts ---- */

/* packets lie one behind the other: nonce, data, text and tag; ascending or descending. */
static void packets(size_t num, bool down)
{
	const size_t len = 12 + 20 + 48 + 16;

	for (size_t i = 0; i < num; i++) {
		uint8_t *const p = batch.out + len * (down ? num - 1 - i : i);

		memcpy(p, batch.nonces[i], 12);
		memcpy(p + 12, batch.aad + MAX_LEN * i, 20);
		memcpy(p + 32, batch.in + MAX_LEN * i, 48);
		add(48, 20, 0, false);
		batch.items[i].nonce = p;
		batch.items[i].aad = p + 12;
		batch.items[i].in = batch.items[i].out = p + 32;
		batch.items[i].tag = p + 80;
	}
}

static void batch_takes_packets_in_place_in_any_order(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	open_keys(variant, 16, 16);
	for (int down = 0; down <= 1; down++) {
		start(3);
		packets(11, down);
		seal_alone();
		assert_int_equal(gng_aes_gcm_seal_batch(batch.items, 11), GNG_OK);
		for (size_t i = 0; i < 11; i++) {
			check_same("text", 48, batch.items[i].out, want + MAX_LEN * i);
			check_same("tag", 16, batch.items[i].tag, want_tags[i]);
		}
		assert_int_equal(gng_aes_gcm_open_batch(batch.items, 11), GNG_OK);
		for (size_t i = 0; i < 11; i++)
			check_same("text", 48, batch.items[i].out, batch.in + MAX_LEN * i);
	}
}

/* Nonces and data may be shared, and outputs far from the order of memory. */
static void batch_takes_shared_data_and_shuffled_outputs(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	open_keys(variant, 16, 16);
	start(4);
	for (size_t i = 0; i < 12; i++) {
		add(64, 20, 0, false);
		batch.items[i].aad = batch.aad;
		batch.items[i].nonce = batch.nonces[i % 3];
		batch.items[i].out = batch.out + MAX_LEN * (i * 5 % 12);
	}
	seal_alone();
	assert_int_equal(gng_aes_gcm_seal_batch(batch.items, 12), GNG_OK);
	for (size_t i = 0; i < 12; i++)
		check_same("text", 64, batch.items[i].out, want + MAX_LEN * i);
}

/* A text behind each other message of its group is a length of its own. */
static void companions_are_found_among_others(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	open_keys(variant, 24, 16);
	start(9);
	for (size_t i = 0; i < 130; i++)
		add(i % 2 ? 64 : i, 13, i % 3 == 0, i % 4 == 0);
	check_batch();
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(batch_agrees_for_every_length, "C1.gcm.batch"),
	TEST_EACH_VARIANT(batch_agrees_for_random_mixtures, "C1.gcm.batch C1.gcm.tag-length"),
	TEST_EACH_VARIANT(a_bad_tag_spoils_no_other_message,
			  "C1.gcm.batch C1.gcm.wipe-on-bad-tag C1.gcm.tag-compare"),
	TEST_EACH_VARIANT(every_bad_tag_is_told, "C1.gcm.batch"),
	TEST_EACH_VARIANT(batch_takes_packets_in_place_in_any_order, "C1.gcm.batch"),
	TEST_EACH_VARIANT(batch_takes_shared_data_and_shuffled_outputs, "C1.gcm.batch"),
	TEST_EACH_VARIANT(companions_are_found_among_others, "C1.gcm.batch"),
	{0},
};
