/* SPDX-License-Identifier: Apache-2.0 */
/* judge.c - counts what a selftest executed: one that ran fewer traps than it declares proved
 * less than it says, and is no GO. */
#include "selftest_trap.h"

#include <stdio.h>
#include <string.h>

static void count(struct gng_selftest *selftest)
{
	selftest->num_traps = selftest->num_held = 0;
	selftest->num_lied = selftest->num_skipped = 0;
	for (size_t i = 0; i < selftest->num_results; i++) {
		const struct gng_selftest_result *result = &selftest->results[i];

		selftest->num_held += result->state == GNG_SELFTEST_HELD;
		selftest->num_lied += result->state == GNG_SELFTEST_LIED;
		selftest->num_skipped += result->state == GNG_SELFTEST_SKIPPED;
		selftest->num_traps += result->state != GNG_SELFTEST_SKIPPED && !result->control;
	}
}

static const char *twice(const struct gng_selftest *selftest)
{
	for (size_t i = 0; i < selftest->num_results; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(selftest->results[i].name, selftest->results[k].name) == 0)
				return selftest->results[i].name;
	return NULL;
}

static const struct gng_selftest_result *first_lie(const struct gng_selftest *selftest)
{
	for (size_t i = 0; i < selftest->num_results; i++)
		if (selftest->results[i].state == GNG_SELFTEST_LIED)
			return &selftest->results[i];
	return NULL;
}

void gng_selftest_judge(struct gng_selftest *selftest)
{
	const struct gng_selftest_result *lie = first_lie(selftest);
	const size_t cap = sizeof(selftest->statement);
	char *text = selftest->statement;

	count(selftest);
	selftest->overall = GNG_INCOMPLETE;
	if (lie) {
		selftest->overall = GNG_NO_GO;
		snprintf(text, cap, "%zu of %zu gates lied: %s at the gate \"%s\".",
			 selftest->num_lied, selftest->num_results, lie->name, lie->gate);
	} else if (selftest->num_results != selftest->declared) {
		snprintf(text, cap, "%zu of %zu declared cases were executed.",
			 selftest->num_results, selftest->declared);
	} else if (twice(selftest)) {
		snprintf(text, cap, "%s was executed twice, and another not.", twice(selftest));
	} else if (selftest->num_traps == 0) {
		snprintf(text, cap, "No trap was executed: nothing is proved.");
	} else {
		selftest->overall = GNG_GO;
		snprintf(text, cap, "%zu traps came out red and %zu controls green, as they must.",
			 selftest->num_traps,
			 selftest->num_results - selftest->num_skipped - selftest->num_traps);
	}
}
