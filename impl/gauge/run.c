/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - the one runner: executes the selected tests, each under its nanny, and writes a
 * record for each as it ends.
 */
#include "gng_gauge.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gauge_job.h"
#include "gauge_judge.h"
#include "gauge_program.h"
#include "gauge_text.h"

#define MAX_JOBS 64

struct runner {
	const struct gng_run_options *options;
	struct gng_record *records;  /* one for each selected test, in the plan's order */
	struct gng_record **by_turn; /* the same, as they run */
	size_t num_records, num_done, next;
	struct job jobs[MAX_JOBS];
	size_t num_jobs;
	int fd;			     /* records.jsonl */
	struct gng_journal *journal; /* of the tests' folders; NULL if it could not be opened */
	struct gng_why *why;
};

/* ---- what needs no process ---- */

/* settle_without_running judges a test that cannot or may not run here. */
static bool settle_without_running(const struct gng_run_options *options, struct gng_record *record)
{
	const struct gng_test *test = record->test;

	if (test->broken) {
		judge_say(record, GNG_ERROR, "%s", test->broken);
		record->corrupt = true;
	} else if (test->cannot) {
		judge_say(record, test->flags & GNG_TEST_PLANNED ? GNG_MISSING : GNG_SKIP, "%s",
			  test->cannot);
		record->remedy = test->remedy ? strdup(test->remedy) : NULL;
	} else if ((test->flags & GNG_TEST_SLOW) && !options->slow) {
		judge_say(record, GNG_SKIP, "marked slow");
		record->remedy = gauge_format("gonogo check --slow %s", test->id);
	}
	return record->reason != NULL;
}

/* ---- records ---- */

static enum gng_status write_record(const struct runner *runner, const struct gng_record *record)
{
	char *line = gng_record_json(record);
	const size_t len = line ? strlen(line) : 0;
	enum gng_status status = GNG_OK;
	ssize_t n;

	if (!line)
		return gng_why_set(runner->why, GNG_ENOMEM, 0, "gauge.run", "no memory");
	line[len] = '\n'; /* in place of the NUL, so that one write is one whole line */
	n = write(runner->fd, line, len + 1);
	if (n != (ssize_t)len + 1)
		status = gng_why_set(runner->why, GNG_ESYS, n < 0 ? errno : ENOSPC, "gauge.run",
				     "%s/records.jsonl cannot be written: %s", runner->options->dir,
				     strerror(n < 0 ? errno : ENOSPC));
	free(line);
	return status;
}

static enum gng_status finish_record(struct runner *runner, struct gng_record *record)
{
	const struct gng_run_options *options = runner->options;
	const enum gng_status status = write_record(runner, record);

	runner->num_done++;
	if (options->on_record)
		options->on_record(options->context, record, runner->num_done, runner->num_records);
	return status;
}

/* ---- jobs ---- */

static bool is_stopped(const struct runner *runner)
{
	return runner->options->stop && *runner->options->stop;
}

/* runs_alone: others would disturb what it measures. */
static bool runs_alone(const struct gng_test *test)
{
	return strcmp(test->suite, "hwtests") == 0 && !(test->flags & GNG_TEST_COUNTS);
}

/* may_start says whether the next test can join those that run. */
static bool may_start(const struct runner *runner)
{
	const struct gng_test *test = runner->by_turn[runner->next]->test;

	if (runner->num_jobs == 0)
		return true;
	return runner->num_jobs < runner->options->num_jobs && runner->num_jobs < MAX_JOBS &&
	       !runs_alone(test) && !runs_alone(runner->jobs[0].record->test);
}

static enum gng_status start_next(struct runner *runner)
{
	struct gng_record *record = runner->by_turn[runner->next++];
	enum gng_status status;

	if (is_stopped(runner))
		judge_say(record, GNG_MISSING, "the run was stopped before this test began");
	if (record->reason || settle_without_running(runner->options, record))
		return finish_record(runner, record);
	status = job_start(&runner->jobs[runner->num_jobs], record, runner->options,
			   runner->journal, runner->why);
	if (status == GNG_OK)
		runner->num_jobs++;
	return status;
}

/* end_job judges an attempt; with attempts left the test starts again. */
static enum gng_status end_job(struct runner *runner, size_t index)
{
	struct job *job = &runner->jobs[index];
	struct gng_record *record = job->record;
	const bool again = job_end(job, runner->options, is_stopped(runner));

	if (again)
		return job_start(job, record, runner->options, runner->journal, runner->why);
	*job = runner->jobs[--runner->num_jobs];
	return finish_record(runner, record);
}

static void stop_jobs(const struct runner *runner)
{
	for (size_t i = 0; i < runner->num_jobs; i++)
		nanny_stop(&runner->jobs[i].nanny);
}

