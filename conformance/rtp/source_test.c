/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_test.c - what a receiver makes of sequence numbers and times: RFC 3550 appendices A.1, A.3
 * and A.8. Oracles: extended numbers counted in 64 bits, and jitter in floating point.
 */
#include "../suite.h"

#include <gng_rtp.h>
#include <string.h>

/* valid_from returns a source that has received seq - 1 and seq, and so is valid. */
static struct gng_rtp_source valid_from(uint16_t seq)
{
	struct gng_rtp_source source;

	gng_rtp_source_init(&source, (uint16_t)(seq - 1));
	assert_false(gng_rtp_source_seq(&source, (uint16_t)(seq - 1)));
	assert_true(gng_rtp_source_seq(&source, seq));
	return source;
}

static struct gng_rtp_block report_of(struct gng_rtp_source *source)
{
	struct gng_rtp_block block = {0};

	gng_rtp_source_report(source, &block);
	return block;
}

static void two_in_order_end_the_probation(void **state)
{
	struct gng_rtp_source source;

	(void)state;
	gng_rtp_source_init(&source, 65535);
	assert_false(gng_rtp_source_seq(&source, 65535));
	assert_false(gng_rtp_source_seq(&source, 5));
	assert_false(gng_rtp_source_seq(&source, 7));
	assert_true(gng_rtp_source_seq(&source, 8));
	assert_int_equal(report_of(&source).lost, 0);
	source = valid_from(0); /* across the wrap */
	assert_true(gng_rtp_source_seq(&source, 1));
}

static void a_wrap_is_a_cycle(void **state)
{
	struct gng_rtp_source source = valid_from(65534);

	(void)state;
	assert_true(gng_rtp_source_seq(&source, 65535));
	assert_true(gng_rtp_source_seq(&source, 0));
	assert_int_equal(report_of(&source).highest_seq, 0x10000);
	assert_true(gng_rtp_source_seq(&source, 65535)); /* late: no second cycle */
	assert_int_equal(report_of(&source).highest_seq, 0x10000);
}

/* MAX_DROPOUT is 3000 and MAX_MISORDER 100: each edge from both sides. */
static void jumps_are_judged_at_their_limits(void **state)
{
	static const struct {
		uint16_t ahead;
		bool valid;
	} rows[] = {{2999, true}, {3000, false}, {65436, false}, {65437, true}, {0, true}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_rtp_source source = valid_from(1000);

		if (gng_rtp_source_seq(&source, (uint16_t)(1000 + rows[i].ahead)) != rows[i].valid)
			suite_fail("%u ahead is judged wrongly", rows[i].ahead);
	}
}

static void two_after_a_jump_are_a_new_sender(void **state)
{
	struct gng_rtp_source source = valid_from(1000);

	(void)state;
	assert_false(gng_rtp_source_seq(&source, 40000));
	assert_true(gng_rtp_source_seq(&source, 1001)); /* one stray packet changes nothing */
	assert_false(gng_rtp_source_seq(&source, 50000));
	assert_true(gng_rtp_source_seq(&source, 50001));
	assert_int_equal(report_of(&source).highest_seq, 50001);
	assert_int_equal(report_of(&source).lost, 0);
}

static void loss_is_of_the_interval_and_of_all(void **state)
{
	struct gng_rtp_source source = valid_from(100);
	struct gng_rtp_block block;

	(void)state;
	for (uint16_t seq = 101; seq < 200; seq++)
		if (seq % 4 != 0)
			assert_true(gng_rtp_source_seq(&source, seq));
	block = report_of(&source);
	assert_int_equal(block.lost, 24); /* 104, 108 ... 196 */
	assert_int_equal(block.fraction_lost, 24 * 256 / 100);
	for (uint16_t seq = 200; seq < 300; seq++)
		assert_true(gng_rtp_source_seq(&source, seq));
	block = report_of(&source);
	assert_int_equal(block.lost, 24);
	assert_int_equal(block.fraction_lost, 0);
	assert_int_equal(report_of(&source).fraction_lost, 0); /* nothing was expected */
}

static void duplicates_make_loss_negative(void **state)
{
	struct gng_rtp_source source = valid_from(7);

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(gng_rtp_source_seq(&source, 7));
	assert_int_equal(report_of(&source).lost, -10);
	source.received = 0x1000000;
	assert_int_equal(report_of(&source).lost, -0x800000);
	source.received = 1;
	source.cycles = 0x1000000;
	assert_int_equal(report_of(&source).lost, 0x7fffff);
}

/* 256 of 256 lost does not fit the eight bits: it must not read as none. */
static void nothing_received_is_not_no_loss(void **state)
{
	struct gng_rtp_source source = valid_from(7);

	(void)state;
	(void)report_of(&source);
	source.max_seq = 1007;
	assert_int_equal(report_of(&source).fraction_lost, 255);
}

static void jitter_follows_the_floating_point_of_the_appendix(void **state)
{
	struct gng_rtp_source source = valid_from(1);
	uint32_t timestamp = 0xfffffe00, random = 1, transit = 0;
	double jitter = 0;

	(void)state;
	for (int i = 0; i < 5000; i++, timestamp += 160) {
		uint32_t arrival, change;

		random = random * 1664525 + 1013904223;
		arrival = timestamp + 400 + (random >> 24);
		change = arrival - timestamp - transit;
		if (i > 0)
			jitter +=
				((int32_t)change < 0 ? -(double)(int32_t)change : (double)change) /
					16 -
				jitter / 16;
		transit = arrival - timestamp;
		gng_rtp_source_arrival(&source, timestamp, arrival);
		assert_true(report_of(&source).jitter + 2 > jitter &&
			    report_of(&source).jitter < jitter + 2);
	}
	assert_in_range((uint32_t)jitter, 40, 140);
}

static void a_steady_stream_has_no_jitter(void **state)
{
	struct gng_rtp_source source = valid_from(1);

	(void)state;
	for (uint32_t i = 0; i < 100; i++)
		gng_rtp_source_arrival(&source, 48 * i, 123456789 + 48 * i);
	assert_int_equal(report_of(&source).jitter, 0);
}

const struct suite_test suite_tests[] = {
	TEST(two_in_order_end_the_probation, "T3.rtp.packets"),
	TEST(a_wrap_is_a_cycle, "T3.rtp.packets"),
	TEST(jumps_are_judged_at_their_limits, "T3.rtp.packets"),
	TEST(two_after_a_jump_are_a_new_sender, "T3.rtp.packets"),
	TEST(loss_is_of_the_interval_and_of_all, "T3.rtp.packets"),
	TEST(duplicates_make_loss_negative, "T3.rtp.packets"),
	TEST(nothing_received_is_not_no_loss, "T3.rtp.packets"),
	TEST(jitter_follows_the_floating_point_of_the_appendix, "T3.rtp.packets"),
	TEST(a_steady_stream_has_no_jitter, "T3.rtp.packets"),
	{0},
};
