/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_workshop.h - a copy of the tree where bugs are planted, built and judged. Private. */
#ifndef MUTANTS_WORKSHOP_H
#define MUTANTS_WORKSHOP_H

#include <gng_gauge.h>

#include "gng_mutants.h"

struct workshop {
	char *folder; /* temporary; removed by workshop_close */
	char *source, *build;
	struct gng_home *home;
	struct gng_plan *plan;
};

enum workshop_outcome {
	WORKSHOP_KILLED,
	WORKSHOP_SURVIVED,
	WORKSHOP_EQUIVALENT, /* the object file is the same, byte for byte */
	WORKSHOP_UNREACHED,  /* the test could not run here: SKIP */
};

/* workshop_open copies home's source and configures a build without debug information. */
GNG_MUST enum gng_status workshop_open(struct workshop *workshop, const struct gng_home *home,
				       struct gng_why *why);
void workshop_close(struct workshop *workshop);

/*
 * workshop_proves builds and runs the mutant's test on the unchanged source, which must
 * pass: else its failure under the mutant would prove nothing. *unreached if it cannot run
 * here.
 */
GNG_MUST enum gng_status workshop_proves(struct workshop *workshop, bool *unreached,
					 const struct gng_mutant *mutant, struct gng_why *why);

/*
 * workshop_judge plants the mutant, builds, runs its test, and restores the source.
 * *line is where the bug stood. GNG_EFORMAT if it cannot be planted or does not compile.
 */
GNG_MUST enum gng_status workshop_judge(struct workshop *workshop, enum workshop_outcome *outcome,
					size_t *line, const struct gng_mutant *mutant,
					struct gng_why *why);

#endif /* MUTANTS_WORKSHOP_H */
