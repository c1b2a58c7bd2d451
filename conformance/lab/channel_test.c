/* SPDX-License-Identifier: Apache-2.0 */
/* channel_test.c - what a guest says: whole conversations, however cut, and broken ones. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include "lab_channel.h"

#define TALK                                                                                       \
	"hello 0 1 2500 0\ntrouble 0 0 0 3\nx\nykernel 0 0 0 1\nk"                                 \
	"begin 0 0 0 1\nareport 0 0 0 4\na\nb\noutput 0 0 0 2\nhioutput 0 0 0 1\n!end 0 256 1500 " \
	"0\n"                                                                                      \
	"begin 1 0 0 1\nblate 1 0 0 0\nend 1 9 7 0\nbye 0 2 0 0\n"

static void check_talk(const struct lab_channel *channel)
{
	assert_true(channel->hello && channel->bye);
	assert_int_equal(channel->num_ended, 2);
	assert_string_equal(channel->troubles.texts[0], "x\ny");
	assert_int_equal(channel->kernel.num, 1);
	assert_string_equal(channel->kernel.texts[0], "k");
	assert_string_equal(channel->steps[0].report.text, "a\nb\n");
	assert_string_equal(channel->steps[0].output.text, "hi!");
	assert_int_equal(channel->steps[0].wait_status, 256);
	assert_true(channel->steps[0].seconds == 1.5);
	assert_false(channel->steps[0].late);
	assert_true(channel->steps[1].late);
	assert_int_equal(channel->steps[1].wait_status, 9);
}

static void a_talk_is_understood_however_it_is_cut(void **state)
{
	const size_t len = strlen(TALK);
	struct lab_channel channel;

	(void)state;
	for (size_t cut = 0; cut <= len; cut++) {
		assert_int_equal(lab_channel_init(&channel, 2, NULL), GNG_OK);
		assert_int_equal(lab_channel_take(&channel, TALK, cut, NULL), GNG_OK);
		assert_int_equal(lab_channel_take(&channel, &TALK[cut], len - cut, NULL), GNG_OK);
		check_talk(&channel);
		lab_channel_fini(&channel);
	}
}

/* what a broken or lying guest says, and the words of the refusal */
static const struct {
	const char *talk, *words;
} broken[] = {
	{"begin 0 0 0 1\na", "no hello"},
	{"hello 0 2 0 0\n", "another version"},
	{"hello 0 1 0 0\nhello 0 1 0 0\n", "started again"},
	{"hello 0 1 0 0\nbegin 1 0 0 1\nb", "out of order"},
	{"hello 0 1 0 0\nbegin 0 0 0 1\nabegin 1 0 0 1\nb", "out of order"},
	{"hello 0 1 0 0\nend 0 0 0 0\n", "before its begin"},
	{"hello 0 1 0 0\nbegin 0 0 0 1\naend 0 0 1 0\nreport 0 0 0 1\nx", "after its end"},
	{"hello 0 1 0 0\nbegin 2 0 0 1\na", "not ordered"},
	{"hello 0 1 0 0\nbye 0 0 0 0\n", "before every test"},
	{"hello 0 1 0 0\nbye 0 2 0 0\n", "before every test"},
	{TALK "x", ""},
	{TALK "begin 0 0 0 0\n", "follows its bye"},
	{"hello 0 1 0\n", "no frame's"},
	{"hello 0 1 0 0 0\n", "no frame's"},
	{"hello 0 -1 0 0\n", "no frame's"},
	{"hello 0 1 0 99999999999999999999\n", "no frame's"},
	{" 0 1 0 0\n", "no frame's"},
	{"a-word-that-is-too-long 0 1 0 0\n", "no frame's"},
	{"hello 0 1 0 65537\n", "too long"},
	{"hello 0 1 0 0\nwhat 0 0 0 0\n", "before its begin"},
	{"hello 0 1 0 0\nbegin 0 0 0 0\nwhat 0 0 0 0\n", "no known kind"},
	{"SeaBIOS (version 1.16.2-debian-1.16.2-1) and whatever a console may print, without an "
	 "end: it is longer than any header",
	 "no frame's"},
};

/* Where none was ordered, the first is one too many: its report had no owner. */
static void no_test_begins_where_none_was_ordered(void **state)
{
	static const char talk[] = "hello 0 1 0 0\nbegin 0 0 0 0\nreport 0 0 0 1\nx";
	struct lab_channel channel;
	struct gng_why why = {0};

	(void)state;
	assert_int_equal(lab_channel_init(&channel, 0, NULL), GNG_OK);
	assert_int_equal(lab_channel_take(&channel, talk, sizeof(talk) - 1, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "not ordered"));
	assert_int_equal(channel.num_begun, 0);
	lab_channel_fini(&channel);
}

static void a_broken_talk_is_refused(void **state)
{
	struct lab_channel channel;
	enum gng_status status;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		why.text[0] = '\0';
		assert_int_equal(lab_channel_init(&channel, 2, NULL), GNG_OK);
		status = lab_channel_take(&channel, broken[i].talk, strlen(broken[i].talk), &why);
		if (status != (*broken[i].words ? GNG_EFORMAT : GNG_OK) ||
		    !strstr(why.text, broken[i].words))
			suite_fail("row %zu: status %d, '%s'", i, (int)status, why.text);
		assert_true(channel.num_ended <= 2);
		lab_channel_fini(&channel);
	}
}

static void a_test_that_floods_is_stopped(void **state)
{
	static const char head[] = "output 0 0 0 65536\n";
	char *payload = calloc(1, LAB_FRAME_PAYLOAD_CAP);
	enum gng_status status = GNG_OK;
	struct lab_channel channel;
	size_t taken = 0;

	(void)state;
	assert_non_null(payload);
	assert_int_equal(lab_channel_init(&channel, 1, NULL), GNG_OK);
	assert_int_equal(lab_channel_take(&channel, "hello 0 1 0 0\nbegin 0 0 0 0\n", 28, NULL),
			 GNG_OK);
	for (; status == GNG_OK && taken <= LAB_STEP_CAP; taken += LAB_FRAME_PAYLOAD_CAP) {
		assert_int_equal(lab_channel_take(&channel, head, strlen(head), NULL), GNG_OK);
		status = lab_channel_take(&channel, payload, LAB_FRAME_PAYLOAD_CAP, NULL);
	}
	assert_int_equal(status, GNG_ELIMIT);
	assert_int_equal(channel.steps[0].output.len, LAB_STEP_CAP);
	lab_channel_fini(&channel);
	free(payload);
}

const struct suite_test suite_tests[] = {
	TEST(a_talk_is_understood_however_it_is_cut, "H1.lab.channel"),
	TEST(no_test_begins_where_none_was_ordered, "H1.lab.channel"),
	TEST(a_broken_talk_is_refused, "H1.lab.channel"),
	TEST(a_test_that_floods_is_stopped, "H1.lab.channel"),
	{0},
};
