/* SPDX-License-Identifier: Apache-2.0 */
/* signoff_conduct.h - one sign-off from plan to verdict, as the command and its tests run it. */
#ifndef SIGNOFF_CONDUCT_H
#define SIGNOFF_CONDUCT_H

#include <stdio.h>

#include <gng_attest.h>

#include "gng_signoff.h"
#include "signoff_aside.h"

#define CONDUCT_HARNESS 99 /* exit statuses: docs/CLI.md */
#define CONDUCT_USAGE 2
#define CONDUCT_NOTHING 4

struct conduct_options {
	const char *profile, *out, *builds; /* builds NULL: the command's own */
	unsigned int num_jobs;
	uint64_t floor_ns;			    /* how long each noise floor is measured */
	const char *key_files[GNG_ATTEST_MAX_KEYS]; /* private keys to sign with */
	size_t num_keys;
	bool slow, json;
	const char *command; /* as typed */
	const volatile int *stop;
};

/* conduct runs the sign-off and returns the exit status of gonogo. */
int conduct(const struct conduct_options *options);

/* ---- its parts ---- */

struct conduct {
	const struct conduct_options *options;
	FILE *out; /* where text for people goes; it is not stdout with --json */
	struct gng_home *home;
	struct gng_plan *plan;
	struct gng_profile profile;
	struct gng_rundir rundir;
	struct gng_machine machine;
	struct gng_signoff_item item;
	struct gng_signoff_previous *previous;
	struct gng_noise before, after;
	struct gng_record *records;
	size_t num_records;
	struct gng_tally tally;
	struct gng_attest_key *keys[GNG_ATTEST_MAX_KEYS];
	size_t num_keys;
	char signers[GNG_ATTEST_MAX_KEYS * 32];
	struct gng_signoff_aside aside;
	struct gng_signoff signoff; /* what of the above is known */
	char started[32], id[128];
	double start_s;
	struct gng_why why;
};

/* conduct_write_records writes records.jsonl anew, and reads the records back from it. */
GNG_MUST enum gng_status conduct_write_records(struct conduct *conduct);

/* conduct_write_results writes every projection of the records. */
GNG_MUST enum gng_status conduct_write_results(struct conduct *conduct);

/* conduct_write_file replaces dir/name by text, by way of another name. */
GNG_MUST enum gng_status conduct_write_file(struct conduct *conduct, const char *name,
					    const char *text);

/* conduct_path returns dir/name in the run's folder (caller frees), or NULL. */
char *conduct_path(const struct conduct *conduct, const char *name);

/* conduct_open_keys reads the keys before anything runs: a wrong one costs no sign-off.
 * conduct_close_keys also after a failure. */
GNG_MUST enum gng_status conduct_open_keys(struct conduct *conduct);
void conduct_close_keys(struct conduct *conduct);

/* conduct_attest writes the statements, signed by the keys, and hands the run to the program
 * gonogo-history, if it was built. */
GNG_MUST enum gng_status conduct_attest(struct conduct *conduct);
void conduct_keep_history(const struct conduct *conduct);

/* What the terminal shows. */
void conduct_say_plan(const struct conduct *conduct);
void conduct_say_aside(const struct conduct *conduct, double seconds);
void conduct_say_floor(const struct conduct *conduct, const char *when,
		       const struct gng_noise *noise);
void conduct_say_verdict(const struct conduct *conduct);

double conduct_now_s(void);

#endif /* SIGNOFF_CONDUCT_H */
