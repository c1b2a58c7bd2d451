/* SPDX-License-Identifier: Apache-2.0 */
/* read_test.c - each frame is read or refused as its vector and the rules say, and with any one
 * byte changed, or cut anywhere, as the rules say. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_frame.h>

#include "../../fuzz/frame/rules.h"

#define FRAMES "frame/frames.vec"

static const char *text_of(struct gng_vec_case *one, const char *name)
{
	const char *text;
	struct gng_why why;

	if (gng_vec_text(one, &text, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return text;
}

/* agree reads a copy as long as the frame: a sanitizer sees what is read behind it. */
static void agree(const uint8_t *bytes, size_t len, const char *where)
{
	const struct rules_packet rules = rules_judge(bytes, len);
	uint8_t *copy = malloc(len ? len : 1);
	struct gng_frame_fault fault;
	struct gng_frame frame;
	bool sound;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	sound = gng_frame_read(&frame, &fault, copy, len) == GNG_OK;
	free(copy);
	if (sound != !rules.error ||
	    (!sound && (strcmp(gng_frame_error_name(fault.error), rules.error) != 0 ||
			fault.offset != rules.offset || strcmp(fault.clause, rules.clause) != 0)))
		suite_fail("%s: '%s' at %zu, the rules say '%s' at %zu", where,
			   gng_frame_error_name(fault.error), fault.offset,
			   rules.error ? rules.error : "sound", rules.offset);
	if (sound &&
	    (frame.payload_at != rules.at || frame.payload_at + frame.payload_len != rules.end ||
	     frame.protocol != rules.protocol || frame.ports[1] != rules.ports[1]))
		suite_fail("%s: the payload is at %zu, the rules say %zu", where, frame.payload_at,
			   rules.at);
}

static void check_field(struct gng_vec_case *one, const char *name, size_t got)
{
	const size_t want = (size_t)suite_int(one, name);

	if (got != want)
		suite_fail("%s: %s is %zu, not %zu", gng_vec_here(one), name, got, want);
}

static void check_sound(struct gng_vec_case *one, const struct gng_frame *frame,
			const uint8_t *bytes)
{
	static const char *const sums[] = {"none", "good", "bad"};
	size_t len;
	const uint8_t *ports = suite_bytes(one, "ports", &len);

	check_field(one, "tags", frame->num_tags);
	check_field(one, "vlan", frame->tags[0] & 0xfff);
	check_field(one, "version", frame->version);
	check_field(one, "protocol", frame->protocol);
	check_field(one, "fragment", frame->fragment_offset);
	check_field(one, "payload_at", frame->payload_at);
	check_field(one, "payload_len", frame->payload_len);
	assert_int_equal(len, 4);
	assert_int_equal(frame->ports[0], ports[0] << 8 | ports[1]);
	assert_int_equal(frame->ports[1], ports[2] << 8 | ports[3]);
	if (strcmp(sums[gng_frame_check_sum(frame, bytes)], text_of(one, "sum")) != 0)
		suite_fail("%s: the checksum is %s", gng_vec_here(one),
			   sums[gng_frame_check_sum(frame, bytes)]);
}

static void check_case(struct gng_vec_case *one, void *arg)
{
	const char *expect = text_of(one, "expect");
	struct gng_frame_fault fault;
	struct gng_frame frame;
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "frame", &len);
	const bool sound = gng_frame_read(&frame, &fault, bytes, len) == GNG_OK;

	(void)arg;
	gng_vec_skip(one, "name");
	if (strcmp(gng_frame_error_name(fault.error), expect) != 0)
		suite_fail("%s: '%s' at %zu", gng_vec_here(one), gng_frame_error_name(fault.error),
			   fault.offset);
	if (sound) {
		check_sound(one, &frame, bytes);
	} else {
		check_field(one, "at", fault.offset);
		assert_string_equal(fault.clause, text_of(one, "clause"));
		assert_int_equal(frame.version + frame.payload_len, 0);
	}
	agree(bytes, len, gng_vec_here(one));
}

