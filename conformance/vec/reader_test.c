/* SPDX-License-Identifier: Apache-2.0 */
/* reader_test.c - vec: three formats give their cases with id, place and inherited attributes. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gng_vec *vec;
static struct gng_vec_case *one;
static struct gng_why why;

static void open_text(const char *text)
{
	assert_int_equal(gng_vec_open_text(&vec, "t", text, strlen(text), &why), GNG_OK);
}

static void next(void)
{
	assert_int_equal(gng_vec_next(vec, &one, &why), GNG_OK);
	assert_non_null(one);
}

static void end(void)
{
	assert_int_equal(gng_vec_next(vec, &one, &why), GNG_OK);
	assert_null(one);
	assert_int_equal(gng_vec_next(vec, &one, &why), GNG_OK);
	assert_null(one);
	gng_vec_close(vec);
}

static void check_place(const char *here, const char *id)
{
	assert_string_equal(gng_vec_here(one), here);
	assert_string_equal(gng_vec_id(one), id);
}

static void check_bytes(const char *name, const void *want, size_t want_len)
{
	const uint8_t *bytes;
	size_t len;

	assert_int_equal(gng_vec_bytes(one, &bytes, &len, name, &why), GNG_OK);
	assert_int_equal(len, want_len);
	if (want_len > 0)
		assert_memory_equal(bytes, want, want_len);
}

static void check_int(const char *name, int64_t want)
{
	int64_t value;

	assert_int_equal(gng_vec_int(one, &value, name, &why), GNG_OK);
	assert_int_equal(value, want);
}

static void check_text(const char *name, const char *want)
{
	const char *text;

	assert_int_equal(gng_vec_text(one, &text, name, &why), GNG_OK);
	assert_string_equal(text, want);
}

static void vec_reads_blocks_under_source_and_cases(void **state)
{
	uint64_t declared;

	(void)state;
	open_text("# source: a document\n# cases: 2\n\nkey = 00fF\nempty =\n# a comment\nn = -12\n"
		  "\n\n  key=10  \n text = two words\n");
	assert_true(gng_vec_declared(vec, &declared));
	assert_int_equal(declared, 2);
	next();
	check_place("t:4", "1");
	check_bytes("KEY", "\x00\xff", 2);
	check_bytes("empty", "", 0);
	check_int("n", -12);
	next();
	check_place("t:10", "2");
	check_bytes("key", "\x10", 1);
	check_text("text", "two words");
	assert_int_equal(gng_vec_num_read(vec), 2);
	end();
}

/* The shape of NIST's gcmDecrypt128.rsp. */
static void vec_reads_cavp_with_sections_and_crlf(void **state)
{
	uint64_t declared;

	(void)state;
	open_text(
		"# CAVS 14.0\r\n\r\n[Keylen = 128]\r\n[PTlen = 8]\r\n\r\nCount = 0\r\nTag = aa\r\n"
		"FAIL\r\n\r\nCOUNT=1\r\nTag = bb\r\nPT = \r\n\r\n[Keylen = 192]\r\n\r\n"
		"count = 0\r\nTag = cc\r\ncount = 1\r\nTag = dd\r\n[DECRYPT]\r\ncount = 2\r\n"
		"Tag = ee");
	assert_false(gng_vec_declared(vec, &declared));
	next();
	check_place("t:6", "0");
	check_int("keylen", 128);
	check_int("PTlen", 8);
	assert_true(gng_vec_has(one, "FAIL"));
	next();
	check_place("t:10", "1");
	assert_false(gng_vec_has(one, "FAIL"));
	check_int("Keylen", 128);
	check_bytes("PT", "", 0);
	next();
	check_place("t:16", "0");
	check_int("Keylen", 192);
	assert_false(gng_vec_has(one, "PTlen"));
	next();
	check_place("t:18", "1");
	next();
	check_place("t:21", "2");
	assert_true(gng_vec_has(one, "decrypt"));
	assert_false(gng_vec_has(one, "Keylen"));
	check_bytes("Tag", "\xee", 1);
	end();
}

