/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selftest_trap.h - the catalogue of traps, and the staged tree they are planned in. Private to
 * impl/selftest and its suites.
 */
#ifndef SELFTEST_TRAP_H
#define SELFTEST_TRAP_H

#include "gng_selftest.h"

/* What the gauge must do: give a verdict, or refuse the file before there is any. */
#define TRAP_REFUSED ((int)GNG_NUM_VERDICTS)
#define TRAP_NOT_ALONE (-1)

struct stage;

/* outcome is what the gauge made of a trap. */
struct outcome {
	int said; /* enum gng_verdict, or TRAP_REFUSED */
	bool judged;
	enum gng_overall overall; /* if judged */
	char reason[256];
	char complaint[320]; /* a fault that verdict and reason do not show; "" if none */
};

struct trap {
	const char *name, *lie, *gate;
	int must;	    /* enum gng_verdict, or TRAP_REFUSED */
	const char *reason; /* part of the gauge's sentence; NULL where PASS has none */
	const char *suite, *stem, *function; /* the planned test that it is about */
	unsigned int flags;		     /* enum gng_test_flags, as in the program's table */
	bool control;
	bool alone; /* alone_status is what it exits with when nobody watches */
	int alone_status;
	const char *needs, *remedy; /* NULL, or why its program may be absent: SKIP */
	const char *armed_by;	    /* NULL, or an environment variable */
	bool twice;		    /* its line stands in the table twice */
	unsigned int repeat;	    /* attempts; 0: one */
	unsigned int timeout_s;	    /* 0: long enough for every honest program */
	double floor_ns;	    /* of the machine's noise; 0: a quiet one, 100 ns */
	/* NULL: the planned program is run. Else this does what the trap is about. GNG_OK, or
	 * why the trap could not be tried at all. */
	enum gng_status (*spring)(struct outcome *outcome, const struct stage *stage,
				  const struct trap *trap, struct gng_why *why);
};

extern const struct trap selftest_traps[];
extern const size_t selftest_num_traps; /* controls too */

/* trap_word returns "FAIL", "refused", ... for trap.must and outcome.said. */
const char *trap_word(int said);

/* trap_overall returns what a run of one required test with that verdict must end in. */
enum gng_overall trap_overall(enum gng_verdict verdict);

/* ---- the staged tree ---- */

/* stage is a source tree of the traps' tables in a folder of its own, and the home of it. */
struct stage {
	char *folder;
	char *traps; /* where the programs are */
	char *tools; /* where gonogo-mutants is */
	struct gng_home *home;
};

/* stage_open writes the tree that catalogue plans. GNG_ESYS, GNG_ENOMEM; stage_close removes it,
 * also after a failure. */
GNG_MUST enum gng_status stage_open(struct stage *stage, const char *traps, const char *tools,
				    struct gng_why *why);
void stage_close(struct stage *stage);

/* stage_path returns "<folder>/<name>" (caller frees), or NULL. */
char *stage_path(const struct stage *stage, const char *name);

/* stage_unplug takes all programs out of the build, or puts them back. */
GNG_MUST enum gng_status stage_unplug(const struct stage *stage, bool out, struct gng_why *why);

/*
 * stage_run plans, selects and runs the trap's test through the gauge, writes JUnit, and judges
 * the records as they are read back from the file. The run's folder is <folder>/run.
 */
GNG_MUST enum gng_status stage_run(struct outcome *outcome, const struct stage *stage,
				   const struct trap *trap, struct gng_why *why);

/* stage_judge is the second half of it: what records.jsonl in <folder>/run says now. */
GNG_MUST enum gng_status stage_judge(struct outcome *outcome, const struct stage *stage,
				     const struct trap *trap, struct gng_why *why);

/* ---- programs ---- */

/* trap_program returns the path of the trap's program (caller frees), or NULL. */
char *trap_program(const struct stage *stage, const struct trap *trap);

/* alone_run runs argv in a clean environment, without a runner and its output in log; it returns
 * the exit status, or -1 if there is none. */
int alone_run(const struct stage *stage, const char *log, const char *const *argv);

/* ---- traps that are files ---- */

enum gng_status spring_selector(struct outcome *, const struct stage *, const struct trap *,
				struct gng_why *);
enum gng_status spring_stale(struct outcome *, const struct stage *, const struct trap *,
			     struct gng_why *);
enum gng_status spring_ktap(struct outcome *, const struct stage *, const struct trap *,
			    struct gng_why *);
enum gng_status spring_cut(struct outcome *, const struct stage *, const struct trap *,
			   struct gng_why *);
enum gng_status spring_doubled(struct outcome *, const struct stage *, const struct trap *,
			       struct gng_why *);
enum gng_status spring_stranger(struct outcome *, const struct stage *, const struct trap *,
				struct gng_why *);
enum gng_status spring_absent(struct outcome *, const struct stage *, const struct trap *,
			      struct gng_why *);
enum gng_status spring_no_mutant(struct outcome *, const struct stage *, const struct trap *,
				 struct gng_why *);

#endif /* SELFTEST_TRAP_H */
