/* SPDX-License-Identifier: Apache-2.0 */
/* control_test.c - compounds of RTCP: bytes by hand from RFC 3550 section 6, each rule broken. */
#include "../suite.h"

#include <gng_rtp.h>
#include <string.h>

/* an SR with one block, an SDES with the CNAME "a@b", a BYE */
static const uint8_t compound[] = {
	0x81, 0xc8, 0x00, 0x0c, 0x11, 0x22, 0x33, 0x44, 0x01, 0x02, 0x03, 0x04, 0x05,
	0x06, 0x07, 0x08, 0x00, 0x00, 0x00, 0x64, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00,
	0x00, 0x09, 0xca, 0xfe, 0xba, 0xbe, 0x80, 0xff, 0xff, 0xfe, 0x00, 0x01, 0x00,
	0x05, 0x00, 0x00, 0x00, 0x07, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x0a,
	0x81, 0xca, 0x00, 0x03, 0x11, 0x22, 0x33, 0x44, 0x01, 0x03, 0x61, 0x40, 0x62,
	0x00, 0x00, 0x00, 0x81, 0xcb, 0x00, 0x01, 0x11, 0x22, 0x33, 0x44,
};

#define SDES_AT 52
#define BYE_AT 68

static struct gng_rtp_report report_by_hand(void)
{
	struct gng_rtp_report report = {
		.ssrc = 0x11223344,
		.has_sender = true,
		.num_blocks = 1,
		.sender = {0x0102030405060708, 100, 2, 9},
	};

	report.blocks[0] = (struct gng_rtp_block){
		.ssrc = 0xcafebabe,
		.fraction_lost = 128,
		.lost = -2,
		.highest_seq = 0x10005,
		.jitter = 7,
		.last_sr = 8,
		.delay_since_sr = 10,
	};
	return report;
}

static void a_compound_is_written(void **state)
{
	const struct gng_rtp_report report = report_by_hand();
	uint8_t out[sizeof(compound)];
	size_t len = 0;

	(void)state;
	assert_int_equal(gng_rtp_report_write(out, sizeof(out), &len, &report, NULL), GNG_OK);
	assert_int_equal(len, SDES_AT);
	assert_int_equal(gng_rtp_cname_write(out, sizeof(out), &len, 0x11223344, "a@b", NULL),
			 GNG_OK);
	assert_int_equal(len, BYE_AT);
	assert_int_equal(gng_rtp_bye_write(out, sizeof(out) - 1, &len, 0x11223344, NULL),
			 GNG_EINVAL);
	assert_int_equal(len, BYE_AT); /* what does not fit leaves the compound as it was */
	assert_int_equal(gng_rtp_bye_write(out, sizeof(out), &len, 0x11223344, NULL), GNG_OK);
	assert_int_equal(len, sizeof(compound));
	assert_memory_equal(out, compound, sizeof(compound));
}

static void a_compound_is_read(void **state)
{
	const struct gng_rtp_report want = report_by_hand();
	struct gng_rtp_report got;
	struct gng_rtp_control one;
	const char *cname;
	size_t offset = 0, cname_len;
	uint32_t ssrc;

	(void)state;
	assert_int_equal(gng_rtp_control_check(compound, sizeof(compound), NULL), GNG_OK);
	assert_true(gng_rtp_control_next(&one, &offset, compound, sizeof(compound)));
	assert_int_equal(gng_rtp_report_read(&got, &one, NULL), GNG_OK);
	assert_int_equal(got.sender.ntp, want.sender.ntp);
	assert_int_equal(got.sender.num_octets, 9);
	assert_int_equal(got.blocks[0].lost, -2);
	assert_int_equal(got.blocks[0].fraction_lost, 128);
	assert_int_equal(got.blocks[0].highest_seq, 0x10005);
	assert_int_equal(got.blocks[0].delay_since_sr, 10);
	assert_true(gng_rtp_control_next(&one, &offset, compound, sizeof(compound)));
	assert_true(gng_rtp_cname_read(&cname, &cname_len, &ssrc, &one));
	assert_int_equal(ssrc, 0x11223344);
	assert_int_equal(cname_len, 3);
	assert_memory_equal(cname, "a@b", 3);
	assert_true(gng_rtp_control_next(&one, &offset, compound, sizeof(compound)));
	assert_int_equal(one.type, GNG_RTP_BYE);
	assert_false(gng_rtp_control_next(&one, &offset, compound, sizeof(compound)));
}

