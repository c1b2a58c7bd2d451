/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system.c - a profile wants whole systems: their tests, and by name what is not built yet.
 * Without the latter a laboratory would be GO for what nobody has written.
 */
#include <stdlib.h>
#include <string.h>

#include "gauge_plan.h"
#include "gauge_text.h"

/* is_of: the id begins with "<system>.". */
static bool is_of(const char *id, const char *system)
{
	const size_t len = strlen(system);

	return strncmp(id, system, len) == 0 && id[len] == '.';
}

static bool names_system(const char *requirements, const char *system)
{
	const char *word;
	size_t len;

	while (gauge_next_word(&word, &len, &requirements))
		if (is_of(word, system))
			return true;
	return false;
}

/* planned_id makes "planned.evp.C2.no_copy" of evp and C2.no-copy: four names with dots
 * between, as every test's id. */
static char *planned_id(const struct gng_requirement *requirement)
{
	char *id = gauge_format("planned.%s.%s", requirement->subsystem, requirement->id);
	char *at = id ? id + strlen(id) - strlen(requirement->id) : NULL;

	at = at ? strchr(at, '.') + 1 : NULL;
	for (; at && *at; at++)
		if (*at == '.' || *at == '-')
			*at = '_';
	return id;
}

static bool fill(struct gng_test *test, const struct gng_requirement *requirement, char *id)
{
	test->id = id;
	test->suite = strdup("planned");
	test->subsystem = strdup(requirement->subsystem);
	test->stem = strndup(requirement->id, strcspn(requirement->id, "."));
	test->function = strdup(id ? strrchr(id, '.') + 1 : "");
	test->variant = strdup("");
	test->requirements = strdup(requirement->id);
	test->file = strdup(requirement->file);
	test->line = requirement->line;
	test->flags = GNG_TEST_PLANNED;
	test->cannot = gauge_format("impl/%s is planned and not built", requirement->subsystem);
	test->remedy = strdup("a version of gonogo that has it, or another profile");
	test->selected = true;
	return id && test->suite && test->subsystem && test->stem && test->function &&
	       test->variant && test->requirements && test->file && test->cannot && test->remedy;
}

/* add appends a test; the array may have come from anywhere, so it grows by its exact size. */
static enum gng_status add(struct gng_plan *plan, const struct gng_requirement *requirement,
			   struct gng_why *why)
{
	struct gng_test *grown;

	grown = reallocarray(plan->tests, plan->num_tests + 1, sizeof(*grown));
	if (!grown)
		return gauge_no_memory(why);
	plan->tests = grown;
	grown += plan->num_tests++;
	memset(grown, 0, sizeof(*grown));
	grown->build = ""; /* it is of none */
	return fill(grown, requirement, planned_id(requirement)) ? GNG_OK : gauge_no_memory(why);
}

static bool has_test(const struct gng_plan *plan, const struct gng_requirement *requirement)
{
	for (size_t i = 0; i < plan->num_tests; i++)
		if ((plan->tests[i].flags & GNG_TEST_PLANNED) &&
		    strcmp(plan->tests[i].requirements, requirement->id) == 0)
			return true;
	return false;
}

static enum gng_status add_planned(struct gng_plan *plan, const char *system, struct gng_why *why)
{
	enum gng_status status = GNG_OK;

	for (size_t i = 0; i < plan->num_requirements && status == GNG_OK; i++)
		if (plan->requirements[i].planned && is_of(plan->requirements[i].id, system) &&
		    !has_test(plan, &plan->requirements[i]))
			status = add(plan, &plan->requirements[i], why);
	if (status != GNG_OK)
		return status;
	gauge_plan_sort(plan);
	return gng_plan_name(plan, why);
}

enum gng_status gauge_system_name(bool *any, struct gng_plan *plan, const char *system,
				  struct gng_why *why)
{
	const enum gng_status status = add_planned(plan, system, why);
	struct gng_test *test;

	*any = false;
	if (status != GNG_OK)
		return status;
	for (size_t i = 0; i < plan->num_tests; i++) {
		test = &plan->tests[i];
		if ((test->flags & (GNG_TEST_SLOW | GNG_TEST_LATENCY)) ||
		    !names_system(test->requirements, system))
			continue;
		test->required = test->named = *any = true;
	}
	return GNG_OK;
}
