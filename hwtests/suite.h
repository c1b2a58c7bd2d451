/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suite.h - what every hardware test includes: the table and runner of conformance, and
 * tests that measure. A hardware test reports figures (gng_probe_measure) and asserts that
 * the work it timed was right; the limit stands in <stem>.budget under the function's name,
 * and the gauge judges.
 */
#ifndef HWTESTS_SUITE_H
#define HWTESTS_SUITE_H

#include "../conformance/suite.h"

/* TEST_LATENCY measures an absolute time: without a quiet machine it is INCONCLUSIVE. */
#define SUITE_LATENCY 4u
#define TEST_LATENCY(function, requirements)                     \
	{                                                        \
#function, function, requirements, SUITE_LATENCY \
	}

/* TEST_COUNTS measures what is the same on a busy machine (instructions of an emulator, bytes, the
 * rate of one clock by another): it runs beside others. */
#define SUITE_COUNTS 16u
#define TEST_COUNTS(function, requirements)                     \
	{                                                       \
#function, function, requirements, SUITE_COUNTS \
	}

#endif /* HWTESTS_SUITE_H */
