/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gcm_batch_ring_test.c - packets in a ring, one behind the other with all that belongs to them:
 * whatever one of them reads on what another writes is refused, and so is the list of them.
 */
#include "variant.h"

#define NUM 4
#define LEN 40

/* Each packet has nonce, data, text in place and tag; the list lies in front of them. */
struct ring {
	struct gng_aes_gcm_item items[NUM];
	struct packet {
		uint8_t nonce[12], aad[20], text[LEN], tag[16];
	} packets[NUM];
};

static struct subject subject;
static struct ring ring, before;

static bool set_up(void)
{
	const struct gng_aes_variant *variant;

	if (variant_skips(&variant))
		return false;
	subject_init(&subject, variant, 16);
	return true;
}

static struct gng_aes_gcm_item *fresh(size_t i)
{
	fill(ring.packets, sizeof(ring.packets), 4);
	for (size_t j = 0; j < NUM; j++) {
		struct packet *packet = &ring.packets[j];

		ring.items[j] = (struct gng_aes_gcm_item){.key = &subject.gcm,
							  .nonce = packet->nonce,
							  .aad = packet->aad,
							  .aad_len = sizeof(packet->aad),
							  .in = packet->text,
							  .out = packet->text,
							  .len = LEN,
							  .tag = packet->tag};
	}
	return &ring.items[i];
}

static void refused(const char *what, size_t i, size_t j)
{
	before = ring;
	if (gng_aes_gcm_seal_batch(ring.items, NUM) != GNG_EINVAL)
		suite_fail("%s of packet %zu on packet %zu is taken", what, i, j);
	check_same(what, sizeof(ring), (const uint8_t *)&ring, (const uint8_t *)&before);
}

static void check_two(size_t i, size_t j)
{
	uint8_t *const text = ring.packets[j].text, *const tag = ring.packets[j].tag;

	fresh(i)->aad = text + LEN - 20;
	refused("data", i, j);
	fresh(i)->aad = tag;
	ring.items[i].aad_len = 1;
	refused("a byte of data", i, j);
	fresh(i)->nonce = text;
	refused("the nonce", i, j);
	fresh(i)->in = text;
	refused("the text", i, j);
	fresh(i)->tag = text + LEN - 1;
	refused("the tag", i, j);
}

static void packets_read_nothing_that_another_writes(void **state)
{
	(void)state;
	if (!set_up())
		return;
	fresh(0);
	assert_int_equal(gng_aes_gcm_seal_batch(ring.items, NUM), GNG_OK);
	for (size_t i = 0; i < NUM; i++)
		for (size_t j = 0; j < NUM; j++)
			if (i != j)
				check_two(i, j);
}

/* The list is read between two writes: nobody may write on it, neither the first nor the last. */
static void packets_spare_their_list(void **state)
{
	(void)state;
	if (!set_up())
		return;
	for (size_t i = 0; i < NUM; i++) {
		for (size_t j = 0; j < NUM; j++) {
			struct gng_aes_gcm_item *item = fresh(i);

			item->len = 8;
			item->out = (uint8_t *)&ring.items[j];
			refused("the output", i, j);
			fresh(i)->tag = (uint8_t *)&ring.items[j];
			refused("the tag", i, j);
		}
	}
}

/* The first text has one byte, and what is written of the second begins on it. */
static void packets_keep_off_one_byte(void **state)
{
	struct gng_aes_gcm_item *items = ring.items;
	uint8_t room[NUM * LEN], was[sizeof(room)], texts[NUM][LEN] = {0};

	(void)state;
	if (!set_up())
		return;
	fill(room, sizeof(room), 5);
	memcpy(was, room, sizeof(room));
	for (size_t back = 0; back <= 1; back++) {
		fresh(0);
		for (size_t i = 0; i < NUM; i++) {
			items[i].in = texts[i];
			items[i].out = room + LEN * i;
		}
		items[0].len = 1;
		items[1].out = room + 1 - back;
		assert_int_equal(gng_aes_gcm_open_batch(items, NUM),
				 back > 0 ? GNG_EINVAL : GNG_EAUTH);
		if (back == 0) /* a bad tag wipes what it would have written */
			assert_int_equal(room[0], 0);
		memcpy(room, was, sizeof(room));
	}
}

const struct suite_test suite_tests[] = {
	TEST_EACH_VARIANT(packets_read_nothing_that_another_writes,
			  "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(packets_spare_their_list, "C1.gcm.batch C1.overlap.refused"),
	TEST_EACH_VARIANT(packets_keep_off_one_byte, "C1.gcm.batch C1.overlap.refused"),
	{0},
};
