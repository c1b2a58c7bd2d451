/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_selftest.h - proof, on this installation, that the gates can fail: traps that once made
 * a harness say green go through the real gauge, and each must come out red as it should.
 *
 * A trap is a program or file that lies: it exits 0 after 256 failures, it asserts nothing, its
 * records are cut. A control is an honest counterpart that must stay green, as a gauge that
 * calls everything red would catch every trap. Both are "cases" here.
 */
#ifndef GNG_SELFTEST_H
#define GNG_SELFTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_gauge.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How many there are. The catalogue is compared with these numbers, and so is what ran. */
#define GNG_SELFTEST_NUM_TRAPS 33
#define GNG_SELFTEST_NUM_CONTROLS 4

enum gng_selftest_state {
	GNG_SELFTEST_HELD,    /* the gate did what it must */
	GNG_SELFTEST_LIED,    /* it did not, or the trap itself does not work */
	GNG_SELFTEST_SKIPPED, /* the trap could not be built here */
};

/* gng_selftest_result is what became of one case. name, lie and gate are constants. */
struct gng_selftest_result {
	const char *name; /* "cmocka-256-failures" */
	const char *lie;  /* what it does that has fooled a harness */
	const char *gate; /* what must catch it: "runner: exit status against report" */
	bool control;
	enum gng_selftest_state state;
	char expected[16], got[16];		    /* "FAIL", "refused", ... */
	char expected_overall[16], got_overall[16]; /* "NO-GO"; "" where nothing was judged */
	char reason[256];			    /* the gauge's sentence; of a skip, the cause */
	char complaint[320]; /* what is wrong, if LIED; the remedy of a skip */
	double seconds;
};

struct gng_selftest {
	size_t declared; /* cases that were to be executed */
	size_t num_results;
	struct gng_selftest_result *results;
	size_t num_traps, num_held, num_lied, num_skipped; /* num_traps: executed, no controls */
	enum gng_overall overall;
	char statement[256]; /* the sentence of the verdict */
};

struct gng_selftest_options {
	const char *dir;	  /* as for gng_home_open; NULL: the folder of this program */
	const char *traps;	  /* folder of the trap programs; NULL: dir's traps/ */
	const char *const *names; /* only these cases; none: all */
	size_t num_names;
	void (*on_result)(void *context, const struct gng_selftest_result *result, size_t done);
	void *context;
	const volatile int *stop; /* becomes non-zero on Ctrl-C */
};

/* gng_selftest_list writes one line a case, with name, what the gauge must say and the gate, and
 * below it, indented, the lie. */
void gng_selftest_list(FILE *out);

/*
 * gng_selftest_run executes the cases one after another (some 3 s) and judges them with
 * gng_selftest_judge. The caller frees with gng_selftest_fini, after success only. GNG_EINVAL
 * for a name that is no case; GNG_ESYS if the folder of the run cannot be made; errors of
 * gng_home_open.
 */
GNG_MUST enum gng_status gng_selftest_run(struct gng_selftest *selftest,
					  const struct gng_selftest_options *options,
					  struct gng_why *why);
void gng_selftest_fini(struct gng_selftest *selftest);

/*
 * gng_selftest_judge counts results[0..num_results) and sets overall and statement: NO-GO
 * if one lied; INCOMPLETE if there are fewer or more results than declared, one of them
 * twice, or no trap was executed; else GO, with skips counted.
 */
void gng_selftest_judge(struct gng_selftest *selftest);

/* gng_selftest_main is `gonogo selftest`: it returns the exit status of CLI.md. dir as above. */
int gng_selftest_main(int argc, char **argv, const char *dir);

#ifdef __cplusplus
}
#endif

#endif /* GNG_SELFTEST_H */
