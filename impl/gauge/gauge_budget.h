/* SPDX-License-Identifier: Apache-2.0 */
/* gauge_budget.h - how <stem>.budget reaches its tests. Private to impl/gauge and its suites. */
#ifndef GAUGE_BUDGET_H
#define GAUGE_BUDGET_H

#include "gng_gauge.h"

/*
 * gauge_budget_load gives tests[0..num_tests), all tests of one stem, the lines of
 * hwtests/<subsystem>/<stem>.budget that name their functions. No such file: no budgets.
 * GNG_EFORMAT with file:line for a line that cannot be parsed or names no function of the stem, and
 * for a file without a limit; GNG_ESYS; GNG_ENOMEM.
 */
GNG_MUST enum gng_status gauge_budget_load(struct gng_test *tests, size_t num_tests,
					   const char *source, struct gng_why *why);

/* gauge_budget_of returns the test's budget for that machine class, else the one for "*",
 * else NULL. machine NULL: "*" only. */
const struct gng_budget *gauge_budget_of(const struct gng_test *test, const char *machine);

#endif /* GAUGE_BUDGET_H */
