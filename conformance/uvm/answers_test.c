/* SPDX-License-Identifier: Apache-2.0 */
/* answers_test.c - answers of the resource manager, sound ones and what no driver says. */
#include "../suite.h"

#include <string.h>

#include <gng_uvm.h>

#define CARD_LEN 72
#define GPU_ID_AT 16
#define MINOR_AT 56

static struct gng_uvm_version version_of(const char *text)
{
	struct gng_uvm_version version;

	assert_int_equal(gng_uvm_version_parse(&version, text, NULL), GNG_OK);
	return version;
}

/* put_card fills a card as of 595.45.04; numbers below 256. */
static void put_card(uint8_t *bytes, uint8_t gpu_id, uint8_t minor)
{
	memset(bytes, 0, CARD_LEN);
	bytes[0] = 1;
	bytes[8] = 0x41; /* bus */
	bytes[12] = 0xde;
	bytes[13] = 0x10; /* vendor */
	bytes[GPU_ID_AT] = gpu_id;
	bytes[MINOR_AT] = minor;
}

static void cards_are_read(void **state)
{
	const struct gng_uvm_version version = version_of("595.45.04");
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	uint8_t bytes[4 * CARD_LEN] = {0};
	size_t num;

	(void)state;
	put_card(bytes, 7, 0);
	put_card(bytes + 2 * CARD_LEN, 8, 1); /* with a gap */
	assert_int_equal(gng_uvm_read_cards(cards, &num, &version, bytes, sizeof(bytes), NULL),
			 GNG_OK);
	assert_int_equal(num, 2);
	assert_int_equal(cards[0].gpu_id, 7);
	assert_int_equal(cards[0].bus, 0x41);
	assert_int_equal(cards[0].vendor, 0x10de);
	assert_int_equal(cards[1].gpu_id, 8);
	assert_int_equal(cards[1].minor, 1);
	assert_int_equal(gng_uvm_read_cards(cards, &num, &version, bytes, 0, NULL), GNG_OK);
	assert_int_equal(num, 0);
}

static void cards_that_cannot_be_are_refused(void **state)
{
	static const struct {
		const char *what;
		size_t at;
		uint8_t value;
	} wrong[] = {
		{"two of one identifier", CARD_LEN + GPU_ID_AT, 7},
		{"two of one minor number", CARD_LEN + MINOR_AT, 0},
		{"the control device's minor number", CARD_LEN + MINOR_AT, 255},
		{"neither valid nor absent", CARD_LEN, 2},
	};
	const struct gng_uvm_version version = version_of("595.45.04");
	struct gng_uvm_card cards[GNG_UVM_MAX_CARDS];
	uint8_t bytes[(GNG_UVM_MAX_CARDS + 1) * CARD_LEN] = {0};
	size_t num;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		put_card(bytes, 7, 0);
		put_card(bytes + CARD_LEN, 8, 1);
		bytes[wrong[i].at] = wrong[i].value;
		if (gng_uvm_read_cards(cards, &num, &version, bytes, 2 * CARD_LEN, NULL) !=
			    GNG_EFORMAT ||
		    num != 0)
			suite_fail("taken: %s", wrong[i].what);
	}
	put_card(bytes + CARD_LEN, 8, 1);
	memset(bytes + CARD_LEN + GPU_ID_AT, 0xff, 4);
	assert_int_equal(gng_uvm_read_cards(cards, &num, &version, bytes, 2 * CARD_LEN, NULL),
			 GNG_EFORMAT);
	assert_int_equal(gng_uvm_read_cards(cards, &num, &version, bytes, CARD_LEN - 1, NULL),
			 GNG_EFORMAT);
	assert_int_equal(gng_uvm_read_cards(cards, &num, &version, bytes, sizeof(bytes), NULL),
			 GNG_EFORMAT);
}

static void an_identifier_has_16_bytes(void **state)
{
	const struct gng_uvm_version version = version_of("515.43.04");
	uint8_t bytes[268] = {0};
	gng_uvm_uuid uuid;

	(void)state;
	bytes[8] = 16;
	assert_int_equal(gng_uvm_read_uuid(uuid, &version, bytes, 268, NULL), GNG_EFORMAT);
	for (uint8_t i = 0; i < 16; i++)
		bytes[12 + i] = (uint8_t)(i + 1);
	assert_int_equal(gng_uvm_read_uuid(uuid, &version, bytes, 268, NULL), GNG_OK);
	assert_memory_equal(uuid, bytes + 12, 16);
	assert_int_equal(gng_uvm_read_uuid(uuid, &version, bytes, 267, NULL), GNG_EFORMAT);
	bytes[8] = 40; /* a text */
	assert_int_equal(gng_uvm_read_uuid(uuid, &version, bytes, 268, NULL), GNG_EFORMAT);
}

static void a_reply_is_a_version_with_an_end(void **state)
{
	const struct gng_uvm_version version = version_of("595.45.04");
	struct gng_uvm_version driver;
	uint8_t bytes[72] = {0};

	(void)state;
	bytes[4] = 1;
	memcpy(bytes + 8, "580.95.05", 10);
	assert_int_equal(gng_uvm_read_reply(&driver, &version, bytes, 72, NULL), GNG_OK);
	assert_string_equal(driver.text, "580.95.05");
	assert_int_equal(gng_uvm_read_reply(&driver, &version, bytes, 71, NULL), GNG_EFORMAT);
	memset(bytes + 8, '5', 64);
	assert_int_equal(gng_uvm_read_reply(&driver, &version, bytes, 72, NULL), GNG_EFORMAT);
	memcpy(bytes + 8, "580.95.05", 10);
	bytes[4] = 0;
	assert_int_equal(gng_uvm_read_reply(&driver, &version, bytes, 72, NULL), GNG_EFORMAT);
}

const struct suite_test suite_tests[] = {
	TEST(cards_are_read, "D2.uvm.control"),
	TEST(cards_that_cannot_be_are_refused, "D2.uvm.control"),
	TEST(an_identifier_has_16_bytes, "D2.uvm.control"),
	TEST(a_reply_is_a_version_with_an_end, "D2.uvm.control D2.uvm.version"),
	{0},
};
