/* SPDX-License-Identifier: Apache-2.0 */
/* audio_test.c - L16 and L24 bytes by hand, and each rule R1 to R7 of Opus with what breaks it. */
#include "../suite.h"

#include <gng_rtp.h>
#include <string.h>

static void l16_is_in_network_order(void **state)
{
	static const int16_t samples[] = {0, 1, -1, INT16_MAX, INT16_MIN, 0x1234};
	static const uint8_t want[] = {0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0x80, 0, 0x12, 0x34};
	int16_t back[6];
	uint8_t out[12];
	size_t out_len, num;

	(void)state;
	assert_int_equal(gng_rtp_l16_write(out, 12, &out_len, samples, 6, NULL), GNG_OK);
	assert_int_equal(out_len, 12);
	assert_memory_equal(out, want, 12);
	assert_int_equal(gng_rtp_l16_write(out, 11, &out_len, samples, 6, NULL), GNG_EINVAL);
	assert_int_equal(gng_rtp_l16_read(back, 6, &num, want, 12, 2, NULL), GNG_OK);
	assert_int_equal(num, 6);
	assert_memory_equal(back, samples, sizeof(samples));
	assert_int_equal(gng_rtp_l16_read(back, 5, &num, want, 12, 2, NULL), GNG_EINVAL);
	assert_int_equal(gng_rtp_l16_read(back, 6, &num, want, 10, 2, NULL), GNG_EFORMAT);
	assert_int_equal(gng_rtp_l16_read(back, 6, &num, want, 12, 0, NULL), GNG_EINVAL);
}

static void l24_is_in_network_order(void **state)
{
	static const int32_t samples[] = {0, -1, 0x7fffff, -0x800000, 0x123456, -2};
	static const uint8_t want[] = {0,    0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff,
				       0x80, 0, 0, 0x12, 0x34, 0x56, 0xff, 0xff, 0xfe};
	static const int32_t wide[] = {0x800000}, deep[] = {-0x800001};
	int32_t back[6];
	uint8_t out[18];
	size_t out_len, num;

	(void)state;
	assert_int_equal(gng_rtp_l24_write(out, 18, &out_len, samples, 6, NULL), GNG_OK);
	assert_int_equal(out_len, 18);
	assert_memory_equal(out, want, 18);
	assert_int_equal(gng_rtp_l24_read(back, 6, &num, want, 18, 3, NULL), GNG_OK);
	assert_int_equal(num, 6);
	assert_memory_equal(back, samples, sizeof(samples));
	assert_int_equal(gng_rtp_l24_read(back, 6, &num, want, 18, 4, NULL), GNG_EFORMAT);
	assert_int_equal(gng_rtp_l24_write(out, 18, &out_len, wide, 1, NULL), GNG_EINVAL);
	assert_int_equal(gng_rtp_l24_write(out, 18, &out_len, deep, 1, NULL), GNG_EINVAL);
	assert_int_equal(gng_rtp_l24_write(out, 17, &out_len, samples, 6, NULL), GNG_EINVAL);
}

/* Table 2 of RFC 6716: the 32 configurations in units of 2.5 ms. */
static void opus_frames_have_the_length_of_their_configuration(void **state)
{
	static const uint8_t units[] = {4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 16, 24, 4, 8, 4, 8,
					1, 2, 4,  8,  1, 2, 4,	8,  1, 2, 4,  8,  1, 2, 4, 8};

	(void)state;
	for (uint8_t config = 0; config < 32; config++) {
		const uint8_t one[] = {(uint8_t)(config << 3), 1, 2}, two[] = {one[0] | 1, 1, 2};
		uint32_t num;

		assert_int_equal(gng_rtp_opus_duration(&num, one, 3, NULL), GNG_OK);
		assert_int_equal(num, 120 * units[config]);
		assert_int_equal(gng_rtp_opus_duration(&num, two, 3, NULL), GNG_OK);
		assert_int_equal(num, 240 * units[config]);
	}
}

struct opus_row {
	size_t len; /* zeros follow the head */
	uint8_t head[6];
	uint32_t num; /* samples; 0: refused */
};

