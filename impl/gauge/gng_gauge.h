/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_gauge.h - plan, runner, records and verdicts: what turns test programs into GO or NO-GO.
 *
 * The order of a run: gng_home_open finds the sources and the builds, gng_plan_open reads
 * the plan from the source text, gng_plan_select narrows it, gng_run executes it and hands
 * out records, gng_tally judges them. Strings in structs belong to the object that they
 * came from, unless a comment says otherwise.
 */
#ifndef GNG_GAUGE_H
#define GNG_GAUGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>
#include <gng_probe.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- verdicts ---- */

enum gng_verdict {
	GNG_PASS,
	GNG_FAIL,	  /* an assertion, a crash, a deadline, a budget */
	GNG_ERROR,	  /* the harness or the machine broke, not the subject */
	GNG_MISSING,	  /* planned, and no result */
	GNG_SKIP,	  /* cannot run here, with a reason */
	GNG_INCONCLUSIVE, /* ran and cannot tell, with a reason */
	GNG_NUM_VERDICTS
};

enum gng_overall { GNG_GO = 0, GNG_NO_GO = 1, GNG_INCOMPLETE = 3 }; /* = exit codes */

const char *gng_verdict_name(enum gng_verdict verdict); /* "PASS"; never NULL */
const char *gng_overall_name(enum gng_overall overall); /* "GO", "NO-GO", "INCOMPLETE" */

/* ---- where things are ---- */

/* gng_build is one build of the test programs. */
struct gng_build {
	char *name;	 /* "release", "asan", ...: part of a record's key */
	char *dir;	 /* holds tests/ */
	char *compiler;	 /* "GNU 12.2.0" */
	char *linker;	 /* "GNU ld (GNU Binutils for Debian) 2.40"; "" if unknown */
	char *run_under; /* "" or words put before each test program, as for Valgrind */
	size_t num_missing;
	struct gng_missing {
		char *what;   /* a subsystem, or suite.subsystem.stem */
		char *reason; /* "libbpf is not installed" */
		char *remedy; /* "apt-get install libbpf-dev" */
	} * missing;
};

/* gng_home is the source tree (or what `make install` kept of it) and its builds. */
struct gng_home {
	char *source; /* holds impl/, conformance/, fuzz/, hwtests/, vectors/ */
	char *out;    /* where runs are kept */
	size_t num_builds;
	struct gng_build *builds; /* the command's own build first */
};

/*
 * gng_home_open reads gonogo.facts in dir (a build folder, or <prefix>/libexec/gonogo) and
 * in the builds below it. dir NULL: the folder of this program. GNG_ESYS or GNG_EFORMAT
 * (file:line) if the facts cannot be read. The caller closes *home.
 */
GNG_MUST enum gng_status gng_home_open(struct gng_home **home, const char *dir,
				       struct gng_why *why);
void gng_home_close(struct gng_home *home);

/* ---- plan ---- */

enum gng_test_flags { /* those but GNG_TEST_PLANNED equal suite.h's */
		      GNG_TEST_EACH_VARIANT = 1,
		      GNG_TEST_SLOW = 2,
		      GNG_TEST_LATENCY = 4, /* an absolute time: judged against the noise floor */
		      GNG_TEST_PLANNED = 8, /* of what does not exist yet: always MISSING */
		      GNG_TEST_COUNTS = 16, /* a hardware test that others do not disturb */
		      GNG_TEST_ONCE = 32,   /* its subject is the same in every build */
};

/* gng_budget is one line of <stem>.budget: metric, <= or >=, limit, unit, machine. */
struct gng_budget {
	char metric[48]; /* = the function of the test that measures it */
	bool at_least;	 /* ">=": more is better */
	double limit;
	char unit[16];
	char machine[32]; /* "*" or a machine class */
};

/* gng_test is one planned execution. Its key is (id, variant, build). */
struct gng_test {
	char *id; /* suite.subsystem.stem.function */
	char *suite, *subsystem, *stem, *function;
	char *variant;	    /* "" if the test has none */
	const char *build;  /* gng_build.name */
	char *requirements; /* ids, space-separated, may be "" */
	char *file;	    /* relative to the source root */
	int line;
	unsigned int flags;   /* enum gng_test_flags */
	char *cannot;	      /* NULL, or why it cannot be built here: SKIP */
	char *remedy;	      /* with cannot */
	char *broken;	      /* NULL, or a fault of plan, table or budget, file:line: ERROR */
	bool selected;	      /* by gng_plan_select; initially true */
	bool required, named; /* by gng_profile_apply; before it, every test is required */
	size_t num_budgets;   /* of a hardware test: one a machine class */
	struct gng_budget *budgets;
};

