/* SPDX-License-Identifier: Apache-2.0 */
/* memory_test.c - memory that runs out at each place in turn: an error that says so, or the same
 * answer, and nothing left open. */
/* requires: libcrypto jansson */
#include "../memory.h"
#include "tree.h"
#include "trap.h"

#include <dirent.h>
#include <errno.h>

#include "gauge_text.h"

/* ---- what is tried ---- */

/* trial does its work and compares what came of it; it frees all of it. */
typedef enum gng_status trial_fn(struct gng_why *why);

/* says_so: "no memory", or the errno of a call that had none. */
static bool says_so(enum gng_status status, const struct gng_why *why)
{
	return status == why->status &&
	       ((status == GNG_ENOMEM && strcmp(why->text, "no memory") == 0 && !why->sys_errno) ||
		(status == GNG_ESYS && why->sys_errno == ENOMEM));
}

/* at_each_place lets each allocation of the trial fail, the first, the second and so on. */
static void at_each_place(trial_fn *trial, unsigned long at_least)
{
	const size_t open = tree_num_open();
	unsigned long number = 0;

	do {
		struct gng_why why = {0};
		enum gng_status status;

		memory.ran_out = false;
		memory.countdown = ++number;
		memory.process = getpid();
		status = trial(&why);
		memory.process = 0;
		if (status != GNG_OK && !says_so(status, &why))
			fail_msg("allocation %lu: %d, %s", number, status, why.text);
		assert_true(memory.ran_out || status == GNG_OK);
		assert_int_equal(tree_num_open(), open);
	} while (memory.ran_out);
	assert_true(number > at_least);
}

static struct gng_home *the_home;
static struct gng_plan *the_plan;

static void plant_more(void)
{
	tree_plant();
	tree_write("docs/planned/far.tsv", "A9.soon\tproject\tIt comes.\n"
					   "A9.late\tproject\tIt comes later.\n");
	tree_write("conformance/bpf/map_test.c",
		   "/* needs: xdp aes */\n"
		   "const struct suite_test suite_tests[] = {TEST(maps, \"\"), TEST(maps, \"\"),\n"
		   "TEST_EACH_VARIANT(none, \"\"), {0}};\n");
	tree_write("fuzz/bpf/text_fuzz.c", "int LLVMFuzzerTestOneInput();\n");
	tree_write("fuzz/bpf/text.seeds", "# requirements: B1.load\n# cases: 0\n");
	tree_write("impl/signoff/full.profile",
		   "title All of it\ngrade lab\nsystem C1 A9\nname conformance.aes\npresent\n");
	the_plan = tree_open(&the_home, "all");
}

static enum gng_status open_home(struct gng_why *why)
{
	struct gng_home *home = NULL;
	const enum gng_status status = gng_home_open(&home, tree_path("build"), why);

	memory.process = 0;
	if (status != GNG_OK)
		return status;
	assert_int_equal(home->num_builds, 2);
	assert_string_equal(home->out, the_home->out);
	for (size_t i = 0; i < 2; i++) {
		const struct gng_build *build = &home->builds[i], *same = &the_home->builds[i];

		assert_string_equal(build->name, same->name);
		assert_string_equal(build->dir, same->dir);
		assert_string_equal(build->compiler, same->compiler);
		assert_int_equal(build->num_missing, same->num_missing);
	}
	assert_string_equal(home->builds[1].missing[0].what, "bpf");
	assert_string_equal(home->builds[1].missing[0].reason, "libbpf is not installed");
	gng_home_close(home);
	return GNG_OK;
}

