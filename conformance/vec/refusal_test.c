/* SPDX-License-Identifier: Apache-2.0 */
/* refusal_test.c - vec: a malformed file is refused with file, line and what to change. */
#include "../suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HEAD "# source: s\n# cases: 1\n"

/* read_all returns the first error of the file, values of x included. */
static enum gng_status read_all(const char *text, size_t len, struct gng_why *why)
{
	struct gng_vec *vec;
	struct gng_vec_case *one = NULL;
	enum gng_status status = gng_vec_open_text(&vec, "t", text, len, why);

	if (status != GNG_OK) {
		assert_null(vec);
		return status;
	}
	do {
		const uint8_t *bytes;
		size_t bytes_len;

		status = gng_vec_next(vec, &one, why);
		if (status == GNG_OK && one && gng_vec_has(one, "x"))
			status = gng_vec_bytes(one, &bytes, &bytes_len, "x", why);
	} while (status == GNG_OK && one);
	gng_vec_close(vec);
	return status;
}

static void check_refused(const char *text, size_t len, const char *reason)
{
	struct gng_why why = {GNG_OK, 0, NULL, ""};

	assert_int_equal(read_all(text, len, &why), GNG_EFORMAT);
	if (!strstr(why.text, reason))
		suite_fail("'%s' does not say '%s'", why.text, reason);
	assert_int_equal(why.status, GNG_EFORMAT);
}

static const struct {
	const char *text, *reason;
} broken_lines[] = {
	{HEAD "x = 0\n", "t:3: 'x' has an odd number of hex digits, 1"},
	{HEAD "\nx = 0g\n", "t:4: 'x' is not hex at digit 2 ('0g')"},
	{HEAD "x = 00 11\n", "t:3: 'x' has an odd number"},
	{HEAD "x = 00  11\n", "t:3: 'x' is not hex at digit 3"},
	{HEAD "x = 00\nX = 01\n", "t:4: 'X' stands twice in one case, first in line 3"},
	{HEAD "FAIL\nFAIL\n", "t:4: 'FAIL' stands twice"},
	{HEAD "nothing\n", "t:3: no '=' in 'nothing'"},
	{HEAD "fail\n", "t:3: no '=' in 'fail'"},
	{HEAD "= 00\n", "t:3: no name before the '='"},
	{HEAD "[]\n", "t:3: a section is written"},
	{HEAD "[x = 1\n", "t:3: a section is written"},
	{HEAD "[ = 1]\n", "t:3: a section is written"},
	{"# cases: 1\nx = 00\n", "t:1: no line '# source: ...'"},
	{"# source:\n# cases: 1\nx = 00\n", "t:1: the source is empty"},
	{"# source: s\nx = 00\n# cases: 1\n", "t:1: no line '# cases: N'"},
	{"# source: s\n# cases: one\nx = 00\n", "t:2: '# cases:' is not followed by a number"},
	{"# source: s\n# cases: -1\nx = 00\n", "t:2: '# cases:' is not followed by a number"},
	{HEAD "# cases: 1\nx = 00\n", "t:3: '# cases:' stands twice"},
};

static void vec_refuses_each_broken_line_by_its_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken_lines); i++)
		check_refused(broken_lines[i].text, strlen(broken_lines[i].text),
			      broken_lines[i].reason);
}

static const struct {
	const char *text, *reason;
} broken_json[] = {
	{"{\"numberOfTests\": 1,\n\"testGroups\": [", "t:2: no valid JSON"},
	{"{\"numberOfTests\": 0, \"testGroups\": []} x", "t:1: no valid JSON"},
	{"{\"a\": 1,\n\"a\": 2}", "t:2: no valid JSON: duplicate"},
	{"{}", "t:1: no array 'testGroups'"},
	{"{\"testGroups\": []}", "t:1: no number 'numberOfTests'"},
	{"{\"numberOfTests\": 1, \"testGroups\": [7]}", "a test group must be an object"},
	{"{\"numberOfTests\": 1, \"testGroups\": [{}]}", "with an array 'tests'"},
	{"{\"numberOfTests\": 1, \"testGroups\": [{\"tests\": [7]}]}", "a test must be an object"},
	{"{\"numberOfTests\": 1, \"testGroups\": [{\"tests\": [{}]}]}", "has no number 'tcId'"},
	{"{\"numberOfTests\": 1, \"testGroups\": [{\"tests\": [\n{\"tcId\": 1, \"x\": \"0\"}]}]}",
	 "t:2: 'x' has an odd number of hex digits"},
	{"{\"numberOfTests\": 2,\n\"testGroups\": [{\"tests\": [{\"tcId\": 1}]}]}",
	 "t:1: 'numberOfTests' declares 2 cases, the file has 1"},
};