/* gng_requirement is a row of impl/<subsystem>/requirements.tsv, or of docs/planned/<name>.tsv. */
struct gng_requirement {
	char *id, *clause, *text, *subsystem;
	size_t num_tests; /* planned tests that name it */
	char *file;	  /* relative to the source root */
	int line;
	bool planned; /* of what does not exist yet: nothing can test it */
};

struct gng_subsystem {
	char *name;
	char *needs, *packages, *variants, *command; /* space-separated, may be "" */
};

struct gng_plan {
	size_t num_tests, num_requirements, num_subsystems;
	struct gng_test *tests; /* sorted by id, variant, build */
	struct gng_requirement *requirements;
	struct gng_subsystem *subsystems;
	char sha256[65]; /* of keys and requirements: for the same builds the same everywhere */
};

/*
 * gng_plan_open scans home's source text for the builds named in builds (space-separated,
 * "all", or NULL for the first). Test files and declarations that cannot be parsed give
 * GNG_EFORMAT with file:line; so does a requirement id that is unknown or never tested.
 */
GNG_MUST enum gng_status gng_plan_open(struct gng_plan **plan, const struct gng_home *home,
				       const char *builds, struct gng_why *why);
void gng_plan_close(struct gng_plan *plan);

/*
 * gng_plan_select keeps the tests that match one of the selectors: a prefix of an id that
 * ends at a dot ("conformance.aes"), or the same without its suite ("aes", "aes.gcm").
 * variants: comma-separated names, which leave tests without variants out; NULL or "all": no
 * matter. What was not selected stays so, and on failure nothing changes. GNG_EINVAL names a
 * selector or variant that matches nothing, and the nearest one that exists.
 */
GNG_MUST enum gng_status gng_plan_select(struct gng_plan *plan, const char *const *selectors,
					 size_t num_selectors, const char *variants,
					 struct gng_why *why);

/* gng_plan_find returns the test with that key, or NULL. variant and build may be NULL: any. */
struct gng_test *gng_plan_find(const struct gng_plan *plan, const char *id, const char *variant,
			       const char *build);

/*
 * gng_plan_name sets plan->sha256, the hash of what the plan is, not of where or when it was
 * read: lines "id TAB variant TAB build TAB requirements" of its tests, which are sorted.
 * GNG_ENOMEM.
 */
GNG_MUST enum gng_status gng_plan_name(struct gng_plan *plan, struct gng_why *why);

/* gng_plan_write writes plan.json. */
GNG_MUST enum gng_status gng_plan_write(const struct gng_plan *plan, const char *path,
					struct gng_why *why);

/* ---- budgets and measured figures ---- */

/* gng_budget_parse reads text into *budgets (caller frees). GNG_EFORMAT with file:line. */
GNG_MUST enum gng_status gng_budget_parse(struct gng_budget **budgets, size_t *num_budgets,
					  const char *file, const char *text, struct gng_why *why);

/* gng_budget_value is what a figure is judged by: the median of five blocks, else its value. */
double gng_budget_value(const struct gng_measure *measure);

/* gng_floor tells the machine's noise at a quantile, in ns: the larger of before and after. */
struct gng_floor {
	double (*at)(const void *context, double quantile);
	const void *context;
};

/*
 * gng_budget_judge compares a figure with its limit and writes a sentence to reason:
 *  - five interleaved blocks (a ratio): PASS if their median reaches limit * scale, FAIL if
 *    all five are under 0.97 of that, else INCONCLUSIVE (ARCHITECTURE.md, ratio rule). An
 *    upper limit is divided by scale and by 0.97, so that both forgive;
 *  - a latency (quantile > 0): INCONCLUSIVE if the floor is NULL or exceeds a quarter of
 *    the limit there; then as below;
 *  - otherwise PASS if the worse bound of the 95 % interval keeps the limit, FAIL if the
 *    better one breaks it, else INCONCLUSIVE. Without bounds the value itself decides.
 * ERROR if the units differ, blocks are not five, or a figure is not finite.
 */
enum gng_verdict gng_budget_judge(char reason[256], const struct gng_budget *budget,
				  const struct gng_measure *measure, double scale,
				  const struct gng_floor *floor);

/* ---- records ---- */

