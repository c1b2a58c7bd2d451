/* SPDX-License-Identifier: Apache-2.0 */
/* packet_test.c - RTP packets: bytes by hand from RFC 3550 section 5.1, and each rule of A.1
 * broken. */
#include "../suite.h"

#include <gng_rtp.h>
#include <string.h>

/* two CSRCs, an extension of one word, a payload of 3 and padding of 5 */
static const uint8_t full[] = {
	0xb2, 0xe0, 0x12, 0x34, 0x01, 0x02, 0x03, 0x04, 0xca, 0xfe, 0xba, 0xbe,
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0xbe, 0xde, 0x00, 0x01,
	0x10, 0x55, 0x00, 0x00, 0x61, 0x62, 0x63, 0x00, 0x00, 0x00, 0x00, 0x05,
};

static void every_field_is_read(void **state)
{
	struct gng_rtp_packet packet;

	(void)state;
	assert_int_equal(gng_rtp_read(&packet, full, sizeof(full), NULL), GNG_OK);
	assert_true(packet.marker);
	assert_int_equal(packet.payload_type, 0x60);
	assert_int_equal(packet.seq, 0x1234);
	assert_int_equal(packet.timestamp, 0x01020304);
	assert_int_equal(packet.ssrc, 0xcafebabe);
	assert_int_equal(packet.num_csrc, 2);
	assert_int_equal(packet.csrc[1], 2);
	assert_true(packet.has_ext);
	assert_int_equal(packet.ext_profile, 0xbede);
	assert_int_equal(packet.ext_len, 4);
	assert_ptr_equal(packet.ext, full + 24);
	assert_int_equal(packet.payload_len, 3);
	assert_memory_equal(packet.payload, "abc", 3);
	assert_int_equal(packet.pad_len, 5);
}

static void what_was_read_is_written_again(void **state)
{
	struct gng_rtp_packet packet;
	uint8_t out[sizeof(full)];
	size_t out_len;

	(void)state;
	assert_int_equal(gng_rtp_read(&packet, full, sizeof(full), NULL), GNG_OK);
	assert_int_equal(gng_rtp_write(out, sizeof(out), &out_len, &packet, NULL), GNG_OK);
	assert_int_equal(out_len, sizeof(full));
	assert_memory_equal(out, full, sizeof(full));
	assert_int_equal(gng_rtp_write(out, sizeof(out) - 1, &out_len, &packet, NULL), GNG_EINVAL);
}

static void each_broken_rule_is_refused_with_a_reason(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t len;
	} rows[] = {
		{0, 0x72, 36},	/* version 1 */
		{0, 0xf2, 36},	/* version 3 */
		{0, 0xb2, 11},	/* shorter than the fixed header */
		{0, 0xb2, 23},	/* ends inside the extension's header */
		{0, 0xb2, 27},	/* ends inside the extension */
		{0, 0xbf, 36},	/* fifteen CSRCs do not fit */
		{1, 0xc8, 36},	/* the octet of an SR */
		{1, 0xc9, 36},	/* of an RR */
		{23, 0x04, 36}, /* the extension reaches beyond the end */
		{35, 0x00, 36}, /* padding of no octets */
		{35, 0x09, 36}, /* padding that reaches into the header */
		{35, 0xff, 36},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_rtp_packet packet;
		struct gng_why why = {0};
		uint8_t in[sizeof(full)];

		memcpy(in, full, sizeof(in));
		in[rows[i].at] = rows[i].value;
		if (gng_rtp_read(&packet, in, rows[i].len, &why) != GNG_EFORMAT)
			suite_fail("row %zu is not refused", i);
		assert_true(why.text[0] != '\0');
	}
}

/* Padding may be all that follows the header, and a packet may be nothing but its header. */
static void the_edges_are_taken(void **state)
{
	uint8_t in[16] = {0x80, 0x60};
	struct gng_rtp_packet packet;

	(void)state;
	assert_int_equal(gng_rtp_read(&packet, in, 12, NULL), GNG_OK);
	assert_int_equal(packet.payload_len, 0);
	in[0] = 0xa0;
	in[15] = 4;
	assert_int_equal(gng_rtp_read(&packet, in, 16, NULL), GNG_OK);
	assert_int_equal(packet.payload_len, 0);
	assert_int_equal(packet.pad_len, 4);
}

static void fields_beyond_the_format_are_not_written(void **state)
{
	struct gng_rtp_packet packet = {.payload_type = 128};
	uint8_t out[64];
	size_t out_len;

	(void)state;
	assert_int_equal(gng_rtp_write(out, sizeof(out), &out_len, &packet, NULL), GNG_EINVAL);
	packet = (struct gng_rtp_packet){.num_csrc = 16};
	assert_int_equal(gng_rtp_write(out, sizeof(out), &out_len, &packet, NULL), GNG_EINVAL);
	packet = (struct gng_rtp_packet){.has_ext = true, .ext = full, .ext_len = 3};
	assert_int_equal(gng_rtp_write(out, sizeof(out), &out_len, &packet, NULL), GNG_EINVAL);
	packet = (struct gng_rtp_packet){.ext = full, .ext_len = 4};
	assert_int_equal(gng_rtp_write(out, sizeof(out), &out_len, &packet, NULL), GNG_EINVAL);
}

const struct suite_test suite_tests[] = {
	TEST(every_field_is_read, "T3.rtp.packets"),
	TEST(what_was_read_is_written_again, "T3.rtp.packets"),
	TEST(each_broken_rule_is_refused_with_a_reason, "T3.rtp.packets"),
	TEST(the_edges_are_taken, "T3.rtp.packets"),
	TEST(fields_beyond_the_format_are_not_written, "T3.rtp.packets"),
	{0},
};
