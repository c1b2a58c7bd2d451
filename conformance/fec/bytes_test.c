/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes_test.c - the headers of repairs, octet by octet: the example of RFC 5109 section 10.1, and
 * two sources by hand in RFC 8627 and in the draft; and each payload that must be refused.
 */
#include "sources.h"

/* The packets A to D of section 10; their payload is zeros, for the RFC does not say. */
static void the_example_of_rfc_5109(void **state)
{
	static const uint8_t want[] = {0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00,
				       0x08, 0x01, 0x74, 0x01, 0x54, 0xf0, 0x00};
	static const size_t lens[] = {200, 140, 100, 340};
	static uint8_t bytes[4][400], out[400];
	const uint8_t zeros[340] = {0};
	struct gng_fec_source sources[4];
	size_t len;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct gng_rtp_packet packet = {
			.marker = i % 2 == 0,
			.payload_type = i % 2 ? 18 : 11,
			.seq = (uint16_t)(8 + i),
			.timestamp = (uint32_t)(3 + 2 * i),
			.ssrc = 2,
			.payload = zeros,
			.payload_len = lens[i],
		};

		sources[i].bytes = bytes[i];
		assert_int_equal(
			gng_rtp_write(bytes[i], sizeof(bytes[i]), &sources[i].len, &packet, NULL),
			GNG_OK);
	}
	assert_int_equal(gng_fec_protect(out, sizeof(out), &len, GNG_FEC_ULPFEC, sources, 4, NULL),
			 GNG_OK);
	assert_int_equal(len, sizeof(want) + 340);
	assert_memory_equal(out, want, sizeof(want));
}

/* two sources: 5 with "abc" and 5 + ahead with "A", their markers and times apart */
static void make_two(struct gng_fec_source sources[2], uint8_t bytes[2][16], uint16_t ahead)
{
	struct gng_rtp_packet packet = {
		.payload_type = 96,
		.seq = 5,
		.timestamp = 0x01020304,
		.ssrc = SSRC,
		.payload = (const uint8_t *)"abc",
		.payload_len = 3,
	};

	for (size_t i = 0; i < 2; i++) {
		sources[i].bytes = bytes[i];
		assert_int_equal(gng_rtp_write(bytes[i], 16, &sources[i].len, &packet, NULL),
				 GNG_OK);
		packet.marker = true;
		packet.seq = (uint16_t)(5 + ahead);
		packet.timestamp = 0x01020305;
		packet.payload = (const uint8_t *)"A";
		packet.payload_len = 1;
	}
}

static void check_two(enum gng_fec_format format, uint16_t ahead, const uint8_t *want,
		      size_t want_len)
{
	struct gng_fec_source sources[2];
	uint8_t bytes[2][16], out[64];
	size_t len;

	make_two(sources, bytes, ahead);
	assert_int_equal(gng_fec_protect(out, sizeof(out), &len, format, sources, 2, NULL), GNG_OK);
	assert_int_equal(len, want_len);
	assert_memory_equal(out, want, want_len);
	assert_int_equal(gng_fec_protect(out, len - 1, &len, format, sources, 2, NULL), GNG_EINVAL);
}

/* 'a' XOR 'A' is 0x20 */
static void ulpfec_with_both_masks(void **state)
{
	static const uint8_t near[] = {0x00, 0x80, 0, 5,    0,	  0,	0,    1,   0,
				       2,    0,	   3, 0x80, 0x01, 0x20, 0x62, 0x63};
	static const uint8_t far[] = {0x40, 0x80, 0, 5, 0, 0, 0,    1,	  0,	2,   0,
				      3,    0x80, 0, 0, 0, 0, 0x01, 0x20, 0x62, 0x63};

	(void)state;
	check_two(GNG_FEC_ULPFEC, 15, near, sizeof(near));
	check_two(GNG_FEC_ULPFEC, 47, far, sizeof(far));
}

