/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h264_test.c - access units become payloads of RFC 6184 and come back unit for unit, at every
 * limit around the size of a unit; what is lost, is dropped whole and said.
 */
#include "../suite.h"

#include <gng_rtp.h>
#include <string.h>

#define MAX_SENT 400

struct sent {
	size_t num;
	struct {
		uint8_t bytes[1500];
		size_t len;
		bool marker;
	} packets[MAX_SENT];
};

static struct gng_rtp_h264_pack pack;
static struct sent sent;
static uint8_t out[20000];

/* put_unit appends a unit of len bytes behind a start code; no byte of it can look like one. */
static size_t put_unit(uint8_t *au, uint8_t header, size_t len)
{
	static const uint8_t start[] = {0, 0, 0, 1};

	memcpy(au, start, 4);
	au[4] = header;
	for (size_t i = 1; i < len; i++)
		au[4 + i] = (uint8_t)(i % 251 + 2);
	return 4 + len;
}

static void send_all(const uint8_t *au, size_t len)
{
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, au, len, NULL), GNG_OK);
	sent.num = 0;
	while (gng_rtp_h264_pack_next(&pack, sent.packets[sent.num].bytes,
				      &sent.packets[sent.num].len,
				      &sent.packets[sent.num].marker)) {
		assert_true(sent.packets[sent.num].len <= pack.max_payload);
		assert_true(++sent.num < MAX_SENT);
	}
}

static void set_up(size_t max_payload)
{
	assert_int_equal(gng_rtp_h264_pack_init(&pack, max_payload, NULL), GNG_OK);
}

static enum gng_rtp_h264_event push(struct gng_rtp_h264_unpack *unpack, size_t i)
{
	const struct gng_rtp_packet packet = {
		.seq = (uint16_t)(65530 + i),
		.timestamp = 90,
		.marker = sent.packets[i].marker,
		.payload = sent.packets[i].bytes,
		.payload_len = sent.packets[i].len,
	};
	enum gng_rtp_h264_event event;

	assert_int_equal(gng_rtp_h264_unpack_push(unpack, &event, &packet, NULL), GNG_OK);
	return event;
}

static void check_back(const uint8_t *au, size_t len)
{
	struct gng_rtp_h264_unpack unpack;

	gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
	for (size_t i = 0; i < sent.num; i++)
		assert_int_equal(push(&unpack, i),
				 i + 1 < sent.num ? GNG_RTP_H264_MORE : GNG_RTP_H264_COMPLETE);
	assert_false(unpack.damaged);
	assert_int_equal(unpack.out_len, len);
	assert_memory_equal(out, au, len);
}

/* Lengths one below, at and above each multiple of the limit: the end bit must be on the last. */
static void units_of_every_length_come_back(void **state)
{
	uint8_t au[4 + 220];

	(void)state;
	for (size_t max = 3; max < 70; max++) {
		set_up(max);
		for (size_t unit_len = 1; unit_len <= 3 * max && unit_len <= 220; unit_len++) {
			const size_t len = put_unit(au, 0x65, unit_len);
			const size_t chunk = max - 2;

			send_all(au, len);
			check_back(au, len);
			assert_int_equal(sent.num,
					 unit_len <= max ? 1 : (unit_len - 1 + chunk - 1) / chunk);
		}
	}
}

static void fragments_have_start_and_end_once(void **state)
{
	uint8_t au[64];

	(void)state;
	set_up(12);
	send_all(au, put_unit(au, 0x65, 31)); /* 30 bytes behind the header: 10 each, exactly */
	assert_int_equal(sent.num, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(sent.packets[i].bytes[0], 0x7c); /* NRI 3, type 28 */
		assert_int_equal(sent.packets[i].bytes[1],
				 0x05 | (i == 0 ? 0x80 : 0) | (i == 2 ? 0x40 : 0));
		assert_int_equal(sent.packets[i].len, 12);
		assert_int_equal(sent.packets[i].marker, i == 2);
	}
}

/* OvenMediaEngine issue 2105: NRI is the highest and F the OR of the units (section 5.7). */
static void a_stap_has_the_highest_importance_and_any_forbidden_bit(void **state)
{
	uint8_t au[64];
	size_t len;

	(void)state;
	set_up(100);
	len = put_unit(au, 0x06, 3);
	len += put_unit(au + len, 0x67, 5);
	len += put_unit(au + len, 0xa8, 4);
	send_all(au, len);
	assert_int_equal(sent.num, 1);
	assert_true(sent.packets[0].marker); /* freeswitch issue 205: a STAP-A may be the last */
	assert_int_equal(sent.packets[0].bytes[0], 0x80 | 0x60 | 24);
	assert_int_equal(sent.packets[0].bytes[2], 3);
	check_back(au, len);
}