/* gng_figure is a measure with the limit it was judged by. */
struct gng_figure {
	struct gng_measure measure; /* measure.hist is owned by the record */
	bool judged;
	struct gng_budget budget;
	double floor_ns; /* NAN if unknown */
	enum gng_verdict verdict;
};

struct gng_record {
	const struct gng_test *test;
	enum gng_verdict verdict;
	char *reason, *remedy; /* NULL for PASS */
	double seconds;
	uint64_t assertions, cases;
	char started[32]; /* UTC, ISO 8601 */
	char *log;	  /* path relative to the run's folder, or NULL */
	char *repro;	  /* the command that repeats this test */
	size_t num_figures, num_notes;
	struct gng_figure *figures;
	struct gng_probe_note *notes;
	unsigned int attempt; /* 1, 2, ... with --repeat */
	bool corrupt;	      /* ERROR by a file of the tree; not kept in records.jsonl */
};

void gng_record_fini(struct gng_record *record);

/* gng_execution is how a test ended that another machine ran: a guest, a target board. */
struct gng_execution {
	int wait_status; /* as of wait(2) */
	bool timed_out;
	unsigned int timeout_s;
	double seconds;
	const char *report; /* what it wrote on GNG_PROBE_FD */
	size_t report_len;
	const char *log; /* its output, NUL-terminated */
};

/*
 * gng_record_judge fills *record for test by the rules that gng_run applies to a test of its own.
 * Budgets judge nothing: times of an emulator are not this machine's.
 */
void gng_record_judge(struct gng_record *record, const struct gng_test *test,
		      const struct gng_execution *execution);

/* gng_record_say makes a record of a test that gave no result: verdict and a sentence. */
void gng_record_say(struct gng_record *record, const struct gng_test *test,
		    enum gng_verdict verdict, const char *reason, const char *remedy);

/* gng_record_json returns one line of records.jsonl without newline (caller frees), or NULL
 * if memory ran out. schema is "gonogo/record/1". */
char *gng_record_json(const struct gng_record *record);

/*
 * gng_records_read reads records.jsonl of an earlier run against plan. Records of tests
 * that the plan no longer has are counted in *num_strangers. GNG_EFORMAT with file:line for
 * a line that is cut or no record, or for a key that occurs twice. Caller frees with
 * gng_records_free.
 */
GNG_MUST enum gng_status gng_records_read(struct gng_record **records, size_t *num_records,
					  size_t *num_strangers, const struct gng_plan *plan,
					  const char *path, struct gng_why *why);
void gng_records_free(struct gng_record *records, size_t num_records);

/* ---- running ---- */

struct gng_run_options {
	const struct gng_home *home;
	struct gng_plan *plan;
	const char *dir;	/* the run's folder: logs and records.jsonl go there */
	unsigned int num_jobs;	/* hardware tests that measure times run alone, after these */
	const double *costs_s;	/* NULL, or what each test of the plan took: longest first */
	unsigned int timeout_s; /* per test; 0: 60, slow tests 1800 */
	const unsigned int *timeouts_s; /* NULL, or that of each test of the plan; 0: timeout_s */
	unsigned int num_repeat;	/* attempts of each test; the worst verdict is reported */
	bool slow;			/* run the tests that are marked slow */
	double budget_scale;		/* 0.9 for check, 1.0 for signoff */
	const char *machine;		/* machine class for budgets, NULL: "*" only */
	const struct gng_floor *floor;
	/* told after each test, from the calling thread; record is borrowed */
	void (*on_record)(void *context, const struct gng_record *record, size_t done,
			  size_t total);
	/* told about ten times a second while waiting; running names one test or is NULL */
	void (*on_wait)(void *context, const struct gng_test *running, size_t done, size_t total);
	void *context;
	const volatile int *stop; /* becomes non-zero on Ctrl-C: the rest stays MISSING */
};

/*
 * gng_run_costs returns what each selected test of plan took in the newest run below out that has
 * it, by its place in the plan (caller frees); 0: none has, or it did not run. NULL if memory ran
 * out. A run that cannot be read teaches nothing, and 16 MiB of records are read at most.
 */
double *gng_run_costs(const struct gng_plan *plan, const char *out);

/*
 * gng_run executes every selected test that can run, each in its own process tree with a
 * deadline, and appends one line to <dir>/records.jsonl for each selected test as it ends:
 * a run that is killed leaves the records so far. *records (caller frees) then has exactly
 * one record for each selected test, in the plan's order. GNG_ESYS if records cannot be
 * written: nothing is judged then.
 */
