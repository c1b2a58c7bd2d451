/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_statements.h - which lines belong to one statement, and what ran before it. Private. */
#ifndef MUTANTS_STATEMENTS_H
#define MUTANTS_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#define NO_STATEMENT ((size_t)-1)

/*
 * A statement without others in it, the controlling part of one that has others, a label, or the
 * head of a function up to its brace. They stand in the order of the source, and none in another.
 */
struct statement {
	size_t offset, end; /* bytes */
	size_t first, last; /* lines; of the label of a switch from the switch on, which decides */
	size_t before;	    /* has been executed whenever this one is; NO_STATEMENT of a head */
};

struct statements {
	struct statement *items;
	size_t num;
};

/* statements_read finds those of any NUL-terminated text; what it cannot tell apart is one
 * statement. false if memory ran out. The caller frees with statements_fini. */
bool statements_read(struct statements *statements, const char *source);
void statements_fini(struct statements *statements);

/* statements_at returns the index of the one with that byte in it, or right before it;
 * NO_STATEMENT outside of functions. */
size_t statements_at(const struct statements *statements, size_t offset);

#endif /* MUTANTS_STATEMENTS_H */
