/* SPDX-License-Identifier: Apache-2.0 */
/* run.c - springs each trap, compares what the gauge made of it, and counts what was executed. */
#include "selftest_trap.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* complain makes the result a lie; the first complaint stands. */
static void complain(struct gng_selftest_result *result, const char *format, ...) GNG_PRINTF(2, 3);
static void complain(struct gng_selftest_result *result, const char *format, ...)
{
	va_list args;

	if (result->state == GNG_SELFTEST_LIED)
		return;
	result->state = GNG_SELFTEST_LIED;
	va_start(args, format);
	vsnprintf(result->complaint, sizeof(result->complaint), format, args);
	va_end(args);
}

/* ---- one trap ---- */

/* is_there: the trap's program exists where one is needed; else the result says so. */
static bool is_there(struct gng_selftest_result *result, const struct stage *stage,
		     const struct trap *trap)
{
	char *path = NULL;
	bool there;

	if (trap->spring == spring_no_mutant)
		there = asprintf(&path, "%s/gonogo-mutants", stage->tools) >= 0 &&
			access(path, X_OK) == 0;
	else
		there = (path = trap_program(stage, trap)) && access(path, X_OK) == 0;
	if (!there && trap->needs) {
		result->state = GNG_SELFTEST_SKIPPED;
		snprintf(result->reason, sizeof(result->reason), "%s", trap->needs);
		snprintf(result->complaint, sizeof(result->complaint), "%s", trap->remedy);
	} else if (!there && trap->alone) {
		complain(result, "its program is gone: %.250s", path ? path : "no memory");
	}
	free(path);
	return result->state == GNG_SELFTEST_HELD;
}

/* check_alone: a trap that would not fool anybody proves nothing. */
static void check_alone(struct gng_selftest_result *result, const struct stage *stage,
			const struct trap *trap)
{
	const char *argv[] = {NULL, "--run", trap->function, NULL};
	char *path = trap_program(stage, trap);
	int status = -1;

	argv[0] = path;
	if (path)
		status = alone_run(stage, "run/alone.log", argv);
	if (status != trap->alone_status)
		complain(result, "the trap does not spring: alone it exits %d, not %d", status,
			 trap->alone_status);
	free(path);
}

static void compare(struct gng_selftest_result *result, const struct trap *trap,
		    const struct outcome *outcome)
{
	if (outcome->said != trap->must)
		complain(result, "%s came out %s, not %s: %s", trap->control ? "it" : "the lie",
			 result->got, result->expected,
			 *outcome->reason ? outcome->reason : "without a reason");
	else if (trap->reason && !strstr(outcome->reason, trap->reason))
		complain(result, "the reason '%.200s' lacks '%s'", outcome->reason, trap->reason);
	else if (outcome->judged && strcmp(result->got_overall, result->expected_overall) != 0)
		complain(result, "the run as a whole is %s, not %s", result->got_overall,
			 result->expected_overall);
	else if (*outcome->complaint)
		complain(result, "%s", outcome->complaint);
}

static void note_outcome(struct gng_selftest_result *result, const struct trap *trap,
			 const struct outcome *outcome)
{
	snprintf(result->got, sizeof(result->got), "%s", trap_word(outcome->said));
	if (outcome->judged)
		snprintf(result->got_overall, sizeof(result->got_overall), "%s",
			 gng_overall_name(outcome->overall));
	snprintf(result->reason, sizeof(result->reason), "%s", outcome->reason);
	compare(result, trap, outcome);
}

static void spring(struct gng_selftest_result *result, const struct stage *stage,
		   const struct trap *trap)
{
	struct outcome outcome;
	struct gng_why why = {0};
	enum gng_status status;

	if (trap->alone)
		check_alone(result, stage, trap);
	if (trap->armed_by)
		setenv(trap->armed_by, "1", 1);
	if (trap->spring)
		status = trap->spring(&outcome, stage, trap, &why);
	else
		status = stage_run(&outcome, stage, trap, &why);
	if (trap->armed_by)
		unsetenv(trap->armed_by);
	if (status == GNG_OK)
		note_outcome(result, trap, &outcome);
	else
		complain(result, "the trap cannot be tried: %s", why.text);
}

