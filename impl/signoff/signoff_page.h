/* SPDX-License-Identifier: Apache-2.0 */
/* signoff_page.h - the parts of the report page: what they see, and where they stand. */
#ifndef SIGNOFF_PAGE_H
#define SIGNOFF_PAGE_H

#include "gng_signoff.h"
#include "signoff_html.h"

#define FIGURE_CAP 48

/* view_item is one planned test with its result; a test without a record is MISSING. */
struct view_item {
	const struct gng_test *test;
	const struct gng_record *record; /* NULL: none */
	const struct gng_record *before; /* of the previous sign-off, or NULL */
	enum gng_verdict verdict;
	size_t line; /* of records.jsonl, from 1; 0: none */
	size_t system;
};

/* view is the plan joined with the records, once, so that all sections count alike. */
struct view {
	const struct gng_signoff *signoff;
	size_t num_items, num_required, num_histograms, num_ratios, num_others;
	struct view_item *items; /* in the plan's order */
	size_t count[GNG_NUM_VERDICTS], count_required[GNG_NUM_VERDICTS];
};

GNG_MUST enum gng_status view_init(struct view *view, const struct gng_signoff *signoff,
				   struct gng_why *why);
void view_fini(struct view *view);

/* view_severity orders verdicts: the larger, the worse. */
int view_severity(enum gng_verdict verdict);
const char *view_reason(const struct view_item *item);

/* kinds of figures, each shown in one place */
bool figure_is_histogram(const struct gng_figure *figure);
bool figure_is_ratio(const struct gng_figure *figure);

/* ---- figures as text ---- */

/* figure_text writes three significant digits, "9.41", "13.8", "4,120"; "" for NAN. */
char *figure_text(char text[FIGURE_CAP], double value);
/* figure_quantile writes "P99.9", or "max" for 1. */
char *figure_quantile(char text[FIGURE_CAP], double quantile);
/* figure_drawn_quantile is the judged one, else that of the name ("told_p99"), else the maximum. */
double figure_drawn_quantile(const struct gng_measure *measure);
/* figure_unit is the unit as shown: "us" with a micro sign, "ratio" as nothing. */
const char *figure_unit(const char *unit);
/* figure_ns is the length of a unit of time in ns, 0 for other units. */
double figure_ns(const char *unit);
/* figure_rescale goes to longer units of time until a value has three digits, and sets the factor.
 */
const char *figure_rescale(double *factor, double value, const char *unit);
/* figure_put writes a value whose unit stands elsewhere, unless names_unit; one from FIGURE_WIDE on
 * has a unit of its own, so that columns of noise fit on a phone. */
#define FIGURE_WIDE 100000
void figure_put(FILE *out, double value, const char *unit, bool names_unit);
/* figure_what writes the metric in words: "aes seal vs evp". */
char *figure_what(char text[128], const struct gng_test *test, const struct gng_figure *figure);
/* figure_decides is the figure because of which a record is not PASS, or NULL. */
const struct gng_figure *figure_decides(const struct gng_record *record);

/* ---- systems of the article (design: SYSTEMS) ---- */

struct system_row {
	const char *id, *group, *title, *section;
};
extern const struct system_row systems[];
extern const size_t num_systems; /* the last row is for what belongs to no known system */

/* system_find returns the row of the first id in a list of requirement ids. */
size_t system_find(const char *requirements);

/* note_of returns what a record's note of that key says, or NULL. */
const char *note_of(const struct gng_record *record, const char *key);

/* figure_is_stage says whether a figure is one of three or more latencies of its test, each with a
 * histogram of its own: they make one table, and a chart only of what is judged. */
bool figure_is_stage(const struct gng_record *record, const struct gng_figure *figure);

/* ---- sections ---- */

/* compared_count counts the rows of gng_probe_peer, compared_table is their table. */
size_t compared_count(const struct view *view);
void compared_table(FILE *out, const struct view *view);

struct page_section {
	const char *id, *nav, *heading;
	bool (*present)(const struct view *view); /* NULL: always */
	void (*rail)(FILE *out, const struct view *view);
	void (*content)(FILE *out, const struct view *view);
};

extern const struct page_section section_notrun, section_counts, section_matrix, section_variants,
	section_latency, section_stages, section_peers, section_flame, section_worst, section_since,
	section_history, section_claims, section_kernels, section_proof, section_machine,
	section_reading;

void section_verdict(FILE *out, const struct view *view);
void section_plate(FILE *out, const struct gng_signoff *signoff);

/* ---- charts; each states its finding in <title>, and stays inside its viewport ---- */

/* chart_clamp keeps a share in per cent inside the chart. */
double chart_clamp(double percent);

/* chart_deciding draws the figure that decided, on a linear scale from 0. */
void chart_deciding(FILE *out, const struct view_item *item, const struct gng_figure *figure);

/* chart_dots draws one dot for each passed test and one bar for each other. */
void chart_dots(FILE *out, const size_t count[GNG_NUM_VERDICTS]);

/* chart_ratio_axis is the common logarithmic axis of all ratio bars. */
struct chart_ratio_axis {
	double lo, hi;
};
void chart_ratio_symbol(FILE *out, const struct chart_ratio_axis *axis);
void chart_ratio_scale(FILE *out, const struct chart_ratio_axis *axis);
void chart_ratio(FILE *out, const struct chart_ratio_axis *axis, const struct gng_figure *figure);
void chart_ratio_interval(double *lo, double *hi, const struct gng_measure *measure);

/* chart_timeline draws the longest gaps of a noise floor, measured "before" or "after" the tests,
 * and the table of them; chart_timeline_shapes stands once before the first. */
void chart_timeline_shapes(FILE *out);
void chart_timeline(FILE *out, const struct gng_noise *noise, const char *when);
void chart_timeline_table(FILE *out, const struct gng_noise *noise);

/* chart_nines draws a latency by nines with its gauge, and the table of its figures. */
struct chart_nines {
	const struct view_item *item;
	const struct gng_figure *figure;
	const struct gng_signoff *signoff;
	const char *unit;		  /* shown */
	double per_value, per_ns;	  /* shown units in a value of the histogram, in a ns */
	double per_previous;		  /* in a value of the previous histogram */
	double per_figure;		  /* in the figure's own unit */
	int decade_lo, decade_hi;	  /* the y axis, powers of ten */
	struct gng_hist *hist, *previous; /* previous: NULL if there is none */
	unsigned int number;		  /* of the chart, for ids */
};
bool chart_nines_open(struct chart_nines *chart, const struct view *view,
		      const struct view_item *item, const struct gng_figure *figure);
void chart_nines_close(struct chart_nines *chart);
void chart_nines_draw(FILE *out, const struct chart_nines *chart);
void chart_nines_table(FILE *out, const struct chart_nines *chart);
/* chart_nines_floor returns the floor in shown units, NAN if there is none. */
double chart_nines_floor(const struct chart_nines *chart, double quantile);

#endif /* SIGNOFF_PAGE_H */
