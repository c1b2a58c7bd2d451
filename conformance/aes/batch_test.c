/* SPDX-License-Identifier: Apache-2.0 */
/* batch_test.c - a batch gives each message what it gets alone (SP 800-38A section 6.2). */
#include "variant.h"

#define MAX_ITEMS 70
#define MAX_LEN 512

struct batch {
	struct gng_aes_key key;
	size_t num_items;
	struct gng_aes_cbc_item items[MAX_ITEMS];
	uint8_t ivs[MAX_ITEMS][16], in[MAX_ITEMS * MAX_LEN], out[MAX_ITEMS * MAX_LEN];
};

/* batch_init makes num_items messages of 0 to MAX_LEN bytes, whose lengths depend on seed. */
static void batch_init(struct batch *batch, const struct gng_aes_variant *variant, size_t num_items,
		       uint64_t seed, bool in_place)
{
	uint8_t key_bytes[32], lens[MAX_ITEMS];
	size_t at = 0;

	fill(key_bytes, sizeof(key_bytes), seed);
	fill(lens, sizeof(lens), seed + 1);
	fill(batch->ivs, sizeof(batch->ivs), seed + 2);
	fill(batch->in, sizeof(batch->in), seed + 3);
	memset(batch->out, 0xa5, sizeof(batch->out));
	assert_int_equal(aes_init_with(&batch->key, variant, key_bytes, 16 + 8 * (seed % 3)),
			 GNG_OK);
	batch->num_items = num_items;
	for (size_t i = 0; i < num_items; i++) {
		const size_t len = 16 * (size_t)(lens[i] % (MAX_LEN / 16 + 1));

		batch->items[i] =
			(struct gng_aes_cbc_item){batch->ivs[i], batch->in + at,
						  (in_place ? batch->in : batch->out) + at, len};
		at += len;
	}
}

/* one_by_one is the oracle: the same messages through gng_aes_cbc_encrypt, before the batch. */
static void one_by_one(uint8_t *want, const struct batch *batch)
{
	size_t at = 0;

	for (size_t i = 0; i < batch->num_items; i++) {
		const struct gng_aes_cbc_item *item = &batch->items[i];

		assert_int_equal(
			gng_aes_cbc_encrypt(&batch->key, item->iv, want + at, item->in, item->len),
			GNG_OK);
		at += item->len;
	}
}

static void check_batch(const struct gng_aes_variant *variant, size_t num_items, bool in_place)
{
	static uint8_t want[MAX_ITEMS * MAX_LEN];
	static struct batch batch;
	size_t at = 0;

	batch_init(&batch, variant, num_items, num_items * 7 + in_place, in_place);
	one_by_one(want, &batch);
	assert_int_equal(gng_aes_cbc_encrypt_batch(&batch.key, batch.items, num_items), GNG_OK);
	for (size_t i = 0; i < num_items; i++) {
		check_same("a message of the batch", batch.items[i].len, batch.items[i].out,
			   want + at);
		at += batch.items[i].len;
	}
	if (!in_place)
		for (size_t i = at; i < sizeof(batch.out); i++)
			if (batch.out[i] != 0xa5)
				suite_fail("byte %zu behind the last message is written", i);
}

static void batch_gives_each_message_what_it_gets_alone(void **state)
{
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	for (size_t num_items = 0; num_items <= MAX_ITEMS; num_items++) {
		check_batch(variant, num_items, false);
		check_batch(variant, num_items, true);
	}
}

/* Outputs that descend in memory are apart too; only the slower comparison finds that. */
static void batch_takes_items_in_any_order(void **state)
{
	static uint8_t want[MAX_ITEMS * MAX_LEN];
	const struct gng_aes_variant *variant;
	static struct batch batch;
	struct gng_aes_cbc_item last;

	(void)state;
	if (variant_skips(&variant))
		return;
	batch_init(&batch, variant, 20, 3, true);
	last = batch.items[19];
	batch.items[19] = batch.items[0];
	batch.items[0] = last;
	one_by_one(want, &batch);
	assert_int_equal(gng_aes_cbc_encrypt_batch(&batch.key, batch.items, 20), GNG_OK);
	check_same("the first", batch.items[0].len, batch.items[0].out, want);
}