static void check_rows(const struct opus_row *rows, size_t num_rows)
{
	for (size_t i = 0; i < num_rows; i++) {
		uint8_t in[3000] = {0};
		struct gng_why why = {0};
		uint32_t num = 0;
		const enum gng_status want = rows[i].num ? GNG_OK : GNG_EFORMAT;

		memcpy(in, rows[i].head, sizeof(rows[i].head));
		const enum gng_status got = gng_rtp_opus_duration(&num, in, rows[i].len, &why);

		if (got != want)
			suite_fail("row %zu: %s, %u samples", i, why.text, num);
		assert_int_equal(num, rows[i].num);
	}
}

/* TOC 0xf8 and on: CELT frames of 20 ms, 960 samples; 0xe0: 2.5 ms; 0x18: 60 ms. */
static void opus_keeps_rules_1_to_4(void **state)
{
	static const struct opus_row rows[] = {
		{0, {0}, 0},	     /* R1 */
		{1, {0xf8}, 960},    /* DTX: a frame of no bytes */
		{1276, {0xf8}, 960}, /* R2: 1275 bytes */
		{1277, {0xf8}, 0},
		{2551, {0xf9}, 1920}, /* R2 and R3 */
		{2553, {0xf9}, 0},
		{2550, {0xf9}, 0},
		{1, {0xf9}, 1920},
		{1, {0xfa}, 0}, /* R4: no length */
		{2, {0xfa, 0}, 1920},
		{2, {0xfa, 1}, 0}, /* longer than what remains */
		{3, {0xfa, 1}, 1920},
		{2, {0xfa, 252}, 0},	     /* half a length */
		{255, {0xfa, 252, 0}, 1920}, /* 252 bytes */
		{254, {0xfa, 252, 0}, 0},
		{1278, {0xfa, 255, 255}, 1920}, /* 1275 bytes */
		{1277, {0xfa, 255, 255}, 0},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void opus_keeps_rules_5_to_7(void **state)
{
	static const struct opus_row rows[] = {
		{1, {0xfb}, 0},		 /* no count */
		{2, {0xfb, 0x00}, 0},	 /* R5: no frame */
		{2, {0xfb, 0x06}, 5760}, /* 120 ms */
		{2, {0xfb, 0x07}, 0},
		{2, {0xe3, 0x30}, 5760}, /* 48 frames of 2.5 ms */
		{2, {0xe3, 0x31}, 0},
		{2, {0x1b, 0x02}, 5760},
		{2, {0x1b, 0x03}, 0},
		{8, {0xfb, 0x03}, 2880}, /* R6: 6 bytes are 3 times 2 */
		{7, {0xfb, 0x03}, 0},
		{2, {0xfb, 0x43}, 0}, /* padding without a count */
		{4, {0xfb, 0x43, 1}, 2880},
		{3, {0xfb, 0x43, 1}, 0},	  /* more padding than bytes */
		{258, {0xfb, 0x41, 255, 0}, 960}, /* 254 and 0 */
		{257, {0xfb, 0x41, 255, 0}, 0},
		{3, {0xfb, 0x41, 255}, 0},  /* the count does not end */
		{4, {0xfb, 0x82, 1}, 1920}, /* R7: 1 and 0 bytes */
		{3, {0xfb, 0x82, 1}, 0},
		{2, {0xfb, 0x82}, 0},
		{5, {0xfb, 0xc2, 1, 1}, 0}, /* frame and padding: 6 bytes are needed */
		{6, {0xfb, 0xc2, 1, 1}, 1920},
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

const struct suite_test suite_tests[] = {
	TEST(l16_is_in_network_order, "T3.rtp.audio"),
	TEST(l24_is_in_network_order, "T3.rtp.audio"),
	TEST(opus_frames_have_the_length_of_their_configuration, "T3.rtp.audio"),
	TEST(opus_keeps_rules_1_to_4, "T3.rtp.audio"),
	TEST(opus_keeps_rules_5_to_7, "T3.rtp.audio"),
	{0},
};
