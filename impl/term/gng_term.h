/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_term.h - plain text for people: words, tables, progress, and the blocks of a verdict.
 *
 * Everything is written to a FILE, at most 80 columns wide and in ASCII. Colour never
 * carries a meaning alone: each verdict is also a word. JSON is not made here.
 */
#ifndef GNG_TERM_H
#define GNG_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_gauge.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_TERM_COLUMNS 80

/* gng_term is where text goes. Callers may fill it themselves; all functions are pure over it. */
struct gng_term {
	FILE *out;
	bool colour;   /* SGR sequences around words */
	bool progress; /* redraw a line in place */
};

/*
 * gng_term_init takes out and decides: both switches are on only when out is a terminal and
 * TERM is not "dumb"; NO_COLOR, set and not empty, turns colour off (no-color.org).
 */
void gng_term_init(struct gng_term *term, FILE *out);

/* gng_term_tone is the meaning of a word; the mapping to colours is one table in term.c. */
enum gng_term_tone {
	GNG_TERM_PLAIN,
	GNG_TERM_GOOD,	/* green */
	GNG_TERM_BAD,	/* red */
	GNG_TERM_DOUBT, /* yellow */
	GNG_TERM_DIM,
	GNG_TERM_BOLD
};

enum gng_term_tone gng_term_verdict_tone(enum gng_verdict verdict);

/* gng_term_say writes formatted text in tone; without colour exactly the text. */
void gng_term_say(const struct gng_term *term, enum gng_term_tone tone, const char *format, ...)
	GNG_PRINTF(3, 4);

/* gng_term_verb says whose errors follow; verb stays the caller's. Without it they are the
 * command's own. */
void gng_term_verb(const char *verb);

/* gng_term_error writes "gonogo: <verb>: <sentence>\n" to stderr. */
void gng_term_error(const char *format, ...) GNG_PRINTF(1, 2);

/* ---- figures ---- */

#define GNG_TERM_FIGURE_CAP 32

/* gng_term_count writes a count with thousands separators, "1,284", and returns text. */
char *gng_term_count(char text[GNG_TERM_FIGURE_CAP], uint64_t count);

/* gng_term_duration writes "0.9 s", "1 min 12 s" or "41 h 12 min", and returns text.
 * A negative or unknown (NAN) time is "-". */
char *gng_term_duration(char text[GNG_TERM_FIGURE_CAP], double seconds);

/* gng_term_clock writes "1:47" or "2:01:47", and returns text; "-:--" for NAN or negative. */
char *gng_term_clock(char text[GNG_TERM_FIGURE_CAP], double seconds);

/* ---- lines ---- */

/* gng_term_wrap writes text as lines of at most 79 columns that begin with indent spaces.
 * A word that is longer than a line stands alone and is not cut. */
void gng_term_wrap(FILE *out, int indent, const char *text);

/* gng_term_command is gng_term_wrap for a command to copy: lines end in " \" and the second
 * and later ones are indented by two more. */
void gng_term_command(FILE *out, int indent, const char *command);

/* ---- tables ---- */

#define GNG_TERM_MAX_COLUMNS 16

/* gng_term_table gathers cells row by row; widths follow the longest text in a column. */
struct gng_term_table {
	size_t num_columns, num_cells, cap;
	int min_width[GNG_TERM_MAX_COLUMNS]; /* set after init; 0: as wide as its texts */
	bool left[GNG_TERM_MAX_COLUMNS];     /* column 0 is left-aligned, figures are not */
	struct gng_term_cell {
		char *text; /* NULL in column 0: the row is a rule */
		enum gng_term_tone tone;
	} * cells;
	bool broken; /* memory ran out: printing says so instead of showing less */
};

/* gng_term_table_init prepares *table for num_columns in [1, GNG_TERM_MAX_COLUMNS]. */
void gng_term_table_init(struct gng_term_table *table, size_t num_columns);

/* gng_term_table_cell appends one cell. Rows fill from the left. */
void gng_term_table_cell(struct gng_term_table *table, enum gng_term_tone tone, const char *format,
			 ...) GNG_PRINTF(3, 4);

