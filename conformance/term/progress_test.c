/* SPDX-License-Identifier: Apache-2.0 */
/* progress_test.c - the progress line: late, on terminals only, and gone afterwards. */
#include "../suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gng_term.h>

static void a_frame_shows_bar_counts_share_and_eta(void **state)
{
	char text[GNG_TERM_COLUMNS];

	(void)state;
	gng_term_progress_frame(text, 741, 1284, 0.593, 107, "bpf.reject");
	assert_string_equal(text, "run     [===============>...........]   741/1284  59 %  "
				  "eta 1:47  bpf.reject");
	gng_term_progress_frame(text, 101, 188, 0.54, 6, NULL);
	assert_string_equal(text, "run     [=============>.............]   101/188   54 %  "
				  "eta 0:06");
	gng_term_progress_frame(text, 0, 5, 0, NAN, "");
	assert_string_equal(text, "run     [...........................]   0/5        0 %  "
				  "eta -:--  ");
	gng_term_progress_frame(text, 5, 5, 1.5, 0, NULL);
	assert_string_equal(text, "run     [===========================]   5/5      100 %  "
				  "eta 0:00");
}

static void a_long_name_does_not_wrap_the_line(void **state)
{
	char text[GNG_TERM_COLUMNS];

	(void)state;
	gng_term_progress_frame(text, 1, 2, 0.5, 1,
				"conformance.bpf.reject.a_name_that_is_much_longer_than_its_room");
	assert_int_equal(strlen(text), GNG_TERM_COLUMNS - 1);
}

/* draw_at draws frames at the given seconds after the start and returns what was written. */
static char *draw_at(bool progress, const double *at_s, size_t num_at)
{
	struct gng_term_progress line;
	struct gng_term term = {.progress = progress};
	char *text = NULL;
	size_t len = 0;

	term.out = open_memstream(&text, &len);
	assert_non_null(term.out);
	gng_term_progress_begin(&line, &term, 100);
	for (size_t i = 0; i < num_at; i++)
		gng_term_progress_draw(&line, 100 + at_s[i], 1, 4, 0.25, "x");
	gng_term_progress_erase(&line);
	gng_term_progress_erase(&line);
	fclose(term.out);
	return text;
}

#define FRAME(eta) "\r\033[Krun     [=====>.....................]   1/4       25 %  eta " eta "  x"

static void progress_appears_after_two_seconds_and_is_erased(void **state)
{
	static const double early[] = {0.1, 1.9}, late[] = {1.9, 2.0, 2.05, 4.0};
	char *text = draw_at(true, early, COUNT_OF(early));

	(void)state;
	assert_string_equal(text, "");
	free(text);
	/* three times the time spent is left; 50 ms after a frame nothing is redrawn */
	text = draw_at(true, late, COUNT_OF(late));
	assert_string_equal(text, FRAME("0:06") FRAME("0:12") "\r\033[K");
	free(text);
}

static void a_pipe_never_gets_progress(void **state)
{
	static const double late[] = {3, 5};
	char *text = draw_at(false, late, COUNT_OF(late));

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

const struct suite_test suite_tests[] = {
	TEST(a_frame_shows_bar_counts_share_and_eta, "H1.term.progress"),
	TEST(a_long_name_does_not_wrap_the_line, "H1.term.progress"),
	TEST(progress_appears_after_two_seconds_and_is_erased, "H1.term.progress"),
	TEST(a_pipe_never_gets_progress, "H1.term.progress"),
	{0},
};
