/* SPDX-License-Identifier: Apache-2.0 */
/* run.h - a small sign-off in memory: one record of each verdict, one with figures. */
#ifndef CONFORMANCE_EXPORT_RUN_H
#define CONFORMANCE_EXPORT_RUN_H

#include "../suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gng_export.h>

#define RUN_COMMIT "0123456789abcdef0123456789abcdef01234567"

static struct gng_test run_tests[GNG_NUM_VERDICTS];
static struct gng_record run_records[GNG_NUM_VERDICTS];
static struct gng_figure run_figures[3];
static struct gng_export_run run_all;
static char run_ids[GNG_NUM_VERDICTS][64];

static inline void run_record(enum gng_verdict verdict)
{
	struct gng_test *test = &run_tests[verdict];

	snprintf(run_ids[verdict], sizeof(run_ids[0]), "conformance.aes.gcm.test_%d", verdict);
	*test = (struct gng_test){.id = run_ids[verdict],
				  .variant = "",
				  .build = "release",
				  .requirements = "C1.gcm.kat"};
	run_records[verdict] = (struct gng_record){
		.test = test,
		.verdict = verdict,
		.reason = verdict == GNG_PASS ? NULL : "because \"it\" is\nso",
		.seconds = 0.25,
		.assertions = 7,
		.started = "2026-11-27T03:18:47.167Z",
	};
}

static inline void run_figure(size_t i, const char *name, const char *unit, double value)
{
	run_figures[i] = (struct gng_figure){.measure = {.value = value, .lo = NAN, .hi = NAN}};
	snprintf(run_figures[i].measure.name, sizeof(run_figures[i].measure.name), "%s", name);
	snprintf(run_figures[i].measure.unit, sizeof(run_figures[i].measure.unit), "%s", unit);
}

/* run_init: the PASS has a variant and three figures, one of them unknown, one judged FAIL. */
static inline void run_init(void)
{
	for (int v = 0; v < GNG_NUM_VERDICTS; v++)
		run_record((enum gng_verdict)v);
	run_tests[GNG_PASS].variant = "vaes512";
	run_tests[GNG_MISSING].build = "";
	run_figure(0, "seal_p99", "ns", 751.5);
	run_figure(1, "seal_p999", "B > cycle", 1e-9);
	run_figure(2, "unknown", "ns", NAN);
	run_figures[1].judged = true;
	run_figures[1].verdict = GNG_FAIL;
	run_records[GNG_PASS].figures = run_figures;
	run_records[GNG_PASS].num_figures = 3;
	run_all = (struct gng_export_run){
		.origin = "lab_7",
		.id = "signoff-1",
		.started = "2026-11-27T03:18:43Z",
		.commit = RUN_COMMIT,
		.state = "clean tree",
		.machine = "Test CPU",
		.records = run_records,
		.num_records = GNG_NUM_VERDICTS,
		.overall = GNG_NO_GO,
	};
}

/* run_text returns what a writer writes; the next call overwrites it. */
static inline const char *run_text(void (*write)(FILE *out, const struct gng_export_run *run))
{
	static char *text;
	size_t len;
	FILE *out;

	free(text);
	text = NULL;
	out = open_memstream(&text, &len);
	assert_non_null(out);
	write(out, &run_all);
	assert_int_equal(fclose(out), 0);
	return text;
}

static inline void run_has(const char *text, const char *part)
{
	gng_probe_assertion();
	if (!strstr(text, part))
		suite_fail("lacks '%s':\n%s", part, text);
}

#endif /* CONFORMANCE_EXPORT_RUN_H */
