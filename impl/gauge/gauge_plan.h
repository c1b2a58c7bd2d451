/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge_plan.h - a plan while it is read, and how names select its tests. Private to
 * impl/gauge and its suites.
 */
#ifndef GAUGE_PLAN_H
#define GAUGE_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "gng_gauge.h"

struct gauge_planner {
	const struct gng_home *home;
	struct gng_plan *plan;
	size_t num_builds; /* those asked for */
	const struct gng_build **builds;
	bool *used; /* for each of plan->requirements: a test names it */
	struct gng_why *why;
};

#define GAUGE_PLANNED "docs/planned" /* <name>.tsv: requirements of what does not exist yet */

/* gauge_requirements_load reads impl/<subsystem>/requirements.tsv of every subsystem, then the
 * planned ones. GNG_EFORMAT with file:line, also for planned rows of what exists. */
GNG_MUST enum gng_status gauge_requirements_load(struct gauge_planner *planner);

/* gauge_requirements_use marks the ids in the list ids as tested, adding num_tests to each.
 * GNG_EFORMAT with file:line for one that is unknown or stands twice. */
GNG_MUST enum gng_status gauge_requirements_use(struct gauge_planner *planner, const char *ids,
						size_t num_tests, const char *file, int line);

/* gauge_requirements_check gives GNG_EFORMAT for the first one that no test names. */
GNG_MUST enum gng_status gauge_requirements_check(const struct gauge_planner *planner);

/* gauge_suites_load scans conformance/, fuzz/ and hwtests/, and adds their tests. */
GNG_MUST enum gng_status gauge_suites_load(struct gauge_planner *planner);

/* gauge_subsystem_find returns the subsystem called name[0..len), or NULL. */
const struct gng_subsystem *gauge_subsystem_find(const struct gng_plan *plan, const char *name,
						 size_t len);

/* gauge_test_break says why the test cannot be believed; the first reason stands. false if
 * memory ran out. */
bool gauge_test_break(struct gng_test *test, const char *format, ...) GNG_PRINTF(2, 3);

/* gauge_plan_sort puts the tests in the order of their keys, as gng_plan_find expects. */
void gauge_plan_sort(struct gng_plan *plan);

/*
 * gauge_system_name marks as required and named the tests that name a requirement of the system
 * ("C2"), but slow ones and latencies, and adds a test for each planned requirement of it, so
 * that it is MISSING by name. *any: there is one of either. GNG_ENOMEM.
 */
GNG_MUST enum gng_status gauge_system_name(bool *any, struct gng_plan *plan, const char *system,
					   struct gng_why *why);

/* ---- selectors ---- */

/* gauge_selects: the selector is the test's id or a prefix that ends at a dot, with or
 * without the suite. */
bool gauge_selects(const char *selector, const struct gng_test *test);

/* gauge_selects_alone: the selector is the whole id, with or without the suite. */
bool gauge_selects_alone(const char *selector, const struct gng_test *test);

/* gauge_nearest is the candidate with the fewest edits (insert, delete, change, swap). */
struct gauge_nearest {
	const char *wanted;
	size_t edits;
	char best[160];
};

void gauge_nearest_init(struct gauge_nearest *nearest, const char *wanted);
void gauge_nearest_try(struct gauge_nearest *nearest, const char *candidate, size_t len);

/* gauge_nearest_selector tries everything that selects a test of plan. */
void gauge_nearest_selector(struct gauge_nearest *nearest, const struct gng_plan *plan);

#endif /* GAUGE_PLAN_H */
