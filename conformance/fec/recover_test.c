/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recover_test.c - every loss of every mask: what one parity can recover, comes back byte for byte,
 * and every other is refused; by the second decoder too.
 */
#include "sources.h"

#include "slow.h"

static struct sources all;

/* check_second holds the second decoder against what the first one said and made. */
static void check_second(const struct slow *read, const struct gng_fec_source *there, size_t num,
			 enum gng_status got, const uint8_t *out, size_t len)
{
	struct slow slow = *read;
	uint8_t second[SLOW_MAX_LEN];
	size_t second_len;
	const size_t num_missing = slow_recover(&slow, second, &second_len, there, num);

	assert_int_equal(got, num_missing == 1 ? GNG_OK : num_missing ? GNG_ELIMIT : GNG_EINVAL);
	if (got != GNG_OK)
		return;
	assert_int_equal(second_len, len);
	assert_memory_equal(second, out, len);
}

/* check_loss loses the packets of lost from a repair of mask, which second is the second decoder's
 * reading of; strangers are among the sources. */
static void check_loss(const struct gng_fec_repair *repair, const struct slow *second,
		       uint32_t mask, uint32_t lost)
{
	const int num_lost = __builtin_popcount(lost);
	const enum gng_status want = num_lost == 1 ? GNG_OK : num_lost ? GNG_ELIMIT : GNG_EINVAL;
	struct gng_fec_source there[MAX_SOURCES];
	const size_t num = pick(there, &all, ~lost);
	const size_t at = lost ? (size_t)__builtin_ctz(lost) : 0;
	uint8_t out[128];
	size_t len = 0;
	const enum gng_status got =
		gng_fec_recover(out, sizeof(out), &len, repair, there, num, NULL);

	if (got != want)
		suite_fail("mask %x, lost %x: %s", mask, lost, gng_status_name(got));
	if (got == GNG_OK && (len != all.list[at].len || memcmp(out, all.bytes[at], len) != 0))
		suite_fail("mask %x, lost %x: other bytes", mask, lost);
	check_second(second, there, num, got, out, len);
}

static void check_masks(enum gng_fec_format format, size_t num_packets)
{
	uint64_t num_checked = 0;

	make_sources(&all, 65530, num_packets, 1);
	for (uint32_t mask = 1; mask < 1u << num_packets; mask++) {
		struct gng_fec_source covered[MAX_SOURCES];
		const size_t num = pick(covered, &all, mask);
		struct gng_fec_repair repair;
		struct slow slow;
		uint8_t out[128];
		size_t len;

		assert_int_equal(
			gng_fec_protect(out, sizeof(out), &len, format, covered, num, NULL),
			GNG_OK);
		assert_int_equal(gng_fec_read(&repair, format, SSRC, out, len, NULL), GNG_OK);
		assert_int_equal(repair.num_sources, num);
		assert_true(slow_read(&slow, format, SSRC, out, len));
		for (uint32_t lost = mask;; lost = (lost - 1) & mask) {
			check_loss(&repair, &slow, mask, lost);
			num_checked++;
			if (lost == 0)
				break;
		}
	}
	for (size_t i = 0; i < num_packets; i++) /* 3^n pairs of a mask and its losses, less one */
		num_checked = (num_checked + (i == 0)) / 3;
	assert_int_equal(num_checked, 1);
}

static void every_loss_of_every_ulpfec_mask_of_9(void **state)
{
	(void)state;
	check_masks(GNG_FEC_ULPFEC, 9);
}

static void every_loss_of_every_flexfec_mask_of_9(void **state)
{
	(void)state;
	check_masks(GNG_FEC_FLEXFEC, 9);
	check_masks(GNG_FEC_FLEXFEC_03, 9);
}

static void every_loss_of_every_ulpfec_mask_of_16(void **state)
{
	(void)state;
	check_masks(GNG_FEC_ULPFEC, 16);
}

static void every_loss_of_every_flexfec_mask_of_16(void **state)
{
	(void)state;
	check_masks(GNG_FEC_FLEXFEC, 16);
}

static void every_loss_of_every_draft_mask_of_16(void **state)
{
	(void)state;
	check_masks(GNG_FEC_FLEXFEC_03, 16);
}

