/* SPDX-License-Identifier: Apache-2.0 */
/* mutants_campaign.h - the two kinds of run that `gonogo mutants` has. Private. */
#ifndef MUTANTS_CAMPAIGN_H
#define MUTANTS_CAMPAIGN_H

#include <gng_gauge.h>
#include <gng_term.h>
#include <jansson.h>

#include "mutants_worker.h"

#define EXIT_USAGE 2
#define EXIT_NOTHING 4
#define EXIT_HARNESS 99

struct campaign_options {
	const char *subsystem; /* "*": all */
	const char *build;     /* the folder of gonogo.facts; NULL: this program's */
	const char *base;      /* a git revision: only lines changed since it; or NULL */
	bool json, source, explained, resume, fresh, unshielded;
	size_t limit; /* 0: no limit */
	unsigned int num_jobs;
	const volatile int *stop;
};

/* planted_run plants the bugs of the .mutants files; returns the exit status. */
int planted_run(const struct campaign_options *options);

/* made_run plants the bugs that the source has room for; returns the exit status. */
int made_run(const struct campaign_options *options);

/* ---- several workers (pool.c) ---- */

#define POOL_MAX_JOBS 16

struct pool {
	const struct subject *subject;
	const struct coverage *coverage;
	struct source *source;
	enum source_outcome due; /* those that have this outcome are judged */
	unsigned int num_jobs;
	int state_fd;
	const volatile int *stop;
	/* told after each mutant, from the calling process */
	void (*on_outcome)(void *context, const struct source_mutant *mutant, size_t done,
			   size_t total);
	void *context;
};

/*
 * pool_run judges each chosen mutant that is due, in num_jobs processes, and
 * appends the outcomes to state_fd. A mutant under which its process dies, alone, is killed.
 * *num_errors counts those that could not be judged, and
 * why tells of one of them.
 */
GNG_MUST enum gng_status pool_run(const struct pool *pool, size_t *num_errors, struct gng_why *why);

/* ---- what a run of made mutants found (made_report.c) ---- */

struct made_counts {
	size_t asked; /* chosen, and those that a sample stands for */
	size_t chosen, judged, executed, killed, survived, explained;
	size_t explained_as[EXPLAINED_NUM_CLASSES];
	size_t equivalent, stillborn, unreached; /* equivalent: by their objects */
	bool unscored;				 /* chosen by their outcome: of nothing a share */
};

/* made_lists are arrays of what became of single mutants. */
struct made_lists {
	json_t *survivors, *explained, *unreached;
};

void made_count(struct made_counts *counts, const struct source *source);

/* made_print_survivors writes file, line and difference of each survivor that is not explained. */
void made_print_survivors(const struct gng_term *term, const struct source *source);

/* made_print_unreached writes the lines that no test executes, a line of text a file. */
void made_print_unreached(const struct gng_term *term, const struct source *source);
void made_print_counts(const struct gng_term *term, const char *name,
		       const struct made_counts *counts);

/* made_json returns an object with the counts and both scores; the caller drops it. */
json_t *made_json(const struct made_counts *counts);

/* made_add_json appends the survivors, explained ones apart with class and reason, and the
 * unreached lines. */
void made_add_json(struct made_lists *lists, const struct source *source);

#endif /* MUTANTS_CAMPAIGN_H */
