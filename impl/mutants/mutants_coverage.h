/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_coverage.h - which test executes which line, from gcov's JSON. Private. */
#ifndef MUTANTS_COVERAGE_H
#define MUTANTS_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

#include "mutants_statements.h"

struct coverage {
	size_t num_tests, num_files;
	struct coverage_file {
		char *name; /* as gcov says: relative to the source root, or longer */
		size_t num_lines;
		bool *known;	     /* [line]: gcov counts it */
		unsigned char *hits; /* [line * num_tests + test]: executed */
	} * files;
};

/* What a test executed, and what it executed not, is known only of lines that gcov counts. */
void coverage_init(struct coverage *coverage, size_t num_tests);
void coverage_fini(struct coverage *coverage);

/*
 * coverage_add takes in one output of `gcov --json-format --stdout`: JSON documents, one a
 * line, of what test number test executed. GNG_EFORMAT for other text.
 */
GNG_MUST enum gng_status coverage_add(struct coverage *coverage, size_t test, const char *json,
				      struct gng_why *why);

/* coverage_join takes in what one, a coverage of a single test, knows of test number test. */
GNG_MUST enum gng_status coverage_join(struct coverage *coverage, size_t test,
				       const struct coverage *one, struct gng_why *why);

/* coverage_everywhere: nobody knows what test number test executes, so it may be any line of the
 * files that are known by now. */
void coverage_everywhere(struct coverage *coverage, size_t test);

/*
 * coverage_of fills hits[num_tests]: which test began the statement of that index, by all lines of
 * it, since gcov counts the first part of a condition as often as not on the line of a later one.
 * Of a statement without a counted line, those of the one before. false outside of functions, and
 * in those that gcov does not know: nobody can tell, so every test may reach it.
 */
bool coverage_of(const struct coverage *coverage, unsigned char *hits, const char *file,
		 const struct statements *statements, size_t index);

#endif /* MUTANTS_COVERAGE_H */