/* check_span protects the first and the last of a span, and every step-th between. */
static void check_span(enum gng_fec_format format, size_t span, size_t step)
{
	struct gng_fec_source covered[MAX_SOURCES] = {0}, there[MAX_SOURCES];
	uint8_t out[128], packet[128], second[SLOW_MAX_LEN];
	struct gng_fec_repair repair;
	struct slow slow;
	size_t num = 0, len, packet_len, second_len;

	for (size_t i = 0; i < span; i++)
		if (i % step == 0 || i + 1 == span)
			covered[num++] = all.list[i];
	assert_int_equal(gng_fec_protect(out, sizeof(out), &len, format, covered, num, NULL),
			 GNG_OK);
	assert_int_equal(gng_fec_read(&repair, format, SSRC, out, len, NULL), GNG_OK);
	for (size_t lost = 0; lost < num; lost++) {
		memcpy(there, covered, sizeof(there));
		there[lost] = there[num - 1];
		assert_int_equal(gng_fec_recover(packet, sizeof(packet), &packet_len, &repair,
						 there, num - 1, NULL),
				 GNG_OK);
		assert_int_equal(packet_len, covered[lost].len);
		assert_memory_equal(packet, covered[lost].bytes, packet_len);
		assert_true(slow_read(&slow, format, SSRC, out, len));
		assert_int_equal(slow_recover(&slow, second, &second_len, there, num - 1), 1);
		assert_int_equal(second_len, packet_len);
		assert_memory_equal(second, packet, packet_len);
	}
}

/* Each span to the end of the window meets each length of a mask. */
static void every_span_is_recovered_by_both_decoders(void **state)
{
	(void)state;
	for (int format = GNG_FEC_ULPFEC; format <= GNG_FEC_FLEXFEC_03; format++) {
		const size_t window = gng_fec_window((enum gng_fec_format)format);

		make_sources(&all, 65500, window, 1);
		for (size_t span = 1; span <= window; span++)
			check_span((enum gng_fec_format)format, span, 1 + span % 9);
	}
}

/* Rows and columns of RFC 8627, from the repair of a mask whose header is rewritten. */
static void rows_and_columns_are_recovered(void **state)
{
	static const struct {
		uint8_t columns, rows;
		uint16_t stride, num;
	} cases[] = {{5, 0, 1, 5}, {5, 1, 1, 5}, {7, 4, 7, 4}, {1, 9, 1, 9}, {255, 3, 255, 3}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint8_t out[128], packet[128];
		struct sources made;
		struct gng_fec_repair repair;
		size_t len, packet_len;

		/* the parity of neighbours is that of the grid, but for sequence numbers */
		make_sources(&made, 10, cases[i].num, 1);
		assert_int_equal(gng_fec_protect(out, sizeof(out), &len, GNG_FEC_FLEXFEC, made.list,
						 made.num, NULL),
				 GNG_OK);
		out[0] |= 0x40;
		out[10] = cases[i].columns;
		out[11] = cases[i].rows;
		make_sources(&made, 10, cases[i].num, cases[i].stride);
		assert_int_equal(gng_fec_read(&repair, GNG_FEC_FLEXFEC, SSRC, out, len, NULL),
				 GNG_OK);
		assert_int_equal(repair.num_sources, cases[i].num);
		assert_int_equal(gng_fec_recover(packet, sizeof(packet), &packet_len, &repair,
						 made.list + 1, made.num - 1, NULL),
				 GNG_OK);
		assert_int_equal(packet_len, made.list[0].len);
		assert_memory_equal(packet, made.bytes[0], packet_len);
		assert_false(
			gng_fec_protects(&repair, (uint16_t)(10 + cases[i].num * cases[i].stride)));
	}
}

const struct suite_test suite_tests[] = {
	TEST(every_loss_of_every_ulpfec_mask_of_9, "T3.fec.ulpfec"),
	TEST(every_loss_of_every_flexfec_mask_of_9, "T3.fec.flexfec"),
	TEST_SLOW(every_loss_of_every_ulpfec_mask_of_16, "T3.fec.ulpfec"),
	TEST_SLOW(every_loss_of_every_flexfec_mask_of_16, "T3.fec.flexfec"),
	TEST_SLOW(every_loss_of_every_draft_mask_of_16, "T3.fec.flexfec"),
	TEST(every_span_is_recovered_by_both_decoders, "T3.fec.ulpfec T3.fec.flexfec"),
	TEST(rows_and_columns_are_recovered, "T3.fec.flexfec"),
	{0},
};