static void vec_reads_wycheproof_with_members_of_the_group(void **state)
{
	uint64_t declared;

	(void)state;
	open_text("{\"algorithm\": \"AES-GCM\", \"numberOfTests\": 3, \"notes\": {\"tcId\": 3},\n"
		  " \"testGroups\": [\n  {\"ivSize\": 96, \"type\": \"AeadTest\", \"tests\": [\n"
		  "   {\"tcId\": 7, \"comment\": \"a \\\"tcId\\\": 3\", \"flags\": [\"Ktv\", "
		  "\"x\"],\n"
		  "    \"iv\": \"0aF0\", \"result\": \"valid\"},\n"
		  "   {\"iv\": \"\", \"result\": \"invalid\", \"ivSize\": 0, \"big\": true,\n"
		  "    \"tcId\" :  8}]},\n  {\"tests\": []},\n"
		  "  {\"tests\": [{\"tcId\": 3,\n\"iv\": \"00\"}]}]}");
	assert_true(gng_vec_declared(vec, &declared));
	assert_int_equal(declared, 3);
	next();
	check_place("t:4", "7");
	check_int("ivSize", 96);
	check_bytes("iv", "\x0a\xf0", 2);
	check_text("flags", "[\"Ktv\",\"x\"]");
	check_text("result", "valid");
	next();
	check_place("t:7", "8");
	check_int("ivSize", 0); /* its own hides the group's */
	check_text("big", "true");
	next();
	check_place("t:9", "3");
	assert_false(gng_vec_has(one, "ivSize"));
	end();
}

static void vec_names_what_was_never_read(void **state)
{
	(void)state;
	open_text("[L = 1]\n\nA = 00\nB = 01\nFAIL\n");
	next();
	assert_string_equal(gng_vec_unread(one), "L");
	check_int("l", 1);
	assert_string_equal(gng_vec_unread(one), "A");
	assert_true(gng_vec_has(one, "A")); /* to know that it is there is not to read it */
	assert_string_equal(gng_vec_unread(one), "A");
	check_bytes("a", "\x00", 1);
	assert_string_equal(gng_vec_unread(one), "B");
	gng_vec_skip(one, "B");
	gng_vec_skip(one, "absent");
	assert_string_equal(gng_vec_unread(one), "FAIL");
	assert_true(gng_vec_has(one, "FAIL"));
	assert_null(gng_vec_unread(one));
	end();
}

/* What was read in one case must not count for the next. */
static void vec_forgets_between_cases_what_was_read(void **state)
{
	(void)state;
	open_text("[L = 1]\n\nA = 00\n\nA = 01\n\n[M = 2]\nA = 02\n");
	next();
	check_int("L", 1);
	check_bytes("A", "\x00", 1);
	assert_null(gng_vec_unread(one));
	next();
	assert_string_equal(gng_vec_unread(one), "L");
	check_int("L", 1);
	check_bytes("A", "\x01", 1);
	next();
	assert_string_equal(gng_vec_unread(one), "M");
	end();
}

static void vec_reads_lines_of_any_length(void **state)
{
	const size_t len = 1 << 20;
	char *text = malloc(len + 64);
	const uint8_t *bytes;
	size_t start, got;

	(void)state;
	assert_non_null(text);
	start = (size_t)sprintf(text, "COUNT = 0\nX = ");
	memset(text + start, 'f', len);
	assert_int_equal(gng_vec_open_text(&vec, "t", text, start + len, &why), GNG_OK);
	free(text);
	next();
	assert_int_equal(gng_vec_bytes(one, &bytes, &got, "X", &why), GNG_OK);
	assert_int_equal(got, len / 2);
	assert_int_equal(bytes[0], 0xff);
	assert_int_equal(bytes[got - 1], 0xff);
	end();
}

const struct suite_test suite_tests[] = {
	TEST(vec_reads_blocks_under_source_and_cases, "H1.vec.formats H1.vec.values"),
	TEST(vec_reads_cavp_with_sections_and_crlf, "H1.vec.formats"),
	TEST(vec_reads_wycheproof_with_members_of_the_group, "H1.vec.formats"),
	TEST(vec_names_what_was_never_read, "H1.vec.values"),
	TEST(vec_forgets_between_cases_what_was_read, "H1.vec.values"),
	TEST(vec_reads_lines_of_any_length, "H1.vec.bounds"),
	{0},
};
