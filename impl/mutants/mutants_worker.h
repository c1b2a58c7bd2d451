/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_worker.h - one of the processes that judge the mutants of a subject. Private. */
#ifndef MUTANTS_WORKER_H
#define MUTANTS_WORKER_H

#include <stdatomic.h>

#include "mutants_subject.h"

/* What became of the trials of one program: all workers of a pool learn from each other. */
struct worker_trials {
	atomic_uint num, kills;
};

struct worker {
	const struct subject *subject;
	const struct coverage *coverage;
	char *folder; /* <workshop>/worker-N: source/, tests/, gonogo.facts, links to programs */
	const char *compile_flags, *link_flags; /* beyond those of the build; "" for none */
	struct worker_object {
		char *base; /* of the unchanged source, or NULL */
		size_t base_len;
		bool chosen;  /* compiled from the file of the present mutant */
		bool changed; /* and different */
	} * objects;	      /* [compile] */
	bool *unchanged;      /* [program]: it lies in the folder, without a mutant */
	const struct source_file *file;
	struct worker_trials *of_file; /* [program]: of mutants of the present file */
	struct worker_trials *of_all;  /* [program]: of all mutants */
	unsigned char *hits;	       /* [test of the plan]: reaches the present mutant */
	bool knows_hits;	       /* else every test may */
};

/* worker_open makes a folder of that name for it. */
GNG_MUST enum gng_status worker_open(struct worker *worker, const struct subject *subject,
				     const struct coverage *coverage, const char *name,
				     struct gng_why *why);
void worker_close(struct worker *worker);

/* worker_judge finds mutant->outcome and mutant->killer. On error both stay as they are. */
GNG_MUST enum gng_status worker_judge(struct worker *worker, struct source_mutant *mutant,
				      struct gng_why *why);

/*
 * worker_prove runs all tests once where and as the first worker will run them, with programs that
 * are linked as if they were mutated: GNG_EINVAL if one fails, as every mutant would then be killed
 * by this folder. What a test costs, and what an object is without a mutant, is known from here.
 * stop as in gng_run_options.
 */
GNG_MUST enum gng_status worker_prove(struct subject *subject, const volatile int *stop,
				      struct gng_why *why);

/* ---- worker_folder.c ---- */

/* worker_unchanged puts the command of the shared build in place of a mutated one. */
GNG_MUST enum gng_status worker_unchanged(const struct worker *worker, size_t program,
					  struct gng_why *why);

/* ---- worker_make.c ---- */

/* worker_make_all compiles the wanted objects of the unchanged source, and links all programs with
 * them. */
GNG_MUST enum gng_status worker_make_all(struct worker *worker, struct gng_why *why);

/* ---- worker_build.c ---- */

/*
 * worker_compile compiles every object of the mutant's file and compares them: *same if all
 * equal those of the unchanged source, *stillborn if one does not compile. GNG_ESYS if the
 * unchanged source does not compile any more either.
 */
GNG_MUST enum gng_status worker_compile(struct worker *worker, bool *same, bool *stillborn,
					const struct source_mutant *mutant, struct gng_why *why);

/* The commands of sh that compile an object, and link a program with the changed ones; the caller
 * frees, NULL if memory ran out. The folder's name stands nowhere in an object, so that all workers
 * make the same one. */
char *worker_compile_command(const struct worker *worker, size_t index);
char *worker_link_command(const struct worker *worker, size_t program);

/* worker_links: the program has changed objects in it. */
bool worker_links(const struct worker *worker, size_t program);

/* worker_link links a program with the changed objects. */
GNG_MUST enum gng_status worker_link(const struct worker *worker, size_t program,
				     struct gng_why *why);

#endif /* MUTANTS_WORKER_H */
