/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signoff_aside.h - what the page shows beside the sign-off: flame graphs, the claims ledger,
 * earlier sign-offs, tables of kernels, mutants and fuzzing. It is gathered after signing and is no
 * part of what is signed, so none of it changes the verdict. Private to impl/signoff and its
 * suites.
 */
#ifndef SIGNOFF_ASIDE_H
#define SIGNOFF_ASIDE_H

#include <jansson.h>

#include "gng_signoff.h"

#define ASIDE_MAX_FLAMES 4

struct gng_signoff_aside {
	json_t *claims;	 /* as `gonogo claims --json` prints them; NULL: not judged */
	json_t *history; /* `gonogo history --json`, before this sign-off is added */
	json_t *mutants; /* `gonogo mutants --json`, kept in out/mutants.json */
	json_t *fuzz;	 /* `gonogo fuzz --json`, kept in out/fuzz.json */
	json_t *tables;	 /* of `gonogo lab run`, kept in out/lab/CASE.table.json; an array */
	size_t num_flames;
	struct aside_flame {
		const struct gng_test *test; /* what was sampled */
		char *folded;		     /* gng_flame.h; NULL: there is none */
		char why[256];		     /* no graph: the reason and its remedy */
	} flames[ASIDE_MAX_FLAMES];
};

/*
 * aside_pick chooses the tests to sample: of each subsystem that is timed against peers, the
 * passed ratio that came nearest to its limit. It returns their number.
 */
size_t aside_pick(const struct gng_test *tests[ASIDE_MAX_FLAMES],
		  const struct gng_signoff *signoff);

/* aside_run runs argv (its program in argv[0], found beside this one) for at most seconds and
 * returns what it wrote to stdout (caller frees), NULL if it did not end in time or cannot run;
 * *code is its exit status, and complaint[0..cap) the first line that it wrote to stderr. */
char *aside_run(char *const argv[], unsigned int seconds, const volatile int *stop, int *code,
		char *complaint, size_t cap);

/* aside_json reads a file that somebody keeps beside the runs (caller decrefs); NULL if it is not
 * there, or no regular file of JSON. */
json_t *aside_json(const char *path);

/* aside_gather runs the programs that are built here. What is missing stays NULL. */
void aside_gather(struct gng_signoff_aside *aside, const struct gng_signoff *signoff,
		  const struct gng_home *home, const char *out, const volatile int *stop);
void aside_fini(struct gng_signoff_aside *aside);

/* aside_program writes the path of a program beside this one; false if it is not there. */
bool aside_program(char *path, size_t cap, const char *name);

#endif /* SIGNOFF_ASIDE_H */
