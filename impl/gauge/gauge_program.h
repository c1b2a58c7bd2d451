/* SPDX-License-Identifier: Apache-2.0 */
/* gauge_program.h - the program behind a planned test. Private to impl/gauge and its suites. */
#ifndef GAUGE_PROGRAM_H
#define GAUGE_PROGRAM_H

#include "gng_gauge.h"

const struct gng_build *program_build(const struct gng_home *home, const struct gng_test *test);

/* program_path returns the path of the test's program; the caller frees it. */
char *program_path(const struct gng_home *home, const struct gng_test *test);

/* program_seeds returns "GNG_SEEDS=...", where a fuzzer's replay finds its seeds; the caller
 * frees it. Harmless to other programs. */
char *program_seeds(const struct gng_home *home, const struct gng_test *test);

/*
 * program_check_tables runs each program once with --list. Where it is absent, silent or
 * says something else than the plan, its records get their verdict and are not run.
 */
void program_check_tables(struct gng_record *records, size_t num_records,
			  const struct gng_run_options *options);

#endif /* GAUGE_PROGRAM_H */
