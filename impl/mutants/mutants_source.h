/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_source.h - the mutants of one subsystem's source, and what became of each. Private. */
#ifndef MUTANTS_SOURCE_H
#define MUTANTS_SOURCE_H

#include <gng_gauge.h>

#include "gng_mutants.h"
#include "mutants_statements.h"

struct explanation;

enum source_outcome {
	SOURCE_UNKNOWN,	 /* not judged yet, or left out */
	SOURCE_DOUBTFUL, /* survived where no sanitizer watches: to be judged once more */
	SOURCE_KILLED,
	SOURCE_SURVIVED,   /* reached by a test, and none failed: UNASSERTED */
	SOURCE_EQUIVALENT, /* the object is the same, byte for byte */
	SOURCE_STILLBORN,  /* does not compile */
	SOURCE_UNREACHED,  /* no test executes its statement */
	SOURCE_NUM_OUTCOMES
};

const char *source_outcome_name(enum source_outcome outcome); /* "killed"; never NULL */

struct source_file {
	char *name; /* "impl/hist/query.c" */
	char *text;
	struct gng_edit *edits;
	size_t num_edits;
	struct statements statements;
};

struct source_mutant {
	const struct source_file *file;
	const struct gng_edit *edit;
	size_t statement;	   /* of its file, where it stands; NO_STATEMENT */
	char *id;		   /* file:line:kind:ordinal */
	char *old_line, *new_line; /* its line before and after, white space made single */
	bool chosen;		   /* to be judged in this run */
	enum source_outcome outcome;
	char *killer;			       /* the test that failed; NULL if none */
	const struct explanation *explanation; /* why it may survive; borrowed; or NULL */
};

struct source {
	char subsystem[64];
	struct source_file *files;
	size_t num_files;
	struct source_mutant *mutants; /* by file, then as gng_edits_of sorts them */
	size_t num_mutants;
	size_t num_asked;   /* those chosen, before a sample was taken of them */
	char key[17];	    /* of every file that can change an outcome */
	char fixed_key[17]; /* of those that are no part of one test program */
	struct source_program {
		char *name;   /* "conformance.hist.codec" */
		char key[17]; /* of the files that it alone is made of, and the folder's headers */
	} * programs;
	size_t num_programs;
};

/* source_open makes the mutants of impl/<subsystem>, without its public header; all are chosen. */
GNG_MUST enum gng_status source_open(struct source *source, const char *tree,
				     const struct gng_plan *plan, const char *subsystem,
				     struct gng_why *why);
/* source_key names the state of all files in the tree that can change an outcome. */
void source_key(char key[17], const char *tree, const struct gng_plan *plan, const char *subsystem);

/* source_outcome_key names the state of the files, beside those of fixed_key, that an outcome
 * rests on: of a killed mutant the program that killed it, since other tests make it no less dead;
 * of an equivalent one none; else all. */
const char *source_outcome_key(const struct source *source, const struct source_mutant *mutant);
void source_close(struct source *source);

size_t source_num_chosen(const struct source *source);

/* source_is_due: the file (NULL: any) has a chosen mutant with this outcome. */
bool source_is_due(const struct source *source, enum source_outcome due,
		   const struct source_file *file);

/* source_sample keeps at most limit of the chosen ones, evenly spread; returns how many. */
size_t source_sample(struct source *source, size_t limit);

/* ---- lines that changed (changed.c) ---- */

/*
 * source_keep_changed leaves only the mutants on lines that the output of `git diff -U0`
 * adds; untracked is a list of new files, one a line. Returns how many are left.
 */
size_t source_keep_changed(struct source *source, const char *diff, const char *untracked);

/* source_diff asks git in folder for both texts since base. GNG_EINVAL names base if it is no
 * revision. */
GNG_MUST enum gng_status source_diff(char **diff, char **untracked, const char *folder,
				     const char *base, struct gng_why *why);

/* ---- survivors that are explained (explained.c) ---- */

enum explained_class {
	EXPLAINED_EQUIVALENT, /* what the code promises is the same, whatever it is given */
	EXPLAINED_STUBBORN,   /* something would tell it apart, and no test brings that about */
	EXPLAINED_NUM_CLASSES
};

const char *explained_class_name(enum explained_class of); /* "stubborn"; "?" for none */

struct explanation {
	char *file, *kind, *old_line, *new_line, *reason;
	enum explained_class of;
	size_t line;
};

struct explained {
	struct explanation *rows;
	size_t num_rows;
	char *path;
};

/*
 * explained_parse reads rows file, kind, old line, new line, class, reason, separated by tabs; "#"
 * begins a comment line. White space within lines counts as one space. GNG_EFORMAT with
 * path:line, also for a class that is missing or unknown.
 */
GNG_MUST enum gng_status explained_parse(struct explained *explained, const char *path,
					 const char *text, struct gng_why *why);
void explained_fini(struct explained *explained);

/* explained_apply gives each mutant that a row describes its explanation. GNG_EFORMAT with
 * path:line for a row that describes none, as the code has changed since, or one that has one. */
GNG_MUST enum gng_status explained_apply(const struct explained *explained, struct source *source,
					 struct gng_why *why);

/* source_keep_explained leaves only the mutants that have an explanation; returns how many. */
size_t source_keep_explained(struct source *source);

/* explained_check finds rows of which every judged mutant was killed: such a reason is wrong.
 * GNG_EFORMAT with path:line. */
GNG_MUST enum gng_status explained_check(const struct explained *explained,
					 const struct source *source, struct gng_why *why);

/* ---- the state of a run (state.c) ---- */

/*
 * state_read takes the outcomes that an earlier run of the same source left in path, but for those
 * that rest on tests that have changed since; returns how many. *fits is false if the file is
 * absent or of another source. A last line that was cut by a kill is left out.
 */
size_t state_read(bool *fits, struct source *source, const char *path);

/* state_lock holds path until *lock_fd is closed. GNG_EPERM if another run holds it. */
GNG_MUST enum gng_status state_lock(int *lock_fd, const char *path, struct gng_why *why);

/* state_begin makes an empty state of this source, in one step. */
GNG_MUST enum gng_status state_begin(const struct source *source, const char *path,
				     struct gng_why *why);

/* state_add appends one outcome to the file open at fd, in one write. */
GNG_MUST enum gng_status state_add(int fd, const struct source *source,
				   const struct source_mutant *mutant, struct gng_why *why);

#endif /* MUTANTS_SOURCE_H */
