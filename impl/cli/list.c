/* SPDX-License-Identifier: Apache-2.0 */
/* list.c - `gonogo list`: every planned test, and whether it can run here. */
#include "cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* list_reason says why a test cannot run here, or NULL: it is not built, or the machine
 * lacked something in the last run. remedy may become NULL. */
static const char *list_reason(const char **remedy, const struct cli_session *session,
			       const struct gng_test *test)
{
	const struct gng_record *last;

	*remedy = test->remedy;
	if (test->broken)
		return test->broken;
	if (test->cannot)
		return test->cannot;
	last = test->flags & GNG_TEST_SLOW ? NULL : cli_last_of(session, test);
	if (!last || last->verdict != GNG_SKIP)
		return NULL;
	*remedy = last->remedy;
	return last->reason;
}

/* same_id is the number of planned tests from tests[0] on that differ in variant or build. */
static size_t same_id(const struct gng_test *tests, size_t num)
{
	size_t i = 1;

	while (i < num && strcmp(tests[0].id, tests[i].id) == 0)
		i++;
	return i;
}

/* runnable_of returns a test of the group that can run, or the first one with its reason. */
static const char *runnable_of(const char **remedy, const struct cli_session *session,
			       const struct gng_test *tests, size_t num)
{
	const char *reason = NULL;

	for (size_t i = 0; i < num; i++) {
		reason = list_reason(remedy, session, &tests[num - 1 - i]);
		if (!reason)
			return NULL;
	}
	return reason;
}

/* ---- JSON ---- */

static json_t *variants_json(const struct gng_test *tests, size_t num)
{
	json_t *variants = json_array();

	for (size_t i = 0; i < num; i++)
		if (*tests[i].variant && (i == 0 || strcmp(tests[i].variant, tests[i - 1].variant)))
			json_array_append_new(variants, json_string(tests[i].variant));
	return variants;
}

static json_t *test_json(const struct cli_session *session, const struct gng_test *tests,
			 size_t num)
{
	const char *remedy, *reason = runnable_of(&remedy, session, tests, num);

	return json_pack("{s:s,s:b,s:s?,s:s?,s:o,s:s,s:b,s:s,s:i}", "id", tests->id, "runnable",
			 reason == NULL, "reason", reason, "remedy", reason ? remedy : NULL,
			 "variants", variants_json(tests, num), "requirements", tests->requirements,
			 "slow", (tests->flags & GNG_TEST_SLOW) != 0, "file", tests->file, "line",
			 tests->line);
}

static json_t *suite_json(const struct cli_session *session, const char *subsystem,
			  const char *suite)
{
	const struct gng_plan *plan = session->plan;
	json_t *tests = json_array();

	for (size_t i = 0, len; i < plan->num_tests; i += len) {
		const struct gng_test *test = &plan->tests[i];

		len = same_id(test, plan->num_tests - i);
		if (test->selected && strcmp(test->suite, suite) == 0 &&
		    strcmp(test->subsystem, subsystem) == 0)
			json_array_append_new(tests, test_json(session, test, len));
	}
	return tests;
}

static json_t *subsystem_json(const struct cli_session *session,
			      const struct gng_subsystem *subsystem)
{
	static const char *const names[] = {"conformance", "fuzz", "hwtests"};
	json_t *suites = json_array();

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_t *tests = suite_json(session, subsystem->name, names[i]);

		if (json_array_size(tests))
			json_array_append_new(
				suites, json_pack("{s:s,s:o}", "suite", names[i], "tests", tests));
		else
			json_decref(tests);
	}
	return json_pack("{s:s,s:s,s:s,s:s,s:o}", "name", subsystem->name, "needs",
			 subsystem->needs, "requires", subsystem->packages, "variants",
			 subsystem->variants, "suites", suites);
}

static int list_json(const struct cli_session *session)
{
	const struct gng_plan *plan = session->plan;
	json_t *subsystems = json_array();

	for (size_t i = 0; i < plan->num_subsystems; i++)
		json_array_append_new(subsystems, subsystem_json(session, &plan->subsystems[i]));
	return cli_print_json(
		json_pack("{s:o,s:s}", "subsystems", subsystems, "plan", plan->sha256));
}

/* ---- text ---- */

static void line(const struct gng_term *term, const struct cli_session *session,
		 const struct gng_test *tests, size_t num)
{
	const char *remedy, *reason = runnable_of(&remedy, session, tests, num);
	const bool slow = tests->flags & GNG_TEST_SLOW;

	fputc(' ', term->out);
	gng_term_say(term, reason ? GNG_TERM_DIM : GNG_TERM_GOOD, "%s", reason ? "no " : "yes");
	fprintf(term->out, "  %s%s%s%s\n", tests->id, *tests->requirements ? "  " : "",
		tests->requirements, slow ? "  (slow)" : "");
	if (!reason)
		return;
	gng_term_wrap(term->out, 6, reason);
	if (remedy && *remedy)
		fprintf(term->out, "      remedy: %s\n", remedy);
}

static void subsystem_text(const struct gng_term *term, const struct cli_session *session,
			   const struct gng_subsystem *subsystem)
{
	const struct gng_plan *plan = session->plan;
	bool headed = false;

	for (size_t i = 0, len; i < plan->num_tests; i += len) {
		const struct gng_test *test = &plan->tests[i];

		len = same_id(test, plan->num_tests - i);
		if (!test->selected || strcmp(test->subsystem, subsystem->name) != 0)
			continue;
		if (!headed) {
			gng_term_say(term, GNG_TERM_BOLD, "%s", subsystem->name);
			fprintf(term->out, "%s%s%s%s\n", *subsystem->variants ? "  variants " : "",
				subsystem->variants, *subsystem->packages ? "  requires " : "",
				subsystem->packages);
		}
		headed = true;
		line(term, session, test, len);
	}
}

static int list_text(const struct cli_session *session)
{
	struct gng_term term;
	char tests[GNG_TERM_FIGURE_CAP], requirements[GNG_TERM_FIGURE_CAP];
	size_t num_planned = 0;

	gng_term_init(&term, stdout);
	for (size_t i = 0; i < session->plan->num_subsystems; i++)
		subsystem_text(&term, session, &session->plan->subsystems[i]);
	for (size_t i = 0; i < session->plan->num_requirements; i++)
		num_planned += session->plan->requirements[i].planned;
	printf("\nplan    %s tests, %s requirements and %zu planned, %zu subsystems, sha256 "
	       "%.12s\n",
	       gng_term_count(tests, session->plan->num_tests),
	       gng_term_count(requirements, session->plan->num_requirements - num_planned),
	       num_planned, session->plan->num_subsystems, session->plan->sha256);
	return fflush(stdout) == 0 ? GNG_CLI_GO : GNG_CLI_HARNESS;
}

static int list(const struct cli_session *session, char *const *selectors, size_t num, bool json)
{
	struct gng_why why = {0};

	if (num && gng_plan_select(session->plan, (const char *const *)selectors, num, NULL,
				   &why) != GNG_OK)
		return cli_fail(&why);
	return json ? list_json(session) : list_text(session);
}

int gng_cli_list(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct cli_session session;
	bool json = false;
	int option, answer;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (option != 'j')
			return cli_bad_option("list", argv, option);
		json = true;
	}
	answer = cli_session_open(&session, "all", NULL);
	if (answer == 0)
		answer = list(&session, argv + optind, (size_t)(argc - optind), json);
	cli_session_close(&session);
	return answer;
}