/* ustreamer issue 119 and baresip issue 432: many slices, of which several are fragmented. */
static void the_marker_is_on_the_last_packet_only(void **state)
{
	uint8_t au[4000];
	size_t len = 0, num_starts = 0;

	(void)state;
	set_up(200);
	for (size_t i = 0; i < 5; i++)
		len += put_unit(au + len, 0x41, 150 + 150 * i);
	send_all(au, len);
	for (size_t i = 0; i < sent.num; i++) {
		assert_int_equal(sent.packets[i].marker, i + 1 == sent.num);
		num_starts +=
			(sent.packets[i].bytes[0] & 0x1f) == 28 && sent.packets[i].bytes[1] >> 7;
	}
	assert_int_equal(num_starts, 4);
	check_back(au, len);
}

static const uint8_t *sent_types(void)
{
	static uint8_t types[MAX_SENT];

	for (size_t i = 0; i < sent.num; i++)
		types[i] = sent.packets[i].bytes[0] & 0x1f;
	return types;
}

/* What rtph264pay does wrong with config-interval=-1: sets between the slices of one picture. */
static void parameter_sets_go_ahead_of_the_first_slice_only(void **state)
{
	static const uint8_t want[] = {9, 7, 8, 6, 5, 5, 5};
	uint8_t au[400];
	size_t len;

	(void)state;
	set_up(12); /* so that no STAP-A hides the order */
	len = put_unit(au, 0x67, 9);
	len += put_unit(au + len, 0x68, 8);
	send_all(au, len);
	len = put_unit(au, 0x09, 2);
	len += put_unit(au + len, 0x06, 10);
	for (int i = 0; i < 3; i++)
		len += put_unit(au + len, 0x65, 10);
	send_all(au, len);
	assert_int_equal(sent.num, sizeof(want));
	assert_memory_equal(sent_types(), want, sizeof(want));
	assert_int_equal(sent.packets[1].len, 9);
	len = put_unit(au, 0x41, 10); /* no IDR: nothing is repeated */
	send_all(au, len);
	assert_int_equal(sent.num, 1);
}

static void what_is_no_access_unit_is_refused(void **state)
{
	static const struct {
		uint8_t headers[4];
	} rows[] = {{{0x65, 0x67}}, {{0x65, 0x68}}, {{0x41, 0x09}}, {{0x60}}, {{0x78}}, {{0x1f}}};
	static const uint8_t bare[] = {0x65, 1, 2}, empty[] = {0, 0, 1, 0, 0, 1, 0x65};
	uint8_t au[64];

	(void)state;
	set_up(100);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gng_why why = {0};
		size_t len = 0, out_len;
		bool marker;

		for (size_t j = 0; rows[i].headers[j]; j++)
			len += put_unit(au + len, rows[i].headers[j], 5);
		if (gng_rtp_h264_pack_begin(&pack, au, len, &why) != GNG_EFORMAT)
			suite_fail("row %zu is not refused", i);
		assert_true(why.text[0] != '\0');
		assert_false(gng_rtp_h264_pack_next(&pack, out, &out_len, &marker));
	}
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, bare, 3, NULL), GNG_EFORMAT);
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, empty, 7, NULL), GNG_EFORMAT);
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, empty, 0, NULL), GNG_EFORMAT);
}

static void too_many_units_are_refused(void **state)
{
	static uint8_t au[5 * 257];

	(void)state;
	set_up(100);
	for (size_t i = 0; i < 257; i++)
		(void)put_unit(au + 5 * i, 0x41, 1);
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, au, 5 * 256, NULL), GNG_OK);
	assert_int_equal(gng_rtp_h264_pack_begin(&pack, au, 5 * 257, NULL), GNG_ELIMIT);
	assert_int_equal(gng_rtp_h264_pack_init(&pack, 2, NULL), GNG_EINVAL);
	assert_int_equal(gng_rtp_h264_pack_init(&pack, 65524, NULL), GNG_EINVAL);
}

/* same_as_searched packs au with the lengths of its units, and compares each payload. */
static void same_as_searched(const uint8_t *au, size_t len, const size_t *lens, size_t num)
{
	static struct gng_rtp_h264_pack told;
	uint8_t payload[1500];
	size_t payload_len, i = 0;
	bool marker;

	send_all(au, len);
	memcpy(&told, &pack, sizeof(told)); /* the parameter sets that were kept, too */
	assert_int_equal(gng_rtp_h264_pack_units(&told, au, len, lens, num, NULL), GNG_OK);
	for (; gng_rtp_h264_pack_next(&told, payload, &payload_len, &marker); i++) {
		assert_true(i < sent.num);
		assert_int_equal(payload_len, sent.packets[i].len);
		assert_memory_equal(payload, sent.packets[i].bytes, payload_len);
		assert_int_equal(marker, sent.packets[i].marker);
	}
	assert_int_equal(i, sent.num);
}

