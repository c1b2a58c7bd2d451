/* SPDX-License-Identifier: Apache-2.0 */
/* svg_test.c - the picture: widths, places, names, and names that want to be markup. */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_flame.h>

static char *drawn(const char *folded)
{
	struct gng_why why = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(gng_flame_svg(out, folded, &why), GNG_OK);
	fclose(out);
	return text;
}

static size_t occurrences(const char *text, const char *part)
{
	size_t num = 0;

	for (; (text = strstr(text, part)); text++)
		num++;
	return num;
}

/* 1180 pixels for 4 samples: a has all, b three, c one beside it. The root lies lowest. */
static void a_box_is_as_wide_as_its_samples(void **state)
{
	char *svg = drawn("a;b 3\na;c 1\n");

	(void)state;
	assert_non_null(strstr(svg, "<title>a: 4 samples, 100.0 %</title><rect x=\"10.0\" "
				    "y=\"52.0\" width=\"1180.0\""));
	assert_non_null(strstr(svg, "<title>b: 3 samples, 75.0 %</title><rect x=\"10.0\" "
				    "y=\"34.0\" width=\"885.0\""));
	assert_non_null(strstr(svg, "<title>c: 1 samples, 25.0 %</title><rect x=\"895.0\" "
				    "y=\"34.0\" width=\"295.0\""));
	assert_int_equal(occurrences(svg, "<g>"), 3);
	free(svg);
}

/* '-' sorts before ';': a plain sort would tear a into two boxes. */
static void one_function_on_one_caller_is_one_box(void **state)
{
	char *svg = drawn("a;x 1\na-b;y 1\na 1\na;z 1\n");

	(void)state;
	assert_int_equal(occurrences(svg, "<title>a: 3 samples"), 1);
	assert_int_equal(occurrences(svg, "<title>a-b: 1 samples"), 1);
	assert_int_equal(occurrences(svg, "<g>"), 5);
	free(svg);
}

static void a_call_of_itself_is_two_boxes(void **state)
{
	char *svg = drawn("f;f 2\n");

	(void)state;
	assert_int_equal(occurrences(svg, "<title>f: 2 samples"), 2);
	free(svg);
}

static void a_name_is_no_markup(void **state)
{
	char *svg = drawn("a;<script>alert(\"1\")</script>&'\x01\xff\xc0\x80 1\n");

	(void)state;
	assert_null(strstr(svg, "<script"));
	assert_non_null(strstr(svg, "&#60;script&#62;alert(&#34;1&#34;)"));
	assert_non_null(strstr(svg, "&#38;&#39;&#xfffd;&#xfffd;&#xfffd;&#xfffd;: 1 samples"));
	free(svg);
}

static void a_long_name_is_cut_in_its_box_and_whole_in_the_tooltip(void **state)
{
	char *svg = drawn("a;b_very_long_name_of_a_function 1\na;c 19\n");

	(void)state;
	assert_non_null(strstr(svg, "<title>b_very_long_name_of_a_function: 1"));
	assert_non_null(strstr(svg, ">b_very..</text>"));
	free(svg);
}

static void boxes_that_nobody_sees_are_left_out(void **state)
{
	char *svg = drawn("a;b 1\na;c 100000\n");

	(void)state;
	assert_null(strstr(svg, "<title>b:"));
	assert_non_null(strstr(svg, "<title>a: 100001 samples"));
	free(svg);
}

static void what_is_no_stack_is_refused_before_a_byte_is_written(void **state)
{
	static const struct {
		const char *text, *part;
		enum gng_status status;
	} bad[] = {
		{"", "no sample", GNG_EFORMAT},
		{"a;b 1\na;b\n", "line 2", GNG_EFORMAT},
		{"a -1\n", "line 1", GNG_EFORMAT},
		{"a 0\n", "line 1", GNG_EFORMAT},
		{"a 1x\n", "line 1", GNG_EFORMAT},
		{" 1\n", "line 1", GNG_EFORMAT},
		{"a 99999999999999999999\n", "line 1", GNG_EFORMAT},
		{"a 9007199254740991\nb 1\n", "too many", GNG_ELIMIT},
	};
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		why = (struct gng_why){0};
		assert_non_null(out);
		assert_int_equal(gng_flame_svg(out, bad[i].text, &why), bad[i].status);
		fclose(out);
		assert_int_equal(len, 0);
		assert_non_null(strstr(why.text, bad[i].part));
		free(text);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_box_is_as_wide_as_its_samples, "C4.flame.svg"),
	TEST(one_function_on_one_caller_is_one_box, "C4.flame.svg"),
	TEST(a_call_of_itself_is_two_boxes, "C4.flame.svg"),
	TEST(a_name_is_no_markup, "C4.flame.hostile"),
	TEST(a_long_name_is_cut_in_its_box_and_whole_in_the_tooltip, "C4.flame.svg"),
	TEST(boxes_that_nobody_sees_are_left_out, "C4.flame.svg"),
	TEST(what_is_no_stack_is_refused_before_a_byte_is_written, "C4.flame.hostile"),
	{0},
};
