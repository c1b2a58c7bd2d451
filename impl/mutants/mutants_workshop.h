/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_workshop.h - a copy of the tree where bugs are planted, built and judged. Private. */
#ifndef MUTANTS_WORKSHOP_H
#define MUTANTS_WORKSHOP_H

#include <sys/types.h>

#include <gng_gauge.h>

#include "gng_mutants.h"

struct workshop {
	char *only;   /* a list of CMake: subsystems whose tests are built; "" for all */
	char *folder; /* temporary; removed by workshop_close */
	pid_t keeper; /* works in it, so that `gonogo doctor` takes it for no leftover */
	char *source, *build;
	const char *log; /* what programs say, in the folder */
	struct gng_home *home;
	struct gng_plan *plan;
	char *out;	 /* where earlier runs of the tree lie */
	double *costs_s; /* [test of the plan]: what it took when last seen; NULL: not asked yet */
	size_t num_proofs;
	struct workshop_proof {
		char *key; /* test, variant and mutated file */
		bool unreached;
		double seconds; /* what the test took */
		char *object;	/* of the unchanged file; NULL if it has none */
		size_t object_len;
	} * proofs;
};

enum workshop_outcome {
	WORKSHOP_KILLED,
	WORKSHOP_SURVIVED,
	WORKSHOP_EQUIVALENT, /* the object file is the same, byte for byte */
	WORKSHOP_UNREACHED,  /* the test could not run here: SKIP */
};

/* workshop_open copies home's source and configures a build without debug information. only is as
 * in struct workshop. */
GNG_MUST enum gng_status workshop_open(struct workshop *workshop, const struct gng_home *home,
				       const char *only, struct gng_why *why);
void workshop_close(struct workshop *workshop);

/* workshop_configure makes another build of the copy, with that compiler and those flags. */
GNG_MUST enum gng_status workshop_configure(const struct workshop *workshop, const char *build,
					    const char *compiler, const char *flags,
					    struct gng_why *why);

/* workshop_launcher returns what runs before the compiler, as CMake has it: ccache(1) if it is
 * there and CMAKE_C_COMPILER_LAUNCHER does not say otherwise; "" for nothing. */
const char *workshop_launcher(void);

#define WORKSHOP_MAX_TARGETS 250 /* in one call of ninja */

/*
 * workshop_make builds the targets, ended by NULL; what names the source in why if it does
 * not compile. GNG_GATES=off tells commands of the build that judge what they made, by its size
 * for one, to let it pass: the mutant's own test is to judge it.
 */
GNG_MUST enum gng_status workshop_make(const struct workshop *workshop, const char *build,
				       const char *const *targets, const char *what,
				       struct gng_why *why);

/* workshop_target returns the name of a test's program (caller frees), or NULL: no memory. */
char *workshop_target(const struct gng_test *test);

/*
 * workshop_proves builds and runs the mutant's test on the unchanged source, which must
 * pass: else its failure under the mutant would prove nothing. *unreached if it cannot run
 * here. A test that was proved with another mutant of the same file is not run again.
 */
GNG_MUST enum gng_status workshop_proves(struct workshop *workshop, bool *unreached,
					 const struct gng_mutant *mutant, struct gng_why *why);

/*
 * workshop_judge, of a mutant that workshop_proves has seen, plants the mutant, builds, runs its
 * test, and restores the source. *line is where the bug stood. GNG_EFORMAT if it cannot be planted
 * or does not compile.
 */
GNG_MUST enum gng_status workshop_judge(struct workshop *workshop, enum workshop_outcome *outcome,
					size_t *line, const struct gng_mutant *mutant,
					struct gng_why *why);

#endif /* MUTANTS_WORKSHOP_H */