/* Start codes of three and four bytes, zeros at the end of a unit, sets that are repeated. */
static void told_lengths_give_the_same_payloads(void **state)
{
	uint8_t au[2000] = {0};
	size_t lens[4], len;

	(void)state;
	set_up(60);
	lens[0] = len = put_unit(au, 0x67, 9);
	lens[1] = put_unit(au + len, 0x68, 8) + 2; /* trailing_zero_8bits of annex B.1.1 */
	len += lens[1];
	au[len + 2] = 1; /* 00 00 01, and no zero ahead */
	memset(au + len + 3, 0x65, 100);
	lens[2] = 103;
	len += lens[2];
	lens[3] = put_unit(au + len, 0x65, 61);
	same_as_searched(au, len + lens[3], lens, 4);
	same_as_searched(au + lens[0] + lens[1], lens[2] + lens[3], lens + 2, 2);
	assert_int_equal(sent.packets[0].bytes[0] & 0x1f, 24); /* the sets, ahead */
}

/* put_slices writes slices of a picture that is no IDR: one fits, one is cut, two are small. */
static size_t put_slices(uint8_t *au, size_t lens[4])
{
	static const size_t sizes[4] = {50, 200, 2, 3};
	size_t len = 0;

	for (size_t i = 0; i < 4; i++) {
		lens[i] = put_unit(au + len, 0x41, sizes[i]);
		len += lens[i];
	}
	return len;
}

/* What an encoder gives nearly always, and what looks like it in all units but one. */
static void told_lengths_of_slices_give_the_same_payloads(void **state)
{
	uint8_t au[2000];
	size_t lens[4], len, at;

	(void)state;
	set_up(60);
	memset(au, 0, sizeof(au));
	lens[0] = put_unit(au, 0x67, 9);
	lens[1] = put_unit(au + lens[0], 0x68, 8);
	same_as_searched(au, lens[0] + lens[1], lens, 2); /* sets, which are kept */
	for (size_t odd = 0; odd < 4; odd++) {
		memset(au, 0, sizeof(au));
		len = put_slices(au, lens);
		same_as_searched(au, len, lens, 4);
		at = 0;
		for (size_t i = 0; i < odd; i++)
			at += lens[i];
		au[at + 4] = 0x65; /* an IDR slice wants the sets ahead */
		same_as_searched(au, len, lens, 4);
		assert_int_equal(sent.packets[0].bytes[0] & 0x1f, 24);
		au[at + 4] = 0x41;
		memmove(au + at + lens[odd] + 2, au + at + lens[odd], len - at - lens[odd]);
		memset(au + at + lens[odd], 0, 2); /* trailing_zero_8bits */
		lens[odd] += 2;
		same_as_searched(au, len + 2, lens, 4);
	}
}

static void told_lengths_that_fit_no_unit_are_refused(void **state)
{
	static const struct {
		uint8_t bytes[12];
		size_t lens[2], num, len;
	} rows[] = {
		{{0, 0, 1, 0x65, 2}, {5}, 0, 0},
		{{0, 0, 1, 0x65, 2}, {0}, 1, 0},
		{{0, 0, 1, 0x65, 2}, {2}, 1, 2},
		{{0, 0, 1, 0x65, 2}, {3}, 1, 3},
		{{0, 0, 0, 1, 0x65}, {3}, 1, 3},
		{{0, 0, 0, 1, 0x65}, {4}, 1, 4},
		{{0, 1, 1, 0x65, 2}, {5}, 1, 5},
		{{1, 0, 1, 0x65, 2}, {5}, 1, 5},
		{{0, 0, 2, 0x65, 2}, {5}, 1, 5},
		{{0, 0, 0, 0, 1, 0x65}, {6}, 1, 6},
		{{0, 0, 1, 0x78, 2}, {5}, 1, 5},
		{{0, 0, 1, 0x65, 2, 0, 0, 1, 0x67, 3}, {5, 5}, 2, 10},
		{{0, 0, 1, 0x65, 2, 0, 0, 1, 0x65, 3}, {6, 4}, 2, 10},
		{{0, 0, 1, 0x65, 2}, {5}, 1, 4},
		{{0, 0, 1, 0x65, 2, 0, 0, 1, 0x65, 3}, {5, SIZE_MAX}, 2, 10},
		{{0, 0, 1, 0x65, 2, 0, 0, 1, 0x65, 3}, {5, 5}, 1, 10},
	};

	(void)state;
	set_up(100);
	for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
		const size_t row = i / 2;
		struct gng_why why = {0};
		uint8_t au[12];
		size_t out_len;
		bool marker;

		for (size_t j = 0; j < sizeof(au); j++) /* IDR slices, and others */
			au[j] = i % 2 && rows[row].bytes[j] == 0x65 ? 0x41 : rows[row].bytes[j];
		if (gng_rtp_h264_pack_units(&pack, au, rows[row].len, rows[row].lens, rows[row].num,
					    &why) != GNG_EFORMAT)
			suite_fail("row %zu is not refused", row);
		assert_true(why.text[0] != '\0');
		assert_false(gng_rtp_h264_pack_next(&pack, out, &out_len, &marker));
	}
}

