/* SPDX-License-Identifier: Apache-2.0 */
/* costs_test.c - what tests took: in which of the earlier runs it stands, and which are passed
 * over. */
#include "tree.h"

#define REFUSES "conformance.aes.ecb.ecb_refuses"
#define SEALS "hwtests.aes.seal.seal_vs_evp"
#define LOADS "conformance.bpf.load.loads"

#define RECORD(id, seconds) RECORD_OF(id, "", seconds)
#define RECORD_OF(id, variant, seconds)                                                  \
	"{\"schema\":\"gonogo/record/1\",\"id\":\"" id "\",\"variant\":\"" variant "\"," \
	"\"build\":\"release\",\"verdict\":\"PASS\",\"seconds\":" seconds "}\n"

static struct gng_home *home;
static struct gng_plan *plan;

static void begin(void)
{
	tree_plant();
	plan = tree_open(&home, "release");
	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].selected = true;
}

static void end(void)
{
	tree_close(plan, home);
}

/* run_write writes a run of that name, with the mark. */
static void run_write(const char *name, const char *records)
{
	char path[256];

	snprintf(path, sizeof(path), "out/runs/%s/.gonogo-run", name);
	tree_write(path, "gonogo\n");
	snprintf(path, sizeof(path), "out/runs/%s/records.jsonl", name);
	tree_write(path, records);
}

static double cost_of(const char *id)
{
	const size_t open = tree_num_open();
	double *costs_s = gng_run_costs(plan, tree_path("out")), cost_s;
	const struct gng_test *test = gng_plan_find(plan, id, "", "release");

	assert_int_equal(tree_num_open(), open);
	assert_non_null(costs_s);
	assert_non_null(test);
	cost_s = costs_s[test - plan->tests];
	free(costs_s);
	return cost_s;
}

static void the_newest_run_that_has_a_test_says_what_it_took(void **state)
{
	(void)state;
	begin();
	assert_true(cost_of(REFUSES) == 0); /* no run at all */
	run_write("check-20260101T000000.000Z-9",
		  RECORD(REFUSES, "5") RECORD(SEALS, "3") RECORD(LOADS, "2"));
	run_write("signoff-20260102T000000.000Z-8",
		  RECORD(REFUSES, "7") RECORD(SEALS, "0") RECORD(LOADS, "4"));
	run_write("check-20260102T000001.000Z-7", RECORD(LOADS, "0.5"));
	assert_true(cost_of(LOADS) == 0.5);
	assert_true(cost_of(REFUSES) == 7);
	assert_true(cost_of(SEALS) == 0); /* it was passed over there, and is again */
	assert_true(cost_of("conformance.aes.ecb.ecb_soaks") == 0);
	end();
}

static void each_test_of_a_plan_has_its_cost(void **state)
{
	char records[4096] = "";
	double *costs_s;

	(void)state;
	begin();
	for (size_t i = 0; i < plan->num_tests; i++)
		snprintf(records + strlen(records), sizeof(records) - strlen(records),
			 RECORD_OF("%s", "%s", "%zu"), plan->tests[i].id, plan->tests[i].variant,
			 i + 1);
	run_write("check-20260101T000000.000Z-9", records);
	costs_s = gng_run_costs(plan, tree_path("out"));
	assert_non_null(costs_s);
	for (size_t i = 0; i < plan->num_tests; i++)
		if (!plan->tests[i].cannot)
			assert_true(costs_s[i] == (double)(i + 1));
	free(costs_s);
	end();
}

/* What is not asked for costs nothing, and no run is read for its sake. */
static void only_what_is_selected_is_looked_for(void **state)
{
	(void)state;
	begin();
	run_write("check-20260101T000000.000Z-9", RECORD(REFUSES, "5") RECORD(LOADS, "2"));
	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].selected = strcmp(plan->tests[i].id, LOADS) == 0;
	assert_true(cost_of(LOADS) == 2);
	assert_true(cost_of(REFUSES) == 0);
	end();
}