static void flexfec_with_all_masks(void **state)
{
	static const uint8_t near[] = {0x00, 0x80, 0,	 2,    0,    0,	   0,	1,
				       0,    5,	   0x40, 0x01, 0x20, 0x62, 0x63};
	static const uint8_t middle[] = {0x00, 0x80, 0,	   2, 0, 0, 0,	  1,	0,   5,
					 0xc0, 0,    0x00, 0, 0, 1, 0x20, 0x62, 0x63};
	static const uint8_t far[] = {0x00, 0x80, 0, 2, 0, 0, 0, 1, 0, 5, 0xc0, 0,    0x80, 0,
				      0,    0,	  0, 0, 0, 0, 0, 0, 0, 1, 0x20, 0x62, 0x63};

	(void)state;
	check_two(GNG_FEC_FLEXFEC, 14, near, sizeof(near));
	check_two(GNG_FEC_FLEXFEC, 45, middle, sizeof(middle));
	check_two(GNG_FEC_FLEXFEC, 109, far, sizeof(far));
}

/* Here a k bit of 1 ends the mask, and the SSRC stands in the header. */
static void the_draft_with_all_masks(void **state)
{
	static const uint8_t near[] = {0x00, 0x80, 0,	 2,    0, 0, 0,	   1,	 1,    0,    0,	  0,
				       0x60, 0x0d, 0xca, 0xfe, 0, 5, 0xc0, 0x01, 0x20, 0x62, 0x63};
	static const uint8_t middle[] = {0x00, 0x80, 0,	   2,	 0,    0,    0,	   1,	 1,
					 0,    0,    0,	   0x60, 0x0d, 0xca, 0xfe, 0,	 5,
					 0x40, 0,    0x80, 0,	 0,    1,    0x20, 0x62, 0x63};
	static const uint8_t far[] = {0x00, 0x80, 0,	2,    0, 0, 0,	  1, 1,	   0,	 0,   0,
				      0x60, 0x0d, 0xca, 0xfe, 0, 5, 0x40, 0, 0,	   0,	 0,   0,
				      0x80, 0,	  0,	0,    0, 0, 0,	  1, 0x20, 0x62, 0x63};

	(void)state;
	check_two(GNG_FEC_FLEXFEC_03, 14, near, sizeof(near));
	check_two(GNG_FEC_FLEXFEC_03, 45, middle, sizeof(middle));
	check_two(GNG_FEC_FLEXFEC_03, 108, far, sizeof(far));
}

static void sources_that_break_a_rule_are_refused(void **state)
{
	struct gng_fec_source sources[2];
	uint8_t bytes[2][16], out[64];
	size_t len;

	(void)state;
	for (int format = GNG_FEC_ULPFEC; format <= GNG_FEC_FLEXFEC_03; format++) {
		const enum gng_fec_format one = (enum gng_fec_format)format;

		make_two(sources, bytes, (uint16_t)gng_fec_window(one));
		assert_int_equal(gng_fec_protect(out, 64, &len, one, sources, 2, NULL), GNG_ELIMIT);
		make_two(sources, bytes, 0);
		assert_int_equal(gng_fec_protect(out, 64, &len, one, sources, 2, NULL), GNG_EINVAL);
		make_two(sources, bytes, 1);
		bytes[1][11] ^= 1;
		assert_int_equal(gng_fec_protect(out, 64, &len, one, sources, 2, NULL), GNG_EINVAL);
		bytes[1][0] = 0x40;
		assert_int_equal(gng_fec_protect(out, 64, &len, one, sources, 2, NULL),
				 GNG_EFORMAT);
		assert_int_equal(gng_fec_protect(out, 64, &len, one, sources, 0, NULL), GNG_EINVAL);
	}
	assert_int_equal(gng_fec_window((enum gng_fec_format)4), 0);
	make_two(sources, bytes, 1);
	assert_int_equal(gng_fec_protect(out, 64, &len, (enum gng_fec_format)4, sources, 2, NULL),
			 GNG_EINVAL);
}