static enum gng_status wait_for_jobs(struct runner *runner)
{
	const struct gng_run_options *options = runner->options;
	enum gng_status status = GNG_OK;
	struct pollfd fds[MAX_JOBS];

	for (size_t i = 0; i < runner->num_jobs; i++)
		fds[i] = (struct pollfd){.fd = runner->jobs[i].nanny.result_fd, .events = POLLIN};
	if (poll(fds, runner->num_jobs, 100) <= 0) {
		if (is_stopped(runner))
			stop_jobs(runner);
		if (options->on_wait)
			options->on_wait(options->context, runner->jobs[0].record->test,
					 runner->num_done, runner->num_records);
		return GNG_OK;
	}
	for (size_t i = runner->num_jobs; i-- > 0;)
		if (fds[i].revents && !job_take(&runner->jobs[i]) && status == GNG_OK)
			status = end_job(runner, i);
	return status;
}

static enum gng_status run_all(struct runner *runner)
{
	enum gng_status status = GNG_OK;

	while (status == GNG_OK && (runner->next < runner->num_records || runner->num_jobs > 0)) {
		if (runner->next < runner->num_records && may_start(runner))
			status = start_next(runner);
		else
			status = wait_for_jobs(runner);
	}
	stop_jobs(runner);
	while (runner->num_jobs > 0) {
		struct job *job = &runner->jobs[--runner->num_jobs];

		while (job_take(job))
			;
		job_end(job, runner->options, true);
	}
	return status;
}

/* ---- the run ---- */

static double cost_of(const struct gng_run_options *options, const struct gng_test *test)
{
	return options->costs_s ? options->costs_s[test - options->plan->tests] : 0;
}

/* by_turn: first those that run beside others, of them the longest first, so that no long one is
 * left over when the others are done; else in the plan's order. */
static int by_turn(const void *a, const void *b, void *context)
{
	const struct gng_run_options *options = context;
	const struct gng_test *one = (*(struct gng_record *const *)a)->test;
	const struct gng_test *other = (*(struct gng_record *const *)b)->test;
	const double cost = cost_of(options, one), other_cost = cost_of(options, other);

	if (runs_alone(one) != runs_alone(other))
		return runs_alone(one) ? 1 : -1;
	if (!runs_alone(one) && cost != other_cost)
		return cost > other_cost ? -1 : 1;
	return one < other ? -1 : one > other;
}

static enum gng_status take_turns(struct runner *runner)
{
	runner->by_turn = calloc(runner->num_records + 1, sizeof(struct gng_record *));
	if (!runner->by_turn)
		return gauge_no_memory(runner->why);
	for (size_t i = 0; i < runner->num_records; i++)
		runner->by_turn[i] = &runner->records[i];
	qsort_r(runner->by_turn, runner->num_records, sizeof(struct gng_record *), by_turn,
		(void *)runner->options);
	return GNG_OK;
}

static enum gng_status open_run(struct runner *runner)
{
	const struct gng_plan *plan = runner->options->plan;
	char *path = gauge_format("%s/records.jsonl", runner->options->dir);

	runner->records = calloc(plan->num_tests + 1, sizeof(*runner->records));
	if (!runner->records || !path) {
		free(path);
		return gauge_no_memory(runner->why);
	}
	for (size_t i = 0; i < plan->num_tests; i++)
		if (plan->tests[i].selected)
			runner->records[runner->num_records++].test = &plan->tests[i];
	runner->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
	if (runner->fd < 0)
		gng_why_set(runner->why, GNG_ESYS, errno, "gauge.run", "%s: %s", path,
			    strerror(errno));
	free(path);
	return runner->fd < 0 ? GNG_ESYS : take_turns(runner);
}

enum gng_status gng_run(struct gng_record **records, size_t *num_records,
			const struct gng_run_options *options, struct gng_why *why)
{
	struct runner runner = {.options = options, .fd = -1, .why = why};
	enum gng_status status = open_run(&runner);

	if (status == GNG_OK) {
		if (gng_journal_open(&runner.journal, NULL) != GNG_OK)
			runner.journal = NULL; /* doctor finds the folders by their names */
		program_check_tables(runner.records, runner.num_records, options);
		status = run_all(&runner);
	}
	if (gng_journal_close(runner.journal, why) != GNG_OK && status == GNG_OK)
		status = GNG_ESYS;
	if (runner.fd >= 0 && (fsync(runner.fd) | close(runner.fd)) != 0 && status == GNG_OK)
		status = gng_why_set(why, GNG_ESYS, errno, "gauge.run",
				     "%s/records.jsonl cannot be written: %s", options->dir,
				     strerror(errno));
	free(runner.by_turn);
	if (status != GNG_OK) {
		gng_records_free(runner.records, runner.num_records);
		return status;
	}
	*records = runner.records;
	*num_records = runner.num_records;
	return GNG_OK;
}
