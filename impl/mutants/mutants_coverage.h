/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_coverage.h - which test executes which line, from gcov's JSON. Private. */
#ifndef MUTANTS_COVERAGE_H
#define MUTANTS_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <gng_base.h>

struct coverage {
	size_t num_tests, num_files;
	struct coverage_file {
		char *name; /* as gcov says: relative to the source root, or longer */
		size_t num_lines;
		size_t *first;	     /* [line]: where its function begins; 0: in none */
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

/* coverage_everywhere: nobody knows what test number test executes, so it may be any line of the
 * files that are known by now. */
void coverage_everywhere(struct coverage *coverage, size_t test);

/*
 * coverage_of returns hits[num_tests] for a line of a file: those of the line itself or, as
 * part of a longer statement, of the last counted line before it in the same function. NULL
 * outside functions and in unknown files: nobody can tell, so every test may reach it.
 */
const unsigned char *coverage_of(const struct coverage *coverage, const char *file, size_t line);

#endif /* MUTANTS_COVERAGE_H */