static void each_bad_repair_is_refused_with_a_reason(void **state)
{
	static const struct {
		enum gng_fec_format format;
		enum gng_status want;
		size_t len;
		uint8_t bytes[24];
	} rows[] = {
		{GNG_FEC_ULPFEC, GNG_EFORMAT, 13, {0}},
		{GNG_FEC_ULPFEC, GNG_EFORMAT, 17, {0x40}},
		{GNG_FEC_ULPFEC, GNG_EFORMAT, 14, {0}},			    /* protects nothing */
		{GNG_FEC_ULPFEC, GNG_EFORMAT, 14, {[11] = 1, [12] = 0x80}}, /* no parity */
		{GNG_FEC_ULPFEC, GNG_EUNSUPPORTED, 16, {[11] = 1, [12] = 0x80}},
		{GNG_FEC_FLEXFEC, GNG_EFORMAT, 11, {0}},
		{GNG_FEC_FLEXFEC, GNG_EFORMAT, 12, {0}},
		{GNG_FEC_FLEXFEC, GNG_EFORMAT, 15, {[10] = 0x80}},
		{GNG_FEC_FLEXFEC, GNG_EFORMAT, 23, {[10] = 0x80, [12] = 0x80}},
		{GNG_FEC_FLEXFEC, GNG_EUNSUPPORTED, 24, {0x80, [10] = 0x40}},
		{GNG_FEC_FLEXFEC, GNG_EUNSUPPORTED, 24, {0x40, [11] = 4}},
		{GNG_FEC_FLEXFEC_03, GNG_EFORMAT, 19, {[8] = 1}},
		{GNG_FEC_FLEXFEC_03, GNG_EFORMAT, 23, {[8] = 1}},
		{GNG_FEC_FLEXFEC_03, GNG_EFORMAT, 24, {[8] = 1, [18] = 0x80}},
		{GNG_FEC_FLEXFEC_03, GNG_EUNSUPPORTED, 24, {[8] = 2, [18] = 0xc0}},
		{GNG_FEC_FLEXFEC_03, GNG_EUNSUPPORTED, 24, {0x40, [8] = 1, [18] = 0xc0}},
		{(enum gng_fec_format)0, GNG_EINVAL, 24, {0}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_fec_repair repair;
		struct gng_why why = {0};

		if (gng_fec_read(&repair, rows[i].format, SSRC, rows[i].bytes, rows[i].len, &why) !=
		    rows[i].want)
			suite_fail("row %zu: %s", i, why.text);
		assert_true(why.text[0] != '\0');
	}
}

/* A repair of other packets must not make one up: what comes out is checked. */
static void contradictions_are_refused(void **state)
{
	struct gng_fec_source sources[2];
	struct gng_fec_repair repair, changed;
	uint8_t bytes[2][16], out[64], packet[64];
	size_t len, packet_len;

	(void)state;
	make_two(sources, bytes, 1);
	assert_int_equal(gng_fec_protect(out, 64, &len, GNG_FEC_FLEXFEC, sources, 2, NULL), GNG_OK);
	assert_int_equal(gng_fec_read(&repair, GNG_FEC_FLEXFEC, SSRC, out, len, NULL), GNG_OK);
	assert_int_equal(gng_fec_recover(packet, 14, &packet_len, &repair, sources, 1, NULL),
			 GNG_EINVAL);
	assert_int_equal(gng_fec_recover(packet, 15, &packet_len, &repair, sources, 1, NULL),
			 GNG_OK);
	assert_memory_equal(packet, bytes[1], packet_len);
	changed = repair;
	changed.length ^= 0x100; /* beyond the parity */
	assert_int_equal(gng_fec_recover(packet, 64, &packet_len, &changed, sources, 1, NULL),
			 GNG_EFORMAT);
	changed = repair;
	out[len - 1] ^= 1; /* a byte behind the packet of one */
	assert_int_equal(gng_fec_recover(packet, 64, &packet_len, &changed, sources, 1, NULL),
			 GNG_EFORMAT);
	changed.parity_len--;
	assert_int_equal(gng_fec_recover(packet, 64, &packet_len, &changed, sources, 1, NULL),
			 GNG_EFORMAT);
	changed = repair;
	changed.flags[0] ^= 0x0f; /* CSRCs that do not fit */
	out[len - 1] ^= 1;
	assert_int_equal(gng_fec_recover(packet, 64, &packet_len, &changed, sources, 1, NULL),
			 GNG_EFORMAT);
}

const struct suite_test suite_tests[] = {
	TEST(the_example_of_rfc_5109, "T3.fec.ulpfec"),
	TEST(ulpfec_with_both_masks, "T3.fec.ulpfec"),
	TEST(flexfec_with_all_masks, "T3.fec.flexfec"),
	TEST(the_draft_with_all_masks, "T3.fec.flexfec"),
	TEST(sources_that_break_a_rule_are_refused, "T3.fec.ulpfec T3.fec.flexfec"),
	TEST(each_bad_repair_is_refused_with_a_reason, "T3.fec.ulpfec T3.fec.flexfec"),
	TEST(contradictions_are_refused, "T3.fec.ulpfec T3.fec.flexfec"),
	{0},
};
