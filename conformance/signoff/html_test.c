/* SPDX-License-Identifier: Apache-2.0 */
/* html_test.c - the writer escapes what is no literal (HTML Living Standard, 13.3). */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "signoff_html.h"

/* written compares what one call writes; its stream is closed first. */
static void assert_written(FILE *out, char **text, const char *expected)
{
	assert_int_equal(fclose(out), 0);
	assert_string_equal(*text, expected);
	free(*text);
	*text = NULL;
}

static void assert_escaped(const char *input, const char *expected)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	html_text(out, input);
	assert_written(out, &text, expected);
}

static void text_escapes_what_could_be_markup(void **state)
{
	(void)state;
	assert_escaped("<script>alert(\"1\" & '2')</script>",
		       "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
	assert_escaped("&amp;", "&amp;amp;");
	assert_escaped("plain", "plain");
	assert_escaped("", "");
	assert_escaped(NULL, "");
}

static void text_keeps_utf8_and_replaces_what_is_none(void **state)
{
	(void)state;
	assert_escaped("9.41 \302\265s", "9.41 \302\265s");
	assert_escaped("\360\237\230\200", "\360\237\230\200");
	assert_escaped("a\377b", "a\357\277\275b");
	assert_escaped("\300\274script", "\357\277\275\357\277\275script"); /* overlong '<' */
	assert_escaped("\340\200\274", "\357\277\275\357\277\275\357\277\275");
	assert_escaped("\355\240\200", "\357\277\275\357\277\275\357\277\275"); /* surrogate */
	assert_escaped("\364\220\200\200", "\357\277\275\357\277\275\357\277\275\357\277\275");
	assert_escaped("cut\342\202", "cut\357\277\275\357\277\275");
	assert_escaped("\302\205", "\357\277\275"); /* C1 control: next line */
}

static void text_replaces_control_bytes(void **state)
{
	(void)state;
	assert_escaped("a\tb\nc", "a b c");
	assert_escaped("\033[31mred", "\357\277\275[31mred");
	assert_escaped("\001\177", "\357\277\275\357\277\275");
}

/* What turns the order of letters would make a command to copy look like another one. */
static void text_replaces_what_turns_its_order(void **state)
{
	(void)state;
	assert_escaped("\342\200\256mr\342\200\254", "\357\277\275mr\357\277\275");
	assert_escaped("\342\201\246\342\201\251", "\357\277\275\357\277\275");
	assert_escaped("\342\200\216\342\200\217\330\234", "\357\277\275\357\277\275\357\277\275");
	assert_escaped("\342\200\250\342\200\251", "\357\277\275\357\277\275");
	/* their neighbours are letters and dashes */
	assert_escaped("\342\200\215\342\200\220\342\200\247",
		       "\342\200\215\342\200\220\342\200\247");
	assert_escaped("\342\200\257\342\201\245\342\201\252\330\235",
		       "\342\200\257\342\201\245\342\201\252\330\235");
}

static void put_escapes_arguments_and_not_its_format(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	html_put(out, "<b a=\"%s\">%zu of %u, %.4g%% %c%d</b>%s", "\"><i>", (size_t)7, 9u, 12.5,
		 '<', -3, "");
	assert_written(out, &text, "<b a=\"&quot;&gt;&lt;i&gt;\">7 of 9, 12.5% &lt;-3</b>");
}

static void ids_and_commands_break_only_where_they_may(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	html_id(out, "a.b<.c");
	assert_written(out, &text, "a.<wbr>b&lt;.<wbr>c");
	out = open_memstream(&text, &len);
	html_id(out, "a.no_secret_steers_a_branch_or_an_address");
	assert_written(out, &text, "a.<wbr>no_secret_steers_a_branch_or_<wbr>an_<wbr>address");
	out = open_memstream(&text, &len);
	html_command(out, "go --x <y> conformance.aes.gcm.gcm_opens_only_the_right_tag");
	assert_written(out, &text,
		       "<span class=\"n\">go</span> <span class=\"n\">--x</span> "
		       "<span class=\"n\">&lt;y&gt;</span> "
		       "conformance.<wbr>aes.<wbr>gcm.<wbr>gcm_opens_only_the_right_tag");
}

static void verdicts_have_a_glyph_and_a_word(void **state)
{
	char *text = NULL;
	size_t len;

	(void)state;
	for (int v = 0; v < GNG_NUM_VERDICTS; v++) {
		FILE *out = open_memstream(&text, &len);
		char word[32], glyph[64];

		html_verdict(out, (enum gng_verdict)v);
		assert_int_equal(fclose(out), 0);
		snprintf(word, sizeof(word), ">%s</span>", gng_verdict_name((enum gng_verdict)v));
		snprintf(glyph, sizeof(glyph), "href=\"#%s\"",
			 html_verdict_glyph((enum gng_verdict)v));
		assert_non_null(strstr(text, word));
		assert_non_null(strstr(text, glyph));
		snprintf(glyph, sizeof(glyph), "id=\"%s\"",
			 html_verdict_glyph((enum gng_verdict)v));
		assert_non_null(strstr(signoff_symbols, glyph));
		free(text);
	}
}

const struct suite_test suite_tests[] = {
	TEST(text_escapes_what_could_be_markup, "H1.report.escape"),
	TEST(text_keeps_utf8_and_replaces_what_is_none, "H1.report.escape"),
	TEST(text_replaces_control_bytes, "H1.report.escape"),
	TEST(text_replaces_what_turns_its_order, "H1.report.escape"),
	TEST(put_escapes_arguments_and_not_its_format, "H1.report.format H1.report.escape"),
	TEST(ids_and_commands_break_only_where_they_may, "H1.report.format H1.report.escape"),
	TEST(verdicts_have_a_glyph_and_a_word, "H1.report.words"),
	{0},
};
