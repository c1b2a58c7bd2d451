/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_counters.h - what the counters of a test say, each object's asked of gcov once. Private.
 */
#ifndef MUTANTS_COUNTERS_H
#define MUTANTS_COUNTERS_H

#include "mutants_worker.h"

struct counters {
	const struct worker *worker;
	struct counted {
		size_t object;
		char *bytes; /* of its file of counters */
		size_t len;
		struct coverage coverage; /* of one test: whoever leaves those bytes */
	} * known;
	size_t num_known;
};

/*
 * counters_take makes *one, a coverage of a single test, of the counters <object>.gcda that lie in
 * the worker's folder, and removes them. *one is made in any case.
 */
GNG_MUST enum gng_status counters_take(struct counters *counters, struct coverage *one,
				       struct gng_why *why);
void counters_fini(struct counters *counters);

#endif /* MUTANTS_COUNTERS_H */