/* gng_term_table_rule completes the row with empty cells and adds a line of dashes. */
void gng_term_table_rule(struct gng_term_table *table);

/* gng_term_table_print writes the table, each line indented by one, and gng_term_table_fini
 * frees the cells. */
void gng_term_table_print(const struct gng_term *term, const struct gng_term_table *table);
void gng_term_table_fini(struct gng_term_table *table);

/* ---- progress ---- */

#define GNG_TERM_PROGRESS_AFTER_S 2.0

/* gng_term_progress is one line that appears late, is redrawn in place and then erased. */
struct gng_term_progress {
	const struct gng_term *term;
	double start_s, drawn_s; /* drawn_s 0: not on the screen */
};

/* gng_term_progress_frame writes one frame without newline. share in [0, 1] is the part of
 * the work that is done, by cost; name says what runs now, may be NULL and is cut. */
void gng_term_progress_frame(char text[GNG_TERM_COLUMNS], size_t done, size_t total, double share,
			     double eta_s, const char *name);

/* gng_term_progress_begin starts the clock; now_s is any monotonic time in seconds. */
void gng_term_progress_begin(struct gng_term_progress *progress, const struct gng_term *term,
			     double now_s);

/* gng_term_progress_draw draws at most ten frames a second once GNG_TERM_PROGRESS_AFTER_S
 * have passed, and nothing at all when the term has no progress. */
void gng_term_progress_draw(struct gng_term_progress *progress, double now_s, size_t done,
			    size_t total, double share, const char *name);

/* gng_term_progress_erase removes the line, if there is one, before other text is written. */
void gng_term_progress_erase(struct gng_term_progress *progress);

/* ---- what a run found ---- */

/*
 * gng_term_ledger writes one row a suite with the count of each verdict, "all", and
 * "required" when the tally has required tests.
 */
void gng_term_ledger(const struct gng_term *term, const struct gng_tally *tally,
		     const struct gng_record *records, size_t num_records);

/*
 * gng_term_not_run writes the block "Not run: N tests" (SKIP) and "Inconclusive: N": one line
 * a reason, with count and remedy, what keeps the verdict from GO first, below "required", then the
 * most frequent. tail completes the heading
 * (", none of them required by profile here"); may be "". Writes nothing if nothing is.
 */
void gng_term_not_run(const struct gng_term *term, const struct gng_record *records,
		      size_t num_records, const char *tail);

/* gng_term_finding writes one record: verdict, id, variant, reason, figures out of limit,
 * remedy, and the command that repeats it. */
void gng_term_finding(const struct gng_term *term, const struct gng_record *record);

/* gng_term_failures writes each FAIL and ERROR by gng_term_finding, after one line a reason
 * for MISSING. */
void gng_term_failures(const struct gng_term *term, const struct gng_record *records,
		       size_t num_records);

/*
 * gng_term_statement writes the sentence of a verdict to text, and returns text:
 * "All 1,068 required tests passed." / "1 of 1,023 required tests failed: <id>: <reason>." /
 * "No required test failed, but 3 of 1,068 have no PASS." The report uses it too.
 */
char *gng_term_statement(char text[512], const struct gng_tally *tally);

/* gng_term_verdict writes the GO, NO-GO or INCOMPLETE block: the word, grade, profile, exit
 * status and the statement. note (a sentence, may be NULL) follows it. */
void gng_term_verdict(const struct gng_term *term, const struct gng_tally *tally, const char *grade,
		      const char *profile, const char *note);

/* gng_term_planned writes "188 planned = 186 PASS + 1 FAIL + ...". */
void gng_term_planned(FILE *out, const struct gng_tally *tally);

/* gng_term_last_line writes "186 passed, 1 failed, 1 skipped", the line that scripts read:
 * failed = FAIL+ERROR+MISSING, skipped = SKIP+INCONCLUSIVE, no separators. */
void gng_term_last_line(FILE *out, const struct gng_tally *tally);

#ifdef __cplusplus
}
#endif

#endif /* GNG_TERM_H */