static void frames_are_read_or_refused_where_they_are_broken(void **state)
{
	(void)state;
	suite_vectors(FRAMES, check_case, NULL);
}

static void skip_fields(struct gng_vec_case *one)
{
	static const char *const names[] = {
		"name",	    "expect",	"at",	 "clause",     "tags",	      "vlan", "version",
		"protocol", "fragment", "ports", "payload_at", "payload_len", "sum"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		gng_vec_skip(one, names[i]);
}

static void check_bytes(struct gng_vec_case *one, void *arg)
{
	uint8_t changed[256];
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "frame", &len);

	(void)arg;
	skip_fields(one);
	if (len > sizeof(changed))
		return;
	memcpy(changed, bytes, len);
	for (size_t at = 12; at < len; at++) {
		for (unsigned int value = 0; value < 256; value++) {
			changed[at] = (uint8_t)value;
			agree(changed, len, gng_vec_here(one));
		}
		changed[at] = bytes[at];
	}
}

static void every_changed_byte_is_judged_as_the_rules_judge_it(void **state)
{
	(void)state;
	suite_vectors(FRAMES, check_bytes, NULL);
}

static void check_cuts(struct gng_vec_case *one, void *arg)
{
	size_t len;
	const uint8_t *bytes = suite_bytes(one, "frame", &len);

	(void)arg;
	skip_fields(one);
	for (size_t cut = 0; cut < len; cut++)
		agree(bytes, cut, gng_vec_here(one));
}

static void frames_that_are_cut_are_refused_at_their_end(void **state)
{
	(void)state;
	suite_vectors(FRAMES, check_cuts, NULL);
}

/* The longest frame that a 16-bit length can describe, and one byte less than it says. */
static void a_jumbo_frame_of_65535_is_read(void **state)
{
	enum { IP_LEN = 65535, LEN = 14 + IP_LEN };
	uint8_t *bytes = calloc(1, LEN);
	struct gng_frame_fault fault;
	struct gng_frame frame;
	static const uint8_t head[] = {8, 0, 0x45, 0, 0xff, 0xff, 0, 0, 0, 0, 64, 17, 0x7a, 0xee,
				       0, 0, 0,	   0, 0,    0,	  0, 0, 0, 1, 0,  2,  0xff, 0xeb};

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes + 12, head, sizeof(head));
	assert_int_equal(gng_frame_read(&frame, &fault, bytes, LEN), GNG_OK);
	assert_int_equal(frame.payload_len, IP_LEN - 28);
	assert_int_equal(gng_frame_read(&frame, &fault, bytes, LEN - 1), GNG_EFORMAT);
	assert_int_equal(fault.error, GNG_FRAME_CUT);
	assert_int_equal(fault.offset, LEN - 1);
	free(bytes);
}

static void every_error_has_words_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < GNG_FRAME_NUM_ERRORS; i++) {
		assert_true(strlen(gng_frame_error_text((enum gng_frame_error)i)) > 10);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(gng_frame_error_name((enum gng_frame_error)i),
						gng_frame_error_name((enum gng_frame_error)j));
	}
	assert_string_equal(gng_frame_error_name(GNG_FRAME_NUM_ERRORS), "?");
	assert_string_equal(gng_frame_error_text(GNG_FRAME_NUM_ERRORS), "?");
}

const struct suite_test suite_tests[] = {
	TEST(frames_are_read_or_refused_where_they_are_broken,
	     "D1.frame.link D1.frame.ipv4 D1.frame.ipv6 D1.frame.transport"),
	TEST(every_changed_byte_is_judged_as_the_rules_judge_it,
	     "D1.frame.link D1.frame.ipv4 D1.frame.ipv6 D1.frame.transport"),
	TEST(frames_that_are_cut_are_refused_at_their_end, "D1.dpdk.parsers"),
	TEST(a_jumbo_frame_of_65535_is_read, "D1.frame.ipv4 D1.frame.transport"),
	TEST(every_error_has_words_of_its_own, "D1.frame.link"),
	{0},
};
