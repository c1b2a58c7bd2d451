/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutants_subject.h - one subsystem in a workshop: its tests, what they cost and reach, and how
 * one object of it is compiled and linked again. Private.
 */
#ifndef MUTANTS_SUBJECT_H
#define MUTANTS_SUBJECT_H

#include "mutants_coverage.h"
#include "mutants_source.h"
#include "mutants_workshop.h"

/* What a test of unchanged source may take, with counters and on a machine that is busy. */
#define SUBJECT_PATIENCE_S 600

/* Tests of unchanged source at once, as in `gonogo check` on two CPUs: many only wait. */
#define SUBJECT_JOBS 4

/* Which mutants are to be judged: what none of them needs is neither built nor run. */
struct subject_scope {
	const struct source *source;
	enum source_outcome due;
	const struct coverage *coverage; /* NULL: not known yet, so every test may reach them */
};

struct subject {
	struct workshop *workshop;
	const char *subsystem;
	double *cpu_s;		  /* [test of the plan]: what it used when it was last run */
	double *cheap;		  /* [test of the plan]: minus what it used on unchanged source */
	unsigned int *patience_s; /* [test of the plan]: deadline under a mutant; 0: not known */
	char *build;		  /* its folder */
	char *commands;		  /* of sh, that make all of it, one a line */
	bool sanitized;		  /* with AddressSanitizer and UndefinedBehaviorSanitizer */
	bool is_last;		  /* what survives here has survived, and is not just doubtful */
	size_t num_all;		  /* tests that the plan has for it */
	size_t num_tests, num_programs, num_compiles;
	struct subject_test {
		struct gng_test *test; /* it passed on the unchanged source, once that is proved */
		double cpu_s, seconds; /* CPU time, which a busy machine does not stretch */
		size_t program;
		size_t number; /* in the order of the plan: coverage counts by it */
	} * tests;	       /* fastest first */
	struct subject_program {
		char *target; /* "tests/conformance.hist.codec" or "gonogo-mutants" */
		char *link;   /* the command of sh, run in the build's folder */
	} * programs;	      /* those with tests first */
	size_t num_test_programs;
	struct subject_compile {
		char *file;    /* "impl/hist/query.c" */
		char *command; /* up to " -o " */
		char *object;  /* in the build's folder */
		char *headers; /* of the subsystem that it includes, each with a newline */
		char *base;    /* the object's bytes, of the unchanged source; NULL: not known */
		size_t base_len;
		bool wanted; /* a mutant that is due may change it */
	} * compiles;
};

/*
 * subject_open builds what the conformance and fuzz programs of scope->source's subsystem that
 * reach a mutant of the scope are linked of. worker_prove then runs their tests.
 */
GNG_MUST enum gng_status subject_open(struct subject *subject, struct workshop *workshop,
				      const struct subject_scope *scope, bool sanitized,
				      struct gng_why *why);
void subject_close(struct subject *subject);

/*
 * subject_begin_ahead begins to build what subject_open will want with sanitizers, and returns the
 * number of the process that does, below 1 if there is none (subject_ahead.c). subject_end_ahead
 * waits for it, or ends it if it is not wanted or *stop comes.
 */
pid_t subject_begin_ahead(const struct workshop *workshop, const struct subject_scope *scope);
void subject_end_ahead(pid_t pid, bool wanted, const volatile int *stop);

/*
 * subject_baseline runs every test in folder that is not slow, keeps what each costs, and forgets
 * those that cannot run here: GNG_EINVAL if one fails, as its failure under a mutant would then
 * prove nothing. stop as in gng_run_options.
 */
GNG_MUST enum gng_status subject_baseline(struct subject *subject, const char *folder,
					  const volatile int *stop, struct gng_why *why);

/* subject_can_sanitize tells whether the build with sanitizers, as `make check` has it, is
 * possible here. */
bool subject_can_sanitize(void);

/*
 * subject_cover learns which test reaches which line of the wanted objects (subject_cover.c).
 * coverage is made in any case: what cannot be learned stays unknown, a test that does not pass
 * with counters may reach any line, and *missing (caller frees) then says why.
 */
GNG_MUST enum gng_status subject_cover(struct coverage *coverage, char **missing,
				       const struct subject *subject, const volatile int *stop,
				       struct gng_why *why);

/*
 * subject_has_threads: a program of the first worker may make threads, or nobody can tell. Counters
 * of one thread need no atomic addition, which made a test of aes take 16.7 s in the place of 4.8;
 * among threads additions would be lost, and gcov, which derives some counts from others, would
 * then say of a line that was executed that it was not.
 */
bool subject_has_threads(const struct subject *subject);

/* subject_compiles: object number index is compiled from the file, or from one that includes it. */
bool subject_compiles(const struct subject *subject, size_t index, const char *file);

/* subject_make builds all but the test programs themselves (subject_make.c). */
GNG_MUST enum gng_status subject_make(const struct subject *subject, struct gng_why *why);

/* subject_select marks one test in the plan, or all for number subject->num_all. */
void subject_select(const struct subject *subject, size_t number);

/* How tests are run. */
struct subject_pace {
	unsigned int timeout_s;		/* of each */
	const unsigned int *timeouts_s; /* as in struct gng_run_options */
	unsigned int num_jobs;		/* at once */
	bool goes_on;			/* past one that fails */
	const double *costs_s; /* [test of the plan]: the dearest first; NULL: in its order */
};

/* subject_run runs the tests whose programs are in folder/tests and which are marked selected in
 * the plan. *records as gng_run. */
GNG_MUST enum gng_status subject_run(const struct subject *subject, struct gng_record **records,
				     size_t *num_records, const char *folder,
				     const struct subject_pace *pace, const volatile int *stop,
				     struct gng_why *why);

#endif /* MUTANTS_SUBJECT_H */
