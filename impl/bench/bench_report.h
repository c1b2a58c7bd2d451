/* SPDX-License-Identifier: Apache-2.0 */
/* bench_report.h - what `gonogo bench` gathers and prints. Private to impl/bench and its suites. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <gng_gauge.h>
#include <gng_term.h>

#include "gng_bench.h"

/* bench_entry is a row with its limit, if it has one. */
struct bench_entry {
	struct gng_bench_row row;
	char subsystem[32], test[160]; /* test: its id */
	bool limited;
	struct gng_budget budget;
	enum gng_verdict verdict; /* of a limited one: PASS, FAIL, INCONCLUSIVE or ERROR */
	char reason[256];
};

struct bench_absent {
	char name[64], reason[256], remedy[128];
};

#define BENCH_MAX_PORTS 32
#define BENCH_MAX_NOTES 8

/* bench_report is everything that all programs said. */
struct bench_report {
	size_t num_ports, num_notes;
	struct gng_bench_port_row ports[BENCH_MAX_PORTS];
	char notes[BENCH_MAX_NOTES][256];
	size_t num_entries, num_absent, num_cases; /* num_cases: that were planned */
	struct bench_entry *entries;
	struct bench_absent *absent;
	char failed[512]; /* "" or why there is no result */
};

/* bench_report_add judges a row of hwtests.<subsystem>.<stem> by the limit that budgets has for
 * its metric on every machine. False if memory ran out. */
bool bench_report_add(struct bench_report *report, const struct gng_bench_row *row,
		      const char *subsystem, const char *stem, const struct gng_budget *budgets,
		      size_t num_budgets);

/* bench_report_absent keeps a peer that is not there, once. False if memory ran out. */
bool bench_report_absent(struct bench_report *report, const struct gng_bench_line *line);

/* bench_report_port and bench_report_note keep what fits, a note once. */
void bench_report_port(struct bench_report *report, const struct gng_bench_port_row *port);
void bench_report_note(struct bench_report *report, const char *note);

void bench_report_fini(struct bench_report *report);

/* bench_report_print writes the tables, the peers that are absent and the count of limits. */
void bench_report_print(const struct bench_report *report, const struct gng_term *term,
			unsigned int num_jobs);

/* bench_notes_print writes what the rows say besides ratios: the port limits, latencies, the
 * ports, and the notes. */
void bench_notes_print(const struct bench_report *report, const struct gng_term *term);

/* bench_size_text writes "16 KiB". */
void bench_size_text(char text[24], uint64_t size);

/* bench_same_case tells whether two rows are of one case and differ in the peer. */
bool bench_same_case(const struct bench_entry *a, const struct bench_entry *b);

/* bench_report_json writes the array of docs/CLI.md; false if it could not be made. */
bool bench_report_json(const struct bench_report *report, FILE *out);

/* bench_report_exit says everything the outcome is: 99 broken, 1 a limit missed, 4 no row, 0. */
int bench_report_exit(const struct bench_report *report);

/* bench_options are the arguments of `gonogo bench`; pass goes to each program as it is. */
struct bench_options {
	const char *subsystem; /* NULL: all */
	bool json;
	unsigned int num_jobs;
	char *pass[64];
	size_t num_pass;
};

/*
 * bench_programs_run runs each program hwtests.<subsystem>.* of home that understands --bench,
 * and gathers what it says. draw is told of each case as it begins, may be NULL. Returns 0, 2
 * if a program refused the options (it said why), or 4 if no program is there.
 */
int bench_programs_run(struct bench_report *report, const struct gng_home *home,
		       const struct bench_options *options,
		       void (*draw)(void *context, size_t done, size_t total, const char *name),
		       void *context);

#endif /* BENCH_REPORT_H */
