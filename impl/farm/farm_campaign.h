/* SPDX-License-Identifier: Apache-2.0 */
/*
 * farm_campaign.h - a campaign: N processes of one fuzzer on one corpus, and what is done
 * beside them. Its folder is its memory; each change there is a rename:
 *
 *	corpus/       inputs, written by the fuzzers themselves
 *	corpus.next/  of a merge; found at the start, a kill came: it is joined with corpus/
 *	seeds/        unpacked at each start
 *	work/N/       what process N leaves when it dies; queue/ what nobody has looked at yet
 *	crashes/S/    one a cause: input, reproducer, report.txt, crash.json
 *	fixed/S/      what does not crash any more
 *	state.json    counts of earlier runs
 */
#ifndef FARM_CAMPAIGN_H
#define FARM_CAMPAIGN_H

#include <gng_term.h>

#include "farm_child.h"
#include "farm_target.h"
#include "gng_farm.h"

/* FARM_LIMITS are libFuzzer's options wherever it runs an input. Without the two exit codes a crash
 * ends with 77, which test runners take for "skipped", and a timeout with 70. */
#define FARM_LIMITS "-timeout=10", "-rss_limit_mb=2048", "-error_exitcode=1", "-timeout_exitcode=1"
#define FARM_AFL_TIMEOUT_MS "10000"

struct farm_options {
	double time_s, merge_s, minimise_s; /* of each fuzzer; between two merges; of each cause */
	unsigned int num_jobs;
	const char *engine, *out;
	bool json, keep, coverage, rate, list;
	volatile int *stop;
};

/* farm_finding is a folder of crashes/. */
struct farm_finding {
	struct gng_farm_crash crash;
	uint64_t count; /* crashes of this cause */
	size_t bytes, original_bytes;
	bool reproduces, minimised, kept, fresh; /* fresh: found by this run */
	char first[32];				 /* UTC, ISO 8601 */
	char input[FARM_PATH];			 /* the reproducer, else the input */
};

struct farm_worker {
	struct farm_child child;
	struct gng_farm_progress progress; /* of this process */
	double restart_s;		   /* not before */
	unsigned int num_short;		   /* ends in a row without an execution */
	unsigned int num_crashes;	   /* in a row without a new cause */
};

enum farm_side_kind { FARM_IDLE, FARM_TRIAGE, FARM_MINIMISE, FARM_CONFIRM, FARM_MERGE };

/* farm_side is what runs beside the fuzzers, one thing at a time. */
struct farm_side {
	enum farm_side_kind kind;
	struct farm_child child;
	char input[FARM_PATH];
	size_t finding;
	struct farm_names before; /* the corpus when a merge began */
};

struct farm_campaign {
	const struct farm_options *options;
	const struct farm_target *target;
	const struct gng_term *term;
	size_t at, num_targets; /* which of how many */
	struct farm_worker *workers;
	struct farm_side side;
	struct farm_finding *findings;
	size_t num_findings;
	double started_s, end_s, merged_s, saved_s, looked_s;
	uint64_t executions, restarts, merges; /* of this run; workers add theirs at their end */
	uint64_t coverage, features;	       /* the most that a process reached */
	uint64_t corpus, corpus_bytes, corpus_before;
	uint64_t merged_corpus; /* inputs after the last merge */
	double seconds_before;
	uint64_t executions_before;
	double seconds;	  /* of fuzzing, this run */
	size_t board;	  /* lines on the screen */
	char broken[256]; /* why it could not go on */
	bool is_broken;
};

/* ---- state.c ---- */

/* farm_state_read reads state.json and crashes/. GNG_EFORMAT names a file that is no state. */
GNG_MUST enum gng_status farm_state_read(struct farm_campaign *campaign, struct gng_why *why);
GNG_MUST enum gng_status farm_state_write(const struct farm_campaign *campaign,
					  struct gng_why *why);
GNG_MUST enum gng_status farm_finding_write(const struct farm_campaign *campaign,
					    const struct farm_finding *finding,
					    struct gng_why *why);
/* farm_finding_add makes crashes/<signature>/ of a crash that has none; *input is moved. */
GNG_MUST enum gng_status farm_finding_add(struct farm_campaign *campaign,
					  const struct gng_farm_crash *crash, bool reproduces,
					  const char *input, const struct farm_child *report,
					  struct gng_why *why);

/* ---- engine.c ---- */

/* farm_env is what each fuzzer is run with, farm_env_triage what a crash is; ended by NULL. */
const char *const *farm_env(bool afl);
const char *const *farm_env_triage(void);

/* farm_worker_start starts process n. */
GNG_MUST enum gng_status farm_worker_start(struct farm_campaign *campaign, size_t n,
					   struct gng_why *why);
/* farm_worker_look updates its progress from what it printed or wrote. */
void farm_worker_look(struct farm_campaign *campaign, size_t n);
/* farm_worker_collect moves what a dead process left into queue/. */
void farm_worker_collect(struct farm_campaign *campaign, size_t n);
bool farm_is_afl(const struct farm_campaign *campaign);

/* ---- corpus.c ---- */

/* farm_corpus_prepare makes the folders, mends what a kill left, and unpacks the seeds. */
GNG_MUST enum gng_status farm_corpus_prepare(struct farm_campaign *campaign, struct gng_why *why);
GNG_MUST enum gng_status farm_merge_start(struct farm_campaign *campaign, struct gng_why *why);
void farm_merge_end(struct farm_campaign *campaign);
/* farm_corpus_drop takes out the input that crashes: no process could load the corpus. */
void farm_corpus_drop(struct farm_campaign *campaign, const char *input);
void farm_corpus_import(struct farm_campaign *campaign); /* AFL++'s queue becomes corpus */
/* farm_corpus_room is false, with a sentence, when the device is nearly full. */
bool farm_corpus_room(const struct farm_campaign *campaign, struct gng_why *why);

/* ---- triage.c ---- */

/* farm_side_step goes on with what runs beside, and begins the next thing. False: idle. */
bool farm_side_step(struct farm_campaign *campaign);
/* farm_verify runs each known reproducer; what holds now goes to fixed/. */
void farm_verify(struct farm_campaign *campaign);

/* ---- campaign.c ---- */

/* farm_campaign_run runs one fuzzer until its time is over, or stop is set. */
void farm_campaign_run(struct farm_campaign *campaign);
void farm_campaign_fini(struct farm_campaign *campaign);

/* ---- keep.c ---- */

/* farm_keep adds the reproducers of this campaign to the fuzzer's .seeds. */
GNG_MUST enum gng_status farm_keep(struct farm_campaign *campaign, struct gng_why *why);

/* ---- board.c ---- */

/* farm_board_draw redraws the block of lines on a terminal; farm_board_erase removes it. */
void farm_board_draw(struct farm_campaign *campaign);
void farm_board_erase(struct farm_campaign *campaign);
/* farm_board_text writes the lines of the block, each ended by a newline. */
size_t farm_board_text(FILE *out, const struct farm_campaign *campaign, double now_s);
/* farm_line writes what a campaign found. */
void farm_line(const struct farm_campaign *campaign);
const char *farm_verdict(const struct farm_campaign *campaign); /* "PASS", "FAIL", "ERROR" */

#endif /* FARM_CAMPAIGN_H */