GNG_MUST enum gng_status gng_run(struct gng_record **records, size_t *num_records,
				 const struct gng_run_options *options, struct gng_why *why);

/* ---- the verdict ---- */

/*
 * gng_test_decides says whether a test with that verdict decides the overall one: it is
 * required, and it is not a SKIP of a test that the profile does not name. A profile wants
 * what can run here; that it cannot may show only when it is tried.
 */
bool gng_test_decides(const struct gng_test *test, enum gng_verdict verdict);

/* gng_tally is the ledger: planned = sum of count, for all tests and for the required. */
struct gng_tally {
	size_t planned, required;
	size_t count[GNG_NUM_VERDICTS], count_required[GNG_NUM_VERDICTS];
	size_t num_corrupt; /* records of tests whose files are corrupt */
	enum gng_overall overall;
	const struct gng_record
		*decisive; /* worst required record; NULL for GO, or if it has none */
};

#define GNG_EXIT_HARNESS 99 /* docs/CLI.md */

/* gng_tally_exit is the exit status: GNG_EXIT_HARNESS if a file of the tree is corrupt, else
 * overall. */
int gng_tally_exit(const struct gng_tally *tally);

/*
 * gng_tally_records compares records with the selected tests of plan by key: a selected
 * test without a record is MISSING, a record without a test or a second one is GNG_EINVAL.
 * lenient (make check) forgives INCONCLUSIVE. Without one PASS among the required tests the
 * verdict is INCOMPLETE: nothing was shown. *tally is untouched on failure.
 */
GNG_MUST enum gng_status gng_tally_records(struct gng_tally *tally, const struct gng_plan *plan,
					   const struct gng_record *records, size_t num_records,
					   bool lenient, struct gng_why *why);

/* ---- profiles ---- */

struct gng_profile {
	char name[32], grade[16], machine[32]; /* machine "" if the profile names no class */
	char title[128];
	char sha256[65]; /* of the file as it stands */
};

/*
 * gng_profile_apply reads impl/signoff/<name>.profile and marks the plan's tests: named
 * (a SKIP is then a NO-GO) and required. Lines: "title TEXT", "grade functional|lab",
 * "machine CLASS", "name SELECTOR [VARIANT]", "present" (every test that can run here and
 * is neither slow nor a latency), "require SELECTOR [VARIANT]", "system ID..." (named: every
 * such test of a system's requirements; planned ones become tests that are MISSING), "guest
 * SELECTOR" (of those named above: guests of the lab run them, and a SKIP here is no NO-GO). Tests
 * marked slow are required by their whole id only, latencies by that or by a selector that begins
 * with "hwtests". A VARIANT narrows tests that have variants. GNG_EFORMAT with file:line;
 * GNG_EINVAL lists the profiles that exist if there is none of that name.
 */
GNG_MUST enum gng_status gng_profile_apply(struct gng_profile *profile, struct gng_plan *plan,
					   const struct gng_home *home, const char *name,
					   struct gng_why *why);

/* gng_profile_apply_text is gng_profile_apply of a text (modified) kept elsewhere. */
GNG_MUST enum gng_status gng_profile_apply_text(struct gng_profile *profile, struct gng_plan *plan,
						const char *name, char *text, struct gng_why *why);

/* ---- the folder of a run ---- */

struct gng_rundir {
	char *path;  /* <out>/runs/<kind>-<UTC stamp>-<pid> */
	char *link;  /* <out>/<kind>: switched to path at the start */
	int lock_fd; /* held until gng_rundir_close: two runs at once are refused */
};

/* gng_rundir_open makes the folder, locks <out> and switches the link. kind: "check" or
 * "signoff". Keeps the newest 10 runs of a kind. GNG_ESYS names what is unwritable; GNG_EPERM
 * if another run holds the lock (its pid in why). */
GNG_MUST enum gng_status gng_rundir_open(struct gng_rundir *rundir, const char *out,
					 const char *kind, struct gng_why *why);
void gng_rundir_close(struct gng_rundir *rundir);

/* ---- projections of the records ---- */

GNG_MUST enum gng_status gng_junit_write(const char *path, const struct gng_record *records,
					 size_t num_records, struct gng_why *why);
GNG_MUST enum gng_status gng_ktap_write(const char *path, const struct gng_record *records,
					size_t num_records, struct gng_why *why);

#ifdef __cplusplus
}
#endif

#endif /* GNG_GAUGE_H */