static void what_is_no_run_or_cannot_be_read_teaches_nothing(void **state)
{
	char target[2 * PATH_MAX];

	(void)state;
	begin();
	run_write("check-20260101T000000.000Z-1", RECORD(REFUSES, "5") RECORD(LOADS, "2"));
	run_write("check-20260102T000000.000Z-1", RECORD(REFUSES, "6") "{\"schema\":\"gono");
	run_write("check-20260103T000000.000Z-x", RECORD(REFUSES, "7"));
	run_write("20260104", RECORD(REFUSES, "8"));
	tree_write("out/runs/check-20260105T000000.000Z-1/records.jsonl", RECORD(REFUSES, "9"));
	tree_write("out/runs/check-20260106T000000.000Z-1/.gonogo-run", "gonogo\n");
	run_write("far/check-20260107T000000.000Z-1", RECORD(REFUSES, "10"));
	snprintf(target, sizeof(target), "%s",
		 tree_path("out/runs/far/check-20260107T000000.000Z-1"));
	assert_int_equal(symlink(target, tree_path("out/runs/check-20260107T000000.000Z-1")), 0);
	tree_write("out/runs/check-20260108T000000.000Z-1/.gonogo-run", "gonogo\n");
	/* a reader of it would wait for ever */
	assert_int_equal(
		mkfifo(tree_path("out/runs/check-20260108T000000.000Z-1/records.jsonl"), 0600), 0);
	assert_true(cost_of(REFUSES) == 5);
	assert_true(cost_of(LOADS) == 2);
	end();
}

static void runs_behind_a_link_teach_nothing(void **state)
{
	char elsewhere[2 * PATH_MAX];

	(void)state;
	begin();
	snprintf(elsewhere, sizeof(elsewhere), "%s", tree_path("out/elsewhere"));
	run_write("check-20260101T000000.000Z-9", RECORD(REFUSES, "5"));
	assert_true(cost_of(REFUSES) == 5);
	assert_int_equal(rename(tree_path("out/runs"), elsewhere), 0);
	assert_int_equal(symlink("elsewhere", tree_path("out/runs")), 0);
	assert_true(cost_of(REFUSES) == 0);
	end();
}

/* A reader of a FIFO would wait for ever, and an empty folder has no names to sort. */
static void what_is_no_folder_of_runs_teaches_nothing(void **state)
{
	(void)state;
	begin();
	tree_write("out/other", "");
	assert_int_equal(mkfifo(tree_path("out/runs"), 0600), 0);
	assert_true(cost_of(REFUSES) == 0);
	assert_int_equal(unlink(tree_path("out/runs")), 0);
	assert_int_equal(mkdir(tree_path("out/runs"), 0700), 0);
	assert_true(cost_of(REFUSES) == 0);
	end();
}

/* large_write writes a run whose record of id has len bytes. */
static void large_write(const char *name, const char *id, size_t len)
{
	char *text = calloc(1, len + 1), head[512];
	size_t at;

	assert_non_null(text);
	snprintf(head, sizeof(head),
		 "{\"schema\":\"gonogo/record/1\",\"id\":\"%s\",\"variant\":\"\","
		 "\"build\":\"release\",\"verdict\":\"PASS\",\"seconds\":4,\"reason\":\"",
		 id);
	at = strlen(head);
	memcpy(text, head, at);
	memset(text + at, 'a', len - at - 3);
	memcpy(text + len - 3, "\"}\n", 3);
	run_write(name, text);
	free(text);
}

static void no_more_is_read_than_sixteen_mebibytes(void **state)
{
	(void)state;
	begin();
	large_write("check-20260103T000000.000Z-1", REFUSES, (size_t)10 << 20);
	large_write("check-20260102T000000.000Z-1", LOADS, (size_t)10 << 20);
	run_write("check-20260101T000000.000Z-1", RECORD(SEALS, "3"));
	assert_true(cost_of(REFUSES) == 4);
	assert_true(cost_of(LOADS) == 0);
	assert_true(cost_of(SEALS) == 3);
	end();
}

const struct suite_test suite_tests[] = {
	TEST(the_newest_run_that_has_a_test_says_what_it_took, "H1.run.order"),
	TEST(each_test_of_a_plan_has_its_cost, "H1.run.order"),
	TEST(only_what_is_selected_is_looked_for, "H1.run.order"),
	TEST(what_is_no_run_or_cannot_be_read_teaches_nothing, "H1.run.order"),
	TEST(runs_behind_a_link_teach_nothing, "H1.run.order"),
	TEST(what_is_no_folder_of_runs_teaches_nothing, "H1.run.order"),
	TEST(no_more_is_read_than_sixteen_mebibytes, "H1.run.order"),
	{0},
};