static void try_trap(struct gng_selftest_result *result, const struct stage *stage,
		     const struct trap *trap)
{
	const double start_s = now_s();

	result->name = trap->name;
	result->lie = trap->lie;
	result->gate = trap->gate;
	result->control = trap->control;
	snprintf(result->expected, sizeof(result->expected), "%s", trap_word(trap->must));
	if (trap->must != TRAP_REFUSED)
		snprintf(result->expected_overall, sizeof(result->expected_overall), "%s",
			 gng_overall_name(trap_overall((enum gng_verdict)trap->must)));
	if (is_there(result, stage, trap))
		spring(result, stage, trap);
	result->seconds = now_s() - start_s;
}

/* ---- all of them ---- */

static bool is_named(const struct trap *trap, const struct gng_selftest_options *options)
{
	for (size_t i = 0; i < options->num_names; i++)
		if (strcmp(trap->name, options->names[i]) == 0)
			return true;
	return options->num_names == 0;
}

static enum gng_status check_names(const struct gng_selftest_options *options, struct gng_why *why)
{
	for (size_t i = 0; i < options->num_names; i++) {
		bool known = false;

		for (size_t k = 0; k < selftest_num_traps; k++)
			known = known || strcmp(selftest_traps[k].name, options->names[i]) == 0;
		if (!known)
			return gng_why_set(why, GNG_EINVAL, 0, "selftest.run",
					   "no trap is called '%.80s'; gonogo selftest --list",
					   options->names[i]);
	}
	return GNG_OK;
}

static void try_all(struct gng_selftest *selftest, const struct stage *stage,
		    const struct gng_selftest_options *options)
{
	for (size_t i = 0; i < selftest_num_traps; i++) {
		struct gng_selftest_result *result = &selftest->results[selftest->num_results];

		if (!is_named(&selftest_traps[i], options))
			continue;
		if (options->stop && *options->stop)
			return;
		try_trap(result, stage, &selftest_traps[i]);
		selftest->num_results++;
		if (options->on_result)
			options->on_result(options->context, result, selftest->num_results);
	}
}

/* try_in opens the stage for the traps of home. */
static enum gng_status try_in(struct gng_selftest *selftest, const char *tools,
			      const struct gng_selftest_options *options, struct gng_why *why)
{
	const char *told = getenv("GNG_FUZZ_CANARY");
	struct stage stage = {0};
	enum gng_status status;
	char *traps;

	if (asprintf(&traps, "%s/traps", tools) < 0)
		return gng_why_set(why, GNG_ENOMEM, 0, "selftest.run", "no memory");
	if (told)
		status = gng_why_set(why, GNG_EINVAL, 0, "selftest.run",
				     "GNG_FUZZ_CANARY is set already: unset it, the selftest "
				     "arms the canary itself");
	else
		status = stage_open(&stage, options->traps ? options->traps : traps, tools, why);
	free(traps);
	if (status == GNG_OK && setenv("GNG_SELFTEST_FOLDER", stage.folder, 1) == 0)
		try_all(selftest, &stage, options);
	unsetenv("GNG_SELFTEST_FOLDER");
	stage_close(&stage);
	return status;
}

enum gng_status gng_selftest_run(struct gng_selftest *selftest,
				 const struct gng_selftest_options *options, struct gng_why *why)
{
	struct gng_home *home = NULL;
	enum gng_status status = check_names(options, why);

	memset(selftest, 0, sizeof(*selftest));
	if (status == GNG_OK)
		status = gng_home_open(&home, options->dir, why);
	if (status != GNG_OK)
		return status;
	selftest->declared = options->num_names;
	if (options->num_names == 0)
		selftest->declared = GNG_SELFTEST_NUM_TRAPS + GNG_SELFTEST_NUM_CONTROLS;
	selftest->results = calloc(selftest_num_traps, sizeof(*selftest->results));
	if (selftest->results)
		status = try_in(selftest, home->builds[0].dir, options, why);
	else
		status = gng_why_set(why, GNG_ENOMEM, 0, "selftest.run", "no memory");
	gng_home_close(home);
	if (status == GNG_OK)
		gng_selftest_judge(selftest);
	else
		gng_selftest_fini(selftest);
	return status;
}

void gng_selftest_fini(struct gng_selftest *selftest)
{
	free(selftest->results);
	memset(selftest, 0, sizeof(*selftest));
}
