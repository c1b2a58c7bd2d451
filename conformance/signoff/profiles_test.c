/* SPDX-License-Identifier: Apache-2.0 */
/* profiles_test.c - the profiles of this tree, judged by its real plan on this machine. */
/* needs: gauge hwmap */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>
#include <gng_hwmap.h>

static struct gng_home *home;
static struct gng_plan *plan;
static struct gng_profile profile;

/* open_with opens the plan with a profile; false where no hardware test is planned. */
static bool open_with(const char *name)
{
	struct gng_why why = {0};

	if (gng_home_open(&home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (strcmp(home->builds[0].name, "release") != 0) {
		gng_probe_skip("hardware tests are planned in the release build only",
			       "gonogo check --builds release conformance.signoff.profiles");
		gng_home_close(home);
		return false;
	}
	if (gng_plan_open(&plan, home, NULL, &why) != GNG_OK ||
	    gng_profile_apply(&profile, plan, home, name, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return true;
}

static void close_all(void)
{
	gng_plan_close(plan);
	gng_home_close(home);
}

static bool is_device(const struct gng_test *test)
{
	return strncmp(test->id, "hwtests.hwmap.machine.", 22) == 0;
}

static size_t num_named_devices(void)
{
	size_t num = 0;

	for (size_t i = 0; i < plan->num_tests; i++)
		num += plan->tests[i].named && is_device(&plan->tests[i]);
	return num;
}

static void here_expects_no_device_and_no_planned_system(void **state)
{
	(void)state;
	if (!open_with("here"))
		return;
	assert_string_equal(profile.grade, "functional");
	assert_int_equal(num_named_devices(), 0);
	for (size_t i = 0; i < plan->num_tests; i++)
		assert_false(plan->tests[i].flags & GNG_TEST_PLANNED);
	close_all();
}

static const char *const lab_profiles[] = {"lab-10g", "lab-h100", "rt-av", "bare-metal"};

static void lab_profiles_expect_devices_and_name_a_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(lab_profiles); i++) {
		if (!open_with(lab_profiles[i]))
			return;
		assert_string_equal(profile.grade, "lab");
		assert_true(*profile.machine);
		/* what the lines say, and nothing by way of a system */
		assert_in_range(num_named_devices(), 6, GNG_HWMAP_NUM_NEEDS - 4);
		assert_true(gng_plan_find(plan, "hwtests.hwmap.machine.has_bare_metal", NULL, NULL)
				    ->named);
		close_all();
	}
}

/* run_devices really asks this machine, and judges as a sign-off does. */
static void run_devices(struct gng_tally *tally, size_t *num_skipped, size_t *num_planned)
{
	struct gng_record *records = NULL;
	struct gng_why why = {0};
	size_t num = 0;

	*num_planned = 0;
	for (size_t i = 0; i < plan->num_tests; i++) {
		const bool planned = plan->tests[i].flags & GNG_TEST_PLANNED;

		plan->tests[i].selected = is_device(&plan->tests[i]) || planned;
		*num_planned += planned;
	}
	if (gng_run(&records, &num,
		    &(struct gng_run_options){.home = home,
					      .plan = plan,
					      .dir = getenv("TMPDIR"),
					      .num_jobs = 1,
					      .num_repeat = 1,
					      .budget_scale = 1},
		    &why) != GNG_OK ||
	    gng_tally_records(tally, plan, records, num, false, &why) != GNG_OK)
		suite_fail("%s", why.text);
	*num_skipped = 0;
	for (size_t i = 0; i < num; i++) {
		if (is_device(records[i].test)) /* it was asked, and answered */
			assert_true(records[i].verdict == GNG_PASS ||
				    records[i].verdict == GNG_SKIP);
		*num_skipped += records[i].test->named && records[i].verdict == GNG_SKIP;
		if (records[i].verdict == GNG_SKIP || records[i].verdict == GNG_MISSING)
			assert_true(records[i].reason && records[i].remedy);
	}
	gng_records_free(records, num);
}

/* No machine is GO for systems that are not built; one that lacks a device is NO-GO. */
static void missing_device_is_no_go_and_missing_system_is_no_pass(void **state)
{
	struct gng_tally tally = {0};
	size_t num_skipped, num_planned;

	(void)state;
	if (!open_with("lab-h100"))
		return;
	run_devices(&tally, &num_skipped, &num_planned);
	assert_int_equal(tally.overall, num_skipped   ? GNG_NO_GO
					: num_planned ? GNG_INCOMPLETE
						      : GNG_GO);
	assert_int_equal(tally.count_required[GNG_MISSING], num_planned);
	close_all();
}

const struct suite_test suite_tests[] = {
	TEST(here_expects_no_device_and_no_planned_system, "H1.signoff.labs"),
	TEST(lab_profiles_expect_devices_and_name_a_class, "H1.signoff.labs"),
	TEST(missing_device_is_no_go_and_missing_system_is_no_pass, "H1.signoff.labs"),
	{0},
};
