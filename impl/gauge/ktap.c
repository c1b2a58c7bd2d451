/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ktap.c - records as KTAP version 1 (Linux Documentation/dev-tools/ktap.rst). A projection
 * only: MISSING and ERROR are "not ok", INCONCLUSIVE is SKIP with its word in the reason.
 */
#include "gng_gauge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* put writes text on one line; '#' would begin a directive. */
static void put(FILE *file, const char *text)
{
	for (; *text; text++)
		fputc(*text == '#' || *text == '\n' ? ' ' : *text, file);
}

static void result(FILE *file, size_t number, const struct gng_record *record)
{
	const struct gng_test *test = record->test;
	const bool skipped = record->verdict == GNG_SKIP || record->verdict == GNG_INCONCLUSIVE;

	fprintf(file, "%s %zu %s%s%s.%s", record->verdict == GNG_PASS || skipped ? "ok" : "not ok",
		number, test->id, *test->variant ? "." : "", test->variant, test->build);
	if (record->verdict == GNG_PASS) {
		fputc('\n', file);
		return;
	}
	if (skipped)
		fputs(" # SKIP", file);
	else if (record->verdict == GNG_ERROR || record->verdict == GNG_MISSING)
		fputs(" # ERROR", file);
	if (record->verdict != GNG_FAIL)
		fprintf(file, " %s: ", gng_verdict_name(record->verdict));
	if (record->verdict != GNG_FAIL && record->reason)
		put(file, record->reason);
	fputc('\n', file);
	if (record->verdict == GNG_FAIL && record->reason) {
		fputs("# ", file);
		put(file, record->reason);
		fputc('\n', file);
	}
}

enum gng_status gng_ktap_write(const char *path, const struct gng_record *records,
			       size_t num_records, struct gng_why *why)
{
	FILE *file = fopen(path, "we");
	bool failed;

	if (!file)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.ktap", "%s: %s", path,
				   strerror(errno));
	fprintf(file, "KTAP version 1\n1..%zu\n", num_records);
	for (size_t i = 0; i < num_records; i++)
		result(file, i + 1, &records[i]);
	failed = ferror(file) != 0;
	if ((fclose(file) != 0) | failed)
		return gng_why_set(why, GNG_ESYS, errno, "gauge.ktap", "%s cannot be written: %s",
				   path, strerror(errno));
	return GNG_OK;
}
