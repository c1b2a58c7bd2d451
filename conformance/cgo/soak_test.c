/* SPDX-License-Identifier: Apache-2.0 */
/* soak_test.c - many operations with forced collections: no report, no growth, no leak. */
/* requires: go */
#include "golang.h"

#include <math.h>

/* says_nothing: the program judges growth over the whole of a long run. In a short one
 * AddressSanitizer still fills its own tables, and only max_growth counts. */
static bool says_nothing(const char *said, bool is_long)
{
	return strstr(said, "says: \n") || (!is_long && strstr(said, "says: memory has grown"));
}

/* soak runs the program of the boundary suite, with the leak check at its end where the build has
 * one. AddressSanitizer's quarantine would grow to 256 MB, and its store of call stacks without
 * end: both are kept small. */
static void soak(const char *num, double max_growth, bool is_long)
{
	char program[PATH_MAX + 64], line[256];
	const char *const words[] = {"env",
				     "BOUNDARY_LEAKS=1",
				     "ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=1",
				     program,
				     "soak",
				     num,
				     NULL};
	struct golang go;
	double before = 0, after = 0;
	const char *found;
	int status;

	if (!golang_open(&go))
		return;
	snprintf(program, sizeof(program), "%s/go/boundary", go.build);
	status = golang_run(&go, NULL, words);
	gng_probe_assertion();
	if (status != 0 || !says_nothing(go.said, is_long) || !strstr(go.said, "ended"))
		suite_fail("soak ended with %d: %s", status, golang_complaint(&go, line));
	found = strstr(go.said, "resident ");
	assert_true(found && sscanf(found, "resident %lf kB, then %lf", &before, &after) == 2);
	gng_probe_measure(&(struct gng_measure){.name = "resident_growth",
						.value = after / before,
						.unit = "ratio",
						.n = 1,
						.lo = NAN,
						.hi = NAN});
	assert_true(after / before <= max_growth);
	golang_close(&go);
}

static void a_hundred_thousand_operations_leave_nothing(void **state)
{
	(void)state;
	soak("100000", 1.5, false);
}

static void ten_million_operations_leave_nothing(void **state)
{
	(void)state;
	soak("10000000", 1.02, true);
}

const struct suite_test suite_tests[] = {
	TEST(a_hundred_thousand_operations_leave_nothing, "C3.cost.soak C3.cgo.leaks"),
	TEST_SLOW(ten_million_operations_leave_nothing, "C3.cost.soak"),
	{0},
};