/* refused spoils item 5 of a good batch, and requires that not a byte is written. */
static void refused(const struct gng_aes_variant *variant, void (*spoil)(struct batch *batch))
{
	static struct batch batch, before;

	batch_init(&batch, variant, 20, 11, false);
	for (size_t i = 0; i < 20; i++)
		batch.items[i].len = 64;
	for (size_t i = 0; i < 20; i++) {
		batch.items[i].in = batch.in + 64 * i;
		batch.items[i].out = batch.out + 64 * i;
	}
	spoil(&batch);
	before = batch;
	assert_int_equal(gng_aes_cbc_encrypt_batch(&batch.key, batch.items, 20), GNG_EINVAL);
	check_same("the outputs", sizeof(batch.out), batch.out, before.out);
	check_same("the inputs", sizeof(batch.in), batch.in, before.in);
	check_same("the ivs", sizeof(batch.ivs), batch.ivs[0], before.ivs[0]);
}

static void part_of_a_block(struct batch *batch)
{
	batch->items[5].len = 17;
}

static void no_iv(struct batch *batch)
{
	batch->items[5].iv = NULL;
}

static void no_input(struct batch *batch)
{
	batch->items[5].in = NULL;
}

static void shifted_in_place(struct batch *batch)
{
	batch->items[5].out = batch->in + 64 * 5 + 16;
}

static void output_on_another_output(struct batch *batch)
{
	batch->items[5].out = batch->out + 64 * 9 + 16;
}

static void output_on_another_input(struct batch *batch)
{
	batch->items[5].out = batch->in + 64 * 9;
}

static void output_on_another_iv(struct batch *batch)
{
	batch->items[9].iv = batch->out + 64 * 5 + 63 - 15;
}

static void last_output_on_another_iv(struct batch *batch)
{
	batch->items[9].iv = batch->out + 64 * 20 - 1; /* shares the very last byte */
}

static void input_on_the_first_output(struct batch *batch)
{
	batch->items[5].in = batch->out;
}

static void iv_on_the_first_output(struct batch *batch)
{
	batch->items[5].iv = batch->out + 48;
}

static void endless(struct batch *batch)
{
	batch->items[5].len = SIZE_MAX - 15;
}

static void batch_refuses_an_item_and_writes_nothing(void **state)
{
	static void (*const spoils[])(struct batch *) = {part_of_a_block,
							 no_iv,
							 no_input,
							 shifted_in_place,
							 output_on_another_output,
							 output_on_another_input,
							 output_on_another_iv,
							 last_output_on_another_iv,
							 input_on_the_first_output,
							 iv_on_the_first_output,
							 endless};
	const struct gng_aes_variant *variant;

	(void)state;
	if (variant_skips(&variant))
		return;
	for (size_t i = 0; i < COUNT_OF(spoils); i++)
		refused(variant, spoils[i]);
}

static void batch_needs_a_key_and_items(void **state)
{
	const uint8_t key_bytes[16] = {0};
	struct gng_aes_key key, none = {0};

	(void)state;
	assert_int_equal(gng_aes_init(&key, key_bytes, 16), GNG_OK);
	assert_int_equal(gng_aes_cbc_encrypt_batch(&key, NULL, 0), GNG_OK);
	assert_int_equal(gng_aes_cbc_encrypt_batch(&key, NULL, 1), GNG_EINVAL);
	assert_int_equal(gng_aes_cbc_encrypt_batch(&none, NULL, 0), GNG_EINVAL);
	assert_int_equal(gng_aes_cbc_encrypt_batch(NULL, NULL, 0), GNG_EINVAL);
	gng_aes_fini(&key);
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(batch_gives_each_message_what_it_gets_alone, "C1.cbc.batch"),
	TEST_EACH_VARIANT(batch_takes_items_in_any_order, "C1.cbc.batch"),
	TEST_EACH_VARIANT(batch_refuses_an_item_and_writes_nothing, "C1.cbc.batch"),
	TEST(batch_needs_a_key_and_items, "C1.cbc.batch"),
	{0},
};
