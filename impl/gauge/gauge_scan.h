/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge_scan.h - what the plan reads from text: tables of tests and declarations of
 * subsystems. Pure functions on text, so that fuzzers reach them. Private to impl/gauge
 * and its suites.
 */
#ifndef GAUGE_SCAN_H
#define GAUGE_SCAN_H

#include <stddef.h>

#include "gng_gauge.h"

/* gauge_entry is one line of a table: TEST(function, "requirements"). */
struct gauge_entry {
	char *function;
	char *requirements; /* as written, adjacent strings joined */
	unsigned int flags; /* enum gng_test_flags */
	int line;
};

struct gauge_table {
	size_t num;
	struct gauge_entry *entries;
};

/*
 * gauge_scan reads suite_tests[] = { ... }; from the C text of a test file: entries TEST,
 * TEST_EACH_VARIANT, TEST_ONCE, TEST_SLOW, TEST_SLOW_EACH_VARIANT, TEST_LATENCY, TEST_COUNTS,
 * ended by {0}. Comments, strings and preprocessor lines elsewhere are skipped. GNG_EFORMAT with
 * file:line if there is no table, a second one, or anything in it that only a compiler could
 * understand: the plan must be the same where the file cannot be built. The caller frees with
 * gauge_table_fini, after success only.
 */
GNG_MUST enum gng_status gauge_scan(struct gauge_table *table, const char *file, const char *text,
				    struct gng_why *why);
void gauge_table_fini(struct gauge_table *table);

/*
 * gauge_declare reads the one gng_subsystem(...) of a CMakeLists.txt: name, then NEEDS,
 * REQUIRES, VARIANTS and COMMAND, each at most once. GNG_EFORMAT with file:line for a name
 * that is not folder, a second call, or a word that is no plain name (a variable, say). The
 * caller frees with gauge_subsystem_fini, after success only.
 */
GNG_MUST enum gng_status gauge_declare(struct gng_subsystem *subsystem, const char *file,
				       const char *folder, const char *text, struct gng_why *why);
void gauge_subsystem_fini(struct gng_subsystem *subsystem);

#endif /* GAUGE_SCAN_H */
