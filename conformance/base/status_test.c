/* SPDX-License-Identifier: Apache-2.0 */
/* status_test.c - statuses, and the reasons that go with them. */
#include "../suite.h"

#include <errno.h>
#include <string.h>

/* Reports, Go and the lab archive store these numbers. */
static void status_numbers_and_names_are_frozen(void **state)
{
	static const char *const names[] = {"GNG_OK",		"GNG_EINVAL",  "GNG_EAUTH",
					    "GNG_EUNSUPPORTED", "GNG_EPERM",   "GNG_ENOMEM",
					    "GNG_ESYS",		"GNG_EFORMAT", "GNG_ELIMIT"};

	(void)state;
	assert_int_equal(GNG_ELIMIT, 8);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		assert_string_equal(gng_status_name((enum gng_status)i), names[i]);
}

static void status_name_of_a_wrong_number_is_a_question_mark(void **state)
{
	(void)state;
	assert_string_equal(gng_status_name((enum gng_status)9), "GNG_?");
	assert_string_equal(gng_status_name((enum gng_status) - 1), "GNG_?");
	assert_string_equal(gng_status_name((enum gng_status)INT32_MIN), "GNG_?");
}

static void why_set_fills_every_field_and_returns_the_status(void **state)
{
	struct gng_why why;

	(void)state;
	memset(&why, 0xff, sizeof(why));
	assert_int_equal(gng_why_set(&why, GNG_ESYS, ENOENT, "vec.open", "%s:%d: gone", "a.vec", 7),
			 GNG_ESYS);
	assert_int_equal(why.status, GNG_ESYS);
	assert_int_equal(why.sys_errno, ENOENT);
	assert_string_equal(why.where, "vec.open");
	assert_string_equal(why.text, "a.vec:7: gone");
}

static void why_set_without_why_only_returns_the_status(void **state)
{
	(void)state;
	assert_int_equal(gng_why_set(NULL, GNG_EPERM, 0, "x.y", "%s", "z"), GNG_EPERM);
}

static void why_set_replaces_every_control_byte(void **state)
{
	struct gng_why why;
	char text[128];
	enum gng_status status;

	(void)state;
	for (int byte = 1; byte < 0x80; byte++)
		text[byte - 1] = (char)byte;
	text[127] = '\0';
	status = gng_why_set(&why, GNG_EFORMAT, 0, "x.y", "%s", text);
	assert_int_equal(status, GNG_EFORMAT);
	assert_int_equal(strlen(why.text), 127);
	for (int byte = 1; byte < 0x80; byte++)
		assert_int_equal(why.text[byte - 1], byte < 0x20 || byte == 0x7f ? '?' : byte);
}

/* cut_text puts num_before letters and then the character into a why that is too short
 * for more, and returns the length that is left of both. */
static size_t cut_text(size_t num_before, const char *character)
{
	struct gng_why why;
	char text[300];
	enum gng_status status;

	memset(text, 'a', num_before);
	text[num_before] = '\0';
	status = gng_why_set(&why, GNG_EFORMAT, 0, "x.y", "%s%s%s", text, character,
			     "tail that never fits");
	assert_int_equal(status, GNG_EFORMAT);
	assert_memory_equal(why.text, text, num_before < 255 ? num_before : 255);
	return strlen(why.text);
}

/* 255 bytes fit. The sequences have 2, 3 and 4 bytes (RFC 3629 section 3). */
static void why_set_cuts_at_a_character_boundary(void **state)
{
	static const char *const characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

	(void)state;
	assert_int_equal(cut_text(280, ""), 255);
	for (size_t i = 0; i < COUNT_OF(characters); i++) {
		const size_t len = i + 2;

		assert_int_equal(cut_text(255 - len, characters[i]), 255);
		for (size_t kept = 1; kept < len; kept++)
			assert_int_equal(cut_text(255 - kept, characters[i]), 255 - kept);
	}
}

static void why_set_may_quote_its_own_text(void **state)
{
	struct gng_why why;
	enum gng_status status;

	(void)state;
	status = gng_why_set(&why, GNG_EFORMAT, 0, "x.y", "odd hex");
	status = gng_why_set(&why, status, 0, "x.y", "a.vec:3: %s", why.text);
	assert_int_equal(status, GNG_EFORMAT);
	assert_string_equal(why.text, "a.vec:3: odd hex");
}

const struct suite_test suite_tests[] = {
	TEST(status_numbers_and_names_are_frozen, "H3.base.status"),
	TEST(status_name_of_a_wrong_number_is_a_question_mark, "H3.base.status"),
	TEST(why_set_fills_every_field_and_returns_the_status, "H3.base.why"),
	TEST(why_set_without_why_only_returns_the_status, "H3.base.why"),
	TEST(why_set_replaces_every_control_byte, "H3.base.why-text"),
	TEST(why_set_cuts_at_a_character_boundary, "H3.base.why-text"),
	TEST(why_set_may_quote_its_own_text, "H3.base.why-text"),
	{0},
};
