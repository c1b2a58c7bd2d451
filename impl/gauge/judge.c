/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - one execution becomes a verdict. Nothing is believed that is not proved: a PASS
 * needs an end in the report, the exit status that belongs to it, an assertion or exactly
 * the declared vectors, and nothing left behind.
 */
#include "gauge_judge.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "gauge_budget.h"
#include "gauge_text.h"

void judge_say(struct gng_record *record, enum gng_verdict verdict, const char *format, ...)
{
	va_list args;

	if (record->reason)
		return;
	record->verdict = verdict;
	va_start(args, format);
	record->reason = gauge_vformat(format, args);
	va_end(args);
}

/* ---- what a failed test left in its log ---- */

/* line_after returns the line of log that holds mark, from mark's end, as a new string. */
static char *line_after(const char *log, const char *mark)
{
	const char *at = strstr(log, mark);

	return at ? strndup(at + strlen(mark), strcspn(at + strlen(mark), "\n")) : NULL;
}

/*
 * CMocka prints "[  ERROR   ] --- WHAT" and "[   LINE   ] --- FILE:LINE: error: Failure!" for an
 * assertion; for fail_msg "ERROR: WHAT", and then both marks on one line.
 */
static char *cmocka_failure(const char *log)
{
	char *what = line_after(log, "\nERROR: ");
	char *where = line_after(log, "[   LINE   ] --- ");
	char *text = NULL;

	if (!what)
		what = line_after(log, "[  ERROR   ] --- ");
	if (where && strstr(where, ": error:"))
		*strstr(where, ": error:") = '\0';
	if (what)
		text = gauge_format("%s%s%s", where ? where : "", where ? ": " : "", what);
	free(what);
	free(where);
	return text;
}

static char *sanitizer_summary(const char *log)
{
	char *text = line_after(log, "SUMMARY: ");

	return text ? text : line_after(log, "runtime error: ");
}

static void say_failed(struct gng_record *record, const struct judge_evidence *evidence,
		       const char *otherwise)
{
	char *found = sanitizer_summary(evidence->log);

	if (!found)
		found = cmocka_failure(evidence->log);
	judge_say(record, GNG_FAIL, "%s", found ? found : otherwise);
	free(found);
}

/* ---- how the process tree ended ---- */

static void judge_tree(struct gng_record *record, const struct judge_evidence *evidence)
{
	const struct nanny_result *result = evidence->result;

	if (evidence->stopped)
		judge_say(record, GNG_MISSING, "the run was stopped before this test ended");
	else if (!result)
		judge_say(record, GNG_ERROR, "the runner lost the process that guards this test");
	else if (result->exec_errno != 0)
		judge_say(record, GNG_ERROR, "the test program cannot be started: %s",
			  strerror(result->exec_errno));
	else if (result->unkillable)
		judge_say(record, GNG_ERROR, "a process of this test cannot be killed");
	else if (result->timed_out)
		judge_say(record, GNG_FAIL, "still running after %u s, killed",
			  evidence->timeout_s);
	else if (result->flooded)
		judge_say(record, GNG_FAIL, "printed more than %zu MiB, killed",
			  NANNY_OUTPUT_CAP >> 20);
	else if (result->num_left_behind > 0)
		judge_say(record, GNG_FAIL, "left %u process%s running behind it, killed",
			  result->num_left_behind, result->num_left_behind == 1 ? "" : "es");
}