static void each_broken_rule_is_refused_with_a_reason(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
		{0, 0x41},	     /* version 1 of the first */
		{SDES_AT, 0x41},     /* and of a later one */
		{1, 0xca},	     /* begins with an SDES */
		{0, 0xa1},	     /* padding on the first */
		{SDES_AT, 0xa1},     /* and on one in the middle */
		{3, 0x0b},	     /* a length that does not add up */
		{BYE_AT + 3, 0x02},  /* one that reaches beyond the end */
		{0, 0x82},	     /* two blocks where one is */
		{SDES_AT, 0x82},     /* two chunks */
		{SDES_AT + 9, 0x07}, /* an item that leaves its packet */
		{BYE_AT, 0x82},	     /* two sources */
		{BYE_AT, 0xa1},	     /* padding whose count (0x44) is more than there is */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t in[sizeof(compound)];
		struct gng_why why = {0};

		memcpy(in, compound, sizeof(in));
		in[rows[i].at] = rows[i].value;
		if (gng_rtp_control_check(in, sizeof(in), &why) != GNG_EFORMAT)
			suite_fail("row %zu is not refused", i);
		assert_true(why.text[0] != '\0');
	}
	for (size_t len = 0; len < sizeof(compound); len++)
		if (len != SDES_AT && len != BYE_AT)
			assert_int_equal(gng_rtp_control_check(compound, len, NULL), GNG_EFORMAT);
}

static void padding_of_the_last_is_taken_off(void **state)
{
	uint8_t in[] = {0x80, 0xc9, 0, 1, 0,   0,   0,	 1,   0xa0, 0xcc, 0, 3,
			0,    0,    0, 2, 'a', 'b', 'c', 'd', 0,    0,	  0, 4};
	static const uint8_t first[] = {0xa0, 0xc9, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, 0x80, 0xcb, 0, 0};
	struct gng_rtp_control one;
	size_t offset = 8;

	(void)state;
	assert_int_equal(gng_rtp_control_check(in, sizeof(in), NULL), GNG_OK);
	assert_true(gng_rtp_control_next(&one, &offset, in, sizeof(in)));
	assert_int_equal(one.body_len, 8);
	assert_int_equal(offset, sizeof(in));
	assert_int_equal(gng_rtp_control_check(first, sizeof(first), NULL), GNG_EFORMAT);
	assert_int_equal(gng_rtp_control_check(first, 12, NULL), GNG_EFORMAT);
	in[sizeof(in) - 1] = 3; /* not a multiple of 4: section 6.4.1 */
	assert_int_equal(gng_rtp_control_check(in, sizeof(in), NULL), GNG_EFORMAT);
}

static bool is_near(double got, double want)
{
	return got > want - 1e-6 && got < want + 1e-6;
}

/* Worked by hand from rtcp_interval(); 1.21828 is its compensation, and random 0.5 the middle. */
static void the_interval_is_that_of_the_appendix(void **state)
{
	struct gng_rtp_members few = {2, 1, 1000, 100, true, false};
	struct gng_rtp_members many = {1000, 100, 1000, 100, false, false};

	(void)state;
	assert_true(is_near(gng_rtp_control_interval(&few, 0.5), 5 / 1.21828));
	few.initial = true;
	assert_true(is_near(gng_rtp_control_interval(&few, 0.5), 2.5 / 1.21828));
	assert_true(is_near(gng_rtp_control_interval(&few, 0), 1.25 / 1.21828));
	/* 900 receivers share 750 octets a second; 100 senders 250 */
	assert_true(is_near(gng_rtp_control_interval(&many, 0.5), 120 / 1.21828));
	many.we_sent = true;
	assert_true(is_near(gng_rtp_control_interval(&many, 0.5), 40 / 1.21828));
	many.num_senders = 500; /* more than a quarter: all share all */
	assert_true(is_near(gng_rtp_control_interval(&many, 0.5), 100 / 1.21828));
}

const struct suite_test suite_tests[] = {
	TEST(a_compound_is_written, "T3.rtp.control"),
	TEST(a_compound_is_read, "T3.rtp.control"),
	TEST(each_broken_rule_is_refused_with_a_reason, "T3.rtp.control"),
	TEST(padding_of_the_last_is_taken_off, "T3.rtp.control"),
	TEST(the_interval_is_that_of_the_appendix, "T3.rtp.control"),
	{0},
};
