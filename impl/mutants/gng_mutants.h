/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_mutants.h - planted bugs as text, bugs made from the source, and the edits that plant them.
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

/* ---- bugs that are made from the source ---- */

enum gng_edit_kind {
	GNG_EDIT_RELATIONAL, /* < <= > >= == != */
	GNG_EDIT_ARITHMETIC, /* + - * / % and their assignments, ++ -- */
	GNG_EDIT_BITWISE,    /* & | ^ << >> and their assignments, ~ gone */
	GNG_EDIT_LOGICAL,    /* && ||, ! gone */
	GNG_EDIT_CONSTANT,   /* an integer, one more and one less */
	GNG_EDIT_STATEMENT,  /* an assignment, call or jump gone */
	GNG_EDIT_CONDITION,  /* the condition of if, while or for turned round */
	GNG_EDIT_RETURN,     /* a function that returns at once: nothing, 0, and true for bool */
	GNG_NUM_EDIT_KINDS
};

/* gng_edit replaces source[offset..offset + len) by text, and keeps the number of lines. */
struct gng_edit {
	enum gng_edit_kind kind;
	size_t offset, len;
	size_t line;	/* of the first byte that changes */
	size_t ordinal; /* among those of its line and kind, from 1 */
	char *text;
};

const char *gng_edit_kind_name(enum gng_edit_kind kind); /* "relational"; "?" for none */

/*
 * gng_edits_of finds the edits of a C source in the project's format, sorted by line, kind
 * and ordinal, which together name one. Comments, literals of text and preprocessor lines
 * stay as they are. Some edits do not compile: only the compiler can tell. *edits is freed
 * with gng_edits_free. GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_edits_of(struct gng_edit **edits, size_t *num_edits,
				      const char *source, struct gng_why *why);
void gng_edits_free(struct gng_edit *edits, size_t num_edits);

/* gng_edit_apply returns the source with the edit in it (caller frees), or NULL: no memory. */
char *gng_edit_apply(const struct gng_edit *edit, const char *source);

#ifdef __cplusplus
}
#endif

#endif /* GNG_MUTANTS_H */