/* By the first unit alone or by the second: no byte of it is read. */
static void told_lengths_beyond_the_access_unit_are_named(void **state)
{
	static const uint8_t au[] = {0, 0, 1, 0x65, 2, 0, 0, 1, 0x65, 3};
	static const size_t lens[] = {5, SIZE_MAX};
	struct gng_why why = {0};

	(void)state;
	set_up(100);
	assert_int_equal(gng_rtp_h264_pack_units(&pack, au, 4, lens, 1, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "unit 0 of 5 bytes ends behind"));
	assert_int_equal(gng_rtp_h264_pack_units(&pack, au, 10, lens, 2, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "unit 1 of"));
}

/* survivors walks the units of annex B in got: each is whole, and one that was sent, in order. */
static void check_survivors(const uint8_t *au, size_t len, const uint8_t *got, size_t got_len)
{
	while (got_len > 0) {
		size_t unit_len = 5;

		while (unit_len < len && memcmp(au + unit_len, "\0\0\0\1", 4) != 0)
			unit_len++;
		if (got_len >= unit_len && memcmp(au, got, unit_len) == 0) {
			got += unit_len;
			got_len -= unit_len;
		}
		assert_true(unit_len < len || got_len == 0);
		au += unit_len;
		len -= unit_len;
	}
}

/* push_without sends all packets but a and b, and checks what is left of the access unit. */
static void push_without(size_t a, size_t b, const uint8_t *au, size_t len)
{
	struct gng_rtp_h264_unpack unpack;

	gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
	(void)push(&unpack, 0);
	for (size_t i = 1; i < sent.num; i++)
		if (i != a && i != b)
			(void)push(&unpack, i);
	assert_int_equal(unpack.damaged, a > 0 || b > 0);
	check_survivors(au, len, out, unpack.out_len);
}

static void any_two_lost_packets_take_their_units_only(void **state)
{
	uint8_t au[2000];
	size_t len = 0;

	(void)state;
	set_up(60);
	for (size_t i = 0; i < 7; i++)
		len += put_unit(au + len, (uint8_t)(0x61 - 0x20 * (i % 3)), 10 + 37 * i);
	send_all(au, len);
	memset(au + len, 0xff, 4);
	for (size_t a = 0; a < sent.num - 1; a++)
		for (size_t b = a; b < sent.num - 1; b++)
			push_without(a, b, au, len);
}

static void a_lost_marker_holds_the_next_packet(void **state)
{
	uint8_t au[64];
	struct gng_rtp_h264_unpack unpack;
	struct gng_rtp_packet packet = {.seq = 7, .timestamp = 1, .payload = au + 4};
	enum gng_rtp_h264_event event;

	(void)state;
	packet.payload_len = put_unit(au, 0x41, 10) - 4;
	gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
	assert_int_equal(gng_rtp_h264_unpack_push(&unpack, &event, &packet, NULL), GNG_OK);
	assert_int_equal(event, GNG_RTP_H264_MORE);
	assert_int_equal(gng_rtp_h264_unpack_push(&unpack, &event, &packet, NULL), GNG_EINVAL);
	packet.seq = 9;
	packet.timestamp = 2;
	packet.marker = true;
	assert_int_equal(gng_rtp_h264_unpack_push(&unpack, &event, &packet, NULL), GNG_OK);
	assert_int_equal(event, GNG_RTP_H264_HELD);
	assert_true(unpack.damaged);
	assert_int_equal(unpack.out_len, 14);
	assert_int_equal(gng_rtp_h264_unpack_push(&unpack, &event, &packet, NULL), GNG_OK);
	assert_int_equal(event, GNG_RTP_H264_COMPLETE);
	assert_true(unpack.damaged); /* what was lost may have been of this one */
	assert_int_equal(unpack.out_len, 14);
}

