/* SPDX-License-Identifier: Apache-2.0 */
/* systems_test.c - this tree itself: each system of the report has a requirement. */
/* needs: gauge */
#include "../suite.h"

#include <stdlib.h>
#include <string.h>

#include <gng_gauge.h>

#include "signoff_page.h"

static struct gng_plan *open_tree(struct gng_home **home)
{
	struct gng_plan *plan = NULL;
	struct gng_why why = {0};

	if (gng_home_open(home, getenv("GNG_BUILD_DIR"), &why) != GNG_OK)
		suite_fail("%s", why.text);
	if (gng_plan_open(&plan, *home, NULL, &why) != GNG_OK)
		suite_fail("%s", why.text);
	return plan;
}

/* Whoever lands a subsystem may drop planned rows, but not the last of a system. */
static void every_system_has_a_requirement_built_or_planned(void **state)
{
	struct gng_home *home = NULL;
	struct gng_plan *plan = open_tree(&home);
	size_t *num = calloc(num_systems, sizeof(*num));

	(void)state;
	assert_non_null(num);
	for (size_t i = 0; i < plan->num_requirements; i++)
		num[system_find(plan->requirements[i].id)]++;
	for (size_t s = 0; s + 1 < num_systems; s++) {
		gng_probe_assertion();
		if (num[s] == 0)
			suite_fail("system %s (%s) has no requirement in impl/*/requirements.tsv "
				   "nor docs/planned",
				   systems[s].id, systems[s].title);
	}
	if (num[num_systems - 1])
		suite_fail("%zu requirements are of a system that the report does not have",
			   num[num_systems - 1]);
	free(num);
	gng_plan_close(plan);
	gng_home_close(home);
}

const struct suite_test suite_tests[] = {
	TEST(every_system_has_a_requirement_built_or_planned, "H1.signoff.systems"),
	{0},
};
