/* SPDX-License-Identifier: Apache-2.0 */
/* tell_test.c - what a test tells arrives as it was meant, whatever its texts hold. */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * hear runs tell in a child whose descriptor 3 is a pipe, and parses what comes out of it. It
 * asserts nothing itself, since the child would inherit the count.
 */
static int hear(struct gng_probe_report *report, int (*tell)(void))
{
	static char text[65536];
	int ends[2], status;
	size_t len = 0;
	pid_t child;

	if (pipe(ends) != 0)
		abort();
	child = fork();
	if (child == 0) {
		setenv("GNG_RUNNER", "1", 1);
		dup2(ends[1], GNG_PROBE_FD);
		if (ends[1] != GNG_PROBE_FD)
			close(ends[1]);
		_exit(tell());
	}
	close(ends[1]);
	for (ssize_t n; (n = read(ends[0], text + len, sizeof(text) - len)) > 0;)
		len += (size_t)n;
	close(ends[0]);
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
	    gng_probe_parse(report, text, len, NULL) != GNG_OK)
		abort();
	return WEXITSTATUS(status);
}

static int tell_nothing(void)
{
	return gng_probe_end(true);
}

static int tell_figures(void)
{
	const struct gng_measure measure = {
		.name = "seal",
		.value = 1.0 / 3,
		.unit = "ratio",
		.n = 5,
		.lo = 0.1,
		.hi = 0.7,
		.num_blocks = 5,
		.blocks = {1, 2, 3, 4, 5},
	};

	gng_probe_assertion();
	gng_probe_measure(&measure);
	gng_probe_note("a\tkey", "two\nlines");
	gng_probe_peer("it", "2", "3");
	gng_probe_peer("that", "4", "4");
	gng_probe_cases(3, 4);
	gng_probe_cases(2, 1);
	return gng_probe_end(true);
}

/* The two rows, whose keys differ. */
static void check_peers(const struct gng_probe_report *report)
{
	static const char *const pairs[][2] = {{"peer", "it"},	    {"expected", "2"},
					       {"got", "3"},	    {"peer 2", "that"},
					       {"expected 2", "4"}, {"got 2", "4"}};

	assert_int_equal(report->num_notes, 1 + COUNT_OF(pairs));
	for (size_t i = 0; i < COUNT_OF(pairs); i++) {
		assert_string_equal(report->notes[1 + i].key, pairs[i][0]);
		assert_string_equal(report->notes[1 + i].value, pairs[i][1]);
	}
}

static void tell_delivers_counts_figures_and_notes(void **state)
{
	struct gng_probe_report before, report;
	const int nothing = hear(&before, tell_nothing), status = hear(&report, tell_figures);

	(void)state;
	assert_int_equal(nothing, 0);
	assert_int_equal(status, 0);
	assert_int_equal(report.assertions, before.assertions + 1);
	assert_int_equal(report.cases, 5);
	assert_int_equal(report.cases_declared, 5);
	assert_int_equal(report.num_measures, 1);
	assert_true(report.measures[0].value == 1.0 / 3); /* 17 digits: exact */
	assert_int_equal(report.measures[0].num_blocks, 5);
	assert_string_equal(report.notes[0].key, "a key");
	assert_string_equal(report.notes[0].value, "two lines");
	check_peers(&report);
	gng_probe_report_fini(&before);
	gng_probe_report_fini(&report);
}

static int tell_two_failures(void)
{
	gng_probe_failed("the first\nfault");
	gng_probe_failed("the second");
	return gng_probe_end(false);
}

static void tell_keeps_the_first_failure(void **state)
{
	struct gng_probe_report report;

	(void)state;
	assert_int_equal(hear(&report, tell_two_failures), 1);
	assert_string_equal(report.failed, "the first fault");
	assert_int_equal(report.end, GNG_PROBE_END_FAILED);
	gng_probe_report_fini(&report);
}

static int tell_a_skip(void)
{
	gng_probe_skip("no device", NULL);
	return gng_probe_end(true);
}

static void tell_exits_77_only_for_a_skip(void **state)
{
	struct gng_probe_report report;

	(void)state;
	assert_int_equal(hear(&report, tell_a_skip), GNG_PROBE_EXIT_SKIP);
	assert_string_equal(report.skip, "no device");
	assert_null(report.remedy);
	gng_probe_report_fini(&report);
}

const struct suite_test suite_tests[] = {
	TEST(tell_delivers_counts_figures_and_notes, "H1.probe.tell"),
	TEST(tell_keeps_the_first_failure, "H1.probe.tell"),
	TEST(tell_exits_77_only_for_a_skip, "H1.probe.tell"),
	{0},
};
