/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_mutants.h - planted bugs as text, and the edit that plants one.
 *
 * A .mutants file beside a test file says which bug the tests must kill:
 *
 *	mutant: tag_compare_stops_early
 *	file: impl/aes/aes_gcm.c
 *	- if (!gng_ct_equal(tag, want, len))
 *	+ if (!gng_ct_equal(tag, want, 8))
 *	kills: conformance.aes.gcm.gcm_opens_only_the_right_tag aesni
 *
 * Blocks are separated by blank lines, "#" begins a comment line. The "-" lines stand in
 * the file one after another, exactly once; white space around a line does not count.
 */
#ifndef GNG_MUTANTS_H
#define GNG_MUTANTS_H

#include <stddef.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_mutant is one planted bug. Its strings belong to the list. */
struct gng_mutant {
	char *name, *file;
	char *old_text, *new_text; /* lines, each ended by a newline */
	char *test, *variant;	   /* the id that must fail; variant "" if it has none */
	char *where;		   /* file:line of the block */
};

/*
 * gng_mutants_parse reads text[NUL-terminated] of the file called path into *mutants, which
 * gng_mutants_free frees. GNG_EFORMAT with file:line for an unknown word, a block without
 * one of the five, or a name that occurs twice.
 */
GNG_MUST enum gng_status gng_mutants_parse(struct gng_mutant **mutants, size_t *num_mutants,
					   const char *path, const char *text, struct gng_why *why);
void gng_mutants_free(struct gng_mutant *mutants, size_t num_mutants);

/*
 * gng_mutant_apply returns in *mutated (caller frees) the source with the bug in it, and in
 * *line the line where it stands. GNG_EFORMAT if the old lines do not occur exactly once:
 * the mutant must follow the code that it mutates.
 */
GNG_MUST enum gng_status gng_mutant_apply(char **mutated, size_t *line,
					  const struct gng_mutant *mutant, const char *source,
					  struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_MUTANTS_H */
