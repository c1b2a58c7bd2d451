/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_test.c - `gonogo bench` over programs that say known things: shell scripts in a
 * folder that stands for a build, as a program in any language may speak to it.
 */
#include "../suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "bench_report.h"

/* tree is a build with one program, tests/hwtests.x.y, and its source with one budget. */
struct tree {
	char dir[64];
	struct gng_build build;
	struct gng_home home;
	struct bench_options options;
	struct bench_report report;
};

static void put(const struct tree *tree, const char *name, const char *text, mode_t mode)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", tree->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

/* The folder that exists now: a test that fails does not come to its end, the process does. */
static char made[64];

static void remove_made(void)
{
	static const char *const paths[] = {
		"tests/hwtests.x.y", "hwtests/x/y.budget", "hwtests/x", "hwtests", "tests", ""};
	char path[160];

	for (size_t i = 0; *made && i < COUNT_OF(paths); i++) {
		snprintf(path, sizeof(path), "%s/%s", made, paths[i]);
		remove(path);
	}
	*made = '\0';
}

static void tree_make(struct tree *tree, const char *script)
{
	static bool registered;
	static const char *const dirs[] = {"tests", "hwtests", "hwtests/x"};
	char path[160];

	remove_made(); /* of a test that failed before, in a run of all by hand */
	memset(tree, 0, sizeof(*tree));
	snprintf(tree->dir, sizeof(tree->dir), "%s/gonogo-bench-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(tree->dir));
	if (!registered)
		assert_int_equal(atexit(remove_made), 0);
	registered = true;
	memcpy(made, tree->dir, sizeof(made));
	for (size_t i = 0; i < COUNT_OF(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", tree->dir, dirs[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(tree, "tests/hwtests.x.y", script, 0700);
	put(tree, "hwtests/x/y.budget",
	    "quick_vs_z >= 0.95 ratio *\nslow_vs_z >= 0.95 ratio *\nodd_vs_z >= 0.95 ratio *\n"
	    "lab_vs_z >= 9.0 ratio lab-x86\n",
	    0600);
	tree->build.dir = tree->home.source = tree->dir;
	tree->home.num_builds = 1;
	tree->home.builds = &tree->build;
	tree->options.num_jobs = 1;
}

static int tree_run(struct tree *tree)
{
	return bench_programs_run(&tree->report, &tree->home, &tree->options, NULL, NULL);
}

static void tree_remove(struct tree *tree)
{
	remove_made();
	bench_report_fini(&tree->report);
}

#define SAY(text) "printf '" text "\\n'\n"
#define ROW(metric, ratio, blocks)                                                 \
	SAY("row\\t" metric "\\tGCM-256 seal\\tfast\\tz\\tZ 1.2\\t16384\\t1.5\\t6" \
	    "\\t1.25\\t5\\t4e9\\t3\\t0.98\\t10\\t20\\t30\\t40\\t50\\t60\\t" ratio  \
	    "\\t0.9\\t1.1\\t205\\t" blocks "\\t0\\t3\\thuge")
#define MET ROW("quick_vs_z", "1", "0.8\\t0.9\\t1\\t1.1\\t1.2")
#define MISSED ROW("slow_vs_z", "0.9", "0.90\\t0.91\\t0.92\\t0.89\\t0.90")
#define UNDECIDED ROW("odd_vs_z", "0.9", "0.90\\t0.91\\t0.92\\t0.89\\t0.99")
#define FREE ROW("lab_vs_z", "0.5", "0.5\\t0.5\\t0.5\\t0.5\\t0.5")
#define ALL_ROWS "#!/bin/sh\n" SAY("plan\\t1") SAY("case\\tc") MET UNDECIDED FREE
#define END SAY("end")

static void a_limit_is_judged_by_the_ratio_rule(void **state)
{
	struct tree tree;

	(void)state;
	tree_make(&tree, ALL_ROWS END);
	assert_int_equal(tree_run(&tree), 0);
	assert_int_equal(tree.report.num_entries, 3);
	assert_true(tree.report.entries[0].limited);
	assert_int_equal(tree.report.entries[0].verdict, GNG_PASS);
	assert_int_equal(tree.report.entries[1].verdict, GNG_INCONCLUSIVE);
	assert_false(tree.report.entries[2].limited); /* another machine's limit */
	assert_string_equal(tree.report.entries[0].test, "hwtests.x.y.quick_vs_z");
	assert_int_equal(bench_report_exit(&tree.report), 0);
	tree_remove(&tree);
	tree_make(&tree, ALL_ROWS MISSED END);
	assert_int_equal(tree_run(&tree), 0);
	assert_int_equal(tree.report.entries[3].verdict, GNG_FAIL);
	assert_int_equal(bench_report_exit(&tree.report), 1);
	tree_remove(&tree);
}

static char *printed(const struct bench_report *report, bool json)
{
	struct gng_term term = {0};
	char *text = NULL;
	size_t len = 0;

	term.out = open_memstream(&text, &len);
	assert_non_null(term.out);
	if (json)
		assert_true(bench_report_json(report, term.out));
	else
		bench_report_print(report, &term, 1);
	fclose(term.out);
	return text;
}

static void the_table_shows_case_ratio_and_limit(void **state)
{
	struct tree tree;
	char *text, *line, *rest;

	(void)state;
	tree_make(&tree, ALL_ROWS MISSED SAY("absent\\tw\\tW is gone\\tget it") END);
	assert_int_equal(tree_run(&tree), 0);
	text = printed(&tree.report, false);
	assert_non_null(strstr(text, "x fast, 4.00 GHz core, 205 interleaved rounds"));
	assert_non_null(strstr(text, " GCM-256 seal    16 KiB  1.50 B/c  Z 1.2            1.00  "
				     "0.900..1.10   >= 0.95\n"));
	assert_non_null(strstr(text, " SKIP  w\n       W is gone; remedy: get it\n"));
	assert_non_null(strstr(text, "missed  hwtests.x.y.slow_vs_z\n"));
	assert_non_null(strstr(text, "\n3 limits: 1 met, 1 missed, 1 undecided\n"));
	rest = text;
	while ((line = strsep(&rest, "\n")))
		assert_in_range(strlen(line), 0, 79);
	free(text);
	tree_remove(&tree);
}

static void what_stands_below_the_table_is_said_once(void **state)
{
	struct tree tree;
	char *text;

	(void)state;
	tree_make(&tree, ALL_ROWS SAY("note\\tN is set") SAY("note\\tN is set")
				 SAY("port\\taesenc_zmm\\t3.98\\t1.99") END);
	assert_int_equal(tree_run(&tree), 0);
	text = printed(&tree.report, false);
	assert_non_null(strstr(text, "\n N is set\n\nPort limits"));
	assert_null(strstr(text, "N is set\n N is set"));
	assert_non_null(strstr(text, " fast     GCM-256 seal at 16 KiB reaches 50 % of the port "
				     "limit (3.00 B/c)\n\n"));
	assert_non_null(strstr(text,
			       " GCM-256 seal 16 KiB\n"
			       "  fast                          10          20          30\n"
			       "  Z 1.2                         40          50          60\n"));
	assert_non_null(strstr(text, " aesenc_zmm                          4.0         1.99\n"));
	assert_non_null(strstr(text, " CPU seconds in a second: 0.98 to 0.98\n"));
	assert_non_null(strstr(text, " GCM-256 seal    16 KiB  Z 1.2             3.0\n"));
	assert_non_null(strstr(text, " ours allocates in 0 of 1 cases\n"));
	assert_null(strstr(text, "Throughput of large")); /* 16 KiB are not */
	free(text);
	tree_remove(&tree);
	tree_make(&tree, "#!/bin/sh\n" SAY("port\\taesenc_zmm\\t3.98\\t1.99") END);
	assert_int_equal(tree_run(&tree), 0);
	assert_int_equal(bench_report_exit(&tree.report), 0); /* ports alone are a result */
	tree_remove(&tree);
}

/* 10 MiB are bound by memory: who copies how fast stands below the table, in GB/s. */
static void large_messages_are_shown_by_time(void **state)
{
	struct tree tree;
	char *text;

	(void)state;
	tree_make(&tree, "#!/bin/sh\n" SAY(
				 "row\\tquick_vs_z\\tGCM-256 seal\\tfast\\tz\\tZ 1.2\\t10485760"
				 "\\t4.5\\t18.25\\t5\\t20.5\\t4e9\\t0\\t1\\t0\\t0\\t0\\t0\\t0"
				 "\\t0\\t1\\t1\\t1\\t205\\t1\\t1\\t1\\t1\\t1\\t-\\t-\\thuge") END);
	assert_int_equal(tree_run(&tree), 0);
	text = printed(&tree.report, false);
	assert_non_null(strstr(text, "\nThroughput of large messages          GB/s\n"
				     " GCM-256 seal 10 MiB\n"
				     "  ours (fast)                         18.25\n"
				     "  Z 1.2                               20.50\n"));
	assert_null(strstr(text, "ours allocates")); /* it was not counted */
	free(text);
	tree_remove(&tree);
}

static void json_has_the_fields_of_the_contract(void **state)
{
	static const char *const fields[] = {"subsystem", "case",     "size", "variant", "metric",
					     "unit",	  "ours",     "peer", "theirs",	 "ratio",
					     "ratio_lo",  "ratio_hi", "n"};
	struct tree tree;
	json_t *json, *row;
	char *text;

	(void)state;
	tree_make(&tree, ALL_ROWS END);
	assert_int_equal(tree_run(&tree), 0);
	text = printed(&tree.report, true);
	json = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(json), 3);
	row = json_array_get(json, 0);
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		assert_non_null(json_object_get(row, fields[i]));
	assert_true(json_number_value(json_object_get(row, "ceiling")) == 3);
	assert_true(json_number_value(json_object_get(row, "ours")) == 1.5);
	assert_true(json_number_value(json_object_get(row, "theirs")) == 1.25);
	assert_int_equal(json_integer_value(json_object_get(row, "size")), 16384);
	assert_string_equal(json_string_value(json_object_get(row, "limit_verdict")), "met");
	assert_true(json_is_null(json_object_get(json_array_get(json, 2), "limit")));
	assert_true(json_number_value(json_object_get(row, "our_allocations")) == 0);
	assert_true(json_number_value(json_object_get(row, "their_allocations")) == 3);
	assert_string_equal(json_string_value(json_object_get(row, "memory")), "huge");
	json_decref(json);
	free(text);
	tree_remove(&tree);
}

static void a_program_that_breaks_gives_no_result(void **state)
{
	static const struct {
		const char *script, *part;
	} broken[] = {
		{"#!/bin/sh\n" MET, "ended before its end"},
		{"#!/bin/sh\nkill -SEGV $$\n", "ended before its end"},
		{"#!/bin/sh\n" MET SAY("fail\\tours and z disagree") END, "ours and z disagree"},
		{"#!/bin/sh\n" SAY("row\\t1") END, "cannot be read"},
		{"#!/bin/sh\nhead -c 9999 /dev/zero | tr '\\0' x\n", "too much"},
	};
	struct tree tree;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(broken); i++) {
		tree_make(&tree, broken[i].script);
		assert_int_equal(tree_run(&tree), 0);
		assert_non_null(strstr(tree.report.failed, broken[i].part));
		assert_int_equal(bench_report_exit(&tree.report), 99);
		tree_remove(&tree);
	}
}

static void a_program_without_bench_is_passed_over(void **state)
{
	struct tree tree;

	(void)state;
	tree_make(&tree, "#!/bin/sh\nexit 77\n");
	assert_int_equal(tree_run(&tree), 0);
	assert_int_equal(bench_report_exit(&tree.report), 4);
	assert_string_equal(tree.report.failed, "");
	tree_remove(&tree);
	tree_make(&tree, "#!/bin/sh\nexit 2\n"); /* it refuses the options */
	assert_int_equal(tree_run(&tree), 2);
	tree.options.subsystem = "w";
	assert_int_equal(tree_run(&tree), 4); /* there is no hwtests.w.* */
	tree_remove(&tree);
}

static void options_reach_the_program_as_they_are(void **state)
{
	struct tree tree;

	(void)state;
	tree_make(&tree, "#!/bin/sh\n[ \"$*\" = '--bench --size 5' ] || exit 2\n" END);
	tree.options.pass[0] = (char *)"--size";
	tree.options.pass[1] = (char *)"5";
	tree.options.num_pass = 2;
	assert_int_equal(tree_run(&tree), 0);
	assert_string_equal(tree.report.failed, "");
	tree_remove(&tree);
}

static void a_wrong_command_line_is_exit_2(void **state)
{
	static const char *const wrong[][3] = {
		{"--size", "0", NULL},	  {"--size", "x", NULL}, {"--size", NULL, NULL},
		{"--jobs", "9999", NULL}, {"--jsn", NULL, NULL}, {"aes", "evp", NULL},
		{"../tests", NULL, NULL},
	};
	char *argv[4] = {(char *)"bench"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		int argc = 1;

		for (; argc < 4 && wrong[i][argc - 1]; argc++)
			argv[argc] = (char *)wrong[i][argc - 1];
		argv[argc] = NULL;
		assert_int_equal(gng_bench_main(argc, argv), 2);
	}
}

const struct suite_test suite_tests[] = {
	TEST(a_limit_is_judged_by_the_ratio_rule, "H1.bench.command"),
	TEST(the_table_shows_case_ratio_and_limit, "H1.bench.command"),
	TEST(what_stands_below_the_table_is_said_once, "H1.bench.command C1.ports.ceiling"),
	TEST(large_messages_are_shown_by_time, "H1.bench.command"),
	TEST(json_has_the_fields_of_the_contract, "H1.bench.command"),
	TEST(a_program_that_breaks_gives_no_result, "H1.bench.command"),
	TEST(a_program_without_bench_is_passed_over, "H1.bench.command"),
	TEST(options_reach_the_program_as_they_are, "H1.bench.command"),
	TEST(a_wrong_command_line_is_exit_2, "H1.bench.command"),
	{0},
};
