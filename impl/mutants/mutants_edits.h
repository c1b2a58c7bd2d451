/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_edits.h - how the operators hand in their edits of one source. Private. */
#ifndef MUTANTS_EDITS_H
#define MUTANTS_EDITS_H

#include "gng_mutants.h"
#include "mutants_token.h"

struct edits {
	struct tokens tokens;
	struct gng_edit *items;
	size_t num, cap;
	bool broken; /* memory ran out */
};

/*
 * edits_add hands in one edit that replaces source[offset..offset + len) by text; newlines
 * that the text lacks are appended, so that later lines keep their numbers.
 */
void edits_add(struct edits *edits, enum gng_edit_kind kind, size_t offset, size_t len, size_t line,
	       const char *text);

/* What each file of operators finds. */
void edits_operators(struct edits *edits);  /* relational to constant */
void edits_structures(struct edits *edits); /* statement, condition, return */

#endif /* MUTANTS_EDITS_H */