static void vec_refuses_broken_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken_json); i++)
		check_refused(broken_json[i].text, strlen(broken_json[i].text),
			      broken_json[i].reason);
}

static void vec_refuses_a_wrong_number_of_cases(void **state)
{
	static const char few[] = "# source: s\n# cases: 2\n\nx = 00\n";
	static const char many[] = "# source: s\n# cases: 1\n\nx = 00\n\nx = 01\n";
	static const char none[] = "# source: s\n# cases: 1\n";

	(void)state;
	check_refused(few, sizeof(few) - 1, "t:1: '# cases:' declares 2 cases, the file has 1");
	check_refused(many, sizeof(many) - 1, "t:1: '# cases:' declares 1 cases, the file has 2");
	check_refused(none, sizeof(none) - 1, "declares 1 cases, the file has 0");
}

static void vec_refuses_a_nul_byte(void **state)
{
	static const char lines[] = HEAD "x = 00\0\n", json[] = "{\"numberOfTests\":\n 0\0}";

	(void)state;
	check_refused(lines, sizeof(lines) - 1, "t:3: a NUL byte");
	check_refused(json, sizeof(json) - 1, "t:2: a NUL byte");
}

static void vec_says_the_same_error_again(void **state)
{
	static const char text[] = HEAD "x\n\ny = 00\n";
	struct gng_why why;
	struct gng_vec *vec;
	struct gng_vec_case *one;

	(void)state;
	assert_int_equal(gng_vec_open_text(&vec, "t", text, sizeof(text) - 1, &why), GNG_OK);
	for (int i = 0; i < 3; i++) {
		memset(&why, 0, sizeof(why));
		assert_int_equal(gng_vec_next(vec, &one, &why), GNG_EFORMAT);
		assert_null(one);
		assert_string_equal(why.where, "vec.next");
		assert_true(strncmp(why.text, "t:3: no '=' in 'x'", 18) == 0);
	}
	gng_vec_close(vec);
}

static void vec_names_the_attribute_that_is_missing(void **state)
{
	static const char text[] = HEAD "a = 00\nFAIL\nn = 9223372036854775808\nm = 1x\n";
	const uint8_t *bytes;
	struct gng_why why;
	struct gng_vec *vec;
	struct gng_vec_case *one;
	int64_t value;
	size_t len;

	(void)state;
	assert_int_equal(gng_vec_open_text(&vec, "t", text, sizeof(text) - 1, &why), GNG_OK);
	assert_int_equal(gng_vec_next(vec, &one, &why), GNG_OK);
	assert_int_equal(gng_vec_bytes(one, &bytes, &len, "b", &why), GNG_EFORMAT);
	assert_string_equal(why.text, "t:3: case 1 has no attribute 'b': add it");
	assert_int_equal(gng_vec_bytes(one, &bytes, &len, "FAIL", &why), GNG_EFORMAT);
	assert_string_equal(why.text, "t:4: 'FAIL' is a flag: give it a value");
	assert_int_equal(gng_vec_int(one, &value, "n", &why), GNG_EFORMAT);
	assert_int_equal(gng_vec_int(one, &value, "m", &why), GNG_EFORMAT);
	assert_true(strncmp(why.text, "t:6: 'm' is not a decimal number", 32) == 0);
	gng_vec_close(vec);
}

static void vec_says_what_the_system_said(void **state)
{
	struct gng_vec *vec;
	struct gng_why why;

	(void)state;
	assert_int_equal(gng_vec_open(&vec, "no/such/file", &why), GNG_ESYS);
	assert_null(vec);
	assert_int_equal(why.sys_errno, ENOENT);
	assert_true(strncmp(why.text, "no/such/file: cannot open", 25) == 0);
	assert_int_equal(gng_vec_open(&vec, ".", &why), GNG_ESYS);
	assert_int_equal(why.sys_errno, EISDIR);
}

