/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_probe.h - what a test program tells its runner, and how the runner reads it.
 *
 * A test says facts: assertions checked, vectors executed, figures measured, or why it
 * could not run. It never says a verdict: gng_gauge judges. The facts are lines of
 * tab-separated fields on descriptor GNG_PROBE_FD; docs/adr/0003 says why text and why a
 * descriptor of its own. Without that descriptor (a run by hand) they go to stderr.
 */
#ifndef GNG_PROBE_H
#define GNG_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gng_base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GNG_PROBE_FD 3
#define GNG_PROBE_EXIT_SKIP 77 /* only test programs exit with it */
#define GNG_PROBE_NUM_BLOCKS 5 /* of the ratio rule */

/*
 * gng_measure is one measured figure. lo and hi bound it (95 %), n is the number of
 * samples; NAN where a bound is unknown. A ratio carries the medians of its interleaved
 * blocks, a latency the histogram it was read from (HdrHistogram V2, base64) and its
 * quantile; the rest stay zero.
 */
struct gng_measure {
	char name[48]; /* the metric of a .budget line: [a-z0-9_]+ */
	double value;
	char unit[16]; /* "ratio", "ns", "us", "ppm", "B/cycle", ... */
	uint64_t n;
	double lo, hi;
	double quantile; /* in (0, 1] for a latency, else 0 */
	size_t num_blocks;
	double blocks[GNG_PROBE_NUM_BLOCKS];
	const char *hist; /* NULL or the encoded histogram; borrowed */
};

/* The teller's side: called by suites. All are safe without a runner. */

/* gng_probe_assertion counts one executed assertion. */
void gng_probe_assertion(void);

/* gng_probe_cases adds executed vectors, and how many the files' headers or SOURCES
 * declare. The runner requires the sums to be equal. */
void gng_probe_cases(uint64_t executed, uint64_t declared);

/* gng_probe_measure reports one figure; tabs and newlines in texts become spaces. */
void gng_probe_measure(const struct gng_measure *measure);

/* gng_probe_note adds a line of context to the record: "peer", "OpenSSL 3.0.17". A note whose key
 * is the name of a figure stands in that figure's row of the report. */
void gng_probe_note(const char *key, const char *value);

/* gng_probe_peer adds a row to the report's table of peers: "FFmpeg 5.1.9", "9 of 9 frames", and
 * what came of it. It compares nothing. Its notes are "peer", "expected" and "got"; of the second
 * row of a test "peer 2", "expected 2" and "got 2". */
void gng_probe_peer(const char *peer, const char *expected, const char *got);

/*
 * gng_probe_skip says that the test cannot run here: reason is a sentence, remedy what to
 * do about it (may be NULL). gng_probe_inconclusive says that it ran and cannot tell.
 * The caller returns from its test at once.
 */
void gng_probe_skip(const char *reason, const char *remedy);
void gng_probe_inconclusive(const char *reason, const char *remedy);

/* gng_probe_failed says where and why an assertion failed; the first one stands. */
void gng_probe_failed(const char *reason);

/* gng_probe_corrupt says that a file of the tree which the test needs cannot be read, "file:line:
 * why": it is an ERROR and no failure of what is tested. The first one stands. */
void gng_probe_corrupt(const char *reason);

/* gng_probe_end closes the report; ok is what the test program itself believes.
 * Returns the exit status to use: 0, 1 or GNG_PROBE_EXIT_SKIP. */
int gng_probe_end(bool ok);

/* The reader's side: called by the runner. */

enum gng_probe_end { GNG_PROBE_NO_END, GNG_PROBE_END_OK, GNG_PROBE_END_FAILED };

/* gng_probe_report is everything one test said. Strings are owned by the report. */
struct gng_probe_report {
	enum gng_probe_end end;
	uint64_t assertions, cases, cases_declared;
	char *skip, *inconclusive, *failed, *corrupt, *remedy;
	size_t num_measures, num_notes;
	struct gng_measure *measures;
	struct gng_probe_note {
		char *key, *value;
	} * notes;
};

/*
 * gng_probe_parse reads text[0..len) into *report, which gng_probe_report_fini frees.
 * GNG_EFORMAT (line number in why) for an unknown word, a missing field, a figure that is
 * no number, a second end or anything after it; *report then holds what came before.
 */
GNG_MUST enum gng_status gng_probe_parse(struct gng_probe_report *report, const char *text,
					 size_t len, struct gng_why *why);
void gng_probe_report_fini(struct gng_probe_report *report);

#ifdef __cplusplus
}
#endif

#endif /* GNG_PROBE_H */