static void each_forbidden_payload_is_refused(void **state)
{
	static const struct {
		size_t len;
		uint8_t bytes[8];
		enum gng_status want;
	} rows[] = {
		{0, {0}, GNG_EFORMAT},
		{3, {0x60, 1, 2}, GNG_EFORMAT},		      /* type 0 */
		{3, {0x7e, 1, 2}, GNG_EFORMAT},		      /* type 30 */
		{3, {0x7f, 1, 2}, GNG_EFORMAT},		      /* type 31 */
		{5, {0x79, 0, 0, 0, 1}, GNG_EUNSUPPORTED},    /* STAP-B */
		{5, {0x7a, 0, 0, 0, 1}, GNG_EUNSUPPORTED},    /* MTAP16 */
		{5, {0x7b, 0, 0, 0, 1}, GNG_EUNSUPPORTED},    /* MTAP24 */
		{5, {0x7d, 0x85, 0, 0, 1}, GNG_EUNSUPPORTED}, /* FU-B */
		{1, {0x78}, GNG_EFORMAT},		      /* STAP-A of nothing */
		{4, {0x78, 0, 2, 0x65}, GNG_EFORMAT},	      /* size beyond the end */
		{4, {0x78, 0, 0, 0x65}, GNG_EFORMAT},	      /* size 0 */
		{6, {0x78, 0, 1, 0x65, 0, 1}, GNG_EFORMAT},   /* half a unit */
		{4, {0x78, 0, 1, 0x78}, GNG_EFORMAT},	      /* a STAP-A within */
		{1, {0x7c}, GNG_EFORMAT},		      /* FU-A without header */
		{3, {0x7c, 0xc5, 1}, GNG_EFORMAT},	      /* start and end */
		{3, {0x7c, 0x9c, 1}, GNG_EFORMAT},	      /* an FU-A within */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct gng_rtp_packet packet = {.payload = rows[i].bytes,
						      .payload_len = rows[i].len};
		struct gng_rtp_h264_unpack unpack;
		enum gng_rtp_h264_event event;
		struct gng_why why = {0};

		gng_rtp_h264_unpack_init(&unpack, out, sizeof(out));
		if (gng_rtp_h264_unpack_push(&unpack, &event, &packet, &why) != rows[i].want)
			suite_fail("row %zu: %s", i, why.text);
		assert_true(unpack.damaged);
		assert_int_equal(unpack.out_len, 0);
	}
}

static void a_buffer_too_small_is_a_limit(void **state)
{
	uint8_t au[64];
	const size_t len = put_unit(au, 0x41, 30);

	(void)state;
	for (size_t cap = 0; cap < len; cap++) {
		const struct gng_rtp_packet packet = {.payload = au + 4, .payload_len = len - 4};
		struct gng_rtp_h264_unpack unpack;
		enum gng_rtp_h264_event event;

		gng_rtp_h264_unpack_init(&unpack, out, cap);
		assert_int_equal(gng_rtp_h264_unpack_push(&unpack, &event, &packet, NULL),
				 GNG_ELIMIT);
		assert_int_equal(unpack.out_len, 0);
	}
}

const struct suite_test suite_tests[] = {
	TEST(units_of_every_length_come_back, "T3.rtp.h264"),
	TEST(fragments_have_start_and_end_once, "T3.rtp.h264"),
	TEST(a_stap_has_the_highest_importance_and_any_forbidden_bit, "T3.rtp.h264"),
	TEST(the_marker_is_on_the_last_packet_only, "T3.rtp.h264"),
	TEST(parameter_sets_go_ahead_of_the_first_slice_only, "T3.rtp.h264"),
	TEST(what_is_no_access_unit_is_refused, "T3.rtp.h264"),
	TEST(too_many_units_are_refused, "T3.rtp.h264"),
	TEST(told_lengths_give_the_same_payloads, "T3.rtp.h264"),
	TEST(told_lengths_of_slices_give_the_same_payloads, "T3.rtp.h264"),
	TEST(told_lengths_that_fit_no_unit_are_refused, "T3.rtp.h264"),
	TEST(told_lengths_beyond_the_access_unit_are_named, "T3.rtp.h264"),
	TEST(any_two_lost_packets_take_their_units_only, "T3.rtp.h264"),
	TEST(a_lost_marker_holds_the_next_packet, "T3.rtp.h264"),
	TEST(each_forbidden_payload_is_refused, "T3.rtp.h264"),
	TEST(a_buffer_too_small_is_a_limit, "T3.rtp.h264"),
	{0},
};
