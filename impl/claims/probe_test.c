/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probe_test.c - what a test of this suite shows about a statement. The test is run here and now;
 * the record names it and says how its success is read. A test that is skipped shows nothing, one
 * that fails is a fault of ours and judges nobody. What takes minutes, a slow test or a guest, runs
 * if it is asked for: that it was not is no matter of this machine, and so INCONCLUSIVE.
 */
#include "claims_guest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gng_gauge.h>

#define TIMEOUT_S 60

/* The plan of this build, or the reason why there is none. */
static struct {
	bool tried;
	struct gng_home *home;
	struct gng_plan *plan;
	char reason[256];
} suite;

/* outcome is what a test said: several claims may ask for one. */
static struct outcome {
	bool known;
	struct claims_finding finding;
} * outcomes; /* by the plan's order */

static bool runs_slow;

void claims_test_run_slow(bool yes)
{
	runs_slow = yes;
}

static void close_suite(void)
{
	free(outcomes);
	if (suite.plan)
		gng_plan_close(suite.plan);
	if (suite.home)
		gng_home_close(suite.home);
}

static bool open_suite(void)
{
	struct gng_why why = {0};

	if (suite.tried)
		return outcomes != NULL;
	suite.tried = true;
	atexit(close_suite);
	if (gng_home_open(&suite.home, getenv("GNG_BUILD_DIR"), &why) == GNG_OK &&
	    gng_plan_open(&suite.plan, suite.home, NULL, &why) == GNG_OK &&
	    (outcomes = calloc(suite.plan->num_tests + 1, sizeof(*outcomes))))
		return true;
	snprintf(suite.reason, sizeof(suite.reason), "no tests are built here: %.200s", why.text);
	return false;
}

static struct gng_test *only(const char *id)
{
	struct gng_test *one = gng_plan_find(suite.plan, id, NULL, NULL);

	for (size_t i = 0; i < suite.plan->num_tests; i++)
		suite.plan->tests[i].selected = false;
	if (one)
		one->selected = true;
	return one;
}

/* clear removes the folder of a run: what gng_run is known to leave there, and nothing else. */
static void clear(const char *dir, const struct gng_record *record)
{
	char path[512];

	if (record && record->log) {
		snprintf(path, sizeof(path), "%s/%s", dir, record->log);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/logs", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/records.jsonl", dir);
	unlink(path);
	rmdir(dir);
}

/* judge_skip: what guests show is shown by this machine, if it boots them. */
static void judge_skip(struct claims_finding *finding, const struct gng_record *record)
{
	const char *id = record->test->id, *remedy = record->remedy ? record->remedy : "";
	char cases[200];

	if (!claims_guest_cases(cases, sizeof(cases), remedy))
		claims_find(finding, CLAIMS_ABSENT, "%.120s is skipped: %.160s", id,
			    record->reason ? record->reason : "");
	else if (runs_slow)
		claims_guest_ask(finding, id, suite.home->builds[0].dir, cases, true);
	else
		claims_find(finding, CLAIMS_DOUBT,
			    "%.120s was not run: guests show it, gonogo lab run %.120s, and "
			    "gonogo claims --slow",
			    id, cases);
}

void claims_test_judge(struct claims_finding *finding, const struct gng_record *record)
{
	const char *id = record->test->id;

	switch (record->verdict) {
	case GNG_PASS:
		claims_find_truth(finding, true, "%.120s passes: %llu assertions", id,
				  (unsigned long long)record->assertions);
		break;
	case GNG_SKIP:
		judge_skip(finding, record);
		break;
	case GNG_MISSING:
		claims_find(finding, CLAIMS_ABSENT, "%.120s has no program here: make", id);
		break;
	default:
		claims_find(finding, CLAIMS_DOUBT, "%.120s is %s: %.200s: gonogo check it%s", id,
			    gng_verdict_name(record->verdict),
			    record->reason ? record->reason : "no reason is told",
			    record->test->flags & GNG_TEST_SLOW ? " --slow" : "");
	}
}

static void run(struct claims_finding *finding, const struct gng_test *test)
{
	char dir[64];
	struct gng_run_options options = {.home = suite.home,
					  .plan = suite.plan,
					  .dir = dir,
					  .num_jobs = 1,
					  .slow = runs_slow,
					  .timeout_s = test->flags & GNG_TEST_SLOW ? 0 : TIMEOUT_S,
					  .num_repeat = 1,
					  .budget_scale = 1};
	struct gng_record *records = NULL;
	struct gng_why why = {0};
	size_t num = 0;

	snprintf(dir, sizeof(dir), "%s/gonogo-claims-XXXXXX", P_tmpdir);
	if (!mkdtemp(dir)) {
		claims_find(finding, CLAIMS_DOUBT, "no folder for a run in " P_tmpdir);
		return;
	}
	if (gng_run(&records, &num, &options, &why) == GNG_OK && num == 1)
		claims_test_judge(finding, &records[0]);
	else
		claims_find(finding, CLAIMS_DOUBT, "%.200s", why.text);
	clear(dir, num == 1 ? &records[0] : NULL);
	gng_records_free(records, num);
}

/* turn makes of a test that passes what the claim says of it: it may be refuted by that. */
static void turn(struct claims_finding *finding, bool holds)
{
	if (finding->kind == CLAIMS_HOLDS && !holds)
		finding->kind = CLAIMS_FAILS;
}

static void ask_once(struct claims_finding *finding, const struct gng_test *test, bool holds)
{
	struct outcome *outcome = &outcomes[test - suite.plan->tests];

	if (!outcome->known)
		run(&outcome->finding, test);
	outcome->known = true;
	*finding = outcome->finding;
	turn(finding, holds);
}

static void ask(struct claims_finding *finding, const char *id, bool holds)
{
	const struct gng_test *test;

	if (!open_suite()) {
		claims_find(finding, CLAIMS_ABSENT, "%s", suite.reason);
		return;
	}
	test = only(id);
	if (!test)
		claims_find(finding, CLAIMS_DOUBT, "there is no test '%.120s'", id);
	else if (test->cannot)
		claims_find(finding, CLAIMS_ABSENT, "%.120s is not built: %.160s", id,
			    test->cannot);
	else if ((test->flags & GNG_TEST_SLOW) && !runs_slow)
		claims_find(finding, CLAIMS_DOUBT,
			    "%.120s was not run: it is slow, gonogo claims --slow runs it", id);
	else
		ask_once(finding, test, holds);
}

/* test_shows, test_refutes: with = the id of a test that passes only if the statement holds, or
 * only if it does not. */
static void test_shows(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	ask(finding, claim->with, true);
}

static void test_refutes(struct claims_finding *finding, const struct gng_claims_claim *claim)
{
	ask(finding, claim->with, false);
}

const struct claims_probe claims_probes_test[] = {
	{"test_shows", false, test_shows},
	{"test_refutes", false, test_refutes},
	{0},
};