static void judge_death(struct gng_record *record, const struct judge_evidence *evidence)
{
	const int status = evidence->result->wait_status;
	char text[96];

	if (!WIFSIGNALED(status))
		return;
	snprintf(text, sizeof(text), "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	if (WTERMSIG(status) == SIGABRT)
		say_failed(record, evidence, text);
	else
		judge_say(record, GNG_FAIL, "%s", text);
}

/* ---- what the test said ---- */

static void judge_end(struct gng_record *record, const struct judge_evidence *evidence,
		      const struct gng_probe_report *report)
{
	const int status = WEXITSTATUS(evidence->result->wait_status);
	const int skip_or_ok = report->skip ? GNG_PROBE_EXIT_SKIP : 0;
	char text[96];

	if (report->end == GNG_PROBE_END_OK && status == skip_or_ok)
		return;
	if (report->end == GNG_PROBE_NO_END)
		snprintf(text, sizeof(text), "exit status %d without the end of its report",
			 status);
	else if (report->end == GNG_PROBE_END_OK)
		snprintf(text, sizeof(text), "exit status %d contradicts its report", status);
	else
		snprintf(text, sizeof(text), "it failed and did not say why: see the log");
	if (report->failed)
		judge_say(record, GNG_FAIL, "%s", report->failed);
	else
		say_failed(record, evidence, text);
}

static void judge_words(struct gng_record *record, const struct gng_probe_report *report)
{
	if (report->skip && *report->skip)
		judge_say(record, GNG_SKIP, "%s", report->skip);
	else if (report->skip)
		judge_say(record, GNG_FAIL, "it skipped without a reason");
	if (report->cases != report->cases_declared)
		judge_say(record, GNG_FAIL, "%ju vectors executed, %ju declared",
			  (uintmax_t)report->cases, (uintmax_t)report->cases_declared);
	if (report->inconclusive)
		judge_say(record, GNG_INCONCLUSIVE, "%s", report->inconclusive);
}

/* The budget of a test stands under its function's name; a test may measure more than that,
 * but a limit without a figure is a failure. */
static void judge_budget(struct gng_record *record, const struct gng_run_options *options)
{
	const struct gng_budget *budget = gauge_budget_of(record->test, options->machine);
	bool judged = false;
	char reason[256];

	for (size_t i = 0; budget && i < record->num_figures; i++) {
		struct gng_figure *figure = &record->figures[i];

		if (strcmp(figure->measure.name, budget->metric) != 0)
			continue;
		judged = figure->judged = true;
		figure->budget = *budget;
		figure->verdict = gng_budget_judge(reason, budget, &figure->measure,
						   options->budget_scale, options->floor);
		if (figure->verdict != GNG_PASS)
			judge_say(record, figure->verdict, "%s", reason);
	}
	if (budget && !judged)
		judge_say(record, GNG_FAIL, "it measured no %s, which its budget limits",
			  budget->metric);
}

static double floor_at(const struct gng_floor *floor, double quantile)
{
	return floor && quantile > 0 ? floor->at(floor->context, quantile) : NAN;
}

static void judge_figures(struct gng_record *record, const struct judge_evidence *evidence,
			  struct gng_probe_report *report)
{
	const struct gng_run_options *options = evidence->options;

	record->figures = calloc(report->num_measures + 1, sizeof(*record->figures));
	if (!record->figures)
		return judge_say(record, GNG_ERROR, "no memory for the figures");
	record->num_figures = report->num_measures;
	for (size_t i = 0; i < report->num_measures; i++) {
		record->figures[i].measure = report->measures[i];
		record->figures[i].floor_ns =
			floor_at(options->floor, report->measures[i].quantile);
	}
	report->num_measures = 0; /* their histograms are the record's now */
	judge_budget(record, options);
}

static void judge_report(struct gng_record *record, const struct judge_evidence *evidence,
			 struct gng_probe_report *report)
{
	record->assertions = report->assertions;
	record->cases = report->cases;
	judge_end(record, evidence, report);
	judge_words(record, report);
	judge_figures(record, evidence, report);
	if (report->assertions == 0 && report->cases == 0)
		judge_say(record, GNG_FAIL, "asserted nothing and executed no vector");
	record->notes = report->notes;
	record->num_notes = report->num_notes;
	report->notes = NULL;
	report->num_notes = 0;
	if (!record->remedy && report->remedy && record->verdict != GNG_FAIL) {
		record->remedy = report->remedy;
		report->remedy = NULL;
	}
}

void judge_execution(struct gng_record *record, const struct judge_evidence *evidence)
{
	struct gng_probe_report report = {0};
	struct gng_why why;

	judge_tree(record, evidence);
	if (evidence->result)
		record->seconds = evidence->result->seconds;
	if (evidence->result && !record->reason) {
		judge_death(record, evidence);
		if (gng_probe_parse(&report, evidence->report, evidence->result->report_len,
				    &why) != GNG_OK)
			judge_say(record, GNG_ERROR, "%s", why.text);
		record->corrupt = report.corrupt != NULL;
		if (report.corrupt)
			judge_say(record, GNG_ERROR, "%s", report.corrupt);
		judge_report(record, evidence, &report);
	}
	gng_probe_report_fini(&report);
}

void gng_record_judge(struct gng_record *record, const struct gng_test *test,
		      const struct gng_execution *execution)
{
	const struct gng_run_options options = {.budget_scale = 1.0};
	const struct nanny_result result = {
		.wait_status = execution->wait_status,
		.timed_out = execution->timed_out,
		.seconds = execution->seconds,
		.report_len = execution->report_len,
	};
	struct gng_test unlimited = *test;
	const struct judge_evidence evidence = {
		.test = test,
		.options = &options,
		.result = &result,
		.timeout_s = execution->timeout_s,
		.report = execution->report,
		.log = execution->log,
	};

	unlimited.num_budgets = 0;
	*record = (struct gng_record){.test = &unlimited, .verdict = GNG_PASS, .attempt = 1};
	judge_execution(record, &evidence);
	record->test = test;
}

void gng_record_say(struct gng_record *record, const struct gng_test *test,
		    enum gng_verdict verdict, const char *reason, const char *remedy)
{
	*record = (struct gng_record){.test = test, .attempt = 1};
	judge_say(record, verdict, "%s", reason);
	record->remedy = remedy ? strdup(remedy) : NULL;
}