static void home_says_that_memory_ran_out(void **state)
{
	(void)state;
	plant_more();
	at_each_place(open_home, 30);
	tree_close(the_plan, the_home);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void compare_tests(const struct gng_test *test, const struct gng_test *same)
{
	assert_string_equal(test->id, same->id);
	assert_string_equal(test->suite, same->suite);
	assert_string_equal(test->subsystem, same->subsystem);
	assert_string_equal(test->stem, same->stem);
	assert_string_equal(test->function, same->function);
	assert_string_equal(test->variant, same->variant);
	assert_string_equal(test->requirements, same->requirements);
	assert_string_equal(test->file, same->file);
	assert_true(same_text(test->cannot, same->cannot));
	assert_true(same_text(test->remedy, same->remedy));
	assert_true(same_text(test->broken, same->broken));
	assert_int_equal(test->num_budgets, same->num_budgets);
}

static void compare_plans(const struct gng_plan *plan, const struct gng_plan *same)
{
	assert_string_equal(plan->sha256, same->sha256);
	assert_int_equal(plan->num_tests, same->num_tests);
	for (size_t i = 0; i < same->num_tests; i++)
		compare_tests(&plan->tests[i], &same->tests[i]);
	assert_int_equal(plan->num_requirements, same->num_requirements);
	for (size_t i = 0; i < same->num_requirements; i++) {
		assert_string_equal(plan->requirements[i].clause, same->requirements[i].clause);
		assert_string_equal(plan->requirements[i].text, same->requirements[i].text);
		assert_string_equal(plan->requirements[i].file, same->requirements[i].file);
	}
}

static enum gng_status open_plan(struct gng_why *why)
{
	struct gng_plan *plan = NULL;
	const enum gng_status status = gng_plan_open(&plan, the_home, "all", why);

	memory.process = 0;
	if (status != GNG_OK) {
		assert_null(plan);
		return status;
	}
	compare_plans(plan, the_plan);
	gng_plan_close(plan);
	return GNG_OK;
}

/* refuse_plan opens one that is refused by a sentence that names its file. */
static enum gng_status refuse_plan(struct gng_why *why)
{
	struct gng_plan *plan = NULL;
	const enum gng_status status = gng_plan_open(&plan, the_home, "all", why);

	memory.process = 0;
	assert_null(plan);
	if (status != GNG_EFORMAT)
		return status;
	assert_string_equal(why->text, "conformance/xdp/drop_test.c:1: requirement 'Q9.none' has "
				       "no row in a requirements.tsv");
	return GNG_OK;
}

static void plan_that_is_refused_says_that_memory_ran_out(void **state)
{
	(void)state;
	plant_more();
	tree_write("conformance/xdp/drop_test.c",
		   "const struct suite_test suite_tests[] = {TEST(drops, \"Q9.none\"), {0}};\n");
	at_each_place(refuse_plan, 100);
	tree_close(the_plan, the_home);
}

static void plan_says_that_memory_ran_out(void **state)
{
	(void)state;
	plant_more();
	at_each_place(open_plan, 400);
	tree_close(the_plan, the_home);
}

static enum gng_status write_plan(struct gng_why *why)
{
	char path[2 * PATH_MAX], *text = NULL, *same = NULL;
	enum gng_status status;

	snprintf(path, sizeof(path), "%s", tree_path("plan.json"));
	status = gng_plan_write(the_plan, path, why);
	memory.process = 0;
	if (status != GNG_OK)
		return status;
	assert_int_equal(gauge_read(&text, path, NULL), GNG_OK);
	assert_int_equal(gauge_read(&same, tree_path("whole.json"), NULL), GNG_OK);
	assert_string_equal(text, same);
	free(text);
	free(same);
	return GNG_OK;
}

static void plan_json_is_whole_or_memory_ran_out(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	plant_more();
	gng_plan_close(the_plan);
	assert_int_equal(gng_plan_open(&the_plan, the_home, NULL, NULL), GNG_OK);
	snprintf(path, sizeof(path), "%s", tree_path("whole.json"));
	assert_int_equal(gng_plan_write(the_plan, path, NULL), GNG_OK);
	at_each_place(write_plan, 300);
	tree_close(the_plan, the_home);
}

static struct gng_probe_note a_note = {.key = "caf\xc3", .value = "d\xe9j\xe0 vu"};
static struct gng_figure a_figure = {
	.measure = {.name = "seal_p99",
		    .unit = "us",
		    .value = 8.5,
		    .lo = 8,
		    .hi = (double)INFINITY,
		    .num_blocks = 2,
		    .hist = "HISTFAAAA"},
	.judged = true,
	.budget = {.metric = "seal_p99", .limit = 90, .unit = "us", .machine = "*"},
};

static enum gng_status write_record(struct gng_why *why)
{
	const struct gng_record record = {
		.test = &the_plan->tests[0],
		.reason = (char *)"not UTF-8: \xff",
		.num_figures = 1,
		.figures = &a_figure,
		.num_notes = 1,
		.notes = &a_note,
	};
	static char *whole;
	char *line = gng_record_json(&record);

	memory.process = 0;
	if (!line)
		return gauge_no_memory(why);
	if (!whole)
		whole = gng_record_json(&record);
	assert_string_equal(line, whole);
	assert_non_null(strstr(line, "\"notes\":{\"caf?\":\"d?j? vu\"}"));
	free(line);
	if (!memory.ran_out) {
		free(whole);
		whole = NULL;
	}
	return GNG_OK;
}

static void record_is_whole_or_memory_ran_out(void **state)
{
	(void)state;
	plant_more();
	at_each_place(write_record, 100);
	tree_close(the_plan, the_home);
}

static enum gng_status apply_profile(struct gng_why *why)
{
	struct gng_profile profile = {0};
	enum gng_status status;
	struct gng_plan *plan;
	size_t num_planned = 0;

	const pid_t process = memory.process;
	memory.process = 0;
	assert_int_equal(gng_plan_open(&plan, the_home, "all", NULL), GNG_OK);
	memory.process = process;
	status = gng_profile_apply(&profile, plan, the_home, "full", why);
	memory.process = 0;
	if (status == GNG_OK) {
		assert_int_equal(plan->num_tests, the_plan->num_tests + 2);
		for (size_t i = 0; i < plan->num_tests; i++) {
			const struct gng_test *test = &plan->tests[i];

			if (!(test->flags & GNG_TEST_PLANNED))
				continue;
			num_planned++;
			assert_true(test->named);
			assert_string_equal(test->suite, "planned");
			assert_string_equal(test->subsystem, "far");
			assert_string_equal(test->stem, "A9");
			assert_string_equal(test->cannot, "impl/far is planned and not built");
		}
		assert_int_equal(num_planned, 2);
	}
	gng_plan_close(plan);
	return status;
}

static void profile_says_that_memory_ran_out(void **state)
{
	(void)state;
	plant_more();
	at_each_place(apply_profile, 30);
	tree_close(the_plan, the_home);
}

/* is_empty: a run that was refused leaves none of its own. */
static bool is_empty(const char *out, const char *part)
{
	struct gauge_names list;
	char path[3 * PATH_MAX];
	bool empty;

	snprintf(path, sizeof(path), "%s/%s", out, part);
	assert_int_equal(gauge_list(&list, path, "", NULL), GNG_OK);
	empty = list.num == 0;
	gauge_list_fini(&list);
	return empty;
}

static enum gng_status open_run_folder(struct gng_why *why)
{
	static unsigned int number; /* where memory ran out, old runs stay: they must not add up */
	struct gng_rundir run;
	enum gng_status status;
	char name[32];

	snprintf(name, sizeof(name), "out%u", number++);
	status = gng_rundir_open(&run, tree_path(name), "check", why);
	memory.process = 0;
	if (status == GNG_OK) {
		assert_int_equal(access(run.path, F_OK), 0);
	} else {
		assert_null(run.path);
		assert_true(is_empty(tree_path(name), "runs"));
	}
	gng_rundir_close(&run);
	return status;
}

static void folder_of_a_run_says_that_memory_ran_out(void **state)
{
	(void)state;
	tree_make();
	at_each_place(open_run_folder, 4);
}

static struct trap trap;

static enum gng_status run_trap(struct gng_why *why)
{
	struct gng_record *records = NULL;
	size_t num_records = 0;
	const enum gng_status status = gng_run(&records, &num_records, &trap.options, why);

	memory.process = 0;
	if (status != GNG_OK)
		return status;
	assert_int_equal(num_records, 1);
	if (records[0].verdict == GNG_PASS)
		assert_int_equal(records[0].assertions, 1);
	else
		assert_true(memory.ran_out && records[0].verdict == GNG_ERROR);
	gng_records_free(records, num_records);
	return GNG_OK;
}

static void run_says_that_memory_ran_out(void **state)
{
	(void)state;
	unsetenv("TZ"); /* behind all else of what a test is told: nothing before it is missing */
	trap_set(&trap, "[ \"$TMPDIR\" = \"$PWD\" ] && [ \"$TZ\" = UTC ] || exit 1\n" TRAP_PASSES);
	at_each_place(run_trap, 30);
	trap_remove(&trap);
}

const struct suite_test suite_tests[] = {
	TEST(home_says_that_memory_ran_out, "H1.home.refusals"),
	TEST(plan_says_that_memory_ran_out, "H1.plan.refusals"),
	TEST(plan_that_is_refused_says_that_memory_ran_out, "H1.plan.refusals"),
	TEST(plan_json_is_whole_or_memory_ran_out, "H1.plan.name"),
	TEST(record_is_whole_or_memory_ran_out, "H1.run.records"),
	TEST(profile_says_that_memory_ran_out, "H1.profile.file"),
	TEST(folder_of_a_run_says_that_memory_ran_out, "H1.rundir.refusals"),
	TEST(run_says_that_memory_ran_out, "H1.run.cross-check"),
	{0},
};
