/* SPDX-License-Identifier: Apache-2.0 */
/* planned_test.c - requirements of what does not exist yet: known, untested, never a PASS. */
#include "tree.h"

#include "gauge_text.h"

#define EVP "docs/planned/evp.tsv"

/* plant adds two planned requirements of C2 and one of C3 to the planted tree. */
static void plant(void)
{
	tree_plant();
	tree_write(EVP, "# not built\nC2.agree\tarticle 2.2\tIt agrees.\n"
			"C2.error-queue.drain\tarticle 2.2\tIt drains.\n");
	tree_write("docs/planned/cgo.tsv", "C3.cross\tarticle 2.4\tIt crosses once.\n");
}

static void planned_rows_are_known_and_need_no_test(void **state)
{
	const struct gng_requirement *row = NULL;
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	plant();
	plan = tree_open(&home, "all");
	assert_int_equal(plan->num_requirements, 6);
	for (size_t i = 0; i < plan->num_requirements; i++)
		if (strcmp(plan->requirements[i].id, "C2.agree") == 0)
			row = &plan->requirements[i];
	assert_non_null(row);
	assert_true(row->planned);
	assert_false(plan->requirements[0].planned);
	assert_string_equal(row->subsystem, "evp");
	assert_string_equal(row->file, EVP);
	assert_int_equal(row->line, 2);
	assert_int_equal(row->num_tests, 0);
	tree_close(plan, home);
}

static void planned_rows_change_no_plan(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	char before[65];

	(void)state;
	tree_plant();
	plan = tree_open(&home, NULL);
	memcpy(before, plan->sha256, sizeof(before));
	tree_close(plan, home);
	tree_write(EVP, "C2.agree\tarticle 2.2\tIt agrees.\n");
	plan = tree_open(&home, NULL);
	assert_string_equal(plan->sha256, before);
	tree_close(plan, home);
}

static void planned_file_of_what_exists_is_refused(void **state)
{
	(void)state;
	plant();
	tree_write("docs/planned/bpf.tsv", "B2.lost\tarticle 3.2\tNo update is lost.\n");
	tree_refuses(GNG_EFORMAT, "docs/planned/bpf.tsv: impl/bpf exists: move what is tested to "
				  "impl/bpf/requirements.tsv, and remove the file");
}

static void planned_id_is_not_built_too(void **state)
{
	(void)state;
	plant();
	tree_write("docs/planned/cgo.tsv", "\nC1.kat\tarticle\tIt is the same.\n");
	tree_refuses(GNG_EFORMAT, "docs/planned/cgo.tsv:2: the id stands twice");
	tree_write("docs/planned/cgo.tsv", "C3.cross\tarticle 2.4\n");
	tree_refuses(GNG_EFORMAT, "docs/planned/cgo.tsv:1: a row is: id, tab, clause");
	tree_write("docs/planned/cgo.tsv", "");
	tree_write("docs/planned/Cgo.tsv", "C3.cross\tarticle 2.4\tIt crosses.\n");
	tree_refuses(GNG_EFORMAT, "docs/planned/Cgo.tsv: a name has only a-z");
}

static void test_of_a_planned_id_is_refused(void **state)
{
	(void)state;
	plant();
	tree_write("conformance/xdp/drop_test.c",
		   "const struct suite_test suite_tests[] = {TEST(drops, \"C2.agree\"), {0}};\n");
	tree_refuses(GNG_EFORMAT, "conformance/xdp/drop_test.c:1: requirement 'C2.agree' is only "
				  "planned: move its row from docs/planned/evp.tsv:2");
}

/* ---- a profile that wants a system ---- */

static void apply(struct gng_plan *plan, const struct gng_home *home, const char *lines)
{
	struct gng_profile profile;
	struct gng_why why = {0};
	char text[256];

	snprintf(text, sizeof(text), "title a lab\ngrade lab\n%s", lines);
	tree_write("impl/signoff/x.profile", text);
	if (gng_profile_apply(&profile, plan, home, "x", &why) != GNG_OK)
		fail_msg("%s", why.text);
}

static const struct gng_test *planned(const struct gng_plan *plan, const char *id)
{
	const struct gng_test *test = gng_plan_find(plan, id, "", "");

	if (!test)
		fail_msg("the plan has no test %s", id);
	assert_int_equal(test->flags, GNG_TEST_PLANNED);
	assert_true(test->required && test->named && test->selected);
	return test;
}

static void system_names_its_tests_and_what_is_planned(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	const struct gng_test *test;
	size_t before;
	char name[65];

	(void)state;
	plant();
	plan = tree_open(&home, NULL);
	before = plan->num_tests;
	memcpy(name, plan->sha256, sizeof(name));
	apply(plan, home, "system C2 B1\n");
	assert_int_equal(plan->num_tests, before + 2);
	assert_string_not_equal(plan->sha256, name);
	test = planned(plan, "planned.evp.C2.agree");
	assert_string_equal(test->cannot, "impl/evp is planned and not built");
	assert_string_equal(test->requirements, "C2.agree");
	assert_string_equal(test->file, EVP);
	planned(plan, "planned.evp.C2.error_queue_drain");
	assert_true(gng_plan_find(plan, "conformance.bpf.load.loads", NULL, NULL)->named);
	assert_false(gng_plan_find(plan, "conformance.aes.ecb.ecb_encrypts", NULL, NULL)->required);
	tree_close(plan, home);
}

