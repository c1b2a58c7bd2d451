/* SPDX-License-Identifier: Apache-2.0 */
/* check.h - the parts of `gonogo check`: tables of what ran, and the JSON of a run. */
#ifndef CHECK_H
#define CHECK_H

#include "cli.h"

/* check_result is a finished run. */
struct check_result {
	const struct gng_plan *plan;
	const struct gng_record *records;
	size_t num_records;
	struct gng_tally tally;
	double wall_s;
};

/* check_heading writes "aes     188 tests, 4 variants, 2 jobs". */
void check_heading(const struct gng_term *term, const struct gng_plan *plan, const char *what,
		   unsigned int num_jobs);

/* check_tables writes one table a subsystem, rows by stem and build, columns by variant, and
 * then the seconds of each subsystem if there are several. */
void check_tables(const struct gng_term *term, const struct check_result *result);

/* check_json writes the object of CLI.md to stdout: false if it cannot be written. */
bool check_json(const struct check_result *result);

#endif /* CHECK_H */
