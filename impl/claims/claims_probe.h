/* SPDX-License-Identifier: Apache-2.0 */
/* claims_probe.h - a probe: code that finds a fact about this machine for one claim. */
#ifndef CLAIMS_PROBE_H
#define CLAIMS_PROBE_H

#include <limits.h>

#include "gng_claims.h"

enum claims_finding_kind {
	CLAIMS_FIGURE,	   /* value in [lo, hi]: the record's quantity decides */
	CLAIMS_HOLDS,	   /* what the record says holds */
	CLAIMS_FAILS,	   /* it does not */
	CLAIMS_IMPOSSIBLE, /* a bound forbids it */
	CLAIMS_POSSIBLE,   /* no bound forbids it, and nothing shows it */
	CLAIMS_ABSENT,	   /* this machine lacks what is needed */
	CLAIMS_DOUBT	   /* measured, and cannot tell */
};

/* claims_finding is what a probe found; said is a sentence. */
struct claims_finding {
	enum claims_finding_kind kind;
	double value, lo, hi;
	char said[400];
};

/* claims_find fills *finding. claims_find_figure is for measured values, in the unit of the
 * record; claims_find_truth for facts. */
void claims_find(struct claims_finding *finding, enum claims_finding_kind kind, const char *format,
		 ...) GNG_PRINTF(3, 4);
void claims_find_figure(struct claims_finding *finding, double value, double lo, double hi,
			const char *format, ...) GNG_PRINTF(5, 6);
void claims_find_truth(struct claims_finding *finding, bool holds, const char *format, ...)
	GNG_PRINTF(3, 4);

struct claims_probe {
	const char *name;
	bool figure; /* the record needs a quantity and a tolerance */
	void (*run)(struct claims_finding *finding, const struct gng_claims_claim *claim);
};

/* claims_probe_find returns the probe, or NULL. The names "arithmetic" and "source" are none:
 * the check of the record decides alone. */
const struct claims_probe *claims_probe_find(const char *name);

/* claims_probe_at returns the i-th probe, or NULL behind the last. */
const struct claims_probe *claims_probe_at(size_t i);

/* claims_test_run_slow says whether slow tests and guests are run; before any claim is judged. */
void claims_test_run_slow(bool yes);

struct gng_record;

/* claims_test_judge says what one run of a test shows: whether it passed, could not run, or failed,
 * which shows nothing, and why. */
void claims_test_judge(struct claims_finding *finding, const struct gng_record *record);

/* Tables of the topics, each ended by {0}. */
extern const struct claims_probe claims_probes_aes_speed[], claims_probes_aes_steps[],
	claims_probes_aes_loops[], claims_probes_clock[], claims_probes_text[],
	claims_probes_system[], claims_probes_bench[], claims_probes_go[], claims_probes_test[],
	claims_probes_launch[], claims_probes_governor[], claims_probes_aes_joint[],
	claims_probes_perf[];

/* claims_governor_judge: the clock in GHz behind idling, alone, and while all CPUs work. */
#define CLAIMS_NUM_LOADS 3
void claims_governor_judge(struct claims_finding *finding, const double ghz[CLAIMS_NUM_LOADS]);

struct gng_launch_path;

/* claims_launch_link_is says whether a link is what words want of it, as "8.0 x8 L1"; if not,
 * missing says which word. */
bool claims_launch_link_is(const struct gng_launch_path *path, const char *words,
			   char missing[200]);

/* ---- conditions: where.c ---- */

/* claims_where_check refuses a condition that is unknown or lacks its value. */
enum gng_status claims_where_check(const char *where, struct gng_why *why);

/* claims_where_met says whether all conditions hold; if not, missing says which one. */
bool claims_where_met(const char *where, char missing[256]);

/* claims_where_value copies the value of the condition of a kind; false if there is none. */
bool claims_where_value(char *value, size_t cap, const char *where, const char *kind);

#define CLAIMS_GO_CAP 32

struct claims_go {
	char program[PATH_MAX], version[CLAIMS_GO_CAP];
};

/* claims_go_find looks for a Go of at least "1.22" in PATH and in /usr/lib/go-*; if there is none,
 * version is that of another one, or "no Go". */
bool claims_go_find(struct claims_go *go, const char *least);

/* claims_go_level names the highest GOAMD64 that a processor with these features has, "v1" to
 * "v4": a program that is built for a higher one ends at once. */
const char *claims_go_level(uint32_t caps);

/* claims_program_found says whether PATH has a program of that name. */
bool claims_program_found(const char *name);

/* ---- samples: probe_samples.c ---- */

#define CLAIMS_NUM_SAMPLES 9

/* claims_figure_of sorts samples and reports their median with the quartiles as bounds, which
 * one disturbed sample does not move. */
void claims_figure_of(struct claims_finding *finding, double samples[CLAIMS_NUM_SAMPLES],
		      const char *what);

/* claims_core_cycles returns how many core cycles work takes now: the best of several calls. */
typedef void (*claims_work)(void *context);
double claims_core_cycles(claims_work work, void *context);

#endif /* CLAIMS_PROBE_H */
