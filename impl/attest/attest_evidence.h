/* SPDX-License-Identifier: Apache-2.0 */
/* attest_evidence.h - the files of a finished sign-off, read and judged anew. Private to
 * impl/attest and its suites. */
#ifndef ATTEST_EVIDENCE_H
#define ATTEST_EVIDENCE_H

#include <gng_hist.h>
#include <jansson.h>

#include "gng_attest.h"

#define ATTEST_ABSENT "absent"

struct evidence {
	const char *dir;
	json_t *files;	 /* name -> SHA-256 of each file that is signed */
	json_t *summary; /* summary.json */
	struct gng_plan *plan;
	char **builds; /* names that the plan's tests point to */
	size_t num_builds;
	struct gng_profile profile;
	struct gng_record *records;
	size_t num_records;
	struct gng_tally tally;
	struct gng_hist *floors[2]; /* the noise before and after the run; NULL: not measured */
	char grade[16];
	bool is_virtual, is_bare; /* neither: nobody can tell */
	struct gng_why *why;
};

/*
 * evidence_open lists and hashes the files of dir and reads summary, plan, profile and records.
 * GNG_EFORMAT names the file that cannot be what gonogo wrote. evidence_close frees all, also
 * after a failure.
 */
GNG_MUST enum gng_status evidence_list(struct evidence *evidence, const char *dir,
				       struct gng_why *why);
GNG_MUST enum gng_status evidence_read(struct evidence *evidence);
void evidence_close(struct evidence *evidence);

/*
 * evidence_judge recomputes by the gauge's own code what the run decided: each figure, each
 * PASS, the ledger, the grade, and every file that is a projection of the records.
 */
GNG_MUST enum gng_status evidence_judge(struct evidence *evidence);

/* evidence_bad is GNG_EFORMAT with "name: sentence"; name NULL: the folder itself. */
enum gng_status evidence_bad(const struct evidence *evidence, const char *name, const char *format,
			     ...) GNG_PRINTF(3, 4);

/* evidence_path returns dir/name (caller frees), or NULL. */
char *evidence_path(const struct evidence *evidence, const char *name);

/* evidence_json reads a file that is one JSON object (caller decrefs), or says at which line it
 * is none; *json is NULL then. */
GNG_MUST enum gng_status evidence_json(const struct evidence *evidence, json_t **json,
				       const char *name);

/* evidence_fact returns a machine fact of the summary, or "absent". */
const char *evidence_fact(const struct evidence *evidence, const char *group, const char *name);

/* ---- its parts ---- */

/*
 * evidence_floors reads the noise floors of the summary. evidence_floor_fits tells whether what a
 * record says of the floor at its quantile is what they give: the larger of both, or of a test
 * that failed by itself, which is not judged anew, that before.
 */
GNG_MUST enum gng_status evidence_floors(struct evidence *evidence);
GNG_MUST bool evidence_floor_fits(const struct evidence *evidence, const struct gng_figure *figure,
				  enum gng_verdict verdict);

/* attest_sha256 hashes a regular file; false with errno, and no text. */
GNG_MUST bool attest_sha256(char hex[65], const char *path);

/* attest_text reads a whole file of at most 64 MiB, a NUL behind it (caller frees), or NULL. */
char *attest_text(size_t *len, const char *path);

/* evidence_plan reads plan.json, the inverse of gng_plan_write. */
GNG_MUST enum gng_status evidence_plan(struct evidence *evidence);

/* evidence_project writes each projection again and compares the bytes. */
GNG_MUST enum gng_status evidence_project(const struct evidence *evidence);

#endif /* ATTEST_EVIDENCE_H */