/* Of a long name the end is shown, whole characters of it, so that the reason still fits. */
static void vec_shows_the_end_of_a_long_name(void **state)
{
	char name[4 * 100 + 1];
	struct gng_vec *vec;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(name + 4 * i, "\xe2\x82\xac/", 5);
	for (size_t cut = 0; cut < 4; cut++) { /* on each byte of a character */
		size_t shown;

		name[400 - cut] = '\0';
		assert_int_equal(gng_vec_open(&vec, name, &why), GNG_ESYS);
		shown = strcspn(why.text, ":") - 3;
		assert_memory_equal(why.text, "...", 3);
		assert_in_range(shown, 110, 116);
		assert_memory_equal(why.text + 3, name + 400 - cut - shown, shown);
		assert_int_not_equal(why.text[3] & 0xc0, 0x80);
		assert_non_null(strstr(why.text, ": cannot open: "));
	}
}

static void vec_refuses_more_than_64_mib(void **state)
{
	char path[] = P_tmpdir "/gonogo-vec-XXXXXX";
	struct gng_vec *vec;
	struct gng_why why;
	enum gng_status status;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)GNG_VEC_MAX_LEN + 1), 0);
	status = gng_vec_open(&vec, path, &why);
	close(fd);
	unlink(path);
	assert_int_equal(status, GNG_EFORMAT);
	assert_non_null(strstr(why.text, ":1: is longer than 64 MiB"));
}

/*
 * One megabyte of the shapes that a careless reader takes quadratic time for. Each takes
 * milliseconds; ten seconds leave room for a sanitizer on a loaded machine.
 */
static void vec_takes_linear_time_for_hostile_text(void **state)
{
	static const char *const pieces[] = {
		"x\n=", "[a=b]\n\nc=d\n\n", "[", "{\"a\":", "\"", "COUNT=1\n", "#\n", "\r"};
	const size_t len = 1 << 20;
	char *text = malloc(len);
	struct gng_why why;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		const size_t piece = strlen(pieces[i]);
		const clock_t start = clock();

		for (size_t at = 0; at < len; at++)
			text[at] = pieces[i][at % piece];
		(void)!read_all(text, len, &why);
		assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
	}
	free(text);
}

/* 20,000 tests whose "tcId" is written with an escape: the search for lines must give up. */
static void vec_takes_linear_time_for_hidden_ids(void **state)
{
	static const char head[] = "{\"numberOfTests\": 20000, \"testGroups\": [{\"tests\": [";
	static const char test[] = "{\"tcI\\u0064\": 1, \"padding\": \"................\"},";
	const size_t len = sizeof(head) + 20000 * sizeof(test);
	char *text = malloc(len), *at;
	const clock_t start = clock();
	struct gng_why why;

	(void)state;
	assert_non_null(text);
	at = stpcpy(text, head);
	for (int i = 0; i < 20000; i++)
		at = stpcpy(at, test);
	at = stpcpy(at - 1, "]}]}");
	assert_int_equal(read_all(text, (size_t)(at - text), &why), GNG_OK);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
	free(text);
}

static void vec_refuses_too_many_attributes(void **state)
{
	char text[4096];
	size_t at = (size_t)sprintf(text, "%s", HEAD);

	(void)state;
	for (int i = 0; i <= GNG_VEC_MAX_ATTRS; i++)
		at += (size_t)sprintf(text + at, "a%d = 00\n", i);
	check_refused(text, at, "t:67: more than 64 attributes in one case");
}

const struct suite_test suite_tests[] = {
	TEST(vec_refuses_each_broken_line_by_its_number, "H1.vec.refusals"),
	TEST(vec_refuses_broken_json, "H1.vec.refusals"),
	TEST(vec_refuses_a_wrong_number_of_cases, "H1.vec.counts"),
	TEST(vec_refuses_a_nul_byte, "H1.vec.refusals"),
	TEST(vec_says_the_same_error_again, "H1.vec.refusals"),
	TEST(vec_names_the_attribute_that_is_missing, "H1.vec.values"),
	TEST(vec_says_what_the_system_said, "H1.vec.refusals"),
	TEST(vec_shows_the_end_of_a_long_name, "H1.vec.refusals"),
	TEST(vec_refuses_more_than_64_mib, "H1.vec.bounds"),
	TEST(vec_takes_linear_time_for_hostile_text, "H1.vec.bounds"),
	TEST(vec_takes_linear_time_for_hidden_ids, "H1.vec.bounds"),
	TEST(vec_refuses_too_many_attributes, "H1.vec.refusals"),
	{0},
};
