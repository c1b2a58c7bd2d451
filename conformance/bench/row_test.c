/* SPDX-License-Identifier: Apache-2.0 */
/* row_test.c - the lines between `PROGRAM --bench` and `gonogo bench`. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_bench.h>

#define ROW                                                                                    \
	"row\tx_vs_y\tGCM-256 seal\taesni\topenssl\tOpenSSL 3.0.17\t16384\t1.5\t6.25\t1.25\t5" \
	"\t4e+09\t4.57\t0.98\t10\t20\t30\t40\t50\t60\t1.2\t1.1\t1.3\t205\t1.1\t1.15\t1.2\t1."  \
	"25\t1.3\t0\t-\t100 % on huge pages"

static char *written(const struct gng_bench_line *line)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	gng_bench_line_write(out, line);
	fclose(out);
	assert_int_equal(text[len - 1], '\n');
	text[len - 1] = '\0';
	return text;
}

static void a_row_arrives_as_it_was_written(void **state)
{
	struct gng_bench_line line;
	const struct gng_bench_row *row = &line.row;
	char *text;

	(void)state;
	assert_int_equal(gng_bench_line_parse(&line, ROW, NULL), GNG_OK);
	assert_int_equal(line.word, GNG_BENCH_ROW);
	assert_string_equal(row->metric, "x_vs_y");
	assert_string_equal(row->title, "OpenSSL 3.0.17");
	assert_int_equal(row->size, 16384);
	assert_true(row->ours == 1.5 && row->ours_gb_per_s == 6.25 && row->theirs == 1.25);
	assert_true(row->core_hz == 4e9 && row->ratio.lo == 1.1 && row->ratio.hi == 1.3);
	assert_true(row->ceiling == 4.57 && row->cpu_per_wall == 0.98);
	assert_true(row->our_latency.p50 == 10 && row->their_latency.p999 == 60);
	assert_int_equal(row->ratio.n, 205);
	assert_true(row->ratio.blocks[0] == 1.1 && row->ratio.blocks[4] == 1.3);
	assert_true(row->our_allocations == 0 && row->their_allocations == -1);
	assert_string_equal(row->memory, "100 % on huge pages");
	text = written(&line);
	assert_string_equal(text, ROW);
	free(text);
}

static void every_word_goes_there_and_back(void **state)
{
	static const char *const lines[] = {"plan\t12",
					    "case\taesni_ctr128_16k",
					    "absent\tnettle\tnot here\tapt-get install it",
					    "fail\tours and theirs disagree",
					    "port\taesenc_zmm\t3.98\t2",
					    "note\tall on huge pages",
					    "end"};
	struct gng_bench_line line;
	char *text;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		assert_int_equal(gng_bench_line_parse(&line, lines[i], NULL), GNG_OK);
		text = written(&line);
		assert_string_equal(text, lines[i]);
		free(text);
	}
}

static void a_tab_in_a_text_makes_no_field(void **state)
{
	struct gng_bench_line line = {.word = GNG_BENCH_ABSENT};
	char *text;

	(void)state;
	strcpy(line.text, "a\tb");
	strcpy(line.reason, "c\nd");
	strcpy(line.remedy, "f");
	text = written(&line);
	assert_string_equal(text, "absent\ta b\tc d\tf");
	free(text);
}

static void what_is_no_line_is_refused_with_its_field(void **state)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{"", "no word"},
		{"rows\t1", "no word"},
		{"plan", "1 fields instead of 2"},
		{"end\t", "2 fields instead of 1"},
		{"plan\ttwelve", "field 1"},
		{"plan\t-1", "field 1"},
		{"plan\t1.5", "field 1"},
		{"plan\t1e300", "field 1"},
		{"plan\tnan", "field 1"},
		{"plan\t12 ", "field 1"},
		{"case\tx\ty", "3 fields"},
		{ROW "\t1", "33 fields instead of 32"},
		{"case\t0123456789012345678901234567890123456789012345678901234567890123", "long"},
	};
	struct gng_bench_line line;
	struct gng_why why;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		memset(&why, 0, sizeof(why));
		assert_int_equal(gng_bench_line_parse(&line, bad[i].text, &why), GNG_EFORMAT);
		assert_non_null(strstr(why.text, bad[i].part));
	}
}

static void each_field_of_a_row_is_checked(void **state)
{
	char text[sizeof(ROW) + 64];
	struct gng_bench_line line;

	(void)state;
	/* Every field in turn becomes 50 letters: too long for a text, and no number. */
	for (int field = 1; field < 31; field++) {
		const char *at = ROW, *rest;

		for (int i = 0; i < field; i++)
			at = strchr(at, '\t') + 1;
		rest = at + strcspn(at, "\t");
		snprintf(text, sizeof(text), "%.*s%050d%s", (int)(at - ROW), ROW, 7, rest);
		memset(text + (at - ROW), 'x', 50);
		assert_int_equal(gng_bench_line_parse(&line, text, NULL), GNG_EFORMAT);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_row_arrives_as_it_was_written, "H1.bench.rows"),
	TEST(every_word_goes_there_and_back, "H1.bench.rows"),
	TEST(a_tab_in_a_text_makes_no_field, "H1.bench.rows"),
	TEST(what_is_no_line_is_refused_with_its_field, "H1.bench.rows"),
	TEST(each_field_of_a_row_is_checked, "H1.bench.rows"),
	{0},
};