/* Also the very first requirement of a tree where nothing is built but what needs none. */
static void system_has_what_is_planned_first(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	tree_make();
	tree_write("impl/base/CMakeLists.txt", "gng_subsystem(base)\n");
	tree_write("conformance/base/one_test.c", "suite_tests[] = {TEST(one, \"\"), {0}};\n");
	tree_write("fuzz/none", "");
	tree_write("hwtests/none", "");
	tree_write("docs/planned/cgo.tsv", "C3.cross\tarticle 2.4\tIt crosses once.\n");
	tree_facts("build", "release", "");
	plan = tree_open(&home, NULL);
	assert_true(plan->num_requirements == 1 && plan->requirements[0].planned);
	apply(plan, home, "system C3\n");
	planned(plan, "planned.cgo.C3.cross");
	tree_close(plan, home);
}

static void system_leaves_slow_tests_and_latencies_alone(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;

	(void)state;
	plant();
	plan = tree_open(&home, NULL);
	apply(plan, home, "system C1\nsystem C1\n");
	assert_true(gng_plan_find(plan, "conformance.aes.ecb.ecb_encrypts", NULL, NULL)->named);
	assert_false(gng_plan_find(plan, "conformance.aes.ecb.ecb_soaks", NULL, NULL)->required);
	assert_false(gng_plan_find(plan, "hwtests.aes.seal.seal_p99", NULL, NULL)->required);
	tree_close(plan, home);
}

static void system_is_refused_with_its_line(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_why why = {0};
	char bare[] = "title a\ngrade lab\nsystem\n", none[] = "title a\ngrade lab\nsystem C2 C\n";

	(void)state;
	plant();
	plan = tree_open(&home, NULL);
	assert_int_equal(gng_profile_apply_text(&profile, plan, "x", bare, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "x.profile:3: the line is: system, then ids such as C2"));
	assert_int_equal(gng_profile_apply_text(&profile, plan, "x", none, &why), GNG_EFORMAT);
	assert_non_null(strstr(why.text, "x.profile:3: no requirement is of system 'C'"));
	tree_close(plan, home);
}

/* The runner runs nothing for it, and the sign-off cannot be GO. */
static void planned_tests_are_missing_and_never_go(void **state)
{
	struct gng_record *records = NULL;
	struct gng_tally tally = {0};
	struct gng_home *home = NULL;
	struct gng_plan *plan;
	struct gng_why why = {0};
	size_t num = 0;

	(void)state;
	plant();
	plan = tree_open(&home, NULL);
	apply(plan, home, "system C2 C3\n");
	for (size_t i = 0; i < plan->num_tests; i++)
		plan->tests[i].selected = plan->tests[i].flags & GNG_TEST_PLANNED;
	if (gng_run(&records, &num,
		    &(struct gng_run_options){.home = home,
					      .plan = plan,
					      .dir = tree_path(""),
					      .num_jobs = 1,
					      .num_repeat = 1,
					      .budget_scale = 1},
		    &why) != GNG_OK)
		fail_msg("%s", why.text);
	assert_int_equal(num, 3);
	for (size_t i = 0; i < num; i++) {
		assert_int_equal(records[i].verdict, GNG_MISSING);
		assert_non_null(strstr(records[i].reason, "is planned and not built"));
		assert_non_null(records[i].remedy);
	}
	assert_int_equal(gng_tally_records(&tally, plan, records, num, true, &why), GNG_OK);
	assert_int_equal(tally.overall, GNG_INCOMPLETE);
	gng_records_free(records, num);
	tree_close(plan, home);
}

const struct suite_test suite_tests[] = {
	TEST(planned_rows_are_known_and_need_no_test, "H1.plan.planned"),
	TEST(planned_rows_change_no_plan, "H1.plan.planned"),
	TEST(planned_file_of_what_exists_is_refused, "H1.plan.planned"),
	TEST(planned_id_is_not_built_too, "H1.plan.planned"),
	TEST(test_of_a_planned_id_is_refused, "H1.plan.planned"),
	TEST(system_names_its_tests_and_what_is_planned, "H1.profile.system"),
	TEST(system_has_what_is_planned_first, "H1.profile.system"),
	TEST(system_leaves_slow_tests_and_latencies_alone, "H1.profile.system"),
	TEST(system_is_refused_with_its_line, "H1.profile.system"),
	TEST(planned_tests_are_missing_and_never_go, "H1.profile.system"),
	{0},
};
