/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gng_export.h - a finished sign-off as other laboratories read it: KCIDB, LAVA, OpenMetrics.
 *
 * Each is a projection of the records: nothing is judged here, and no gap becomes a pass.
 * FAIL, ERROR and MISSING stay bad, SKIP stays skipped, INCONCLUSIVE is never good.
 */
#ifndef GNG_EXPORT_H
#define GNG_EXPORT_H

#include <stddef.h>
#include <stdio.h>

#include <gng_base.h>
#include <gng_gauge.h>

#ifdef __cplusplus
extern "C" {
#endif

/* gng_export_run is what is exported. Everything is borrowed; texts are never NULL. */
struct gng_export_run {
	const char *origin;  /* who reports, [a-z0-9_]+ */
	const char *id;	     /* of the run: "signoff-20261127T031500Z-4711" */
	const char *started; /* UTC, ISO 8601 */
	const char *commit;  /* 40 hexadecimal digits, or anything else if it is not known */
	const char *state;   /* "clean tree", or what git says */
	const char *machine; /* the processor's name */
	const struct gng_record *records;
	size_t num_records;
	enum gng_overall overall;
};

/* gng_export_kcidb returns a report of KCIDB's schema 5.3 (caller frees), or NULL without
 * memory. Bytes that are no UTF-8 become '?'. */
char *gng_export_kcidb(const struct gng_export_run *run);

/*
 * gng_export_lava writes one signal of LAVA's test shell for each record, one for each figure,
 * and one, "gonogo.verdict", for all: <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=... RESULT=...>.
 */
void gng_export_lava(FILE *out, const struct gng_export_run *run);

/* gng_export_openmetrics writes OpenMetrics 1.0 text, which Prometheus reads too. */
void gng_export_openmetrics(FILE *out, const struct gng_export_run *run);

/* gng_export_is_origin: [a-z0-9_]+, as KCIDB demands. */
bool gng_export_is_origin(const char *text);

/* ---- a folder ---- */

struct gng_export;

/*
 * gng_export_open reads summary.json and records.jsonl in dir against the plan of home and the
 * profile that the summary names. GNG_EFORMAT with file:line for what cannot be read, GNG_EINVAL
 * for records of tests that this gonogo does not have, GNG_ESYS without a summary: the sign-off
 * was not finished. The caller closes *exported.
 */
GNG_MUST enum gng_status gng_export_open(struct gng_export **exported, const struct gng_home *home,
					 const char *dir, struct gng_why *why);
void gng_export_close(struct gng_export *exported);

/* gng_export_view returns the run, which dies with export. */
const struct gng_export_run *gng_export_view(const struct gng_export *exported);

/* gng_export_main is `gonogo export`; argv[0] is the verb. It returns the exit status. */
int gng_export_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif /* GNG_EXPORT_H */
